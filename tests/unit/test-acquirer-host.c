/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox host refuses, and by which name; the golden frames are given to it as they are.
 */
#include "acquirer-host.h"

#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "crypto-certificate.h"
#include "crypto-envelope.h"
#include "iso8583.h"
#include "sandbox-process.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  AcquirerProfile *profile;
  BaseSecret *key;
  AcquirerMac *mac;
  AcquirerHost *host;
} Fixture;

static void
fixture_init (Fixture *self)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex ("2B7E151628AED2A6ABF7158809CF4F3C", NULL);
  AcquirerCardKeys keys = { 0 };

  self->profile = acquirer_profile_load ("sandbox", NULL);
  self->key = base_secret_new_from (base_bytes_span (bytes));
  self->mac = acquirer_mac_new (self->profile, self->key);
  self->host = acquirer_host_new (self->profile, acquirer_ledger_open (NULL, NULL), self->key, NULL,
                                  &keys);
}

static void
fixture_clear (Fixture *self)
{
  acquirer_host_free (self->host);
  acquirer_mac_free (self->mac);
  base_secret_free (self->key);
  acquirer_profile_unref (self->profile);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static Iso8583Message *
ask_bytes (Fixture *self, BaseSpan body)
{
  AcquirerHostMood mood = { .now_unix_s = 1795406706 };
  g_autoptr (GBytes) answer = acquirer_host_handle (self->host, body, &mood);

  if (answer == NULL)
    return NULL;
  g_assert_true (acquirer_mac_check (self->mac, base_bytes_span (answer), NULL));
  return iso8583_unpack (self->profile, base_bytes_span (answer), NULL);
}

static Iso8583Message *
ask (Fixture *self, const Iso8583Message *request)
{
  g_autoptr (GBytes) body = acquirer_mac_pack (self->mac, request, NULL);

  g_assert_nonnull (body);
  return ask_bytes (self, base_bytes_span (body));
}

static Iso8583Message *
sale (Fixture *self, guint stan)
{
  AcquirerSale values = sandbox_process_sale (stan);

  return acquirer_message_sale (self->profile, &values, NULL);
}

static void
expect (Fixture *self, const Iso8583Message *request, const char *code, const char *reason)
{
  g_autoptr (Iso8583Message) answer = ask (self, request);

  g_assert_nonnull (answer);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, code);
  g_assert_cmpstr (iso8583_message_get (answer, 44), ==, reason);
  g_assert_true (acquirer_message_matches (self->profile, request, answer));
}

static GBytes *
read_frame (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "iso8583", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) hex = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (strstr (text, "\nframe\n"), "\n", -1);
  for (guint i = 3; lines[i] != NULL; i++) /* behind "frame" and the length */
    {
      g_auto (GStrv) halves = g_strsplit (lines[i], "#", 2);

      g_string_append (hex, halves[0] != NULL ? halves[0] : "");
    }
  return base_bytes_from_hex (hex->str, NULL);
}

static const struct
{
  const char *request;
  const char *mti;
  const char *code;
} golden[] = {
  { "sandbox-reversal.txt", "0410", "25" },
  { "sandbox-echo.txt", "0810", "00" },
  { "sandbox-sale.txt", "0210", "12" }, /* its reversal came first */
};

static void
test_golden (void)
{
  g_auto (Fixture) self = { 0 };

  fixture_init (&self);
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      g_autoptr (GBytes) body = read_frame (golden[i].request);
      g_autoptr (Iso8583Message) answer = ask_bytes (&self, base_bytes_span (body));

      g_assert_cmpstr (iso8583_message_mti (answer), ==, golden[i].mti);
      g_assert_cmpstr (iso8583_message_get (answer, 39), ==, golden[i].code);
    }
}

/* Byte for byte what the hand wrote. */
static void
test_golden_answers (void)
{
  static const char *const pairs[][2]
      = { { "sandbox-sale.txt", "sandbox-sale-approved.txt" },
          { "sandbox-reversal.txt", "sandbox-reversal-acknowledged.txt" },
          { "sandbox-echo.txt", "sandbox-echo-answer.txt" } };
  g_auto (Fixture) self = { 0 };
  AcquirerHostMood mood = { .now_unix_s = 1795406706 };

  fixture_init (&self);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GBytes) request = read_frame (pairs[i][0]);
      g_autoptr (GBytes) wanted = read_frame (pairs[i][1]);
      g_autoptr (GBytes) answer
          = acquirer_host_handle (self.host, base_bytes_span (request), &mood);

      g_assert_nonnull (answer);
      g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer),
                       g_bytes_get_data (wanted, NULL), g_bytes_get_size (wanted));
    }
}

static const struct
{
  guint field;
  const char *text; /* NULL: taken away */
  const char *code;
  const char *reason;
} wrongs[] = {
  { 4, NULL, "30", "Field 4 (amount) is missing" },
  { 4, "000000000000", "30", "Field 4 (amount) must not be zero" },
  { 4, "000000001251", "51", "not enough money" },
  { 7, "1323040506", "30", "Field 7 (transmission date and time, UTC) is no time" },
  { 12, "240000", "30", "Field 12 (local time) is no time" },
  { 13, "0100", "30", "Field 13 (local date) is no date" },
  { 11, "000000", "30", "Field 11 (STAN) must not be zero" },
  { 22, "052", "30", "Field 62 (card block in CMS) is missing" },
  { 22, "010", "30", "Field 22 (entry mode) is no way in which a card is read here" },
  { 38, "A00001", "30", "Field 38 (authorisation code) doesn't belong here" },
  { 49, "001", "30", "Field 49 (currency) is no currency" },
  { 62, "3000", "30", "Field 62 (card block in CMS) doesn't belong to this entry mode" },
  { 120, "3f2b8c1e-5d47-4a90-9c63-0e1f2a3b4c5x", "30", "Field 120 (payment UUID) is no UUID" },
  { 121, "other", "14", "the reader's format is unknown" },
  { 122, NULL, "30", "Field 122 (key serial number) is missing" },
  { 122, "FFFF9876543210E00009", "14", "no valid card number comes out of the ciphertext" },
  { 123, NULL, "30", "Field 123 (ciphertext, first block) is missing" },
};

static void
test_wrongs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_auto (Fixture) self = { 0 };
      g_autoptr (Iso8583Message) request = NULL;

      fixture_init (&self);
      request = sale (&self, 17);
      if (wrongs[i].text != NULL)
        iso8583_message_set (request, wrongs[i].field, wrongs[i].text);
      else
        iso8583_message_remove (request, wrongs[i].field);
      expect (&self, request, wrongs[i].code, wrongs[i].reason);
    }
}

/* One name, two payments: the second is refused, and so is a reversal of another payment. */
static void
test_identity (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) first = NULL;
  g_autoptr (Iso8583Message) other = NULL;
  g_autoptr (Iso8583Message) reversal = NULL;

  fixture_init (&self);
  first = sale (&self, 17);
  other = sale (&self, 17);
  iso8583_message_set (other, 4, "000000009900");
  reversal = acquirer_message_reversal (self.profile, other, "no-answer", NULL);
  expect (&self, first, "00", NULL);
  expect (&self, other, "30", "Field 11 (STAN) was used for another payment");
  expect (&self, reversal, "30", "Field 11 (STAN) is that of another payment");
  expect (&self, first, "00", NULL);
}

static void
test_expired (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (Iso8583Message) message = NULL;
  AcquirerHostMood later = { .now_unix_s = 1925000000 }; /* 2031 */

  fixture_init (&self);
  request = sale (&self, 17);
  body = acquirer_mac_pack (self.mac, request, NULL);
  answer = acquirer_host_handle (self.host, base_bytes_span (body), &later);
  message = iso8583_unpack (self.profile, base_bytes_span (answer), NULL);
  g_assert_cmpstr (iso8583_message_get (message, 39), ==, "54");
}

/* A bad MAC, an unknown MTI, an unreadable field, and what can't be answered at all. */
static void
test_unreadable (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (Iso8583Message) unknown = iso8583_message_new ("0500");
  g_autoptr (Iso8583Message) answered = iso8583_message_new ("0210");
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree guint8 *copy = NULL;
  gsize size;

  fixture_init (&self);
  request = sale (&self, 17);
  body = acquirer_mac_pack (self.mac, request, NULL);
  size = g_bytes_get_size (body);
  copy = g_memdup2 (g_bytes_get_data (body, NULL), size);
  copy[size - 1] ^= 1;
  answer = ask_bytes (&self, BASE_SPAN (copy, size));
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "A0");
  g_assert_null (ask_bytes (&self, BASE_SPAN (copy, 5)));
  g_assert_null (ask_bytes (&self, BASE_SPAN (NULL, 0)));
  iso8583_message_set (unknown, 11, "000001");
  expect (&self, unknown, "30", "this MTI is unknown here");
  iso8583_message_set (answered, 11, "000001");
  g_assert_null (ask (&self, answered));
  expect (&self, request, "00", NULL);
}

static void
test_advice (void)
{
  g_auto (Fixture) self = { 0 };
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (Iso8583Message) advice = NULL;
  g_autoptr (Iso8583Message) request = NULL;

  fixture_init (&self);
  values.amount.minor = 1251; /* an advice isn't asked, so it isn't declined */
  advice = acquirer_message_advice (self.profile, &values, NULL);
  request = acquirer_message_sale (self.profile, &values, NULL);
  expect (&self, advice, "00", NULL);
  expect (&self, advice, "00", NULL);
  expect (&self, request, "30", "Field 11 (STAN) was used for another payment");
}

/* A terminal that signed in before, with the key under which the frames of UnionPay's dialect were
 * made: 0123456789ABCDEFFEDCBA9876543210 (wrapped with `openssl enc -des-ede`). */
#define MASTER "0123456789ABCDEF1032547698BADCFE"
#define SESSION_OPEN                                                                               \
  "[terminals]\n12345678="                                                                         \
  "FF13E51C54A3317CA365D62487B2EC17A2C564A6"                                                       \
  "9C16BA93BF623EAB5E0FE6A4107DF69708D7B4FB\n"

static void
unionpay_init (Fixture *self, const char *session)
{
  g_autoptr (BaseSecret) master = base_secret_new_from_hex (MASTER);
  g_autofree char *dir = g_dir_make_tmp ("till-host-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "sessions.ini", NULL);
  AcquirerCardKeys keys = { 0 };

  g_assert_true (g_file_set_contents (path, session, -1, NULL));
  self->profile = acquirer_profile_load ("unionpay", NULL);
  self->key = base_secret_new_from_hex ("0123456789ABCDEFFEDCBA9876543210");
  self->mac = acquirer_mac_new (self->profile, self->key);
  self->host = acquirer_host_new (self->profile, acquirer_ledger_open (NULL, NULL), NULL,
                                  acquirer_sessions_new (self->profile, master, path), &keys);
  g_unlink (path);
  g_rmdir (dir);
}

/* Byte for byte what the hand wrote: the TPDU turned, the host's clock, its reference, the MAC. */
static void
test_unionpay (void)
{
  static const char *const pairs[][2]
      = { { "unionpay-echo.txt", "unionpay-echo-answer.txt" },
          { "unionpay-sale-chip.txt", "unionpay-sale-chip-approved.txt" },
          { "unionpay-sale-chip.txt", "unionpay-sale-chip-approved.txt" }, /* repeated: the same */
          { "unionpay-reversal.txt", "unionpay-reversal-acknowledged.txt" } };
  g_auto (Fixture) self = { 0 };
  AcquirerHostMood mood = { .now_unix_s = 1795406706 };

  unionpay_init (&self, SESSION_OPEN);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GBytes) request = read_frame (pairs[i][0]);
      g_autoptr (GBytes) wanted = read_frame (pairs[i][1]);
      g_autoptr (GBytes) answer
          = acquirer_host_handle (self.host, base_bytes_span (request), &mood);

      g_assert_nonnull (answer);
      g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer),
                       g_bytes_get_data (wanted, NULL), g_bytes_get_size (wanted));
    }
}

/* Nobody signed in: A0, without a MAC, and nothing is done. */
static void
test_unionpay_not_signed_in (void)
{
  g_auto (Fixture) self = { 0 };
  AcquirerHostMood mood = { .now_unix_s = 1795406706 };
  g_autoptr (GBytes) request = read_frame ("unionpay-sale-chip.txt");
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (Iso8583Message) message = NULL;

  unionpay_init (&self, "");
  answer = acquirer_host_handle (self.host, base_bytes_span (request), &mood);
  message = iso8583_unpack (self.profile, base_bytes_span (answer), NULL);
  g_assert_cmpstr (iso8583_message_get (message, 39), ==, "A0");
  g_assert_false (iso8583_message_has (message, 64));
  g_assert_false (acquirer_mac_check (self.mac, base_bytes_span (answer), NULL));
}

static const struct
{
  guint field;
  const char *text; /* NULL: taken away */
  const char *code;
} unionpay_wrongs[] = {
  { 4, "000000000051", "51" },
  { 4, NULL, "30" },
  { 2, NULL, "30" },
  { 55, NULL, "30" },
  { 55, "5A086200000000000005", "30" },
  { 60, "2200000000050", "30" },
  { 60, "2200000000000", "30" },
  { 22, "010", "30" },
  { 61, "000002000100", "30" },
  { 3, "190000", "30" },
  { 35, "6200000000000006=30122010", "14" },
};

static void
test_unionpay_wrongs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (unionpay_wrongs); i++)
    {
      g_auto (Fixture) self = { 0 };
      g_autoptr (GBytes) frame = read_frame ("unionpay-sale-chip.txt");
      g_autoptr (Iso8583Message) request = NULL;
      g_autoptr (Iso8583Message) answer = NULL;

      unionpay_init (&self, SESSION_OPEN);
      request = iso8583_unpack (self.profile, base_bytes_span (frame), NULL);
      if (unionpay_wrongs[i].text != NULL)
        iso8583_message_set (request, unionpay_wrongs[i].field, unionpay_wrongs[i].text);
      else
        iso8583_message_remove (request, unionpay_wrongs[i].field);
      answer = ask (&self, request);
      g_assert_nonnull (answer);
      g_assert_cmpstr (iso8583_message_get (answer, 39), ==, unionpay_wrongs[i].code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/host/golden", test_golden);
  g_test_add_func ("/acquirer/host/golden-answers", test_golden_answers);
  g_test_add_func ("/acquirer/host/wrongs", test_wrongs);
  g_test_add_func ("/acquirer/host/identity", test_identity);
  g_test_add_func ("/acquirer/host/expired", test_expired);
  g_test_add_func ("/acquirer/host/unreadable", test_unreadable);
  g_test_add_func ("/acquirer/host/advice", test_advice);
  g_test_add_func ("/acquirer/host/unionpay", test_unionpay);
  g_test_add_func ("/acquirer/host/unionpay-not-signed-in", test_unionpay_not_signed_in);
  g_test_add_func ("/acquirer/host/unionpay-wrongs", test_unionpay_wrongs);
  return g_test_run ();
}
