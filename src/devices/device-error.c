/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device-error.h"

#include <glib/gi18n.h>

G_DEFINE_QUARK (till - device - error - quark, device_error)

static DeviceError
code_for (UsbOutcome outcome)
{
  switch (outcome)
    {
    case USB_OUTCOME_GONE:
      return DEVICE_ERROR_GONE;
    case USB_OUTCOME_BUSY:
      return DEVICE_ERROR_BUSY;
    case USB_OUTCOME_ACCESS:
      return DEVICE_ERROR_ACCESS;
    case USB_OUTCOME_DONE:
    case USB_OUTCOME_TIMEOUT:
    case USB_OUTCOME_STALL:
    case USB_OUTCOME_FAULT:
      return DEVICE_ERROR_FAULT;
    }
  g_assert_not_reached ();
}

static const char *
why_for (UsbOutcome outcome)
{
  switch (outcome)
    {
    case USB_OUTCOME_GONE:
      return _ ("the device is gone");
    case USB_OUTCOME_BUSY:
      return _ ("another program holds it (CUPS, or a second till?)");
    case USB_OUTCOME_ACCESS:
      return _ ("the system doesn't allow it (is the udev rule installed?)");
    case USB_OUTCOME_TIMEOUT:
      return _ ("the device didn't answer in time");
    case USB_OUTCOME_STALL:
      return _ ("the device refused");
    case USB_OUTCOME_DONE:
    case USB_OUTCOME_FAULT:
      return _ ("the USB transfer failed");
    }
  g_assert_not_reached ();
}

void
device_error_set_outcome (GError **error, UsbOutcome outcome, const char *doing)
{
  g_set_error (error, DEVICE_ERROR, code_for (outcome), _ ("%s: %s"), doing, why_for (outcome));
}
