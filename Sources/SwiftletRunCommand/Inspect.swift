import Swiftlet
import SwiftletGraph

extension SwiftletRun {
  /// `inspect`: layers, shapes, weights and where they lie, metadata.
  static func inspect(_ options: inout Options) throws(RunError) {
    let asJSON = options.flag("--json")
    let path = try options.model()
    let model = try open(path, .best)
    say(asJSON ? json(model).encoded() : table(model, path))
  }

  private static func table(_ model: Model, _ path: String) -> String {
    var lines = ["\(path): \(model.network.name), \(model.network.parameterCount) parameters"]
    if let version = model.kerasVersion { lines[0] += ", Keras \(version)" }
    for input in model.inputs {
      lines.append("input   \(input.name) \(input.shape.description) \(input.dataType.name)")
    }
    for output in model.outputs {
      lines.append("output  \(output.name) \(output.shape.description) \(output.dataType.name)")
    }
    for node in model.network.nodes {
      let layer = model.network.layers[node.layer]
      let shape = node.outputs.first?.shape.description ?? ""
      let count = layer.weights.reduce(0) { $0 + $1.elementCount }
      lines.append("layer   \(layer.name)  \(layer.layer.className)  \(shape)  \(count) parameters")
      for weight in model.weights where weight.layer == layer.name {
        let sizes = weight.shape.map { "\($0)" }.joined(separator: ", ")
        let place = weight.offset.map { "at byte \($0)" } ?? "not written"
        lines.append(
          "        \(weight.name)  (\(sizes))  \(weight.storedType)  \(weight.byteCount) bytes \(place)")
      }
    }
    if let metadata = model.metadata {
      lines.append("format  Swiftlet \(metadata.formatVersion.description)")
      if !metadata.classLabels.isEmpty {
        lines.append("labels  " + metadata.classLabels.joined(separator: ", "))
      }
      if let tool = metadata.provenance.tool { lines.append("tool    \(tool)") }
      if let created = metadata.provenance.created { lines.append("created \(created)") }
      if let seed = metadata.provenance.seed { lines.append("seed    \(seed)") }
      for metric in metadata.history {
        if let last = metric.values.last {
          lines.append("history \(metric.name): \(metric.values.count) epochs, last \(last)")
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func json(_ model: Model) -> JSONValue {
    func tensor(_ tensor: TensorDescription) -> JSONValue {
      .object([
        .init("name", .string(tensor.name)),
        .init("shape", .array(tensor.shape.dimensions.map { size in size.map { .integer($0) } ?? .null })),
        .init("dtype", .string(tensor.dataType.name)),
      ])
    }
    let layers = model.network.layers.map { layer -> JSONValue in
      let node = model.network.nodes.first { model.network.layers[$0.layer].name == layer.name }
      let shape = node?.outputs.first?.shape.dimensions ?? []
      return .object([
        .init("name", .string(layer.name)), .init("class", .string(layer.layer.className)),
        .init("output_shape", .array(shape.map { size in size.map { .integer($0) } ?? .null })),
        .init("parameters", .integer(layer.weights.reduce(0) { $0 + $1.elementCount })),
      ])
    }
    let weights = model.weights.map { weight -> JSONValue in
      .object([
        .init("layer", .string(weight.layer)), .init("name", .string(weight.name)),
        .init("shape", .array(weight.shape.map { .integer($0) })), .init("dtype", .string(weight.storedType)),
        .init("offset", weight.offset.map { .integer(Int(clamping: $0)) } ?? .null),
        .init("bytes", .integer(weight.byteCount)),
      ])
    }
    var members: [JSONValue.Member] = [
      .init("name", .string(model.network.name)), .init("parameters", .integer(model.network.parameterCount)),
      .init("keras_version", model.kerasVersion.map { .string($0) } ?? .null),
      .init("inputs", .array(model.inputs.map(tensor))), .init("outputs", .array(model.outputs.map(tensor))),
      .init("layers", .array(layers)), .init("weights", .array(weights)),
    ]
    if let metadata = model.metadata {
      members.append(
        .init(
          "metadata",
          .object([
            .init("format_version", .string(metadata.formatVersion.description)),
            .init("class_labels", .array(metadata.classLabels.map { .string($0) })),
            .init("tool", metadata.provenance.tool.map { .string($0) } ?? .null),
            .init("created", metadata.provenance.created.map { .string($0) } ?? .null),
            .init("seed", metadata.provenance.seed.map { .integer(Int(clamping: $0)) } ?? .null),
            .init(
              "history",
              .object(metadata.history.map { .init($0.name, .array($0.values.map { .number($0) })) })),
          ])))
    }
    return .object(members)
  }
}
