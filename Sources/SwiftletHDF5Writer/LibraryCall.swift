import CHDF5
import Foundation

/// libhdf5 keeps global state, and is not built thread-safe everywhere: every call is made under this lock.
/// It is recursive, so that the body of one write may write another file.
let libraryLock = NSRecursiveLock()

/// Passes on what a libhdf5 call returned, or throws with the innermost text of its error stack.
func checked<Result: SignedInteger>(
  _ action: String, _ object: String, _ result: Result
) throws(HDF5WriterError) -> Result {
  guard result < 0 else { return result }
  var text = [CChar](repeating: 0, count: 512)
  swiftlet_hdf5_error_text(&text, text.count)
  let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  let reason = bytes.isEmpty ? "no reason given" : String(decoding: bytes, as: UTF8.self)
  throw .library(action: action, object: object, reason: reason)
}

/// A libhdf5 identifier that is closed when it goes out of scope, on whatever path.
struct LibraryHandle: ~Copyable {
  let id: hid_t
  private let close: (hid_t) -> herr_t

  /// - Throws: what `checked` throws if `id` is negative, that is, if the call that made it failed.
  init(
    _ id: hid_t, closing close: @escaping (hid_t) -> herr_t, _ action: String, _ object: String
  ) throws(HDF5WriterError) {
    self.id = try checked(action, object, id)
    self.close = close
  }

  deinit { _ = close(id) }
}
