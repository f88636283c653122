/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-balance.h"

#include "base-number.h"
#include "crypto-random.h"
#include "sync-sign-in.h"
#include "vault-journal.h"

#include <string.h>

#define FIELD_AMOUNTS 54
#define AMOUNT_SIZE 20 /* account 2, kind 2, currency 3, C or D, amount 12 */

static gboolean
parse_one (const char *text, CheckoutAmount *out_amount)
{
  g_autofree char *numeric = g_strndup (&text[4], 3);
  g_autofree char *digits = g_strndup (&text[8], 12);
  const char *currency = base_money_from_numeric (numeric);
  guint64 minor;

  if (currency == NULL || (text[7] != 'C' && text[7] != 'D')
      || !base_number_parse (digits, 10, 0, BASE_MONEY_MAX_MINOR, &minor))
    return FALSE;
  *out_amount = (CheckoutAmount){ .minor = text[7] == 'D' ? -(gint64)minor : (gint64)minor };
  g_strlcpy (out_amount->account, text, sizeof out_amount->account);
  g_strlcpy (out_amount->kind, &text[2], sizeof out_amount->kind);
  g_strlcpy (out_amount->currency, currency, sizeof out_amount->currency);
  return TRUE;
}

gboolean
checkout_balance_parse (const char *text, CheckoutBalance *balance)
{
  gsize size = strlen (text);

  balance->count = 0;
  if (size == 0 || size % AMOUNT_SIZE != 0 || size / AMOUNT_SIZE > CHECKOUT_BALANCES_MAX)
    return FALSE;
  for (gsize i = 0; i < size; i += AMOUNT_SIZE)
    if (!parse_one (&text[i], &balance->amounts[balance->count++]))
      {
        balance->count = 0;
        return FALSE;
      }
  return TRUE;
}

static Iso8583Message *
make_request (CheckoutCard *card, const AcquirerEntry *entry, GError **error)
{
  SyncLine *line = card->shop->line;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *uuid = crypto_random_uuid ();
  AcquirerSale values = {
    .terminal = sync_line_terminal (line),
    .merchant = sync_line_merchant (line),
    .amount = base_money (0, card->shop->currency),
    .payment_id = uuid,
    .at_unix_s = g_date_time_to_unix (now),
    .utc_offset_s = (gint32)(g_date_time_get_utc_offset (now) / G_USEC_PER_SEC),
    .entry = *entry,
  };

  vault_take_identity (card->shop->vault, &values.batch, &values.stan);
  return acquirer_message_build (sync_line_profile (line), ACQUIRER_FLOW_BALANCE, &values, error);
}

static void
take_answer (CheckoutCard *card,
             const Iso8583Message *request,
             const Iso8583Message *answer,
             CheckoutBalance *balance)
{
  const char *text = iso8583_message_get (answer, FIELD_AMOUNTS);

  if (acquirer_message_judge (sync_line_profile (card->shop->line), request, answer, balance->code)
      != ACQUIRER_VERDICT_APPROVED)
    balance->refusal = "balance-declined";
  else if (text == NULL || !checkout_balance_parse (text, balance))
    balance->refusal = "balance-none";
}

/* With the terminal's turn: reversals first, as before anything that is about a card. */
static gboolean
ask (CheckoutCard *card, const AcquirerEntry *entry, CheckoutBalance *balance, GError **error)
{
  SyncLine *line = card->shop->line;
  g_auto (SyncReport) report = { 0 };
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) why = NULL;
  SyncOutcome outcome;

  sync_report_init (&report);
  outcome = sync_queue_reversals (line, /* cancellable= */ NULL, &report, error);
  if (outcome == SYNC_FAULT)
    return FALSE;
  if (outcome != SYNC_EMPTY)
    balance->refusal = outcome == SYNC_HELD ? "quarantined" : checkout_card_stuck (card->shop);
  else if (!sync_line_connect (line, /* cancellable= */ NULL, &why)
           || !sync_sign_in_ready (line, /* cancellable= */ NULL, &why))
    balance->refusal = sync_line_unsent_reason (line, why);
  if (balance->refusal != NULL)
    return TRUE;
  request = make_request (card, entry, error);
  if (request == NULL)
    return FALSE;
  if (sync_line_exchange (line, request, /* cancellable= */ NULL, &answer, &why)
      == ACQUIRER_EXCHANGE_ANSWERED)
    take_answer (card, request, answer, balance);
  else
    balance->refusal = "no-answer";
  return TRUE;
}

/* That somebody asked, and of which card; never what is on it. */
static gboolean
write_journal (CheckoutCard *card, const CheckoutBalance *balance, GError **error)
{
  g_autofree char *detail
      = g_strdup_printf ("card %s: %s", balance->masked_pan[0] != '\0' ? balance->masked_pan : "-",
                         balance->refusal != NULL ? balance->refusal : "answered");

  return vault_journal_add (card->shop->vault, checkout_shop_operator (card->shop), "balance",
                            detail, error);
}

gboolean
checkout_balance_ask (CheckoutCard *card,
                      const AcquirerEntry *entry,
                      const char *masked_pan,
                      CheckoutBalance *out_balance,
                      GError **error)
{
  SyncLine *line = card->shop->line;
  gboolean good;

  *out_balance = (CheckoutBalance){ 0 };
  g_strlcpy (out_balance->masked_pan, masked_pan != NULL ? masked_pan : "",
             sizeof out_balance->masked_pan);
  if (acquirer_profile_flow (sync_line_profile (line), ACQUIRER_FLOW_BALANCE) == NULL)
    {
      out_balance->refusal = "balance-not-offered";
      return TRUE;
    }
  sync_line_take_turn (line, TRUE);
  good = ask (card, entry, out_balance, error);
  sync_line_end_turn (line, TRUE);
  return good && write_journal (card, out_balance, error);
}

gboolean
checkout_balance_run (CheckoutCard *card, CheckoutBalance *out_balance, GError **error)
{
  g_autoptr (MsrSwipe) swipe = NULL;
  AcquirerEntry entry;

  *out_balance = (CheckoutBalance){ 0 };
  if (card->shop->line == NULL)
    out_balance->refusal = "no-acquirer";
  else if (acquirer_profile_card_data (sync_line_profile (card->shop->line))
           == ACQUIRER_CARD_DATA_TILL)
    out_balance->refusal = "profile";
  else
    swipe = checkout_card_read (card, &out_balance->refusal);
  if (swipe == NULL)
    return TRUE;
  entry = checkout_card_entry (swipe);
  return checkout_balance_ask (card, &entry, swipe->masked_pan, out_balance, error);
}
