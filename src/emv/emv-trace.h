/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The record of one transaction: its phases, each command and answer, and the objects at its end.
 * Kept in memory and, by the caller's wish, as text that can be shown to anybody: card numbers are
 * masked to six and four digits wherever they stand (5A, 57, 9F6B, 56, 9F1F, 9F20, DOLs that ask
 * for them, records), PIN blocks are left out. So what is written holds no card data.
 */
#pragma once

#include "emv-card.h"
#include "emv-data.h"

G_BEGIN_DECLS

#define EMV_TRACE_STEPS_MAX 512
#define EMV_TRACE_TEXT_MAX 65536 /* bytes of to_text() */
#define EMV_TRACE_CUT "cut"      /* the note that stands where something was left out */

typedef struct _EmvTrace EmvTrace;

EmvTrace *emv_trace_new (void);
void emv_trace_free (EmvTrace *self);
void emv_trace_phase (EmvTrace *self, const char *name);
void emv_trace_exchange (EmvTrace *self, BaseSpan command, const EmvResponse *response);
/* A word of the kernel's about why it ended or what it lacked: "card-removed", "no CA key". */
void emv_trace_note (EmvTrace *self, const char *word);
/* Lines of ASCII, masked: "# phase", "> 00A40400…", "< 6F… 9000", "= word", and the objects at the
 * end "@ 9F02 000000012500". Of what is longer than EMV_TRACE_TEXT_MAX the middle is left out, and
 * of more than EMV_TRACE_STEPS_MAX steps the end; "= cut" stands there instead. Yours. */
char *emv_trace_to_text (const EmvTrace *self, const EmvData *data);
/* Objects alone, in hexadecimal digits with '*' for what is not shown. Yours. What can't be read
 * as objects is left as it is: don't show it. */
char *emv_trace_mask (BaseSpan objects);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmvTrace, emv_trace_free)

G_END_DECLS
