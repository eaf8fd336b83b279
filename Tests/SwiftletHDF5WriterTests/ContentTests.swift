import SwiftletHDF5Reader
import SwiftletHDF5Writer
import Testing

/// What the reader makes of what `body` writes.
private func written(
  _ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void
) throws -> HDF5Group {
  let folder = try Folder()
  try HDF5Writer.write(to: folder.file("a.h5"), body)
  return try HDF5File(bytes: try folder.bytes("a.h5")).root
}

@Test("Numbers of every type are read back as they were written")
func numbers() throws {
  let root = try written { (root) throws(HDF5WriterError) in
    try root.writeDataset("float16", shape: [3], [1, -0.099975586, 65504] as [Float16])
    try root.writeDataset("float32", shape: [3], [1, -0.1, .infinity] as [Float])
    try root.writeDataset("float64", shape: [3], [1, -0.1, .leastNonzeroMagnitude] as [Double])
    try root.writeDataset("int8", shape: [2], [.min, .max] as [Int8])
    try root.writeDataset("int16", shape: [2], [.min, .max] as [Int16])
    try root.writeDataset("int32", shape: [2], [.min, .max] as [Int32])
    try root.writeDataset("int64", shape: [2], [.min, .max] as [Int])
    try root.writeDataset("uint8", shape: [2], [0, .max] as [UInt8])
    try root.writeDataset("uint16", shape: [2], [0, .max] as [UInt16])
    try root.writeDataset("uint32", shape: [2], [0, .max] as [UInt32])
    try root.writeDataset("uint64", shape: [2], [0, 1 << 62] as [UInt64])
    // 1, -2.5 and the largest finite bfloat16, by their bits.
    let upperHalves: [UInt16] = [0x3F80, 0xC020, 0x7F7F]
    var failure: HDF5WriterError?
    upperHalves.withUnsafeBytes { bytes in
      do throws(HDF5WriterError) {
        try root.writeDataset("bfloat16", shape: [3], type: .bfloat16, bytes: bytes)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
  #expect(try root.dataset("float16").float32Values() == [1, -0.099975586, 65504])
  #expect(try root.dataset("bfloat16").float32Values() == [1, -2.5, 3.3895314e38])
  #expect(try root.dataset("float32").float32Values() == [1, -0.1, .infinity])
  #expect(try root.dataset("float64").float64Values() == [1, -0.1, .leastNonzeroMagnitude])
  for (bits, name) in [(8, "8"), (16, "16"), (32, "32"), (64, "64")] {
    let minimum = Int64.min >> Int64(64 - bits)
    #expect(try root.dataset("int" + name).int64Values() == [minimum, ~minimum])
    let maximum = bits == 64 ? 1 << 62 : Int64(1) << Int64(bits) - 1
    #expect(try root.dataset("uint" + name).int64Values() == [0, maximum])
  }
}

@Test("Shapes of no axis, several axes and no elements are kept")
func shapes() throws {
  let root = try written { (root) throws(HDF5WriterError) in
    try root.writeDataset("scalar", shape: [], [2.5 as Float])
    try root.writeDataset("cube", shape: [1, 2, 3], [1, 2, 3, 4, 5, 6] as [Float])
    try root.writeDataset("none", shape: [0, 4], [] as [Float])
  }
  #expect(try root.dataset("scalar").shape == [])
  #expect(try root.dataset("scalar").float32Values() == [2.5])
  #expect(try root.dataset("cube").shape == [1, 2, 3])
  #expect(try root.dataset("cube").float32Values() == [1, 2, 3, 4, 5, 6])
  #expect(try root.dataset("none").shape == [0, 4])
  #expect(try root.dataset("none").float32Values() == [])
}

@Test("Every dataset is contiguous at a multiple of 64 bytes, the many small ones too")
func alignment() throws {
  let root = try written { (root) throws(HDF5WriterError) in
    for index in 0..<300 {
      try root.writeDataset("group_\(index % 7)/\(index)", shape: [index + 1], Array(0...Int32(index)))
    }
  }
  for index in 0..<300 {
    let dataset = try root.dataset("group_\(index % 7)/\(index)")
    #expect(try dataset.int64Values() == Array(0...Int64(index)))
    guard case .contiguous(let offset, let byteCount) = dataset.storage else {
      Issue.record("\(dataset.path) is not contiguous")
      continue
    }
    #expect(offset % 64 == 0)
    #expect(byteCount == 4 * (index + 1))
  }
}

@Test("Text and numbers in attributes are read back, on groups at any depth")
func attributes() throws {
  let long = String(repeating: "é", count: 100_000)
  let root = try written { (root) throws(HDF5WriterError) in
    try root.writeGroup("a/ö/c") { (group) throws(HDF5WriterError) in
      try group.setAttribute("text", to: "naïve 숫자")
      try group.setAttribute("empty", to: "")
      try group.setAttribute("long", to: long)
      try group.setAttribute("list", to: ["a", "", "숫자"])
      try group.setAttribute("none", to: [String]())
      try group.setAttribute("integer", to: -7)
      try group.setAttribute("numbers", to: [0.5, -2])
    }
  }
  let group = try root.group("a/ö/c")
  #expect(try group.attribute("text")?.string == "naïve 숫자")
  #expect(try group.attribute("empty")?.string == "")
  #expect(try group.attribute("long")?.string == long)
  #expect(try group.attribute("list")?.strings == ["a", "", "숫자"])
  #expect(try group.attribute("none")?.strings == [])
  #expect(try group.attribute("none")?.shape == [0])
  #expect(try group.attribute("integer")?.integers == [-7])
  #expect(try group.attribute("numbers")?.doubles == [0.5, -2])
}

@Test("A list of names too long for one attribute is split as Keras splits it")
func longLists() throws {
  let names = (0..<9000).map { "name_\($0)" }
  let root = try written { (root) throws(HDF5WriterError) in
    try root.setAttribute("just_fits", to: Array(names[..<4032]))
    try root.setAttribute("layer_names", to: names)
  }
  #expect(try root.attribute("just_fits")?.strings == Array(names[..<4032]))
  #expect(try root.attribute("layer_names")?.name == nil)
  var joined: [String] = []
  for part in 0..<3 { joined += try root.attribute("layer_names\(part)")?.strings ?? [] }
  #expect(joined == names)
  #expect(try root.attribute("layer_names3")?.name == nil)
}
