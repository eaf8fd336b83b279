import Foundation
import Swiftlet
import SwiftletHDF5Writer

/// The version of Keras whose spelling of configurations and files is followed.
private let kerasVersion = "3.0.0"
private let backend = "swiftlet"

/// Writes a model file that the runtime and Keras's `load_model` open: Spec/metadata.md.
///
/// Digests are computed from what is written. The file is complete or it is not there: see
/// `HDF5Writer.write(to:_:)`.
///
/// - Throws: `HDF5WriterError.invalid` if the contents break a rule of the format (JSON that is none, a name
///   twice, a shape that disagrees with its values, metadata that a reader would refuse); else as
///   `HDF5Writer.write(to:_:)`.
public func writeModelFile(_ contents: ModelFileContents, to path: String) throws(HDF5WriterError) {
  try checkJSON(contents.configurationJSON, "model_config", path)
  if let text = contents.trainingConfigurationJSON { try checkJSON(text, "training_config", path) }
  var metadata = contents.metadata
  metadata.formatVersion = .current
  metadata.configurationDigest = digest(Array(contents.configurationJSON.utf8).span.bytes)
  metadata.weightDigests = contents.layers.flatMap { layer in
    layer.weights.map { weight in
      ModelMetadata.WeightDigest(
        path: layer.name + "/" + storedName(weight, in: layer), digest: digest(weight.values.span.bytes))
    }
  }
  do throws(MetadataError) {
    try metadata.validate()
  } catch {
    throw .invalid(object: path, reason: error.description)
  }
  try HDF5Writer.write(to: path) { (root) throws(HDF5WriterError) in
    try root.setAttribute("keras_version", to: kerasVersion)
    try root.setAttribute("backend", to: backend)
    try root.setAttribute("model_config", to: contents.configurationJSON)
    if let text = contents.trainingConfigurationJSON { try root.setAttribute("training_config", to: text) }
    try root.writeGroup("model_weights") { (group) throws(HDF5WriterError) in
      try writeWeights(contents.layers, to: group)
    }
    try root.writeGroup("swiftlet") { (group) throws(HDF5WriterError) in
      try writeMetadata(metadata, to: group)
    }
  }
}

/// What Keras 3 calls the weight's path: the dataset's name within the layer's group.
private func storedName(_ weight: ModelFileContents.Weight, in layer: ModelFileContents.Layer) -> String {
  layer.name + "/" + weight.name
}

/// Swift's numbers lie as the file's do: little-endian on every processor that Swift runs on.
private func digest(_ bytes: RawSpan) -> SHA256.Digest {
  var hash = SHA256()
  hash.update(bytes)
  return hash.finalize()
}

private func checkJSON(_ text: String, _ name: String, _ path: String) throws(HDF5WriterError) {
  guard (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any] else {
    throw .invalid(object: path + ":/@" + name, reason: "not a JSON object")
  }
}

private func writeWeights(
  _ layers: [ModelFileContents.Layer], to group: borrowing HDF5WriterGroup
) throws(HDF5WriterError) {
  try group.setAttribute("layer_names", to: layers.map(\.name))
  try group.setAttribute("backend", to: backend)
  try group.setAttribute("keras_version", to: kerasVersion)
  for layer in layers {
    try group.writeGroup(layer.name) { (group) throws(HDF5WriterError) in
      try group.setAttribute("weight_names", to: layer.weights.map { storedName($0, in: layer) })
      for weight in layer.weights {
        try group.writeDataset(storedName(weight, in: layer), shape: weight.shape, weight.values)
      }
    }
  }
  // Weights that belong to the model and to none of its layers: there are none, and Keras looks for the group.
  try group.writeGroup("top_level_model_weights") { (group) throws(HDF5WriterError) in
    try group.setAttribute("weight_names", to: [String]())
  }
}
