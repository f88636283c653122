/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-words.h"

#include "app-format.h"

#include <glib/gi18n.h>

#define CERTIFICATE_DAYS 30
#define DAY_US (24 * 3600 * G_TIME_SPAN_SECOND)

typedef struct
{
  const char *key;
  const char *sentence;
} Words;

static const Words payment_reasons[] = {
  { "declined", N_ ("The bank said no. Take another card or cash.") },
  { "declined-later", N_ ("The bank said no to this stored sale. It is not paid.") },
  { "refund-declined",
    N_ ("The bank said no to this refund. Give the money back in another way.") },
  { "retry", N_ ("Taken back into the queue, to be sent.") },
  { "offline-off", N_ ("No line to the bank, and this shop doesn't store cards. Take cash.") },
  { "limit-sale",
    N_ ("No line to the bank, and the sale is above what may be stored. Take cash.") },
  { "limit-sum", N_ ("No line to the bank, and no more money may be stored. Take cash.") },
  { "limit-count", N_ ("No line to the bank, and no more sales may be stored. Take cash.") },
  { "limit-age", N_ ("No line to the bank, and a stored sale has waited too long. Take cash.") },
  { "no-connection", N_ ("No line to the bank. Take cash, or try again when the line is back.") },
  { "certificate-ended",
    N_ ("The till's certificate for the bank has ended. Take cash, and call the bank's support.") },
  { "host-silent", N_ ("The bank does not answer. Take cash, or try again a little later.") },
  { "not-signed-in",
    N_ ("The bank doesn't let this till sign in. Take cash, and call its support.") },
  { "sign-in", N_ ("The bank wants the till to sign in again. Nothing was charged: try again.") },
  { "settling", N_ ("The batch is being settled, and the bank does not answer. Take cash.") },
  { "reversal-owed", N_ ("A reversal has to reach the bank first. Take cash.") },
  { "quarantined",
    N_ ("Older data were put back, so nothing is sent before a manager decides. Take "
        "cash.") },
  { "handed-over", N_ ("Another till has taken over this one's number: take cards there.") },
  { "outcome-missing",
    N_ ("It was being sent when this copy was made, and its outcome isn't in it. "
        "Ask the acquirer; sent again, it is reversed.") },
  { "no-reader", N_ ("No card reader is plugged in. Plug it in, or take cash.") },
  { "reader-refused", N_ ("This reader may not be used for payment. Take cash.") },
  { "swipe-failed", N_ ("The card could not be read. Try again.") },
  { "cancelled", N_ ("Cancelled here. The card was not charged.") },
  { "no-acquirer", N_ ("This shop has no acquirer yet. Take cash.") },
  { "no-key", N_ ("The acquirer's key was not taken in yet. Take cash.") },
  { "card-refused", N_ ("The card itself refuses. Take another card or cash.") },
  { "card-wants-pad", N_ ("The card wants its PIN typed, and the reader's PIN pad was not tried "
                          "yet (till-cli devices pin-test). Take "
                          "another card or cash.") },
  { "declined-wants-pad",
    N_ ("The bank said no. The card's PIN could not be typed: the reader's PIN pad was not tried "
        "yet (till-cli devices pin-test). Take another card or cash.") },
  { "card-forged",
    N_ ("The chip's signature is wrong: it may be forged. Take another card or cash.") },
  { "card-torn",
    N_ ("The card was taken out too early. Leave it in next time, or take another tender.") },
  { "card-stopped",
    N_ ("The card stopped answering before it was done. Take another card or cash.") },
  { "reader-torn",
    N_ ("The reader failed before the card was done. Plug it in again, or take cash.") },
  { "cancelling", N_ ("It is being cancelled. If the reader still asks for the PIN, press its "
                      "cancel key.") },
  { "leave-in", N_ ("The chip is being read. Leave the card in the reader.") },
  { "choose", N_ ("The card can pay in several ways. Let the cardholder choose.") },
  { "pin", N_ ("The cardholder types the PIN into the reader. Look away.") },
  { "pin-last", N_ ("The cardholder types the PIN into the reader. It is the last try before the "
                    "card locks it.") },
  { "use-chip", N_ ("This card has a chip. Put it into the reader.") },
  { "take-out", N_ ("Take the last card out first.") },
  { "use-stripe", N_ ("The chip can't be used. Take the card out and swipe it.") },
  { "card-removed",
    N_ ("The card was taken out too early. Nothing was charged: put it in again.") },
  { "card-mute", N_ ("The card doesn't answer. Nothing was charged: take it out and try again, or "
                     "take cash.") },
  { "card-error", N_ ("The chip doesn't answer as it should. Take another card or cash.") },
  { "card-blocked", N_ ("This card is blocked. Its bank can help. Take another card or cash.") },
  { "application-blocked",
    N_ ("This card is blocked for payment. Its bank can help. Take another card or cash.") },
  { "no-application",
    N_ ("This acquirer takes nothing of what is on the chip. Take another card or cash.") },
  { "no-applications",
    N_ ("The acquirer's list of cards was not downloaded yet. Call the manager, or take cash.") },
  { "not-accepted",
    N_ ("The card may not be used for such a payment. Take another card or cash.") },
  { "chip-unreadable",
    N_ ("The chip could not be read. Put the card in the other way round, or take another one.") },
  { "reader-fault",
    N_ ("The chip reader does not work as it should. Plug it in again, or take cash.") },
  { "reader-busy", N_ ("Another program is using the card reader. Close that one, or take cash.") },
  { "reader-unfit", N_ ("This chip reader can't be used. Plug another one in, or take cash.") },
  { "reader-no-access", N_ ("The system doesn't let Till open the card reader. Take cash.") },
  { "advice-not-offered",
    N_ ("This bank takes no sales that the chip approved by itself. Take another card or cash.") },
  { "unanswered", N_ ("No answer yet: it is sent again unchanged.") },
  { "asked-again", N_ ("No answer: it is reversed first, and then asked for again.") },
  { "no-answer", N_ ("The bank did not answer in time. A reversal goes there first.") },
  { "restart",
    N_ ("The till stopped before the answer was written down. A reversal goes there first.") },
  { "decided", N_ ("Its outcome is missing, and a manager decided to reverse it.") },
  { "timeout", N_ ("No card came in time. Nothing was charged.") },
  { "fault", N_ ("The reader does not work as it should. Plug it in again, or take cash.") },
  { "too-old", N_ ("It waited longer than allowed. Ask the acquirer before sending it.") },
  { "reversal-refused", N_ ("The acquirer refused the reversal. Call its support.") },
  { "reversal-overdue", N_ ("The acquirer has not taken the reversal after many tries. It goes on; "
                            "call its support.") },
  { "advice-refused", N_ ("The acquirer refused the notice of this sale. Call its support.") },
  { "notice-refused",
    N_ ("The acquirer refused what was told about the chip. The payment stays as it is.") },
  { "profile", N_ ("This acquirer can't take such a card. Take another card or cash.") },
  { "disk-full", N_ ("The disk is full: nothing was charged. Free some space, then try again.") },
  { "malformed",
    N_ ("The acquirer could not read the message. Ask its support, with the case number.") },
  { "number-taken", N_ ("The acquirer has another payment under this number of the other till. Ask "
                        "whether it has this one, too; what it hasn't it clears by hand.") },
  { "changed", N_ ("The record was changed on the disk. It is kept, and never sent.") },
};

static const Words printer_reasons[] = {
  { "paper-out", N_ ("paper out") },
  { "paper-low", N_ ("paper low") },
  { "cover-open", N_ ("cover open") },
  { "no-permission", N_ ("not permitted") },
  { "unplugged", N_ ("unplugged") },
  { "gone", N_ ("unplugged") },
  { "stuck", N_ ("doesn't answer") },
  { "no-printer", N_ ("unplugged") },
  { "cutter", N_ ("cutter stuck") },
  { "busy", N_ ("used by another program") },
  { "no-access", N_ ("not permitted") },
  { "error", N_ ("fault") },
  { "fault", N_ ("fault") },
};

static const Words reader_reasons[] = {
  { "refused", N_ ("not for payment") },
  { "reader-refused", N_ ("not for payment") },
  { "reader-unfit", N_ ("can't be used") },
  { "reader-busy", N_ ("used by another program") },
  { "reader-no-access", N_ ("not permitted") },
  { "reader-fault", N_ ("fault") },
  { "busy", N_ ("used by another program") },
  { "no-access", N_ ("not permitted") },
  { "fault", N_ ("fault") },
  { "no-permission", N_ ("not permitted") },
  { "unplugged", N_ ("unplugged") },
};

static const char *
look_up (const Words *words, guint count, const char *key)
{
  for (guint i = 0; i < count; i++)
    if (g_strcmp0 (words[i].key, key) == 0)
      return _ (words[i].sentence);
  return NULL;
}

const char *
app_words_tone_class (AppTone tone)
{
  switch (tone)
    {
    case APP_TONE_GOOD:
      return "tone-good";
    case APP_TONE_OWED:
      return "tone-owed";
    case APP_TONE_STORED:
      return "tone-stored";
    case APP_TONE_NOTE:
      return "tone-note";
    case APP_TONE_UNKNOWN:
      return "tone-unknown";
    case APP_TONE_STOP:
      return "tone-stop";
    case APP_TONE_ACCENT:
      return "tone-accent";
    case APP_TONE_NEUTRAL:
      break;
    }
  return "tone-neutral";
}

const char *
app_words_tone_shape (AppTone tone)
{
  switch (tone)
    {
    case APP_TONE_GOOD:
    case APP_TONE_OWED:
      return "✓";
    case APP_TONE_STORED:
      return "▼";
    case APP_TONE_NOTE:
      return "▲";
    case APP_TONE_UNKNOWN:
      return "?";
    case APP_TONE_STOP:
      return "✕";
    case APP_TONE_ACCENT:
      return "●";
    case APP_TONE_NEUTRAL:
      break;
    }
  return "";
}

static AppStateWords
state_words (AppTone tone, const char *shape, const char *word)
{
  return (AppStateWords){ tone, shape, word };
}

static AppStateWords
approved_words (TillApprovedBy approved_by, gboolean sent, gboolean is_card)
{
  if (!is_card)
    return state_words (APP_TONE_GOOD, "✓", _ ("Taken"));
  if (approved_by == TILL_APPROVED_BY_CHIP && !sent)
    return state_words (APP_TONE_OWED, "✓", _ ("Approved by the chip, to be sent"));
  if (approved_by == TILL_APPROVED_BY_CHIP)
    return state_words (APP_TONE_GOOD, "✓", _ ("Approved by the chip"));
  if (approved_by == TILL_APPROVED_BY_ACQUIRER && !sent)
    return state_words (APP_TONE_OWED, "✓", _ ("Completed, to be sent"));
  return state_words (APP_TONE_GOOD, "✓", _ ("Approved"));
}

AppStateWords
app_words_state (TillPaymentState state,
                 TillApprovedBy approved_by,
                 gboolean sent,
                 gboolean is_card)
{
  switch (state)
    {
    case TILL_PAYMENT_STATE_IDLE:
      return state_words (APP_TONE_NEUTRAL, "", _ ("Begun"));
    case TILL_PAYMENT_STATE_WAITING_CARD:
      return state_words (APP_TONE_ACCENT, "●", _ ("Waiting for the card"));
    case TILL_PAYMENT_STATE_SENDING:
      return state_words (APP_TONE_ACCENT, "●", _ ("Asking the bank"));
    case TILL_PAYMENT_STATE_APPROVED:
      return approved_words (approved_by, sent, is_card);
    case TILL_PAYMENT_STATE_STORED:
      return state_words (APP_TONE_STORED, "▼", _ ("Stored, not yet approved"));
    case TILL_PAYMENT_STATE_UNKNOWN:
      return state_words (APP_TONE_UNKNOWN, "?", _ ("Unknown: reversing"));
    case TILL_PAYMENT_STATE_REVERSED:
      return state_words (APP_TONE_NEUTRAL, "↶", _ ("Reversed, not charged"));
    case TILL_PAYMENT_STATE_DECLINED:
      return state_words (APP_TONE_STOP, "✕", _ ("Declined, not charged"));
    case TILL_PAYMENT_STATE_CANCELLED:
      return state_words (APP_TONE_NEUTRAL, "–", _ ("Cancelled"));
    }
  return state_words (APP_TONE_NEUTRAL, "", "");
}

const char *
app_words_state_sentence (TillPaymentState state, TillApprovedBy approved_by, gboolean sent)
{
  switch (state)
    {
    case TILL_PAYMENT_STATE_IDLE:
      return "";
    case TILL_PAYMENT_STATE_WAITING_CARD:
      return _ ("Put the card into the reader, or swipe its stripe through it.");
    case TILL_PAYMENT_STATE_SENDING:
      return _ ("The bank is being asked. The answer comes in a moment.");
    case TILL_PAYMENT_STATE_APPROVED:
      if (approved_by == TILL_APPROVED_BY_CHIP && !sent)
        return _ ("The card's chip approved it. It is sent when the line is back.");
      if (approved_by == TILL_APPROVED_BY_CHIP)
        return _ ("The card's chip approved it, and the bank has been told.");
      if (approved_by == TILL_APPROVED_BY_ACQUIRER && !sent)
        return _ ("The bank approved the pre-authorisation. It is told of the completion when the "
                  "line is back.");
      return _ ("The bank said yes.");
    case TILL_PAYMENT_STATE_STORED:
      return _ ("Nobody has approved this sale yet. It will be sent for approval when the line is "
                "back; until then the shop "
                "bears the risk.");
    case TILL_PAYMENT_STATE_UNKNOWN:
      return _ ("We don't know whether the card was charged. A reversal is on its way, so it will "
                "not be. Take another tender, or "
                "park the sale and serve on.");
    case TILL_PAYMENT_STATE_REVERSED:
      return _ ("The bank took the charge back. The customer paid nothing with this card.");
    case TILL_PAYMENT_STATE_DECLINED:
      return _ ("The card was not charged.");
    case TILL_PAYMENT_STATE_CANCELLED:
      return _ ("Nothing was sent, nothing was charged.");
    }
  return "";
}

/* What the reader wants while it is armed; NULL: any card. */
static const char *
asked_for (TillPayment *payment)
{
  return till_payment_state (payment) == TILL_PAYMENT_STATE_WAITING_CARD
             ? till_payment_reason (payment)
             : NULL;
}

gboolean
app_words_has_chip (TillPayment *payment)
{
  static const char *const asked[] = { "leave-in", "choose", "pin", "pin-last", NULL };
  const char *reason = asked_for (payment);

  return reason != NULL && g_strv_contains (asked, reason);
}

AppStateWords
app_words_payment (TillPayment *payment)
{
  AppStateWords words
      = app_words_state (till_payment_state (payment), till_payment_approved_by (payment),
                         till_payment_sent (payment), till_payment_is_card (payment));

  if (app_words_has_chip (payment))
    words.word = _ ("The card is in the reader");
  else if (g_strcmp0 (asked_for (payment), "cancelling") == 0)
    words.word = _ ("Cancelling");
  return words;
}

/* The bank had approved, and the card or its reader ended it all the same. */
static gboolean
is_taken_back (TillPayment *payment)
{
  static const char *const reasons[]
      = { "card-refused", "card-torn", "card-stopped", "reader-torn", NULL };

  return till_payment_state (payment) == TILL_PAYMENT_STATE_DECLINED
         && till_payment_response (payment) != NULL && till_payment_reason (payment) != NULL
         && g_strv_contains (reasons, till_payment_reason (payment));
}

const char *
app_words_payment_sentence (TillPayment *payment)
{
  if (is_taken_back (payment))
    return _ ("The bank had said yes: the charge is being taken back. The customer pays nothing "
              "with this card.");
  return app_words_state_sentence (till_payment_state (payment), till_payment_approved_by (payment),
                                   till_payment_sent (payment));
}

AppStateWords
app_words_record_state (const TillQueueRowData *data)
{
  AppStateWords words = app_words_state (data->state, data->approved_by, data->sent, TRUE);

  if (data->decides)
    return state_words (APP_TONE_UNKNOWN, "?", _ ("Unknown: ask the acquirer"));
  if (g_str_equal (data->klass, "notice"))
    return state_words (APP_TONE_NEUTRAL, "", _ ("Notice about the chip"));
  if (data->state_text != NULL && !g_str_equal (data->klass, "chip"))
    words.word = data->state_text;
  return words;
}

const char *
app_words_record_sentence (const TillQueueRowData *data)
{
  if (data->decides)
    return _ ("Nobody here knows whether the card was charged. Ask the acquirer, with the case "
              "number, and then say here what it said.");
  if (g_str_equal (data->klass, "notice"))
    return _ (
        "The payment stays as it is. What the bank changed in the card's chip is told to it.");
  if (!data->gives_back)
    return app_words_state_sentence (data->state, data->approved_by, data->sent);
  switch (data->state)
    {
    case TILL_PAYMENT_STATE_STORED:
      return _ ("The money is not back on the card yet. The refund is sent when the line is back.");
    case TILL_PAYMENT_STATE_UNKNOWN:
      return _ ("We don't know whether the sale was voided. The void is being undone; after that "
                "the sale stands, and can be refunded.");
    case TILL_PAYMENT_STATE_REVERSED:
      return _ ("The void was undone. The sale stands.");
    case TILL_PAYMENT_STATE_DECLINED:
      return _ ("Nothing went back to the card. Give the money back in another way.");
    case TILL_PAYMENT_STATE_APPROVED:
      return _ ("The money goes back to the card.");
    case TILL_PAYMENT_STATE_IDLE:
    case TILL_PAYMENT_STATE_WAITING_CARD:
    case TILL_PAYMENT_STATE_SENDING:
    case TILL_PAYMENT_STATE_CANCELLED:
      break;
    }
  return app_words_state_sentence (data->state, data->approved_by, data->sent);
}

const char *
app_words_record_class (const TillQueueRowData *data)
{
  if (g_str_equal (data->klass, "reversal"))
    return _ ("Reversal");
  if (g_str_equal (data->klass, "refund"))
    return _ ("Refund");
  if (g_str_equal (data->klass, "completion"))
    return _ ("Completion");
  if (g_str_equal (data->klass, "notice"))
    return _ ("Notice");
  return NULL;
}

char *
app_words_reason (const char *reason, const char *response)
{
  const char *sentence;

  if (reason == NULL || *reason == '\0')
    return NULL;
  sentence = look_up (payment_reasons, G_N_ELEMENTS (payment_reasons), reason);
  if (sentence == NULL)
    return g_strdup (reason); /* a word that is newer than this table is better than none */
  if (response != NULL && *response != '\0')
    /* Translators: a sentence, then the bank's two-digit answer. */
    return g_strdup_printf (_ ("%s (answer %s)"), sentence, response);
  return g_strdup (sentence);
}

char *
app_words_payment_reason (TillPayment *payment)
{
  if (till_payment_state (payment) == TILL_PAYMENT_STATE_STORED)
    return g_strdup (_ ("No line to the bank"));
  if (till_payment_answer (payment) != NULL)
    return g_strdup (till_payment_answer (payment));
  return app_words_reason (till_payment_reason (payment),
                           is_taken_back (payment) ? NULL : till_payment_response (payment));
}

char *
app_words_limits_left (const AppLimits *limits)
{
  g_autofree char *sale = app_format_money (limits->sale_minor, app_format_currency ());
  g_autofree char *left = app_format_money (limits->left_minor, app_format_currency ());

  /* Translators: what may still be stored: a sum for one sale, a sum in all, a number of sales. */
  return g_strdup_printf (_ ("Limit left: %s a sale · %s in all · %u sales"), sale, left,
                          limits->left_count);
}

char *
app_words_limit (const char *reason, const AppLimits *limits)
{
  if (g_strcmp0 (reason, "limit-sale") == 0 || g_strcmp0 (reason, "limit-sum") == 0)
    return app_words_limits_left (limits);
  if (g_strcmp0 (reason, "limit-count") == 0)
    return g_strdup_printf (
        ngettext ("Limit: %u stored sale", "Limit: %u stored sales", limits->count), limits->count);
  if (g_strcmp0 (reason, "limit-age") == 0)
    return g_strdup_printf (
        ngettext ("Limit: %u hour of waiting", "Limit: %u hours of waiting", limits->hours),
        limits->hours);
  return NULL;
}

AppTone
app_words_certificates_tone (gint64 until_us, gint64 now_us)
{
  if (until_us == 0 || until_us - now_us > CERTIFICATE_DAYS * DAY_US)
    return APP_TONE_NEUTRAL;
  return until_us > now_us ? APP_TONE_NOTE : APP_TONE_STOP;
}

char *
app_words_certificates (gint64 until_us, gint64 now_us)
{
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_local (until_us / G_USEC_PER_SEC);
  g_autofree char *day = end != NULL ? g_date_time_format (end, "%Y-%m-%d") : g_strdup ("");
  AppTone tone = app_words_certificates_tone (until_us, now_us);

  if (tone == APP_TONE_NOTE)
    /* Translators: a date. */
    return g_strdup_printf (_ ("A certificate for the line to the bank ends on %s. Ask the bank "
                               "for the new one now, and take it in with “till-cli acquirer "
                               "load”."),
                            day);
  if (tone == APP_TONE_STOP)
    return g_strdup_printf (_ ("A certificate for the line to the bank ended on %s: nothing can "
                               "be sent. Call the bank's support for the new one."),
                            day);
  return until_us == 0 ? NULL : g_strdup_printf (_ ("Good until %s"), day);
}

/* Of the batch before, while nothing has been asked about this one. */
static char *
last_words (const TillSettlement *settlement, gint64 now_us, AppTone *out_tone)
{
  g_autofree char *when = app_format_moment (settlement->settled_us, now_us);
  g_autofree char *money = app_format_money (settlement->last_minor, app_format_currency ());

  *out_tone = settlement->last_agreed ? APP_TONE_GOOD : APP_TONE_STOP;
  if (settlement->last_agreed)
    /* Translators: when; a count of records; their sum; how many have come since. */
    return g_strdup_printf (
        ngettext ("✓ Till and acquirer agreed at the settlement, %s: %u record, %s. Since then %u.",
                  "✓ Till and acquirer agreed at the settlement, %s: %u records, %s. Since then "
                  "%u.",
                  settlement->last_count),
        when, settlement->last_count, money, settlement->count);
  if (settlement->last_differences > 0)
    return g_strdup_printf (
        ngettext ("✕ Till and acquirer differed at the settlement, %s, in %u record.",
                  "✕ Till and acquirer differed at the settlement, %s, in %u records.",
                  settlement->last_differences),
        when, settlement->last_differences);
  return g_strdup_printf (_ ("✕ Till and acquirer differed at the settlement, %s."), when);
}

char *
app_words_settlement (const TillSettlement *settlement, gint64 now_us, AppTone *out_tone)
{
  const char *currency = app_format_currency ();
  g_autofree char *when = app_format_moment (settlement->asked_us, now_us);
  g_autofree char *till = app_format_money (settlement->till_minor, currency);
  g_autofree char *host = app_format_money (settlement->host_minor, currency);

  *out_tone = APP_TONE_NEUTRAL;
  if (!settlement->known)
    return NULL;
  if (settlement->settling)
    {
      *out_tone = APP_TONE_NOTE;
      return g_strdup (_ ("▲ The batch is being settled: no card is taken until that is done."));
    }
  if (settlement->asked_us == 0 && settlement->settled_us != 0)
    return last_words (settlement, now_us, out_tone);
  if (settlement->asked_us == 0)
    return g_strdup (_ ("Till and acquirer have not been compared yet."));
  *out_tone = settlement->agreed ? APP_TONE_GOOD : APP_TONE_STOP;
  if (!settlement->agreed)
    /* Translators: when; count and sum of the till, then of the acquirer. */
    return g_strdup_printf (_ ("✕ They differ, %s: the till has %u records, %s; the acquirer %u, "
                               "%s."),
                            when, settlement->till_count, till, settlement->host_count, host);
  if (settlement->moved)
    {
      guint since = settlement->count - MIN (settlement->count, settlement->till_count);

      return g_strdup_printf (ngettext ("✓ Till and acquirer agreed at %s; %u record since.",
                                        "✓ Till and acquirer agreed at %s; %u records since.",
                                        since),
                              when, since);
    }
  return g_strdup_printf (ngettext ("✓ Till and acquirer agree: %u record, %s, asked at %s.",
                                    "✓ Till and acquirer agree: %u records, %s, asked at %s.",
                                    settlement->till_count),
                          settlement->till_count, till, when);
}

char *
app_words_copy (const TillCopy *copy, gint64 now_us, AppTone *out_tone)
{
  g_autofree char *when = app_format_moment (copy->since_us, now_us);
  g_autofree char *lacks = NULL;

  *out_tone = APP_TONE_NEUTRAL;
  if (copy->folder == NULL)
    return g_strdup (_ ("None. Should this till die, what waits in it is lost with it."));
  if (copy->problem == NULL)
    {
      *out_tone = APP_TONE_GOOD;
      /* Translators: a folder. */
      return g_strdup_printf (_ ("✓ The copy in “%s” has all that waits here."), copy->folder);
    }
  *out_tone = APP_TONE_NOTE;
  if (copy->behind < 0)
    /* Translators: a folder, since when, and what to do about it. */
    return g_strdup_printf (_ ("▲ The copy in “%s” does not follow, since %s. %s."), copy->folder,
                            when, copy->problem);
  lacks = g_strdup_printf (ngettext ("%u entry", "%u entries", (gulong)copy->behind),
                           (guint)MIN (copy->behind, G_MAXUINT));
  /* Translators: a folder, since when, how many entries of the journal, and what to do. */
  return g_strdup_printf (_ ("▲ The copy in “%s” does not follow, since %s; it lacks %s. %s."),
                          copy->folder, when, lacks, copy->problem);
}

const char *
app_words_quarantine (const char *word)
{
  if (word == NULL)
    return NULL;
  if (g_str_equal (word, "moved"))
    return _ ("Nothing is sent: this shop's data were on another computer until now. First close "
              "every other copy of them, for good.");
  if (g_str_equal (word, "restored"))
    return _ ("Nothing is sent: this shop's data come from a backup. First close every other copy "
              "of them, for good.");
  if (g_str_equal (word, "handed-over"))
    return _ ("Nothing is sent: another till has taken over this one's number. What waits here is "
              "kept. Work with the other till. If that one is never used again, see “till-cli "
              "queue release --leave”.");
  return _ ("Nothing is sent: this shop's data are older than what was here last. Put the newest "
            "copy back if there is one; else close every other copy.");
}

const char *
app_words_device_reason (const char *reason, gboolean is_printer)
{
  const char *words = is_printer ? look_up (printer_reasons, G_N_ELEMENTS (printer_reasons), reason)
                                 : look_up (reader_reasons, G_N_ELEMENTS (reader_reasons), reason);

  return words != NULL ? words : _ ("look at it");
}

char *
app_words_scheme (const TillScheme *scheme)
{
  if (scheme->keys == 0)
    /* Translators: a card scheme, as Visa. */
    return g_strdup_printf (_ ("▲ %s: no key, so its cards can't be checked without the bank"),
                            scheme->name);
  /* Translators: a card scheme; how many keys; year, month, day. */
  return g_strdup_printf (ngettext ("✓ %s: %u key, good until %04u-%02u-%02u",
                                    "✓ %s: %u keys, the first ends after %04u-%02u-%02u",
                                    scheme->keys),
                          scheme->name, scheme->keys, scheme->until / 10000,
                          scheme->until / 100 % 100, scheme->until % 100);
}
