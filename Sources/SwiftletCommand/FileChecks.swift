import Foundation

/// What is known of paths before they are used.
enum FileChecks {
  /// - Throws: status 66 where the file or folder is not there or may not be read.
  static func requireReadable(_ path: String) throws(CommandFailure) {
    guard access(path, R_OK) == 0 else {
      throw .noInput("\(path): cannot be read: " + String(cString: strerror(errno)))
    }
    var status = stat()
    // A pipe or a device has no size to check what it says against.
    if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      throw .noInput("\(path): cannot be read: it is neither a file nor a folder")
    }
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Checks that a file can be made or replaced, by making and removing one beside it: so that hours of
  /// training do not end in a folder that was never there.
  /// - Throws: status 73.
  static func requireWritable(_ path: String) throws(CommandFailure) {
    func refuse(_ reason: String) -> CommandFailure { .cannotCreate("\(path): cannot be written: " + reason) }
    guard !path.isEmpty else { throw .usage("an output's path is empty") }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw refuse(status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file")
    }
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, access(path, F_OK) != 0 {
      throw refuse("it is a link to what is not there")
    }
    let folder = (path as NSString).deletingLastPathComponent
    let probe = (folder.isEmpty ? "" : folder + "/") + ".swiftlet-\(getpid())-probe.tmp"
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw refuse(String(cString: strerror(errno))) }
    close(descriptor)
    unlink(probe)
  }

  /// Makes a folder, and those that it lies in, unless it is there.
  /// - Throws: status 73.
  static func makeFolder(_ path: String) throws(CommandFailure) {
    guard !isFolder(path) else { return }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      let reason = access(path, F_OK) == 0 ? "a file has this name" : "its folder may not be written to"
      throw .cannotCreate("\(path): cannot be made a folder: " + reason)
    }
  }
}
