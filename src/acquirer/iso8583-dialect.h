/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One acquirer's way of writing ISO 8583, as data: which fields there are, how each is laid out,
 * how lengths, the MTI and the bitmap are written, what stands before the MTI. Read once from the
 * [codec] and [fields] groups of a profile and never changed afterwards; the codec only looks at
 * it. A plain value without pointers.
 *
 * A field's line:  FORMAT LENGTH ENCODING [left] [lll] | NAME     e.g.  "n 12 bcd | amount,
 * transaction" FORMAT    n digits · a letters · an letters and digits · ans printable · z track
 * data · b bytes (written as hex in texts) LENGTH    12 = exactly; ..37 = at most, with a length
 * before it (two digits up to 99, else three) ENCODING  bcd · ascii · binary · hex (bytes written
 * as two hexadecimal characters each) left      an odd count of BCD digits is filled up on the left
 * instead of on the right lll       the length before it has three digits though two would do
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ISO8583_FIELD_MAX 128    /* the highest field number */
#define ISO8583_MESSAGE_MAX 4096 /* bytes on the wire, without the frame's length */
#define ISO8583_PREFIX_MAX 32    /* bytes of TPDU and header before the MTI */
#define ISO8583_VARIABLE_MAX 999 /* what three digits of length can say */
#define ISO8583_NAME_MAX 48

typedef enum
{
  ISO8583_FORMAT_NONE, /* the dialect doesn't have this field */
  ISO8583_FORMAT_N,
  ISO8583_FORMAT_A,
  ISO8583_FORMAT_AN,
  ISO8583_FORMAT_ANS,
  ISO8583_FORMAT_Z,
  ISO8583_FORMAT_B,
} Iso8583Format;

typedef enum
{
  ISO8583_ENCODING_BCD,
  ISO8583_ENCODING_ASCII,
  ISO8583_ENCODING_BINARY,
  ISO8583_ENCODING_HEX,
} Iso8583Encoding;

/* How a frame says its length on the line. */
typedef enum
{
  ISO8583_FRAME_BINARY2,           /* two bytes, the high one first */
  ISO8583_FRAME_BCD2,              /* four digits in two bytes */
  ISO8583_FRAME_ASCII4,            /* four characters */
  ISO8583_FRAME_BINARY2_INCLUSIVE, /* as the first, and it counts its own two bytes */
} Iso8583Frame;

typedef struct
{
  Iso8583Format format;
  Iso8583Encoding encoding;
  gboolean pad_left;
  guint8 prefix_digits; /* 0: exactly `length`; 2 or 3: at most `length`, told before it */
  guint16 length;       /* digits or characters; bytes where the format is b */
  char name[ISO8583_NAME_MAX];
} Iso8583Field;

typedef struct
{
  Iso8583Frame frame;
  Iso8583Encoding mti;      /* bcd or ascii */
  Iso8583Encoding bitmap;   /* binary or hex */
  Iso8583Encoding length;   /* bcd, ascii or binary */
  gboolean length_in_bytes; /* BCD fields tell bytes instead of digits */
  guint8 pad_nibble;        /* what fills up an odd count of digits */
  guint field_max;          /* 64 or 128 */
  guint prefix_size;
  guint8
      prefix[ISO8583_PREFIX_MAX]; /* what stands before the MTI unless a message says otherwise */
  Iso8583Field fields[ISO8583_FIELD_MAX + 1];
} Iso8583Dialect;

/* Fills `self` from the groups [codec] and [fields]; ACQUIRER_ERROR_PROFILE names the key that is
 * wrong. */
gboolean iso8583_dialect_init (Iso8583Dialect *self, GKeyFile *file, GError **error);

G_END_DECLS
