/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cash that moves without a sale, and the drawer opened or counted: each an entry of the journal,
 * in one commit, with a job for the drawer to spring open where that is wanted. The shift counts
 * them (vault-shift.h). Amounts are minor units of the shop's currency.
 *
 *   act "drawer", detail  float 50000 · in 2000 "change from the bank" · out 1500 "milk"
 *                         no-sale 0 "change for a note" · count 61500 expected 61500 10000*6 500*3
 *
 * A reason stands between quotes, so that no text of a person's can end like a tie
 * (vault-books.h). For the folder's owner. Blocks; all but cash in and opening for as long as the
 * shift takes to read.
 */
#pragma once

#include "vault-shift.h"

G_BEGIN_DECLS

#define VAULT_DRAWER_ACT "drawer"
#define VAULT_DRAWER_REASON_MAX 60 /* characters */
#define VAULT_DRAWER_MAJOR_MAX                                                                     \
  10000000 /* no drawer holds more, in units of the main note or coin */

typedef enum
{
  VAULT_DRAWER_FLOAT, /* counted at opening; once a shift */
  VAULT_DRAWER_IN,
  VAULT_DRAWER_OUT,
  VAULT_DRAWER_NO_SALE, /* opened for nothing; amount 0 */
  VAULT_DRAWER_COUNT,   /* what lies in it, counted blind; the last of a shift counts */
} VaultDrawerAct;

typedef struct
{
  VaultDrawerAct act;
  gint64 amount_minor; /* of a count: the total, from 0 */
  const char *currency;
  const char *reason;                 /* of in, out and no-sale: needed; else NULL */
  const ShopDenominationCount *count; /* of a count: what the total is made of; NULL: one sum */
} VaultDrawerMove;

/* Whether it can be at all; asks no books. VAULT_ERROR_STATE with a sentence: it can't. */
gboolean vault_drawer_check (const VaultDrawerMove *move, GError **error);
/* *out_shift, which may be NULL, is the running shift with it (not where the act reads none: in and
 * no-sale, which leave it as it was). VAULT_ERROR_STATE with a sentence: it can't be, as a second
 * float, or more cash out than the drawer should hold; VAULT_ERROR_ABSENT: a count, and no shift is
 * open. */
gboolean vault_drawer_keep (Vault *self,
                            const VaultDrawerMove *move,
                            const char *who,
                            VaultShift *out_shift,
                            GError **error);

/* Inside the vault folder. Adds what an entry with this act and detail says to the shift; FALSE: it
 * says nothing of the drawer. */
gboolean vault_drawer_take (VaultShift *shift, const char *act, const char *detail);
/* Within a transaction, of the shift as it was just counted, which gets the count. */
gboolean vault_drawer_count_locked (Vault *self,
                                    VaultShift *shift,
                                    const VaultDrawerMove *move,
                                    const char *who,
                                    GError **error);

G_END_DECLS
