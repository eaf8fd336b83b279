import SwiftletGraph

/// What is known of each tensor of a network while its plan is made.
struct TensorTable {
  struct Entry {
    /// Its value, once there is one.
    var value: Int?
    /// The only node that reads it, among those that some output needs.
    private(set) var soleReader: Int?
    private var readerCount = 0
    /// How many nodes and model outputs still read it, to know when its storage may be written over.
    private(set) var remainingReaders = 0
    /// Whether it is one of the model's outputs.
    private(set) var isOutput = false
    /// The place of the tensor without the zeros that a padding layer lays around it, where its reader takes those in.
    var paddedInput: Int?

    fileprivate init() {}

    /// Notes that a node reads the tensor, or reads it once more.
    mutating func addReader(_ node: Int) {
      soleReader = readerCount == 0 ? node : nil
      readerCount += 1
      remainingReaders += 1
    }

    /// Notes that the model gives the tensor, or gives it once more.
    mutating func addOutput() {
      isOutput = true
      remainingReaders += 1
    }

    /// Notes that a node's operation has read it.
    mutating func endReading() { remainingReaders -= 1 }
  }

  private var entries: [Entry]
  /// Where the outputs of each node begin.
  private let starts: [Int]

  init(_ network: Network) {
    var starts: [Int] = []
    starts.reserveCapacity(network.nodes.count)
    var count = 0
    for node in network.nodes {
      starts.append(count)
      count += node.outputs.count
    }
    self.starts = starts
    entries = [Entry](repeating: Entry(), count: count)
  }

  subscript(_ tensor: Network.TensorReference) -> Entry {
    get { entries[starts[tensor.node] + tensor.output] }
    _modify { yield &entries[starts[tensor.node] + tensor.output] }
  }
}
