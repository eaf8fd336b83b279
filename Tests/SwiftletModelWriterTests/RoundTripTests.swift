import FixtureFiles
import Foundation
import Swiftlet
import SwiftletHDF5Reader
import SwiftletModelWriter
import Testing

@Test("Metadata are read back as they were written, with a digest for every weight")
func metadataRoundTrip() throws {
  let found = try SmallModel.withFile { try ModelMetadata.read(from: HDF5File(path: $0)) }
  let read = try #require(found)
  var expected = SmallModel.metadata
  // Python: hashlib.sha256(numpy.array([...], '<f4').tobytes()), and of the configuration's UTF-8.
  expected.weightDigests = [
    ("hidden/hidden/kernel", "fb31e0581803aa65e10b46b055d1dbccff1df498507e5f93bc19ed54f201ecf6"),
    ("hidden/hidden/bias", "656ac601910fc5c17b93abef5033af235837baad437145f38044ccd3bc545c06"),
    ("logits/logits/kernel", "bef5304ccea73cd90c85a8f39a1a9756ad2245a4648e2c9bee70b306bbfab37b"),
    ("logits/logits/bias", "88180ea76f9354a14af13a61ca397023635071d55c3fa953875ba4af290043da"),
  ].compactMap { path, text in
    SHA256.Digest(hexadecimal: text).map { ModelMetadata.WeightDigest(path: path, digest: $0) }
  }
  expected.configurationDigest = SHA256.Digest(
    hexadecimal: "17d7c0a3514dde27f00b51745402883ab6816b8399bdf65dc765436480659611")
  #expect(read == expected)
}

@Test("A file that says nothing of itself gives empty metadata")
func emptyMetadata() throws {
  var contents = SmallModel.contents
  contents.metadata = ModelMetadata()
  contents.layers = []
  let found = try SmallModel.withFile(contents) { try ModelMetadata.read(from: HDF5File(path: $0)) }
  let read = try #require(found)
  #expect(read.classLabels == [])
  #expect(read.provenance == ModelMetadata.Provenance())
  #expect(read.history == [])
  #expect(read.weightDigests == [])
  #expect(read.goldenSample == nil)
  #expect(read.configurationDigest != nil)
}

@Test("Ten thousand class labels, several inputs of both types and a large seed survive")
func wideMetadata() throws {
  var contents = SmallModel.contents
  contents.metadata.classLabels = (0..<10_000).map { "label \($0)" }
  contents.metadata.provenance.seed = 1 << 63
  contents.metadata.goldenSample = GoldenSample(
    inputs: [
      .init(shape: [1, 3], values: .int32([.min, 0, .max])), .init(shape: [1], [.nan]),
      .init(shape: [1, 0], []),
    ],
    outputs: [.init(shape: [1, 1, 1], [-0.0]), .init(shape: [1, 2], [.infinity, 1])])
  let found = try SmallModel.withFile(contents) { try ModelMetadata.read(from: HDF5File(path: $0)) }
  let read = try #require(found)
  #expect(read.classLabels == contents.metadata.classLabels)
  #expect(read.provenance.seed == 1 << 63)
  let sample = try #require(read.goldenSample)
  #expect(sample.outputs == contents.metadata.goldenSample?.outputs)
  #expect(sample.inputs[0] == contents.metadata.goldenSample?.inputs[0])
  #expect(sample.inputs[1].shape == [1])
  #expect(sample.inputs[2] == contents.metadata.goldenSample?.inputs[2])
}

@Test("metadata.absent: a file that Keras wrote has no metadata, and is taken")
func kerasFile() throws {
  #expect(try ModelMetadata.read(from: HDF5File(path: fixturePath("keras/dense.h5"))) == nil)
}

@Test("What Keras wrote, written again, has all of Keras's groups, datasets, attributes and values")
func sameLayoutAsKeras() throws {
  let keras = try HDF5File(path: fixturePath("keras/dense_stack.h5"))
  let weights = try keras.root.group("model_weights")
  var layers: [ModelFileContents.Layer] = []
  for layer in try weights.attribute("layer_names")?.strings ?? [] {
    let group = try weights.group(layer)
    var all: [ModelFileContents.Weight] = []
    for name in try group.attribute("weight_names")?.strings ?? [] {
      let dataset = try group.dataset(name)
      let last = try #require(name.split(separator: "/").last)
      all.append(
        .init(name: String(last), shape: dataset.shape, values: try dataset.float32Values()))
    }
    layers.append(.init(name: layer, weights: all))
  }
  #expect(layers.contains { !$0.weights.isEmpty })
  let contents = ModelFileContents(
    configurationJSON: try #require(try keras.root.attribute("model_config")).string,
    trainingConfigurationJSON: try keras.root.attribute("training_config")?.string, layers: layers)
  let (ours, report) = try SmallModel.withFile(contents) { path in
    let file = try HDF5File(path: path)
    let report = try ModelMetadata.read(from: file)?.checkDigests(in: file)
    return (try summary(of: file, leavingOut: "swiftlet"), report)
  }
  #expect(ours == (try summary(of: keras, leavingOut: "optimizer_weights")))
  #expect(report?.isSound == true)
  #expect(report?.soundCount == layers.reduce(0) { $0 + $1.weights.count })
}

/// Every object with its attributes, types, shapes and values as text, but for what names the writer, and for
/// the name of a Sequential, which Keras puts before the paths of its weights and never looks at.
private func summary(of file: HDF5File, leavingOut group: String) throws -> [String] {
  var lines: [String] = []
  for entry in try file.listing() where entry.path != group && !entry.path.hasPrefix(group + "/") {
    let attributes: [HDF5Attribute]
    switch entry.content {
    case .group(let group):
      lines.append(entry.path + ": group")
      attributes = try group.attributes
    case .dataset(let dataset):
      let values = try dataset.float32Values()
      lines.append("\(entry.path): \(dataset.datatype.description) \(dataset.shape) \(values)")
      attributes = try dataset.attributes
    default:
      lines.append("\(entry.path): \(entry.content)")
      attributes = []
    }
    for attribute in attributes {
      let isOfWriter = ["backend", "keras_version"].contains(attribute.name)
      let value = isOfWriter ? [] : try attribute.strings
      lines.append(
        "\(entry.path)@\(attribute.name): \(attribute.datatype.description) \(attribute.shape) \(value)")
    }
  }
  return lines.filter { !$0.hasSuffix("/sequential: group") }
    .map { $0.replacingOccurrences(of: "sequential/", with: "") }
}
