/// The random numbers of training: xoshiro256** (Blackman and Vigna, 2018), seeded through SplitMix64. The
/// same seed gives the same numbers on every machine.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The generator of a seed.
  public init(seed: UInt64) {
    var mixer = SplitMix64(state: seed)
    state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
  }

  /// A generator of its own for one use (a weight, an epoch, a step), so that what one use draws never moves
  /// the numbers of another.
  public init(seed: UInt64, stream: UInt64...) {
    var mixed = seed
    for part in stream {
      var mixer = SplitMix64(state: mixed ^ (part &* 0x9E37_79B9_7F4A_7C15))
      mixed = mixer.next()
    }
    self.init(seed: mixed)
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    let product = state.1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = (state.3 << 45) | (state.3 >> 19)
    return result
  }

  /// A number from 0 up to, but not including, 1, of 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number below `bound`, each as likely as any other.
  /// - Precondition: `bound` is 1 or more.
  public mutating func below(_ bound: Int) -> Int {
    let bound = UInt64(bound)
    // Lemire's multiplication, drawing again where the low half shows a bias.
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// Puts the elements into a random order (Fisher and Yates, from the back).
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for index in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(index, below(index + 1))
    }
  }

  /// A standard normal number cut at `bound` on both sides: drawn evenly and kept with probability
  /// exp(-x²/2), which needs nothing of the system's mathematics and so is the same everywhere.
  public mutating func normal(bound: Double) -> Double {
    while true {
      let x = (2 * uniform() - 1) * bound
      if uniform() < Self.exponential(minus: x * x / 2) { return x }
    }
  }

  /// exp(-t) for t from 0 to 50 by a Taylor sum of t / 1024, squared ten times.
  private static func exponential(minus t: Double) -> Double {
    let x = -t / 1024
    var value = 1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))))
    for _ in 0..<10 { value *= value }
    return value
  }

  private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
