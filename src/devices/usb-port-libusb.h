/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real bus: stock libusb. Changes come from udev; where its events don't come (containers,
 * Flatpak) a look at the kernel's list each second finds them. The only file that includes libusb.
 */
#pragma once

#include "usb-port.h"

G_BEGIN_DECLS

UsbBus *usb_bus_libusb_new (GError **error);

G_END_DECLS
