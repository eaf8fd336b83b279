import SwiftletReports
import SwiftletGraph

/// How predicted numbers fit those that should have come out.
struct RegressionScore {
  let rows: Int
  let meanSquaredError: Double
  let meanAbsoluteError: Double

  /// - Precondition: there are as many predicted as expected, and at least one.
  init(predicted: [Float], expected: [Float], rows: Int) {
    var (squares, absolutes) = (0.0, 0.0)
    for (value, wanted) in zip(predicted, expected) {
      let difference = Double(value) - Double(wanted)
      squares += difference * difference
      absolutes += difference.magnitude
    }
    self.rows = rows
    meanSquaredError = squares / Double(max(expected.count, 1))
    meanAbsoluteError = absolutes / Double(max(expected.count, 1))
  }

  var text: String {
    "mean squared error \(Float(meanSquaredError)), mean absolute error \(Float(meanAbsoluteError)) "
      + "(\(counted(rows, "row")))\n"
  }

  var json: JSONValue {
    .members([
      ("rows", .integer(rows)), ("mean_squared_error", .number(meanSquaredError)),
      ("mean_absolute_error", .number(meanAbsoluteError)),
    ])
  }
}
