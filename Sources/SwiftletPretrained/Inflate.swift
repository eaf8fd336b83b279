import SwiftletSystem

/// Unpacking of deflated data whose size is known.
enum Inflate {
  /// What the gzip file `stream` unpacks to, if that is exactly `count` bytes and its checksum is right.
  ///
  /// Asks for memory for `count` bytes: the caller has bounded it by what `stream` can give.
  static func gzip(_ stream: [UInt8], count: Int) -> [UInt8]? {
    // An array that cannot be made is a trap; a pointer that cannot is nil. No bytes at all still need a place.
    let capacity = max(1, count)
    guard let probe = swiftlet_allocate(capacity) else { return nil }
    swiftlet_free(probe)
    var status: Int32 = 1
    let contents = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
      var written = 0
      status = stream.withUnsafeBytes {
        swiftlet_inflate($0.baseAddress, $0.count, buffer.baseAddress, count == 0 ? 1 : count, &written)
      }
      initialized = min(written, capacity)
    }
    return status == 0 && contents.count == count ? contents : nil
  }
}

/// The checksum that ZIP and gzip use: CRC-32 with the reflected polynomial 0xEDB88320.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    var value = UInt32(index)
    for _ in 0..<8 { value = value & 1 == 1 ? 0xedb8_8320 ^ value >> 1 : value >> 1 }
    return value
  }

  static func checksum(of bytes: [UInt8]) -> UInt32 {
    let table = table
    var value: UInt32 = 0xffff_ffff
    for byte in bytes { value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8 }
    return ~value
  }
}
