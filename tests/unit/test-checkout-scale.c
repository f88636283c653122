/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a scanned code stands for in a shop with scales. Check digits are reckoned here once more.
 */
#include "checkout-scale.h"

#include "shop-cart.h"
#include "vault-journal.h"

#include <glib/gstdio.h>

#define PASSPHRASE BASE_SPAN_STR ("quince")
#define PATTERNS "21CCCCCWWWWWK 22CCCCCPPPPPK 20CCCCCPPPPPWWWWWK"

static const char goods[] = "code,name,price,unit,codes\n"
                            "690,Bananas,7.96,kg,101\n"
                            "00102,Saffron,118.00,kg,\n"
                            "102,Other,1.00,kg,\n"
                            "103,Roast Chicken,19.90,piece,\n"
                            "2100109012346,Kept Code,3.00,piece,\n";

typedef struct
{
  char *dir;
  CheckoutShop *shop;
} Test;

static const char *
translate (const char *text)
{
  return text;
}

static void
open_shop (Test *test)
{
  CheckoutShopOptions options = {
    .data_dir = test->dir, .passphrase = PASSPHRASE, .translate = translate, .language = "en"
  };
  g_autoptr (GError) error = NULL;

  test->shop = checkout_shop_open (&options, &error);
  g_assert_no_error (error);
}

static void
set_up (Test *test, gconstpointer data)
{
  g_autofree char *list = NULL;
  CheckoutShopSetup setup = { .name = "Corner", .currency = "CNY", .scale_codes = PATTERNS };
  g_autoptr (GError) error = NULL;
  char *recovery = NULL;

  test->dir = g_dir_make_tmp ("till-scale-XXXXXX", NULL);
  list = g_strconcat (test->dir, ".csv", NULL);
  g_assert_true (g_file_set_contents (list, goods, -1, NULL));
  setup.goods = list;
  g_assert_true (checkout_shop_create (test->dir, PASSPHRASE, &setup, &recovery, &error));
  g_assert_no_error (error);
  base_secret_free_text (recovery);
  g_assert_cmpint (g_remove (list), ==, 0);
  open_shop (test);
}

static void
tear_down (Test *test, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (test->dir, 0, NULL);
  const char *name;

  checkout_shop_free (test->shop);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (test->dir, name, NULL);

      g_remove (file);
    }
  g_rmdir (test->dir);
  g_free (test->dir);
}

/* `digits` with their check digit. Yours. */
static char *
checked (const char *digits)
{
  guint sum = 0, weight = 3;

  for (gsize i = strlen (digits); i > 0; i--, weight = 4 - weight)
    sum += (guint)(digits[i - 1] - '0') * weight;
  return g_strdup_printf ("%s%u", digits, (10 - sum % 10) % 10);
}

static void
test_find (Test *test, gconstpointer data)
{
  static const struct
  {
    const char *code;
    gboolean label; /* `code` lacks its check digit */
    CheckoutFoundKind kind;
    const char *product;
    gint64 quantity, price, discount;
  } cases[] = {
    { "690", FALSE, CHECKOUT_FOUND_PRODUCT, "690", 0, 0, 0 },
    { "101", FALSE, CHECKOUT_FOUND_PRODUCT, "690", 0, 0, 0 },
    { "404", FALSE, CHECKOUT_FOUND_NOTHING, NULL, 0, 0, 0 },
    { "210010101234", TRUE, CHECKOUT_FOUND_LABEL, "690", 1234, 796, 0 },
    { "210010100000", TRUE, CHECKOUT_FOUND_LABEL_EMPTY, "690", 0, 0, 0 },
    { "220010100982", TRUE, CHECKOUT_FOUND_LABEL, "690", 1234, 796, 0 },
    { "20001010098201234", TRUE, CHECKOUT_FOUND_LABEL, "690", 1234, 796, 0 },
    { "20001010098101234", TRUE, CHECKOUT_FOUND_LABEL, "690", 1234, 796, 1 },
    { "20001010108201234", TRUE, CHECKOUT_FOUND_LABEL_DISAGREES, "690", 0, 0, 0 },
    /* the goods' digits as they are, before those without zeros */
    { "220010201234", TRUE, CHECKOUT_FOUND_LABEL, "00102", 105, 11800, 5 },
    { "220010301850", TRUE, CHECKOUT_FOUND_LABEL, "103", 1000, 1850, 0 },
    { "210010301850", TRUE, CHECKOUT_FOUND_LABEL_NOT_BY_KG, "103", 0, 0, 0 },
    { "210040401234", TRUE, CHECKOUT_FOUND_LABEL_UNKNOWN, NULL, 0, 0, 0 },
    { "210000001234", TRUE, CHECKOUT_FOUND_LABEL_UNKNOWN, NULL, 0, 0, 0 },
    { "2100101012340", FALSE, CHECKOUT_FOUND_LABEL_DAMAGED, NULL, 0, 0, 0 },
    /* a code of the catalogue that looks like a label */
    { "2100109012346", FALSE, CHECKOUT_FOUND_PRODUCT, "2100109012346", 0, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *code = cases[i].label ? checked (cases[i].code) : g_strdup (cases[i].code);
      g_autoptr (GError) error = NULL;
      g_autoptr (CheckoutFound) found = checkout_scale_find (test->shop, code, &error);

      g_assert_no_error (error);
      g_test_message ("%s", code);
      g_assert_cmpint (found->kind, ==, cases[i].kind);
      g_assert_cmpstr (found->product != NULL ? found->product->code : NULL, ==, cases[i].product);
      if (found->kind != CHECKOUT_FOUND_LABEL)
        continue;
      g_assert_cmpint (found->line.quantity_milli, ==, cases[i].quantity);
      g_assert_cmpint (found->product->price_minor, ==, cases[i].price);
      g_assert_cmpint (found->line.discount_minor, ==, cases[i].discount);
    }
}

static void
assert_kept (Test *test, const char *patterns)
{
  g_autoptr (ShopScaleCodeList) list = checkout_scale_read (test->shop->vault, NULL);
  g_autofree char *text = shop_scale_code_list_text (list);

  g_assert_cmpstr (text, ==, patterns);
}

/* Written down with its entry of the journal; bad ones change nothing. */
static void
test_keep (Test *test, gconstpointer data)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  const VaultJournalEntry *newest, *before;

  assert_kept (test, PATTERNS);
  g_assert_false (checkout_scale_keep (test->shop->vault, "7", "21CCCCC", &error));
  g_assert_error (error, SHOP_ERROR, SHOP_ERROR_INVALID);
  assert_kept (test, PATTERNS);
  g_assert_true (checkout_scale_keep (test->shop->vault, "7", " 23CCCCCWWWWWK ", NULL));
  assert_kept (test, "23CCCCCWWWWWK");
  g_assert_true (checkout_scale_keep (test->shop->vault, "8", "", NULL));
  assert_kept (test, "");
  entries = vault_journal_list (test->shop->vault, 2, NULL);
  newest = entries->pdata[0];
  before = entries->pdata[1];
  g_assert_cmpstr (newest->act, ==, "scale-codes");
  g_assert_cmpstr (newest->who, ==, "8");
  g_assert_cmpstr (newest->detail, ==, "none");
  g_assert_cmpstr (before->who, ==, "7");
  g_assert_cmpstr (before->detail, ==, "23CCCCCWWWWWK");
  checkout_shop_free (test->shop);
  open_shop (test);
  g_assert_cmpuint (shop_scale_code_list_count (test->shop->scale_codes), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/checkout/scale/find", Test, NULL, set_up, test_find, tear_down);
  g_test_add ("/checkout/scale/keep", Test, NULL, set_up, test_keep, tear_down);
  return g_test_run ();
}
