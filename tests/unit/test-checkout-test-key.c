/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop's own test keys: taken in training alone, and heeded there alone.
 */
#include "checkout-test-key.h"

#include "checkout-emv.h"
#include "shop-testing.h"

#include <string.h>

static void
set_up (ShopTesting *shop, gconstpointer data)
{
  shop_testing_set_up_for (shop, "sandbox", /* fault= */ NULL);
  shop->shop->training = TRUE;
}

static void
tear_down (ShopTesting *shop, gconstpointer data)
{
  shop->shop->training = FALSE;
  shop_testing_tear_down (shop);
}

/* The training cards' own stand for it. */
static GBytes *
read_shipped (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("TILL_DATA_DIR"), "training/chip.ini", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *hex = NULL;

  g_assert_true (g_key_file_load_from_file (file, path, 0, NULL));
  hex = g_key_file_get_string (file, "ca-keys", name, NULL);
  return base_bytes_from_hex (hex, NULL);
}

static void
add (ShopTesting *shop, const char *name)
{
  g_autoptr (GBytes) tlv = read_shipped (name);
  GError *error = NULL;
  EmvKey key;

  g_assert_true (checkout_test_key_add (shop->shop, base_bytes_span (tlv), &key, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (key.index, ==, (guint)g_ascii_strtoull (name, NULL, 16));
}

static guint
count_listed (ShopTesting *shop)
{
  g_autoptr (GArray) keys = checkout_test_key_list (shop->shop, NULL);

  g_assert_nonnull (keys);
  return keys->len;
}

/* As a chip's transaction finds them. */
static guint
count_used (ShopTesting *shop)
{
  g_autoptr (CheckoutEmvTerminal) terminal = checkout_emv_terminal_new (shop->shop, FALSE, NULL);

  g_assert_nonnull (terminal);
  return terminal->values.keys->len;
}

static void
test_training (ShopTesting *shop, gconstpointer data)
{
  g_assert_cmpuint (count_used (shop), ==, 0);
  add (shop, "01");
  add (shop, "02");
  add (shop, "01"); /* takes its own place */
  g_assert_cmpuint (count_listed (shop), ==, 2);
  g_assert_cmpuint (count_used (shop), ==, 2);
  g_assert_true (checkout_test_key_clear (shop->shop, NULL));
  g_assert_cmpuint (count_listed (shop), ==, 0);
  g_assert_cmpuint (count_used (shop), ==, 0);
}

/* Not even where one stands in the books of a shop that takes money. */
static void
test_live (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (GBytes) tlv = read_shipped ("02");
  g_autoptr (GError) error = NULL;
  EmvKey key;

  add (shop, "01");
  shop->shop->training = FALSE;
  g_assert_cmpuint (count_listed (shop), ==, 0);
  g_assert_cmpuint (count_used (shop), ==, 0);
  g_assert_false (checkout_test_key_add (shop->shop, base_bytes_span (tlv), &key, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  shop->shop->training = TRUE;
  g_assert_cmpuint (count_listed (shop), ==, 1);
}

static void
test_bad (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (GBytes) tlv = read_shipped ("01");
  BaseSpan good = base_bytes_span (tlv);
  g_autofree guint8 *bytes = g_malloc (good.size);

  memcpy (bytes, good.data, good.size);
  bytes[good.size - 1] ^= 0x01; /* of the check value */
  for (gsize size = good.size; size + 2 > good.size; size--)
    {
      g_autoptr (GError) error = NULL;
      EmvKey key;

      g_assert_false (checkout_test_key_add (shop->shop, BASE_SPAN (bytes, size), &key, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
    }
  g_assert_cmpuint (count_listed (shop), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
  g_test_add ("/checkout/test-key/" name, ShopTesting, NULL, set_up, test, tear_down)
  ADD ("training", test_training);
  ADD ("live", test_live);
  ADD ("bad", test_bad);
#undef ADD
  return g_test_run ();
}
