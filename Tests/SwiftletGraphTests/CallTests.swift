import SwiftletGraph
import Testing

/// Two inputs of 3 and 5 steps of 4, and this layer and call of it, in Keras 3's spelling; the tensors `A` and `B`
/// stand for them.
private func called(
  _ className: String, _ options: String = "", args: String, kwargs: String = "",
  shapeOfB: String = "[null, 5, 4]"
) -> String {
  func tensor(_ name: String) -> String {
    #"{"class_name": "__keras_tensor__", "config": {"shape": [null], "keras_history": ["\#(name)", 0, 0]}}"#
  }
  let call =
    #"{"args": [\#(args)], "kwargs": {\#(kwargs)}}"#
    .replacing("A", with: tensor("a")).replacing("B", with: tensor("b"))
  return """
    {"class_name": "Functional", "config": {"name": "f", "layers": [
      {"class_name": "InputLayer", "name": "a", "inbound_nodes": [],
       "config": {"batch_shape": [null, 3, 4], "dtype": "float32", "name": "a"}},
      {"class_name": "InputLayer", "name": "b", "inbound_nodes": [],
       "config": {"batch_shape": \(shapeOfB), "dtype": "float32", "name": "b"}},
      {"class_name": "\(className)", "name": "it", "inbound_nodes": [\(call)],
       "config": {"name": "it"\(options.isEmpty ? "" : ", ")\(options)}}],
      "input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": [["it", 0, 0]]}}
    """
}

@Suite("Calls of layers")
struct CallTests {
  static let heads = #""num_heads": 2, "key_dim": 2"#

  @Test(
    "attention takes its tensors by place and by name",
    arguments: [
      ("A, B", "", [0, 1]), ("B, A, A", "", [1, 0, 0]), ("A, B, null", "", [0, 1]),
      ("A", #""value": B"#, [0, 1]), ("A, B", #""key": B, "query_mask": null"#, [0, 1, 1]),
      ("", #""key": B, "value": B, "query": A"#, [0, 1, 1]),
    ])
  func tensors(args: String, kwargs: String, expected: [Int]) throws {
    let text = called("MultiHeadAttention", CallTests.heads, args: args, kwargs: kwargs)
    let network = try Network.decode(modelConfiguration: text, kerasVersion: "3.15.1")
    let call = try #require(network.nodes.last)
    #expect(call.inputs.map { $0.node } == expected)
    #expect(call.outputs.map { $0.shape } == [Shape([expected[0] == 0 ? 3 : 5, 4])])
  }

  @Test(
    "Keras 2 has the first tensor in the list and the others in the object behind it",
    arguments: [
      (#"[["a", 0, 0, {"value": ["b", 0, 0]}]]"#, [0, 1], false),
      (
        #"[["a", 0, 0, {"value": ["b", 0, 0], "key": ["b", 0, 0], "use_causal_mask": true}]]"#, [0, 1, 1],
        true
      ),
      (#"["a", 0, 0, {"value": ["a", 0, 0], "return_attention_scores": false}]"#, [0, 0], false),
    ])
  func keras2(call: String, expected: [Int], isCausal: Bool) throws {
    let text = """
      {"class_name": "Functional", "keras_version": "2.13.1", "config": {"name": "f", "layers": [
        {"class_name": "InputLayer", "name": "a", "inbound_nodes": [],
         "config": {"batch_input_shape": [null, 3, 4], "dtype": "float32", "name": "a"}},
        {"class_name": "InputLayer", "name": "b", "inbound_nodes": [],
         "config": {"batch_input_shape": [null, 5, 4], "dtype": "float32", "name": "b"}},
        {"class_name": "MultiHeadAttention", "name": "it", "inbound_nodes": [\(call)],
         "config": {"name": "it", \(CallTests.heads)}}],
        "input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": [["it", 0, 0]]}}
      """
    let network = try Network.decode(modelConfiguration: text, kerasVersion: nil)
    #expect(network.nodes.last?.inputs.map { $0.node } == expected)
    #expect((network.layers[2].layer as? MultiHeadAttention)?.isCausal == isCausal)
  }

  @Test("a causal mask is an option of the call, and is written again", arguments: [true, false])
  func causal(isCausal: Bool) throws {
    let text = called(
      "MultiHeadAttention", CallTests.heads, args: "A, A", kwargs: #""use_causal_mask": \#(isCausal)"#)
    var network = try Network.decode(modelConfiguration: text, kerasVersion: "3.15.1")
    for _ in 0..<2 {
      #expect((network.layers[2].layer as? MultiHeadAttention)?.isCausal == isCausal)
      let again = network.encodeModelConfiguration()
      network = try Network.decode(modelConfiguration: again, kerasVersion: "3.15.1")
    }
  }

  @Test(
    "what would change a call is refused by name",
    arguments: [
      ("MultiHeadAttention", heads, "A, B", #""attention_mask": B"#, "attention_mask"),
      ("MultiHeadAttention", heads, "A, B", #""return_attention_scores": true"#, "return_attention_scores"),
      ("MultiHeadAttention", heads, "A, B, B, B", "", "argument 3"),
      ("MultiHeadAttention", heads, "[A, B], B", "", "argument 0"),
      ("MultiHeadAttention", heads, "A, B", #""training": true"#, "training"),
      ("LSTM", #""units": 2"#, "A", #""mask": B"#, "mask"),
      ("LSTM", #""units": 2"#, "A", #""initial_state": [B, B]"#, "initial_state"),
      ("BatchNormalization", "", "A", #""training": true"#, "training"),
      ("BatchNormalization", #""axis": 1"#, "A", "", "axis 1"),
      ("LayerNormalization", #""axis": -2"#, "A", "", "axis -2"),
      ("Conv1D", #""filters": 2, "kernel_size": 2"#, "A", #""use_causal_mask": true"#, "use_causal_mask"),
    ])
  func refused(className: String, options: String, args: String, kwargs: String, found: String) {
    let error = decodingError(called(className, options, args: args, kwargs: kwargs), kerasVersion: "3.15.1")
    guard case .unsupported(let what, "layer 'it'", _)? = error else {
      Issue.record("\(className) gave \(error?.description ?? "a network")")
      return
    }
    #expect(what.contains(found), "\(what)")
  }

  @Test("tensors that are given twice or not at all are malformed or do not fit")
  func wrongTensors() {
    for (args, kwargs) in [("A, B", #""value": B"#), ("A", #""key": B"#)] {
      let error = decodingError(
        called("MultiHeadAttention", CallTests.heads, args: args, kwargs: kwargs), kerasVersion: "3.15.1")
      guard case .malformed? = error else {
        Issue.record("\(error?.description ?? "a network")")
        continue
      }
    }
    let error = decodingError(
      called("MultiHeadAttention", CallTests.heads, args: "A"), kerasVersion: "3.15.1")
    #expect(error?.description.contains("got 1 inputs") == true)
  }

  @Test("a sum of shapes that Keras would broadcast is unsupported, and of others a shape error")
  func sums() {
    let broadcast = decodingError(
      called("Add", args: "[A, B]", shapeOfB: "[null, 1, 4]"), kerasVersion: "3.15.1")
    #expect(broadcast?.description.contains("broadcasting of (None, 3, 4) and (None, 1, 4)") == true)
    let unequal = decodingError(called("Add", args: "[A, B]"), kerasVersion: "3.15.1")
    #expect(unequal?.description.contains("cannot be added") == true)
    #expect(decodingError(called("Add", args: "[A, A, A]"), kerasVersion: "3.15.1") == nil)
  }
}
