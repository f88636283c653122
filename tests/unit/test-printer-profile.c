/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-profile.h"

#include "device-error.h"

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PrinterProfile) profile
      = printer_profile_from_text ("x", "[Printer]\ndots=384\n", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (profile->dots, ==, 384);
  g_assert_cmpuint (profile->band_rows, ==, 128);
  g_assert_cmpint (profile->cut, ==, PRINTER_CUT_GS_V_66);
  g_assert_cmpint (profile->status, ==, PRINTER_STATUS_DLE);
  g_assert_cmpstr (profile->title, ==, "x");
}

static void
test_refused (void)
{
  static const char *const bad[] = { "",
                                     "[Printer]\n",
                                     "[Printer]\ndots=0\n",
                                     "[Printer]\ndots=99999\n",
                                     "[Printer]\ndots=many\n",
                                     "[Printer]\ndots=576\nband_rows=12\n",
                                     "[Printer]\ndots=576\ncut=guillotine\n",
                                     "[Printer]\ndots=576\npad-mod-48=perhaps\n",
                                     "dots=576" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (printer_profile_from_text ("bad", bad[i], &error));
      g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE);
    }
}

static void
test_shipped (void)
{
  g_autoptr (PrinterProfile) pos58 = printer_profile_find (0x0416, 0x5011, NULL, NULL);
  g_autoptr (PrinterProfile) t20 = printer_profile_find (0x1234, 0x5678, "TM-T20III", NULL);
  g_autoptr (PrinterProfile) other = printer_profile_find (0x1234, 0x5678, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (pos58->name, ==, "generic-58mm");
  g_assert_cmpstr (t20->name, ==, "epson-tm-t20");
  g_assert_cmpstr (other->name, ==, PRINTER_PROFILE_DEFAULT);
  g_assert_null (printer_profile_load ("no-such-printer", &error));
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/printer-profile/defaults", test_defaults);
  g_test_add_func ("/devices/printer-profile/refused", test_refused);
  g_test_add_func ("/devices/printer-profile/shipped", test_shipped);
  return g_test_run ();
}
