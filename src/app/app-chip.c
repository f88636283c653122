/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-chip.h"

struct _AppChip
{
  GtkButton parent_instance;

  GtkLabel *shape, *words;
  AppTone tone;
  gboolean shown;
};

G_DEFINE_FINAL_TYPE (AppChip, app_chip, GTK_TYPE_BUTTON)

static void
app_chip_class_init (AppChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-chip.ui");
  gtk_widget_class_bind_template_child (widget_class, AppChip, shape);
  gtk_widget_class_bind_template_child (widget_class, AppChip, words);
}

static void
app_chip_init (AppChip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
app_chip_show (AppChip *self, AppTone tone, const char *shape, const char *words)
{
  if (self->shown && self->tone == tone && g_str_equal (gtk_label_get_text (self->shape), shape)
      && g_str_equal (gtk_label_get_text (self->words), words))
    return; /* each key and each scan asks; to style it anew would cost a part of their frame */
  self->shown = TRUE;
  gtk_widget_remove_css_class (GTK_WIDGET (self), app_words_tone_class (self->tone));
  gtk_widget_add_css_class (GTK_WIDGET (self), app_words_tone_class (tone));
  self->tone = tone;
  gtk_label_set_text (self->shape, shape);
  gtk_widget_set_visible (GTK_WIDGET (self->shape), *shape != '\0');
  gtk_label_set_text (self->words, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

void
app_chip_keep_whole (AppChip *self)
{
  gtk_label_set_ellipsize (self->words, PANGO_ELLIPSIZE_NONE);
}
