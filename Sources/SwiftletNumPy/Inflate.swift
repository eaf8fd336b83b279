import SwiftletSystem

/// What the gzip stream `stream` unpacks to, if that is exactly `count` bytes and its checksum is right.
///
/// Asks for memory for `count` bytes, unless that is more than deflate can give for as many bytes as `stream` has.
public func inflatedGzip(_ stream: [UInt8], count: Int) -> [UInt8]? {
  // Deflate gives at most 1,032 bytes for one.
  guard count >= 0, count / 1032 <= stream.count else { return nil }
  // An array that cannot be made is a trap; a pointer that cannot is nil. No bytes at all still need a place.
  let capacity = max(1, count)
  guard let probe = unsafe swiftlet_allocate(capacity) else { return nil }
  unsafe swiftlet_free(probe)
  var status: Int32 = 1
  // The stream and the buffer are as long as the call is told, and it says how much of the buffer it filled.
  let contents = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
    var written = 0
    status = unsafe stream.withUnsafeBytes {
      unsafe swiftlet_inflate($0.baseAddress, $0.count, buffer.baseAddress, capacity, &written)
    }
    initialized = min(written, capacity)
  }
  return status == 0 && contents.count == count ? contents : nil
}
