import SwiftletSystem

/// The room that is left in the block where a model's weights lie. A session's memory lies in it where it fits: in
/// large pages that the system has given already, or at least beside them.
@safe final class SpareMemory: Sendable {
  /// Nil where there is no such block. Valid while this object lives; threads may take from it at once.
  private nonisolated(unsafe) let region: OpaquePointer?

  /// What is left of the region that the calling thread has open, which is closed.
  init() { unsafe region = swiftlet_region_close() }

  deinit { unsafe swiftlet_region_leave(region) }

  /// `count` bytes, 64-byte aligned and uninitialized, to be freed by `swiftlet_region_free`: a block of their own
  /// where there is no room for them. Nil where there is no memory.
  @unsafe
  func take(_ count: Int) -> UnsafeMutableRawPointer? { unsafe swiftlet_region_take(region, count) }
}
