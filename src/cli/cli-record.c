/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-record.h"

#include "checkout-words.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

static const char *
class_word (VaultClass klass)
{
  switch (klass)
    {
    case VAULT_CLASS_REVERSAL:
      return _ ("Reversal");
    case VAULT_CLASS_CHIP:
      return _ ("Approved by the chip");
    case VAULT_CLASS_COMPLETION:
      return _ ("Completion");
    case VAULT_CLASS_DEFERRED:
      return _ ("Stored sale");
    case VAULT_CLASS_REFUND:
      return _ ("Refund");
    case VAULT_CLASS_NOTICE:
      return _ ("Notice");
    case VAULT_CLASS_ONLINE:
      return _ ("Online sale");
    }
  return NULL;
}

static const char *
record_word (VaultRecordState state)
{
  switch (state)
    {
    case VAULT_RECORD_WAITING:
      return _ ("waiting");
    case VAULT_RECORD_SENDING:
      return _ ("being sent");
    case VAULT_RECORD_ATTENTION:
      return _ ("set aside");
    case VAULT_RECORD_DONE:
      return _ ("done");
    }
  return NULL;
}

static const char *const remedy_names[] = { NULL, "retry", "decide", "by-hand", "ask-bank" };

char *
cli_record_remedy (VaultRemedy remedy, gint64 id)
{
  switch (remedy)
    {
    case VAULT_REMEDY_NONE:
      break;
    case VAULT_REMEDY_RETRY:
      return g_strdup_printf (_ ("till-cli queue retry %" PRId64 " sends it once more as it is"),
                              id);
    case VAULT_REMEDY_DECIDE:
      return g_strdup_printf (
          _ ("ask the bank, then say: till-cli queue resolve %" PRId64 " --charged, or --reverse"),
          id);
    case VAULT_REMEDY_BY_HAND:
      return g_strdup_printf (_ ("it can't be sent any more; if the bank says that it clears it by "
                                 "hand, say: till-cli queue resolve %" PRId64 " --by-hand"),
                              id);
    case VAULT_REMEDY_BANK:
      return g_strdup (_ ("it can't be sent any more; ask the bank what it has of it, and settle "
                          "the rest with the customer"));
    }
  return NULL;
}

/* The payment a record belongs to; NULL when it can't be found. Belongs to `sale`. */
static const VaultPayment *
payment_of (const VaultSale *sale, const VaultRecord *record)
{
  if (sale == NULL || record->position < 1 || record->position > sale->payments->len)
    return NULL;
  return sale->payments->pdata[record->position - 1];
}

static void
build_payment (JsonBuilder *builder, const VaultPayment *payment)
{
  gboolean chip
      = payment != NULL
        && (payment->state == VAULT_STATE_CHIP_UNSENT || payment->state == VAULT_STATE_CHIP_SENT);
  gboolean approved = payment != NULL && !chip
                      && strcmp (vault_life_public_name (payment->state), "approved") == 0;

  cli_output_text_member (builder, "payment", payment != NULL ? payment->uuid : NULL);
  cli_output_text_member (builder, "state",
                          payment != NULL ? vault_life_public_name (payment->state) : NULL);
  cli_output_text_member (builder, "state_text",
                          payment != NULL ? checkout_words_state (payment, cli_shop_translate)
                                          : NULL);
  cli_output_text_member (builder, "approved_by", chip ? "chip" : approved ? "acquirer" : NULL);
  cli_output_text_member (builder, "masked_pan", payment != NULL ? payment->masked_pan : NULL);
  cli_output_text_member (builder, "auth_code", payment != NULL ? payment->auth_code : NULL);
  cli_output_text_member (builder, "response", payment != NULL ? payment->response : NULL);
}

static void
build_record (JsonBuilder *builder,
              const VaultRecord *record,
              const VaultPayment *payment,
              VaultRemedy remedy,
              const char *currency)
{
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "id", record->id);
  cli_output_text_member (builder, "class", vault_life_class_name (record->klass));
  cli_output_text_member (builder, "record", vault_record_state_name (record->state));
  build_payment (builder, payment);
  cli_output_flag_member (builder, "sent", record->state == VAULT_RECORD_DONE);
  cli_output_number_member (builder, "receipt_no", record->sale_id);
  cli_output_text_member (builder, "terminal", record->terminal);
  cli_output_number_member (builder, "batch", record->batch);
  cli_output_number_member (builder, "stan", record->stan);
  cli_output_number_member (builder, "amount_minor", record->amount_minor);
  cli_output_text_member (builder, "currency", currency);
  cli_output_number_member (builder, "tries", record->tries);
  cli_output_text_member (builder, "reason", record->reason);
  cli_output_text_member (builder, "reason_text",
                          checkout_words_reason (record->reason, cli_shop_translate));
  cli_output_text_member (builder, "action", remedy_names[remedy]);
  cli_output_time_member (builder, "created", record->created_us);
  cli_output_number_member (builder, "age_s",
                            MAX (0, (g_get_real_time () - record->created_us) / G_USEC_PER_SEC));
  cli_output_time_member (builder, "next_try", record->next_us);
  json_builder_end_object (builder);
}

static void
print_next_try (const CliContext *context, gint64 next_us)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (next_us / G_USEC_PER_SEC);
  g_autofree char *clock = when != NULL ? g_date_time_format (when, "%H:%M:%S") : NULL;

  if (clock != NULL)
    cli_output_line (context, _ ("    next try at %s"), clock);
}

/* Of one that never left there is nothing to count: whether the line was tried is written nowhere.
 */
static char *
tries_words (const VaultRecord *record)
{
  if (record->tries == 0 && record->state == VAULT_RECORD_WAITING)
    return g_strdup ("");
  return g_strdup_printf (ngettext (" · tried %u time", " · tried %u times", record->tries),
                          record->tries);
}

static void
print_record (const CliContext *context,
              const VaultRecord *record,
              const VaultPayment *payment,
              VaultRemedy remedy,
              const char *currency)
{
  const char *reason = checkout_words_reason (record->reason, cli_shop_translate);
  g_autofree char *amount = cli_output_money (record->amount_minor, currency);
  g_autofree char *age = cli_output_age (record->created_us);
  g_autofree char *tries = tries_words (record);
  g_autofree char *action = cli_record_remedy (remedy, record->id);

  /* Translators: the last %s is empty, or " · tried 2 times". */
  cli_output_line (context, _ ("%" PRId64 "  %s, %s · %s · sale %" PRId64 " · %s/%06u · %s old%s"),
                   record->id, class_word (record->klass), record_word (record->state), amount,
                   record->sale_id, record->terminal, record->stan, age, tries);
  if (payment != NULL)
    cli_output_line (context, "    %s  %s", payment->masked_pan != NULL ? payment->masked_pan : "",
                     checkout_words_state (payment, cli_shop_translate));
  if (reason != NULL)
    cli_output_line (context, "    %s", reason);
  if (action != NULL)
    cli_output_line (context, "    %s", action);
  else if (record->state != VAULT_RECORD_ATTENTION && record->next_us > g_get_real_time ())
    print_next_try (context, record->next_us);
}

void
cli_record_tell (CliContext *context,
                 JsonBuilder *builder,
                 CheckoutShop *shop,
                 const VaultRecord *record)
{
  g_autoptr (VaultSale) sale = vault_sale_load (shop->vault, record->sale_id, /* error= */ NULL);
  VaultRemedy remedy = vault_queue_remedy (shop->vault, record);

  print_record (context, record, payment_of (sale, record), remedy, shop->currency);
  build_record (builder, record, payment_of (sale, record), remedy, shop->currency);
}
