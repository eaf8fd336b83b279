import SwiftletSystem

/// A block of numbers of any one type, 64-byte aligned: weights that are not float32, in the form that a kernel reads.
///
/// It is written while a model is loaded, by one thread, and never after; that makes it safe to share.
@safe final class PackedMemory<Element: BitwiseCopyable & FixedWidthInteger>: @unchecked Sendable {
  /// Valid for `count` elements while this object lives.
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  /// Room for `count` numbers, all zero.
  init(count: Int) throws(ModelError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow, count >= 0 else { throw .memory(bytes: Int.max) }
    guard let raw = unsafe swiftlet_region_allocate(bytes) else { throw .memory(bytes: bytes) }
    unsafe pointer = raw.bindMemory(to: Element.self, capacity: count)
    unsafe pointer.initialize(repeating: 0, count: count)
    self.count = count
  }

  deinit { unsafe swiftlet_region_free(pointer) }

  /// The bytes that the numbers take.
  var byteCount: Int { count * MemoryLayout<Element>.stride }
}
