/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-window.h"

#include "app-ask-page.h"
#include "app-bench-panel.h"
#include "app-drawer-page.h"
#include "app-find-page.h"
#include "app-fold.h"
#include "app-format.h"
#include "app-hand.h"
#include "app-keys-page.h"
#include "app-office-page.h"
#include "app-pay-page.h"
#include "app-people-page.h"
#include "app-queue-page.h"
#include "app-report-page.h"
#include "app-sell-page.h"
#include "app-sign-in-page.h"
#include "app-sound.h"
#include "app-strip.h"

#include <glib/gi18n.h>

#define NARROW_WIDTH 700
#define MEDIUM_WIDTH 1100
#define SHORT_HEIGHT 700
#define PREPARE_MS 500   /* the first screen comes first */
#define STANDARD_TEXT 16 /* pixels */
#define DEFAULT_WIDTH 1366
#define DEFAULT_HEIGHT 768
#define BENCH_WIDTH 340

struct _AppWindow
{
  AdwApplicationWindow parent_instance;

  GtkStack *outer, *pages;
  AppCoverPage *cover;
  AppFold *fold;
  GtkWidget *till_box;
  AppStrip *strip;
  AdwBin *sell_bin, *pay_bin, *queue_bin, *keys_bin, *office_bin, *report_bin, *ask_bin, *bench_bin,
      *sign_in_bin, *people_bin, *find_bin, *drawer_bin;
  AppSellPage *sell_page;
  AppPayPage *pay_page; /* made when first shown, as those below */
  AppQueuePage *queue_page;
  AppOfficePage *office_page;
  AppReportPage *report_page;
  AppAskPage *ask_page;
  AppSignInPage *sign_in_page;
  AppPeoplePage *people_page;
  AppFindPage *find_page;
  AppDrawerPage *drawer_page;
  AppBenchPanel *bench_panel;
  AppLane *lane;
  AppHand *hand;
  AppSound *sound;
  gboolean kiosk, narrow, medium, short_window;
  gboolean leaves; /* somebody was told what waits, and closes all the same */
  guint layout_id, prepare_id, idle_id;
  gint64 touched_us; /* of the monotonic clock: the last key, click or touch */
};

G_DEFINE_FINAL_TYPE (AppWindow, app_window, ADW_TYPE_APPLICATION_WINDOW)

static void
set_class (gpointer widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (widget), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (widget), name);
}

/* --- pages --- */

static void
ensure_pay_page (AppWindow *self)
{
  if (self->pay_page != NULL)
    return;
  self->pay_page = g_object_new (APP_TYPE_PAY_PAGE, NULL);
  adw_bin_set_child (self->pay_bin, GTK_WIDGET (self->pay_page));
  app_pay_page_follow (self->pay_page, self->lane);
  app_pay_page_set_narrow (self->pay_page, self->narrow);
}

static void
ask (AppWindow *self, const AppAsk *question)
{
  if (self->ask_page == NULL)
    {
      self->ask_page = g_object_new (APP_TYPE_ASK_PAGE, NULL);
      adw_bin_set_child (self->ask_bin, GTK_WIDGET (self->ask_page));
      app_ask_page_follow (self->ask_page, self->lane);
    }
  app_ask_page_ask (self->ask_page, question);
  app_lane_show_page (self->lane, "ask");
}

static void
on_ask_cb (AppWindow *self, gpointer question, GtkWidget *page)
{
  ask (self, question);
}

static void
ensure_report_page (AppWindow *self)
{
  if (self->report_page != NULL)
    return;
  self->report_page = g_object_new (APP_TYPE_REPORT_PAGE, NULL);
  adw_bin_set_child (self->report_bin, GTK_WIDGET (self->report_page));
  app_report_page_follow (self->report_page, self->lane);
}

static void
on_settle_cb (AppWindow *self, GtkWidget *page)
{
  ensure_report_page (self);
  app_report_page_settle (self->report_page);
  app_lane_show_page (self->lane, "report");
}

static void
ensure_queue_page (AppWindow *self)
{
  if (self->queue_page != NULL)
    return;
  self->queue_page = g_object_new (APP_TYPE_QUEUE_PAGE, NULL);
  adw_bin_set_child (self->queue_bin, GTK_WIDGET (self->queue_page));
  app_queue_page_follow (self->queue_page, self->lane);
  g_signal_connect_object (self->queue_page, "ask", G_CALLBACK (on_ask_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue_page, "settle", G_CALLBACK (on_settle_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
on_show_report_cb (AppWindow *self, gint64 number, GtkWidget *page)
{
  ensure_report_page (self);
  app_report_page_show (self->report_page, number);
  app_lane_show_page (self->lane, "report");
}

static void
ensure_sign_in_page (AppWindow *self)
{
  if (self->sign_in_page != NULL)
    return;
  self->sign_in_page = g_object_new (APP_TYPE_SIGN_IN_PAGE, NULL);
  adw_bin_set_child (self->sign_in_bin, GTK_WIDGET (self->sign_in_page));
  app_sign_in_page_follow (self->sign_in_page, self->lane);
}

static void
ensure_people_page (AppWindow *self)
{
  if (self->people_page != NULL)
    return;
  self->people_page = g_object_new (APP_TYPE_PEOPLE_PAGE, NULL);
  adw_bin_set_child (self->people_bin, GTK_WIDGET (self->people_page));
  app_people_page_follow (self->people_page, self->lane);
}

static void
ensure_find_page (AppWindow *self)
{
  if (self->find_page != NULL)
    return;
  self->find_page = g_object_new (APP_TYPE_FIND_PAGE, NULL);
  adw_bin_set_child (self->find_bin, GTK_WIDGET (self->find_page));
  app_find_page_follow (self->find_page, self->lane);
  app_find_page_set_narrow (self->find_page, self->narrow);
  g_signal_connect_object (self->find_page, "ask", G_CALLBACK (on_ask_cb), self, G_CONNECT_SWAPPED);
}

static void
ensure_drawer_page (AppWindow *self)
{
  if (self->drawer_page != NULL)
    return;
  self->drawer_page = g_object_new (APP_TYPE_DRAWER_PAGE, NULL);
  adw_bin_set_child (self->drawer_bin, GTK_WIDGET (self->drawer_page));
  app_drawer_page_follow (self->drawer_page, self->lane);
  g_signal_connect_object (self->drawer_page, "show-report", G_CALLBACK (on_show_report_cb), self,
                           G_CONNECT_SWAPPED);
}

static gboolean
on_event_cb (GtkEventController *controller, GdkEvent *event, AppWindow *self)
{
  self->touched_us = g_get_monotonic_time ();
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_idle_tick_cb (gpointer data)
{
  AppWindow *self = data;
  guint idle_s = till_people_idle_s (app_lane_station (self->lane));

  if (idle_s > 0 && g_get_monotonic_time () - self->touched_us > (gint64)idle_s * G_USEC_PER_SEC)
    app_lane_lock_idle (self->lane);
  return G_SOURCE_CONTINUE;
}

/* A till that its cashier has walked away from locks itself. */
static void
watch_hands (AppWindow *self)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "event", G_CALLBACK (on_event_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
  self->touched_us = g_get_monotonic_time ();
  self->idle_id = g_timeout_add_seconds (1, on_idle_tick_cb, self);
}

static void
on_approve_cb (AppWindow *self, gpointer approval, AppLane *lane)
{
  ensure_sign_in_page (self);
  app_sign_in_page_approve (self->sign_in_page, approval);
  app_lane_show_page (lane, APP_LANE_SIGN_IN);
}

static void
ensure_office_page (AppWindow *self)
{
  if (self->office_page != NULL)
    return;
  self->office_page = g_object_new (APP_TYPE_OFFICE_PAGE, NULL);
  adw_bin_set_child (self->office_bin, GTK_WIDGET (self->office_page));
  app_office_page_follow (self->office_page, self->lane);
  g_signal_connect_object (self->office_page, "show-report", G_CALLBACK (on_show_report_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->office_page, "settle", G_CALLBACK (on_settle_cb), self,
                           G_CONNECT_SWAPPED);
}

/* Pages that aren't shown are hidden from a screen reader too, which GtkStack alone doesn't do. */
static void
hide_others (AppWindow *self, AdwBin *shown)
{
  AdwBin *bins[] = { self->sell_bin,   self->pay_bin,    self->queue_bin, self->keys_bin,
                     self->office_bin, self->report_bin, self->ask_bin,   self->sign_in_bin,
                     self->people_bin, self->find_bin,   self->drawer_bin };

  for (guint i = 0; i < G_N_ELEMENTS (bins); i++)
    if (adw_bin_get_child (bins[i]) != NULL)
      gtk_widget_set_visible (adw_bin_get_child (bins[i]), bins[i] == shown);
}

static void
on_lane_page_cb (AppWindow *self, GParamSpec *pspec, AppLane *lane)
{
  const char *page = app_lane_page (lane);

  if (g_str_equal (page, "pay"))
    ensure_pay_page (self);
  else if (g_str_equal (page, "queue"))
    ensure_queue_page (self);
  else if (g_str_equal (page, "office"))
    ensure_office_page (self);
  else if (g_str_equal (page, "people"))
    ensure_people_page (self);
  else if (g_str_equal (page, "find"))
    ensure_find_page (self);
  else if (g_str_equal (page, "drawer"))
    ensure_drawer_page (self);
  else if (app_lane_is_locked (lane))
    {
      ensure_sign_in_page (self);
      app_sign_in_page_begin (self->sign_in_page);
    }
  else if (g_str_equal (page, "keys") && adw_bin_get_child (self->keys_bin) == NULL)
    adw_bin_set_child (self->keys_bin, g_object_new (APP_TYPE_KEYS_PAGE, NULL));
  hide_others (self, ADW_BIN (gtk_stack_get_child_by_name (self->pages, page)));
  gtk_stack_set_visible_child_name (self->pages, page);
  if (self->queue_page != NULL)
    app_queue_page_set_shown (self->queue_page, g_str_equal (page, "queue"));
  if (g_str_equal (page, "office"))
    app_office_page_refresh (self->office_page);
  if (g_str_equal (page, "people"))
    app_people_page_refresh (self->people_page);
  if (g_str_equal (page, "find"))
    app_find_page_refresh (self->find_page);
  if (g_str_equal (page, "drawer"))
    app_drawer_page_refresh (self->drawer_page);
  if (g_str_equal (page, "sell"))
    app_input_take_focus (app_sell_page_input (self->sell_page));
  else if (g_str_equal (page, "pay"))
    app_pay_page_take_focus (self->pay_page);
  else if (g_str_equal (page, "report"))
    app_report_page_take_focus (self->report_page);
  else if (g_str_equal (page, "ask"))
    app_ask_page_take_focus (self->ask_page);
  else if (g_str_equal (page, "find"))
    app_find_page_take_focus (self->find_page);
  else if (g_str_equal (page, "drawer"))
    app_drawer_page_take_focus (self->drawer_page);
  else if (g_str_equal (page, APP_LANE_SIGN_IN))
    app_sign_in_page_take_focus (self->sign_in_page);
}

static void
on_lane_sound_cb (AppWindow *self, int kind, AppLane *lane)
{
  app_sound_play (self->sound, (AppSoundKind)kind);
}

/* The first F12 must not wait for a page to be built. */
static gboolean
on_prepare_cb (gpointer data)
{
  AppWindow *self = data;

  self->prepare_id = 0;
  ensure_pay_page (self);
  hide_others (self,
               ADW_BIN (gtk_stack_get_child_by_name (self->pages, app_lane_page (self->lane))));
  return G_SOURCE_REMOVE;
}

/* --- layout --- */

static gboolean
on_layout_cb (gpointer data)
{
  AppWindow *self = data;

  self->layout_id = 0;
  set_class (self, "narrow", self->narrow);
  set_class (self, "medium", self->medium);
  set_class (self, "short", self->short_window);
  app_strip_set_narrow (self->strip, self->medium, self->narrow);
  if (self->pay_page != NULL)
    app_pay_page_set_narrow (self->pay_page, self->narrow);
  if (self->find_page != NULL)
    app_find_page_set_narrow (self->find_page, self->narrow);
  return G_SOURCE_REMOVE;
}

/* Sizes count in letters, not pixels: text at 200 % makes every screen half as wide. */
static int
in_letters (AppWindow *self, int pixels)
{
  PangoContext *context = gtk_widget_get_pango_context (self->till_box);
  int size = pango_font_description_get_size (pango_context_get_font_description (context));

  return size > 0 ? (int)((gint64)pixels * STANDARD_TEXT * PANGO_SCALE / size) : pixels;
}

static void
app_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AppWindow *self = APP_WINDOW (widget);
  int till_width;
  gboolean narrow, medium, short_window;

  GTK_WIDGET_CLASS (app_window_parent_class)->size_allocate (widget, width, height, baseline);
  till_width = in_letters (self, gtk_widget_get_width (self->till_box));
  narrow = till_width < NARROW_WIDTH;
  medium = till_width < MEDIUM_WIDTH;
  short_window = in_letters (self, height) < SHORT_HEIGHT;
  if (narrow == self->narrow && medium == self->medium && short_window == self->short_window)
    return;
  self->narrow = narrow;
  self->medium = medium;
  self->short_window = short_window;
  if (self->layout_id == 0)
    self->layout_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_layout_cb, self, NULL);
}

/* --- actions --- */

static void
on_show_page_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;
  const char *page = g_variant_get_string (parameter, NULL);

  if (self->lane != NULL)
    app_lane_show_page (self->lane, g_str_equal (app_lane_page (self->lane), page) ? "sell" : page);
}

static void
show_bench (AppWindow *self, gboolean show)
{
  TillBench *bench = self->lane != NULL ? till_station_bench (app_lane_station (self->lane)) : NULL;

  if (bench == NULL)
    return;
  if (self->bench_panel == NULL)
    {
      self->bench_panel = g_object_new (APP_TYPE_BENCH_PANEL, NULL);
      app_bench_panel_follow (self->bench_panel, bench);
      adw_bin_set_child (self->bench_bin, GTK_WIDGET (self->bench_panel));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->bench_bin), show);
  app_fold_set_reveal_end (self->fold, show);
}

static void
on_ask_no_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  if (self->ask_page != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->ask_page), "ask.no", NULL);
}

static void
on_sign_in_back_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  if (self->sign_in_page != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->sign_in_page), "sign-in.back", NULL);
}

static void
on_lock_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  if (self->lane != NULL)
    app_lane_lock (self->lane);
}

static void
on_bench_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  show_bench (self, !app_fold_get_reveal_end (self->fold));
}

static void
on_print_retry_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  if (self->lane != NULL)
    till_station_print_retry (app_lane_station (self->lane));
}

static void
on_fullscreen_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  if (self->kiosk)
    return;
  if (gtk_window_is_fullscreen (GTK_WINDOW (self)))
    gtk_window_unfullscreen (GTK_WINDOW (self));
  else
    gtk_window_fullscreen (GTK_WINDOW (self));
}

static void
on_side_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppWindow *self = data;

  if (self->lane != NULL)
    app_sell_page_toggle_side (self->sell_page);
}

static void
on_sound_state_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  g_simple_action_set_state (action, state);
  app_sound_set_on (APP_WINDOW (data)->sound, g_variant_get_boolean (state));
}

static const GActionEntry entries[] = {
  { .name = "show-page", .activate = on_show_page_cb, .parameter_type = "s" },
  { .name = "ask-no", .activate = on_ask_no_cb },
  { .name = "sign-in-back", .activate = on_sign_in_back_cb },
  { .name = "lock", .activate = on_lock_cb },
  { .name = "bench", .activate = on_bench_cb },
  { .name = "print-retry", .activate = on_print_retry_cb },
  { .name = "fullscreen", .activate = on_fullscreen_cb },
  { .name = "side", .activate = on_side_cb },
  { .name = "sound", .state = "true", .change_state = on_sound_state_cb },
};

/* --- the window --- */

static void
on_leave_agreed_cb (GObject *window, gint64 number)
{
  APP_WINDOW (window)->leaves = TRUE;
  gtk_window_close (GTK_WINDOW (window));
}

static const char *
back_of (AppWindow *self)
{
  static const char *const pages[] = { "pay", "queue", "office", "keys" };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_str_equal (app_lane_page (self->lane), pages[i]))
      return pages[i];
  return "sell";
}

/* Whoever goes home should know what is not with the acquirer yet. FALSE: nothing waits. */
static gboolean
tell_what_waits (AppWindow *self)
{
  guint waiting, attention;
  gint64 minor;
  g_autofree char *money = NULL, *title = NULL;

  g_object_get (app_lane_station (self->lane), "queue-waiting", &waiting, "queue-attention",
                &attention, "queue-minor", &minor, NULL);
  if (waiting == 0 && attention == 0)
    return FALSE;
  money = app_format_money (minor, app_format_currency ());
  if (waiting > 0)
    /* Translators: how many records, then their sum. */
    title = g_strdup_printf (ngettext ("%u record, %s, is not with the acquirer yet",
                                       "%u records, %s, are not with the acquirer yet", waiting),
                             waiting, money);
  else
    title = g_strdup_printf (
        ngettext ("%u record needs a look", "%u records need a look", attention), attention);
  ask (self,
       &(AppAsk){ .title = title,
                  .body = waiting > 0
                              ? _ ("Nothing is lost: it stays in this till, and is sent by itself "
                                   "whenever Till runs and the line is there. While Till is "
                                   "closed, nothing is sent.")
                              : _ ("Nothing is lost: it stays in this till, on the queue page, "
                                   "until somebody has looked at it."),
                  .yes = _ ("Close"),
                  .no = _ ("Stay"),
                  .back = back_of (self),
                  .agreed = on_leave_agreed_cb,
                  .owner = G_OBJECT (self) });
  return TRUE;
}

static gboolean
app_window_close_request (GtkWindow *window)
{
  AppWindow *self = APP_WINDOW (window);

  if (self->kiosk)
    return TRUE;
  if (self->lane != NULL && app_lane_is_paying (self->lane))
    {
      app_lane_notify (self->lane, APP_TONE_NOTE,
                       _ ("A card is being taken. Wait for its outcome, then close."));
      return TRUE;
    }
  if (self->lane != NULL && !self->leaves && !app_lane_is_locked (self->lane)
      && tell_what_waits (self))
    return TRUE;
  return GTK_WINDOW_CLASS (app_window_parent_class)->close_request (window);
}

static void
app_window_dispose (GObject *object)
{
  AppWindow *self = APP_WINDOW (object);

  g_clear_handle_id (&self->layout_id, g_source_remove);
  g_clear_handle_id (&self->prepare_id, g_source_remove);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_pointer (&self->hand, app_hand_free);
  g_clear_object (&self->lane);
  g_clear_pointer (&self->sound, app_sound_free);
  G_OBJECT_CLASS (app_window_parent_class)->dispose (object);
}

static void
app_window_class_init (AppWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = app_window_close_request;
  widget_class->size_allocate = app_window_size_allocate;
  g_type_ensure (APP_TYPE_COVER_PAGE);
  g_type_ensure (APP_TYPE_FOLD);
  g_type_ensure (APP_TYPE_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tillpos/Till/app-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AppWindow, outer);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, cover);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, fold);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, till_box);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, strip);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, sell_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, pay_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, queue_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, keys_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, office_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, report_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, ask_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, sign_in_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, people_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, find_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, drawer_bin);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, bench_bin);
}

static void
app_window_init (AppWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->sound = app_sound_new ();
  self->sell_page = g_object_new (APP_TYPE_SELL_PAGE, NULL); /* while the station opens */
  adw_bin_set_child (self->sell_bin, GTK_WIDGET (self->sell_page));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

AppWindow *
app_window_new (GtkApplication *application, gboolean kiosk)
{
  AppWindow *self = g_object_new (APP_TYPE_WINDOW, "application", application, "default-width",
                                  DEFAULT_WIDTH, "default-height", DEFAULT_HEIGHT, NULL);

  self->kiosk = kiosk;
  if (kiosk)
    gtk_window_fullscreen (GTK_WINDOW (self));
  return self;
}

AppCoverPage *
app_window_cover (AppWindow *self)
{
  return self->cover;
}

AppLane *
app_window_lane (AppWindow *self)
{
  return self->lane;
}

/* The screen that the window is on; before it is on any, the first. Owned by the caller, or NULL.
 */
static GdkMonitor *
find_monitor (AppWindow *self)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self));
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self));
  GdkMonitor *monitor
      = surface != NULL ? gdk_display_get_monitor_at_surface (display, surface) : NULL;

  return monitor != NULL ? g_object_ref (monitor)
                         : g_list_model_get_item (gdk_display_get_monitors (display), 0);
}

/* Where the screen has room, the bench stands beside the till from the start. */
static gboolean
has_room_for_bench (AppWindow *self)
{
  g_autoptr (GdkMonitor) monitor = find_monitor (self);
  GdkRectangle area = { 0 };

  if (monitor != NULL)
    gdk_monitor_get_geometry (monitor, &area);
  return area.width >= DEFAULT_WIDTH + BENCH_WIDTH;
}

void
app_window_begin (AppWindow *self, TillStation *station)
{
  g_assert (self->lane == NULL);
  self->lane = app_lane_new (station);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "sale", app_lane_actions (self->lane));
  app_strip_follow (self->strip, self->lane);
  app_sell_page_follow (self->sell_page, self->lane);
  g_signal_connect_object (self->lane, "notify::page", G_CALLBACK (on_lane_page_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->lane, "approve", G_CALLBACK (on_approve_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->lane, "sound", G_CALLBACK (on_lane_sound_cb), self,
                           G_CONNECT_SWAPPED);
  self->hand = app_hand_new (GTK_WIDGET (self), self->lane, self->sell_page);
  gtk_stack_set_visible_child_name (self->outer, "till");
  gtk_widget_set_visible (GTK_WIDGET (self->cover), FALSE);
  set_class (self, "training", till_station_bench (station) != NULL);
  on_lane_page_cb (self, NULL, self->lane);
  watch_hands (self);
  self->prepare_id = g_timeout_add_full (G_PRIORITY_LOW, PREPARE_MS, on_prepare_cb, self, NULL);
  if (till_station_bench (station) != NULL && has_room_for_bench (self))
    {
      gtk_window_set_default_size (GTK_WINDOW (self), DEFAULT_WIDTH + BENCH_WIDTH, DEFAULT_HEIGHT);
      show_bench (self, TRUE);
    }
}
