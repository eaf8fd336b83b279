import SwiftletHDF5Reader

extension ModelMetadata {
  /// Reads the group `swiftlet` of a model file; nil if there is none, as in a file that Keras wrote.
  ///
  /// What the group holds beyond what Spec/metadata.md names is passed over. Memory taken is bounded by the
  /// file's size: no two parts of the metadata may share bytes.
  /// - Throws: `MetadataError` if a known part has the wrong type or breaks a rule, if the version is
  ///   unknown, or if the HDF5 beneath is damaged.
  public static func read(from file: HDF5File) throws(MetadataError) -> ModelMetadata? {
    guard file.root.contains("swiftlet") else { return nil }
    let group = try MetadataGroup(file.root, "swiftlet")
    let text = try group.required("format_version", try group.string("format_version"))
    guard let version = FormatVersion(text) else {
      throw .malformed(place: "swiftlet@format_version", reason: "'\(text)' is not of the form 0.1")
    }
    guard version.major == FormatVersion.current.major else { throw .unsupportedVersion(version) }

    var ledger = StorageLedger()
    var metadata = ModelMetadata(classLabels: try group.strings("class_labels") ?? [])
    metadata.formatVersion = version
    if let provenance = try group.subgroup("provenance") {
      metadata.provenance = try Provenance(from: provenance)
    }
    if let history = try group.subgroup("history") {
      metadata.history = try readHistory(history, &ledger)
    }
    if let digests = try group.subgroup("digests") {
      metadata.configurationDigest = try digests.digest("model_config_sha256")
      metadata.weightDigests = try readWeightDigests(digests, &ledger)
    }
    if let sample = try group.subgroup("golden_sample") {
      metadata.goldenSample = try GoldenSample(from: sample, &ledger)
    }
    try metadata.validate()
    return metadata
  }

  private static func readHistory(
    _ group: MetadataGroup, _ ledger: inout StorageLedger
  ) throws(MetadataError) -> [Metric] {
    var metrics: [Metric] = []
    for name in try group.required("metric_names", try group.strings("metric_names")) {
      let dataset = try group.dataset(name, &ledger)
      let place = group.place(name)
      guard dataset.shape.count == 1, case .float(.float64, _) = dataset.datatype.kind else {
        throw .malformed(place: place, reason: "a metric is a list of float64, a value an epoch")
      }
      metrics.append(
        Metric(
          name: name, values: try inMetadata(place, { () throws(HDF5Error) in try dataset.float64Values() })))
    }
    return metrics
  }

  private static func readWeightDigests(
    _ group: MetadataGroup, _ ledger: inout StorageLedger
  ) throws(MetadataError) -> [WeightDigest] {
    let paths = try group.required("weight_names", try group.strings("weight_names"))
    let dataset = try group.dataset("sha256", &ledger)
    let place = group.place("sha256")
    guard dataset.shape == [paths.count, 32], dataset.datatype.size == 1,
      case .integer(signed: false, _, _, _) = dataset.datatype.kind
    else {
      throw .malformed(place: place, reason: "digests of \(paths.count) weights are uint8 of that many by 32")
    }
    let bytes = try inMetadata(place) { () throws(HDF5Error) in
      try dataset.rawBytes(in: 0..<dataset.byteCount)
    }
    var digests: [WeightDigest] = []
    for (index, path) in paths.enumerated() {
      guard let digest = SHA256.Digest(bytes: Array(bytes[32 * index..<32 * index + 32])) else { continue }
      digests.append(WeightDigest(path: path, digest: digest))
    }
    return digests
  }
}

extension ModelMetadata.Provenance {
  fileprivate init(from group: MetadataGroup) throws(MetadataError) {
    self.init(
      tool: try group.string("tool"), created: try group.string("created"), seed: try group.unsigned("seed"),
      dataDigest: try group.digest("data_sha256"))
  }
}

extension GoldenSample {
  fileprivate init(from group: MetadataGroup, _ ledger: inout StorageLedger) throws(MetadataError) {
    self.init(
      inputs: try Self.tensors("input", in: group, &ledger),
      outputs: try Self.tensors("output", in: group, &ledger),
      absoluteTolerance: try group.required("absolute_tolerance", try group.double("absolute_tolerance")),
      relativeTolerance: try group.required("relative_tolerance", try group.double("relative_tolerance")))
  }

  private static func tensors(
    _ kind: String, in group: MetadataGroup, _ ledger: inout StorageLedger
  ) throws(MetadataError) -> [Tensor] {
    let name = kind + "_count"
    let count = try group.required(name, try group.unsigned(name))
    guard count > 0, count <= UInt64(maximumTensors) else {
      throw .malformed(
        place: group.place("@" + name), reason: "\(count), where 1 to \(maximumTensors) may be")
    }
    var tensors: [Tensor] = []
    for index in 0..<Int(count) {
      let name = "\(kind)_\(index)"
      let dataset = try group.dataset(name, &ledger)
      let place = group.place(name)
      let values: Values
      switch dataset.datatype.kind {
      case .float(.float32, _):
        values = .float32(try inMetadata(place) { () throws(HDF5Error) in try dataset.float32Values() })
      case .integer(signed: true, _, shift: 0, precision: 32):
        let wide = try inMetadata(place) { () throws(HDF5Error) in try dataset.int64Values() }
        values = .int32(wide.map { Int32(truncatingIfNeeded: $0) })
      default:
        throw .malformed(
          place: place, reason: "\(dataset.datatype.description), where float32 or int32 may be")
      }
      tensors.append(Tensor(shape: dataset.shape, values: values))
    }
    return tensors
  }
}
