/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sales are found by what somebody knows of them, across the parts that are looked at, and a search
 * that is given up ends.
 */
#include "vault-find.h"
#include "vault-testing.h"

static void
sell (VaultTesting *self, guint lines, VaultTender tender)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (lines);

  vault_testing_pay (self, sale, tender,
                     tender == VAULT_TENDER_CARD ? VAULT_EVENT_CHIP_APPROVED
                                                 : VAULT_EVENT_CASH_TAKEN);
}

static char *
find (VaultTesting *self, VaultFindWish wish, guint limit)
{
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  GError *error = NULL;

  ids = vault_find_sales (self->vault, &wish, limit, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (text, "%" G_GINT64_FORMAT " ", g_array_index (ids, gint64, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_finds (VaultTesting *self, VaultFindWish wish, const char *receipts)
{
  g_autofree char *found = find (self, wish, 10);

  g_assert_cmpstr (found, ==, receipts);
}

static void
test_found (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) parked = vault_testing_sale (2), card = NULL;
  g_autofree char *limited = NULL;
  const ShopCartLine *line;

  sell (self, 1, VAULT_TENDER_CASH);
  sell (self, 2, VAULT_TENDER_CASH);
  g_assert_true (vault_sale_park (self->vault, parked, NULL, NULL));
  sell (self, 2, VAULT_TENDER_CARD);
  assert_finds (self, (VaultFindWish){ .minor = -1 }, "4 2 1 ");
  assert_finds (self, (VaultFindWish){ .minor = 1000 }, "4 2 ");
  assert_finds (self, (VaultFindWish){ .minor = 1 }, "");
  assert_finds (self, (VaultFindWish){ .minor = -1, .receipt = 1 }, "1 ");
  assert_finds (self, (VaultFindWish){ .minor = -1, .receipt = 3 }, ""); /* isn't paid */
  assert_finds (self, (VaultFindWish){ .minor = 500, .receipt = 2 }, "2 1 ");
  card = vault_sale_load (self->vault, 4, NULL);
  vault_testing_sql (self, "UPDATE payment SET masked_pan = '476173******0119' WHERE sale = 4");
  assert_finds (self, (VaultFindWish){ .minor = -1, .digits = "0119" }, "4 ");
  assert_finds (self, (VaultFindWish){ .minor = -1, .digits = "0000" }, "");
  line = shop_cart_line_by_number (card->cart, 1);
  assert_finds (self, (VaultFindWish){ .minor = -1, .code = line->product->code }, "4 2 1 ");
  assert_finds (self, (VaultFindWish){ .minor = -1, .code = "' OR 1 --" }, "");
  vault_testing_sql (self, "UPDATE sale SET closed_us = id * 100 WHERE state = 'paid'");
  assert_finds (self, (VaultFindWish){ .minor = -1, .from_us = 200, .until_us = 400 }, "2 ");
  assert_finds (self, (VaultFindWish){ .minor = -1, .from_us = 200, .until_us = 401 }, "4 2 ");
  limited = find (self, (VaultFindWish){ .minor = -1 }, 2);
  g_assert_cmpstr (limited, ==, "4 2 ");
}

/* One far back, behind many parts. */
static void
test_far (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  VaultFindWish wish = { .minor = -1, .receipt = 1 };
  g_autoptr (GError) error = NULL;

  sell (self, 3, VAULT_TENDER_CASH);
  vault_testing_sql (self,
                     "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < "
                     "20000) INSERT INTO sale SELECT i, state, opened_us, closed_us, shift, "
                     "cashier, label, currency, tax_mode, 700, kind, original FROM n, sale WHERE "
                     "sale.id = 1");
  assert_finds (self, wish, "1 ");
  assert_finds (self, (VaultFindWish){ .minor = 1500 }, "1 ");
  g_cancellable_cancel (stop);
  g_assert_null (vault_find_sales (self->vault, &wish, 10, stop, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, run)                                                                             \
  g_test_add ("/vault/find/" path, VaultTesting, NULL, vault_testing_set_up, run,                  \
              vault_testing_tear_down)
  ADD ("found", test_found);
  ADD ("far", test_far);
  return g_test_run ();
}
