/*
 * A disk that fails or loses power, for a process that preloads this library. It concerns the files in the folder that
 * FAULTY_DISK names.
 *
 * What the process writes into the file ".arm" there says what is to happen:
 *
 *   EIO <after> <count>       after so many writes and flushes, so many of them fail
 *   ENOSPC <after> <count>    the same, and the first write that fails has written a half
 *   EROFS 0 0                 files cannot be opened to be written
 *   off 0 0                   nothing fails
 *
 * If FAULTY_DISK_TRACE names a file, everything that changes the folder is recorded there, in order, so that a test can
 * build what a disk may have held when the power went: operation (1 octet), length of the path (4, little-endian), path,
 * offset (8), length (4), data.
 *
 *   C created   W written   T truncated to offset   S flushed   R renamed, to the name in data   U removed
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_FILES 4096

static char *path_of[MOST_FILES];
static const char *folder;
static int trace = -1;
static int fault;
static long calls, fail_from, fail_until;

/* The function of the C library that one of ours stands before. */
#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  folder = getenv("FAULTY_DISK");
  const char *file = getenv("FAULTY_DISK_TRACE");
  if (file) trace = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

static int concerns(const char *path) { return folder && path && !strncmp(path, folder, strlen(folder)); }

static const char *watched(int fd) { return fd >= 0 && fd < MOST_FILES ? path_of[fd] : NULL; }

static int ends_with(const char *path, const char *end) {
  size_t length = strlen(path), tail = strlen(end);
  return length >= tail && !strcmp(path + length - tail, end);
}

static void record(char operation, const char *path, uint64_t offset, const void *data, uint32_t length) {
  if (trace < 0) return;
  uint32_t path_length = strlen(path);
  size_t size = 17 + path_length + length;
  char *entry = malloc(size), *at = entry;
  *at++ = operation;
  memcpy(at, &path_length, 4), at += 4;
  memcpy(at, path, path_length), at += path_length;
  memcpy(at, &offset, 8), at += 8;
  memcpy(at, &length, 4), at += 4;
  memcpy(at, data, length);
  syscall(SYS_write, trace, entry, size);
  free(entry);
}

static void arm(const void *data, size_t length) {
  char text[64] = {0}, kind[16] = {0};
  long after = 0, count = 0;
  memcpy(text, data, length < 63 ? length : 63);
  sscanf(text, "%15s %ld %ld", kind, &after, &count);
  fault = !strcmp(kind, "EIO") ? EIO : !strcmp(kind, "ENOSPC") ? ENOSPC : !strcmp(kind, "EROFS") ? EROFS : 0;
  calls = 0, fail_from = after, fail_until = after + count;
}

/* Whether this write or flush fails. The lock and the switch itself are not part of the disk. */
static int fails(const char *path) {
  if (!fault || fault == EROFS || ends_with(path, ".lock") || ends_with(path, ".arm")) return 0;
  long call = calls++;
  return call >= fail_from && call < fail_until;
}

static int opened(int fd, const char *path, int flags, int existed) {
  if (fd < 0 || fd >= MOST_FILES || !concerns(path)) return fd;
  free(path_of[fd]);
  path_of[fd] = strdup(path);
  if ((flags & O_CREAT) && !existed) record('C', path, 0, "", 0);
  if ((flags & O_TRUNC) && existed) record('T', path, 0, "", 0);
  return fd;
}

static int refused(const char *path, int flags) {
  int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
  return fault == EROFS && concerns(path) && writes && !ends_with(path, ".arm");
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    if (refused(path, flags)) return errno = EROFS, -1; \
    int existed = concerns(path) && access(path, F_OK) == 0; \
    return opened(real(path, flags, mode), path, flags, existed); \
  }

OPEN(open)
OPEN(open64)

int close(int fd) {
  REAL(close);
  if (watched(fd)) free(path_of[fd]), path_of[fd] = NULL;
  return real(fd);
}

static ssize_t written(int fd, off_t offset, const void *data, ssize_t done) {
  const char *path = watched(fd);
  if (done > 0 && path && !ends_with(path, "-shm")) record('W', path, offset, data, done);
  return done;
}

ssize_t write(int fd, const void *data, size_t length) {
  REAL(write);
  const char *path = watched(fd);
  if (!path) return real(fd, data, length);
  if (ends_with(path, ".arm")) arm(data, length);
  off_t offset = lseek(fd, 0, SEEK_CUR);
  int half = fault == ENOSPC && calls == fail_from && length > 1;
  if (fails(path)) {
    if (half) return written(fd, offset, data, real(fd, data, length / 2));
    return errno = fault, -1;
  }
  return written(fd, offset, data, real(fd, data, length));
}

#define PWRITE(name, off_type) \
  ssize_t name(int fd, const void *data, size_t length, off_type offset) { \
    REAL(name); \
    const char *path = watched(fd); \
    if (!path) return real(fd, data, length, offset); \
    int half = fault == ENOSPC && calls == fail_from && length > 1; \
    if (fails(path)) { \
      if (half) return written(fd, offset, data, real(fd, data, length / 2, offset)); \
      return errno = fault, -1; \
    } \
    return written(fd, offset, data, real(fd, data, length, offset)); \
  }

PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define FLUSH(name) \
  int name(int fd) { \
    REAL(name); \
    const char *path = watched(fd); \
    if (path && fails(path)) return errno = fault, -1; \
    if (path) record('S', path, 0, "", 0); \
    return real(fd); \
  }

FLUSH(fsync)
FLUSH(fdatasync)

#define TRUNCATE(name, off_type) \
  int name(int fd, off_type size) { \
    REAL(name); \
    const char *path = watched(fd); \
    if (path && fails(path)) return errno = fault, -1; \
    if (path) record('T', path, size, "", 0); \
    return real(fd, size); \
  }

TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
  REAL(rename);
  if (concerns(from)) record('R', from, 0, to, strlen(to));
  return real(from, to);
}

int unlink(const char *path) {
  REAL(unlink);
  if (concerns(path)) record('U', path, 0, "", 0);
  return real(path);
}
