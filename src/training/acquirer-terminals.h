/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How far the sandbox acquirer has seen each terminal's books come: which installation it is, its
 * epoch, the newest record and journal entry, and that entry's link. Kept in a file beside the
 * ledger, so that a host that was started again still knows. Used by the host under its lock.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACQUIRER_TERMINALS_MAX 1000
#define ACQUIRER_TERMINALS_HEAD_SIZE 65 /* 64 hexadecimal digits */

typedef struct
{
  char install[33]; /* 32 hexadecimal digits */
  gint64 epoch, record, entry;
  char head[ACQUIRER_TERMINALS_HEAD_SIZE];
} AcquirerSeen;

typedef struct _AcquirerTerminals AcquirerTerminals;

/* `path` NULL keeps all in memory; a file that can't be read is as good as none: what the host has
 * forgotten it can't hold against anybody. */
AcquirerTerminals *acquirer_terminals_new (const char *path);
void acquirer_terminals_free (AcquirerTerminals *self);
/* FALSE: this terminal was never seen. */
gboolean acquirer_terminals_find (const AcquirerTerminals *self,
                                  const char *terminal,
                                  AcquirerSeen *out_seen);
/* In the file when it returns TRUE. */
gboolean acquirer_terminals_keep (AcquirerTerminals *self,
                                  const char *terminal,
                                  const AcquirerSeen *seen,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerTerminals, acquirer_terminals_free)

G_END_DECLS
