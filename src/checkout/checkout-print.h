/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Works off the print queue, one job at a time, on the printer's worker. A job is marked `printing`
 * by a commit before its first byte leaves; how it ended is a commit too. No sale waits for any of
 * this.
 */
#pragma once

#include "checkout-shop.h"
#include "printer.h"

G_BEGIN_DECLS

typedef struct _CheckoutPrint CheckoutPrint;

/* Reason of a job whose sale can't be read: no fault of the printer's, and the others go on. */
#define CHECKOUT_PRINT_DAMAGED "receipt-damaged"

typedef enum
{
  CHECKOUT_PRINT_IDLE,       /* nothing waits */
  CHECKOUT_PRINT_DONE,       /* a job came out, was sent, or can't be printed at all: ask again */
  CHECKOUT_PRINT_NO_PRINTER, /* jobs wait for a printer */
  CHECKOUT_PRINT_ATTENTION,  /* a job needs somebody */
  CHECKOUT_PRINT_FAULT,      /* the database: see the error */
} CheckoutPrintOutcome;

CheckoutPrint *checkout_print_new (CheckoutShop *shop);
void checkout_print_free (CheckoutPrint *self);
/* One step. *out_job, yours, is the job that moved (NULL: none). */
CheckoutPrintOutcome checkout_print_step (CheckoutPrint *self,
                                          GCancellable *cancellable,
                                          VaultPrintJob **out_job,
                                          GError **error);
/* Whether a printer is there and ready to print; out_reason is a fixed word when not ("no-printer",
 * "paper-out" …). */
gboolean checkout_print_is_ready (CheckoutPrint *self, const char **out_reason);
/* A page that shows what the printer can do. */
PrinterOutcome checkout_print_test (CheckoutPrint *self, PrinterReport *out_report, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutPrint, checkout_print_free)

G_END_DECLS
