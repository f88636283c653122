/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox host gives to terminals that download: names by twos, pieces by their names, and
 * nothing for a name that it doesn't have.
 */
#include "acquirer-host-testing.h"

#include "acquirer-message.h"
#include "frame-testing.h"

#include <string.h>

static guint next_stan = 100;

/* What the answer's field has, in hexadecimal. Yours. */
static char *
ask (AcquirerHostTesting *self, AcquirerFlowKind kind, const char *rows, const char *name)
{
  g_autoptr (GBytes) wanted = base_bytes_from_hex (name, NULL);
  AcquirerSale values = { .terminal = "12345678",
                          .merchant = "123456789012345",
                          .batch = 1,
                          .stan = next_stan++,
                          .at_unix_s = 1795406706,
                          .rows = rows,
                          .download = base_bytes_span (wanted) };
  g_autoptr (Iso8583Message) request = acquirer_message_build (self->profile, kind, &values, NULL);
  g_autoptr (Iso8583Message) answer = acquirer_host_testing_ask (self, request);

  g_assert_nonnull (answer);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
  return g_strdup (
      iso8583_message_get (answer, acquirer_profile_role (self->profile, ACQUIRER_VALUE_DOWNLOAD)));
}

static void
check (AcquirerHostTesting *self)
{
  g_autofree char *first = ask (self, ACQUIRER_FLOW_CA_KEYS_STATUS, "00", "");
  g_autofree char *second = ask (self, ACQUIRER_FLOW_CA_KEYS_STATUS, "02", "");
  g_autofree char *none = ask (self, ACQUIRER_FLOW_CA_KEYS_STATUS, "04", "");
  g_autofree char *key = ask (self, ACQUIRER_FLOW_CA_KEYS, NULL, "9F0605F054494C4C9F220103");
  g_autofree char *stranger = ask (self, ACQUIRER_FLOW_CA_KEYS, NULL, "9F0605A0000000039F220103");
  g_autofree char *aid = ask (self, ACQUIRER_FLOW_AIDS, NULL, "9F0607F054494C4C0102");
  g_autofree char *text = ask (self, ACQUIRER_FLOW_PARAMETERS, NULL, "");
  g_autofree char *end = ask (self, ACQUIRER_FLOW_CA_KEYS_END, NULL, "");

  g_assert_cmpstr (first, ==, "329F0605F054494C4C9F2201019F0605F054494C4C9F220102");
  g_assert_cmpstr (second, ==, "319F0605F054494C4C9F2201039F0605F054494C4C9F220104");
  g_assert_cmpstr (none, ==, "30");
  g_assert_true (g_str_has_prefix (key, "319F0605F054494C4C9F220103DF05"));
  g_assert_cmpstr (stranger, ==, "30");
  g_assert_true (g_str_has_prefix (aid, "319F0607F054494C4C0102DF01"));
  g_assert_true (g_str_has_prefix (text, "31323630")); /* number 12 is 60 */
  g_assert_null (end);
}

static void
test_sandbox (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };

  acquirer_host_testing_init (&self);
  check (&self);
}

static void
test_unionpay (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };

  acquirer_host_testing_init_unionpay (&self, SESSION_OPEN);
  check (&self);
}

/* Asked for in every header until it was done. */
static void
test_demand (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  g_autoptr (GBytes) echo = frame_testing_read ("unionpay-echo.txt");

  acquirer_host_testing_init_unionpay (&self, SESSION_OPEN);
  acquirer_host_set_demand (self.host, ACQUIRER_DEMAND_CA_KEYS);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Iso8583Message) answer
          = acquirer_host_testing_ask_bytes (&self, base_bytes_span (echo));
      g_autofree char *nothing = NULL;

      g_assert_cmpint (iso8583_message_get (answer, 0)[15], ==, i < 2 ? '4' : '0');
      if (i == 1)
        nothing = ask (&self, ACQUIRER_FLOW_CA_KEYS_END, NULL, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/host-download/sandbox", test_sandbox);
  g_test_add_func ("/acquirer/host-download/unionpay", test_unionpay);
  g_test_add_func ("/acquirer/host-download/demand", test_demand);
  return g_test_run ();
}
