#include "SwiftletSystem.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

/// The size of the large pages of x86-64, and of 64-bit ARM with small pages of 4 KB.
static const size_t largePage = (size_t)1 << 21;

void *swiftlet_allocate(size_t count) {
  void *pointer = NULL;
  const bool isLarge = count >= largePage;
  if (posix_memalign(&pointer, isLarge ? largePage : 64, count ? count : 64) != 0) return NULL;
#ifdef MADV_HUGEPAGE
  // Without large pages, the first touch of each 4 KB costs more than filling them does. It is advice: where the
  // system takes none, nothing is lost.
  if (isLarge) madvise(pointer, count / largePage * largePage, MADV_HUGEPAGE);
#endif
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
