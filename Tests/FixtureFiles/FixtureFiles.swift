import Foundation

/// The path of a file in Fixtures/, for example `fixturePath("reader/earliest.h5")`.
public func fixturePath(_ name: String, from file: String = #filePath) -> String {
  URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures").appendingPathComponent(name).path
}

/// The bytes of a file in Fixtures/.
public func fixtureBytes(_ name: String, from file: String = #filePath) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixturePath(name, from: file))))
}
