/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nobody gets money back twice: neither by amounts nor by lines, whatever else is going on.
 */
#include "vault-refund.h"

#include "vault-testing.h"

/* `lines` of 5.00 each, by one payment. */
static VaultSale *
sold (VaultTesting *self, guint lines, VaultTender tender)
{
  VaultSale *sale = vault_testing_sale (lines);

  if (tender == VAULT_TENDER_CASH)
    vault_testing_pay (self, sale, tender, VAULT_EVENT_CASH_TAKEN);
  else
    vault_testing_move (self, sale, vault_testing_pay (self, sale, tender, VAULT_EVENT_GO_ONLINE),
                        VAULT_EVENT_ANSWER_APPROVED);
  return sale;
}

/* Of one line of it, `line`. */
static VaultSale *
giving_back (const VaultSale *original, VaultSaleKind kind, guint first, guint last)
{
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  VaultSale *sale;

  shop_cart_set_returning (cart);
  for (guint i = first; i <= last; i++)
    {
      ShopCartLine line = *shop_cart_line_by_number (original->cart, i);

      line.original = line.number;
      line.quantity_milli = -line.quantity_milli;
      line.discount_minor = -line.discount_minor;
      g_assert_true (shop_cart_restore (cart, &line, NULL));
    }
  sale = vault_sale_new (cart, "01");
  sale->kind = kind;
  sale->original = original->id;
  return sale;
}

static gboolean
begin (VaultTesting *self,
       VaultSale *sale,
       VaultTender tender,
       gint64 minor,
       guint original,
       GError **error)
{
  VaultPayment *payment = vault_payment_new (tender, minor);
  VaultChange change = vault_testing_change (self, sale, payment,
                                             tender == VAULT_TENDER_CASH ? VAULT_EVENT_CASH_TAKEN
                                                                         : VAULT_EVENT_GO_ONLINE);

  change.reason = NULL;
  payment->original = original;
  if (vault_apply (self->vault, &change, 1, error))
    return TRUE;
  g_assert_cmpuint (payment->position, ==, 0);
  vault_payment_free (payment);
  return FALSE;
}

static void
must_begin (VaultTesting *self, VaultSale *sale, VaultTender tender, gint64 minor)
{
  g_autoptr (GError) error = NULL;

  begin (self, sale, tender, minor, 1, &error);
  g_assert_no_error (error);
}

static void
must_refuse (VaultTesting *self,
             VaultSale *sale,
             VaultTender tender,
             gint64 minor,
             guint original,
             const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = vault_testing_dump (self), *after = NULL;
  g_autofree char *pattern = g_strdup_printf ("*%s*", why);

  g_assert_false (begin (self, sale, tender, minor, original, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_true (g_pattern_match_simple (pattern, error->message));
  after = vault_testing_dump (self);
  g_assert_cmpstr (before, ==, after);
}

static void
test_in_parts (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) original = sold (self, 2, VAULT_TENDER_CASH);
  g_autoptr (VaultSale) first = giving_back (original, VAULT_SALE_REFUND, 1, 1);
  g_autoptr (VaultSale) again = giving_back (original, VAULT_SALE_REFUND, 1, 1);
  g_autoptr (VaultSale) all = giving_back (original, VAULT_SALE_REFUND, 1, 2);
  g_autoptr (VaultSale) second = giving_back (original, VAULT_SALE_REFUND, 2, 2);
  g_autoptr (VaultSale) none = giving_back (original, VAULT_SALE_REFUND, 2, 2);
  g_autofree VaultRefunds *refunds = NULL;

  must_begin (self, first, VAULT_TENDER_CASH, -500);
  must_refuse (self, again, VAULT_TENDER_CASH, -500, 1, "left of a line");
  must_refuse (self, all, VAULT_TENDER_CASH, -1000, 1, "left of its payment");
  must_refuse (self, second, VAULT_TENDER_CASH, -501, 1, "left of its payment");
  must_begin (self, second, VAULT_TENDER_CASH, -500);
  must_refuse (self, none, VAULT_TENDER_CASH, -1, 1, "left of its payment");
  refunds = vault_refunds_read (self->vault, original->id, NULL);
  g_assert_cmpint (refunds->minor[1], ==, 1000);
  g_assert_cmpint (refunds->milli[1], ==, 1000);
  g_assert_cmpint (refunds->milli[2], ==, 1000);
  g_assert_cmpint (second->state, ==, VAULT_SALE_PAID);
}

static void
test_names (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) original = sold (self, 1, VAULT_TENDER_CASH);
  g_autoptr (VaultSale) back = giving_back (original, VAULT_SALE_REFUND, 1, 1);
  g_autoptr (VaultSale) of_a_refund = NULL;
  g_autoptr (GError) error = NULL;

  must_refuse (self, back, VAULT_TENDER_CASH, -500, 2, "no payment of it");
  must_refuse (self, back, VAULT_TENDER_CASH, -500, 0, "no payment of it");
  must_refuse (self, back, VAULT_TENDER_CASH, 500, 1, "no payment of it");
  must_begin (self, back, VAULT_TENDER_CASH, -500);
  of_a_refund = giving_back (original, VAULT_SALE_REFUND, 1, 1);
  of_a_refund->original = back->id;
  must_refuse (self, of_a_refund, VAULT_TENDER_CASH, -500, 1, "no paid sale");
  of_a_refund->original = 99;
  g_assert_false (begin (self, of_a_refund, VAULT_TENDER_CASH, -500, 1, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
}

/* One that is declined, or undone, gives nothing back; one whose outcome is open may have. */
static void
test_only_what_lives (VaultTesting *self, gconstpointer data)
{
  static const VaultEvent roads[][3] = {
    { VAULT_EVENT_ANSWER_DECLINED },
    { VAULT_EVENT_NO_ANSWER, VAULT_EVENT_REVERSAL_ACKNOWLEDGED },
    { VAULT_EVENT_NEVER_SENT, VAULT_EVENT_REFUSED },
  };
  g_autoptr (VaultSale) original = sold (self, 1, VAULT_TENDER_CARD);

  for (gsize i = 0; i < G_N_ELEMENTS (roads); i++)
    {
      g_autoptr (VaultSale) back = giving_back (original, VAULT_SALE_VOID, 1, 1);
      g_autoptr (VaultSale) other = giving_back (original, VAULT_SALE_VOID, 1, 1);

      must_begin (self, back, VAULT_TENDER_CARD, -500);
      for (gsize j = 0; j < 3 && roads[i][j] != VAULT_EVENT_CASH_TAKEN; j++)
        {
          must_refuse (self, other, VAULT_TENDER_CASH, -500, 1, "left of its payment");
          vault_testing_move (self, back, back->payments->pdata[0], roads[i][j]);
        }
    }
  {
    g_autoptr (VaultSale) last = giving_back (original, VAULT_SALE_VOID, 1, 1);

    must_begin (self, last, VAULT_TENDER_CARD, -500);
    vault_testing_move (self, last, last->payments->pdata[0], VAULT_EVENT_ANSWER_APPROVED);
    g_assert_cmpint (last->state, ==, VAULT_SALE_PAID);
  }
}

static void
test_void_is_whole (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) original = sold (self, 2, VAULT_TENDER_CARD);
  g_autoptr (VaultSale) part = giving_back (original, VAULT_SALE_VOID, 1, 1);
  g_autoptr (VaultSale) whole = giving_back (original, VAULT_SALE_VOID, 1, 2);

  must_refuse (self, part, VAULT_TENDER_CARD, -500, 1, "whole payment");
  g_assert_true (vault_start_batch (self->vault, 7, NULL));
  must_refuse (self, whole, VAULT_TENDER_CARD, -1000, 1, "another batch");
}

static void
test_not_yet (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) stored = vault_testing_sale (1), back = NULL;

  vault_testing_pay (self, stored, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  back = giving_back (stored, VAULT_SALE_REFUND, 1, 1);
  must_refuse (self, back, VAULT_TENDER_CASH, -500, 1, "not approved");
}

/* What came from another till is not known to the host as ours. */
static void
test_of_another_till (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) original = sold (self, 1, VAULT_TENDER_CARD);
  g_autoptr (VaultSale) back = giving_back (original, VAULT_SALE_REFUND, 1, 1);

  vault_testing_sql (self, "UPDATE payment SET terminal = 'OTHER'");
  must_refuse (self, back, VAULT_TENDER_CARD, -500, 1, "another till");
  must_begin (self, back, VAULT_TENDER_CASH, -500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/refund/" name, VaultTesting, NULL, vault_testing_set_up, function,           \
              vault_testing_tear_down)
  ADD ("in-parts", test_in_parts);
  ADD ("names", test_names);
  ADD ("only-what-lives", test_only_what_lives);
  ADD ("void-is-whole", test_void_is_whole);
  ADD ("not-yet", test_not_yet);
  ADD ("of-another-till", test_of_another_till);
  return g_test_run ();
}
