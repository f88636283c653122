/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-reader.h"

#include "crypto-dukpt-aes.h"
#include "crypto-dukpt.h"
#include "crypto-random.h"
#include "training-track.h"

#include <string.h>

#define PACKET_MAGTEK 64
#define MAGTEK_GET_SECURITY 0x15
#define IDTECH_SECURITY 0x7E
#define ANSWER_MAX 24
#define LEVEL_ENCRYPTING 3
#define LEVEL_CLEAR 2

struct _TrainingReader
{
  TrainingDevice *device;
  UsbDevice *info;
  TrainingReaderModel model;
  BaseSecret *base_key;
  guint8 ksn[TRAINING_TRACK_KSN_SIZE_AES];
  GBytes *pending; /* a swipe that waits to be fetched */
  gsize fetched;   /* of it */
  GPtrArray *cards;
  gboolean automatic;
  guint next_card;
  guint8 answer[ANSWER_MAX];
  gboolean claimed;
  gboolean asked;      /* since it was claimed */
  gboolean waiting;    /* the host waits on the endpoint */
  gint64 waiting_us;   /* since then */
  gint64 presented_us; /* when a card last presented itself; 0: not since it was claimed */
};

static gboolean
model_is_idtech (TrainingReaderModel model)
{
  return model >= TRAINING_READER_IDTECH_ORIGINAL;
}

static gboolean
is_idtech (const TrainingReader *self)
{
  return model_is_idtech (self->model);
}

static gboolean
has_aes_dukpt (const TrainingReader *self)
{
  return self->model == TRAINING_READER_IDTECH_AES_DUKPT;
}

static guint
security_level (const TrainingReader *self)
{
  return self->model == TRAINING_READER_MAGTEK_CLEAR ? LEVEL_CLEAR : LEVEL_ENCRYPTING;
}

/* Fetched as reports of the descriptor's size, however the host cuts its transfers. */
static void
give_pending (TrainingReader *self, UsbBuffer *buffer)
{
  BaseSpan bytes = base_bytes_span (self->pending);
  gsize report = is_idtech (self) ? TRAINING_TRACK_IDTECH_REPORT : bytes.size;
  gsize left = bytes.size - self->fetched;
  gsize in_report = report - self->fetched % MAX (report, 1);

  buffer->filled = MIN (buffer->size, MIN (left, in_report));
  for (gsize i = 0; i < buffer->filled; i++)
    buffer->bytes[i] = bytes.data[self->fetched + i];
  self->fetched += buffer->filled;
  if (self->fetched < bytes.size)
    return;
  g_clear_pointer (&self->pending, g_bytes_unref);
  self->fetched = 0;
}

static gboolean
may_present (const TrainingReader *self, gint64 now_us)
{
  if (self->cards == NULL || !self->automatic || self->pending != NULL || !self->waiting)
    return FALSE;
  if (self->presented_us != 0 && now_us - self->presented_us < TRAINING_READER_PAUSE_MS * 1000)
    return FALSE;
  return (self->claimed && self->asked)
         || now_us - self->waiting_us >= TRAINING_READER_PATIENCE_MS * 1000;
}

static void
present (TrainingReader *self, gint64 now_us)
{
  if (!may_present (self, now_us))
    return;
  self->presented_us = now_us;
  training_reader_swipe_next (self, NULL);
}

static TrainingTransfer
give_in (gpointer model, guint8 endpoint, UsbBuffer *buffer)
{
  TrainingReader *self = model;
  gint64 now_us = g_get_monotonic_time ();

  if (!self->waiting)
    self->waiting_us = now_us;
  self->waiting = TRUE;
  if (self->pending == NULL && self->asked)
    present (self, now_us);
  if (self->pending == NULL)
    return TRAINING_TRANSFER_WAIT;
  self->waiting = FALSE;
  give_pending (self, buffer);
  return TRAINING_TRANSFER_DONE;
}

static void
on_in_ended (gpointer model, guint8 endpoint)
{
  TrainingReader *self = model;

  self->waiting = FALSE;
}

static void
on_claimed (gpointer model, gboolean claimed)
{
  TrainingReader *self = model;

  self->claimed = claimed;
  self->asked = FALSE;
  self->waiting = FALSE;
  self->presented_us = 0;
}

static void
on_unplugged (gpointer model)
{
  TrainingReader *self = model;

  on_claimed (self, FALSE);
  g_clear_pointer (&self->pending, g_bytes_unref);
  self->fetched = 0;
}

static void
tick (gpointer model, gint64 now_us)
{
  TrainingReader *self = model;

  if (may_present (self, now_us))
    {
      present (self, now_us);
      training_device_changed (self->device);
    }
}

static void
answer_command (TrainingReader *self, BaseSpan command)
{
  memset (self->answer, 0, sizeof self->answer);
  if (is_idtech (self) && command.size >= 3 && command.data[1] == 0x52
      && command.data[2] == IDTECH_SECURITY)
    {
      const guint8 good[] = { 0x06, 0x02, IDTECH_SECURITY, 1, '3', 0x03 };

      for (gsize i = 0; i < sizeof good; i++)
        self->answer[i] = good[i];
    }
  else if (!is_idtech (self) && command.size >= 2 && command.data[0] == MAGTEK_GET_SECURITY)
    {
      self->answer[1] = 1;
      self->answer[2] = (guint8)security_level (self);
    }
  else
    self->answer[0] = is_idtech (self) ? 0x15 : 0x02; /* NAK, or bad parameter */
}

static TrainingTransfer
do_control (gpointer model, const UsbSetup *setup, UsbBuffer *buffer)
{
  TrainingReader *self = model;

  if (setup->request_type == 0x21 && setup->request == 0x09)
    {
      answer_command (self, BASE_SPAN (buffer->bytes, buffer->size));
      buffer->filled = buffer->size;
      self->asked = TRUE;
      return TRAINING_TRANSFER_DONE;
    }
  if (setup->request_type != 0xA1 || setup->request != 0x01)
    return TRAINING_TRANSFER_STALL;
  buffer->filled = MIN (buffer->size, sizeof self->answer);
  for (gsize i = 0; i < buffer->filled; i++)
    buffer->bytes[i] = self->answer[i];
  return TRAINING_TRANSFER_DONE;
}

static const TrainingModelOps ops = { .in = give_in,
                                      .control = do_control,
                                      .in_ended = on_in_ended,
                                      .claimed = on_claimed,
                                      .unplugged = on_unplugged,
                                      .tick = tick };

static UsbDevice *
make_info (TrainingReaderModel model)
{
  gboolean keyboard = model == TRAINING_READER_MAGTEK_KEYBOARD;
  gboolean idtech = model_is_idtech (model);
  UsbDevice *info = usb_device_new ("1-2");

  info->vendor = idtech ? 0x0ACD : 0x0801;
  info->product = idtech ? 0x2010 : keyboard ? 0x0001 : 0x0011;
  info->release = 0x0100;
  info->bus = 1;
  info->address = 65;
  info->maker = g_strdup (idtech ? "ID TECH" : "MAGTEK");
  info->model = g_strdup (idtech ? "SecureMag (training)" : "USB Swipe Reader (training)");
  info->serial = g_strdup (TRAINING_TRACK_SERIAL);
  info->interface_count = 1;
  info->interfaces[0] = (UsbInterface){
    .class_code = 3,
    .subclass = keyboard ? 1 : 0,
    .protocol = keyboard ? 1 : 0,
    .endpoint_count = 1,
    .endpoints = { { TRAINING_READER_IN, 3, keyboard ? 8 : PACKET_MAGTEK } },
  };
  return info;
}

static gboolean
advance (TrainingReader *self)
{
  return has_aes_dukpt (self) ? crypto_dukpt_aes_advance (self->ksn)
                              : crypto_dukpt_advance (self->ksn);
}

/* 12345678, four bytes of device and the lower three of the counter by chance. */
static void
choose_aes_ksn (TrainingReader *self)
{
  static const guint8 issuer[] = { 0x12, 0x34, 0x56, 0x78 };

  crypto_random_bytes (self->ksn, sizeof self->ksn);
  for (gsize i = 0; i < sizeof issuer; i++)
    self->ksn[i] = issuer[i];
  self->ksn[8] = 0;
  advance (self);
}

/* FFFF 98765, two bytes of device and the counter by chance. */
static void
choose_ksn (TrainingReader *self)
{
  static const guint8 issuer[] = { 0xFF, 0xFF, 0x98, 0x76, 0x5 };
  guint8 chance[5];

  crypto_random_bytes (chance, sizeof chance);
  for (gsize i = 0; i < sizeof issuer; i++)
    self->ksn[i] = issuer[i];
  self->ksn[5] = chance[0];
  self->ksn[6] = chance[1];
  /* The counter is the last 21 bits; not so high that a long practice could use it up. */
  self->ksn[7] = (guint8)(0xE0 | (chance[2] & 0x07));
  self->ksn[8] = chance[3];
  self->ksn[9] = chance[4];
  if (!advance (self))
    self->ksn[7] = 0xE0;
}

TrainingReader *
training_reader_new (TrainingReaderModel model)
{
  TrainingReader *self = g_new0 (TrainingReader, 1);

  self->model = model;
  self->automatic = TRUE;
  self->info = make_info (model);
  self->device = training_device_new (self->info,
                                      is_idtech (self) ? training_track_idtech_descriptor ()
                                                       : training_track_magtek_descriptor (),
                                      &ops, self);
  self->base_key = base_secret_new_from_hex (has_aes_dukpt (self) ? TRAINING_READER_AES_BASE_KEY
                                                                  : TRAINING_READER_BASE_KEY);
  if (has_aes_dukpt (self))
    choose_aes_ksn (self);
  else
    choose_ksn (self);
  return self;
}

void
training_reader_free (TrainingReader *self)
{
  if (self == NULL)
    return;
  training_device_free (self->device);
  usb_device_unref (self->info);
  base_secret_free (self->base_key);
  g_clear_pointer (&self->pending, g_bytes_unref);
  g_clear_pointer (&self->cards, g_ptr_array_unref);
  g_free (self);
}

TrainingDevice *
training_reader_device (TrainingReader *self)
{
  return self->device;
}

void
training_reader_inject (TrainingReader *self, GBytes *bytes)
{
  g_clear_pointer (&self->pending, g_bytes_unref);
  self->pending = g_bytes_ref (bytes);
  self->fetched = 0;
  training_device_changed (self->device);
}

static GBytes *
make_frame (TrainingReader *self, const TrainingCard *card, GError **error)
{
  TrainingTrackSwipe swipe
      = { .card = card,
          .cipher = has_aes_dukpt (self)                        ? TRAINING_TRACK_AES_DUKPT
                    : self->model == TRAINING_READER_IDTECH_AES ? TRAINING_TRACK_AES
                                                                : TRAINING_TRACK_TDES,
          .base_key = self->base_key,
          .shows_service = self->model == TRAINING_READER_MAGTEK_SERVICE };

  for (guint i = 0; i < TRAINING_TRACK_KSN_SIZE_AES; i++)
    swipe.ksn[i] = self->ksn[i];
  if (is_idtech (self))
    return training_track_idtech (&swipe, self->model != TRAINING_READER_IDTECH_ORIGINAL, error);
  return training_track_magtek (&swipe, security_level (self), error);
}

gboolean
training_reader_swipe (TrainingReader *self, const TrainingCard *card, GError **error)
{
  g_autoptr (GBytes) frame = make_frame (self, card, error);

  if (frame == NULL)
    return FALSE;
  advance (self);
  training_reader_inject (self, frame);
  return TRUE;
}

void
training_reader_set_cards (TrainingReader *self, GPtrArray *cards)
{
  g_clear_pointer (&self->cards, g_ptr_array_unref);
  self->cards = cards != NULL && cards->len > 0 ? g_ptr_array_ref (cards) : NULL;
  self->next_card = 0;
}

void
training_reader_set_automatic (TrainingReader *self, gboolean automatic)
{
  self->automatic = automatic;
}

gboolean
training_reader_swipe_next (TrainingReader *self, GError **error)
{
  const TrainingCard *card;

  if (self->cards == NULL)
    return TRUE;
  card = g_ptr_array_index (self->cards, self->next_card);
  self->next_card = (self->next_card + 1) % self->cards->len;
  return training_reader_swipe (self, card, error);
}

gboolean
training_reader_is_armed (const TrainingReader *self)
{
  return self->claimed && self->asked;
}
