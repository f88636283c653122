/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-ccid-model.h"

#include <string.h>

#define VENDOR 0x1209 /* pid.codes, for what is free to all */
#define PRODUCT 0x7117
#define RELEASE 0x0100
#define LEVEL_CHARACTER 0x00000
#define LEVEL_TPDU 0x10000
#define LEVEL_SHORT 0x20000
#define LEVEL_EXTENDED 0x40000
#define FEATURES_TPDU 0x32 /* parameters, clock and rate from the answer to reset */
#define FEATURES_APDU 0x7BA
#define FEATURES_ALONE 0x7FA /* and agrees on the speed by itself */
#define MESSAGE_MAX 271
#define CLOCK_KHZ 4000
#define RATE 10752
#define RATE_MAX 344086
#define IFSD 254
#define VOLTAGES_ALL 7
#define PACKET 64
#define LCD 0x0210 /* two lines of sixteen */

#define GOOD(the_name, the_level, the_features)                                                    \
  .name = (the_name), .level = (the_level), .features = (the_features)
#define TPDU(the_name) GOOD (the_name, LEVEL_TPDU, FEATURES_TPDU)
#define SHORT(the_name) GOOD (the_name, LEVEL_SHORT, FEATURES_APDU)

static const TrainingCcidModel models[] = {
  { TPDU ("tpdu") },
  { SHORT ("short") },
  { GOOD ("extended", LEVEL_EXTENDED, FEATURES_APDU) },
  { GOOD ("tpdu-auto", LEVEL_TPDU, FEATURES_ALONE) },
  { GOOD ("character", LEVEL_CHARACTER, FEATURES_TPDU) },
  { SHORT ("iccd"), .protocol = 1 },
  { TPDU ("pad"), .pin = 1 },
  { SHORT ("short-pad"), .pin = 1 },
  { SHORT ("other-pad"), .pin = 1, .serial = "TRAINING4" },
  { SHORT ("display-pad"), .pin = 1, .lcd = LCD },
  { SHORT ("two-slots"), .slots = 2 },
  { TPDU ("polled"), .no_interrupt = TRUE },
  { TPDU ("voltages"), .voltages = 7, .card_voltage = 3 },
  /* Each wrong in one way. */
  { TPDU ("stale"), .stale = 3 },
  { TPDU ("flood"), .stale = 11 },
  { TPDU ("empty"), .empty = 2 },
  { TPDU ("longer"), .padding = 40 },
  { TPDU ("small-packets"), .packet = 8 },
  { GOOD ("chaining", LEVEL_EXTENDED, FEATURES_APDU), .message_max = 74 },
  { SHORT ("lying-short"), .vendor = 0x076B, .product = 0x3031, .message_max = 74, .chains = TRUE },
  { GOOD ("lying-extended", LEVEL_EXTENDED, FEATURES_APDU), .vendor = 0x0D46, .product = 0x3010,
    .never_chains = TRUE },
  { SHORT ("lying-pad"), .vendor = 0x25DD, .product = 0x3111, .pin = 3, .no_pad = TRUE },
  { SHORT ("dead-pad"), .pin = 1, .no_pad = TRUE },
  { TPDU ("lying-display"), .pin = 1, .lcd = LCD, .other_display = TRUE },
  { SHORT ("hidden-display"), .pin = 1, .other_display = TRUE },
  { TPDU ("slow"), .first_ms = 3500 },
  { TPDU ("behind"), .extra_last = TRUE },
  { TPDU ("vendor-class"), .class_code = CCID_CLASS_VENDOR },
  { TPDU ("composite"), .first_interface = 2 },
  { SHORT ("patient"), .extensions = 5 },
  { TPDU ("mute"), .mute = TRUE },
  { TPDU ("parity"), .parity = 2 },
  { TPDU ("silent"), .silent = TRUE },
  { TPDU ("no-abort"), .no_abort = TRUE },
  { TPDU ("old-firmware"), .vendor = 0x04E6, .product = 0xE001, .release = 0x0515 },
  { TPDU ("busy"), .busy = TRUE },
};

const TrainingCcidModel *
training_ccid_model_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    if (strcmp (models[i].name, name) == 0)
      return &models[i];
  return NULL;
}

const TrainingCcidModel *
training_ccid_model_at (guint index)
{
  return index < G_N_ELEMENTS (models) ? &models[index] : NULL;
}

void
training_ccid_model_complete (TrainingCcidModel *self)
{
  if (self->vendor == 0)
    {
      self->vendor = VENDOR;
      self->product = PRODUCT;
    }
  if (self->release == 0)
    self->release = RELEASE;
  if (self->class_code == 0)
    self->class_code = CCID_CLASS;
  if (self->message_max == 0)
    self->message_max = MESSAGE_MAX;
  if (self->slots == 0)
    self->slots = 1;
  if (self->voltages == 0)
    self->voltages = VOLTAGES_ALL;
  if (self->packet == 0)
    self->packet = PACKET;
}

static void
put_u32 (guint8 *bytes, gsize at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    bytes[at + i] = (guint8)(value >> 8 * i);
}

void
training_ccid_model_describe (const TrainingCcidModel *self, guint8 out[CCID_DESCRIPTOR_SIZE])
{
  for (guint i = 0; i < CCID_DESCRIPTOR_SIZE; i++)
    out[i] = 0;
  out[0] = CCID_DESCRIPTOR_SIZE;
  out[1] = 0x21;
  out[2] = 0x10;
  out[3] = 0x01;
  out[4] = (guint8)(self->slots - 1);
  out[5] = self->voltages;
  put_u32 (out, 6, 3);
  put_u32 (out, 10, CLOCK_KHZ);
  put_u32 (out, 14, CLOCK_KHZ);
  put_u32 (out, 19, RATE);
  put_u32 (out, 23, RATE_MAX);
  put_u32 (out, 28, IFSD);
  put_u32 (out, 40, self->features | self->level);
  put_u32 (out, 44, self->message_max);
  out[48] = out[49] = 0xFF;
  out[50] = (guint8)self->lcd;
  out[51] = (guint8)(self->lcd >> 8);
  out[52] = self->pin;
  out[53] = 1;
}
