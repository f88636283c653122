/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data objects of one transaction, whoever gave them: what lists of data objects are filled
 * from, what the request takes, what a trace shows. Card data among them: the memory is locked, and
 * wiped when it is freed. Bounded in number and size, whatever a card sends. One thread at a time.
 */
#pragma once

#include "base-secret.h"

G_BEGIN_DECLS

#define EMV_DATA_OBJECTS_MAX 160
#define EMV_DATA_BYTES_MAX 16384 /* of all values */

typedef enum
{
  EMV_ORIGIN_TERMINAL,
  EMV_ORIGIN_CARD,
  EMV_ORIGIN_ISSUER,
} EmvOrigin;

typedef struct
{
  guint32 tag;
  EmvOrigin origin;
  BaseSpan value; /* borrowed */
} EmvObject;

typedef struct _EmvData EmvData;

EmvData *emv_data_new (void);
void emv_data_free (EmvData *self);
/* Puts or replaces it. FALSE: no room. Spans got before are good no longer, unless this object was
 * there and has the same size. */
gboolean emv_data_set (EmvData *self, guint32 tag, BaseSpan value, EmvOrigin origin);
/* FALSE also when it is there already: a card may not say a thing twice (Book 3, 10.2). */
gboolean emv_data_add (EmvData *self, guint32 tag, BaseSpan value, EmvOrigin origin);
/* Takes it away if it is there. Spans got before are good no longer. */
void emv_data_drop (EmvData *self, guint32 tag);
/* Takes away all that the card or the issuer gave: another application begins. */
void emv_data_forget_card (EmvData *self);
/* data is NULL when it isn't there. Borrowed until an object is set or dropped. */
BaseSpan emv_data_get (const EmvData *self, guint32 tag);
gboolean emv_data_has (const EmvData *self, guint32 tag);
/* A number of packed digits (n) or of bytes; FALSE: not there, too long (12 digits, 6 bytes), or no
 * digits. */
gboolean emv_data_number (const EmvData *self, guint32 tag, guint64 *out_number);
gboolean emv_data_uint (const EmvData *self, guint32 tag, guint64 *out_number);
/* In the order in which they came. */
guint emv_data_count (const EmvData *self);
EmvObject emv_data_at (const EmvData *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmvData, emv_data_free)

G_END_DECLS
