import SwiftletSystem

/// A regular file that is read in whole pieces, or replaced as a whole.
///
///     let bytes = try WholeFile.bytes(of: "weights.pkl")
///
/// Not shared between threads; closed when it goes.
public struct WholeFile: ~Copyable {
  private let descriptor: Int32
  /// The size of the file when it was opened, in bytes.
  public let count: Int

  /// Opens `path` for reading.
  ///
  /// - Throws: `ArrayFileError` of kind `file` if it is missing, not readable, or not a regular file.
  public init(path: String) throws(ArrayFileError) {
    guard !path.utf8.contains(0) else {
      throw ArrayFileError(.file, place: "path", found: "a zero character", supported: "a path without one")
    }
    var opened: Int32 = -1
    // The descriptor is written before the call returns; the path is terminated for its duration.
    let error = unsafe path.withCString { unsafe swiftlet_file_open($0, &opened) }
    guard error == 0 else { throw WholeFile.failure("cannot be opened", error) }
    let size = swiftlet_file_size(opened)
    guard size >= 0, let size = Int(exactly: size) else {
      swiftlet_file_close(opened)
      throw WholeFile.failure("its size cannot be read", size < 0 ? Int32(truncatingIfNeeded: -size) : 0)
    }
    descriptor = opened
    count = size
  }

  deinit { swiftlet_file_close(descriptor) }

  /// The bytes at `range`.
  ///
  /// - Throws: `ArrayFileError` of kind `file` if the file does not have them all or memory does not.
  public func bytes(in range: Range<Int>) throws(ArrayFileError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw ArrayFileError(
        .file, place: "file", offset: range.lowerBound, found: "\(count) bytes",
        supported: "\(range.upperBound)")
    }
    guard !range.isEmpty else { return [] }
    // A sparse file can claim more than there is memory for, and an array that cannot be made is a trap.
    guard let probe = unsafe swiftlet_allocate(range.count) else {
      throw ArrayFileError(
        .file, place: "file", offset: range.lowerBound, found: "\(range.count) bytes to read",
        supported: "as many as fit in memory")
    }
    unsafe swiftlet_free(probe)
    var got: Int64 = 0
    // The buffer has room for `range.count` bytes, and the call fills no more and says how many.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
      got = unsafe swiftlet_file_read(descriptor, buffer.baseAddress, range.count, UInt64(range.lowerBound))
      initialized = max(0, Int(got))
    }
    guard got >= 0 else { throw WholeFile.failure("cannot be read", Int32(truncatingIfNeeded: -got)) }
    guard bytes.count == range.count else {
      throw ArrayFileError(
        .file, place: "file", offset: range.lowerBound + bytes.count, found: "the end: it became shorter",
        supported: "\(count) bytes, as when it was opened")
    }
    return bytes
  }

  /// All bytes of the file at `path`.
  ///
  /// - Throws: `ArrayFileError` of kind `file`, which names the path.
  public static func bytes(of path: String) throws(ArrayFileError) -> [UInt8] {
    do throws(ArrayFileError) {
      let file = try WholeFile(path: path)
      return try file.bytes(in: 0..<file.count)
    } catch {
      throw error.within(path)
    }
  }

  /// Puts `bytes` at `path` in one step: written beside it, synced and renamed, so that `path` always holds
  /// its old bytes or all of the new ones. A symbolic link stays, and the file that it leads to is replaced.
  ///
  /// - Throws: `ArrayFileError` of kind `file`, or `writing` where there is no room; it names the path.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(ArrayFileError) {
    guard !path.utf8.contains(0) else {
      throw ArrayFileError(.file, place: "path", found: "a zero character", supported: "a path without one")
    }
    // Both pointers are good for the duration of the call, which reads `count` bytes.
    let error = unsafe path.withCString { path in
      unsafe bytes.withUnsafeBytes { unsafe swiftlet_file_replace(path, $0.baseAddress, $0.count) }
    }
    guard error == 0 else { throw failure("cannot be written", error).within(path) }
  }

  private static func failure(_ what: String, _ error: Int32) -> ArrayFileError {
    // The text is copied before anything else on this thread can ask for another.
    let text = unsafe String(cString: swiftlet_error_text(error))
    let kind: ArrayFileError.Kind = swiftlet_is_failed_write(error) ? .writing : .file
    return ArrayFileError(kind, place: "file", found: what + ": " + text, supported: "")
  }
}
