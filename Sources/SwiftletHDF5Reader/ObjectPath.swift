/// The names that lead from the root to an object, put together only where somebody wants to read them.
struct ObjectPath: Sendable {
  /// The group that the object is in; nil for the root.
  let group: GroupPath?
  let name: String

  /// The path of the root.
  static let root = ObjectPath(group: nil, name: "")

  /// With slashes between the names, and none in front; empty for the root.
  var text: String {
    var text = name
    var next = group
    while let path = next?.path, path.group != nil {
      text = path.name + "/" + text
      next = path.group
    }
    return text
  }
}

/// The path of a group, which the paths of all that is in it share.
final class GroupPath: Sendable {
  let path: ObjectPath
  /// How many names there are: 0 for the root.
  let depth: Int

  init(_ path: ObjectPath) {
    self.path = path
    depth = path.group.map { $0.depth + 1 } ?? 0
  }
}
