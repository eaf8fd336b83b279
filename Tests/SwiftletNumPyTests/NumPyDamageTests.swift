import FixtureFiles
import SwiftletNumPy
import Testing

private func array(_ header: String, version: UInt8 = 1, data: [UInt8]) throws -> NumPyArray {
  let length = UInt16(header.utf8.count)
  var bytes: [UInt8] = [
    0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, UInt8(length & 0xff), UInt8(length >> 8),
  ]
  if version > 1 { bytes += [0, 0] }
  return try NumPyArray(npy: bytes + [UInt8](header.utf8) + data)
}

private let damaged = ["c_order_3d", "fortran_order_big_endian", "version_2", "version_3", "scalar", "empty"]

@Test("a file cut short anywhere is malformed", arguments: damaged)
func refusesTruncation(name: String) throws {
  let bytes = try fixtureBytes("numpy/\(name).npy")
  for length in 0..<bytes.count {
    let error = #expect(throws: ArrayFileError.self) { try NumPyArray(npy: [UInt8](bytes[..<length])) }
    #expect(error?.kind == .malformed, "\(length): \(error?.description ?? "")")
  }
  #expect(throws: Never.self) { try NumPyArray(npy: bytes) }
}

@Test("a flipped byte in a header gives an error, or an array that its bytes really hold", arguments: damaged)
func survivesFlips(name: String) throws {
  let bytes = try fixtureBytes("numpy/\(name).npy")
  let whole = try NumPyArray(npy: bytes)
  var errors = 0
  for place in 0..<(bytes.count - whole.bytes.count) {
    for bit in 0..<8 {
      var changed = bytes
      changed[place] ^= 1 << bit
      do {
        let array = try NumPyArray(npy: changed)
        #expect(array.shape.reduce(array.dataType.byteCount, *) == array.bytes.count)
        #expect(array.bytes.count <= bytes.count)
      } catch {
        errors += 1
      }
    }
  }
  #expect(errors > 500)
}

@Test("headers other than the one dictionary are malformed, at their byte")
func refusesHeaders() throws {
  let headers = [
    "", "{", "{}", "[]", "{'descr'}", "{'descr': }", "{'descr': '<f4'}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1.0,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': (1,)}",
    "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 0)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
    "__import__('os').system('true')",
  ]
  for header in headers {
    let error = #expect(throws: ArrayFileError.self) { try array(header, data: [0, 0, 0, 0]) }
    #expect(error?.kind == .malformed, "\(header): \(error?.description ?? "")")
    #expect(error?.offset != nil)
  }
}

@Test("what is valid and not supported is told apart from what is malformed")
func tellsUnsupported() throws {
  for descriptor in ["=f4", "f4", "|f4", "<f3", "<f16", "<c8", "|S4", "", "<V8"] {
    let error = #expect(throws: ArrayFileError.self) {
      try array("{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (1,)}", data: [0, 0, 0, 0])
    }
    #expect(error?.kind == .unsupported, "\(descriptor)")
  }
  let one = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}"
  let more = #expect(throws: ArrayFileError.self) { try array(one, data: [0, 0, 0, 0, 9]) }
  #expect(more?.kind == .unsupported)
  let version = #expect(throws: ArrayFileError.self) { try array(one, version: 4, data: [0, 0, 0, 0]) }
  #expect(version?.kind == .unsupported)
  #expect(version?.found == "format version 4.0")
}

@Test("headers as other writers space and order them are read")
func readsOtherSpellings() throws {
  let expected = try NumPyArray([1.0] as [Float], shape: [1, 1])
  let data: [UInt8] = [0, 0, 0x80, 0x3f]
  for header in [
    "{\"shape\":(1,1),\"descr\":\"<f4\",\"fortran_order\":True}",
    "{'shape': (1L, 1L,), 'descr': '<f4', 'fortran_order': False,}\n",
    "  { 'descr' : '<f4' ,\t'fortran_order' : False , 'shape' : ( 1 , 1 ) , }  \n",
  ] {
    #expect(try array(header, data: data) == expected, "\(header)")
  }
}
