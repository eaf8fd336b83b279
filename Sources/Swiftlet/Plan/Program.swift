import SwiftletGraph
import SwiftletKernels

/// What a network becomes when it is loaded: operations in the order in which they run, with their weights
/// packed, on values that know which of them share storage. Immutable, and shared by every session.
final class Program: Sendable {
  /// A tensor of the plan.
  struct Value: Sendable {
    /// The network's tensor that the value is, or is shaped like.
    let reference: Network.TensorReference
    /// The length of the last axis where it is not the tensor's: the value is a layer's own, between two
    /// operations.
    var lastAxis: Int?
    /// The value whose storage this one uses: itself, unless it is a reshaped view or is computed in place.
    var storage: Int
  }

  /// One operation on values.
  struct Instruction: Sendable {
    let operation: any Operation
    let inputs: [Int]
    let output: Int
    /// The layers whose work it does, in order: places in the program's `layers`.
    let layers: Range<Int>
  }

  let network: Network
  let values: [Value]
  let instructions: [Instruction]
  /// The layers whose work instructions do.
  let layers: [Int]
  /// The values that the caller gives, in the network's order.
  let inputs: [Int]
  /// The values that the caller gets, in the network's order; each has storage of its own.
  let outputs: [Int]
  let kernels: Kernels

  init(
    network: Network, values: [Value], instructions: [Instruction], layers: [Int], inputs: [Int],
    outputs: [Int], kernels: Kernels
  ) {
    self.network = network
    self.values = values
    self.instructions = instructions
    self.layers = layers
    self.inputs = inputs
    self.outputs = outputs
    self.kernels = kernels
  }

  /// The shape of a row of a value; nil where a length is open.
  /// - Parameter network: the program's network with its open lengths filled in.
  func shape(of value: Int, in network: Network) -> [Int]? {
    let shape = network.specification(of: values[value].reference).shape
    guard let lastAxis = values[value].lastAxis else { return shape.lengths }
    return shape.replacingLast(with: lastAxis)?.lengths
  }

  /// The names of the layers whose work an instruction does: `conv+bn+relu`.
  func label(of instruction: Instruction) -> String {
    layers[instruction.layers].map { network.layers[$0].name }.joined(separator: "+")
  }

  /// The bytes that packed weights take.
  var weightBytes: Int { instructions.reduce(0) { $0 + $1.operation.weightBytes } }
}

extension Shape {
  /// The dimensions, where every length is known.
  fileprivate var lengths: [Int]? {
    var lengths: [Int] = []
    lengths.reserveCapacity(rank)
    for size in dimensions {
      guard let size else { return nil }
      lengths.append(size)
    }
    return lengths
  }
}

/// What one instruction does, whatever the batch. A class, because Embedded Swift has existentials of classes
/// alone; a run never touches it: it emits plain C steps when a session is made.
protocol Operation: AnyObject, Sendable {
  /// What `bench --by-layer` calls it.
  var name: String { get }
  /// The bytes of packed weights that it holds.
  var weightBytes: Int { get }
  /// Whether its work is multiply-adds, and its steps say exactly how many.
  var isProduct: Bool { get }
  /// Writes the steps that do the work for rows of these shapes.
  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError)
}

extension Operation {
  var weightBytes: Int { 0 }
  var isProduct: Bool { false }
}

/// What an operation is told of its place in a session: where its tensors lie and the shape of a row.
struct EmittedCall {
  /// Index into a run's tensor table, for each input.
  let inputSlots: [UInt32]
  /// Every dimension known.
  let inputShapes: [[Int]]
  let outputSlot: UInt32
  let outputShape: [Int]

  /// The elements of one row of input `index`.
  func inputCount(_ index: Int = 0) -> Int { inputShapes[index].reduce(1, *) }
  /// The elements of one row of the output.
  var outputCount: Int { outputShape.reduce(1, *) }
}
