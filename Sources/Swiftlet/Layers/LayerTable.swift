import SwiftletGraph

/// What each layer becomes in a plan: a line a layer.
enum LayerTable {
  static let lowerings: [LayerLowering] = [
    LayerLowering(Dense.self, lowerDense),
    LayerLowering(ActivationLayer.self, lowerSoleActivation),
    LayerLowering(LeakyReLU.self, lowerSoleActivation),
    LayerLowering(ELU.self, lowerSoleActivation),
    LayerLowering(ReLU.self, lowerSoleActivation),
    LayerLowering(Softmax.self, lowerSoftmax),
    LayerLowering(Dropout.self, lowerIdentity),
    LayerLowering(Flatten.self, lowerFlatten),
    LayerLowering(Reshape.self, lowerIdentity),
    LayerLowering(Rescaling.self, lowerRescaling),
    LayerLowering(Normalization.self, lowerNormalization),
    LayerLowering(Conv1D.self, lowerConvolution),
    LayerLowering(Conv2D.self, lowerConvolution),
    LayerLowering(DepthwiseConv1D.self, lowerDepthwise),
    LayerLowering(DepthwiseConv2D.self, lowerDepthwise),
    LayerLowering(MaxPooling1D.self, lowerMaximumPooling),
    LayerLowering(MaxPooling2D.self, lowerMaximumPooling),
    LayerLowering(AveragePooling1D.self, lowerAveragePooling),
    LayerLowering(AveragePooling2D.self, lowerAveragePooling),
    LayerLowering(GlobalMaxPooling1D.self, lowerGlobalMaximumPooling),
    LayerLowering(GlobalMaxPooling2D.self, lowerGlobalMaximumPooling),
    LayerLowering(GlobalAveragePooling1D.self, lowerGlobalAveragePooling),
    LayerLowering(GlobalAveragePooling2D.self, lowerGlobalAveragePooling),
    LayerLowering(ZeroPadding1D.self, lowerZeroPadding),
    LayerLowering(ZeroPadding2D.self, lowerZeroPadding),
    LayerLowering(BatchNormalization.self, lowerBatchNormalization),
    LayerLowering(Add.self, lowerAdd),
    LayerLowering(LayerNormalization.self, lowerLayerNormalization),
    LayerLowering(MultiHeadAttention.self, lowerMultiHeadAttention),
    LayerLowering(LSTM.self, lowerLSTM),
  ]

  /// The class names, for an error that says what would do.
  static var supportedNames: String { lowerings.map { $0.className }.joined(separator: ", ") }
}

/// How layers of one class are lowered.
struct LayerLowering: Sendable {
  typealias Lower<L> = @Sendable (L, inout PlanBuilder, PlanBuilder.Call) throws(ModelError) -> Void

  let className: String
  /// Lowers the layer if it is of this class, and says whether it was.
  let attempt: @Sendable (any Layer, inout PlanBuilder, PlanBuilder.Call) throws(ModelError) -> Bool

  init<L: Layer>(_ type: L.Type, _ lower: @escaping Lower<L>) {
    className = L.className
    attempt = { (layer, builder, call) throws(ModelError) -> Bool in
      guard let layer = layer as? L else { return false }
      try lower(layer, &builder, call)
      return true
    }
  }
}
