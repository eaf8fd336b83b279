/// Instructions that rows go through together: all of them for a few rows, then for the next few, so that what
/// lies between them stays in the cache.
///
/// Early layers of an image network have wide tensors and small weights, and want few rows at a time; late ones
/// the reverse: with few rows their weights would be read from memory again and again. So a program is cut into
/// stages, each with rows of its own; the tensors on the border hold the rows of a whole pass.
struct Stage {
  /// Which instructions, in order.
  let instructions: Range<Int>
  /// How many rows at a time.
  let rows: Int

  /// About this many bytes of tensors may be touched between two reads of the same weights: what the
  /// second-level cache holds.
  private static let cacheBytes = 1 << 20
  /// Weights of this size no longer stay in the cache beside the tensors.
  private static let heavyWeightBytes = 1 << 17
  /// The kernels take rows in blocks of 14 or 6: rows that are a multiple of both leave no ragged block.
  private static let rowBlock = 42
  private static let maximumRows = 504

  /// Cuts a program where the number of rows that suits its instructions changes by half or more.
  /// - Parameter counts: the elements of one row of each value.
  static func stages(of program: Program, counts: [Int], maximumBatch: Int) -> [Stage] {
    var stages: [Stage] = []
    var start = 0
    var rows = maximumBatch
    var isHeavy = false
    for (index, instruction) in program.instructions.enumerated() {
      let wanted = min(preferredRows(instruction, counts), maximumBatch)
      let heavy = instruction.operation.weightBytes > heavyWeightBytes
      let wantsMore = heavy && wanted / 2 >= rows
      let wantsFewer = isHeavy && wanted <= rows / 2
      if index > start, wantsMore || wantsFewer {
        stages.append(Stage(instructions: start..<index, rows: rows))
        start = index
        rows = wanted
        isHeavy = heavy
      } else {
        rows = min(rows, wanted)
        isHeavy = isHeavy || heavy
      }
    }
    stages.append(Stage(instructions: start..<program.instructions.count, rows: rows))
    return stages
  }

  /// For each instruction, which stage it is in.
  static func indices(_ stages: [Stage]) -> [Int] {
    var indices: [Int] = []
    indices.reserveCapacity(stages.last?.instructions.upperBound ?? 0)
    for (index, stage) in stages.enumerated() { for _ in stage.instructions { indices.append(index) } }
    return indices
  }

  private static func preferredRows(_ instruction: Program.Instruction, _ counts: [Int]) -> Int {
    // The counts are at most 2^42 each, and an instruction has few inputs.
    let touched = instruction.inputs.reduce(counts[instruction.output]) { $0 + counts[$1] }
    let fitting = cacheBytes / max(touched * MemoryLayout<Float>.stride, 1)
    let rows = fitting >= rowBlock ? fitting / rowBlock * rowBlock : max(fitting, 1)
    return min(rows, maximumRows)
  }
}
