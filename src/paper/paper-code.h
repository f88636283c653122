/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dark and light modules of a QR code or a Code 128 barcode, before any size is chosen. Called
 * by paper-layout, which draws them as whole dots; yours to free. It never draws, and a text that
 * no symbol can hold is an answer (NULL), not an error.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PAPER_CODE_QR_MAX 1200    /* bytes of UTF-8: well within what error correction M can hold */
#define PAPER_CODE_CODE128_MAX 48 /* bytes of ASCII: as long as the longest code of a product */

typedef struct _PaperCode PaperCode;

/* NULL when `text` is empty, too long or not to be encoded. */
PaperCode *paper_code_new_qr (const char *text);
PaperCode *paper_code_new_code128 (const char *text);
void paper_code_free (PaperCode *self);

guint paper_code_width (const PaperCode *self);  /* modules, without the quiet zone */
guint paper_code_height (const PaperCode *self); /* modules; 1 for a barcode */
gboolean paper_code_is_dark (const PaperCode *self, guint x, guint y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PaperCode, paper_code_free)

G_END_DECLS
