/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one door through which payments move. vault_apply() carries out rows of payment-life.tsv:
 * each change names a payment and an event; the row says the next state, what becomes of the
 * payment's record, whether a reversal is owed and whether the receipt is printed. All changes of a
 * call, with the sale, its lines and the journal, are one transaction: one fdatasync.
 */
#pragma once

#include "vault-record.h"

G_BEGIN_DECLS

#define VAULT_CHANGES_MAX 64

typedef struct
{
  VaultEvent event;
  VaultSale *sale; /* its row, and its lines when not kept yet, are written; gets its id */
  /* One of sale->payments, or new: then it is added to them and gets its position. */
  VaultPayment *payment;
  /* What the row moves: the request, or the reversal for a row about that. NULL: looked up. */
  VaultRecord *record;
  /* Only for rows that open a record or owe a reversal: what to seal, and its identity. */
  BaseSpan message;
  const char *terminal;
  guint32 batch;
  guint32 stan;
  /* Only for a row that asks again: the new request, and its identity. */
  BaseSpan again;
  guint32 again_batch;
  guint32 again_stan;
  /* A notice about the payment, owed from this commit on under `terminal` and an identity of its
   * own (vault_queue_acknowledge); empty: none. */
  BaseSpan notice;
  guint32 notice_batch;
  guint32 notice_stan;
  const char *who;    /* for the journal; NULL: the sale's cashier */
  const char *reason; /* kept with the payment and the record; NULL leaves the payment's as it is */
  guint above_percent;   /* of a completion: by how much it may exceed its hold */
  gboolean opens_drawer; /* the print job pulses the drawer first */
} VaultChange;

/* On TRUE the sales, payments and records in memory are as the database has them, and a record that
 * is done has lost its message. On FALSE nothing has changed, here or there: VAULT_ERROR_STATE when
 * the table has no such row, or the payment was moved by another copy of it meanwhile;
 * VAULT_ERROR_FULL when the disk is full. A sale's own row is written only when it is new or
 * becomes paid, so that an older copy of a sale can move its payment without undoing what happened
 * to the sale since. A refund or void that begins is refused (VAULT_ERROR_STATE) unless so much is
 * left of what it gives back (vault-refund.h); a completion or a void of a hold likewise
 * (vault-hold.h). */
gboolean vault_apply (Vault *self, const VaultChange *changes, guint count, GError **error);

/* What an entry of the journal says of a payment that was moved: its receipt, its position, the
 * state that it left, and whether the drawer was told to open. FALSE: it is about something else.
 */
#define VAULT_MOVED_RECEIPT "receipt "
typedef struct
{
  gint64 sale;
  guint position;
  VaultState before;
  gboolean drawer;
} VaultMoved;
gboolean vault_apply_read_detail (const char *detail, VaultMoved *out_moved);

/* The identity of the change's open request or notice is another payment's at the host, so nothing
 * was ever done under it: it is done, and a new one waits with the change's message and identity,
 * as old and as often tried as the first. The payment stays in its state and follows, and so does
 * the record, which is then the new one without its message. One commit, in the journal. Of the
 * change sale, payment, record, message, terminal, batch and STAN count. */
gboolean vault_renew (Vault *self, const VaultChange *change, GError **error);

/* A restored copy: a manager asked the host about a payment that was under way, and says that it is
 * charged and its goods left. `id` is its record, or its reversal's, set aside as outcome-missing;
 * else VAULT_ERROR_STATE. (That it is to be reversed, vault_queue_retry() says.) */
gboolean vault_confirm_charged (Vault *self, gint64 id, const char *who, GError **error);

G_END_DECLS
