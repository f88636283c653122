/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a flow of a profile puts into one field: letters that are always the same and names of
 * values in braces, as "22{batch}00050". The same template fills the field of a request, checks the
 * field of one that came, and takes a value out of it, so that a field made of parts needs no code.
 * Immutable once parsed.
 *
 * In a field of bytes, whose text is hexadecimal, the letters are hexadecimal too, and a value that
 * is a text stands there as its bytes. Only the last value may be of any length.
 */
#pragma once

#include "acquirer-value.h"

G_BEGIN_DECLS

#define ACQUIRER_TEMPLATE_PARTS_MAX 8
#define ACQUIRER_TEMPLATE_LETTERS_MAX 40 /* of one part */

typedef struct
{
  guint count;
  struct
  {
    AcquirerValue value; /* NONE: letters */
    char letters[ACQUIRER_TEMPLATE_LETTERS_MAX + 1];
  } parts[ACQUIRER_TEMPLATE_PARTS_MAX];
} AcquirerTemplate;

/* The text of a value, freed with base_secret_free_text(); NULL: there is none. */
typedef char *(*AcquirerTemplateSource) (gpointer data, AcquirerValue value);

/* ACQUIRER_ERROR_PROFILE says what is wrong with it. Freed with g_free(). */
AcquirerTemplate *acquirer_template_parse (const char *text, gboolean bytes, GError **error);
/* What it is when it holds no value; NULL when it does. */
const char *acquirer_template_constant (const AcquirerTemplate *self);
gboolean acquirer_template_has (const AcquirerTemplate *self, AcquirerValue value);
/* NULL when a value isn't to be had, or isn't as long as it must be. Freed with
 * base_secret_free_text(). */
char *acquirer_template_fill (const AcquirerTemplate *self,
                              gboolean bytes,
                              AcquirerTemplateSource source,
                              gpointer data);
gboolean acquirer_template_fits (const AcquirerTemplate *self, gboolean bytes, const char *text);
/* The value's part of a text; NULL when the text doesn't fit or the template has no such value.
 * Freed with base_secret_free_text(). */
char *acquirer_template_take (const AcquirerTemplate *self,
                              gboolean bytes,
                              const char *text,
                              AcquirerValue value);

G_END_DECLS
