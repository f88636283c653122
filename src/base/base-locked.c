/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blocks of powers of two, cut from chunks that are never given back, each class with a list of its
 * free blocks: pages that are mapped, locked and left out of dumps for every secret anew cost a
 * payment more than its RSA. That wastes up to half of a block, of the megabyte or so that is ever
 * taken. The lists are this program's only variables that outlive a call: an allocator belongs to
 * the process.
 */
#include "base-locked.h"

#include "base-secret.h"

#include <sys/mman.h>

#define SHIFT_MIN 5 /* the smallest block: 32 bytes, header included */
#define CLASSES 13
#define CHUNK_SIZE (256 * 1024)

/* Stands before each block's memory, and keeps that aligned for anything. */
typedef struct _Block Block;
struct _Block
{
  gsize size;  /* what was asked for */
  Block *next; /* while it is free */
};

G_STATIC_ASSERT (sizeof (Block) == 16);
G_STATIC_ASSERT ((1 << (SHIFT_MIN + CLASSES - 1)) >= BASE_LOCKED_SHARED_MAX + 16);
G_STATIC_ASSERT ((1 << (SHIFT_MIN + CLASSES - 1)) <= CHUNK_SIZE);

typedef struct
{
  GMutex lock;
  Block *spare[CLASSES];
  guint8 *chunk; /* what is left of the newest one */
  gsize left;
  gsize used; /* atomic */
} Heap;

static Heap heap;

static gpointer
map (gsize size)
{
  gpointer pages = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (pages == MAP_FAILED)
    return NULL;
  (void)mlock2 (pages, size, MLOCK_ONFAULT); /* RLIMIT_MEMLOCK may refuse it */
  (void)madvise (pages, size, MADV_DONTDUMP);
  return pages;
}

static gsize
block_size (guint class)
{
  return (gsize)1 << (SHIFT_MIN + class);
}

static guint
class_for (gsize size)
{
  guint class = 0;

  while (block_size (class) < size + sizeof (Block))
    class ++;
  g_assert (class < CLASSES);
  return class;
}

/* The rest of a chunk that is too small for this block is lost. */
static Block *
cut (guint class)
{
  gsize size = block_size (class);
  Block *block;

  if (heap.left < size)
    {
      heap.chunk = map (CHUNK_SIZE);
      heap.left = heap.chunk != NULL ? CHUNK_SIZE : 0;
    }
  if (heap.left < size)
    return NULL;
  block = (Block *)(gpointer)heap.chunk;
  heap.chunk += size;
  heap.left -= size;
  return block;
}

static Block *
take_shared (gsize size)
{
  guint class = class_for (size);
  Block *block;

  g_mutex_lock (&heap.lock);
  block = heap.spare[class];
  if (block != NULL)
    heap.spare[class] = block->next;
  else
    block = cut (class);
  g_mutex_unlock (&heap.lock);
  return block;
}

static gboolean
is_shared (gsize size)
{
  return !BASE_LOCKED_WATCHED && size <= BASE_LOCKED_SHARED_MAX;
}

gpointer
base_locked_take (gsize size)
{
  Block *block;

  if (size == 0 || size > G_MAXSSIZE)
    return NULL;
  block = is_shared (size) ? take_shared (size) : map (size + sizeof (Block));
  if (block == NULL)
    return NULL;
  (void)g_atomic_pointer_add (&heap.used, (gssize)size);
  block->size = size;
  block->next = NULL;
  return block + 1;
}

void
base_locked_give_back (gpointer memory)
{
  Block *block;
  guint class;

  if (memory == NULL)
    return;
  block = (Block *)memory - 1;
  base_secret_wipe (memory, block->size);
  (void)g_atomic_pointer_add (&heap.used, -(gssize)block->size);
  if (!is_shared (block->size))
    {
      munmap (block, block->size + sizeof (Block));
      return;
    }
  class = class_for (block->size);
  g_mutex_lock (&heap.lock);
  block->next = heap.spare[class];
  heap.spare[class] = block;
  g_mutex_unlock (&heap.lock);
}

gpointer
base_locked_resize (gpointer memory, gsize size)
{
  const guint8 *old = memory;
  guint8 *room = base_locked_take (size);
  gsize kept = memory != NULL ? MIN (((Block *)memory - 1)->size, size) : 0;

  if (room == NULL && size > 0)
    return NULL;
  for (gsize i = 0; i < kept; i++)
    room[i] = old[i];
  base_locked_give_back (memory);
  return room;
}

gsize
base_locked_used (void)
{
  return (gsize)g_atomic_pointer_get (&heap.used);
}
