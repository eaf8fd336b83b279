import ArgumentParser
import SwiftletGraph
import SwiftletTraining

/// The optimizers by the names of `--optimizer`.
enum OptimizerName: String, ExpressibleByArgument, CaseIterable {
  case adam, sgd, momentum

  /// The optimizer at a rate, or at Keras's own rate for it.
  func optimizer(learningRate: Float?) -> any Optimizer {
    switch self {
    case .adam: .adam(learningRate: learningRate ?? 0.001)
    case .sgd: .sgd(learningRate: learningRate ?? 0.01)
    case .momentum: .sgd(learningRate: learningRate ?? 0.01, momentum: 0.9)
    }
  }
}

/// The losses by the names of `--loss`, which are Keras's.
enum LossName: String, ExpressibleByArgument, CaseIterable {
  case sparseCategoricalCrossentropy = "sparse_categorical_crossentropy"
  case categoricalCrossentropy = "categorical_crossentropy"
  case binaryCrossentropy = "binary_crossentropy"
  case meanSquaredError = "mean_squared_error"
  case meanAbsoluteError = "mean_absolute_error"

  init?(argument: String) {
    switch argument {
    case "mse": self = .meanSquaredError
    case "mae": self = .meanAbsoluteError
    default: self.init(rawValue: argument)
    }
  }

  /// The loss that goes with targets and an output: labels are classes where there is an output for each, and
  /// the two sides of one output where they are 0 and 1; all else are numbers.
  init(for targets: Dataset.Targets?, outputWidth: Int) {
    switch targets {
    case .labels(let labels)?:
      if outputWidth > 1 {
        self = .sparseCategoricalCrossentropy
      } else {
        self = labels.allSatisfy { $0 == 0 || $0 == 1 } ? .binaryCrossentropy : .meanSquaredError
      }
    default: self = .meanSquaredError
    }
  }

  /// The loss, on probabilities behind a softmax or sigmoid and on logits behind anything else.
  func loss(after activation: Activation) -> any Loss {
    let fromLogits = !activation.givesProbabilities
    return switch self {
    case .sparseCategoricalCrossentropy: .sparseCategoricalCrossentropy(fromLogits: fromLogits)
    case .categoricalCrossentropy: .categoricalCrossentropy(fromLogits: fromLogits)
    case .binaryCrossentropy: .binaryCrossentropy(fromLogits: fromLogits)
    case .meanSquaredError: .meanSquaredError
    case .meanAbsoluteError: .meanAbsoluteError
    }
  }

  /// Whether the share of right answers says something.
  var isClassification: Bool { self != .meanSquaredError && self != .meanAbsoluteError }
}

extension Activation {
  /// Whether what comes out is from 0 to 1 and means how likely.
  var givesProbabilities: Bool {
    switch self {
    case .softmax, .sigmoid, .hardSigmoid, .legacyHardSigmoid: true
    default: false
    }
  }
}
