/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The till's three sounds, made in the program: accepted, attention, stop. Played by GTK's media
 * backend where there is one; without one, or without an audio device, the till is silent, except
 * that a stop rings the display's bell. Main thread; nothing here waits.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  APP_SOUND_ACCEPTED,
  APP_SOUND_ATTENTION,
  APP_SOUND_STOP,
} AppSoundKind;
#define APP_SOUND_COUNT 3

typedef struct _AppSound AppSound;

AppSound *app_sound_new (void);
void app_sound_free (AppSound *self);
void app_sound_set_on (AppSound *self, gboolean on);
void app_sound_play (AppSound *self, AppSoundKind kind);
/* A WAV file: mono, 16 bit. Yours to free. */
GBytes *app_sound_make (AppSoundKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppSound, app_sound_free)

G_END_DECLS
