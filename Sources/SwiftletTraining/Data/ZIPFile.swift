import SwiftletNumPy
import SwiftletSystem

/// The members of a ZIP archive, stored or deflated, as NumPy writes them: no encryption, one file, and the
/// 64-bit sizes that `numpy.savez` always leaves room for.
struct ZIPFile {
  struct Member {
    let name: String
    let method: Int
    let checksum: [UInt8]
    let storedCount: Int
    let count: Int
    let headerOffset: Int
  }

  let path: String
  private let bytes: [UInt8]
  let members: [Member]

  /// Reads the directory at the end of the file.
  /// - Throws: `TrainingError.file` naming what is wrong.
  init(_ file: DataFile) throws(TrainingError) {
    path = file.path
    bytes = file.bytes
    // The end record has 22 bytes and a comment of up to 65535.
    let last = bytes.count - 22
    guard last >= 0,
      let end = stride(from: last, through: max(0, last - 65535), by: -1).first(where: { [bytes] in
        bytes[$0..<$0 + 4] == [0x50, 0x4B, 5, 6]
      })
    else { throw .file(path: path, what: "the ZIP archive is cut short: its directory is missing") }
    var reader = Reader(bytes: bytes, place: end + 10, path: path)
    let count = try reader.number(2)
    _ = try reader.number(4)
    reader.place = try reader.number(4)
    var members: [Member] = []
    for _ in 0..<count { members.append(try reader.directoryEntry()) }
    self.members = members
  }

  /// The bytes of a member.
  func contents(of member: Member) throws(TrainingError) -> [UInt8] {
    var reader = Reader(bytes: bytes, place: member.headerOffset, path: path)
    guard try reader.number(4) == 0x0403_4B50 else { throw reader.damaged(at: member.headerOffset) }
    reader.place = member.headerOffset + 26
    let nameCount = try reader.number(2)
    let extraCount = try reader.number(2)
    let start = reader.place + nameCount + extraCount
    guard start <= bytes.count, member.storedCount <= bytes.count - start else {
      throw reader.damaged(at: start)
    }
    let stored = bytes[start..<start + member.storedCount]
    switch member.method {
    case 0:
      guard member.count == member.storedCount else { throw reader.damaged(at: start) }
      return Array(stored)
    case 8: return try inflate(stored, member, at: start)
    default:
      throw .file(
        path: path, what: "\(member.name) is packed by method \(member.method); stored and deflated are read")
    }
  }

  /// A member is a bare deflate stream; with a gzip header before it and the checksum behind it, which the
  /// directory knows, it is one that can be inflated and checked at once.
  private func inflate(_ stored: ArraySlice<UInt8>, _ member: Member, at start: Int) throws(TrainingError)
    -> [UInt8]
  {
    // Deflate makes at most 1032 of one byte.
    guard member.count <= member.storedCount * 1032 + 1024, member.count <= UInt32.max else {
      throw .file(
        path: path,
        what: "\(member.name) claims \(member.count) bytes, more than its \(member.storedCount) hold")
    }
    let size = (0..<4).map { UInt8(truncatingIfNeeded: member.count >> (8 * $0)) }
    let stream = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF] + stored + member.checksum + size
    var status: Int32 = 1
    let result = [UInt8](unsafeUninitializedCapacity: max(member.count, 1)) { buffer, count in
      var written = 0
      guard let base = buffer.baseAddress else { return }
      status = swiftlet_inflate(stream, stream.count, base, member.count, &written)
      count = written
    }
    guard status == 0, result.count == member.count else {
      throw .file(path: path, what: "\(member.name) is damaged")
    }
    return result
  }

  private struct Reader {
    let bytes: [UInt8]
    var place: Int
    let path: String

    func damaged(at place: Int) -> TrainingError {
      .file(path: path, what: "the ZIP archive is damaged at byte \(place)")
    }

    /// A little-endian number of up to 8 bytes.
    mutating func number(_ count: Int) throws(TrainingError) -> Int {
      guard place >= 0, count <= bytes.count - place else { throw damaged(at: place) }
      let value = bytes[place..<place + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard let result = Int(exactly: value) else { throw damaged(at: place) }
      place += count
      return result
    }

    mutating func directoryEntry() throws(TrainingError) -> Member {
      let start = place
      guard try number(4) == 0x0201_4B50 else { throw damaged(at: start) }
      place = start + 8
      guard try number(2) & 1 == 0 else { throw .file(path: path, what: "the ZIP archive is encrypted") }
      let method = try number(2)
      place = start + 16
      _ = try number(4)
      let checksum = Array(bytes[start + 16..<start + 20])
      var stored = try number(4)
      var count = try number(4)
      let (nameCount, extraCount, commentCount) = (try number(2), try number(2), try number(2))
      place = start + 42
      var offset = try number(4)
      guard nameCount + extraCount + commentCount <= bytes.count - place else { throw damaged(at: place) }
      let name = String(decoding: bytes[place..<place + nameCount], as: UTF8.self)
      place += nameCount
      let end = place + extraCount
      while place + 4 <= end {
        let (tag, size) = (try number(2), try number(2))
        let next = place + size
        guard next <= end else { throw damaged(at: place) }
        if tag == 1 {
          if count == 0xFFFF_FFFF, place + 8 <= next { count = try number(8) }
          if stored == 0xFFFF_FFFF, place + 8 <= next { stored = try number(8) }
          if offset == 0xFFFF_FFFF, place + 8 <= next { offset = try number(8) }
        }
        place = next
      }
      place = end + commentCount
      return Member(
        name: name, method: method, checksum: checksum, storedCount: stored, count: count,
        headerOffset: offset)
    }
  }
}

extension NamedArrays {
  /// The arrays of an `.npz`.
  init(npz file: DataFile) throws(TrainingError) {
    let archive = try ZIPFile(file)
    var arrays: [(name: String, array: NumPyArray)] = []
    for member in archive.members where member.name.hasSuffix(".npy") {
      let bytes = try archive.contents(of: member)
      do throws(NumPyError) {
        arrays.append((String(member.name.dropLast(4)), try NumPyArray(npy: bytes)))
      } catch {
        throw .file(path: file.path, what: error.within(member.name).description)
      }
    }
    self.init(path: file.path, arrays: arrays)
  }
}
