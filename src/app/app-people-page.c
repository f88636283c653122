/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-people-page.h"

#include "app-error.h"
#include "app-key-button.h"

#include "till-error.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define RIGHT_CHARS 18

struct _AppPeoplePage
{
  GtkWidget parent_instance;

  GtkWidget *box, *name_entry, *pin_entry, *badge_entry, *unlock_row, *leave_row, *new_button;
  GtkButton *leave_button;
  AdwComboRow *role_row;
  AdwPreferencesGroup *people_group, *form_group;
  GtkGrid *rights_grid;
  AppLane *lane;
  GPtrArray *rows; /* of people_group */
  guint number;    /* who is being changed; 0: a new person */
  gboolean asked;  /* whether that person has left */
};

G_DEFINE_FINAL_TYPE (AppPeoplePage, app_people_page, GTK_TYPE_WIDGET)

/* --- the form --- */

static void
ask_leave (AppPeoplePage *self, gboolean asked)
{
  self->asked = asked;
  gtk_button_set_label (self->leave_button, asked ? _ ("Yes, has left") : _ ("Has left"));
}

static void
clear_secrets (AppPeoplePage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->pin_entry), "");
  gtk_editable_set_text (GTK_EDITABLE (self->badge_entry), "");
}

/* `person` NULL: a new one. */
static void
show_form (AppPeoplePage *self, const TillPerson *person)
{
  g_autofree char *title = person != NULL
                               ? g_strdup_printf (_ ("Edit %03u %s"), person->number, person->name)
                               : g_strdup (_ ("Enter a new person"));

  self->number = person != NULL ? person->number : 0;
  adw_preferences_group_set_title (self->form_group, title);
  gtk_editable_set_text (GTK_EDITABLE (self->name_entry), person != NULL ? person->name : "");
  adw_combo_row_set_selected (self->role_row,
                              person != NULL ? (guint)person->role : SHOP_ROLE_CASHIER);
  clear_secrets (self);
  gtk_widget_set_visible (self->unlock_row, person != NULL && person->locked);
  gtk_widget_set_visible (self->leave_row, person != NULL);
  gtk_widget_set_visible (self->new_button, person != NULL);
  ask_leave (self, FALSE);
}

static void
on_changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppPeoplePage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = till_people_change_finish (TILL_STATION (source), result, &error);

  if (self->lane == NULL)
    return;
  if (done)
    {
      app_lane_notify (self->lane, APP_TONE_GOOD, _ ("Written down."));
      show_form (self, NULL);
      if (!app_lane_is_locked (self->lane))
        app_people_page_refresh (self);
    }
  else if (g_error_matches (error, TILL_ERROR, TILL_ERROR_STATE))
    app_lane_notify (self->lane, APP_TONE_NOTE, error->message);
  else
    app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
}

static void
change (AppPeoplePage *self, const TillPersonWish *wish)
{
  till_people_change_async (app_lane_station (self->lane), wish, on_changed_cb,
                            g_object_ref (self));
}

static void
on_save_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppPeoplePage *self = APP_PEOPLE_PAGE (widget);

  change (self,
          &(TillPersonWish){ .number = self->number,
                             .name = gtk_editable_get_text (GTK_EDITABLE (self->name_entry)),
                             .role = (int)adw_combo_row_get_selected (self->role_row),
                             .pin = gtk_editable_get_text (GTK_EDITABLE (self->pin_entry)),
                             .badge = gtk_editable_get_text (GTK_EDITABLE (self->badge_entry)) });
  clear_secrets (self);
}

static void
on_unlock_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppPeoplePage *self = APP_PEOPLE_PAGE (widget);

  change (self, &(TillPersonWish){ .number = self->number, .role = -1, .unlock = TRUE });
}

/* What can't be taken back is asked for twice. */
static void
on_leave_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AppPeoplePage *self = APP_PEOPLE_PAGE (widget);

  if (!self->asked)
    ask_leave (self, TRUE);
  else
    change (self, &(TillPersonWish){ .number = self->number, .role = -1, .leaves = TRUE });
}

static void
on_new_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  show_form (APP_PEOPLE_PAGE (widget), NULL);
}

/* --- the list --- */

static char *
describe (const TillPerson *person)
{
  const char *role = _ (shop_rights_role_words (person->role));

  if (person->has_left)
    return g_strdup_printf (_ ("%s · has left"), role);
  if (person->locked)
    return g_strdup_printf (_ ("%s · ▲ locked after too many wrong PINs"), role);
  if (!person->has_pin)
    return g_strdup_printf (_ ("%s · signs in by badge"), role);
  if (person->renews)
    return g_strdup_printf (_ ("%s · chooses a PIN at the next sign-in"), role);
  return g_strdup_printf (
      ngettext ("%s · PIN good for %u day", "%s · PIN good for %u days", person->days), role,
      person->days);
}

static void
on_edit_cb (GtkButton *button, AppPeoplePage *self)
{
  show_form (self, g_object_get_data (G_OBJECT (button), "person"));
  gtk_widget_grab_focus (self->name_entry);
}

static void
add_row (AppPeoplePage *self, TillPerson *person)
{
  GtkWidget *row = adw_action_row_new (), *button = gtk_button_new_with_label (_ ("Edit"));
  g_autofree char *title = g_strdup_printf (_ ("%03u %s"), person->number, person->name);
  g_autofree char *safe = g_markup_escape_text (title, -1), *words = describe (person);
  /* Translators: a person's number and name. */
  g_autofree char *spoken = g_strdup_printf (_ ("Edit %s"), title);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_add_css_class (button, "small-button");
  gtk_widget_add_css_class (button, "send");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "person", person,
                          (GDestroyNotify)till_people_free_person);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_edit_cb), self, 0);
  gtk_widget_set_visible (button, !person->has_left);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->people_group, row);
  g_ptr_array_add (self->rows, row);
}

static void
clear_rows (AppPeoplePage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->people_group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

static void
on_listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppPeoplePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = till_people_list_finish (TILL_STATION (source), result, &error);

  if (self->lane == NULL)
    return;
  clear_rows (self);
  if (people == NULL)
    {
      app_lane_notify (self->lane, APP_TONE_STOP, app_error_sentence (error));
      return;
    }
  adw_preferences_group_set_description (
      self->people_group,
      people->len == 0 ? _ ("Nobody is entered: whoever stands at this till may do everything. "
                            "Enter a manager first, with a PIN that only that person knows.")
                       : NULL);
  if (people->len == 0)
    adw_combo_row_set_selected (self->role_row, SHOP_ROLE_MANAGER);
  g_ptr_array_set_free_func (people, NULL); /* the rows have them now */
  for (guint i = 0; i < people->len; i++)
    add_row (self, people->pdata[i]);
}

void
app_people_page_refresh (AppPeoplePage *self)
{
  till_people_list_async (app_lane_station (self->lane), on_listed_cb, g_object_ref (self));
}

/* --- rights --- */

static void
add_cell (AppPeoplePage *self, int column, int row, const char *text, const char *class_name)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), column == 0);
  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 0.5F);
  gtk_widget_set_hexpand (label, column == 0);
  if (column == 0) /* the scroller asks for the height at the least width: not a letter a line */
    gtk_label_set_width_chars (GTK_LABEL (label), RIGHT_CHARS);
  if (class_name != NULL)
    gtk_widget_add_css_class (label, class_name);
  gtk_grid_attach (self->rights_grid, label, column, row, 1, 1);
}

static void
add_may (AppPeoplePage *self, int column, int row, ShopMay may)
{
  switch (may)
    {
    case SHOP_MAY:
      add_cell (self, column, row, _ ("✓ yes"), "tone-good");
      break;
    case SHOP_MAY_ASK:
      add_cell (self, column, row, _ ("▲ approval"), "tone-note");
      break;
    case SHOP_MAY_NOT:
      add_cell (self, column, row, _ ("– no"), "dim");
      break;
    }
}

static void
fill_rights (AppPeoplePage *self)
{
  for (int role = 0; role < SHOP_ROLE_COUNT; role++)
    add_cell (self, role + 1, 0, _ (shop_rights_role_words ((ShopRole)role)), "shop");
  for (int right = 0; right < SHOP_RIGHT_COUNT; right++)
    {
      add_cell (self, 0, right + 1, _ (shop_rights_words ((ShopRight)right)), NULL);
      for (int role = 0; role < SHOP_ROLE_COUNT; role++)
        add_may (self, role + 1, right + 1, shop_rights_of ((ShopRole)role, (ShopRight)right));
    }
}

static void
fill_roles (AppPeoplePage *self)
{
  g_autoptr (GtkStringList) roles = gtk_string_list_new (NULL);

  for (int role = 0; role < SHOP_ROLE_COUNT; role++)
    gtk_string_list_append (roles, _ (shop_rights_role_words ((ShopRole)role)));
  adw_combo_row_set_model (self->role_row, G_LIST_MODEL (roles));
}

/* --- the page --- */

void
app_people_page_follow (AppPeoplePage *self, AppLane *lane)
{
  g_set_object (&self->lane, lane);
  app_key_button_follow_all (self->box, lane);
}

static void
app_people_page_dispose (GObject *object)
{
  AppPeoplePage *self = APP_PEOPLE_PAGE (object);

  g_clear_object (&self->lane);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (app_people_page_parent_class)->dispose (object);
}

static void
app_people_page_class_init (AppPeoplePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_people_page_dispose;
  g_type_ensure (APP_TYPE_KEY_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tillpos/Till/app-people-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, box);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, people_group);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, form_group);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, name_entry);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, role_row);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, pin_entry);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, badge_entry);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, unlock_row);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, leave_row);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, leave_button);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, new_button);
  gtk_widget_class_bind_template_child (widget_class, AppPeoplePage, rights_grid);
  gtk_widget_class_install_action (widget_class, "people.save", NULL, on_save_cb);
  gtk_widget_class_install_action (widget_class, "people.unlock", NULL, on_unlock_cb);
  gtk_widget_class_install_action (widget_class, "people.leave", NULL, on_leave_cb);
  gtk_widget_class_install_action (widget_class, "people.new", NULL, on_new_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_people_page_init (AppPeoplePage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_roles (self);
  fill_rights (self);
  show_form (self, NULL);
}
