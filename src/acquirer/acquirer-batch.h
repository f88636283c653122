/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How an acquirer writes the sums of a batch and the rows of its upload, as the group [batch] of a
 * profile says: digits of fixed width, one after the other. The same layout makes the field of a
 * request and reads that of an answer; the till and the sandbox acquirer both use it. What comes
 * from outside is read strictly: the length must be exact, each part within its bounds. Immutable
 * once read. Sums are minor units and never negative.
 *
 *   totals = verdict:1 debit-count:6 debit:15 …      counts and sums of both kinds, and the verdict
 *   piece = count:2       what stands before the rows of one upload
 *   row = kind:2 stan:6 card:20 amount:12             one accepted message: kind 0 debit, 1 credit
 *   end = count:4         how many rows were uploaded in all
 *   result = count:4      before the rows that the host names at the end; left out: it names none
 *
 * A part is a name and its width, or digits that are always so. A row may also have batch, mark and
 * host-amount. A card is its first six and last four digits with zeros between, for the till has no
 * more of it: sixteen or more digits wide, filled up with zeros on the left.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACQUIRER_BATCH_PARTS_MAX 16
#define ACQUIRER_BATCH_PIECE_MAX 99 /* rows of one field */
#define ACQUIRER_BATCH_CARD_SIZE 20 /* digits, and the masked card's characters at most */

typedef struct _AcquirerBatchPlan AcquirerBatchPlan;

typedef struct
{
  guint debit_count;
  gint64 debit_minor;
  guint credit_count;
  gint64 credit_minor;
} AcquirerTotals;

typedef enum
{
  ACQUIRER_BATCH_NOT_JUDGED,
  ACQUIRER_BATCH_AGREES,
  ACQUIRER_BATCH_DIFFERS,
  ACQUIRER_BATCH_WRONG, /* the host can't tell */
} AcquirerBatchVerdict;

/* What the host says about a row. */
typedef enum
{
  ACQUIRER_MARK_NONE,
  ACQUIRER_MARK_ALIKE,
  ACQUIRER_MARK_TAKEN,  /* it had none such, and has it now */
  ACQUIRER_MARK_AMOUNT, /* it has another amount, and keeps it */
  ACQUIRER_MARK_ONLY_THERE,
  ACQUIRER_MARK_REFUSED, /* not in this batch, and won't be: it was reversed or declined there, or
                          * counted in an earlier one, for its answer was late */
  ACQUIRER_MARK_COUNT
} AcquirerMark;

typedef struct
{
  gboolean credit;
  guint32 batch; /* 0 where rows have none */
  guint32 stan;
  char card[ACQUIRER_BATCH_CARD_SIZE + 1]; /* masked: "620000******0005"; "" where unknown */
  gint64 amount_minor;
  gint64 host_minor; /* 0 where rows have none */
  AcquirerMark mark;
} AcquirerRow;

typedef enum
{
  ACQUIRER_BATCH_PIECE,
  ACQUIRER_BATCH_RESULT,
} AcquirerBatchHead;

gboolean acquirer_totals_equal (const AcquirerTotals *a, const AcquirerTotals *b);

/* From the group [batch]; NULL without an error when the profile has none: nothing is settled.
 * ACQUIRER_ERROR_PROFILE names the key. */
AcquirerBatchPlan *acquirer_batch_plan_read (GKeyFile *file, GError **error);
void acquirer_batch_plan_free (AcquirerBatchPlan *self);
/* The answers to settlement and enquiry hold the host's own sums rather than ours again. */
gboolean acquirer_batch_plan_host_totals (const AcquirerBatchPlan *self);
/* The host says of each row what it thinks of it, and which ones only it has. */
gboolean acquirer_batch_plan_names_rows (const AcquirerBatchPlan *self);
/* Rows that go into one field of so many digits, at least 1 (read() sees to the count's width). */
guint
acquirer_batch_plan_rows_max (const AcquirerBatchPlan *self, AcquirerBatchHead head, guint digits);

/* NULL: some number is wider than its part (ACQUIRER_ERROR_FIELD). */
char *acquirer_batch_totals_text (const AcquirerBatchPlan *self,
                                  const AcquirerTotals *totals,
                                  AcquirerBatchVerdict verdict,
                                  GError **error);
gboolean acquirer_batch_totals_parse (const AcquirerBatchPlan *self,
                                      const char *text,
                                      AcquirerTotals *out_totals,
                                      AcquirerBatchVerdict *out_verdict,
                                      GError **error);
/* `total` stands before the rows: of a piece their number, of a result how many there are in all.
 */
char *acquirer_batch_rows_text (const AcquirerBatchPlan *self,
                                AcquirerBatchHead head,
                                guint total,
                                const AcquirerRow *rows,
                                guint count,
                                GError **error);
/* AcquirerRow; at most ACQUIRER_BATCH_PIECE_MAX, whatever the text says. */
GArray *acquirer_batch_rows_parse (const AcquirerBatchPlan *self,
                                   AcquirerBatchHead head,
                                   const char *text,
                                   guint *out_total,
                                   GError **error);
char *acquirer_batch_end_text (const AcquirerBatchPlan *self, guint count, GError **error);
gboolean acquirer_batch_end_parse (const AcquirerBatchPlan *self,
                                   const char *text,
                                   guint *out_count,
                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerBatchPlan, acquirer_batch_plan_free)

G_END_DECLS
