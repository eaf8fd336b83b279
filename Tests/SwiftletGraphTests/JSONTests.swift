import SwiftletGraph
import Testing

/// What a text that must be refused gives.
func refusal(_ body: () throws(GraphError) -> Void) -> GraphError? {
  do throws(GraphError) {
    try body()
    return nil
  } catch {
    return error
  }
}

@Suite("JSON")
struct JSONTests {
  @Test("values of every kind are read, and objects keep their order")
  func values() throws {
    let value = try JSONValue(parsing: " {\"b\": [1, -2.5e3, true, false, null], \"a\": {}, \"c\": \"x\"}\n")
    let expected = JSONValue.members([
      ("b", .array([.integer(1), .number(-2500), .bool(true), .bool(false), .null])), ("a", .object([])),
      ("c", .string("x")),
    ])
    #expect(value == expected)
    #expect(value["b"]?.array?.count == 5)
    #expect(value["c"]?.string == "x")
    #expect(value["d"] == nil)
  }

  @Test("NaN and the infinities stand bare, as Keras writes them")
  func bareNumbers() throws {
    let value = try JSONValue(parsing: "[NaN, Infinity, -Infinity]")
    #expect(value.array?[0].double?.isNaN == true)
    #expect(value.array?[1].double == .infinity)
    #expect(value.array?[2].double == -.infinity)
    #expect(value.encoded() == "[NaN, Infinity, -Infinity]")
  }

  @Test("integers that fit an Int are exact, larger ones become doubles")
  func integers() throws {
    #expect(try JSONValue(parsing: "9223372036854775807") == .integer(.max))
    #expect(try JSONValue(parsing: "-9223372036854775808") == .integer(.min))
    #expect(try JSONValue(parsing: "9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try JSONValue(parsing: "3.0").integer == 3)
    #expect(try JSONValue(parsing: "3.5").integer == nil)
    #expect(try JSONValue(parsing: "1e400").double == .infinity)
  }

  @Test(
    "decimals are rounded as Swift rounds them, short ones and long",
    arguments: [
      "0.0", "-0.0", "0.1", "6.0", "0.999", "1.5e1", "0.00001", "00.5", "0.30000000000001", "123456789012.34",
      "12345678901.234", "9007199254740.993", "0.1234567890123", "0.12345678901234", "0.123456789012345",
    ])
  func decimals(text: String) throws {
    guard text != "00.5" else {
      #expect(refusal { () throws(GraphError) in _ = try JSONValue(parsing: text) } != nil)
      return
    }
    #expect(try JSONValue(parsing: text).double?.bitPattern == Double(text)?.bitPattern)
  }

  @Test("a name that is spelled with escapes is the same name, and is refused beside it")
  func escapedNames() throws {
    let twice = "{\"ab\": 1, \"\\u0061b\": 2}"
    #expect(refusal { () throws(GraphError) in _ = try JSONValue(parsing: twice) } != nil)
    let longest = "{\"\\u0061\\u0062\": 1, \"ab\": 2}"
    #expect(refusal { () throws(GraphError) in _ = try JSONValue(parsing: longest) } != nil)
    #expect(try JSONValue(parsing: "{\"\\u0061\\u0062\": 1}")["ab"]?.integer == 1)
  }

  @Test("escapes and surrogate pairs are read and written as Python does")
  func escapes() throws {
    let text = #""a\"\\\/\b\f\n\r\té😀Ω""#
    let value = try JSONValue(parsing: text)
    #expect(value.string == "a\"\\/\u{8}\u{C}\n\r\té😀Ω")
    // json.dumps of that string in Python 3.11.
    #expect(value.encoded() == #""a\"\\/\b\f\n\r\t\u00e9\ud83d\ude00\u03a9""#)
    #expect(try JSONValue(parsing: value.encoded()) == value)
  }

  @Test("numbers are written with the fewest digits that read back the same")
  func numbers() {
    #expect(JSONValue.number(0.1).encoded() == "0.1")
    #expect(JSONValue.number(1).encoded() == "1.0")
    #expect(JSONValue.number(1e-7).encoded() == "1e-07")
    #expect(JSONValue.float(0.3).encoded() == "0.3")
    #expect(JSONValue.float(1.0 / 255).encoded() == "0.003921569")
  }

  @Test(
    "a text that is not JSON is malformed, and the message has the byte",
    arguments: [
      ("", 0), ("[1,", 3), ("[1 2]", 3), ("{\"a\" 1}", 5), ("{a: 1}", 1), ("\"abc", 0), ("01", 0), ("-", 0),
      ("1.", 0),
      ("1e", 0), ("tru", 0), ("[1] x", 4), ("\"\\x\"", 1), ("\"\\ud800\"", 1), ("\"\\udc00\"", 1),
      ("\"\\u12\"", 1),
      ("\"\\ud800\\u0041\"", 1), ("\"a\nb\"", 2), ("{\"a\":1,\"a\":2}", 7), ("[1,]", 3), ("{\"a\":1,}", 7),
      ("nan", 0),
    ])
  func malformed(text: String, byte: Int) {
    guard
      case .malformed(_, let place)? = refusal({ () throws(GraphError) in _ = try JSONValue(parsing: text) })
    else {
      Issue.record("\(text) was not refused as malformed")
      return
    }
    #expect(place == "byte \(byte)")
  }

  @Test("a string is read and checked to its end, whatever stands where in it", arguments: 0...34)
  func strings(count: Int) throws {
    let plain = String("abcdefghijklmnopqrstuvwxyz0123456789".prefix(count))
    #expect(try JSONValue(parsing: "\"\(plain)\"").string == plain)
    #expect(refusal { () throws(GraphError) in _ = try JSONValue(parsing: "\"\(plain)") } != nil)
    for place in 0...count {
      let (before, behind) = (plain.prefix(place), plain.dropFirst(place))
      for (spelled, meant) in [
        ("\\n", "\n"), ("\\u00e9", "é"), ("é", "é"), ("\\ud83d\\ude00", "😀"), ("😀", "😀"),
      ] {
        let value = try JSONValue(parsing: "[\"\(before)\(spelled)\(behind)\", \"next\"]")
        #expect(value == .array([.string(before + meant + behind), .string("next")]))
      }
      let error = refusal { () throws(GraphError) in
        _ = try JSONValue(parsing: "\"\(before)\t\(behind)\"")
      }
      guard case .malformed(_, "byte \(place + 1)")? = error else {
        Issue.record("a control character at \(place) of \(count) gives \(error?.description ?? "nothing")")
        continue
      }
    }
  }

  @Test("an escape mends no character that is cut off beside it")
  func cutOffBesideEscape() {
    for bytes: [UInt8] in [[0xC3] + [UInt8]("\\u00a9".utf8), [UInt8]("\\u00e9".utf8) + [0xA9]] {
      let error = refusal { () throws(GraphError) in _ = try JSONValue(parsing: [0x22] + bytes + [0x22]) }
      #expect(error == .malformed("JSON: the string that ends at byte 8 is not UTF-8", place: "byte 0"))
    }
  }

  @Test("bytes that are not UTF-8 are malformed")
  func notUTF8() {
    for bytes: [UInt8] in [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82],
    ] {
      let error = refusal { () throws(GraphError) in _ = try JSONValue(parsing: [0x22] + bytes + [0x22]) }
      guard case .malformed? = error else {
        Issue.record("\(bytes) were taken")
        continue
      }
    }
  }

  @Test("a name that is there twice among many is refused")
  func duplicateAmongMany() throws {
    let members = (0..<100).map { "\"m\($0)\": \($0)" }
    #expect(try JSONValue(parsing: "{" + members.joined(separator: ",") + "}").object?.count == 100)
    let twice = "{" + (members + ["\"m50\": 1"]).joined(separator: ",") + "}"
    #expect(refusal { () throws(GraphError) in _ = try JSONValue(parsing: twice) } != nil)
  }

  @Test("names of one length that end alike are told apart")
  func likeNames() throws {
    let members = ["abcd", "xbcd", "acd", "bcd"].map { "\"\($0)\": 1" }
    #expect(try JSONValue(parsing: "{" + members.joined(separator: ",") + "}").object?.count == 4)
    for member in members {
      let twice = "{" + (members + [member]).joined(separator: ",") + "}"
      #expect(refusal { () throws(GraphError) in _ = try JSONValue(parsing: twice) } != nil)
    }
  }

  @Test("nesting deeper than the limit is refused")
  func depth() throws {
    let limit = JSONValue.maximumDepth
    _ = try JSONValue(parsing: String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
    let deep = String(repeating: "[", count: 1_000_000)
    guard case .unsupported? = refusal({ () throws(GraphError) in _ = try JSONValue(parsing: deep) }) else {
      Issue.record("a text of a million brackets was not refused as too deep")
      return
    }
  }
}
