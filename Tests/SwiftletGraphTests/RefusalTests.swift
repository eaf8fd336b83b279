import SwiftletGraph
import Testing

/// A Sequential of one input of shape (4) and this layer, in Keras 3's spelling.
private func sequential(_ className: String, _ options: String, shape: String = "[null, 4]") -> String {
  """
  {"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "InputLayer", "config": {"batch_shape": \(shape), "dtype": "float32", "name": "in"}},
    {"class_name": "\(className)", "config": {"name": "it"\(options.isEmpty ? "" : ", ")\(options)}}]}}
  """
}

/// A Functional model in Keras 2's spelling.
private func functional(
  _ layers: String, inputs: String = "[[\"in\", 0, 0]]", outputs: String = "[[\"it\", 0, 0]]"
) -> String {
  """
  {"class_name": "Functional", "config": {"name": "f", "layers": [
    {"class_name": "InputLayer", "name": "in", "inbound_nodes": [],
     "config": {"batch_input_shape": [null, 4], "dtype": "float32", "name": "in"}},
    \(layers)], "input_layers": \(inputs), "output_layers": \(outputs)}}
  """
}

private func dense(_ name: String, _ nodes: String) -> String {
  """
  {"class_name": "Dense", "name": "\(name)", "config": {"name": "\(name)", "units": 4}, "inbound_nodes": \(nodes)}
  """
}

@Suite("What is refused")
struct RefusalTests {
  @Test(
    "a layer or option with no meaning here is unsupported, and the message names the layer and what was found",
    arguments: [
      ("Conv2DTranspose", "", "Conv2DTranspose"),
      ("Lambda", #""function": "4wEAAAAA""#, "Lambda"),
      ("Sequential", #""layers": []"#, "Sequential"),
      ("Custom>Dense", #""units": 2"#, "Custom>Dense"),
      ("Dense", #""units": 2, "activation": "mish""#, "mish"),
      ("Dense", #""units": 2, "activation": "my_function""#, "my_function"),
      ("Dense", #""units": 2, "activation": "Custom>heaviside""#, "Custom>heaviside"),
      (
        "Dense", #""units": 2, "activation": {"class_name": "__lambda__", "config": {"code": "x"}}"#,
        "__lambda__"
      ),
      ("Dense", #""units": 2, "activation": {"class_name": "Dense", "config": {"units": 2}}"#, "Dense"),
      ("Dense", #""units": 2, "quantization_config": {"class_name": "Int8"}"#, "quantization_config"),
      ("Dense", #""units": 2, "lora_rank": 4"#, "lora_rank"),
      ("Dense", #""units": 2, "dtype": "int8""#, "int8"),
      ("Dense", #""units": 2, "dtype": {"class_name": "QuantizedDTypePolicy", "config": {}}"#, "Quantized"),
      ("Flatten", #""data_format": "channels_middle""#, "channels_middle"),
      ("Rescaling", #""scale": [[1, 2], [3, 4]]"#, "scale"),
      ("Activation", #""activation": "relu", "gain": 2"#, "gain"),
      ("Conv1D", #""filters": 2, "kernel_size": 3, "data_format": "channels_first""#, "channels_first"),
      ("Conv1D", #""filters": 2, "kernel_size": 3, "padding": "full""#, "full"),
      ("Conv2D", #""filters": 2, "kernel_size": 3, "groups": 2"#, "groups"),
      ("Conv2D", #""filters": 2, "kernel_size": 3, "padding": "causal""#, "causal"),
      ("Conv2D", #""filters": 2, "kernel_size": 3, "dim_ordering": "th""#, "th"),
      ("Conv2D", #""filters": 2, "kernel_size": 3, "strides": 2, "dilation_rate": 2"#, "dilation_rate"),
      ("DepthwiseConv2D", #""kernel_size": 3, "data_format": "channels_first""#, "channels_first"),
      ("DepthwiseConv1D", #""kernel_size": 3, "groups": 3"#, "groups"),
      ("MaxPooling2D", #""data_format": "channels_first""#, "channels_first"),
      ("AveragePooling1D", #""dilation_rate": 2"#, "dilation_rate"),
      ("GlobalMaxPooling2D", #""data_format": "channels_first""#, "channels_first"),
      ("ZeroPadding2D", #""data_format": "channels_first""#, "channels_first"),
      ("BatchNormalization", #""renorm": true"#, "renorm"),
      ("BatchNormalization", #""mode": 2"#, "mode"),
      ("LayerNormalization", #""rms_scaling": true"#, "rms_scaling"),
      ("LayerNormalization", #""axis": [1, 2]"#, "axis"),
      ("LSTM", #""units": 2, "return_state": true"#, "return_state"),
      ("LSTM", #""units": 2, "stateful": true"#, "stateful"),
      ("LSTM", #""units": 2, "time_major": true"#, "time_major"),
      ("LSTM", #""units": 2, "activation": "softmax""#, "softmax"),
      ("LSTM", #""output_dim": 2"#, "output_dim"),
      ("MultiHeadAttention", #""num_heads": 2, "key_dim": 2, "use_gate": true"#, "use_gate"),
      ("MultiHeadAttention", #""num_heads": 2, "key_dim": 2, "sliding_window": 4"#, "sliding_window"),
      ("MultiHeadAttention", #""num_heads": 2, "key_dim": 2, "attention_axes": [1, 2]"#, "attention_axes"),
      ("MultiHeadAttention", #""num_heads": 2, "key_dim": 2, "output_shape": [2, 3]"#, "output_shape"),
    ])
  func unsupported(className: String, options: String, found: String) {
    let error = decodingError(sequential(className, options))
    guard case .unsupported(let what, let place, let supported)? = error else {
      Issue.record("\(className) {\(options)} gave \(error?.description ?? "a network")")
      return
    }
    #expect(place == "layer 'it'")
    #expect(what.contains(found))
    #expect(!supported.isEmpty)
  }

  @Test(
    "an option that breaks its own rule is malformed, and the message names the layer and the option",
    arguments: [
      ("Dense", "", "units"),
      ("Dense", #""units": "many""#, "units"),
      ("Dense", #""units": 0"#, "units"),
      ("Dense", #""units": 2.5"#, "units"),
      ("Dense", #""units": 2, "use_bias": "no""#, "use_bias"),
      ("Dense", #""units": 2, "activation": 3"#, "activation"),
      ("Dense", #""units": 2, "trainable": "yes""#, "trainable"),
      ("Dropout", #""rate": 2"#, "rate"),
      ("Dropout", #""rate": NaN"#, "rate"),
      ("ReLU", #""max_value": -1"#, "max_value"),
      ("Softmax", #""axis": "last""#, "axis"),
      ("Reshape", "", "target_shape"),
      ("Reshape", #""target_shape": [-1, -1]"#, "target_shape"),
      ("Reshape", #""target_shape": [-2]"#, "target_shape"),
      ("Reshape", #""target_shape": "all""#, "target_shape"),
      ("Rescaling", "", "scale"),
      ("Rescaling", #""scale": [1, [2]]"#, "scale"),
      ("Normalization", #""mean": 1"#, "variance"),
      ("Normalization", #""mean": [1, 2], "variance": [1]"#, "variance"),
      ("Conv1D", #""kernel_size": 3"#, "filters"),
      ("Conv1D", #""filters": 2"#, "kernel_size"),
      ("Conv2D", #""filters": 0, "kernel_size": 3"#, "filters"),
      ("Conv2D", #""filters": 2, "kernel_size": [3, 3, 3]"#, "kernel_size"),
      ("Conv2D", #""filters": 2, "kernel_size": [3, 0]"#, "size [3, 0]"),
      ("Conv2D", #""filters": 2, "kernel_size": 3, "strides": -1"#, "strides"),
      ("Conv2D", #""filters": 2, "kernel_size": 4611686018427387904, "dilation_rate": 4"#, "dilation"),
      ("DepthwiseConv2D", #""kernel_size": 3, "depth_multiplier": 0"#, "depth_multiplier"),
      ("MaxPooling2D", #""pool_size": "all""#, "pool_size"),
      ("ZeroPadding1D", #""padding": [1, 2, 3]"#, "padding"),
      ("ZeroPadding2D", #""padding": [[1, 2], [-1, 0]]"#, "padding"),
      ("ZeroPadding2D", #""padding": [1, 2, 3, 4]"#, "padding"),
      ("BatchNormalization", #""epsilon": -1"#, "epsilon"),
      ("LSTM", #""units": 0"#, "units"),
      ("MultiHeadAttention", #""num_heads": 0, "key_dim": 2"#, "num_heads"),
    ])
  func malformedOption(className: String, options: String, found: String) {
    let error = decodingError(sequential(className, options))
    guard case .malformed(let what, let place)? = error else {
      Issue.record("\(className) {\(options)} gave \(error?.description ?? "a network")")
      return
    }
    #expect(place == "layer 'it'")
    #expect(what.contains(found))
  }

  @Test(
    "a layer that does not fit its input is a shape error that names it",
    arguments: [
      ("Dense", #""units": 2"#, "[null, null]"),
      ("Dense", #""units": 2"#, "[null]"),
      ("Dense", #""units": 4611686018427387904"#, "[null, 4]"),
      ("Dense", #""units": 144115188075855871"#, "[null, 4]"),
      ("Activation", #""activation": "softmax""#, "[null]"),
      ("Softmax", #""axis": 0"#, "[null, 4]"),
      ("Softmax", #""axis": -2"#, "[null, 4]"),
      ("Softmax", #""axis": [1, -1]"#, "[null, 4]"),
      ("Softmax", #""axis": []"#, "[null, 4]"),
      ("Reshape", #""target_shape": [3]"#, "[null, 4]"),
      ("Reshape", #""target_shape": [3, -1]"#, "[null, 4]"),
      ("Reshape", #""target_shape": [0, -1]"#, "[null, 0]"),
      ("Reshape", #""target_shape": [4611686018427387904, 4]"#, "[null, 4]"),
      ("Rescaling", #""scale": [1, 2, 3]"#, "[null, 4]"),
      ("Normalization", #""axis": 0"#, "[null, 4]"),
      ("Normalization", #""axis": [1, 1]"#, "[null, 4]"),
      ("Normalization", #""axis": 5"#, "[null, 4]"),
      ("Normalization", "", "[null, null]"),
      ("Normalization", #""mean": [1, 2], "variance": [1, 2]"#, "[null, 4]"),
      ("Conv1D", #""filters": 2, "kernel_size": 3"#, "[null, 4]"),
      ("Conv1D", #""filters": 2, "kernel_size": 3"#, "[null, 2, 4]"),
      ("Conv1D", #""filters": 2, "kernel_size": 3, "dilation_rate": 2"#, "[null, 4, 4]"),
      ("Conv1D", #""filters": 2, "kernel_size": 3"#, "[null, 8, null]"),
      ("Conv1D", #""filters": 2, "kernel_size": 3, "padding": "same""#, "[null, 0, 4]"),
      ("Conv2D", #""filters": 4611686018427387904, "kernel_size": 3"#, "[null, 4, 4, 4]"),
      ("Conv2D", #""filters": 2, "kernel_size": 3"#, "[null, 4, 4]"),
      ("DepthwiseConv2D", #""kernel_size": 3, "depth_multiplier": 4611686018427387904"#, "[null, 4, 4, 4]"),
      ("MaxPooling1D", "", "[null, 1, 4]"),
      ("GlobalAveragePooling1D", "", "[null, 4]"),
      ("GlobalAveragePooling2D", "", "[null, 0, 4, 4]"),
      ("ZeroPadding1D", #""padding": [36028797018963967, 1]"#, "[null, 4, 4]"),
      ("BatchNormalization", "", "[null, null]"),
      ("BatchNormalization", #""axis": 0"#, "[null, 4]"),
      ("LayerNormalization", "", "[null, 3, null]"),
      ("Add", "", "[null, 4]"),
      ("LSTM", #""units": 2"#, "[null, 4]"),
      ("LSTM", #""units": 2"#, "[null, 0, 4]"),
      ("LSTM", #""units": 2"#, "[null, 3, null]"),
      ("LSTM", #""units": 4611686018427387904"#, "[null, 3, 4]"),
      ("MultiHeadAttention", #""num_heads": 2, "key_dim": 2"#, "[null, 3, 4]"),
    ])
  func shape(className: String, options: String, input: String) {
    let error = decodingError(sequential(className, options, shape: input))
    guard case .shape(_, let place)? = error else {
      Issue.record("\(className) {\(options)} on \(input) gave \(error?.description ?? "a network")")
      return
    }
    #expect(place == "layer 'it'")
  }

  @Test(
    "an input that is no plain tensor is refused",
    arguments: [
      #""batch_shape": [null, 4], "sparse": true"#, #""batch_shape": [null, 4], "ragged": true"#,
      #""batch_shape": [null, 4], "dtype": "string""#, #""batch_shape": []"#, #""batch_shape": [null, -4]"#,
      #""batch_shape": [null, "x"]"#, #""batch_shape": 4"#, #""batch_shape": [null, 4611686018427387904, 4]"#,
      #""dtype": "float32""#,
      #""batch_shape": [null, 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"#,
    ])
  func input(options: String) {
    let text = """
      {"class_name": "Sequential", "config": {"name": "s", "layers": [
        {"class_name": "InputLayer", "config": {"name": "in", \(options)}}]}}
      """
    #expect(decodingError(text)?.description.hasPrefix("layer 'in': ") == true)
  }

  @Test(
    "a graph that does not hang together is refused, and the message says where",
    arguments: [
      (functional(dense("it", #"[[["nobody", 0, 0, {}]]]"#)), "layer 'it': it names layer 'nobody'"),
      (functional(dense("it", #"[[["in", 1, 0, {}]]]"#)), "layer 'it': it names call 1 of layer 'in'"),
      (functional(dense("it", #"[[["in", -1, 0, {}]]]"#)), "layer 'it': it names call -1 of layer 'in'"),
      (functional(dense("it", #"[[["in", 0, 1, {}]]]"#)), "layer 'it': it reads output 1"),
      (functional(dense("it", #"[[["it", 0, 0, {}]]]"#)), "layer 'it': it reads its own output"),
      (
        functional(dense("it", #"[[["b", 0, 0, {}]]]"#) + "," + dense("b", #"[[["it", 0, 0, {}]]]"#)),
        "layer 'b': it reads its own output"
      ),
      (functional(dense("in", #"[[["in", 0, 0, {}]]]"#)), "layer 'in': two layers have this name"),
      (
        functional(dense("it", #"[[["in", 0, 0, {}], ["in", 0, 0, {}]]]"#)), "layer 'it': Dense takes 1 input"
      ),
      (functional(dense("it", #"[[]]"#)), "layer 'it': Dense takes 1 input and got 0"),
      (
        functional(dense("it", #"[[["in", 0, 0, {"training": true}]]]"#)),
        "layer 'it': the call argument training"
      ),
      (
        functional(dense("it", #"[[["in", 0, 0, {"mask": ["in", 0, 0]}]]]"#)),
        "layer 'it': the call argument mask"
      ),
      (functional(dense("it", #"[[["_CONSTANT_VALUE", -1, 3, {}]]]"#)), "layer 'it': a call on a constant"),
      (functional(dense("it", #"[{"args": [3], "kwargs": {}}]"#)), "layer 'it': a call on 3"),
      (functional(dense("it", #"[{"kwargs": {}}]"#)), "layer 'it': the call"),
      (functional(dense("it", #"["in"]"#)), "layer 'it': "),
      (functional(dense("it", "3")), "layer 'it': inbound_nodes is 3"),
      (functional(dense("it", "[]")), "output_layers of network 'f': it names call 0 of layer 'it'"),
      (functional(dense("it", #"[[["in", 0, 0, {}]]]"#), inputs: "[]"), "network 'f': it has no inputs"),
      (
        functional(dense("it", #"[[["in", 0, 0, {}]]]"#), outputs: "3"),
        "output_layers of network 'f': 3 names"
      ),
      (
        functional(dense("it", #"[[["in", 0, 0, {}]]]"#), inputs: #"[["it", 0, 0]]"#),
        "layer 'it': it is named as an input and is a Dense"
      ),
      (
        functional(dense("it", #"[[["in", 0, 0, {}]]]"#), inputs: #"[["in", 0, 0], ["in", 0, 0]]"#),
        "layer 'in': it is named as an input twice"
      ),
    ])
  func graph(text: String, message: String) {
    let description = decodingError(text)?.description ?? "a network"
    #expect(description.hasPrefix(message), "\(description)")
  }

  @Test("an input that an output needs and the model does not list is refused")
  func missingInput() {
    let other =
      #"{"class_name": "InputLayer", "name": "x", "config": {"batch_shape": [null, 4], "name": "x"}},"#
    let text = functional(other + dense("it", #"[[["x", 0, 0, {}]]]"#))
    #expect(decodingError(text)?.description.hasPrefix("layer 'x': an output needs this input") == true)
  }

  @Test(
    "a text that is no model is refused",
    arguments: [
      ("[]", "model_config: [] is no model"), ("{}", "model_config: the model has no class_name"),
      (
        #"{"class_name": "Tower", "config": {}}"#, "model_config: a model of class \"Tower\" is not supported"
      ),
      (
        #"{"class_name": "Sequential", "module": "my.models", "config": {}}"#,
        "model_config: a model of class \"Sequential\" of the module my.models is not supported"
      ),
      (#"{"class_name": "Sequential"}"#, "model_config: the model has no config"),
      (#"{"class_name": "Sequential", "config": {}}"#, "model_config: the model has no list of layers"),
      (
        #"{"class_name": "Sequential", "config": {"name": "s", "layers": []}}"#,
        "network 's': the Sequential has no layers"
      ),
      (#"{"class_name": "Sequential", "config": [3]}"#, "layer 0 of model_config: it has no class_name"),
      (
        #"{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": []}]}"#,
        "layer 0 of model_config: its config is []"
      ),
      (
        #"{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"name": 3}}]}"#,
        "layer 0 of model_config: its name is 3"
      ),
    ])
  func noModel(text: String, message: String) {
    let description = decodingError(text)?.description ?? "a network"
    #expect(description.hasPrefix(message), "\(description)")
  }

  @Test("an unknown class is said before what is wrong with earlier layers")
  func classFirst() {
    let text = functional(
      dense("it", "3") + #","# + #"{"class_name": "TFOpLambda", "name": "op", "config": {"name": "op"}}"#)
    #expect(decodingError(text)?.description.hasPrefix("layer 'op': the class \"TFOpLambda\"") == true)
  }

  @Test("layers whose weights together cannot be counted are refused")
  func tooManyWeights() {
    let layers = (0..<3).map { dense("d\($0)", #"[[["in", 0, 0, {}]]]"#) }
    let text = functional(layers.joined(separator: ","), outputs: #"[["d0", 0, 0]]"#)
      .replacing("\"units\": 4", with: "\"units\": \(Shape.maximumElementCount / 8)")
    #expect(decodingError(text)?.description == "network 'f': the weights together are too large")
  }
}
