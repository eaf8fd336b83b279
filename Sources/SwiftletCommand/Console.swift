import Foundation
import SwiftletGraph
import SwiftletSystem

/// Standard output and standard error.
enum Console {
  /// Writes text to standard output.
  /// - Throws: `CommandFailure` where it cannot be written: silent where nobody reads it any more, as when
  ///   `head` has seen enough.
  static func write(_ text: String) throws(CommandFailure) {
    let error = write(text, to: 1)
    guard error != 0 else { return }
    if error == EPIPE { throw CommandFailure(status: 0, message: "") }
    throw .io("standard output: cannot write: " + String(cString: strerror(error)))
  }

  /// Writes a value as one line of JSON to standard output.
  static func write(_ value: JSONValue) throws(CommandFailure) { try write(value.encoded() + "\n") }

  /// Writes text to standard error, where it can be written.
  static func writeError(_ text: String) { _ = write(text, to: 2) }

  /// Whether somebody watches standard error.
  static var isErrorTerminal: Bool { isatty(2) == 1 }

  /// The columns of the terminal that standard error is.
  static var errorColumns: Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    let bytes = Array(text.utf8)
    return swiftlet_write(descriptor, bytes, bytes.count)
  }
}
