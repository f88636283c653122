/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Drives the real window from outside, as a person does: reads it through its accessible tree
 * (AT-SPI), presses real keys (XTEST). One program at a time; every wait has an end, and fails the
 * test with what it waited for.
 */
#pragma once

#include <atspi/atspi.h>
#include <gio/gio.h>

G_BEGIN_DECLS

#define UI_DRIVER_WAIT_S 20

typedef struct _UiDriver UiDriver;

/* Starts `program` and waits for its window to be active. */
UiDriver *ui_driver_new (const char *program, const char *const *arguments);
/* Ends the program. */
void ui_driver_free (UiDriver *self);
gboolean ui_driver_is_running (UiDriver *self);

/* The first one with this role (ATSPI_ROLE_INVALID: any) and name, or NULL. Yours to unref. */
AtspiAccessible *ui_driver_find (UiDriver *self, AtspiRole role, const char *name);
/* Waits until it is there; fails the test otherwise. */
AtspiAccessible *ui_driver_wait (UiDriver *self, AtspiRole role, const char *name);
/* Waits until something's name contains this. */
void ui_driver_wait_words (UiDriver *self, const char *words);
void ui_driver_wait_gone (UiDriver *self, AtspiRole role, const char *name);
gboolean ui_driver_has (UiDriver *self, AtspiRole role, const char *name);
int ui_driver_count_children (UiDriver *self, AtspiRole role, const char *name);
/* The widget's own action: a button's click, a switch's toggle. */
void ui_driver_act (UiDriver *self, AtspiRole role, const char *name);

/* Waits for the program's window of this title and looks into it from now on; NULL: its first one.
 */
void ui_driver_enter (UiDriver *self, const char *title);
/* Waits until that one is closed. */
void ui_driver_wait_away (UiDriver *self, const char *title);
/* Fills a field, as by pasting. `name`: NULL for the first one. */
void ui_driver_fill (UiDriver *self, const char *name, const char *text);

/* An X keysym; `ms` of pause after it. */
void ui_driver_key (UiDriver *self, gulong keysym, guint ms);
/* Letters, digits, '*' and '+' by hand: slowly enough not to be a scan. */
void ui_driver_type (UiDriver *self, const char *text);
/* A scanner: digits `ms` apart, then Enter. */
void ui_driver_scan (UiDriver *self, const char *code, guint ms);

/* What a window manager does when its cross is pressed. */
void ui_driver_close_window (UiDriver *self);
/* Waits for the program to end by itself, as it should, and frees. */
void ui_driver_wait_end (UiDriver *self);
/* Makes the window as large as the screen, its borders out of sight. */
void ui_driver_fill_screen (UiDriver *self, int width, int height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiDriver, ui_driver_free)

G_END_DECLS
