import SwiftletGraph
import SwiftletKernels
import SwiftletSystem

/// The plain memory behind a session: only numbers and pointers, so that a run counts no references.
///
/// Every pointer here is made by `SessionMemory`, which keeps what it points at alive, and every count was
/// computed from the shapes for which that memory was allocated.
@unsafe
struct RunState {
  /// One caller's tensor.
  @unsafe
  struct Binding {
    var base: UnsafeMutableRawPointer?
    var type: UInt8 = DataType.float32.rawValue
    var elementBytes = 4
    /// Elements of one row.
    let rowCount: Int

    init(rowCount: Int) { unsafe self.rowCount = rowCount }

    @inline(__always)
    mutating func bind(_ pointer: UnsafeMutableRawPointer?, _ type: DataType) {
      unsafe base = pointer
      unsafe self.type = type.rawValue
      unsafe elementBytes = type.byteCount
    }

    @inline(__always)
    var isFloat: Bool { unsafe type == DataType.float32.rawValue }

    /// Where row `row` begins.
    @inline(__always)
    func pointer(row: Int) -> UnsafeMutableRawPointer? {
      unsafe base.map { unsafe $0 + row * rowCount * elementBytes }
    }
  }

  /// Steps that run together for a few rows at a time.
  @unsafe
  struct StageSteps {
    let steps: UnsafePointer<swiftlet_step>
    let count: Int
    let rows: Int
  }

  /// A tensor of the arena that holds the rows of a whole pass.
  @unsafe
  struct Crossing {
    let slot: Int
    /// Elements of one row.
    let rowCount: Int
  }

  /// What one thread writes.
  @unsafe
  struct Lane {
    let tensors: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    /// Where each crossing tensor begins.
    let crossing: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    /// Room for one pass of each input and output that is not float32.
    let staging: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    let scratch: UnsafeMutablePointer<UInt8>
  }

  let stages: UnsafePointer<StageSteps>
  let stageCount: Int
  let passRows: Int
  let crossing: UnsafePointer<Crossing>
  let crossingCount: Int
  let lanes: UnsafeMutablePointer<Lane>
  let inputs: UnsafeMutablePointer<Binding>
  let inputCount: Int
  let outputs: UnsafeMutablePointer<Binding>
  let outputCount: Int
  let workPerRow: Int
  let convert: swiftlet_kernel
  var rows = 0
  var chunkRows = 0
  /// Where a measured run adds each step's time; nil in any other.
  var nanoseconds: UnsafeMutablePointer<UInt64>?

  /// Below about 50 microseconds of work, waking a thread costs more than it saves.
  @inline(__always)
  static func isWorthSharing(_ state: UnsafeMutablePointer<RunState>, rows: Int) -> Bool {
    unsafe rows > 2_000_000 / max(state.pointee.workPerRow, 1)
  }

  /// The pool's entry: chunk `index` of the present run.
  static func runChunk(_ context: UnsafeMutableRawPointer?, _ index: Int) {
    guard let state = unsafe context?.assumingMemoryBound(to: RunState.self) else { return }
    let first = unsafe index * state.pointee.chunkRows
    let rows = unsafe min(state.pointee.chunkRows, state.pointee.rows - first)
    if rows > 0 { unsafe run(state, lane: index, first: first, rows: rows) }
  }

  /// The kernels' `convert`, called on a table of just its two tensors.
  private static func toFloat(
    _ binding: Binding, row: Int, rows: Int, _ target: UnsafeMutablePointer<Float>,
    _ state: UnsafeMutablePointer<RunState>
  ) {
    guard let type = unsafe DataType(rawValue: binding.type)?.kernelType else { return }
    let parameters = unsafe swiftlet_convert(input: 0, output: 1, count: binding.rowCount, type: type)
    let pair = unsafe (binding.pointer(row: row), UnsafeMutableRawPointer(target) as UnsafeMutableRawPointer?)
    unsafe withUnsafePointer(to: pair) { pair in
      unsafe pair.withMemoryRebound(to: UnsafeMutableRawPointer?.self, capacity: 2) { tensors in
        var run = unsafe swiftlet_run(tensors: tensors, rows: rows, scratch: nil)
        unsafe withUnsafePointer(to: parameters) { unsafe state.pointee.convert($0, &run) }
      }
    }
  }

  @inline(__always)
  private static func runSteps(
    _ state: UnsafeMutablePointer<RunState>, _ stage: StageSteps, _ run: inout swiftlet_run
  ) {
    if let nanoseconds = unsafe state.pointee.nanoseconds {
      let first = unsafe stage.steps - state.pointee.stages[0].steps
      unsafe runTimed(stage, &run, nanoseconds + first)
    } else {
      unsafe swiftlet_run_steps(stage.steps, stage.count, &run)
    }
  }

  /// Every step by itself, with a look at the clock after each.
  private static func runTimed(
    _ stage: StageSteps, _ run: inout swiftlet_run, _ nanoseconds: UnsafeMutablePointer<UInt64>
  ) {
    var start = swiftlet_clock_nanoseconds()
    for index in 0..<(unsafe stage.count) {
      unsafe swiftlet_run_steps(stage.steps + index, 1, &run)
      let end = swiftlet_clock_nanoseconds()
      unsafe nanoseconds[index] += end - start
      start = end
    }
  }

  /// Takes rows `first` to `first + rows` through the plan, a pass at a time.
  @inline(__always)
  static func run(_ state: UnsafeMutablePointer<RunState>, lane: Int, first: Int, rows: Int) {
    let lane = unsafe state.pointee.lanes[lane]
    var run = unsafe swiftlet_run(tensors: lane.tensors, rows: 0, scratch: lane.scratch)
    let end = first + rows
    var row = first
    while row < end {
      let count = unsafe min(state.pointee.passRows, end - row)
      for index in 0..<(unsafe state.pointee.inputCount) {
        let binding = unsafe state.pointee.inputs[index]
        if unsafe binding.isFloat {
          unsafe lane.tensors[index] = binding.pointer(row: row)
        } else {
          unsafe toFloat(binding, row: row, rows: count, lane.staging[index], state)
          unsafe lane.tensors[index] = UnsafeMutableRawPointer(lane.staging[index])
        }
      }
      let border = unsafe state.pointee.inputCount
      for index in 0..<(unsafe state.pointee.outputCount) {
        let binding = unsafe state.pointee.outputs[index]
        unsafe lane.tensors[border + index] =
          binding.isFloat ? binding.pointer(row: row) : UnsafeMutableRawPointer(lane.staging[border + index])
      }
      if unsafe state.pointee.stageCount == 1 {
        unsafe run.rows = count
        unsafe runSteps(state, state.pointee.stages[0], &run)
      } else {
        unsafe runStages(state, lane, &run, rows: count)
      }
      for index in 0..<(unsafe state.pointee.outputCount) {
        let binding = unsafe state.pointee.outputs[index]
        guard unsafe !binding.isFloat else { continue }
        if let target = unsafe binding.pointer(row: row), let type = unsafe DataType(rawValue: binding.type) {
          unsafe ElementConversion.write(
            lane.staging[border + index], count * binding.rowCount, to: target, as: type)
        }
      }
      row += count
    }
  }

  /// Takes the rows of one pass through stage after stage, each a few rows at a time. The tensors of the border
  /// are bound for the first row of the pass.
  private static func runStages(
    _ state: UnsafeMutablePointer<RunState>, _ lane: Lane, _ run: inout swiftlet_run, rows: Int
  ) {
    let inputs = unsafe state.pointee.inputCount
    let border = unsafe inputs + state.pointee.outputCount
    for index in 0..<(unsafe state.pointee.stageCount) {
      let stage = unsafe state.pointee.stages[index]
      var row = 0
      while row < rows {
        let count = unsafe min(stage.rows, rows - row)
        unsafe run.rows = count
        unsafe runSteps(state, stage, &run)
        // Where a stage takes all rows at once, every tensor is still at the pass's first.
        if count == rows { break }
        row += count
        // The last step forward of a stage takes every tensor back to the pass's first row.
        let step = row < rows ? count : count - rows
        for slot in 0..<border {
          let binding =
            unsafe slot < inputs ? state.pointee.inputs[slot] : state.pointee.outputs[slot - inputs]
          unsafe lane.tensors[slot] = lane.tensors[slot].map {
            unsafe $0 + step * binding.rowCount * MemoryLayout<Float>.stride
          }
        }
        for tensor in 0..<(unsafe state.pointee.crossingCount) {
          let crossing = unsafe state.pointee.crossing[tensor]
          let first = unsafe lane.crossing[tensor]
          unsafe lane.tensors[crossing.slot] = UnsafeMutableRawPointer(
            first + (row < rows ? row * crossing.rowCount : 0))
        }
      }
    }
  }
}
