/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-bench.h"

#include "training-ccid.h"
#include "training-chip.h"
#include "training-printer.h"
#include "training-reader.h"
#include "training-usb-bus.h"

#define CHIP_READER "pad"

struct _TrainingBench
{
  TrainingCcid *ccid;
  GHashTable
      *chips; /* KIND → TrainingChip: a card may be in the reader as long as the bench lives */
  TrainingPrinter *printer;
  TrainingReader *reader;
  TrainingUsbBus *bus;
};

static TrainingReaderModel
reader_model (TrainingStripeModel stripe)
{
  switch (stripe)
    {
    case TRAINING_STRIPE_MAGTEK:
      return TRAINING_READER_MAGTEK;
    case TRAINING_STRIPE_MAGTEK_SERVICE:
      return TRAINING_READER_MAGTEK_SERVICE;
    case TRAINING_STRIPE_IDTECH:
      return TRAINING_READER_IDTECH_ORIGINAL;
    case TRAINING_STRIPE_IDTECH_ENHANCED:
      return TRAINING_READER_IDTECH_ENHANCED;
    }
  g_assert_not_reached ();
}

TrainingBench *
training_bench_new_with (TrainingStripeModel stripe)
{
  TrainingBench *self = g_new0 (TrainingBench, 1);
  TrainingPrinterOptions options = { 0 };

  self->printer = training_printer_new (&options);
  self->reader = training_reader_new (reader_model (stripe));
  self->ccid = training_ccid_new (training_ccid_model_find (CHIP_READER));
  self->chips
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)training_chip_free);
  self->bus = training_usb_bus_new ();
  training_usb_bus_add (self->bus, training_printer_device (self->printer));
  training_usb_bus_add (self->bus, training_reader_device (self->reader));
  training_usb_bus_add (self->bus, training_ccid_device (self->ccid));
  training_bench_plug (self, TRAINING_PRINTER, TRUE);
  training_bench_plug (self, TRAINING_STRIPE, TRUE);
  return self;
}

TrainingBench *
training_bench_new (void)
{
  return training_bench_new_with (TRAINING_STRIPE_MAGTEK);
}

void
training_bench_free (TrainingBench *self)
{
  if (self == NULL)
    return;
  training_usb_bus_free (self->bus);
  training_printer_free (self->printer);
  training_reader_free (self->reader);
  training_ccid_free (self->ccid);
  g_hash_table_unref (self->chips);
  g_free (self);
}

UsbBus *
training_bench_bus (TrainingBench *self)
{
  return training_usb_bus_bus (self->bus);
}

static TrainingDevice *
lock_printer (TrainingBench *self)
{
  TrainingDevice *device = training_printer_device (self->printer);

  training_device_lock (device);
  return device;
}

static TrainingDevice *
lock_reader (TrainingBench *self)
{
  TrainingDevice *device = training_reader_device (self->reader);

  training_device_lock (device);
  return device;
}

gboolean
training_bench_swipe (TrainingBench *self, const char *tracks, GError **error)
{
  g_autoptr (TrainingCard) card = training_card_parse (tracks, error);
  TrainingDevice *device;
  gboolean good;

  if (card == NULL)
    return FALSE;
  device = lock_reader (self);
  good = training_reader_swipe (self->reader, card, error);
  training_device_unlock (device);
  return good;
}

gboolean
training_bench_set_cards (TrainingBench *self, const char *const *cards, GError **error)
{
  g_autoptr (GPtrArray) parsed
      = g_ptr_array_new_with_free_func ((GDestroyNotify)training_card_free);
  TrainingDevice *device;

  for (gsize i = 0; cards != NULL && cards[i] != NULL && i < TRAINING_CARD_LINES_MAX; i++)
    {
      TrainingCard *card = training_card_parse (cards[i], error);

      if (card == NULL)
        return FALSE;
      g_ptr_array_add (parsed, card);
    }
  device = lock_reader (self);
  training_reader_set_cards (self->reader, parsed->len > 0 ? parsed : NULL);
  training_device_unlock (device);
  return TRUE;
}

gboolean
training_bench_is_armed (TrainingBench *self)
{
  TrainingDevice *device = lock_reader (self);
  gboolean armed = training_reader_is_armed (self->reader);

  training_device_unlock (device);
  return armed;
}

static TrainingDevice *
lock_ccid (TrainingBench *self)
{
  TrainingDevice *device = training_ccid_device (self->ccid);

  training_device_lock (device);
  return device;
}

/* With the reader's lock: both use the same cards. */
static TrainingChip *
chip_of (TrainingBench *self, const char *kind, GError **error)
{
  TrainingChip *chip = g_hash_table_lookup (self->chips, kind);
  TrainingChipFile *file = chip == NULL ? training_chip_file_load (kind, error) : NULL;

  if (file == NULL)
    return chip;
  chip = training_chip_new (file, error);
  if (chip != NULL)
    g_hash_table_insert (self->chips, g_strdup (kind), chip);
  return chip;
}

gboolean
training_bench_insert (TrainingBench *self, const char *kind, GError **error)
{
  TrainingDevice *device = lock_ccid (self);
  TrainingChip *chip = chip_of (self, kind, error);

  if (chip != NULL)
    {
      const TrainingChipEnd end = training_chip_end (chip);

      training_ccid_remove (self->ccid, 0);
      training_ccid_insert (self->ccid, 0, &end);
    }
  training_device_unlock (device);
  return chip != NULL;
}

void
training_bench_remove_card (TrainingBench *self)
{
  TrainingDevice *device = lock_ccid (self);

  training_ccid_remove (self->ccid, 0);
  training_device_unlock (device);
}

gboolean
training_bench_has_card (TrainingBench *self)
{
  TrainingDevice *device = lock_ccid (self);
  gboolean has = training_ccid_has_card (self->ccid, 0);

  training_device_unlock (device);
  return has;
}

gboolean
training_bench_set_chip (TrainingBench *self, const char *kind, GError **error)
{
  TrainingDevice *device = lock_ccid (self);
  TrainingChip *chip = kind != NULL ? chip_of (self, kind, error) : NULL;

  if (chip != NULL)
    {
      const TrainingChipEnd end = training_chip_end (chip);

      training_ccid_set_card (self->ccid, &end);
    }
  else if (kind == NULL)
    training_ccid_set_card (self->ccid, NULL);
  training_device_unlock (device);
  return chip != NULL || kind == NULL;
}

void
training_bench_set_pin (TrainingBench *self, const char *digits)
{
  TrainingDevice *device = lock_ccid (self);

  training_ccid_set_pin (self->ccid, digits);
  training_device_unlock (device);
}

void
training_bench_tear_at (TrainingBench *self, guint command)
{
  TrainingDevice *device = lock_ccid (self);

  training_ccid_tear_at (self->ccid, command);
  training_device_unlock (device);
}

void
training_bench_set_paper (TrainingBench *self, gboolean loaded)
{
  TrainingDevice *device = lock_printer (self);

  training_printer_set_paper (self->printer, loaded);
  training_device_unlock (device);
}

void
training_bench_set_cover (TrainingBench *self, gboolean open)
{
  TrainingDevice *device = lock_printer (self);

  training_printer_set_cover (self->printer, open);
  training_device_unlock (device);
}

void
training_bench_set_speed (TrainingBench *self, guint bytes_per_second)
{
  TrainingDevice *device = lock_printer (self);

  training_printer_set_speed (self->printer, bytes_per_second);
  training_device_unlock (device);
}

static TrainingDevice *
device_of (TrainingBench *self, TrainingDeviceKind kind)
{
  switch (kind)
    {
    case TRAINING_PRINTER:
      return training_printer_device (self->printer);
    case TRAINING_STRIPE:
      return training_reader_device (self->reader);
    case TRAINING_CHIP_READER:
      return training_ccid_device (self->ccid);
    }
  g_assert_not_reached ();
}

void
training_bench_plug (TrainingBench *self, TrainingDeviceKind kind, gboolean plugged)
{
  training_usb_bus_plug (self->bus, device_of (self, kind), plugged);
}

GBytes *
training_bench_paper_bytes (TrainingBench *self)
{
  TrainingDevice *device = lock_printer (self);
  BaseSpan received = training_printer_received (self->printer);
  GBytes *copy = g_bytes_new (received.data, received.size);

  training_device_unlock (device);
  return copy;
}

guint
training_bench_paper_counter (TrainingBench *self)
{
  TrainingDevice *device = lock_printer (self);
  guint counter = training_printer_counter (self->printer);

  training_device_unlock (device);
  return counter;
}

GBytes *
training_bench_paper_page (TrainingBench *self, guint *out_stride, guint *out_rows)
{
  TrainingDevice *device = lock_printer (self);
  BaseSpan page = training_printer_page (self->printer, out_stride, out_rows);
  GBytes *copy = g_bytes_new (page.data, page.size);

  training_device_unlock (device);
  return copy;
}

void
training_bench_tear_paper (TrainingBench *self)
{
  TrainingDevice *device = lock_printer (self);

  training_printer_tear (self->printer);
  training_device_unlock (device);
}

guint
training_bench_drawer_count (TrainingBench *self)
{
  TrainingDevice *device = lock_printer (self);
  guint count = training_printer_drawer_count (self->printer);

  training_device_unlock (device);
  return count;
}
