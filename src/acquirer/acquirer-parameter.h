/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminal parameters that an acquirer sends: numbers of two digits, each followed by its value
 * in characters. How long each is, and words for it in two languages, stand in the profile's group
 * [parameters]. They are kept and shown; what the till does is in the profile. Immutable once read.
 *
 *   12 = 2 | Seconds to wait for an answer | 等待应答的秒数
 */
#pragma once

#include "base-bytes.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACQUIRER_PARAMETERS_MAX 100
#define ACQUIRER_PARAMETER_SIZE_MAX 60 /* characters of a value */

typedef struct
{
  guint number; /* 0 … 99 */
  guint size;   /* characters of its value */
  char *words;  /* English */
  char *words_zh;
} AcquirerParameter;

typedef struct _AcquirerParameters AcquirerParameters;

/* An empty list where the profile has no such group. NULL with ACQUIRER_ERROR_PROFILE. */
AcquirerParameters *acquirer_parameters_read (GKeyFile *file, GError **error);
void acquirer_parameters_free (AcquirerParameters *self);

/* The next number and value of a text as it came, borrowed from it. FALSE without an error at its
 * end; with ACQUIRER_ERROR_FIELD for a number that the profile doesn't have, a value that is cut
 * off, or characters that can't be shown. */
gboolean acquirer_parameters_next (const AcquirerParameters *self,
                                   BaseReader *reader,
                                   const AcquirerParameter **out_parameter,
                                   BaseSpan *out_value,
                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerParameters, acquirer_parameters_free)

G_END_DECLS
