/// Which class an object in a file is of. A class of somebody's own may be called as one of Keras's is; where
/// Keras says so, by a package before the name or another module, it is not taken for it.
struct KerasIdentity {
  /// The class name, without Keras's own package.
  let className: String
  /// Whether it is Keras's class by that name.
  let isKeras: Bool
  /// As the file names it.
  private let full: String
  /// The module, where it is not Keras's.
  private let foreignModule: String?

  /// As the file names it, for messages.
  var description: String {
    JSONValue.string(full).summary + (foreignModule.map { " of the module \($0)" } ?? "")
  }

  init(_ value: JSONNode, className: String) {
    let registered = value["registered_name"]?.string ?? ""
    let full = registered.utf8.contains(UInt8(ascii: ">")) ? registered : className
    var name = full
    let isInPackage = full.utf8.contains(UInt8(ascii: ">"))
    for package in ["keras>", "Keras>"] where isInPackage && full.hasPrefix(package) {
      name = String(full.dropFirst(package.count))
    }
    // Not every Keras says which.
    let module = value["module"]?.string
    var isKerasModule = module == nil || module == "builtins"
    for own in ["keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras"]
    where !isKerasModule && (module ?? "").utf8.starts(with: own.utf8) {
      let next = (module ?? "").utf8.dropFirst(own.utf8.count).first
      if next == nil || next == UInt8(ascii: ".") { isKerasModule = true }
    }
    self.className = name
    isKeras = isKerasModule && !name.utf8.contains(UInt8(ascii: ">"))
    self.full = full
    foreignModule = isKerasModule ? nil : module
  }
}
