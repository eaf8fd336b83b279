import Swiftlet
import SwiftletNumPy
import SwiftletSystem

/// The lean command: it links the runtime alone.
#if !hasFeature(Embedded)
  @main
#endif
struct SwiftletRun {
  static let help = """
    swiftlet-run: run neural networks that Keras or Swiftlet saved

      swiftlet-run predict MODEL --input [NAME=]FILE.npy ... --output DIR [--batch N] [--threads N] [--isa ISA]
                           [--precision P]
      swiftlet-run inspect MODEL [--json]
      swiftlet-run verify MODEL [--json]
      swiftlet-run bench MODEL [--batch N] [--threads N | --sessions N] [--seconds S] [--json] [--isa ISA]
                           [--precision P]
      swiftlet-run bench MODEL --by-layer [--batch N] [--json] [--precision P]
      swiftlet-run bench MODEL --load [--json] [--precision P]
      swiftlet-run bench --peak [--json]

    Example: swiftlet-run predict digits.h5 --input images.npy --output out    writes out/output_0.npy

    MODEL is an HDF5 file: model.save("model.h5") in Keras, or swiftlet train. ISA is portable, neon, avx2 or
    avx512; every one gives the same bits. P is float32, unless you say bfloat16 or int8: faster, and less exact, in
    dense layers; verify has no such choice, since what it compares with was float32. Exit status: 0; 64 usage; 65 bad data; 66 missing file; 71 no memory;
    73 an output that cannot be made; 74 writing failed, as on a full disk. verify of a file that Keras wrote,
    with nothing in it to verify it by, says so and is 0.
    """

  #if !hasFeature(Embedded)
    static func main() { run(Array(CommandLine.arguments.dropFirst())) }
  #endif

  /// - Parameter arguments: the words after the command's own name.
  static func run(_ arguments: [String]) {
    guard let verb = arguments.first else {
      finish(error: RunError.usage("say what to do: predict, inspect, verify or bench"))
    }
    do throws(RunError) {
      var options = Options(Array(arguments.dropFirst()))
      switch arguments.contains("--help") ? "help" : verb {
      case "-h", "help": try say(help)
      case "predict": try predict(&options)
      case "inspect": try inspect(&options)
      case "verify": try verify(&options)
      case "bench": try bench(&options)
      default: throw .usage("'\(verb)' is not predict, inspect, verify or bench")
      }
    } catch {
      finish(error: error)
    }
  }

  /// Writes a line to standard output.
  static func say(_ text: String) throws(RunError) { try write(text + "\n") }

  /// Writes text to standard output.
  /// - Throws: status 74 where it cannot be written, a full disk among the reasons.
  static func write(_ text: String) throws(RunError) {
    var text = text
    let error = text.withUTF8 { unsafe swiftlet_write(1, $0.baseAddress, $0.count) }
    guard error != 0 else { return }
    // Whoever reads may close the pipe when it has seen enough.
    if swiftlet_is_broken_pipe(error) { swiftlet_exit(0) }
    let reason = unsafe String(cString: swiftlet_error_text(error))
    throw RunError(status: 74, text: "standard output: cannot write: \(reason)")
  }

  /// One line to standard error, and the exit status that goes with it.
  static func finish(error: RunError) -> Never {
    var line = "swiftlet-run: \(error.text)\n"
    _ = line.withUTF8 { unsafe swiftlet_write(2, $0.baseAddress, $0.count) }
    swiftlet_exit(error.status)
  }
}

/// Why the command stops, with its exit status.
struct RunError: Error {
  let status: Int32
  let text: String

  static func usage(_ text: String) -> RunError {
    RunError(status: 64, text: text + "; swiftlet-run --help shows how")
  }

  /// A model that cannot be opened or run.
  static func model(_ error: ModelError, _ path: String) -> RunError {
    let status: Int32
    switch error.kind {
    case .missing: status = 66
    case .malformed, .unsupported: status = 65
    case .argument: status = 64
    case .memory: status = 71
    }
    return RunError(status: status, text: described(error.description, path))
  }

  /// An array file that cannot be read.
  static func array(_ error: ArrayFileError, _ path: String) -> RunError {
    RunError(status: error.kind == .file ? 66 : 65, text: described(error.description, path))
  }

  private static func described(_ text: String, _ path: String) -> String {
    // Embedded Swift has no search in texts.
    let isNamed = text.utf8.indices.contains { text.utf8[$0...].starts(with: path.utf8) }
    return isNamed ? text : "\(path): \(text)"
  }
}

#if hasFeature(Embedded)
  /// Where the C program begins (Embedded/run.c): Embedded Swift does not know a program's arguments.
  /// - Precondition: `words` are `count` texts, each up to a zero byte.
  @_cdecl("swiftlet_run")
  @unsafe public func run(_ count: Int32, _ words: UnsafePointer<UnsafePointer<CChar>?>) {
    var arguments: [String] = []
    for index in 1..<max(Int(count), 1) {
      if let word = unsafe words[index] { unsafe arguments.append(String(cString: word)) }
    }
    SwiftletRun.run(arguments)
  }
#endif
