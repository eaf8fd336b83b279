import Foundation

/// A new file that takes the place of `target` when it is complete, or vanishes.
///
/// It is made beside the target (a rename is only atomic within a file system) and holds the place of the
/// file, not of a symbolic link to it: a link stays and its file is replaced.
struct Replacement: ~Copyable {
  /// The file to be replaced, every symbolic link at its end followed.
  let target: String
  let temporary: String
  let descriptor: Int32
  private let directory: String

  /// - Throws: `HDF5WriterError.system` if the folder is missing or may not be written to, or if the target
  ///   is there and is not a regular file.
  init(of path: String) throws(HDF5WriterError) {
    guard !path.utf8.contains(0), !path.isEmpty else {
      throw .invalid(object: path, reason: "a file's path is empty or has a zero byte in it")
    }
    let target = try Self.followLinks(path)
    let slash = target.lastIndex(of: "/")
    let directory = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."

    // An existing file's permissions are kept; a new one's are what the umask leaves.
    var status = stat()
    var mode: mode_t?
    if stat(target, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFREG: mode = status.st_mode & 0o777
      case S_IFDIR: throw .system(action: "write", path: target, code: EISDIR)
      default: throw .invalid(object: target, reason: "not a regular file, so it is not replaced")
      }
    } else if errno != ENOENT {
      throw .system(action: "write", path: target, code: errno)
    }

    var name = ""
    var opened: Int32 = -1
    repeat {
      let random = String(UInt64.random(in: .min ... .max), radix: 36)
      name = directory + "/.swiftlet-\(getpid())-\(random).tmp"
      opened = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    } while opened < 0 && (errno == EEXIST || errno == EINTR)
    guard opened >= 0 else { throw .system(action: "write", path: target, code: errno) }
    if let mode, fchmod(opened, mode) != 0 {
      let code = errno
      close(opened)
      unlink(name)
      throw .system(action: "set permissions of", path: target, code: code)
    }
    self.target = target
    self.directory = directory
    temporary = name
    descriptor = opened
  }

  /// Brings the bytes to the disk and the file to its place.
  consuming func commit() throws(HDF5WriterError) {
    // Opened first: once the rename is done it is too late to fail. A folder that one may write to but not
    // read cannot be synced, which costs durability and never the file's integrity.
    let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if folder >= 0 { close(folder) } }
    guard fsync(descriptor) == 0 else { throw fail("sync") }
    guard rename(temporary, target) == 0 else { throw fail("replace") }
    close(descriptor)
    if folder >= 0 { fsync(folder) }
  }

  /// Removes the temporary file; the target stays as it was.
  consuming func abandon() { discard() }

  private borrowing func fail(_ action: String) -> HDF5WriterError {
    let code = errno
    discard()
    return .system(action: action, path: target, code: code)
  }

  private borrowing func discard() {
    close(descriptor)
    unlink(temporary)
  }

  private static func followLinks(_ path: String) throws(HDF5WriterError) -> String {
    var current = path
    for _ in 0..<40 {
      var status = stat()
      guard lstat(current, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return current }
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(current, &buffer, buffer.count)
      guard count > 0 else { throw .system(action: "follow the link", path: current, code: errno) }
      let destination = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if !destination.hasPrefix("/"), let slash = current.lastIndex(of: "/") {
        current = String(current[...slash]) + destination
      } else {
        current = destination
      }
    }
    throw .system(action: "follow the link", path: path, code: ELOOP)
  }
}
