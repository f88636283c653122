/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-input.h"

#include "chip-atr.h"

#include <glib/gi18n.h>

/* An answer to reset on its way through its bytes. */
typedef struct
{
  CliContext *context;
  JsonBuilder *builder;
  const ChipAtr *atr;
  guint group;     /* of TA1, TA2 … */
  guint8 protocol; /* of the TD before it */
} Walk;

static void
tell_byte (Walk *self, const char *name, guint8 byte, const char *meaning)
{
  cli_output_line (self->context, "%-4s %02X  %s", name, byte, meaning != NULL ? meaning : "");
  json_builder_begin_object (self->builder);
  cli_output_text_member (self->builder, "name", name);
  cli_output_number_member (self->builder, "value", byte);
  cli_output_text_member (self->builder, "meaning", meaning);
  json_builder_end_object (self->builder);
}

static char *
say_speed (guint8 byte)
{
  return g_strdup_printf (_ ("speed: F = %u, D = %u"), chip_atr_f (byte), chip_atr_d (byte));
}

static char *
say_first (char letter, guint8 byte)
{
  if (letter == 'A')
    return say_speed (byte);
  if (letter == 'B')
    return byte == 0 ? g_strdup (_ ("no programming voltage"))
                     : g_strdup (_ ("asks for a programming voltage"));
  return g_strdup_printf (_ ("extra guard time: %u"), byte);
}

static char *
say_second (char letter, guint8 byte)
{
  if (letter == 'A')
    return g_strdup_printf (_ ("protocol T=%u and no other, without negotiation"), byte & 0x0F);
  return letter == 'C' ? g_strdup_printf (_ ("T=0: waiting integer %u"), byte) : NULL;
}

static char *
say_later (char letter, guint8 byte)
{
  if (letter == 'A')
    return g_strdup_printf (_ ("T=1: the card takes blocks of %u bytes"), byte);
  if (letter == 'B')
    return g_strdup_printf (_ ("T=1: waiting integers of a block %u, of a character %u"), byte >> 4,
                            byte & 0x0F);
  return g_strdup ((byte & 1) != 0 ? _ ("T=1: blocks are checked by CRC")
                                   : _ ("T=1: blocks are checked by LRC"));
}

/* Yours; NULL where it says nothing to a payment terminal. */
static char *
say (const Walk *self, char letter, guint8 byte)
{
  if (letter == 'D')
    return g_strdup_printf (_ ("protocol T=%u"), byte & 0x0F);
  if (self->group == 1)
    return say_first (letter, byte);
  if (self->group == 2)
    return say_second (letter, byte);
  return self->protocol == 1 ? say_later (letter, byte) : NULL;
}

/* The answer was read before: every byte that is announced is there. */
static gsize
tell_groups (Walk *self, gsize at)
{
  guint8 mask = self->atr->bytes[at - 1] & 0xF0;

  for (self->group = 1; mask != 0; self->group++)
    {
      guint8 next = 0;

      for (guint i = 0; i < 4; i++)
        if ((mask & 0x10 << i) != 0)
          {
            guint8 byte = self->atr->bytes[at++];
            g_autofree char *name = g_strdup_printf ("T%c%u", (int)('A' + i), self->group);
            g_autofree char *meaning = say (self, (char)('A' + i), byte);

            tell_byte (self, name, byte, meaning);
            if (i == 3)
              next = byte;
          }
      mask = next & 0xF0;
      self->protocol = next & 0x0F;
    }
  return at;
}

static void
tell_historical (Walk *self)
{
  BaseSpan bytes = BASE_SPAN (self->atr->historical, self->atr->historical_size);
  g_autofree char *hex = base_bytes_to_hex (bytes);
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < bytes.size; i++)
    g_string_append_c (text, g_ascii_isprint ((char)bytes.data[i]) ? (char)bytes.data[i] : '.');
  if (bytes.size > 0)
    cli_output_line (self->context, _ ("Historical bytes: %s  “%s”"), hex, text->str);
  cli_output_text_member (self->builder, "historical", hex);
  cli_output_text_member (self->builder, "historical_text", text->str);
}

static void
tell_bytes (Walk *self)
{
  const ChipAtr *atr = self->atr;
  g_autofree char *historical = g_strdup_printf (_ ("%zu historical bytes"), atr->historical_size);
  gsize at;

  json_builder_set_member_name (self->builder, "bytes");
  json_builder_begin_array (self->builder);
  tell_byte (self, "TS", atr->bytes[0],
             atr->inverse ? _ ("inverse convention") : _ ("direct convention"));
  tell_byte (self, "T0", atr->bytes[1], historical);
  at = tell_groups (self, 2) + atr->historical_size;
  if (at < atr->size)
    tell_byte (self, "TCK", atr->bytes[at], _ ("check byte, right"));
  json_builder_end_array (self->builder);
}

static void
tell_protocols (Walk *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  json_builder_set_member_name (self->builder, "protocols");
  json_builder_begin_array (self->builder);
  for (guint i = 0; i < 16; i++)
    if ((self->atr->protocols & 1u << i) != 0)
      {
        g_string_append_printf (text, "%sT=%u", text->len > 0 ? ", " : "", i);
        json_builder_add_int_value (self->builder, i);
      }
  json_builder_end_array (self->builder);
  cli_output_line (self->context, _ ("Protocols: %s; begins with T=%u"), text->str,
                   self->atr->protocol);
  cli_output_number_member (self->builder, "protocol", self->atr->protocol);
}

/* More is borne after a second, warm reset. */
static void
tell_verdict (Walk *self)
{
  g_autoptr (GError) cold = NULL;
  g_autoptr (GError) warm = NULL;
  gboolean taken = chip_atr_is_emv (self->atr, FALSE, &cold);
  gboolean taken_warm = chip_atr_is_emv (self->atr, TRUE, &warm);

  if (taken)
    cli_output_line (self->context, "%s", _ ("A payment terminal takes this card (EMV)."));
  else if (taken_warm)
    cli_output_line (self->context,
                     _ ("A payment terminal takes this card only after a warm reset (EMV): %s"),
                     cold->message);
  else
    cli_output_line (self->context, _ ("A payment terminal doesn't take this card (EMV): %s"),
                     warm->message);
  cli_output_flag_member (self->builder, "emv", taken);
  cli_output_flag_member (self->builder, "emv_warm", taken_warm);
  cli_output_text_member (self->builder, "emv_reason", cold != NULL ? cold->message : NULL);
}

CliExit
cli_atr_decode (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cli_input_hex (context, 0, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  ChipAtr atr;
  Walk walk = { .context = context, .builder = builder, .atr = &atr };

  if (bytes == NULL)
    return cli_output_fail (context, error);
  if (!chip_atr_read (base_bytes_span (bytes), &atr, &error))
    return cli_output_say (context, CLI_EXIT_USAGE, "%s", error->message);
  json_builder_begin_object (builder);
  tell_bytes (&walk);
  tell_historical (&walk);
  tell_protocols (&walk);
  tell_verdict (&walk);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}
