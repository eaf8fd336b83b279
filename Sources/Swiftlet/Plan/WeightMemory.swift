import SwiftletSystem

/// A block of float32 numbers, 64-byte aligned: weights in the form that a kernel reads.
///
/// It is written while a model is loaded, by one thread, and never after; that makes it safe to share.
@safe final class WeightMemory: @unchecked Sendable {
  /// Valid for `count` elements while this object lives, and the room of a region only until that is closed.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let isRoom: Bool

  /// Room for `count` numbers, all zero.
  convenience init(count: Int) throws(ModelError) {
    try self.init(uninitializedCount: count)
    unsafe pointer.initialize(repeating: 0, count: count)
  }

  /// Room for `count` numbers, every one of which is going to be written.
  /// - Parameter isTemporary: whether they serve to make the model and are no part of it: they then take nothing of the
  ///   thread's region.
  init(uninitializedCount count: Int, isTemporary: Bool = false) throws(ModelError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow, count >= 0 else { throw .memory(bytes: Int.max) }
    let made = unsafe isTemporary ? swiftlet_region_take(nil, bytes) : swiftlet_region_allocate(bytes)
    guard let raw = unsafe made else { throw .memory(bytes: bytes) }
    unsafe pointer = raw.bindMemory(to: Float.self, capacity: count)
    self.count = count
    isRoom = false
  }

  /// The room behind the weights in the thread's open region, if it is as large.
  init?(roomFor count: Int) {
    guard let raw = unsafe swiftlet_region_room(count * MemoryLayout<Float>.stride) else { return nil }
    unsafe pointer = raw.bindMemory(to: Float.self, capacity: count)
    self.count = count
    isRoom = true
  }

  /// A copy of numbers.
  convenience init(_ values: [Float]) throws(ModelError) {
    try self.init(uninitializedCount: values.count)
    unsafe _ = buffer.initialize(fromContentsOf: values)
  }

  deinit { if !isRoom { unsafe swiftlet_region_free(pointer) } }

  /// The elements, to write while loading.
  var buffer: UnsafeMutableBufferPointer<Float> {
    unsafe UnsafeMutableBufferPointer(start: pointer, count: count)
  }
}
