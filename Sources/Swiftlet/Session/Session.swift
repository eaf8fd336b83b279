import SwiftletGraph
import SwiftletKernels

/// A place to run a model from: one arena, sized when the session is made, and the steps for its shapes.
///
/// ```swift
/// let model = try Model(contentsOf: "digits.h5")
/// var session = try model.makeSession(maximumBatch: 100)
/// try session.predict(images.span, into: &scores)   // 100 x 64 in, 100 x 10 out
/// ```
/// A run allocates nothing, takes no lock and makes no system call (with a `ThreadPool`, waking its workers is
/// the exception). A row gives the same bits alone or in any batch, with any number of threads. A session is
/// used by one thread at a time; any number of sessions share one model.
public struct Session: ~Copyable, Sendable {
  /// The most rows that a run may have.
  public let maximumBatch: Int
  /// The model's inputs with every length as this session has it.
  public let inputs: [TensorDescription]
  /// The model's outputs with every length as this session has it.
  public let outputs: [TensorDescription]

  let memory: SessionMemory
  private let firstInputCount: Int
  private let firstOutputCount: Int
  private let isSingle: Bool

  init(
    program: Program, maximumBatch: Int, lengths: [Int], pool: ThreadPool?, spare: SpareMemory
  ) throws(ModelError) {
    guard maximumBatch >= 1 else {
      throw .argument("\(maximumBatch); a session needs 1 or more", name: "maximumBatch")
    }
    let network = try Session.network(program.network, withLengths: lengths)
    let memory = try SessionMemory(
      program: program, network: network, maximumBatch: maximumBatch, pool: pool, spare: spare)
    inputs = Session.describe(network.inputs, in: network)
    outputs = Session.describe(network.outputs, in: network)
    self.maximumBatch = maximumBatch
    self.memory = memory
    firstInputCount = inputs[0].shape.elementCount ?? 0
    firstOutputCount = outputs[0].shape.elementCount ?? 0
    isSingle = inputs.count == 1 && outputs.count == 1
  }

  // MARK: One input, one output

  /// Runs a batch of a model that has one input and one output.
  /// - Parameters:
  ///   - input: rows × the input's shape, row after row.
  ///   - output: rows × the output's shape; every element is written.
  /// - Throws: `ModelError.argument` where a count does not fit; nothing is written then.
  public mutating func predict(
    _ input: Span<Float>, into output: inout MutableSpan<Float>
  ) throws(ModelError) {
    let rows = try checkedRows(inputCount: input.count, outputCount: output.count)
    unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe memory.bindInput(0, source.baseAddress, .float32)
        unsafe memory.bindOutput(0, target.baseAddress, .float32)
        unsafe memory.run(rows: rows)
      }
    }
  }

  /// The same with other element types at either end, converted as `TensorElement` says.
  public mutating func predict<Input: TensorElement, Output: TensorElement>(
    _ input: Span<Input>, into output: inout MutableSpan<Output>
  ) throws(ModelError) {
    let rows = try checkedRows(inputCount: input.count, outputCount: output.count)
    unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe memory.bindInput(0, source.baseAddress, Input.dataType)
        unsafe memory.bindOutput(0, target.baseAddress, Output.dataType)
        unsafe memory.run(rows: rows)
      }
    }
  }

  private func checkedRows(inputCount: Int, outputCount: Int) throws(ModelError) -> Int {
    guard isSingle else {
      throw .argument(
        "the model has \(inputs.count) inputs and \(outputs.count) outputs; bind each and call run(rows:)",
        name: "predict")
    }
    let rows = firstInputCount > 0 ? inputCount / firstInputCount : 0
    guard rows * firstInputCount == inputCount, rows <= maximumBatch, outputCount == rows * firstOutputCount
    else { throw mismatch(inputCount: inputCount, outputCount: outputCount) }
    return rows
  }

  private func mismatch(inputCount: Int, outputCount: Int) -> ModelError {
    let rows = firstInputCount > 0 ? inputCount / firstInputCount : 0
    if rows * firstInputCount != inputCount {
      return .argument(
        "\(inputCount) numbers are not whole rows of \(firstInputCount), shape \(inputs[0].shape.description)",
        name: "input '\(inputs[0].name)'")
    }
    if rows > maximumBatch {
      return .argument(
        "\(rows) rows; this session takes at most \(maximumBatch)", name: "input '\(inputs[0].name)'")
    }
    return .argument(
      "\(outputCount) numbers for \(rows) rows of \(firstOutputCount), shape \(outputs[0].shape.description)",
      name: "output '\(outputs[0].name)'")
  }

  // MARK: Any number of inputs and outputs, by the caller's own memory

  /// Says where the rows of input `index` lie for the next run.
  ///
  /// - Precondition: until that run is over the pointer is valid for its rows of elements of `type`.
  /// - Throws: `ModelError.argument` if there is no such input.
  @unsafe
  public mutating func bindInput(_ index: Int, _ pointer: UnsafeRawPointer?, _ type: DataType)
    throws(ModelError)
  {
    guard inputs.indices.contains(index) else {
      throw .argument("input \(index); the model has \(inputs.count)", name: "inputs")
    }
    unsafe memory.bindInput(index, pointer, type)
  }

  /// Says where the rows of output `index` go in the next run.
  ///
  /// - Precondition: as of `bindInput`, and the memory overlaps no other tensor's.
  /// - Throws: `ModelError.argument` if there is no such output, or for float16, bfloat16 and bool, which a run
  ///   does not write.
  @unsafe
  public mutating func bindOutput(
    _ index: Int, _ pointer: UnsafeMutableRawPointer?, _ type: DataType
  ) throws(ModelError) {
    guard outputs.indices.contains(index) else {
      throw .argument("output \(index); the model has \(outputs.count)", name: "outputs")
    }
    switch type {
    case .float16, .bfloat16, .bool:
      throw .argument(
        "output as \(type.name); supported: float32, float64 and integers",
        name: "output '\(outputs[index].name)'")
    default: unsafe memory.bindOutput(index, pointer, type)
    }
  }

  /// Runs the batch that is bound. Allocates nothing.
  ///
  /// - Precondition: every input and every output is bound, and what `bindInput` and `bindOutput` ask for holds.
  /// - Throws: `ModelError.argument` where the number of rows does not fit.
  @unsafe
  public mutating func run(rows: Int) throws(ModelError) {
    guard rows >= 0, rows <= maximumBatch else {
      throw .argument("\(rows) rows; this session takes 0 to \(maximumBatch)", name: "rows")
    }
    unsafe memory.run(rows: rows)
  }

  // MARK: Several inputs and outputs as arrays

  /// Runs a batch and gives each output as a new array, in the model's order: rows × the output's shape.
  /// - Parameter values: for each input, rows × its shape.
  /// - Throws: `ModelError.argument` where a count does not fit or inputs differ in rows.
  public mutating func predict(_ values: [[Float]]) throws(ModelError) -> [[Float]] {
    let count = inputs.first?.shape.elementCount ?? 0
    return try predict(values, rows: count > 0 ? (values.first?.count ?? 0) / count : 0)
  }

  /// The same with the number of rows given, which a model whose rows are empty cannot tell from counts.
  public mutating func predict(_ values: [[Float]], rows: Int) throws(ModelError) -> [[Float]] {
    guard values.count == inputs.count else {
      throw .argument("\(values.count) inputs; the model has \(inputs.count)", name: "inputs")
    }
    guard rows >= 0, rows <= maximumBatch else {
      throw .argument("\(rows) rows; this session takes 0 to \(maximumBatch)", name: "rows")
    }
    // In memory of their own while the run lasts: arrays would have to be opened one inside the other, on a stack that
    // a file with enough outputs exhausts.
    let blocks = MemoryBlocks()
    for (index, array) in values.enumerated() {
      guard try array.count == Session.count(rows, of: inputs[index]) else {
        throw .argument(
          "\(array.count) numbers; \(rows) rows of shape \(inputs[index].shape.description) are wanted",
          name: "input '\(inputs[index].name)'")
      }
      unsafe memory.bindInput(index, try blocks.copy(array), .float32)
    }
    var results: [UnsafeMutableBufferPointer<Float>] = unsafe []
    unsafe results.reserveCapacity(outputs.count)
    for (index, output) in outputs.enumerated() {
      let count = try Session.count(rows, of: output)
      let place = try unsafe blocks.allocate(Float.self, count: count)
      unsafe memory.bindOutput(index, place, .float32)
      unsafe results.append(UnsafeMutableBufferPointer(start: place, count: count))
    }
    unsafe memory.run(rows: rows)
    return withExtendedLifetime(blocks) { unsafe results.map { unsafe [Float]($0) } }
  }

  /// The numbers of so many rows of a tensor.
  private static func count(_ rows: Int, of tensor: TensorDescription) throws(ModelError) -> Int {
    let (count, overflow) = rows.multipliedReportingOverflow(by: tensor.shape.elementCount ?? 0)
    guard !overflow else { throw .memory(bytes: Int.max) }
    return count
  }

  // MARK: Shapes

  /// The network with every open length filled in, in the order of the inputs.
  private static func network(_ network: Network, withLengths lengths: [Int]) throws(ModelError) -> Network {
    let open = network.inputs.reduce(0) {
      $0 + network.specification(of: $1).shape.dimensions.reduce(0) { $0 + ($1 == nil ? 1 : 0) }
    }
    guard lengths.count == open else {
      throw .argument("\(lengths.count) lengths; the model leaves \(open) open", name: "maximumLengths")
    }
    guard open > 0 else { return network }
    do throws(GraphError) {
      return try network.resolvingLengths(lengths)
    } catch {
      // The file is sound: it is the caller's lengths that some layer cannot take.
      throw .argument(error.description, name: "maximumLengths")
    }
  }

  static func describe(_ references: [Network.TensorReference], in network: Network) -> [TensorDescription] {
    references.map { reference in
      let specification = network.specification(of: reference)
      return TensorDescription(
        name: network.layerName(of: reference), shape: specification.shape, dataType: specification.dataType)
    }
  }
}
