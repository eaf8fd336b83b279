import Foundation
import SwiftletKernels
import Testing

/// A function of float32, its double-precision reference, and the error that Spec/arithmetic.md states.
struct Accurate: Sendable, CustomTestStringConvertible {
  var name: String
  var f: swiftlet_activation
  /// In units in the last place of the exact result, for finite inputs not below `from`.
  var ulps: Double
  var from: Float = -.infinity
  /// Below `from`: the greatest absolute error.
  var absolute = 0.0
  var reference: @Sendable (Double) -> Double
  var testDescription: String { name }

  init(
    _ name: String, _ kind: Int, alpha: Float = 1, ulps: Double, from: Float = -.infinity,
    absolute: Double = 0,
    _ reference: @escaping @Sendable (Double) -> Double
  ) {
    (self.name, self.ulps, self.from, self.absolute, self.reference) = (name, ulps, from, absolute, reference)
    f = activation(kind, alpha: alpha)
  }
}

let accurate: [Accurate] = [
  Accurate("exponential", SWIFTLET_EXPONENTIAL, ulps: 1.1) { exp($0) },
  Accurate("sigmoid", SWIFTLET_SIGMOID, ulps: 2.3) { 1 / (1 + exp(-$0)) },
  Accurate("tanh", SWIFTLET_TANH, ulps: 1.6) { tanh($0) },
  Accurate("elu", SWIFTLET_ELU, ulps: 1) { $0 > 0 ? $0 : expm1($0) },
  Accurate("selu", SWIFTLET_SELU, ulps: 2) {
    1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0))
  },
  Accurate("softplus", SWIFTLET_SOFTPLUS, ulps: 1.8) { max($0, 0) + log1p(exp(-abs($0))) },
  Accurate("softsign", SWIFTLET_SOFTSIGN, ulps: 1.5) { $0 / (1 + abs($0)) },
  Accurate("gelu", SWIFTLET_GELU, ulps: 7, from: -2, absolute: 5e-8) { $0 / 2 * erfc(-$0 / 2.squareRoot()) },
  Accurate("gelu by tanh", SWIFTLET_GELU_TANH, ulps: 8, from: -2, absolute: 1e-7) {
    $0 / (1 + exp(-(8 / Double.pi).squareRoot() * $0 * (1 + 0.044715 * $0 * $0)))
  },
  Accurate("silu", SWIFTLET_SILU, ulps: 3.1, from: -80, absolute: 1e-33) { $0 / (1 + exp(-$0)) },
]

@Test("functions keep to their stated error over all finite floats", arguments: accurate)
func accuracy(_ function: Accurate) throws {
  let kernels = try kernels(swiftlet_isa_best())
  var (worst, worstAt, worstAbsolute, worstAbsoluteAt) = (0.0, Float(0), 0.0, Float(0))
  // Every 10007th float, so that all exponents and both signs are met.
  for start in stride(from: UInt64(0), to: 1 << 32, by: 10_007 << 14) {
    let x = stride(from: start, to: min(start + 10_007 << 14, 1 << 32), by: 10_007)
      .map { Float(bitPattern: UInt32($0)) }.filter(\.isFinite)
    for (x, y) in zip(x, kernels.activated(function.f, x)) {
      let exact = function.reference(Double(x))
      if abs(exact) >= 0x1.ffffffp127 {
        if y != (exact > 0 ? .infinity : -.infinity) { (worst, worstAt) = (.infinity, x) }
        continue
      }
      // Below the least normal number, the last place is that of the least normal number.
      let size = max(abs(exact), Double(Float.leastNormalMagnitude))
      let error = abs(Double(y) - exact)
      let ulps = error / size.binade * 0x1p23
      if x >= function.from, !(ulps <= worst) { (worst, worstAt) = (ulps, x) }
      if x < function.from, !(error <= worstAbsolute) { (worstAbsolute, worstAbsoluteAt) = (error, x) }
    }
  }
  #expect(worst <= function.ulps, "\(worst) ulp at \(worstAt)")
  #expect(worstAbsolute <= function.absolute, "\(worstAbsolute) at \(worstAbsoluteAt)")
}

@Test(
  "every instruction set gives each activation's bits over all exponents and both signs",
  arguments: instructionSets)
func activationBits(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let best = try SwiftletKernelsTests.kernels(swiftlet_isa_best())
  let x = stride(from: UInt64(0), to: 1 << 32, by: 104_729).map { Float(bitPattern: UInt32($0)) }
  for kind in 0..<SWIFTLET_ACTIVATION_KINDS {
    let f = activation(kind, alpha: 0.3, beta: 5, threshold: 0.75)
    let same = bits(kernels.activated(f, x)) == bits(best.activated(f, x))
    #expect(same, "activation \(kind)")
  }
}

@Test("an element has the same bits wherever it stands and in place", arguments: instructionSets)
func placeDoesNotMatter(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let x = someFloats(70, seed: 4).map { $0 * 8 }
  for kind in 0..<SWIFTLET_ACTIVATION_KINDS {
    let f = activation(kind, alpha: 0.3)
    let whole = bits(kernels.activated(f, x))
    for count in 0...70 { #expect(bits(kernels.activated(f, Array(x[..<count]))) == Array(whole[..<count])) }
    var inPlace = x + [777, 777]
    inPlace.withUnsafeMutableBufferPointer { x in
      guard let base = x.baseAddress else { return }
      withUnsafePointer(to: f) { kernels.activate_array($0, base, base, 69) }
    }
    #expect(bits(inPlace) == whole[..<69] + bits([x[69], 777, 777]))
  }
}

@Test("special values: NaN stays NaN, nothing finite overflows that should not")
func specialValues() throws {
  let kernels = try kernels(swiftlet_isa_best())
  for kind in 0..<SWIFTLET_ACTIVATION_KINDS {
    let y = kernels.activated(activation(kind, alpha: 0.5), [.nan, -.nan, 0, 0x1p-140, 1e30, -1e30])
    #expect(y[0].isNaN && y[1].isNaN, "activation \(kind)")
    #expect(!y[2...].contains { $0.isNaN }, "activation \(kind)")
  }
  func values(_ kind: Int, _ x: [Float]) -> [Float] {
    kernels.activated(activation(kind, alpha: 1), x)
  }
  let ends: [Float] = [-.infinity, -1e30, 1e30, .infinity]
  #expect(values(SWIFTLET_EXPONENTIAL, ends) == [0, 0, .infinity, .infinity])
  #expect(values(SWIFTLET_SIGMOID, ends) == [0, 0, 1, 1])
  #expect(values(SWIFTLET_TANH, ends) == [-1, -1, 1, 1])
  #expect(values(SWIFTLET_SOFTPLUS, ends) == [0, 0, 1e30, .infinity])
  #expect(values(SWIFTLET_ELU, ends) == [-1, -1, 1e30, .infinity])
  #expect(values(SWIFTLET_HEAVISIDE, ends + [0, -0.0, 0x1p-140, -0x1p-140]) == [0, 0, 1, 1, 1, 1, 1, 0])
  #expect(values(SWIFTLET_SIGN, ends + [0, -0.0, 0x1p-140, -0x1p-140]) == [-1, -1, 1, 1, 0, 0, 1, -1])
  #expect(values(SWIFTLET_TANH, [0x1p-140, -0x1p-140]) == [0x1p-140, -0x1p-140])
  #expect(bits(values(SWIFTLET_TANH, [-0.0])) == bits([-0.0]))
}
