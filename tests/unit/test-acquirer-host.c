/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sandbox host: the golden frames are given to it as they are; what it can't read, it refuses.
 */
#include "acquirer-host-testing.h"

#include "frame-testing.h"

#include <string.h>

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
  g_auto (AcquirerHostTesting) self = { 0 };

  acquirer_host_testing_init (&self);
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      g_autoptr (GBytes) body = frame_testing_read (golden[i].request);
      g_autoptr (Iso8583Message) answer
          = acquirer_host_testing_ask_bytes (&self, base_bytes_span (body));

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
  g_auto (AcquirerHostTesting) self = { 0 };
  AcquirerHostMood mood = { .now_unix_s = 1795406706 };

  acquirer_host_testing_init (&self);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GBytes) request = frame_testing_read (pairs[i][0]);
      g_autoptr (GBytes) wanted = frame_testing_read (pairs[i][1]);
      g_autoptr (GBytes) answer
          = acquirer_host_handle (self.host, base_bytes_span (request), &mood);

      g_assert_nonnull (answer);
      g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer),
                       g_bytes_get_data (wanted, NULL), g_bytes_get_size (wanted));
    }
}

/* A bad MAC, an unknown MTI, an unreadable field, and what can't be answered at all. */
static void
test_unreadable (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (Iso8583Message) unknown = iso8583_message_new ("0600");
  g_autoptr (Iso8583Message) answered = iso8583_message_new ("0210");
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree guint8 *copy = NULL;
  gsize size;

  acquirer_host_testing_init (&self);
  request = acquirer_host_testing_sale (&self, 17);
  body = acquirer_mac_pack (self.mac, request, NULL);
  size = g_bytes_get_size (body);
  copy = g_memdup2 (g_bytes_get_data (body, NULL), size);
  copy[size - 1] ^= 1;
  answer = acquirer_host_testing_ask_bytes (&self, BASE_SPAN (copy, size));
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "A0");
  g_assert_null (acquirer_host_testing_ask_bytes (&self, BASE_SPAN (copy, 5)));
  g_assert_null (acquirer_host_testing_ask_bytes (&self, BASE_SPAN (NULL, 0)));
  iso8583_message_set (unknown, 11, "000001");
  acquirer_host_testing_expect (&self, unknown, "30", "this MTI is unknown here");
  iso8583_message_set (answered, 11, "000001");
  g_assert_null (acquirer_host_testing_ask (&self, answered));
  acquirer_host_testing_expect (&self, request, "00", NULL);
}

/* Byte for byte what the hand wrote: the TPDU turned, the host's clock, its reference, the MAC. */
static void
test_unionpay (void)
{
  static const char *const pairs[][2]
      = { { "unionpay-echo.txt", "unionpay-echo-answer.txt" },
          { "unionpay-sale-training.txt", "unionpay-sale-training-approved.txt" },
          { "unionpay-sale-training.txt",
            "unionpay-sale-training-approved.txt" }, /* repeated: the same */
          { "unionpay-reversal.txt", "unionpay-reversal-acknowledged.txt" } };
  g_auto (AcquirerHostTesting) self = { 0 };
  AcquirerHostMood mood = { .now_unix_s = 1795406706 };

  acquirer_host_testing_init_unionpay (&self, SESSION_OPEN);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GBytes) request = frame_testing_read (pairs[i][0]);
      g_autoptr (GBytes) wanted = frame_testing_read (pairs[i][1]);
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
  g_auto (AcquirerHostTesting) self = { 0 };
  AcquirerHostMood mood = { .now_unix_s = 1795406706 };
  g_autoptr (GBytes) request = frame_testing_read ("unionpay-sale-chip.txt");
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (Iso8583Message) message = NULL;

  acquirer_host_testing_init_unionpay (&self, "");
  answer = acquirer_host_handle (self.host, base_bytes_span (request), &mood);
  message = iso8583_unpack (self.profile, base_bytes_span (answer), NULL);
  g_assert_cmpstr (iso8583_message_get (message, 39), ==, "A0");
  g_assert_false (iso8583_message_has (message, 64));
  g_assert_false (acquirer_mac_check (self.mac, base_bytes_span (answer), NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/host/golden", test_golden);
  g_test_add_func ("/acquirer/host/golden-answers", test_golden_answers);
  g_test_add_func ("/acquirer/host/unreadable", test_unreadable);
  g_test_add_func ("/acquirer/host/unionpay", test_unionpay);
  g_test_add_func ("/acquirer/host/unionpay-not-signed-in", test_unionpay_not_signed_in);
  return g_test_run ();
}
