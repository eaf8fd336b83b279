extension KerasTensor {
  /// The tensors that a layer is called on, as Keras 1 and 2 write a call: `[["name", 0, 0, {}], …]`, or such a
  /// tensor alone.
  static func arguments(keras2 elements: [JSONValue]) throws(GraphError) -> [KerasTensor] {
    if elements.first?.string != nil { return [try argument(keras2: elements)] }
    var tensors: [KerasTensor] = []
    for element in elements {
      guard let tensor = element.array else {
        throw .malformed("it is called on \(element.summary); a tensor is expected", place: "")
      }
      guard tensor.first?.string != nil else {
        throw .unsupported("a call on \(element.summary)", place: "", supported: "one list of tensors")
      }
      tensors.append(try argument(keras2: tensor))
    }
    return tensors
  }

  private static func argument(keras2 elements: [JSONValue]) throws(GraphError) -> KerasTensor {
    if elements.first?.string == "_CONSTANT_VALUE" {
      throw .unsupported("a call on a constant", place: "", supported: "tensors of other layers")
    }
    let tensor = try KerasTensor(elements)
    if elements.count > 3 { try checkOptions(elements[3]) }
    guard elements.count <= 4 else {
      throw .malformed("\(JSONValue.array(elements).summary) names no tensor", place: "")
    }
    return tensor
  }

  /// The tensors that a layer is called on, as Keras 3 writes a call: `{"args": […], "kwargs": {…}}`.
  static func arguments(keras3 call: JSONValue) throws(GraphError) -> [KerasTensor] {
    guard let arguments = call["args"]?.array else {
      throw .malformed("the call \(call.summary) has no args", place: "")
    }
    var tensors: [KerasTensor] = []
    for argument in arguments { try collect(keras3: argument, into: &tensors) }
    var options = call["kwargs"] ?? .null
    // `layer(inputs=x)` is the same call as `layer(x)`.
    if tensors.isEmpty, let members = options.object,
      let named = members.first(where: { $0.name == "inputs" })
    {
      try collect(keras3: named.value, into: &tensors)
      options = .object(members.filter { $0.name != "inputs" })
    }
    try checkOptions(options)
    return tensors
  }

  private static func collect(keras3 value: JSONValue, into tensors: inout [KerasTensor]) throws(GraphError) {
    if value.isNull { return }
    if let elements = value.array {
      for element in elements { try collect(keras3: element, into: &tensors) }
      return
    }
    guard value["class_name"]?.string == "__keras_tensor__" else {
      throw .unsupported("a call on \(value.summary)", place: "", supported: "tensors of other layers")
    }
    guard let history = value["config"]?["keras_history"]?.array else {
      throw .malformed("a tensor without keras_history", place: "")
    }
    tensors.append(try KerasTensor(history))
  }

  /// Refuses what would change the call: `training` as true, a mask, or any further argument.
  private static func checkOptions(_ value: JSONValue) throws(GraphError) {
    if value.isNull { return }
    guard let members = value.object else {
      throw .malformed("the arguments \(value.summary) are no object", place: "")
    }
    for member in members where !member.value.isNull {
      if member.name == "training", member.value.bool == false || member.value.integer == 0 { continue }
      throw .unsupported(
        "the call argument \(member.name) = \(member.value.summary)", place: "", supported: "training = false"
      )
    }
  }
}
