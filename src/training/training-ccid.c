/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-ccid.h"

#include "ccid-message.h"
#include "chip-t1.h"

#define INTERRUPT_PACKET 8
#define HOST_MESSAGE_MAX 65556
#define ANSWERS_MAX 64
#define REQUEST_ABORT 0x01
#define EXTENSION_MS 20
#define COMMAND_SHORT_MAX 261
#define CHAIN_WHOLE 0
#define CHAIN_BEGINS 1
#define CHAIN_ENDS 2
#define CHAIN_MIDDLE 3
#define CHAIN_GO_ON 0x10
#define ERROR_MUTE 0xFE
#define ERROR_PARITY 0xFD
#define ERROR_PIN_CANCELLED 0xEF
#define ERROR_PIN_TIMEOUT 0xF0
#define ERROR_LENGTH 1
#define ERROR_SLOT 5
#define ERROR_VOLTAGE 7
#define ERROR_LEVEL 8
#define SERIAL "TRAINING3"
#define PIN_MESSAGES 8 /* bNumberMessage in PC_to_RDR_Secure's data */
#define PIN_APDU 15    /* where the command begins in PC_to_RDR_Secure's data */

typedef struct
{
  GBytes *bytes;
  gsize given;
  gint64 due_us;
} Answer;

struct _TrainingCcid
{
  TrainingCcidModel model;
  TrainingDevice *device;
  UsbDevice *info;
  TrainingCcidSlot slots[TRAINING_CCID_SLOTS_MAX];
  GByteArray *message; /* of the host, so far */
  GQueue answers;
  gboolean claimed, asked, answered;
  TrainingChipEnd next;
  gboolean has_next, presented;
  gint64 removed_us; /* when the card that presents itself was taken out */
  guint idle_polls;  /* since it was powered off */
  gboolean was_powered;
  guint cold, warm, aborts, delay_ms;
  char *pin;
};

static guint
slot_count (const TrainingCcid *self)
{
  return self->model.slots;
}

/* ---- Answers ---- */

static void
free_answer (Answer *answer)
{
  g_bytes_unref (answer->bytes);
  g_free (answer);
}

static void
queue_bytes (TrainingCcid *self, BaseSpan bytes, gint64 due_us)
{
  Answer *answer;

  g_assert (g_queue_get_length (&self->answers) < ANSWERS_MAX);
  answer = g_new0 (Answer, 1);
  answer->bytes = g_bytes_new (bytes.data, bytes.size);
  answer->due_us = due_us;
  g_queue_push_tail (&self->answers, answer);
}

static guint8
card_status (const TrainingCcid *self, guint8 slot)
{
  if (slot >= slot_count (self) || !self->slots[slot].present)
    return CCID_CARD_ABSENT;
  return self->slots[slot].powered ? CCID_CARD_ACTIVE : CCID_CARD_INACTIVE;
}

static void
queue_message (TrainingCcid *self, const CcidMessage *message, guint padding, gint64 due_us)
{
  g_auto (BaseWriter) writer = { 0 };

  base_writer_init (&writer, HOST_MESSAGE_MAX);
  g_assert_true (ccid_message_write (message, &writer));
  base_writer_fill (&writer, 0xA5, padding);
  queue_bytes (self, base_writer_span (&writer), due_us);
}

/* The true answer, behind whatever this model sends before it. */
static void
answer (TrainingCcid *self,
        const CcidMessage *host,
        CcidMessage message,
        guint8 command,
        guint8 error)
{
  gint64 now_us = g_get_monotonic_time (), due_us = now_us;

  message.slot = host->slot;
  message.sequence = host->sequence;
  message.specific[0] = (guint8)(card_status (self, host->slot) | command << 6);
  message.specific[1] = error;
  if (!self->answered)
    due_us += (gint64)self->model.first_ms * 1000;
  self->answered = TRUE;
  due_us += (gint64)self->delay_ms * 1000;
  self->delay_ms = 0;
  for (guint i = 0; i < self->model.empty; i++)
    queue_bytes (self, BASE_SPAN (NULL, 0), due_us);
  for (guint i = 0; i < self->model.stale; i++)
    {
      CcidMessage old = message;

      old.sequence = (guint8)(message.sequence - 1 - i);
      queue_message (self, &old, 0, due_us);
    }
  queue_message (self, &message, self->model.padding, due_us);
}

static void
fail (TrainingCcid *self, const CcidMessage *host, guint8 type, guint8 error)
{
  answer (self, host, (CcidMessage){ .type = type }, CCID_COMMAND_FAILED, error);
}

static void
ask_for_time (TrainingCcid *self, const CcidMessage *host, guint8 type, guint count)
{
  CcidMessage message = { .type = type,
                          .slot = host->slot,
                          .sequence = host->sequence,
                          .specific = { CCID_COMMAND_WAITS << 6, 1 } };

  for (guint i = 0; i < MIN (count, ANSWERS_MAX / 2); i++)
    queue_message (self, &message, 0,
                   g_get_monotonic_time () + (gint64)(i + 1) * EXTENSION_MS * 1000);
  if (count > 0)
    self->delay_ms = MAX (self->delay_ms, (count + 1) * EXTENSION_MS);
}

/* ---- Cards ---- */

void
training_ccid_insert (TrainingCcid *self, guint slot, const TrainingChipEnd *card)
{
  g_assert (slot < slot_count (self));
  training_ccid_slot_insert (&self->slots[slot], card);
  training_device_changed (self->device);
}

void
training_ccid_remove (TrainingCcid *self, guint slot)
{
  g_assert (slot < slot_count (self));
  if (!self->slots[slot].present)
    return;
  training_ccid_slot_remove (&self->slots[slot]);
  if (slot == 0 && self->presented)
    {
      self->presented = FALSE;
      self->removed_us = g_get_monotonic_time ();
    }
  training_device_changed (self->device);
}

gboolean
training_ccid_has_card (const TrainingCcid *self, guint slot)
{
  return slot < slot_count (self) && self->slots[slot].present;
}

void
training_ccid_set_card (TrainingCcid *self, const TrainingChipEnd *card)
{
  self->has_next = card != NULL;
  if (card != NULL)
    self->next = *card;
}

gboolean
training_ccid_is_armed (const TrainingCcid *self)
{
  return self->claimed && self->asked;
}

/* A card that presents itself goes when the host has done with it. */
static void
take_out_if_done (TrainingCcid *self)
{
  if (self->presented && self->was_powered && !self->slots[0].powered && ++self->idle_polls > 1)
    training_ccid_remove (self, 0);
}

/* It comes when the host was told that there is none. */
static void
present_if_asked (TrainingCcid *self, gint64 now_us)
{
  if (!training_ccid_is_armed (self) || !self->has_next || self->slots[0].present
      || (self->removed_us != 0
          && now_us - self->removed_us < TRAINING_CCID_PAUSE_MS * G_TIME_SPAN_MILLISECOND))
    return;
  training_ccid_insert (self, 0, &self->next);
  self->presented = TRUE;
  self->was_powered = FALSE;
}

/* ---- The host's messages ---- */

static void
do_power_on (TrainingCcid *self, const CcidMessage *host)
{
  TrainingCcidSlot *slot = &self->slots[host->slot];
  guint8 voltage = host->specific[0];
  gboolean warm = slot->powered;
  g_autoptr (GBytes) atr = NULL;

  if (voltage > 3)
    {
      fail (self, host, CCID_DATA_BLOCK, ERROR_VOLTAGE);
      return;
    }
  atr = training_ccid_slot_power_on (slot, &self->model, voltage);
  self->warm += warm ? 1 : 0;
  self->cold += warm ? 0 : 1;
  if (atr == NULL)
    {
      fail (self, host, CCID_DATA_BLOCK, ERROR_MUTE);
      return;
    }
  self->was_powered = TRUE;
  self->idle_polls = 0;
  answer (self, host, (CcidMessage){ .type = CCID_DATA_BLOCK, .data = base_bytes_span (atr) }, 0,
          0);
}

static void
do_parameters (TrainingCcid *self, const CcidMessage *host)
{
  TrainingCcidSlot *slot = &self->slots[host->slot];
  const guint8 protocol = host->specific[0];
  guint8 data[7] = { slot->fidi, 0x10, 0, 0x4D, 0, 32, 0 };
  CcidMessage message = { .type = CCID_PARAMETERS, .specific = { 0, 0, slot->protocol } };

  if (host->type == CCID_SET_PARAMETERS)
    {
      if (protocol > 1 || host->data.size != (protocol == 0 ? 5 : 7))
        {
          fail (self, host, CCID_PARAMETERS, protocol > 1 ? 7 : ERROR_LENGTH);
          return;
        }
      slot->protocol = protocol;
      slot->fidi = host->data.data[0];
      message.specific[2] = protocol;
      message.data = host->data;
    }
  else
    message.data = BASE_SPAN (data, slot->protocol == 0 ? 5 : 7);
  if (!slot->present || !slot->powered)
    fail (self, host, CCID_PARAMETERS, ERROR_MUTE);
  else
    answer (self, host, message, 0, 0);
}

/* More time that the card wanted and the reader hides. */
static guint
hidden_extensions (const TrainingCcid *self, const TrainingCcidSlot *slot)
{
  if (slot->card.extensions == NULL || training_ccid_slot_is_t1 (slot, &self->model))
    return self->model.extensions;
  return self->model.extensions + slot->card.extensions (slot->card.ctx);
}

/* As much as fits, and the rest on demand. */
static void
answer_data (TrainingCcid *self, const CcidMessage *host, TrainingCcidSlot *slot, gboolean first)
{
  gsize room = self->model.message_max - CCID_HEADER_SIZE;
  gboolean chains = self->model.level == 0x40000 || self->model.chains;
  gboolean last = !chains || slot->answer->len <= room;
  guint size = (guint)(last ? slot->answer->len : room);
  CcidMessage message = { .type = CCID_DATA_BLOCK, .data = BASE_SPAN (slot->answer->data, size) };

  message.specific[2] = last    ? (first ? CHAIN_WHOLE : CHAIN_ENDS)
                        : first ? CHAIN_BEGINS
                                : CHAIN_MIDDLE;
  answer (self, host, message, 0, 0);
  if (last)
    g_clear_pointer (&slot->answer, g_byte_array_unref);
  else
    g_byte_array_remove_range (slot->answer, 0, size);
}

/* The whole block, or command, is there. */
static void
run_block (TrainingCcid *self, const CcidMessage *host, TrainingCcidSlot *slot, BaseSpan block)
{
  gboolean good;

  g_clear_pointer (&slot->answer, g_byte_array_unref);
  slot->answer = g_byte_array_new ();
  good = training_ccid_slot_carry (slot, &self->model, block, slot->answer);
  if (slot->torn)
    {
      training_ccid_remove (self, host->slot);
      fail (self, host, CCID_DATA_BLOCK, ERROR_MUTE);
      return;
    }
  if (!good || slot->parity > 0)
    {
      fail (self, host, CCID_DATA_BLOCK, good ? ERROR_PARITY : ERROR_MUTE);
      slot->parity -= slot->parity > 0 ? 1 : 0;
      return;
    }
  ask_for_time (self, host, CCID_DATA_BLOCK, hidden_extensions (self, slot));
  answer_data (self, host, slot, TRUE);
}

/* A chained command is put together; each piece but the last is answered with "go on". */
static void
do_transfer (TrainingCcid *self, const CcidMessage *host)
{
  TrainingCcidSlot *slot = &self->slots[host->slot];
  guint16 level = (guint16)(host->specific[1] | host->specific[2] << 8);
  gboolean extended
      = (self->model.level == 0x40000 && !self->model.never_chains) || self->model.chains;

  if (!slot->present || !slot->powered)
    fail (self, host, CCID_DATA_BLOCK, ERROR_MUTE);
  else if (level == CHAIN_GO_ON && slot->answer != NULL)
    answer_data (self, host, slot, FALSE);
  else if (!extended && level != CHAIN_WHOLE)
    fail (self, host, CCID_DATA_BLOCK, ERROR_LEVEL);
  else if (self->model.level == 0x20000 && host->data.size > COMMAND_SHORT_MAX)
    fail (self, host, CCID_DATA_BLOCK, ERROR_LENGTH);
  else if (level == CHAIN_WHOLE)
    run_block (self, host, slot, host->data);
  else
    {
      if (level == CHAIN_BEGINS)
        g_byte_array_set_size (slot->command, 0);
      g_byte_array_append (slot->command, host->data.data, (guint)host->data.size);
      if (level != CHAIN_ENDS)
        answer (self, host,
                (CcidMessage){ .type = CCID_DATA_BLOCK, .specific = { 0, 0, CHAIN_GO_ON } }, 0, 0);
      else
        run_block (self, host, slot, BASE_SPAN (slot->command->data, slot->command->len));
    }
}

/* At TPDU level with T=1 the prologue comes from the host, and the whole block goes back. */
static void
send_pin (TrainingCcid *self, const CcidMessage *host, TrainingCcidSlot *slot, GByteArray *command)
{
  const guint8 *prologue = host->data.data + PIN_APDU - 3;
  guint8 check[2];
  gsize count;

  if (training_ccid_slot_is_t1 (slot, &self->model))
    {
      g_byte_array_prepend (command, prologue, 3);
      count = chip_t1_check (slot->t1.crc, BASE_SPAN (command->data, command->len), check);
      g_byte_array_append (command, check, (guint)count);
    }
  run_block (self, host, slot, BASE_SPAN (command->data, command->len));
}

/* One with a display insists on a message, one without refuses any. */
static gboolean
takes_messages (const TrainingCcid *self, const CcidMessage *host)
{
  gboolean display = (self->model.lcd != 0) != self->model.other_display;

  return host->data.data[PIN_MESSAGES] == (display ? 1 : 0);
}

static void
do_secure (TrainingCcid *self, const CcidMessage *host)
{
  TrainingCcidSlot *slot = &self->slots[host->slot];
  g_autoptr (GByteArray) command = g_byte_array_new ();

  if ((self->model.pin & 1) == 0 || self->model.no_pad)
    fail (self, host, CCID_DATA_BLOCK, 0);
  else if (!slot->present || !slot->powered)
    fail (self, host, CCID_DATA_BLOCK, ERROR_MUTE);
  else if (host->data.size < PIN_APDU + 5)
    fail (self, host, CCID_DATA_BLOCK, ERROR_LENGTH);
  else if (!takes_messages (self, host))
    fail (self, host, CCID_DATA_BLOCK, CCID_HEADER_SIZE + PIN_MESSAGES);
  else if (self->pin == NULL)
    fail (self, host, CCID_DATA_BLOCK, ERROR_PIN_CANCELLED);
  else if (self->pin[0] == '\0')
    fail (self, host, CCID_DATA_BLOCK, ERROR_PIN_TIMEOUT);
  else
    {
      g_byte_array_append (command, host->data.data + PIN_APDU,
                           (guint)(host->data.size - PIN_APDU));
      if (training_ccid_slot_type_pin (self->pin, host->data, command))
        send_pin (self, host, slot, command);
      else
        fail (self, host, CCID_DATA_BLOCK, 12);
    }
}

static void
do_message (TrainingCcid *self, const CcidMessage *host)
{
  if (host->slot >= slot_count (self))
    {
      fail (self, host, CCID_SLOT_STATUS, ERROR_SLOT);
      return;
    }
  switch ((int)host->type)
    {
    case CCID_POWER_ON:
      do_power_on (self, host);
      break;
    case CCID_XFR_BLOCK:
      do_transfer (self, host);
      break;
    case CCID_SECURE:
      do_secure (self, host);
      break;
    case CCID_GET_PARAMETERS:
    case CCID_SET_PARAMETERS:
      do_parameters (self, host);
      break;
    case CCID_POWER_OFF:
      training_ccid_slot_power_off (&self->slots[host->slot]);
      answer (self, host, (CcidMessage){ .type = CCID_SLOT_STATUS }, 0, 0);
      break;
    case CCID_GET_SLOT_STATUS:
      self->asked = TRUE;
      take_out_if_done (self);
      answer (self, host, (CcidMessage){ .type = CCID_SLOT_STATUS }, 0, 0);
      break;
    case CCID_ABORT:
      answer (self, host, (CcidMessage){ .type = CCID_SLOT_STATUS }, 0, 0);
      break;
    default:
      fail (self, host, host->type == CCID_ESCAPE ? CCID_ESCAPE_ANSWER : CCID_SLOT_STATUS, 0);
      break;
    }
}

/* ---- Endpoints ---- */

static gboolean
read_message (BaseSpan bytes, CcidMessage *out)
{
  BaseReader reader;
  BaseSpan specific;
  guint32 size;

  base_reader_init (&reader, bytes);
  if (!base_reader_u8 (&reader, &out->type) || !base_reader_u32le (&reader, &size)
      || !base_reader_u8 (&reader, &out->slot) || !base_reader_u8 (&reader, &out->sequence)
      || !base_reader_take (&reader, 3, &specific) || !base_reader_take (&reader, size, &out->data))
    return FALSE;
  for (gsize i = 0; i < 3; i++)
    out->specific[i] = specific.data[i];
  return TRUE;
}

static TrainingTransfer
take_out (gpointer model, BaseSpan data, gsize *out_taken)
{
  TrainingCcid *self = model;
  CcidMessage message;

  if (self->message->len + data.size > HOST_MESSAGE_MAX)
    return TRAINING_TRANSFER_STALL;
  g_byte_array_append (self->message, data.data, (guint)data.size);
  *out_taken = data.size;
  if (read_message (BASE_SPAN (self->message->data, self->message->len), &message))
    {
      do_message (self, &message);
      g_byte_array_set_size (self->message, 0);
      training_device_changed (self->device);
    }
  return TRAINING_TRANSFER_DONE;
}

/* A transfer ends with a packet that isn't full, so what doesn't fit into the host's buffer is only
 * cut at whole packets: else it overflows, and the endpoint is stuck. */
static TrainingTransfer
give_answer (TrainingCcid *self, UsbBuffer *buffer)
{
  Answer *head = g_queue_peek_head (&self->answers);
  BaseSpan bytes;

  if (head == NULL || head->due_us > g_get_monotonic_time ())
    return TRAINING_TRANSFER_WAIT;
  bytes = base_bytes_span (head->bytes);
  if (buffer->size % self->model.packet != 0)
    return TRAINING_TRANSFER_STALL;
  buffer->filled = MIN (buffer->size, bytes.size - head->given);
  for (gsize i = 0; i < buffer->filled; i++)
    buffer->bytes[i] = bytes.data[head->given + i];
  head->given += buffer->filled;
  if (head->given == bytes.size)
    free_answer (g_queue_pop_head (&self->answers));
  return TRAINING_TRANSFER_DONE;
}

static TrainingTransfer
give_change (TrainingCcid *self, UsbBuffer *buffer)
{
  guint8 message[] = { CCID_SLOT_CHANGE, 0 };
  gboolean changed = FALSE;

  for (guint i = 0; i < slot_count (self); i++)
    {
      message[1] |= (guint8)((self->slots[i].present ? 1u : 0) << 2 * i);
      message[1] |= (guint8)((self->slots[i].changed ? 2u : 0) << 2 * i);
      changed = changed || self->slots[i].changed;
    }
  if (!changed || self->model.silent || buffer->size < sizeof message)
    return TRAINING_TRANSFER_WAIT;
  for (guint i = 0; i < slot_count (self); i++)
    self->slots[i].changed = FALSE;
  buffer->filled = sizeof message;
  buffer->bytes[0] = message[0];
  buffer->bytes[1] = message[1];
  return TRAINING_TRANSFER_DONE;
}

static TrainingTransfer
give_in (gpointer model, guint8 endpoint, UsbBuffer *buffer)
{
  return endpoint == TRAINING_CCID_INTERRUPT ? give_change (model, buffer)
                                             : give_answer (model, buffer);
}

static void
drop_answers (TrainingCcid *self)
{
  g_queue_clear_full (&self->answers, (GDestroyNotify)free_answer);
  g_byte_array_set_size (self->message, 0);
}

/* ABORT names slot and sequence; what is under way comes to nothing. */
static TrainingTransfer
do_control (gpointer model, const UsbSetup *setup, UsbBuffer *buffer)
{
  TrainingCcid *self = model;

  if (setup->request_type != 0x21 || setup->request != REQUEST_ABORT || self->model.no_abort)
    return TRAINING_TRANSFER_STALL;
  self->aborts++;
  drop_answers (self);
  return TRAINING_TRANSFER_DONE;
}

static void
on_claimed (gpointer model, gboolean claimed)
{
  TrainingCcid *self = model;

  self->claimed = claimed;
  self->asked = FALSE;
  drop_answers (self);
  if (claimed)
    return;
  if (self->presented)
    training_ccid_remove (self, 0);
  self->removed_us = 0;
}

static void
on_unplugged (gpointer model)
{
  TrainingCcid *self = model;

  on_claimed (self, FALSE);
  self->answered = FALSE;
  for (guint i = 0; i < slot_count (self); i++)
    training_ccid_slot_power_off (&self->slots[i]);
}

static void
tick (gpointer model, gint64 now_us)
{
  TrainingCcid *self = model;
  Answer *head = g_queue_peek_head (&self->answers);

  present_if_asked (self, now_us);
  if (head != NULL && head->due_us <= now_us)
    training_device_changed (self->device);
}

static const TrainingModelOps ops = { .out = take_out,
                                      .in = give_in,
                                      .control = do_control,
                                      .claimed = on_claimed,
                                      .unplugged = on_unplugged,
                                      .tick = tick };

/* ---- The device ---- */

static UsbDevice *
make_info (const TrainingCcidModel *model)
{
  UsbDevice *info = usb_device_new ("1-3");
  UsbInterface *interface = &info->interfaces[model->first_interface];
  guint8 bytes[CCID_DESCRIPTOR_SIZE];

  info->vendor = model->vendor;
  info->product = model->product;
  info->release = model->release;
  info->bus = 1;
  info->address = 129;
  info->maker = g_strdup ("Till");
  info->model = g_strdup ("Chip reader (training)");
  info->serial = g_strdup (model->serial != NULL ? model->serial : SERIAL);
  info->interface_count = model->first_interface + 1;
  for (guint i = 0; i < model->first_interface; i++)
    info->interfaces[i] = (UsbInterface){ .number = (guint8)i,
                                          .class_code = 0xFE,
                                          .endpoint_count = 1,
                                          .endpoints = { { (guint8)(0x84 + i), 3, 8 } } };
  *interface = (UsbInterface){ .number = (guint8)model->first_interface,
                               .class_code = model->class_code,
                               .protocol = model->protocol,
                               .endpoint_count = model->no_interrupt ? 2 : 3,
                               .endpoints = { { TRAINING_CCID_OUT, 2, model->packet },
                                              { TRAINING_CCID_IN, 2, model->packet },
                                              { TRAINING_CCID_INTERRUPT, 3, INTERRUPT_PACKET } } };
  training_ccid_model_describe (model, bytes);
  usb_interface_add_extra (interface, BASE_SPAN (bytes, sizeof bytes));
  return info;
}

TrainingCcid *
training_ccid_new (const TrainingCcidModel *model)
{
  TrainingCcid *self = g_new0 (TrainingCcid, 1);

  g_assert (model->slots <= TRAINING_CCID_SLOTS_MAX);
  self->model = *model;
  training_ccid_model_complete (&self->model);
  self->info = make_info (&self->model);
  self->device = training_device_new (self->info, BASE_SPAN (NULL, 0), &ops, self);
  training_device_set_extra_last (self->device, model->extra_last);
  training_device_set_busy (self->device, model->busy);
  self->message = g_byte_array_new ();
  g_queue_init (&self->answers);
  self->pin = g_strdup ("");
  for (guint i = 0; i < TRAINING_CCID_SLOTS_MAX; i++)
    training_ccid_slot_init (&self->slots[i]);
  return self;
}

void
training_ccid_free (TrainingCcid *self)
{
  if (self == NULL)
    return;
  drop_answers (self);
  for (guint i = 0; i < TRAINING_CCID_SLOTS_MAX; i++)
    training_ccid_slot_clear (&self->slots[i]);
  training_device_free (self->device);
  usb_device_unref (self->info);
  g_byte_array_unref (self->message);
  g_free (self->pin);
  g_free (self);
}

TrainingDevice *
training_ccid_device (TrainingCcid *self)
{
  return self->device;
}

void
training_ccid_tear_at (TrainingCcid *self, guint command)
{
  self->slots[0].tear_at = command;
}

void
training_ccid_set_pin (TrainingCcid *self, const char *digits)
{
  g_free (self->pin);
  self->pin = g_strdup (digits);
}

guint8
training_ccid_fidi (const TrainingCcid *self, guint slot)
{
  return self->slots[slot].fidi;
}

guint8
training_ccid_pps (const TrainingCcid *self, guint slot)
{
  return self->slots[slot].pps;
}

guint
training_ccid_resets (const TrainingCcid *self, gboolean warm)
{
  return warm ? self->warm : self->cold;
}

guint
training_ccid_aborts (const TrainingCcid *self)
{
  return self->aborts;
}

void
training_ccid_set_delay (TrainingCcid *self, guint delay_ms)
{
  self->delay_ms = delay_ms;
}
