/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is on a card: asks for it, asks the acquirer, books nothing but a line in the journal that
 * somebody asked. No money moves, so no answer is as good as a no, and nothing is ever reversed.
 * Blocks, on the payment worker.
 */
#pragma once

#include "checkout-card.h"

G_BEGIN_DECLS

#define CHECKOUT_BALANCES_MAX 6 /* of 20 characters each, in field 54 */

typedef struct
{
  gint64 minor; /* negative: owed */
  char currency[4];
  char account[3]; /* ISO 8583: "10" a savings account … */
  char kind[3];    /* "01" the account's, "02" what is available of it */
} CheckoutAmount;

typedef struct
{
  const char *refusal; /* the word for why nothing was learnt; NULL: the card's bank has answered */
  char code[ACQUIRER_CODE_MAX];
  char masked_pan[20];
  CheckoutAmount amounts[CHECKOUT_BALANCES_MAX];
  guint count;
} CheckoutBalance;

/* `card`: only shop, cancellable, notify and data are looked at. FALSE: a fault. */
gboolean checkout_balance_run (CheckoutCard *card, CheckoutBalance *out_balance, GError **error);
/* The same with a card that was read already; `masked_pan` may be NULL. */
gboolean checkout_balance_ask (CheckoutCard *card,
                               const AcquirerEntry *entry,
                               const char *masked_pan,
                               CheckoutBalance *out_balance,
                               GError **error);
/* Field 54's text into amounts; FALSE, and none, for one that isn't such. */
gboolean checkout_balance_parse (const char *text, CheckoutBalance *balance);

G_END_DECLS
