import SwiftletHDF5Reader

/// Calls into the reader for what lies at `place`: another kind of thing than wanted breaks a rule of the
/// metadata; all else is the container's own trouble.
func inMetadata<Result>(
  _ place: String, _ body: () throws(HDF5Error) -> Result
) throws(MetadataError) -> Result {
  do throws(HDF5Error) {
    return try body()
  } catch {
    switch error {
    case .mismatch(let reason, _): throw .malformed(place: place, reason: reason)
    case .notFound: throw .malformed(place: place, reason: "it is missing")
    default: throw .container(error)
    }
  }
}

/// A group of the metadata, and typed access to what it may hold. Absent attributes are nil; those of another
/// type than asked for are refused.
struct MetadataGroup {
  private let group: HDF5Group
  private let attributes: [String: HDF5Attribute]
  private let path: String

  /// The most text that one list of strings may hold, in bytes: a million labels of 64.
  private static let maximumText = 1 << 26

  init(_ parent: HDF5Group, _ name: String) throws(MetadataError) {
    let path = parent.path.isEmpty ? name : parent.path + "/" + name
    let group = try inMetadata(path) { () throws(HDF5Error) in try parent.group(name) }
    var attributes: [String: HDF5Attribute] = [:]
    for attribute in try inMetadata(path, { () throws(HDF5Error) in try group.attributes }) {
      attributes[attribute.name] = attribute
    }
    self.path = path
    self.group = group
    self.attributes = attributes
  }

  /// Where errors say that something lies: `@name` is an attribute.
  func place(_ name: String) -> String {
    name.utf8.first == UInt8(ascii: "@") ? path + name : path + "/" + name
  }

  func required<Value>(_ name: String, _ value: Value?) throws(MetadataError) -> Value {
    guard let value else { throw .malformed(place: place("@" + name), reason: "it is missing") }
    return value
  }

  func subgroup(_ name: String) throws(MetadataError) -> MetadataGroup? {
    group.contains(name) ? try MetadataGroup(group, name) : nil
  }

  /// The dataset of that very name, whose bytes nothing else in the metadata has taken.
  func dataset(_ name: String, _ ledger: inout StorageLedger) throws(MetadataError) -> HDF5Dataset {
    guard group.contains(name) else { throw .malformed(place: place(name), reason: "it is missing") }
    let dataset = try inMetadata(place(name)) { () throws(HDF5Error) in try group.dataset(name) }
    try ledger.claim(dataset, place(name))
    return dataset
  }

  func string(_ name: String) throws(MetadataError) -> String? {
    guard let attribute = attributes[name] else { return nil }
    return try inMetadata(place("@" + name)) { () throws(HDF5Error) in try attribute.string }
  }

  /// A list of strings in the attribute, or in `name0`, `name1`, … where it was too long for one.
  func strings(_ name: String) throws(MetadataError) -> [String]? {
    if let attribute = attributes[name] {
      return try inMetadata(place("@" + name)) { () throws(HDF5Error) in try attribute.strings }
    }
    guard attributes[name + "0"] != nil else { return nil }
    var all: [String] = []
    var byteCount = 0
    var part = 0
    while let attribute = attributes[name + "\(part)"] {
      let place = place("@" + name + "\(part)")
      let strings = try inMetadata(place) { () throws(HDF5Error) in try attribute.strings }
      for string in strings { byteCount += string.utf8.count }
      guard byteCount <= Self.maximumText else {
        throw .malformed(place: place, reason: "more than \(Self.maximumText) bytes of text in all")
      }
      all += strings
      part += 1
    }
    return all
  }

  func digest(_ name: String) throws(MetadataError) -> SHA256.Digest? {
    guard let text = try string(name) else { return nil }
    guard let digest = SHA256.Digest(hexadecimal: text) else {
      throw .malformed(place: place("@" + name), reason: "'\(text)' is not 64 hexadecimal digits")
    }
    return digest
  }

  func double(_ name: String) throws(MetadataError) -> Double? {
    guard let attribute = attributes[name] else { return nil }
    let values = try inMetadata(place("@" + name)) { () throws(HDF5Error) in try attribute.doubles }
    guard values.count == 1 else { throw notOneNumber(name) }
    return values[0]
  }

  /// One integer that is not negative, of up to 64 bits.
  func unsigned(_ name: String) throws(MetadataError) -> UInt64? {
    guard let attribute = attributes[name] else { return nil }
    let place = place("@" + name)
    guard case .integer(let signed, let order, _, let precision) = attribute.datatype.kind,
      attribute.count == 1
    else { throw notOneNumber(name) }
    if !signed, precision == 64 {
      // The reader's integers are signed, and end at 2^63 - 1.
      let bytes = try inMetadata(place) { () throws(HDF5Error) in try attribute.rawBytes }
      return (order == .big ? bytes : bytes.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }
    let values = try inMetadata(place) { () throws(HDF5Error) in try attribute.integers }
    guard values.count == 1, let value = UInt64(exactly: values[0]) else { throw notOneNumber(name) }
    return value
  }

  private func notOneNumber(_ name: String) -> MetadataError {
    .malformed(place: place("@" + name), reason: "not one number of the kind that belongs here")
  }
}

/// The bytes of the file that have been taken so far, for the metadata or for hashing weights. Since none is
/// taken twice, all that is read is no larger than the file, however its names and addresses are knotted.
struct StorageLedger {
  /// Apart from each other, sorted.
  private var taken: [Range<UInt64>] = []

  mutating func claim(_ dataset: HDF5Dataset, _ place: String) throws(MetadataError) {
    guard dataset.byteCount > 0 else { return }
    let start: UInt64
    switch dataset.storage {
    case .contiguous(let offset, _), .compact(let offset, _): start = offset
    case .unwritten: throw .malformed(place: place, reason: "its data were never written")
    case .unsupported(let what, let offset): throw .container(.unsupported(what, offset: offset))
    }
    let (end, overflow) = start.addingReportingOverflow(UInt64(dataset.byteCount))
    guard !overflow else { throw .malformed(place: place, reason: "its data reach past any file") }
    var low = 0
    var high = taken.count
    while low < high {
      let middle = (low + high) / 2
      if taken[middle].upperBound <= start { low = middle + 1 } else { high = middle }
    }
    guard low == taken.count || end <= taken[low].lowerBound else {
      throw .malformed(place: place, reason: "its data overlap another dataset's, at byte \(start)")
    }
    taken.insert(start..<end, at: low)
  }
}
