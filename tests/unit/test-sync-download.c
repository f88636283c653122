/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Downloads from a till-acquirer in either dialect: all of it or nothing, kept over a restart, and
 * never half of it when the line fails.
 */
#include "sync-download.h"

#include "shop-testing.h"

static void
set_up (ShopTesting *shop, gconstpointer dialect)
{
  shop_testing_set_up_for (shop, dialect, NULL);
}

static void
tear_down (ShopTesting *shop, gconstpointer dialect)
{
  shop_testing_tear_down (shop);
}

static SyncDownload
fetch (ShopTesting *shop, SyncDownloadKind kind, guint *out_count)
{
  SyncDownloadReport report;
  g_autoptr (GError) error = NULL;
  SyncDownload outcome = sync_download_run (shop->shop->line, kind, NULL, &report, &error);

  if (error != NULL)
    g_test_message ("%s", error->message);
  *out_count = report.count;
  return outcome;
}

static void
test_all (ShopTesting *shop, gconstpointer dialect)
{
  static const guint counts[SYNC_DOWNLOAD_KINDS] = { 3, 3, 4 };
  g_autoptr (GArray) aids = NULL;
  g_autoptr (GArray) keys = NULL;

  for (guint i = 0; i < SYNC_DOWNLOAD_KINDS; i++)
    {
      SyncDownloadKind kind;
      guint count;

      g_assert_null (sync_download_read (shop->shop->vault, (SyncDownloadKind)i, NULL));
      g_assert_cmpint (fetch (shop, (SyncDownloadKind)i, &count), ==, SYNC_DOWNLOAD_DONE);
      g_assert_cmpuint (count, ==, counts[i]);
      g_assert_true (
          sync_download_kind_from_word (sync_download_kind_word ((SyncDownloadKind)i), &kind));
      g_assert_cmpint (kind, ==, i);
    }
  shop_testing_reopen (shop);
  aids = sync_download_aids (shop->shop->vault, NULL);
  keys = sync_download_keys (shop->shop->vault, NULL);
  g_assert_cmpuint (aids->len, ==, 3);
  g_assert_cmpuint (keys->len, ==, 4);
  g_assert_cmpuint (g_array_index (keys, EmvKey, 3).modulus_size, ==, 248);
}

/* Nothing of the new set before the host's word about its end. */
static void
test_faults (ShopTesting *shop, gconstpointer dialect)
{
  static const char *const faults[] = { "drop-answer=0.4", "truncate=0.4", "drop-request=0.4" };
  g_autoptr (SyncDownloaded) before = NULL;
  guint count;

  g_assert_cmpint (fetch (shop, SYNC_DOWNLOAD_CA_KEYS, &count), ==, SYNC_DOWNLOAD_DONE);
  before = sync_download_read (shop->shop->vault, SYNC_DOWNLOAD_CA_KEYS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (SyncDownloaded) after = NULL;
      SyncDownload outcome;

      shop_testing_change_host (shop, faults[i]);
      outcome = fetch (shop, SYNC_DOWNLOAD_CA_KEYS, &count);
      g_assert_true (outcome == SYNC_DOWNLOAD_NO_ANSWER || outcome == SYNC_DOWNLOAD_DONE);
      after = sync_download_read (shop->shop->vault, SYNC_DOWNLOAD_CA_KEYS, NULL);
      g_assert_cmpuint (after->pieces->len, ==, before->pieces->len);
    }
  shop_testing_cut_line (shop);
  g_assert_cmpint (fetch (shop, SYNC_DOWNLOAD_CA_KEYS, &count), ==, SYNC_DOWNLOAD_NO_ANSWER);
}

/* A setting that isn't as it was written. */
static void
test_changed (ShopTesting *shop, gconstpointer dialect)
{
  static const char *const texts[] = { "x", "\001", "\001123456789" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (
          vault_setting_set_text (shop->shop->vault, SYNC_SETTING_DOWNLOAD_AIDS, texts[i], NULL));
      g_assert_null (sync_download_aids (shop->shop->vault, &error));
      g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED);
    }
}

#define ADD(name, dialect, test)                                                                   \
  g_test_add ("/sync/download/" dialect "/" name, ShopTesting, dialect, set_up, test, tear_down)

/* To the end of its day, with a warning a month before. */
static void
test_key_state (void)
{
  static const struct
  {
    int month, day, hour;
    SyncCertificateState state;
  } rows[] = {
    { 11, 29, 12, SYNC_CERTIFICATE_GOOD },
    { 12, 3, 0, SYNC_CERTIFICATE_SOON },
    { 12, 31, 23, SYNC_CERTIFICATE_SOON },
  };
  const EmvKey key = { .expiry = 20351231 }, wrong = { .expiry = 20351331 };
  g_autoptr (GDateTime) after = g_date_time_new_local (2036, 1, 1, 0, 0, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GDateTime) now
          = g_date_time_new_local (2035, rows[i].month, rows[i].day, rows[i].hour, 0, 0);

      g_assert_cmpint (sync_download_key_state (&key, g_date_time_to_unix (now)), ==,
                       rows[i].state);
    }
  g_assert_cmpint (sync_download_key_state (&key, g_date_time_to_unix (after)), ==,
                   SYNC_CERTIFICATE_ENDED);
  g_assert_cmpint (sync_download_key_state (&wrong, 0), ==, SYNC_CERTIFICATE_ENDED);
}

int
main (int argc, char **argv)
{
  SyncDownloadKind kind;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/download/key-state", test_key_state);
  g_assert_false (sync_download_kind_from_word ("lottery", &kind));
  ADD ("all", "sandbox", test_all);
  ADD ("all", "unionpay", test_all);
  ADD ("faults", "sandbox", test_faults);
  ADD ("faults", "unionpay", test_faults);
  ADD ("changed", "sandbox", test_changed);
  return g_test_run ();
}
