import FixtureFiles
import Foundation
import SwiftletNumPy
import Testing

/// One line of expected.txt: what NumPy itself says that a file holds.
struct ExpectedArray {
  let file: String
  let typeName: String
  let shape: [Int]
  let values: [Double]

  static func all() throws -> [ExpectedArray] {
    let text = String(decoding: try fixtureBytes("numpy/expected.txt"), as: UTF8.self)
    return try text.split(separator: "\n").map { line in
      let parts = line.split(separator: "|", omittingEmptySubsequences: false)
      return ExpectedArray(
        file: "numpy/\(parts[0]).npy", typeName: String(parts[1]),
        shape: try parts[2].split(separator: ",").map { try #require(Int($0)) },
        values: try parts[3].split(separator: " ").map { try #require(Double($0)) })
    }
  }
}

private func same(_ a: Double, _ b: Double) -> Bool {
  a.isNaN && b.isNaN || a.bitPattern == b.bitPattern
}

@Test("every array that NumPy wrote reads with its type, shape and values")
func readsWhatNumPyWrote() throws {
  let all = try ExpectedArray.all()
  #expect(all.count == 30)
  for expected in all {
    let array = try NumPyArray(contentsOf: fixturePath(expected.file))
    #expect(array.dataType.name == expected.typeName, "\(expected.file)")
    #expect(array.shape == expected.shape, "\(expected.file)")
    let doubles = array.float64Values()
    #expect(doubles.count == expected.values.count, "\(expected.file)")
    #expect(zip(doubles, expected.values).allSatisfy(same), "\(expected.file): \(doubles)")
    let floats = array.float32Values()
    #expect(
      zip(floats, expected.values).allSatisfy { same(Double($0), Double(Float($1))) }, "\(expected.file)")
    #expect(try NumPyArray(npy: fixtureBytes(expected.file)) == array, "\(expected.file)")
  }
}

@Test("64-bit integers keep all their bits")
func keepsIntegers() throws {
  let signed = try NumPyArray(contentsOf: fixturePath("numpy/int64_big.npy"))
  #expect(try signed.int64Values() == [0, 1, 2, 3, 100, 127, .min, .max])
  for name in ["int8_little", "int16_big", "int32_little", "uint8_little", "uint16_little", "uint32_big"] {
    let array = try NumPyArray(contentsOf: fixturePath("numpy/\(name).npy"))
    #expect(try array.int64Values().map(Double.init) == array.float64Values(), "\(name)")
  }
  #expect(try NumPyArray([true, false]).int64Values() == [1, 0])
  #expect(try NumPyArray([3.0, -4.0] as [Float]).int64Values() == [3, -4])
}

@Test("a value that is no 64-bit whole number is an error and not a trap")
func refusesFractions() throws {
  for values in [[0.5], [1, .nan], [.infinity], [1e19], [-1e19]] as [[Double]] {
    #expect(throws: ArrayFileError.self) { try NumPyArray(values).int64Values() }
  }
  let error = #expect(throws: ArrayFileError.self) { try NumPyArray([1, UInt64.max]).int64Values() }
  #expect(error?.kind == .unsupported)
  #expect(error?.place == "value 1 of a uint64 array")
}

@Test("types that NumPy has and Swiftlet has not are refused by name")
func refusesOtherTypes() throws {
  let names = [
    "complex": "'<c16'", "text": "'<U2'", "date": "'<M8[D]'", "object": "'|O'", "records": "structured",
  ]
  for (file, name) in names {
    let error = #expect(throws: ArrayFileError.self) {
      try NumPyArray(contentsOf: fixturePath("numpy/refused_\(file).npy"))
    }
    #expect(error?.kind == .unsupported)
    #expect(error?.found.contains(name) == true, "\(error?.description ?? "")")
    #expect(error?.offset != nil)
    #expect(error?.supported.contains("float16") == true)
    #expect(error?.description.contains("refused_\(file).npy") == true)
  }
}

@Test("a file that is missing, a directory, or no array is an error that names the path")
func refusesOtherFiles() throws {
  for (path, kind) in [
    ("/no/such/file.npy", .file), (fixturePath("numpy"), .file), ("a\0b", .file),
    (fixturePath("numpy/make_numpy.py"), .malformed),
  ] as [(String, ArrayFileError.Kind)] {
    let error = #expect(throws: ArrayFileError.self) { try NumPyArray(contentsOf: path) }
    #expect(error?.kind == kind)
    #expect(error?.description.contains(path.contains("\0") ? "path" : path) == true)
  }
}
