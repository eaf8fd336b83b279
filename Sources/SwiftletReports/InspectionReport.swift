import Swiftlet
import SwiftletGraph

/// What a model file holds, as text and as JSON: what `inspect` prints.
package struct InspectionReport {
  private let model: Model
  private let path: String
  /// For each layer, the outputs of its first call.
  private let outputs: [[TensorSpecification]]

  /// The report on a model that was opened from `path`.
  package init(model: Model, path: String) {
    self.model = model
    self.path = path
    var outputs = [[TensorSpecification]](repeating: [], count: model.network.layers.count)
    for node in model.network.nodes.reversed() { outputs[node.layer] = node.outputs }
    self.outputs = outputs
  }

  private var network: Network { model.network }

  /// The outputs of a layer where it is called first.
  private func shape(ofLayer index: Int) -> String {
    outputs[index].map { $0.shape.description }.joined(separator: " ")
  }

  private func outputShape(ofLayer index: Int) -> JSONValue {
    outputs[index].first.map { Self.json($0.shape) } ?? .null
  }

  private func kind(_ entry: Network.NamedLayer) -> String {
    let activation = Self.activation(of: entry.layer)
    return entry.layer.className + (activation == .linear ? "" : ", " + activation.name)
  }

  /// What a layer applies to its sums.
  private static func activation(of layer: any Layer) -> Activation {
    if let layer = layer as? Dense { return layer.activation }
    if let layer = layer as? Conv1D { return layer.activation }
    if let layer = layer as? Conv2D { return layer.activation }
    if let layer = layer as? DepthwiseConv1D { return layer.activation }
    if let layer = layer as? DepthwiseConv2D { return layer.activation }
    return .linear
  }

  private static func parameters(_ entry: Network.NamedLayer) -> Int {
    entry.weights.reduce(0) { $0 + $1.elementCount }
  }

  /// Lines for a person, the last one ended.
  package var text: String {
    var text = "\(path): '\(network.name)', \(counted(network.parameterCount, "parameter"))\n"
    for (kind, list) in [("input ", model.inputs), ("output", model.outputs)] {
      for tensor in list {
        text += "  \(kind) \(tensor.name) \(tensor.shape.description) \(tensor.dataType.name)\n"
      }
    }
    let lines = network.layers.enumerated().map { index, entry in
      [entry.name, kind(entry), shape(ofLayer: index), Self.parameters(entry).grouped]
    }
    text += "\n" + textTable([["layer", "kind", "output", "parameters"]] + lines)
    if !model.weights.isEmpty {
      let weights = model.weights.map { weight in
        [
          weight.layer + "/" + weight.name, Self.shape(weight.shape), weight.storedType,
          weight.offset.map { "\($0)" } ?? "-", "\(weight.byteCount)",
        ]
      }
      text += "\n" + textTable([["weight", "shape", "type", "at byte", "bytes"]] + weights)
    }
    guard let metadata = model.metadata else {
      return text
        + "\nKeras \(model.kerasVersion ?? "(which, the file does not say)"); no Swiftlet metadata\n"
    }
    return text + "\n" + Self.text(metadata)
  }

  private static func text(_ metadata: ModelMetadata) -> String {
    var lines = ["format \(metadata.formatVersion.description)"]
    if !metadata.classLabels.isEmpty {
      lines.append("classes: " + metadata.classLabels.joined(separator: ", "))
    }
    let provenance = metadata.provenance
    let origin = [
      provenance.tool.map { "by " + $0 }, provenance.created.map { "at " + $0 },
      provenance.seed.map { "seed \($0)" },
    ].compactMap { $0 }
    if !origin.isEmpty { lines.append("made " + origin.joined(separator: ", ")) }
    if let digest = provenance.dataDigest { lines.append("data SHA-256 " + digest.hexadecimal) }
    if let first = metadata.history.first {
      let ends = metadata.history.map { metric in
        "\(metric.name) \((metric.values.first ?? .nan).fixed(4)) to \((metric.values.last ?? .nan).fixed(4))"
      }
      lines.append("trained for \(counted(first.values.count, "epoch")): " + ends.joined(separator: ", "))
    }
    lines.append("digests of \(counted(metadata.weightDigests.count, "weight"))")
    if let sample = metadata.goldenSample {
      lines.append("golden sample of \(counted(sample.inputs.first?.shape.first ?? 0, "row"))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same for programs.
  package var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("file", .string(path)), ("name", .string(network.name)),
      ("parameters", .integer(network.parameterCount)),
      ("inputs", .array(model.inputs.map(Self.json))), ("outputs", .array(model.outputs.map(Self.json))),
      (
        "layers",
        .array(
          network.layers.enumerated().map { index, entry in
            .members([
              ("name", .string(entry.name)), ("class", .string(entry.layer.className)),
              ("output_shape", outputShape(ofLayer: index)),
              ("parameters", .integer(Self.parameters(entry))),
              ("config", .members(entry.layer.encodeConfiguration())),
            ])
          })
      ),
      (
        "weights",
        .array(
          model.weights.map { weight in
            .members([
              ("layer", .string(weight.layer)), ("name", .string(weight.name)),
              ("shape", .integers(weight.shape)), ("type", .string(weight.storedType)),
              ("offset", weight.offset.flatMap { Int(exactly: $0) }.map { .integer($0) } ?? .null),
              ("bytes", .integer(weight.byteCount)),
            ])
          })
      ),
      ("keras_version", model.kerasVersion.map { .string($0) } ?? .null),
    ]
    members.append(("metadata", model.metadata.map(Self.json) ?? .null))
    return .members(members)
  }

  private static func json(_ tensor: TensorDescription) -> JSONValue {
    .members([
      ("name", .string(tensor.name)),
      ("shape", json(tensor.shape)), ("type", .string(tensor.dataType.name)),
    ])
  }

  private static func json(_ shape: Shape) -> JSONValue {
    .array(shape.dimensions.map { $0.map { .integer($0) } ?? .null })
  }

  private static func json(_ metadata: ModelMetadata) -> JSONValue {
    let provenance = metadata.provenance
    return .members([
      ("format_version", .string(metadata.formatVersion.description)),
      ("class_labels", .array(metadata.classLabels.map { .string($0) })),
      (
        "provenance",
        .members([
          ("tool", provenance.tool.map { .string($0) } ?? .null),
          ("created", provenance.created.map { .string($0) } ?? .null),
          // As text: a number in JSON holds 53 bits, and a seed has 64.
          ("seed", provenance.seed.map { .string("\($0)") } ?? .null),
          ("data_sha256", provenance.dataDigest.map { .string($0.hexadecimal) } ?? .null),
        ])
      ),
      (
        "history",
        .members(
          metadata.history.map { ($0.name, .array($0.values.map { $0.isFinite ? .number($0) : .null })) })
      ),
      (
        "digests",
        .members(metadata.weightDigests.map { ($0.path, .string($0.digest.hexadecimal)) })
      ),
      ("golden_sample_rows", .integer(metadata.goldenSample?.inputs.first?.shape.first ?? 0)),
    ])
  }

  private static func shape(_ sizes: [Int]) -> String {
    "(" + sizes.map { "\($0)" }.joined(separator: ", ") + ")"
  }
}
