/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Somebody who sells at an open station without a window: rings up items, takes tenders one after
 * the other, presents a training card where there is a bench, and waits a while for the receipt. It
 * drives the same TillSale and TillPayment as the window does. SIGINT and SIGTERM end it cleanly: a
 * payment that nothing has left for is cancelled, one that is being sent comes to its outcome.
 */
#pragma once

#include "cli-shop.h"
#include "cli-tender.h"
#include "till-bench.h"
#include "till-refund.h"

G_BEGIN_DECLS

#define CLI_SELLER_PRINT_WAIT_MS 10000
#define CLI_SELLER_CARD_TIMEOUT_S 60
#define CLI_SELLER_CARD_TIMEOUT_MAX_S 110 /* below what the reader itself waits */

typedef struct _CliSeller CliSeller;

/* What became of one sale. */
typedef struct
{
  TillSale *sale;          /* NULL when it never came to be */
  char *missing_code;      /* no product has it: nothing was sold */
  char *unweighed_code;    /* sold by weight, and none was said: nothing was sold */
  char *label_code;        /* a scale's label that can't be sold: nothing was sold */
  const char *label_words; /* and why */
  gint64 short_minor;      /* the tenders can't pay so much: nothing was paid */
  GError *fault;           /* a payment broke off by a fault; the sale tells how far it got */
  const char *note;        /* a word for checkout_words_reason(), to be told with it; may be NULL */
  const char
      *print_state;   /* "printed", "sent", "waiting", "printing", "attention", "skipped", "none" */
  char *print_reason; /* may be NULL */
  char *receipt;      /* as text, where it is asked for; may be NULL */
} CliSold;

void cli_seller_clear_sold (CliSold *sold);

/* Opens the folder as its owner. */
CliSeller *cli_seller_new (CliContext *context, GError **error);
/* Closes the station, which waits for what is being printed. */
void cli_seller_free (CliSeller *self);
TillStation *cli_seller_station (CliSeller *self);
/* How long to wait for a card, and in training which card is swiped (NULL: the first of the bench).
 */
gboolean cli_seller_set_card (CliSeller *self, guint timeout_s, const char *card, GError **error);
/* Somebody pressed Ctrl-C, or asked us to end. */
gboolean cli_seller_is_stopped (CliSeller *self);

/* One sale of `items` ("CODE", "3*CODE", "0.532*CODE" by weight). FALSE: bad input, and nothing was
 * sold; else look at what *out_sold says. */
gboolean cli_seller_sell (CliSeller *self,
                          const char *const *items,
                          const CliTender *tenders,
                          guint tender_count,
                          CliSold *out_sold,
                          GError **error);

/* What is left of a sale that isn't paid. FALSE: there is no such sale, or nothing is left. */
gboolean cli_seller_resume (CliSeller *self,
                            gint64 receipt_no,
                            const CliTender *tenders,
                            guint tender_count,
                            CliSold *out_sold,
                            GError **error);

/* Gives back, and waits for the paper as a sale does. *out_sold->sale is NULL where nothing was
 * done; *out_refusal says why unless it was a fault. */
void cli_seller_refund (CliSeller *self,
                        const TillRefundWish *wish,
                        CliSold *out_sold,
                        const char **out_refusal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliSeller, cli_seller_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliSold, cli_seller_clear_sold)

G_END_DECLS
