/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox host refuses in a request that is well formed, and by which name.
 */
#include "acquirer-host-testing.h"

#include "frame-testing.h"

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
      g_auto (AcquirerHostTesting) self = { 0 };
      g_autoptr (Iso8583Message) request = NULL;

      acquirer_host_testing_init (&self);
      request = acquirer_host_testing_sale (&self, 17);
      if (wrongs[i].text != NULL)
        iso8583_message_set (request, wrongs[i].field, wrongs[i].text);
      else
        iso8583_message_remove (request, wrongs[i].field);
      acquirer_host_testing_expect (&self, request, wrongs[i].code, wrongs[i].reason);
    }
}

static const struct
{
  guint field;
  const char *text; /* NULL: taken away */
  const char *code;
} unionpay_wrongs[] = {
  { 4, "000000000051", "30" }, /* not what the chip was asked for */
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
      g_auto (AcquirerHostTesting) self = { 0 };
      g_autoptr (GBytes) frame = frame_testing_read ("unionpay-sale-training.txt");
      g_autoptr (Iso8583Message) request = NULL;
      g_autoptr (Iso8583Message) answer = NULL;

      acquirer_host_testing_init_unionpay (&self, SESSION_OPEN);
      request = iso8583_unpack (self.profile, base_bytes_span (frame), NULL);
      if (unionpay_wrongs[i].text != NULL)
        iso8583_message_set (request, unionpay_wrongs[i].field, unionpay_wrongs[i].text);
      else
        iso8583_message_remove (request, unionpay_wrongs[i].field);
      answer = acquirer_host_testing_ask (&self, request);
      g_assert_nonnull (answer);
      g_assert_cmpstr (iso8583_message_get (answer, 39), ==, unionpay_wrongs[i].code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/host/wrongs", test_wrongs);
  g_test_add_func ("/acquirer/host/unionpay-wrongs", test_unionpay_wrongs);
  return g_test_run ();
}
