/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-host-testing.h"

#include "sandbox-process.h"

#include <glib/gstdio.h>
#include <string.h>

void
acquirer_host_testing_init (AcquirerHostTesting *self)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex ("2B7E151628AED2A6ABF7158809CF4F3C", NULL);
  AcquirerCardKeys keys = { 0 };

  self->profile = acquirer_profile_load ("sandbox", NULL);
  self->key = base_secret_new_from (base_bytes_span (bytes));
  self->mac = acquirer_mac_new (self->profile, self->key);
  self->ledger = acquirer_ledger_open (NULL, NULL);
  self->host = acquirer_host_new (self->profile, self->ledger, self->key, NULL, &keys);
}

void
acquirer_host_testing_clear (AcquirerHostTesting *self)
{
  acquirer_host_free (self->host);
  acquirer_mac_free (self->mac);
  base_secret_free (self->key);
  acquirer_profile_unref (self->profile);
  g_free (self->reference);
  g_free (self->authorisation);
  g_free (self->date);
}

Iso8583Message *
acquirer_host_testing_ask_bytes (AcquirerHostTesting *self, BaseSpan body)
{
  AcquirerHostMood mood = { .now_unix_s = 1795406706 };
  g_autoptr (GBytes) answer = acquirer_host_handle (self->host, body, &mood);

  if (answer == NULL)
    return NULL;
  g_assert_true (acquirer_mac_check (self->mac, base_bytes_span (answer), NULL));
  return iso8583_unpack (self->profile, base_bytes_span (answer), NULL);
}

Iso8583Message *
acquirer_host_testing_ask (AcquirerHostTesting *self, const Iso8583Message *request)
{
  g_autoptr (GBytes) body = acquirer_mac_pack (self->mac, request, NULL);

  g_assert_nonnull (body);
  return acquirer_host_testing_ask_bytes (self, base_bytes_span (body));
}

Iso8583Message *
acquirer_host_testing_sale (AcquirerHostTesting *self, guint stan)
{
  AcquirerSale values = sandbox_process_sale (stan);

  return acquirer_message_build (self->profile, ACQUIRER_FLOW_SALE, &values, NULL);
}

void
acquirer_host_testing_expect (AcquirerHostTesting *self,
                              const Iso8583Message *request,
                              const char *code,
                              const char *reason)
{
  g_autoptr (Iso8583Message) answer = acquirer_host_testing_ask (self, request);

  g_assert_nonnull (answer);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, code);
  g_assert_cmpstr (iso8583_message_get (answer, 44), ==, reason);
  g_assert_true (acquirer_message_matches (self->profile, request, answer));
}

/* A terminal that signed in before, with the key under which the frames of UnionPay's dialect were
 * made: 0123456789ABCDEFFEDCBA9876543210 (wrapped with `openssl enc -des-ede`). */
#define MASTER "0123456789ABCDEF1032547698BADCFE"
void
acquirer_host_testing_init_unionpay (AcquirerHostTesting *self, const char *session)
{
  g_autoptr (BaseSecret) master = base_secret_new_from_hex (MASTER);
  g_autofree char *dir = g_dir_make_tmp ("till-host-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "sessions.ini", NULL);
  AcquirerCardKeys keys = { 0 };

  g_assert_true (g_file_set_contents (path, session, -1, NULL));
  self->profile = acquirer_profile_load ("unionpay", NULL);
  self->key = base_secret_new_from_hex ("0123456789ABCDEFFEDCBA9876543210");
  self->mac = acquirer_mac_new (self->profile, self->key);
  self->ledger = acquirer_ledger_open (NULL, NULL);
  self->host = acquirer_host_new (self->profile, self->ledger, NULL,
                                  acquirer_sessions_new (self->profile, master, path), &keys);
  g_unlink (path);
  g_rmdir (dir);
}

void
acquirer_host_testing_begin (AcquirerHostTesting *self, const char *dialect, AcquirerFlowKind kind)
{
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (Iso8583Message) request = NULL;
  AcquirerSale values;

  if (dialect != NULL)
    acquirer_host_testing_init_unionpay (self, SESSION_OPEN);
  else
    acquirer_host_testing_init (self);
  values = acquirer_host_testing_values (self, ACQUIRER_HOST_TESTING_ORIGINAL);
  request = acquirer_message_build (self->profile, kind, &values, NULL);
  answer = acquirer_host_testing_ask (self, request);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
  self->reference = g_strdup (iso8583_message_get (answer, 37));
  self->authorisation = g_strdup (iso8583_message_get (answer, 38));
  self->date = g_strdup (iso8583_message_get (answer, 13));
}

AcquirerSale
acquirer_host_testing_values (const AcquirerHostTesting *self, guint stan)
{
  AcquirerSale values;

  if (strcmp (acquirer_profile_name (self->profile), "unionpay") != 0)
    return sandbox_process_sale (stan);
  values = sandbox_process_chip_sale (stan);
  values.terminal = "12345678"; /* the one that has signed in */
  return values;
}

AcquirerSale
acquirer_host_testing_about (const AcquirerHostTesting *self, guint stan)
{
  AcquirerSale values = acquirer_host_testing_values (self, stan);

  values.entry = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_NONE };
  values.original = (AcquirerOriginal){ values.batch, ACQUIRER_HOST_TESTING_ORIGINAL, self->date,
                                        self->reference, self->authorisation };
  return values;
}

void
acquirer_host_testing_expect_twice (AcquirerHostTesting *self,
                                    AcquirerFlowKind kind,
                                    const AcquirerSale *values,
                                    const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Iso8583Message) request = acquirer_message_build (self->profile, kind, values, &error);
  g_autoptr (Iso8583Message) answer = NULL, again = NULL;

  g_assert_no_error (error);
  answer = acquirer_host_testing_ask (self, request);
  again = acquirer_host_testing_ask (self, request);
  g_assert_true (acquirer_message_matches (self->profile, request, answer));
  g_assert_true (acquirer_message_matches (self->profile, request, again));
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, code);
  g_assert_cmpstr (iso8583_message_get (again, 39), ==, code);
  g_assert_cmpstr (iso8583_message_get (answer, 37), ==, iso8583_message_get (again, 37));
}

void
acquirer_host_testing_reverse (AcquirerHostTesting *self,
                               AcquirerFlowKind kind,
                               const AcquirerSale *values,
                               const char *code)
{
  g_autoptr (Iso8583Message) request = acquirer_message_build (self->profile, kind, values, NULL);
  g_autoptr (Iso8583Message) reversal
      = acquirer_message_reversal (self->profile, request, "no-answer", NULL);
  g_autoptr (Iso8583Message) answer = NULL;

  g_assert_nonnull (reversal);
  answer = acquirer_host_testing_ask (self, reversal);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, code);
}
