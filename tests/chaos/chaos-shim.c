/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preloaded into the till under test: a wall clock that jumps, a disk that is slow, fails or tears,
 * and one that forgets what was not synced. It lies below SQLite rather than in a VFS of SQLite's:
 * so the unchanged program is tested with SQLite's own recovery, and everything else that keeps
 * something beside the database would be caught, too. What it does is wished for by the driver
 * through chaos-control.h; without that it does nothing.
 */
#undef _FILE_OFFSET_BITS /* each function under its own name */
#include "chaos-control.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SECOND_US 1000000
#define PATH_BYTES 512

static _Atomic (ChaosControl *) shared;
static int journal = -1;
static pthread_mutex_t journal_mutex = PTHREAD_MUTEX_INITIALIZER;

/* No call of the libraries' that this file itself stands in for, and none that asks for the time:
 * sanitizers do before they are ready. */
static ChaosControl *
control (void)
{
  return atomic_load (&shared);
}

__attribute__ ((constructor)) static void
attach (void)
{
  const char *path = getenv (CHAOS_CONTROL_ENV), *entries = getenv (CHAOS_JOURNAL_ENV);
  int fd = path != NULL ? open (path, O_RDWR | O_CLOEXEC) : -1;
  void *page;

  if (fd < 0)
    return;
  page = mmap (NULL, sizeof (ChaosControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  if (page == MAP_FAILED)
    abort ();
  if (entries != NULL)
    journal = open (entries, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  atomic_store (&shared, page);
}

/* ---- the wall clock ---- */

static int64_t
offset_us (void)
{
  return control () != NULL ? control ()->clock_offset_us : 0;
}

static struct timespec
wall (void)
{
  struct timespec now;
  int64_t us;

  syscall (SYS_clock_gettime, CLOCK_REALTIME, &now);
  us = now.tv_sec * (int64_t)SECOND_US + now.tv_nsec / 1000 + offset_us ();
  return (struct timespec){ us / SECOND_US, us % SECOND_US * 1000 };
}

int
clock_gettime (clockid_t clock, struct timespec *out)
{
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)
    return (int)syscall (SYS_clock_gettime, clock, out);
  *out = wall ();
  return 0;
}

int gettimeofday (struct timeval *restrict out, void *restrict zone);

int
gettimeofday (struct timeval *restrict out, void *restrict zone)
{
  struct timespec now = wall ();

  *out = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
  return 0;
}

time_t
time (time_t *out)
{
  time_t now = wall ().tv_sec;

  if (out != NULL)
    *out = now;
  return now;
}

/* ---- the disk ---- */

/* The database and what SQLite keeps beside it, but for the index in shared memory, which no power
 * cut leaves; and the mark of how far the books have come, which lies elsewhere. NULL for every
 * other file. */
static const char *
watched_name (const char *path)
{
  const char *name = strrchr (path, '/');
  size_t size = name != NULL ? strlen (++name) : 0, end = strlen (CHAOS_MARK_END);

  if (size == 0 || size >= CHAOS_NAME_MAX || strchr (name, ' ') != NULL)
    return NULL;
  if (size > end && strcmp (&name[size - end], CHAOS_MARK_END) == 0)
    return name;
  return strncmp (name, "till.db", 7) == 0 && strstr (name, "-shm") == NULL ? name : NULL;
}

static int
is_watched (int fd, char *out_name)
{
  char link[64], path[PATH_BYTES];
  const char *name;
  ssize_t size;

  if (control () == NULL)
    return 0;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  size = readlink (link, path, sizeof path - 1);
  if (size <= 0)
    return 0;
  path[size] = '\0';
  name = watched_name (path);
  if (name == NULL)
    return 0;
  strcpy (out_name, name);
  return 1;
}

/* Before the change itself: a kill between the two leaves what the disk may have seen, or not. */
static void
write_down (ChaosEntryKind kind, const char *name, const void *data, size_t size, int64_t offset)
{
  ChaosEntry entry = { .kind = kind, .size = (uint32_t)size, .offset = offset };
  struct iovec parts[] = { { &entry, sizeof entry }, { (void *)data, size } };

  if (journal < 0)
    return;
  strcpy (entry.name, name);
  pthread_mutex_lock (&journal_mutex);
  if (writev (journal, parts, data != NULL ? 2 : 1) < 0)
    abort ();
  pthread_mutex_unlock (&journal_mutex);
}

/* Whether this call is one of those that go wrong, of the two kinds that it may be of. */
static int
goes_wrong (int kind)
{
  ChaosControl *self = control ();

  if (self->io != kind)
    return 0;
  if (__atomic_fetch_sub (&self->io_in, 1, __ATOMIC_SEQ_CST) > 0)
    return 0;
  if (__atomic_fetch_sub (&self->io_for, 1, __ATOMIC_SEQ_CST) <= 0)
    return 0;
  __atomic_fetch_add (&self->io_hits, 1, __ATOMIC_SEQ_CST);
  return 1;
}

ssize_t pwrite64 (int fd, const void *data, size_t size, off64_t offset);
ssize_t pwrite (int fd, const void *data, size_t size, off_t offset);
ssize_t pread64 (int fd, void *data, size_t size, off64_t offset);
ssize_t pread (int fd, void *data, size_t size, off_t offset);
int ftruncate64 (int fd, off64_t size);
int ftruncate (int fd, off_t size);
int fdatasync (int fd);
int fsync (int fd);

static ssize_t
fail (void)
{
  errno = EIO;
  return -1;
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  ssize_t (*real) (int, const void *, size_t, off64_t)
      = (ssize_t (*) (int, const void *, size_t, off64_t))dlsym (RTLD_NEXT, "pwrite64");
  char name[CHAOS_NAME_MAX];
  int torn;

  if (!is_watched (fd, name))
    return real (fd, data, size, offset);
  if (goes_wrong (CHAOS_IO_FAIL_WRITE))
    return fail ();
  torn = goes_wrong (CHAOS_IO_TEAR_WRITE) || goes_wrong (CHAOS_IO_TEAR_KILL);
  if (torn)
    size /= 2;
  write_down (CHAOS_ENTRY_WRITE, name, data, size, offset);
  if (!torn)
    return real (fd, data, size, offset);
  (void)real (fd, data, size, offset);
  if (control ()->io == CHAOS_IO_TEAR_KILL)
    raise (SIGKILL);
  return fail ();
}

ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  return pwrite64 (fd, data, size, offset);
}

ssize_t
pread64 (int fd, void *data, size_t size, off64_t offset)
{
  ssize_t (*real) (int, void *, size_t, off64_t)
      = (ssize_t (*) (int, void *, size_t, off64_t))dlsym (RTLD_NEXT, "pread64");
  char name[CHAOS_NAME_MAX];

  if (control () != NULL && control ()->io == CHAOS_IO_FAIL_READ && is_watched (fd, name)
      && goes_wrong (CHAOS_IO_FAIL_READ))
    return fail ();
  return real (fd, data, size, offset);
}

ssize_t
pread (int fd, void *data, size_t size, off_t offset)
{
  return pread64 (fd, data, size, offset);
}

int
ftruncate64 (int fd, off64_t size)
{
  int (*real) (int, off64_t) = (int (*) (int, off64_t))dlsym (RTLD_NEXT, "ftruncate64");
  char name[CHAOS_NAME_MAX];

  if (is_watched (fd, name))
    write_down (CHAOS_ENTRY_TRUNCATE, name, NULL, 0, size);
  return real (fd, size);
}

int
ftruncate (int fd, off_t size)
{
  return ftruncate64 (fd, size);
}

static int
sync_slowly (int fd, int (*real) (int))
{
  char name[CHAOS_NAME_MAX];
  int result;

  if (!is_watched (fd, name))
    return real (fd);
  __atomic_fetch_add (&control ()->syncs, 1, __ATOMIC_SEQ_CST);
  if (control ()->lie)
    return 0;
  if (control ()->sync_ms > 0)
    {
      __atomic_fetch_add (&control ()->sync_waits, 1, __ATOMIC_SEQ_CST);
      usleep ((useconds_t)control ()->sync_ms * 1000);
    }
  if (goes_wrong (CHAOS_IO_FAIL_SYNC))
    {
      write_down (CHAOS_ENTRY_LOST, name, NULL, 0, 0);
      return (int)fail ();
    }
  result = real (fd);
  if (result == 0)
    write_down (CHAOS_ENTRY_SYNC, name, NULL, 0, 0);
  return result;
}

int
fdatasync (int fd)
{
  return sync_slowly (fd, (int (*) (int))dlsym (RTLD_NEXT, "fdatasync"));
}

int
fsync (int fd)
{
  return sync_slowly (fd, (int (*) (int))dlsym (RTLD_NEXT, "fsync"));
}

int
unlink (const char *path)
{
  int (*real) (const char *) = (int (*) (const char *))dlsym (RTLD_NEXT, "unlink");
  const char *name = watched_name (path);

  if (control () != NULL && name != NULL)
    write_down (CHAOS_ENTRY_UNLINK, name, NULL, 0, 0);
  return real (path);
}
