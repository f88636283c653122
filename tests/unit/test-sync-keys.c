/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Components become a transport key, a block under it the acquirer's key: of a profile with a
 * sign-in the master key, of the sandbox's the MAC key. What is refused changes nothing.
 */
#include "shop-testing.h"

#include "base-data.h"
#include "crypto-error.h"
#include "sync-keys.h"
#include "sync-sign-in.h"
#include "vault-journal.h"

#include <string.h>

#define COMPONENT_1 "6D6B E51F 0407 6267 6177 4B3A 5B4F 9B1A"
#define COMPONENT_2 "0123456789ABCDEFFEDCBA9876543210"
#define COMPONENT_3 "A5A5A5A50000FFFF00112233445566FF"
#define TOGETHER "C9ED05DD8DAC50779FBAD391694ECFF5"
#define NEW_KEY "00112233445566778899AABBCCDDEEFF"

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

static BaseSecret *
component (const char *text)
{
  g_autoptr (GError) error = NULL;
  BaseSecret *secret = sync_keys_read_component (BASE_SPAN_STR (text), &error);

  g_assert_no_error (error);
  return secret;
}

/* FALSE and an error for anything that isn't a key. */
static gboolean
bring (ShopTesting *shop, const char *const *texts, GError **error)
{
  static const char *const names[] = { "Wang", "Li", "Zhao" };
  SyncKeysPart parts[SYNC_KEYS_COMPONENTS_MAX] = { { NULL, NULL } };
  guint count = 0;
  gboolean kept;

  for (; texts[count] != NULL; count++)
    parts[count] = (SyncKeysPart){ component (texts[count]), (char *)names[count] };
  kept = sync_keys_keep_transport (shop->shop->vault, parts, count, error);
  for (guint i = 0; i < count; i++)
    base_secret_free (parts[i].component);
  return kept;
}

static void
keep_transport (ShopTesting *shop)
{
  static const char *const texts[] = { COMPONENT_1, COMPONENT_2, COMPONENT_3, NULL };
  g_autoptr (GError) error = NULL;

  bring (shop, texts, &error);
  g_assert_no_error (error);
}

/* Three people's; the journal says who brought which, and no key. */
static void
test_components (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  g_autoptr (BaseSecret) expected = component (TOGETHER);
  g_autoptr (BaseSecret) first = component (COMPONENT_1);
  g_autofree char *first_check = crypto_keyblock_check_value ('A', first);
  g_autofree char *check = crypto_keyblock_check_value ('A', expected);
  g_autofree char *start = g_strdup_printf ("transport %s = %s + ", check, first_check);
  g_autoptr (BaseSecret) kept = NULL;
  g_autoptr (GPtrArray) journal = NULL;
  const VaultJournalEntry *entry;

  keep_transport (shop);
  kept = vault_setting (vault, SYNC_SETTING_TRANSPORT_KEY, NULL);
  g_assert_true (base_bytes_equal (base_secret_span (kept), base_secret_span (expected)));
  journal = vault_journal_list (vault, 1, NULL);
  entry = journal->pdata[0];
  g_assert_cmpstr (entry->act, ==, "key");
  g_assert_cmpstr (entry->who, ==, "Wang, Li, Zhao");
  g_assert_true (g_str_has_prefix (entry->detail, start));
  g_assert_null (strstr (entry->detail, TOGETHER));
}

static void
refuse_component (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sync_keys_read_component (BASE_SPAN_STR (text), &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS);
}

static void
test_component (void)
{
  g_autoptr (BaseSecret) plain = component (COMPONENT_2);
  g_autoptr (BaseSecret) sheet
      = component ("# for Li alone\n\n01234567 89ABCDEF FEDC BA98 7654 3210\r\n# the end\n");

  g_assert_true (base_bytes_equal (base_secret_span (plain), base_secret_span (sheet)));
  refuse_component ("");
  refuse_component ("# nothing\n");
  refuse_component ("00112233445566");
  refuse_component ("0011223344556677889900112233445X");
  refuse_component (COMPONENT_2 "0");
  refuse_component (COMPONENT_2 COMPONENT_2 "00");
  refuse_component (COMPONENT_1 "\n" COMPONENT_2); /* two people's */
}

static void
test_bad_components (ShopTesting *shop, gconstpointer data)
{
  static const char *const cases[][3] = {
    { NULL },
    { COMPONENT_1, NULL },              /* one alone */
    { COMPONENT_2, COMPONENT_2, NULL }, /* they undo each other */
    { "10112233445566770011223344556677", "10000000000000000000000000000000", NULL }, /* DES */
    { COMPONENT_1, "00000000000000000000000000000000", NULL },
    { COMPONENT_2, COMPONENT_2 "0011223344556677", NULL }, /* of two sizes */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BaseSecret) kept = NULL;

      g_assert_false (bring (shop, cases[i], &error));
      g_assert_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS);
      kept = vault_setting (shop->shop->vault, SYNC_SETTING_TRANSPORT_KEY, NULL);
      g_assert_null (kept);
    }
}

static void
test_check_values (void)
{
  g_autoptr (BaseSecret) sixteen = component ("3F419E1CB7079442AA37474C2EFBF8B8");
  g_autoptr (BaseSecret) thirty_two
      = component ("88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6");
  SyncKeys keys = { 0 };

  sync_keys_check_values (sixteen, &keys);
  g_assert_cmpstr (keys.transport_tdes, ==, "57C409");
  g_assert_cmpstr (keys.transport_aes, ==, "08793E25AB");
  sync_keys_check_values (thirty_two, &keys);
  g_assert_cmpstr (keys.transport_tdes, ==, "");
  g_assert_cmpstr (keys.transport_aes, ==, "2331550BC9");
}

/* A block with NEW_KEY under the three components. */
static char *
make_block (char version, const char *usage, char algorithm, char mode)
{
  CryptoKeyblock block = { .version = version,
                           .algorithm = algorithm,
                           .mode = mode,
                           .key_version = "00",
                           .exportability = 'N' };
  g_autoptr (BaseSecret) transport = component (TOGETHER);
  g_autoptr (BaseSecret) key = component (NEW_KEY);
  char *text;

  g_strlcpy (block.usage, usage, sizeof block.usage);
  text = crypto_keyblock_wrap (&block, transport, key, NULL);
  g_assert_nonnull (text);
  return text;
}

static void
refuse_block (ShopTesting *shop, char *text, int domain, int code)
{
  g_autofree char *block = text;
  Vault *vault = shop->shop->vault;
  g_autoptr (GError) error = NULL;
  SyncKeys before;
  SyncKeys after;

  g_assert_true (sync_keys_read (vault, &before, NULL));
  g_assert_false (sync_keys_take_block (vault, BASE_SPAN_STR (block), "Wang", &error));
  g_assert_error (error, (GQuark)domain, code);
  g_assert_true (sync_keys_read (vault, &after, NULL));
  g_assert_cmpstr (before.check, ==, after.check);
  g_assert_cmpstr (before.former_check, ==, after.former_check);
}

static void
test_mac_key (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  g_autofree char *block = make_block ('D', "M6", 'A', 'C');
  g_autofree char *plain = sandbox_process_plain_profile ();
  g_autoptr (BaseSecret) expected = component (NEW_KEY);
  g_autoptr (BaseSecret) old = component (TOGETHER);
  g_autoptr (BaseSecret) kept = NULL;
  g_autoptr (GError) error = NULL;
  SyncKeys first;
  SyncKeys second;
  char last;

  g_assert_true (vault_setting_set_text (vault, SYNC_SETTING_PROFILE, plain, NULL));
  g_assert_true (vault_setting_set (vault, SYNC_SETTING_MAC_KEY, base_secret_span (old), NULL));
  g_assert_true (sync_keys_read (vault, &first, NULL));
  g_assert_false (first.is_master);
  g_assert_cmpuint (strlen (first.check), ==, CRYPTO_KEYBLOCK_CHECK_LENGTH);
  g_assert_cmpstr (first.transport_aes, ==, "");
  refuse_block (shop, g_strdup (block), (int)SYNC_ERROR, SYNC_ERROR_SETTINGS);
  keep_transport (shop);
  refuse_block (shop, make_block ('D', "K0", 'A', 'D'), (int)CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  refuse_block (shop, make_block ('D', "M3", 'T', 'C'), (int)CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  refuse_block (shop, g_strdup ("hello"), (int)CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  last = block[strlen (block) - 1];
  block[strlen (block) - 1] = last == '0' ? '1' : '0';
  refuse_block (shop, g_strdup (block), (int)CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC);
  block[strlen (block) - 1] = last;
  g_assert_true (sync_keys_take_block (vault, BASE_SPAN_STR (block), "Wang", &error));
  g_assert_no_error (error);
  kept = vault_setting (vault, SYNC_SETTING_MAC_KEY, NULL);
  g_assert_true (base_bytes_equal (base_secret_span (kept), base_secret_span (expected)));
  g_assert_true (sync_keys_read (vault, &second, NULL));
  g_assert_cmpstr (second.former_check, ==, first.check);
  /* The same once more pushes the former key out of nothing. */
  g_assert_true (sync_keys_take_block (vault, BASE_SPAN_STR (block), "Wang", &error));
  g_assert_true (sync_keys_read (vault, &second, NULL));
  g_assert_cmpstr (second.former_check, ==, first.check);
}

/* The host still has the old key: with the new one nobody understands the other; going back mends
 * it. */
static void
test_go_back (ShopTesting *shop, gconstpointer data)
{
  g_autofree char *block = make_block ('D', "K0", 'A', 'D');
  g_autoptr (GError) error = NULL;

  g_assert_false (sync_keys_go_back (shop->shop->vault, "Li", &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS);
  g_clear_error (&error);
  keep_transport (shop);
  g_assert_true (sync_keys_take_block (shop->shop->vault, BASE_SPAN_STR (block), "Wang", NULL));
  shop_testing_reopen (shop);
  g_assert_cmpint (sync_sign_in_echo (shop->shop->line, NULL, NULL), !=,
                   ACQUIRER_EXCHANGE_ANSWERED);
  g_assert_true (sync_keys_go_back (shop->shop->vault, "Li", &error));
  shop_testing_reopen (shop);
  g_assert_cmpint (sync_sign_in_echo (shop->shop->line, NULL, NULL), ==,
                   ACQUIRER_EXCHANGE_ANSWERED);
}

/* A profile with a sign-in; what its working keys came under is theirs no more. */
static void
test_master_key (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  g_autofree char *path = base_data_find ("acquirers/unionpay.ini");
  g_autofree char *profile = base_data_read (path, ACQUIRER_PROFILE_SIZE_MAX, NULL, NULL);
  g_autofree char *block = make_block ('B', "K0", 'T', 'D');
  g_autoptr (BaseSecret) kept = NULL;
  g_autoptr (BaseSecret) expected = component (NEW_KEY);
  g_autoptr (GError) error = NULL;
  SyncKeys keys;

  g_assert_true (vault_setting_set_text (vault, SYNC_SETTING_PROFILE, profile, NULL));
  g_assert_true (vault_setting_set_text (vault, SYNC_SETTING_WORKING_KEYS, "old ones", NULL));
  keep_transport (shop);
  refuse_block (shop, make_block ('D', "M6", 'A', 'C'), (int)CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  refuse_block (shop, make_block ('D', "K0", 'A', 'D'), (int)CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  refuse_block (shop, make_block ('B', "K0", 'T', 'E'), (int)CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  g_assert_true (sync_keys_take_block (vault, BASE_SPAN_STR (block), "Wang", &error));
  g_assert_no_error (error);
  kept = vault_setting (vault, SYNC_SETTING_MASTER_KEY, NULL);
  g_assert_true (base_bytes_equal (base_secret_span (kept), base_secret_span (expected)));
  g_assert_null (vault_setting (vault, SYNC_SETTING_WORKING_KEYS, NULL));
  g_assert_true (sync_keys_read (vault, &keys, NULL));
  g_assert_true (keys.is_master);
  g_assert_cmpuint (strlen (keys.check), ==, 6);
}

static void
test_no_acquirer (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  SyncKeys keys;

  g_assert_true (vault_setting_set_text (shop->shop->vault, SYNC_SETTING_PROFILE, "", NULL));
  g_assert_false (sync_keys_read (shop->shop->vault, &keys, &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS);
}

#define ADD(name, test) g_test_add ("/sync/keys/" name, ShopTesting, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/keys/component", test_component);
  ADD ("components", test_components);
  ADD ("bad-components", test_bad_components);
  g_test_add_func ("/sync/keys/check-values", test_check_values);
  ADD ("mac-key", test_mac_key);
  ADD ("go-back", test_go_back);
  ADD ("master-key", test_master_key);
  ADD ("no-acquirer", test_no_acquirer);
  return g_test_run ();
}
