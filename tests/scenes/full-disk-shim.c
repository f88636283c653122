/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preloaded into the program under test: a disk that fills up when the test says so. Once the file
 * $TILL_DISK_CONTROL is there, it holds how many more writes the database gets before there is no
 * room, and how many bytes the disk says are left.
 */
#undef _FILE_OFFSET_BITS /* each function under its own name */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static atomic_long writes;

/* FALSE until the test has written the control file. */
static int
controlled (long *out_writes, long *out_left)
{
  const char *path = getenv ("TILL_DISK_CONTROL");
  FILE *file = path != NULL ? fopen (path, "r") : NULL;
  int read;

  if (file == NULL)
    return 0;
  read = fscanf (file, "%ld %ld", out_writes, out_left);
  fclose (file);
  return read == 2;
}

static int
is_database (int fd)
{
  char link[64], path[512];
  ssize_t size;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  size = readlink (link, path, sizeof path - 1);
  if (size <= 0)
    return 0;
  path[size] = '\0';
  return strstr (path, "/till.db") != NULL;
}

static int
is_full (int fd)
{
  long allowed, left;

  if (!is_database (fd) || !controlled (&allowed, &left))
    return 0;
  return atomic_fetch_add (&writes, 1) >= allowed;
}

ssize_t pwrite64 (int fd, const void *data, size_t size, off64_t offset);
ssize_t pwrite (int fd, const void *data, size_t size, off_t offset);
int statvfs (const char *restrict path, struct statvfs *restrict out);

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  ssize_t (*real) (int, const void *, size_t, off64_t)
      = (ssize_t (*) (int, const void *, size_t, off64_t))dlsym (RTLD_NEXT, "pwrite64");

  if (!is_full (fd))
    return real (fd, data, size, offset);
  errno = ENOSPC;
  return -1;
}

ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  return pwrite64 (fd, data, size, offset);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  ssize_t (*real) (int, const void *, size_t)
      = (ssize_t (*) (int, const void *, size_t))dlsym (RTLD_NEXT, "write");

  if (!is_full (fd))
    return real (fd, data, size);
  errno = ENOSPC;
  return -1;
}

int statvfs64 (const char *restrict path, struct statvfs64 *restrict out);

int
statvfs64 (const char *restrict path, struct statvfs64 *restrict out)
{
  int (*real) (const char *, struct statvfs64 *)
      = (int (*) (const char *, struct statvfs64 *))dlsym (RTLD_NEXT, "statvfs64");
  long allowed, left;
  int result = real (path, out);

  if (result == 0 && controlled (&allowed, &left) && left >= 0)
    out->f_bavail = (fsblkcnt64_t)left / out->f_frsize;
  return result;
}

int
statvfs (const char *restrict path, struct statvfs *restrict out)
{
  int (*real) (const char *, struct statvfs *)
      = (int (*) (const char *, struct statvfs *))dlsym (RTLD_NEXT, "statvfs");
  long allowed, left;
  int result = real (path, out);

  if (result == 0 && controlled (&allowed, &left) && left >= 0)
    out->f_bavail = (fsblkcnt_t)left / out->f_frsize;
  return result;
}
