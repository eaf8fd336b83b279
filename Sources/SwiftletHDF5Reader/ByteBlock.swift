import SwiftletSystem

/// Some bytes in memory, which stay where they are and as they are for as long as somebody holds the block.
///
/// Structures are read in place there, so that most of them cost no memory of their own.
@safe final class ByteBlock: @unchecked Sendable {
  /// Valid while this object lives, and only read from once the block has been handed out.
  let start: UnsafeMutableRawPointer
  /// How many bytes may be read.
  fileprivate(set) var count: Int
  /// Which block of its file it is, where it is one.
  fileprivate var number: UInt64 = 0
  private let owner: Owner

  /// Whose the memory is.
  private enum Owner { case block, region, other }

  /// Room for `count` bytes, none of them set.
  init(count: Int) {
    unsafe start = .allocate(byteCount: max(count, 1), alignment: 16)
    self.count = count
    owner = .block
  }

  /// Room for `count` bytes, none of them set, in the thread's open region if it has as many; nil where there is no
  /// memory.
  init?(inRegion count: Int) {
    guard let start = unsafe swiftlet_region_allocate(count) else { return nil }
    unsafe self.start = start
    self.count = count
    owner = .region
  }

  /// - Precondition: `bytes` outlives the block, and does not change meanwhile.
  @unsafe init(borrowing bytes: UnsafeRawBufferPointer) {
    if let base = bytes.baseAddress {
      unsafe start = UnsafeMutableRawPointer(mutating: base)
      owner = .other
    } else {
      unsafe start = .allocate(byteCount: 1, alignment: 16)
      owner = .block
    }
    count = bytes.count
  }

  deinit {
    switch owner {
    case .block: unsafe start.deallocate()
    case .region: unsafe swiftlet_region_free(start)
    case .other: break
    }
  }

  /// All bytes, to be set before anybody else has the block.
  var room: UnsafeMutableRawBufferPointer { unsafe UnsafeMutableRawBufferPointer(start: start, count: count) }
}

/// The bytes of a block, to be read in place. They are there for as long as this is, and as the source they are of.
@safe struct BlockBytes: @unchecked Sendable {
  /// Valid while this value and the source live.
  let start: UnsafeRawPointer
  /// How many bytes may be read.
  let count: Int
  /// Nil where the source holds the block for as long as it lives: to count who else does would take longer than most
  /// of what is read.
  private let block: ByteBlock?

  /// - Parameter isHeld: whether the source holds the block for as long as it lives.
  init(_ block: ByteBlock, isHeld: Bool) {
    unsafe start = UnsafeRawPointer(block.start)
    count = block.count
    self.block = isHeld ? nil : block
  }
}

/// A file, and the few of its blocks that were read last: structures that lie together cost one call of the system.
/// It closes the file when nobody holds it any more. Safe to share between threads.
@safe final class FileWindow: @unchecked Sendable {
  /// The metadata of HDF5 files lies in pieces of some 2 KB, with weights between them, and is walked back and forth.
  static let blockSize = 4096
  /// More would save few calls, and the first touch of memory costs more than they do.
  private static let slotCount = 16

  let size: UInt64
  private let descriptor: Int32
  private let lock: OpaquePointer
  /// `slotCount` of them: a block is in the slot of its number's remainder. Whoever holds the lock has them.
  private let slots: UnsafeMutablePointer<ByteBlock?>

  /// Opens the file at `path`.
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
    guard let lock = unsafe swiftlet_lock_create() else {
      swiftlet_file_close(opened)
      throw .io("\(path): there is no memory to read it", offset: nil)
    }
    descriptor = opened
    unsafe self.lock = lock
    self.size = UInt64(size)
    unsafe slots = .allocate(capacity: Self.slotCount)
    unsafe slots.initialize(repeating: nil, count: Self.slotCount)
  }

  deinit {
    unsafe slots.deinitialize(count: Self.slotCount).deallocate()
    unsafe swiftlet_lock_destroy(lock)
    swiftlet_file_close(descriptor)
  }

  /// The file's bytes from `number * blockSize` on: as many as a block holds, or as there are.
  func block(_ number: UInt64) throws(HDF5Error) -> ByteBlock {
    unsafe swiftlet_lock_take(lock)
    defer { unsafe swiftlet_lock_give(lock) }
    let place = Int(number % UInt64(Self.slotCount))
    if let block = unsafe slots[place], block.number == number { return block }
    var block = unsafe slots[place]
    unsafe slots[place] = nil
    // Memory that nobody reads any more is filled anew.
    if !isKnownUniquelyReferenced(&block) { block = nil }
    let filled = block ?? ByteBlock(count: Self.blockSize)
    filled.count = Self.blockSize
    filled.count = try unsafe read(into: filled.room, at: number * UInt64(Self.blockSize))
    filled.number = number
    unsafe slots[place] = filled
    return filled
  }

  /// Reads from `offset` on, past the blocks; fewer bytes only where the file ends.
  /// - Precondition: `destination` may be written to.
  @unsafe func read(into destination: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(HDF5Error)
    -> Int
  {
    guard let base = destination.baseAddress else { return 0 }
    let got = unsafe swiftlet_file_read(descriptor, base, destination.count, offset)
    guard got >= 0 else { throw .io(systemText(Int32(truncatingIfNeeded: -got)), offset: offset) }
    return Int(got)
  }
}

/// The system's text for an errno value.
private func systemText(_ error: Int32) -> String { unsafe String(cString: swiftlet_error_text(error)) }
