extension Network {
  static func decodeFunctional(
    name: String, layers: [KerasLayer], config: JSONValue, kerasVersion: Int
  ) throws(GraphError) -> Network {
    throw .unsupported("a Functional model", place: "network '\(name)'", supported: "Sequential")
  }
}
