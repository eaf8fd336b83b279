/// The escapes in the strings of a JSON text.
enum JSONEscape {
  /// Reads the escape whose backslash lies at `position`, and steps over it.
  static func read(_ text: JSONCharacters, at position: inout Int) throws(GraphError) -> Unicode.Scalar {
    let start = position
    let byte = text[position + 1]
    position += 2
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try hexadecimal(text, at: &position, start)
      if code >= 0xD800, code < 0xDC00 {
        guard text.isNext("\\u", at: position) else { throw malformed("half of a surrogate pair", start) }
        position += 2
        let low = try hexadecimal(text, at: &position, start)
        guard low >= 0xDC00, low < 0xE000 else { throw malformed("half of a surrogate pair", start) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw malformed("half of a surrogate pair", start) }
      return scalar
    default: throw malformed("an unknown escape in a string", start)
    }
  }

  private static func hexadecimal(
    _ text: JSONCharacters, at position: inout Int, _ start: Int
  ) throws(GraphError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = text[position]
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
