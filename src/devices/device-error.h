/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The error domain of everything with a plug. What the world says no to (paper out, a swipe that
 * didn't read) is an outcome and not in here. Messages are English sentences for the log.
 */
#pragma once

#include "usb-port.h"

G_BEGIN_DECLS

#define DEVICE_ERROR (device_error_quark ())

typedef enum
{
  DEVICE_ERROR_GONE,    /* pulled out, or never there */
  DEVICE_ERROR_BUSY,    /* another program holds it */
  DEVICE_ERROR_ACCESS,  /* the system lets us not open it */
  DEVICE_ERROR_DATA,    /* it sent bytes that make no sense */
  DEVICE_ERROR_REFUSED, /* it works, but may not be used for payment */
  DEVICE_ERROR_PROFILE, /* a printer profile that can't be read */
  DEVICE_ERROR_FAULT,   /* anything else */
} DeviceError;

GQuark device_error_quark (void);
/* Sets the error that belongs to a transfer's outcome; `doing` as "claiming the reader". */
void device_error_set_outcome (GError **error, UsbOutcome outcome, const char *doing);

G_END_DECLS
