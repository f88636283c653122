/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-reader.h"

#include "base-secret.h"
#include "ccid-message.h"
#include "ccid-reader.h"
#include "chip-pcsc.h"
#include "chip-t0.h"
#include "chip-t1.h"
#include "device-error.h"

#include <glib/gi18n.h>

#define SLICE_MS 250
#define CHAINS_MAX 64
#define BLOCK_MS_UNKNOWN 30000
#define BLOCK_MS_MIN 3000
#define CLOCK_KHZ_DEFAULT 3571
#define VOLTAGE_MAX 3
#define PPS_MAX 4
#define PIN_MS ((CHIP_PIN_SECONDS + 4) * 1000u)
#define ERROR_PIN_TIMEOUT 0xF0
#define ERROR_PIN_CANCELLED 0xEF
#define LEVEL_WHOLE 0x00
#define LEVEL_BEGINS 0x01
#define LEVEL_ENDS 0x02
#define LEVEL_MIDDLE 0x03
#define LEVEL_GO_ON 0x10

struct _ChipReader
{
  char *identity;
  CcidReader *ccid;
  ChipPcsc *pcsc; /* one of the two */
  ChipAtr atr;
  guint8 protocol;
  ChipT1 t1;
  guint block_ms; /* how long the card may take for one block */
  gboolean powered;
  guint8 voltage; /* at which the card answered; 0: the reader's choice, or not known yet */
};

/* A serial is the device's own text: what isn't printed ends no line. */
char *
chip_reader_name (const DeviceEntry *entry, const char *way)
{
  char *name = g_strdup_printf ("%04x:%04x %s %s", entry->usb->vendor, entry->usb->product, way,
                                entry->identity);

  for (char *byte = name; *byte != '\0'; byte++)
    if (g_ascii_iscntrl (*byte))
      *byte = '?';
  return name;
}

ChipReader *
chip_reader_open (UsbBus *bus, const DeviceEntry *entry, GError **error)
{
  g_autoptr (ChipReader) self = g_new0 (ChipReader, 1);

  g_autoptr (GError) fault = NULL;

  self->ccid = ccid_reader_open (bus, entry, &fault);
  if (g_error_matches (fault, DEVICE_ERROR, DEVICE_ERROR_BUSY))
    self->pcsc = chip_pcsc_open (entry, NULL);
  if (self->ccid != NULL || self->pcsc != NULL)
    {
      self->identity = chip_reader_name (entry, chip_reader_way (self));
      return g_steal_pointer (&self);
    }
  g_propagate_error (error, g_steal_pointer (&fault));
  return NULL;
}

void
chip_reader_free (ChipReader *self)
{
  if (self == NULL)
    return;
  chip_reader_power_off (self);
  ccid_reader_free (self->ccid);
  chip_pcsc_free (self->pcsc);
  g_free (self->identity);
  g_free (self);
}

const char *
chip_reader_way (const ChipReader *self)
{
  return self->pcsc != NULL ? CHIP_READER_WAY_PCSC : CHIP_READER_WAY_USB;
}

const char *
chip_reader_identity (const ChipReader *self)
{
  return self->identity;
}

gboolean
chip_reader_has_pad (const ChipReader *self)
{
  return self->pcsc != NULL ? chip_pcsc_has_pad (self->pcsc)
                            : ccid_descriptor_has_pad (ccid_reader_descriptor (self->ccid));
}

/* ---- Whether there is a card ---- */

static ChipOutcome
look_for_card (ChipReader *self, gboolean *out_present)
{
  guint slots;

  if (self->pcsc != NULL)
    return chip_pcsc_status (self->pcsc, out_present);
  *out_present = FALSE;
  slots = ccid_reader_descriptor (self->ccid)->slots;
  for (guint slot = 0; slot < slots; slot++)
    {
      ChipOutcome outcome;

      ccid_reader_use_slot (self->ccid, slot);
      outcome = ccid_reader_status (self->ccid, out_present);
      if (outcome != CHIP_DONE || *out_present)
        return outcome;
    }
  return CHIP_DONE;
}

static ChipOutcome
look_at_slot (ChipReader *self, gboolean *out_present)
{
  return self->pcsc != NULL ? chip_pcsc_status (self->pcsc, out_present)
                            : ccid_reader_status (self->ccid, out_present);
}

/* A reader that tells of changes wakes us at once; any other is asked again four times a second. */
static ChipOutcome
wait_a_little (ChipReader *self)
{
  gint64 end_us = g_get_monotonic_time () + SLICE_MS * G_TIME_SPAN_MILLISECOND;
  ChipOutcome outcome = self->pcsc != NULL ? chip_pcsc_wait_change (self->pcsc, SLICE_MS)
                                           : ccid_reader_wait_change (self->ccid, SLICE_MS);

  if (outcome == CHIP_GONE)
    return CHIP_GONE;
  if (outcome != CHIP_DONE && g_get_monotonic_time () < end_us)
    g_usleep ((gulong)(end_us - g_get_monotonic_time ()));
  return CHIP_DONE;
}

static ChipOutcome
wait_until (ChipReader *self, gboolean present, gint64 deadline_us, GCancellable *cancellable)
{
  for (;;)
    {
      gboolean now;
      ChipOutcome outcome = present ? look_for_card (self, &now) : look_at_slot (self, &now);

      if (outcome == CHIP_TIMED_OUT)
        return CHIP_FAULT; /* the reader, not the people */
      if (outcome != CHIP_DONE || now == present)
        return outcome;
      if (g_cancellable_is_cancelled (cancellable))
        return CHIP_CANCELLED;
      if (g_get_monotonic_time () >= deadline_us)
        return CHIP_TIMED_OUT;
      outcome = wait_a_little (self);
      if (outcome != CHIP_DONE)
        return outcome;
    }
}

ChipOutcome
chip_reader_wait_card (ChipReader *self, gint64 deadline_us, GCancellable *cancellable)
{
  return wait_until (self, TRUE, deadline_us, cancellable);
}

ChipOutcome
chip_reader_wait_removal (ChipReader *self, gint64 deadline_us, GCancellable *cancellable)
{
  return wait_until (self, FALSE, deadline_us, cancellable);
}

/* ---- One block at TPDU level ---- */

static ChipOutcome
exchange_cb (gpointer ctx,
             BaseSpan block,
             guint8 waits,
             guint8 answer[CHIP_BLOCK_MAX],
             gsize *out_size)
{
  ChipReader *self = ctx;
  g_auto (BaseWriter) writer = { 0 };
  ChipOutcome outcome;
  BaseSpan got;
  guint8 chain;

  *out_size = 0;
  base_writer_init (&writer, CHIP_BLOCK_MAX);
  outcome = ccid_reader_transfer (self->ccid, block, waits, 0, self->block_ms * MAX (waits, 1u),
                                  &writer, &chain);
  if (outcome == CHIP_DONE)
    {
      got = base_writer_span (&writer);
      for (gsize i = 0; i < got.size; i++)
        answer[i] = got.data[i];
      *out_size = got.size;
    }
  base_secret_wipe (writer.bytes->data, writer.bytes->len);
  return outcome;
}

/* ---- Reset ---- */

/* What the two protocols may take for one block (ISO 7816-3, 10.2 and 11.4.3), in milliseconds. */
static guint
block_time (const ChipReader *self)
{
  guint64 f = chip_atr_f (self->atr.fidi), d = chip_atr_d (self->atr.fidi);
  guint64 clock = ccid_reader_descriptor (self->ccid)->clock_khz, cycles, ms;

  if (f == 0 || d == 0)
    return BLOCK_MS_UNKNOWN;
  if (clock == 0)
    clock = CLOCK_KHZ_DEFAULT;
  if (self->protocol == 0)
    cycles = 260 * (12 + self->atr.guard) * f / d + 6 * 960 * self->atr.wi * f;
  else
    cycles
        = (260 * 12 + 11 + 260 * (11 + (G_GUINT64_CONSTANT (1) << MIN (self->atr.cwi, 10)))) * f / d
          + (G_GUINT64_CONSTANT (1) << self->atr.bwi) * 960 * 372;
  ms = cycles / clock + (self->protocol == 0 ? 0 : 1000);
  return (guint)CLAMP (ms, BLOCK_MS_MIN, BLOCK_MS_UNKNOWN);
}

/* Speed by PPS, where neither the reader does it nor the card has fixed it (ISO 7816-3, 9). */
static ChipOutcome
negotiate (ChipReader *self)
{
  guint8 request[PPS_MAX] = { 0xFF, (guint8)(0x10 | self->protocol), self->atr.fidi, 0 };
  guint8 answer[CHIP_BLOCK_MAX];
  const ChipLine line = { exchange_cb, self };
  ChipOutcome outcome;
  gsize size;

  request[3] = request[0] ^ request[1] ^ request[2];
  outcome = line.exchange (line.ctx, BASE_SPAN (request, sizeof request), 0, answer, &size);
  if (outcome != CHIP_DONE)
    return outcome;
  return base_bytes_equal (BASE_SPAN (answer, size), BASE_SPAN (request, sizeof request))
             ? CHIP_DONE
             : CHIP_MUTE;
}

static gboolean
reader_can (const ChipReader *self, guint fidi)
{
  const CcidDescriptor *reader = ccid_reader_descriptor (self->ccid);
  guint f = chip_atr_f ((guint8)fidi), d = chip_atr_d ((guint8)fidi);
  guint clock = reader->clock_khz != 0 ? reader->clock_khz : CLOCK_KHZ_DEFAULT;

  return f != 0 && d != 0
         && (reader->rate_max == 0 || (guint64)clock * 1000 * d / f <= reader->rate_max);
}

static ChipOutcome
set_parameters (ChipReader *self, guint8 fidi)
{
  const guint8 t0[] = { fidi, self->atr.inverse ? 0x02 : 0x00, self->atr.guard, self->atr.wi, 0 };
  const guint8 t1[] = { fidi,
                        (guint8)(0x10 | ((self->atr.tc3 & 1) != 0 ? 0x01 : 0x00)
                                 | (self->atr.inverse ? 0x02 : 0x00)),
                        self->atr.guard,
                        (guint8)(self->atr.bwi << 4 | self->atr.cwi),
                        0,
                        self->atr.ifsc,
                        0 };

  return ccid_reader_set_parameters (self->ccid, self->protocol,
                                     self->protocol == 0 ? BASE_SPAN (t0, sizeof t0)
                                                         : BASE_SPAN (t1, sizeof t1));
}

/* What a reader at TPDU level leaves to us. */
static ChipOutcome
prepare_blocks (ChipReader *self)
{
  const CcidDescriptor *reader = ccid_reader_descriptor (self->ccid);
  gboolean alone = (reader->features & CCID_FEATURE_AUTO_NEGOTIATION) != 0;
  gboolean faster = self->atr.fidi != CHIP_FIDI_DEFAULT && reader_can (self, self->atr.fidi);
  ChipOutcome outcome = CHIP_DONE;

  if (!alone && !self->atr.specific && faster && (reader->features & CCID_FEATURE_AUTO_PPS) == 0)
    outcome = negotiate (self);
  if (outcome == CHIP_DONE && !alone)
    outcome
        = set_parameters (self, faster || self->atr.specific ? self->atr.fidi : CHIP_FIDI_DEFAULT);
  if (outcome != CHIP_DONE || self->protocol == 0)
    return outcome;
  chip_t1_init (&self->t1, &self->atr);
  if ((reader->features & CCID_FEATURE_AUTO_IFSD) != 0)
    {
      self->t1.ifsd = (guint8)reader->ifsd;
      return CHIP_DONE;
    }
  return chip_t1_offer_size (&self->t1, &(ChipLine){ exchange_cb, self },
                             (guint8)MIN (reader->ifsd, CHIP_T1_IFSD_MAX));
}

static ChipOutcome
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED, why);
  return CHIP_REFUSED;
}

static ChipOutcome
prepare (ChipReader *self, GError **error)
{
  const CcidDescriptor *reader;

  if (self->pcsc != NULL)
    return CHIP_DONE; /* pcscd has done it */
  reader = ccid_reader_descriptor (self->ccid);
  self->protocol = self->atr.protocol;
  self->block_ms = block_time (self);
  if (reader->level != CCID_LEVEL_TPDU)
    return CHIP_DONE;
  if ((reader->protocols & 1u << self->protocol) == 0)
    return refuse (error, _ ("This reader doesn't speak the chip's protocol"));
  return prepare_blocks (self);
}

/* The reader's own choice, or one voltage after the other, as cards of the classes A, B, C want; a
 * card that has power keeps its voltage, and is reset warm. */
static ChipOutcome
power_slot (ChipReader *self, guint8 *atr, gsize *out_size)
{
  const CcidDescriptor *reader = ccid_reader_descriptor (self->ccid);
  gboolean chooses
      = (reader->features & (CCID_FEATURE_AUTO_VOLTAGE | CCID_FEATURE_AUTO_ACTIVATION)) != 0;
  ChipOutcome outcome = CHIP_MUTE;

  for (guint8 voltage = chooses ? 0 : 1; voltage <= (chooses ? 0 : VOLTAGE_MAX); voltage++)
    {
      if ((!chooses && (reader->voltages & 1u << (voltage - 1)) == 0)
          || (self->powered && self->voltage != voltage))
        continue;
      outcome = ccid_reader_power_on (self->ccid, voltage, atr, out_size);
      self->voltage = voltage;
      if (outcome == CHIP_DONE || outcome == CHIP_NO_CARD || outcome == CHIP_GONE)
        break;
      (void)ccid_reader_power_off (self->ccid);
      self->powered = FALSE;
    }
  return outcome;
}

static ChipOutcome
power (ChipReader *self, ChipAtr *atr, GError **error)
{
  guint8 bytes[CHIP_ATR_MAX];
  gsize size = 0;
  ChipOutcome outcome = self->pcsc != NULL ? chip_pcsc_power_on (self->pcsc, bytes, &size)
                                           : power_slot (self, bytes, &size);

  if (outcome != CHIP_DONE)
    return outcome == CHIP_FAULT || outcome == CHIP_TIMED_OUT ? CHIP_MUTE : outcome;
  self->powered = TRUE;
  return chip_atr_read (BASE_SPAN (bytes, size), atr, error) ? CHIP_DONE : CHIP_REFUSED;
}

ChipOutcome
chip_reader_power_on (ChipReader *self, ChipAtr *out_atr, GError **error)
{
  g_autoptr (GError) cold = NULL;
  ChipOutcome outcome;

  chip_reader_power_off (self);
  outcome = power (self, &self->atr, &cold);
  if (outcome == CHIP_DONE && !chip_atr_is_emv (&self->atr, FALSE, &cold))
    outcome = CHIP_REFUSED;
  if (outcome == CHIP_REFUSED)
    {
      outcome = power (self, &self->atr, error);
      if (outcome == CHIP_DONE && !chip_atr_is_emv (&self->atr, TRUE, error))
        outcome = CHIP_REFUSED;
    }
  if (outcome == CHIP_DONE)
    outcome = prepare (self, error);
  if (outcome == CHIP_DONE)
    *out_atr = self->atr;
  else
    chip_reader_power_off (self);
  return outcome;
}

void
chip_reader_power_off (ChipReader *self)
{
  if (self->powered && self->pcsc != NULL)
    chip_pcsc_power_off (self->pcsc);
  else if (self->powered)
    (void)ccid_reader_power_off (self->ccid);
  self->powered = FALSE;
}

/* ---- Commands ---- */

/* The reader takes whole commands: in one message, or chained where they are longer (CCID 1.1,
 * 6.1.4 and 6.2.1). */
static ChipOutcome
transmit_whole (ChipReader *self, BaseSpan command, BaseWriter *answer)
{
  const CcidDescriptor *reader = ccid_reader_descriptor (self->ccid);
  gsize room = reader->message_max - CCID_HEADER_SIZE, sent = 0;
  guint16 level = LEVEL_WHOLE;

  for (guint i = 0; i < CHAINS_MAX; i++)
    {
      gsize size = MIN (room, command.size - sent);
      gboolean last = sent + size == command.size;
      ChipOutcome outcome;
      guint8 chain;

      if (level != LEVEL_GO_ON && command.size > room)
        level = sent == 0 ? LEVEL_BEGINS : last ? LEVEL_ENDS : LEVEL_MIDDLE;
      outcome = ccid_reader_transfer (self->ccid, BASE_SPAN (command.data + sent, size), 0, level,
                                      self->block_ms, answer, &chain);
      sent += size;
      if (outcome != CHIP_DONE)
        return outcome;
      if (sent == command.size && (chain == LEVEL_BEGINS || chain == LEVEL_MIDDLE))
        level = LEVEL_GO_ON;
      else if (sent == command.size)
        return CHIP_DONE;
      else if (chain != LEVEL_GO_ON)
        return CHIP_FAULT;
    }
  return CHIP_FAULT;
}

static ChipOutcome
transmit_short (ChipReader *self, BaseSpan command, guint8 *answer, gsize *out_size)
{
  g_auto (BaseWriter) writer = { 0 };
  ChipOutcome outcome;
  BaseSpan got;

  base_writer_init (&writer, CHIP_ANSWER_MAX);
  outcome = transmit_whole (self, command, &writer);
  got = base_writer_span (&writer);
  if (outcome == CHIP_DONE && got.size < 2)
    outcome = CHIP_MUTE;
  for (gsize i = 0; outcome == CHIP_DONE && i < got.size; i++)
    answer[i] = got.data[i];
  *out_size = outcome == CHIP_DONE ? got.size : 0;
  base_secret_wipe (writer.bytes->data, writer.bytes->len);
  return outcome;
}

/* A card that doesn't answer may have been pulled out. */
static ChipOutcome
look_again (ChipReader *self, ChipOutcome outcome)
{
  ChipOutcome status;
  gboolean present;

  if (outcome == CHIP_NO_CARD)
    return CHIP_REMOVED;
  if (outcome != CHIP_MUTE && outcome != CHIP_TIMED_OUT && outcome != CHIP_FAULT)
    return outcome;
  status = look_at_slot (self, &present);
  if (status == CHIP_GONE)
    return CHIP_GONE;
  if (status == CHIP_DONE && !present)
    return CHIP_REMOVED;
  return outcome == CHIP_TIMED_OUT ? CHIP_MUTE : outcome;
}

ChipOutcome
chip_reader_transmit (ChipReader *self,
                      BaseSpan command,
                      guint8 answer[CHIP_ANSWER_MAX],
                      gsize *out_size)
{
  const ChipLine line = { exchange_cb, self };
  ChipOutcome outcome;

  *out_size = 0;
  if (!self->powered)
    return CHIP_MUTE;
  if (self->pcsc != NULL)
    outcome = chip_pcsc_transmit (self->pcsc, command, answer, out_size);
  else if (ccid_reader_descriptor (self->ccid)->level != CCID_LEVEL_TPDU)
    outcome = transmit_short (self, command, answer, out_size);
  else if (self->protocol == 0)
    outcome = chip_t0_transmit (&line, command, answer, out_size);
  else
    outcome = chip_t1_transmit (&self->t1, &line, command, answer, out_size);
  return outcome == CHIP_DONE ? CHIP_DONE : look_again (self, outcome);
}

/* ---- The PIN ---- */

/* Whether blocks of T=1 are ours to number. */
static gboolean
passes_blocks (const ChipReader *self)
{
  return ccid_reader_descriptor (self->ccid)->level == CCID_LEVEL_TPDU && self->protocol == 1;
}

static ChipPin
pin_outcome (guint8 error)
{
  switch (error)
    {
    case ERROR_PIN_TIMEOUT:
      return CHIP_PIN_TIMED_OUT;
    case ERROR_PIN_CANCELLED:
      return CHIP_PIN_CANCELLED;
    default:
      return CHIP_PIN_NONE;
    }
}

/* The status of VERIFY out of what the reader gave; FALSE: there is none. */
static gboolean
read_status (ChipReader *self, BaseSpan got, guint16 *out_status)
{
  if (passes_blocks (self) && got.size > 2 && !chip_t1_open_foreign (&self->t1, got, &got))
    return FALSE;
  if (got.size != 2)
    return FALSE;
  *out_status = (guint16)(got.data[0] << 8 | got.data[1]);
  return TRUE;
}

/* One order to the pad over USB, and its error where it didn't carry it out. */
static ChipOutcome
order_pin (ChipReader *self, ChipPinOrder order, guint16 *out_status, guint8 *out_error)
{
  g_auto (BaseWriter) writer = { 0 };
  guint8 block[CHIP_PIN_ORDER_MAX];
  ChipOutcome outcome;
  BaseSpan got;
  gsize size;

  if (passes_blocks (self))
    chip_t1_begin_foreign (&self->t1, CHIP_PIN_COMMAND_SIZE, order.prologue);
  size = chip_pin_write_ccid (&order, block);
  base_writer_init (&writer, CHIP_ANSWER_MAX);
  outcome = ccid_reader_secure (self->ccid, BASE_SPAN (block, size), PIN_MS, &writer);
  *out_error = ccid_reader_error (self->ccid);
  got = base_writer_span (&writer);
  if (passes_blocks (self) && got.size <= 2)
    chip_t1_cancel_foreign (&self->t1); /* the card wasn't asked */
  return outcome == CHIP_DONE && !read_status (self, got, out_status) ? CHIP_MUTE : outcome;
}

/* A pad whose display isn't what it says refuses the order before anybody typed: then once more the
 * other way. */
static ChipPin
verify_by_usb (ChipReader *self, guint16 *out_status, ChipOutcome *out_outcome)
{
  ChipPinOrder order = { .display = ccid_reader_descriptor (self->ccid)->lcd != 0 };
  guint8 error;

  *out_outcome = order_pin (self, order, out_status, &error);
  if (*out_outcome == CHIP_FAULT && chip_pin_is_about_display (error))
    {
      order.display = !order.display;
      *out_outcome = order_pin (self, order, out_status, &error);
    }
  if (*out_outcome == CHIP_DONE)
    return chip_pin_by_status (*out_status);
  *out_outcome = look_again (self, *out_outcome);
  return pin_outcome (error);
}

static ChipPin
verify_by_pcsc (ChipReader *self, guint16 *out_status, ChipOutcome *out_outcome)
{
  *out_outcome = chip_pcsc_verify (self->pcsc, out_status);
  if (*out_outcome == CHIP_DONE)
    return chip_pin_by_status (*out_status);
  *out_outcome = look_again (self, *out_outcome);
  return CHIP_PIN_NONE;
}

ChipPin
chip_reader_verify_pin (ChipReader *self, guint16 *out_status, ChipOutcome *out_outcome)
{
  *out_status = 0;
  *out_outcome = CHIP_REFUSED;
  if (!chip_reader_has_pad (self) || !self->powered)
    return CHIP_PIN_NONE;
  return self->pcsc != NULL ? verify_by_pcsc (self, out_status, out_outcome)
                            : verify_by_usb (self, out_status, out_outcome);
}
