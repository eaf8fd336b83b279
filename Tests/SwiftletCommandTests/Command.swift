import Foundation
import SwiftletGraph
import Testing

/// A run of a built command as a process, as a user would run it.
struct Command {
  let status: Int32
  let output: String
  let errors: String

  /// Runs a command beside the test bundle to its end.
  init(_ name: String = "swiftlet", _ arguments: String..., in folder: Folder) throws {
    try self.init(name, arguments, in: folder)
  }

  /// - Parameter script: a line of shell that begins with what the command is to meet, and ends with
  ///   `exec "$@"` to run it.
  init(
    _ name: String = "swiftlet", _ arguments: [String], in folder: Folder, through script: String? = nil
  ) throws {
    let process = Process()
    let command = Self.products.appendingPathComponent(name)
    process.executableURL = script == nil ? command : URL(fileURLWithPath: "/bin/sh")
    process.arguments = (script.map { ["-c", $0, "sh", command.path] } ?? []) + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    // Files hold as much as comes, where pipes that nobody empties yet would block.
    let names = ["out", "err"].map { folder.path + "/.\($0)-\(UUID().uuidString)" }
    let handles = try names.map { name in
      try Data().write(to: URL(fileURLWithPath: name))
      return try #require(FileHandle(forWritingAtPath: name))
    }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    output = try String(contentsOfFile: names[0], encoding: .utf8)
    errors = try String(contentsOfFile: names[1], encoding: .utf8)
    for name in names { try FileManager.default.removeItem(atPath: name) }
  }

  /// Standard output as JSON.
  func json() throws -> JSONValue { try JSONValue(parsing: output) }

  /// Where the commands are: beside the test bundle.
  static var products: URL {
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
    let main = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return main.deletingLastPathComponent()
  }
}

/// Expects a refusal: the status, nothing on standard output, and one line that says all of `parts`.
func expectRefusal(
  _ command: Command, status: Int32, saying parts: String..., at location: SourceLocation = #_sourceLocation
) {
  #expect(command.status == status, "\(command.errors)", sourceLocation: location)
  #expect(command.output == "", sourceLocation: location)
  #expect(
    command.errors.hasPrefix("swiftlet: ") || command.errors.hasPrefix("swiftlet-run: "), "\(command.errors)",
    sourceLocation: location)
  #expect(command.errors.filter { $0 == "\n" }.count == 1, "\(command.errors)", sourceLocation: location)
  for part in parts {
    #expect(command.errors.contains(part), "\(command.errors)", sourceLocation: location)
  }
}

/// A folder that goes when the last who holds it does.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "swiftlet-command-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its name.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    return name
  }

  /// The names of what is in it, hidden files too.
  var contents: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

  func bytes(of name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) }
}
