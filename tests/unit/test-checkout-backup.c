/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-backup.h"

#include "checkout-shop.h"
#include "vault-epoch.h"
#include "vault-key.h"

#include <glib/gstdio.h>

#define PASSPHRASE BASE_SPAN_STR ("quince")
#define OTHER BASE_SPAN_STR ("medlar")

typedef struct
{
  char *dir, *shop, *file, *restored, *recovery;
} Test;

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

static void
set_up (Test *test, gconstpointer data)
{
  CheckoutShopSetup setup = { .name = "Corner", .currency = "EUR", .tax_mode = SHOP_TAX_INCLUSIVE };
  g_autoptr (GError) error = NULL;

  test->dir = g_dir_make_tmp ("till-backup-XXXXXX", NULL);
  test->shop = g_build_filename (test->dir, "shop", NULL);
  test->file = g_build_filename (test->dir, "file", NULL);
  test->restored = g_build_filename (test->dir, "restored", NULL);
  g_assert_true (checkout_shop_create (test->shop, PASSPHRASE, &setup, &test->recovery, &error));
  g_assert_no_error (error);
  g_assert_true (checkout_backup_create (test->shop, PASSPHRASE, test->file, &error));
  g_assert_no_error (error);
}

static void
tear_down (Test *test, gconstpointer data)
{
  remove_dir (test->shop);
  remove_dir (test->restored);
  remove_dir (test->dir);
  g_free (test->dir);
  g_free (test->shop);
  g_free (test->file);
  g_free (test->restored);
  base_secret_free_text (test->recovery);
}

static void
assert_restored (Test *test, BaseSpan passphrase)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) key = vault_key_open (test->restored, passphrase, &error);
  g_autoptr (Vault) vault = NULL;
  g_autofree char *name = NULL;

  g_assert_no_error (error);
  vault = vault_open (test->restored, key, VAULT_ACCESS_OWN, &error);
  g_assert_no_error (error);
  name = vault_setting_text (vault, CHECKOUT_SETTING_SHOP, NULL);
  g_assert_cmpstr (name, ==, "Corner");
  g_assert_cmpstr (vault_epoch_quarantine (vault), ==, VAULT_QUARANTINE_RESTORED);
}

static void
assert_refused (Test *test, BaseSpan passphrase, const char *recovery, VaultError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (
      checkout_backup_restore (test->restored, test->file, passphrase, recovery, &error));
  g_assert_error (error, VAULT_ERROR, (gint)code);
  g_assert_false (g_file_test (test->restored, G_FILE_TEST_EXISTS));
}

static void
test_passphrase (Test *test, gconstpointer data)
{
  assert_refused (test, OTHER, NULL, VAULT_ERROR_KEY);
  g_assert_true (checkout_backup_restore (test->restored, test->file, PASSPHRASE, NULL, NULL));
  assert_restored (test, PASSPHRASE);
}

/* Under a new passphrase from then on, the old one forgotten; the paper stays good. */
static void
test_recovery (Test *test, gconstpointer data)
{
  g_autoptr (BaseSecret) key = NULL;

  assert_refused (test, OTHER, "0000-0000-0000-0000-0000-0000-0000-0000", VAULT_ERROR_KEY);
  g_assert_true (checkout_backup_restore (test->restored, test->file, OTHER, test->recovery, NULL));
  assert_restored (test, OTHER);
  g_assert_null (vault_key_open (test->restored, PASSPHRASE, NULL));
  key = vault_key_open_with_recovery (test->restored, test->recovery, NULL);
  g_assert_nonnull (key);
}

/* A shop that is there stays as it is. */
static void
test_shop_is_there (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (checkout_backup_restore (test->shop, test->file, PASSPHRASE, NULL, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (checkout_backup_create (test->restored, PASSPHRASE, "/nowhere/at/all", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
}

/* While a copy of the shop is open here, another isn't made to work beside it. */
static void
test_shop_is_open (Test *test, gconstpointer data)
{
  g_autoptr (BaseSecret) key = vault_key_open (test->shop, PASSPHRASE, NULL);
  g_autoptr (Vault) vault = vault_open (test->shop, key, VAULT_ACCESS_OWN, NULL);

  g_assert_nonnull (vault);
  assert_refused (test, PASSPHRASE, NULL, VAULT_ERROR_BUSY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/checkout/backup/" name, Test, NULL, set_up, function, tear_down)
  ADD ("passphrase", test_passphrase);
  ADD ("recovery", test_recovery);
  ADD ("shop-is-there", test_shop_is_there);
  ADD ("shop-is-open", test_shop_is_open);
  return g_test_run ();
}
