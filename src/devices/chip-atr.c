/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-atr.h"

#include "device-error.h"

#include <glib/gi18n.h>

#define TS_DIRECT 0x3B
#define TS_INVERSE 0x3F
#define SIZE_MIN 2
#define SPECIFIC_IMPLICIT 0x10
#define FIDI_FASTEST 0x13
#define IFSC_MIN 0x10
#define IFSC_MAX 0xFE

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_DATA, why);
  return FALSE;
}

/* ---- Reading (ISO 7816-3, 8.2) ---- */

typedef struct
{
  BaseReader reader;
  guint group;     /* 1: TA1 …; 2: TA2 …; then those of a protocol */
  guint8 protocol; /* of the TD before it */
  gboolean first_t1;
  gboolean has_check;
  ChipAtr *atr;
} Reading;

static void
take_a (Reading *self, guint8 byte)
{
  if (self->group == 1)
    self->atr->fidi = byte;
  else if (self->group == 2)
    {
      self->atr->specific = TRUE;
      self->atr->implicit = (byte & SPECIFIC_IMPLICIT) != 0;
      self->atr->protocol = byte & 0x0F;
    }
  else if (self->first_t1)
    self->atr->ifsc = byte;
}

static void
take_b (Reading *self, guint8 byte)
{
  if (self->group == 1)
    {
      self->atr->has_tb1 = TRUE;
      self->atr->tb1 = byte;
    }
  else if (self->group > 2 && self->first_t1)
    {
      self->atr->has_tb3 = TRUE;
      self->atr->bwi = byte >> 4;
      self->atr->cwi = byte & 0x0F;
    }
}

static void
take_c (Reading *self, guint8 byte)
{
  if (self->group == 1)
    self->atr->guard = byte;
  else if (self->group == 2)
    self->atr->wi = byte;
  else if (self->first_t1)
    self->atr->tc3 = byte;
}

/* A TD says which bytes follow and of which protocol. The bytes of T=1 are those of its first
 * group after TD2. */
static void
take_d (Reading *self, guint8 byte)
{
  guint8 protocol = byte & 0x0F;

  if (self->group == 1 && !self->atr->specific)
    self->atr->protocol = protocol;
  if (protocol != 15)
    self->atr->protocols |= 1u << protocol;
  self->has_check = self->has_check || protocol != 0;
  self->protocol = protocol;
}

static gboolean
read_groups (Reading *self, guint8 mask)
{
  gboolean had_t1 = FALSE;

  for (self->group = 1; mask != 0; self->group++)
    {
      guint8 byte;

      self->first_t1 = self->group > 2 && self->protocol == 1 && !had_t1;
      had_t1 = had_t1 || self->first_t1;
      if ((mask & 0x10) != 0)
        {
          if (!base_reader_u8 (&self->reader, &byte))
            return FALSE;
          take_a (self, byte);
        }
      if ((mask & 0x20) != 0)
        {
          if (!base_reader_u8 (&self->reader, &byte))
            return FALSE;
          take_b (self, byte);
        }
      if ((mask & 0x40) != 0)
        {
          if (!base_reader_u8 (&self->reader, &byte))
            return FALSE;
          take_c (self, byte);
        }
      if ((mask & 0x80) == 0)
        return TRUE;
      if (!base_reader_u8 (&self->reader, &byte))
        return FALSE;
      take_d (self, byte);
      mask = byte & 0xF0;
    }
  return TRUE;
}

static gboolean
is_checked (BaseSpan bytes)
{
  guint8 sum = 0;

  for (gsize i = 1; i < bytes.size; i++)
    sum ^= bytes.data[i];
  return sum == 0;
}

static void
keep_bytes (ChipAtr *self, BaseSpan bytes, BaseSpan historical)
{
  self->size = bytes.size;
  for (gsize i = 0; i < bytes.size; i++)
    self->bytes[i] = bytes.data[i];
  self->historical_size = historical.size;
  for (gsize i = 0; i < historical.size; i++)
    self->historical[i] = historical.data[i];
}

gboolean
chip_atr_read (BaseSpan bytes, ChipAtr *out_atr, GError **error)
{
  Reading reading = { .atr = out_atr };
  BaseSpan historical;
  guint8 ts, t0;

  *out_atr = (ChipAtr){
    .fidi = CHIP_FIDI_DEFAULT, .wi = CHIP_WI_DEFAULT, .ifsc = CHIP_IFSC_DEFAULT, .bwi = 4, .cwi = 13
  };
  if (bytes.size < SIZE_MIN || bytes.size > CHIP_ATR_MAX)
    return refuse (error, _ ("The chip's answer to reset has an impossible length"));
  base_reader_init (&reading.reader, bytes);
  (void)base_reader_u8 (&reading.reader, &ts);
  (void)base_reader_u8 (&reading.reader, &t0);
  if (ts != TS_DIRECT && ts != TS_INVERSE)
    return refuse (error, _ ("The chip's answer to reset doesn't begin like one"));
  out_atr->inverse = ts == TS_INVERSE;
  if (!read_groups (&reading, t0 & 0xF0)
      || !base_reader_take (&reading.reader, t0 & 0x0F, &historical))
    return refuse (error, _ ("The chip's answer to reset is cut off"));
  if (out_atr->protocols == 0)
    out_atr->protocols = 1; /* T=0 where nothing is said */
  if (base_reader_left (&reading.reader) != (reading.has_check ? 1 : 0))
    return refuse (error, _ ("The chip's answer to reset doesn't end where it should"));
  if (reading.has_check && !is_checked (bytes))
    return refuse (error, _ ("The check byte of the chip's answer to reset is wrong"));
  keep_bytes (out_atr, bytes, historical);
  return TRUE;
}

/* ---- What a payment card may say (EMV 4.4 Book 1, 8.3.3) ---- */

static const char *
find_t1_fault (const ChipAtr *self)
{
  if (self->ifsc < IFSC_MIN || self->ifsc > IFSC_MAX)
    return _ ("The chip takes blocks of no size that a payment card may have");
  if (!self->has_tb3 || self->cwi > 5 || self->bwi > 4
      || (self->guard != 255 && (1u << self->cwi) <= self->guard + 1u))
    return _ ("The chip wants to be waited for in a way that no payment card may");
  return self->tc3 != 0 ? _ ("The chip checks its blocks in a way that no payment card may") : NULL;
}

static const char *
find_fault (const ChipAtr *self, gboolean warm)
{
  if (self->implicit)
    return _ ("The chip wants a speed that only its own terminals know");
  if (self->protocol > 1)
    return _ ("The chip speaks no protocol that payment cards speak");
  if (!warm && (!self->has_tb1 || self->tb1 != 0))
    return _ ("The chip asks for a programming voltage");
  if (!self->specific && (self->fidi < CHIP_FIDI_DEFAULT || self->fidi > FIDI_FASTEST))
    return _ ("The chip asks for a speed that no payment card may");
  if (self->protocol == 0 && self->wi != CHIP_WI_DEFAULT)
    return _ ("The chip wants to be waited for in a way that no payment card may");
  return self->protocol == 1 ? find_t1_fault (self) : NULL;
}

gboolean
chip_atr_is_emv (const ChipAtr *self, gboolean warm, GError **error)
{
  const char *fault = find_fault (self, warm);

  if (fault != NULL)
    g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED, fault);
  return fault == NULL;
}

/* ---- Speeds (ISO 7816-3, tables 7 and 8) ---- */

guint
chip_atr_f (guint8 fidi)
{
  static const guint f[16]
      = { 372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048, 0, 0 };

  return f[fidi >> 4];
}

guint
chip_atr_d (guint8 fidi)
{
  static const guint d[16] = { 0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0 };

  return d[fidi & 0x0F];
}
