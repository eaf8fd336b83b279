#include "SwiftletSystem.h"

#include <stdatomic.h>
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

/// A block that many pieces lie in; it goes with the last of them.
typedef struct swiftlet_region {
  atomic_size_t users;  // the pieces that are left, and whoever still carves
  atomic_size_t used;
  size_t end;  // of what may be carved: before the room while the region is open, then the region's own
  size_t size;
} region;

/// What lies before each piece, so that pieces stay aligned.
typedef struct piece {
  _Alignas(64) region *region;  // NULL for a block of its own
} piece;

static _Thread_local region *carved;

static void leave(region *region) {
  if (atomic_fetch_sub_explicit(&region->users, 1, memory_order_acq_rel) == 1) swiftlet_free(region);
}

void swiftlet_region_leave(region *region) {
  if (region) leave(region);
}

void swiftlet_region_open(size_t count, size_t room) {
  swiftlet_region_leave(swiftlet_region_close());
  // A few small pages cost less than a large one that is hardly used.
  if (count < largePage / 2) return;
  const size_t end = (sizeof(region) + 63) / 64 * 64 + (count + 63) / 64 * 64;
  const size_t needed = end + room;
  const size_t whole = (needed + largePage / 2) / largePage * largePage;
  // What is not touched costs nothing, and a session may want it; but one more large page for it would be mostly empty.
  const size_t size = (whole > needed ? whole : needed) + largePage / 2;
  region *made = swiftlet_allocate(size);
  if (!made) return;
  made->end = end;
  made->size = size;
  atomic_init(&made->users, 1);
  atomic_init(&made->used, 64);
  carved = made;
}

region *swiftlet_region_close(void) {
  region *closed = carved;
  carved = NULL;
  if (closed) closed->end = closed->size;
  return closed;
}

/// The place of `count` bytes in what a region has left; NULL where it has not as many.
static void *carve(region *region, size_t count) {
  size_t used = atomic_load_explicit(&region->used, memory_order_relaxed);
  do {
    if (count > region->end - used) return NULL;
  } while (!atomic_compare_exchange_weak_explicit(
      &region->used, &used, used + count, memory_order_relaxed, memory_order_relaxed));
  atomic_fetch_add_explicit(&region->users, 1, memory_order_relaxed);
  return (char *)region + used;
}

void *swiftlet_region_take(region *region, size_t count) {
  if (count > SIZE_MAX - 2 * sizeof(piece)) return NULL;
  const size_t wanted = sizeof(piece) + (count + 63) / 64 * 64;
  piece *made = region ? carve(region, wanted) : NULL;
  if (!made) {
    region = NULL;
    made = swiftlet_allocate(wanted);
    if (!made) return NULL;
  }
  made->region = region;
  return made + 1;
}

void *swiftlet_region_allocate(size_t count) { return swiftlet_region_take(carved, count); }

void *swiftlet_region_room(size_t count) {
  if (!carved || count > carved->size - carved->end) return NULL;
  return (char *)carved + carved->end;
}

void swiftlet_region_free(void *pointer) {
  if (!pointer) return;
  piece *freed = (piece *)pointer - 1;
  if (freed->region) leave(freed->region);
  else swiftlet_free(freed);
}

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
