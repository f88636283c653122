/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminal's line: which settings make one, what being online means, whose turn it is, and what
 * becomes of late answers.
 */
#include "shop-testing.h"

#include "sync-sign-in.h"

static void
set_up (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_set_up (shop, fault);
}

static void
tear_down (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_tear_down (shop);
}

static void
test_made_from_settings (ShopTesting *shop, gconstpointer fault)
{
  SyncLine *line = shop->shop->line;

  g_assert_true (sync_line_vault (line) == shop->shop->vault);
  g_assert_cmpstr (sync_line_terminal (line), ==, "TEST0001");
  g_assert_cmpstr (sync_line_merchant (line), ==, "123456789012345");
  g_assert_cmpstr (sync_line_host (line), ==, "127.0.0.1");
  g_assert_cmpuint (sync_line_port (line), ==, sandbox_process_port (shop->host));
  g_assert_cmpstr (acquirer_profile_name (sync_line_profile (line)), ==, "sandbox");
}

static void
refuse (Vault *vault, const char *name, const char *value)
{
  g_autofree char *before = vault_setting_text (vault, name, NULL);
  g_autoptr (SyncLine) line = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_setting_set_text (vault, name, value, NULL));
  line = sync_line_new (vault, &error);
  g_assert_null (line);
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS);
  g_assert_true (vault_setting_set_text (vault, name, before, NULL));
}

/* The key comes in a key block, later: until then nobody is spoken to. */
static void
test_no_key (ShopTesting *shop, gconstpointer fault)
{
  Vault *vault = shop->shop->vault;
  gboolean signs_in = acquirer_profile_key_plan (sync_line_profile (shop->shop->line)) != NULL;
  g_autoptr (SyncLine) line = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (sync_line_has_key (shop->shop->line));
  g_assert_true (vault_setting_set (
      vault, signs_in ? SYNC_SETTING_MASTER_KEY : SYNC_SETTING_MAC_KEY, BASE_SPAN (NULL, 0), NULL));
  line = sync_line_new (vault, &error);
  g_assert_no_error (error);
  g_assert_false (sync_line_has_key (line));
  sync_line_take_turn (line, FALSE);
  g_assert_false (sync_line_connect (line, NULL, &error));
  sync_line_end_turn (line, FALSE);
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_NO_KEY);
}

static void
test_settings_refused (ShopTesting *shop, gconstpointer fault)
{
  static const char *const names[]
      = { SYNC_SETTING_HOST, SYNC_SETTING_PORT,        SYNC_SETTING_TERMINAL, SYNC_SETTING_MERCHANT,
          SYNC_SETTING_CA,   SYNC_SETTING_CERTIFICATE, SYNC_SETTING_KEY };
  static const char *const ports[] = { "0", "-1", "65536", "port", "99999999999999999999" };
  Vault *vault = shop->shop->vault;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    refuse (vault, names[i], "");
  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    refuse (vault, SYNC_SETTING_PORT, ports[i]);
  refuse (vault, SYNC_SETTING_TERMINAL, "TERMINAL9");
  refuse (vault, SYNC_SETTING_MERCHANT, "1234567890123456");
}

static void
test_no_acquirer (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (SyncLine) line = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_setting_set_text (shop->shop->vault, SYNC_SETTING_PROFILE, "", NULL));
  line = sync_line_new (shop->shop->vault, &error);
  g_assert_null (line);
  g_assert_no_error (error);
}

static void
test_online (ShopTesting *shop, gconstpointer fault)
{
  gint64 since_us = -1;

  g_assert_false (sync_line_was_tried (shop->shop->line));
  g_assert_cmpint (sync_line_silence_s (shop->shop->line), ==, G_MAXINT64);
  g_assert_cmpint (sync_sign_in_echo (shop->shop->line, NULL, NULL), ==,
                   ACQUIRER_EXCHANGE_ANSWERED);
  g_assert_true (sync_line_is_online (shop->shop->line, &since_us));
  g_assert_cmpint (since_us, ==, 0);
  g_assert_cmpint (sync_line_silence_s (shop->shop->line), <=, 5);
  shop_testing_cut_line (shop);
  g_assert_false (sync_line_connect (shop->shop->line, NULL, NULL));
  g_assert_true (sync_line_was_tried (shop->shop->line));
  g_assert_false (sync_line_is_online (shop->shop->line, &since_us));
  g_assert_cmpint (since_us, >, 0);
}

typedef struct
{
  SyncLine *line;
  gint has_turn; /* atomic */
} Payer;

static gpointer
pay (gpointer data)
{
  Payer *payer = data;

  sync_line_take_turn (payer->line, TRUE);
  g_atomic_int_set (&payer->has_turn, 1);
  sync_line_end_turn (payer->line, TRUE);
  return NULL;
}

static void
test_turns (ShopTesting *shop, gconstpointer fault)
{
  Payer payer = { .line = shop->shop->line };
  GThread *thread;

  sync_line_take_turn (payer.line, FALSE);
  g_assert_false (sync_line_payment_waits (payer.line));
  thread = g_thread_new ("payer", pay, &payer);
  while (!sync_line_payment_waits (payer.line))
    g_usleep (1000);
  g_assert_cmpint (g_atomic_int_get (&payer.has_turn), ==, 0);
  sync_line_end_turn (payer.line, FALSE);
  g_thread_join (thread);
  g_assert_cmpint (g_atomic_int_get (&payer.has_turn), ==, 1);
  g_assert_false (sync_line_payment_waits (payer.line));
  sync_line_wait_for_payment (payer.line);
}

/* It comes while the reversal is on its way: kept, once, with its code. */
static void
test_late_answer (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (1250);
  VaultPayment *payment = shop_testing_must_pay (shop, sale);
  g_autoptr (VaultSale) now = NULL;
  SyncStray stray;

  g_assert_true (payment->state == VAULT_STATE_UNKNOWN || payment->state == VAULT_STATE_REVERSED);
  g_assert_false (sync_line_take_stray (shop->shop->line, payment->stan, &stray));
  now = vault_sale_load (shop->shop->vault, sale->id, NULL);
  g_assert_cmpstr (((VaultPayment *)now->payments->pdata[0])->response, ==, "00");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, fault, function)                                                                 \
  g_test_add ("/sync/line/" name, ShopTesting, fault, set_up, function, tear_down)
  ADD ("made-from-settings", NULL, test_made_from_settings);
  ADD ("settings-refused", NULL, test_settings_refused);
  ADD ("no-acquirer", NULL, test_no_acquirer);
  ADD ("no-key", NULL, test_no_key);
  ADD ("online", NULL, test_online);
  ADD ("turns", NULL, test_turns);
  ADD ("late-answer", "late-answer=1,late-ms=450", test_late_answer);
  return g_test_run ();
}
