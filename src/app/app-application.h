/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program: one for each data folder (a second start raises the first), which opens the station
 * behind a cover page and then hands it to the window. Made by main with what the command line
 * said.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define APP_APPLICATION_ID "org.tillpos.Till"

typedef struct
{
  char *data_dir;   /* the shop's folder, absolute */
  char *passphrase; /* NULL: Secret Service, or the unlock page */
  gboolean training, kiosk, customer_display;
} AppApplicationOptions;

#define APP_TYPE_APPLICATION (app_application_get_type ())
G_DECLARE_FINAL_TYPE (AppApplication, app_application, APP, APPLICATION, AdwApplication)

/* Takes over what `options` points to; the passphrase is wiped after use. */
AppApplication *app_application_new (const AppApplicationOptions *options);
/* The same folder has the same id, another one another. Yours to free. */
char *app_application_make_id (const char *data_dir, gboolean training);

G_END_DECLS
