/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds (pre-authorisations): what became of each, and whether a completion or a void of one may
 * begin. Asked by checkout when it plans one, and once more by vault_apply() inside the transaction
 * that begins it, so that two that were planned at the same time can't both be carried out. A hold
 * is completed once; a completion that was declined, taken back or voided leaves it standing.
 */
#pragma once

#include "vault-sale.h"

G_BEGIN_DECLS

#define VAULT_HOLD_PERCENT_MAX 100 /* by which a completion may exceed its hold */

typedef enum
{
  VAULT_HOLD_NEVER,     /* it was declined, or taken back: nothing is held */
  VAULT_HOLD_OPEN,      /* its own outcome isn't known */
  VAULT_HOLD_HELD,      /* may be completed or let go */
  VAULT_HOLD_ENDING,    /* a completion or void of it is under way, or of unknown outcome */
  VAULT_HOLD_COMPLETED, /* charged */
  VAULT_HOLD_RELEASED,  /* voided */
} VaultHoldState;

typedef struct
{
  gint64 id; /* receipt number of the hold */
  VaultHoldState state;
  gint64 held_minor;
  gint64 ended_by;    /* receipt of what completes or voids it, or tries to; 0: nothing does */
  gint64 taken_minor; /* what a completion charged; 0 */
  gint64 at_us;
  gboolean elsewhere;  /* another till made it: the acquirer knows it under that one's terminal */
  char masked_pan[20]; /* "" where none is known */
} VaultHold;

/* "never", "open", "held", "ending", "completed", "released" */
const char *vault_hold_state_name (VaultHoldState state);
/* VAULT_ERROR_STATE when the receipt is no hold. */
gboolean vault_hold_read (Vault *self, gint64 id, VaultHold *out_hold, GError **error);
/* The newest first, at most `limit`: VaultHold by value. Found by an index that no sale writes. */
GArray *vault_hold_list (Vault *self, guint limit, GError **error);

/* What a completion may come to where it may exceed its hold by so many percent. */
gint64 vault_hold_most_minor (const VaultHold *self, guint above_percent);
/* Within a transaction, before a row of it is written: `payment`, new in this completion or void,
 * may be. VAULT_ERROR_STATE else. A completion is of at most `above_percent` more than is held; a
 * void of the whole, and that of a completion in `batch`. What was taken over from another till
 * ends where it was made. */
gboolean vault_hold_check (Vault *self,
                           const VaultSale *sale,
                           const VaultPayment *payment,
                           guint32 batch,
                           guint above_percent,
                           GError **error);

G_END_DECLS
