import Foundation
import Swiftlet
import SwiftletHDF5Writer

/// Writes metadata that `ModelMetadata.validate` has passed into the group `swiftlet`.
func writeMetadata(
  _ metadata: ModelMetadata, to group: borrowing HDF5WriterGroup
) throws(HDF5WriterError) {
  try group.setAttribute("format_version", to: metadata.formatVersion.description)
  if !metadata.classLabels.isEmpty { try group.setAttribute("class_labels", to: metadata.classLabels) }
  try group.writeGroup("provenance") { (group) throws(HDF5WriterError) in
    let provenance = metadata.provenance
    if let tool = provenance.tool { try group.setAttribute("tool", to: tool) }
    if let created = provenance.created { try group.setAttribute("created", to: created) }
    if let seed = provenance.seed { try group.setAttribute("seed", to: seed) }
    if let digest = provenance.dataDigest { try group.setAttribute("data_sha256", to: digest.hexadecimal) }
  }
  try group.writeGroup("digests") { (group) throws(HDF5WriterError) in
    if let digest = metadata.configurationDigest {
      try group.setAttribute("model_config_sha256", to: digest.hexadecimal)
    }
    try group.setAttribute("weight_names", to: metadata.weightDigests.map(\.path))
    try group.writeDataset(
      "sha256", shape: [metadata.weightDigests.count, 32], metadata.weightDigests.flatMap(\.digest.bytes))
  }
  if !metadata.history.isEmpty {
    try group.writeGroup("history") { (group) throws(HDF5WriterError) in
      try group.setAttribute("metric_names", to: metadata.history.map(\.name))
      for metric in metadata.history {
        try group.writeDataset(metric.name, shape: [metric.values.count], metric.values)
      }
    }
  }
  if let sample = metadata.goldenSample {
    try group.writeGroup("golden_sample") { (group) throws(HDF5WriterError) in
      try group.setAttribute("input_count", to: sample.inputs.count)
      try group.setAttribute("output_count", to: sample.outputs.count)
      try group.setAttribute("absolute_tolerance", to: sample.absoluteTolerance)
      try group.setAttribute("relative_tolerance", to: sample.relativeTolerance)
      try writeTensors(sample.inputs, "input", to: group)
      try writeTensors(sample.outputs, "output", to: group)
    }
  }
}

private func writeTensors(
  _ tensors: [GoldenSample.Tensor], _ kind: String, to group: borrowing HDF5WriterGroup
) throws(HDF5WriterError) {
  for (index, tensor) in tensors.enumerated() {
    let name = "\(kind)_\(index)"
    switch tensor.values {
    case .float32(let values): try group.writeDataset(name, shape: tensor.shape, values)
    case .int32(let values): try group.writeDataset(name, shape: tensor.shape, values)
    }
  }
}

extension ModelMetadata.Provenance {
  /// A time as `created` spells it, to the second, in UTC.
  public static func timestamp(_ date: Date = Date()) -> String {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime]
    return formatter.string(from: date)
  }
}
