/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists of data objects: tags and lengths by which a card says what it wants to be told (EMV 4.4
 * Book 3, 5.4). Pure, any thread.
 */
#pragma once

#include "emv-data.h"

G_BEGIN_DECLS

#define EMV_LIST_MAX 252 /* bytes of a filled list, so that it fits a command with its template */

/* A filled list: values without tags. May hold card data: cleared by who has it. */
typedef struct
{
  guint8 bytes[EMV_LIST_MAX];
  gsize size;
} EmvList;

/* Each object in its place and length: what isn't there, a template and an unknown tag as zeros; a
 * longer one loses leading bytes when it is digits (n), else trailing ones; a shorter one is filled
 * on the left with zeros (n), on the right with F nibbles (cn), else with zeros. FALSE: the list
 * can't be read, or asks for more than fits. */
gboolean emv_dol_fill (BaseSpan dol, const EmvData *data, EmvList *out_list);
/* The next wish of a list; FALSE at its end, and where it can't be read. */
gboolean emv_dol_next (BaseReader *reader, guint32 *out_tag, guint8 *out_size);
/* FALSE also for a list that can't be read up to there. */
gboolean emv_dol_asks_for (BaseSpan dol, guint32 tag);
void emv_list_clear (EmvList *self);
BaseSpan emv_list_span (const EmvList *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EmvList, emv_list_clear)

G_END_DECLS
