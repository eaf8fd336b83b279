extension LayerConfiguration {
  /// What every layer with a window names, in the spelling of any Keras.
  static let windowOptions: [StaticString] = [
    "strides", "padding", "data_format", "subsample", "border_mode", "dim_ordering",
  ]

  /// A list of `count` whole numbers, or one that stands for all; nil where the option is absent.
  func lengths(_ name: StaticString, legacy: StaticString? = nil, count: Int) throws(GraphError) -> [Int]? {
    var found = name
    var list = value(name)
    if list == nil, let legacy { (found, list) = (legacy, value(legacy)) }
    guard let list else { return nil }
    if let one = list.integer { return [Int](repeating: one, count: count) }
    let values = try ints(found, list)
    if values.count == 1, let one = values.first { return [Int](repeating: one, count: count) }
    guard values.count == count else {
      throw .malformed(
        "\(found) is \(JSONValue.integers(values).summary); \(count) whole numbers are expected", place: "")
    }
    return values
  }

  /// How a window reaches beyond its input.
  func padding(causal: Bool = false) throws(GraphError) -> Window.Padding {
    if let value = value("padding", legacy: "border_mode") {
      if value.isText("same") { return .same }
      if value.isText("valid") { return .valid }
    }
    let text = try choice(
      "padding", legacy: "border_mode", of: causal ? ["valid", "same", "causal"] : ["valid", "same"],
      default: "valid")
    return Window.Padding(rawValue: text) ?? .valid
  }

  /// Refuses channels that do not come last.
  func requireChannelsLast() throws(GraphError) {
    try require("data_format", "channels_last")
    try require("dim_ordering", "tf")
  }

  /// Refuses an option that is another text than this one.
  private func require(_ name: StaticString, _ text: StaticString) throws(GraphError) {
    guard let value = value(name), !value.isText(text) else { return }
    _ = try choice(name, of: [text.description], default: text.description)
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
