/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

#include <string.h>

static char *
write_trace (const char *command, const char *answer, const char *objects)
{
  g_autoptr (EmvTrace) trace = emv_trace_new ();
  g_autoptr (GBytes) asked = base_bytes_from_hex (command, NULL);
  g_autoptr (GBytes) said = base_bytes_from_hex (answer, NULL);
  EmvResponse response = { .size = g_bytes_get_size (said), .status = EMV_STATUS_GOOD };
  EmvTest test;
  char *text;

  if (response.size > 0)
    memcpy (response.bytes, g_bytes_get_data (said, NULL), response.size);
  emv_testing_init (&test);
  emv_testing_start (&test, "");
  emv_testing_put (&test, objects);
  emv_trace_exchange (trace, base_bytes_span (asked), &response);
  text = emv_trace_to_text (trace, test.kernel->data);
  emv_testing_clear (&test);
  return text;
}

/* A number and what stands with it is hidden wherever it comes. */
static void
test_masked (void)
{
  static const struct
  {
    const char *command, *answer, *objects, *shown;
  } rows[] = {
    { "00B2010C00", "700A5A086200000000000005", "",
      "> 00B2010C00\n< 700A5A08620000******00059000\n" },
    { "00B2010C00", "700C5A0A6200000000000005FFFF", "",
      "> 00B2010C00\n< 700C5A0A620000******0005****9000\n" },
    { "00B2010C00", "701257106200000000000005D351220100000000", "",
      "> 00B2010C00\n< 70125710620000******0005****************9000\n" },
    { "00B2010C00", "70085F2005544F4D2F45", "", "> 00B2010C00\n< 70085F2005**********9000\n" },
    /* a list that was filled with it, or an answer that can't be read */
    { "80AE80000A6200000000000005015600", "", "5A086200000000000005",
      "> 80AE80000A620000******0005015600\n< 9000\n" },
    { "00B2010C00", "FF6200000000000005", "5A086200000000000005",
      "> 00B2010C00\n< FF620000******00059000\n" },
    { "80AE80000A6200000000000005015600", "", "57106200000000000005D351220100000000",
      "> 80AE80000A620000******0005015600\n< 9000\n" },
    /* a track, in a list that asks for it: the rest of it, and nothing that stands behind it */
    { "80AE8000126200000000000005D351220100000000015600", "",
      "57106200000000000005D351220100000000"
      "8C0557109F3502",
      "> 80AE800012620000******0005****************015600\n< 9000\n" },
    { "0088000012015662000000000000"
      "05D35122010000000000",
      "",
      "57106200000000000005D351220100000000"
      "9F49059F1A025710",
      "> 00880000120156620000******0005****************00\n< 9000\n" },
    /* less of it than there is, so that the end of what was asked for is no end of the number */
    { "80AE8000086200000000000156", "",
      "5A086200000000000105"
      "8C055A069F1A02",
      "> 80AE800008************0156\n< 9000\n" },
    /* in a list that nobody has kept */
    { "00880000146200000000000005D3512201000000009F3704", "",
      "57106200000000000005D351220100000000",
      "> 0088000014620000******0005**********************\n< 9000\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = write_trace (rows[i].command, rows[i].answer, rows[i].objects);
      const char *objects = strstr (text, "@ ");

      g_test_message ("row %u", i);
      g_assert_nonnull (objects);
      g_assert_true (strncmp (text, rows[i].shown, (gsize)(objects - text)) == 0);
      g_assert_cmpuint (strlen (rows[i].shown), ==, (gsize)(objects - text));
      g_assert_null (strstr (text, "6200000000000005"));
    }
}

static void
test_objects (void)
{
  g_autofree char *text = write_trace ("00", "",
                                       "5A086200000000000005"
                                       "57096200000000000005D3"
                                       "9F360200AB");

  g_assert_nonnull (strstr (text, "@ 5A 620000******0005\n"));
  g_assert_nonnull (strstr (text, "@ 57 620000******0005**\n"));
  g_assert_nonnull (strstr (text, "@ 9F36 00AB\n"));
  g_assert_nonnull (strstr (text, "@ 9F02 000000005000\n"));
}

static void
test_steps (void)
{
  g_autoptr (EmvTrace) trace = emv_trace_new ();
  g_autoptr (EmvData) data = emv_data_new ();
  const EmvResponse gone = { .size = 0 };
  g_autofree char *text = NULL;

  emv_trace_phase (trace, "select");
  emv_trace_exchange (trace, BASE_SPAN ("\x00\x84\x00\x00\x00", 5), &gone);
  emv_trace_note (trace, "card-removed");
  text = emv_trace_to_text (trace, data);
  g_assert_cmpstr (text, ==, "# select\n> 0084000000\n< 0000\n= card-removed\n");
}

/* A card that never ends fills the trace, and no more. */
static void
test_bounds (void)
{
  g_autoptr (EmvTrace) trace = emv_trace_new ();
  g_autoptr (EmvData) data = emv_data_new ();
  const EmvResponse whole = { .size = EMV_RESPONSE_MAX, .status = EMV_STATUS_GOOD };
  g_autofree char *text = NULL;
  guint lines = 0;

  for (guint i = 0; i < 2 * EMV_TRACE_STEPS_MAX; i++)
    emv_trace_phase (trace, "read");
  for (guint i = 0; i < 1000; i++)
    emv_trace_exchange (trace, BASE_SPAN ("\x00", 1), &whole);
  text = emv_trace_to_text (trace, data);
  for (const char *at = text; *at != '\0'; at++)
    lines += *at == '\n';
  g_assert_cmpuint (lines, ==, EMV_TRACE_STEPS_MAX + 1);
  g_assert_true (g_str_has_suffix (text, "\n= " EMV_TRACE_CUT "\n"));
}

/* The second list is looked at for the second cryptogram alone. */
static void
test_second (void)
{
  g_autoptr (EmvTrace) trace = emv_trace_new ();
  g_autoptr (GBytes) command = base_bytes_from_hex ("80AE8000086200000000000D11", NULL);
  const EmvResponse gone = { .size = 0 };
  g_autofree char *text = NULL;
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_start (&test, "");
  emv_testing_put (&test, "57096200000000000D0000"
                          "8C039F1A02"
                          "8D025707");
  emv_trace_exchange (trace, base_bytes_span (command), &gone);
  emv_trace_exchange (trace, base_bytes_span (command), &gone);
  text = emv_trace_to_text (trace, test.kernel->data);
  g_assert_true (g_str_has_prefix (text, "> 80AE800008620000***0000***\n< 0000\n"
                                         "> 80AE800008**************11\n"));
  emv_testing_clear (&test);
}

/* What is too long for keeping keeps its beginning and its end, and says so between them. */
static void
test_cut (void)
{
  g_autoptr (EmvTrace) trace = emv_trace_new ();
  EmvResponse whole = { .size = 250, .status = EMV_STATUS_GOOD };
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_start (&test, "");
  emv_testing_put (&test, "9F360200AB");
  emv_trace_phase (trace, "select");
  for (guint i = 0; i < 200; i++)
    emv_trace_exchange (trace, BASE_SPAN ("\x00", 1), &whole);
  emv_trace_phase (trace, "second");
  text = emv_trace_to_text (trace, test.kernel->data);
  g_assert_cmpuint (strlen (text), <=, EMV_TRACE_TEXT_MAX);
  g_assert_cmpuint (strlen (text), >, EMV_TRACE_TEXT_MAX - 2000);
  parts = g_strsplit (text, "\n= " EMV_TRACE_CUT "\n", 0);
  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  g_assert_true (g_str_has_prefix (parts[0], "# select\n> 00\n< 0000"));
  g_assert_true (g_str_has_prefix (parts[1], "< 0000") || g_str_has_prefix (parts[1], "> 00\n"));
  g_assert_nonnull (strstr (parts[1], "\n# second\n@ "));
  g_assert_nonnull (strstr (parts[1], "@ 9F36 00AB\n"));
  emv_testing_clear (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/trace/masked", test_masked);
  g_test_add_func ("/emv/trace/objects", test_objects);
  g_test_add_func ("/emv/trace/steps", test_steps);
  g_test_add_func ("/emv/trace/second", test_second);
  g_test_add_func ("/emv/trace/bounds", test_bounds);
  g_test_add_func ("/emv/trace/cut", test_cut);
  return g_test_run ();
}
