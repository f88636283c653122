/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-driver.h"

#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>

#define DEPTH_MAX 40
#define TICK_MS 50
#define HAND_MS 180
#define VOICE_WAIT_MS 2000
#define WINDOW_MIN 100 /* pixels; what is smaller is no window for people */
#define BORDER 5       /* that GTK draws around a window where there is no window manager */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref) /* libatspi 2.46 defines none */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiStateSet, g_object_unref)

/* What the till says on standard error goes on to ours; a warning of GTK's or GLib's is a failure.
 */
typedef struct
{
  GDataInputStream *stream;
  GMutex mutex;
  GCond cond;
  gboolean has_ended;
  guint complaints;
} Voice;

struct _UiDriver
{
  GSubprocess *process;
  Voice *voice;
  Display *display;
  AtspiEventListener *listener;
  AtspiAccessible *frame;
  AtspiAccessible *found; /* what the last wait was for */
  guint rest;             /* ms between the last key and the next */
};

/* libatspi now and then loses the name of a program that comes or goes while it looks. It is the
 * till that is looked through for leaks, not what drives it. */
int __lsan_is_turned_off (void);
int
__lsan_is_turned_off (void)
{
  return 1;
}

static gpointer
listen (gpointer data)
{
  Voice *voice = data;
  char *line;

  while ((line = g_data_input_stream_read_line (voice->stream, NULL, NULL, NULL)) != NULL)
    {
      g_printerr ("%s\n", line);
      g_mutex_lock (&voice->mutex);
      voice->complaints
          += strstr (line, "-WARNING **") != NULL || strstr (line, "-CRITICAL **") != NULL;
      g_mutex_unlock (&voice->mutex);
      g_free (line);
    }
  g_mutex_lock (&voice->mutex);
  voice->has_ended = TRUE;
  g_cond_signal (&voice->cond);
  g_mutex_unlock (&voice->mutex);
  return NULL;
}

static Voice *
voice_new (GInputStream *stream)
{
  Voice *voice = g_new0 (Voice, 1);

  voice->stream = g_data_input_stream_new (stream);
  g_thread_unref (g_thread_new ("voice", listen, voice));
  return voice;
}

/* How often it complained. Kept for ever where a child of the till still holds the stream. */
static guint
voice_end (Voice *voice)
{
  gint64 until = g_get_monotonic_time () + VOICE_WAIT_MS * 1000;
  guint complaints;
  gboolean has_ended;

  g_mutex_lock (&voice->mutex);
  while (!voice->has_ended && g_cond_wait_until (&voice->cond, &voice->mutex, until))
    ;
  complaints = voice->complaints;
  has_ended = voice->has_ended;
  g_mutex_unlock (&voice->mutex);
  if (has_ended)
    {
      g_object_unref (voice->stream);
      g_free (voice);
    }
  return complaints;
}

static void
on_event_cb (AtspiEvent *event, void *data)
{
  g_boxed_free (ATSPI_TYPE_EVENT, event);
}

static gboolean
on_tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  AtspiRole role;
  const char *name;
  gboolean is_part; /* the name need only be contained */
} Wanted;

static gboolean
matches (AtspiAccessible *accessible, const Wanted *wanted)
{
  g_autofree char *name = NULL;

  if (wanted->role != ATSPI_ROLE_INVALID
      && atspi_accessible_get_role (accessible, NULL) != wanted->role)
    return FALSE;
  if (wanted->name == NULL)
    return TRUE;
  name = atspi_accessible_get_name (accessible, NULL);
  return name != NULL
         && (wanted->is_part ? strstr (name, wanted->name) != NULL
                             : g_str_equal (name, wanted->name));
}

static AtspiAccessible *
find_below (AtspiAccessible *from, const Wanted *wanted, guint depth)
{
  int count = depth < DEPTH_MAX ? atspi_accessible_get_child_count (from, NULL) : 0;

  for (int i = 0; i < count; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (from, i, NULL);
      AtspiAccessible *found;

      if (child == NULL)
        continue;
      if (matches (child, wanted))
        return g_steal_pointer (&child);
      found = find_below (child, wanted, depth + 1);
      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Not cached: GTK 4.8 sends no event for some changes. */
static AtspiAccessible *
find (UiDriver *self, const Wanted *wanted)
{
  if (self->frame == NULL)
    return NULL;
  atspi_accessible_clear_cache (self->frame);
  return find_below (self->frame, wanted, 0);
}

typedef gboolean (*Check) (UiDriver *self, gconstpointer data);

/* How long a wait may take: under the sanitizers everything does. */
static gint64
patience (void)
{
  return (g_getenv ("TILL_SANITIZED") != NULL ? 3 : 1) * UI_DRIVER_WAIT_S * G_USEC_PER_SEC;
}

/* Asks again after each event, and every 50 ms. */
static gboolean
wait_until (UiDriver *self, Check check, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + patience ();
  guint ticks = g_timeout_add (TICK_MS, on_tick_cb, NULL);
  gboolean good;

  while (!(good = check (self, data)) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (ticks);
  return good;
}

static gboolean
is_active (AtspiAccessible *accessible)
{
  g_autoptr (AtspiStateSet) states = atspi_accessible_get_state_set (accessible);

  return states != NULL && atspi_state_set_contains (states, ATSPI_STATE_ACTIVE);
}

/* `data`: its title, for one that is no frame but a dialog (which GTK 4.8 never calls active);
 * NULL: the program's own. */
static gboolean
check_window (UiDriver *self, gconstpointer data)
{
  const Wanted application = { ATSPI_ROLE_APPLICATION, "till", FALSE };
  const Wanted frame = { data == NULL ? ATSPI_ROLE_FRAME : ATSPI_ROLE_INVALID, data, FALSE };
  g_autoptr (AtspiAccessible) desktop = atspi_get_desktop (0);
  g_autoptr (AtspiAccessible) found = NULL;

  atspi_accessible_clear_cache (desktop);
  found = find_below (desktop, &application, DEPTH_MAX - 1);
  g_clear_object (&self->frame);
  if (found != NULL)
    self->frame = find_below (found, &frame, DEPTH_MAX - 1);
  return self->frame != NULL && (data != NULL || is_active (self->frame));
}

UiDriver *
ui_driver_new (const char *program, const char *const *arguments)
{
  UiDriver *self = g_new0 (UiDriver, 1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  atspi_init ();
  for (guint tries = 0; self->display == NULL && tries < 100; tries++)
    {
      self->display = XOpenDisplay (NULL);
      if (self->display == NULL)
        g_usleep (TICK_MS * 1000);
    }
  g_assert_nonnull (self->display);
  self->listener = atspi_event_listener_new (on_event_cb, NULL, NULL);
  atspi_event_listener_register (self->listener, "object:", NULL);
  atspi_event_listener_register (self->listener, "window:", NULL);
  g_ptr_array_add (argv, (gpointer)program);
  for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, NULL);
  self->process = g_subprocess_newv (
      (const char *const *)argv->pdata,
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  self->voice = voice_new (g_subprocess_get_stderr_pipe (self->process));
  if (!wait_until (self, check_window, NULL))
    g_error ("no active window of %s", program);
  return self;
}

static void
free_ended (UiDriver *self)
{
  guint complaints = voice_end (g_steal_pointer (&self->voice));

  /* No crash on the way out, nor a sanitizer's complaint. */
  g_assert_true (!g_subprocess_get_if_signaled (self->process)
                 || g_subprocess_get_term_sig (self->process) == SIGTERM);
  g_assert_true (g_subprocess_get_if_signaled (self->process)
                 || g_subprocess_get_exit_status (self->process) == 0);
  g_assert_cmpuint (complaints, ==, 0);
  g_clear_object (&self->process);
  g_clear_object (&self->frame);
  g_clear_object (&self->found);
  atspi_event_listener_deregister (self->listener, "object:", NULL);
  atspi_event_listener_deregister (self->listener, "window:", NULL);
  g_clear_object (&self->listener);
  XCloseDisplay (self->display);
  g_free (self);
}

void
ui_driver_free (UiDriver *self)
{
  if (self == NULL)
    return;
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  free_ended (self);
}

static gboolean
has_ended (UiDriver *self, gconstpointer data)
{
  return g_subprocess_get_identifier (self->process) == NULL;
}

void
ui_driver_wait_end (UiDriver *self)
{
  g_assert_true (wait_until (self, has_ended, NULL));
  g_assert_true (g_subprocess_get_if_exited (self->process));
  free_ended (self);
}

gboolean
ui_driver_is_running (UiDriver *self)
{
  return g_subprocess_get_identifier (self->process) != NULL;
}

AtspiAccessible *
ui_driver_find (UiDriver *self, AtspiRole role, const char *name)
{
  const Wanted wanted = { role, name, FALSE };

  return find (self, &wanted);
}

gboolean
ui_driver_has (UiDriver *self, AtspiRole role, const char *name)
{
  g_autoptr (AtspiAccessible) found = ui_driver_find (self, role, name);

  return found != NULL;
}

static gboolean
check_there (UiDriver *self, gconstpointer data)
{
  g_clear_object (&self->found);
  self->found = find (self, data);
  return self->found != NULL;
}

static gboolean
check_gone (UiDriver *self, gconstpointer data)
{
  return !check_there (self, data);
}

static void
print_below (AtspiAccessible *from, guint depth)
{
  int count = depth < DEPTH_MAX ? atspi_accessible_get_child_count (from, NULL) : 0;

  for (int i = 0; i < count; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (from, i, NULL);
      g_autofree char *name = child != NULL ? atspi_accessible_get_name (child, NULL) : NULL;

      if (child == NULL)
        continue;
      if (name != NULL && *name != '\0')
        g_printerr ("  %s\n", name);
      print_below (child, depth + 1);
    }
}

/* Ends the test, and says what is in the window instead. */
static void G_GNUC_NORETURN
give_up (UiDriver *self, const char *why, const char *name)
{
  g_printerr ("In the window:\n");
  if (self->frame != NULL)
    print_below (self->frame, 0);
  g_printerr ("The program %s.\n", ui_driver_is_running (self) ? "is running" : "has ended");
  g_error ("timed out: %s “%s”", why, name);
}

AtspiAccessible *
ui_driver_wait (UiDriver *self, AtspiRole role, const char *name)
{
  const Wanted wanted = { role, name, FALSE };

  if (!wait_until (self, check_there, &wanted))
    give_up (self, "the window has no", name);
  return g_steal_pointer (&self->found);
}

void
ui_driver_wait_words (UiDriver *self, const char *words)
{
  const Wanted wanted = { ATSPI_ROLE_INVALID, words, TRUE };

  if (!wait_until (self, check_there, &wanted))
    give_up (self, "nothing in the window says", words);
}

void
ui_driver_wait_gone (UiDriver *self, AtspiRole role, const char *name)
{
  const Wanted wanted = { role, name, FALSE };

  if (!wait_until (self, check_gone, &wanted))
    give_up (self, "the window still has", name);
}

int
ui_driver_count_children (UiDriver *self, AtspiRole role, const char *name)
{
  g_autoptr (AtspiAccessible) found = ui_driver_find (self, role, name);

  return found != NULL ? atspi_accessible_get_child_count (found, NULL) : -1;
}

void
ui_driver_act (UiDriver *self, AtspiRole role, const char *name)
{
  g_autoptr (AtspiAccessible) found = ui_driver_wait (self, role, name);

  atspi_action_do_action (ATSPI_ACTION (found), 0, NULL);
}

/* What a window manager does with the window that lies on top: the keyboard is its own. */
static void
give_keyboard (UiDriver *self)
{
  Window root, parent, *children = NULL, top = None;
  unsigned count = 0;

  XQueryTree (self->display, DefaultRootWindow (self->display), &root, &parent, &children, &count);
  for (unsigned i = 0; i < count; i++)
    {
      XWindowAttributes attributes;

      if (XGetWindowAttributes (self->display, children[i], &attributes) != 0
          && attributes.map_state == IsViewable && attributes.width >= WINDOW_MIN)
        top = children[i];
    }
  XFree (children);
  if (top != None)
    XSetInputFocus (self->display, top, RevertToPointerRoot, CurrentTime);
  XSync (self->display, False);
}

static gboolean
check_entered (UiDriver *self, gconstpointer data)
{
  give_keyboard (self);
  return check_window (self, data);
}

void
ui_driver_enter (UiDriver *self, const char *title)
{
  if (!wait_until (self, check_entered, title))
    g_error ("there is no active window “%s”", title != NULL ? title : "of the till");
}

static gboolean
check_away (UiDriver *self, gconstpointer data)
{
  return !check_window (self, data);
}

void
ui_driver_wait_away (UiDriver *self, const char *title)
{
  if (!wait_until (self, check_away, title))
    g_error ("the window “%s” doesn't go away", title);
}

void
ui_driver_fill (UiDriver *self, const char *name, const char *text)
{
  g_autoptr (AtspiAccessible) found = ui_driver_wait (self, ATSPI_ROLE_TEXT, name);
  g_autoptr (GError) error = NULL;

  atspi_editable_text_set_text_contents (ATSPI_EDITABLE_TEXT (found), text, &error);
  g_assert_no_error (error);
}

/* A key after the rest that is due. The display server waits, so a late turn of ours neither slows
 * a scanner down to a hand nor hurries a hand up to a scanner. */
static void
press (UiDriver *self, gulong keysym)
{
  KeyCode code = XKeysymToKeycode (self->display, keysym);
  gboolean shifted = XkbKeycodeToKeysym (self->display, code, 0, 0) != keysym;
  KeyCode shift = XKeysymToKeycode (self->display, XK_Shift_L);
  gulong delay = self->rest;

  if (shifted)
    {
      XTestFakeKeyEvent (self->display, shift, True, delay);
      delay = 0;
    }
  XTestFakeKeyEvent (self->display, code, True, delay);
  XTestFakeKeyEvent (self->display, code, False, 0);
  if (shifted)
    XTestFakeKeyEvent (self->display, shift, False, 0);
  self->rest = 0;
}

void
ui_driver_key (UiDriver *self, gulong keysym, guint ms)
{
  press (self, keysym);
  XSync (self->display, False);
  g_usleep (ms * 1000);
}

static gulong
keysym_of (char character)
{
  return (gulong)(guchar)character; /* Latin-1 keysyms are their own code */
}

static void
press_each (UiDriver *self, const char *text, guint ms)
{
  for (const char *at = text; *at != '\0'; at++)
    {
      press (self, keysym_of (*at));
      self->rest = ms;
    }
}

void
ui_driver_type (UiDriver *self, const char *text)
{
  press_each (self, text, HAND_MS);
  XSync (self->display, False);
}

/* Nobody else is served meanwhile: a large picture between two keys would break the scan in two.
 * (A real keyboard's keys get their times when they arrive, whatever the server does.) */
void
ui_driver_scan (UiDriver *self, const char *code, guint ms)
{
  XGrabServer (self->display);
  press_each (self, code, ms);
  press (self, XK_Return);
  XUngrabServer (self->display);
  XSync (self->display, False);
}

/* The largest child of the root: the program's one window. */
static Window
find_window (UiDriver *self)
{
  Window root, parent, *children = NULL, largest = None;
  unsigned count = 0;
  int area = 0;

  XQueryTree (self->display, DefaultRootWindow (self->display), &root, &parent, &children, &count);
  for (unsigned i = 0; i < count; i++)
    {
      XWindowAttributes attributes;

      if (XGetWindowAttributes (self->display, children[i], &attributes) == 0
          || attributes.map_state != IsViewable || attributes.width * attributes.height <= area)
        continue;
      area = attributes.width * attributes.height;
      largest = children[i];
    }
  XFree (children);
  return largest;
}

void
ui_driver_fill_screen (UiDriver *self, int width, int height)
{
  Window window = find_window (self);

  XMoveResizeWindow (self->display, window, -BORDER, -BORDER, (unsigned)(width + 2 * BORDER),
                     (unsigned)(height + 2 * BORDER));
  XFlush (self->display);
}

void
ui_driver_close_window (UiDriver *self)
{
  XEvent event = { 0 };

  event.xclient.type = ClientMessage;
  event.xclient.window = find_window (self);
  event.xclient.message_type = XInternAtom (self->display, "WM_PROTOCOLS", False);
  event.xclient.format = 32;
  event.xclient.data.l[0] = (long)XInternAtom (self->display, "WM_DELETE_WINDOW", False);
  XSendEvent (self->display, event.xclient.window, False, NoEventMask, &event);
  XFlush (self->display);
}
