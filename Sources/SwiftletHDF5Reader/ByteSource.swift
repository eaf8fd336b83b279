/// Where the bytes of a file lie: a file in the file system, a part of one (a ZIP member), or memory.
///
/// A file is read, never mapped, so one that shrinks or vanishes under the reader is an error and not a
/// signal. Safe to share between threads.
public final class ByteSource: Sendable {
  private enum Storage: Sendable {
    case file(FileWindow)
    case memory([UInt8])
    case block(ByteBlock)
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
    let file = try FileWindow(path: path)
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
      storage: .block(unsafe ByteBlock(borrowing: bytes)), start: 0, size: UInt64(bytes.count))
  }

  /// `count` bytes of this source from `offset` on, as a source of their own.
  /// - Throws: `HDF5Error.malformed` if they are not all there.
  public func part(at offset: UInt64, count: UInt64) throws(HDF5Error) -> ByteSource {
    guard offset <= size, count <= size - offset else {
      throw .malformed("a part of \(count) bytes where \(size) are in all", offset: offset)
    }
    return ByteSource(storage: storage, start: start + offset, size: count)
  }

  /// The same bytes, all of them read into memory: for a file so small that to read it piece by piece takes longer.
  /// This very source where it is in memory already, or where there is not as much memory.
  /// - Throws: `HDF5Error.io`, if reading fails or the file has become shorter.
  public func inMemory() throws(HDF5Error) -> ByteSource {
    guard case .file(let file) = storage, let count = Int(exactly: size),
      let block = ByteBlock(inRegion: count)
    else { return self }
    guard try unsafe file.read(into: block.room, at: start) == count else {
      throw .io("the file has become shorter", offset: 0)
    }
    return ByteSource(storage: .block(block), start: 0, size: size)
  }

  /// Fills `destination` with the bytes from `offset` on.
  /// - Precondition: `destination` may be written to.
  /// - Throws: `HDF5Error.malformed` if they are not all there; `HDF5Error.io` if reading fails or the file
  ///   has become shorter since it was opened.
  @unsafe public func read(
    at offset: UInt64, into destination: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    let count = destination.count
    try check(offset, count)
    guard count > 0, let base = destination.baseAddress else { return }
    switch storage {
    case .file(let file):
      let got =
        if count > FileWindow.blockSize / 2 {
          // Weights go where they are wanted.
          try unsafe file.read(into: destination, at: start + offset)
        } else {
          try unsafe copy(from: file, at: start + offset, into: destination)
        }
      guard got == count else { throw .io("the file has become shorter", offset: offset) }
    case .memory(let bytes):
      unsafe bytes.withUnsafeBytes { all in
        let from = Int(start + offset)
        unsafe destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[from..<from + count]))
      }
    case .block(let block):
      unsafe base.copyMemory(from: block.start + Int(start + offset), byteCount: count)
    }
  }

  /// Where the `count` bytes from `offset` on lie in memory, for as long as this source is there. Nil if they are not all
  /// there, or not in one block of memory.
  @unsafe func place(at offset: UInt64, count: Int) -> UnsafeRawPointer? {
    guard case .block(let block) = storage, holds(offset, count) else { return nil }
    return unsafe UnsafeRawPointer(block.start + Int(start + offset))
  }

  /// Copies what the file's blocks hold from `offset` on; fewer bytes only where the file ends.
  private func copy(
    from file: FileWindow, at offset: UInt64, into destination: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) -> Int {
    var done = 0
    while done < destination.count, let base = destination.baseAddress {
      let (number, from) = (offset + UInt64(done)).quotientAndRemainder(
        dividingBy: UInt64(FileWindow.blockSize))
      let block = try file.block(number)
      let there = min(block.count - Int(from), destination.count - done)
      guard there > 0 else { break }
      unsafe (base + done).copyMemory(from: block.start + Int(from), byteCount: there)
      done += there
    }
    return done
  }

  /// A block that has the `count` bytes from `offset` on, and where in it they begin.
  /// - Throws: as `read(at:into:)`; before any memory is taken, if they are not all there.
  /// - Parameter isKept: whether somebody will keep the block, which then has nothing else of the file in it.
  func block(at offset: UInt64, count: Int, isKept: Bool = false) throws(HDF5Error) -> (
    block: BlockBytes, first: Int
  ) {
    try check(offset, count)
    switch storage {
    case .file(let file) where !isKept:
      let (number, from) = (start + offset).quotientAndRemainder(dividingBy: UInt64(FileWindow.blockSize))
      if count <= FileWindow.blockSize - Int(from) {
        let block = try file.block(number)
        guard count <= block.count - Int(from) else {
          throw .io("the file has become shorter", offset: offset)
        }
        return (BlockBytes(block, isHeld: false), Int(from))
      }
    case .file, .memory: break
    case .block(let block): return (BlockBytes(block, isHeld: true), Int(start + offset))
    }
    let block = ByteBlock(count: count)
    try unsafe read(at: offset, into: block.room)
    return (BlockBytes(block, isHeld: false), 0)
  }

  /// Checks that `count` bytes are there, before memory is taken for them.
  func check(_ offset: UInt64, _ count: Int) throws(HDF5Error) {
    guard holds(offset, count) else {
      throw .malformed("\(count) bytes wanted past the end of the file", offset: offset)
    }
  }

  /// Whether there are `count` bytes from `offset` on.
  private func holds(_ offset: UInt64, _ count: Int) -> Bool {
    count >= 0 && offset <= size && UInt64(count) <= size - offset
  }

  /// `count` bytes from `offset` on.
  /// - Throws: as `read(at:into:)`; before any memory is taken, if they are not all there.
  public func bytes(at offset: UInt64, count: Int) throws(HDF5Error) -> [UInt8] {
    try check(offset, count)
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
