#include "SwiftletSystem.h"

#include <string.h>

static _Thread_local int last_code;
static _Thread_local char last_text[1024];

void swiftlet_error_keep(int code, const char *text, size_t count) {
  if (count >= sizeof last_text) {
    count = sizeof last_text - 1;
    // A cut inside a character of UTF-8 would leave no text at all to whoever decodes it strictly.
    while (count > 0 && ((unsigned char)text[count] & 0xC0) == 0x80) count--;
  }
  memcpy(last_text, text, count);
  last_text[count] = 0;
  last_code = code;
}

int swiftlet_error_code(void) { return last_code; }

const char *swiftlet_error_kept(void) { return last_text; }
