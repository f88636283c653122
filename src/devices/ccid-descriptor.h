/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a CCID reader says of itself: the functional descriptor of 54 bytes (CCID 1.1, 5.1),
 * wherever it stands among an interface's class-specific bytes. Pure, any thread.
 */
#pragma once

#include "usb-port.h"

G_BEGIN_DECLS

#define CCID_DESCRIPTOR_SIZE 54
#define CCID_CLASS 0x0B
#define CCID_CLASS_VENDOR 0xFF /* readers older than the standard */
#define CCID_SLOTS_MAX 16

/* dwFeatures */
#define CCID_FEATURE_AUTO_ATR 0x2
#define CCID_FEATURE_AUTO_ACTIVATION 0x4
#define CCID_FEATURE_AUTO_VOLTAGE 0x8
#define CCID_FEATURE_AUTO_CLOCK 0x10
#define CCID_FEATURE_AUTO_RATE 0x20
#define CCID_FEATURE_AUTO_NEGOTIATION 0x40 /* neither PPS nor parameters are ours to send */
#define CCID_FEATURE_AUTO_PPS 0x80
#define CCID_FEATURE_AUTO_IFSD 0x400

typedef enum
{
  CCID_LEVEL_CHARACTER, /* refused */
  CCID_LEVEL_TPDU,
  CCID_LEVEL_SHORT,
  CCID_LEVEL_EXTENDED,
} CcidLevel;

typedef struct
{
  guint slots;     /* 1 … */
  guint8 voltages; /* bits: 1 5 V, 2 3 V, 4 1.8 V */
  guint protocols; /* bits: 1 T=0, 2 T=1 */
  guint clock_khz; /* as it begins */
  guint rate_max;  /* bit/s that the card's side can do; 0: it doesn't say */
  guint ifsd;      /* bytes of information of a T=1 block that it takes */
  guint features;
  CcidLevel level;
  gsize message_max; /* bytes with their header */
  guint8 pin;        /* bits: 1 verify, 2 modify */
  guint16 lcd;       /* lines, columns */
} CcidDescriptor;

/* Whether it has keys on which a PIN can be typed and verified. */
gboolean ccid_descriptor_has_pad (const CcidDescriptor *self);
/* DEVICE_ERROR_DATA: there is none, or one that can't be; DEVICE_ERROR_REFUSED: one at character
 * level, or ICCD, which a till doesn't drive. The error is a sentence for people. */
gboolean ccid_descriptor_read (const UsbInterface *interface,
                               CcidDescriptor *out_descriptor,
                               GError **error);
/* Whether the interface is a reader's at all: by class, or by a vendor's with that descriptor. */
gboolean ccid_descriptor_is_reader (const UsbInterface *interface);

G_END_DECLS
