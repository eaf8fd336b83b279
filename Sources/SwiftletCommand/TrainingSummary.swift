import SwiftletReports
import SwiftletGraph

/// What a training run came to.
struct TrainingSummary {
  let output: String
  let network: Network
  let rows: Int
  let testRows: Int?
  let epochs: Int
  let seconds: Double
  /// Loss and metrics of the final weights over the rows that were trained on.
  let results: [String: Double]
  /// The same over the rows that were not.
  let testResults: [String: Double]?

  var text: String {
    var text =
      "Trained \(widths) (\(counted(network.parameterCount, "parameter"))) for \(counted(epochs, "epoch")) "
      + "in \(seconds.fixed(1)) s\n"
    text += "  on \(counted(rows, "row")): " + Self.line(results) + "\n"
    if let testRows, let testResults {
      text += "  test, \(counted(testRows, "row")): " + Self.line(testResults) + "\n"
    }
    return text + "Wrote \(output)\n"
  }

  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("output", .string(output)), ("rows", .integer(rows)), ("epochs", .integer(epochs)),
      ("parameters", .integer(network.parameterCount)), ("seconds", .number(seconds)),
      ("train", Self.object(results)),
    ]
    if let testRows, let testResults {
      members.append(("test_rows", .integer(testRows)))
      members.append(("test", Self.object(testResults)))
    }
    return .members(members)
  }

  /// `64-32-16-10`, where the network is a chain of Dense layers.
  private var widths: String {
    let inputs = network.inputs.first.flatMap { network.specification(of: $0).shape.elementCount }
    let units = network.layers.compactMap { ($0.layer as? Dense)?.units }
    return ([inputs].compactMap { $0 } + units).map { "\($0)" }.joined(separator: "-")
  }

  private static func line(_ results: [String: Double]) -> String {
    results.sorted { order($0.key) < order($1.key) }.map { "\($0.key) \($0.value.fixed(4))" }
      .joined(separator: ", ")
  }

  private static func object(_ results: [String: Double]) -> JSONValue {
    .members(results.sorted { order($0.key) < order($1.key) }.map { ($0.key, .number($0.value)) })
  }

  /// The loss before the metrics, and these by name.
  private static func order(_ name: String) -> String { name == "loss" ? "" : name }
}
