/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every emulated USB device has in common: descriptors, strings, plug and faults. A model
 * (printer, reader) fills in what its endpoints do; a skin carries transfers to it:
 * training-usb-bus inside the program, umockdev for till-usb-bench and the tests. One lock for each
 * device; functions that say so want it held. Whoever makes a device frees it after its skins.
 */
#pragma once

#include "usb-port.h"

G_BEGIN_DECLS

#define TRAINING_TICK_MS 10
#define TRAINING_DESCRIPTOR_MAX 1024

typedef enum
{
  TRAINING_TRANSFER_DONE,
  TRAINING_TRANSFER_WAIT, /* the device isn't ready for it: NAK */
  TRAINING_TRANSFER_STALL,
} TrainingTransfer;

/* All are called with the lock held. */
typedef struct
{
  /* Takes some or all of it; WAIT until the rest can be taken. NULL: no such endpoint. */
  TrainingTransfer (*out) (gpointer model, BaseSpan data, gsize *out_taken);
  TrainingTransfer (*in) (gpointer model, guint8 endpoint, UsbBuffer *buffer);
  /* A request of the device's class. For IN it fills the buffer. */
  TrainingTransfer (*control) (gpointer model, const UsbSetup *setup, UsbBuffer *buffer);
  /* The host stopped waiting on this IN endpoint without having got anything. May be NULL. */
  void (*in_ended) (gpointer model, guint8 endpoint);
  void (*claimed) (gpointer model, gboolean claimed);
  void (*unplugged) (gpointer model);
  void (*tick) (gpointer model, gint64 now_us);
} TrainingModelOps;

typedef struct _TrainingDevice TrainingDevice;
typedef void (*TrainingDeviceListener) (TrainingDevice *self, gpointer data);

/* Takes a reference on `info`; its address is the first of those that the device gets, and no
 * other's. `report` is the HID report descriptor, static, or empty. The model isn't owned. */
TrainingDevice *
training_device_new (UsbDevice *info, BaseSpan report, const TrainingModelOps *ops, gpointer model);
void training_device_free (TrainingDevice *self);

void training_device_lock (TrainingDevice *self);
void training_device_unlock (TrainingDevice *self);

/* With the lock held, all below. */
/* Something happened that a waiting transfer may want to know. */
void training_device_changed (TrainingDevice *self);
/* Called from changed(), with the lock held. One at most. */
void
training_device_set_listener (TrainingDevice *self, TrainingDeviceListener listener, gpointer data);
/* Waits for a change, or until then; lets go of the lock meanwhile. */
void training_device_wait (TrainingDevice *self, gint64 until_us);
void training_device_tick (TrainingDevice *self);

/* A snapshot as a bus shows it: the address is that of this time. Yours. */
UsbDevice *training_device_info (TrainingDevice *self);
guint8 training_device_address (const TrainingDevice *self);
gboolean training_device_is_plugged (const TrainingDevice *self);
/* Each plugging-in gives the next address. */
void training_device_set_plugged (TrainingDevice *self, gboolean plugged);
gboolean training_device_is_claimed (const TrainingDevice *self);
UsbOutcome training_device_claim (TrainingDevice *self);
void training_device_release (TrainingDevice *self);

/* Faults: the interface is held by somebody else; an endpoint (by its address) stalls, or takes and
 * gives nothing. */
void training_device_set_busy (TrainingDevice *self, gboolean busy);
void training_device_set_stalled (TrainingDevice *self, guint8 endpoint, gboolean stalled);
void training_device_set_hung (TrainingDevice *self, guint8 endpoint, gboolean hung);

TrainingTransfer
training_device_out (TrainingDevice *self, guint8 endpoint, BaseSpan data, gsize *out_taken);
TrainingTransfer training_device_in (TrainingDevice *self, guint8 endpoint, UsbBuffer *buffer);
void training_device_in_ended (TrainingDevice *self, guint8 endpoint);
TrainingTransfer
training_device_control (TrainingDevice *self, const UsbSetup *setup, UsbBuffer *buffer);

/* Class-specific descriptors stand behind the last endpoint, as some readers have them, instead of
 * behind the interface. Before it is plugged in. */
void training_device_set_extra_last (TrainingDevice *self, gboolean last);
/* Device and configuration descriptors as they stand in /sys. Yours. */
GBytes *training_device_descriptors (const TrainingDevice *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingDevice, training_device_free)

G_END_DECLS
