import Swiftlet
import SwiftletSystem

/// `bench --sessions N`: N threads, each with a session of its own on one shared model.
final class SessionCrowd {
  /// One thread's session and what it did.
  final class Member {
    var run: BenchSession
    var calls = 0
    var failure: ModelError?

    init(_ run: consuming BenchSession) { self.run = run }

    /// Calls for as long as it is told, and counts.
    func work(until end: UInt64, callsAtOnce: Int) {
      do throws(ModelError) {
        while swiftlet_clock_nanoseconds() < end {
          try run.run(times: callsAtOnce)
          calls += callsAtOnce
        }
      } catch {
        failure = error
      }
    }
  }

  private let members: [Member]
  private let callsAtOnce: Int
  private let end: UInt64

  private init(members: [Member], callsAtOnce: Int, seconds: Int) {
    self.members = members
    self.callsAtOnce = callsAtOnce
    end = swiftlet_clock_nanoseconds() + UInt64(seconds) * 1_000_000_000
  }

  /// How many calls all of them make in a second.
  static func callsPerSecond(
    _ model: Model, sessions: Int, batch: Int, seconds: Int
  ) throws(ModelError) -> Double {
    guard sessions <= 1024 else { throw .argument("\(sessions); 1 to 1024 are possible", name: "sessions") }
    var members: [Member] = []
    var callsAtOnce = 1
    for _ in 0..<sessions {
      var run = try BenchSession(model, batch: batch, pool: nil)
      callsAtOnce = max(callsAtOnce, try run.callsForClock())
      members.append(Member(run))
    }
    guard let pool = unsafe swiftlet_pool_create(sessions) else { throw .memory(bytes: sessions << 16) }
    defer { unsafe swiftlet_pool_destroy(pool) }
    let crowd = SessionCrowd(members: members, callsAtOnce: callsAtOnce, seconds: seconds)
    let start = swiftlet_clock_nanoseconds()
    // `crowd` is alive until the pool has come back, and each index touches one member alone.
    unsafe swiftlet_pool_run(
      pool, sessions,
      { context, index in
        guard let context = unsafe context else { return }
        let crowd = unsafe Unmanaged<SessionCrowd>.fromOpaque(context).takeUnretainedValue()
        crowd.members[index].work(until: crowd.end, callsAtOnce: crowd.callsAtOnce)
      }, Unmanaged.passUnretained(crowd).toOpaque())
    let elapsed = Double(swiftlet_clock_nanoseconds() - start) / 1e9
    for member in members { if let failure = member.failure { throw failure } }
    return Double(members.reduce(0) { $0 + $1.calls }) / elapsed
  }
}
