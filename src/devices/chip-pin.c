/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-pin.h"

#define OPERATION_VERIFY 0x00
#define DIGITS_MIN 4
#define DIGITS_MAX 12
#define LANGUAGE 0x0409 /* English (US): the one that pads have */
#define STATUS_TIMEOUT 0x6400
#define STATUS_CANCELLED 0x6401
/* Places in PC_to_RDR_Secure that bError names: bNumberMessage … bMsgIndex. */
#define PLACE_MESSAGES 18
#define PLACE_INDEX 21

static const guint8 verify[CHIP_PIN_COMMAND_SIZE]
    = { 0x00, 0x20, 0x00, 0x80, 0x08, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };

/* CCID's numbers are little-endian, those of PC/SC are the machine's. */
static void
put_u16 (BaseWriter *writer, guint16 value, gboolean machine)
{
  guint16 bytes = machine ? value : GUINT16_TO_LE (value);

  base_writer_put (writer, BASE_SPAN (&bytes, sizeof bytes));
}

/* Both from the format on, up to the command. */
static void
put_format (BaseWriter *writer, const ChipPinOrder *self, gboolean machine)
{
  base_writer_u8 (writer, 0x89); /* units of bytes, offset 1, left-justified BCD */
  base_writer_u8 (writer, 0x47); /* length of 4 bits, block of 7 bytes */
  base_writer_u8 (writer, 0x04); /* the length's place: bit 4 */
  put_u16 (writer, DIGITS_MIN << 8 | DIGITS_MAX, machine);
  base_writer_u8 (writer, 0x02); /* ended by its OK key */
  base_writer_u8 (writer, self->display ? 0x01 : 0x00);
  put_u16 (writer, LANGUAGE, machine);
  base_writer_u8 (writer, 0x00); /* its first message: asking for the PIN */
  base_writer_put (writer, BASE_SPAN (self->prologue, sizeof self->prologue));
}

static gsize
take (BaseWriter *writer, guint8 *out)
{
  BaseSpan written = base_writer_span (writer);

  g_assert (!writer->overflowed);
  for (gsize i = 0; i < written.size; i++)
    out[i] = written.data[i];
  return written.size;
}

gsize
chip_pin_write_ccid (const ChipPinOrder *self, guint8 out_bytes[CHIP_PIN_ORDER_MAX])
{
  g_auto (BaseWriter) writer = { 0 };

  base_writer_init (&writer, CHIP_PIN_ORDER_MAX);
  base_writer_u8 (&writer, OPERATION_VERIFY);
  base_writer_u8 (&writer, CHIP_PIN_SECONDS);
  put_format (&writer, self, /* machine= */ FALSE);
  base_writer_put (&writer, BASE_SPAN (verify, sizeof verify));
  return take (&writer, out_bytes);
}

gsize
chip_pin_write_pcsc (const ChipPinOrder *self, guint8 out_bytes[CHIP_PIN_ORDER_MAX])
{
  g_auto (BaseWriter) writer = { 0 };
  guint32 size = sizeof verify; /* the machine's order, too */

  base_writer_init (&writer, CHIP_PIN_ORDER_MAX);
  base_writer_u8 (&writer, CHIP_PIN_SECONDS); /* to the first digit */
  base_writer_u8 (&writer, CHIP_PIN_SECONDS); /* after it */
  put_format (&writer, self, /* machine= */ TRUE);
  base_writer_put (&writer, BASE_SPAN ((const guint8 *)&size, sizeof size));
  base_writer_put (&writer, BASE_SPAN (verify, sizeof verify));
  return take (&writer, out_bytes);
}

ChipPin
chip_pin_by_status (guint16 status)
{
  return status == STATUS_TIMEOUT     ? CHIP_PIN_TIMED_OUT
         : status == STATUS_CANCELLED ? CHIP_PIN_CANCELLED
                                      : CHIP_PIN_SENT;
}

gboolean
chip_pin_is_about_display (guint8 error)
{
  return error >= PLACE_MESSAGES && error <= PLACE_INDEX;
}
