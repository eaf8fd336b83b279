import SwiftletKernels
import Testing

@Test("some instruction set is always there, and its table says which it is")
func bestInstructionSet() throws {
  let best = swiftlet_isa_best()
  #expect(instructionSets.contains(best))
  for isa in instructionSets {
    let kernels = try kernels(isa)
    #expect(kernels.isa == isa)
  }
  #expect(!swiftlet_isa_available(swiftlet_isa(rawValue: 99)))
  #expect(String(cString: swiftlet_isa_name(SWIFTLET_ISA_AVX2)) == "avx2")
}

@Test("the dense step takes every position of every batch row", arguments: instructionSets)
func denseStep(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let product = Product(rows: 15, inner: 9, columns: 20)
  let packed = packed(product.b, inner: 9, columns: 20)
  packed.withUnsafeBufferPointer { kernel in
    product.initial.withUnsafeBufferPointer { bias in
      guard let kernel = kernel.baseAddress else { return }
      let parameters = swiftlet_dense(
        input: 0, output: 1, residual: SWIFTLET_NO_SLOT, inputs: 9, outputs: 20, positions: 3, kernel: kernel,
        bias: bias.baseAddress,
        activation: activation(SWIFTLET_LINEAR))
      let y = kernels.run(kernels.dense, parameters, product.a, outputs: 300, rows: 5)
      #expect(bits(y) == bits(Array(product.expected()[..<300])))
    }
  }
}

@Test(
  "rescale rounds the product and the sum; normalize the difference and the quotient",
  arguments: instructionSets)
func scaling(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for features in [1, 3, 16, 37] {
    let x = someFloats(features * 10, seed: 1), u = someFloats(features, seed: 2),
      v = someFloats(features, seed: 3)
    u.withUnsafeBufferPointer { first in
      v.withUnsafeBufferPointer { second in
        guard let first = first.baseAddress, let second = second.baseAddress else { return }
        let rescale = swiftlet_rescale(
          input: 0, output: 1, count: 5 * features, features: features, scale: first, offset: second)
        let scaled = kernels.run(kernels.rescale, rescale, x, outputs: x.count, rows: 2)
        #expect(bits(scaled) == bits(x.indices.map { x[$0] * u[$0 % features] + v[$0 % features] }))
        let normalize = swiftlet_normalize(
          input: 0, output: 1, count: 5 * features, features: features, mean: first, deviation: second)
        let normal = kernels.run(kernels.normalize, normalize, x, outputs: x.count, rows: 2)
        #expect(bits(normal) == bits(x.indices.map { (x[$0] - u[$0 % features]) / v[$0 % features] }))
      }
    }
  }
}

@Test("every element type converts to the nearest float", arguments: instructionSets)
func conversion(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  func converted(_ x: [some Any], _ type: swiftlet_type) -> [Float] {
    let step = swiftlet_convert(input: 0, output: 1, count: x.count, type: type)
    return kernels.run(kernels.convert, step, x, outputs: x.count, rows: 1)
  }
  func check<T: FixedWidthInteger>(_ type: swiftlet_type, _: T.Type) {
    var numbers = Numbers(9)
    let x = [T.min, T.max, 0, 1] + (0..<60).map { _ in T.random(in: T.min...T.max, using: &numbers) }
    #expect(converted(x, type) == x.map { Float($0) }, "\(T.self)")
  }
  check(SWIFTLET_INT8, Int8.self)
  check(SWIFTLET_INT16, Int16.self)
  check(SWIFTLET_INT32, Int32.self)
  check(SWIFTLET_INT64, Int64.self)
  check(SWIFTLET_UINT8, UInt8.self)
  check(SWIFTLET_UINT16, UInt16.self)
  check(SWIFTLET_UINT32, UInt32.self)
  check(SWIFTLET_UINT64, UInt64.self)
  #expect(converted([0, 1, 2, 255] as [UInt8], SWIFTLET_BOOL) == [0, 1, 1, 1])

  let some = someFloats(50, seed: 5) + [.infinity, -.infinity, 0x1p-140, .nan]
  #expect(bits(converted(some, SWIFTLET_FLOAT32)) == bits(some))
  let doubles = some.map { Double($0) * 1.00000007 } + [1e300, -1e300, 1e-300, 0x1.000001p0, 0x1.000003p0]
  #expect(bits(converted(doubles, SWIFTLET_FLOAT64)) == bits(doubles.map { Float($0) }))
  let brains = (0...UInt16.max).map { $0 }
  #expect(
    bits(converted(brains, SWIFTLET_BFLOAT16)) == bits(brains.map { Float(bitPattern: UInt32($0) << 16) }))
  // Every half there is, by the format's definition.
  let halves = brains.map { half -> Float in
    let sign: Float = half >> 15 == 0 ? 1 : -1, exponent = Int(half >> 10 & 31), fraction = Float(half & 1023)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
    }
  }
  #expect(bits(converted(brains, SWIFTLET_FLOAT16)) == bits(halves))
}

@Test("copy and activate cover all elements of all rows, and nothing after", arguments: instructionSets)
func elementSteps(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let x = someFloats(3 * 21, seed: 2)
  let copied = kernels.run(
    kernels.copy, swiftlet_copy(input: 0, output: 1, count: 21), x, outputs: 70, rows: 3)
  #expect(copied[..<63] == x[...] && copied[63...].allSatisfy { $0.isNaN })
  let relu = swiftlet_activate(input: 0, output: 1, count: 21, activation: activation(SWIFTLET_RELU))
  let activated = kernels.run(kernels.activate, relu, x, outputs: 70, rows: 3)
  #expect(activated[..<63].elementsEqual(x.map { max($0, 0) }) && activated[63...].allSatisfy { $0.isNaN })
}
