/// Sums of two tensors.

static void add(const void *parameters, const swiftlet_run *run) {
  const swiftlet_add *p = parameters;
  const float *first = run->tensors[p->first], *second = run->tensors[p->second];
  float *y = run->tensors[p->output];
  const size_t count = run->rows * p->count;
  float low, high;
  const swiftlet_activation *after = clip_of(&p->activation, &low, &high);
  const vf lowest = vset(low), highest = vset(high);
  // A part stays in L1 until its activation has been applied.
  enum { PART = 2048 };
  for (size_t n = 0; n < count; n += PART) {
    const size_t size = count - n < PART ? count - n : PART;
    size_t i = n;
    for (; i + LANES <= n + size; i += LANES)
      vstore(y + i, vmin(highest, vmax(lowest, vload(first + i) + vload(second + i))));
    if (i < n + size) {
      const size_t here = n + size - i;
      const vf z = vload_part(first + i, here) + vload_part(second + i, here);
      vstore_part(y + i, vmin(highest, vmax(lowest, z)), here);
    }
    if (after) activate_array(after, y + n, y + n, size);
  }
}
