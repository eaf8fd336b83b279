/// What a layer is: its options, the shapes that it makes of its inputs, the weights that it needs, and how
/// Keras spells it. How it runs is in `Swiftlet/Layers`, its gradient in `SwiftletTraining/Layers`.
///
/// A layer is an immutable final class rather than a struct because Embedded Swift has existentials of
/// classes alone; nothing depends on its identity.
public protocol Layer: AnyObject, Sendable {
  /// Keras's class name, for example `"Dense"`; registered names keep their package (`"Swiftlet>step"`).
  static var className: String { get }

  /// Keras's class name of this layer.
  var className: String { get }

  /// Reads the options that Keras wrote. Throws for options that are malformed or have no meaning here: an
  /// option that would change the result is never skipped.
  init(configuration: LayerConfiguration) throws(GraphError)

  /// The outputs that the layer makes of such inputs.
  func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification]

  /// The weights that the layer holds for such inputs, in the order in which Keras lists them.
  func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification]

  /// The activation that the layer applies to its only input, if it does nothing else: the same for
  /// `Activation`, `ReLU`, `Softmax` and their like, so that one file each runs and trains them all.
  var soleActivation: Activation? { get }

  /// The options as Keras 3 spells them, without those that every layer has (`name`, `trainable`, `dtype`).
  func encodeConfiguration() -> [(String, JSONValue)]

  /// What a call of the layer names its tensors, in Keras's order. One name stands for one tensor or for a
  /// list of them; of several, each stands for one, and the last may be absent.
  static var tensorArguments: [String] { get }

  /// As the type's own.
  var tensorArguments: [String] { get }

  /// The options, true or false, that a call of the layer may give besides tensors.
  static var callOptions: [String] { get }

  /// The options of the layer's calls as Keras 3 spells them.
  func encodeCallOptions() -> [(String, JSONValue)]
}

extension Layer {
  /// Keras's class name of this layer.
  public var className: String { Self.className }

  /// A layer's call has one tensor, or one list, unless it says so.
  public static var tensorArguments: [String] { ["inputs"] }

  /// As the type's own.
  public var tensorArguments: [String] { Self.tensorArguments }

  /// A layer's call has no options unless it says so.
  public static var callOptions: [String] { [] }

  /// A layer's call has no options unless it says so.
  public func encodeCallOptions() -> [(String, JSONValue)] { [] }

  /// A layer is more than an activation unless it says so.
  public var soleActivation: Activation? { nil }

  /// A layer holds no weights unless it says so.
  public func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification] { [] }

  /// The only input of a layer that takes one.
  public func single(_ inputs: [TensorSpecification]) throws(GraphError) -> TensorSpecification {
    guard inputs.count == 1, let input = inputs.first else {
      throw .shape("\(className) takes 1 input and got \(inputs.count)", place: "")
    }
    return input
  }
}

/// One array of numbers that a layer holds.
public struct WeightSpecification: Sendable {
  /// Keras's name within the layer: `kernel`, `bias`, `gamma`, or a path such as `query/kernel`.
  public let name: String
  /// The shape, as Keras stores it.
  public let shape: [Int]
  /// Whether training changes it.
  public let isTrainable: Bool
  /// How training begins with it.
  public let initializer: Initializer

  /// A weight of that name and shape.
  public init(name: String, shape: [Int], isTrainable: Bool = true, initializer: Initializer = .zeros) {
    self.name = name
    self.shape = shape
    self.isTrainable = isTrainable
    self.initializer = initializer
  }

  /// The number of elements. The shape came from a checked `Shape`, so the product fits.
  public var elementCount: Int { shape.reduce(1, *) }
}
