/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All that drivers know about USB: a bus that lists devices and says when something changed, and a
 * port that moves bytes. There are two implementations, libusb (usb-port-libusb.h) and the emulated
 * hardware of training mode (training-bench.h). Every call blocks, never longer than its timeout
 * (and a little), and none may be made on the thread that paints. What the device or the cable does
 * is an outcome. A port belongs to one thread at a time; a bus may be asked from any.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define USB_DEVICES_MAX 128
#define USB_INTERFACES_MAX 16
#define USB_ENDPOINTS_MAX 16
#define USB_EXTRA_MAX 128 /* bytes of class-specific descriptors of an interface */
#define USB_TEXT_MAX 126  /* characters of a string descriptor */
#define USB_TIMEOUT_MAX_MS 30000

typedef enum
{
  USB_OUTCOME_DONE,
  USB_OUTCOME_TIMEOUT, /* some bytes may have moved all the same */
  USB_OUTCOME_STALL,   /* the endpoint is halted, or the request is unknown */
  USB_OUTCOME_GONE,    /* no device at the other end */
  USB_OUTCOME_BUSY,    /* another program has claimed it */
  USB_OUTCOME_ACCESS,  /* no right to open it */
  USB_OUTCOME_FAULT,   /* anything else */
} UsbOutcome;

typedef struct
{
  guint8 address;    /* bit 7: IN */
  guint8 attributes; /* low two bits: 2 bulk, 3 interrupt */
  guint16 packet_size;
} UsbEndpoint;

typedef struct
{
  guint8 number;
  guint8 alternate;
  guint8 class_code;
  guint8 subclass;
  guint8 protocol;
  guint endpoint_count;
  UsbEndpoint endpoints[USB_ENDPOINTS_MAX];
  guint8 extra[USB_EXTRA_MAX]; /* those that stand behind the interface, then those behind its
                                  endpoints; cut off where there are more */
  gsize extra_size;
} UsbInterface;

/* What a bus knows of a device without claiming it. Immutable and shared by reference. */
typedef struct
{
  gint ref_count;
  guint16 vendor;
  guint16 product;
  guint16 release;      /* bcdDevice: of its firmware */
  guint8 configuration; /* value of the active one */
  guint8 bus;
  guint8 address;    /* a new one each time it is plugged in */
  char *path;        /* "1-4.2": bus and ports; stays the same in the same socket */
  char *serial;      /* NULL when it has none or it couldn't be read */
  char *maker;       /* may be NULL */
  char *model;       /* may be NULL */
  UsbOutcome access; /* whether it could be opened: DONE, ACCESS, BUSY, FAULT */
  guint interface_count;
  UsbInterface interfaces[USB_INTERFACES_MAX];
} UsbDevice;

UsbDevice *usb_device_new (const char *path);
UsbDevice *usb_device_ref (UsbDevice *self);
void usb_device_unref (UsbDevice *self);
/* First interface of this class; NULL when there is none. subclass < 0 means any. */
const UsbInterface *
usb_device_find_interface (const UsbDevice *self, guint8 class_code, int subclass);
/* Appends class-specific descriptors, as far as there is room. For whoever fills one in. */
void usb_interface_add_extra (UsbInterface *self, BaseSpan bytes);
/* First endpoint of this transfer type (2 bulk, 3 interrupt) and direction; NULL when there is
 * none. */
const UsbEndpoint *usb_interface_find_endpoint (const UsbInterface *self, guint8 type, gboolean in);

/* Where a transfer puts or finds its bytes: `filled` is how many moved, whatever the outcome. */
typedef struct
{
  guint8 *bytes;
  gsize size;
  gsize filled;
} UsbBuffer;

typedef struct
{
  guint8 request_type; /* bit 7: device to host */
  guint8 request;
  guint16 value;
  guint16 index;
} UsbSetup;

typedef struct
{
  UsbOutcome (*claim) (gpointer ctx, guint8 interface);
  void (*release) (gpointer ctx, guint8 interface);
  UsbOutcome (*control) (gpointer ctx, const UsbSetup *setup, UsbBuffer *buffer, guint timeout_ms);
  UsbOutcome (
      *write) (gpointer ctx, guint8 endpoint, BaseSpan data, guint timeout_ms, gsize *out_written);
  UsbOutcome (*read) (gpointer ctx, guint8 endpoint, UsbBuffer *buffer, guint timeout_ms);
  UsbOutcome (*clear_halt) (gpointer ctx, guint8 endpoint);
  void (*close) (gpointer ctx);
} UsbPortOps;

typedef struct
{
  const UsbPortOps *ops;
  gpointer ctx;
} UsbPort;

UsbPort *usb_port_new (const UsbPortOps *ops, gpointer ctx);
/* Takes the kernel's driver off first; release gives the interface back to it. */
UsbOutcome usb_port_claim (UsbPort *self, guint8 interface);
void usb_port_release (UsbPort *self, guint8 interface);
/* A buffer of size 0 is a request without data. `filled` counts data bytes. */
UsbOutcome
usb_port_control (UsbPort *self, const UsbSetup *setup, UsbBuffer *buffer, guint timeout_ms);
/* out_written is always written: what the device took, as far as can be known. */
UsbOutcome usb_port_write (UsbPort *self,
                           guint8 endpoint,
                           BaseSpan data,
                           guint timeout_ms,
                           gsize *out_written);
UsbOutcome usb_port_read (UsbPort *self, guint8 endpoint, UsbBuffer *buffer, guint timeout_ms);
UsbOutcome usb_port_clear_halt (UsbPort *self, guint8 endpoint);
/* Closes and frees. Claimed interfaces must have been released. */
void usb_port_free (UsbPort *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UsbPort, usb_port_free)

typedef struct
{
  /* Array of UsbDevice with unref as its free function, at most USB_DEVICES_MAX. */
  GPtrArray *(*list) (gpointer ctx, GError **error);
  UsbPort *(*open) (gpointer ctx, const UsbDevice *device, UsbOutcome *out_outcome);
  /* Returns when the counter isn't `seen` any more or the time is over; gives the counter. */
  guint (*wait) (gpointer ctx, guint seen, guint timeout_ms);
  /* Counts one more, so that who waits returns. */
  void (*wake) (gpointer ctx);
  void (*free) (gpointer ctx);
} UsbBusOps;

typedef struct
{
  const UsbBusOps *ops;
  gpointer ctx;
} UsbBus;

UsbBus *usb_bus_new (const UsbBusOps *ops, gpointer ctx);
GPtrArray *usb_bus_list (UsbBus *self, GError **error);
/* NULL with the outcome when it can't be opened. out_outcome is always written. */
UsbPort *usb_bus_open (UsbBus *self, const UsbDevice *device, UsbOutcome *out_outcome);
guint usb_bus_wait (UsbBus *self, guint seen, guint timeout_ms);
/* Ends the waits of other threads: they return as if something had changed. Doesn't block. */
void usb_bus_wake (UsbBus *self);
/* Ports that are still open stay good. */
void usb_bus_free (UsbBus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UsbBus, usb_bus_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UsbDevice, usb_device_unref)

/* "done", "timeout", "stall", … for logs and tests. */
const char *usb_outcome_word (UsbOutcome outcome);

G_END_DECLS
