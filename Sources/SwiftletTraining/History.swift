/// What training saw, epoch by epoch: `loss`, `accuracy`, `val_loss`, `val_accuracy`, …, as Keras names them.
public struct History: Sendable, Hashable {
  /// The names, in the order in which they first came.
  public private(set) var names: [String] = []
  private var series: [String: [Double]] = [:]

  /// An empty history.
  public init() {}

  /// The numbers of one name, an epoch each; empty where there is none.
  public subscript(name: String) -> [Double] { series[name] ?? [] }

  /// The number of epochs.
  public var epochCount: Int { names.map { self[$0].count }.max() ?? 0 }

  mutating func append(_ values: [(name: String, value: Double)]) {
    for (name, value) in values {
      if series[name] == nil { names.append(name) }
      series[name, default: []].append(value)
    }
  }

  mutating func append(_ other: History) {
    for name in other.names {
      if series[name] == nil { names.append(name) }
      series[name, default: []] += other[name]
    }
  }
}
