import SwiftletSystem

/// `bytes` as text, if they are UTF-8.
/// - Throws: `HDF5Error.malformed`: replacing what is wrong would let damage pass as text.
func utf8Text(_ bytes: ArraySlice<UInt8>, of what: StaticString, offset: UInt64) throws(HDF5Error) -> String {
  unsafe try bytes.withUnsafeBufferPointer { buffer throws(HDF5Error) in
    unsafe try utf8Text(buffer, of: what, offset: offset)
  }
}

/// - Precondition: `bytes` are there to be read.
@unsafe func utf8Text(
  _ bytes: UnsafeBufferPointer<UInt8>, of what: StaticString, offset: UInt64
) throws(HDF5Error) -> String {
  // Nearly all text is ASCII, and the general check takes longer than the reading.
  if unsafe isASCII(bytes) { return unsafe String(decoding: bytes, as: UTF8.self) }
  guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
    throw .malformed("\(what) holds text that is not UTF-8", offset: offset)
  }
  return text
}

/// - Precondition: `bytes` are there to be read.
@unsafe func isUTF8Text(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  unsafe isASCII(bytes) || String(validating: bytes, as: UTF8.self) != nil
}

/// - Precondition: `bytes` are there to be read.
@unsafe private func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  var all: UInt8 = 0
  for index in 0..<bytes.count { unsafe all |= bytes[index] }
  return all < 0x80
}

/// Which of two names comes first by their bytes, as HDF5 sorts them: less than 0 for `a`, 0 where they are the same.
/// - Precondition: both are there to be read.
@unsafe func byteOrder(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int32 {
  unsafe swiftlet_order_bytes(a.baseAddress, a.count, b.baseAddress, b.count)
}

/// The same for two texts. (`<` on strings would go by Unicode, and take two spellings of "é" for one. Their bytes in
/// memory are compared: walking through a text's own view of them takes many times longer.)
func byteOrder(_ a: String, _ b: String) -> Int32 {
  var (a, b) = (a, b)
  return a.withUTF8 { first in b.withUTF8 { second in unsafe byteOrder(first, second) } }
}

/// Whether two names are the same bytes.
func sameName(_ a: String, _ b: String) -> Bool { a.utf8.count == b.utf8.count && byteOrder(a, b) == 0 }

/// Whether name `a` comes before `b` by bytes.
func precedes(_ a: String, _ b: String) -> Bool { byteOrder(a, b) < 0 }

/// How many bytes lie before the first zero.
/// - Precondition: the bytes may be read.
@unsafe
func countBeforeZero(_ bytes: UnsafeRawBufferPointer) -> Int {
  guard let base = bytes.baseAddress else { return 0 }
  return unsafe swiftlet_find_zero(base, bytes.count)
}
