/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* glibc's own, under the names that it keeps for those who replace them. */
void *__libc_malloc (size_t size);
void *__libc_calloc (size_t count, size_t size);
void *__libc_realloc (void *block, size_t size);
void __libc_free (void *block);

static int counting;
static ptrdiff_t held, peak;
static unsigned calls;

static void
take (size_t size)
{
  if (!counting)
    return;
  held += (ptrdiff_t)size;
  peak = held > peak ? held : peak;
  calls++;
}

static void
give_back (size_t size)
{
  if (counting)
    held -= (ptrdiff_t)size;
}

void *
malloc (size_t size)
{
  void *block = __libc_malloc (size);

  take (malloc_usable_size (block));
  return block;
}

void *
calloc (size_t count, size_t size)
{
  void *block = __libc_calloc (count, size);

  take (malloc_usable_size (block));
  return block;
}

void *
realloc (void *before, size_t size)
{
  size_t size_before = malloc_usable_size (before);
  void *block = __libc_realloc (before, size);

  if (block != NULL || size == 0)
    give_back (size_before);
  take (malloc_usable_size (block));
  return block;
}

void
free (void *block)
{
  give_back (malloc_usable_size (block));
  __libc_free (block);
}

void *
mmap (void *at, size_t size, int protection, int flags, int file, off_t offset)
{
  void *pages = (void *)syscall (SYS_mmap, at, size, protection, flags, file, offset);

  if (pages != MAP_FAILED)
    take (size);
  return pages;
}

int
munmap (void *pages, size_t size)
{
  give_back (size);
  return (int)syscall (SYS_munmap, pages, size);
}

void
bench_heap_begin (void)
{
  held = peak = 0;
  calls = 0;
  counting = 1;
}

size_t
bench_heap_peak (void)
{
  return (size_t)peak;
}

unsigned
bench_heap_calls (void)
{
  return calls;
}
