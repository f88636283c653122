/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop below the station, for tests of checkout and sync: the vault, a line to a till-acquirer of
 * its own with any fault, and a bench whose test card presents itself. No main loop, no workers:
 * the test's own thread does everything.
 */
#pragma once

#include "checkout-card.h"
#include "checkout-refund.h"
#include "entry-testing.h"
#include "sandbox-process.h"

G_BEGIN_DECLS

#define SHOP_TESTING_PASSPHRASE BASE_SPAN_STR ("shop testing")

typedef struct
{
  char *dir, *profile;
  const char *dialect;
  SandboxProcess *host;
  CheckoutShop *shop;
} ShopTesting;

/* `fault` as on till-acquirer's command line; NULL: none. */
void shop_testing_set_up (ShopTesting *self, const char *fault);
/* The same with another of the shipped profiles, or the path of one, at both ends. */
void shop_testing_set_up_for (ShopTesting *self, const char *profile, const char *fault);
void shop_testing_tear_down (ShopTesting *self);
/* Downloads what the acquirer has for chips, plugs the chip reader in, and a training card of this
 * KIND presents itself there (NULL: none); the stripe reader's card doesn't any more. */
void shop_testing_give_chip (ShopTesting *self, const char *kind);
/* This till is terminal TILL0002 from now on, and speaks for its first number as for one that was
 * taken over, by that one's master key; with a wrong one, the host doesn't let it. */
void shop_testing_become_another (ShopTesting *self, BaseSpan master_key);
/* Closes the shop and opens it again, as after a restart. */
void shop_testing_reopen (ShopTesting *self);
/* Another host on the same ledger. */
void shop_testing_change_host (ShopTesting *self, const char *fault);
/* Nobody listens any more, until the next change of host. */
void shop_testing_cut_line (ShopTesting *self);

/* One line of `amount_minor`. Yours. */
VaultSale *shop_testing_sale (gint64 amount_minor);
/* Pays what is left of `sale` by card. *out_payment is the sale's once it was kept (its position is
 * not 0), else the test's own. */
gboolean
shop_testing_pay (ShopTesting *self, VaultSale *sale, VaultPayment **out_payment, GError **error);
/* As above by a chip card whose data the till makes itself; fails the test on a fault. */
VaultPayment *shop_testing_must_pay_by_chip (ShopTesting *self, VaultSale *sale);
/* What a chip card and a till have at a sale, made as the shop's dialect wants it; *out_kept is
 * what the entry borrows from, or NULL. */
AcquirerEntry shop_testing_chip (ShopTesting *self, const EntryTesting *chip, GBytes **out_kept);
/* As above by such a card, which has a say in it. */
VaultPayment *
shop_testing_must_ask_chip (ShopTesting *self, VaultSale *sale, const CheckoutChip *chip);
/* As above; fails the test unless it ends well. */
VaultPayment *shop_testing_must_pay (ShopTesting *self, VaultSale *sale);
/* A paid sale of two lines that come to `amount_minor`, by card in the way of the dialect. Yours.
 */
VaultSale *shop_testing_sold (ShopTesting *self, gint64 amount_minor);
/* Gives back; fails the test on a fault. The refund or void is yours; NULL with the word of the
 * refusal where there is none. */
VaultSale *shop_testing_give_back (ShopTesting *self,
                                   const CheckoutRefundWish *wish,
                                   const char **out_refusal);
/* One round of draining; fails the test on a fault. */
SyncOutcome shop_testing_drain (ShopTesting *self);
/* The state of a payment as the database has it now. */
VaultState shop_testing_state (ShopTesting *self, const VaultSale *sale, guint position);
/* Lines of the ledger for this payment's newest attempt. */
guint shop_testing_effects (ShopTesting *self, const VaultPayment *payment, const char *effect);

G_END_DECLS
