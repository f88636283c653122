/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sales of the past for the faces, with the line or without: found by the receipt's number, an
 * amount, a card's last four digits, a code, a day or a time (checkout-find.h). Main thread only;
 * nothing blocks.
 */
#pragma once

#include "till-station.h"

G_BEGIN_DECLS

#define TILL_FIND_MAX 50

typedef struct
{
  gint64 receipt_no;
  const char *kind; /* "sale", "refund", "void" …: a constant */
  gint64 original;  /* receipt number; 0: none */
  gint64 total_minor;
  gint64 at_us; /* Unix */
  char *cashier;
  char *masked_pan;       /* of its first card; NULL: none */
  TillPaymentState state; /* of the payment that needs most care */
  TillApprovedBy approved_by;
  gboolean sent, is_card;
} TillFound;

void till_find_free_found (TillFound *self);

/* `text`: any of those; empty: the newest. GPtrArray of TillFound, the newest first. A newer one
 * cancels the one before (G_IO_ERROR_CANCELLED). */
void till_find_async (TillStation *station,
                      const char *text,
                      GAsyncReadyCallback callback,
                      gpointer data);
GPtrArray *till_find_finish (TillStation *station, GAsyncResult *result, GError **error);

G_END_DECLS
