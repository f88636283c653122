/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words of payment-life.md's table, and a sentence for every reason that the program gives.
 */
#include "checkout-words.h"

static const char *
same (const char *text)
{
  return text;
}

static void
test_states (void)
{
  static const struct
  {
    VaultState state;
    const char *word;
    TillPaymentState shown;
  } rows[] = {
    { VAULT_STATE_APPROVED, "Approved", TILL_PAYMENT_STATE_APPROVED },
    { VAULT_STATE_CHIP_UNSENT, "Approved by the chip, to be sent", TILL_PAYMENT_STATE_APPROVED },
    { VAULT_STATE_CHIP_SENT, "Approved by the chip", TILL_PAYMENT_STATE_APPROVED },
    { VAULT_STATE_COMPLETED_UNSENT, "Completed, to be sent", TILL_PAYMENT_STATE_APPROVED },
    { VAULT_STATE_COMPLETED_SENT, "Completed", TILL_PAYMENT_STATE_APPROVED },
    { VAULT_STATE_STORED, "Stored, not yet approved", TILL_PAYMENT_STATE_STORED },
    { VAULT_STATE_STORED_SENDING, "Stored, not yet approved", TILL_PAYMENT_STATE_STORED },
    { VAULT_STATE_UNKNOWN, "Unknown: reversing", TILL_PAYMENT_STATE_UNKNOWN },
    { VAULT_STATE_REVERSED, "Reversed, not charged", TILL_PAYMENT_STATE_REVERSED },
    { VAULT_STATE_DECLINED, "Declined, not charged", TILL_PAYMENT_STATE_DECLINED },
    { VAULT_STATE_CANCELLED, "Cancelled before anything was sent", TILL_PAYMENT_STATE_CANCELLED },
    { VAULT_STATE_SENDING, "Asking the bank", TILL_PAYMENT_STATE_SENDING },
  };
  VaultPayment payment = { .tender = VAULT_TENDER_CARD };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      payment.state = rows[i].state;
      g_assert_cmpstr (checkout_words_state (&payment, same), ==, rows[i].word);
      g_assert_cmpint (checkout_words_public_state (rows[i].state), ==, rows[i].shown);
    }
  payment = (VaultPayment){ .tender = VAULT_TENDER_CARD,
                            .state = VAULT_STATE_DECLINED,
                            .reason = (char *)"declined-later" };
  g_assert_cmpstr (checkout_words_state (&payment, same), ==, "Declined later, not paid");
  payment = (VaultPayment){ .tender = VAULT_TENDER_CASH, .state = VAULT_STATE_APPROVED };
  g_assert_cmpstr (checkout_words_state (&payment, same), ==, "Taken");
}

static const char *const known[] = { "declined",
                                     "declined-later",
                                     "offline-off",
                                     "limit-sale",
                                     "limit-sum",
                                     "limit-count",
                                     "limit-age",
                                     "no-connection",
                                     "certificate-ended",
                                     "no-acquirer",
                                     "no-key",
                                     "no-answer",
                                     "unanswered",
                                     "restart",
                                     "reversal-owed",
                                     "no-reader",
                                     "reader-refused",
                                     "swipe-failed",
                                     "timeout",
                                     "cancelled",
                                     "profile",
                                     "disk-full",
                                     "changed",
                                     "too-old",
                                     "malformed",
                                     "number-taken",
                                     "reversal-refused",
                                     "reversal-overdue",
                                     "retry",
                                     "receipt-damaged",
                                     "paper-out",
                                     "cover-open",
                                     "unplugged",
                                     "stuck",
                                     "busy",
                                     "no-access",
                                     "fault",
                                     "no-printer",
                                     "cutter",
                                     "error",
                                     "host-silent",
                                     "not-signed-in",
                                     "sign-in",
                                     "settling",
                                     "leave-in",
                                     "choose",
                                     "pin",
                                     "pin-last",
                                     "use-stripe",
                                     "take-out",
                                     "use-chip",
                                     "card-removed",
                                     "card-torn",
                                     "card-mute",
                                     "card-stopped",
                                     "reader-torn",
                                     "card-error",
                                     "card-blocked",
                                     "application-blocked",
                                     "no-application",
                                     "no-applications",
                                     "not-accepted",
                                     "chip-unreadable",
                                     "reader-unfit",
                                     "reader-no-access",
                                     "reader-fault",
                                     "reader-busy",
                                     "card-refused",
                                     "card-wants-pad",
                                     "declined-wants-pad",
                                     "card-forged" };

static void
test_reasons (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_cmpstr (checkout_words_reason (known[i], same), !=, known[i]);
  g_assert_cmpstr (checkout_words_reason ("new-one", same), ==, "new-one");
  g_assert_null (checkout_words_reason (NULL, same));
}

static void
test_labels (void)
{
  ShopReceiptLabels labels;

  checkout_words_labels (&labels, same);
  g_assert_cmpstr (labels.total, ==, "Total");
  g_assert_nonnull (labels.thanks);
  g_assert_nonnull (labels.signature);
  g_assert_nonnull (labels.merchant_copy);
  g_assert_nonnull (labels.customer_copy);
}

/* The bank's code in words, and what to do. */
static void
test_answers (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  g_autofree char *english = checkout_words_answer (profile, "51", "en", same);
  g_autofree char *chinese = checkout_words_answer (profile, "51", "zh_CN", same);
  g_autofree char *kept = checkout_words_answer (profile, "04", NULL, same);

  g_assert_cmpstr (english, ==,
                   "Not enough money on the card (51). Ask for another card, or another way to "
                   "pay.");
  g_assert_cmpstr (chinese, ==, "余额不足（51）。Ask for another card, or another way to pay.");
  g_assert_true (g_str_has_suffix (kept, "Keep the card if that is safe, and call the bank."));
  g_assert_null (checkout_words_answer (profile, "ZZ", "en", same));
  g_assert_null (checkout_words_answer (profile, NULL, "en", same));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkout/words/states", test_states);
  g_test_add_func ("/checkout/words/reasons", test_reasons);
  g_test_add_func ("/checkout/words/labels", test_labels);
  g_test_add_func ("/checkout/words/answers", test_answers);
  return g_test_run ();
}
