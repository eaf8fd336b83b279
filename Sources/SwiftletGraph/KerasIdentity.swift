import SwiftletSystem

/// Which class an object in a file is of. A class of somebody's own may be called as one of Keras's is; where
/// Keras says so, by a package before the name or another module, it is not taken for it.
struct KerasIdentity {
  /// The class as the file names it, mostly without a package.
  private let full: JSONNode
  private let module: JSONNode?

  /// The class of an object; nil where the object does not say it.
  init?(_ value: JSONNode) {
    guard let className = value["class_name"], className.isString else { return nil }
    let registered = value["registered_name"]
    if let registered, registered.withText(KerasIdentity.namesPackage) {
      full = registered
    } else {
      full = className
    }
    module = value["module"]
  }

  /// The class name, without Keras's own package.
  var className: String {
    withClassName { name in unsafe name.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }

  /// What this module knows of the class, if it is Keras's; nil if nothing.
  var entry: LayerEntry? { isKeras ? withClassName { LayerTable.entry($0) } : nil }

  /// Whether it is Keras's class by its name.
  var isKeras: Bool { isKerasModule && !withClassName(KerasIdentity.namesPackage) }

  /// As the file names it, for messages.
  var description: String {
    let foreignModule = isKerasModule ? nil : module?.string
    return full.summary + (foreignModule.map { " of the module \($0)" } ?? "")
  }

  private func withClassName<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    full.withText { name in
      let isPackaged = name.hasPrefix("keras>") || name.hasPrefix("Keras>")
      return body(name.extracting((isPackaged ? 6 : 0)..<name.count))
    }
  }

  /// Whether the module is one of Keras's. Not every Keras says which.
  private var isKerasModule: Bool {
    guard let module, module.isString, !module.isText("builtins") else { return true }
    return module.withText { name in
      for own: StaticString in ["keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras"] {
        let count = own.utf8CodeUnitCount
        if name.hasPrefix(own), name.count == count || name[count] == UInt8(ascii: ".") { return true }
      }
      return false
    }
  }

  /// Whether a class's name says of which package it is: `package>class`.
  private static func namesPackage(_ name: Span<UInt8>) -> Bool {
    unsafe name.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      return unsafe swiftlet_has_byte(base, bytes.count, UInt8(ascii: ">"))
    }
  }
}

extension Span<UInt8> {
  /// Whether it begins with these bytes.
  fileprivate func hasPrefix(_ prefix: StaticString) -> Bool {
    unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, bytes.count >= prefix.utf8CodeUnitCount else { return false }
      return unsafe swiftlet_same_bytes(base, prefix.utf8Start, prefix.utf8CodeUnitCount)
    }
  }
}
