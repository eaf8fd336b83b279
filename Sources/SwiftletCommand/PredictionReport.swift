import Foundation
import Swiftlet
import SwiftletGraph

/// What a model gave for rows, as text.
struct PredictionReport {
  private let outputs: [Rows]
  /// The names of the classes of a single output; nil where the file has none.
  private let labels: [String]?
  private let top: Int?
  private let likelihoods: Likelihoods

  /// - Throws: status 64 where classes are asked of a model that has several outputs.
  init(model: Model, outputs: [Rows], top: Int?) throws(CommandFailure) {
    self.outputs = outputs
    self.top = top
    let width = outputs.first.map { $0.values.count / max($0.count, 1) } ?? 0
    let names = model.metadata?.classLabels ?? []
    let isNamed = outputs.count == 1 && !names.isEmpty && names.count == max(width, 2)
    labels = isNamed ? names : nil
    likelihoods = Likelihoods(after: model.network.finalActivation, width: width)
    guard top == nil || (outputs.count == 1 && outputs[0].shape.count <= 2) else {
      throw .usage("--top: the model gives more than one class a row")
    }
  }

  private func name(_ index: Int) -> String { labels?[index] ?? "\(index)" }

  private func row(_ index: Int, of output: Rows) -> ArraySlice<Float> {
    let width = output.values.count / max(output.count, 1)
    return output.values[index * width..<(index + 1) * width]
  }

  /// A line a row, written as they come: tables of a million rows need no memory of their own.
  func writeCSV() throws(CommandFailure) {
    var text = header + "\n"
    for index in 0..<(outputs.first?.count ?? 0) {
      text += line(index) + "\n"
      if text.utf8.count > 1 << 16 {
        try Console.write(text)
        text = ""
      }
    }
    try Console.write(text)
  }

  private var header: String {
    if let top {
      let count = min(top, likelihoods.classCount)
      return (1...count).map { "class_\($0),probability_\($0)" }.joined(separator: ",")
    }
    var names: [String] = labels == nil ? [] : ["class"]
    for output in outputs {
      let width = output.values.count / max(output.count, 1)
      if width == 1 {
        names.append(output.source)
      } else if outputs.count == 1 {
        names += (0..<width).map(name)
      } else {
        names += (0..<width).map { "\(output.source)/\($0)" }
      }
    }
    return names.map(Self.field).joined(separator: ",")
  }

  private func line(_ index: Int) -> String {
    if let top {
      return likelihoods.ranked(row(index, of: outputs[0])).prefix(top)
        .map { "\(Self.field(name($0.index))),\($0.probability)" }.joined(separator: ",")
    }
    var fields: [String] = []
    if labels != nil, let best = likelihoods.ranked(row(index, of: outputs[0])).first {
      fields.append(Self.field(name(best.index)))
    }
    for output in outputs { fields += row(index, of: output).map { "\($0)" } }
    return fields.joined(separator: ",")
  }

  var json: JSONValue {
    let count = outputs.first?.count ?? 0
    var members: [(String, JSONValue)] = [("rows", .integer(count))]
    if let top {
      let lists = (0..<count).map { index in
        JSONValue.array(
          likelihoods.ranked(row(index, of: outputs[0])).prefix(top).map {
            .members([("class", .string(name($0.index))), ("probability", .float($0.probability))])
          })
      }
      return .members(members + [("top", .array(lists))])
    }
    if labels != nil {
      let classes = (0..<count).map { index in
        likelihoods.ranked(row(index, of: outputs[0])).first.map { JSONValue.string(name($0.index)) } ?? .null
      }
      members.append(("classes", .array(classes)))
    }
    let values = outputs.map { output in
      JSONValue.members([
        ("name", .string(output.source)), ("shape", .integers(output.shape)),
        ("values", .array((0..<count).map { .floats(Array(row($0, of: output))) })),
      ])
    }
    return .members(members + [("outputs", .array(values))])
  }

  /// A field of a CSV, in quotes where it needs them.
  private static func field(_ text: String) -> String {
    guard text.contains(where: { ",;\"\n\r\t".contains($0) }) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}

/// How likely each class is, by a row of outputs.
struct Likelihoods {
  private let activation: Activation
  private let width: Int

  init(after activation: Activation, width: Int) {
    self.activation = activation
    self.width = width
  }

  /// A single output tells two classes apart.
  var classCount: Int { max(width, 2) }

  /// Every class with its probability, the most likely first and of equal ones the first.
  func ranked(_ outputs: ArraySlice<Float>) -> [(index: Int, probability: Float)] {
    let probabilities = probabilities(Array(outputs))
    return probabilities.indices.map { ($0, probabilities[$0]) }
      .sorted { $0.1 > $1.1 || ($0.1 == $1.1 && $0.0 < $1.0) }
  }

  private func probabilities(_ outputs: [Float]) -> [Float] {
    guard outputs.count > 1 else {
      let value = outputs.first ?? 0
      let second = activation.givesProbabilities ? value : 1 / (1 + exp(-value))
      return [1 - second, second]
    }
    guard !activation.givesProbabilities, let largest = outputs.max() else { return outputs }
    let powers = outputs.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
