/// Rows of numbers as text, parted by commas, semicolons or tabs; a first line that is not all numbers is a
/// header.
struct NumberTable {
  let rows: Rows

  /// - Throws: status 65, naming the line and the column that is no number.
  init(_ bytes: [UInt8], path: String) throws(CommandFailure) {
    guard !bytes.isEmpty else { throw .data("\(path): the file is empty") }
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
      throw .data("\(path): this is no .npy, .npz or CSV file")
    }
    var values: [Float] = []
    var (count, width) = (0, 0)
    var names: [Substring] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    let separator: Character =
      [",", ";", "\t"].max { a, b in
        (lines.first ?? "").count { $0 == a } < (lines.first ?? "").count { $0 == b }
      } ?? ","
    for (index, line) in lines.enumerated() where !line.allSatisfy({ $0 == " " || $0 == "\t" }) {
      let fields = line.split(separator: separator, omittingEmptySubsequences: false).map(Self.trimmed)
      if count == 0, names.isEmpty, fields.contains(where: { Self.number($0) == nil && !$0.isEmpty }) {
        names = fields
        width = fields.count
        continue
      }
      if width == 0 { width = fields.count }
      guard fields.count == width else {
        throw .data("\(path): line \(index + 1) has \(fields.count) fields; those before have \(width)")
      }
      for (column, field) in fields.enumerated() {
        guard let number = Self.number(field) else {
          let name = names.isEmpty ? "column \(column + 1)" : "column '\(names[column])'"
          let what = field.isEmpty ? "the value is missing" : "'\(field)' is not a number"
          throw .data("\(path): line \(index + 1), \(name): \(what)")
        }
        values.append(number)
      }
      count += 1
    }
    guard count > 0 else { throw .data("\(path): there are no rows of numbers") }
    rows = Rows(shape: [count, width], values: values, source: path)
  }

  private static func trimmed(_ field: Substring) -> Substring {
    var field = field.drop { $0 == " " }
    while field.last == " " { field.removeLast() }
    if field.count >= 2, field.first == "\"", field.last == "\"" { field = field.dropFirst().dropLast() }
    return field
  }

  /// A decimal number that a Float holds; neither hexadecimal nor a name of infinity, which Double reads too.
  private static func number(_ text: Substring) -> Float? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }),
      let number = Double(text), Float(number).isFinite
    else { return nil }
    return Float(number)
  }
}
