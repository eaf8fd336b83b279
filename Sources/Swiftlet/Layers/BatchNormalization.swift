import SwiftletGraph

/// A batch normalization that no product takes in becomes one factor and one term for each channel.
func lowerBatchNormalization(
  _ layer: BatchNormalization, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) {
  let channels = call.lastLength(ofInput: 0)
  let (scale, offset) = try layer.scaleAndOffset(
    layer: call.layer, channels: channels, weights: builder.weights)
  builder.emitInPlace(
    RescaleOperation(
      scale: scale.map { Float($0) }, offset: offset.map { Float($0) }, kernels: builder.kernels), for: call)
}

extension BatchNormalization {
  /// gamma / sqrt(variance + epsilon), and beta - mean * that, computed in binary64 so that folding them into a
  /// kernel rounds once. Weights are gamma, beta, moving_mean, moving_variance, those that the layer has.
  func scaleAndOffset(
    layer: Int, channels: Int, weights: WeightSource
  ) throws(ModelError) -> (scale: [Double], offset: [Double]) {
    var next = 0
    func read() throws(ModelError) -> [Float] {
      defer { next += 1 }
      return try weights.values(layer: layer, weight: next, count: channels)
    }
    let gamma = scale ? try read() : [Float](repeating: 1, count: channels)
    let beta = center ? try read() : [Float](repeating: 0, count: channels)
    let mean = try read()
    let variance = try read()
    var scales = [Double](repeating: 0, count: channels)
    var offsets = scales
    var scaleSpan = scales.mutableSpan
    var offsetSpan = offsets.mutableSpan
    for channel in 0..<channels {
      let deviation = (Double(variance[channel]) + Double(epsilon)).squareRoot()
      let factor = Double(gamma[channel]) / deviation
      scaleSpan[channel] = factor
      offsetSpan[channel] = Double(beta[channel]) - Double(mean[channel]) * factor
    }
    return (scales, offsets)
  }
}
