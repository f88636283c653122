/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop is erased from this computer: its books, its key and the acquirer's keys in them. Only
 * what is finished may be: nothing waits for the acquirer, nothing is parked, the batch is settled
 * and the shift closed. A till whose number another one has taken over may go as it is, for that
 * one has what waited. Backups elsewhere stay, and open with the recovery key. Blocks; for a
 * worker, or till-cli.
 */
#pragma once

#include "checkout-shop.h"

G_BEGIN_DECLS

typedef enum
{
  CHECKOUT_RESET_MAY,
  CHECKOUT_RESET_HELD,   /* quarantined books: somebody has to decide first */
  CHECKOUT_RESET_QUEUE,  /* records wait, or are set aside */
  CHECKOUT_RESET_PARKED, /* sales are parked */
  CHECKOUT_RESET_BATCH,  /* the acquirer's batch, or one that was taken over, isn't settled */
  CHECKOUT_RESET_SHIFT,  /* the shift is open */
} CheckoutReset;

/* Judges; where nothing has to be done before (CHECKOUT_RESET_MAY), closes the shop and erases its
 * folder. The shop is yours no more, whatever happens. *out_verdict: the first thing that has to be
 * done. FALSE: a fault. */
gboolean checkout_reset_run (CheckoutShop *shop, CheckoutReset *out_verdict, GError **error);
/* Only judges. */
gboolean checkout_reset_judge (CheckoutShop *shop, CheckoutReset *out_verdict, GError **error);

G_END_DECLS
