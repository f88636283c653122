/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which readers' PIN pads may be used: those that a manager has tried here with a card whose PIN is
 * known, and whose card said that it was right. What a reader says of itself isn't enough. A reader
 * is meant by vendor, product, serial (or its place where it has none) and the way to it: any other
 * one has to be tried first. Each test is in the journal, with who and when. The PIN goes from the
 * pad to the card; nothing of it comes here. Blocks on reader and vault.
 */
#pragma once

#include "checkout-present.h"

G_BEGIN_DECLS

#define CHECKOUT_PIN_PADS_MAX 8 /* the one tried longest ago is forgotten then */

typedef struct
{
  gboolean passed;
  const char *reason; /* why not: a fixed word for checkout_words_reason(); NULL when passed */
  char *identity;     /* of the reader; NULL: there was none */
} CheckoutPinPadTest;

/* A pad that is used. */
typedef struct
{
  char *identity; /* of its reader */
  char *tried;    /* YYYY-MM-DD; NULL: nobody wrote it down */
} CheckoutPinPad;

void checkout_pin_pad_free (CheckoutPinPad *self);
/* CheckoutPinPad, the one that was tried last at the end. Yours; never NULL. */
GPtrArray *checkout_pin_pad_list (CheckoutShop *shop);
/* Whether a reader is plugged in that has a pad which isn't used. Opens none. */
gboolean checkout_pin_pad_waits (CheckoutShop *shop);
/* Whether this reader has a pad that was tried. */
gboolean checkout_pin_pad_is_proven (CheckoutShop *shop, const ChipReader *reader);
/* Waits for a card, asks for its PIN once, and keeps what came of it: a pad whose newest test
 * wasn't passed isn't used. `wish` names shop, whom to tell and how to give up; its kinds are
 * ignored. FALSE: a fault of the vault. */
gboolean checkout_pin_pad_test (const CheckoutPresentWish *wish,
                                CheckoutPinPadTest *out_test,
                                GError **error);
void checkout_pin_pad_test_clear (CheckoutPinPadTest *self);
/* No pad is used any more before its next test. *out_count: how many were. */
gboolean checkout_pin_pad_forget (CheckoutShop *shop, guint *out_count, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutPinPad, checkout_pin_pad_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CheckoutPinPadTest, checkout_pin_pad_test_clear)

G_END_DECLS
