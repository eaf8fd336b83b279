/// Typed elements to float32.

INLINE float from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// IEEE half precision: every value is exact in float32.
INLINE float from_float16(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16, rest = half & 0x7fff;
  // Subnormals by arithmetic: rest is below 1024 then, and counts units of 2^-24.
  const float small = (float)(int32_t)rest * 0x1p-24f;
  uint32_t smallBits;
  memcpy(&smallBits, &small, sizeof small);
  const uint32_t normal = (rest << 13) + ((rest >= 0x7c00 ? 255u - 31u : 127u - 15u) << 23);
  return from_bits(sign | (rest < 0x400 ? smallBits : normal));
}

static void convert(const void *parameters, const swiftlet_run *run) {
  const swiftlet_convert *p = parameters;
  const void *input = run->tensors[p->input];
  float *y = run->tensors[p->output];
  const size_t count = run->rows * p->count;
  switch (p->type) {
#define CASE(TYPE, ELEMENT, VALUE) \
  case TYPE: { \
    const ELEMENT *x = input; \
    for (size_t i = 0; i < count; i++) y[i] = VALUE; \
    return; \
  }
    case SWIFTLET_FLOAT32: memcpy(y, input, count * sizeof(float)); return;
    CASE(SWIFTLET_FLOAT64, double, (float)x[i])
    CASE(SWIFTLET_FLOAT16, uint16_t, from_float16(x[i]))
    CASE(SWIFTLET_BFLOAT16, uint16_t, from_bits((uint32_t)x[i] << 16))
    CASE(SWIFTLET_INT8, int8_t, (float)x[i])
    CASE(SWIFTLET_INT16, int16_t, (float)x[i])
    CASE(SWIFTLET_INT32, int32_t, (float)x[i])
    CASE(SWIFTLET_INT64, int64_t, (float)x[i])
    CASE(SWIFTLET_UINT8, uint8_t, (float)x[i])
    CASE(SWIFTLET_UINT16, uint16_t, (float)x[i])
    CASE(SWIFTLET_UINT32, uint32_t, (float)x[i])
    CASE(SWIFTLET_UINT64, uint64_t, (float)x[i])
    CASE(SWIFTLET_BOOL, uint8_t, (float)(x[i] != 0))
#undef CASE
  }
}
