import SwiftletReports
import Foundation
import SwiftletTraining

/// Shows on standard error how training goes: a bar that redraws itself on a terminal, else about ten lines.
final class TrainingProgress {
  private let isTerminal = Console.isErrorTerminal
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  private var lastResults = ""
  private var isBarShown = false

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// The seconds since training began.
  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// Takes in a batch.
  func update(_ report: Trainer.BatchReport) {
    guard isTerminal, !isQuiet else { return }
    let now = ContinuousClock.now
    // Twenty times a second is as much as an eye sees, and costs training nothing.
    if let lastDrawn, now - lastDrawn < .milliseconds(50) { return }
    lastDrawn = now
    let done =
      (Double(report.epoch - 1) + Double(report.batch) / Double(report.batches)) / Double(report.epochs)
    let results = lastResults.isEmpty ? "loss " + report.loss.fixed(4) : lastResults
    draw(epoch: report.epoch, epochs: report.epochs, done: done, results: results)
  }

  /// Takes in an epoch.
  func update(_ report: Trainer.EpochReport) {
    lastResults = report.results.map { "\($0.name) \($0.value.fixed(4))" }.joined(separator: "  ")
    guard !isQuiet else { return }
    let isLast = report.epoch == report.epochs
    if isTerminal {
      if isLast {
        draw(epoch: report.epoch, epochs: report.epochs, done: 1, results: lastResults)
      }
    } else if isLast || report.epoch == 1 || report.epoch % max(report.epochs / 10, 1) == 0 {
      let number = "\(report.epoch)".padded(to: "\(report.epochs)".count)
      Console.writeError("epoch \(number)/\(report.epochs)  \(lastResults)\n")
    }
  }

  /// Leaves the bar where it is, and what follows on a line of its own.
  func finish() {
    guard isBarShown else { return }
    Console.writeError("\n")
    isBarShown = false
  }

  private func draw(epoch: Int, epochs: Int, done: Double, results: String) {
    let left = done > 0 ? seconds / done - seconds : 0
    let time = done < 1 ? Self.duration(left) + " left" : Self.duration(seconds)
    let number = "\(epoch)".padded(to: "\(epochs)".count)
    let (front, back) = ("epoch \(number)/\(epochs) ", " \(results)  \(time)")
    // The last column stays free: some terminals begin a new line when it is written.
    let room = min(Console.errorColumns - 1 - front.count - back.count, 32)
    var line = front
    if room >= 4 {
      let filled = Int((Double(room) * done).rounded(.down))
      line += String(repeating: "━", count: filled) + String(repeating: "─", count: room - filled)
    }
    line += back
    Console.writeError("\r\u{1B}[K" + line.prefix(max(Console.errorColumns - 1, 1)))
    isBarShown = true
  }

  private static func duration(_ seconds: Double) -> String {
    if seconds < 10 { return seconds.fixed(1) + " s" }
    let whole = Int(min(seconds, 1e9).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}

extension String {
  /// With spaces in front, until it is so wide.
  func padded(to width: Int) -> String { String(repeating: " ", count: Swift.max(width - count, 0)) + self }
}
