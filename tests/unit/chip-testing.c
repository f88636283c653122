/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-testing.h"

#include <string.h>

#define WAIT_US (10 * G_USEC_PER_SEC)

/* ---- The card ---- */

static GBytes *
reset (gpointer ctx, gboolean warm)
{
  ChipTestingCard *self = ctx;
  const char *atr = warm && self->warm_atr != NULL ? self->warm_atr : self->atr;

  return atr != NULL ? base_bytes_from_hex (atr, NULL) : NULL;
}

static void
put_status (GByteArray *out, guint status)
{
  const guint8 bytes[] = { (guint8)(status >> 8), (guint8)status };

  g_byte_array_append (out, bytes, 2);
}

static void
put_count (GByteArray *out, guint count)
{
  for (guint i = 0; i < count; i++)
    g_byte_array_append (out, &(guint8){ (guint8)i }, 1);
}

static guint
verify (BaseSpan command)
{
  static const guint8 good[] = { 0x24, 0x12, 0x34, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };

  return command.size == 13
                 && base_bytes_equal (BASE_SPAN (command.data + 5, 8), BASE_SPAN (good, 8))
             ? 0x9000
             : 0x63C2;
}

static gboolean
transmit (gpointer ctx, BaseSpan command, GByteArray *out)
{
  ChipTestingCard *self = ctx;
  gsize data = command.size > 5 ? command.data[4] : 0;

  self->count++;
  g_byte_array_set_size (self->got, 0);
  g_byte_array_append (self->got, command.data, (guint)command.size);
  g_assert_cmpuint (command.size, >=, 4);
  switch (command.data[1])
    {
    case 0xA4:
      for (gsize i = 0; i < data; i++)
        g_byte_array_append (out, command.data + 5 + data - 1 - i, 1);
      put_status (out, 0x9000);
      return TRUE;
    case 0xB2:
      put_count (out, command.data[2]);
      put_status (out, 0x9000);
      return TRUE;
    case 0xCA:
      put_count (out, command.data[2]);
      put_status (out, 0x6283);
      return TRUE;
    case 0x20:
      put_status (out, verify (command));
      return TRUE;
    case 0x1E:
    case 0x82:
    case 0xD6:
      put_status (out, 0x9000);
      return TRUE;
    case 0xFF:
      return FALSE;
    default:
      put_status (out, 0x6D00);
      return TRUE;
    }
}

static guint
count_extensions (gpointer ctx)
{
  ChipTestingCard *self = ctx;

  return self->extensions;
}

void
chip_testing_card_init (ChipTestingCard *self, const char *atr)
{
  *self = (ChipTestingCard){ .atr = atr, .got = g_byte_array_new () };
  self->end = (TrainingChipEnd){
    .reset = reset, .transmit = transmit, .extensions = count_extensions, .ctx = self
  };
}

void
chip_testing_card_clear (ChipTestingCard *self)
{
  g_byte_array_unref (self->got);
}

/* ---- The reader ---- */

void
chip_testing_lock (ChipTesting *self)
{
  training_device_lock (training_ccid_device (self->ccid));
}

void
chip_testing_unlock (ChipTesting *self)
{
  training_device_unlock (training_ccid_device (self->ccid));
}

void
chip_testing_insert (ChipTesting *self, guint slot)
{
  chip_testing_lock (self);
  training_ccid_insert (self->ccid, slot, &self->card.end);
  chip_testing_unlock (self);
}

void
chip_testing_remove (ChipTesting *self, guint slot)
{
  chip_testing_lock (self);
  training_ccid_remove (self->ccid, slot);
  chip_testing_unlock (self);
}

void
chip_testing_init_with (ChipTesting *self, const TrainingCcidModel *model, const char *atr)
{
  g_assert_nonnull (model);
  *self = (ChipTesting){ .model = *model };
  chip_testing_card_init (&self->card, atr);
  self->ccid = training_ccid_new (model);
  self->bus = training_usb_bus_new ();
  training_usb_bus_add (self->bus, training_ccid_device (self->ccid));
  training_usb_bus_plug (self->bus, training_ccid_device (self->ccid), TRUE);
  self->list = device_list_new (training_usb_bus_bus (self->bus));
  g_assert_true (device_list_refresh (self->list, NULL));
  self->entry = device_list_find (self->list, DEVICE_ROLE_CHIP, NULL);
  if (atr != NULL)
    chip_testing_insert (self, 0);
}

void
chip_testing_init (ChipTesting *self, const char *model, const char *atr)
{
  chip_testing_init_with (self, training_ccid_model_find (model), atr);
}

void
chip_testing_clear (ChipTesting *self)
{
  device_entry_unref (self->entry);
  device_list_free (self->list);
  training_usb_bus_free (self->bus);
  training_ccid_free (self->ccid);
  chip_testing_card_clear (&self->card);
}

ChipReader *
chip_testing_open (ChipTesting *self)
{
  g_autoptr (GError) error = NULL;
  ChipReader *reader;
  ChipAtr atr;

  g_assert_nonnull (self->entry);
  reader = chip_reader_open (training_usb_bus_bus (self->bus), self->entry, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (
      chip_line_word (chip_reader_wait_card (reader, g_get_monotonic_time () + WAIT_US, NULL)), ==,
      "done");
  g_assert_cmpstr (chip_line_word (chip_reader_power_on (reader, &atr, &error)), ==, "done");
  g_assert_no_error (error);
  return reader;
}

ChipOutcome
chip_testing_try (ChipReader *reader, const char *command, char **out_answer)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (command, NULL);
  guint8 answer[CHIP_ANSWER_MAX];
  gsize size;
  ChipOutcome outcome;

  g_assert_nonnull (bytes);
  outcome = chip_reader_transmit (reader, base_bytes_span (bytes), answer, &size);
  if (outcome != CHIP_DONE)
    g_assert_cmpuint (size, ==, 0);
  *out_answer = base_bytes_to_hex (BASE_SPAN (answer, size));
  return outcome;
}

void
chip_testing_ask (ChipReader *reader, const char *command, const char *answer)
{
  g_autofree char *got = NULL;

  g_assert_cmpstr (chip_line_word (chip_testing_try (reader, command, &got)), ==, "done");
  g_assert_cmpstr (got, ==, answer);
}

/* ---- The line ---- */

static ChipOutcome
play (gpointer ctx, BaseSpan block, guint8 waits, guint8 answer[CHIP_BLOCK_MAX], gsize *out_size)
{
  static const struct
  {
    const char *word;
    ChipOutcome outcome;
  } words[] = { { "mute", CHIP_MUTE },
                { "removed", CHIP_NO_CARD },
                { "late", CHIP_TIMED_OUT },
                { "gone", CHIP_GONE } };
  ChipTestingPart *self = ctx;
  g_autofree char *hex = base_bytes_to_hex (block);
  g_autoptr (GBytes) bytes = NULL;
  const char *line;

  *out_size = 0;
  self->waits = waits;
  g_assert_nonnull (self->lines[self->next]);
  g_assert_cmpstr (hex, ==, self->lines[self->next]);
  line = self->lines[self->next + 1];
  self->next += 2;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (line, words[i].word) == 0)
      return words[i].outcome;
  bytes = base_bytes_from_hex (line, NULL);
  g_assert_nonnull (bytes);
  *out_size = g_bytes_get_size (bytes);
  if (*out_size > 0)
    memcpy (answer, g_bytes_get_data (bytes, NULL), *out_size);
  return CHIP_DONE;
}

ChipLine
chip_testing_line (ChipTestingPart *part)
{
  return (ChipLine){ play, part };
}

void
chip_testing_part_over (const ChipTestingPart *part)
{
  g_assert_null (part->lines[part->next]);
}
