/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-paper-view.h"

#include "base-bytes.h"

#include <glib/gi18n.h>

struct _AppPaperView
{
  GtkWidget parent_instance;

  GdkTexture *texture; /* NULL: nothing came out yet */
};

G_DEFINE_FINAL_TYPE (AppPaperView, app_paper_view, GTK_TYPE_WIDGET)

/* One byte of eight dots becomes eight grey pixels of three bytes. */
static void
write_dots (BaseWriter *writer, guint8 dots, guint count)
{
  for (guint bit = 0; bit < count; bit++)
    base_writer_fill (writer, (dots & (0x80 >> bit)) != 0 ? 0x1c : 0xfd, 3);
}

static GBytes *
make_pixels (const TillBenchPaper *paper, guint first_row, guint rows)
{
  g_auto (BaseWriter) writer = { 0 };
  BaseReader reader;

  base_writer_init (&writer, (gsize)rows * paper->width * 3);
  base_reader_init (&reader, base_bytes_span (paper->bits));
  base_reader_skip (&reader, (gsize)first_row * paper->stride);
  for (guint y = 0; y < rows; y++)
    for (guint x = 0; x < paper->stride; x++)
      {
        guint8 dots = 0;

        base_reader_u8 (&reader, &dots);
        if (x * 8 < paper->width)
          write_dots (&writer, dots, MIN (8, paper->width - x * 8));
      }
  return base_writer_steal (&writer);
}

void
app_paper_view_show (AppPaperView *self, const TillBenchPaper *paper)
{
  guint rows = MIN (paper->height, APP_PAPER_VIEW_ROWS_MAX);

  g_clear_object (&self->texture);
  if (rows > 0 && paper->width > 0)
    {
      g_autoptr (GBytes) pixels = make_pixels (paper, paper->height - rows, rows);

      if (pixels != NULL)
        self->texture = gdk_memory_texture_new ((int)paper->width, (int)rows, GDK_MEMORY_R8G8B8,
                                                pixels, (gsize)paper->width * 3);
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
app_paper_view_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  AppPaperView *self = APP_PAPER_VIEW (widget);

  *minimum = *natural = 40;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 120;
      *natural = 300;
    }
  else if (self->texture != NULL && for_size > 0)
    *minimum = *natural
        = gdk_texture_get_height (self->texture) * for_size / gdk_texture_get_width (self->texture);
}

static void
app_paper_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AppPaperView *self = APP_PAPER_VIEW (widget);
  int width = gtk_widget_get_width (widget), height;

  if (self->texture == NULL)
    return;
  height = gdk_texture_get_height (self->texture) * width / gdk_texture_get_width (self->texture);
  gtk_snapshot_append_texture (snapshot, self->texture,
                               &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
}

static GtkSizeRequestMode
app_paper_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
app_paper_view_dispose (GObject *object)
{
  g_clear_object (&APP_PAPER_VIEW (object)->texture);
  G_OBJECT_CLASS (app_paper_view_parent_class)->dispose (object);
}

static void
app_paper_view_class_init (AppPaperViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_paper_view_dispose;
  widget_class->measure = app_paper_view_measure;
  widget_class->snapshot = app_paper_view_snapshot;
  widget_class->get_request_mode = app_paper_view_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "paper");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
app_paper_view_init (AppPaperView *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The printer's paper"), -1);
}
