/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A laid-out receipt as the printer's dots: one bit each, rows top to bottom, the leftmost dot in
 * the highest bit, 1 is black. Made once from a layout and immutable from then on, so it may cross
 * threads. It never dithers and never talks to a printer.
 */
#pragma once

#include "paper-layout.h"

G_BEGIN_DECLS

typedef struct
{
  guint width_dots;
  guint height; /* rows */
  guint stride; /* bytes in a row; bits past width_dots are 0 */
  GBytes *bits; /* stride * height bytes */
  guint *cuts;  /* rows above which the paper is cut, ascending */
  guint cut_count;
} PaperRaster;

PaperRaster *paper_raster_new (const PaperLayout *layout);
void paper_raster_free (PaperRaster *self);
gboolean paper_raster_is_black (const PaperRaster *self, guint x, guint y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PaperRaster, paper_raster_free)

G_END_DECLS
