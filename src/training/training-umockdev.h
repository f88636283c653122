/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The second skin of the emulated devices: a /dev/bus/usb node under umockdev, so that stock libusb
 * in this process or another one speaks to them. Only till-usb-bench and the tests link it. A node
 * belongs to whoever made it; plug and unplug come from one thread, while the testbed's own thread
 * answers the transfers.
 */
#pragma once

#include "training-device.h"

#include <umockdev.h>

G_BEGIN_DECLS

#define TRAINING_UMOCKDEV_TRANSFERS_MAX 256

typedef struct _TrainingUmockdev TrainingUmockdev;

/* Borrows both, which must outlive it. `port` is the number in "1-PORT". Not plugged in yet. */
TrainingUmockdev *
training_umockdev_new (UMockdevTestbed *testbed, TrainingDevice *device, guint port);
/* Unplugs first. */
void training_umockdev_free (TrainingUmockdev *self);
gboolean training_umockdev_plug (TrainingUmockdev *self, GError **error);
void training_umockdev_unplug (TrainingUmockdev *self);

/* Before it is plugged in: descriptors in place of the device's own, for those that lie. Copied. */
void training_umockdev_set_descriptors (TrainingUmockdev *self, BaseSpan descriptors);
/* Whether changes are told to udev's listeners: FALSE is a container's silence. TRUE at first. */
void training_umockdev_set_events (TrainingUmockdev *self, gboolean events);
/* A kernel driver ("usblp") that sits on the interface; NULL: none. Static text. */
void training_umockdev_set_driver (TrainingUmockdev *self, const char *driver);
/* Whether it sits there at this moment, and how often it was taken off. */
gboolean training_umockdev_has_driver (TrainingUmockdev *self);
guint training_umockdev_detach_count (TrainingUmockdev *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingUmockdev, training_umockdev_free)

G_END_DECLS
