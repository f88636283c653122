/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-printer.h"

#include "printer-escpos-reader.h"

#include <string.h>

#define DOTS_DEFAULT 576
#define ANSWERS_MAX 256
#define REAL_TIME_SIZE 3
#define ID_DEFAULT "MFG:Till;MDL:Training printer;CMD:ESC/POS;CLS:PRINTER;SN:TILLPRN0001;"

struct _TrainingPrinter
{
  TrainingDevice *device;
  UsbDevice *info;
  char *id;
  int id_length_bias;
  guint dots;
  gboolean silent;
  gboolean paper;
  gboolean cover_open;
  guint speed;
  gint64 worked_us;    /* until when it has printed */
  GByteArray *buffer;  /* received, not yet worked off */
  GByteArray *answers; /* for the host to read */
  GByteArray *log;
  guint64 received;
  PrinterEscposReader *reader;
  guint counter;
  guint drawer_count;
};

static void
add_answer (TrainingPrinter *self, guint8 byte)
{
  if (!self->silent && self->answers->len < ANSWERS_MAX)
    g_byte_array_append (self->answers, &byte, 1);
}

static gboolean
is_online (const TrainingPrinter *self)
{
  return self->paper && !self->cover_open;
}

static guint8
status_byte (const TrainingPrinter *self, guint n)
{
  guint8 byte = 0x12;

  if (n == 1 && !is_online (self))
    byte |= 0x08;
  if (n == 2 && self->cover_open)
    byte |= 0x04;
  if (n == 2 && !self->paper)
    byte |= 0x20;
  if (n == 4 && !self->paper)
    byte |= 0x6C;
  return byte;
}

static void
answer_question (TrainingPrinter *self, const PrinterToken *token)
{
  if (strcmp (token->name, "GS r") == 0)
    add_answer (self, 0x00);
  else if (token->value >= 1 && token->value <= 3)
    add_answer (self, 0x02);
}

static void
on_reader_token_cb (const PrinterToken *token, gpointer data)
{
  TrainingPrinter *self = data;

  if (token->kind == PRINTER_TOKEN_STATUS)
    add_answer (self, status_byte (self, token->value));
  else if (token->kind == PRINTER_TOKEN_ASK)
    answer_question (self, token);
  else if (token->kind == PRINTER_TOKEN_PULSE)
    self->drawer_count++;
}

/* How many bytes the head has had time for. */
static gsize
budget (TrainingPrinter *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gsize bytes;

  if (self->speed == 0)
    return self->buffer->len;
  bytes = (gsize)((now_us - self->worked_us) * self->speed / G_USEC_PER_SEC);
  bytes = MIN (bytes, self->buffer->len);
  self->worked_us = bytes < self->buffer->len
                        ? self->worked_us + (gint64)bytes * G_USEC_PER_SEC / self->speed
                        : now_us;
  return bytes;
}

static gboolean
work_off (TrainingPrinter *self)
{
  gsize size;

  if (!is_online (self) || self->buffer->len == 0)
    {
      self->worked_us = g_get_monotonic_time ();
      return FALSE;
    }
  size = budget (self);
  if (size == 0)
    return FALSE;
  printer_escpos_reader_feed (self->reader, BASE_SPAN (self->buffer->data, size));
  g_byte_array_remove_range (self->buffer, 0, (guint)size);
  self->counter++;
  return TRUE;
}

static void
keep_log (TrainingPrinter *self, BaseSpan data)
{
  self->received += data.size;
  if (self->log->len + data.size > TRAINING_PRINTER_LOG_MAX)
    g_byte_array_remove_range (self->log, 0, self->log->len / 2);
  g_byte_array_append (self->log, data.data, (guint)data.size);
}

/* A question that comes alone is answered at once, whatever waits in the buffer. */
static gboolean
is_real_time (BaseSpan data)
{
  return data.size == REAL_TIME_SIZE && data.data[0] == 0x10 && data.data[1] == 0x04;
}

static TrainingTransfer
take_out (gpointer model, BaseSpan data, gsize *out_taken)
{
  TrainingPrinter *self = model;
  gsize room, before = self->buffer->len;

  if (is_real_time (data) && before < TRAINING_PRINTER_BUFFER)
    {
      keep_log (self, data);
      add_answer (self, status_byte (self, data.data[2]));
      *out_taken = data.size;
      return TRAINING_TRANSFER_DONE;
    }
  while (*out_taken < data.size)
    {
      room = MIN (TRAINING_PRINTER_BUFFER - self->buffer->len, data.size - *out_taken);
      if (room > 0)
        {
          keep_log (self, BASE_SPAN (data.data + *out_taken, room));
          g_byte_array_append (self->buffer, data.data + *out_taken, (guint)room);
          *out_taken += room;
        }
      if (!work_off (self) && room == 0)
        break;
    }
  return *out_taken == data.size ? TRAINING_TRANSFER_DONE : TRAINING_TRANSFER_WAIT;
}

static TrainingTransfer
give_in (gpointer model, guint8 endpoint, UsbBuffer *buffer)
{
  TrainingPrinter *self = model;

  work_off (self);
  if (self->answers->len == 0)
    return TRAINING_TRANSFER_WAIT;
  buffer->filled = MIN (buffer->size, self->answers->len);
  for (gsize i = 0; i < buffer->filled; i++)
    buffer->bytes[i] = self->answers->data[i];
  g_byte_array_remove_range (self->answers, 0, (guint)buffer->filled);
  return TRAINING_TRANSFER_DONE;
}

static void
give_id (const TrainingPrinter *self, UsbBuffer *buffer)
{
  g_auto (BaseWriter) writer = { 0 };
  gsize size = strlen (self->id);
  BaseSpan span;

  base_writer_init (&writer, TRAINING_DESCRIPTOR_MAX);
  base_writer_u16be (&writer, (guint16)((int)size + 2 + self->id_length_bias));
  base_writer_put (&writer, BASE_SPAN (self->id, size));
  span = base_writer_span (&writer);
  buffer->filled = MIN (buffer->size, span.size);
  for (gsize i = 0; i < buffer->filled; i++)
    buffer->bytes[i] = span.data[i];
}

static TrainingTransfer
do_control (gpointer model, const UsbSetup *setup, UsbBuffer *buffer)
{
  TrainingPrinter *self = model;

  if (setup->request_type == 0xA1 && setup->request == 0x00)
    give_id (self, buffer);
  else if (setup->request_type == 0xA1 && setup->request == 0x01 && buffer->size > 0)
    {
      buffer->bytes[0] = (guint8)(0x18 | (self->paper ? 0 : 0x20));
      buffer->filled = 1;
    }
  else if ((setup->request_type & 0x60) == 0x20 && setup->request == 0x02)
    g_byte_array_set_size (self->buffer, 0);
  else
    return TRAINING_TRANSFER_STALL;
  return TRAINING_TRANSFER_DONE;
}

static void
on_unplugged (gpointer model)
{
  TrainingPrinter *self = model;

  /* It still has power: it keeps what it got, and its place in the middle of a command. */
  g_byte_array_set_size (self->answers, 0);
}

static void
tick (gpointer model, gint64 now_us)
{
  TrainingPrinter *self = model;

  if (work_off (self))
    training_device_changed (self->device);
}

static const TrainingModelOps ops = { .out = take_out,
                                      .in = give_in,
                                      .control = do_control,
                                      .unplugged = on_unplugged,
                                      .tick = tick };

static UsbDevice *
make_info (const TrainingPrinterOptions *options)
{
  UsbDevice *info = usb_device_new ("1-1");

  info->vendor = options->vendor != 0 ? options->vendor : 0x1209;
  info->product = options->vendor != 0 ? options->product : 0x7101;
  info->release = 0x0100;
  info->bus = 1;
  info->address = 10;
  info->maker = g_strdup ("Till");
  info->model = g_strdup ("Training printer");
  info->serial = g_strdup (options->serial != NULL ? options->serial : "TILLPRN0001");
  info->interface_count = 1;
  info->interfaces[0] = (UsbInterface){
    .class_code = 7,
    .subclass = 1,
    .protocol = 2,
    .endpoint_count = 2,
    .endpoints = { { TRAINING_PRINTER_OUT, 2, 64 }, { TRAINING_PRINTER_IN, 2, 64 } },
  };
  return info;
}

TrainingPrinter *
training_printer_new (const TrainingPrinterOptions *options)
{
  TrainingPrinter *self = g_new0 (TrainingPrinter, 1);
  BaseSpan no_report = { NULL, 0 };

  self->info = make_info (options);
  self->device = training_device_new (self->info, no_report, &ops, self);
  self->id = g_strdup (options->id != NULL ? options->id : ID_DEFAULT);
  self->id_length_bias = options->id_length_bias;
  self->dots = options->dots != 0 ? options->dots : DOTS_DEFAULT;
  self->silent = options->silent;
  self->paper = TRUE;
  self->buffer = g_byte_array_new ();
  self->answers = g_byte_array_new ();
  self->log = g_byte_array_new ();
  self->reader = printer_escpos_reader_new (self->dots, on_reader_token_cb, self);
  return self;
}

void
training_printer_free (TrainingPrinter *self)
{
  if (self == NULL)
    return;
  training_device_free (self->device);
  usb_device_unref (self->info);
  g_byte_array_unref (self->buffer);
  g_byte_array_unref (self->answers);
  g_byte_array_unref (self->log);
  printer_escpos_reader_free (self->reader);
  g_free (self->id);
  g_free (self);
}

TrainingDevice *
training_printer_device (TrainingPrinter *self)
{
  return self->device;
}

static void
come_back (TrainingPrinter *self)
{
  self->worked_us = g_get_monotonic_time ();
  work_off (self);
  self->counter++;
  training_device_changed (self->device);
}

void
training_printer_set_paper (TrainingPrinter *self, gboolean loaded)
{
  self->paper = loaded;
  come_back (self);
}

void
training_printer_set_cover (TrainingPrinter *self, gboolean open)
{
  self->cover_open = open;
  come_back (self);
}

void
training_printer_set_speed (TrainingPrinter *self, guint bytes_per_second)
{
  self->speed = bytes_per_second;
  come_back (self);
}

BaseSpan
training_printer_received (const TrainingPrinter *self)
{
  return BASE_SPAN (self->log->data, self->log->len);
}

guint64
training_printer_received_count (const TrainingPrinter *self)
{
  return self->received;
}

guint
training_printer_counter (const TrainingPrinter *self)
{
  return self->counter;
}

guint
training_printer_drawer_count (const TrainingPrinter *self)
{
  return self->drawer_count;
}

BaseSpan
training_printer_page (TrainingPrinter *self, guint *out_stride, guint *out_rows)
{
  return printer_escpos_reader_page (self->reader, out_stride, out_rows);
}

void
training_printer_tear (TrainingPrinter *self)
{
  printer_escpos_reader_free (self->reader);
  self->reader = printer_escpos_reader_new (self->dots, on_reader_token_cb, self);
  g_byte_array_set_size (self->log, 0);
  self->counter++;
}
