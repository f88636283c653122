/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a shift came to: the figures of an X report, which runs, and of a Z report, which is kept
 * for ever (vault-closing.h). A shift is what the journal holds from the last Z's entry on, so that
 * nothing is counted twice and nothing is left out whatever the clock did: a sale belongs to the
 * shift in which it was paid, a payment to that in which it was taken, with the state it has when
 * it is counted; what became of a payment of an earlier shift is a late correction of this one.
 *
 * Amounts are minor units of the shop's currency, times Unix microseconds. A value: read it, free
 * nothing but itself.
 */
#pragma once

#include "vault-batch.h"
#include "vault-sale.h"

#include "shop-denomination.h"

G_BEGIN_DECLS

#define VAULT_SHIFT_TENDERS (VAULT_TENDER_CARD + 1)
#define VAULT_SHIFT_HEAD_SIZE 32
#define VAULT_SHIFT_BATCHES_MAX 6 /* the newest; a shop settles once a day */
#define VAULT_SHIFT_LATE_MAX 40   /* told one by one; the sums hold all of them */

typedef struct
{
  gint64 count;
  gint64 minor;
} VaultShiftSum;

/* What became of a payment that an earlier shift has counted. */
typedef enum
{
  VAULT_LATE_APPROVED,
  VAULT_LATE_DECLINED, /* not paid after all */
  VAULT_LATE_REVERSED, /* of unknown outcome then: not charged */
} VaultLate;
#define VAULT_LATE_COUNT (VAULT_LATE_REVERSED + 1)

typedef struct
{
  gint64 receipt;
  gint64 minor;
  VaultLate what;
} VaultShiftLate;

typedef struct
{
  gint64 number;  /* of the shift, and of its Z report */
  gint64 from_us; /* its first payment or move of cash; 0: none yet, it isn't open */
  gint64 at_us;   /* when it was counted or closed */
  gint64 after;   /* the journal's entry with which the shift before ended; 0: there was none */
  gint64 damaged; /* receipts that can't be read: left out */

  VaultShiftSum sales;    /* paid in this shift, gross */
  VaultShiftSum refunds;  /* what was given back; sums are below 0 */
  VaultShiftSum voids;    /* the same */
  VaultShiftSum holds;    /* held on cards: no turnover, and in no sum of the payments */
  VaultShiftSum releases; /* of them, what was let go; below 0 */
  VaultShiftSum handed;   /* taken in from a till that died: in no other sum of this report */
  VaultShiftSum payments[VAULT_SHIFT_TENDERS][VAULT_STATE_COUNT];
  VaultShiftSum given[VAULT_SHIFT_TENDERS][VAULT_STATE_COUNT]; /* back, for refunds and voids */
  ShopTaxTable tax;  /* of sales, refunds and voids together; more rates than it holds are left out
                        of it alone */
  gint64 drawer;     /* times that it was told to open */
  gint64 cash_minor; /* what the shift put into it */

  /* Without a sale (vault-drawer.h). */
  VaultShiftSum floated; /* counted at opening */
  VaultShiftSum cash_in, cash_out;
  gint64 no_sales;               /* times that it was opened for nothing */
  gint64 counts;                 /* times that it was counted; the last one counts */
  gint64 counted_minor;          /* found in it then */
  gint64 counted_expected_minor; /* what it should have held then */
  ShopDenominationCount counted; /* no rows: counted as one sum */

  VaultShiftSum late[VAULT_LATE_COUNT];
  guint told; /* of them, those in `lates` */
  VaultShiftLate lates[VAULT_SHIFT_LATE_MAX];

  VaultShiftSum waiting;   /* still to reach the acquirer, reversals left out */
  VaultShiftSum reversals; /* of these, `minor` is what is not charged */
  VaultShiftSum attention; /* set aside: somebody must look */
  gint64 oldest_us;        /* of all three; 0: nothing waits */

  /* Those settled since the Z before and, last, the one that is open or being settled. */
  guint batch_count;
  VaultBatch batches[VAULT_SHIFT_BATCHES_MAX];

  /* Where the journal ends with this report: a Z's own entry. */
  gint64 head;
  guint8 chain[VAULT_SHIFT_HEAD_SIZE];
} VaultShift;

/* The running shift. Blocks, beside whoever sells, for as long as its entries take to read. */
gboolean vault_shift_read (Vault *self, VaultShift *out_shift, GError **error);
gboolean vault_shift_is_open (const VaultShift *self);
/* What the drawer should hold: float, what the shift put into it, cash in, less cash out. */
gint64 vault_shift_expected_minor (const VaultShift *self);
const char *vault_shift_late_name (VaultLate late);
/* "0A1B…@123", of `digits` hexadecimal digits at most: what a report prints of the journal's end.
 * Yours to free. */
char *vault_shift_head_text (const VaultShift *self, guint digits);

/* As text, one figure a line, and back: names that a reader doesn't know are left out, those that
 * are missing are 0. NULL resp. FALSE never but for a text that is none. Yours to free. */
char *vault_shift_to_text (const VaultShift *self);
gboolean vault_shift_from_text (const char *text, VaultShift *out_shift);

/* Inside the vault folder, with the mutex held, within a transaction. */
gboolean vault_shift_count (Vault *self, VaultShift *out_shift, GError **error);

G_END_DECLS
