import Swiftlet
import SwiftletGraph
import SwiftletHDF5Writer

/// Why training cannot begin, or had to stop.
public enum TrainingError: Error, Sendable {
  /// The data break a rule; `place` says which data, and where in them.
  case data(_ what: String, place: String)
  /// An argument that makes no sense, by its name.
  case argument(_ name: String, found: String, needed: String)
  /// The network cannot be made.
  case network(GraphError)
  /// Well-formed, but nothing that can be trained here; `supported` says what would do.
  case unsupported(_ what: String, place: String, supported: String)
  /// The loss is no longer a number. Epoch and step count from 1.
  case diverged(epoch: Int, step: Int, loss: Double)
  /// A file that cannot be read or written, or does not hold what it should.
  case file(path: String, what: String)
  /// The runtime cannot run what was trained; nothing was written.
  case runtime(ModelError)
  /// The model file was not written; what was there before is as it was.
  case export(HDF5WriterError)

  /// One line: where, what was found, what would do.
  public var description: String {
    switch self {
    case .data(let what, let place): place + ": " + what
    case .argument(let name, let found, let needed): "\(name) is \(found); it must be \(needed)"
    case .network(let error): error.description
    case .unsupported(let what, let place, let supported):
      place + ": " + what + " is not supported in training"
        + (supported.isEmpty ? "" : "; supported: " + supported)
    case .diverged(let epoch, let step, let loss):
      "training diverged: the loss became \(loss) in epoch \(epoch), step \(step); "
        + "a smaller learning rate or scaled inputs may help"
    case .runtime(let error): "golden sample: " + error.description
    case .export(let error): error.description
    case .file(let path, let what): path + ": " + what
    }
  }
}
