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
  ///   file has, which only happens where they overlap.
  public func listing() throws(HDF5Error) -> [HDF5ListingEntry] {
    var entries = [HDF5ListingEntry(root.groupPath.path, .group(root))]
    var entered: Set<UInt64> = [root.header.address]
    var pending: [(group: HDF5Group, next: Int)] = [(root, 0)]
    // Each object is opened once, whatever number of links leads to it.
    var opened: [UInt64: Opened] = [:]
    var budget = ByteBudget(root.container)
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
        if case .malformed(Self.overlap, _) = error { throw error }
        content = .refused(error)
      }
      entries.append(HDF5ListingEntry(path, content))
    }
    return entries
  }

  private static let overlap = "objects overlap one another"

  /// What came of opening an object.
  private enum Opened {
    case object(HDF5Object)
    case refused(HDF5Error)
  }

  private func object(
    _ link: Link, of group: HDF5Group, at path: ObjectPath, opened: inout [UInt64: Opened],
    budget: inout ByteBudget
  ) throws(HDF5Error) -> HDF5Object {
    guard case .object(let address) = link.target else { return try group.open(link, at: path) }
    switch opened[address] {
    case .object(let known): return known.renamed(path)
    case .refused(let error): throw error
    case nil: break
    }
    let object: HDF5Object
    do throws(HDF5Error) {
      object = try group.open(link, at: path)
    } catch {
      // A limit may be that of the path, and another path shorter.
      if case .limit = error {} else { opened[address] = .refused(error) }
      throw error
    }
    opened[address] = .object(object)
    let cost: UInt64 =
      switch object {
      case .group(let child): child.header.byteCount + child.links.byteCount
      case .dataset(let dataset): dataset.header.byteCount
      case .datatype: 16
      }
    try budget.spend(cost, on: "object", at: link.offset)
    return object
  }
}
