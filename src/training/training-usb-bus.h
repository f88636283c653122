/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A UsbBus of emulated devices inside the program. Devices are added before it is used and outlive
 * it and its ports. A thread of its own gives them their time.
 */
#pragma once

#include "training-device.h"

G_BEGIN_DECLS

#define TRAINING_USB_BUS_DEVICES_MAX 8

typedef struct _TrainingUsbBus TrainingUsbBus;

TrainingUsbBus *training_usb_bus_new (void);
void training_usb_bus_free (TrainingUsbBus *self);
void training_usb_bus_add (TrainingUsbBus *self, TrainingDevice *device);
void training_usb_bus_plug (TrainingUsbBus *self, TrainingDevice *device, gboolean plugged);
/* Borrowed. */
UsbBus *training_usb_bus_bus (TrainingUsbBus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingUsbBus, training_usb_bus_free)

G_END_DECLS
