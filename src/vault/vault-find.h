/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sales of the past by what somebody still knows of them: the receipt's number, what it came to,
 * the last digits of the card, a code that was sold, when it was paid. Looks from the newest
 * backwards, a part at a time, so that a payment never waits for it for longer than one part takes.
 * Blocks; any thread.
 */
#pragma once

#include "vault-sale.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define VAULT_FIND_PART 4000 /* receipts looked at with the vault locked */
#define VAULT_FIND_DIGITS 4

/* A sale is found by any of these; by every one where none is given. */
typedef struct
{
  gint64 receipt;           /* 0: not looked for */
  gint64 minor;             /* what it came to, without its sign; below 0: not looked for */
  const char *digits;       /* the card's last VAULT_FIND_DIGITS; NULL: not looked for */
  const char *code;         /* of a line; NULL: not looked for */
  gint64 from_us, until_us; /* Unix, without the end: when it was paid; both 0: not looked for */
} VaultFindWish;

/* Receipt numbers (gint64) of sales, refunds and voids that aren't open, the newest first, at most
 * `limit`. G_IO_ERROR_CANCELLED between two parts. */
GArray *vault_find_sales (Vault *self,
                          const VaultFindWish *wish,
                          guint limit,
                          GCancellable *cancellable,
                          GError **error);

G_END_DECLS
