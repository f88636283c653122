/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-hid.h"

#include "device-error.h"

static gboolean
parse (const char *hex, MsrHidReport *report, GError **error)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);

  return msr_hid_parse (base_bytes_span (bytes), report, error);
}

static void
test_fields (void)
{
  g_autofree MsrHidReport *report = g_new0 (MsrHidReport, 1);

  /* Three usages share one item; then one usage with many elements, behind a report id. */
  g_assert_true (
      parse ("0600FF 0901 A101 8505 7508 9503 0920 0921 0922 8102 0930 9570 8102 0920 9518 B102 C0",
             report, NULL));
  g_assert_cmpuint (report->page, ==, 0xFF00);
  g_assert_cmpuint (report->usage, ==, 1);
  g_assert_cmpuint (report->field_count, ==, 4);
  g_assert_cmpuint (report->fields[2].usage, ==, 0x22);
  g_assert_cmpuint (report->fields[2].offset, ==, 3);
  g_assert_cmpuint (report->fields[3].offset, ==, 4);
  g_assert_cmpuint (report->fields[3].size, ==, 0x70);
  g_assert_cmpuint (report->report_size, ==, 1 + 3 + 0x70);
  g_assert_cmpuint (report->feature_size, ==, 1 + 0x18);
}

static void
test_keyboard (void)
{
  g_autofree MsrHidReport *report = g_new0 (MsrHidReport, 1);

  g_assert_true (parse ("0501 0906 A101 0507 19E0 29E7 1500 2501 7501 9508 8102 C0", report, NULL));
  g_assert_cmpuint (report->page, ==, 1);
  g_assert_cmpuint (report->usage, ==, 6);
}

static void
test_malformed (void)
{
  static const char *const bad[] = { "",          "06FF",        "27 010203",
                                     "FE05",      "FE050001",    "B4",
                                     "8500",      "77 FFFFFFFF", "75 FF 97 FFFFFF7F 81 02",
                                     "A4A4A4A4A4" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree MsrHidReport *report = g_new0 (MsrHidReport, 1);
      g_autoptr (GError) error = NULL;

      g_assert_false (parse (bad[i], report, &error));
      g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_DATA);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/msr-hid/fields", test_fields);
  g_test_add_func ("/devices/msr-hid/keyboard", test_keyboard);
  g_test_add_func ("/devices/msr-hid/malformed", test_malformed);
  return g_test_run ();
}
