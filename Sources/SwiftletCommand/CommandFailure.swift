import Foundation
import SwiftletGraph
import SwiftletHDF5Writer
import SwiftletNumPy
import SwiftletSystem
import SwiftletTraining

/// Why a command ends without having done its work: one line, and an exit status of `sysexits.h`.
struct CommandFailure: Error {
  /// 64 for arguments, 65 for data, 66 for inputs that cannot be read, 71 for want of memory, 73 for outputs that cannot be made, 74
  /// for writing that failed.
  let status: Int32
  /// Begins with the file or the argument that it is about.
  let message: String

  init(status: Int32, message: String) {
    self.status = status
    self.message = message
  }

  static func usage(_ message: String) -> CommandFailure { .init(status: EX_USAGE, message: message) }
  static func data(_ message: String) -> CommandFailure { .init(status: EX_DATAERR, message: message) }
  static func noInput(_ message: String) -> CommandFailure { .init(status: EX_NOINPUT, message: message) }
  static func cannotCreate(_ message: String) -> CommandFailure {
    .init(status: EX_CANTCREAT, message: message)
  }
  static func io(_ message: String) -> CommandFailure { .init(status: EX_IOERR, message: message) }

  /// What went wrong in training, said of the file whose data it was.
  init(_ error: TrainingError, source: String) {
    switch error {
    case .file: self = .data(error.description)
    case .argument(let name, let found, let needed):
      self = .usage("--\(Self.optionName(name)) is \(found); it must be \(needed)")
    case .export(let error): self.init(error)
    default: self = .data(source + ": " + error.description)
    }
  }

  init(_ error: HDF5WriterError) {
    switch error {
    case .system(_, _, let code) where swiftlet_is_failed_write(code): self = .io(error.description)
    case .system: self = .cannotCreate(error.description)
    case .library: self = .io(error.description)
    case .invalid: self = .data(error.description)
    }
  }

  /// An array that was to be written.
  init(writing error: ArrayFileError) {
    self = error.kind == .writing ? .io(error.description) : .cannotCreate(error.description)
  }

  /// An array, or weights, that were to be read.
  init(reading error: ArrayFileError) {
    self = error.kind == .file ? .noInput(error.description) : .data(error.description)
  }

  /// `batchSize` is `--batch-size`.
  private static func optionName(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
  }
}
