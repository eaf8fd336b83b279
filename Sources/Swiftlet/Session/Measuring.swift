import SwiftletGraph
import SwiftletKernels
import SwiftletSystem

/// A step of a session's plan: one kernel's work on some rows.
public struct StepDescription: Sendable {
  /// The layer whose work it is, or several joined by `+` where they are fused.
  public let layer: String
  /// What is done, for example `dense`.
  public let operation: String
  /// Floating-point operations of one row, two for a multiply-add; 0 where the step is no product. A
  /// convolution counts as the direct one, however it is computed.
  public let flopsPerRow: Int
  /// Bytes of tensors that are read and written for one row.
  public let tensorBytesPerRow: Int
  /// Bytes of packed weights that are read each time.
  public let weightBytes: Int
  /// How many rows it takes each time: a batch of more goes through it in turns.
  public let rowsAtOnce: Int

  init(_ share: StepList.Share, of program: Program) {
    let instruction = program.instructions[share.instruction]
    layer = program.label(of: instruction)
    operation = instruction.operation.name
    flopsPerRow = share.flopsPerRow
    tensorBytesPerRow = share.tensorBytesPerRow
    weightBytes = share.weightBytes
    rowsAtOnce = share.rowsAtOnce
  }

  /// How often it runs for a batch of so many rows.
  public func turns(rows: Int) -> Int { (rows + rowsAtOnce - 1) / max(rowsAtOnce, 1) }
}

extension Session {
  /// The steps of the plan, in the order in which they run. Made anew each time.
  public var steps: [StepDescription] { memory.stepDescriptions }

  /// The nanoseconds of each step, the median of so many runs of the whole plan on the caller's thread. Every step
  /// sees what the one before it made, and finds memory as it does in any other run; what looking at the clock
  /// costs is taken off.
  /// - Parameter values: for each input, rows × its shape.
  /// - Throws: `ModelError.argument` where a count does not fit.
  public mutating func timeSteps(
    _ values: [[Float]], rows: Int, times: Int
  ) throws(ModelError) -> [Double] {
    let count = steps.count
    // Checks the counts, and brings the session to where a run finds it.
    _ = try predict(values, rows: rows)
    let blocks = MemoryBlocks()
    defer { withExtendedLifetime(blocks) {} }
    for (index, array) in values.enumerated() {
      unsafe memory.bindInput(index, try blocks.copy(array), .float32)
    }
    for (index, output) in outputs.enumerated() {
      let elements = rows * (output.shape.elementCount ?? 0)
      unsafe memory.bindOutput(index, try blocks.allocate(Float.self, count: elements), .float32)
    }
    let taken = try unsafe blocks.allocate(UInt64.self, count: count)
    var samples = [[UInt64]](repeating: [], count: count)
    for _ in 0..<max(times, 1) {
      unsafe taken.initialize(repeating: 0, count: count)
      unsafe memory.runTimed(rows: rows, nanoseconds: taken)
      for index in 0..<count { unsafe samples[index].append(taken[index]) }
    }
    let look = Session.clockNanoseconds()
    return zip(samples, steps).map { samples, step in
      max(Double(samples.sorted()[samples.count / 2]) - Double(step.turns(rows: rows)) * look, 0)
    }
  }

  /// What one look at the clock costs.
  private static func clockNanoseconds() -> Double {
    var best = Double.infinity
    for _ in 0..<20 {
      let start = swiftlet_clock_nanoseconds()
      var end = start
      for _ in 0..<100 { end = swiftlet_clock_nanoseconds() }
      best = min(best, Double(end - start) / 100)
    }
    return best
  }
}

/// What this processor's core can do at most, measured by loops that do nothing else.
public struct ProcessorPeak: Sendable {
  private let kernels: Kernels?

  /// The peak of kernels for `instructionSet`.
  public init(_ instructionSet: InstructionSet = .best) { kernels = Kernels(instructionSet) }

  /// Billions of float32 operations a second in independent fused multiply-adds.
  public func gigaflops() -> Double {
    guard let kernels else { return 0 }
    let iterations = 2000
    return ProcessorPeak.best(of: iterations * kernels.table.fma_peak_flops) {
      _ = kernels.table.fma_peak(iterations)
    }
  }

  /// Billions of bytes a second when `count` floats are read over and over; 0 where there is no memory for them.
  public func readGigabytes(count: Int) -> Double {
    guard let kernels else { return 0 }
    // As packed weights lie: an array's elements begin within a cache line, and loads of a whole line would touch two.
    let blocks = MemoryBlocks()
    defer { withExtendedLifetime(blocks) {} }
    guard let data = try? unsafe blocks.allocate(Float.self, count: count) else { return 0 }
    unsafe data.initialize(repeating: 1, count: count)
    let repeats = max(1, (1 << 20) / max(count, 1))
    return ProcessorPeak.best(of: repeats * count * MemoryLayout<Float>.stride) {
      for _ in 0..<repeats { _ = unsafe kernels.table.read_peak(data, count) }
    }
  }

  /// Units a nanosecond, the best of many short windows: other programs slow a shared processor down for
  /// milliseconds at a time.
  private static func best(of units: Int, _ work: () -> Void) -> Double {
    var least = UInt64.max
    var windows = 0
    let end = swiftlet_clock_nanoseconds() + 100_000_000
    while windows < 10 || swiftlet_clock_nanoseconds() < end {
      let start = swiftlet_clock_nanoseconds()
      work()
      least = min(least, swiftlet_clock_nanoseconds() - start)
      windows += 1
    }
    return Double(units) / Double(max(least, 1))
  }
}
