/// How training begins with a weight. Inference never reads it.
public enum Initializer: Sendable {
  case zeros, ones
  case constant(Float)
  case glorotUniform, glorotNormal
  case heUniform, heNormal
  case lecunUniform, lecunNormal
  /// Any other that Keras wrote, kept so that it is written again as it was.
  case other(JSONValue)
}
