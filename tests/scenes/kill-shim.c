/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preloaded into the program under test: counts the calls that make something durable, change a
 * folder or send something (fdatasync, fsync, mkdir, rename, unlink, and writes to sockets), and
 * kills the process at the TILL_KILL_AT-th of them, by turns just before and just after. With
 * TILL_KILL_COUNT it writes how many there were to that file at its end; with TILL_KILL_NOTE at
 * which call it killed.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long events;

static long
kill_at (void)
{
  const char *text = getenv ("TILL_KILL_AT");

  return text != NULL ? atol (text) : 0;
}

/* Says where the kill hits, for whoever wants to know that every place was hit. */
static void
leave_note (const char *where)
{
  const char *path = getenv ("TILL_KILL_NOTE");
  FILE *file = path != NULL ? fopen (path, "w") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "%s\n", where);
  fclose (file);
}

/* Each call is two events: before it and after it. */
static void
pass (const char *where)
{
  long now = atomic_fetch_add (&events, 1) + 1;

  if (kill_at () != now)
    return;
  leave_note (where);
  raise (SIGKILL);
}

static int
is_socket (int fd)
{
  struct stat what;

  return fstat (fd, &what) == 0 && S_ISSOCK (what.st_mode);
}

int fdatasync (int fd);
int fsync (int fd);

int
fdatasync (int fd)
{
  int (*real) (int) = (int (*) (int))dlsym (RTLD_NEXT, "fdatasync");
  int result;

  pass ("before fdatasync");
  result = real (fd);
  pass ("after fdatasync");
  return result;
}

int
fsync (int fd)
{
  int (*real) (int) = (int (*) (int))dlsym (RTLD_NEXT, "fsync");
  int result;

  pass ("before fsync");
  result = real (fd);
  pass ("after fsync");
  return result;
}

int
mkdir (const char *path, mode_t mode)
{
  int (*real) (const char *, mode_t) = (int (*) (const char *, mode_t))dlsym (RTLD_NEXT, "mkdir");
  int result;

  pass ("before mkdir");
  result = real (path, mode);
  pass ("after mkdir");
  return result;
}

int
rename (const char *from, const char *to)
{
  int (*real) (const char *, const char *)
      = (int (*) (const char *, const char *))dlsym (RTLD_NEXT, "rename");
  int result;

  pass ("before rename");
  result = real (from, to);
  pass ("after rename");
  return result;
}

int
unlink (const char *path)
{
  int (*real) (const char *) = (int (*) (const char *))dlsym (RTLD_NEXT, "unlink");
  int result;

  pass ("before unlink");
  result = real (path);
  pass ("after unlink");
  return result;
}

ssize_t
write (int fd, const void *data, size_t size)
{
  ssize_t (*real) (int, const void *, size_t)
      = (ssize_t (*) (int, const void *, size_t))dlsym (RTLD_NEXT, "write");
  int counts = is_socket (fd);
  ssize_t result;

  if (counts)
    pass ("before write");
  result = real (fd, data, size);
  if (counts)
    pass ("after write");
  return result;
}

ssize_t
send (int fd, const void *data, size_t size, int flags)
{
  ssize_t (*real) (int, const void *, size_t, int)
      = (ssize_t (*) (int, const void *, size_t, int))dlsym (RTLD_NEXT, "send");
  ssize_t result;

  pass ("before send");
  result = real (fd, data, size, flags);
  pass ("after send");
  return result;
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  ssize_t (*real) (int, const struct msghdr *, int)
      = (ssize_t (*) (int, const struct msghdr *, int))dlsym (RTLD_NEXT, "sendmsg");
  ssize_t result;

  pass ("before sendmsg");
  result = real (fd, message, flags);
  pass ("after sendmsg");
  return result;
}

__attribute__ ((destructor)) static void
tell (void)
{
  const char *path = getenv ("TILL_KILL_COUNT");
  FILE *file = path != NULL ? fopen (path, "w") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "%ld\n", (long)events);
  fclose (file);
}
