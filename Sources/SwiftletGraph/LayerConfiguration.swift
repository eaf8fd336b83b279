/// A layer's `config` object as Keras wrote it, with the version of Keras that the file names: the same
/// option name can mean different things to different versions.
public struct LayerConfiguration: Sendable {
  /// The options.
  public let members: [JSONValue.Member]
  /// The first number of the file's Keras version: 1, 2 or 3.
  public let kerasVersion: Int

  /// The options as read from a file.
  public init(members: [JSONValue.Member], kerasVersion: Int) {
    self.members = members
    self.kerasVersion = kerasVersion
  }
}
