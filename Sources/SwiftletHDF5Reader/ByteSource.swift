import SwiftletSystem

/// Where the bytes of a file lie: a file in the file system, a part of one (a ZIP member), or memory.
///
/// A file is read, never mapped, so one that shrinks or vanishes under the reader is an error and not a
/// signal. Safe to share between threads.
public final class ByteSource: Sendable {
  private enum Storage: Sendable {
    case file(OpenFile)
    case memory([UInt8])
    case borrowed(BorrowedBytes)
  }

  private let storage: Storage
  /// Where this source begins in its storage.
  private let start: UInt64
  /// How many bytes there are.
  public let size: UInt64

  private init(storage: Storage, start: UInt64, size: UInt64) {
    self.storage = storage
    self.start = start
    self.size = size
  }

  /// Opens the file at `path`; its descriptor closes with the last source that uses it.
  /// - Throws: `HDF5Error.io` with the system's words.
  public convenience init(path: String) throws(HDF5Error) {
    let file = try OpenFile(path: path)
    self.init(storage: .file(file), start: 0, size: file.size)
  }

  /// Bytes that the source owns.
  public convenience init(bytes: [UInt8]) {
    self.init(storage: .memory(bytes), start: 0, size: UInt64(bytes.count))
  }

  /// Bytes that somebody else owns.
  /// - Precondition: `bytes` stays valid and unchanged for as long as this source, or anything opened from
  ///   it, is in use.
  @unsafe public convenience init(borrowing bytes: UnsafeRawBufferPointer) {
    self.init(
      storage: .borrowed(unsafe BorrowedBytes(bytes: bytes)), start: 0, size: UInt64(bytes.count))
  }

  /// `count` bytes of this source from `offset` on, as a source of their own.
  /// - Throws: `HDF5Error.malformed` if they are not all there.
  public func part(at offset: UInt64, count: UInt64) throws(HDF5Error) -> ByteSource {
    guard offset <= size, count <= size - offset else {
      throw .malformed("a part of \(count) bytes where \(size) are in all", offset: offset)
    }
    return ByteSource(storage: storage, start: start + offset, size: count)
  }

  /// Fills `destination` with the bytes from `offset` on.
  /// - Precondition: `destination` may be written to.
  /// - Throws: `HDF5Error.malformed` if they are not all there; `HDF5Error.io` if reading fails or the file
  ///   has become shorter since it was opened.
  @unsafe public func read(
    at offset: UInt64, into destination: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    let count = destination.count
    guard offset <= size, UInt64(count) <= size - offset else {
      throw .malformed("\(count) bytes wanted past the end of the file", offset: offset)
    }
    guard count > 0, let base = destination.baseAddress else { return }
    switch storage {
    case .file(let file):
      let got = unsafe swiftlet_window_read(file.window, base, count, start + offset)
      guard got >= 0 else { throw .io(systemText(Int32(truncatingIfNeeded: -got)), offset: offset) }
      guard got == count else { throw .io("the file has become shorter", offset: offset) }
    case .memory(let bytes):
      unsafe bytes.withUnsafeBytes { all in
        let from = Int(start + offset)
        unsafe destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[from..<from + count]))
      }
    case .borrowed(let borrowed):
      let from = Int(start + offset)
      unsafe destination.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: borrowed.bytes[from..<from + count]))
    }
  }

  /// `count` bytes from `offset` on.
  /// - Throws: as `read(at:into:)`; before any memory is taken, if they are not all there.
  public func bytes(at offset: UInt64, count: Int) throws(HDF5Error) -> [UInt8] {
    guard count >= 0, offset <= size, UInt64(count) <= size - offset else {
      throw .malformed("\(count) bytes wanted past the end of the file", offset: offset)
    }
    var failure: HDF5Error?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
      do throws(HDF5Error) {
        let place = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<count])
        unsafe try read(at: offset, into: UnsafeMutableRawBufferPointer(place))
        made = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// A file that closes when nobody holds it any more.
@safe private final class OpenFile: @unchecked Sendable {
  /// Valid while this object lives; it does its own locking.
  let window: OpaquePointer
  let size: UInt64

  init(path: String) throws(HDF5Error) {
    var opened: Int32 = -1
    // A C string ends at its first zero byte, so such a path would name another file.
    for byte in path.utf8 where byte == 0 { throw .io("a path with a zero byte in it", offset: nil) }
    let error = unsafe swiftlet_file_open(path, &opened)
    guard error == 0 else { throw .io("\(path): \(systemText(error))", offset: nil) }
    let size = swiftlet_file_size(opened)
    guard size >= 0 else {
      swiftlet_file_close(opened)
      throw .io("\(path): \(systemText(Int32(truncatingIfNeeded: -size)))", offset: nil)
    }
    guard let window = unsafe swiftlet_window_create(opened) else {
      throw .io("\(path): there is no memory to read it", offset: nil)
    }
    unsafe self.window = window
    self.size = UInt64(size)
  }

  deinit { unsafe swiftlet_window_destroy(window) }
}

/// Memory whose owner has promised that it outlives its use and does not change meanwhile; read-only, hence
/// safe to share.
@safe private struct BorrowedBytes: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
}

/// The system's text for an errno value.
private func systemText(_ error: Int32) -> String { unsafe String(cString: swiftlet_error_text(error)) }
