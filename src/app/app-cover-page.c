/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-cover-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _AppCoverPage
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkLabel *command, *command_import, *unlock_sentence;
  AdwPasswordEntryRow *passphrase;
  AdwStatusPage *fault;
};

enum
{
  SIGNAL_PASSPHRASE,
  SIGNAL_RETRY,
  SIGNAL_COUNT
};
static guint signals[SIGNAL_COUNT];

G_DEFINE_FINAL_TYPE (AppCoverPage, app_cover_page, GTK_TYPE_WIDGET)

static void
on_unlock_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppCoverPage *self = APP_COVER_PAGE (widget);
  g_autofree char *passphrase = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->passphrase)));

  if (*passphrase == '\0')
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase), "");
  app_cover_page_show_opening (self);
  g_signal_emit (self, signals[SIGNAL_PASSPHRASE], 0, passphrase);
  for (char *letter = passphrase; *letter != '\0'; letter++)
    *(volatile char *)letter = '\0';
}

static void
on_retry_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  app_cover_page_show_opening (APP_COVER_PAGE (widget));
  g_signal_emit (widget, signals[SIGNAL_RETRY], 0);
}

static void
on_copy_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          gtk_label_get_text (APP_COVER_PAGE (widget)->command));
}

static void
on_passphrase_activated_cb (AppCoverPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "cover.unlock", NULL);
}

static void
app_cover_page_dispose (GObject *object)
{
  AppCoverPage *self = APP_COVER_PAGE (object);

  if (self->stack != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->stack));
  self->stack = NULL;
  G_OBJECT_CLASS (app_cover_page_parent_class)->dispose (object);
}

static void
app_cover_page_class_init (AppCoverPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_cover_page_dispose;
  signals[SIGNAL_PASSPHRASE]
      = g_signal_new ("passphrase", APP_TYPE_COVER_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_RETRY] = g_signal_new ("retry", APP_TYPE_COVER_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-cover-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppCoverPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AppCoverPage, command);
  gtk_widget_class_bind_template_child (widget_class, AppCoverPage, command_import);
  gtk_widget_class_bind_template_child (widget_class, AppCoverPage, unlock_sentence);
  gtk_widget_class_bind_template_child (widget_class, AppCoverPage, passphrase);
  gtk_widget_class_bind_template_child (widget_class, AppCoverPage, fault);
  gtk_widget_class_bind_template_callback (widget_class, on_passphrase_activated_cb);
  gtk_widget_class_install_action (widget_class, "cover.unlock", NULL, on_unlock_action_cb);
  gtk_widget_class_install_action (widget_class, "cover.retry", NULL, on_retry_action_cb);
  gtk_widget_class_install_action (widget_class, "cover.copy", NULL, on_copy_action_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_cover_page_init (AppCoverPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
app_cover_page_show_opening (AppCoverPage *self)
{
  gtk_stack_set_visible_child_name (self->stack, "opening");
}

void
app_cover_page_show_welcome (AppCoverPage *self, const char *data_dir)
{
  g_autofree char *quoted = g_shell_quote (data_dir);
  g_autofree char *command = g_strdup_printf (
      "till-cli --data-dir %s init --shop \"%s\" --currency CNY", quoted, _ ("My shop"));
  g_autofree char *import
      = g_strdup_printf ("till-cli --data-dir %s catalogue import goods.csv", quoted);

  gtk_label_set_text (self->command, command);
  gtk_label_set_text (self->command_import, import);
  gtk_stack_set_visible_child_name (self->stack, "welcome");
}

void
app_cover_page_show_unlock (AppCoverPage *self, const char *sentence)
{
  gtk_label_set_text (self->unlock_sentence, sentence != NULL ? sentence : "");
  gtk_stack_set_visible_child_name (self->stack, "unlock");
  gtk_widget_grab_focus (GTK_WIDGET (self->passphrase));
}

void
app_cover_page_show_fault (AppCoverPage *self, const char *sentence)
{
  adw_status_page_set_description (self->fault, sentence);
  gtk_stack_set_visible_child_name (self->stack, "fault");
}
