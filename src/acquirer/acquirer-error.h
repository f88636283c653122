/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What may break between the till and the acquirer's host. An answer that says no is never an
 * error: that is an outcome (acquirer-message.h). Messages are whole sentences in the user's
 * language.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ACQUIRER_ERROR_PROFILE, /* the profile's file is missing or says something impossible */
  ACQUIRER_ERROR_FIELD,   /* a message that breaks its dialect; the sentence names field, offset and
                             what was wanted */
  ACQUIRER_ERROR_MAC,     /* an answer whose MAC is bad */
  ACQUIRER_ERROR_CONNECT, /* no line to the host: nothing was sent */
  ACQUIRER_ERROR_TIMEOUT, /* sent, and no answer before the deadline */
  ACQUIRER_ERROR_CLOSED,  /* sent, and the line was lost before the answer */
} AcquirerError;

#define ACQUIRER_ERROR (acquirer_error_quark ())
GQuark acquirer_error_quark (void);
/* Sets an error with this sentence, which is translated where it is written: _ ("…"). Returns
 * FALSE.
 */
gboolean acquirer_error_set (GError **error, AcquirerError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
