import SwiftletKernels

/// The steps of a session as C sees them, with the memory that their parameters lie in.
@safe struct StepList {
  /// Whose work a step is, and how much of it.
  struct Share {
    /// The instruction's index in the program.
    let instruction: Int
    let flopsPerRow: Int
    var tensorBytesPerRow = 0
    var weightBytes = 0
    var rowsAtOnce = 0
  }

  private(set) var steps: [swiftlet_step] = unsafe []
  /// For each step, whose work it is.
  private(set) var shares: [Share] = []
  /// The most bytes of scratch that any step asks for, for one thread.
  private(set) var scratchBytes = 0
  /// Multiplications, additions and the like of one row, roughly; decides whether waking a pool is worth it.
  private(set) var workPerRow = 0
  /// Where parameters lie.
  let memory: MemoryBlocks
  /// The instruction that the steps that follow belong to.
  private var instruction = 0
  private var isProduct = false
  /// The first step of the present stage.
  private var stageStart = 0

  init(in memory: MemoryBlocks) { self.memory = memory }

  /// Lets the operation of instruction `index` add its steps, and notes for each what it reads and writes.
  mutating func emit(
    _ operation: any Operation, _ call: EmittedCall, instruction index: Int
  ) throws(ModelError) {
    let first = shares.count
    instruction = index
    isProduct = operation.isProduct
    try operation.emit(call, into: &self)
    let count = shares.count - first
    guard count > 0 else { return }
    let elements = call.inputShapes.indices.reduce(call.outputCount) { $0 + call.inputCount($1) }
    let weightBytes = operation.weightBytes
    for index in first..<shares.count {
      shares[index].tensorBytesPerRow = elements * MemoryLayout<Float>.stride / count
      shares[index].weightBytes = weightBytes / count
    }
  }

  /// Says how many rows the steps since the last stage's end take at once.
  mutating func endStage(rows: Int) {
    for index in stageStart..<shares.count { shares[index].rowsAtOnce = rows }
    stageStart = shares.count
  }

  /// Adds a step of `workPerRow` floating-point operations a row: exactly two for each multiply-add where the
  /// operation is a product, and roughly otherwise. `parameters` must be the struct that `kernel` reads, and what
  /// it points at must outlive the session: packed weights do, because a session holds its program.
  @unsafe
  mutating func append<Parameters: BitwiseCopyable>(
    _ kernel: @escaping swiftlet_kernel, _ parameters: Parameters, workPerRow: Int, scratchBytes: Int = 0
  ) throws(ModelError) {
    let place = unsafe try memory.allocate(Parameters.self, count: 1)
    unsafe place.initialize(to: parameters)
    unsafe steps.append(swiftlet_step(kernel: kernel, parameters: place))
    shares.append(Share(instruction: instruction, flopsPerRow: isProduct ? workPerRow : 0))
    self.workPerRow = min(self.workPerRow + workPerRow, 1 << 60)
    self.scratchBytes = max(self.scratchBytes, scratchBytes)
  }
}
