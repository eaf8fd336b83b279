#include "SwiftletSystem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Metadata of HDF5 files lies in blocks of some 2 KB, with weights between them, and is walked back and forth.
enum { BLOCK = 8192, SLOTS = 8 };

typedef struct slot {
  uint64_t block;  // its number in the file
  size_t count;  // how many of its bytes there are; 0 where nothing is kept
} slot;

struct swiftlet_file_window {
  int descriptor;
  pthread_mutex_t lock;  // guards what follows
  slot slots[SLOTS];
  char bytes[SLOTS][BLOCK];
};

swiftlet_file_window *swiftlet_window_create(int descriptor) {
  swiftlet_file_window *window = malloc(sizeof *window);
  if (!window) {
    swiftlet_file_close(descriptor);
    return NULL;
  }
  window->descriptor = descriptor;
  pthread_mutex_init(&window->lock, NULL);
  memset(window->slots, 0, sizeof window->slots);
  return window;
}

/// Copies what block `number` holds from byte `from` on, at most `count` bytes. Returns how many, or minus an errno
/// value.
static int64_t copy(swiftlet_file_window *window, uint64_t number, size_t from, char *target, size_t count) {
  slot *kept = &window->slots[number % SLOTS];
  char *bytes = window->bytes[number % SLOTS];
  if (kept->count == 0 || kept->block != number) {
    int64_t got = swiftlet_file_read(window->descriptor, bytes, BLOCK, number * BLOCK);
    kept->block = number;
    kept->count = got < 0 ? 0 : (size_t)got;
    if (got < 0) return got;
  }
  if (from >= kept->count) return 0;
  size_t there = kept->count - from < count ? kept->count - from : count;
  memcpy(target, bytes + from, there);
  return (int64_t)there;
}

int64_t swiftlet_window_read(swiftlet_file_window *window, void *buffer, size_t count, uint64_t offset) {
  // Weights go where they are wanted, and addresses that no file has are refused there.
  if (count > BLOCK / 2 || offset > INT64_MAX - count)
    return swiftlet_file_read(window->descriptor, buffer, count, offset);
  size_t done = 0;
  pthread_mutex_lock(&window->lock);
  while (done < count) {
    uint64_t at = offset + done;
    size_t from = (size_t)(at % BLOCK), wanted = count - done < BLOCK - from ? count - done : BLOCK - from;
    int64_t got = copy(window, at / BLOCK, from, (char *)buffer + done, wanted);
    if (got < 0) {
      pthread_mutex_unlock(&window->lock);
      return got;
    }
    done += (size_t)got;
    if ((size_t)got < wanted) break;
  }
  pthread_mutex_unlock(&window->lock);
  return (int64_t)done;
}

void swiftlet_window_destroy(swiftlet_file_window *window) {
  if (!window) return;
  swiftlet_file_close(window->descriptor);
  pthread_mutex_destroy(&window->lock);
  free(window);
}
