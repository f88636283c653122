/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An emulated receipt printer: takes ESC/POS on its OUT endpoint into a small buffer, works it off
 * at its pace, answers DLE EOT and GS r, knows paper end and an open cover, and keeps the paper.
 * Everything below wants the device's lock held.
 */
#pragma once

#include "training-device.h"

G_BEGIN_DECLS

#define TRAINING_PRINTER_BUFFER 4096
#define TRAINING_PRINTER_LOG_MAX (16 * 1024 * 1024)
#define TRAINING_PRINTER_OUT 0x01
#define TRAINING_PRINTER_IN 0x82

typedef struct
{
  guint dots;      /* 0: 576 */
  gboolean silent; /* answers no status */
  guint16 vendor;  /* 0: a training id */
  guint16 product;
  const char *serial; /* NULL: "TILLPRN0001" */
  const char *id;     /* IEEE-1284 answer after its length; NULL: a good one */
  int id_length_bias; /* what is added to its length bytes: many printers lie */
} TrainingPrinterOptions;

typedef struct _TrainingPrinter TrainingPrinter;

TrainingPrinter *training_printer_new (const TrainingPrinterOptions *options);
void training_printer_free (TrainingPrinter *self);
TrainingDevice *training_printer_device (TrainingPrinter *self);

void training_printer_set_paper (TrainingPrinter *self, gboolean loaded);
void training_printer_set_cover (TrainingPrinter *self, gboolean open);
/* Bytes a second; 0: as fast as they come. */
void training_printer_set_speed (TrainingPrinter *self, guint bytes_per_second);
/* All bytes that arrived, oldest first. Borrowed. */
BaseSpan training_printer_received (const TrainingPrinter *self);
/* Of all times, whatever the log still holds. */
guint64 training_printer_received_count (const TrainingPrinter *self);
guint training_printer_counter (const TrainingPrinter *self);
guint training_printer_drawer_count (const TrainingPrinter *self);
/* The rows that came out. Borrowed. */
BaseSpan training_printer_page (TrainingPrinter *self, guint *out_stride, guint *out_rows);
void training_printer_tear (TrainingPrinter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingPrinter, training_printer_free)

G_END_DECLS
