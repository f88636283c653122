/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cash drawer for the faces: the float, cash in and out, opening it for nothing, and counting
 * it blind. Main thread only; nothing blocks. What the drawer should hold is told only once it was
 * counted, and to whoever may see the shift's figures.
 */
#pragma once

#include "shop-denomination.h"
#include "shop-rights.h"
#include "till-station.h"

G_BEGIN_DECLS

typedef enum
{
  TILL_DRAWER_FLOAT,
  TILL_DRAWER_IN,
  TILL_DRAWER_OUT,
  TILL_DRAWER_OPEN,
  TILL_DRAWER_COUNT,
} TillDrawerAct;

/* The right that an act needs, which somebody may approve (checkout-people.h). */
ShopRight till_drawer_right (TillDrawerAct act);

/* A plain value; amounts are minor units. */
typedef struct
{
  gint64 shift;
  gint64 floated_minor, in_minor, out_minor;
  gint64 ins, outs, opened; /* how often */
  gint64 counts;            /* 0: not counted yet */
  gint64 counted_minor;
  gboolean is_told; /* the two below are */
  gint64 expected_minor, difference_minor;
} TillDrawer;

void till_drawer_read_async (TillStation *station, GAsyncReadyCallback callback, gpointer data);
/* `amount_minor`: 0 for opening; of a count its total. `reason`: of in, out and opening; else NULL.
 * `count`: what a count's total is made of; NULL: one sum. All copied. TILL_ERROR_RIGHT; or
 * TILL_ERROR_STATE or TILL_ERROR_ABSENT with a sentence: it can't be, and nothing was done. */
void till_drawer_keep_async (TillStation *station,
                             TillDrawerAct act,
                             gint64 amount_minor,
                             const char *reason,
                             const ShopDenominationCount *count,
                             GAsyncReadyCallback callback,
                             gpointer data);
/* Of both: the drawer as it then is. */
gboolean till_drawer_finish (TillStation *station,
                             GAsyncResult *result,
                             TillDrawer *out_drawer,
                             GError **error);

G_END_DECLS
