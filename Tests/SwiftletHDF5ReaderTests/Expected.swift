import FixtureFiles
import Foundation

/// What h5py read in a fixture: one line of the JSON beside it.
struct ExpectedEntry: Decodable {
  struct Attribute: Decodable {
    let name: String
    let shape: [Int]
    let type: String?
    let values: ExpectedValues
  }

  let path: String
  let kind: String
  let refused: String?
  let shape: [Int]?
  let type: String?
  let offset: UInt64?
  let values: ExpectedValues?
  let attributes: [Attribute]?
}

/// Values, or why there are none.
enum ExpectedValues: Decodable {
  case numbers([Double])
  case texts([String])
  /// Elements that must be refused as unsupported, with this in the error's text.
  case refused(String)
  /// Elements that are neither numbers nor text.
  case mismatch(String)

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let reasons = try? value.decode([String: String].self) {
      self = reasons["refused"].map { .refused($0) } ?? .mismatch(reasons["mismatch"] ?? "")
    } else if let numbers = try? value.decode([Double].self) {
      self = .numbers(numbers)
    } else {
      let texts = try? value.decode([String].self)
      let numbers = try? value.decode([NumberOrText].self).map { $0.number }
      if let texts {
        self = .texts(texts)
      } else if let numbers, !numbers.contains(nil) {
        self = .numbers(numbers.compactMap { $0 })
      } else {
        throw DecodingError.dataCorruptedError(in: value, debugDescription: "neither numbers nor texts")
      }
    }
  }
}

/// A number, or the name of one that JSON cannot spell.
private struct NumberOrText: Decodable {
  let number: Double?

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Double.self) {
      self.number = number
    } else {
      self.number = ["inf": .infinity, "-inf": -.infinity, "nan": .nan][try value.decode(String.self)]
    }
  }
}

func expectedEntries(_ fixture: String) throws -> [ExpectedEntry] {
  let data = Data(try fixtureBytes("reader/\(fixture).json"))
  return try JSONDecoder().decode([ExpectedEntry].self, from: data)
}
