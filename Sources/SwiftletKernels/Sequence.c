/// What the steps for sequences want to know beforehand; the same for every instruction set.
#include "Kernels.h"

static size_t padded(size_t count) { return (count + SWIFTLET_PANEL - 1) / SWIFTLET_PANEL * SWIFTLET_PANEL; }

size_t swiftlet_lstm_columns(size_t units) { return 4 * padded(units); }

size_t swiftlet_lstm_column(size_t gate, size_t unit) {
  return (unit / SWIFTLET_PANEL * 4 + gate) * SWIFTLET_PANEL + unit % SWIFTLET_PANEL;
}

void swiftlet_lstm_pack(const float *kernel, size_t units, float *packed) {
  for (size_t panel = 0; panel < units; panel += SWIFTLET_PANEL)
    for (size_t k = 0; k < units; k++)
      for (size_t gate = 0; gate < 4; gate++)
        for (size_t unit = panel; unit < panel + SWIFTLET_PANEL; unit++)
          *packed++ = unit < units ? kernel[(k * 4 + gate) * units + unit] : 0;
}

size_t swiftlet_lstm_scratch(size_t units) { return 3 * SWIFTLET_LSTM_ROWS * padded(units) * sizeof(float); }

size_t swiftlet_attention_scratch(size_t keys, size_t keyLength, size_t valueLength) {
  const size_t scores = SWIFTLET_ATTENTION_QUERIES * padded(keys);
  return (padded(keys) * keyLength + keys * padded(valueLength) + scores) * sizeof(float);
}
