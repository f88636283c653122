/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-scanner.h"

void
app_scanner_init (AppScanner *self)
{
  *self = (AppScanner){ 0 };
}

void
app_scanner_reset (AppScanner *self)
{
  self->count = 0;
  self->size = 0;
  self->text[0] = '\0';
  self->is_slow = FALSE;
  self->has_stumbled = FALSE;
  self->is_burst = FALSE;
  self->is_overlong = FALSE;
  self->has_ended = FALSE;
}

/* The display server's clock wraps every 49 days: only differences mean anything. */
static guint32
gap_since_last (const AppScanner *self, guint32 time_ms)
{
  return self->started ? time_ms - self->last_ms : G_MAXUINT32;
}

/* One key alone may be the first of a code; one that sets a quantity or takes money is a hand's. */
static gboolean
may_stumble (const AppScanner *self)
{
  if (self->is_burst)
    return TRUE;
  return !self->is_slow && (self->count > 1 || g_ascii_isalnum (self->text[0]));
}

gboolean
app_scanner_is_start (const AppScanner *self, guint32 time_ms)
{
  guint32 gap_max = may_stumble (self) ? APP_SCANNER_END_GAP_MS : APP_SCANNER_GAP_MS;

  return self->count == 0 || self->has_ended || gap_since_last (self, time_ms) > gap_max;
}

static gboolean
proves_burst (const AppScanner *self)
{
  return self->is_burst
         || self->count
                >= (self->has_stumbled ? APP_SCANNER_STUMBLED_COUNT_MIN : APP_SCANNER_COUNT_MIN);
}

static void
keep_character (AppScanner *self, gunichar character)
{
  char utf8[6];
  int size = g_unichar_to_utf8 (character, utf8);

  if (self->size + (gsize)size > APP_SCANNER_TEXT_MAX)
    {
      if (!self->is_overlong)
        g_strlcpy (self->text + self->size, "…", sizeof self->text - self->size);
      self->is_overlong = TRUE;
      return;
    }
  for (int i = 0; i < size; i++)
    self->text[self->size++] = utf8[i];
  self->text[self->size] = '\0';
}

AppScannerVerdict
app_scanner_feed (AppScanner *self, gunichar character, guint32 time_ms)
{
  guint32 gap = gap_since_last (self, time_ms);
  gboolean was_burst;

  if (app_scanner_is_start (self, time_ms))
    app_scanner_reset (self);
  else
    {
      self->is_slow = self->is_slow || gap > APP_SCANNER_QUICK_MS;
      self->has_stumbled = self->has_stumbled || gap > APP_SCANNER_GAP_MS;
    }
  self->started = TRUE;
  self->last_ms = time_ms;
  self->count++;
  keep_character (self, character);
  was_burst = self->is_burst;
  self->is_burst = proves_burst (self);
  if (!self->is_burst)
    return APP_SCANNER_TYPED;
  return was_burst ? APP_SCANNER_MORE : APP_SCANNER_BURST;
}

AppScannerVerdict
app_scanner_feed_enter (AppScanner *self, guint32 time_ms)
{
  guint32 gap = gap_since_last (self, time_ms);
  gboolean scanned = self->is_burst && !self->has_ended && gap <= APP_SCANNER_END_GAP_MS;
  gboolean again = self->has_ended && gap <= APP_SCANNER_END_GAP_MS;

  self->started = TRUE;
  self->last_ms = time_ms;
  if (scanned)
    {
      self->has_ended = TRUE;
      return APP_SCANNER_SCANNED;
    }
  if (again)
    return APP_SCANNER_ENTER_QUICK;
  app_scanner_reset (self);
  return gap <= APP_SCANNER_GAP_MS ? APP_SCANNER_ENTER_QUICK : APP_SCANNER_ENTER;
}

char *
app_scanner_take_unfinished (AppScanner *self)
{
  char *text = NULL;

  if (self->is_burst && !self->has_ended)
    {
      text = g_strdup (self->text);
      app_scanner_reset (self);
    }
  return text;
}

const char *
app_scanner_text (const AppScanner *self)
{
  return self->text;
}

gboolean
app_scanner_is_burst (const AppScanner *self)
{
  return self->is_burst && !self->has_ended;
}
