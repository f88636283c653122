/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whose number was taken over is told to the host once; without a line it is still to be told, and
 * nobody is held up.
 */
#include "sync-takeover.h"

#include "shop-testing.h"
#include "vault-epoch.h"

#define OTHER "TILL0002"

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

/* As an import leaves it: the other's keys and the epoch after its last. */
static void
take_over (ShopTesting *shop, const char *epoch)
{
  Vault *vault = shop->shop->vault;
  g_autoptr (BaseSecret) key = vault_setting (vault, SYNC_SETTING_MASTER_KEY, NULL);
  g_autofree char *merchant = vault_setting_text (vault, SYNC_SETTING_MERCHANT, NULL);
  g_autofree char *key_name = sync_line_taken_name (OTHER, SYNC_SETTING_MASTER_KEY);
  g_autofree char *merchant_name = sync_line_taken_name (OTHER, SYNC_SETTING_MERCHANT);
  g_autofree char *epoch_name = sync_line_taken_name (OTHER, SYNC_TAKEN_EPOCH);
  const VaultSetting settings[] = { { key_name, base_secret_span (key) },
                                    { merchant_name, BASE_SPAN_STR (merchant) },
                                    { epoch_name, BASE_SPAN_STR (epoch) } };

  g_assert_true (sync_line_add_taken (vault, OTHER, NULL));
  g_assert_true (vault_setting_set_all (vault, settings, G_N_ELEMENTS (settings), NULL));
}

static void
test_nothing_taken (ShopTesting *shop, gconstpointer data)
{
  SyncLine *line = shop->shop->line;

  g_assert_true (sync_takeover_is_told (line, sync_line_terminal (line)));
  g_assert_true (sync_takeover_is_told (line, OTHER));
  shop_testing_cut_line (shop);
  line = shop->shop->line; /* it was opened again */
  sync_takeover_tell_all (line, NULL);
  g_assert_true (sync_takeover_tell (line, OTHER, NULL, NULL));
}

static void
test_told_once (ShopTesting *shop, gconstpointer data)
{
  SyncLine *line = shop->shop->line;
  g_autoptr (GError) error = NULL;

  take_over (shop, "2");
  g_assert_false (sync_takeover_is_told (line, OTHER));
  g_assert_true (sync_takeover_tell (line, OTHER, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (sync_takeover_is_told (line, OTHER));
  shop_testing_cut_line (shop);
  line = shop->shop->line;                                      /* it was opened again */
  g_assert_true (sync_takeover_tell (line, OTHER, NULL, NULL)); /* nothing is sent any more */
  take_over (shop, "3");                                        /* once more, from a newer copy */
  g_assert_false (sync_takeover_is_told (line, OTHER));
}

static void
test_without_line (ShopTesting *shop, gconstpointer data)
{
  SyncLine *line = shop->shop->line;
  g_autoptr (GError) error = NULL;

  take_over (shop, "2");
  shop_testing_cut_line (shop);
  line = shop->shop->line; /* it was opened again */
  g_assert_false (sync_takeover_tell (line, OTHER, NULL, &error));
  g_assert_nonnull (error);
  sync_takeover_tell_all (line, NULL);
  g_assert_false (sync_takeover_is_told (line, OTHER));
  g_assert_cmpstr (sync_line_voice (line, &(const char *){ NULL }), ==, sync_line_terminal (line));
}

/* The drainer's tries: the first at once, and then none for a while, whatever has come meanwhile.
 */
static void
test_not_at_once_again (ShopTesting *shop, gconstpointer data)
{
  SyncLine *line = shop->shop->line;

  take_over (shop, "2");
  sync_takeover_tell_all (line, NULL);
  g_assert_true (sync_takeover_is_told (line, OTHER));
  take_over (shop, "3");
  sync_takeover_tell_all (line, NULL);
  g_assert_false (sync_takeover_is_told (line, OTHER));
  g_assert_false (sync_line_may_ask (line, SYNC_ERRAND_TAKEOVER, SYNC_TAKEOVER_EVERY_S));
  g_assert_true (sync_line_may_ask (line, SYNC_ERRAND_TAKEOVER, 0));
  g_assert_true (sync_takeover_tell (line, OTHER, NULL, NULL)); /* who is asked does it now */
}

/* From books that were put back nothing goes out, and this neither. */
static void
test_quarantined (ShopTesting *shop, gconstpointer data)
{
  SyncLine *line = shop->shop->line;
  g_autoptr (GError) error = NULL;

  take_over (shop, "2");
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_ROLLBACK, NULL));
  g_assert_false (sync_takeover_tell (line, OTHER, NULL, &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_HELD);
  sync_takeover_tell_all (line, NULL);
  g_assert_false (sync_takeover_is_told (line, OTHER));
}

static void
test_most (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  g_auto (GStrv) taken = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i <= SYNC_TAKEN_MAX; i++)
    {
      g_autofree char *terminal = g_strdup_printf ("OLD%05u", i);

      g_assert_true (sync_line_add_taken (vault, terminal, NULL));
    }
  g_assert_false (sync_line_add_taken (vault, OTHER, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_true (sync_line_add_taken (vault, "OLD00001", NULL)); /* it is one of them */
  taken = sync_line_taken (vault);
  g_assert_cmpuint (g_strv_length (taken), ==, SYNC_TAKEN_MAX);
  g_assert_cmpstr (taken[SYNC_TAKEN_MAX - 1], ==, "OLD00064");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sync/takeover/nothing-taken", ShopTesting, NULL, set_up, test_nothing_taken,
              tear_down);
  g_test_add ("/sync/takeover/told-once", ShopTesting, NULL, set_up, test_told_once, tear_down);
  g_test_add ("/sync/takeover/without-line", ShopTesting, NULL, set_up, test_without_line,
              tear_down);
  g_test_add ("/sync/takeover/not-at-once-again", ShopTesting, NULL, set_up, test_not_at_once_again,
              tear_down);
  g_test_add ("/sync/takeover/most", ShopTesting, NULL, set_up, test_most, tear_down);
  g_test_add ("/sync/takeover/quarantined", ShopTesting, NULL, set_up, test_quarantined, tear_down);
  return g_test_run ();
}
