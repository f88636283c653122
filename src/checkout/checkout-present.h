/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever card is presented first: a stripe that is swiped, or a chip that is put in. Both readers
 * are armed at once where there are both; the other is let go when one has something. The card of
 * the payment before, still in the chip reader, is nobody's new card: it must be seen out first
 * ("take-out"), the stripe reader armed meanwhile. The stripe of a card that says it has a chip is
 * not taken while there is a reader that waits for that chip ("use-chip"). Runs on the payment's
 * worker and blocks until a card, the deadline or the cancellable.
 */
#pragma once

#include "checkout-shop.h"
#include "chip-reader.h"
#include "msr.h"
#include "till-types.h"

G_BEGIN_DECLS

#define CHECKOUT_CARD_WAIT_MS 120000
#define CHECKOUT_CARD_SWIPES_MAX 5

typedef enum
{
  CHECKOUT_PRESENT_STRIPE = 1 << 0,
  CHECKOUT_PRESENT_CHIP = 1 << 1,
} CheckoutPresentKind;

/* Called on the worker, or on a thread that it waits for, whenever the payment's public state
 * changes, or the reader wants something: `reason` is a fixed word of till-payment.h. Never on two
 * threads at once. */
typedef void (*CheckoutPresentNotify) (TillPaymentState state, const char *reason, gpointer data);

typedef struct
{
  CheckoutShop *shop;
  guint kinds;        /* CheckoutPresentKind */
  guint wait_ms;      /* 0: CHECKOUT_CARD_WAIT_MS */
  const char *asking; /* told with WAITING_CARD; NULL: any card */
  GCancellable *cancellable;
  CheckoutPresentNotify notify; /* may be NULL */
  gpointer data;
} CheckoutPresentWish;

/* One of the first two, or neither with a reason. */
typedef struct
{
  MsrSwipe *swipe;
  ChipReader *chip; /* open, with a card in it; cleared, it is the slot's */
  CheckoutSlot *slot;
  gboolean given_up; /* cancelled or timed out: nobody refused */
  const char *reason;
} CheckoutPresent;

void checkout_present_wait (const CheckoutPresentWish *wish, CheckoutPresent *out_present);
void checkout_present_clear (CheckoutPresent *self);
/* Whether there is a chip reader now that could be asked; doesn't open it. */
gboolean checkout_present_has_chip (CheckoutShop *shop);
/* Why no card can be read where no reader is ready: a fixed word of till-payment.h, by what the
 * list of devices has seen last. */
const char *checkout_present_why_none (CheckoutShop *shop);
/* The same where only a chip would do: "profile" where what is ready reads stripes alone. */
const char *checkout_present_why_no_chip (CheckoutShop *shop);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CheckoutPresent, checkout_present_clear)

G_END_DECLS
