/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fonts of everything printed, loaded once and kept, whichever thread asks: Pango's own font
 * map is one a thread, so a font warmed on one would be cold on another. Inside paper only. Whoever
 * makes, measures, draws or frees a PangoLayout holds the lock meanwhile; it is the one lock of
 * this folder and is never held across a call out of it.
 */
#pragma once

#include <pango/pangocairo.h>

G_BEGIN_DECLS

#define PAPER_FONT_SIZE_DOTS 24 /* a 24-dot Chinese character: 3 mm at 203 dpi */
#define PAPER_FONT_LINE_DOTS 30 /* from one line to the next */
#define PAPER_FONT_FAMILIES "Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Zen Hei, Sans"

typedef struct _PaperFontLock PaperFontLock;

PaperFontLock *paper_font_lock (void);
void paper_font_unlock (PaperFontLock *lock);
/* One context for all, without antialiasing and with full hinting: a dot of paper is black or
 * white. */
PangoContext *paper_font_context (PaperFontLock *lock);
/* `families` NULL is the default; `scale` as in ShopRow. Yours to free. */
PangoFontDescription *paper_font_describe (const char *families, guint scale, gboolean bold);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PaperFontLock, paper_font_unlock)

G_END_DECLS
