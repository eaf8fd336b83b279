/// Which class an object in a file is of. A class of somebody's own may be called as one of Keras's is; where
/// Keras says so, by a package before the name or another module, it is not taken for it.
struct KerasIdentity {
  /// The class name, without Keras's own package.
  let className: String
  /// Whether it is Keras's class by that name.
  let isKeras: Bool
  /// As the file names it, for messages.
  let description: String

  init(_ value: JSONValue, className: String) {
    let registered = value["registered_name"]?.string ?? ""
    let full = registered.utf8.contains(UInt8(ascii: ">")) ? registered : className
    var name = full
    for package in ["keras>", "Keras>"] where full.hasPrefix(package) {
      name = String(full.dropFirst(package.count))
    }
    let module = value["module"]?.string ?? "keras"
    var isKerasModule = module == "builtins"
    for own in ["keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras"] {
      if module == own || module.hasPrefix(own + ".") { isKerasModule = true }
    }
    self.className = name
    isKeras = isKerasModule && !name.utf8.contains(UInt8(ascii: ">"))
    description = JSONValue.string(full).summary + (isKerasModule ? "" : " of the module \(module)")
  }
}
