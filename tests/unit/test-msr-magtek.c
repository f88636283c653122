/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-magtek.h"

#include "device-error.h"

#include <string.h>

#define REPORT_SIZE 856

/* A report of the classic table, made by hand: no cipher, only places. */
static guint8 *
make_report (void)
{
  guint8 *report = g_malloc0 (REPORT_SIZE);

  report[4] = 40;
  memset (report + 119, 0xC2, 40);
  memcpy (report + 477, "B0A1", 4);
  report[494] = 0x06;
  for (guint i = 0; i < 10; i++)
    report[495 + i] = (guint8)(0xF0 + i);
  report[506] = 23;
  memcpy (report + 620, ";4761730000000119=22120", 23);
  report[853] = 37;
  return report;
}

static MsrOutcome
parse (const guint8 *report, gsize size, MsrSwipe **swipe, GError **error)
{
  MsrMagtekLayout layout;

  msr_magtek_layout_init (&layout);
  return msr_magtek_parse (&layout, BASE_SPAN (report, size), swipe, error);
}

static void
test_good (void)
{
  g_autofree guint8 *report = make_report ();
  g_autoptr (MsrSwipe) swipe = NULL;

  g_assert_cmpint (parse (report, REPORT_SIZE, &swipe, NULL), ==, MSR_SWIPED);
  g_assert_cmpmem (msr_swipe_ciphertext (swipe).data, 40, report + 119, 40);
  g_assert_cmpmem (swipe->ksn, 10, report + 495, 10);
  g_assert_cmpstr (swipe->masked_pan, ==, "476173******0119");
  g_assert_cmpint (swipe->chip, ==, MSR_CHIP_UNKNOWN); /* cut off */
  g_assert_cmpstr (swipe->serial, ==, "B0A1");
  g_assert_cmpuint (swipe->clear_sizes[1], ==, 37);
  g_assert_null (swipe->tracks[0]);
}

static MsrOutcome
parse_changed (guint offset, guint8 value)
{
  g_autofree guint8 *report = make_report ();
  g_autoptr (MsrSwipe) swipe = NULL;
  g_autoptr (GError) error = NULL;

  report[offset] = value;
  return parse (report, REPORT_SIZE, &swipe, &error);
}

static void
test_refused (void)
{
  g_autofree guint8 *report = make_report ();
  g_autoptr (MsrSwipe) swipe = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (parse_changed (494, 0x02), ==, MSR_REFUSED); /* not encrypting */
  g_assert_cmpint (parse_changed (494, 0x07), ==, MSR_FAULT);   /* out of keys */
  g_assert_cmpint (parse_changed (4, 41), ==, MSR_FAULT);       /* no whole block */
  g_assert_cmpint (parse_changed (4, 120), ==, MSR_FAULT);      /* longer than its field */
  g_assert_cmpint (parse_changed (1, 1), ==, MSR_BAD_READ);
  g_assert_cmpint (parse_changed (4, 0), ==, MSR_BAD_READ);
  memcpy (report + 119, ";4761739001010119=22122011143804489?\0\0\0", 40);
  g_assert_cmpint (parse (report, REPORT_SIZE, &swipe, &error), ==, MSR_REFUSED);
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED);
}

static void
test_short (void)
{
  g_autofree guint8 *report = make_report ();

  for (gsize size = 0; size < REPORT_SIZE; size++)
    {
      g_autofree guint8 *exact = g_memdup2 (report, MAX (size, 1));
      g_autoptr (MsrSwipe) swipe = NULL;
      g_autoptr (GError) error = NULL;
      MsrOutcome outcome = parse (exact, size, &swipe, &error);

      g_assert_true (outcome == MSR_FAULT || size >= 505);
    }
}

static void
test_layout (void)
{
  /* A firmware of its own: everything shifted by a report id and without masks. */
  g_autoptr (GBytes) good
      = base_bytes_from_hex ("0600FF 0901 A101 8501 7508 9501 0921 8102 0929 8102 9570 0931 8102 "
                             "9502 0942 8102 950A 0946 8102 C0",
                             NULL);
  g_autoptr (GBytes) bad = base_bytes_from_hex ("0600FF 0901 A101 7508 9501 0921 8102 C0", NULL);
  g_autoptr (GError) error = NULL;
  MsrMagtekLayout layout;

  g_assert_true (msr_magtek_layout_read (base_bytes_span (good), &layout, &error));
  g_assert_cmpuint (layout.fields[MSR_MAGTEK_KSN].offset, ==, 1 + 1 + 1 + 112 + 2);
  g_assert_cmpuint (layout.report_size, ==, 1 + 1 + 1 + 112 + 2 + 10);
  g_assert_false (msr_magtek_layout_read (base_bytes_span (bad), &layout, &error));
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_DATA);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/msr-magtek/good", test_good);
  g_test_add_func ("/devices/msr-magtek/refused", test_refused);
  g_test_add_func ("/devices/msr-magtek/short", test_short);
  g_test_add_func ("/devices/msr-magtek/layout", test_layout);
  return g_test_run ();
}
