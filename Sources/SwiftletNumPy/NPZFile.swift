/// The arrays that NumPy's `savez` or `savez_compressed` put in one file.
///
///     let data = try NPZFile(contentsOf: "digits.npz")
///     let images = try data.array(named: "images")
///
/// Holds the file's bytes; an array is unpacked when it is asked for, each time.
public struct NPZFile: Sendable {
  /// The arrays' names, without `.npy`, in the file's order.
  public let names: [String]
  /// The names of members that are no `.npy` files, which are not read.
  public let otherNames: [String]
  private let archive: ZIPArchive
  private let members: [String: ZIPArchive.Member]

  /// Reads the directory of the file at `path`.
  ///
  /// - Throws: `ArrayFileError`, which names the path.
  public init(contentsOf path: String) throws(ArrayFileError) {
    let bytes = try WholeFile.bytes(of: path)
    do throws(ArrayFileError) { try self.init(bytes: bytes) } catch { throw error.within(path) }
  }

  /// Reads the directory of a file that is in memory.
  ///
  /// - Throws: `ArrayFileError`: `malformed` for a damaged archive, or sizes that it cannot hold;
  ///   `unsupported` for encryption and compression other than deflate.
  public init(bytes: [UInt8]) throws(ArrayFileError) {
    archive = try ZIPArchive(bytes)
    var names: [String] = []
    var otherNames: [String] = []
    var members: [String: ZIPArchive.Member] = [:]
    for member in archive.members {
      if member.name.hasSuffix(".npy") {
        let name = String(member.name.dropLast(4))
        names.append(name)
        members[name] = member
      } else {
        otherNames.append(member.name)
      }
    }
    self.names = names
    self.otherNames = otherNames
    self.members = members
  }

  /// Whether `bytes` start as a ZIP archive does.
  public static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4b, 3, 4]) || bytes.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// The array called `name`.
  ///
  /// - Throws: `ArrayFileError` if there is none, or if it is damaged or of a type that is not supported.
  public func array(named name: String) throws(ArrayFileError) -> NumPyArray {
    guard let member = members[name] else {
      throw ArrayFileError(
        .argument, place: "npz", found: "no array '\(name)'", supported: names.joined(separator: ", "))
    }
    let contents = try archive.contents(of: member)
    do throws(ArrayFileError) { return try NumPyArray(npy: contents) } catch {
      throw error.within(member.name)
    }
  }
}
