import Foundation
import SwiftletKernels
import Testing

/// A seeded generator (SplitMix64), so that a failure repeats.
struct Numbers: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}

func someFloats(_ count: Int, seed: UInt64) -> [Float] {
  var numbers = Numbers(seed)
  return numbers.floats(count)
}

/// The instruction sets that can be tested here.
let instructionSets: [swiftlet_isa] = [
  SWIFTLET_ISA_PORTABLE, SWIFTLET_ISA_NEON, SWIFTLET_ISA_AVX2, SWIFTLET_ISA_AVX512,
].filter(swiftlet_isa_available)

extension swiftlet_isa: @retroactive CustomTestStringConvertible {
  /// The name that `--isa` takes.
  public var testDescription: String { String(cString: swiftlet_isa_name(self)) }
}

func kernels(_ isa: swiftlet_isa) throws -> swiftlet_kernels {
  try #require(swiftlet_kernels_for(isa)).pointee
}

func activation(_ kind: Int, alpha: Float = 0, beta: Float = .infinity, threshold: Float = 0)
  -> swiftlet_activation
{
  swiftlet_activation(kind: UInt32(kind), alpha: alpha, beta: beta, threshold: threshold)
}

extension swiftlet_kernels {
  func activated(_ f: swiftlet_activation, _ x: [Float]) -> [Float] {
    var y = [Float](repeating: .nan, count: x.count)
    withUnsafePointer(to: f) { f in activate_array(f, x, &y, x.count) }
    return y
  }

  /// Runs one step of one input and one output.
  func run<Parameters>(
    _ kernel: swiftlet_kernel, _ parameters: Parameters, _ input: [some Any], outputs: Int, rows: Int
  ) -> [Float] {
    var output = [Float](repeating: .nan, count: outputs)
    input.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { output in
        let tensors: [UnsafeMutableRawPointer?] = [
          input.baseAddress.map(UnsafeMutableRawPointer.init(mutating:)), output.baseAddress,
        ]
        tensors.withUnsafeBufferPointer { tensors in
          guard let base = tensors.baseAddress else { return }
          withUnsafePointer(to: parameters) { parameters in
            let step = swiftlet_step(kernel: kernel, parameters: parameters)
            withUnsafePointer(to: step) { step in
              var run = swiftlet_run(tensors: base, rows: rows, scratch: nil)
              swiftlet_run_steps(step, 1, &run)
            }
          }
        }
      }
    }
    return output
  }
}

/// B (inner, columns), row-major, packed.
func packed(_ b: [Float], inner: Int, columns: Int) -> [Float] {
  var result = [Float](repeating: .nan, count: swiftlet_packed_count(inner, columns))
  swiftlet_pack(b, columns, 1, inner, columns, &result)
  return result
}

/// The bits of each element; every NaN is one, since its sign and payload are left open.
func bits(_ x: [Float]) -> [UInt32] { x.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern } }

func floats(_ bits: [UInt32]) -> [Float] { bits.map(Float.init(bitPattern:)) }
