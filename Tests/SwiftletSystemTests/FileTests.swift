import Foundation
import SwiftletSystem
import Testing

@Suite("Files")
struct FileTests {
  /// A folder of its own for each test, gone afterwards.
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func replace(_ path: String, _ text: String) -> Int32 {
    swiftlet_file_replace(path, Array(text.utf8), text.utf8.count)
  }

  @Test("a read gives what is there, from any offset, and less at the end")
  func reads() throws {
    try inFolder { (folder) throws in
      let path = folder + "/file"
      #expect(replace(path, "0123456789") == 0)
      var descriptor: Int32 = -1
      #expect(swiftlet_file_open(path, &descriptor) == 0)
      defer { swiftlet_file_close(descriptor) }
      #expect(swiftlet_file_size(descriptor) == 10)
      var buffer = [UInt8](repeating: 0, count: 8)
      #expect(swiftlet_file_read(descriptor, &buffer, 4, 3) == 4)
      #expect(buffer[..<4] == ArraySlice("3456".utf8))
      #expect(swiftlet_file_read(descriptor, &buffer, 8, 7) == 3)
      #expect(swiftlet_file_read(descriptor, &buffer, 8, 10) == 0)
      #expect(swiftlet_file_read(descriptor, &buffer, 8, UInt64.max) == -Int64(EOVERFLOW))
    }
  }

  @Test("only a regular file opens, and a pipe does not make the reader wait")
  func opens() throws {
    try inFolder { (folder) throws in
      var descriptor: Int32 = -1
      #expect(swiftlet_file_open(folder, &descriptor) == EISDIR)
      #expect(swiftlet_file_open(folder + "/none", &descriptor) == ENOENT)
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      #expect(swiftlet_file_open(folder + "/pipe", &descriptor) == EINVAL)
      #expect(descriptor == -1)
    }
  }

  @Test("replacing leaves the new bytes, the old permissions, and nothing beside the file")
  func replaces() throws {
    try inFolder { (folder) throws in
      let path = folder + "/file"
      #expect(replace(path, "old") == 0)
      #expect(chmod(path, 0o640) == 0)
      #expect(replace(path, "new and longer") == 0)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "new and longer")
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o640)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
  }

  @Test("a symbolic link stays, and the file that it leads to is replaced, or made where there is none")
  func links() throws {
    try inFolder { (folder) throws in
      let files = FileManager.default
      #expect(mkdir(folder + "/there", 0o700) == 0)
      // From the folder that the link is in, from the root, and through another link.
      #expect(symlink("there/file", folder + "/near") == 0)
      #expect(symlink(folder + "/near", folder + "/far") == 0)
      for (link, text) in [("near", "first"), ("far", "second")] {
        #expect(replace(folder + "/" + link, text) == 0)
        #expect(try String(contentsOfFile: folder + "/there/file", encoding: .utf8) == text)
        #expect(chmod(folder + "/there/file", 0o640) == 0)
      }
      #expect(try files.destinationOfSymbolicLink(atPath: folder + "/near") == "there/file")
      #expect(try files.destinationOfSymbolicLink(atPath: folder + "/far") == folder + "/near")
      #expect(try files.contentsOfDirectory(atPath: folder + "/there") == ["file"])

      #expect(symlink("none/file", folder + "/nowhere") == 0)
      #expect(replace(folder + "/nowhere", "x") == ENOENT)
      #expect(symlink("circle", folder + "/circle") == 0)
      #expect(replace(folder + "/circle", "x") == ELOOP)
      #expect(symlink("there", folder + "/folder") == 0)
      #expect(replace(folder + "/folder", "x") == EISDIR)
      let names = ["circle", "far", "folder", "near", "nowhere", "there"]
      #expect(try files.contentsOfDirectory(atPath: folder).sorted() == names)
    }
  }

  @Test("a replacement that fails leaves the old file and nothing beside it")
  func fails() throws {
    try inFolder { (folder) throws in
      #expect(replace(folder + "/none/file", "x") == ENOENT)
      #expect(mkdir(folder + "/folder", 0o700) == 0)
      #expect(replace(folder + "/folder", "x") == EISDIR)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["folder"])
    }
  }

  @Test("a device is written to, and stays a device")
  func device() {
    #expect(replace("/dev/null", "x") == 0)
    var status = stat()
    #expect(stat("/dev/null", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFCHR)
    // A device that is always full: what cannot be written is an error.
    if access("/dev/full", W_OK) == 0 { #expect(replace("/dev/full", "x") == ENOSPC) }
  }

  @Test("an error's text is the system's, of a known error and of an unknown one")
  func errorText() {
    #expect(String(cString: swiftlet_error_text(ENOENT)) == "No such file or directory")
    #expect(String(cString: swiftlet_error_text(99_999)).contains("99999"))
  }

  @Test("a full disk is told from a file that cannot be made")
  func failedWrites() {
    for error in [ENOSPC, EFBIG, EDQUOT, EIO] { #expect(swiftlet_is_failed_write(error)) }
    for error in [EACCES, ENOENT, EISDIR, EROFS, 0] { #expect(!swiftlet_is_failed_write(error)) }
  }
}
