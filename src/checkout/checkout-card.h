/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A card payment from the armed reader to its outcome: one straight line of blocking steps on the
 * payment worker, each commit before its act, as payment-life.md has them. Kill the program at any
 * line: what the database then holds is what recovery acts on.
 *
 *   space on the disk? → card read → turn taken → owed reversals sent → connected → signed in →
 * COMMIT go-online → request → COMMIT outcome no byte left, or no line at all → COMMIT stored
 * (within limits) or refused any byte may have left, no answer → COMMIT unknown with its reversal →
 * the reversal is tried at once, or left to the drainer: then nobody waits at the till
 *
 * A chip has a say in it (EMV 4.4 Book 3, 10.7 and 10.11): what it approved by itself is owed to
 * the shop from one COMMIT on, and the acquirer is only told (class chip); what it refuses after
 * all is reversed, with the answer's commit.
 */
#pragma once

#include "checkout-present.h"

G_BEGIN_DECLS

typedef CheckoutPresentNotify CheckoutCardNotify;

/* What a chip decides: its cryptogram is an ARQC, a TC or an AAC. */
typedef enum
{
  CHECKOUT_CHIP_ASKS,
  CHECKOUT_CHIP_APPROVES,
  CHECKOUT_CHIP_REFUSES,
} CheckoutChipSays;

/* What the chip is told with its second GENERATE AC. */
typedef enum
{
  CHECKOUT_CHIP_ANSWERED, /* by the acquirer, whatever it said */
  CHECKOUT_CHIP_UNABLE,   /* no byte of a request left: unable to go online (Y3, Z3) */
  CHECKOUT_CHIP_LOST,     /* nobody knows what the acquirer did: it is made to refuse (AAC) */
} CheckoutChipOutcome;

typedef struct
{
  CheckoutChipOutcome outcome;
  gboolean approved; /* answered: the acquirer approves */
  const char *code;  /* answered: its response code, field 39 */
  BaseSpan data;     /* answered: what it says to the chip (91, 71, 72), BER-TLV; may be empty */
} CheckoutChipNews;

/* What the chip leaves for the acquirer at its second GENERATE AC, made for the dialect like the
 * entry of the first. Its bytes are the callee's, until the payment is over. */
typedef struct
{
  AcquirerEntry advice; /* approving, told UNABLE: what it gave then */
  /* Told ANSWERED: what became of the issuer's scripts (71 before, 72 after the cryptogram), with
   * their results among the chip's data, DF31, five bytes a script (EMV 4.4 Book 4, Annex A5). Its
   * kind is ACQUIRER_ENTRY_CHIP where there are any. The acquirer is told by a notice that is owed
   * from the commit of the answer on, where its profile has the flow. */
  AcquirerEntry scripts;
  /* REFUSES: a fixed word where the card didn't say so itself, but was torn out or lost; else NULL.
   */
  const char *reason;
} CheckoutChipLeft;

/* Where the kernel that speaks to the chip plugs in. */
typedef struct
{
  /* At the first GENERATE AC, with whose data the entry was made. Only a sale may be asked for
   * otherwise than online: for anything else this is ASKS or REFUSES. */
  CheckoutChipSays first;
  const char *reason; /* REFUSES: a fixed word where it isn't the card's own will; else NULL */
  /* The word where the acquirer declines a payment that lacked something here; NULL: "declined". */
  const char *declined;
  /* The second GENERATE AC and the issuer's scripts around it, at most once, on the worker, with a
   * turn on the line taken. *out_left is empty at first. NULL: the chip is not asked again, and
   * what the acquirer says holds. */
  CheckoutChipSays (*second) (const CheckoutChipNews *news,
                              CheckoutChipLeft *out_left,
                              gpointer data);
  gpointer data;
} CheckoutChip;

#define CHECKOUT_CARD_NOBODY (-2)

typedef struct
{
  CheckoutShop *shop;
  VaultSale *sale;
  VaultPayment *payment; /* new: state none */
  GCancellable *cancellable;
  gboolean leaves_reversal; /* a drainer is at work, and sends what is owed */
  /* NULL: a sale or a hold. Else what the sale, of its kind, is about: it is asked for online or
   * not at all. Borrowed. */
  const AcquirerOriginal *original;
  const CheckoutChip *chip; /* NULL: no chip, or none that is asked. Borrowed */
  CheckoutCardNotify notify;
  /* Which of the chip's applications the cardholder wants; -1: none. Called on the worker. NULL, or
   * CHECKOUT_CARD_NOBODY: nobody can be asked, and the first that needs no word is taken. */
  int (*choose) (const char *const *names, guint count, gpointer data);
  gpointer data;
  /* Gets what is to be kept of a chip's transaction, for checkout_card_keep_trace() once whoever
   * waits has been told the outcome; NULL: it is kept before run() returns. */
  char **out_trace;
} CheckoutCard;

/* TRUE: the payment's state tells the outcome. FALSE: a fault before anything was sent, and nothing
 * is owed; or one after the request left (the disk refused the outcome), and then the payment is
 * `sending` in the database until the next turn on the line or the next start makes it unknown and
 * reverses it. Either way payment->state is as the database has it. */
gboolean checkout_card_run (CheckoutCard *self, SyncReport *report, GError **error);

/* For support: what becomes of the payment doesn't hang on it. `trace` may be NULL; frees it. */
void checkout_card_keep_trace (CheckoutShop *shop, gint64 sale_id, guint position, char *trace);

/* The same from the card on: what was read of it is in `entry`, borrowed. For a chip, and for a
 * profile whose card data the till makes itself, to which a stripe reader's ciphertext is of no
 * use. One that the chip approved by itself is in the books when this returns, and waits to be told
 * to the acquirer: nothing is sent for it here.
 */
gboolean checkout_card_ask (CheckoutCard *self,
                            const AcquirerEntry *entry,
                            SyncReport *report,
                            GError **error);

/* For whoever wants a stripe card and no payment: asks for one as above, with only shop,
 * cancellable and notify looked at. NULL: none was read, and *out_reason is the word for it. */
MsrSwipe *checkout_card_read (CheckoutCard *self, const char **out_reason);
/* What a request needs of a swipe, borrowed from it. */
AcquirerEntry checkout_card_entry (const MsrSwipe *swipe);

/* How a sale of this kind is asked for. */
AcquirerFlowKind checkout_card_flow (VaultSaleKind kind);
#define CHECKOUT_CARD_DATE_SIZE 5
/* What the acquirer calls a payment that another one is about; borrowed from both. Its day is as
 * the host told it, else as the till knew it. */
AcquirerOriginal checkout_card_original (const VaultPayment *paid,
                                         char date[CHECKOUT_CARD_DATE_SIZE]);
/* One whose payments have ended without effect is closed, so that it waits for nobody. */
void checkout_card_close_empty (CheckoutShop *shop, VaultSale *sale);

/* The word for why nothing can be asked when the queue before it is stuck. With the turn taken. */
const char *checkout_card_stuck (CheckoutShop *shop);

G_END_DECLS
