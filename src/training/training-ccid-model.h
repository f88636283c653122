/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which emulated chip readers there are: good ones of each level, and one wrong in each way that
 * readers in the field are. Their descriptors, and what they do. Pure.
 */
#pragma once

#include "ccid-descriptor.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;        /* "tpdu", "short", … */
  const char *serial;      /* NULL: one for all */
  guint16 vendor, product; /* 0: none that anybody knows */
  guint16 release;         /* of its firmware; 0: 1.00 */
  guint8 class_code;       /* 0: CCID's */
  guint8 protocol;         /* bInterfaceProtocol: 0 CCID, else ICCD */
  guint slots;             /* 0 is 1 */
  guint32 features;
  guint32 level;       /* of dwFeatures */
  guint32 message_max; /* 0: 271 */
  guint8 voltages;     /* 0: all */
  guint8 pin;
  guint16 packet;        /* 0: 64 */
  guint first_interface; /* that many others stand before it */
  gboolean extra_last;   /* its descriptor stands behind the last endpoint */
  gboolean no_interrupt; /* has no interrupt endpoint */
  gboolean silent;       /* has one, and never says anything on it */
  gboolean busy;         /* another program holds it */
  gboolean no_abort;     /* doesn't know the ABORT request */
  gboolean chains;       /* chains its answers although it announces short commands */
  gboolean never_chains; /* takes no chained commands although it announces extended ones */
  gboolean no_pad;       /* announces a PIN pad and hasn't got one */
  guint16 lcd;           /* lines and columns of its pad's display, as it announces them */
  gboolean other_display; /* …wrongly: it has one where it announces none, or the other way round */
  guint stale;            /* sends so many old answers before each true one */
  guint empty;            /* …empty packets */
  guint padding;          /* …bytes behind each answer, longer than it announced */
  guint extensions;       /* asks so often for more time before a card's answer */
  guint parity;           /* so many blocks of the card arrive garbled, after each power on */
  guint first_ms;         /* how long its first answer takes */
  gboolean mute;          /* cards answer to reset and then no more */
  guint8 card_voltage;    /* the only one (1 … 3) at which its card answers; 0: any */
} TrainingCcidModel;

/* NULL: no such. */
const TrainingCcidModel *training_ccid_model_find (const char *name);
/* NULL behind the last. */
const TrainingCcidModel *training_ccid_model_at (guint index);
/* Fills in what is 0 for short; else the model stays as it is. */
void training_ccid_model_complete (TrainingCcidModel *self);
/* What a complete one's interface says of itself. */
void training_ccid_model_describe (const TrainingCcidModel *self,
                                   guint8 out_bytes[CCID_DESCRIPTOR_SIZE]);

G_END_DECLS
