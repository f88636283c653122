/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device-error.h"

static void
test_outcomes (void)
{
  static const struct
  {
    UsbOutcome outcome;
    DeviceError code;
  } cases[]
      = { { USB_OUTCOME_GONE, DEVICE_ERROR_GONE },     { USB_OUTCOME_BUSY, DEVICE_ERROR_BUSY },
          { USB_OUTCOME_ACCESS, DEVICE_ERROR_ACCESS }, { USB_OUTCOME_TIMEOUT, DEVICE_ERROR_FAULT },
          { USB_OUTCOME_STALL, DEVICE_ERROR_FAULT },   { USB_OUTCOME_FAULT, DEVICE_ERROR_FAULT } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      device_error_set_outcome (&error, cases[i].outcome, "Trying");
      g_assert_error (error, DEVICE_ERROR, (int)cases[i].code);
      g_assert_true (g_str_has_prefix (error->message, "Trying: "));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/error/outcomes", test_outcomes);
  return g_test_run ();
}
