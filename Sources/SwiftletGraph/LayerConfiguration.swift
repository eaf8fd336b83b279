/// A layer's `config` object as Keras wrote it, with the version of Keras that the file names: the same
/// option name can mean different things to different versions.
///
/// The readers take an option by its Keras 3 name and, where an older Keras had another, by that one too. Each
/// throws `GraphError` naming the option, what was found and what is expected; the caller adds the layer.
public struct LayerConfiguration: Sendable {
  /// The options: the members of an object.
  let options: JSONNode?
  /// The text that they are in, kept for whoever keeps them.
  private let text: JSONText?
  /// The first number of the file's Keras version: 1, 2 or 3.
  public let kerasVersion: Int
  /// The options of the layer's calls that are true: among those that the layer names as its `callOptions`.
  public let callOptions: [String]

  /// The options as read from a file.
  init(options: JSONNode?, kerasVersion: Int, callOptions: [String] = []) {
    self.options = options
    text = options?.text
    self.kerasVersion = kerasVersion
    self.callOptions = callOptions
  }

  /// Whether the layer's calls give this option as true.
  func callOption(_ name: String) -> Bool { callOptions.contains(name) }

  /// What every layer may carry and what no layer's own reader looks at: the shape of a first layer, the data
  /// type and the trainable flag are read with the network, the rest matters to training alone.
  static let common: [StaticString] = [
    "name", "trainable", "dtype", "batch_input_shape", "batch_shape", "input_shape", "input_dim",
    "input_length", "input_dtype", "activity_regularizer", "autocast", "shared_object_id",
  ]

  /// Refuses every option that is not named here, so that none that would change the result is skipped.
  /// `null` is no option: a later Keras writes it for what the file does not use.
  /// - Parameters:
  ///   - known: What the layer reads.
  ///   - irrelevant: What does not touch inference: regularizers, constraints, seeds.
  /// - Throws: `.unsupported` naming the first other option.
  public func allow(_ known: [StaticString], irrelevant: [StaticString] = []) throws(GraphError) {
    guard let options else { return }
    var (own, others, common) = (
      OptionNames(known), OptionNames(irrelevant), OptionNames(LayerConfiguration.common)
    )
    for (name, value) in options.members where !value.isNull {
      if common.isNext(name) || own.isNext(name) || others.isNext(name) { continue }
      if own.contains(name) || others.contains(name) || common.contains(name) { continue }
      throw .unsupported(
        "the option \(name.string ?? "") = \(value.summary)", place: "",
        supported: known.map { $0.description }.joined(separator: ", "))
    }
  }

  /// The value of an option by its name or its older name; nil where it is absent or `null`.
  func value(_ name: StaticString, legacy: StaticString? = nil) -> JSONNode? {
    if let value = options?[name], !value.isNull { return value }
    if let legacy, let value = options?[legacy], !value.isNull { return value }
    return nil
  }

  func wrong(_ name: StaticString, _ value: JSONNode, expected: String) -> GraphError {
    .malformed("\(name) is \(value.summary); \(expected) is expected", place: "")
  }

  func missing(_ name: StaticString) -> GraphError { .malformed("the option \(name) is missing", place: "") }

  /// A whole number. Without a default the option must be there.
  public func int(_ name: StaticString, legacy: StaticString? = nil, default: Int? = nil) throws(GraphError)
    -> Int
  {
    guard let value = value(name, legacy: legacy) else {
      guard let `default` else { throw missing(name) }
      return `default`
    }
    guard let result = value.integer else { throw wrong(name, value, expected: "a whole number") }
    return result
  }

  /// `true` or `false`. Without a default the option must be there.
  public func bool(_ name: StaticString, legacy: StaticString? = nil, default: Bool? = nil) throws(GraphError)
    -> Bool
  {
    guard let value = value(name, legacy: legacy) else {
      guard let `default` else { throw missing(name) }
      return `default`
    }
    guard let result = value.bool else { throw wrong(name, value, expected: "true or false") }
    return result
  }

  /// A number, never NaN. Without a default the option must be there.
  public func float(_ name: StaticString, legacy: StaticString? = nil, default: Float? = nil)
    throws(GraphError) -> Float
  {
    guard let value = try optionalFloat(name, legacy: legacy) else {
      guard let `default` else { throw missing(name) }
      return `default`
    }
    return value
  }

  /// A number, never NaN; nil where the option is absent or `null`.
  public func optionalFloat(_ name: StaticString, legacy: StaticString? = nil) throws(GraphError) -> Float? {
    guard let value = value(name, legacy: legacy) else { return nil }
    guard let result = value.withoutArrayClass.double, !result.isNaN else {
      throw wrong(name, value, expected: "a number")
    }
    return Float(result)
  }

  /// One of the texts that `supported` lists; `default` where the option is absent.
  public func choice(
    _ name: StaticString, legacy: StaticString? = nil, of supported: [String], default: String
  ) throws(GraphError) -> String {
    guard let value = value(name, legacy: legacy) else { return `default` }
    guard let text = value.string else { throw wrong(name, value, expected: "a string") }
    guard supported.contains(text) else {
      throw .unsupported("\(name) \(value.summary)", place: "", supported: supported.joined(separator: ", "))
    }
    return text
  }

  /// A list of whole numbers, or one alone, which is the list of it; nil where the option is absent.
  public func ints(_ name: StaticString) throws(GraphError) -> [Int]? {
    guard let value = value(name) else { return nil }
    return try ints(name, value)
  }

  /// A whole number, which may be alone in a list.
  func one(_ name: StaticString, default: Int) throws(GraphError) -> Int {
    guard let value = value(name) else { return `default` }
    var elements = value.elements
    let first = elements.next() ?? value
    guard let result = first.integer, elements.next() == nil else {
      throw wrong(name, value, expected: "a whole number")
    }
    return result
  }

  /// The whole numbers that the value of an option is.
  func ints(_ name: StaticString, _ value: JSONNode) throws(GraphError) -> [Int] {
    if let one = value.integer { return [one] }
    guard value.isArray else { throw wrong(name, value, expected: "a list of whole numbers") }
    var result: [Int] = []
    result.reserveCapacity(value.maximumCount)
    for element in value.elements {
      guard let one = element.integer else { throw wrong(name, value, expected: "a list of whole numbers") }
      result.append(one)
    }
    return result
  }

  /// An activation: a name, a layer that is nothing else, or a registered function; `linear` where the option
  /// is absent.
  public func activation(_ name: StaticString, default: Activation = .linear) throws(GraphError) -> Activation
  {
    guard let value = value(name) else { return `default` }
    return try Activation(configuration: value, kerasVersion: kerasVersion)
  }

  /// How training begins with a weight. Any value is kept: inference does not read it.
  public func initializer(_ name: StaticString, legacy: StaticString? = nil, default: Initializer)
    -> Initializer
  {
    guard let value = value(name, legacy: legacy) else { return `default` }
    return Initializer(configuration: value)
  }

  /// A number or a list of numbers of any rank, also as Keras 3 spells a NumPy array; nil where the option is
  /// absent.
  public func numbers(_ name: StaticString) throws(GraphError) -> NumberArray? {
    guard let value = value(name) else { return nil }
    guard let array = NumberArray(value.withoutArrayClass) else {
      throw wrong(name, value, expected: "a number or a list of numbers")
    }
    return array
  }
}

/// Names of options, in about the order in which Keras writes them: the search for one begins behind the one that was
/// found last.
private struct OptionNames {
  private let names: [StaticString]
  private var next = 0

  init(_ names: [StaticString]) { self.names = names }

  /// Whether the name is the one behind that which was found last.
  @inline(__always)
  mutating func isNext(_ name: JSONNode) -> Bool {
    guard next < names.count, name.isText(names[next]) else { return false }
    next &+= 1
    return true
  }

  /// Whether the name is one of these.
  mutating func contains(_ name: JSONNode) -> Bool {
    let found =
      name.place(among: names, in: next..<names.count) ?? name.place(among: names, in: 0..<next)
    guard let found else { return false }
    next = found + 1
    return true
  }
}

/// Numbers with a shape, in row-major order, as an option holds them.
public struct NumberArray: Sendable, Equatable {
  /// The lengths; empty for one number.
  public let shape: [Int]
  /// The numbers: as many as the product of `shape`.
  public let values: [Float]

  /// Numbers of that shape; nil where their count is another.
  public init?(shape: [Int], values: [Float]) {
    guard let checked = Shape(shape.map { Optional($0) }), checked.elementCount == values.count else {
      return nil
    }
    self.shape = shape
    self.values = values
  }

  /// One number.
  public init(_ value: Float) {
    shape = []
    values = [value]
  }

  /// A list of numbers.
  public init(_ values: [Float]) {
    shape = [values.count]
    self.values = values
  }

  /// What JSON says: a number, or lists in lists; nil where the lists are ragged or hold something else.
  init?(_ value: JSONNode) {
    var shape: [Int] = []
    var level = value
    while let elements = level.array {
      shape.append(elements.count)
      guard let first = elements.first else { break }
      level = first
    }
    var values: [Float] = []
    guard NumberArray.append(value, shape[...], to: &values) else { return nil }
    self.shape = shape
    self.values = values
  }

  // As deep as the shape is long, which the parser's limit of depth bounds.
  private static func append(_ value: JSONNode, _ shape: ArraySlice<Int>, to values: inout [Float]) -> Bool {
    guard let count = shape.first else {
      guard let number = value.double, !number.isNaN else { return false }
      values.append(Float(number))
      return true
    }
    guard let elements = value.array, elements.count == count else { return false }
    for element in elements where !append(element, shape.dropFirst(), to: &values) { return false }
    return true
  }

  /// As an option: a number, or lists in lists.
  var json: JSONValue { NumberArray.json(values[...], shape[...]) }

  private static func json(_ values: ArraySlice<Float>, _ shape: ArraySlice<Int>) -> JSONValue {
    guard let count = shape.first else { return .float(values.first ?? 0) }
    guard count > 0 else { return .array([]) }
    let step = values.count / count
    return .array(
      (0..<count).map { index in
        let start = values.startIndex + index * step
        return json(values[start..<start + step], shape.dropFirst())
      })
  }
}

extension JSONNode {
  /// The value within the object by which Keras 3 writes a NumPy array or a tensor, and Keras 2 an array; the
  /// value itself where it is no such object.
  var withoutArrayClass: JSONNode {
    if let name = self["class_name"], name.isText("__numpy__") || name.isText("__tensor__") {
      return self["config"]?["value"] ?? self
    }
    if self["type"]?.isText("ndarray") ?? false { return self["value"] ?? self }
    return self
  }
}
