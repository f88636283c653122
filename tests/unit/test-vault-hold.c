/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A hold ends once: completed or let go, whatever else is going on; it is no turnover, and what
 * completes it is.
 */
#include "vault-hold.h"

#include "vault-shift.h"
#include "vault-testing.h"

#define HELD 20000

static gboolean
begin (VaultTesting *self,
       VaultSaleKind kind,
       gint64 original,
       gint64 minor,
       guint percent,
       VaultSale **out_sale,
       GError **error)
{
  VaultSale *sale = vault_sale_new (shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE), "01");
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, minor);
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_GO_ONLINE);

  sale->kind = kind;
  sale->original = original;
  payment->original = original != 0 ? 1 : 0;
  change.above_percent = percent;
  *out_sale = sale;
  if (vault_apply (self->vault, &change, 1, error))
    return TRUE;
  vault_payment_free (payment);
  return FALSE;
}

static VaultSale *
done (VaultTesting *self, VaultSaleKind kind, gint64 original, gint64 minor, VaultEvent event)
{
  g_autoptr (GError) error = NULL;
  VaultSale *sale;

  begin (self, kind, original, minor, 0, &sale, &error);
  g_assert_no_error (error);
  vault_testing_move (self, sale, sale->payments->pdata[0], event);
  return sale;
}

static void
refused (VaultTesting *self, VaultSaleKind kind, gint64 original, gint64 minor, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VaultSale) sale = NULL;
  g_autofree char *pattern = g_strdup_printf ("*%s*", why);
  g_autofree char *before = vault_testing_dump (self), *after = NULL;

  g_assert_false (begin (self, kind, original, minor, 0, &sale, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_test_message ("%s", error->message);
  g_assert_true (g_pattern_match_simple (pattern, error->message));
  after = vault_testing_dump (self);
  g_assert_cmpstr (before, ==, after);
}

static void
is (VaultTesting *self, const VaultSale *sale, VaultHoldState state, gint64 taken)
{
  VaultHold hold;

  g_assert_true (vault_hold_read (self->vault, sale->id, &hold, NULL));
  g_assert_cmpstr (vault_hold_state_name (hold.state), ==, vault_hold_state_name (state));
  g_assert_cmpint (hold.taken_minor, ==, taken);
}

static void
test_completed_once (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) hold = done (self, VAULT_SALE_HOLD, 0, HELD, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (VaultSale) completion = NULL, back = NULL, undone = NULL;

  g_assert_cmpint (hold->state, ==, VAULT_SALE_PAID);
  is (self, hold, VAULT_HOLD_HELD, 0);
  refused (self, VAULT_SALE_COMPLETION, hold->id, HELD + 1, "holds less");
  refused (self, VAULT_SALE_HOLD_VOID, hold->id, -HELD + 1, "as a whole");
  completion
      = done (self, VAULT_SALE_COMPLETION, hold->id, HELD - 500, VAULT_EVENT_ANSWER_APPROVED);
  is (self, hold, VAULT_HOLD_COMPLETED, HELD - 500);
  refused (self, VAULT_SALE_COMPLETION, hold->id, 100, "completed already");
  refused (self, VAULT_SALE_HOLD_VOID, hold->id, -HELD, "completed already");
  refused (self, VAULT_SALE_COMPLETION_VOID, completion->id, -HELD, "as a whole");
  undone = done (self, VAULT_SALE_COMPLETION_VOID, completion->id, -HELD + 500,
                 VAULT_EVENT_ANSWER_APPROVED);
  is (self, hold, VAULT_HOLD_HELD, 0);
  refused (self, VAULT_SALE_COMPLETION_VOID, completion->id, -HELD + 500, "voided already");
  back = done (self, VAULT_SALE_HOLD_VOID, hold->id, -HELD, VAULT_EVENT_ANSWER_APPROVED);
  is (self, hold, VAULT_HOLD_RELEASED, 0);
  refused (self, VAULT_SALE_COMPLETION, hold->id, 100, "voided already");
}

/* A declined completion has no effect; one whose outcome isn't known keeps everything else away
 * until it is. */
static void
test_outcomes (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) hold = done (self, VAULT_SALE_HOLD, 0, HELD, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (VaultSale) first
      = done (self, VAULT_SALE_COMPLETION, hold->id, HELD, VAULT_EVENT_ANSWER_DECLINED);
  g_autoptr (VaultSale) second
      = done (self, VAULT_SALE_COMPLETION, hold->id, HELD, VAULT_EVENT_NO_ANSWER);
  g_autoptr (VaultSale) third = NULL;

  is (self, hold, VAULT_HOLD_ENDING, 0);
  refused (self, VAULT_SALE_COMPLETION, hold->id, HELD, "isn't known yet");
  vault_testing_move (self, second, second->payments->pdata[0], VAULT_EVENT_REVERSAL_ACKNOWLEDGED);
  is (self, hold, VAULT_HOLD_HELD, 0);
  third = done (self, VAULT_SALE_COMPLETION, hold->id, HELD, VAULT_EVENT_ANSWER_APPROVED);
  is (self, hold, VAULT_HOLD_COMPLETED, HELD);
}

static void
test_never_held (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) declined
      = done (self, VAULT_SALE_HOLD, 0, HELD, VAULT_EVENT_ANSWER_DECLINED);
  g_autoptr (VaultSale) unknown = done (self, VAULT_SALE_HOLD, 0, HELD, VAULT_EVENT_NO_ANSWER);
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (GError) error = NULL;
  VaultHold hold;

  vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  is (self, declined, VAULT_HOLD_NEVER, 0);
  is (self, unknown, VAULT_HOLD_OPEN, 0);
  refused (self, VAULT_SALE_COMPLETION, declined->id, 100, "holds nothing");
  refused (self, VAULT_SALE_COMPLETION, unknown->id, 100, "holds nothing");
  refused (self, VAULT_SALE_COMPLETION, sale->id, 100, "is no hold");
  refused (self, VAULT_SALE_COMPLETION_VOID, sale->id, -100, "is no completion");
  g_assert_false (vault_hold_read (self->vault, sale->id, &hold, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
}

/* Where the acquirer allows more than was held. */
static void
test_above (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) hold = done (self, VAULT_SALE_HOLD, 0, HELD, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (VaultSale) much = NULL, most = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (
      begin (self, VAULT_SALE_COMPLETION, hold->id, HELD * 115 / 100 + 1, 15, &much, &error));
  g_assert_true (begin (self, VAULT_SALE_COMPLETION, hold->id, HELD * 115 / 100, 15, &most, NULL));
}

/* What came from another till is not known to the acquirer as ours. */
static void
test_of_another_till (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) hold = done (self, VAULT_SALE_HOLD, 0, HELD, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (VaultSale) ended = done (self, VAULT_SALE_HOLD, 0, HELD, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (VaultSale) completion
      = done (self, VAULT_SALE_COMPLETION, ended->id, HELD, VAULT_EVENT_ANSWER_APPROVED);
  VaultHold read;

  vault_testing_sql (self, "UPDATE payment SET terminal = 'OTHER'");
  is (self, hold, VAULT_HOLD_HELD, 0);
  g_assert_true (vault_hold_read (self->vault, hold->id, &read, NULL));
  g_assert_true (read.elsewhere);
  refused (self, VAULT_SALE_COMPLETION, hold->id, HELD, "another till");
  refused (self, VAULT_SALE_HOLD_VOID, hold->id, -HELD, "another till");
  refused (self, VAULT_SALE_COMPLETION_VOID, completion->id, -HELD, "another till");
}

static void
test_list (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) one = done (self, VAULT_SALE_HOLD, 0, HELD, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (VaultSale) two
      = done (self, VAULT_SALE_HOLD, 0, HELD + 1, VAULT_EVENT_ANSWER_DECLINED);
  g_autoptr (VaultSale) gone
      = done (self, VAULT_SALE_HOLD_VOID, one->id, -HELD, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (GArray) all = NULL, first = NULL;

  vault_testing_reopen (self);
  all = vault_hold_list (self->vault, 10, NULL);
  first = vault_hold_list (self->vault, 1, NULL);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpuint (first->len, ==, 1);
  g_assert_cmpint (g_array_index (all, VaultHold, 0).id, ==, two->id);
  g_assert_cmpint (g_array_index (all, VaultHold, 1).state, ==, VAULT_HOLD_RELEASED);
  g_assert_cmpint (g_array_index (all, VaultHold, 1).ended_by, ==, gone->id);
}

/* In a shift's figures a hold stands by itself, and a completion among the sales. */
static void
test_shift (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) one = done (self, VAULT_SALE_HOLD, 0, HELD, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (VaultSale) two = done (self, VAULT_SALE_HOLD, 0, 700, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (VaultSale) gone
      = done (self, VAULT_SALE_HOLD_VOID, two->id, -700, VAULT_EVENT_ANSWER_APPROVED);
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (VaultSale) completion = NULL;

  g_assert_true (vault_shift_read (self->vault, shift, NULL));
  g_assert_cmpint (shift->sales.count, ==, 0);
  g_assert_cmpint (shift->holds.minor, ==, HELD + 700);
  g_assert_cmpint (shift->releases.minor, ==, -700);
  g_assert_cmpint (shift->payments[VAULT_TENDER_CARD][VAULT_STATE_APPROVED].count, ==, 0);
  completion = done (self, VAULT_SALE_COMPLETION, one->id, 100, VAULT_EVENT_ANSWER_APPROVED);
  g_assert_true (vault_shift_read (self->vault, shift, NULL));
  g_assert_cmpint (shift->sales.minor, ==, 100);
  g_assert_cmpint (shift->payments[VAULT_TENDER_CARD][VAULT_STATE_APPROVED].minor, ==, 100);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/vault/hold/" name, VaultTesting, NULL, vault_testing_set_up, test,                 \
              vault_testing_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("completed-once", test_completed_once);
  ADD ("outcomes", test_outcomes);
  ADD ("never-held", test_never_held);
  ADD ("above", test_above);
  ADD ("of-another-till", test_of_another_till);
  ADD ("list", test_list);
  ADD ("shift", test_shift);
  return g_test_run ();
}
