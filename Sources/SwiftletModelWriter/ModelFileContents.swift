import Swiftlet

/// All that goes into a model file: the network as Keras's JSON, its weights, and the metadata beside them.
public struct ModelFileContents: Sendable {
  /// A weight of a layer.
  public struct Weight: Sendable {
    /// As Keras names it within its layer: `kernel`, or `lstm_cell/kernel` where a layer holds others.
    public var name: String
    /// Slowest axis first; empty for a scalar.
    public var shape: [Int]
    /// In row-major order.
    public var values: [Float]

    /// A weight of that name and shape.
    public init(name: String, shape: [Int], values: [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// A layer, by what it has to store.
  public struct Layer: Sendable {
    /// As in the configuration.
    public var name: String
    /// In Keras's order for files: trainable ones first, each part in the order in which Keras makes them.
    public var weights: [Weight]

    /// A layer of that name with those weights.
    public init(name: String, weights: [Weight]) {
      self.name = name
      self.weights = weights
    }
  }

  /// What Keras calls `model_config`: `{"class_name": …, "config": …}`.
  public var configurationJSON: String
  /// What Keras calls `training_config`, with which it compiles the model that it loads; nil for none.
  public var trainingConfigurationJSON: String?
  /// In the model's order: Keras matches the layers that have weights one by one. Layers without weights may
  /// be among them.
  public var layers: [Layer]
  /// What Keras does not look at.
  public var metadata: ModelMetadata

  /// The contents of a file that is to be written.
  public init(
    configurationJSON: String, trainingConfigurationJSON: String? = nil, layers: [Layer],
    metadata: ModelMetadata = ModelMetadata()
  ) {
    self.configurationJSON = configurationJSON
    self.trainingConfigurationJSON = trainingConfigurationJSON
    self.layers = layers
    self.metadata = metadata
  }
}
