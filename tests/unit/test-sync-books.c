/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a till makes of a host's word about its books: the same and an earlier entry are fine, a
 * later one or another branch is a disk that was put back, and another till's number is handed
 * over.
 */
#include "sync-books.h"

#include "shop-testing.h"

#include <string.h>

static void
set_up (ShopTesting *shop, gconstpointer data)
{
  shop_testing_set_up (shop, NULL);
}

static void
tear_down (ShopTesting *shop, gconstpointer data)
{
  shop_testing_tear_down (shop);
}

/* An answer to an echo in which the host says this. */
static gboolean
heed (ShopTesting *shop, const char *code, const VaultEpochBooks *seen, GError **error)
{
  g_autoptr (Iso8583Message) answer = iso8583_message_new ("0810");
  g_autofree char *epoch = g_strdup_printf ("%06d", (int)seen->epoch);
  g_autofree char *entry = g_strdup_printf ("%016d", (int)seen->entry);

  iso8583_message_set (answer, 39, code);
  iso8583_message_set (answer, 110, seen->install);
  iso8583_message_set (answer, 111, epoch);
  iso8583_message_set (answer, 113, entry);
  iso8583_message_set_bytes (answer, 114, BASE_SPAN (seen->head, sizeof seen->head));
  return sync_books_heed (shop->shop->line, ACQUIRER_FLOW_ECHO, answer, error);
}

static void
test_told (ShopTesting *shop, gconstpointer data)
{
  VaultEpochBooks store;
  AcquirerBooks books;

  sync_books_fill (shop->shop->line, &store, &books);
  g_assert_true (sync_books_is_own (shop->shop->line));
  g_assert_cmpstr (books.install, ==, store.install);
  g_assert_cmpuint (strlen (books.install), ==, 32);
  g_assert_cmpint (books.epoch, ==, 1);
  g_assert_cmpint (books.last_entry, >, 0);
}

/* What is known of these books, or of less of them, is no reason for anything. */
static void
test_fine (ShopTesting *shop, gconstpointer data)
{
  VaultEpochBooks before, now;
  g_autoptr (GError) error = NULL;

  vault_epoch_books (shop->shop->vault, &before);
  g_assert_true (heed (shop, "00", &before, &error));
  g_assert_true (vault_setting_set_text (shop->shop->vault, "anything", "x", NULL));
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_ROLLBACK, NULL));
  g_assert_true (vault_epoch_release (shop->shop->vault, "till", NULL, NULL));
  vault_epoch_books (shop->shop->vault, &now);
  g_assert_cmpstr (now.install, ==, before.install); /* put back, but the same one */
  g_assert_cmpint (now.epoch, ==, before.epoch + 1);
  before.epoch = now.epoch;
  g_assert_true (heed (shop, "00", &before, &error)); /* the host lags */
  g_assert_true (heed (shop, "00", &now, &error));
  before.epoch = 1;
  before.entry = 1000; /* of an epoch that is over */
  g_assert_true (heed (shop, "00", &before, &error));
  g_assert_no_error (error);
  g_assert_null (vault_epoch_quarantine (shop->shop->vault));
}

static void
put_back (ShopTesting *shop, const VaultEpochBooks *seen, gint64 epoch)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (heed (shop, "00", seen, &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_HELD);
  g_assert_cmpstr (vault_epoch_quarantine (shop->shop->vault), ==, VAULT_QUARANTINE_ROLLBACK);
  g_assert_cmpint (vault_epoch_number (shop->shop->vault), ==, epoch);
}

static void
test_put_back (ShopTesting *shop, gconstpointer data)
{
  VaultEpochBooks seen;

  vault_epoch_books (shop->shop->vault, &seen);
  seen.entry++; /* more than we have */
  put_back (shop, &seen, 2);
  vault_epoch_books (shop->shop->vault, &seen);
  seen.head[3] ^= 1; /* as much, and other */
  put_back (shop, &seen, 3);
  vault_epoch_books (shop->shop->vault, &seen);
  seen.epoch += 5;
  put_back (shop, &seen, 9);
}

static void
test_handed_over (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  VaultEpochBooks seen;
  g_autoptr (GError) error = NULL;

  vault_epoch_books (vault, &seen);
  seen.install[0] = seen.install[0] == 'A' ? 'B' : 'A';
  seen.epoch = 4;
  g_assert_true (heed (shop, "00", &seen, &error)); /* we have just taken it over */
  g_assert_false (heed (shop, "H1", &seen, &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_HELD);
  g_assert_cmpstr (vault_epoch_quarantine (vault), ==, VAULT_QUARANTINE_HANDED);
  g_assert_false (vault_epoch_release (vault, "till", NULL, NULL));
  shop_testing_reopen (shop);
  vault = shop->shop->vault;
  g_assert_cmpstr (vault_epoch_quarantine (vault), ==, VAULT_QUARANTINE_HANDED);
  g_assert_true (vault_epoch_begin (vault, VAULT_QUARANTINE_RESTORED, NULL));
  g_assert_cmpint (vault_epoch_number (vault), ==, 5); /* above the one that took it */
  g_assert_true (vault_epoch_release (vault, "till", "bank", NULL));
}

#define ADD(name, test) g_test_add ("/sync/books/" name, ShopTesting, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("told", test_told);
  ADD ("fine", test_fine);
  ADD ("put-back", test_put_back);
  ADD ("handed-over", test_handed_over);
  return g_test_run ();
}
