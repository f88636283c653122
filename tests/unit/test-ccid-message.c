/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-message.h"

static void
test_write (void)
{
  const CcidMessage message = { .type = CCID_XFR_BLOCK,
                                .slot = 1,
                                .sequence = 0x2A,
                                .specific = { 3, 0x10, 0 },
                                .data = BASE_SPAN ("\x00\xA4\x04", 3) };
  g_auto (BaseWriter) writer = { 0 };
  BaseWriter small;
  g_autofree char *hex = NULL;

  base_writer_init (&writer, 13);
  g_assert_true (ccid_message_write (&message, &writer));
  hex = base_bytes_to_hex (base_writer_span (&writer));
  g_assert_cmpstr (hex, ==, "6F03000000012A03100000A404");
  base_writer_init (&small, 12);
  g_assert_false (ccid_message_write (&message, &small));
  base_writer_clear (&small);
}

static gboolean
read_hex (const char *hex, CcidAnswer *answer)
{
  static GBytes *bytes; /* the answer borrows it */

  g_clear_pointer (&bytes, g_bytes_unref);
  bytes = base_bytes_from_hex (hex, NULL);
  return ccid_message_read (base_bytes_span (bytes), answer);
}

static void
test_read (void)
{
  CcidAnswer answer;

  g_assert_true (read_hex ("80020000000007000000"
                           "9000",
                           &answer));
  g_assert_cmpuint (answer.message.type, ==, CCID_DATA_BLOCK);
  g_assert_cmpuint (answer.message.sequence, ==, 7);
  g_assert_cmpuint (answer.message.data.size, ==, 2);
  g_assert_cmpint (answer.card, ==, CCID_CARD_ACTIVE);
  g_assert_cmpint (answer.command, ==, CCID_COMMAND_DONE);
  /* Failed, no card; more time; chained. What stands behind is left alone. */
  g_assert_true (read_hex ("8100000000000742FE00", &answer));
  g_assert_cmpint (answer.card, ==, CCID_CARD_ABSENT);
  g_assert_cmpint (answer.command, ==, CCID_COMMAND_FAILED);
  g_assert_cmpuint (answer.error, ==, 0xFE);
  g_assert_true (read_hex ("80000000000007800500", &answer));
  g_assert_cmpint (answer.command, ==, CCID_COMMAND_WAITS);
  g_assert_cmpuint (answer.error, ==, 5);
  g_assert_true (read_hex ("80010000000007000001"
                           "AA"
                           "BBCC",
                           &answer));
  g_assert_cmpuint (answer.chain, ==, 1);
  g_assert_cmpuint (answer.message.data.size, ==, 1);
}

static void
test_bad (void)
{
  static const char *const bad[] = {
    "",
    "80",
    "800200000000070000",
    "80020000000007000000"
    "90",
    "80FFFFFFFF0007000000"
    "9000",
    "6F020000000007000000"
    "9000",
    "5000000000000700"
    "0000",
    "80000000000007030000",
    "80000000000007C00000",
  };
  CcidAnswer answer;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i]);
      g_assert_false (read_hex (bad[i], &answer));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ccid/message/write", test_write);
  g_test_add_func ("/ccid/message/read", test_read);
  g_test_add_func ("/ccid/message/bad", test_bad);
  return g_test_run ();
}
