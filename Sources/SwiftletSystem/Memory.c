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

/// A block that many pieces lie in, one behind the other; it goes with the last of them.
typedef struct swiftlet_region {
  atomic_size_t users;  // the pieces that are left, and whoever still carves
  atomic_size_t used;
  size_t end;  // of what may be carved: before the room while the region is open, then the region's own
  size_t size;
  atomic_size_t gapUsed;  // of the first piece's place, once that is freed before the others
  atomic_size_t gapEnd;
} region;

/// What lies before each piece, so that pieces stay aligned.
typedef struct piece {
  _Alignas(64) region *region;  // NULL for a block of its own
  size_t start;                 // of what it takes of its region, this struct included
  size_t end;
} piece;

/// What is taken of a region before its first piece.
static const size_t head = (sizeof(region) + 63) / 64 * 64;

static _Thread_local region *carved;

static void leave(region *region) {
  if (atomic_fetch_sub_explicit(&region->users, 1, memory_order_acq_rel) == 1) swiftlet_free(region);
}

void swiftlet_region_leave(region *region) {
  if (region) leave(region);
}

bool swiftlet_region_open(size_t count, size_t room) {
  count = (count + 63) / 64 * 64;
  if (carved) {
    const size_t used = atomic_load_explicit(&carved->used, memory_order_relaxed);
    if (count <= carved->size - used && room <= carved->size - used - count) {
      carved->end = used + count;
      return true;
    }
    swiftlet_region_leave(swiftlet_region_close());
  }
  // A few small pages cost less than a large one that is hardly used.
  if (count < largePage / 2) return false;
  const size_t needed = head + count + room;
  const size_t whole = (needed + largePage / 2) / largePage * largePage;
  // What is not touched costs nothing, and a session may want it; but one more large page for it would be mostly empty.
  const size_t size = (whole > needed ? whole : needed) + largePage / 2;
  region *made = swiftlet_allocate(size);
  if (!made) return false;
  made->end = head + count;
  made->size = size;
  atomic_init(&made->users, 1);
  atomic_init(&made->used, head);
  atomic_init(&made->gapUsed, head);
  atomic_init(&made->gapEnd, head);
  carved = made;
  return true;
}

region *swiftlet_region_close(void) {
  region *closed = carved;
  carved = NULL;
  if (closed) closed->end = closed->size;
  return closed;
}

/// Takes `count` bytes of those between `used` and `end`: where they begin, or 0 where there are not as many.
static size_t take(atomic_size_t *used, size_t end, size_t count) {
  size_t start = atomic_load_explicit(used, memory_order_relaxed);
  do {
    // The end of a gap can have grown since it was read, and the gap been used beyond that.
    if (start > end || count > end - start) return 0;
  } while (
      !atomic_compare_exchange_weak_explicit(used, &start, start + count, memory_order_acquire, memory_order_relaxed));
  return start;
}

/// A piece of `count` bytes, itself included, of what a region has left; NULL where it has not as many.
static piece *carve(region *region, size_t count) {
  size_t start = take(&region->gapUsed, atomic_load_explicit(&region->gapEnd, memory_order_acquire), count);
  if (!start) start = take(&region->used, region->end, count);
  if (!start) return NULL;
  atomic_fetch_add_explicit(&region->users, 1, memory_order_relaxed);
  piece *made = (piece *)((char *)region + start);
  *made = (piece){.region = region, .start = start, .end = start + count};
  return made;
}

/// Gives a piece's place back where it was the last that was taken, or the first of all. Whoever takes the place sees
/// what was done here before.
static void giveBack(region *region, size_t start, size_t end) {
  size_t last = end;
  if (atomic_compare_exchange_strong_explicit(
          &region->used, &last, start, memory_order_release, memory_order_relaxed))
    return;
  const size_t gapEnd = atomic_load_explicit(&region->gapEnd, memory_order_relaxed);
  if (start == head && end > gapEnd) {
    atomic_store_explicit(&region->gapEnd, end, memory_order_release);
  } else if (end <= gapEnd) {
    last = end;
    atomic_compare_exchange_strong_explicit(
        &region->gapUsed, &last, start, memory_order_release, memory_order_relaxed);
  }
}

void *swiftlet_region_take(region *region, size_t count) {
  if (count > SIZE_MAX - 2 * sizeof(piece)) return NULL;
  const size_t wanted = sizeof(piece) + (count + 63) / 64 * 64;
  piece *made = region ? carve(region, wanted) : NULL;
  if (!made) {
    made = swiftlet_allocate(wanted);
    if (!made) return NULL;
    made->region = NULL;
  }
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
  region *region = freed->region;
  if (!region) {
    swiftlet_free(freed);
    return;
  }
  giveBack(region, freed->start, freed->end);
  leave(region);
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
