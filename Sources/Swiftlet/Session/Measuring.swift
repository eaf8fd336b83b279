import SwiftletKernels
import SwiftletSystem

extension Session {
  /// For each step of the plan, its layer and operation.
  public var stepLabels: [(layer: String, operation: String)] { memory.stepLabels }

  /// Runs one step alone on what the last run left, `times` times over: what `bench --by-layer` measures. At most
  /// the rows of one pass are run. Outputs of the last run may be written over.
  public mutating func repeatStep(_ index: Int, rows: Int, times: Int) {
    guard stepLabels.indices.contains(index) else { return }
    for _ in 0..<times { unsafe memory.runStep(index, rows: rows) }
  }
}

/// What this processor's core can do at most, measured by loops that do nothing else.
public struct ProcessorPeak: Sendable {
  private let kernels: Kernels?

  /// The peak of kernels for `instructionSet`.
  public init(_ instructionSet: InstructionSet = .best) { kernels = Kernels(instructionSet) }

  /// Billions of float32 operations a second in independent fused multiply-adds: the best of ten.
  public func gigaflops() -> Double {
    guard let kernels else { return 0 }
    let iterations = 200_000
    var best = 0.0
    for _ in 0..<10 {
      let start = swiftlet_clock_nanoseconds()
      _ = kernels.table.fma_peak(iterations)
      let elapsed = Double(swiftlet_clock_nanoseconds() - start)
      best = max(best, Double(iterations * kernels.table.fma_peak_flops) / max(elapsed, 1))
    }
    return best
  }

  /// Billions of bytes a second when `count` floats are read over and over: the best of ten.
  public func readGigabytes(count: Int) -> Double {
    guard let kernels else { return 0 }
    let data = [Float](repeating: 1, count: count)
    let repeats = max(1, (1 << 24) / count)
    var best = 0.0
    for _ in 0..<10 {
      let start = swiftlet_clock_nanoseconds()
      unsafe data.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        for _ in 0..<repeats { _ = unsafe kernels.table.read_peak(base, count) }
      }
      let elapsed = Double(swiftlet_clock_nanoseconds() - start)
      best = max(best, Double(repeats * count * 4) / max(elapsed, 1))
    }
    return best
  }
}
