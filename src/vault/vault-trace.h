/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The last chip transactions as text that may be shown (emv-trace.h): for support, and for an
 * acquirer's certification. Sealed, but not tied by the journal: nothing owed hangs on one. Written
 * after the payment's outcome and in a commit of its own, so that no payment waits for it or fails
 * with it.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define VAULT_TRACE_KEPT 100
#define VAULT_TRACE_TEXT_MAX 65536 /* bytes; of a longer one the first lines are kept */

/* Drops the oldest above VAULT_TRACE_KEPT. */
gboolean
vault_trace_keep (Vault *self, gint64 sale_id, guint position, const char *text, GError **error);

typedef struct
{
  gint64 sale_id;
  guint position; /* of the payment in its sale */
  char *text;
} VaultTrace;

void vault_trace_clear (VaultTrace *self);
/* The newest one, or the newest of this sale where `sale_id` isn't 0. *out_trace has no text where
 * there is none. VAULT_ERROR_CHANGED: it isn't what was written. */
gboolean vault_trace_load (Vault *self, gint64 sale_id, VaultTrace *out_trace, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VaultTrace, vault_trace_clear)

G_END_DECLS
