/// What the processor can do at best: the yardsticks of the benchmarks.

/// Enough independent chains to cover the latency of a multiply-add on any processor so far.
enum { PEAK_CHAINS = 12, PEAK_ROUNDS = 4 };

static float fma_peak(size_t iterations) {
  // Read through volatile: the compiler would leave out a chain that it knew to stay as it is.
  static volatile float factorNumber = 0.999f, termNumber = 0.001f;
  const vf factor = vset(factorNumber), term = vset(termNumber);
  vf chain[PEAK_CHAINS];
  UNROLL
  for (int i = 0; i < PEAK_CHAINS; i++) chain[i] = vset((float)i);
  KEEP_ROLLED
  for (size_t n = 0; n < iterations; n++) {
    UNROLL
    for (int round = 0; round < PEAK_ROUNDS; round++) {
      UNROLL
      for (int i = 0; i < PEAK_CHAINS; i++) chain[i] = vfma(chain[i], factor, term);
    }
  }
  vf total = chain[0];
  UNROLL
  for (int i = 1; i < PEAK_CHAINS; i++) total = total + chain[i];
  return total[0];
}

/// The exclusive or of all bits, which costs less than the loads do.
static float read_peak(const float *x, size_t count) {
  vi seen[8];
  UNROLL
  for (int i = 0; i < 8; i++) seen[i] = viset(0);
  size_t n = 0;
  KEEP_ROLLED
  for (; n + 8 * LANES <= count; n += 8 * LANES) {
    UNROLL
    for (int i = 0; i < 8; i++) seen[i] ^= (vi)vload(x + n + (size_t)i * LANES);
  }
  uint32_t bits = 0;
  for (; n < count; n++) {
    uint32_t one;
    memcpy(&one, x + n, sizeof one);
    bits ^= one;
  }
  for (int i = 1; i < 8; i++) seen[0] ^= seen[i];
  for (int i = 0; i < LANES; i++) bits ^= (uint32_t)seen[0][i];
  return (float)bits;
}
