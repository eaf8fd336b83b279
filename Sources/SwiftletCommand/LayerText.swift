import SwiftletGraph

/// Layers as `--layers` spells them: `32:relu,16:relu,10` are three Dense layers, the last of them linear.
/// `dropout:0.2` may stand among them.
enum LayerText {
  /// - Throws: status 64, naming the part that is not understood.
  static func layers(_ text: String) throws(CommandFailure) -> [any Layer] {
    var layers: [any Layer] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = part.split(separator: ":", omittingEmptySubsequences: false).map {
        String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      guard fields.count <= 2, let first = fields.first, !first.isEmpty else {
        throw refusal("'\(part)' is no layer; 32:relu or dropout:0.2 would be")
      }
      if first == "dropout" {
        guard fields.count == 2, let rate = Float(fields[1]), rate >= 0, rate < 1 else {
          throw refusal("'\(part)': dropout takes a rate from 0 to less than 1, as in dropout:0.2")
        }
        layers.append(Dropout(rate))
        continue
      }
      guard let units = Int(first), units >= 1, units <= maximumUnits else {
        throw refusal("'\(first)' is no number of units; 1 to \(maximumUnits) would be")
      }
      let name = fields.count == 2 ? fields[1] : "linear"
      guard let activation = Activation(name: name) else {
        let known = Activation.supportedNames.joined(separator: ", ")
        throw refusal("'\(name)' is no activation; known are \(known)")
      }
      layers.append(Dense(units, activation: activation))
    }
    guard layers.contains(where: { $0 is Dense }) else { throw refusal("there is no layer with units") }
    return layers
  }

  /// Wider layers than this are a slip of the finger, and would take gigabytes before anybody noticed.
  private static let maximumUnits = 1 << 20

  private static func refusal(_ what: String) -> CommandFailure { .usage("--layers: " + what) }
}

/// A number as `--scale` takes it: `0.0625` or `1/16`.
enum ScaleText {
  /// - Throws: status 64.
  static func value(_ text: String) throws(CommandFailure) -> Float {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
    let value: Double? =
      switch parts.count {
      case 1: parts[0]
      case 2: parts[0].flatMap { top in parts[1].map { top / $0 } }
      default: nil
      }
    guard let value, Float(value).isFinite, Float(value) != 0 else {
      throw .usage("--scale: '\(text)' is no factor; 0.0625 or 1/16 would be")
    }
    return Float(value)
  }
}

extension Network {
  /// The activation that the first output comes out of; linear where its layer has none.
  var finalActivation: Activation {
    guard let output = outputs.first else { return .linear }
    let layer = layers[nodes[output.node].layer].layer
    return layer.soleActivation ?? (layer as? Dense)?.activation ?? .linear
  }

  /// The length of the first output's last axis.
  var outputWidth: Int {
    outputs.first.flatMap { specification(of: $0).shape.dimensions.last ?? nil } ?? 1
  }
}
