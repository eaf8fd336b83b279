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
    var full = className
    if let registered = value["registered_name"]?.string, KerasIdentity.namesPackage(registered) {
      full = registered
    }
    var name = full
    let isInPackage = KerasIdentity.namesPackage(full)
    if isInPackage, full.hasPrefix("keras>") || full.hasPrefix("Keras>") {
      name = String(full.dropFirst("keras>".count))
    }
    // Not every Keras says which.
    let module = value["module"]?.string
    var isKerasModule = module == nil || module == "builtins"
    if let module, !isKerasModule {
      for own in ["keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras"]
      where module.utf8.starts(with: own.utf8) {
        let next = module.utf8.dropFirst(own.utf8.count).first
        if next == nil || next == UInt8(ascii: ".") { isKerasModule = true }
      }
    }
    self.className = name
    isKeras = isKerasModule && !(isInPackage && KerasIdentity.namesPackage(name))
    self.full = full
    foreignModule = isKerasModule ? nil : module
  }

  /// Whether a class's name says of which package it is: `package>class`.
  private static func namesPackage(_ name: String) -> Bool {
    var name = name
    return name.withUTF8 { bytes in unsafe bytes.contains(UInt8(ascii: ">")) }
  }
}
