/// The escapes in the strings of a JSON text.
enum JSONEscape {
  /// The most bytes that an escape takes for each byte of what it stands for.
  static let longest = 6

  /// Reads the escape whose backslash lies at `position`, and steps over it.
  static func read(_ bytes: Span<UInt8>, at position: inout Int) throws(GraphError) -> Unicode.Scalar {
    let start = position
    guard position + 1 < bytes.count else { throw malformed("an unknown escape in a string", start) }
    let byte = bytes[position + 1]
    position += 2
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try hexadecimal(bytes, at: &position, start)
      if code >= 0xD800, code < 0xDC00 {
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw malformed("half of a surrogate pair", start) }
        position += 2
        let low = try hexadecimal(bytes, at: &position, start)
        guard low >= 0xDC00, low < 0xE000 else { throw malformed("half of a surrogate pair", start) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw malformed("half of a surrogate pair", start) }
      return scalar
    default: throw malformed("an unknown escape in a string", start)
    }
  }

  /// The text of a string that has been checked.
  static func decoded(_ bytes: Span<UInt8>) -> String {
    var text: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\\"), let scalar = try? read(bytes, at: &position) {
        text.append(contentsOf: String(Character(scalar)).utf8)
      } else {
        text.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func hexadecimal(
    _ bytes: Span<UInt8>, at position: inout Int, _ start: Int
  ) throws(GraphError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = position < bytes.count ? bytes[position] : 0
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 + UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): code = code << 4 + UInt32(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): code = code << 4 + UInt32(byte - UInt8(ascii: "A") + 10)
      default: throw malformed("\\u wants four hexadecimal digits", start)
      }
      position += 1
    }
    return code
  }

  private static func malformed(_ what: String, _ offset: Int) -> GraphError {
    .malformed("JSON: " + what, place: "byte \(offset)")
  }
}
