import Swiftlet
import SwiftletGraph
import SwiftletSystem

/// What a `swiftlet_model *` points at: the model, and its names as C strings that live as long as it.
final class ModelHandle {
  let model: Model
  let inputNames: [CText]
  let outputNames: [CText]
  let labels: [CText]

  /// How many lengths the model leaves open, over all inputs.
  var openLengthCount: Int {
    model.inputs.reduce(0) { total, input in
      total + input.shape.dimensions.reduce(0) { $0 + ($1 == nil ? 1 : 0) }
    }
  }

  init(_ model: Model) {
    self.model = model
    inputNames = model.inputs.map { CText($0.name) }
    outputNames = model.outputs.map { CText($0.name) }
    labels = (model.metadata?.classLabels ?? []).map { CText($0) }
  }

  /// Hands the object to C, which owns it until `release`.
  func retained() -> OpaquePointer { unsafe OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  /// - Precondition: `pointer` came from `retained` and was not released.
  static func borrow(_ pointer: OpaquePointer) -> ModelHandle {
    unsafe Unmanaged<ModelHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }

  /// - Precondition: `pointer` came from `retained` and is not used again.
  static func release(_ pointer: OpaquePointer) {
    unsafe Unmanaged<ModelHandle>.fromOpaque(UnsafeRawPointer(pointer)).release()
  }
}

/// What a `swiftlet_session *` points at.
final class SessionHandle {
  var session: Session

  init(_ session: consuming Session) { self.session = session }

  /// Hands the object to C, which owns it until `release`.
  func retained() -> OpaquePointer { unsafe OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  /// - Precondition: `pointer` came from `retained` and was not released.
  static func borrow(_ pointer: OpaquePointer) -> SessionHandle {
    unsafe Unmanaged<SessionHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }

  /// - Precondition: `pointer` came from `retained` and is not used again.
  static func release(_ pointer: OpaquePointer) {
    unsafe Unmanaged<SessionHandle>.fromOpaque(UnsafeRawPointer(pointer)).release()
  }
}

/// A zero-terminated copy of a string that stays where it is.
@safe final class CText {
  let pointer: UnsafeMutablePointer<CChar>

  init(_ text: String) {
    let bytes = Array(text.utf8)
    unsafe pointer = .allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { unsafe pointer[index] = CChar(bitPattern: byte) }
    unsafe pointer[bytes.count] = 0
  }

  deinit { unsafe pointer.deallocate() }
}

extension Array where Element == CText {
  /// The text at `index`, or NULL.
  func pointer(at index: Int) -> UnsafePointer<CChar>? {
    indices.contains(index) ? unsafe UnsafePointer(self[index].pointer) : nil
  }
}

/// Keeps an error for the calling thread and gives its code.
func keep(_ error: ModelError) -> Int32 {
  let code: Int32
  switch error.kind {
  case .missing: code = 1
  case .malformed: code = 2
  case .unsupported: code = 3
  case .argument: code = 4
  case .memory: code = 5
  }
  var text = error.description
  text.withUTF8 { bytes in
    if let base = unsafe UnsafeRawPointer(bytes.baseAddress) {
      unsafe swiftlet_error_keep(code, base.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }
  return code
}
