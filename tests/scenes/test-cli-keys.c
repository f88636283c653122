/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The acquirer's keys and certificates through the built programs: a master key that comes in a key
 * block is the one that the acquirer's working keys open under; certificates are renewed, and one
 * that has ended is no longer used; no key is ever printed or lies open in the shop's folder.
 */
#include "cli-scene.h"

#include "crypto-certificate.h"
#include "crypto-keyblock.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define COMPONENT_1 "6D6BE51F04076267 61774B3A5B4F9B1A"
#define COMPONENT_2 "0123456789ABCDEFFEDCBA9876543210"
#define TOGETHER "6C48A0788DACAF889FABF1A22D1BA90A"
#define TOGETHER_CHECK_LENGTH 10
#define DAY_S (24 * 60 * 60)
#define SHORT_LIFE_S 4

static BaseSecret *
read_file (CliScene *scene, const char *name)
{
  g_autofree char *path = g_build_filename (scene->tls, name, NULL);
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  return base_secret_new_from (BASE_SPAN (text, size));
}

static char *
read_hex (CliScene *scene, const char *name)
{
  g_autoptr (BaseSecret) file = read_file (scene, name);

  return g_strstrip (
      g_strndup ((const char *)base_secret_span (file).data, base_secret_size (file)));
}

/* A key of the acquirer's folder, or another, as a key block under the two components. `usage` is
 * X9.143's, for AES with an A behind it. */
static char *
make_block (CliScene *scene, const char *name, const char *usage, const char *hex)
{
  gboolean master = usage[0] == 'K', aes = usage[2] == 'A';
  CryptoKeyblock block = { .version = aes ? 'D' : 'B',
                           .algorithm = aes ? 'A' : 'T',
                           .mode = master ? 'D' : 'C',
                           .key_version = "01",
                           .exportability = 'N' };
  g_autoptr (BaseSecret) transport = base_secret_new_from_hex (TOGETHER);
  g_autoptr (BaseSecret) key = base_secret_new_from_hex (hex);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_strlcpy (block.usage, usage, sizeof block.usage);
  text = crypto_keyblock_wrap (&block, transport, key, &error);
  g_assert_no_error (error);
  return cli_scene_file (scene, name, text);
}

static void
run_on_file (CliScene *scene, const char *words, const char *path)
{
  g_autofree char *all = g_strdup_printf ("%s %s", words, path);

  cli_scene_run_json (scene, all);
}

static void
keep_transport (CliScene *scene)
{
  g_autofree char *first = cli_scene_file (scene, "first", COMPONENT_1 "\n");
  g_autofree char *second = cli_scene_file (scene, "second", "# of Li\n" COMPONENT_2 "\n");
  g_autofree char *words
      = g_strdup_printf ("acquirer transport-key %s %s --by Wang --by Li", first, second);

  cli_scene_run_json (scene, words);
  g_assert_cmpint (scene->exit_code, ==, 0);
}

static const char *
check_of (CliScene *scene, const char *kind)
{
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *path = g_strdup_printf ("keys.%u.kind", i);
      g_autofree char *check = g_strdup_printf ("keys.%u.check", i);

      if (cli_scene_at (scene, path) != NULL && g_str_equal (cli_scene_text (scene, path), kind))
        return cli_scene_text (scene, check);
    }
  return NULL;
}

/* Case doesn't matter, nor whether it is text or bytes. */
static void
assert_hidden (CliScene *scene, const char *hex)
{
  static const char *const names[] = { "till.db", "till.db-wal", "key.ini" };
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);
  BaseSpan raw = base_bytes_span (bytes);

  g_assert_null (strstr (scene->out, hex));
  g_assert_null (strstr (scene->err, hex));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (scene->data, names[i], NULL);
      g_autofree char *file = NULL;
      gsize size = 0;

      if (!g_file_get_contents (path, &file, &size, NULL))
        continue;
      g_assert_null (memmem (file, size, hex, strlen (hex)));
      g_assert_null (memmem (file, size, raw.data, raw.size));
    }
}

static void
test_master_key (void)
{
  CliScene scene;
  g_autofree char *master = NULL;
  g_autofree char *same = NULL;
  g_autofree char *other = NULL;
  g_autofree char *check = NULL;

  cli_scene_open_for (&scene, "unionpay");
  master = read_hex (&scene, "master.key");
  same = make_block (&scene, "same.tr31", "K0", master);
  other = make_block (&scene, "other.tr31", "K0", "00112233445566778899AABBCCDDEEFF");
  run_on_file (&scene, "acquirer load", same);
  g_assert_cmpint (scene.exit_code, ==, 2); /* no transport key yet */
  keep_transport (&scene);
  g_assert_cmpuint (strlen (check_of (&scene, "transport-aes")), ==, TOGETHER_CHECK_LENGTH);
  check = g_strdup (check_of (&scene, "master"));
  assert_hidden (&scene, TOGETHER);
  cli_scene_run_json (&scene, "acquirer sign-in");
  g_assert_cmpint (scene.exit_code, ==, 0);
  /* A master key that the acquirer doesn't have: its working keys don't open. */
  run_on_file (&scene, "acquirer load", other);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (check_of (&scene, "former-master"), ==, check);
  g_assert_cmpstr (check_of (&scene, "master"), !=, check);
  cli_scene_run_json (&scene, "acquirer sign-in");
  g_assert_cmpint (scene.exit_code, !=, 0);
  /* The acquirer's own, by its block; and back and forth. */
  run_on_file (&scene, "acquirer load", same);
  g_assert_cmpstr (check_of (&scene, "master"), ==, check);
  cli_scene_run_json (&scene, "acquirer sign-in");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "acquirer former-key");
  g_assert_cmpstr (check_of (&scene, "former-master"), ==, check);
  cli_scene_run_json (&scene, "acquirer former-key");
  cli_scene_run_json (&scene, "acquirer sign-in");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run (&scene, "acquirer keys");
  assert_hidden (&scene, master);
  assert_hidden (&scene, TOGETHER);
  cli_scene_clear (&scene);
}

static void
remove_shop (CliScene *scene)
{
  g_autoptr (GDir) dir = g_dir_open (scene->data, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (scene->data, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (scene->data), ==, 0);
}

/* Where the key comes in a key block: the shop is set up without one, says so, and takes no cards
 * until it is there. */
static void
test_key_later (void)
{
  CliScene scene;
  g_autofree char *mac = NULL;
  g_autofree char *open = NULL;
  g_autofree char *block = NULL;
  g_autofree char *words = NULL;
  g_autofree char *later = NULL;

  cli_scene_open (&scene);
  mac = read_hex (&scene, "master.key");
  open = g_build_filename (scene.tls, "master.key", NULL);
  block = make_block (&scene, "block", "K0A", mac);
  remove_shop (&scene);
  words = g_strdup_printf ("init --shop Second --currency CNY --acquirer 127.0.0.1:%u --tls-dir %s",
                           scene.port, scene.tls);
  later = g_strconcat (words, " --key-later", NULL);
  g_assert_cmpint (g_unlink (open), ==, 0);
  cli_scene_run (&scene, words);
  g_assert_cmpint (scene.exit_code, !=, 0);
  g_assert_nonnull (strstr (scene.err, "--key-later"));
  cli_scene_run (&scene, later);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "acquirer transport-key"));
  cli_scene_run_json (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.err, "key is not in this till yet"));
  keep_transport (&scene);
  run_on_file (&scene, "acquirer load", block);
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_hidden (&scene, mac);
  cli_scene_clear (&scene);
}

/* From what till-acquirer itself gives out: two sheets of paper, and a key block. */
static void
take_in_keys (CliScene *scene)
{
  g_autofree char *transport
      = g_strdup_printf ("acquirer transport-key %s/transport-1.txt %s/transport-2.txt --by Wang "
                         "--by Li",
                         scene->tls, scene->tls);
  g_autofree char *load = g_strdup_printf ("acquirer load %s/terminal.tr31", scene->tls);

  cli_scene_run_json (scene, transport);
  g_assert_cmpint (scene->exit_code, ==, 0);
  cli_scene_run_json (scene, load);
  g_assert_cmpint (scene->exit_code, ==, 0);
}

static void
set_up_later (CliScene *scene)
{
  g_autofree char *goods = cli_scene_file (scene, "goods.csv", "code,name,price\n111,Apple,1.50\n");
  g_autofree char *import = g_strdup_printf ("catalogue import %s", goods);
  g_autofree char *words
      = g_strdup_printf ("init --shop Second --currency CNY --profile %s --acquirer 127.0.0.1:%u "
                         "--tls-dir %s --key-later",
                         scene->profile, scene->port, scene->tls);

  remove_shop (scene);
  cli_scene_run (scene, words);
  g_assert_cmpint (scene->exit_code, ==, 0);
  cli_scene_run (scene, import);
  g_assert_cmpint (scene->exit_code, ==, 0);
}

static void
sell_by_card (CliScene *scene, const char *state)
{
  g_autofree char *swipes
      = cli_scene_file (scene, "swipes.txt", ";4761739001010119=30122011143878089?\n");
  g_autofree char *bench = g_strdup_printf ("--stripe=magtek --swipe %s", swipes);

  cli_scene_run_on (scene, bench, "sell 111 --pay card");
  g_assert_cmpstr (cli_scene_text (scene, "payments.0.state"), ==, state);
}

static void
restart_acquirer (CliScene *scene, gboolean next_key)
{
  cli_scene_set_line (scene, FALSE);
  scene->next_key = next_key;
  cli_scene_set_line (scene, TRUE);
}

static void
expect (CliScene *scene, const char *words, int exit_code)
{
  cli_scene_run_json (scene, words);
  g_assert_cmpint (scene->exit_code, ==, exit_code);
}

/* The whole way round with nothing but what the acquirer gave out. A record that waits while both
 * sides change their keys goes out once, under the new one, and not before both have it. */
static void
test_round (void)
{
  CliScene scene;
  g_autofree char *next = NULL;
  g_autofree char *envelope = NULL;
  gint64 minor;

  cli_scene_open (&scene);
  set_up_later (&scene);
  sell_by_card (&scene, "declined");
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.reason"), ==, "no-key");
  take_in_keys (&scene);
  expect (&scene, "acquirer sign-in", 0);
  sell_by_card (&scene, "approved");
  cli_scene_set_line (&scene, FALSE);
  sell_by_card (&scene, "stored");
  restart_acquirer (&scene, TRUE);
  expect (&scene, "queue send", 1);
  g_assert_cmpuint (cli_scene_ledger (&scene, "charge", &minor), ==, 1);
  next = g_strdup_printf ("acquirer load %s/next.tr31", scene.tls);
  expect (&scene, next, 0);
  expect (&scene, "queue send", 0);
  g_assert_cmpuint (cli_scene_ledger (&scene, "charge", &minor), ==, 2);
  g_assert_cmpint (minor, ==, 300);
  /* The acquirer goes back, and so does the till. */
  restart_acquirer (&scene, FALSE);
  cli_scene_run (&scene, "acquirer sign-in");
  g_assert_cmpint (scene.exit_code, !=, 0);
  expect (&scene, "acquirer former-key", 0);
  expect (&scene, "acquirer sign-in", 0);
  sell_by_card (&scene, "approved");
  envelope = g_strdup_printf ("acquirer load %s/next-envelope.pem", scene.tls);
  expect (&scene, envelope, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "certificates.2.name"), ==,
                   "Till sandbox next-envelope");
  g_assert_cmpstr (cli_scene_text (&scene, "certificates.3.kind"), ==, "former-envelope");
  expect (&scene, "queue verify", 0);
  expect (&scene, "journal verify", 0);
  cli_scene_clear (&scene);
}

/* TDES: the block is of version B, and a sign-in carries no MAC that would tell a wrong key. */
static void
test_round_unionpay (void)
{
  CliScene scene;
  g_autofree char *next = NULL;

  cli_scene_open_for (&scene, "unionpay");
  set_up_later (&scene);
  expect (&scene, "acquirer sign-in", 1);
  take_in_keys (&scene);
  expect (&scene, "acquirer sign-in", 0);
  restart_acquirer (&scene, TRUE);
  cli_scene_run (&scene, "acquirer sign-in");
  g_assert_cmpint (scene.exit_code, !=, 0);
  next = g_strdup_printf ("acquirer load %s/next.tr31", scene.tls);
  expect (&scene, next, 0);
  expect (&scene, "acquirer sign-in", 0);
  cli_scene_clear (&scene);
}

/* NAME.pem and NAME.key, signed by the acquirer's CA; the words that load them. */
static char *
issue (CliScene *scene, const char *name, CryptoCertificateUsage usage, gint64 seconds)
{
  g_autoptr (BaseSecret) ca = read_file (scene, "ca.pem");
  g_autoptr (BaseSecret) ca_key = read_file (scene, "ca.key");
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  CryptoCertificateWish wish = { name, usage, now_s - 400 * DAY_S, now_s + seconds };
  g_autoptr (GBytes) certificate = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autofree char *pem_name = g_strconcat (name, ".pem", NULL);
  g_autofree char *key_name = g_strconcat (name, ".key", NULL);
  g_autofree char *pem_text = NULL;
  g_autofree char *key_text = NULL;
  g_autofree char *pem = NULL;
  g_autofree char *private = NULL;

  g_assert_true (crypto_certificate_issue_for (base_secret_span (ca), base_secret_span (ca_key),
                                               &wish, &certificate, &key, NULL));
  pem_text = g_strndup (g_bytes_get_data (certificate, NULL), g_bytes_get_size (certificate));
  key_text = g_strndup ((const char *)base_secret_span (key).data, base_secret_size (key));
  pem = cli_scene_file (scene, pem_name, pem_text);
  private = cli_scene_file (scene, key_name, key_text);
  return usage == CRYPTO_CERTIFICATE_CLIENT ? g_strdup_printf ("acquirer load %s %s", pem, private)
                                            : g_strdup_printf ("acquirer load %s", pem);
}

static void
test_renewal (void)
{
  CliScene scene;
  g_autofree char *ended = NULL;
  g_autofree char *client = NULL;
  g_autofree char *envelope = NULL;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "acquirer keys");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "certificates.1.kind"), ==, "client");
  g_assert_cmpstr (cli_scene_text (&scene, "certificates.1.state"), ==, "good");
  ended = issue (&scene, "ended", CRYPTO_CERTIFICATE_CLIENT, -DAY_S);
  client = issue (&scene, "soon", CRYPTO_CERTIFICATE_CLIENT, 20 * DAY_S + 60);
  envelope = issue (&scene, "cards", CRYPTO_CERTIFICATE_ENVELOPE, 400 * DAY_S);
  cli_scene_run_json (&scene, ended);
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_run_json (&scene, client);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "certificates.1.name"), ==, "soon");
  g_assert_cmpstr (cli_scene_text (&scene, "certificates.1.state"), ==, "soon");
  g_assert_cmpint (cli_scene_number (&scene, "certificates.1.days_left"), ==, 20);
  cli_scene_run_json (&scene, envelope);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "certificates.2.name"), ==, "cards");
  g_assert_cmpstr (cli_scene_text (&scene, "certificates.3.kind"), ==, "former-envelope");
  cli_scene_run (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "This till's certificate ends on "));
  cli_scene_clear (&scene);
}

/* One that ends while it is in use. */
static void
test_end (void)
{
  CliScene scene;
  g_autofree char *brief = NULL;
  g_autofree char *fresh = NULL;

  cli_scene_open (&scene);
  fresh = issue (&scene, "fresh", CRYPTO_CERTIFICATE_CLIENT, 100 * DAY_S);
  brief = issue (&scene, "brief", CRYPTO_CERTIFICATE_CLIENT, SHORT_LIFE_S);
  cli_scene_run_json (&scene, brief);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_usleep ((SHORT_LIFE_S + 1) * G_USEC_PER_SEC);
  cli_scene_run_json (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.err, "a certificate has ended"));
  cli_scene_run (&scene, "acquirer keys");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.out, "This till's certificate ended on "));
  cli_scene_run_json (&scene, fresh);
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_clear (&scene);
}

/* Two people at one keyboard: each is asked for a name, nothing that they type is seen, each sees a
 * check value. Whoever stops half-way leaves nothing behind. */
static void
test_dual_control (void)
{
  static const char *const whole[]
      = { "component 1", "Wang\n",         "it isn't shown", COMPONENT_1 "\n", "component 2",
          "Li\n",        "it isn't shown", COMPONENT_2 "\n", "there is none",  "\n",
          NULL };
  static const char *const alone[]
      = { "component 1", "Wang\n", "it isn't shown", COMPONENT_1 "\n", "component 2", "\n", NULL };
  static const char *const aborted[] = {
    "component 1", "Wang\n", "it isn't shown", COMPONENT_1 "\n", "component 2", "\x03", NULL
  };
  static const char *const unread[] = { "component 1", "Wang\n", "it isn't shown", "123\n", NULL };
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_tty (&scene, "acquirer transport-key", unread);
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_run_tty (&scene, "acquirer transport-key", alone);
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_run_tty (&scene, "acquirer transport-key", aborted);
  g_assert_cmpint (scene.exit_code, ==, 128 + SIGINT);
  cli_scene_run_json (&scene, "acquirer keys");
  g_assert_null (check_of (&scene, "transport-aes"));
  cli_scene_run_tty (&scene, "acquirer transport-key", whole);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "of Wang: check value"));
  g_assert_nonnull (strstr (scene.out, "of Li: check value"));
  g_assert_null (strstr (scene.out, COMPONENT_1));
  g_assert_null (strstr (scene.out, COMPONENT_2));
  assert_hidden (&scene, TOGETHER);
  cli_scene_run_json (&scene, "acquirer keys");
  g_assert_nonnull (check_of (&scene, "transport-aes"));
  cli_scene_run_json (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_clear (&scene);
}

static void
test_refusals (void)
{
  CliScene scene;
  g_autofree char *nonsense = NULL;
  g_autofree char *alone = NULL;
  g_autofree char *block = NULL;
  g_autofree char *mixed = NULL;

  cli_scene_open (&scene);
  nonsense = cli_scene_file (&scene, "nonsense", "hello\n");
  block = make_block (&scene, "block", "M6A", "00112233445566778899AABBCCDDEEFF");
  mixed = g_strdup_printf ("acquirer load %s %s/ca.pem", block, scene.tls);
  cli_scene_run_json (&scene, "acquirer load /nowhere/at/all");
  g_assert_cmpint (scene.exit_code, ==, 2);
  run_on_file (&scene, "acquirer load", nonsense);
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_run_json (&scene, mixed);
  g_assert_cmpint (scene.exit_code, ==, 2);
  run_on_file (&scene, "acquirer transport-key", nonsense);
  g_assert_cmpint (scene.exit_code, ==, 2);
  alone = g_build_filename (scene.tls, "transport-1.txt", NULL);
  run_on_file (&scene, "acquirer transport-key", alone);
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_nonnull (strstr (scene.err, "One component alone"));
  cli_scene_run_json (&scene, "acquirer transport-key"); /* nobody to ask */
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_run_json (&scene, "acquirer former-key");
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_run_json (&scene, "acquirer ping");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-keys/master-key", test_master_key);
  g_test_add_func ("/cli-keys/key-later", test_key_later);
  g_test_add_func ("/cli-keys/round", test_round);
  g_test_add_func ("/cli-keys/round-unionpay", test_round_unionpay);
  g_test_add_func ("/cli-keys/renewal", test_renewal);
  g_test_add_func ("/cli-keys/end", test_end);
  g_test_add_func ("/cli-keys/dual-control", test_dual_control);
  g_test_add_func ("/cli-keys/refusals", test_refusals);
  return g_test_run ();
}
