/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sales written down and read back, parked, recalled and cancelled.
 */
#include "vault-testing.h"

#include <string.h>

static VaultSale *
full_sale (void)
{
  ShopCart *cart = shop_cart_new ("JPY", SHOP_TAX_EXCLUSIVE);
  g_autoptr (ShopProduct) tea
      = shop_product_new ("4901234567894", "Sencha 'first' flush; \"best\"", 1280);
  g_autoptr (ShopProduct) rice = shop_product_new ("77", "Rice", 430);
  guint number;

  tea->name_zh = g_strdup ("煎茶");
  tea->category = g_strdup ("tea");
  tea->tax_bp = 800;
  rice->unit = SHOP_UNIT_KG;
  rice->tax_bp = 1000;
  g_assert_true (shop_cart_add (cart, tea, 3000, &number, NULL));
  g_assert_true (shop_cart_set_discount (cart, number, 100, NULL));
  g_assert_true (shop_cart_add (cart, rice, 686, &number, NULL));
  g_assert_true (shop_cart_add (cart, tea, 1000, &number, NULL));
  g_assert_true (shop_cart_set_price (cart, number, 999, NULL));
  g_assert_true (shop_cart_add (cart, rice, 1234, &number, NULL));
  g_assert_true (shop_cart_void (cart, number, "wrong weight", NULL));
  return vault_sale_new (cart, "李");
}

static void
assert_same_line (const ShopCartLine *a, const ShopCartLine *b)
{
  g_assert_cmpuint (a->number, ==, b->number);
  g_assert_cmpstr (a->product->code, ==, b->product->code);
  g_assert_cmpstr (a->product->name, ==, b->product->name);
  g_assert_cmpstr (a->product->name_zh, ==, b->product->name_zh);
  g_assert_cmpstr (a->product->category, ==, b->product->category);
  g_assert_cmpint (a->product->unit, ==, b->product->unit);
  g_assert_cmpuint (a->product->tax_bp, ==, b->product->tax_bp);
  g_assert_cmpint (a->quantity_milli, ==, b->quantity_milli);
  g_assert_cmpint (a->unit_price_minor, ==, b->unit_price_minor);
  g_assert_cmpint (a->discount_minor, ==, b->discount_minor);
  g_assert_cmpint (a->amount_minor, ==, b->amount_minor);
  g_assert_cmpint (a->voided, ==, b->voided);
  g_assert_cmpstr (a->void_reason, ==, b->void_reason);
}

static void
assert_same_sale (const VaultSale *a, const VaultSale *b)
{
  g_autofree char *left = vault_testing_print_sale (a), *right = vault_testing_print_sale (b);

  g_assert_cmpstr (left, ==, right);
  g_assert_cmpstr (shop_cart_currency (a->cart), ==, shop_cart_currency (b->cart));
  g_assert_cmpint (shop_cart_tax_mode (a->cart), ==, shop_cart_tax_mode (b->cart));
  g_assert_cmpuint (shop_cart_count (a->cart), ==, shop_cart_count (b->cart));
  for (guint i = 0; i < shop_cart_count (a->cart); i++)
    assert_same_line (shop_cart_line (a->cart, i), shop_cart_line (b->cart, i));
}

static void
test_round_trip (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = full_sale (), loaded = NULL, copy = NULL;
  VaultPayment *cash = vault_payment_new (VAULT_TENDER_CASH, 1000);
  VaultPayment *card
      = vault_payment_new (VAULT_TENDER_CARD, shop_cart_totals (sale->cart)->total_minor - 1000);

  cash->tendered_minor = 5000;
  cash->change_minor = 4000;
  card->masked_pan = g_strdup ("476173******0119");
  vault_testing_move (self, sale, cash, VAULT_EVENT_CASH_TAKEN);
  vault_testing_move (self, sale, card, VAULT_EVENT_GO_ONLINE);
  card->auth_code = g_strdup ("A1B2C3");
  card->reference = g_strdup ("123456789012");
  card->response = g_strdup ("00");
  vault_testing_move (self, sale, card, VAULT_EVENT_ANSWER_APPROVED);
  vault_testing_reopen (self);
  loaded = vault_sale_load (self->vault, sale->id, NULL);
  assert_same_sale (sale, loaded);
  copy = vault_sale_copy (loaded);
  assert_same_sale (sale, copy);
  g_assert_cmpint (loaded->state, ==, VAULT_SALE_PAID);
  g_assert_cmpint (vault_sale_paid_minor (loaded), ==, shop_cart_totals (sale->cart)->total_minor);
}

/* A refund is a sale of its own, with its link and with other signs. */
static void
test_refund_round_trip (VaultTesting *self, gconstpointer data)
{
  g_autoptr (ShopProduct) product = shop_product_new ("1", "Tea", 500);
  ShopCartLine line
      = { .product = product, .quantity_milli = -1000, .unit_price_minor = 500, .original = 3 };
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (VaultSale) sold = vault_testing_sale (3), sale = NULL, loaded = NULL;
  VaultPayment *cash = vault_payment_new (VAULT_TENDER_CASH, -500);

  shop_cart_set_returning (cart);
  g_assert_true (shop_cart_restore (cart, &line, NULL));
  sale = vault_sale_new (cart, "01");
  vault_testing_pay (self, sold, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  sale->kind = VAULT_SALE_REFUND;
  sale->original = sold->id;
  cash->original = 1;
  cash->host_date = g_strdup ("1231");
  cash->terminal = g_strdup ("OTHER");
  vault_testing_move (self, sale, cash, VAULT_EVENT_CASH_TAKEN);
  loaded = vault_sale_load (self->vault, sale->id, NULL);
  assert_same_sale (sale, loaded);
  g_assert_cmpuint (shop_cart_line (loaded->cart, 0)->original, ==, 3);
  g_assert_cmpint (loaded->state, ==, VAULT_SALE_PAID);
  g_assert_cmpint (vault_sale_paid_minor (loaded), ==, -500);
}

static void
test_numbers_go_on (VaultTesting *self, gconstpointer data)
{
  for (guint i = 1; i <= 6; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);

      vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
      g_assert_cmpint (sale->id, ==, i);
      if (i % 2 == 0)
        vault_testing_reopen (self);
    }
}

static void
test_lists_the_newest_first (VaultTesting *self, gconstpointer data)
{
  VaultSaleState paid = VAULT_SALE_PAID, parked = VAULT_SALE_PARKED;
  g_autoptr (GPtrArray) all = NULL, only_paid = NULL, only_parked = NULL, two = NULL;

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);

      if (i % 2 == 0)
        vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
      else
        g_assert_true (vault_sale_park (self->vault, sale, "table 4", NULL));
    }
  all = vault_sale_list (self->vault, NULL, 10, NULL);
  two = vault_sale_list (self->vault, NULL, 2, NULL);
  only_paid = vault_sale_list (self->vault, &paid, 10, NULL);
  only_parked = vault_sale_list (self->vault, &parked, 10, NULL);
  g_assert_cmpuint (all->len, ==, 4);
  g_assert_cmpint (((VaultSale *)all->pdata[0])->id, ==, 4);
  g_assert_cmpuint (two->len, ==, 2);
  g_assert_cmpuint (only_paid->len, ==, 2);
  g_assert_cmpint (((VaultSale *)only_paid->pdata[0])->id, ==, 3);
  g_assert_cmpuint (only_parked->len, ==, 2);
  g_assert_cmpint (((VaultSale *)only_parked->pdata[0])->id, ==, 4);
  g_assert_cmpuint (vault_sale_count_parked (self->vault), ==, 2);
}

static void
test_parked_ones_survive (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = full_sale (), recalled = NULL;
  g_autoptr (GError) error = NULL;

  vault_testing_disk_reset ();
  g_assert_true (vault_sale_park (self->vault, sale, "the man with the dog", &error));
  g_assert_cmpuint (vault_testing_disk_syncs (), ==, 1);
  vault_testing_reopen (self);
  recalled = vault_sale_recall (self->vault, sale->id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (recalled->label, ==, "the man with the dog");
  g_assert_cmpint (recalled->state, ==, VAULT_SALE_OPEN);
  g_assert_null (vault_sale_recall (self->vault, sale->id, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  sale->state = VAULT_SALE_OPEN;
  assert_same_sale (sale, recalled);
  vault_testing_pay (self, recalled, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  g_assert_cmpint (recalled->state, ==, VAULT_SALE_PAID);
  g_assert_cmpuint (vault_sale_count_parked (self->vault), ==, 0);
}

/* Recalled, changed and parked again under its own label: the new lines are kept, the old ones are
 * gone. */
static void
test_lines_change_while_open (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = full_sale (), loaded = NULL;
  g_autoptr (ShopProduct) more = shop_product_new ("5", "Cup", 100);

  g_assert_true (vault_sale_park (self->vault, sale, "a", NULL));
  loaded = vault_sale_recall (self->vault, sale->id, NULL);
  g_assert_true (shop_cart_add (loaded->cart, more, 1000, NULL, NULL));
  loaded->lines_kept = FALSE;
  g_assert_true (vault_sale_park (self->vault, loaded, loaded->label, NULL));
  g_clear_pointer (&sale, vault_sale_free);
  sale = vault_sale_load (self->vault, loaded->id, NULL);
  assert_same_sale (sale, loaded);
  g_assert_cmpstr (sale->label, ==, "a");
  g_assert_cmpint (vault_testing_number (self, "SELECT total_minor FROM sale"), ==,
                   shop_cart_totals (loaded->cart)->total_minor);
}

static void
test_parks_only_what_is_open (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) paid = vault_testing_sale (1), sending = vault_testing_sale (1);
  g_autoptr (GError) error = NULL;

  vault_testing_pay (self, paid, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  g_assert_false (vault_sale_park (self->vault, paid, "x", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_clear_error (&error);
  vault_testing_pay (self, sending, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  g_assert_false (vault_sale_park (self->vault, sending, "x", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_null (sending->label);
}

static void
assert_not_cancelled (VaultTesting *self, VaultSale *sale)
{
  g_autofree char *before = vault_testing_dump (self), *after = NULL;
  VaultSaleState state = sale->state;
  g_autoptr (GError) error = NULL;

  g_assert_false (vault_sale_cancel (self->vault, sale, "why not", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_cmpint (sale->state, ==, state);
  after = vault_testing_dump (self);
  g_assert_cmpstr (before, ==, after);
}

static void
test_cancels_what_nothing_covers (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) fresh = vault_testing_sale (1), paid = vault_testing_sale (1),
                        part = vault_testing_sale (1), sending = vault_testing_sale (1),
                        parked = vault_testing_sale (1);
  g_autofree char *entry = NULL;

  g_assert_true (vault_sale_cancel (self->vault, fresh, "customer left", NULL));
  g_assert_cmpint (fresh->state, ==, VAULT_SALE_CANCELLED);
  entry
      = vault_testing_text (self, "SELECT who, act, detail FROM journal ORDER BY seq DESC LIMIT 1");
  g_assert_true (g_str_has_prefix (entry, "wang|cancel|receipt 1: customer left ["));
  assert_not_cancelled (self, fresh);
  vault_testing_pay (self, paid, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  assert_not_cancelled (self, paid);
  vault_testing_move (self, part, vault_payment_new (VAULT_TENDER_CASH, 1), VAULT_EVENT_CASH_TAKEN);
  assert_not_cancelled (self, part);
  vault_testing_pay (self, sending, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  assert_not_cancelled (self, sending);
  vault_testing_move (self, sending, sending->payments->pdata[0], VAULT_EVENT_NO_ANSWER);
  g_assert_true (vault_sale_cancel (self->vault, sending, "card trouble", NULL));
  g_assert_true (vault_sale_park (self->vault, parked, NULL, NULL));
  g_assert_true (vault_sale_cancel (self->vault, parked, NULL, NULL));
}

/* Parking under a disk that fails at each call in turn. */
static void
test_a_failed_park_changes_nothing (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = full_sale ();
  guint n = 1;

  sale->label = g_strdup ("before");
  for (;; n++)
    {
      g_autofree char *disk = vault_testing_dump (self), *memory = vault_testing_print_sale (sale),
                      *disk_after = NULL, *memory_after = NULL;
      gboolean parked;

      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      parked = vault_sale_park (self->vault, sale, "after", NULL);
      vault_testing_disk_mend ();
      if (parked)
        break;
      vault_testing_reopen (self);
      disk_after = vault_testing_dump (self);
      memory_after = vault_testing_print_sale (sale);
      g_assert_cmpstr (disk, ==, disk_after);
      g_assert_cmpstr (memory, ==, memory_after);
    }
  g_assert_cmpuint (n, >, 3);
  g_assert_cmpstr (sale->label, ==, "after");
}

/* What the file holds is not trusted: a value that Till never writes is an error, never a crash or
 * a wrong sum. */
static void
test_damaged_rows_are_refused (VaultTesting *self, gconstpointer data)
{
  static const char *const spoilers[] = {
    "UPDATE sale SET state = 'free'",
    "UPDATE sale SET currency = 'RENMINBI'",
    "UPDATE sale SET currency = ''",
    "UPDATE sale SET tax_mode = 9",
    "UPDATE sale_line SET quantity_milli = -1",
    "UPDATE sale_line SET quantity_milli = 9223372036854775807",
    "UPDATE sale_line SET price_minor = -5",
    "UPDATE sale_line SET discount_minor = 100000",
    "UPDATE sale_line SET number = number + 1 WHERE number = (SELECT max (number) FROM sale_line)",
    "UPDATE sale_line SET tax_bp = 10001",
    "UPDATE sale_line SET tax_bp = -1",
    "DELETE FROM sale_line WHERE number = 1",
    "UPDATE payment SET state = 'given'",
    "UPDATE payment SET tender = 'shells'",
    "UPDATE payment SET amount_minor = 9223372036854775807",
    "UPDATE payment SET amount_minor = -1",
    "UPDATE payment SET position = 0",
    "UPDATE payment SET position = 1099511627777",
    "UPDATE payment SET stan = -3",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (spoilers); i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (2), loaded = NULL;
      g_autoptr (GPtrArray) list = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", spoilers[i]);
      vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
      vault_testing_sql (self, spoilers[i]);
      loaded = vault_sale_load (self->vault, sale->id, &error);
      g_assert_null (loaded);
      g_assert_nonnull (error);
      list = vault_sale_list (self->vault, NULL, 10, NULL);
      g_assert_cmpuint (list->len, ==, 0);
      vault_testing_tear_down (self, NULL);
      vault_testing_set_up (self, NULL);
    }
}

static void
test_absent_is_said_so (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vault_sale_load (self->vault, 1, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_null (vault_sale_recall (self->vault, 1, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/sale/" name, VaultTesting, NULL, vault_testing_set_up, function,             \
              vault_testing_tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("refund-round-trip", test_refund_round_trip);
  ADD ("numbers-go-on", test_numbers_go_on);
  ADD ("lists-the-newest-first", test_lists_the_newest_first);
  ADD ("parked-ones-survive", test_parked_ones_survive);
  ADD ("lines-change-while-open", test_lines_change_while_open);
  ADD ("parks-only-what-is-open", test_parks_only_what_is_open);
  ADD ("cancels-what-nothing-covers", test_cancels_what_nothing_covers);
  ADD ("a-failed-park-changes-nothing", test_a_failed_park_changes_nothing);
  ADD ("damaged-rows-are-refused", test_damaged_rows_are_refused);
  ADD ("absent-is-said-so", test_absent_is_said_so);
  return g_test_run ();
}
