/// Rows of numbers as text, with one column of classes or of numbers to learn.
///
/// Fields are parted by commas, semicolons or tabs, whichever the first line has most of; a field may stand in
/// double quotes. A first line that is not all numbers names the columns.
struct CSVFile {
  private let path: String
  private var names: [String]?
  private var rows: [(line: Int, fields: [String])] = []

  /// - Throws: `TrainingError.file` where lines differ in length, a quote does not end, or there is no row.
  init(_ file: DataFile) throws(TrainingError) {
    path = file.path
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      throw .file(path: path, what: "this is neither an array file nor UTF-8 text")
    }
    rows = try Self.fields(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, path)
    guard let first = rows.first else { throw .file(path: path, what: "there are no rows") }
    if first.fields.dropLast().contains(where: { Self.number($0) == nil && !Self.isMissing($0) })
      || (first.fields.count == 1 && Self.number(first.fields[0]) == nil)
    {
      names = first.fields
      rows.removeFirst()
    }
    guard !rows.isEmpty else { throw .file(path: path, what: "there are no rows under the header") }
    for row in rows where row.fields.count != first.fields.count {
      throw .file(
        path: path,
        what: "line \(row.line) has \(row.fields.count) fields and line \(first.line) has "
          + "\(first.fields.count)")
    }
  }

  /// The data with the column of that name to learn, or the last.
  /// - Throws: `TrainingError.file` naming line and column of a field that is missing or no number.
  func dataset(labelColumn: String?) throws(TrainingError) -> Dataset {
    let width = rows[0].fields.count
    var column = width - 1
    if let labelColumn {
      guard let found = names?.firstIndex(of: labelColumn) else {
        let known =
          names.map { "the columns are " + $0.joined(separator: ", ") } ?? "the file names no columns"
        throw .file(path: path, what: "there is no column '\(labelColumn)'; " + known)
      }
      column = found
    }
    guard width > 1 else { throw .file(path: path, what: "there is one column; inputs and labels take two") }
    var inputs: [Float] = []
    inputs.reserveCapacity(rows.count * (width - 1))
    for row in rows {
      for index in 0..<width where index != column { inputs.append(try value(row, index)) }
    }
    let tensor = Tensor(trusted: [rows.count, width - 1], elements: inputs)
    for row in rows where Self.isMissing(row.fields[column]) { throw missing(row, column) }
    let texts = rows.map { $0.fields[column] }
    let numbers = texts.map { Self.number($0) }
    if numbers.allSatisfy({ $0 != nil }) {
      let whole = numbers.compactMap { $0.flatMap { Int32(exactly: $0) } }
      if whole.count == rows.count, whole.allSatisfy({ $0 >= 0 }) {
        return try Dataset(inputs: tensor, labels: whole.map { Int($0) })
      }
      var targets: [Float] = []
      for row in rows { targets.append(try value(row, column)) }
      return try Dataset(inputs: tensor, targets: Tensor(trusted: [rows.count, 1], elements: targets))
    }
    // In the order of the alphabet, so that it does not depend on the order of the rows.
    let classes = Set(texts).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    let places = Dictionary(classes.enumerated().map { ($1, $0) }) { first, _ in first }
    return try Dataset(inputs: tensor, labels: texts.map { places[$0] ?? 0 }, classLabels: classes)
  }

  private func value(_ row: (line: Int, fields: [String]), _ column: Int) throws(TrainingError) -> Float {
    let text = row.fields[column]
    if Self.isMissing(text) { throw missing(row, column) }
    guard let number = Self.number(text), Float(number).isFinite else {
      throw .file(path: path, what: "line \(row.line), \(name(column)): '\(text)' is not a number")
    }
    return Float(number)
  }

  private func missing(_ row: (line: Int, fields: [String]), _ column: Int) -> TrainingError {
    .file(path: path, what: "line \(row.line), \(name(column)): the value is missing")
  }

  private func name(_ column: Int) -> String {
    names.map { "column '\($0[column])'" } ?? "column \(column + 1)"
  }

  private static func isMissing(_ text: String) -> Bool {
    text.isEmpty || ["?", "NA", "N/A", "NaN", "nan", "null"].contains(text)
  }

  private static func number(_ text: String) -> Double? {
    // Double also reads hexadecimal and names of infinity, which no table means.
    guard text.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }) else {
      return nil
    }
    return Double(text)
  }

  private static func fields(
    _ text: String, _ path: String
  ) throws(TrainingError) -> [(line: Int, fields: [String])] {
    let bytes = Array(text.utf8)
    let firstLine = bytes.prefix { $0 != 10 }
    let separators: [UInt8] = [44, 59, 9]
    let separator =
      separators.max { a, b in
        firstLine.count { $0 == a } < firstLine.count { $0 == b }
      } ?? 44
    var rows: [(line: Int, fields: [String])] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var (line, startLine) = (1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    func close() {
      let text = String(decoding: field, as: UTF8.self)
      fields.append(
        wasQuoted ? text : String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
      (field, wasQuoted) = ([], false)
    }
    func endLine() {
      close()
      if fields != [""] { rows.append((startLine, fields)) }
      fields = []
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 10 { line += 1 }
      if isQuoted {
        if byte != 34 {
          field.append(byte)
        } else if index < bytes.count, bytes[index] == 34 {
          field.append(34)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == 34, field.isEmpty {
        (isQuoted, wasQuoted) = (true, true)
      } else if byte == separator {
        close()
      } else if byte == 10 {
        endLine()
        startLine = line
      } else if byte != 13 {
        field.append(byte)
      }
    }
    guard !isQuoted else { throw .file(path: path, what: "line \(startLine): a quoted field does not end") }
    if !field.isEmpty || !fields.isEmpty { endLine() }
    return rows
  }
}
