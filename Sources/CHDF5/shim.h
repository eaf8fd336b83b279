/// libhdf5 names most of its constants with macros that call a function first; Swift cannot import those.
/// Each function here is one such macro, or one small thing that only C can say.
#ifndef SWIFTLET_HDF5_SHIM_H
#define SWIFTLET_HDF5_SHIM_H

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

static inline hid_t swiftlet_H5P_DEFAULT(void) { return H5P_DEFAULT; }
static inline hid_t swiftlet_H5P_FILE_CREATE(void) { return H5P_FILE_CREATE; }
static inline hid_t swiftlet_H5P_FILE_ACCESS(void) { return H5P_FILE_ACCESS; }
static inline hid_t swiftlet_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t swiftlet_H5P_LINK_CREATE(void) { return H5P_LINK_CREATE; }
static inline hid_t swiftlet_H5P_ATTRIBUTE_CREATE(void) { return H5P_ATTRIBUTE_CREATE; }
static inline hid_t swiftlet_H5S_ALL(void) { return H5S_ALL; }
static inline unsigned swiftlet_H5F_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }
static inline H5F_libver_t swiftlet_H5F_LIBVER_LATEST(void) { return H5F_LIBVER_LATEST; }
static inline size_t swiftlet_H5T_VARIABLE(void) { return H5T_VARIABLE; }

static inline hid_t swiftlet_H5T_C_S1(void) { return H5T_C_S1; }
static inline hid_t swiftlet_H5T_IEEE_F32LE(void) { return H5T_IEEE_F32LE; }
static inline hid_t swiftlet_H5T_IEEE_F64LE(void) { return H5T_IEEE_F64LE; }
static inline hid_t swiftlet_H5T_STD_I8LE(void) { return H5T_STD_I8LE; }
static inline hid_t swiftlet_H5T_STD_I16LE(void) { return H5T_STD_I16LE; }
static inline hid_t swiftlet_H5T_STD_I32LE(void) { return H5T_STD_I32LE; }
static inline hid_t swiftlet_H5T_STD_I64LE(void) { return H5T_STD_I64LE; }
static inline hid_t swiftlet_H5T_STD_U8LE(void) { return H5T_STD_U8LE; }
static inline hid_t swiftlet_H5T_STD_U16LE(void) { return H5T_STD_U16LE; }
static inline hid_t swiftlet_H5T_STD_U32LE(void) { return H5T_STD_U32LE; }
static inline hid_t swiftlet_H5T_STD_U64LE(void) { return H5T_STD_U64LE; }

/// What the calling thread did with libhdf5's errors before we silenced them.
typedef struct swiftlet_hdf5_printing {
  H5E_auto2_t function;
  void *data;
} swiftlet_hdf5_printing;

/// Stops libhdf5 from printing its error stack on this thread; gives back what to restore.
static inline swiftlet_hdf5_printing swiftlet_hdf5_silence(void) {
  swiftlet_hdf5_printing previous = {NULL, NULL};
  H5Eget_auto2(H5E_DEFAULT, &previous.function, &previous.data);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  return previous;
}

static inline void swiftlet_hdf5_restore(swiftlet_hdf5_printing previous) {
  H5Eset_auto2(H5E_DEFAULT, previous.function, previous.data);
}

typedef struct swiftlet_hdf5_text {
  char *buffer;
  size_t capacity;
} swiftlet_hdf5_text;

/// Walking upward, entry 0 is the innermost: the one that says what went wrong.
static inline herr_t swiftlet_hdf5_take_innermost(unsigned n, const H5E_error2_t *error, void *context) {
  if (n > 0) return 0;
  swiftlet_hdf5_text *text = (swiftlet_hdf5_text *)context;
  snprintf(text->buffer, text->capacity, "%s (in %s)", error->desc ? error->desc : "unknown",
           error->func_name ? error->func_name : "libhdf5");
  return 0;
}

/// The innermost entry of this thread's error stack as text, always terminated; empty if there is none.
static inline void swiftlet_hdf5_error_text(char *buffer, size_t capacity) {
  if (capacity == 0) return;
  buffer[0] = 0;
  swiftlet_hdf5_text text = {buffer, capacity};
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, swiftlet_hdf5_take_innermost, &text);
  H5Eclear2(H5E_DEFAULT);
}

#endif
