#include "SwiftletSystem.h"

#include <stdlib.h>
#include <sys/resource.h>

void *swiftlet_allocate(size_t count) {
  void *pointer = NULL;
  if (posix_memalign(&pointer, 64, count ? count : 64) != 0) return NULL;
  return pointer;
}

void swiftlet_free(void *pointer) { free(pointer); }

uint64_t swiftlet_peak_memory(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return (uint64_t)usage.ru_maxrss;
#else
  return (uint64_t)usage.ru_maxrss * 1024;
#endif
}
