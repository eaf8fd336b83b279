/// A libhdf5 file driver that writes to a descriptor which the caller owns.
///
/// libhdf5's own driver cannot survive a full disk: closing the file fails, its cache stays behind, and the
/// library tries again when the process ends. This one keeps the first errno, drops what comes after, and
/// lets libhdf5 close in peace; the caller then looks at `error` and throws the file away. It takes no file
/// lock either, so file systems without locks are fine.
#ifndef SWIFTLET_HDF5_SINK_H
#define SWIFTLET_HDF5_SINK_H

#include "shim.h"
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

typedef struct swiftlet_hdf5_sink {
  int descriptor;
  /// The first errno that a write or truncation met; 0 while all is well.
  int error;
} swiftlet_hdf5_sink;

/// libhdf5 sees the first member; `end` is how far the file reaches, `allocated` how far libhdf5 has got.
typedef struct swiftlet_hdf5_sink_file {
  H5FD_t base;
  swiftlet_hdf5_sink *sink;
  haddr_t allocated;
  haddr_t end;
} swiftlet_hdf5_sink_file;

static inline H5FD_t *swiftlet_hdf5_sink_open(const char *name, unsigned flags, hid_t access, haddr_t maximum) {
  (void)name;
  (void)flags;
  (void)maximum;
  swiftlet_hdf5_sink *const *sink = (swiftlet_hdf5_sink *const *)H5Pget_driver_info(access);
  if (sink == NULL || *sink == NULL) return NULL;
  swiftlet_hdf5_sink_file *file = (swiftlet_hdf5_sink_file *)calloc(1, sizeof(swiftlet_hdf5_sink_file));
  if (file == NULL) return NULL;
  file->sink = *sink;
  return &file->base;
}

static inline herr_t swiftlet_hdf5_sink_close(H5FD_t *file) {
  free(file);
  return 0;
}

static inline int swiftlet_hdf5_sink_compare(const H5FD_t *a, const H5FD_t *b) {
  uintptr_t left = (uintptr_t)((const swiftlet_hdf5_sink_file *)a)->sink;
  uintptr_t right = (uintptr_t)((const swiftlet_hdf5_sink_file *)b)->sink;
  return left < right ? -1 : left > right;
}

/// Small raw data is not gathered into shared blocks, so that each dataset is aligned by itself.
static inline herr_t swiftlet_hdf5_sink_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE;
  return 0;
}

static inline haddr_t swiftlet_hdf5_sink_get_allocated(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const swiftlet_hdf5_sink_file *)file)->allocated;
}

static inline herr_t swiftlet_hdf5_sink_set_allocated(H5FD_t *file, H5FD_mem_t type, haddr_t address) {
  (void)type;
  ((swiftlet_hdf5_sink_file *)file)->allocated = address;
  return 0;
}

static inline haddr_t swiftlet_hdf5_sink_get_end(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const swiftlet_hdf5_sink_file *)file)->end;
}

static inline herr_t swiftlet_hdf5_sink_read(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type;
  (void)transfer;
  swiftlet_hdf5_sink *sink = ((swiftlet_hdf5_sink_file *)base)->sink;
  char *bytes = (char *)buffer;
  while (size > 0) {
    ssize_t got = pread(sink->descriptor, bytes, size, (off_t)address);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      if (sink->error == 0) sink->error = errno;
      return -1;
    }
    if (got == 0) {
      memset(bytes, 0, size);
      return 0;
    }
    bytes += got;
    address += (haddr_t)got;
    size -= (size_t)got;
  }
  return 0;
}

static inline herr_t swiftlet_hdf5_sink_write(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer) {
  (void)type;
  (void)transfer;
  swiftlet_hdf5_sink_file *file = (swiftlet_hdf5_sink_file *)base;
  const char *bytes = (const char *)buffer;
  if (address + size > file->end) file->end = address + size;
  while (size > 0 && file->sink->error == 0) {
    // Some systems refuse more than 2 GB at once.
    size_t step = size < (size_t)1 << 30 ? size : (size_t)1 << 30;
    ssize_t put = pwrite(file->sink->descriptor, bytes, step, (off_t)address);
    if (put < 0) {
      if (errno == EINTR) continue;
      file->sink->error = errno;
    } else {
      bytes += put;
      address += (haddr_t)put;
      size -= (size_t)put;
    }
  }
  return 0;
}

static inline herr_t swiftlet_hdf5_sink_truncate(H5FD_t *base, hid_t transfer, hbool_t closing) {
  (void)transfer;
  (void)closing;
  swiftlet_hdf5_sink_file *file = (swiftlet_hdf5_sink_file *)base;
  if (file->allocated == file->end || file->sink->error != 0) return 0;
  while (ftruncate(file->sink->descriptor, (off_t)file->allocated) != 0) {
    if (errno == EINTR) continue;
    file->sink->error = errno;
    return 0;
  }
  file->end = file->allocated;
  return 0;
}

/// Makes file access `access` write to `sink`, which must outlive every file opened with it.
/// Gives the driver's id, to be given back with H5FDunregister, or a negative number.
static inline hid_t swiftlet_hdf5_sink_use(hid_t access, swiftlet_hdf5_sink *sink) {
  static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)511,
#endif
    .name = "swiftlet_sink",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(swiftlet_hdf5_sink *),
    .open = swiftlet_hdf5_sink_open,
    .close = swiftlet_hdf5_sink_close,
    .cmp = swiftlet_hdf5_sink_compare,
    .query = swiftlet_hdf5_sink_query,
    .get_eoa = swiftlet_hdf5_sink_get_allocated,
    .set_eoa = swiftlet_hdf5_sink_set_allocated,
    .get_eof = swiftlet_hdf5_sink_get_end,
    .read = swiftlet_hdf5_sink_read,
    .write = swiftlet_hdf5_sink_write,
    .truncate = swiftlet_hdf5_sink_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
  };
  hid_t identifier = H5FDregister(&driver);
  if (identifier < 0) return identifier;
  if (H5Pset_driver(access, identifier, &sink) < 0) {
    H5FDunregister(identifier);
    return -1;
  }
  return identifier;
}

#endif
