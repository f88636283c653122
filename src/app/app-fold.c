/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fold.h"

#define GAP 16
#define NARROW_WIDTH 620 /* below this a slid-over end takes the whole width */
#define OVER_WIDTH 560

struct _AppFold
{
  GtkWidget parent_instance;

  GtkWidget *start, *bottom, *end;
  int fold_width, end_permille, end_width, gap;
  gboolean reveal_end, folded;
  guint notify_id;
};

enum
{
  PROP_0,
  PROP_FOLD_WIDTH,
  PROP_END_PERMILLE,
  PROP_END_WIDTH,
  PROP_GAP,
  PROP_REVEAL_END,
  PROP_FOLDED,
  PROP_COUNT
};
static GParamSpec *properties[PROP_COUNT];
static GtkBuildableIface *parent_buildable;

static void app_fold_buildable_init (GtkBuildableIface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (AppFold,
                               app_fold,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, app_fold_buildable_init))

static gboolean
is_shown (GtkWidget *child)
{
  return child != NULL && gtk_widget_get_visible (child);
}

static void
place (GtkWidget *child, int x, int y, int width, int height)
{
  int minimum_width, minimum_height;
  GtkAllocation where;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum_width, NULL, NULL, NULL);
  width = MAX (width, minimum_width);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum_height, NULL, NULL, NULL);
  where = (GtkAllocation){ x, y, width, MAX (height, minimum_height) };
  gtk_widget_size_allocate (child, &where, -1);
}

static gboolean
on_notify_idle_cb (gpointer data)
{
  AppFold *self = data;

  self->notify_id = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLDED]);
  return G_SOURCE_REMOVE;
}

/* Told after the layout, since whoever hears of it may change what is laid out. */
static void
set_folded (AppFold *self, gboolean folded)
{
  if (self->folded == folded)
    return;
  self->folded = folded;
  if (self->notify_id == 0)
    self->notify_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_notify_idle_cb, self, NULL);
}

/* Large text can need the whole width long before the screen is small. */
static gboolean
fits_beside (AppFold *self, int width)
{
  int start_minimum = 0, end_minimum, end_share = width * self->end_permille / 1000;

  if (is_shown (self->start))
    gtk_widget_measure (self->start, GTK_ORIENTATION_HORIZONTAL, -1, &start_minimum, NULL, NULL,
                        NULL);
  gtk_widget_measure (self->end, GTK_ORIENTATION_HORIZONTAL, -1, &end_minimum, NULL, NULL, NULL);
  if (self->end_width > 0)
    end_share = self->end_width;
  return start_minimum + self->gap + MAX (end_share, end_minimum) <= width;
}

static int
end_width_for (AppFold *self, int width)
{
  int minimum;
  int wanted
      = self->end_width > 0 ? self->end_width : (width - self->gap) * self->end_permille / 1000;

  gtk_widget_measure (self->end, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  if (self->folded)
    wanted = width < NARROW_WIDTH ? width : MIN (MAX (wanted, OVER_WIDTH), width * 2 / 3);
  if (self->folded && self->end_width > 0)
    wanted = MIN (self->end_width, width);
  return MAX (wanted, minimum);
}

static void
app_fold_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AppFold *self = APP_FOLD (widget);
  gboolean has_end = is_shown (self->end);
  int bottom_height = 0, end_width = 0, main_width = width, end_height = height;

  set_folded (self, width < self->fold_width || (has_end && !fits_beside (self, width)));
  if (has_end)
    end_width = end_width_for (self, width);
  if (has_end && !self->folded && self->reveal_end)
    main_width = width - end_width - self->gap;
  if (is_shown (self->bottom))
    gtk_widget_measure (self->bottom, GTK_ORIENTATION_VERTICAL, main_width, &bottom_height, NULL,
                        NULL, NULL);
  if (is_shown (self->start))
    place (self->start, 0, 0, main_width, height - bottom_height);
  if (is_shown (self->bottom))
    place (self->bottom, 0, height - bottom_height, main_width, bottom_height);
  if (!has_end)
    return;
  gtk_widget_set_child_visible (self->end, self->reveal_end);
  if (self->folded)
    end_height = height - bottom_height;
  if (self->reveal_end)
    place (self->end, width - end_width, 0, end_width, end_height);
}

static void
app_fold_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  AppFold *self = APP_FOLD (widget);
  GtkWidget *parts[] = { self->start, self->bottom, self->end };
  int sizes[3] = { 0 }, naturals[3] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (is_shown (parts[i]))
      gtk_widget_measure (parts[i], orientation, -1, &sizes[i], &naturals[i], NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN (APP_FOLD_WIDTH_MIN, MAX (sizes[0], sizes[1]));
      *natural = MAX (MAX (naturals[0], naturals[1]) + self->gap + naturals[2], *minimum);
      return;
    }
  *minimum = MIN (sizes[0] + sizes[1], 300);
  *natural = MAX (MAX (naturals[0] + naturals[1], naturals[2]), *minimum);
}

static void
app_fold_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AppFold *self = APP_FOLD (widget);

  if (is_shown (self->start))
    gtk_widget_snapshot_child (widget, self->start, snapshot);
  if (is_shown (self->bottom))
    gtk_widget_snapshot_child (widget, self->bottom, snapshot);
  if (is_shown (self->end) && self->reveal_end)
    gtk_widget_snapshot_child (widget, self->end, snapshot);
}

static void
app_fold_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  AppFold *self = APP_FOLD (buildable);

  if (!GTK_IS_WIDGET (child))
    {
      parent_buildable->add_child (buildable, builder, child, type);
      return;
    }
  gtk_widget_set_parent (GTK_WIDGET (child), GTK_WIDGET (self));
  if (g_strcmp0 (type, "end") == 0)
    self->end = GTK_WIDGET (child);
  else if (g_strcmp0 (type, "bottom") == 0)
    self->bottom = GTK_WIDGET (child);
  else
    self->start = GTK_WIDGET (child);
}

static void
app_fold_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = app_fold_add_child;
}

static void
app_fold_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AppFold *self = APP_FOLD (object);

  switch (id)
    {
    case PROP_FOLD_WIDTH:
      g_value_set_int (value, self->fold_width);
      break;
    case PROP_END_PERMILLE:
      g_value_set_int (value, self->end_permille);
      break;
    case PROP_END_WIDTH:
      g_value_set_int (value, self->end_width);
      break;
    case PROP_GAP:
      g_value_set_int (value, self->gap);
      break;
    case PROP_REVEAL_END:
      g_value_set_boolean (value, self->reveal_end);
      break;
    case PROP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
app_fold_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AppFold *self = APP_FOLD (object);

  switch (id)
    {
    case PROP_FOLD_WIDTH:
      self->fold_width = g_value_get_int (value);
      break;
    case PROP_END_PERMILLE:
      self->end_permille = g_value_get_int (value);
      break;
    case PROP_END_WIDTH:
      self->end_width = g_value_get_int (value);
      break;
    case PROP_GAP:
      self->gap = g_value_get_int (value);
      break;
    case PROP_REVEAL_END:
      app_fold_set_reveal_end (self, g_value_get_boolean (value));
      return;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
app_fold_dispose (GObject *object)
{
  AppFold *self = APP_FOLD (object);

  g_clear_handle_id (&self->notify_id, g_source_remove);
  g_clear_pointer (&self->start, gtk_widget_unparent);
  g_clear_pointer (&self->bottom, gtk_widget_unparent);
  g_clear_pointer (&self->end, gtk_widget_unparent);
  G_OBJECT_CLASS (app_fold_parent_class)->dispose (object);
}

static void
app_fold_class_init (AppFoldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = app_fold_get_property;
  object_class->set_property = app_fold_set_property;
  object_class->dispose = app_fold_dispose;
  widget_class->measure = app_fold_measure;
  widget_class->size_allocate = app_fold_size_allocate;
  widget_class->snapshot = app_fold_snapshot;
  properties[PROP_FOLD_WIDTH] = g_param_spec_int ("fold-width", NULL, NULL, 0, 10000, 1100, flags);
  properties[PROP_END_PERMILLE]
      = g_param_spec_int ("end-permille", NULL, NULL, 0, 1000, 420, flags);
  properties[PROP_END_WIDTH] = g_param_spec_int ("end-width", NULL, NULL, 0, 10000, 0, flags);
  properties[PROP_GAP] = g_param_spec_int ("gap", NULL, NULL, 0, 100, GAP, flags);
  properties[PROP_REVEAL_END] = g_param_spec_boolean ("reveal-end", NULL, NULL, FALSE, flags);
  properties[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, PROP_COUNT, properties);
  gtk_widget_class_set_css_name (widget_class, "fold");
}

static void
app_fold_init (AppFold *self)
{
  self->fold_width = 1100;
  self->end_permille = 420;
  self->gap = GAP;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

gboolean
app_fold_is_folded (AppFold *self)
{
  return self->folded;
}

gboolean
app_fold_get_reveal_end (AppFold *self)
{
  return self->reveal_end;
}

void
app_fold_set_reveal_end (AppFold *self, gboolean reveal)
{
  if (self->reveal_end == reveal)
    return;
  self->reveal_end = reveal;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVEAL_END]);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
