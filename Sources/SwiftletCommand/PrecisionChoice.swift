import ArgumentParser
import Swiftlet

/// `--precision`, as the command line spells it.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
  case float32, bfloat16, int8

  var precision: Precision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int8: .int8
    }
  }
}
