/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a shop does with its station besides selling: running and closing reports, copies of its
 * books, what waits in another till's. For the window; main thread only, nothing blocks. A report
 * comes as text, with blanks so that its columns stand in a face of equal widths.
 */
#pragma once

#include "shop-denomination.h"
#include "till-station.h"

G_BEGIN_DECLS

#define TILL_REPORT_COLUMNS 48

typedef struct
{
  gint64 number;     /* of the shift, and of its Z */
  gint64 last;       /* the newest Z; 0: there is none yet */
  gboolean is_z;     /* else the running figures */
  gboolean open;     /* something was sold: it can be closed */
  gboolean asks_key; /* a backup of this shop wants its passphrase */
  gboolean differs;  /* of a settlement: the acquirer has to be called about a record */
  /* The acquirer can't turn away a till that was taken over: somebody there gives leave first. */
  gboolean asks_leave;
  char *text;
} TillReport;

void till_office_report_free (TillReport *self);

/* `number` 0: the running shift; else that Z, TILL_ERROR_ABSENT where there is none. */
void till_office_report_async (TillStation *station,
                               gint64 number,
                               GAsyncReadyCallback callback,
                               gpointer data);
TillReport *till_office_report_finish (TillStation *station, GAsyncResult *result, GError **error);
/* Closes the shift; the paper goes into the print queue. TILL_ERROR_ABSENT: nothing was sold since
 * the last Z; TILL_ERROR_STATE: a card is being taken. */
void till_office_close_async (TillStation *station, GAsyncReadyCallback callback, gpointer data);
/* The same with the drawer counted in that commit: its total, and what that is made of (copied;
 * NULL: one sum). TILL_ERROR_STATE also: it can't have been counted so. */
void till_office_close_counted_async (TillStation *station,
                                      gint64 total_minor,
                                      const ShopDenominationCount *count,
                                      GAsyncReadyCallback callback,
                                      gpointer data);
TillReport *till_office_close_finish (TillStation *station, GAsyncResult *result, GError **error);
/* A Z once more on paper, marked as a copy. */
void till_office_print_async (TillStation *station,
                              gint64 number,
                              GAsyncReadyCallback callback,
                              gpointer data);
gboolean till_office_print_finish (TillStation *station, GAsyncResult *result, GError **error);

typedef enum
{
  TILL_SETTLE_DONE,        /* both sides stand in the report */
  TILL_SETTLE_NOT_OFFERED, /* this acquirer settles by itself */
  TILL_SETTLE_OWED,        /* a reversal or an advice has to be sent first */
  TILL_SETTLE_ASIDE,       /* one that is set aside has to be decided about first */
  TILL_SETTLE_LOST,        /* what was decided about them isn't what was written last */
  TILL_SETTLE_HELD,        /* the books are quarantined */
  TILL_SETTLE_REFUSED,     /* the acquirer doesn't settle now; the batch stays open */
  TILL_SETTLE_NO_ANSWER,   /* it is taken up again by itself */
  TILL_SETTLE_NO_LINE,     /* the acquirer can't be reached; the batch stays open */
} TillSettle;

/* Settles with the acquirer. *out_report: what became of it, where it is DONE; else NULL. FALSE
 * with an error: a fault. */
void till_office_settle_async (TillStation *station, GAsyncReadyCallback callback, gpointer data);
gboolean till_office_settle_finish (TillStation *station,
                                    GAsyncResult *result,
                                    TillSettle *out_end,
                                    TillReport **out_report,
                                    GError **error);

/* The shop's books, sealed, in a new file, beside whatever is sold meanwhile. `passphrase`: the
 * shop's, NULL where the Secret Service keeps its key; copied and wiped. TILL_ERROR_PASSPHRASE when
 * it is another one. */
void till_office_back_up_async (TillStation *station,
                                const char *path,
                                const char *passphrase,
                                GAsyncReadyCallback callback,
                                gpointer data);
gboolean till_office_back_up_finish (TillStation *station, GAsyncResult *result, GError **error);

typedef struct
{
  guint taken;
  guint known;   /* taken in before */
  guint damaged; /* left out */
  gint64 amount_minor;
} TillTakenIn;

/* What waits in the backup or export of a till that died, once; opened with that shop's recovery
 * key, copied and wiped. `leave`: who at the acquirer gave it; NULL: nobody. */
void till_office_take_in_async (TillStation *station,
                                const char *path,
                                const char *recovery,
                                const char *leave,
                                GAsyncReadyCallback callback,
                                gpointer data);
gboolean till_office_take_in_finish (TillStation *station,
                                     GAsyncResult *result,
                                     TillTakenIn *out_taken,
                                     GError **error);

typedef struct
{
  const char *refused; /* why this folder can't be used and what to do, translated; NULL: it is */
  gboolean same_disk;  /* it lies on the disk of the books: when that dies, so does the copy */
} TillFollowed;

/* Lets a sealed copy of what waits follow into this folder from now on. `passphrase`: as above. */
void till_office_follow_async (TillStation *station,
                               const char *folder,
                               const char *passphrase,
                               GAsyncReadyCallback callback,
                               gpointer data);
gboolean till_office_follow_finish (TillStation *station,
                                    GAsyncResult *result,
                                    TillFollowed *out_followed,
                                    GError **error);

#define TILL_SCHEMES_MAX 16

typedef struct
{
  char *name;
  guint keys;    /* of its certification authority that are good today; 0: its cards can't be
                    authenticated offline */
  guint32 until; /* YYYYMMDD: the last day of the one that ends first; 0: there is none */
} TillScheme;

typedef struct
{
  TillScheme schemes[TILL_SCHEMES_MAX];
  guint count;
  gboolean unguarded; /* the books' key lies in a keyring that has no password */
  char *pads;         /* chip readers whose PIN pads are used: a line each, in words; empty: none */
  gboolean pad_waits; /* one is plugged in whose pad isn't used, for nobody has tried it */
} TillKeys;

void till_office_keys_free (TillKeys *self);
void till_office_keys_async (TillStation *station, GAsyncReadyCallback callback, gpointer data);
TillKeys *till_office_keys_finish (TillStation *station, GAsyncResult *result, GError **error);
/* No PIN pad is used any more before somebody has tried it again. */
void till_office_pads_off_async (TillStation *station, GAsyncReadyCallback callback, gpointer data);
gboolean till_office_pads_off_finish (TillStation *station, GAsyncResult *result, GError **error);
/* That nobody has certified the kernel: said wherever chips, their readers and their keys are
 * looked at. */
const char *till_office_kernel_notice (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillKeys, till_office_keys_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillReport, till_office_report_free)

G_END_DECLS
