/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `--pay` takes: "cash" (the exact rest), "cash:AMOUNT" (a part, or more than the rest with
 * change) and "card" (the rest). Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLI_TENDERS_MAX 20

typedef struct
{
  gboolean card;
  gint64 amount_minor; /* cash handed over; 0: exactly what is left */
} CliTender;

gboolean cli_tender_looks_so (const char *word);
/* `currency` NULL: any, as the shop isn't known yet. */
gboolean
cli_tender_parse (const char *word, const char *currency, CliTender *out_tender, GError **error);
/* Whether these, if every card is approved, pay the whole of it. */
gboolean cli_tender_covers (const CliTender *tenders, guint count, gint64 total_minor);

G_END_DECLS
