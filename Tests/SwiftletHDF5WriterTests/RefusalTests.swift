import Foundation
import SwiftletHDF5Writer
import Testing

/// What writing `body` to a new file throws, as text without the folder's name.
private func refusal(
  _ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void
) throws -> String? {
  let folder = try Folder()
  do throws(HDF5WriterError) {
    try HDF5Writer.write(to: folder.file("a.h5"), body)
    return nil
  } catch {
    #expect(try folder.names() == [])
    return error.description.replacingOccurrences(of: folder.path, with: "")
  }
}

@Test("A name that is taken is refused with libhdf5's own reason")
func takenName() throws {
  let text = try refusal { (root) throws(HDF5WriterError) in
    try root.writeGroup("x")
    try root.writeDataset("x", shape: [1], [1] as [Float])
  }
  #expect(text?.hasPrefix("/a.h5:/x: libhdf5 cannot make the dataset: name already exists") == true)
}

@Test("Empty names, names that climb and names with a zero byte are refused")
func badNames() throws {
  for name in ["", "a//b", ".", "a/..", "/a", "a\0b"] {
    let dataset = try refusal { (root) throws(HDF5WriterError) in
      try root.writeDataset(name, shape: [1], [1] as [Float])
    }
    let group = try refusal { (root) throws(HDF5WriterError) in try root.writeGroup(name) }
    #expect(dataset?.contains("name") == true)
    #expect(group?.contains("name") == true)
  }
}

@Test("A shape that disagrees with its values, is negative or overflows is refused")
func badShapes() throws {
  let few = try refusal { (root) throws(HDF5WriterError) in
    try root.writeGroup("g") { (group) throws(HDF5WriterError) in
      try group.writeDataset("x", shape: [2, 3], [1, 2] as [Float])
    }
  }
  #expect(few == "/a.h5:/g/x: shape [2, 3] holds 6 values, not 2")
  let negative = try refusal { (root) throws(HDF5WriterError) in
    try root.writeDataset("x", shape: [-1, -2], [1, 2] as [Float])
  }
  #expect(negative == "/a.h5:/x: shape [-1, -2] is negative or too large")
  let huge = try refusal { (root) throws(HDF5WriterError) in
    try root.writeDataset("x", shape: [.max, 0], [] as [Float])
  }
  #expect(huge == "/a.h5:/x: shape [\(Int.max), 0] is negative or too large")
}

@Test("Text with a zero byte and numbers beyond an attribute's limit are refused")
func badAttributes() throws {
  let text = try refusal { (root) throws(HDF5WriterError) in try root.setAttribute("t", to: "a\0b") }
  #expect(text == "/a.h5:/@t: the text has a zero byte in it, at which HDF5 would end it")
  let numbers = try refusal { (root) throws(HDF5WriterError) in
    try root.setAttribute("n", to: [Double](repeating: 0, count: 8065))
  }
  #expect(numbers == "/a.h5:/@n: an attribute of 64520 bytes; at most 64512 fit")
}
