/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hand-over: after a till died, another one takes in what still waited in its books, which come
 * from a backup or an export of it. The sales come with their records, under new numbers of ours;
 * the requests stay byte for byte what they were, under the old terminal's identity, so that a host
 * that has one of them already answers as it did then. What was taken in once isn't taken a second
 * time. A refund, a void or a completion is about the receipt that its sale has here, where that
 * was taken in too; else about none (`original` 0, of its lines and payments also), and the journal
 * keeps the number that the sale had there. Each payment knows its terminal.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define VAULT_HANDOVER_RECORDS_MAX 100000

typedef struct
{
  guint taken;
  guint known;         /* taken in before */
  guint damaged;       /* their seal doesn't open, or their sale can't be read: left out */
  gint64 amount_minor; /* of those taken */
} VaultHandoverReport;

/* `from`: the other till's books, opened to read. One transaction: all or nothing. What `from` has
 * as being sent, without an outcome, is set aside here ("outcome-missing"). */
gboolean vault_handover_take (Vault *self,
                              Vault *from,
                              const char *who,
                              VaultHandoverReport *out_report,
                              GError **error);

G_END_DECLS
