/// An argument that a call names.
private struct CallArgument {
  let name: String
  let value: JSONNode
}

/// What a layer is called on: tensors of other layers, and the options that the call gives as true.
struct KerasCallArguments {
  /// In the order of their names.
  private(set) var options: [String] = []

  /// Reads a call as Keras 1 and 2 write it: `[["name", 0, 0, {}], …]`, or such a tensor alone. A layer whose
  /// tensors have names has the first there, and the others in the object behind it.
  /// - Parameter tensors: Gets the tensors, in the order of the layer's `tensorArguments`.
  init(keras2 call: JSONNode, of entry: LayerEntry, into tensors: inout [KerasTensor]) throws(GraphError) {
    let first = tensors.count
    let elements = call.array ?? []
    let calledOn = elements.first?.isString ?? false ? [call] : elements
    var named: [CallArgument] = []
    for element in calledOn {
      guard let tensor = element.array else {
        throw .malformed("it is called on \(element.summary); a tensor is expected", place: "")
      }
      guard tensor.first?.isString ?? false else {
        throw .unsupported("a call on \(element.summary)", place: "", supported: "one list of tensors")
      }
      tensors.append(try KerasCallArguments.tensor(keras2: element))
      guard tensor.count <= 4 else { throw KerasCallArguments.noTensor(element) }
      // Each tensor of a list has the same object behind it.
      if tensor.count > 3, !tensor[3].isNull { named = try KerasCallArguments.arguments(tensor[3]) }
    }
    try KerasCallArguments.take(&named, of: entry, into: &tensors, from: first) {
      value, tensors throws(GraphError) in
      guard let tensor = value.array, tensor.count == 3 else { throw KerasCallArguments.noTensor(value) }
      tensors.append(try KerasCallArguments.tensor(keras2: value))
    }
    try setOptions(named, of: entry)
  }

  /// Reads a call as Keras 3 writes it: `{"args": […], "kwargs": {…}}`.
  /// - Parameter tensors: Gets the tensors, in the order of the layer's `tensorArguments`.
  init(keras3 call: JSONNode, of entry: LayerEntry, into tensors: inout [KerasTensor]) throws(GraphError) {
    let first = tensors.count
    guard let arguments = call["args"], arguments.isArray else {
      throw .malformed("the call \(call.summary) has no args", place: "")
    }
    for (index, argument) in arguments.elements.enumerated() {
      let count = tensors.count - first
      try KerasCallArguments.collect(keras3: argument, into: &tensors)
      guard entry.tensorArguments.count > 1, !argument.isNull else { continue }
      guard count == index, tensors.count - first == index + 1, index < entry.tensorArguments.count else {
        throw .unsupported(
          "a call with \(argument.summary) as argument \(index)", place: "",
          supported: "one tensor each for " + entry.tensorArguments.joined(separator: ", "))
      }
    }
    var named: [CallArgument] = []
    if let arguments = call["kwargs"], !arguments.isNull {
      named = try KerasCallArguments.arguments(arguments)
    }
    try KerasCallArguments.take(&named, of: entry, into: &tensors, from: first) {
      value, tensors throws(GraphError) in
      try KerasCallArguments.collect(keras3: value, into: &tensors)
    }
    try setOptions(named, of: entry)
  }

  /// Puts the tensors that the call names behind those that it gives by their place, which begin with number
  /// `first`, and takes them out of `named`. `layer(inputs=x)` is the same call as `layer(x)`.
  private static func take(
    _ named: inout [CallArgument], of entry: LayerEntry, into tensors: inout [KerasTensor], from first: Int,
    read: (JSONNode, inout [KerasTensor]) throws(GraphError) -> Void
  ) throws(GraphError) {
    guard !named.isEmpty else { return }
    let names = entry.tensorArguments
    for (place, name) in names.enumerated() {
      guard let value = named.first(where: { $0.name.isSame(as: name) })?.value else { continue }
      let count = tensors.count
      guard count - first == place else {
        throw .malformed("the call argument \(name) is given twice, or one before it is missing", place: "")
      }
      try read(value, &tensors)
      guard names.count == 1 || tensors.count - count == 1 else {
        throw .unsupported("the call argument \(name) = \(value.summary)", place: "", supported: "one tensor")
      }
    }
    named.removeAll { names.contains($0.name) }
  }

  /// Notes the options that the layer reads, and refuses what would change the call otherwise: `training` as
  /// true, a mask, or any further argument.
  private mutating func setOptions(
    _ arguments: [CallArgument], of entry: LayerEntry
  ) throws(GraphError) {
    for member in arguments {
      if member.name == "training", member.value.bool == false || member.value.integer == 0 { continue }
      if entry.callOptions.contains(member.name), let isOn = member.value.bool {
        if isOn { options.append(member.name) }
        continue
      }
      let known = (entry.tensorArguments.count > 1 ? entry.tensorArguments : []) + entry.callOptions
      throw .unsupported(
        "the call argument \(member.name) = \(member.value.summary)", place: "",
        supported: (["training = false"] + known).joined(separator: ", "))
    }
    guard options.count > 1 else { return }
    options.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The arguments that are not null.
  private static func arguments(_ value: JSONNode) throws(GraphError) -> [CallArgument] {
    guard value.isObject else {
      throw .malformed("the arguments \(value.summary) are no object", place: "")
    }
    var arguments: [CallArgument] = []
    for member in value.members where !member.value.isNull {
      arguments.append(CallArgument(name: member.name.string ?? "", value: member.value))
    }
    return arguments
  }

  private static func noTensor(_ value: JSONNode) -> GraphError {
    .malformed("\(value.summary) names no tensor", place: "")
  }

  private static func tensor(keras2 tensor: JSONNode) throws(GraphError) -> KerasTensor {
    if tensor.array?.first?.isText("_CONSTANT_VALUE") ?? false {
      throw .unsupported("a call on a constant", place: "", supported: "tensors of other layers")
    }
    return try KerasTensor(tensor)
  }

  private static func collect(keras3 value: JSONNode, into tensors: inout [KerasTensor]) throws(GraphError) {
    if value.isNull { return }
    if value.isArray {
      for element in value.elements { try collect(keras3: element, into: &tensors) }
      return
    }
    guard value["class_name"]?.isText("__keras_tensor__") ?? false else {
      throw .unsupported("a call on \(value.summary)", place: "", supported: "tensors of other layers")
    }
    guard let history = value["config"]?["keras_history"], history.isArray else {
      throw .malformed("a tensor without keras_history", place: "")
    }
    tensors.append(try KerasTensor(history))
  }
}
