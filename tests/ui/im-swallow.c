/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An input method that takes every key and gives none back: the worst that a scanner can meet. A
 * GTK input module for the tests alone.
 */
#include <gtk/gtk.h>
#include <gtk/gtkimmodule.h>

typedef GtkIMContext ImSwallow;
typedef GtkIMContextClass ImSwallowClass;
GType im_swallow_get_type (void);
G_DEFINE_DYNAMIC_TYPE (ImSwallow, im_swallow, GTK_TYPE_IM_CONTEXT)

static gboolean
im_swallow_filter_keypress (GtkIMContext *context, GdkEvent *event)
{
  return TRUE;
}

static void
im_swallow_class_init (ImSwallowClass *klass)
{
  klass->filter_keypress = im_swallow_filter_keypress;
}

static void
im_swallow_class_finalize (ImSwallowClass *klass)
{
}

static void
im_swallow_init (ImSwallow *self)
{
}

G_MODULE_EXPORT void
g_io_module_load (GIOModule *module)
{
  g_type_module_use (G_TYPE_MODULE (module));
  im_swallow_register_type (G_TYPE_MODULE (module));
  g_io_extension_point_implement (GTK_IM_MODULE_EXTENSION_POINT_NAME, im_swallow_get_type (),
                                  "swallow", 10);
}

G_MODULE_EXPORT void
g_io_module_unload (GIOModule *module)
{
}

G_MODULE_EXPORT char **
g_io_module_query (void)
{
  char *points[] = { (char *)GTK_IM_MODULE_EXTENSION_POINT_NAME, NULL };

  return g_strdupv (points);
}
