import SwiftletGraph
import SwiftletKernels

/// What a session of certain shapes needs: a slot for each storage, room in the arena, and how many rows go
/// through the plan at once.
struct SessionLayout {
  /// Tensor table entries: inputs, then outputs, then arena tensors.
  let slotCount: Int
  /// The shape of a row of each value.
  private let shapes: [[Int]]
  /// The slot of each value's storage.
  private let slots: [Int]
  /// Elements of a row of each input and output.
  let inputCounts: [Int]
  let outputCounts: [Int]
  /// How the instructions are cut into stages.
  let stages: [Stage]
  /// Rows of a pass: as many as the stage that takes most.
  let passRows: Int
  /// For each slot in the arena, its first element.
  let arenaOffsets: [(slot: Int, offset: Int)]
  let arenaCount: Int
  /// The slots of the arena that hold a whole pass's rows while a stage takes a few, the elements of a row, and
  /// the first element in the arena.
  let crossing: [CrossingTensor]

  struct CrossingTensor {
    let slot: Int
    let count: Int
    let offset: Int
  }

  init(program: Program, network: Network, maximumBatch: Int) throws(ModelError) {
    var shapes: [[Int]] = []
    var counts: [Int] = []
    shapes.reserveCapacity(program.values.count)
    counts.reserveCapacity(program.values.count)
    for value in program.values.indices {
      guard let shape = program.shape(of: value, in: network) else {
        throw .argument("a length is still open", name: "maximumLengths")
      }
      let count = shape.reduce(1, *)
      // Far past any machine's memory, and small enough that what is computed from it fits an Int.
      guard count <= 1 << 42 else { throw .memory(bytes: count * MemoryLayout<Float>.stride) }
      shapes.append(shape)
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

    let stages = Stage.stages(of: program, counts: counts, maximumBatch: maximumBatch)
    let passRows = stages.reduce(1) { max($0, $1.rows) }

    // Lifetimes, in instructions, of each storage that is not the caller's.
    var first = [Int](repeating: 0, count: program.values.count)
    var last = first
    var size = first
    func touch(_ value: Int, at index: Int) {
      let storage = program.values[value].storage
      guard slots[storage] < 0 || slots[storage] >= border else { return }
      if slots[storage] < 0 {
        slots[storage] = next
        next += 1
        first[storage] = index
      }
      last[storage] = index
      size[storage] = max(size[storage], counts[value])
    }
    for (index, instruction) in program.instructions.enumerated() {
      for value in instruction.inputs { touch(value, at: index) }
      touch(instruction.output, at: index)
    }
    let storages = slots.indices.filter { slots[$0] >= border }
    var requests: [BufferLayout.Request] = []
    requests.reserveCapacity(storages.count)
    var crossing: [(request: Int, count: Int)] = []
    let stageOf = Stage.indices(stages)
    for storage in storages {
      let (birth, death, elements) = (first[storage], last[storage], size[storage])
      let (born, dead) = (stages[stageOf[birth]], stages[stageOf[death]])
      let crosses = stageOf[birth] != stageOf[death]
      // A stage runs over and over for the rows of a pass, so what crosses its border lives through all of it.
      let lifetime =
        crosses ? (born.instructions.lowerBound, dead.instructions.upperBound - 1) : (birth, death)
      let rows = crosses ? passRows : born.rows
      let (count, overflow) = elements.multipliedReportingOverflow(by: rows)
      guard !overflow else { throw .memory(bytes: Int.max) }
      if crosses { crossing.append((requests.count, elements)) }
      requests.append(BufferLayout.Request(count: count, first: lifetime.0, last: lifetime.1))
    }
    guard let layout = BufferLayout(requests) else { throw .memory(bytes: Int.max) }
    arenaOffsets = zip(storages, layout.offsets).map { (slot: slots[$0], offset: $1) }
    arenaCount = layout.count
    self.crossing = crossing.map {
      CrossingTensor(slot: slots[storages[$0.request]], count: $0.count, offset: layout.offsets[$0.request])
    }
    self.stages = stages
    inputCounts = program.inputs.map { counts[$0] }
    outputCounts = program.outputs.map { counts[$0] }
    slotCount = next
    self.shapes = shapes
    self.slots = slots
    self.passRows = passRows
  }

  /// The steps of every instruction, in order, and how many there are up to the end of each stage.
  /// - Parameter memory: where the steps' parameters lie.
  func emitSteps(
    program: Program, in memory: MemoryBlocks
  ) throws(ModelError) -> (StepList, stageEnds: [Int]) {
    var steps = StepList(in: memory)
    var ends: [Int] = []
    func slot(_ value: Int) -> UInt32 { UInt32(slots[program.values[value].storage]) }
    var remaining = stages[...]
    for (index, instruction) in program.instructions.enumerated() {
      try steps.emit(
        instruction.operation,
        EmittedCall(
          inputSlots: instruction.inputs.map { slot($0) }, inputShapes: instruction.inputs.map { shapes[$0] },
          outputSlot: slot(instruction.output), outputShape: shapes[instruction.output]),
        instruction: index)
      if let stage = remaining.first, stage.instructions.upperBound == index + 1 {
        unsafe ends.append(steps.steps.count)
        steps.endStage(rows: stage.rows)
        remaining.removeFirst()
      }
    }
    return (steps, ends)
  }
}
