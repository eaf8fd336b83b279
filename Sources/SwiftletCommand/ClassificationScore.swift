import SwiftletReports
import SwiftletGraph

/// How predicted classes fit the labels.
struct ClassificationScore {
  let predicted: [Int]
  let labels: [Int]
  /// What each class is called.
  let names: [String]
  /// Rows by label, then by prediction.
  let confusion: [[Int]]

  init(predicted: [Int], labels: [Int], count: Int, names: [String]?) {
    self.predicted = predicted
    self.labels = labels
    self.names = (0..<count).map { index in
      names.flatMap { index < $0.count ? $0[index] : nil } ?? "\(index)"
    }
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    for (label, prediction) in zip(labels, predicted) { confusion[label][prediction] += 1 }
    self.confusion = confusion
  }

  var correct: Int { confusion.indices.reduce(0) { $0 + confusion[$1][$1] } }
  var accuracy: Double { Double(correct) / Double(max(labels.count, 1)) }

  /// The accuracy, and the confusion table where it is not too wide to be read.
  var text: String {
    var text = "accuracy \(accuracy.fixed(4)) (\(correct.grouped) of \(counted(labels.count, "row")))\n"
    guard names.count <= 30 else { return text }
    let cell = max(names.map(\.count).max() ?? 1, "\(labels.count)".count) + 1
    let side = max(names.map(\.count).max() ?? 1, 5)
    text += "\n" + "label".padded(to: side) + " │" + " predicted\n"
    text += String(repeating: " ", count: side) + " │" + names.map { $0.padded(to: cell) }.joined() + "\n"
    text +=
      String(repeating: "─", count: side + 1) + "┼" + String(repeating: "─", count: cell * names.count) + "\n"
    for (label, row) in confusion.enumerated() {
      text += names[label].padded(to: side) + " │"
      // Zeros would hide what the table is for.
      text += row.map { ($0 == 0 ? "·" : "\($0)").padded(to: cell) }.joined() + "\n"
    }
    return text
  }

  var json: JSONValue {
    .members([
      ("rows", .integer(labels.count)), ("correct", .integer(correct)), ("accuracy", .number(accuracy)),
      ("classes", .array(names.map { .string($0) })),
      ("confusion", .array(confusion.map { .integers($0) })),
    ])
  }

  /// The first rows, and in the last place a mistake if there is one.
  func rowsToShow(_ count: Int) -> [Int] {
    var rows = Array(labels.indices.prefix(count))
    if count > 1, let mistake = labels.indices.first(where: { labels[$0] != predicted[$0] }),
      !rows.contains(mistake), !rows.isEmpty
    {
      rows[rows.count - 1] = mistake
    }
    return rows
  }

  /// What was predicted for a row, and what it is if that is something else.
  func caption(_ row: Int) -> String {
    let right = predicted[row] == labels[row]
    return "predicted " + names[predicted[row]] + (right ? " ✓" : " ✗ is " + names[labels[row]])
  }
}
