import SwiftletHDF5Reader

/// What holding a file's weights against its digests found.
public struct DigestReport: Sendable, Equatable {
  /// A weight that is not as it was written.
  public struct Damage: Sendable, Equatable {
    /// The weight's dataset, counted from `model_weights`; `model_config` for the configuration.
    public let path: String
    /// What is wrong with it.
    public let reason: String
  }

  /// How many weights were as their digests say.
  public private(set) var soundCount = 0
  /// What is damaged, missing or unreadable.
  public private(set) var damage: [Damage] = []
  /// Weights that have no digest, so that nothing can be said of them.
  public private(set) var undigested: [String] = []

  /// Whether every weight has a digest and is as it says.
  public var isSound: Bool { damage.isEmpty && undigested.isEmpty }
}

extension ModelMetadata {
  /// Reads every weight of `file`, and the configuration, and compares them with the digests.
  ///
  /// Takes a megabyte of memory, whatever the weights take.
  /// - Throws: `MetadataError.container` if the file cannot be listed or read at all. A weight that cannot
  ///   be read is part of the report.
  public func checkDigests(in file: HDF5File) throws(MetadataError) -> DigestReport {
    var report = DigestReport()
    if let expected = configurationDigest {
      let attribute = try inMetadata("") { () throws(HDF5Error) in try file.root.attribute("model_config") }
      let text = try attribute.map { attribute throws(MetadataError) in
        try inMetadata("@model_config") { () throws(HDF5Error) in try attribute.string }
      }
      var hash = SHA256()
      hash.update(Array((text ?? "").utf8))
      if hash.finalize() != expected { report.note("model_config", "its digest differs") }
    }
    let weights = try inMetadata("model_weights") { () throws(HDF5Error) in
      try file.root.group("model_weights")
    }
    var digested: Set<String> = []
    // Bytes are hashed once, so that a file cannot ask for more work than its size.
    var ledger = StorageLedger()
    for entry in weightDigests {
      digested.insert(entry.path)
      do throws(MetadataError) {
        let dataset = try inMetadata(entry.path) { () throws(HDF5Error) in try weights.dataset(entry.path) }
        try ledger.claim(dataset, entry.path)
        let found = try inMetadata(entry.path) { () throws(HDF5Error) in try Self.digest(of: dataset) }
        if found == entry.digest { report.noteSound() } else { report.note(entry.path, "its digest differs") }
      } catch {
        switch error {
        case .container(.io): throw error
        case .malformed(_, let reason): report.note(entry.path, reason)
        default: report.note(entry.path, error.description)
        }
      }
    }
    let prefix = "model_weights/"
    for entry in try inMetadata("", { () throws(HDF5Error) in try file.listing() }) {
      guard entry.path.utf8.starts(with: prefix.utf8), case .dataset = entry.content else { continue }
      let path = String(decoding: entry.path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
      if !digested.contains(path) { report.noteUndigested(path) }
    }
    return report
  }

  private static func digest(of dataset: HDF5Dataset) throws(HDF5Error) -> SHA256.Digest {
    var hash = SHA256()
    var done = 0
    while done < dataset.byteCount {
      let end = min(dataset.byteCount, done + (1 << 20))
      hash.update(try dataset.rawBytes(in: done..<end))
      done = end
    }
    return hash.finalize()
  }
}

extension DigestReport {
  fileprivate mutating func noteSound() { soundCount += 1 }
  fileprivate mutating func note(_ path: String, _ reason: String) {
    damage.append(Damage(path: path, reason: reason))
  }
  fileprivate mutating func noteUndigested(_ path: String) { undigested.append(path) }
}
