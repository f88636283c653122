/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-reader.h"

#include "base-secret.h"
#include "ccid-message.h"
#include "device-error.h"

#include <glib/gi18n.h>

#define BULK 2
#define INTERRUPT 3
#define WRITE_MS 5000
#define ANSWER_MS 3000
#define POWER_MS 5000
#define SLOW_FACTOR 3
#define STALE_MAX 10
#define EXTENSIONS_MAX 600 /* of one message: a card that asks for more time for ever is mute */
#define PACKET_DEFAULT 64
#define EMPTY_MAX 16 /* packets without a byte before a message, as some send them */
#define ABORT_MS 1000
#define ABORT_REQUEST_TYPE 0x21
#define ABORT_REQUEST 0x01
/* bError (CCID 1.1, table 6.2-2) that tells of the card and not of the reader */
#define ERROR_MUTE 0xFE
#define ERROR_PARITY 0xFD
#define ERROR_OVERRUN 0xFC
#define ERROR_BAD_TS 0xF8
#define ERROR_BAD_TCK 0xF7
#define ERROR_PROTOCOL 0xF6
#define ERROR_PROCEDURE_BYTE 0xF4

struct _CcidReader
{
  UsbPort *port;
  guint8 interface;
  guint8 out, in, interrupt; /* endpoints; interrupt 0: none */
  gsize packet, interrupt_packet;
  CcidDescriptor descriptor;
  guint quirks;
  guint8 slot, sequence;
  guint8 error;
  gboolean answered; /* once: some need seconds before their first answer */
  guint8 *buffer;    /* whole packets, as many as the longest message fills */
  gsize buffer_size;
};

static gboolean
take_endpoints (CcidReader *self, const UsbInterface *interface)
{
  const UsbEndpoint *out = usb_interface_find_endpoint (interface, BULK, FALSE);
  const UsbEndpoint *in = usb_interface_find_endpoint (interface, BULK, TRUE);
  const UsbEndpoint *interrupt = usb_interface_find_endpoint (interface, INTERRUPT, TRUE);

  if (out == NULL || in == NULL)
    return FALSE;
  self->out = out->address;
  self->in = in->address;
  self->packet = in->packet_size > 0 ? in->packet_size : PACKET_DEFAULT;
  self->interrupt = interrupt != NULL ? interrupt->address : 0;
  self->interrupt_packet
      = interrupt != NULL && interrupt->packet_size > 0 ? interrupt->packet_size : PACKET_DEFAULT;
  return TRUE;
}

static CcidReader *
make (const DeviceEntry *entry, GError **error)
{
  const UsbInterface *interface = device_entry_find_interface (entry);
  g_autoptr (CcidReader) self = g_new0 (CcidReader, 1);

  if (interface == NULL || !take_endpoints (self, interface))
    {
      g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_DATA,
                           _ ("The chip reader says things of itself that can't be"));
      return NULL;
    }
  if (!ccid_descriptor_read (interface, &self->descriptor, error))
    return NULL;
  self->quirks = ccid_quirk_apply (entry->usb, &self->descriptor);
  if ((self->quirks & CCID_QUIRK_REFUSED) != 0)
    {
      g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED,
                           _ ("This chip reader is known to lose data. Use another one"));
      return NULL;
    }
  self->interface = interface->number;
  self->buffer_size = (self->descriptor.message_max + self->packet) / self->packet * self->packet;
  self->buffer = g_malloc0 (self->buffer_size);
  return g_steal_pointer (&self);
}

CcidReader *
ccid_reader_open (UsbBus *bus, const DeviceEntry *entry, GError **error)
{
  g_autoptr (CcidReader) self = make (entry, error);
  UsbOutcome outcome;

  if (self == NULL)
    return NULL;
  self->port = usb_bus_open (bus, entry->usb, &outcome);
  if (self->port != NULL)
    outcome = usb_port_claim (self->port, self->interface);
  if (outcome != USB_OUTCOME_DONE)
    {
      if (self->port != NULL)
        usb_port_free (g_steal_pointer (&self->port));
      device_error_set_outcome (error, outcome, _ ("Opening the chip reader"));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
ccid_reader_free (CcidReader *self)
{
  if (self == NULL)
    return;
  if (self->port != NULL)
    {
      usb_port_release (self->port, self->interface);
      usb_port_free (self->port);
    }
  base_secret_wipe (self->buffer, self->buffer_size);
  g_free (self->buffer);
  g_free (self);
}

const CcidDescriptor *
ccid_reader_descriptor (const CcidReader *self)
{
  return &self->descriptor;
}

void
ccid_reader_use_slot (CcidReader *self, guint slot)
{
  g_assert (slot < self->descriptor.slots);
  self->slot = (guint8)slot;
}

guint8
ccid_reader_error (const CcidReader *self)
{
  return self->error;
}

/* ---- One message, one answer ---- */

static ChipOutcome
outcome_for (UsbOutcome outcome)
{
  switch (outcome)
    {
    case USB_OUTCOME_DONE:
      return CHIP_DONE;
    case USB_OUTCOME_TIMEOUT:
      return CHIP_TIMED_OUT;
    case USB_OUTCOME_GONE:
      return CHIP_GONE;
    case USB_OUTCOME_STALL:
    case USB_OUTCOME_BUSY:
    case USB_OUTCOME_ACCESS:
    case USB_OUTCOME_FAULT:
      break;
    }
  return CHIP_FAULT;
}

static ChipOutcome
send_message (CcidReader *self, const CcidMessage *message)
{
  g_auto (BaseWriter) writer = { 0 };
  UsbOutcome outcome;
  gsize written;

  base_writer_init (&writer, self->descriptor.message_max);
  if (!ccid_message_write (message, &writer))
    return CHIP_REFUSED;
  outcome = usb_port_write (self->port, self->out, base_writer_span (&writer), WRITE_MS, &written);
  if (outcome == USB_OUTCOME_STALL)
    (void)usb_port_clear_halt (self->port, self->out);
  base_secret_wipe (writer.bytes->data, writer.bytes->len);
  return outcome_for (outcome);
}

/* Reads until the length that the header names is there. A message that ends with a whole packet
 * may be followed by an empty one, which counts as nothing. */
static ChipOutcome
read_message (CcidReader *self, guint timeout_ms, CcidAnswer *out_answer)
{
  gsize filled = 0;
  guint empty = 0;

  while (!ccid_message_read (BASE_SPAN (self->buffer, filled), out_answer))
    {
      UsbBuffer buffer = { self->buffer + filled, self->buffer_size - filled, 0 };
      gboolean whole_packets = filled % self->packet == 0;
      UsbOutcome outcome;

      if (buffer.size < self->packet || !whole_packets)
        return CHIP_FAULT; /* longer than it may be, or ended before its end */
      outcome = usb_port_read (self->port, self->in, &buffer, timeout_ms);
      if (outcome == USB_OUTCOME_STALL)
        (void)usb_port_clear_halt (self->port, self->in);
      /* A message of whole packets that no shorter one ends is there all the same. */
      if (outcome != USB_OUTCOME_DONE && (outcome != USB_OUTCOME_TIMEOUT || buffer.filled == 0))
        return outcome_for (outcome);
      if (buffer.filled == 0 && ++empty > EMPTY_MAX)
        return CHIP_FAULT;
      filled += buffer.filled;
    }
  return CHIP_DONE;
}

/* Which answer belongs to which message. */
static guint8
answer_type (guint8 type)
{
  switch (type)
    {
    case CCID_POWER_ON:
    case CCID_XFR_BLOCK:
    case CCID_SECURE:
      return CCID_DATA_BLOCK;
    case CCID_GET_PARAMETERS:
    case CCID_SET_PARAMETERS:
      return CCID_PARAMETERS;
    case CCID_ESCAPE:
      return CCID_ESCAPE_ANSWER;
    default:
      return CCID_SLOT_STATUS;
    }
}

static gboolean
is_cards_error (guint8 error)
{
  switch (error)
    {
    case ERROR_MUTE:
    case ERROR_PARITY:
    case ERROR_OVERRUN:
    case ERROR_BAD_TS:
    case ERROR_BAD_TCK:
    case ERROR_PROTOCOL:
    case ERROR_PROCEDURE_BYTE:
      return TRUE;
    default:
      return FALSE;
    }
}

static ChipOutcome
judge (CcidReader *self, const CcidAnswer *answer)
{
  self->error = 0;
  if (answer->command == CCID_COMMAND_DONE)
    return CHIP_DONE;
  self->error = answer->error;
  if (answer->card == CCID_CARD_ABSENT)
    return CHIP_NO_CARD;
  return is_cards_error (answer->error) ? CHIP_MUTE : CHIP_FAULT;
}

static ChipOutcome
await_answer (CcidReader *self, const CcidMessage *message, guint timeout_ms, CcidAnswer *out)
{
  guint stale = 0, extensions = 0, factor = 1;

  for (;;)
    {
      ChipOutcome outcome = read_message (self, MIN (timeout_ms * factor, USB_TIMEOUT_MAX_MS), out);

      factor = 1;
      if (outcome != CHIP_DONE)
        return outcome;
      self->answered = TRUE;
      if (out->message.sequence != message->sequence || out->message.slot != message->slot)
        {
          if (++stale > STALE_MAX)
            return CHIP_FAULT;
        }
      else if (out->command == CCID_COMMAND_WAITS)
        {
          if (++extensions > EXTENSIONS_MAX)
            return CHIP_MUTE;
          factor = MAX (out->error, 1);
        }
      else
        return out->message.type == answer_type (message->type) ? judge (self, out) : CHIP_FAULT;
    }
}

/* Ends a message that the reader is still at, by both of its ways (CCID 1.1, 5.3.1 and 6.1.13):
 * else it answers nothing new. A reader that doesn't know that can't be helped. */
static void
abort_message (CcidReader *self, const CcidMessage *late)
{
  const UsbSetup setup = { ABORT_REQUEST_TYPE, ABORT_REQUEST,
                           (guint16)(late->sequence << 8 | late->slot), self->interface };
  const CcidMessage message
      = { .type = CCID_ABORT, .slot = late->slot, .sequence = late->sequence };
  UsbBuffer nothing = { NULL, 0, 0 };
  CcidAnswer answer;

  if (usb_port_control (self->port, &setup, &nothing, ABORT_MS) == USB_OUTCOME_DONE
      && send_message (self, &message) == CHIP_DONE)
    (void)await_answer (self, &message, ABORT_MS, &answer);
}

/* The answer is borrowed until the next message. */
static ChipOutcome
exchange (CcidReader *self, CcidMessage message, guint timeout_ms, CcidAnswer *out_answer)
{
  ChipOutcome outcome;

  message.slot = self->slot;
  message.sequence = self->sequence++;
  self->error = 0;
  if (!self->answered || (self->quirks & CCID_QUIRK_SLOW_START) != 0)
    timeout_ms *= SLOW_FACTOR;
  outcome = send_message (self, &message);
  if (outcome == CHIP_DONE)
    outcome = await_answer (self, &message, timeout_ms, out_answer);
  if (outcome == CHIP_TIMED_OUT)
    abort_message (self, &message);
  return outcome;
}

/* ---- The messages ---- */

ChipOutcome
ccid_reader_status (CcidReader *self, gboolean *out_present)
{
  CcidAnswer answer;
  ChipOutcome outcome
      = exchange (self, (CcidMessage){ .type = CCID_GET_SLOT_STATUS }, ANSWER_MS, &answer);

  *out_present = FALSE;
  if (outcome == CHIP_NO_CARD || outcome == CHIP_MUTE)
    outcome = CHIP_DONE; /* some readers call an empty slot a failure */
  if (outcome == CHIP_DONE)
    *out_present = answer.card != CCID_CARD_ABSENT;
  return outcome;
}

ChipOutcome
ccid_reader_wait_change (CcidReader *self, guint timeout_ms)
{
  guint8 bytes[1024];
  UsbBuffer buffer = { bytes, MIN (sizeof bytes, self->interrupt_packet), 0 };

  if (self->interrupt == 0)
    return CHIP_TIMED_OUT;
  return outcome_for (usb_port_read (self->port, self->interrupt, &buffer, timeout_ms));
}

ChipOutcome
ccid_reader_power_on (CcidReader *self, guint8 voltage, guint8 *atr, gsize *out_size)
{
  const CcidMessage message = { .type = CCID_POWER_ON, .specific = { voltage } };
  CcidAnswer answer;
  ChipOutcome outcome = exchange (self, message, POWER_MS, &answer);

  *out_size = 0;
  if (outcome != CHIP_DONE)
    return outcome;
  if (answer.message.data.size > CHIP_ATR_MAX)
    return CHIP_FAULT;
  for (gsize i = 0; i < answer.message.data.size; i++)
    atr[i] = answer.message.data.data[i];
  *out_size = answer.message.data.size;
  return CHIP_DONE;
}

ChipOutcome
ccid_reader_power_off (CcidReader *self)
{
  CcidAnswer answer;

  return exchange (self, (CcidMessage){ .type = CCID_POWER_OFF }, ANSWER_MS, &answer);
}

ChipOutcome
ccid_reader_set_parameters (CcidReader *self, guint8 protocol, BaseSpan data)
{
  const CcidMessage message
      = { .type = CCID_SET_PARAMETERS, .specific = { protocol }, .data = data };
  CcidAnswer answer;

  return exchange (self, message, ANSWER_MS, &answer);
}

static ChipOutcome
keep (const CcidAnswer *answer, BaseWriter *out)
{
  return base_writer_put (out, answer->message.data) ? CHIP_DONE : CHIP_FAULT;
}

ChipOutcome
ccid_reader_transfer (CcidReader *self,
                      BaseSpan data,
                      guint8 waits,
                      guint16 level,
                      guint timeout_ms,
                      BaseWriter *out,
                      guint8 *out_chain)
{
  const CcidMessage message = { .type = CCID_XFR_BLOCK,
                                .specific = { waits, (guint8)(level & 0xFF), (guint8)(level >> 8) },
                                .data = data };
  CcidAnswer answer;
  ChipOutcome outcome = exchange (self, message, timeout_ms, &answer);

  *out_chain = 0;
  if (outcome != CHIP_DONE)
    return outcome;
  *out_chain = answer.chain;
  return keep (&answer, out);
}

ChipOutcome
ccid_reader_secure (CcidReader *self, BaseSpan data, guint timeout_ms, BaseWriter *out)
{
  const CcidMessage message = { .type = CCID_SECURE, .data = data };
  CcidAnswer answer;
  ChipOutcome outcome = exchange (self, message, timeout_ms, &answer);

  return outcome == CHIP_DONE ? keep (&answer, out) : outcome;
}
