/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The window's words for states and reasons: a state is always a shape, a word and a tone (a CSS
 * class); a reason is one translated sentence. Everything returned is borrowed and lives for good,
 * unless it says otherwise. Main thread, since gettext is asked.
 */
#pragma once

#include "till-office.h"
#include "till-payment.h"
#include "till-station.h"

G_BEGIN_DECLS

/* How a thing is shown: which shape stands before its word, and which colours it has. */
typedef enum
{
  APP_TONE_NEUTRAL,
  APP_TONE_GOOD,    /* ✓ */
  APP_TONE_OWED,    /* ✓ outline: approved by the chip, to be sent */
  APP_TONE_STORED,  /* ▼ amber, never green */
  APP_TONE_NOTE,    /* ▲ amber: something to look at */
  APP_TONE_UNKNOWN, /* ? violet */
  APP_TONE_STOP,    /* ✕ red */
  APP_TONE_ACCENT,
} AppTone;

const char *app_words_tone_class (AppTone tone);
const char *app_words_tone_shape (AppTone tone);

typedef struct
{
  AppTone tone;
  const char *shape; /* may be "" */
  const char *word;
} AppStateWords;

AppStateWords app_words_state (TillPaymentState state,
                               TillApprovedBy approved_by,
                               gboolean sent,
                               gboolean is_card);
/* What this state means for the shop, in a sentence. */
const char *
app_words_state_sentence (TillPaymentState state, TillApprovedBy approved_by, gboolean sent);
/* The same of a payment, and what its reader wants while it is armed: one place for panel and row.
 */
AppStateWords app_words_payment (TillPayment *payment);
const char *app_words_payment_sentence (TillPayment *payment);
/* A chip is in the reader: nobody has to look for the way in any more. */
gboolean app_words_has_chip (TillPayment *payment);
/* The same of a record and its payment: money that goes back, and what is only held, have words of
 * their own. */
AppStateWords app_words_record_state (const TillQueueRowData *data);
const char *app_words_record_sentence (const TillQueueRowData *data);
/* What kind of message it is, where that is no sale; else NULL. */
const char *app_words_record_class (const TillQueueRowData *data);
/* Why a payment or a record is as it is; NULL for NULL. `response` may be NULL. Yours to free. */
char *app_words_reason (const char *reason, const char *response);
/* The same for a payment: one that was stored needs no advice, it counts. Yours to free. */
char *app_words_payment_reason (TillPayment *payment);
/* What may be stored of card sales while there is no line: the station's "offline-…". */
typedef struct
{
  gint64 sale_minor, left_minor;
  guint left_count, count, hours;
} AppLimits;
/* The figure of the limit that refused for `reason`; NULL: none did. Yours to free. */
char *app_words_limit (const char *reason, const AppLimits *limits);
/* What may still be stored: a stored sale says it, for the risk has a figure. Yours to free. */
char *app_words_limits_left (const AppLimits *limits);
/* Until when the acquirer's certificates hold, and what to do when that is soon or past. NULL for
 * 0, where there are none. Yours to free. */
char *app_words_certificates (gint64 until_us, gint64 now_us);
/* Whether that is near enough to be said by itself, and how loudly. */
AppTone app_words_certificates_tone (gint64 until_us, gint64 now_us);
/* Whether till and acquirer agree, and when that was asked; NULL where there is no acquirer. Yours
 * to free. */
char *app_words_settlement (const TillSettlement *settlement, gint64 now_us, AppTone *out_tone);
/* How the copy in the second folder stands: where, since when and by how much it is behind, and
 * what to do. Yours to free. */
char *app_words_copy (const TillCopy *copy, gint64 now_us, AppTone *out_tone);
/* Why nothing is sent from this shop's books, and what to do first; NULL for NULL. */
const char *app_words_quarantine (const char *word);
/* What to do about a printer or a reader; `is_printer` picks the words. */
const char *app_words_device_reason (const char *reason, gboolean is_printer);

/* Whether there are keys for a scheme's cards, and until when. Yours to free. */
char *app_words_scheme (const TillScheme *scheme);

G_END_DECLS
