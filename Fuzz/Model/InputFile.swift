import Foundation

/// A file without a name that holds one input after another, in memory where the system has a file system there.
/// Nothing is left of it, however the fuzzer ends.
struct InputFile {
  private let descriptor: CInt

  /// Where it can be opened anew, as any file.
  let path: String

  init() {
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
    var name = Array((folder + "/swiftlet-fuzz-XXXXXX").utf8CString)
    descriptor = mkstemp(&name)
    precondition(descriptor >= 0, "no file can be made in \(folder)")
    unlink(name)
    path = "/dev/fd/\(descriptor)"
  }

  /// Makes the file hold these bytes and no others.
  func hold(_ bytes: [UInt8]) {
    let isEmptied = ftruncate(descriptor, 0) == 0
    precondition(
      isEmptied && pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, "no room for an input")
  }
}
