/// The names that lead from the root to an object, put together only where somebody wants to read them.
final class ObjectPath: Sendable {
  private let parent: ObjectPath?
  private let name: String
  /// How many names there are: 0 for the root.
  let depth: Int

  /// The path of the root.
  init() {
    parent = nil
    name = ""
    depth = 0
  }

  /// The path of what is called `name` in the group at `parent`.
  init(_ parent: ObjectPath, _ name: String) {
    self.parent = parent
    self.name = name
    depth = parent.depth + 1
  }

  /// With slashes between the names, and none in front; empty for the root.
  var text: String {
    var text = name
    var next = parent
    while let path = next, path.depth > 0 {
      text = path.name + "/" + text
      next = path.parent
    }
    return text
  }
}
