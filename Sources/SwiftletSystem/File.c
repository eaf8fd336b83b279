#include "SwiftletSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
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

/// Makes a new file beside `path`, and puts its name in `temporary`. Returns a descriptor, or minus an errno
/// value. Other than with mkstemp, the process's umask holds without anybody having to ask for it, which
/// cannot be done safely beside other threads.
static int make_beside(const char *path, char *temporary, size_t capacity) {
  static atomic_uint made;
  for (int attempt = 0; attempt < 1000; attempt++) {
    unsigned number = atomic_fetch_add(&made, 1);
    snprintf(temporary, capacity, "%s.%ld-%u.tmp", path, (long)getpid(), number);
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor >= 0) return descriptor;
    if (errno != EEXIST && errno != EINTR) return -errno;
  }
  return -EEXIST;
}

/// Writes to what is no regular file: a pipe or a device must not be replaced by one.
static int write_through(const char *path, const void *bytes, size_t count) {
  int descriptor = open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  int error = swiftlet_write(descriptor, bytes, count);
  if (close(descriptor) != 0 && !error) error = errno;
  return error;
}

/// The path where what is written to `path` has to lie: every symbolic link at its end followed, whether or not there
/// is a file. Returns 0 or an errno value.
static int follow_links(const char *path, char **followed) {
  char *current = strdup(path);
  // As many as Linux follows.
  for (int links = 0; current && links < 40; links++) {
    char target[PATH_MAX];
    ssize_t length = readlink(current, target, sizeof target);
    if (length < 0 && (errno == EINVAL || errno == ENOENT)) {
      *followed = current;
      return 0;
    }
    int error = length < 0 ? errno : length == (ssize_t)sizeof target ? ENAMETOOLONG : 0;
    if (error) {
      free(current);
      return error;
    }
    // It counts from the folder that the link is in.
    const char *slash = target[0] == '/' ? NULL : strrchr(current, '/');
    size_t folder = slash ? (size_t)(slash - current) + 1 : 0;
    char *next = malloc(folder + (size_t)length + 1);
    if (next) {
      memcpy(next, current, folder);
      memcpy(next + folder, target, (size_t)length);
      next[folder + (size_t)length] = 0;
    }
    free(current);
    current = next;
  }
  if (!current) return ENOMEM;
  free(current);
  return ELOOP;
}

/// As `swiftlet_file_replace`, where there is a regular file that had `mode`, or none.
static int replace(const char *path, const mode_t *mode, const void *bytes, size_t count) {
  size_t capacity = strlen(path) + 48;
  char *temporary = malloc(capacity);
  if (!temporary) return ENOMEM;
  int error = 0;
  int descriptor = make_beside(path, temporary, capacity);
  if (descriptor < 0) {
    free(temporary);
    return -descriptor;
  }
  // Who may read the old file may read the new one, and nobody else.
  if (mode && fchmod(descriptor, *mode & 0777) != 0) error = errno;
  if (!error) error = swiftlet_write(descriptor, bytes, count);
  if (!error && fsync(descriptor) != 0) error = errno;
  if (close(descriptor) != 0 && !error) error = errno;
  if (!error && rename(temporary, path) != 0) error = errno;
  if (error) unlink(temporary);
  else sync_directory(path);
  free(temporary);
  return error;
}

int swiftlet_file_replace(const char *path, const void *bytes, size_t count) {
  struct stat old;
  bool existed = stat(path, &old) == 0;
  if (existed && S_ISDIR(old.st_mode)) return EISDIR;
  if (existed && !S_ISREG(old.st_mode)) return write_through(path, bytes, count);
  char *followed = NULL;
  int error = follow_links(path, &followed);
  if (error) return error;
  error = replace(followed, existed ? &old.st_mode : NULL, bytes, count);
  free(followed);
  return error;
}

int swiftlet_directory_make(const char *path) {
  if (mkdir(path, 0777) == 0) return 0;
  int error = errno;
  struct stat status;
  if (error == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return 0;
  return error;
}

void swiftlet_exit(int status) { exit(status); }

const char *swiftlet_error_text(int error) {
  static _Thread_local char buffer[128];
#ifdef __GLIBC__
  return strerror_r(error, buffer, sizeof buffer);
#else
  if (strerror_r(error, buffer, sizeof buffer) != 0) snprintf(buffer, sizeof buffer, "error %d", error);
  return buffer;
#endif
}

bool swiftlet_is_broken_pipe(int error) { return error == EPIPE; }

bool swiftlet_is_failed_write(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO;
}
