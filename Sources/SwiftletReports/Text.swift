/// Columns as wide as their longest field, two spaces apart; the last one is set to the right.
package func textTable(_ rows: [[String]]) -> String {
  let columns = rows.first?.count ?? 0
  let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    let fields = row.enumerated().map { column, field in
      let space = String(repeating: " ", count: widths[column] - field.count)
      return column == columns - 1 ? space + field : field + space
    }
    return "  " + fields.joined(separator: "  ") + "\n"
  }.joined()
}

/// `1 row`, `2 rows`.
package func counted(_ count: Int, _ noun: String) -> String {
  count.grouped + " " + noun + (count == 1 ? "" : "s")
}

extension Int {
  /// With a comma between thousands: `1,797`.
  package var grouped: String {
    var text = ""
    for (index, digit) in String(magnitude).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text = "," + text }
      text = String(digit) + text
    }
    return (self < 0 ? "-" : "") + text
  }
}

extension Double {
  /// With so many digits behind the point, at most 15; what has no such form (too large, not finite) as it is.
  package func fixed(_ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (magnitude * scale).rounded()
    guard scaled < 0x1p53 else { return "\(self)" }
    let number = String(Int(scaled))
    let padded = String(repeating: "0", count: Swift.max(digits + 1 - number.count, 0)) + number
    let sign = self.sign == .minus && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + padded }
    return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
