/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A payment as the screen follows it: what it says in each state, what it tells when it moves,
 * cancelling.
 */
#include "till-private.h"

static void
on_notify_cb (TillPayment *payment, GParamSpec *spec, gpointer data)
{
  ++*(guint *)data;
}

static VaultPayment *
card (VaultState state)
{
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, 1250);

  payment->state = state;
  return payment;
}

static void
test_follows (void)
{
  g_autoptr (VaultPayment) kept = card (VAULT_STATE_NONE);
  g_autoptr (TillPayment) payment = till_payment_new (kept, /* shop= */ NULL);
  g_autofree char *pan = NULL, *reason = NULL;
  guint states = 0;
  gint64 amount;

  g_signal_connect (payment, "notify::state", G_CALLBACK (on_notify_cb), &states);
  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_IDLE);
  g_assert_true (till_payment_is_running (payment));
  till_payment_set_progress (payment, TILL_PAYMENT_STATE_WAITING_CARD, NULL);
  till_payment_set_progress (payment, TILL_PAYMENT_STATE_WAITING_CARD, "swipe-failed");
  g_assert_cmpuint (states, ==, 1);
  g_assert_cmpstr (till_payment_reason (payment), ==, "swipe-failed");
  kept->state = VAULT_STATE_APPROVED;
  kept->masked_pan = g_strdup ("476173******0119");
  kept->auth_code = g_strdup ("A12345");
  kept->response = g_strdup ("00");
  kept->stan = 7;
  till_payment_update (payment, kept, /* shop= */ NULL);
  g_assert_cmpuint (states, ==, 2);
  g_object_get (payment, "masked-pan", &pan, "reason", &reason, "amount-minor", &amount, NULL);
  g_assert_cmpstr (pan, ==, "476173******0119");
  g_assert_null (reason);
  g_assert_cmpint (amount, ==, 1250);
  g_assert_cmpstr (till_payment_auth_code (payment), ==, "A12345");
  g_assert_cmpstr (till_payment_response (payment), ==, "00");
  g_assert_cmpuint (till_payment_stan (payment), ==, 7);
  g_assert_cmpstr (till_payment_uuid (payment), ==, kept->uuid);
  g_assert_false (till_payment_is_running (payment));
}

/* That it is being cancelled is said at once, and stays said until the bank is asked after all. */
static void
test_cancelling (void)
{
  g_autoptr (VaultPayment) kept = card (VAULT_STATE_NONE);
  g_autoptr (TillPayment) payment = till_payment_new (kept, /* shop= */ NULL);

  till_payment_set_progress (payment, TILL_PAYMENT_STATE_WAITING_CARD, "leave-in");
  till_payment_cancel (payment);
  g_assert_cmpstr (till_payment_reason (payment), ==, "cancelling");
  till_payment_set_progress (payment, TILL_PAYMENT_STATE_WAITING_CARD, "pin");
  g_assert_cmpstr (till_payment_reason (payment), ==, "cancelling");
  till_payment_set_progress (payment, TILL_PAYMENT_STATE_SENDING, NULL);
  g_assert_null (till_payment_reason (payment));
  till_payment_cancel (payment);
  g_assert_null (till_payment_reason (payment));
}

typedef struct
{
  TillPayment *payment;
  int chosen;
} Question;

static gpointer
ask (gpointer data)
{
  static const char *const names[] = { "DEBIT", "CREDIT" };
  Question *question = data;

  question->chosen = till_payment_ask (question->payment, names, G_N_ELEMENTS (names), NULL);
  return NULL;
}

static int
answer_of (TillPayment *payment)
{
  Question question = { payment, -9 };
  GThread *thread = g_thread_new ("ask", ask, &question);

  g_main_context_iteration (NULL, TRUE); /* the question comes */
  g_thread_join (thread);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (till_payment_choices (payment));
  return question.chosen;
}

static void
on_choices_cb (TillPayment *payment, GParamSpec *spec, gpointer data)
{
  const char *const *names = till_payment_choices (payment);

  if (names == NULL)
    return;
  g_assert_cmpuint (g_strv_length ((char **)names), ==, 2);
  g_assert_cmpstr (names[1], ==, "CREDIT");
  till_payment_choose (payment, 2); /* there is no third */
  g_assert_nonnull (till_payment_choices (payment));
  if (GPOINTER_TO_INT (data) < -1)
    till_payment_cancel (payment);
  else
    till_payment_choose (payment, GPOINTER_TO_INT (data));
}

/* Which of a chip's applications: whoever follows is asked, and nobody else. */
static void
test_choices (void)
{
  static const struct
  {
    int say, comes;
  } rows[] = { { 1, 1 }, { 0, 0 }, { -1, -1 }, { -2, -1 } };
  g_autoptr (VaultPayment) kept = card (VAULT_STATE_NONE);
  g_autoptr (TillPayment) alone = till_payment_new (kept, /* shop= */ NULL);

  g_assert_cmpint (answer_of (alone), ==, CHECKOUT_CARD_NOBODY);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TillPayment) payment = till_payment_new (kept, /* shop= */ NULL);

      g_signal_connect (payment, "notify::choices", G_CALLBACK (on_choices_cb),
                        GINT_TO_POINTER (rows[i].say));
      g_assert_cmpint (answer_of (payment), ==, rows[i].comes);
    }
}

static void
test_who_approved (void)
{
  static const struct
  {
    VaultState state;
    TillApprovedBy by;
    gboolean sent, covers;
  } rows[] = {
    { VAULT_STATE_APPROVED, TILL_APPROVED_BY_ACQUIRER, TRUE, TRUE },
    { VAULT_STATE_CHIP_UNSENT, TILL_APPROVED_BY_CHIP, FALSE, TRUE },
    { VAULT_STATE_CHIP_SENT, TILL_APPROVED_BY_CHIP, TRUE, TRUE },
    { VAULT_STATE_COMPLETED_UNSENT, TILL_APPROVED_BY_ACQUIRER, FALSE, TRUE },
    { VAULT_STATE_COMPLETED_SENT, TILL_APPROVED_BY_ACQUIRER, TRUE, TRUE },
    { VAULT_STATE_STORED, TILL_APPROVED_BY_NOBODY, FALSE, TRUE },
    { VAULT_STATE_UNKNOWN, TILL_APPROVED_BY_NOBODY, FALSE, FALSE },
    { VAULT_STATE_DECLINED, TILL_APPROVED_BY_NOBODY, FALSE, FALSE },
    { VAULT_STATE_REVERSED, TILL_APPROVED_BY_NOBODY, FALSE, FALSE },
    { VAULT_STATE_CANCELLED, TILL_APPROVED_BY_NOBODY, FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VaultPayment) kept = card (rows[i].state);
      g_autoptr (TillPayment) payment = till_payment_new (kept, /* shop= */ NULL);

      g_assert_cmpint (till_payment_approved_by (payment), ==, rows[i].by);
      g_assert_cmpint (till_payment_sent (payment), ==, rows[i].sent);
      g_assert_cmpint (till_payment_covers (payment), ==, rows[i].covers);
    }
}

static void
test_cash_and_cancel (void)
{
  g_autoptr (VaultPayment) kept = vault_payment_new (VAULT_TENDER_CASH, 1000);
  g_autoptr (TillPayment) payment = NULL;

  kept->state = VAULT_STATE_APPROVED;
  kept->tendered_minor = 1500;
  kept->change_minor = 500;
  payment = till_payment_new (kept, /* shop= */ NULL);
  g_assert_false (till_payment_is_card (payment));
  g_assert_cmpint (till_payment_approved_by (payment), ==, TILL_APPROVED_BY_NOBODY);
  g_assert_cmpint (till_payment_tendered_minor (payment), ==, 1500);
  g_assert_cmpint (till_payment_change_minor (payment), ==, 500);
  g_assert_cmpint (till_payment_at_us (payment), ==, kept->at_us);
  g_assert_false (g_cancellable_is_cancelled (till_payment_cancellable (payment)));
  till_payment_cancel (payment);
  g_assert_true (g_cancellable_is_cancelled (till_payment_cancellable (payment)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/till/payment/choices", test_choices);
  g_test_add_func ("/till/payment/cancelling", test_cancelling);
  g_test_add_func ("/till/payment/follows", test_follows);
  g_test_add_func ("/till/payment/who-approved", test_who_approved);
  g_test_add_func ("/till/payment/cash-and-cancel", test_cash_and_cancel);
  return g_test_run ();
}
