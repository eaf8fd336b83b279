/// What a name in a group leads to.
public enum HDF5Object: Sendable {
  /// A group.
  case group(HDF5Group)
  /// A dataset.
  case dataset(HDF5Dataset)
  /// A datatype that was given a name of its own, which nothing here needs.
  case datatype
}

/// A set of names, each of which leads to a group or a dataset.
public struct HDF5Group: Sendable {
  /// Its path from the root, without a slash in front; empty for the root.
  public let path: String
  let header: ObjectHeader
  let container: Container
  /// Sorted by the bytes of their names.
  let links: [Link]

  /// Where the group's object header lies in the source.
  public var offset: UInt64 { header.place.offset }

  /// The names in the group, sorted by their bytes. Soft and external links are among them; opening one is
  /// refused.
  public var names: [String] { links.map { $0.name } }

  /// Whether the group itself has that name.
  public func contains(_ name: String) -> Bool { link(name) != nil }

  /// The object at `path`, counted from this group: names with slashes between them. Empty parts are passed
  /// over, and so is `.` unless it is a name; `..` is a name like any other, and never leads upwards.
  /// - Throws: `HDF5Error.notFound`; `unsupported` for a soft or external link.
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
}

extension HDF5Group {
  init(_ header: borrowing ObjectHeader, path: String, in container: Container) throws(HDF5Error) {
    self.path = path
    self.header = copy header
    self.container = container
    links = try Links.read(header, in: container)
  }

  /// The link of that name, found by halves.
  func link(_ name: String) -> Link? {
    var low = 0
    var high = links.count
    while low < high {
      let middle = (low + high) / 2
      let order = byteOrder(links[middle].name, name)
      if order == 0 { return links[middle] }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// What `name` in this very group leads to.
  private func child(_ name: String) throws(HDF5Error) -> HDF5Object {
    guard let link = link(name) else { throw .notFound(path: join(path, name)) }
    return try open(link)
  }

  /// What `link`, one of this group's, leads to.
  func open(_ link: Link) throws(HDF5Error) -> HDF5Object {
    if case .object(let address) = link.target {
      let header = try ObjectHeader(at: address, in: container)
      return try HDF5Object(header, called: link.name, in: path, container)
    }
    let path = join(self.path, link.name)
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
  func renamed(_ name: String, in folder: String) -> HDF5Object {
    guard case .dataset(var dataset) = self else { return self }
    dataset.name = name
    dataset.folder = folder
    return .dataset(dataset)
  }

  /// - Parameter folder: the path of the group that the object is in.
  init(
    _ header: borrowing ObjectHeader, called name: String, in folder: String, _ container: Container
  ) throws(HDF5Error) {
    typealias MessageType = ObjectHeader.MessageType
    if header.has(MessageType.layout) {
      self = .dataset(try HDF5Dataset(header, called: name, in: folder, container))
    } else if header.has(MessageType.symbolTable) || header.has(MessageType.linkInfo)
      || header.has(MessageType.link) || header.has(MessageType.groupInfo)
    {
      self = .group(try HDF5Group(header, path: join(folder, name), in: container))
    } else if header.has(MessageType.datatype) {
      self = .datatype
    } else {
      throw .malformed(
        "\"\(join(folder, name))\" is neither a group nor a dataset", offset: header.place.offset)
    }
  }
}

/// `name` inside the group at `path`.
func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "/" + name }
