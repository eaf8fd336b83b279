import Foundation

/// A path in the system's folder for such files, which no other test uses.
func temporaryPath(_ name: String) -> String {
  FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\(name)").path
}

/// Writes over the same file, as `cp` does, rather than replacing it.
func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  if let handle = FileHandle(forWritingAtPath: path) {
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(bytes))
    try handle.close()
  } else {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}

func removeFile(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
