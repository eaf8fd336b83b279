import SwiftletGraph
import SwiftletKernels

/// What a session of certain shapes needs: a slot for each storage, room in the arena, and how many rows go
/// through the plan at once.
struct SessionLayout {
  /// Tensor table entries: inputs, then outputs, then arena tensors.
  let slotCount: Int
  /// The slot of each value's storage.
  private let slots: [Int]
  /// Elements of a row of each input and output.
  let inputCounts: [Int]
  let outputCounts: [Int]
  /// Rows a pass.
  let passRows: Int
  /// For each slot in the arena, its first element.
  let arenaOffsets: [(slot: Int, offset: Int)]
  let arenaCount: Int

  /// Between layers about this many bytes may lie, so that they stay in the second-level cache.
  private static let passBytes = 1 << 20
  /// The kernels take rows in blocks of 14 or 6: a pass that is a multiple of both leaves no ragged block.
  private static let rowBlock = 42
  private static let maximumPassRows = 504

  init(program: Program, network: Network, maximumBatch: Int) throws(ModelError) {
    var counts: [Int] = []
    for value in program.values.indices {
      guard let count = program.shape(of: value, in: network)?.elementCount else {
        throw .argument("a length is still open", name: "maximumLengths")
      }
      // Far past any machine's memory, and small enough that what is computed from it fits an Int.
      guard count <= 1 << 42 else { throw .memory(bytes: count * MemoryLayout<Float>.stride) }
      counts.append(count)
    }
    var slots = [Int](repeating: -1, count: program.values.count)
    var next = 0
    for value in program.inputs + program.outputs where slots[program.values[value].storage] < 0 {
      slots[program.values[value].storage] = next
      next += 1
    }
    let border = next
    guard border == program.inputs.count + program.outputs.count else {
      throw .graph(
        .unsupported("the same tensor as two inputs", place: "network '\(network.name)'", supported: ""))
    }

    // Lifetimes, in instructions, of each storage that is not the caller's.
    var first: [Int: Int] = [:]
    var last: [Int: Int] = [:]
    var size: [Int: Int] = [:]
    for (index, instruction) in program.instructions.enumerated() {
      for value in instruction.inputs + [instruction.output] {
        let storage = program.values[value].storage
        guard slots[storage] < 0 || slots[storage] >= border else { continue }
        if slots[storage] < 0 {
          slots[storage] = next
          next += 1
          first[storage] = index
        }
        last[storage] = index
        size[storage] = max(size[storage] ?? 0, counts[value])
      }
    }
    let storages = size.keys.sorted()
    let rowBytes =
      storages.reduce(0) { total, storage in
        let (sum, overflow) = total.addingReportingOverflow(size[storage] ?? 0)
        return overflow ? Int.max / 8 : min(sum, Int.max / 8)
      } * 4
    let fitting = SessionLayout.passBytes / max(rowBytes, 1)
    let preferred =
      fitting >= SessionLayout.rowBlock
      ? fitting / SessionLayout.rowBlock * SessionLayout.rowBlock : max(fitting, 1)
    let passRows = min(maximumBatch, preferred, SessionLayout.maximumPassRows)

    var requests: [BufferLayout.Request] = []
    for storage in storages {
      let (count, overflow) = (size[storage] ?? 0).multipliedReportingOverflow(by: passRows)
      guard !overflow else { throw .memory(bytes: Int.max) }
      requests.append(
        BufferLayout.Request(count: count, first: first[storage] ?? 0, last: last[storage] ?? 0))
    }
    guard let layout = BufferLayout(requests) else { throw .memory(bytes: Int.max) }
    arenaOffsets = zip(storages, layout.offsets).map { (slot: slots[$0], offset: $1) }
    arenaCount = layout.count
    inputCounts = program.inputs.map { counts[$0] }
    outputCounts = program.outputs.map { counts[$0] }
    slotCount = next
    self.slots = slots
    self.passRows = passRows
  }

  /// The steps of every instruction, in order.
  func emitSteps(program: Program, network: Network) throws(ModelError) -> StepList {
    var steps = StepList()
    func slot(_ value: Int) -> UInt32 { UInt32(slots[program.values[value].storage]) }
    func shape(_ value: Int) -> [Int] {
      (program.shape(of: value, in: network)?.dimensions ?? []).map { $0 ?? 0 }
    }
    for instruction in program.instructions {
      steps.label = (instruction.label, instruction.operation.name)
      try instruction.operation.emit(
        EmittedCall(
          inputSlots: instruction.inputs.map { slot($0) }, inputShapes: instruction.inputs.map { shape($0) },
          outputSlot: slot(instruction.output), outputShape: shape(instruction.output)),
        into: &steps)
    }
    return steps
  }
}
