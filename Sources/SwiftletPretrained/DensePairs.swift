import SwiftletNumPy

/// Kernels with their biases, in the order of the layers.
struct DensePairs {
  struct Pair {
    let kernel: NamedTensor
    let bias: NamedTensor?
  }

  let pairs: [Pair]

  init(_ tensors: [NamedTensor]) throws(ArrayFileError) {
    var kernels: [NamedTensor] = []
    var biases: [NamedTensor] = []
    for tensor in tensors where !tensor.array.shape.isEmpty {
      guard tensor.array.count > 0 else { throw chainError(shapeText(tensor), "tensors with values") }
      if try DensePairs.isBias(tensor, after: kernels.last) {
        biases.append(tensor)
      } else {
        kernels.append(tensor)
      }
    }
    guard !kernels.isEmpty else {
      throw chainError("no two-dimensional tensor", "kernels W1, W2, … and biases")
    }
    guard biases.isEmpty || biases.count == kernels.count else {
      throw chainError(
        "\(kernels.count) kernels and \(biases.count) biases: " + DensePairs.list(kernels + biases),
        "a bias for each kernel, or none at all")
    }
    let kernelNumbers = kernels.map { TensorName($0).number }
    let biasNumbers = biases.map { TensorName($0).number }
    if let order = DensePairs.order(kernelNumbers), biases.isEmpty || Set(kernelNumbers) == Set(biasNumbers) {
      let sorted = order.map { kernels[$0] }
      guard !biases.isEmpty, let biasOrder = DensePairs.order(biasNumbers) else {
        pairs = sorted.map { Pair(kernel: $0, bias: nil) }
        return
      }
      pairs = zip(sorted, biasOrder).map { Pair(kernel: $0, bias: biases[$1]) }
      return
    }
    // Numbers that people wrote into names are meant; positions in lists may be those of kernels and biases
    // in turn.
    let isNumbered = (kernels + biases).allSatisfy { TensorName($0).isNumberedByName }
    guard !isNumbered else {
      throw chainError("numbers that do not pair: " + DensePairs.list(kernels + biases), "W1, b1, W2, b2, …")
    }
    pairs = kernels.enumerated().map { Pair(kernel: $1, bias: biases.isEmpty ? nil : biases[$0]) }
  }

  /// Whether `tensor` is a bias rather than a kernel, by its name and its shape.
  private static func isBias(
    _ tensor: NamedTensor, after kernel: NamedTensor?
  ) throws(ArrayFileError) -> Bool {
    let shape = tensor.array.shape
    guard shape.count <= 2 else {
      throw ArrayFileError(
        .unsupported, place: "dense chain", found: shapeText(tensor),
        supported: "kernels of two dimensions and biases of one")
    }
    let isVector = shape.count == 1 || shape.contains(1)
    switch TensorName(tensor).role {
    case .bias:
      guard isVector else { throw chainError("the bias " + shapeText(tensor), "biases of one dimension") }
      return true
    case .kernel:
      guard shape.count == 2 else {
        throw chainError("the kernel " + shapeText(tensor), "kernels of two dimensions")
      }
      return false
    case nil:
      if shape.count == 1 { return true }
      // One row or column after a kernel that has as many outputs is a bias.
      guard isVector, let kernel else { return false }
      return kernel.array.shape.contains(tensor.array.count)
    }
  }

  /// The positions of `numbers` from the least to the greatest; nil unless all are there and differ.
  private static func order(_ numbers: [Int?]) -> [Int]? {
    let known = numbers.compactMap { $0 }
    guard known.count == numbers.count, Set(known).count == known.count else { return nil }
    return known.indices.sorted { known[$0] < known[$1] }
  }

  /// Tensors as a message shows them.
  static func list(_ tensors: [NamedTensor]) -> String {
    tensors.prefix(12).map(shapeText).joined(separator: ", ") + (tensors.count > 12 ? ", …" : "")
  }
}

/// What a tensor's name says about it.
struct TensorName {
  enum Role {
    case kernel
    case bias
  }

  let role: Role?
  /// The last number in the path, if there is any.
  let number: Int?
  /// Whether that number stands in a name, as in `W1`, and is no position in a list.
  let isNumberedByName: Bool

  init(_ tensor: NamedTensor) {
    let named = tensor.path.last { $0.utf8.contains(where: TensorName.isLetter) } ?? ""
    let letters = named.lowercased().filter { $0.isLetter }
    if letters == "b" || letters.contains("bias") || letters.contains("intercept") {
      role = .bias
    } else if letters == "w" || letters.contains("kernel") || letters.contains("weight")
      || letters.contains("coef")
    {
      role = .kernel
    } else {
      role = nil
    }
    let numbered = tensor.path.last { $0.utf8.contains(where: TensorName.isDigit) } ?? ""
    let digits = numbered.utf8.reversed().drop { !TensorName.isDigit($0) }.prefix(while: TensorName.isDigit)
    number = Int(String(decoding: digits.reversed(), as: UTF8.self))
    isNumberedByName = number != nil && numbered.utf8.contains(where: TensorName.isLetter)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isLetter(_ byte: UInt8) -> Bool { !isDigit(byte) && byte > 0x40 }
}

/// A tensor's name and shape as a message shows them.
func shapeText(_ tensor: NamedTensor) -> String {
  let shape = tensor.array.shape
  let lengths = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
  return shown(tensor.name.utf8) + " (" + lengths + ")"
}
