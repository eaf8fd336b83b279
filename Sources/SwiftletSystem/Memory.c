#include "SwiftletSystem.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

void *swiftlet_allocate(size_t count) {
  void *pointer = NULL;
  if (posix_memalign(&pointer, 64, count ? count : 64) != 0) return NULL;
  return pointer;
}

void swiftlet_free(void *pointer) { free(pointer); }

uint64_t swiftlet_peak_memory(void) {
#ifdef __linux__
  // getrusage keeps the peak of the process that started this one; the kernel's own account does not.
  FILE *status = fopen("/proc/self/status", "re");
  if (status) {
    char line[128];
    unsigned long long kilobytes = 0;
    while (fgets(line, sizeof line, status))
      if (sscanf(line, "VmHWM: %llu", &kilobytes) == 1) break;
    fclose(status);
    if (kilobytes) return (uint64_t)kilobytes * 1024;
  }
#endif
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return (uint64_t)usage.ru_maxrss;
#else
  return (uint64_t)usage.ru_maxrss * 1024;
#endif
}
