import FixtureFiles
import SwiftletNumPy
import SwiftletPretrained
import Testing

@Test(
  "what is no plain data is refused by name, and never called",
  arguments: [
    ("system", "posix.system"), ("eval", "builtins.eval"), ("getattr", "builtins.getattr"),
    ("nested", "__main__.Calls"), ("object", "__main__.Plain"), ("set", "EMPTY_SET"),
    ("object_array", "'O8'"), ("records", "'V8'"), ("matrix", "numpy.matrix"), ("date", "'M8'"),
    ("persistent", "BINPERSID"), ("protocol0", "protocol 0 or 1"), ("protocol1", "protocol 0 or 1"),
    ("out_of_band", "NEXT_BUFFER"),
  ])
func refusesByName(file: String, name: String) throws {
  let path = fixturePath("pretrained/refused_\(file).pkl")
  let error = #expect(throws: ArrayFileError.self) { try PretrainedFile(contentsOf: path) }
  #expect(error?.kind == .unsupported)
  #expect(error?.found.contains(name) == true, "\(error?.description ?? "")")
  #expect(error?.offset != nil)
  #expect(error?.place.hasPrefix(path) == true)
}

@Test("the refusal of a name says what a pickle may hold, and where the name stands")
func saysWhatIsAllowed() throws {
  let error = #expect(throws: ArrayFileError.self) {
    try PretrainedFile(
      bytes: [0x80, 2] + Array("cposix\nsystem\nX\u{4}\0\0\0true".utf8) + [0x85] + Array("R.".utf8))
  }
  #expect(
    error?.description
      == "pickle at byte 2: posix.system "
      + "(a pickle may hold only numbers, text, lists, dictionaries and NumPy arrays)")
}

/// Instructions of protocol 4, between its first two bytes and STOP.
private func pickle(_ parts: [UInt8]...) -> [UInt8] { [0x80, 4] + parts.flatMap { $0 } + [0x2e] }
private func instructions(_ text: String) -> [UInt8] { Array(text.utf8) }

@Test("instructions that make objects, or need what is not there, are errors of the right kind")
func refusesInstructions() {
  let cases: [(bytes: [UInt8], kind: ArrayFileError.Kind)] = [
    (pickle(), .malformed), (pickle(instructions("NN")), .malformed),
    (pickle(instructions("(N")), .malformed),
    (pickle(instructions("0")), .malformed), (pickle(instructions("t")), .malformed),
    (pickle(instructions("h\u{1}")), .malformed), (pickle(instructions("N(2")), .malformed),
    (pickle(instructions("}N")), .malformed), (pickle(instructions("](NNu")), .malformed),
    (pickle(instructions("}(Nu")), .malformed), (pickle(instructions("}(NNe")), .malformed),
    (pickle(instructions("NNR")), .unsupported), (pickle(instructions("NNb")), .unsupported),
    (pickle(instructions("cnumpy\nndarray\n)R")), .unsupported),
    (pickle(instructions("cnumpy\ndtype\n)R")), .unsupported),
    (pickle(instructions("c_codecs\nencode\n)R")), .unsupported),
    (pickle(instructions("cnumpy\ndtype\nNR")), .malformed),
    (pickle(instructions("c__builtin__\nbytes\nK\u{1}"), [0x85], instructions("R")), .unsupported),
    (pickle(instructions("ccollections\nOrderedDict\n)RN"), instructions("b")), .unsupported),
    (pickle(instructions("NN"), [0x93]), .malformed), (pickle([0x80, 4], instructions("N")), .malformed),
    (pickle(instructions("}NNs")), .unsupported), (pickle(instructions("}K\u{1}NsK\u{1}Ns")), .malformed),
    (pickle(instructions("N."), instructions("N")), .unsupported), (pickle([0xff]), .malformed),
    ([0x80, 6, 0x4e, 0x2e], .unsupported), ([0x80, 1, 0x4e, 0x2e], .unsupported),
    ([0x80], .malformed), ([], .unsupported), ([0x1f, 0x8b, 8, 0], .unsupported),
    (Array("PK".utf8), .unsupported),
    (pickle([0x95, 9, 0, 0, 0, 0, 0, 0, 0], instructions("N")), .malformed),
    (pickle([0x95, 1, 0, 0, 0, 0, 0, 0, 0], instructions("K\u{1}")), .malformed),
  ]
  for (index, (bytes, kind)) in cases.enumerated() {
    let error = #expect(throws: ArrayFileError.self, "case \(index)") { try PretrainedFile(bytes: bytes) }
    #expect(error?.kind == kind, "case \(index): \(error?.description ?? "")")
  }
  for code in "oiPQ".utf8 {
    let error = #expect(throws: ArrayFileError.self) { try PretrainedFile(bytes: pickle([code])) }
    #expect(error?.kind == .unsupported)
  }
  for code in [0x81, 0x82, 0x83, 0x84, 0x8f, 0x90, 0x91, 0x92, 0x97, 0x98] as [UInt8] {
    let error = #expect(throws: ArrayFileError.self) { try PretrainedFile(bytes: pickle([code])) }
    #expect(error?.kind == .unsupported)
  }
}

@Test("lengths that the file does not hold are malformed, whatever they claim")
func refusesLengths() {
  let huge: [UInt8] = [UInt8](repeating: 0xff, count: 8)
  for code in [0x8d, 0x8e, 0x96, 0x95] as [UInt8] {
    for length in [huge, [0, 0, 0, 0, 0, 0, 0, 0x80], [0, 0, 0, 0, 1, 0, 0, 0]] as [[UInt8]] {
      let error = #expect(throws: ArrayFileError.self) {
        try PretrainedFile(bytes: pickle([code], length, Array("text".utf8)))
      }
      #expect(error?.kind == .malformed)
    }
  }
  for code in Array("XBT".utf8) + [0x8b] {
    let error = #expect(throws: ArrayFileError.self) {
      try PretrainedFile(bytes: pickle([code], [0xff, 0xff, 0xff, 0xff], Array("text".utf8)))
    }
    #expect(error?.kind == .malformed)
  }
}

@Test("values shared again and again, and lists in themselves, end in an error")
func refusesBombs() {
  // Each list holds the one before twice: 2 to the 30th leaves for a walk.
  var doubling: [UInt8] = [0x5d, 0x71, 0]
  for level in 1...30 as ClosedRange<UInt8> {
    doubling += [0x30, 0x5d, 0x71, level, 0x28, 0x68, level - 1, 0x68, level - 1, 0x65]
  }
  // A list that is its own item, and a dictionary that is its own value.
  let itself: [UInt8] = [0x5d, 0x71, 0, 0x68, 0, 0x61]
  let dictionary: [UInt8] = [0x7d, 0x71, 0, 0x4b, 1, 0x68, 0, 0x73]
  let bombs: [(bytes: [UInt8], kind: ArrayFileError.Kind)] = [
    (pickle(doubling), .malformed), (pickle(itself), .unsupported), (pickle(dictionary), .unsupported),
    (pickle([UInt8](repeating: 0x5d, count: 100_000), [UInt8](repeating: 0x61, count: 99_999)), .unsupported),
    (pickle(instructions("]"), [UInt8](repeating: 0x85, count: 100_000)), .unsupported),
    (pickle([UInt8](repeating: 0x28, count: 100_000)), .malformed),
  ]
  for (index, (bytes, kind)) in bombs.enumerated() {
    let error = #expect(throws: ArrayFileError.self) { try PretrainedFile(bytes: bytes) }
    #expect(error?.kind == kind, "bomb \(index): \(error?.description ?? "")")
  }
}

@Test("arrays made over and over from the same bytes are limited by the file's size")
func refusesArrayBombs() {
  // One run of bytes, then scalars and bytes of it without end.
  let text = [0x58, 0, 0x10, 0, 0] + [UInt8](repeating: 0x61, count: 4096)
  var bytes: [UInt8] = instructions("]c_codecs\nencode\nq\u{0}0") + text + instructions("q\u{1}0")
  bytes += instructions("X\u{6}\0\0\0latin1q\u{2}0")
  for _ in 0..<1000 { bytes += instructions("h\u{0}h\u{1}h\u{2}") + [0x86] + instructions("Ra") }
  let error = #expect(throws: ArrayFileError.self) { try PretrainedFile(bytes: pickle(bytes)) }
  #expect(error?.kind == .malformed)
  #expect(error?.found.contains("over and over") == true, "\(error?.description ?? "")")
}
