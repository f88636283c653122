/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The second folder's disk can be made to hang here: this program's own fdatasync() waits for files
 * whose name says that they are copies.
 */
#include "checkout-follow.h"

#include "checkout-shop.h"
#include "vault-apply.h"
#include "vault-key.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PASSPHRASE BASE_SPAN_STR ("quince")
#define PATIENCE_MS 20000
#define STEP_US 10000

typedef struct
{
  char *dir, *shop, *stick, *recovery;
  BaseSecret *key;
  Vault *vault;
} Test;

static gint hangs; /* atomic */

static gboolean
is_copy (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *path = g_file_read_link (link, NULL);

  return path != NULL && strstr (path, VAULT_COPY_ENDING) != NULL;
}

int fdatasync (int fd);

int
fdatasync (int fd)
{
  while (g_atomic_int_get (&hangs) != 0 && is_copy (fd))
    g_usleep (STEP_US);
  return (int)syscall (SYS_fdatasync, fd);
}

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
open_vault (Test *test)
{
  g_autoptr (GError) error = NULL;

  test->key = vault_key_open (test->shop, PASSPHRASE, &error);
  g_assert_no_error (error);
  test->vault = vault_open (test->shop, test->key, VAULT_ACCESS_OWN, &error);
  g_assert_no_error (error);
}

static void
set_up (Test *test, gconstpointer data)
{
  CheckoutShopSetup setup = { .name = "Corner", .currency = "EUR", .tax_mode = SHOP_TAX_INCLUSIVE };
  g_autoptr (GError) error = NULL;

  test->dir = g_dir_make_tmp ("till-follow-XXXXXX", NULL);
  test->shop = g_build_filename (test->dir, "shop", NULL);
  test->stick = g_build_filename (test->dir, "stick", NULL);
  g_assert_cmpint (g_mkdir (test->stick, 0700), ==, 0);
  g_assert_true (checkout_shop_create (test->shop, PASSPHRASE, &setup, &test->recovery, &error));
  g_assert_no_error (error);
  g_assert_true (checkout_follow_set (test->shop, PASSPHRASE, test->stick, &error));
  g_assert_no_error (error);
  open_vault (test);
}

static void
tear_down (Test *test, gconstpointer data)
{
  g_clear_pointer (&test->vault, vault_free);
  base_secret_free (test->key);
  remove_dir (test->shop);
  remove_dir (test->stick);
  remove_dir (test->dir);
  g_free (test->dir);
  g_free (test->shop);
  g_free (test->stick);
  base_secret_free_text (test->recovery);
}

static void
store (Test *test)
{
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000012", "Water", 500);
  ShopCart *cart = shop_cart_new ("EUR", SHOP_TAX_INCLUSIVE);
  g_autoptr (VaultSale) sale = NULL;
  g_autoptr (GError) error = NULL;
  VaultChange change = { .event = VAULT_EVENT_DEFERRED, .terminal = "00000001" };
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  sale = vault_sale_new (cart, "01");
  change.sale = sale;
  change.payment = vault_payment_new (VAULT_TENDER_CARD, 500);
  change.message = BASE_SPAN_STR ("request");
  vault_take_identity (test->vault, &change.batch, &change.stan);
  g_assert_true (vault_apply (test->vault, &change, 1, &error));
  g_assert_no_error (error);
}

static VaultCopyFacts
check (Test *test)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  VaultCopyFacts facts = { 0 };

  g_assert_true (checkout_follow_check (test->shop, PASSPHRASE, &folder, &facts, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (folder, ==, test->stick);
  return facts;
}

static void
wait_for (CheckoutFollow *follow, const char *reason)
{
  CheckoutFollowState state;

  for (guint waited = 0; waited < PATIENCE_MS * 1000 / STEP_US * 10; waited += 10)
    {
      checkout_follow_read (follow, &state);
      if (g_str_equal (state.reason, reason) && (reason[0] != '\0' || state.current))
        return;
      g_usleep (STEP_US);
    }
  g_error ("It never was “%s”, but “%s”", reason, state.reason);
}

static void
wait_for_records (Test *test, guint records)
{
  for (guint waited = 0; waited < PATIENCE_MS && check (test).records != records; waited += 100)
    g_usleep (100000);
  g_assert_cmpuint (check (test).records, ==, records);
}

static void
test_follows (Test *test, gconstpointer data)
{
  CheckoutFollow *follow = checkout_follow_start (test->vault, test->key);

  g_assert_nonnull (follow);
  store (test);
  wait_for_records (test, 1);
  wait_for (follow, "");
  for (guint i = 0; i < 20; i++)
    store (test);
  checkout_follow_stop (follow); /* what is left is written at the end */
  g_assert_cmpuint (check (test).records, ==, 21);
  g_assert_cmpint (check (test).behind, ==, 0);
}

/* Pulled out, and put in again. */
static void
test_away (Test *test, gconstpointer data)
{
  g_autofree char *away = g_strconcat (test->stick, "-away", NULL);
  CheckoutFollow *follow = checkout_follow_start (test->vault, test->key);
  CheckoutFollowState state;

  wait_for (follow, "");
  g_assert_cmpint (g_rename (test->stick, away), ==, 0);
  store (test);
  store (test);
  wait_for (follow, "absent");
  checkout_follow_read (follow, &state);
  g_assert_cmpint (state.behind, ==, 2);
  g_assert_cmpint (state.since_us, >, g_get_real_time () - PATIENCE_MS * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (g_rename (away, test->stick), ==, 0);
  wait_for (follow, "");
  g_assert_cmpuint (check (test).records, ==, 2);
  checkout_follow_stop (follow);
}

/* A disk that never answers: sales go on, the state says so, and the end doesn't wait for it. */
static void
test_hanging (Test *test, gconstpointer data)
{
  CheckoutFollow *follow = checkout_follow_start (test->vault, test->key);
  gint64 start_us;

  wait_for (follow, "");
  g_atomic_int_set (&hangs, 1);
  store (test);
  wait_for (follow, "slow");
  start_us = g_get_monotonic_time ();
  for (guint i = 0; i < 50; i++)
    store (test);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 10 * G_TIME_SPAN_SECOND);
  start_us = g_get_monotonic_time ();
  checkout_follow_stop (follow);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <,
                   (CHECKOUT_FOLLOW_STOP_MS + 2000) * G_TIME_SPAN_MILLISECOND);
  g_atomic_int_set (&hangs, 0);
  wait_for_records (test, 51); /* the thread that was left behind comes to its end */
}

static CheckoutFollowKnows
wait_to_know (CheckoutFollow *follow, gint64 entry)
{
  CheckoutFollowKnows knows = CHECKOUT_FOLLOW_WRITING;

  for (guint waited = 0; waited < PATIENCE_MS && knows == CHECKOUT_FOLLOW_WRITING; waited += 10)
    {
      knows = checkout_follow_knows (follow, entry);
      g_usleep (STEP_US);
    }
  return knows;
}

/* What the copy has it has on its disk; one that hangs says nothing, one that is away lacks it. */
static void
test_knows (Test *test, gconstpointer data)
{
  g_autofree char *away = g_strconcat (test->stick, "-away", NULL);
  CheckoutFollow *follow = checkout_follow_start (test->vault, test->key);
  gint64 entry;

  store (test);
  entry = vault_journal_head (test->vault);
  g_assert_cmpint (wait_to_know (follow, entry), ==, CHECKOUT_FOLLOW_HAS);
  g_assert_cmpint (check (test).records, ==, 1);
  g_atomic_int_set (&hangs, 1);
  store (test);
  g_usleep (10 * STEP_US);
  g_assert_cmpint (checkout_follow_knows (follow, entry), ==, CHECKOUT_FOLLOW_HAS);
  entry = vault_journal_head (test->vault);
  g_assert_cmpint (checkout_follow_knows (follow, entry), ==, CHECKOUT_FOLLOW_WRITING);
  g_atomic_int_set (&hangs, 0);
  g_assert_cmpint (wait_to_know (follow, entry), ==, CHECKOUT_FOLLOW_HAS);
  g_assert_cmpint (g_rename (test->stick, away), ==, 0);
  store (test);
  g_assert_cmpint (wait_to_know (follow, vault_journal_head (test->vault)), ==,
                   CHECKOUT_FOLLOW_LACKS);
  checkout_follow_stop (follow);
  g_assert_cmpint (g_rename (away, test->stick), ==, 0);
}

static void
test_off (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  VaultCopyFacts facts;

  g_clear_pointer (&test->vault, vault_free);
  g_clear_pointer (&test->key, base_secret_free);
  g_assert_true (checkout_follow_set (test->shop, PASSPHRASE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (checkout_follow_check (test->shop, PASSPHRASE, &folder, &facts, &error));
  g_assert_null (folder);
  open_vault (test);
  g_assert_null (checkout_follow_start (test->vault, test->key));
}

/* A folder that can't be written to is not followed into. */
static void
test_bad_folder (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  VaultCopyFacts facts;

  g_clear_pointer (&test->vault, vault_free);
  g_clear_pointer (&test->key, base_secret_free);
  g_assert_true (checkout_follow_set (test->shop, PASSPHRASE, NULL, &error));
  g_assert_false (checkout_follow_set (test->shop, PASSPHRASE, "/nowhere/at/all", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
  g_assert_cmpstr (checkout_follow_reason (error), ==, "absent");
  g_clear_error (&error);
  g_assert_true (checkout_follow_check (test->shop, PASSPHRASE, &folder, &facts, &error));
  g_assert_null (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/checkout/follow/" name, Test, NULL, set_up, function, tear_down)
  ADD ("follows", test_follows);
  ADD ("away", test_away);
  ADD ("knows", test_knows);
  ADD ("hanging", test_hanging);
  ADD ("off", test_off);
  ADD ("bad-folder", test_bad_folder);
  return g_test_run ();
}
