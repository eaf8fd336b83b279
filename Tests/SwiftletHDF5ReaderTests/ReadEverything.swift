import SwiftletHDF5Reader

/// Opens `source` and reads all that it holds, each thing as what it is.
/// - Returns: how many bytes of values came out in the largest single read.
@discardableResult
func readEverything(_ source: ByteSource) throws(HDF5Error) -> Int {
  let file = try HDF5File(source)
  var firstError: HDF5Error?
  var largest = 0
  func note(_ bytes: () throws(HDF5Error) -> Int) {
    do throws(HDF5Error) {
      largest = max(largest, try bytes())
    } catch {
      // What is merely of another type is expected: each value is read as everything.
      switch error {
      case .mismatch, .unsupported: break
      default: firstError = firstError ?? error
      }
    }
  }
  func read(_ attributes: [HDF5Attribute]) {
    for attribute in attributes {
      switch attribute.datatype.kind {
      case .string, .variableString:
        note { () throws(HDF5Error) in try attribute.strings.reduce(0) { $0 + $1.utf8.count + 16 } }
      default: note { () throws(HDF5Error) in try attribute.doubles.count * 8 }
      }
    }
  }
  for entry in try file.listing() {
    switch entry.content {
    case .group(let group):
      note { () throws(HDF5Error) in
        read(try group.attributes)
        return 0
      }
    case .dataset(let dataset):
      note { () throws(HDF5Error) in
        read(try dataset.attributes)
        return 0
      }
      switch dataset.datatype.kind {
      case .string, .variableString:
        note { () throws(HDF5Error) in try dataset.strings().reduce(0) { $0 + $1.utf8.count + 16 } }
      case .integer: note { () throws(HDF5Error) in try dataset.int64Values().count * 8 }
      default: note { () throws(HDF5Error) in try dataset.float32Values().count * 4 }
      }
    case .refused(let error): firstError = firstError ?? error
    case .datatype, .repeated: break
    }
  }
  if let firstError { throw firstError }
  return largest
}
