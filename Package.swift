// swift-tools-version: 6.2
import PackageDescription

/// The lean storey: what an embedding program links. Nothing here imports Foundation, libhdf5 or a
/// package, and all of it also builds as Embedded Swift (`make embedded`).
let lean: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
]

/// The workshop above it: training, importing, the commands.
let workshop: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// Kernels are written so that every instruction set gives the same bits; contraction of `a * b + c`
/// by the compiler would break that, so it is off, and every fused multiply-add is spelled out.
let c: [CSetting] = [
  .define("_GNU_SOURCE", .when(platforms: [.linux])), .treatAllWarnings(as: .error),
]

var targets: [Target] = [
  // Lean, bottom up.
  .target(name: "SwiftletKernels", cSettings: c, linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
  .target(name: "SwiftletSystem", cSettings: c, linkerSettings: [.linkedLibrary("z")]),
  .target(name: "SwiftletHDF5Reader", dependencies: ["SwiftletSystem"], swiftSettings: lean),
  .target(name: "SwiftletNumPy", dependencies: ["SwiftletSystem"], swiftSettings: lean),
  .target(name: "SwiftletGraph", dependencies: ["SwiftletSystem"], swiftSettings: lean),
  .target(
    name: "Swiftlet",
    dependencies: ["SwiftletGraph", "SwiftletHDF5Reader", "SwiftletKernels", "SwiftletSystem"],
    swiftSettings: lean),
  .systemLibrary(name: "CSwiftletHeader", path: "Sources/CSwiftlet/include"),
  .target(
    name: "CSwiftlet",
    dependencies: ["CSwiftletHeader", "Swiftlet", "SwiftletGraph", "SwiftletHDF5Reader", "SwiftletSystem"],
    exclude: ["include"], swiftSettings: lean),
  .target(name: "SwiftletReports", dependencies: ["Swiftlet", "SwiftletGraph"], swiftSettings: lean),
  .executableTarget(
    name: "SwiftletRunCommand",
    dependencies: ["Swiftlet", "SwiftletGraph", "SwiftletNumPy", "SwiftletReports", "SwiftletSystem"],
    swiftSettings: lean),

  // The workshop.
  .systemLibrary(
    name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
  .target(name: "SwiftletHDF5Writer", dependencies: ["CHDF5"], swiftSettings: workshop),
  .target(
    name: "SwiftletModelWriter", dependencies: ["Swiftlet", "SwiftletHDF5Writer"], swiftSettings: workshop),
  .target(name: "SwiftletTrainingKernels", cSettings: c),
  .target(
    name: "SwiftletTraining",
    dependencies: [
      "SwiftletGraph", "Swiftlet", "SwiftletHDF5Reader", "SwiftletHDF5Writer", "SwiftletModelWriter",
      "SwiftletKernels", "SwiftletTrainingKernels", "SwiftletNumPy", "SwiftletSystem",
    ],
    swiftSettings: workshop),
  .target(
    name: "SwiftletPretrained",
    dependencies: [
      "SwiftletGraph", "Swiftlet", "SwiftletHDF5Reader", "SwiftletHDF5Writer", "SwiftletNumPy", "SwiftletSystem",
    ],
    swiftSettings: workshop),
  .executableTarget(
    name: "SwiftletCommand",
    dependencies: [
      "Swiftlet", "SwiftletGraph", "SwiftletTraining", "SwiftletPretrained", "SwiftletHDF5Reader",
      "SwiftletHDF5Writer", "SwiftletModelWriter", "SwiftletNumPy", "SwiftletReports", "SwiftletSystem",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: workshop),

  // Tests, a folder a module.
  .target(name: "FixtureFiles", path: "Tests/FixtureFiles", swiftSettings: workshop),
  .testTarget(name: "SwiftletSystemTests", dependencies: ["SwiftletSystem", "FixtureFiles"], swiftSettings: workshop),
  .testTarget(name: "SwiftletKernelsTests", dependencies: ["SwiftletKernels", "FixtureFiles"], swiftSettings: workshop),
  .testTarget(name: "SwiftletHDF5ReaderTests", dependencies: ["SwiftletHDF5Reader", "FixtureFiles"], swiftSettings: workshop),
  .testTarget(name: "SwiftletNumPyTests", dependencies: ["SwiftletNumPy", "FixtureFiles"], swiftSettings: workshop),
  .testTarget(name: "SwiftletGraphTests", dependencies: ["SwiftletGraph", "FixtureFiles"], swiftSettings: workshop),
  .target(name: "AllocationCounter", path: "Tests/AllocationCounter", cSettings: c),
  .target(name: "Terminal", path: "Tests/Terminal", cSettings: c),
  .testTarget(
    name: "SwiftletTests",
    dependencies: ["Swiftlet", "SwiftletGraph", "SwiftletNumPy", "AllocationCounter", "FixtureFiles"],
    swiftSettings: workshop),
  .testTarget(
    name: "CSwiftletTests",
    dependencies: [
      "CSwiftlet", "CSwiftletHeader", "Swiftlet", "SwiftletModelWriter", "SwiftletNumPy", "SwiftletSystem",
      "FixtureFiles",
    ],
    exclude: ["uses_header.c.txt"],
    swiftSettings: workshop),
  .testTarget(name: "SwiftletHDF5WriterTests", dependencies: ["SwiftletHDF5Writer", "SwiftletHDF5Reader", "FixtureFiles"], swiftSettings: workshop),
  .testTarget(name: "SwiftletModelWriterTests", dependencies: ["SwiftletModelWriter", "Swiftlet", "SwiftletHDF5Reader", "SwiftletHDF5Writer", "FixtureFiles"], swiftSettings: workshop),
  .testTarget(
    name: "SwiftletTrainingTests",
    dependencies: [
      "SwiftletTraining", "Swiftlet", "SwiftletGraph", "SwiftletHDF5Reader", "SwiftletNumPy", "FixtureFiles",
    ],
    swiftSettings: workshop),
  .testTarget(
    name: "SwiftletPretrainedTests",
    dependencies: ["SwiftletPretrained", "SwiftletGraph", "SwiftletNumPy", "FixtureFiles"],
    swiftSettings: workshop),
  .testTarget(
    name: "SwiftletCommandTests",
    dependencies: [
      "SwiftletCommand", "SwiftletRunCommand", "SwiftletGraph", "SwiftletNumPy", "Terminal", "FixtureFiles",
    ],
    swiftSettings: workshop),
]

// Fuzz targets link libFuzzer's driver, so they build only when asked for (`make fuzz`).
if Context.environment["SWIFTLET_FUZZ"] != nil {
  targets += [
    .executableTarget(
      name: "FuzzHDF5Reader", dependencies: ["SwiftletHDF5Reader"], path: "Fuzz/HDF5Reader", swiftSettings: workshop),
    .executableTarget(
      name: "FuzzModelConfig", dependencies: ["SwiftletGraph"], path: "Fuzz/ModelConfig", swiftSettings: workshop),
    .executableTarget(
      name: "FuzzModel", dependencies: ["Swiftlet", "SwiftletGraph"], path: "Fuzz/Model", swiftSettings: workshop),
  ]
}

let package = Package(
  name: "swiftlet",
  products: [
    .library(name: "Swiftlet", targets: ["Swiftlet"]),
    .library(name: "CSwiftlet", targets: ["CSwiftlet"]),
    .library(name: "SwiftletTraining", targets: ["SwiftletTraining", "SwiftletGraph"]),
    .library(name: "SwiftletPretrained", targets: ["SwiftletPretrained"]),
    .executable(name: "swiftlet", targets: ["SwiftletCommand"]),
    .executable(name: "swiftlet-run", targets: ["SwiftletRunCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: targets,
  cLanguageStandard: .gnu17
)
