/// The table of the instruction set for which this is compiled.

const swiftlet_kernels TABLE = {
  .isa = ISA,
  .dense = dense, .activate = activate, .softmax = softmax, .rescale = rescale, .normalize = normalize,
  .copy = copy, .convert = convert, .add = add, .normalize_layer = normalize_layer, .pad = pad,
  .pool_maximum = pool_maximum, .pool_average = pool_average,
  .pool_global_maximum = pool_global_maximum, .pool_global_average = pool_global_average,
  .attend = attend, .lstm = lstm,
  .convolve = convolve, .convolve_depthwise = convolve_depthwise,
  .dense_bfloat16 = dense_bfloat16, .dense_int8 = dense_int8,
  .matmul = matmul, .activate_array = activate_array, .softmax_rows = softmax_rows,
  .sum = sum, .maximum = maximum, .scale_columns = scale_columns, .pack_rows = pack_rows,
  .fma_peak = fma_peak, .fma_peak_flops = (size_t)PEAK_CHAINS * PEAK_ROUNDS * LANES * 2,
  .read_peak = read_peak,
};
