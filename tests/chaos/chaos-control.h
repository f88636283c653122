/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the driver and the shim inside the till share: a page of memory in the file that
 * $TILL_CHAOS_CONTROL names. The driver writes the wishes, at any time; the shim counts what came
 * of them. And the form of the journal in which the shim writes down each change of the database's
 * files, so that the driver can take back what a power cut would have taken.
 */
#pragma once

#include <stdint.h>

#define CHAOS_CONTROL_ENV "TILL_CHAOS_CONTROL"
#define CHAOS_JOURNAL_ENV "TILL_CHAOS_JOURNAL" /* unset: nothing is written down */
#define CHAOS_NAME_MAX 64
/* The name of a file beside the shop's folder that says how far its books have come. */
#define CHAOS_MARK_END ".mark"

typedef enum
{
  CHAOS_IO_NONE,
  CHAOS_IO_FAIL_WRITE, /* EIO, and nothing is written */
  CHAOS_IO_TEAR_WRITE, /* EIO, and half of it is written */
  CHAOS_IO_TEAR_KILL,  /* half of it is written, and the process dies */
  CHAOS_IO_FAIL_SYNC,  /* EIO, and what wasn't synced never will be */
  CHAOS_IO_FAIL_READ,  /* EIO */
  CHAOS_IO_COUNT,
} ChaosIo;

typedef struct
{
  int64_t clock_offset_us; /* of the wall clock; the monotonic one is left alone */
  int32_t sync_ms;         /* how long each sync takes */
  int32_t lie;             /* syncs say yes and do nothing: a till that tells before it commits */
  int32_t io;              /* ChaosIo */
  int32_t io_in;           /* calls of its kind that go well before */
  int32_t io_for;          /* calls that fail then */
  int32_t io_hits;         /* counted by the shim */
  int32_t syncs;           /* counted by the shim */
  int32_t sync_waits;      /* counted by the shim */
} ChaosControl;

typedef enum
{
  CHAOS_ENTRY_WRITE, /* `size` bytes follow, for `offset` */
  CHAOS_ENTRY_TRUNCATE,
  CHAOS_ENTRY_SYNC, /* what the file had so far is on the disk */
  CHAOS_ENTRY_LOST, /* a failed sync: what was pending never will be */
  CHAOS_ENTRY_UNLINK,
} ChaosEntryKind;

typedef struct
{
  uint32_t kind;
  uint32_t size;
  int64_t offset;
  char name[CHAOS_NAME_MAX]; /* within the shop's folder, or the mark's */
} ChaosEntry;
