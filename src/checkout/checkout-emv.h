/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What this shop's terminal is to a chip, and what a chip's data are to the acquirer: settings and
 * downloads become an EmvTerminal, the objects of a transaction become the card block of a request.
 * Blocks on the vault.
 */
#pragma once

#include "checkout-shop.h"
#include "checkout-slip.h"
#include "emv-kernel.h"

G_BEGIN_DECLS

#define CHECKOUT_SETTING_COUNTRY "shop.country" /* ISO 3166-1 number; else the currency's */

typedef struct
{
  EmvTerminal values;
} CheckoutEmvTerminal;

/* `pad`: a PIN may be typed into the reader at hand. Without applications nothing can be taken: the
 * acquirer's are downloaded (`acquirer download`). NULL with an error of the vault. */
CheckoutEmvTerminal *checkout_emv_terminal_new (CheckoutShop *shop, gboolean pad, GError **error);
void checkout_emv_terminal_free (CheckoutEmvTerminal *self);

/* Amount, currency, day and time, chance: of a payment now. */
EmvSale checkout_emv_sale (CheckoutShop *shop, gint64 amount_minor, guint8 kind);

/* What a request needs of the chip, with the memory that it borrows. */
typedef struct
{
  AcquirerEntry entry;
  BaseSecret *chip; /* BER-TLV of card and till */
  GBytes *envelope; /* the same, sealed for the acquirer, where only it may read them */
  char *pan, *expiry, *sequence, *track2; /* where the till makes its fields itself; wiped */
} CheckoutEmvBlock;

/* What the slip says of the transaction as it is now, whose application is selected. */
void checkout_emv_slip (const EmvKernel *kernel, CheckoutSlip *out_slip);

/* Of the data as they are now. FALSE with an error: the card's number can't be read, or nothing may
 * be sealed any more (SYNC_ERROR_ENDED). `scripts`: results, five bytes each; may be empty. */
gboolean checkout_emv_block (CheckoutShop *shop,
                             const EmvData *data,
                             BaseSpan scripts,
                             CheckoutEmvBlock *out_block,
                             GError **error);
void checkout_emv_block_clear (CheckoutEmvBlock *self);
/* First six and last four of these digits; yours; NULL when that would be all of them. */
char *checkout_emv_mask (const char *digits);
/* The same of the card's number; NULL when there is none. */
char *checkout_emv_masked_number (const EmvData *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutEmvTerminal, checkout_emv_terminal_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CheckoutEmvBlock, checkout_emv_block_clear)

G_END_DECLS
