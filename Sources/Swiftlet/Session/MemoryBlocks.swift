import SwiftletSystem

/// The blocks that a session owns, freed together.
@safe final class MemoryBlocks {
  private var blocks: [UnsafeMutableRawPointer] = unsafe []
  private let spare: SpareMemory?

  /// - Parameter spare: where the blocks lie, as far as there is room.
  init(in spare: SpareMemory? = nil) { self.spare = spare }

  /// Room for `count` values, 64-byte aligned and uninitialized; valid while this object lives.
  func allocate<Value: BitwiseCopyable>(
    _ type: Value.Type, count: Int
  ) throws(ModelError) -> UnsafeMutablePointer<Value> {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Value>.stride)
    guard !overflow, count >= 0 else { throw .memory(bytes: Int.max) }
    guard let block = unsafe spare?.take(bytes) ?? swiftlet_region_take(nil, bytes) else {
      throw .memory(bytes: bytes)
    }
    unsafe blocks.append(block)
    return unsafe block.bindMemory(to: type, capacity: count)
  }

  /// A copy of an array that stays put.
  func copy<Value: BitwiseCopyable>(_ values: [Value]) throws(ModelError) -> UnsafePointer<Value> {
    let place = try unsafe allocate(Value.self, count: values.count)
    for (index, value) in values.enumerated() { unsafe (place + index).initialize(to: value) }
    return unsafe UnsafePointer(place)
  }

  deinit {
    // The last one first: so all of them give their places back.
    for index in unsafe blocks.indices.reversed() { unsafe swiftlet_region_free(blocks[index]) }
  }
}
