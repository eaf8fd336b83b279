import SwiftletSystem

/// A place in an arena, in elements from its base.
struct Slot: Sendable, Hashable {
  let offset: Int
  let count: Int
}

/// Places given out one after the other before the arena is made, each aligned to 64 bytes.
struct ArenaLayout {
  private(set) var count = 0

  mutating func reserve(_ elements: Int) -> Slot {
    let slot = Slot(offset: count, count: elements)
    count += (elements + 15) / 16 * 16
    return slot
  }
}

/// The memory of a plan: allocated once, zeroed, and freed with the plan.
final class Arena {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  /// - Throws: `TrainingError.argument` where there is no memory for batches of so many rows.
  init(_ layout: ArenaLayout, maximumRows: Int) throws(TrainingError) {
    count = layout.count
    guard let memory = swiftlet_allocate(max(count, 1) * MemoryLayout<Float>.stride) else {
      throw .argument(
        "batchSize", found: "\(maximumRows)", needed: "small enough for memory: a step takes \(count) numbers"
      )
    }
    base = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { swiftlet_free(base) }
}

/// What an operation is told when it runs. Trivial, so that passing it costs no reference counts.
struct Pass {
  let base: UnsafeMutablePointer<Float>
  /// Room for whatever an operation needs while it runs; the next one overwrites it.
  let scratch: UnsafeMutablePointer<Float>
  /// Rows in this batch, at most the plan's largest.
  let rows: Int
  let isTraining: Bool
  /// Steps of training before this one, which seeds what is random within a step.
  let step: UInt64

  subscript(slot: Slot) -> UnsafeMutablePointer<Float> { base + slot.offset }
}
