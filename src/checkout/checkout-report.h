/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An X or Z report as rows: the same for the printer, the screen and the terminal. The figures come
 * counted (vault-shift.h); nothing is added up here.
 */
#pragma once

#include "checkout-shop.h"
#include "vault-closing.h"

G_BEGIN_DECLS

#define CHECKOUT_REPORT_DIFFERENCES_MAX 20 /* of one batch on an X or Z report */

typedef enum
{
  CHECKOUT_REPORT_X, /* the shift runs on */
  CHECKOUT_REPORT_Z,
  CHECKOUT_REPORT_X_BLIND, /* an X without anything that tells what cash the drawer should hold */
} CheckoutReportKind;

/* `copy`: 0 the first print; n the n-th one after it, marked so. Yours to free. */
ShopReceipt *checkout_report_build (const CheckoutShop *shop,
                                    const VaultShift *shift,
                                    CheckoutReportKind kind,
                                    guint copy);
/* A settled batch: both sides' counts and sums, and what differs (VaultBatchDifference), by record.
 * Yours to free. */
ShopReceipt *checkout_report_settlement (const CheckoutShop *shop,
                                         const VaultBatch *batch,
                                         const GArray *differences);

G_END_DECLS
