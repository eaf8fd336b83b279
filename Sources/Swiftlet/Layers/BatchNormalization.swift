import SwiftletGraph

/// A batch normalization that no product takes in becomes one factor and one term for each channel.
func lowerBatchNormalization(
  _ layer: BatchNormalization, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) {
  let channels = call.lastLength(ofInput: 0)
  let source = builder.weights
  let weights = try builder.shared(for: call) { () throws(ModelError) -> RescaleWeights in
    let (scale, offset) = try layer.scaleAndOffset(layer: call.layer, channels: channels, weights: source)
    return try RescaleWeights(scale: scale.map { Float($0) }, offset: offset.map { Float($0) })
  }
  builder.emitInPlace(RescaleOperation(weights, kernels: builder.kernels), for: call)
}

extension BatchNormalization {
  /// gamma / sqrt(variance + epsilon), and beta - mean * that, computed in binary64 so that folding them into a
  /// kernel rounds once. Weights are gamma, beta, moving_mean, moving_variance, those that the layer has.
  func scaleAndOffset(
    layer: Int, channels: Int, weights: WeightSource
  ) throws(ModelError) -> (scale: [Double], offset: [Double]) {
    let (count, overflow) = channels.multipliedReportingOverflow(by: 4)
    guard !overflow else { throw .memory(bytes: Int.max) }
    let room = try weights.room(for: count)
    defer { withExtendedLifetime(room) {} }
    var next = 0
    /// Reads the next weight to the given place in the room, if the layer has it.
    func read(to place: Int, if isThere: Bool = true, otherwise value: Float = 0) throws(ModelError) {
      let part = unsafe UnsafeMutableBufferPointer(start: room.pointer + place * channels, count: channels)
      guard isThere else { return unsafe part.initialize(repeating: value) }
      unsafe try weights.read(layer: layer, weight: next, from: 0, into: part)
      next += 1
    }
    try read(to: 0, if: scale, otherwise: 1)
    try read(to: 1, if: center)
    try read(to: 2)
    try read(to: 3)
    let (gamma, beta) = unsafe (room.pointer, room.pointer + channels)
    let (mean, variance) = unsafe (room.pointer + 2 * channels, room.pointer + 3 * channels)
    let scales = unsafe [Double](unsafeUninitializedCapacity: channels) { scales, made in
      for channel in 0..<channels {
        unsafe scales[channel] =
          Double(gamma[channel]) / (Double(variance[channel]) + Double(epsilon)).squareRoot()
      }
      made = channels
    }
    let offsets = unsafe [Double](unsafeUninitializedCapacity: channels) { offsets, made in
      for channel in 0..<channels {
        unsafe offsets[channel] = Double(beta[channel]) - Double(mean[channel]) * scales[channel]
      }
      made = channels
    }
    return (scales, offsets)
  }
}
