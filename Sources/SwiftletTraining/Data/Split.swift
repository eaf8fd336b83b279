extension Dataset {
  /// Parts the rows in two by a seed: the same rows on every machine.
  /// - Parameters:
  ///   - testFraction: the share of rows for the second part, rounded to whole rows.
  ///   - stratified: whether each class keeps its share in both parts; needs a label for each row.
  /// - Throws: `TrainingError.argument` for a fraction that leaves a part empty; `.data` where a stratified
  ///   split finds no labels.
  public func split(
    testFraction: Double = 0.2, seed: UInt64, stratified: Bool = false
  ) throws(TrainingError) -> (train: Dataset, test: Dataset) {
    guard testFraction > 0, testFraction < 1 else {
      throw .argument("testFraction", found: "\(testFraction)", needed: "between 0 and 1")
    }
    var generator = SeededGenerator(seed: seed, stream: 2)
    var groups = [Array(0..<rowCount)]
    if stratified {
      guard case .labels(let labels)? = targets.first, labels.count == rowCount else {
        throw .data("a stratified split needs one label for each row", place: "data")
      }
      groups = Dictionary(grouping: 0..<rowCount) { labels[$0] }.sorted { $0.key < $1.key }.map(\.value)
    }
    var train: [Int] = []
    var test: [Int] = []
    for var group in groups {
      generator.shuffle(&group)
      let count = Int((Double(group.count) * testFraction).rounded())
      test += group.prefix(count)
      train += group.dropFirst(count)
    }
    guard !train.isEmpty, !test.isEmpty else {
      throw .argument(
        "testFraction", found: "\(testFraction)", needed: "such that both parts of \(rowCount) rows get some")
    }
    // Rows of a class lie together until they are put in their own order again.
    return (try rows(train.sorted()), try rows(test.sorted()))
  }
}
