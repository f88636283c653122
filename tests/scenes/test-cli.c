/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-scene.h"

#include "vault-apply.h"
#include "vault-key.h"
#include "vault.h"

#include <locale.h>
#include <string.h>

/* One sentence, in one line. */
static void
assert_sentence (CliScene *scene)
{
  g_assert_true (g_str_has_prefix (scene->err, "till-cli: "));
  g_assert_true (strchr (scene->err, '\n') == scene->err + strlen (scene->err) - 1);
}

static const char *const wrong_usages[] = {
  "", /* no command */
  "dance",
  "queue",
  "queue dance",
  "--bogus",
  "sell",
  "sell 111",
  "sell 111 --pay",
  "sell 111 --pay shells",
  "sell 111 --pay cash:",
  "sell 111 --pay cash:-1",
  "sell 111 --pay cash:1.001.1",
  "sell 111 --pay cash --count 0",
  "sell 111 --pay cash --count x",
  "sell 111 --pay card --card-timeout 0",
  "queue list --shop X",
  "queue list surplus",
  "queue show x",
  "queue retry",
  "catalogue import",
  "offline-cards perhaps",
  "devices --json=yes",
  "init",
  "init --shop X",
  "init --shop X --currency YYY",
  "init --shop X --currency CNY --tax perhaps",
  "init --shop X --currency CNY --acquirer nowhere --tls-dir .",
  "init --shop X --currency CNY --acquirer host:0 --tls-dir .",
  "init --shop X --currency CNY --acquirer host:65536 --tls-dir .",
  "init --shop X --currency CNY --acquirer ho_st:1 --tls-dir .",
  "init --shop X --currency CNY --acquirer ::1:5 --tls-dir .",
  "init --shop X --currency CNY --acquirer host:1",
  "init --shop X --currency CNY --terminal TOOLONG123",
  "decode iso8583 00",
  "decode iso8583 --profile nowhere 00",
  "decode iso8583 --profile sandbox 0",
  "decode iso8583 --profile sandbox zz",
  "decode iso8583 --profile sandbox",
  "decode stripe 00",
  "decode escpos /nowhere/at/all",
  "encode iso8583 --profile sandbox {}",
  "encode iso8583 --profile sandbox [",
  "encode iso8583 --profile sandbox {\"mti\":\"0200\",\"fields\":{\"3\":3}}",
  "encode iso8583 --profile sandbox {\"mti\":\"0200\",\"fields\":{\"129\":\"0\"}}",
  "refund 1",
  "void 1",
  "emv",
  "emv trace",
  "audit",
  "report z --number 0",
  "journal verify --head 12@3",
  "queue export x",
  "decode tlv 9F",
};

static void
test_bad_usage (void)
{
  CliScene scene;

  cli_scene_open_empty (&scene);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_usages); i++)
    {
      g_test_message ("%s", wrong_usages[i]);
      cli_scene_run (&scene, wrong_usages[i]);
      g_assert_cmpint (scene.exit_code, ==, 2);
      g_assert_cmpstr (scene.out, ==, "");
      assert_sentence (&scene);
      g_assert_false (g_file_test (scene.data, G_FILE_TEST_EXISTS));
      cli_scene_run_json (&scene, wrong_usages[i]);
      g_assert_cmpint (scene.exit_code, ==, 2);
      g_assert_cmpstr (cli_scene_text (&scene, "error"), !=, "");
    }
  cli_scene_clear (&scene);
}

static void
test_help (void)
{
  static const char *const helps[]
      = { "--help", "sell --help", "--help queue list", "--version", "-h", "init --help --json" };
  CliScene scene;

  cli_scene_open_empty (&scene);
  for (gsize i = 0; i < G_N_ELEMENTS (helps); i++)
    {
      cli_scene_run_bare (&scene, helps[i]);
      g_assert_cmpint (scene.exit_code, ==, 0);
      g_assert_cmpstr (scene.err, ==, "");
      g_assert_cmpuint (strlen (scene.out), >, 5);
    }
  cli_scene_clear (&scene);
}

/* Of each command that the help names, so that none has an option that can't be given. */
static void
test_help_of_each (void)
{
  g_auto (GStrv) lines = NULL;
  CliScene scene;
  guint told = 0;

  cli_scene_open_empty (&scene);
  cli_scene_run_bare (&scene, "--help");
  lines = g_strsplit (scene.out, "\n", 0);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "  ") && g_ascii_islower (lines[i][2]))
      {
        g_auto (GStrv) words = g_strsplit (lines[i] + 2, " ", 4);
        g_autofree char *help = g_strdup_printf ("--help %s %s %s", words[0], words[1],
                                                 g_str_has_prefix (words[2], "-") ? "" : words[2]);

        cli_scene_run_bare (&scene, help);
        g_test_message ("%s: %d %s", help, scene.exit_code, scene.out);
        g_assert_cmpint (scene.exit_code, ==, 0);
        told++;
      }
  g_assert_cmpuint (told, >, 40);
  cli_scene_run_bare (&scene, "queue resolve --help");
  g_assert_nonnull (strstr (scene.out, "--by-hand"));
  cli_scene_clear (&scene);
}

static void
test_init (void)
{
  CliScene scene;

  cli_scene_open_empty (&scene);
  cli_scene_run_json (&scene, "init --shop Corner --currency JPY --tax exclusive");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpuint (strlen (cli_scene_text (&scene, "recovery_key")), ==,
                    VAULT_KEY_RECOVERY_LENGTH);
  cli_scene_run_json (&scene, "init --shop Other --currency CNY");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (cli_scene_text (&scene, "error"));
  cli_scene_run (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_run (&scene, "offline-cards on");
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_clear (&scene);
}

static void
test_missing_keys (void)
{
  CliScene scene;
  g_autofree char *words = NULL;

  cli_scene_open_empty (&scene);
  words = g_strdup_printf (
      "init --shop X --currency CNY --acquirer localhost:9 --tls-dir %s/nowhere", scene.dir);
  cli_scene_run (&scene, words);
  g_assert_cmpint (scene.exit_code, !=, 0);
  assert_sentence (&scene);
  g_assert_false (g_file_test (scene.data, G_FILE_TEST_EXISTS));
  cli_scene_clear (&scene);
}

static void
test_catalogue (void)
{
  CliScene scene;
  g_autofree char *bad = NULL;
  g_autofree char *words = NULL;
  g_autofree char *skipping = NULL;

  cli_scene_open (&scene);
  bad = cli_scene_file (&scene, "bad.csv",
                        "price,code,name\n1.00,333,Plum\nmuch,444,Fig\n2.00,,Date\n");
  words = g_strdup_printf ("catalogue import %s", bad);
  cli_scene_run_json (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_cmpint (cli_scene_number (&scene, "rows.0.line"), ==, 3);
  g_assert_cmpint (cli_scene_number (&scene, "rows.1.line"), ==, 4);
  cli_scene_run (&scene, "catalogue find plum");
  g_assert_cmpint (scene.exit_code, ==, 1);
  skipping = g_strdup_printf ("catalogue import --skip-bad %s", bad);
  cli_scene_run_json (&scene, skipping);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "added"), ==, 1);
  cli_scene_run_json (&scene, "catalogue find plum");
  g_assert_cmpstr (cli_scene_text (&scene, "products.0.code"), ==, "333");
  cli_scene_clear (&scene);
}

/* Several codes of one product: each finds and sells it, and none can be another's, too. */
static void
test_more_codes (void)
{
  static const char list[] = "code,name,price,codes\n"
                             "700,Plum,1.00,701 702;703\n"
                             "704,Fig,2.00,702\n"
                             "703,Date,3.00,\n"
                             "705,Pear,4.00,111\n";
  CliScene scene;
  g_autofree char *goods = NULL;
  g_autofree char *words = NULL;
  g_autofree char *skipping = NULL;

  cli_scene_open (&scene);
  goods = cli_scene_file (&scene, "goods.csv", list);
  words = g_strdup_printf ("catalogue import %s", goods);
  cli_scene_run_json (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_cmpint (cli_scene_number (&scene, "bad"), ==, 3);
  g_assert_cmpint (cli_scene_number (&scene, "rows.0.line"), ==, 3);
  g_assert_nonnull (strstr (cli_scene_text (&scene, "rows.0.text"), "“702” is on line 2 already"));
  g_assert_cmpint (cli_scene_number (&scene, "rows.1.line"), ==, 4);
  g_assert_cmpint (cli_scene_number (&scene, "rows.2.line"), ==, 5);
  g_assert_nonnull (strstr (cli_scene_text (&scene, "rows.2.text"), "another product"));
  skipping = g_strdup_printf ("catalogue import --skip-bad %s", goods);
  cli_scene_run (&scene, skipping);
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "catalogue find 702");
  g_assert_cmpstr (cli_scene_text (&scene, "products.0.code"), ==, "700");
  g_assert_cmpstr (cli_scene_text (&scene, "products.0.more_codes.2"), ==, "703");
  cli_scene_run (&scene, "catalogue find plum");
  g_assert_nonnull (strstr (scene.out, "also 701 702 703"));
  cli_scene_run_json (&scene, "sell 701 703 700 --pay cash");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "total_minor"), ==, 300);
  cli_scene_clear (&scene);
}

static void
test_cash (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "sell 111 2*222 --pay cash:1 cash:10");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "state"), ==, "paid");
  g_assert_cmpint (cli_scene_number (&scene, "total_minor"), ==, 600);
  g_assert_cmpint (cli_scene_number (&scene, "change_minor"), ==, 500);
  g_assert_cmpint (cli_scene_number (&scene, "payments.0.amount_minor"), ==, 100);
  g_assert_cmpint (cli_scene_number (&scene, "payments.1.amount_minor"), ==, 500);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.1.state"), ==, "approved");
  g_assert_cmpint (cli_scene_number (&scene, "lines.1.quantity_milli"), ==, 2000);
  g_assert_cmpint (cli_scene_number (&scene, "tax.0.rate_bp"), ==, 900);
  g_assert_cmpstr (cli_scene_text (&scene, "print.state"), ==, "waiting");
  cli_scene_run_json (&scene, "sell 111 --pay cash --count 3");
  g_assert_nonnull (cli_scene_at (&scene, "sales.2"));
  g_assert_null (cli_scene_at (&scene, "sales.3"));
  cli_scene_run_json (&scene, "report x");
  g_assert_cmpint (cli_scene_number (&scene, "sales"), ==, 4);
  g_assert_cmpint (cli_scene_number (&scene, "sales_minor"), ==, 1050);
  cli_scene_run_json (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_clear (&scene);
}

/* Closed once, told again as a copy; its paper then tells whether the journal's end is still there.
 */
static void
test_report_z (void)
{
  CliScene scene;
  g_autofree char *head = NULL, *verify = NULL;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "report z");
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_run_json (&scene, "sell 111 2*222 --pay cash");
  cli_scene_run_json (&scene, "report x");
  g_assert_true (json_node_get_boolean (cli_scene_at (&scene, "open")));
  cli_scene_run_json (&scene, "report z");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "number"), ==, 1);
  g_assert_cmpint (cli_scene_number (&scene, "sales_minor"), ==, 600);
  g_assert_cmpint (cli_scene_number (&scene, "cash_minor"), ==, 600);
  g_assert_cmpint (cli_scene_number (&scene, "drawer_opened"), ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "print"), ==, "waiting");
  head = g_strdup (cli_scene_text (&scene, "head"));
  cli_scene_run_json (&scene, "report z");
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_run_json (&scene, "report x");
  g_assert_cmpint (cli_scene_number (&scene, "sales"), ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "shift"), ==, 2);
  cli_scene_run_json (&scene, "report z --number 1");
  g_assert_true (json_node_get_boolean (cli_scene_at (&scene, "copy")));
  g_assert_cmpint (cli_scene_number (&scene, "sales_minor"), ==, 600);
  g_assert_cmpstr (cli_scene_text (&scene, "head"), ==, head);
  cli_scene_run (&scene, "report z --number 2");
  g_assert_cmpint (scene.exit_code, ==, 1);
  verify = g_strconcat ("journal verify --head ", head, NULL);
  cli_scene_run_json (&scene, verify);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "head"), ==, "contained");
  cli_scene_run_json (&scene, "journal verify --head 00000000000000000000000000000000@9999");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "head"), ==, "cut-off");
  cli_scene_clear (&scene);
}

/* On paper: the report comes out after the receipts that waited before it. */
static void
test_report_z_on_paper (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "sell 111 --pay cash");
  cli_scene_run_on (&scene, "--printer=generic-80mm", "report z");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "number"), ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "print"), ==, "printed");
  cli_scene_clear (&scene);
}

static void
test_nothing_sold (void)
{
  static const struct
  {
    const char *words;
    int exit_code;
  } cases[] = {
    { "sell 111 999 --pay cash", 1 },
    { "sell 111 --pay cash:1", 1 },
    { "sell 0*111 --pay cash", 2 },
    { "sell 0.5*111 --pay cash", 2 },
  };
  CliScene scene;

  cli_scene_open (&scene);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      cli_scene_run_json (&scene, cases[i].words);
      g_assert_cmpint (scene.exit_code, ==, cases[i].exit_code);
      g_assert_nonnull (cli_scene_text (&scene, "error"));
    }
  cli_scene_run_json (&scene, "report x");
  g_assert_cmpint (cli_scene_number (&scene, "sales"), ==, 0);
  cli_scene_clear (&scene);
}

static void
test_passphrase (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  g_assert_true (g_file_set_contents (scene.pass, "wrong\n", -1, NULL));
  cli_scene_run (&scene, "queue stats");
  g_assert_cmpint (scene.exit_code, ==, 2);
  assert_sentence (&scene);
  g_assert_true (g_file_set_contents (scene.pass, "correct horse\r\nsecond line\n", -1, NULL));
  cli_scene_run (&scene, "queue stats");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_true (g_file_set_contents (scene.pass, "\n", -1, NULL));
  cli_scene_run (&scene, "queue stats");
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_clear (&scene);
}

/* A stored sale whose request nobody can read. */
static void
store_unreadable (Vault *vault)
{
  g_autoptr (ShopProduct) product = shop_product_new ("111", "Water", 150);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (VaultSale) sale = vault_sale_new (cart, "01");
  VaultChange change = { .event = VAULT_EVENT_DEFERRED,
                         .sale = sale,
                         .payment = vault_payment_new (VAULT_TENDER_CARD, 150),
                         .message = BASE_SPAN_STR ("rubbish"),
                         .terminal = "00000001",
                         .batch = 1,
                         .stan = 1 };
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  g_assert_true (vault_apply (vault, &change, 1, NULL));
}

static void
put_off (Vault *vault)
{
  g_autoptr (VaultRecord) record = vault_queue_load (vault, 1, NULL);

  g_assert_true (vault_queue_defer (vault, record, g_get_real_time () + 60 * G_USEC_PER_SEC,
                                    "unanswered", NULL));
}

/* What waits says when it is tried next; what was set aside says why, and the one thing to do. */
static void
test_queue (void)
{
  static const struct
  {
    const char *words;
    int exit_code;
    const char *said;
  } steps[] = {
    { "queue show 1", 0, "next try at " }, { "queue retry 1", 1, NULL },
    { "queue send", 1, "3 set aside" },    { "queue list", 0, "till-cli queue retry 1 " },
    { "queue retry 1", 0, "waiting" },     { "queue retry 9", 1, NULL },
    { "queue retry x", 2, NULL },          { "queue list --done", 0, "Nothing" },
  };
  CliScene scene;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (Vault) vault = NULL;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "queue list");
  g_assert_cmpuint (json_array_get_length (json_node_get_array (scene.json)), ==, 0);
  key = vault_key_open (scene.data, BASE_SPAN_STR ("correct horse"), NULL);
  vault = vault_open (scene.data, key, VAULT_ACCESS_OWN, NULL);
  for (guint i = 0; i < 3; i++)
    store_unreadable (vault);
  put_off (vault);
  g_clear_pointer (&vault, vault_free);
  cli_scene_run_json (&scene, "queue list");
  g_assert_cmpuint (json_array_get_length (json_node_get_array (scene.json)), ==, 3);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_test_message ("%s", steps[i].words);
      cli_scene_run (&scene, steps[i].words);
      g_assert_cmpint (scene.exit_code, ==, steps[i].exit_code);
      if (steps[i].said != NULL)
        g_assert_nonnull (strstr (scene.out, steps[i].said));
      else
        assert_sentence (&scene);
    }
  cli_scene_clear (&scene);
}

/* While somebody else owns the folder it can be read, and not written. */
static void
test_second_process (void)
{
  CliScene scene;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (Vault) vault = NULL;
  g_autofree char *again = NULL;

  cli_scene_open (&scene);
  key = vault_key_open (scene.data, BASE_SPAN_STR ("correct horse"), NULL);
  vault = vault_open (scene.data, key, VAULT_ACCESS_OWN, NULL);
  g_assert_nonnull (vault);
  store_unreadable (vault);
  cli_scene_run (&scene, "queue list");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "it tries again by itself"));
  g_assert_null (strstr (scene.out, "tried 0"));
  cli_scene_run (&scene, "queue stats");
  g_assert_nonnull (strstr (scene.out, "it tries again by itself"));
  cli_scene_run (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 3);
  g_assert_nonnull (strstr (scene.err, "speaks to the acquirer itself"));
  cli_scene_run (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run (&scene, "sell 111 --pay cash");
  g_assert_cmpint (scene.exit_code, ==, 3);
  assert_sentence (&scene);
  cli_scene_run (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 3);
  again = g_strdup_printf ("catalogue import %s/goods.csv", scene.dir);
  cli_scene_run (&scene, again);
  g_assert_cmpint (scene.exit_code, ==, 3);
  g_clear_pointer (&vault, vault_free);
  cli_scene_run (&scene, "queue list");
  g_assert_null (strstr (scene.out, "by itself"));
  cli_scene_clear (&scene);
}

static void
test_acquirer (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "acquirer self-test");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (cli_scene_text (&scene, "findings.0"));
  cli_scene_set_line (&scene, FALSE);
  cli_scene_run (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 3);
  assert_sentence (&scene);
  cli_scene_clear (&scene);
}

/* A restored shop: what it says of itself isn't about the line, and its journal is looked at all
 * the same. */
static void
test_restored (void)
{
  CliScene scene;
  g_autofree char *create = NULL, *restore = NULL, *other = NULL, *first = NULL;

  cli_scene_open (&scene);
  create = g_strdup_printf ("backup create %s/shop.backup", scene.dir);
  restore = g_strdup_printf ("backup restore %s/shop.backup", scene.dir);
  other = g_build_filename (scene.dir, "other", NULL);
  cli_scene_run (&scene, create);
  g_assert_cmpint (scene.exit_code, ==, 0);
  first = g_steal_pointer (&scene.data);
  scene.data = g_strdup (other);
  cli_scene_run (&scene, restore);
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.err, "backup"));
  cli_scene_run (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.out, "whole"));
  g_assert_nonnull (strstr (scene.err, "backup"));
  cli_scene_clear (&scene);
}

/* A file of the scene that holds only the shop's paper; "correct horse" is forgotten. */
static void
test_recover (void)
{
  CliScene scene;
  g_autofree char *recovery = NULL, *slip = NULL, *path = NULL, *words = NULL;

  cli_scene_open_empty (&scene);
  path = cli_scene_file (&scene, "recovery", "whatever\n");
  words = g_strdup_printf ("recover --recovery-file %s", path);
  cli_scene_run (&scene, words); /* no shop yet */
  g_assert_cmpint (scene.exit_code, ==, 2);
  assert_sentence (&scene);
  cli_scene_run_json (&scene, "init --shop Corner --currency CNY");
  recovery = g_strdup (cli_scene_text (&scene, "recovery_key"));
  g_assert_true (g_file_set_contents (scene.pass, "battery staple\n", -1, NULL));
  cli_scene_run (&scene, "queue stats");
  g_assert_cmpint (scene.exit_code, ==, 2);

  cli_scene_run (&scene, words); /* "whatever" */
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_nonnull (strstr (scene.err, "no recovery key"));
  slip = g_strdup (recovery);
  slip[0] = slip[0] == '7' ? '8' : '7';
  g_assert_true (g_file_set_contents (path, slip, -1, NULL));
  cli_scene_run (&scene, words); /* one character is wrong */
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_nonnull (strstr (scene.err, "does not open"));
  assert_sentence (&scene);
  cli_scene_run (&scene, "recover --recovery-file /nowhere/at/all");
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_run (&scene, "recover"); /* nobody to ask */
  g_assert_cmpint (scene.exit_code, ==, 2);
  assert_sentence (&scene);
  cli_scene_run (&scene, "queue stats"); /* nothing was changed by all that */
  g_assert_cmpint (scene.exit_code, ==, 2);

  g_assert_true (g_file_set_contents (path, g_strdelimit (recovery, "-", ' '), -1, NULL));
  cli_scene_run_json (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "keeper"), ==, "passphrase");
  cli_scene_run (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_true (g_file_set_contents (scene.pass, "correct horse\n", -1, NULL));
  cli_scene_run (&scene, "queue stats");
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_clear (&scene);
}

/* A new recovery key opens the shop, and the one before doesn't any more; the journal knows. */
static void
test_recovery_key_new (void)
{
  CliScene scene;
  g_autofree char *first = NULL, *path = NULL, *words = NULL;

  cli_scene_open_empty (&scene);
  cli_scene_run (&scene, "recovery-key new"); /* no shop yet */
  g_assert_cmpint (scene.exit_code, ==, 2);
  assert_sentence (&scene);
  cli_scene_run_json (&scene, "init --shop Corner --currency CNY");
  first = g_strdup (cli_scene_text (&scene, "recovery_key"));
  path = cli_scene_file (&scene, "recovery", first);
  words = g_strdup_printf ("recover --recovery-file %s", path);
  cli_scene_run_json (&scene, "recovery-key new");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "recovery_key"), !=, first);
  cli_scene_run (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_nonnull (strstr (scene.err, "does not open"));
  cli_scene_run_json (&scene, "recovery-key new");
  g_assert_true (g_file_set_contents (path, cli_scene_text (&scene, "recovery_key"), -1, NULL));
  cli_scene_run (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_true (g_file_set_contents (scene.pass, "battery staple\n", -1, NULL));
  cli_scene_run (&scene, "recovery-key new"); /* who can't open it makes none */
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_clear (&scene);
}

/* While a till has the folder open its key stays as it is. */
static void
test_recover_busy (void)
{
  CliScene scene;
  g_autofree char *recovery = NULL, *path = NULL, *words = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (Vault) vault = NULL;

  cli_scene_open_empty (&scene);
  cli_scene_run_json (&scene, "init --shop Corner --currency CNY");
  recovery = g_strdup (cli_scene_text (&scene, "recovery_key"));
  path = cli_scene_file (&scene, "recovery", recovery);
  words = g_strdup_printf ("recover --recovery-file %s", path);
  key = vault_key_open (scene.data, BASE_SPAN_STR ("correct horse"), NULL);
  vault = vault_open (scene.data, key, VAULT_ACCESS_OWN, NULL);
  g_assert_nonnull (vault);
  g_assert_true (g_file_set_contents (scene.pass, "battery staple\n", -1, NULL));
  cli_scene_run (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 3);
  assert_sentence (&scene);
  g_clear_pointer (&vault, vault_free);
  g_assert_true (g_file_set_contents (scene.pass, "correct horse\n", -1, NULL));
  cli_scene_run (&scene, "queue stats");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_clear (&scene);
}

/* What is weighed is never sold as one kg that nobody put on a scale. */
static void
test_weight (void)
{
  CliScene scene;
  g_autofree char *goods = NULL;
  g_autofree char *words = NULL;

  cli_scene_open_empty (&scene);
  cli_scene_run (&scene, "init --shop Corner --currency JPY");
  goods = cli_scene_file (&scene, "goods.csv", "code,name,price,unit\n101,Banana,796,kg\n");
  words = g_strdup_printf ("catalogue import %s", goods);
  cli_scene_run (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run (&scene, "sell 101 --pay cash");
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_nonnull (strstr (scene.err, "0.532*101"));
  assert_sentence (&scene);
  cli_scene_run_json (&scene, "sell 0.5*101 1*101 --pay cash");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "total_minor"), ==, 398 + 796);
  cli_scene_run (&scene, "sell 1*101 --pay cash:796.50");
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_nonnull (strstr (scene.err, "in JPY: say it as cash:20"));
  cli_scene_run (&scene, "sell 1*101 --pay cash:much");
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_null (strstr (scene.err, "KWD"));
  cli_scene_clear (&scene);
}

static void
assert_not_signed_in (CliScene *scene)
{
  cli_scene_run (scene, "acquirer sign-out");
  g_assert_cmpint (scene->exit_code, ==, 1);
  g_assert_nonnull (strstr (scene->err, "Not signed in"));
}

/* Working keys of an acquirer that gives them; and of one that doesn't. */
static void
test_sign_in (void)
{
  CliScene scene;

  cli_scene_open_for (&scene, "unionpay");
  assert_not_signed_in (&scene);
  cli_scene_run_json (&scene, "acquirer sign-in");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "code"), ==, "00");
  g_assert_cmpint (cli_scene_number (&scene, "batch"), ==, 1);
  cli_scene_run_json (&scene, "acquirer sign-out");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "acquirer self-test");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "sell 111 --pay card"); /* a stripe reader's ciphertext is no use */
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "declined");
  cli_scene_set_line (&scene, FALSE);
  cli_scene_run (&scene, "acquirer sign-in");
  g_assert_cmpint (scene.exit_code, ==, 3);
  assert_sentence (&scene);
  cli_scene_clear (&scene);
  cli_scene_open (&scene);
  assert_not_signed_in (&scene);
  cli_scene_run_json (&scene, "acquirer self-test"); /* there is no key yet: by a sign-in */
  g_assert_cmpint (scene.exit_code, ==, 0);
  for (guint i = 0; i < 2; i++) /* the second one changes the key */
    {
      cli_scene_run_json (&scene, "acquirer sign-in");
      g_assert_cmpint (scene.exit_code, ==, 0);
      cli_scene_run_json (&scene, "acquirer self-test");
      g_assert_cmpint (scene.exit_code, ==, 0);
      cli_scene_run_json (&scene, "acquirer ping");
      g_assert_cmpint (scene.exit_code, ==, 0);
    }
  cli_scene_run_json (&scene, "acquirer sign-out");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_set_line (&scene, FALSE);
  scene.faults = "bad-mac=1"; /* what the wrong key looks like: that is no silence */
  cli_scene_set_line (&scene, TRUE);
  cli_scene_run (&scene, "acquirer sign-in");
  g_assert_cmpint (scene.exit_code, ==, 3);
  assert_sentence (&scene);
  g_assert_nonnull (strstr (scene.err, "answers, but not in a way that can be trusted"));
  cli_scene_clear (&scene);
}

/* In a locale without Unicode every character of the help can be read. */
static void
test_acquirer_help (void)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_BUILT, "..", "src", "training", "till-acquirer", NULL);
  const char *argv[] = { path, "--help", NULL };
  g_auto (GStrv) env = g_environ_setenv (g_get_environ (), "LC_ALL", "C", TRUE);
  g_autofree char *out = NULL;

  g_assert_true (
      g_spawn_sync (NULL, (char **)argv, env, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, NULL, NULL));
  g_assert_nonnull (strstr (out, "NAME=PROBABILITY[,...]"));
}

static void
test_demo (void)
{
  CliScene scene;

  cli_scene_open_empty (&scene);
  cli_scene_run_bare (&scene, "--training demo");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "They agree"));
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/bad-usage", test_bad_usage);
  g_test_add_func ("/cli/help", test_help);
  g_test_add_func ("/cli/help-of-each", test_help_of_each);
  g_test_add_func ("/cli/init", test_init);
  g_test_add_func ("/cli/missing-keys", test_missing_keys);
  g_test_add_func ("/cli/catalogue", test_catalogue);
  g_test_add_func ("/cli/more-codes", test_more_codes);
  g_test_add_func ("/cli/cash", test_cash);
  g_test_add_func ("/cli/nothing-sold", test_nothing_sold);
  g_test_add_func ("/cli/report-z", test_report_z);
  g_test_add_func ("/cli/report-z-on-paper", test_report_z_on_paper);
  g_test_add_func ("/cli/passphrase", test_passphrase);
  g_test_add_func ("/cli/queue", test_queue);
  g_test_add_func ("/cli/second-process", test_second_process);
  g_test_add_func ("/cli/acquirer", test_acquirer);
  g_test_add_func ("/cli/restored", test_restored);
  g_test_add_func ("/cli/recover", test_recover);
  g_test_add_func ("/cli/recovery-key-new", test_recovery_key_new);
  g_test_add_func ("/cli/recover-busy", test_recover_busy);
  g_test_add_func ("/cli/weight", test_weight);
  g_test_add_func ("/cli/sign-in", test_sign_in);
  g_test_add_func ("/cli/acquirer-help", test_acquirer_help);
  g_test_add_func ("/cli/demo", test_demo);
  return g_test_run ();
}
