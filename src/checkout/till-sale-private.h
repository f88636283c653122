/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the two halves of TillSale share: the cart's (till-sale.c) and the money's
 * (till-sale-pay.c). Included by nobody else.
 */
#pragma once

#include "till-private.h"

G_BEGIN_DECLS

struct _TillSale
{
  GObject parent;
  TillStation *station;
  VaultSale *sale;
  GListStore *lines;    /* TillSaleLine, one for each line of the cart */
  GListStore *payments; /* TillPayment */
  guint current_line;
  gboolean busy;  /* a payment runs, or the sale is being parked: the cart is locked */
  gboolean moved; /* sync moved one of its payments while it was busy: read it anew afterwards */
  gboolean spent;
};

/* A kept sale to be read on a worker. */
typedef struct
{
  CheckoutShop *shop;
  gint64 id;
} TillSaleLoad;

void till_sale_notify_all (TillSale *self);
void till_sale_show_payments (TillSale *self);
void till_sale_reload (TillSale *self);
gboolean till_sale_check_open (TillSale *self, GError **error);

G_END_DECLS
