import SwiftletSystem

/// Threads that sessions may share. Workers sleep while nothing runs: some 100 us after a run at the latest.
///
/// ```swift
/// let pool = try ThreadPool(threads: 4)
/// var session = try model.makeSession(maximumBatch: 1024, pool: pool)
/// ```
/// One run at a time uses the pool; another waits for it. The result has the same bits as without it.
@safe public final class ThreadPool: @unchecked Sendable {
  /// Valid while this object lives; the pool does its own locking.
  let pointer: OpaquePointer
  /// The caller's thread counted.
  public let threads: Int

  /// A pool of `threads` threads, the caller's own among them.
  /// - Throws: `ModelError.argument` unless `threads` is 1 to 1024; `.memory` if threads cannot be made.
  public init(threads: Int) throws(ModelError) {
    guard (1...1024).contains(threads) else {
      throw .argument("\(threads) threads; 1 to 1024 are possible", name: "threads")
    }
    guard let pointer = unsafe swiftlet_pool_create(threads) else { throw .memory(bytes: threads << 16) }
    unsafe self.pointer = pointer
    self.threads = threads
  }

  deinit { unsafe swiftlet_pool_destroy(pointer) }
}
