/// What a name in a group leads to.
public enum HDF5Object: Sendable {
  /// A group.
  case group(HDF5Group)
  /// A dataset.
  case dataset(HDF5Dataset)
  /// A datatype that was given a name of its own, which nothing here needs.
  case datatype
}

/// A set of names, each of which leads to a group or a dataset. Immutable.
public final class HDF5Group: Sendable {
  let groupPath: GroupPath
  /// Not the header itself: it would hold its bytes for as long as somebody keeps the group.
  let header: ObjectHeader.Place
  let container: Container
  let links: Links

  /// Its path from the root, without a slash in front; empty for the root.
  public var path: String { groupPath.path.text }

  /// Where the group's object header lies in the source.
  public var offset: UInt64 { header.offset }

  /// The names in the group, sorted by their bytes. Soft and external links are among them; opening one is
  /// refused.
  public var names: [String] { (0..<links.count).map { links.name(of: links[$0]) } }

  /// Whether the group itself has that name.
  public func contains(_ name: String) -> Bool { links.index(of: name) != nil }

  /// The object at `path`, counted from this group: names with slashes between them. Empty parts are passed
  /// over, and so is `.` unless it is a name; `..` is a name like any other, and never leads upwards.
  /// - Throws: `HDF5Error.notFound`; `unsupported` for a soft or external link; `limit` for groups nested deeper than
  ///   the limits of the file allow.
  public func object(_ path: String) throws(HDF5Error) -> HDF5Object {
    let (group, last) = try find(path)
    guard let last else { return .group(group) }
    return try group.open(last.link, at: ObjectPath(group: group.groupPath, name: last.name))
  }

  /// The last link on the way to what is at `path`, and its group; of no link, where that group itself is meant.
  private func find(
    _ path: String
  ) throws(HDF5Error) -> (group: HDF5Group, last: (link: Link, name: String)?) {
    // A name has no slash, so what is found is no path of several.
    if let index = links.index(of: path) { return (self, (links[index], path)) }
    var group = self
    var last: (link: Link, name: String)?
    for part in path.utf8.split(separator: UInt8(ascii: "/")) {
      if let (link, name) = last {
        let object = try group.open(link, at: ObjectPath(group: group.groupPath, name: name))
        guard case .group(let next) = object else { throw .notFound(path: join(self.path, path)) }
        group = next
        last = nil
      }
      let name = String(Substring(part))
      if name == ".", !group.contains(name) { continue }
      guard let index = group.links.index(of: name) else { throw .notFound(path: join(group.path, name)) }
      last = (group.links[index], name)
    }
    return (group, last)
  }

  /// The group at `path`, which may have several parts, as in `object(_:)`.
  /// - Throws: as `object(_:)`; `HDF5Error.mismatch` if it is no group.
  public func group(_ path: String) throws(HDF5Error) -> HDF5Group {
    guard case .group(let group) = try object(path) else { throw noGroup(path) }
    return group
  }

  /// The group at `path`, and its attribute of that name, or nil: the same as to ask for one and then for the other,
  /// but what describes both is read once.
  /// - Throws: as `group(_:)` and `attribute(_:)`.
  public func group(
    _ path: String, with attribute: String
  ) throws(HDF5Error) -> (group: HDF5Group, attribute: HDF5Attribute?) {
    let (group, last) = try find(path)
    guard let last else { return (group, try group.attribute(attribute)) }
    let place = ObjectPath(group: group.groupPath, name: last.name)
    let header = try group.header(of: last.link, at: place)
    guard case .group(let found) = try HDF5Object(header, at: place) else { throw noGroup(path) }
    return (found, try HDF5Attribute.named(attribute, of: header))
  }

  private func noGroup(_ path: String) -> HDF5Error {
    .mismatch("\"\(join(self.path, path))\" is not a group", offset: offset)
  }

  /// The dataset at `path`, which may have several parts, as in `object(_:)`.
  /// - Throws: as `object(_:)`; `HDF5Error.mismatch` if it is no dataset.
  public func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
    guard case .dataset(let dataset) = try object(path) else {
      throw .mismatch("\"\(join(self.path, path))\" is not a dataset", offset: offset)
    }
    return dataset
  }

  /// All attributes, sorted by the bytes of their names.
  public var attributes: [HDF5Attribute] {
    get throws(HDF5Error) { try HDF5Attribute.all(ObjectHeader.read(at: header.address, in: container)) }
  }

  /// The attribute of that name, or nil.
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute? {
    try HDF5Attribute.named(name, of: ObjectHeader.read(at: header.address, in: container))
  }

  init(_ header: borrowing ObjectHeader, at path: ObjectPath) throws(HDF5Error) {
    container = header.container
    groupPath = GroupPath(path)
    guard groupPath.depth < container.limits.depth else {
      throw .limit("groups nested deeper than \(groupPath.depth)", offset: header.place.offset)
    }
    links = try Links(header)
    self.header = header.place
  }

  /// What `link`, one of this group's, leads to.
  /// - Parameter path: the link's own.
  func open(_ link: Link, at path: ObjectPath) throws(HDF5Error) -> HDF5Object {
    try HDF5Object(header(of: link, at: path), at: path)
  }

  /// The header of what `link` leads to; the same parameters.
  private func header(of link: Link, at path: ObjectPath) throws(HDF5Error) -> ObjectHeader {
    if case .object(let address) = link.target { return try ObjectHeader.read(at: address, in: container) }
    let path = path.text
    switch link.target {
    case .soft(let target):
      throw .unsupported("the soft link \"\(path)\" to \"\(links.text(target))\"", offset: link.offset)
    case .userDefined(let type):
      throw .unsupported("the link \"\(path)\" of user-defined type \(type)", offset: link.offset)
    case .external, .object: throw .unsupported("the external link \"\(path)\"", offset: link.offset)
    }
  }
}

extension HDF5Object {
  /// The same object under another path. (A group keeps the one by which it was first met.)
  func renamed(_ path: ObjectPath) -> HDF5Object {
    guard case .dataset(let dataset) = self else { return self }
    return .dataset(HDF5Dataset(dataset, at: path))
  }

  init(_ header: borrowing ObjectHeader, at path: ObjectPath) throws(HDF5Error) {
    typealias MessageType = ObjectHeader.MessageType
    if header.has(MessageType.layout) {
      self = .dataset(try HDF5Dataset(header, at: path))
    } else if header.has(MessageType.symbolTable) || header.has(MessageType.linkInfo)
      || header.has(MessageType.link) || header.has(MessageType.groupInfo)
    {
      self = .group(try HDF5Group(header, at: path))
    } else if header.has(MessageType.datatype) {
      self = .datatype
    } else {
      throw .malformed("\"\(path.text)\" is neither a group nor a dataset", offset: header.place.offset)
    }
  }
}

/// `name` inside the group at `path`.
func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "/" + name }
