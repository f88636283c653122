/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The shop's hardware without the hardware, inside the program: a receipt printer, an encrypting
 * stripe reader and a chip reader behind a UsbBus, as training mode needs them. The same device
 * models serve till-usb-bench, there seen by stock libusb. Thread-safe; whoever makes the bench
 * frees it after everything that uses its bus. Test cards only: it encrypts under the published
 * training key.
 */
#pragma once

#include "usb-port.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TRAINING_BENCH_PAPER_MAX (16 * 1024 * 1024)
#define TRAINING_BENCH_BDK "0123456789ABCDEFFEDCBA9876543210"

typedef enum
{
  TRAINING_PRINTER,
  TRAINING_STRIPE,
  TRAINING_CHIP_READER,
} TrainingDeviceKind;

typedef enum
{
  TRAINING_STRIPE_MAGTEK,
  TRAINING_STRIPE_MAGTEK_SERVICE, /* says whether a card has a chip */
  TRAINING_STRIPE_IDTECH,
  TRAINING_STRIPE_IDTECH_ENHANCED,
} TrainingStripeModel;

typedef struct _TrainingBench TrainingBench;

/* Printer and stripe reader plugged in, paper loaded, a MagTek reader, a printer of 576 dots that
 * prints as fast as it is fed. The chip reader lies beside it, with its PIN pad and no card. */
TrainingBench *training_bench_new (void);
TrainingBench *training_bench_new_with (TrainingStripeModel stripe);
void training_bench_free (TrainingBench *self);
/* Borrowed. */
UsbBus *training_bench_bus (TrainingBench *self);

/* Passes a card: its clear test tracks, as "%B…?;…?" or ";…?". FALSE when they are no tracks. A
 * swipe that nobody waits for stays in the reader, as in a real one, until it is asked for. */
gboolean training_bench_swipe (TrainingBench *self, const char *tracks, GError **error);
/* Cards that present themselves as soon as a payment waits, one after the other, round and round.
 * NULL ends it. */
gboolean training_bench_set_cards (TrainingBench *self, const char *const *cards, GError **error);
/* Whether a payment waits for a card at this moment. */
gboolean training_bench_is_armed (TrainingBench *self);

/* Puts a card of this KIND (training-chip-file.h) into the chip reader, in place of the one that is
 * there; as long as the bench lives, what a card of that kind remembers stays with it. */
gboolean training_bench_insert (TrainingBench *self, const char *kind, GError **error);
void training_bench_remove_card (TrainingBench *self);
gboolean training_bench_has_card (TrainingBench *self);
/* Such a card presents itself as soon as a payment waits for a chip. NULL: none does any more. */
gboolean training_bench_set_chip (TrainingBench *self, const char *kind, GError **error);
/* What is typed into the chip reader's pad: digits; NULL: its cancel key; "" (at first): nothing.
 */
void training_bench_set_pin (TrainingBench *self, const char *digits);
/* Torn out at the n-th command from now. */
void training_bench_tear_at (TrainingBench *self, guint command);

void training_bench_set_paper (TrainingBench *self, gboolean loaded);
void training_bench_set_cover (TrainingBench *self, gboolean open);
void training_bench_plug (TrainingBench *self, TrainingDeviceKind kind, gboolean plugged);
/* A realistic pace: bytes of ESC/POS a second, 0 = as fast as they come. */
void training_bench_set_speed (TrainingBench *self, guint bytes_per_second);

/* All bytes that the printer received since the start or the last tear, at most
 * TRAINING_BENCH_PAPER_MAX. Yours. */
GBytes *training_bench_paper_bytes (TrainingBench *self);
/* Grows whenever paper, cuts or drawer change. */
guint training_bench_paper_counter (TrainingBench *self);
/* The paper itself: a copy of the page's rows, 1 = black. Yours. */
GBytes *training_bench_paper_page (TrainingBench *self, guint *out_stride, guint *out_rows);
void training_bench_tear_paper (TrainingBench *self);
/* How often the cash drawer sprang open. */
guint training_bench_drawer_count (TrainingBench *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingBench, training_bench_free)

G_END_DECLS
