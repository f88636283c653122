/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-sign-in-page.h"

#include "app-error.h"

#include "base-number.h"
#include "base-secret.h"
#include "till-people.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  STAGE_WHO,   /* a number, a tile or a badge */
  STAGE_PIN,   /* the PIN of that number */
  STAGE_NEW,   /* it has to be changed */
  STAGE_AGAIN, /* the new one once more */
} Stage;

struct _AppSignInPage
{
  GtkWidget parent_instance;

  GtkWidget *box, *tiles, *entry, *cancel_button;
  GtkLabel *title, *sentence, *prompt;
  AppLane *lane;
  Stage stage;
  guint number;
  char *pin, *renewed; /* wiped */
  gboolean approves, busy;
  AppApproval approval; /* its texts are in the widgets, but for `about` */
  char *about;
};

G_DEFINE_FINAL_TYPE (AppSignInPage, app_sign_in_page, GTK_TYPE_WIDGET)

static TillStation *
station_of (AppSignInPage *self)
{
  return app_lane_station (self->lane);
}

static void
forget (AppSignInPage *self)
{
  base_secret_free_text (g_steal_pointer (&self->pin));
  base_secret_free_text (g_steal_pointer (&self->renewed));
}

static const char *
prompt_of (const AppSignInPage *self)
{
  switch (self->stage)
    {
    case STAGE_WHO:
      return _ ("Number, or scan your badge");
    case STAGE_PIN:
      return _ ("PIN");
    case STAGE_NEW:
      return _ ("New PIN, 4 to 12 digits");
    case STAGE_AGAIN:
      break;
    }
  return _ ("The new PIN once more");
}

/* A badge's code is a secret too; a number isn't. */
static void
show_or_hide (AppSignInPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  gtk_entry_set_visibility (GTK_ENTRY (self->entry),
                            self->stage == STAGE_WHO && strlen (text) <= 3);
}

static void
set_stage (AppSignInPage *self, Stage stage)
{
  self->stage = stage;
  gtk_label_set_text (self->prompt, prompt_of (self));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  prompt_of (self), -1);
  gtk_widget_set_visible (self->tiles, stage == STAGE_WHO);
  gtk_widget_set_visible (self->cancel_button, self->approves || stage != STAGE_WHO);
  show_or_hide (self);
  app_sign_in_page_take_focus (self);
}

static void
say (AppSignInPage *self, const char *words)
{
  gtk_label_set_text (self->sentence, words);
}

static void
begin_anew (AppSignInPage *self)
{
  forget (self);
  self->number = 0;
  set_stage (self, STAGE_WHO);
}

/* --- the answer --- */

static void
finish_approval (AppSignInPage *self)
{
  AppApproval approval = self->approval;
  g_autoptr (GObject) owner = g_steal_pointer (&self->approval.owner);

  self->approves = FALSE;
  begin_anew (self);
  if (owner == NULL)
    return;
  app_lane_show_page (self->lane, approval.back);
  approval.agreed (owner, approval.number);
}

static void
tell_wait (AppSignInPage *self, guint wait_s)
{
  g_autofree char *words
      = wait_s > 0
            ? g_strdup_printf (ngettext ("Not right. The next try is in %u second.",
                                         "Not right. The next try is in %u seconds.", wait_s),
                               wait_s)
            : g_strdup (_ ("Not right: try once more."));

  say (self, words);
  begin_anew (self);
}

static void
show_signed (AppSignInPage *self, const TillSigned *is)
{
  switch (is->sign)
    {
    case TILL_SIGN_GOOD:
      say (self, "");
      if (self->approves)
        finish_approval (self);
      else
        begin_anew (self); /* the lane shows the sale by itself */
      return;
    case TILL_SIGN_WRONG:
    case TILL_SIGN_WAIT:
      tell_wait (self, is->wait_s);
      return;
    case TILL_SIGN_LOCKED:
      say (self, _ ("Too many wrong PINs: a manager has to give a new one."));
      begin_anew (self);
      return;
    case TILL_SIGN_RENEW:
      if (self->approves)
        {
          say (self, _ ("This PIN was given by somebody else: sign in with it first, and choose "
                        "your own."));
          begin_anew (self);
          return;
        }
      say (self, _ ("That is right. Now choose a PIN that only you know."));
      set_stage (self, STAGE_NEW);
      return;
    case TILL_SIGN_REFUSED:
      say (self, is->why);
      set_stage (self, STAGE_NEW);
      return;
    case TILL_SIGN_MAY_NOT:
      say (self, _ ("This person may not approve that: ask somebody who may."));
      begin_anew (self);
      return;
    }
}

static void
on_signed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppSignInPage) self = data;
  g_autoptr (GError) error = NULL;
  TillSigned is = { 0 };
  gboolean done = till_people_sign_finish (TILL_STATION (source), result, &is, &error);

  self->busy = FALSE;
  if (self->lane == NULL)
    return;
  if (done)
    show_signed (self, &is);
  else
    {
      say (self, app_error_sentence (error));
      begin_anew (self);
    }
}

static void
send (AppSignInPage *self, guint number, const char *secret, const char *renewed)
{
  self->busy = TRUE;
  if (self->approves)
    till_people_approve_async (station_of (self), self->approval.right, self->about, number, secret,
                               on_signed_cb, g_object_ref (self));
  else
    till_people_sign_in_async (station_of (self), number, secret, renewed, on_signed_cb,
                               g_object_ref (self));
}

/* --- what is typed --- */

static void
choose (AppSignInPage *self, guint number)
{
  self->number = number;
  say (self, "");
  set_stage (self, STAGE_PIN);
}

static void
enter_who (AppSignInPage *self, const char *text)
{
  guint64 number;

  if (strlen (text) >= TILL_PEOPLE_BADGE_MIN)
    send (self, 0, text, NULL);
  else if (base_number_parse (text, 10, 1, 999, &number))
    choose (self, (guint)number);
  else
    say (self, _ ("That is no number of a person: it has at most three digits."));
}

static void
enter_again (AppSignInPage *self, const char *text)
{
  if (g_strcmp0 (text, self->renewed) == 0)
    {
      send (self, self->number, self->pin, self->renewed);
      return;
    }
  say (self, _ ("The two are not alike: type the new PIN once more."));
  set_stage (self, STAGE_NEW);
}

static void
enter (AppSignInPage *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));

  if (self->busy || *text == '\0')
    return;
  switch (self->stage)
    {
    case STAGE_WHO:
      enter_who (self, text);
      break;
    case STAGE_PIN:
      forget (self);
      self->pin = g_strdup (text);
      send (self, self->number, text, NULL);
      break;
    case STAGE_NEW:
      base_secret_free_text (self->renewed);
      self->renewed = g_strdup (text);
      set_stage (self, STAGE_AGAIN);
      break;
    case STAGE_AGAIN:
      enter_again (self, text);
      break;
    }
  base_secret_wipe (text, strlen (text));
}

static void
on_enter_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  enter (APP_SIGN_IN_PAGE (widget));
}

static void
on_activate_cb (GtkEntry *entry, AppSignInPage *self)
{
  enter (self);
}

static void
on_changed_cb (GtkEditable *editable, AppSignInPage *self)
{
  show_or_hide (self);
}

static void
on_digit_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkEditable *entry = GTK_EDITABLE (APP_SIGN_IN_PAGE (widget)->entry);
  int at = gtk_editable_get_position (entry);

  gtk_editable_insert_text (entry, g_variant_get_string (parameter, NULL), 1, &at);
  gtk_editable_set_position (entry, at);
}

static void
on_erase_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkEditable *entry = GTK_EDITABLE (APP_SIGN_IN_PAGE (widget)->entry);
  int at = gtk_editable_get_position (entry);

  if (at > 0)
    gtk_editable_delete_text (entry, at - 1, at);
}

static void
on_choose_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppSignInPage *self = APP_SIGN_IN_PAGE (widget);

  if (!self->busy)
    choose (self, g_variant_get_uint32 (parameter));
}

/* One step back; out of an approval it is a no. */
static void
on_back_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppSignInPage *self = APP_SIGN_IN_PAGE (widget);

  if (self->busy)
    return;
  say (self, "");
  if (self->stage != STAGE_WHO || !self->approves)
    {
      begin_anew (self);
      return;
    }
  self->approves = FALSE;
  g_clear_object (&self->approval.owner);
  app_lane_show_page (self->lane, self->approval.back);
}

/* A badge that was scanned while something else had the focus. */
static void
on_badge_cb (AppSignInPage *self, const char *code, AppLane *lane)
{
  if (!self->busy && self->stage == STAGE_WHO)
    send (self, 0, code, NULL);
}

/* --- tiles --- */

static void
clear_tiles (AppSignInPage *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->tiles)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->tiles), child);
}

static void
add_tile (AppSignInPage *self, const TillPerson *person)
{
  GtkWidget *button = gtk_button_new (), *words;
  /* Translators: a person's number, then the name. */
  g_autofree char *text = g_strdup_printf (_ ("%03u %s"), person->number, person->name);

  words = gtk_label_new (text);
  gtk_label_set_ellipsize (GTK_LABEL (words), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (words), 18);
  gtk_button_set_child (GTK_BUTTON (button), words);
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_add_css_class (button, "person");
  gtk_widget_add_css_class (button, "small-button");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", person->number);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "sign-in.choose");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_flow_box_append (GTK_FLOW_BOX (self->tiles), button);
}

static gboolean
is_wanted (const AppSignInPage *self, const TillPerson *person)
{
  if (person->has_left || !person->has_pin)
    return FALSE;
  return !self->approves || shop_rights_of (person->role, self->approval.right) == SHOP_MAY;
}

static void
on_listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppSignInPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = till_people_list_finish (TILL_STATION (source), result, &error);

  if (self->lane == NULL)
    return;
  clear_tiles (self);
  if (people == NULL)
    say (self, error->message);
  for (guint i = 0; people != NULL && i < people->len; i++)
    if (is_wanted (self, people->pdata[i]))
      add_tile (self, people->pdata[i]);
}

static void
restart (AppSignInPage *self)
{
  say (self, "");
  begin_anew (self);
  till_people_list_async (station_of (self), on_listed_cb, g_object_ref (self));
}

/* --- the page --- */

void
app_sign_in_page_begin (AppSignInPage *self)
{
  self->approves = FALSE;
  g_clear_object (&self->approval.owner);
  gtk_label_set_text (self->title, _ ("Who works at this till?"));
  restart (self);
}

void
app_sign_in_page_approve (AppSignInPage *self, const AppApproval *approval)
{
  /* Translators: what is to be approved, as "Refunds". */
  g_autofree char *title
      = g_strdup_printf (_ ("Approval: %s"), gettext (shop_rights_words (approval->right)));

  g_clear_object (&self->approval.owner);
  g_free (self->about);
  self->approval = *approval;
  self->approval.owner = g_object_ref (approval->owner);
  self->about = g_strdup (approval->about);
  self->approves = TRUE;
  gtk_label_set_text (self->title, title);
  restart (self);
}

void
app_sign_in_page_take_focus (AppSignInPage *self)
{
  gtk_widget_grab_focus (self->entry);
}

void
app_sign_in_page_follow (AppSignInPage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  g_signal_connect_object (lane, "badge", G_CALLBACK (on_badge_cb), self, G_CONNECT_SWAPPED);
}

static void
app_sign_in_page_dispose (GObject *object)
{
  AppSignInPage *self = APP_SIGN_IN_PAGE (object);

  forget (self);
  g_clear_pointer (&self->about, g_free);
  g_clear_object (&self->approval.owner);
  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (app_sign_in_page_parent_class)->dispose (object);
}

static void
app_sign_in_page_class_init (AppSignInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_sign_in_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tillpos/Till/app-sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppSignInPage, box);
  gtk_widget_class_bind_template_child (widget_class, AppSignInPage, title);
  gtk_widget_class_bind_template_child (widget_class, AppSignInPage, sentence);
  gtk_widget_class_bind_template_child (widget_class, AppSignInPage, prompt);
  gtk_widget_class_bind_template_child (widget_class, AppSignInPage, tiles);
  gtk_widget_class_bind_template_child (widget_class, AppSignInPage, entry);
  gtk_widget_class_bind_template_child (widget_class, AppSignInPage, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
  gtk_widget_class_install_action (widget_class, "sign-in.enter", NULL, on_enter_cb);
  gtk_widget_class_install_action (widget_class, "sign-in.back", NULL, on_back_cb);
  gtk_widget_class_install_action (widget_class, "sign-in.digit", "s", on_digit_cb);
  gtk_widget_class_install_action (widget_class, "sign-in.erase", NULL, on_erase_cb);
  gtk_widget_class_install_action (widget_class, "sign-in.choose", "u", on_choose_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_sign_in_page_init (AppSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
