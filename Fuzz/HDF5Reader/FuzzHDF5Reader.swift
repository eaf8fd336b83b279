import SwiftletHDF5Reader

/// libFuzzer's way to run a target from a program's own `main`.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ argumentCount: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Opens whatever bytes come, and reads all that they hold. What may happen is an error or values no larger
/// than the file accounts for; anything else is a bug.
@main
enum FuzzHDF5Reader {
  static func main() {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    _ = runDriver(&count, &arguments) { bytes, count in
      FuzzHDF5Reader.read(UnsafeRawBufferPointer(start: bytes, count: count))
      return 0
    }
  }

  static func read(_ bytes: UnsafeRawBufferPointer) {
    do throws(HDF5Error) {
      let file = try HDF5File(ByteSource(borrowing: bytes))
      // Small files can list many objects: bound what is read, not what is listed.
      var left = 64 << 20
      for entry in try file.listing() where left > 0 {
        switch entry.content {
        case .group(let group): left -= read(try? group.attributes)
        case .dataset(let dataset):
          left -= read(try? dataset.attributes)
          let values = try? dataset.float32Values()
          let integers = try? dataset.int64Values()
          let texts = try? dataset.strings()
          let read = (values?.count ?? 0) * 4 + (integers?.count ?? 0) * 8 + size(texts ?? [])
          precondition(read <= 64 * bytes.count + (16 << 20), "reading makes too much of a small file")
          left -= read
        case .refused(let error): precondition(!error.description.isEmpty)
        case .datatype, .repeated: break
        }
      }
    } catch {
      precondition(!error.description.isEmpty)
    }
  }

  private static func read(_ attributes: [HDF5Attribute]?) -> Int {
    var read = 0
    for attribute in attributes ?? [] {
      read += size((try? attribute.strings) ?? []) + ((try? attribute.doubles)?.count ?? 0) * 8
    }
    return read
  }

  private static func size(_ texts: [String]) -> Int { texts.reduce(0) { $0 + $1.utf8.count + 16 } }
}
