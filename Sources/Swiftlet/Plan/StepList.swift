import SwiftletKernels
import SwiftletSystem

/// The steps of a session as C sees them, with the memory that their parameters lie in.
@safe struct StepList {
  private(set) var steps: [swiftlet_step] = unsafe []
  /// For each step, what it does and how much of it.
  private(set) var descriptions: [StepDescription] = []
  /// The most bytes of scratch that any step asks for, for one thread.
  private(set) var scratchBytes = 0
  /// Multiplications, additions and the like of one row, roughly; decides whether waking a pool is worth it.
  private(set) var workPerRow = 0
  let memory = ParameterMemory()
  /// What the steps that follow belong to.
  private var label: (layer: String, operation: any Operation)?

  /// Lets `operation` add its steps, and notes for each what it reads and writes.
  mutating func emit(_ operation: any Operation, _ call: EmittedCall, layer: String) throws(ModelError) {
    let first = descriptions.count
    label = (layer, operation)
    try operation.emit(call, into: &self)
    let count = descriptions.count - first
    guard count > 0 else { return }
    let elements = call.inputShapes.indices.reduce(call.outputCount) { $0 + call.inputCount($1) }
    for index in first..<descriptions.count {
      descriptions[index].tensorBytesPerRow = elements * MemoryLayout<Float>.stride / count
      descriptions[index].weightBytes = operation.weightBytes / count
    }
  }

  /// Says how many rows the steps since the last stage's end take at once.
  mutating func endStage(rows: Int) {
    for index in descriptions.indices where descriptions[index].rowsAtOnce == 0 {
      descriptions[index].rowsAtOnce = rows
    }
  }

  /// Adds a step of `workPerRow` floating-point operations a row: exactly two for each multiply-add where the
  /// operation is a product, and roughly otherwise. `parameters` must be the struct that `kernel` reads, and what
  /// it points at must outlive the session: packed weights do, because a session holds its program.
  @unsafe
  mutating func append<Parameters: BitwiseCopyable>(
    _ kernel: @escaping swiftlet_kernel, _ parameters: Parameters, workPerRow: Int, scratchBytes: Int = 0
  ) throws(ModelError) {
    let place = unsafe try memory.store(parameters)
    unsafe steps.append(swiftlet_step(kernel: kernel, parameters: place))
    descriptions.append(
      StepDescription(
        layer: label?.layer ?? "", operation: label?.operation.name ?? "",
        flopsPerRow: label?.operation.isProduct == true ? workPerRow : 0))
    self.workPerRow = min(self.workPerRow + workPerRow, 1 << 60)
    self.scratchBytes = max(self.scratchBytes, scratchBytes)
  }
}

/// Small structs that C reads while a session lives.
@safe final class ParameterMemory {
  private var blocks: [UnsafeMutableRawPointer] = unsafe []

  /// Copies `value` to a place that stays put until this object goes.
  @unsafe
  func store<Value: BitwiseCopyable>(_ value: Value) throws(ModelError) -> UnsafeRawPointer {
    let bytes = MemoryLayout<Value>.size
    guard let block = unsafe swiftlet_allocate(bytes) else { throw .memory(bytes: bytes) }
    unsafe block.storeBytes(of: value, as: Value.self)
    unsafe blocks.append(block)
    return UnsafeRawPointer(block)
  }

  /// Copies `values` to a place that stays put until this object goes.
  @unsafe
  func store(_ values: [Float]) throws(ModelError) -> UnsafePointer<Float> {
    let bytes = values.count * MemoryLayout<Float>.stride
    guard let block = unsafe swiftlet_allocate(bytes) else { throw .memory(bytes: bytes) }
    unsafe blocks.append(block)
    let place = unsafe block.bindMemory(to: Float.self, capacity: values.count)
    for (index, value) in values.enumerated() { unsafe place[index] = value }
    return unsafe UnsafePointer(place)
  }

  deinit {
    for index in unsafe blocks.indices { unsafe swiftlet_free(blocks[index]) }
  }
}
