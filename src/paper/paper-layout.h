/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where every dot of a receipt goes: rows of a ShopReceipt measured and placed on paper of a given
 * width, drawn by Cairo for the printer (paper-raster) and the screen alike. Made by checkout on
 * the printer's worker, or by the window; freed by whoever made it. Any thread, one at a time. It
 * keeps no reference to the receipt, knows no printer and never says no: a text that is too long is
 * cut with an ellipsis, a code that cannot be encoded is printed as text.
 */
#pragma once

#include "shop-receipt.h"

G_BEGIN_DECLS

#define PAPER_WIDTH_MIN_DOTS 96
#define PAPER_WIDTH_MAX_DOTS 2048
#define PAPER_HEIGHT_MAX_DOTS                                                                       \
  120000 /* 15 m at 203 dpi; rows that begin beyond are left out, and a last row says so with "…" \
          */
#define PAPER_TEXT_MAX 1200 /* bytes of one cell */

typedef struct _PaperLayout PaperLayout;
/* Cairo's own type, named here so that callers need no header of it. */
typedef struct _cairo cairo_t;

/* `font` is a list of families; NULL is the default, which has Chinese. */
PaperLayout *paper_layout_new (const ShopReceipt *receipt, guint width_dots, const char *font);
void paper_layout_free (PaperLayout *self);

guint paper_layout_width (const PaperLayout *self);
guint paper_layout_height (const PaperLayout *self);
/* Rows of dots above which the paper is cut, ascending; the last is usually the height itself. */
guint paper_layout_cut_count (const PaperLayout *self);
guint paper_layout_cut (const PaperLayout *self, guint index);

/* Draws black on what is there, one unit a dot; what lies outside of the clip costs nothing. */
void paper_layout_draw (const PaperLayout *self, cairo_t *cr);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PaperLayout, paper_layout_free)

G_END_DECLS
