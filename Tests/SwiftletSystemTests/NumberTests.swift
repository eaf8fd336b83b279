import SwiftletSystem
import Testing

@Suite("Number text")
struct NumberTests {
  private func parse(_ text: String) -> Double? {
    var value = 0.0
    var text = text
    return text.withUTF8 { buffer in
      buffer.withMemoryRebound(to: CChar.self) { swiftlet_parse_double($0.baseAddress, $0.count, &value) }
    } ? value : nil
  }

  @Test(
    "numbers are rounded as Swift rounds them",
    arguments: [
      "0", "-0", "1", "0.1", "-2.5e-3", "1e400", "4.9e-324", "17976931348623157e292", "9007199254740993",
    ])
  func numbers(text: String) {
    #expect(parse(text)?.bitPattern == Double(text)?.bitPattern)
  }

  @Test("a number longer than any buffer is read whole")
  func long() {
    #expect(parse("0." + String(repeating: "0", count: 500) + "1e501") == 1)
    #expect(parse("1" + String(repeating: "0", count: 300)) == 1e300)
  }

  @Test(
    "what is not wholly a decimal number is refused",
    arguments: ["", " 1", "1 ", "0x10", "nan", "inf", "1e", "1,5", "--1", "."])
  func refused(text: String) { #expect(parse(text) == nil) }
}
