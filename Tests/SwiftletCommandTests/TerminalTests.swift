import FixtureFiles
import Foundation
import Terminal
import Testing

/// What `train` shows where standard error is a terminal.
@Suite("The progress bar")
struct TerminalTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  @Test("It redraws one line that never reaches the last column", arguments: [80, 40, 12])
  func bar(columns: UInt16) throws {
    let (status, text) = try onTerminal(
      ["train", "--data", fixturePath("iris"), "--layers", "8,3", "--epochs", "4", "-o", "model.h5"],
      columns: columns)
    #expect(status == 0, "\(text)")
    // The terminal itself puts a return before each line feed.
    let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2 && lines.last == "", "one line, ended: \(text)")
    let drawings = lines[0].split(separator: "\r\u{1B}[K")
    #expect(drawings.count >= 2)
    for drawing in drawings {
      #expect(drawing.count < Int(columns), "\(drawing)")
      #expect("epoch 4/4 ".hasPrefix(drawing.prefix(6)))
    }
    let last = try #require(drawings.last)
    #expect(last.hasPrefix("epoch 4/4".prefix(Int(columns) - 1)))
    if columns == 80 {
      #expect(last.contains("━━━━") && !last.contains("─"), "the bar is full: \(last)")
      #expect(last.contains("loss ") && last.contains(" s"))
    }
  }

  @Test("--quiet shows none")
  func quiet() throws {
    let (status, text) = try onTerminal(
      [
        "train", "--data", fixturePath("iris"), "--layers", "8,3", "--epochs", "2", "--quiet", "-o",
        "model.h5",
      ],
      columns: 80)
    #expect(status == 0)
    #expect(text == "")
  }

  /// Runs `swiftlet` with standard error on a terminal of so many columns, and gives what came out there.
  private func onTerminal(_ arguments: [String], columns: UInt16) throws -> (status: Int32, text: String) {
    var side: Int32 = -1
    let terminal = test_terminal_open(columns, &side)
    try #require(terminal >= 0)
    let process = Process()
    process.executableURL = Command.products.appendingPathComponent("swiftlet")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardError = FileHandle(fileDescriptor: side, closeOnDealloc: false)
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    close(side)
    // A terminal that nobody reads blocks its writer; when the last writer is gone, reading it is an error.
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(terminal, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    process.waitUntilExit()
    close(terminal)
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }
}
