import FixtureFiles
import Foundation
import SwiftletNumPy
import Testing

@Test("what is written is what NumPy's save writes, byte for byte")
func writesNumPysBytes() throws {
  var compared = 0
  for expected in try ExpectedArray.all() {
    // The others are versions, orders and layouts that `save` does not choose by itself.
    let isSaved =
      expected.file.hasSuffix("_little.npy")
      || ["scalar", "empty", "c_order_3d", "version_1"].contains { expected.file == "numpy/\($0).npy" }
    guard isSaved else { continue }
    let bytes = try fixtureBytes(expected.file)
    #expect(try NumPyArray(npy: bytes).npyBytes() == bytes, "\(expected.file)")
    compared += 1
  }
  #expect(compared == 16)
}

@Test("arrays made of Swift values have NumPy's type, and the bytes that NumPy wrote for them")
func makesArrays() throws {
  func check(_ array: NumPyArray, _ name: String) throws {
    #expect(array == (try NumPyArray(contentsOf: fixturePath("numpy/\(name)_little.npy"))), "\(name)")
  }
  try check(NumPyArray([true, false, false, true]), "bool")
  try check(NumPyArray([0, 1, 2, 3, 100, 127, .min, .max] as [Int8]), "int8")
  try check(NumPyArray([0, 1, 2, 3, 100, 127, .min, .max] as [Int16]), "int16")
  try check(NumPyArray([0, 1, 2, 3, 100, 127, .min, .max] as [Int32]), "int32")
  try check(NumPyArray([0, 1, 2, 3, 100, 127, .min, .max] as [Int64]), "int64")
  try check(NumPyArray([0, 1, 2, 3, 100, 127, .min, .max] as [UInt8]), "uint8")
  try check(NumPyArray([0, 1, 2, 3, 100, 127, .min, .max] as [UInt16]), "uint16")
  try check(NumPyArray([0, 1, 2, 3, 100, 127, .min, .max] as [UInt32]), "uint32")
  try check(NumPyArray([0, 1, 2, 3, 100, 127, .min, .max] as [UInt64]), "uint64")
  let grid = try NumPyArray((0..<24).map { Float($0) }, shape: [2, 3, 4])
  #expect(grid == (try NumPyArray(contentsOf: fixturePath("numpy/c_order_3d.npy"))))
  #expect(try grid.reshaped(to: [24]) == NumPyArray((0..<24).map { Float($0) }))
}

@Test("a shape that does not fit its values is an error and not a trap")
func refusesShapes() {
  let shapes: [[Int]] = [
    [], [3], [2, -1], [-2, -1], [.max, .max], [0, .max, .max], [.max], [Int](repeating: 1, count: 65),
  ]
  for shape in shapes {
    let error = #expect(throws: ArrayFileError.self) { try NumPyArray([1, 2] as [Float], shape: shape) }
    #expect(error?.kind == .argument)
  }
}

@Test("writing replaces the file as a whole, and a failed write names the path")
func writesFiles() throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swiftlet-\(UUID())").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let path = folder + "/a.npy"
  let first = NumPyArray([1, 2, 3] as [Float])
  let second = try NumPyArray([1, 2, 3, 4] as [Double], shape: [2, 2])
  try first.write(to: path)
  #expect(try NumPyArray(contentsOf: path) == first)
  try second.write(to: path)
  #expect(try NumPyArray(contentsOf: path) == second)
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.npy"])

  let error = #expect(throws: ArrayFileError.self) { try first.write(to: folder + "/none/a.npy") }
  #expect(error?.kind == .file)
  #expect(error?.place == folder + "/none/a.npy")
}
