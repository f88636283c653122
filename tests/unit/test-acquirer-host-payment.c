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

/* A till whose disk was put back gives a number out a second time: what comes under it for the
 * second payment does nothing to the first, and a reversal that was alone has its number for good.
 */
static void
test_reused (void)
{
  static const char *const uuid = "3f2b8c1e-5d47-4a90-9c63-0e1f2a3b4cff";
  g_auto (AcquirerHostTesting) self = { 0 };
  g_autoptr (Iso8583Message) first = NULL, other = NULL, reversal = NULL;
  g_autoptr (Iso8583Message) buried = NULL, alone = NULL;

  acquirer_host_testing_init (&self);
  first = acquirer_host_testing_sale (&self, 17);
  other = acquirer_host_testing_sale (&self, 17);
  iso8583_message_set (other, 120, uuid);
  reversal = acquirer_message_reversal (self.profile, other, "no-answer", NULL);
  acquirer_host_testing_expect (&self, first, "00", NULL);
  acquirer_host_testing_expect (&self, reversal, "25", "this identity is another payment's");
  acquirer_host_testing_expect (&self, other, "94", "this identity is another payment's");
  acquirer_host_testing_expect (&self, first, "00", NULL);

  alone = acquirer_host_testing_sale (&self, 18);
  g_clear_pointer (&reversal, iso8583_message_free);
  reversal = acquirer_message_reversal (self.profile, alone, "no-answer", NULL);
  buried = acquirer_host_testing_sale (&self, 18);
  iso8583_message_set (buried, 120, uuid);
  acquirer_host_testing_expect (&self, reversal, "25", "nothing to undo");
  acquirer_host_testing_expect (&self, buried, "94", "this identity is another payment's");
  acquirer_host_testing_expect (&self, alone, "12", "its reversal came before it");
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
  g_test_add_func ("/acquirer/host/reused", test_reused);
  g_test_add_func ("/acquirer/host/expired", test_expired);
  g_test_add_func ("/acquirer/host/advice", test_advice);
  return g_test_run ();
}
