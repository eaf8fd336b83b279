#include "SwiftletSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int swiftlet_file_open(const char *path, int *descriptor) {
  int opened;
  do {
    opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  } while (opened < 0 && errno == EINTR);
  if (opened < 0) return errno;
  struct stat status;
  if (fstat(opened, &status) != 0) {
    int error = errno;
    close(opened);
    return error;
  }
  // Only a regular file has a size to check addresses against; a pipe or a device would hang or lie.
  if (!S_ISREG(status.st_mode)) {
    close(opened);
    return S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  }
  *descriptor = opened;
  return 0;
}

int64_t swiftlet_file_size(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return -(int64_t)errno;
  return (int64_t)status.st_size;
}

int64_t swiftlet_file_read(int descriptor, void *buffer, size_t count, uint64_t offset) {
  if (offset > INT64_MAX || count > INT64_MAX - offset) return -(int64_t)EOVERFLOW;
  size_t done = 0;
  while (done < count) {
    ssize_t got = pread(descriptor, (char *)buffer + done, count - done, (off_t)(offset + done));
    if (got < 0) {
      if (errno == EINTR) continue;
      return -(int64_t)errno;
    }
    if (got == 0) break;
    done += (size_t)got;
  }
  return (int64_t)done;
}

void swiftlet_file_close(int descriptor) { close(descriptor); }

int swiftlet_write(int descriptor, const void *bytes, size_t count) {
  size_t done = 0;
  while (done < count) {
    ssize_t put = write(descriptor, (const char *)bytes + done, count - done);
    if (put < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    done += (size_t)put;
  }
  return 0;
}

/// Syncs the directory that holds `path`, so that a rename in it survives a crash.
static void sync_directory(const char *path) {
  char *copy = strdup(path);
  if (!copy) return;
  char *slash = strrchr(copy, '/');
  if (slash) slash[slash == copy ? 1 : 0] = 0;
  int directory = open(slash ? copy : ".", O_RDONLY | O_CLOEXEC);
  free(copy);
  if (directory < 0) return;
  fsync(directory);
  close(directory);
}

int swiftlet_file_replace(const char *path, const void *bytes, size_t count) {
  size_t length = strlen(path);
  char *temporary = malloc(length + 16);
  if (!temporary) return ENOMEM;
  snprintf(temporary, length + 16, "%s.XXXXXX", path);
  int error = 0;
  int descriptor = mkstemp(temporary);
  if (descriptor < 0) {
    error = errno;
    free(temporary);
    return error;
  }
  // mkstemp makes a private file; a result is meant to be as readable as the umask lets it be.
  mode_t mask = umask(0);
  umask(mask);
  fchmod(descriptor, 0666 & ~mask);
  error = swiftlet_write(descriptor, bytes, count);
  if (!error && fsync(descriptor) != 0) error = errno;
  if (close(descriptor) != 0 && !error) error = errno;
  if (!error && rename(temporary, path) != 0) error = errno;
  if (error) unlink(temporary);
  else sync_directory(path);
  free(temporary);
  return error;
}

void swiftlet_error_text(int error, char *buffer, size_t capacity) {
  if (capacity == 0) return;
#ifdef __GLIBC__
  const char *text = strerror_r(error, buffer, capacity);
  if (text != buffer) snprintf(buffer, capacity, "%s", text);
#else
  if (strerror_r(error, buffer, capacity) != 0) snprintf(buffer, capacity, "error %d", error);
#endif
}
