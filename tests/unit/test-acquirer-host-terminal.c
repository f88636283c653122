/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox host does about a terminal: its keys, which change with each sign-in, and the
 * wish for a new one.
 */
#include "acquirer-host.h"

#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "iso8583.h"
#include "sandbox-process.h"

#define ORIGINAL 2 /* what an enquiry is about */
#define MASTER "000102030405060708090A0B0C0D0E0F"

typedef struct
{
  AcquirerProfile *profile;
  BaseSecret *master;
  AcquirerHost *host;
  AcquirerMac *mac; /* the terminal's */
} Fixture;

static void
fixture_init (Fixture *self, const char *profile)
{
  AcquirerCardKeys keys = { 0 };

  self->profile = acquirer_profile_load (profile, NULL);
  self->master = base_secret_new_from_hex (MASTER);
  self->host = acquirer_host_new (self->profile, acquirer_ledger_open (NULL, NULL), NULL,
                                  acquirer_sessions_new (self->profile, self->master, NULL), &keys);
  self->mac = acquirer_mac_new (self->profile, NULL);
  acquirer_mac_set_master (self->mac, self->master);
}

static void
fixture_clear (Fixture *self)
{
  acquirer_host_free (self->host);
  acquirer_mac_free (self->mac);
  base_secret_free (self->master);
  acquirer_profile_unref (self->profile);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

/* NULL: no answer, or one whose MAC isn't the terminal's. */
static Iso8583Message *
ask (Fixture *self, AcquirerFlowKind kind, guint stan, gboolean wants_key)
{
  AcquirerHostMood mood = { .now_unix_s = 1795406706, .wants_key = wants_key };
  AcquirerSale values = sandbox_process_sale (stan);
  AcquirerOriginal original = { .batch = values.batch, .stan = ORIGINAL };
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) answer = NULL;

  if (kind == ACQUIRER_FLOW_ENQUIRY)
    values.original = original;
  request = acquirer_message_build (self->profile, kind, &values, NULL);
  body = acquirer_mac_pack (self->mac, request, NULL);
  answer = body != NULL ? acquirer_host_handle (self->host, base_bytes_span (body), &mood) : NULL;
  return answer != NULL && acquirer_mac_check (self->mac, base_bytes_span (answer), NULL)
             ? iso8583_unpack (self->profile, base_bytes_span (answer), NULL)
             : NULL;
}

static void
expect (Fixture *self, AcquirerFlowKind kind, guint stan, gboolean wants_key, const char *code)
{
  g_autoptr (Iso8583Message) answer = ask (self, kind, stan, wants_key);

  g_assert_cmpstr (answer != NULL ? iso8583_message_get (answer, 39) : NULL, ==, code);
}

static void
sign_in (Fixture *self, guint stan)
{
  g_autoptr (Iso8583Message) answer = ask (self, ACQUIRER_FLOW_SIGN_IN, stan, FALSE);
  g_autoptr (GBytes) field = NULL;
  g_auto (AcquirerKeySet) set = { 0 };

  g_assert_nonnull (answer);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
  field = base_bytes_from_hex (iso8583_message_get (answer, 115), NULL);
  g_assert_true (acquirer_key_plan_open (acquirer_profile_key_plan (self->profile), self->master,
                                         base_bytes_span (field), &set, NULL));
  acquirer_mac_set_key (self->mac, set.keys[ACQUIRER_KEY_MAC]);
}

static void
test_keys (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (BaseSecret) stale = base_secret_new (16);

  fixture_init (&self, "sandbox");
  sign_in (&self, 1);
  expect (&self, ACQUIRER_FLOW_ECHO, 2, FALSE, "00");
  sign_in (&self, 3);
  expect (&self, ACQUIRER_FLOW_ECHO, 4, FALSE, "00");
  acquirer_mac_set_key (self.mac, stale);
  expect (&self, ACQUIRER_FLOW_ECHO, 5, FALSE, NULL); /* A0, under the key that we haven't */
  sign_in (&self, 6);
  expect (&self, ACQUIRER_FLOW_SIGN_OUT, 7, FALSE, "00");
  expect (&self, ACQUIRER_FLOW_ECHO, 8, FALSE, NULL);
}

/* What moves money is not done, and not entered; a sign-in is always let through. */
static void
test_wants_key (void)
{
  g_auto (Fixture) self = { 0 };

  fixture_init (&self, "sandbox");
  sign_in (&self, 1);
  expect (&self, ACQUIRER_FLOW_SALE, 2, TRUE, "A2");
  sign_in (&self, 3);
  expect (&self, ACQUIRER_FLOW_SALE, 2, FALSE, "00"); /* it wasn't done before */
}

static void
expect_found (Fixture *self, guint stan, const char *found, const char *code)
{
  g_autoptr (Iso8583Message) answer = ask (self, ACQUIRER_FLOW_ENQUIRY, stan, FALSE);

  g_assert_nonnull (answer);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
  g_assert_cmpstr (iso8583_message_get (answer, 116), ==, found);
  g_assert_cmpstr (iso8583_message_get (answer, 117), ==, code);
  g_assert_cmpint (iso8583_message_has (answer, 37), ==, code != NULL);
  if (strcmp (found, "none") == 0)
    g_assert_false (iso8583_message_has (answer, 120));
  else
    g_assert_cmpstr (iso8583_message_get (answer, 120), ==,
                     sandbox_process_sale (ORIGINAL).payment_id);
}

static void
reverse (Fixture *self, guint stan)
{
  AcquirerHostMood mood = { .now_unix_s = 1795406706 };
  AcquirerSale values = sandbox_process_sale (stan);
  g_autoptr (Iso8583Message) sale
      = acquirer_message_build (self->profile, ACQUIRER_FLOW_SALE, &values, NULL);
  g_autoptr (Iso8583Message) request
      = acquirer_message_reversal (self->profile, sale, "no-answer", NULL);
  g_autoptr (GBytes) body = acquirer_mac_pack (self->mac, request, NULL);
  g_autoptr (GBytes) answer = acquirer_host_handle (self->host, base_bytes_span (body), &mood);

  g_assert_nonnull (answer);
}

/* It tells, and changes nothing: what it said that it has not may still come. */
static void
test_enquiry (void)
{
  g_auto (Fixture) self = { 0 };

  fixture_init (&self, "sandbox");
  sign_in (&self, 1);
  expect_found (&self, 10, "none", NULL);
  expect_found (&self, 11, "none", NULL);
  expect (&self, ACQUIRER_FLOW_SALE, ORIGINAL, FALSE, "00");
  expect_found (&self, 12, "approved", "00");
  expect_found (&self, 12, "approved", "00");
  reverse (&self, ORIGINAL);
  expect_found (&self, 13, "reversed", "00");
}

static void
test_enquiry_of_none (void)
{
  g_auto (Fixture) self = { 0 };

  fixture_init (&self, "sandbox");
  sign_in (&self, 1);
  reverse (&self, ORIGINAL);
  expect_found (&self, 10, "tombstone", NULL);
  expect (&self, ACQUIRER_FLOW_SALE, ORIGINAL, FALSE, "12");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/host/terminal/keys", test_keys);
  g_test_add_func ("/acquirer/host/terminal/wants-key", test_wants_key);
  g_test_add_func ("/acquirer/host/terminal/enquiry", test_enquiry);
  g_test_add_func ("/acquirer/host/terminal/enquiry-of-none", test_enquiry_of_none);
  return g_test_run ();
}
