/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Payments at the sandbox host: one identity has one payment, an advice is never declined.
 */
#include "acquirer-host-testing.h"

#include "acquirer-message.h"
#include "sandbox-process.h"

/* One name, two payments: the second is refused, and so is a reversal of another payment. */
static void
test_identity (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  g_autoptr (Iso8583Message) first = NULL;
  g_autoptr (Iso8583Message) other = NULL;
  g_autoptr (Iso8583Message) reversal = NULL;

  acquirer_host_testing_init (&self);
  first = acquirer_host_testing_sale (&self, 17);
  other = acquirer_host_testing_sale (&self, 17);
  iso8583_message_set (other, 4, "000000009900");
  reversal = acquirer_message_reversal (self.profile, other, "no-answer", NULL);
  acquirer_host_testing_expect (&self, first, "00", NULL);
  acquirer_host_testing_expect (&self, other, "30", "Field 11 (STAN) was used for another payment");
  acquirer_host_testing_expect (&self, reversal, "30",
                                "Field 11 (STAN) is that of another payment");
  acquirer_host_testing_expect (&self, first, "00", NULL);
}

static void
test_expired (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (Iso8583Message) message = NULL;
  AcquirerHostMood later = { .now_unix_s = 1925000000 }; /* 2031 */

  acquirer_host_testing_init (&self);
  request = acquirer_host_testing_sale (&self, 17);
  body = acquirer_mac_pack (self.mac, request, NULL);
  answer = acquirer_host_handle (self.host, base_bytes_span (body), &later);
  message = iso8583_unpack (self.profile, base_bytes_span (answer), NULL);
  g_assert_cmpstr (iso8583_message_get (message, 39), ==, "54");
}

static void
test_advice (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (Iso8583Message) advice = NULL;
  g_autoptr (Iso8583Message) request = NULL;

  acquirer_host_testing_init (&self);
  values.amount.minor = 1251; /* an advice isn't asked, so it isn't declined */
  advice = acquirer_message_build (self.profile, ACQUIRER_FLOW_ADVICE, &values, NULL);
  request = acquirer_message_build (self.profile, ACQUIRER_FLOW_SALE, &values, NULL);
  acquirer_host_testing_expect (&self, advice, "00", NULL);
  acquirer_host_testing_expect (&self, advice, "00", NULL);
  acquirer_host_testing_expect (&self, request, "30",
                                "Field 11 (STAN) was used for another payment");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/host/identity", test_identity);
  g_test_add_func ("/acquirer/host/expired", test_expired);
  g_test_add_func ("/acquirer/host/advice", test_advice);
  return g_test_run ();
}
