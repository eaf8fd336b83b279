/// The checksum of HDF5's newer structures: Bob Jenkins's lookup3 (`hashlittle`, initial value 0), of May 2006.
func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  var a = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
  var b = a
  var c = a
  var index = bytes.startIndex

  /// Four bytes as a little-endian word; bytes past the end count as zero.
  func word(at first: Int) -> UInt32 {
    var value: UInt32 = 0
    for step in 0..<4 where first + step < bytes.endIndex {
      value |= UInt32(bytes[first + step]) << UInt32(8 * step)
    }
    return value
  }
  func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }

  while bytes.endIndex - index > 12 {
    a &+= word(at: index)
    b &+= word(at: index + 4)
    c &+= word(at: index + 8)
    a = (a &- c) ^ rotated(c, 4)
    c &+= b
    b = (b &- a) ^ rotated(a, 6)
    a &+= c
    c = (c &- b) ^ rotated(b, 8)
    b &+= a
    a = (a &- c) ^ rotated(c, 16)
    c &+= b
    b = (b &- a) ^ rotated(a, 19)
    a &+= c
    c = (c &- b) ^ rotated(b, 4)
    b &+= a
    index += 12
  }
  guard index < bytes.endIndex else { return c }
  a &+= word(at: index)
  b &+= word(at: index + 4)
  c &+= word(at: index + 8)
  c = (c ^ b) &- rotated(b, 14)
  a = (a ^ c) &- rotated(c, 11)
  b = (b ^ a) &- rotated(a, 25)
  c = (c ^ b) &- rotated(b, 16)
  a = (a ^ c) &- rotated(c, 4)
  b = (b ^ a) &- rotated(a, 14)
  c = (c ^ b) &- rotated(b, 24)
  return c
}
