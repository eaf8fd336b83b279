extension LayerConfiguration {
  /// What every layer with a window names, in the spelling of any Keras.
  static let windowOptions: [StaticString] = [
    "padding", "border_mode", "strides", "subsample", "data_format", "dim_ordering",
  ]

  /// A list of `count` whole numbers, or one that stands for all; nil where the option is absent.
  func lengths(_ name: StaticString, legacy: StaticString? = nil, count: Int) throws(GraphError) -> [Int]? {
    let found = value(name) == nil ? legacy ?? name : name
    guard let values = try ints(found) else { return nil }
    if values.count == 1, let one = values.first { return [Int](repeating: one, count: count) }
    guard values.count == count else {
      throw .malformed(
        "\(found) is \(JSONValue.integers(values).summary); \(count) whole numbers are expected", place: "")
    }
    return values
  }

  /// How a window reaches beyond its input.
  func padding(causal: Bool = false) throws(GraphError) -> Window.Padding {
    let text = try choice(
      "padding", legacy: "border_mode", of: causal ? ["valid", "same", "causal"] : ["valid", "same"],
      default: "valid")
    return Window.Padding(rawValue: text) ?? .valid
  }

  /// Refuses channels that do not come last.
  func requireChannelsLast() throws(GraphError) {
    _ = try choice("data_format", of: ["channels_last"], default: "channels_last")
    _ = try choice("dim_ordering", of: ["tf"], default: "tf")
  }
}

extension Window {
  /// Strides and padding as Keras 3 spells them.
  var movementConfiguration: [(String, JSONValue)] {
    [
      ("strides", .integers(strides)), ("padding", .string(padding.rawValue)),
      ("data_format", .string("channels_last")),
    ]
  }
}
