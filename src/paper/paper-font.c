/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-font.h"

struct _PaperFontLock
{
  GMutex mutex;
  PangoFontMap *map;
  PangoContext *context;
};

/* The program's one set of loaded fonts; it lives until the program ends. */
static PaperFontLock shared;

static void
load (PaperFontLock *lock)
{
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_NONE);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_FULL);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_ON);
  lock->map = pango_cairo_font_map_new ();
  lock->context = pango_font_map_create_context (lock->map);
  pango_cairo_context_set_font_options (lock->context, options);
  pango_cairo_context_set_resolution (lock->context, 96);
  pango_context_set_round_glyph_positions (lock->context, TRUE);
  cairo_font_options_destroy (options);
}

PaperFontLock *
paper_font_lock (void)
{
  g_mutex_lock (&shared.mutex);
  if (shared.context == NULL)
    load (&shared);
  return &shared;
}

void
paper_font_unlock (PaperFontLock *lock)
{
  if (lock != NULL)
    g_mutex_unlock (&lock->mutex);
}

PangoContext *
paper_font_context (PaperFontLock *lock)
{
  g_assert (lock == &shared);
  return lock->context;
}

PangoFontDescription *
paper_font_describe (const char *families, guint scale, gboolean bold)
{
  PangoFontDescription *description = pango_font_description_new ();

  pango_font_description_set_family (description,
                                     families != NULL ? families : PAPER_FONT_FAMILIES);
  pango_font_description_set_absolute_size (description,
                                            (double)(PAPER_FONT_SIZE_DOTS * scale) * PANGO_SCALE);
  pango_font_description_set_weight (description, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  return description;
}
