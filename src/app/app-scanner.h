/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tells a scanner's burst from a hand at the keyboard, by the times at which the display server saw
 * the keys and by nothing else, so that a busy till judges the same as an idle one. The window
 * feeds it every character and every Enter before any widget or input method sees them, does what
 * the verdict says, and takes back what looked like typing when it turns out to have been a scan. A
 * plain value; it never reads a clock, never touches a widget, and keeps at most one code.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define APP_SCANNER_GAP_MS 50      /* a scanner's keys follow each other at least as fast as this */
#define APP_SCANNER_END_GAP_MS 150 /* its Enter may take longer, and may come twice */
#define APP_SCANNER_COUNT_MIN 4    /* as many quick characters make a burst */
/* A wireless scanner or a busy display server may stumble in mid-scan. What began faster than any
 * hand is still the same scan after a gap of at most END_GAP, but then it takes more characters to
 * prove it. */
#define APP_SCANNER_QUICK_MS 20
#define APP_SCANNER_STUMBLED_COUNT_MIN 6
#define APP_SCANNER_TEXT_MAX                                                                       \
  96 /* bytes of a code; what is longer is cut and ends in "…", which no product has */

typedef enum
{
  APP_SCANNER_TYPED, /* a character, by hand as far as one can tell */
  APP_SCANNER_BURST, /* the first one that proves a burst: undo what was typed since it began, show
                        nothing */
  APP_SCANNER_MORE,  /* one more of the burst: show nothing */
  APP_SCANNER_SCANNED,     /* Enter ended a burst: its code is app_scanner_text() */
  APP_SCANNER_ENTER,       /* Enter by hand */
  APP_SCANNER_ENTER_QUICK, /* an Enter no hand is fast enough for: it may confirm nothing */
} AppScannerVerdict;

typedef struct
{
  guint32 last_ms;
  guint count; /* characters since the last pause */
  gboolean started, is_slow, has_stumbled, is_burst, is_overlong, has_ended;
  gsize size;
  char text[APP_SCANNER_TEXT_MAX + 8];
} AppScanner;

void app_scanner_init (AppScanner *self);
/* TRUE when this character, typed at `time_ms`, begins anew: the moment to remember what to go back
 * to. */
gboolean app_scanner_is_start (const AppScanner *self, guint32 time_ms);
AppScannerVerdict app_scanner_feed (AppScanner *self, gunichar character, guint32 time_ms);
AppScannerVerdict app_scanner_feed_enter (AppScanner *self, guint32 time_ms);
/* A burst whose Enter never came: its text, once; else NULL. Yours to free. */
char *app_scanner_take_unfinished (AppScanner *self);
const char *app_scanner_text (const AppScanner *self);
gboolean app_scanner_is_burst (const AppScanner *self);
/* A key that is held down repeats as fast as a scanner: it is no burst. */
void app_scanner_reset (AppScanner *self);

G_END_DECLS
