import SwiftletSystem

/// A block of float32 numbers, 64-byte aligned: weights in the form that a kernel reads.
///
/// It is written while a model is loaded, by one thread, and never after; that makes it safe to share.
@safe final class WeightMemory: @unchecked Sendable {
  /// Valid for `count` elements while this object lives.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  /// Room for `count` numbers, all zero.
  convenience init(count: Int) throws(ModelError) {
    try self.init(uninitializedCount: count)
    unsafe pointer.initialize(repeating: 0, count: count)
  }

  /// Room for `count` numbers, every one of which is going to be written.
  init(uninitializedCount count: Int) throws(ModelError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow, count >= 0 else { throw .memory(bytes: Int.max) }
    guard let raw = unsafe swiftlet_region_allocate(bytes) else { throw .memory(bytes: bytes) }
    unsafe pointer = raw.bindMemory(to: Float.self, capacity: count)
    self.count = count
  }

  /// Room for `count` numbers that nobody uses once the thread's region is closed.
  init(roomFor count: Int) throws(ModelError) {
    let bytes = count * MemoryLayout<Float>.stride
    guard let raw = unsafe swiftlet_region_room(bytes) else { throw .memory(bytes: bytes) }
    unsafe pointer = raw.bindMemory(to: Float.self, capacity: count)
    self.count = count
  }

  /// A copy of numbers.
  convenience init(_ values: [Float]) throws(ModelError) {
    try self.init(uninitializedCount: values.count)
    unsafe _ = buffer.initialize(fromContentsOf: values)
  }

  deinit { unsafe swiftlet_region_free(pointer) }

  /// The elements, to write while loading.
  var buffer: UnsafeMutableBufferPointer<Float> {
    unsafe UnsafeMutableBufferPointer(start: pointer, count: count)
  }
}
