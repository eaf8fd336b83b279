import SwiftletKernels

extension swiftlet_kernels {
  /// Runs one step that reads several tensors: slots 0, 1, … are the inputs, and the next is the output. Behind
  /// the output's `outputs` elements stand eight more, which must come out as NaN.
  func run<Parameters>(
    _ kernel: swiftlet_kernel, _ parameters: Parameters, inputs: [[Float]], outputs: Int, rows: Int,
    scratchBytes: Int = 0
  ) -> [Float] {
    let sizes = inputs.map { $0.count } + [outputs + 8]
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: sizes.reduce(0, +))
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(scratchBytes, 1), alignment: 64)
    defer {
      memory.deallocate()
      scratch.deallocate()
    }
    var tensors: [UnsafeMutableRawPointer?] = []
    var next = memory
    for (input, size) in zip(inputs + [[Float](repeating: .nan, count: outputs + 8)], sizes) {
      next.initialize(from: input, count: size)
      tensors.append(UnsafeMutableRawPointer(next))
      next += size
    }
    tensors.withUnsafeBufferPointer { tensors in
      guard let base = tensors.baseAddress else { return }
      withUnsafePointer(to: parameters) { parameters in
        let step = swiftlet_step(kernel: kernel, parameters: parameters)
        withUnsafePointer(to: step) { step in
          var run = swiftlet_run(tensors: base, rows: rows, scratch: scratch)
          swiftlet_run_steps(step, 1, &run)
        }
      }
    }
    let output = next - (outputs + 8)
    guard (outputs..<(outputs + 8)).allSatisfy({ output[$0].isNaN }) else { return [] }
    return Array(UnsafeBufferPointer(start: output, count: outputs))
  }
}

/// a · b + c rounded once.
func fma(_ a: Float, _ b: Float, _ c: Float) -> Float { c.addingProduct(a, b) }

/// Floats among which are zeros of both signs, infinities and, where `nan` says so, NaN.
func unusualFloats(_ count: Int, seed: UInt64, nan: Bool) -> [Float] {
  var x = someFloats(count, seed: seed)
  for i in stride(from: 0, to: count, by: 7) { x[i] = 0 }
  for i in stride(from: 3, to: count, by: 11) { x[i] = -0.0 }
  for i in stride(from: 5, to: count, by: 97) { x[i] = -.infinity }
  if nan { for i in stride(from: 8, to: count, by: 41) { x[i] = .nan } }
  return x
}
