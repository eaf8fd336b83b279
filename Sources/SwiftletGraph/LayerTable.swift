/// A layer that this module knows: a line of `LayerTable`. A class, because it is handed about and has much in it.
final class LayerEntry: Sendable {
  /// Keras's class name.
  let className: String
  /// The name that Keras 1 had for it.
  let legacyName: String?
  /// Whether a caller's tensor enters the network there.
  let isInput: Bool
  /// Whether it only moves elements, so that a data type of whole numbers changes nothing.
  let movesElements: Bool
  /// What a call names its tensors.
  let tensorArguments: [String]
  /// The options that a call may give.
  let callOptions: [String]
  /// Makes the layer of its options.
  let decode: @Sendable (LayerConfiguration) throws(GraphError) -> any Layer

  init<L: Layer>(_ type: L.Type, legacyName: String? = nil, movesElements: Bool = false) {
    className = L.className
    self.legacyName = legacyName
    isInput = L.className == InputLayer.className
    self.movesElements = movesElements
    tensorArguments = L.tensorArguments
    callOptions = L.callOptions
    decode = { (configuration) throws(GraphError) -> any Layer in try L(configuration: configuration) }
  }
}

/// The layers that files may hold. Whoever adds a layer adds a line here.
enum LayerTable {
  static let entries: [LayerEntry] = [
    LayerEntry(InputLayer.self, movesElements: true),
    LayerEntry(Dense.self),
    LayerEntry(ActivationLayer.self),
    LayerEntry(LeakyReLU.self),
    LayerEntry(ELU.self),
    LayerEntry(ReLU.self),
    LayerEntry(Softmax.self),
    LayerEntry(Dropout.self, movesElements: true),
    LayerEntry(Flatten.self, movesElements: true),
    LayerEntry(Reshape.self, movesElements: true),
    LayerEntry(Rescaling.self),
    LayerEntry(Normalization.self),
    LayerEntry(Conv1D.self, legacyName: "Convolution1D"),
    LayerEntry(Conv2D.self, legacyName: "Convolution2D"),
    LayerEntry(DepthwiseConv1D.self),
    LayerEntry(DepthwiseConv2D.self),
    LayerEntry(MaxPooling1D.self),
    LayerEntry(MaxPooling2D.self),
    LayerEntry(AveragePooling1D.self),
    LayerEntry(AveragePooling2D.self),
    LayerEntry(GlobalMaxPooling1D.self),
    LayerEntry(GlobalMaxPooling2D.self),
    LayerEntry(GlobalAveragePooling1D.self),
    LayerEntry(GlobalAveragePooling2D.self),
    LayerEntry(ZeroPadding1D.self, movesElements: true),
    LayerEntry(ZeroPadding2D.self, movesElements: true),
    LayerEntry(BatchNormalization.self),
    LayerEntry(LayerNormalization.self),
    LayerEntry(Add.self),
    LayerEntry(LSTM.self),
    LayerEntry(MultiHeadAttention.self),
  ]

  private static let legacyEntries = entries.filter { $0.legacyName != nil }
  private static let names = LayerNames(
    entries.map { $0.className } + legacyEntries.map { $0.legacyName ?? "" })

  /// The layer of that class name; nil if none is known.
  static func entry(_ className: Span<UInt8>) -> LayerEntry? {
    guard let place = names.place(of: className) else { return nil }
    return place < entries.count ? entries[place] : legacyEntries[place - entries.count]
  }

  /// Every class name, for messages.
  static var classNames: String { entries.map { $0.className }.joined(separator: ", ") }
}

extension Network {
  /// The class names of the layers that a file may hold.
  public static var supportedLayers: [String] { LayerTable.entries.map { $0.className } }
}
