// Runs a model that has one input and one output.
// usage: predict model.h5 input.raw output.raw   (rows of float32 in the machine's byte order)
#include <stdio.h>
#include <stdlib.h>

#include "swiftlet.h"

static void fail(const char *what) {
  fprintf(stderr, "predict: %s\n", what);
  exit(1);
}

/// The numbers in one row of a tensor of `rank` dimensions.
static size_t row(const int64_t *lengths, size_t rank) {
  size_t count = 1;
  for (size_t index = 0; index < rank; index++) {
    if (lengths[index] == SWIFTLET_OPEN) fail("the model leaves a length open");
    count *= (size_t)lengths[index];
  }
  return count;
}

int main(int count, char **arguments) {
  if (count != 4) fail("usage: predict model.h5 input.raw output.raw");
  swiftlet_model *model = swiftlet_model_open(arguments[1]);
  if (!model) fail(swiftlet_last_error());
  if (swiftlet_model_input_count(model) != 1 || swiftlet_model_output_count(model) != 1)
    fail("the model has several inputs or outputs");
  int64_t in[32], out[32];  // No model has more dimensions.
  size_t width = row(in, swiftlet_model_input_shape(model, 0, in, 32));
  size_t made = row(out, swiftlet_model_output_shape(model, 0, out, 32));

  FILE *source = fopen(arguments[2], "rb");
  FILE *target = fopen(arguments[3], "wb");
  if (!source || !target) fail("cannot open the input or the output");
  enum { batch = 32 };
  float *input = malloc(batch * width * sizeof *input);
  float *output = malloc(batch * made * sizeof *output);
  swiftlet_session *session = swiftlet_session_make(model, batch, NULL, 0, 1);
  if (!session) fail(swiftlet_last_error());
  if (!input || !output) fail("out of memory");
  size_t rows;
  while ((rows = fread(input, width * sizeof *input, batch, source)) > 0) {
    if (swiftlet_session_predict(session, rows, input, output)) fail(swiftlet_last_error());
    if (fwrite(output, made * sizeof *output, rows, target) != rows) fail("cannot write the output");
  }
  if (fclose(target)) fail("cannot write the output");
  fclose(source);
  free(input);
  free(output);
  swiftlet_session_close(session);
  swiftlet_model_close(model);
  return 0;
}
