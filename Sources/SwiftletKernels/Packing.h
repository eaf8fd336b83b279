/// Weights on their way from a file to a kernel, while a model is loaded.

static void scale_columns(float *restrict values, size_t rows, size_t columns, const double *restrict factors) {
  for (size_t row = 0; row < rows; row++, values += columns)
    for (size_t column = 0; column < columns; column++)
      values[column] = (float)((double)values[column] * factors[column]);
}

/// Lays `count` rows of 16 columns, `stride` apart, behind each other.
static void pack_panel(
  const float *restrict rows, size_t stride, size_t count, const double *restrict factors, float *restrict packed) {
  for (size_t k = 0; k < count; k++, rows += stride, packed += SWIFTLET_PANEL)
    if (factors)
      for (size_t n = 0; n < SWIFTLET_PANEL; n++) packed[n] = (float)((double)rows[n] * factors[n]);
    else
      memcpy(packed, rows, SWIFTLET_PANEL * sizeof *packed);
}

static void pack_rows(
  const float *restrict rows, size_t count, size_t columns, size_t first, size_t inner, const double *factors,
  float *restrict packed) {
  packed += first * SWIFTLET_PANEL;
  size_t column = 0;
  for (; column + SWIFTLET_PANEL <= columns; column += SWIFTLET_PANEL)
    pack_panel(rows + column, columns, count, factors ? factors + column : NULL, packed + column * inner);
  if (column == columns) return;
  // The last panel is filled up with zeros.
  packed += column * inner;
  for (size_t k = 0; k < count; k++, rows += columns, packed += SWIFTLET_PANEL)
    for (size_t n = 0; n < SWIFTLET_PANEL; n++) {
      const size_t at = column + n;
      packed[n] = at >= columns ? 0 : factors ? (float)((double)rows[at] * factors[at]) : rows[at];
    }
}
