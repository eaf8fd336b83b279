import FixtureFiles
import Foundation
import SwiftletNumPy
import Testing

@Suite("The lean storey")
struct LeanStoreyTests {
  static let modules = [
    "SwiftletHDF5Reader", "SwiftletNumPy", "SwiftletGraph", "Swiftlet", "CSwiftlet", "SwiftletReports",
    "SwiftletRunCommand",
  ]
  static let allowed: Set<String> = Set(modules).union([
    "SwiftletKernels", "SwiftletSystem", "CSwiftletHeader", "Synchronization",
  ])

  @Test(
    "No module of it imports Foundation, libhdf5, a package or anything of the workshop", arguments: modules)
  func imports(module: String) throws {
    let sources = URL(fileURLWithPath: fixturePath("../Sources/\(module)"))
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var count = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      count += 1
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place <= 1, words.count > place + 1 else {
          continue
        }
        #expect(Self.allowed.contains(String(words[place + 1])), "\(file.lastPathComponent): \(line)")
      }
    }
    #expect(count > 0)
  }

  #if os(Linux)
    @Test("The lean command links no Foundation and no libhdf5")
    func links() throws {
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/ldd")
      process.arguments = [Command.products.appendingPathComponent("swiftlet-run").path]
      process.standardOutput = pipe
      try process.run()
      let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(text.contains("libc.so"))
      for library in ["Foundation", "hdf5", "curl", "icu"] { #expect(!text.contains(library), "\(text)") }
    }
  #endif

  @Test("swiftlet-run predicts what Keras predicts, in any batch, on any threads, with the same bits")
  func predicts() throws {
    let folder = try Folder()
    let name = "keras/dense_softmax"
    var files: [[UInt8]] = []
    for (index, options) in [[], ["--batch", "1"], ["--batch", "2", "--threads", "2"]].enumerated() {
      let run = try Command(
        "swiftlet-run",
        [
          "predict", fixturePath("\(name).h5"), "--input", fixturePath("\(name).input_0.npy"), "--output",
          "o\(index)",
        ]
          + options, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      files.append(
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/o\(index)/output_0.npy"))))
    }
    #expect(files[0] == files[1] && files[0] == files[2])
    let expected = try NumPyArray(contentsOf: fixturePath("\(name).output_0.npy"))
    let found = try NumPyArray(npy: files[0])
    #expect(found.shape == expected.shape)
    for (a, b) in zip(found.float32Values(), expected.float32Values()) { #expect(abs(a - b) <= 1e-5) }
  }

  @Test("swiftlet-run says what is wrong in one line, with the status for it")
  func refuses() throws {
    let folder = try Folder()
    let model = fixturePath("keras/dense.h5")
    let input = fixturePath("keras/dense.input_0.npy")
    let cases: [([String], Int32, String)] = [
      ([], 64, "predict, inspect, verify or bench"),
      (["inspect", "nowhere.h5"], 66, "nowhere.h5"),
      (["inspect", fixturePath("keras/damaged_text.h5")], 65, "not an HDF5 file"),
      (["inspect", fixturePath("keras/refuse_lambda.h5")], 65, "Lambda"),
      (["predict", model, "--input", "nowhere.npy", "--output", "o"], 66, "nowhere.npy"),
      (["predict", model, "--input", model, "--output", "o"], 65, "dense.h5"),
      (["predict", model, "--input", input], 64, "--output"),
      (["predict", model, "--input", input, "--output", "missing/o"], 73, "missing/o"),
      (["predict", model, "--input", input, "--output", "o", "--batch", "0"], 64, "--batch"),
      (["predict", model, "--input", fixturePath("digits/images.npy"), "--output", "o"], 65, "images.npy"),
    ]
    for (arguments, status, text) in cases {
      let run = try Command("swiftlet-run", arguments, in: folder)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      #expect(run.output == "")
      #expect(run.errors.hasPrefix("swiftlet-run: ") && run.errors.contains(text), "\(run.errors)")
      #expect(run.errors.filter { $0 == "\n" }.count == 1, "\(run.errors)")
    }
  }
}
