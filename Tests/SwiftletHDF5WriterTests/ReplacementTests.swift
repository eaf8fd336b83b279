import Foundation
import SwiftletHDF5Writer
import Testing

/// Writes one dataset of `count` elements, all of them `value`: enough to see which version a file is.
private func writeVersion(_ value: Float, count: Int, to path: String) throws(HDF5WriterError) {
  try HDF5Writer.write(to: path) { (root) throws(HDF5WriterError) in
    try root.setAttribute("value", to: value)
    for part in 0..<4 {
      try root.writeDataset("part_\(part)", shape: [count], [Float](repeating: value, count: count))
    }
  }
}

@Test("Writing the same contents twice gives the same bytes, and leaves nothing beside the file")
func sameContentsSameBytes() throws {
  let folder = try Folder()
  try writeVersion(1, count: 100, to: folder.file("a.h5"))
  try writeVersion(1, count: 100, to: folder.file("b.h5"))
  #expect(try folder.bytes("a.h5") == folder.bytes("b.h5"))
  #expect(try folder.bytes("a.h5").starts(with: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0]))
  #expect(try folder.names() == ["a.h5", "b.h5"])
}

@Test("A body that throws leaves the old file as it was")
func throwingBodyKeepsOldFile() throws {
  let folder = try Folder()
  try writeVersion(1, count: 10, to: folder.file("a.h5"))
  let old = try folder.bytes("a.h5")
  #expect(throws: HDF5WriterError.invalid(object: "here", reason: "enough")) {
    try HDF5Writer.write(to: folder.file("a.h5")) { (root) throws(HDF5WriterError) in
      try root.writeDataset("x", shape: [2], [1, 2] as [Float])
      throw .invalid(object: "here", reason: "enough")
    }
  }
  #expect(try folder.bytes("a.h5") == old)
  #expect(try folder.names() == ["a.h5"])
}

@Test("A missing folder, a folder as target and a device as target are refused by name")
func badTargets() throws {
  let folder = try Folder()
  let missing = folder.file("gone/a.h5")
  #expect(throws: HDF5WriterError.system(action: "write", path: missing, code: ENOENT)) {
    try writeVersion(1, count: 1, to: missing)
  }
  #expect(throws: HDF5WriterError.system(action: "write", path: folder.path, code: EISDIR)) {
    try writeVersion(1, count: 1, to: folder.path)
  }
  #expect {
    try writeVersion(1, count: 1, to: "/dev/null")
  } throws: { error in
    "\(error)" == "/dev/null: not a regular file, so it is not replaced"
  }
  #expect(
    HDF5WriterError.system(action: "write", path: "a.h5", code: ENOSPC).description
      == "a.h5: cannot write: No space left on device")
}

@Test("A folder that vanishes while the file is written is an error")
func vanishedFolder() throws {
  let folder = try Folder()
  let inner = folder.file("inner")
  try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
  #expect(throws: HDF5WriterError.system(action: "replace", path: inner + "/a.h5", code: ENOENT)) {
    try HDF5Writer.write(to: inner + "/a.h5") { (root) throws(HDF5WriterError) in
      try? FileManager.default.removeItem(atPath: inner)
      try root.writeDataset("x", shape: [], [1] as [Float])
    }
  }
  #expect(try folder.names() == [])
}

@Test("A new file's permissions follow the umask, and an existing file keeps its own")
func permissions() async throws {
  // The umask belongs to the whole process, so it is set in one of its own.
  await #expect(processExitsWith: .success) {
    let folder = try Folder()
    umask(0o027)
    try writeVersion(1, count: 1, to: folder.file("a.h5"))
    #expect(try folder.permissions("a.h5") == 0o640)
    chmod(folder.file("a.h5"), 0o604)
    try writeVersion(2, count: 1, to: folder.file("a.h5"))
    #expect(try folder.permissions("a.h5") == 0o604)
  }
}

@Test("A folder that may not be written to is an error with the system's text")
func unwritableFolder() async throws {
  // Nobody's user, since root may write anywhere.
  await #expect(processExitsWith: .success) {
    let folder = try Folder()
    try writeVersion(1, count: 1, to: folder.file("a.h5"))
    let old = try folder.bytes("a.h5")
    chmod(folder.path, 0o555)
    let mayChange = geteuid() == 0
    if mayChange { try #require(seteuid(65534) == 0) }
    #expect(throws: HDF5WriterError.system(action: "write", path: folder.file("a.h5"), code: EACCES)) {
      try writeVersion(2, count: 1, to: folder.file("a.h5"))
    }
    if mayChange { try #require(seteuid(0) == 0) }
    chmod(folder.path, 0o755)
    #expect(try folder.bytes("a.h5") == old)
    #expect(try folder.names() == ["a.h5"])
  }
}

@Test("A symbolic link stays a link, and the file it leads to is replaced")
func symbolicLinks() throws {
  let folder = try Folder()
  let manager = FileManager.default
  try manager.createDirectory(atPath: folder.file("models"), withIntermediateDirectories: false)
  try manager.createSymbolicLink(atPath: folder.file("latest.h5"), withDestinationPath: "models/1.h5")
  try writeVersion(1, count: 1, to: folder.file("latest.h5"))
  let first = try folder.bytes("models/1.h5")
  try writeVersion(2, count: 1, to: folder.file("latest.h5"))
  #expect(try folder.bytes("models/1.h5") != first)
  #expect(try manager.destinationOfSymbolicLink(atPath: folder.file("latest.h5")) == "models/1.h5")
  #expect(try folder.names() == ["latest.h5", "models"])

  try manager.createSymbolicLink(atPath: folder.file("loop"), withDestinationPath: "loop")
  #expect(throws: HDF5WriterError.system(action: "follow the link", path: folder.file("loop"), code: ELOOP)) {
    try writeVersion(1, count: 1, to: folder.file("loop"))
  }
}

@Test("A disk that fills up at any point is an error, the old file stays, and the next write succeeds")
func fullDisk() async throws {
  await #expect(processExitsWith: .success) {
    let folder = try Folder()
    try writeVersion(1, count: 5000, to: folder.file("a.h5"))
    let old = try folder.bytes("a.h5")
    // A limit on the size of files stands for the disk: the write beyond it fails.
    signal(SIGXFSZ, SIG_IGN)
    var unlimited = rlimit()
    #if os(Linux)
      let fileSize = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
      let fileSize = RLIMIT_FSIZE
    #endif
    getrlimit(fileSize, &unlimited)
    for bytes in [0, 1, 100, 2_000, 5_000, 30_000, old.count - 1] {
      var limited = rlimit(rlim_cur: rlim_t(bytes), rlim_max: unlimited.rlim_max)
      setrlimit(fileSize, &limited)
      let result = Result { try writeVersion(2, count: 5000, to: folder.file("a.h5")) }
      setrlimit(fileSize, &unlimited)
      #expect(throws: HDF5WriterError.system(action: "write", path: folder.file("a.h5"), code: EFBIG)) {
        try result.get()
      }
      #expect(try folder.bytes("a.h5") == old)
      #expect(try folder.names() == ["a.h5"])
    }
    try writeVersion(1, count: 5000, to: folder.file("b.h5"))
    #expect(try folder.bytes("b.h5") == old)
  }
}

@Test("A process killed at any moment of its writing leaves the old file or the new one, complete")
func killedWriter() async throws {
  let folder = try Folder()
  let path = folder.file("a.h5")
  var complete: [[UInt8]] = []
  for value in 0..<4 {
    try writeVersion(Float(value), count: 20_000, to: folder.file("whole.h5"))
    complete.append(try folder.bytes("whole.h5"))
  }
  try writeVersion(0, count: 20_000, to: path)
  for _ in 0..<30 {
    let delay = UInt32.random(in: 0..<20_000)
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, delay = delay as UInt32] in
      try writeVersion(1, count: 20_000, to: path)
      Thread.detachNewThread {
        usleep(delay)
        kill(getpid(), SIGKILL)
      }
      for version in 2... { try writeVersion(Float(version % 4), count: 20_000, to: path) }
    }
    let found = try folder.bytes("a.h5")
    #expect(complete.contains(found))
  }
}

@Test("Threads that write at once wait for each other, and a body may write another file")
func concurrentWrites() async throws {
  let folder = try Folder()
  let expected = try {
    try writeVersion(3, count: 50, to: folder.file("expected.h5"))
    return try folder.bytes("expected.h5")
  }()
  let path = folder.path
  try await withThrowingTaskGroup(of: Void.self) { group in
    for index in 0..<16 {
      group.addTask { try writeVersion(3, count: 50, to: path + "/\(index).h5") }
    }
    try await group.waitForAll()
  }
  for index in 0..<16 { #expect(try folder.bytes("\(index).h5") == expected) }

  try HDF5Writer.write(to: folder.file("outer.h5")) { (root) throws(HDF5WriterError) in
    try writeVersion(3, count: 50, to: path + "/inner.h5")
    try root.setAttribute("value", to: Float(3))
    for part in 0..<4 {
      try root.writeDataset("part_\(part)", shape: [50], [Float](repeating: 3, count: 50))
    }
  }
  #expect(try folder.bytes("inner.h5") == expected)
  #expect(try folder.bytes("outer.h5") == expected)
}
