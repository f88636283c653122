/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is taken in and what is refused, when a certificate warns and when it is no longer used, and
 * that what was sealed for the one before still opens.
 */
#include "shop-testing.h"

#include "crypto-envelope.h"
#include "crypto-error.h"
#include "sync-certificates.h"
#include "sync-sign-in.h"

#include <string.h>

#define DAY_S SYNC_CERTIFICATES_DAY_S

typedef struct
{
  GBytes *certificate;
  BaseSecret *key;
} Pair;

static void
pair_clear (Pair *self)
{
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->key, base_secret_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static gint64
now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static BaseSecret *
read_file (ShopTesting *shop, const char *name)
{
  g_autofree char *path = g_build_filename (sandbox_process_dir (shop->host), "tls", name, NULL);
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  return base_secret_new_from (BASE_SPAN (text, size));
}

/* Signed by the shop's own CA. */
static void
issue (ShopTesting *shop, CryptoCertificateUsage usage, gint64 days, Pair *pair)
{
  g_autoptr (BaseSecret) ca = read_file (shop, "ca.pem");
  g_autoptr (BaseSecret) ca_key = read_file (shop, "ca.key");
  CryptoCertificateWish wish
      = { "renewed", usage, now_s () - 400 * DAY_S, now_s () + days * DAY_S };

  g_assert_true (crypto_certificate_issue_for (base_secret_span (ca), base_secret_span (ca_key),
                                               &wish, &pair->certificate, &pair->key, NULL));
}

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

static SyncCertificates
with_end (gint64 end_s)
{
  SyncCertificates certificates = { 0 };

  for (guint i = 0; i < SYNC_CERTIFICATE_FORMER; i++)
    {
      certificates.has[i] = TRUE;
      certificates.facts[i].from_unix_s = 1000;
      certificates.facts[i].until_unix_s = end_s;
      certificates.facts[i].last_unix_s = end_s;
    }
  return certificates;
}

static void
test_states (void)
{
  const gint64 end_s = G_GINT64_CONSTANT (2000000000);
  SyncCertificates certificates = with_end (end_s);
  static const struct
  {
    gint64 before_end_s;
    SyncCertificateState state;
  } cases[] = {
    { 31 * DAY_S, SYNC_CERTIFICATE_GOOD },  { 30 * DAY_S + 1, SYNC_CERTIFICATE_GOOD },
    { 30 * DAY_S, SYNC_CERTIFICATE_SOON },  { 1, SYNC_CERTIFICATE_SOON },
    { 0, SYNC_CERTIFICATE_ENDED },          { -DAY_S, SYNC_CERTIFICATE_ENDED },
    { 2000000000, SYNC_CERTIFICATE_EARLY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 at_s = end_s - cases[i].before_end_s;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (sync_certificates_state (&certificates, SYNC_CERTIFICATE_CLIENT, at_s), ==,
                       cases[i].state);
      g_assert_cmpint (sync_certificates_may_connect (&certificates, at_s, &error), ==,
                       cases[i].state != SYNC_CERTIFICATE_ENDED);
      if (error != NULL)
        g_assert_error (error, SYNC_ERROR, SYNC_ERROR_ENDED);
    }
  g_assert_cmpint (sync_certificates_state (&certificates, SYNC_CERTIFICATE_FORMER, 0), ==,
                   SYNC_CERTIFICATE_NONE);
  g_assert_cmpstr (sync_certificates_state_word (SYNC_CERTIFICATE_ENDED), ==, "ended");
  g_assert_cmpstr (sync_certificates_kind_word (SYNC_CERTIFICATE_ENVELOPE), ==, "envelope");
}

/* Of several CAs one suffices; what nobody uses any more doesn't count. */
static void
test_first_end (void)
{
  SyncCertificates certificates = with_end (5000);
  SyncCertificates none = { 0 };
  SyncCertificateKind kind;
  gint64 end_s;

  certificates.facts[SYNC_CERTIFICATE_CA].until_unix_s = 10;
  certificates.facts[SYNC_CERTIFICATE_ENVELOPE].until_unix_s = 4000;
  certificates.has[SYNC_CERTIFICATE_FORMER] = TRUE;
  certificates.facts[SYNC_CERTIFICATE_FORMER].until_unix_s = 1;
  g_assert_true (sync_certificates_first_end (&certificates, &kind, &end_s));
  g_assert_cmpint (kind, ==, SYNC_CERTIFICATE_ENVELOPE);
  g_assert_cmpint (end_s, ==, 4000);
  g_assert_false (sync_certificates_first_end (&none, &kind, &end_s));
  g_assert_true (sync_certificates_may_connect (&none, 1, NULL));
}

static void
test_sort (ShopTesting *shop, gconstpointer data)
{
  static const char *const names[] = { "ca.pem", "client.pem", "client.key", "envelope.pem" };
  SyncCertificateFiles files = { 0 };
  BaseSpan *places[] = { &files.ca, &files.client, &files.key, &files.envelope };
  g_autoptr (BaseSecret) server = read_file (shop, "server.pem");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (BaseSecret) file = read_file (shop, names[i]);

      g_assert_true (sync_certificates_sort (base_secret_span (file), &files, &error));
      g_assert_true (places[i]->data == base_secret_span (file).data);
      g_assert_false (sync_certificates_sort (base_secret_span (file), &files, &error));
      g_assert_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS);
      g_clear_error (&error);
    }
  g_assert_false (sync_certificates_sort (base_secret_span (server), &files, &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS);
  g_clear_error (&error);
  g_assert_false (sync_certificates_sort (BASE_SPAN_STR ("D0112K0AD00N0000"), &files, &error));
  g_assert_no_error (error);
  g_assert_false (
      sync_certificates_sort (BASE_SPAN_STR ("-----BEGIN CERTIFICATE-----\nx"), &files, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

static void
assert_kept (ShopTesting *shop, const char *setting, BaseSpan expected)
{
  g_autoptr (BaseSecret) value = vault_setting (shop->shop->vault, setting, NULL);

  g_assert_true (base_bytes_equal (base_secret_span (value), expected));
}

static void
test_renewal (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  g_autoptr (BaseSecret) old_envelope = read_file (shop, "envelope.pem");
  g_auto (Pair) client = { NULL, NULL };
  g_auto (Pair) envelope = { NULL, NULL };
  SyncCertificateFiles files = { 0 };
  SyncCertificates certificates;
  g_autoptr (GError) error = NULL;

  issue (shop, CRYPTO_CERTIFICATE_CLIENT, 20, &client);
  issue (shop, CRYPTO_CERTIFICATE_ENVELOPE, 400, &envelope);
  files.client = base_bytes_span (client.certificate);
  files.key = base_secret_span (client.key);
  files.envelope = base_bytes_span (envelope.certificate);
  g_assert_true (sync_certificates_take (vault, &files, &error));
  g_assert_no_error (error);
  assert_kept (shop, SYNC_SETTING_CERTIFICATE, files.client);
  assert_kept (shop, SYNC_SETTING_KEY, files.key);
  assert_kept (shop, SYNC_SETTING_ENVELOPE, files.envelope);
  assert_kept (shop, SYNC_SETTING_ENVELOPE_FORMER, base_secret_span (old_envelope));
  /* The same once more pushes nothing out. */
  g_assert_true (sync_certificates_take (vault, &files, &error));
  assert_kept (shop, SYNC_SETTING_ENVELOPE_FORMER, base_secret_span (old_envelope));
  sync_certificates_read (vault, &certificates);
  g_assert_cmpstr (certificates.facts[SYNC_CERTIFICATE_CLIENT].name, ==, "renewed");
  g_assert_cmpint (sync_certificates_state (&certificates, SYNC_CERTIFICATE_CLIENT, now_s ()), ==,
                   SYNC_CERTIFICATE_SOON);
  g_assert_true (certificates.has[SYNC_CERTIFICATE_FORMER]);
  /* The host knows the new one by its CA. */
  shop_testing_reopen (shop);
  g_assert_cmpint (sync_sign_in_echo (shop->shop->line, NULL, &error), ==,
                   ACQUIRER_EXCHANGE_ANSWERED);
}

static void
refuse (ShopTesting *shop, const SyncCertificateFiles *files)
{
  g_autoptr (BaseSecret) before = vault_setting (shop->shop->vault, SYNC_SETTING_ENVELOPE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (sync_certificates_take (shop->shop->vault, files, &error));
  g_assert_true (error->domain == SYNC_ERROR || error->domain == CRYPTO_ERROR);
  assert_kept (shop, SYNC_SETTING_ENVELOPE, base_secret_span (before));
}

static void
test_refusals (ShopTesting *shop, gconstpointer data)
{
  g_auto (Pair) client = { NULL, NULL };
  g_auto (Pair) envelope = { NULL, NULL };
  g_auto (Pair) ended = { NULL, NULL };
  g_auto (Pair) other_ca = { NULL, NULL };
  g_autoptr (BaseSecret) old_client = read_file (shop, "client.pem");
  SyncCertificateFiles files = { 0 };

  issue (shop, CRYPTO_CERTIFICATE_CLIENT, 100, &client);
  issue (shop, CRYPTO_CERTIFICATE_ENVELOPE, 100, &envelope);
  issue (shop, CRYPTO_CERTIFICATE_ENVELOPE, -1, &ended);
  g_assert_true (
      crypto_certificate_make_ca ("Another", &other_ca.certificate, &other_ca.key, NULL));
  files.envelope = base_bytes_span (ended.certificate); /* past its end */
  refuse (shop, &files);
  files.envelope = base_bytes_span (client.certificate); /* for another use */
  refuse (shop, &files);
  files.envelope = base_bytes_span (envelope.certificate);
  files.client = base_bytes_span (client.certificate); /* its key is missing: all is refused */
  refuse (shop, &files);
  files.key = base_secret_span (envelope.key); /* another's key */
  refuse (shop, &files);
  files.key = base_secret_span (client.key);
  files.ca = base_bytes_span (other_ca.certificate); /* signed by nobody we believe */
  refuse (shop, &files);
  files.ca = base_bytes_span (client.certificate); /* no CA */
  refuse (shop, &files);
  files
      = (SyncCertificateFiles){ .key = base_secret_span (client.key) }; /* not the present one's */
  refuse (shop, &files);
  files = (SyncCertificateFiles){ .client = base_secret_span (old_client) }; /* the present one */
  g_assert_true (sync_certificates_take (shop->shop->vault, &files, NULL));
}

static void
assert_opens (Pair *pair, GBytes *sealed, gboolean expected)
{
  g_autoptr (BaseSecret) plain
      = crypto_envelope_open (base_bytes_span (pair->certificate), base_secret_span (pair->key),
                              base_bytes_span (sealed), NULL);

  g_assert_cmpint (plain != NULL, ==, expected);
}

/* What waits in the queue was sealed for the old key and goes out as it is. */
static void
test_sealing (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  g_auto (Pair) first = { NULL, NULL };
  g_auto (Pair) second = { NULL, NULL };
  SyncCertificateFiles files = { 0 };
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GBytes) late = NULL;
  g_autoptr (GError) error = NULL;

  issue (shop, CRYPTO_CERTIFICATE_ENVELOPE, 10, &first);
  issue (shop, CRYPTO_CERTIFICATE_ENVELOPE, 400, &second);
  files.envelope = base_bytes_span (first.certificate);
  g_assert_true (sync_certificates_take (vault, &files, NULL));
  before = sync_certificates_seal (vault, BASE_SPAN_STR ("chip"), now_s (), &error);
  g_assert_no_error (error);
  late = sync_certificates_seal (vault, BASE_SPAN_STR ("chip"), now_s () + 11 * DAY_S, &error);
  g_assert_null (late);
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_ENDED);
  g_clear_error (&error);
  files.envelope = base_bytes_span (second.certificate);
  g_assert_true (sync_certificates_take (vault, &files, NULL));
  after = sync_certificates_seal (vault, BASE_SPAN_STR ("chip"), now_s () + 11 * DAY_S, &error);
  g_assert_no_error (error);
  assert_opens (&first, before, TRUE);
  assert_opens (&second, before, FALSE);
  assert_opens (&second, after, TRUE);
  g_assert_true (vault_setting_set_text (vault, SYNC_SETTING_ENVELOPE, "", NULL));
  g_assert_null (sync_certificates_seal (vault, BASE_SPAN_STR ("chip"), now_s (), &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS);
}

/* With its own certificate ended, the till doesn't even try. */
static void
test_line_ends (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  g_auto (Pair) client = { NULL, NULL };
  g_autoptr (SyncLine) line = NULL;
  g_autoptr (GError) error = NULL;

  issue (shop, CRYPTO_CERTIFICATE_CLIENT, -1, &client);
  g_assert_true (vault_setting_set (vault, SYNC_SETTING_CERTIFICATE,
                                    base_bytes_span (client.certificate), NULL));
  g_assert_true (vault_setting_set (vault, SYNC_SETTING_KEY, base_secret_span (client.key), NULL));
  line = sync_line_new (vault, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sync_sign_in_echo (line, NULL, &error), ==, ACQUIRER_EXCHANGE_NOT_SENT);
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_ENDED);
  g_clear_error (&error);
  g_assert_false (sync_line_connect (line, NULL, &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_ENDED);
  g_assert_false (sync_line_is_online (line, &(gint64){ 0 }));
}

#define ADD(name, test)                                                                            \
  g_test_add ("/sync/certificates/" name, ShopTesting, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/certificates/states", test_states);
  g_test_add_func ("/sync/certificates/first-end", test_first_end);
  ADD ("sort", test_sort);
  ADD ("renewal", test_renewal);
  ADD ("refusals", test_refusals);
  ADD ("sealing", test_sealing);
  ADD ("line-ends", test_line_ends);
  return g_test_run ();
}
