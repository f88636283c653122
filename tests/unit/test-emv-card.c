/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

#include <string.h>

typedef struct
{
  EmvLink (*give) (const EmvTransport *transport, BaseSpan data, EmvResponse *out);
  const char *data, *command;
} Row;

static EmvLink
select_first (const EmvTransport *transport, BaseSpan data, EmvResponse *out)
{
  return emv_card_select (transport, data, FALSE, out);
}

static EmvLink
select_next (const EmvTransport *transport, BaseSpan data, EmvResponse *out)
{
  return emv_card_select (transport, data, TRUE, out);
}

static EmvLink
read_record (const EmvTransport *transport, BaseSpan data, EmvResponse *out)
{
  return emv_card_read_record (transport, data.data[0], data.data[1], out);
}

static EmvLink
get_data (const EmvTransport *transport, BaseSpan data, EmvResponse *out)
{
  return emv_card_get_data (transport, (guint16)(data.data[0] << 8 | data.data[1]), out);
}

/* The first byte is the kind, the second says whether a signature is wanted. */
static EmvLink
generate_ac (const EmvTransport *transport, BaseSpan data, EmvResponse *out)
{
  return emv_card_generate_ac (transport, data.data[0], data.data[1] != 0,
                               BASE_SPAN (data.data + 2, data.size - 2), out);
}

static const Row rows[] = {
  { select_first, "315041592E5359532E4444463031", "00A404000E315041592E5359532E444446303100" },
  { select_next, "A000000333", "00A4040205A00000033300" },
  { read_record, "0101", "00B2010C00" },
  { read_record, "1E05", "00B205F400" },
  { get_data, "9F36", "80CA9F3600" },
  { emv_card_get_processing_options, "", "80A8000002830000" },
  { emv_card_get_processing_options, "AABB", "80A80000048302AABB00" },
  { emv_card_internal_authenticate, "1A2B3C4D", "00880000041A2B3C4D00" },
  { emv_card_external_authenticate, "0102030405060708", "00820000080102030405060708" },
  { generate_ac, "0000", "80AE000000" },
  { generate_ac, "4000AA", "80AE400001AA00" },
  { generate_ac, "8000AA", "80AE800001AA00" },
  { generate_ac, "4001AA", "80AE500001AA00" },
  { generate_ac, "8001AA", "80AE900001AA00" },
  { emv_card_transmit, "841E000008", "841E000008" },
};

static void
test_commands (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *talk = g_strconcat (rows[i].command, ">01026A83", NULL);
      g_autoptr (GBytes) data = base_bytes_from_hex (rows[i].data, NULL);
      g_auto (EmvResponse) response = { 0 };
      EmvTest test;

      emv_testing_init (&test);
      emv_testing_start (&test, talk);
      g_assert_cmpint (rows[i].give (&test.kernel->transport, base_bytes_span (data), &response),
                       ==, EMV_LINK_DONE);
      g_assert_cmpmem (emv_response_span (&response).data, response.size, "\x01\x02", 2);
      g_assert_cmphex (response.status, ==, 0x6A83);
      emv_testing_clear (&test);
    }
}

/* A list that needs two bytes of length in its template, up to the longest that a command holds. */
static void
test_long (void)
{
  static const guint sizes[] = { 127, 128, EMV_LIST_MAX };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint8 list[EMV_LIST_MAX] = { 0 };
      gboolean two = sizes[i] > 127;
      g_autofree char *zeros = g_strnfill (2 * sizes[i], '0');
      g_autofree char *talk = g_strdup_printf ("80A80000%02X83%s%02X%s00>9000", sizes[i] + 2 + two,
                                               two ? "81" : "", sizes[i], zeros);
      g_auto (EmvResponse) response = { 0 };
      EmvTest test;

      emv_testing_init (&test);
      emv_testing_start (&test, talk);
      g_assert_cmpint (emv_card_get_processing_options (&test.kernel->transport,
                                                        BASE_SPAN (list, sizes[i]), &response),
                       ==, EMV_LINK_DONE);
      g_assert_cmphex (response.status, ==, EMV_STATUS_GOOD);
      emv_testing_clear (&test);
    }
}

/* Of a card that is gone nothing is left from the answer before. */
static void
test_gone (void)
{
  EmvResponse response = { .bytes = { 0xAA }, .size = 1, .status = EMV_STATUS_GOOD };
  const EmvResponse nothing = { .size = 0 };
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_start (&test, "80CA9F3600>- 80CA9F3600>! 80CA9F3600>~");
  g_assert_cmpint (emv_card_get_data (&test.kernel->transport, 0x9F36, &response), ==,
                   EMV_LINK_REMOVED);
  g_assert_cmpuint (response.size, ==, 0);
  g_assert_cmphex (response.status, ==, 0);
  g_assert_cmpint (emv_card_get_data (&test.kernel->transport, 0x9F36, &response), ==,
                   EMV_LINK_FAULT);
  g_assert_cmpint (emv_card_get_data (&test.kernel->transport, 0x9F36, &response), ==,
                   EMV_LINK_MUTE);
  emv_response_clear (&response);
  g_assert_cmpmem (&response, sizeof response, &nothing, sizeof nothing);
  emv_testing_clear (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/card/commands", test_commands);
  g_test_add_func ("/emv/card/long", test_long);
  g_test_add_func ("/emv/card/gone", test_gone);
  return g_test_run ();
}
