/// One line of a listing: a path, and what is there.
public struct HDF5ListingEntry: Sendable {
  /// What is at the path.
  public enum Content: Sendable {
    /// A group that is listed here for the first time; what it holds follows.
    case group(HDF5Group)
    /// A dataset.
    case dataset(HDF5Dataset)
    /// A datatype with a name of its own.
    case datatype
    /// A group that another path has already led to.
    case repeated
    /// What could not be opened, and why: a soft or external link, or something unsupported or damaged.
    case refused(HDF5Error)
  }

  private let objectPath: ObjectPath
  /// What is there.
  public let content: Content

  /// From the root, without a slash in front; empty for the root. Made anew each time: all paths of a file together can
  /// be far longer than the file.
  public var path: String { objectPath.text }

  fileprivate init(_ path: ObjectPath, _ content: Content) {
    objectPath = path
    self.content = content
  }
}

extension HDF5File {
  /// Everything in the file, groups before what they hold, names in the order of their bytes. Every group is
  /// entered once, whatever number of paths leads to it. What cannot be opened is listed as refused.
  /// - Throws: `HDF5Error.malformed` if the headers and links of what is listed would take more bytes than the
  ///   file has, which only happens where they overlap; or if so many objects are damaged that to look at each would
  ///   take long, as any number of headers can lead to one group whose last name is bad.
  public func listing() throws(HDF5Error) -> [HDF5ListingEntry] {
    var entries = [HDF5ListingEntry(root.groupPath.path, .group(root))]
    var entered: Set<UInt64> = [root.header.address]
    var pending: [(group: HDF5Group, next: Int)] = [(root, 0)]
    // Each object is opened once, whatever number of links leads to it.
    var opened: [UInt64: Opened] = [:]
    var budget = ListingBudget(root.container)
    while let (group, next) = pending.last {
      guard next < group.links.count else {
        pending.removeLast()
        continue
      }
      pending[pending.count - 1].next += 1
      let link = group.links[next]
      let path = ObjectPath(group: group.groupPath, name: group.links.name(of: link))
      if case .object(let address) = link.target, entered.contains(address) {
        entries.append(HDF5ListingEntry(path, .repeated))
        continue
      }
      let content: HDF5ListingEntry.Content
      do throws(HDF5Error) {
        switch try object(link, of: group, at: path, opened: &opened, budget: &budget) {
        case .group(let child):
          entered.insert(child.header.address)
          pending.append((child, 0))
          content = .group(child)
        case .dataset(let dataset): content = .dataset(dataset)
        case .datatype: content = .datatype
        }
      } catch {
        if let end = budget.end { throw end }
        content = .refused(error)
      }
      entries.append(HDF5ListingEntry(path, content))
    }
    return entries
  }

  /// What came of opening an object.
  private enum Opened {
    case object(HDF5Object)
    case refused(HDF5Error)
  }

  private func object(
    _ link: Link, of group: HDF5Group, at path: ObjectPath, opened: inout [UInt64: Opened],
    budget: inout ListingBudget
  ) throws(HDF5Error) -> HDF5Object {
    guard case .object(let address) = link.target else { return try group.open(link, at: path) }
    switch opened[address] {
    case .object(let known): return known.renamed(path)
    case .refused(let error): throw error
    case nil: break
    }
    let object: HDF5Object
    var headerBytes: UInt64?
    do throws(HDF5Error) {
      let header = try ObjectHeader.read(at: address, in: group.container)
      // Of a dataset, nothing else is read.
      if header.has(ObjectHeader.MessageType.layout) { headerBytes = header.place.byteCount }
      object = try HDF5Object(header, at: path)
    } catch {
      // A limit may be that of the path, and another path shorter.
      if case .limit = error {} else { opened[address] = .refused(error) }
      if let headerBytes {
        try budget.spend(headerBytes, at: link.offset)
      } else {
        try budget.spendOnFailure(at: link.offset)
      }
      throw error
    }
    opened[address] = .object(object)
    let cost: UInt64 =
      switch object {
      case .group(let child): child.header.byteCount + child.links.byteCount
      case .dataset(let dataset): dataset.header.byteCount
      case .datatype: 16
      }
    try budget.spend(cost, at: link.offset)
    return object
  }
}

/// What a listing may still read.
private struct ListingBudget {
  private var bytes: ByteBudget
  /// How many more groups and headers may fail. What was read of one until it did is not known, but it is no more than
  /// the file some times over; and small files may be read more often.
  private var failuresLeft: UInt64
  /// Why the listing is over.
  private(set) var end: HDF5Error?

  init(_ container: Container) {
    bytes = ByteBudget(container)
    failuresLeft = max(64, (1 << 24) / max(container.extent, 1))
  }

  /// Notes that so many bytes were read of an object.
  mutating func spend(_ count: UInt64, at offset: UInt64) throws(HDF5Error) {
    do throws(HDF5Error) {
      try bytes.spend(count, on: "object", at: offset)
    } catch {
      end = error
      throw error
    }
  }

  /// Notes that a group or a header could not be read.
  mutating func spendOnFailure(at offset: UInt64) throws(HDF5Error) {
    guard failuresLeft == 0 else {
      failuresLeft -= 1
      return
    }
    let error = HDF5Error.malformed("more damaged objects than can be looked at", offset: offset)
    end = error
    throw error
  }
}
