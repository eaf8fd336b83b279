/// What Embedded Swift cannot reach by itself: files, memory, the clock, number text, inflate, threads.
/// Every function is thread-safe unless it says otherwise; none prints, exits or installs a handler.
#ifndef SWIFTLET_SYSTEM_H
#define SWIFTLET_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// MARK: Files (File.c)

/// Opens `path` for reading. Returns 0 and a descriptor, or an errno value. A directory gives EISDIR.
int swiftlet_file_open(const char *path, int *descriptor);
/// The file's size in bytes, or minus an errno value.
int64_t swiftlet_file_size(int descriptor);
/// Reads `count` bytes at `offset`, retrying short reads. Returns how many bytes it got (fewer than
/// `count` only at the end of the file), or minus an errno value.
int64_t swiftlet_file_read(int descriptor, void *buffer, size_t count, uint64_t offset);
void swiftlet_file_close(int descriptor);

/// Writes `count` bytes to `path` by way of a new file beside it, synced and renamed, so that `path`
/// holds either its old bytes or all of the new ones. A symbolic link stays, and the file that it leads to is
/// replaced. Returns 0 or an errno value.
int swiftlet_file_replace(const char *path, const void *bytes, size_t count);
/// Writes all bytes to standard output (descriptor 1) or standard error (2). Returns 0 or an errno value.
int swiftlet_write(int descriptor, const void *bytes, size_t count);
/// Makes the directory `path` if it is not there. Returns 0 or an errno value.
int swiftlet_directory_make(const char *path);
/// Ends the process with an exit status.
_Noreturn void swiftlet_exit(int status);
/// The system's text for an errno value. Valid until the calling thread asks for another.
const char *swiftlet_error_text(int error);
/// Whether an errno value says that nobody reads a pipe any more.
bool swiftlet_is_broken_pipe(int error);
/// Whether an errno value says that a file was made and its bytes could not be written: a full disk, a limit on
/// sizes, a failing device.
bool swiftlet_is_failed_write(int error);

// MARK: Memory (Memory.c)

/// `count` bytes aligned to 64, or NULL. `count` 0 gives a pointer that may be freed.
void *swiftlet_allocate(size_t count);
void swiftlet_free(void *pointer);

/// Lets `swiftlet_region_allocate` on this thread carve its pieces from one block of about `count` bytes until the
/// region is closed: pieces that are made together and kept together then lie in large pages, and take few faults.
/// Behind them are `room` bytes for `swiftlet_region_room`. Without memory for it, or where it would be small, each
/// piece is a block of its own, as after closing. A region that is open already stays if it has as much left.
/// Returns whether there is one.
bool swiftlet_region_open(size_t count, size_t room);
/// A block that pieces lie in.
typedef struct swiftlet_region swiftlet_region;
/// Closes the region, and returns it for the room that it has left, until `swiftlet_region_leave`. NULL if there is
/// none.
swiftlet_region *swiftlet_region_close(void);
void swiftlet_region_leave(swiftlet_region *region);
/// `count` bytes aligned to 64 as `swiftlet_region_allocate` gives them, in a region that is closed, or in none where
/// `region` is NULL. Threads may take at once.
void *swiftlet_region_take(swiftlet_region *region, size_t count);
/// `count` bytes aligned to 64, or NULL; what does not fit the open region is a block of its own. Any thread may free
/// a piece; a region's memory goes with its last. The piece that was taken last gives its place back, so that what is
/// freed in the reverse order leaves no gaps; so does a region's first piece, whatever comes after it.
void *swiftlet_region_allocate(size_t count);
/// `count` bytes, aligned to 64, of the room behind the pieces of the open region: until it is closed, for what is taken
/// from it then may lie there. They are not freed, and whoever asks twice gets the same. NULL if there are not as many.
void *swiftlet_region_room(size_t count);
void swiftlet_region_free(void *pointer);

/// The process's peak resident set, in bytes; 0 where it is unknown.
uint64_t swiftlet_peak_memory(void);

/// Whether `count` bytes are the same in both places. Without a call, because most pieces are names.
static inline bool swiftlet_same_bytes(const void *a, const void *b, size_t count) {
  const char *first = (const char *)a, *second = (const char *)b;
  if (count >= 8) {
    // Eight at a time, and at the end the last eight.
    uint64_t x, y;
    for (size_t place = 0, last = count - 8;; place = place + 8 < last ? place + 8 : last) {
      memcpy(&x, first + place, 8);
      memcpy(&y, second + place, 8);
      if (x != y || place == last) return x == y;
    }
  }
  if (count >= 4) {
    uint32_t x[2], y[2];
    memcpy(&x[0], first, 4);
    memcpy(&x[1], first + count - 4, 4);
    memcpy(&y[0], second, 4);
    memcpy(&y[1], second + count - 4, 4);
    return x[0] == y[0] && x[1] == y[1];
  }
  while (count > 0 && *first == *second) first++, second++, count--;
  return count == 0;
}

/// Which of two texts comes first by its bytes: less than 0 for `a`, 0 where they are the same. One without bytes may be
/// NULL.
static inline int swiftlet_order_bytes(const void *a, size_t countA, const void *b, size_t countB) {
  size_t count = countA < countB ? countA : countB;
  int order = count ? memcmp(a, b, count) : 0;
  return order ? order : (countA > countB) - (countA < countB);
}

/// Where the first zero byte among `count` is; `count` if there is none.
static inline size_t swiftlet_find_zero(const void *bytes, size_t count) {
  const void *found = memchr(bytes, 0, count);
  return found ? (size_t)((const char *)found - (const char *)bytes) : count;
}

/// Whether `byte` is among `count` bytes.
static inline bool swiftlet_has_byte(const void *bytes, size_t count, uint8_t byte) {
  return memchr(bytes, byte, count) != NULL;
}

/// How many bytes of a JSON string are ASCII and stand for themselves: up to a quotation mark, a backslash, a control
/// character or a byte with its top bit set. Behind such a byte, 16 may be read.
static inline size_t swiftlet_plain_text(const uint8_t *text) {
  typedef int8_t bytes __attribute__((vector_size(16)));
  for (size_t plain = 0;; plain += sizeof(bytes)) {
    bytes next;
    memcpy(&next, text + plain, sizeof next);
    // A byte with its top bit set is less than 0.
    const bytes special = (next == '"') | (next == '\\') | (next < 0x20);
#ifdef __SSE2__
    const int mask = __builtin_ia32_pmovmskb128(special);
    if (mask) return plain + (size_t)__builtin_ctz((unsigned)mask);
#else
    uint64_t halves[2];
    memcpy(halves, &special, sizeof halves);
    if (!(halves[0] | halves[1])) continue;
    while (!special[plain % sizeof next]) plain++;
    return plain;
#endif
  }
}

// MARK: Lock (Lock.c)

/// What one thread holds at a time.
typedef struct swiftlet_lock swiftlet_lock;
/// NULL if there is no memory.
swiftlet_lock *swiftlet_lock_create(void);
/// Waits until no other thread holds it.
void swiftlet_lock_take(swiftlet_lock *lock);
void swiftlet_lock_give(swiftlet_lock *lock);
/// - Precondition: nobody holds it.
void swiftlet_lock_destroy(swiftlet_lock *lock);

// MARK: Clock (Clock.c)

/// A monotonic clock, in nanoseconds.
uint64_t swiftlet_clock_nanoseconds(void);

// MARK: Numbers (Number.c)

/// Parses all of `text` (a decimal number as JSON spells it, of `count` bytes, no terminator needed) as a
/// double, whatever the process's locale is. False if it is not wholly a number.
bool swiftlet_parse_double(const char *text, size_t count, double *value);

// MARK: Inflate (Inflate.c)

/// Inflates a zlib or gzip stream. `*written` says how many bytes came out.
/// Returns 0; 1 where the stream is damaged or cut short; 2 where `capacity` is too small.
int swiftlet_inflate(const void *input, size_t inputCount, void *output, size_t capacity, size_t *written);

// MARK: The calling thread's last error (LastError.c)

/// Keeps a code and a UTF-8 text for the calling thread; a longer one is cut at 1,023 bytes or, where that would
/// split a character, before it.
void swiftlet_error_keep(int code, const char *text, size_t count);
/// The calling thread's last code, or 0.
int swiftlet_error_code(void);
/// The calling thread's last text, or "". Valid until the thread keeps another.
const char *swiftlet_error_kept(void);

// MARK: Threads (Pool.c)

/// A pool of `threads - 1` workers beside the caller. Threads look for the next run, and for each other at the end of one,
/// for some 100 us at most before they sleep, and for less and less where that is in vain, so that several pools do not
/// fight.
typedef struct swiftlet_pool swiftlet_pool;
/// NULL if `threads` is 0 or threads cannot be made.
swiftlet_pool *swiftlet_pool_create(size_t threads);
/// Runs `body(context, index)` for every index below `count`, on the workers and the caller, and returns when
/// all are done. One call at a time: a second caller waits. Allocates nothing.
void swiftlet_pool_run(swiftlet_pool *pool, size_t count, void (*body)(void *context, size_t index), void *context);
size_t swiftlet_pool_threads(const swiftlet_pool *pool);
void swiftlet_pool_destroy(swiftlet_pool *pool);

#endif
