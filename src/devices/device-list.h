/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every USB device that has a role in a shop, and those that look as if they had one but are
 * refused, with the sentence that says why. Whoever owns the bus makes one list on it. refresh()
 * blocks; a watch does so on a thread of its own and tells the main context that was the thread's
 * default when it was started. Snapshots are immutable and may be read from any thread.
 */
#pragma once

#include "usb-port.h"

G_BEGIN_DECLS

#define DEVICE_LIST_WAIT_MS 1000

typedef enum
{
  DEVICE_ROLE_PRINTER,
  DEVICE_ROLE_STRIPE,
  DEVICE_ROLE_CHIP,
  DEVICE_ROLE_REFUSED, /* a card reader that may not be used for payment */
} DeviceRole;

typedef enum
{
  DEVICE_STATE_READY,
  DEVICE_STATE_BUSY,
  DEVICE_STATE_NO_ACCESS,
  DEVICE_STATE_REFUSED,
  DEVICE_STATE_FAULT,
} DeviceState;

typedef struct
{
  gint ref_count;
  DeviceRole role;
  DeviceState state;
  const char *driver; /* "escpos", "magtek", "idtech", "ccid", "none" */
  char *profile;      /* printer profile's name, or NULL */
  char *identity; /* its serial where no other device of its kind shares it, else bus and port: what
                     to remember it by */
  char *sentence; /* English; what a person should know */
  guint8 interface; /* the one that the driver claims */
  gboolean has_pad; /* a chip reader that says it has keys for a PIN */
  UsbDevice *usb;
} DeviceEntry;

DeviceEntry *device_entry_ref (DeviceEntry *self);
void device_entry_unref (DeviceEntry *self);
/* Its interface among the device's; NULL when there is none of that number. */
const UsbInterface *device_entry_find_interface (const DeviceEntry *self);
/* "printer", "stripe", "chip", "refused" / "ready", "busy", "no-access", "refused", "fault": fixed
 * words. */
const char *device_role_word (DeviceRole role);
const char *device_state_word (DeviceState state);

typedef struct _DeviceList DeviceList;
typedef void (*DeviceListChanged) (DeviceList *self, gpointer data);

/* Borrows the bus, which must outlive it. */
DeviceList *device_list_new (UsbBus *bus);
void device_list_free (DeviceList *self);
UsbBus *device_list_bus (DeviceList *self);
/* Blocks. */
gboolean device_list_refresh (DeviceList *self, GError **error);
/* Starts the watching thread (once); `changed` runs in the main context of the caller. */
void device_list_watch (DeviceList *self, DeviceListChanged changed, gpointer data);
/* Array of DeviceEntry; never NULL. Yours to unref. */
GPtrArray *device_list_snapshot (DeviceList *self);
/* Grows with each change of what a snapshot shows. */
guint device_list_counter (DeviceList *self);
/* First usable entry of this role, or the one with this identity when it isn't NULL. Yours; NULL
 * when there is none. */
DeviceEntry *device_list_find (DeviceList *self, DeviceRole role, const char *identity);
/* First card reader that is plugged in and can't be used; its state says why. Yours; NULL when
 * there is none. */
DeviceEntry *device_list_find_unusable_reader (DeviceList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeviceList, device_list_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeviceEntry, device_entry_unref)

G_END_DECLS
