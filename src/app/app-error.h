/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turns an error from below into one translated sentence that says what to do: domain and code
 * decide, the English message is for logs. It also tells apart the few kinds that the window
 * answers with a page of its own. Main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  APP_ERROR_KIND_OTHER,
  APP_ERROR_KIND_ABSENT,     /* no shop in this folder: the first-run page */
  APP_ERROR_KIND_PASSPHRASE, /* ask for it */
  APP_ERROR_KIND_BUSY,       /* another program has the folder */
  APP_ERROR_KIND_CANCELLED,  /* nobody needs to hear of it */
} AppErrorKind;

AppErrorKind app_error_kind (const GError *error);
/* Borrowed, for good. */
const char *app_error_sentence (const GError *error);

G_END_DECLS
