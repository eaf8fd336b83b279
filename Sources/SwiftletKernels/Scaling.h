/// Weights times a factor for each of their columns, while a model is loaded.

static void scale_columns(float *restrict values, size_t rows, size_t columns, const double *restrict factors) {
  for (size_t row = 0; row < rows; row++, values += columns)
    for (size_t column = 0; column < columns; column++)
      values[column] = (float)((double)values[column] * factors[column]);
}
