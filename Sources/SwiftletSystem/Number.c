#include "SwiftletSystem.h"

#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

static locale_t plain;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_plain(void) { plain = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

bool swiftlet_parse_double(const char *text, size_t count, double *value) {
  // Longer texts than any double needs are legal JSON; strtod rounds them right, so they only need room.
  char small[128];
  if (count == 0) return false;
  for (size_t i = 0; i < count; i++) {
    char c = text[i];
    bool known = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
    if (!known) return false;
  }
  pthread_once(&once, make_plain);
  if (plain == (locale_t)0) return false;
  char *copy = count < sizeof small ? small : malloc(count + 1);
  if (!copy) return false;
  memcpy(copy, text, count);
  copy[count] = 0;
  char *end = NULL;
  *value = strtod_l(copy, &end, plain);
  bool whole = end == copy + count;
  if (copy != small) free(copy);
  return whole;
}
