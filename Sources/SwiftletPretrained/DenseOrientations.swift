import SwiftletNumPy

/// Finds which kernels must be transposed for the layers to make a chain: true for those.
///
/// The first kernel may lie either way, and every other must take as many inputs as the one before it gives, so
/// there are two chains at most; both fitting is for the caller to decide.
func denseOrientations(
  _ pairs: [DensePairs.Pair], orientation: KernelOrientation?
) throws(ArrayFileError) -> [Bool] {
  var chains: [[Bool]] = []
  for first in [false, true] {
    let isSquare = pairs[0].kernel.array.shape[0] == pairs[0].kernel.array.shape[1]
    // A square first kernel starts the same chain either way.
    if first && isSquare { continue }
    guard let turned = orientations(pairs, startingTurned: first, orientation: orientation) else { continue }
    chains.append(turned)
  }
  guard let chain = chains.first else {
    throw chainError(
      "shapes that make no chain: "
        + DensePairs.list(pairs.flatMap { [$0.kernel] + ($0.bias.map { [$0] } ?? []) }),
      "kernels that take as many inputs as the one before has outputs, each bias as long as the outputs")
  }
  guard chains.count == 1 else {
    throw chainError(
      "two chains that fit: " + chains.map { text(pairs, $0) }.joined(separator: " or "),
      "say whether kernels have their inputs or their outputs first")
  }
  return chain
}

/// The chain whose first kernel is transposed or not; nil if the shapes do not fit.
private func orientations(
  _ pairs: [DensePairs.Pair], startingTurned: Bool, orientation: KernelOrientation?
) -> [Bool]? {
  var turned: [Bool?] = []
  var width: Int?
  for pair in pairs {
    let rows = pair.kernel.array.shape[0]
    let columns = pair.kernel.array.shape[1]
    let outputs: Int
    if rows == columns {
      guard width == nil || width == rows else { return nil }
      turned.append(nil)
      outputs = rows
    } else {
      let isTurned = width.map { $0 != rows } ?? startingTurned
      guard width == nil || width == (isTurned ? columns : rows) else { return nil }
      guard orientation == nil || isTurned == (orientation == .outputsFirst) else { return nil }
      turned.append(isTurned)
      outputs = isTurned ? rows : columns
    }
    if let bias = pair.bias, bias.array.count != outputs { return nil }
    width = outputs
  }
  // Square kernels are as the others are, if those agree.
  let others = Set(turned.compactMap { $0 })
  let square = orientation.map { $0 == .outputsFirst } ?? (others == [true])
  return turned.map { $0 ?? square }
}

/// A chain as a message shows it: `64 → 32 → 10`.
private func text(_ pairs: [DensePairs.Pair], _ turned: [Bool]) -> String {
  var lengths: [Int] = []
  for (pair, turned) in zip(pairs, turned) {
    let shape = pair.kernel.array.shape
    if lengths.isEmpty { lengths.append(shape[turned ? 1 : 0]) }
    lengths.append(shape[turned ? 0 : 1])
  }
  return lengths.map { "\($0)" }.joined(separator: " → ")
}
