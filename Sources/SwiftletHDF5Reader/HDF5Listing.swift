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

  /// From the root, without a slash in front; empty for the root.
  public let path: String
  /// What is there.
  public let content: Content
}

extension HDF5File {
  /// Everything in the file, groups before what they hold, names in the order of their bytes. Every group is
  /// entered once, whatever number of paths leads to it. What cannot be opened is listed as refused.
  /// - Throws: `HDF5Error.malformed` if the headers and links of what is listed would take more bytes than the
  ///   file has, which only happens where they overlap.
  public func listing() throws(HDF5Error) -> [HDF5ListingEntry] {
    var entries = [HDF5ListingEntry(path: "", content: .group(root))]
    var entered: Set<UInt64> = [root.header.place.address]
    var pending: [(group: HDF5Group, next: Int)] = [(root, 0)]
    // Each object is opened once, whatever number of links leads to it.
    var opened: [UInt64: HDF5Object] = [:]
    var budget = ByteBudget(root.container)
    while let (group, next) = pending.last {
      guard next < group.links.count else {
        pending.removeLast()
        continue
      }
      pending[pending.count - 1].next += 1
      let link = group.links[next]
      let path = join(group.path, link.name)
      if case .object(let address) = link.target, entered.contains(address) {
        entries.append(HDF5ListingEntry(path: path, content: .repeated))
        continue
      }
      let content: HDF5ListingEntry.Content
      do throws(HDF5Error) {
        switch try object(link, of: group, opened: &opened, budget: &budget) {
        case .group(let child):
          entered.insert(child.header.place.address)
          pending.append((child, 0))
          content = .group(child)
        case .dataset(let dataset): content = .dataset(dataset)
        case .datatype: content = .datatype
        }
      } catch {
        if case .malformed(Self.overlap, _) = error { throw error }
        content = .refused(error)
      }
      entries.append(HDF5ListingEntry(path: path, content: content))
    }
    return entries
  }

  private static let overlap = "objects overlap one another"

  private func object(
    _ link: Link, of group: HDF5Group, opened: inout [UInt64: HDF5Object], budget: inout ByteBudget
  ) throws(HDF5Error) -> HDF5Object {
    guard case .object(let address) = link.target else { return try group.open(link) }
    if let known = opened[address] { return known.renamed(ObjectPath(group.objectPath, link.name)) }
    let object = try group.open(link)
    opened[address] = object
    // No link takes fewer bytes than an address.
    let cost: UInt64 =
      switch object {
      case .group(let child): child.header.place.byteCount + UInt64(child.links.count * 8)
      case .dataset(let dataset): dataset.header.byteCount
      case .datatype: 16
      }
    try budget.spend(cost, on: "object", at: link.offset)
    return object
  }
}
