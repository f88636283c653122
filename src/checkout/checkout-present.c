/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-present.h"

#include "device-error.h"

/* The chip's half waits on a thread of its own, joined before the wait returns. */
typedef struct
{
  const CheckoutPresentWish *wish;
  ChipReader *reader;
  gint listens;      /* atomic: the other half may hope for a chip */
  gboolean last_in;  /* the last payment's card may be in it */
  gboolean occupied; /* some card is */
  gint64 deadline_us;
  GCancellable *stop;        /* ends this half */
  GCancellable *stop_stripe; /* ends the other one when a chip has come */
  ChipOutcome outcome;
} ChipWait;

/* Both halves tell, one at a time. */
static GMutex telling;

static void
tell (const CheckoutPresentWish *wish, const char *reason)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&telling);

  if (wish->notify != NULL)
    wish->notify (TILL_PAYMENT_STATE_WAITING_CARD, reason, wish->data);
}

/* What is plugged in now. */
static void
refresh (CheckoutShop *shop)
{
  if (shop->devices != NULL)
    (void)device_list_refresh (shop->devices, /* error= */ NULL);
}

static DeviceEntry *
find (CheckoutShop *shop, DeviceRole role)
{
  return shop->devices != NULL ? device_list_find (shop->devices, role, /* identity= */ NULL)
                               : NULL;
}

gboolean
checkout_present_has_chip (CheckoutShop *shop)
{
  g_autoptr (DeviceEntry) entry = NULL;

  refresh (shop);
  entry = find (shop, DEVICE_ROLE_CHIP);
  return entry != NULL;
}

static void
end (CheckoutPresent *out, gboolean given_up, const char *reason)
{
  out->given_up = given_up;
  out->reason = reason;
}

/* ---- Readers that can't be used ---- */

static const char *
why_not_opened (const GError *error, const char *refused)
{
  if (g_error_matches (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED))
    return refused;
  if (g_error_matches (error, DEVICE_ERROR, DEVICE_ERROR_BUSY))
    return "reader-busy";
  return g_error_matches (error, DEVICE_ERROR, DEVICE_ERROR_ACCESS) ? "reader-no-access"
                                                                    : "reader-fault";
}

const char *
checkout_present_why_none (CheckoutShop *shop)
{
  g_autoptr (DeviceEntry) entry
      = shop->devices != NULL ? device_list_find_unusable_reader (shop->devices) : NULL;

  if (entry == NULL)
    return "no-reader";
  switch (entry->state)
    {
    case DEVICE_STATE_BUSY:
      return "reader-busy";
    case DEVICE_STATE_NO_ACCESS:
      return "reader-no-access";
    case DEVICE_STATE_REFUSED:
      return g_str_equal (entry->driver, "ccid") ? "reader-unfit" : "reader-refused";
    case DEVICE_STATE_READY:
    case DEVICE_STATE_FAULT:
      break;
    }
  return "reader-fault";
}

const char *
checkout_present_why_no_chip (CheckoutShop *shop)
{
  g_autoptr (DeviceEntry) stripe = find (shop, DEVICE_ROLE_STRIPE);
  const char *why = checkout_present_why_none (shop);

  return stripe != NULL && g_str_equal (why, "no-reader") ? "profile" : why;
}

/* ---- The chip ---- */

static void
open_chip (ChipWait *wait, CheckoutPresent *out)
{
  CheckoutShop *shop = wait->wish->shop;
  g_autoptr (DeviceEntry) entry = NULL;
  g_autoptr (GError) error = NULL;

  if ((wait->wish->kinds & CHECKOUT_PRESENT_CHIP) == 0)
    return;
  wait->last_in = checkout_slot_stop (&shop->slot);
  entry = find (shop, DEVICE_ROLE_CHIP);
  if (entry == NULL)
    return;
  wait->reader = chip_reader_open (shop->bus, entry, &error);
  if (wait->reader == NULL)
    {
      g_debug ("The chip reader: %s", error->message);
      end (out, FALSE, why_not_opened (error, "reader-unfit"));
    }
}

/* DONE: the last payment's card isn't in the reader. */
static ChipOutcome
see_last_out (ChipWait *wait)
{
  ChipOutcome outcome = chip_reader_wait_card (wait->reader, /* deadline_us= */ 0, wait->stop);

  if (outcome == CHIP_DONE)
    {
      wait->occupied = TRUE;
      tell (wait->wish, "take-out");
      outcome = chip_reader_wait_removal (wait->reader, wait->deadline_us, wait->stop);
      if (outcome != CHIP_DONE)
        return outcome;
      wait->occupied = FALSE;
      tell (wait->wish, wait->wish->asking);
    }
  else if (outcome != CHIP_TIMED_OUT)
    return outcome;
  checkout_slot_forget (&wait->wish->shop->slot);
  return CHIP_DONE;
}

static void
wait_for_card (ChipWait *wait)
{
  wait->outcome = wait->last_in ? see_last_out (wait) : CHIP_DONE;
  if (wait->outcome != CHIP_DONE)
    return;
  wait->outcome = chip_reader_wait_card (wait->reader, wait->deadline_us, wait->stop);
  wait->occupied = wait->outcome == CHIP_DONE;
}

/* A card that nobody has taken is as one whose payment has ended. */
static void
let_go (ChipWait *wait)
{
  if (wait->reader != NULL && wait->occupied)
    checkout_slot_leave (&wait->wish->shop->slot, wait->reader);
  else
    chip_reader_free (wait->reader);
}

static void
judge_chip (ChipWait *wait, CheckoutPresent *out)
{
  switch (wait->outcome)
    {
    case CHIP_DONE:
      out->chip = g_steal_pointer (&wait->reader);
      out->slot = &wait->wish->shop->slot;
      end (out, FALSE, NULL);
      break;
    case CHIP_TIMED_OUT:
      end (out, TRUE, "timeout");
      break;
    case CHIP_CANCELLED:
      end (out, TRUE, "cancelled");
      break;
    case CHIP_GONE:
      end (out, FALSE, "no-reader");
      break;
    case CHIP_NO_CARD:
    case CHIP_MUTE:
    case CHIP_REMOVED:
    case CHIP_REFUSED:
    case CHIP_FAULT:
      end (out, FALSE, "reader-fault");
      break;
    }
}

static gpointer
wait_for_chip (gpointer data)
{
  ChipWait *wait = data;

  wait_for_card (wait);
  if (wait->outcome == CHIP_DONE)
    g_cancellable_cancel (wait->stop_stripe);
  else
    g_atomic_int_set (&wait->listens, FALSE);
  return NULL;
}

/* ---- The stripe ---- */

/* TRUE: its chip is asked for instead. */
static gboolean
refuse_stripe (ChipWait *wait, CheckoutPresent *out)
{
  if (out->swipe->chip != MSR_CHIP_THERE || !g_atomic_int_get (&wait->listens))
    return FALSE;
  g_clear_pointer (&out->swipe, msr_swipe_free);
  tell (wait->wish, "use-chip");
  return TRUE;
}

/* TRUE: another swipe may be tried. */
static gboolean
read_swipe (ChipWait *wait, Msr *reader, GCancellable *stop, guint *bad, CheckoutPresent *out)
{
  switch (msr_read_swipe (reader, wait->deadline_us, stop, &out->swipe, /* error= */ NULL))
    {
    case MSR_SWIPED:
      end (out, FALSE, NULL);
      return refuse_stripe (wait, out);
    case MSR_BAD_READ:
      tell (wait->wish, "swipe-failed");
      end (out, FALSE, "swipe-failed");
      return ++*bad < CHECKOUT_CARD_SWIPES_MAX;
    case MSR_TIMED_OUT:
      end (out, TRUE, "timeout");
      return FALSE;
    case MSR_CANCELLED:
      end (out, TRUE, "cancelled");
      return FALSE;
    case MSR_REFUSED:
      end (out, FALSE, "reader-refused");
      return FALSE;
    case MSR_GONE:
      end (out, FALSE, "no-reader");
      return FALSE;
    case MSR_FAULT:
      end (out, FALSE, "fault");
      return FALSE;
    }
  g_assert_not_reached ();
}

static void
wait_for_swipe (ChipWait *wait, Msr *reader, GCancellable *stop, CheckoutPresent *out)
{
  guint bad = 0;

  while (read_swipe (wait, reader, stop, &bad, out))
    continue;
}

static Msr *
open_stripe (const CheckoutPresentWish *wish, CheckoutPresent *out)
{
  g_autoptr (DeviceEntry) entry
      = (wish->kinds & CHECKOUT_PRESENT_STRIPE) != 0 ? find (wish->shop, DEVICE_ROLE_STRIPE) : NULL;
  g_autoptr (GError) error = NULL;
  Msr *reader;

  if (entry == NULL)
    return NULL;
  reader = msr_open (wish->shop->bus, entry, &error);
  if (reader == NULL && out->reason == NULL)
    end (out, FALSE, why_not_opened (error, "reader-refused"));
  return reader;
}

/* ---- Both ---- */

static void
on_cancelled_cb (GCancellable *cancellable, gpointer data)
{
  g_cancellable_cancel (data);
}

static gulong
follow (GCancellable *from, GCancellable *to)
{
  return from != NULL ? g_cancellable_connect (from, G_CALLBACK (on_cancelled_cb), to, NULL) : 0;
}

/* The stripe's half is this thread's. A reader that fails while the other still waits ends the wait
 * all the same: the cashier is told, and tries again. */
static void
wait_for_both (const CheckoutPresentWish *wish, Msr *stripe, ChipWait *wait, CheckoutPresent *out)
{
  g_autoptr (GCancellable) stop_stripe = g_cancellable_new ();
  g_autoptr (GCancellable) stop_chip = g_cancellable_new ();
  gulong first = follow (wish->cancellable, stop_stripe);
  gulong second = follow (wish->cancellable, stop_chip);
  GThread *thread;

  wait->stop = stop_chip;
  wait->stop_stripe = stop_stripe;
  wait->listens = TRUE;
  thread = g_thread_new ("till-chip", wait_for_chip, wait);
  wait_for_swipe (wait, stripe, stop_stripe, out);
  g_cancellable_cancel (stop_chip);
  g_thread_join (thread);
  g_cancellable_disconnect (wish->cancellable, first);
  g_cancellable_disconnect (wish->cancellable, second);
  if (out->swipe == NULL && wait->outcome == CHIP_DONE)
    judge_chip (wait, out);
}

void
checkout_present_wait (const CheckoutPresentWish *wish, CheckoutPresent *out)
{
  gint64 wait_ms = wish->wait_ms != 0 ? wish->wait_ms : CHECKOUT_CARD_WAIT_MS;
  ChipWait wait = { .wish = wish,
                    .deadline_us = g_get_monotonic_time () + wait_ms * 1000,
                    .stop = wish->cancellable };
  g_autoptr (Msr) stripe = NULL;

  *out = (CheckoutPresent){ 0 };
  refresh (wish->shop);
  open_chip (&wait, out);
  stripe = open_stripe (wish, out);
  if (stripe == NULL && wait.reader == NULL)
    {
      if (out->reason == NULL)
        end (out, FALSE, checkout_present_why_none (wish->shop));
      return;
    }
  tell (wish, wish->asking);
  if (stripe != NULL && wait.reader != NULL)
    wait_for_both (wish, stripe, &wait, out);
  else if (stripe != NULL)
    wait_for_swipe (&wait, stripe, wish->cancellable, out);
  else
    {
      wait_for_card (&wait);
      judge_chip (&wait, out);
    }
  let_go (&wait);
}

void
checkout_present_clear (CheckoutPresent *self)
{
  g_clear_pointer (&self->swipe, msr_swipe_free);
  if (self->chip != NULL)
    checkout_slot_leave (self->slot, g_steal_pointer (&self->chip));
}
