import FixtureFiles
import Foundation
import SwiftletHDF5Reader
import Testing

@Suite("Fuzzing")
struct FuzzTests {
  @Test("every input that a fuzzer ever found is an error or a load")
  func keptInputs() throws {
    let folder = fixturePath("fuzz/hdf5-reader")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let bytes = try fixtureBytes("fuzz/hdf5-reader/\(name)")
      var largest = 0
      do throws(HDF5Error) {
        largest = try readEverything(ByteSource(bytes: bytes))
      } catch {
        #expect(!error.description.isEmpty)
      }
      #expect(largest <= 64 * bytes.count + (16 << 20), "\(name)")
    }
  }
}
