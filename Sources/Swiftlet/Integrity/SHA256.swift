/// The SHA-256 hash function (FIPS 180-4, sections 5 and 6.2), fed piece by piece.
///
/// ```swift
/// var hash = SHA256()
/// hash.update([1, 2, 3])
/// print(hash.finalize().hexadecimal)
/// ```
///
/// How the bytes are cut into pieces does not matter. One is as large as a few hundred bytes.
public struct SHA256: Sendable {
  /// What a finished hash is: 256 bits, as eight words, the first of them most significant.
  public struct Digest: Sendable, Hashable {
    let words: [UInt32]
  }

  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// Bytes that do not fill a block yet: the first `pendingCount` of 64.
  private var pending = [UInt8](repeating: 0, count: 64)
  private var pendingCount = 0
  private var byteCount: UInt64 = 0
  /// The message schedule of the block at work, kept so that a block allocates nothing.
  private var schedule = [UInt32](repeating: 0, count: 64)

  /// A hash of no bytes yet.
  public init() {}

  /// Adds bytes to what is hashed.
  public mutating func update(_ bytes: [UInt8]) { unsafe update(bytes.span.bytes) }

  /// Adds bytes to what is hashed.
  public mutating func update(_ bytes: RawSpan) {
    let count = bytes.byteCount
    byteCount &+= UInt64(count)
    var next = 0
    if pendingCount > 0 {
      next = min(64 - pendingCount, count)
      for index in 0..<next { pending[pendingCount + index] = byte(of: bytes, at: index) }
      pendingCount += next
      guard pendingCount == 64 else { return }
      let block = pending
      unsafe compress(block.span.bytes, at: 0)
      pendingCount = 0
    }
    while count - next >= 64 {
      compress(bytes, at: next)
      next += 64
    }
    for index in next..<count {
      pending[pendingCount] = byte(of: bytes, at: index)
      pendingCount += 1
    }
  }

  /// The digest of all bytes so far.
  public consuming func finalize() -> Digest {
    let bitCount = byteCount &* 8
    let zeros = (pendingCount < 56 ? 55 : 119) - pendingCount
    var padding = [UInt8](repeating: 0, count: zeros + 9)
    padding[0] = 0x80
    for index in 0..<8 {
      padding[zeros + 1 + index] = UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * index))
    }
    update(padding)
    return Digest(words: state)
  }

  /// Works one block of 64 bytes, which begins at `offset`, into the state.
  private mutating func compress(_ block: RawSpan, at offset: Int) {
    for index in 0..<16 { schedule[index] = word(of: block, at: offset + 4 * index) }
    for index in 16..<64 {
      let early = schedule[index - 15]
      let late = schedule[index - 2]
      let small0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >> 3)
      let small1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >> 10)
      schedule[index] = schedule[index - 16] &+ small0 &+ schedule[index - 7] &+ small1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let large1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ large1 &+ choice &+ roundConstants[index] &+ schedule[index]
      let large0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ large0 &+ majority)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  /// Loads are bounds-checked, and every bit pattern is an integer.
  private func word(of bytes: RawSpan, at offset: Int) -> UInt32 {
    unsafe UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private func byte(of bytes: RawSpan, at offset: Int) -> UInt8 {
    unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}

extension SHA256.Digest {
  /// A digest from its 32 bytes; nil if there are not 32.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    words = (0..<8).map { word in
      (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[4 * word + $1]) }
    }
  }

  /// A digest from 64 hexadecimal digits, of either case; nil if `text` is anything else.
  public init?(hexadecimal text: String) {
    let digits = Array(text.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in 0..<32 {
      guard let high = Self.value(of: digits[2 * index]), let low = Self.value(of: digits[2 * index + 1])
      else { return nil }
      bytes.append(high << 4 | low)
    }
    self.init(bytes: bytes)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
  }

  /// 64 hexadecimal digits in lower case.
  public var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
private let roundConstants: [UInt32] = [
  0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
  0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
  0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
  0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
  0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
  0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
  0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
  0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
]
