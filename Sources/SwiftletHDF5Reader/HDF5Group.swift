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
  let objectPath: ObjectPath
  let header: ObjectHeader
  let container: Container
  let links: Links

  /// Its path from the root, without a slash in front; empty for the root.
  public var path: String { objectPath.text }

  /// Where the group's object header lies in the source.
  public var offset: UInt64 { header.place.offset }

  /// The names in the group, sorted by their bytes. Soft and external links are among them; opening one is
  /// refused.
  public var names: [String] { (0..<links.count).map { links[$0].name } }

  /// Whether the group itself has that name.
  public func contains(_ name: String) -> Bool { links.index(of: name) != nil }

  /// The object at `path`, counted from this group: names with slashes between them. Empty parts are passed
  /// over, and so is `.` unless it is a name; `..` is a name like any other, and never leads upwards.
  /// - Throws: `HDF5Error.notFound`; `unsupported` for a soft or external link; `limit` for groups nested deeper than
  ///   the limits of the file allow.
  public func object(_ path: String) throws(HDF5Error) -> HDF5Object {
    if !path.isEmpty, !holdsSlash(path), path != "." { return try child(path) }
    var group = self
    let parts = path.utf8.split(separator: UInt8(ascii: "/"))
    for (index, part) in parts.enumerated() {
      let name = String(Substring(part))
      if name == ".", !group.contains(name) { continue }
      let object = try group.child(name)
      if index == parts.count - 1 { return object }
      guard case .group(let next) = object else { throw .notFound(path: join(self.path, path)) }
      group = next
    }
    return .group(group)
  }

  /// The group at `path`, which may have several parts, as in `object(_:)`.
  /// - Throws: as `object(_:)`; `HDF5Error.mismatch` if it is no group.
  public func group(_ path: String) throws(HDF5Error) -> HDF5Group {
    guard case .group(let group) = try object(path) else {
      throw .mismatch("\"\(join(self.path, path))\" is not a group", offset: offset)
    }
    return group
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
    get throws(HDF5Error) { try HDF5Attribute.all(header, in: container) }
  }

  /// The attribute of that name, or nil.
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute? {
    for attribute in try attributes where sameName(attribute.name, name) { return attribute }
    return nil
  }

  init(_ header: consuming ObjectHeader, at path: ObjectPath, in container: Container) throws(HDF5Error) {
    guard path.depth < container.limits.depth else {
      throw .limit("groups nested deeper than \(path.depth)", offset: header.place.offset)
    }
    objectPath = path
    self.container = container
    links = try Links(header, in: container)
    header.keepAttributes()
    self.header = header
  }

  /// What `name` in this very group leads to.
  private func child(_ name: String) throws(HDF5Error) -> HDF5Object {
    guard let index = links.index(of: name) else { throw .notFound(path: join(path, name)) }
    return try open(links.link(index, called: name), at: ObjectPath(objectPath, name))
  }

  /// What `link`, one of this group's, leads to.
  /// - Parameter path: the link's own.
  func open(_ link: Link, at path: ObjectPath) throws(HDF5Error) -> HDF5Object {
    if case .object(let address) = link.target {
      return try HDF5Object(ObjectHeader.read(at: address, in: container), at: path, in: container)
    }
    let path = path.text
    switch link.target {
    case .soft(let target):
      throw .unsupported("the soft link \"\(path)\" to \"\(target)\"", offset: link.offset)
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

  init(_ header: consuming ObjectHeader, at path: ObjectPath, in container: Container) throws(HDF5Error) {
    typealias MessageType = ObjectHeader.MessageType
    if header.has(MessageType.layout) {
      self = .dataset(try HDF5Dataset(header, at: path, in: container))
    } else if header.has(MessageType.symbolTable) || header.has(MessageType.linkInfo)
      || header.has(MessageType.link) || header.has(MessageType.groupInfo)
    {
      self = .group(try HDF5Group(header, at: path, in: container))
    } else if header.has(MessageType.datatype) {
      self = .datatype
    } else {
      throw .malformed("\"\(path.text)\" is neither a group nor a dataset", offset: header.place.offset)
    }
  }
}

/// `name` inside the group at `path`.
func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "/" + name }
