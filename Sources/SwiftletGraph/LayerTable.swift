/// A layer that this module knows: a line of `LayerTable`.
struct LayerEntry: Sendable {
  /// Keras's class name.
  let className: String
  /// Whether it only moves elements, so that a data type of whole numbers changes nothing.
  let movesElements: Bool
  /// Makes the layer of its options.
  let decode: @Sendable (LayerConfiguration) throws(GraphError) -> any Layer

  init<L: Layer>(_ type: L.Type, movesElements: Bool = false) {
    className = L.className
    self.movesElements = movesElements
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
  ]

  /// The layer of that class name; nil if none is known.
  static func entry(_ className: String) -> LayerEntry? { entries.first { $0.className == className } }

  /// Every class name, for messages.
  static var classNames: String { entries.map { $0.className }.joined(separator: ", ") }
}

extension Network {
  /// The class names of the layers that a file may hold.
  public static var supportedLayers: [String] { LayerTable.entries.map { $0.className } }
}
