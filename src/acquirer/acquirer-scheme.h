/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The card schemes as they come with the program (data/emv/schemes.ini): their names and numbers,
 * and the public keys that are shipped, each checked against its check value whenever it is read;
 * there is none today. Applications and their rules come from the acquirer alone.
 * Whoever runs the shop is told from here which schemes have no key: their cards can't be
 * authenticated offline. Pure but for the reading of that file; values, freed by the caller.
 */
#pragma once

#include "acquirer-emv.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACQUIRER_SCHEMES_MAX 16
#define ACQUIRER_SCHEME_KEYS_MAX 8 /* of one scheme */

typedef struct
{
  char *id;   /* "visa": for machines */
  char *name; /* in the user's language where it has another name there */
  guint8 rid[EMV_RID_SIZE];
  GArray *keys; /* EmvKey; may be empty */
} AcquirerScheme;

/* AcquirerScheme, in the file's order. NULL: ACQUIRER_ERROR_FIELD names what is wrong with it, a
 * check value, too; GLib's errors where it can't be read. */
GPtrArray *acquirer_scheme_load (GError **error);
/* The same of a text. */
GPtrArray *acquirer_scheme_from_text (const char *text, GError **error);

/* How many keys that are good on `today` (YYYYMMDD) there are for it, its own and `loaded` ones
 * (EmvKey; NULL: nothing was downloaded) with different numbers; *out_until is the last day
 * (likewise) of the one that ends first, 0 where there is none. */
guint acquirer_scheme_count_keys (const AcquirerScheme *scheme,
                                  const GArray *loaded,
                                  guint32 today,
                                  guint32 *out_until);
/* Those (borrowed from `schemes`) for which there is no key that is good on `today` (YYYYMMDD),
 * neither their own nor among `loaded` (EmvKey; NULL: nothing was downloaded). */
GPtrArray *acquirer_scheme_without_keys (GPtrArray *schemes, const GArray *loaded, guint32 today);

G_END_DECLS
