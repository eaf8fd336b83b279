import Swiftlet
import SwiftletGraph

extension VerificationReport {
  /// What is sound, in one line for a person.
  package func text(path: String) -> String {
    guard hasMetadata else {
      return
        "\(path): it opens as a model; there are no digests and no golden sample in it, so there is nothing "
        + "to verify it by"
    }
    var text = "\(path): \(counted(digests.soundCount, "weight")) as written"
    if let goldenSample {
      text +=
        "; the golden sample gives what it must (off by \(goldenSample.largestError) at most; allowed is "
        + "\(goldenSample.absoluteTolerance) and \(goldenSample.relativeTolerance) of the value)"
    } else {
      text += "; no golden sample"
    }
    return text
  }

  /// What is wrong, in one line however much it is.
  package func complaint(path: String) -> String {
    let more = problems.count > 8 ? "; and \(problems.count - 8) more" : ""
    return "\(path): " + problems.prefix(8).joined(separator: "; ") + more
  }

  /// The same for programs.
  package var json: JSONValue {
    .members([
      ("sound", .bool(isSound)), ("has_metadata", .bool(hasMetadata)),
      ("sound_weights", .integer(digests.soundCount)),
      (
        "damaged",
        .array(
          digests.damage.map { .members([("path", .string($0.path)), ("reason", .string($0.reason))]) })
      ),
      ("undigested", .array(digests.undigested.map { .string($0) })),
      ("golden_sample", goldenSample.map { Self.json($0) } ?? .null),
    ])
  }

  private static func json(_ sample: GoldenSampleReport) -> JSONValue {
    .members([
      ("right", .bool(sample.isRight)),
      // JSON has no infinity.
      ("largest_error", sample.largestError.isFinite ? .float(sample.largestError) : .null),
      ("absolute_tolerance", .number(sample.absoluteTolerance)),
      ("relative_tolerance", .number(sample.relativeTolerance)),
      ("problems", .array(sample.problems.map { .string($0) })),
    ])
  }
}
