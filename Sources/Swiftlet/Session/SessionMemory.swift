import SwiftletGraph
import SwiftletKernels
import SwiftletSystem

/// Everything that a session writes while it runs: the arenas, the tensor tables, and the bindings of the
/// present call. This is the one place where a run touches raw memory.
///
/// A batch goes through the whole plan in passes of at most `passRows` rows, and through each stage of the plan a
/// few of those at a time, so that what lies between layers stays in the cache; with a pool the rows are split
/// into one chunk a thread, each with an arena of its own. Rows never look at each other, so neither changes a bit.
///
/// Used by one thread at a time (`Session` is not copyable and its runs are mutating).
@safe final class SessionMemory: @unchecked Sendable {
  /// Held so that packed weights outlive the steps that point at them.
  private let program: Program
  private let steps: StepList
  private let pool: ThreadPool?
  private let blocks: MemoryBlocks
  private let state: UnsafeMutablePointer<RunState>

  init(
    program: Program, network: Network, maximumBatch: Int, pool: ThreadPool?, spare: SpareMemory
  ) throws(ModelError) {
    let layout = try SessionLayout(program: program, network: network, maximumBatch: maximumBatch)
    let blocks = MemoryBlocks(in: spare)
    let (steps, stageEnds) = try layout.emitSteps(program: program, in: blocks)
    let lanes = pool?.threads ?? 1
    let state = try unsafe blocks.allocate(RunState.self, count: 1)
    let slotCount = layout.slotCount
    unsafe state.initialize(
      to: RunState(
        stages: try SessionMemory.stages(layout.stages, ends: stageEnds, steps: steps, blocks: blocks),
        stageCount: layout.stages.count, passRows: layout.passRows,
        crossing: try blocks.copy(
          layout.crossing.map { unsafe RunState.Crossing(slot: $0.slot, rowCount: $0.count) }),
        crossingCount: layout.crossing.count,
        lanes: try blocks.allocate(RunState.Lane.self, count: lanes),
        inputs: try blocks.allocate(RunState.Binding.self, count: layout.inputCounts.count),
        inputCount: layout.inputCounts.count,
        outputs: try blocks.allocate(RunState.Binding.self, count: layout.outputCounts.count),
        outputCount: layout.outputCounts.count, workPerRow: steps.workPerRow,
        convert: program.kernels.table.convert))
    for index in 0..<layout.inputCounts.count {
      unsafe state.pointee.inputs[index] = RunState.Binding(rowCount: layout.inputCounts[index])
    }
    for index in 0..<layout.outputCounts.count {
      unsafe state.pointee.outputs[index] = RunState.Binding(rowCount: layout.outputCounts[index])
    }
    for lane in 0..<lanes {
      let arena = try unsafe blocks.allocate(Float.self, count: layout.arenaCount)
      let tensors = try unsafe blocks.allocate(UnsafeMutableRawPointer?.self, count: slotCount)
      for slot in 0..<slotCount { unsafe tensors[slot] = nil }
      for (slot, offset) in layout.arenaOffsets {
        unsafe tensors[slot] = UnsafeMutableRawPointer(arena + offset)
      }
      let crossing = try unsafe blocks.allocate(
        UnsafeMutablePointer<Float>.self, count: layout.crossing.count)
      for (index, tensor) in layout.crossing.enumerated() { unsafe crossing[index] = arena + tensor.offset }
      let border = layout.inputCounts.count + layout.outputCounts.count
      let staging = try unsafe blocks.allocate(UnsafeMutablePointer<Float>.self, count: border)
      for (index, count) in (layout.inputCounts + layout.outputCounts).enumerated() {
        unsafe staging[index] = try blocks.allocate(Float.self, count: count * layout.passRows)
      }
      unsafe state.pointee.lanes[lane] = RunState.Lane(
        tensors: tensors, crossing: crossing, staging: staging,
        scratch: try blocks.allocate(UInt8.self, count: steps.scratchBytes))
    }
    self.program = program
    self.steps = steps
    self.pool = pool
    self.blocks = blocks
    unsafe self.state = state
  }

  private static func stages(
    _ stages: [Stage], ends: [Int], steps: StepList, blocks: MemoryBlocks
  ) throws(ModelError) -> UnsafePointer<RunState.StageSteps> {
    let all = unsafe try blocks.copy(steps.steps)
    var result: [RunState.StageSteps] = unsafe []
    var start = 0
    for (stage, end) in zip(stages, ends) {
      unsafe result.append(RunState.StageSteps(steps: all + start, count: end - start, rows: stage.rows))
      start = end
    }
    return unsafe try blocks.copy(result)
  }

  /// For each step, what it does and how much of it.
  var stepDescriptions: [StepDescription] { steps.shares.map { StepDescription($0, of: program) } }

  // MARK: Running

  /// Says where input `index` lies for the next run.
  /// - Precondition: `index` is an input's, and the pointer stays valid for the rows of that run.
  @unsafe @inline(__always)
  func bindInput(_ index: Int, _ pointer: UnsafeRawPointer?, _ type: DataType) {
    unsafe state.pointee.inputs[index].bind(UnsafeMutableRawPointer(mutating: pointer), type)
  }

  /// Says where output `index` goes in the next run; the precondition is that of `bindInput`.
  @unsafe @inline(__always)
  func bindOutput(_ index: Int, _ pointer: UnsafeMutableRawPointer?, _ type: DataType) {
    unsafe state.pointee.outputs[index].bind(pointer, type)
  }

  /// Runs the plan over what is bound.
  /// - Precondition: every input and output is bound, and `rows` is at most `maximumBatch`.
  @unsafe @inline(__always)
  func run(rows: Int) {
    guard rows > 0 else { return }
    if let pool, rows > 1, unsafe RunState.isWorthSharing(state, rows: rows) {
      let chunks = min(pool.threads, rows)
      unsafe state.pointee.rows = rows
      unsafe state.pointee.chunkRows = (rows + chunks - 1) / chunks
      unsafe swiftlet_pool_run(pool.pointer, chunks, { unsafe RunState.runChunk($0, $1) }, state)
    } else {
      unsafe RunState.run(state, lane: 0, first: 0, rows: rows)
    }
  }

  /// Runs the plan on the caller's thread, and adds to `nanoseconds`, an element a step, how long each took.
  /// - Precondition: that of `run`, and room for as many elements as there are steps.
  @unsafe
  func runTimed(rows: Int, nanoseconds: UnsafeMutablePointer<UInt64>) {
    unsafe state.pointee.nanoseconds = nanoseconds
    unsafe RunState.run(state, lane: 0, first: 0, rows: rows)
    unsafe state.pointee.nanoseconds = nil
  }
}
