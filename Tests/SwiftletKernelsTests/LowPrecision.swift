import SwiftletKernels

/// A dense layer of low precision with its numbers, run by a kernel or by the written contract.
struct LowDense {
  var rows: Int
  let inputs: Int
  let outputs: Int
  var input: [Float]
  var kernel: [Float]
  var bias: [Float]?
  var residual: [Float]?
  var f = activation(SWIFTLET_LINEAR)

  init(rows: Int, inputs: Int, outputs: Int, seed: UInt64, number: (inout Numbers) -> Float = ordinary) {
    var numbers = Numbers(seed)
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
    input = (0..<rows * inputs).map { _ in number(&numbers) }
    kernel = (0..<inputs * outputs).map { _ in number(&numbers) }
    if seed % 3 > 0 { bias = (0..<outputs).map { _ in number(&numbers) } }
    if seed % 4 == 0 { residual = (0..<rows * outputs).map { _ in ordinary(&numbers) } }
    if seed % 2 == 0 { f = activation(SWIFTLET_RELU) }
  }

  // MARK: By a kernel

  /// Packs some rows of the kernel at a time, as a loader does.
  private func forParts(_ pack: (UnsafePointer<Float>, Int, Int) -> Void) {
    kernel.withUnsafeBufferPointer { kernel in
      guard let base = kernel.baseAddress else { return }
      for first in stride(from: 0, to: inputs, by: 3) {
        pack(base + first * outputs, first, min(3, inputs - first))
      }
    }
  }

  func bfloat16(_ step: swiftlet_kernel) -> [Float] {
    var packed = [UInt16](repeating: 0, count: swiftlet_bfloat16_packed_bytes(inputs, outputs) / 2)
    packed.withUnsafeMutableBufferPointer { packed in
      guard let packed = packed.baseAddress else { return }
      forParts { swiftlet_bfloat16_pack($0, $1, $2, inputs, outputs, packed) }
    }
    return packed.withUnsafeBufferPointer { packed in
      withBias { bias in
        guard let packed = packed.baseAddress else { return [] }
        return run(
          step,
          swiftlet_dense_bfloat16(
            input: 0, output: 1, residual: residual == nil ? SWIFTLET_NO_SLOT : 2, inputs: inputs,
            outputs: outputs, positions: 1, kernel: packed, bias: bias,
            least: swiftlet_bfloat16_least(packed, inputs, outputs, bias), activation: f))
      }
    }
  }

  func int8(_ step: swiftlet_kernel) -> [Float] {
    var packed = [Int8](repeating: 0, count: swiftlet_int8_packed_bytes(inputs, outputs))
    var largest = [Float](repeating: 0, count: outputs)
    var scales = [Float](repeating: 0, count: outputs)
    var sums = [Int32](repeating: 0, count: outputs)
    forParts { rows, _, count in swiftlet_int8_largest(rows, count, outputs, &largest) }
    swiftlet_int8_scales(largest, outputs, &scales)
    forParts { swiftlet_int8_pack($0, $1, $2, inputs, outputs, scales, &packed, &sums) }
    return packed.withUnsafeBufferPointer { packed in
      scales.withUnsafeBufferPointer { scales in
        sums.withUnsafeBufferPointer { sums in
          withBias { bias in
            guard let packed = packed.baseAddress, let scales = scales.baseAddress,
              let sums = sums.baseAddress
            else { return [] }
            return run(
              step,
              swiftlet_dense_int8(
                input: 0, output: 1, residual: residual == nil ? SWIFTLET_NO_SLOT : 2, inputs: inputs,
                outputs: outputs, positions: 1, kernel: packed, scales: scales, sums: sums, bias: bias,
                activation: f))
          }
        }
      }
    }
  }

  private func withBias(_ body: (UnsafePointer<Float>?) -> [Float]) -> [Float] {
    guard let bias else { return body(nil) }
    return bias.withUnsafeBufferPointer { body($0.baseAddress) }
  }

  /// The output, or nothing where memory behind the output or the scratch memory was written.
  private func run<Parameters>(_ step: swiftlet_kernel, _ parameters: Parameters) -> [Float] {
    let guardCount = 16
    var output = [Float](repeating: 777, count: rows * outputs + guardCount)
    let scratchCount = (swiftlet_precision_scratch(inputs) + 3) / 4
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: (scratchCount + guardCount) * 4, alignment: 64)
    defer { scratch.deallocate() }
    let words = scratch.initializeMemory(as: Float.self, repeating: 777, count: scratchCount + guardCount)
    var sources = [input, [], residual ?? []]
    sources.withUnsafeMutableBufferPointer { sources in
      output.withUnsafeMutableBytes { output in
        let tensors = (0..<3).map { slot in
          slot == 1
            ? output.baseAddress
            : sources[slot].withUnsafeMutableBytes { $0.baseAddress }
        }
        tensors.withUnsafeBufferPointer { tensors in
          guard let tensors = tensors.baseAddress else { return }
          var run = swiftlet_run(tensors: tensors, rows: rows, scratch: scratch)
          withUnsafePointer(to: parameters) { step($0, &run) }
        }
      }
    }
    let isWhole =
      output.suffix(guardCount).allSatisfy { $0 == 777 }
      && (scratchCount..<scratchCount + guardCount).allSatisfy { words[$0] == 777 }
    return isWhole ? Array(output.prefix(rows * outputs)) : []
  }

  // MARK: By the contract of Spec/arithmetic.md

  private func finished(_ sum: Float, _ m: Int, _ n: Int) -> Float {
    var sum = sum
    if let residual { sum += residual[m * outputs + n] }
    return f.kind == UInt32(SWIFTLET_RELU) && sum < 0 ? 0 : sum
  }

  func expectedBfloat16() -> [Float] {
    let a = input.map(rounded), b = kernel.map(rounded)
    var c: [Float] = []
    for m in 0..<rows {
      for n in 0..<outputs {
        var sum = flushed(bias?[n] ?? 0)
        for pair in 0..<(inputs + 1) / 2 {
          for k in [2 * pair + 1, 2 * pair] {
            sum =
              k < inputs
              ? addingFlushed(sum, a[m * inputs + k], b[k * outputs + n]) : addingFlushed(sum, 0, 0)
          }
        }
        c.append(finished(sum, m, n))
      }
    }
    return c
  }

  func expectedInt8() -> [Float] {
    var scales: [Float] = []
    var quantized = [Int](repeating: 0, count: kernel.count)
    for n in 0..<outputs {
      let column = (0..<inputs).map { kernel[$0 * outputs + n] }
      var scale = (column.map(\.magnitude).max() ?? 0) / 127
      if scale < 0x1p-100 { scale = 0 }
      if column.contains(where: { !$0.isFinite }) { scale = .nan }
      scales.append(scale)
      guard scale > 0 else { continue }
      for k in 0..<inputs {
        quantized[k * outputs + n] = Int(min(127, max(-127, column[k] / scale)).rounded(.toNearestOrEven))
      }
    }
    var c: [Float] = []
    for m in 0..<rows {
      let row = input[m * inputs..<(m + 1) * inputs]
      var scale: Float = .nan, zero = 0, places = [Int](repeating: 0, count: inputs)
      if row.allSatisfy(\.isFinite) {
        let low = min(0, row.min() ?? 0), high = max(0, row.max() ?? 0), part: Float = 1 / 255
        scale = high * part - low * part
        let inverse = scale < 0x1p-100 ? 0 : 1 / scale
        if inverse == 0 { scale = 0 }
        let exactZero = (-low * inverse).rounded(.toNearestOrEven)
        zero = Int(exactZero)
        places = row.map { x in
          Int(min(255, max(0, exactZero.addingProduct(x, inverse))).rounded(.toNearestOrEven))
        }
      }
      for n in 0..<outputs {
        let sum = (0..<inputs).reduce(0) { $0 + (places[$1] - zero) * quantized[$1 * outputs + n] }
        c.append(finished((bias?[n] ?? 0).addingProduct(Float(Int32(sum)), scale * scales[n]), m, n))
      }
    }
    return c
  }
}

// MARK: Numbers

func ordinary(_ numbers: inout Numbers) -> Float { Float.random(in: -1...1, using: &numbers) }

/// Numbers whose products lie about the least normal one.
func tiny(_ numbers: inout Numbers) -> Float { ordinary(&numbers) * 0x1p-63 }

/// Ordinary numbers amid subnormal, enormous and any others, infinity and NaN among them.
func nasty(_ numbers: inout Numbers) -> Float {
  switch Int.random(in: 0..<16, using: &numbers) {
  case 0: Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &numbers))
  case 1: Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &numbers) & 0x80ff_ffff)
  case 2: ordinary(&numbers) * .greatestFiniteMagnitude
  case 3: Int.random(in: 0..<30, using: &numbers) == 0 ? .infinity : 0
  default: ordinary(&numbers)
  }
}

/// Any number that is finite: int8 makes nothing of others.
func finite(_ numbers: inout Numbers) -> Float {
  let x = nasty(&numbers)
  return x.isFinite ? x : 1
}

private func flushed(_ x: Float) -> Float { x.isSubnormal ? Float(signOf: x, magnitudeOf: 0) : x }

/// To bfloat16, through the definition: the nearer of its two neighbours there.
private func rounded(_ x: Float) -> Float {
  guard x.isFinite, !x.isSubnormal else { return flushed(x) }
  let below = Float(bitPattern: x.bitPattern & 0xffff_0000)
  let above = Float(bitPattern: (x.bitPattern & 0xffff_0000) &+ 0x1_0000)
  // Beyond the greatest finite bfloat16 the next one would be 2^128.
  let toBelow = (Double(x) - Double(below)).magnitude
  let toAbove = ((above.isInfinite ? (x < 0 ? -0x1p128 : 0x1p128) : Double(above)) - Double(x)).magnitude
  if toBelow == toAbove { return below.bitPattern >> 16 & 1 == 0 ? below : above }
  return toBelow < toAbove ? below : above
}

/// a · b + sum, rounded once to 24 bits with an exponent of any size, and zero of its sign below 2^-126.
private func addingFlushed(_ sum: Float, _ a: Float, _ b: Float) -> Float {
  let y = sum.addingProduct(a, b)
  // What lies less than half a step of that exponent below the least normal number rounds up to it. Products of
  // bfloat16 are exact in Double.
  let isTiny = Double(sum).addingProduct(Double(a), Double(b)).magnitude < 0x1p-126 - 0x1p-151
  return isTiny ? Float(signOf: y, magnitudeOf: 0) : y
}
