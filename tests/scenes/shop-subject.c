/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A till without a face for the tests that look at one from outside: its memory, its files, its
 * disk, its line. It takes commands from standard input, one a line, and answers each with lines
 * that begin with "> ", the last one being "> ."; between them it is idle.
 *
 *   shop-subject init DIR PASSPHRASE-FILE TLS-DIR PORT PROFILE    makes the shop and ends
 *   shop-subject open DIR PASSPHRASE-FILE bench|usb
 *     opens it: "opened", or "refused CODE sentence"
 *
 *   cash AMOUNT · card AMOUNT: "sold UUID TENDER STATE REASON", or "refused CODE sentence"
 *
 *   void AMOUNT · refund AMOUNT · part AMOUNT · cashback AMOUNT: gives back the sale of that
 * amount, whole, whole, its first line, in cash: "gave UUID TENDER STATE REASON", "withdrew …" of a
 *   stored sale ("withdrew-here …": the copy doesn't know it), "not REASON", or "refused CODE
 * sentence"
 *
 *   hold AMOUNT · complete AMOUNT (nine tenths of the hold of that amount) · release AMOUNT ·
 *   uncomplete AMOUNT (of a completed hold of that amount): "held UUID TENDER STATE REASON", "not
 *   REASON", or "refused CODE sentence"
 *
 *   settle: "settled", "owed", … · batches: "batch NUMBER STATE VERDICT DEBITS MINOR CREDITS MINOR
 *   DIFFERENCES" each · drain: "empty" or "stuck" · print: works off the print queue
 *
 *   books: "payment UUID TENDER STATE AMOUNT" each, or "hold …", or "completion …" and "back …",
 * with "KIND UUID" after that, the last being what was paid or held then · receipts: as text ·
 * queue: "record ID CLASS STATE REASON" each open one · verify: "records CHECKED BAD" and "journal
 * whole|broken"
 *
 * CODE is VaultError's number, or -1. UUID is what the ledger calls a payment: its identity in a
 * dialect without UUIDs.
 *
 * Where the till makes the card's data itself, each card is a chip of the test's making; of each
 * third amount it approves by itself.
 */
#include "checkout-card.h"
#include "checkout-hold.h"
#include "checkout-print.h"
#include "checkout-receipt.h"
#include "checkout-refund.h"
#include "entry-testing.h"
#include "sync-settle.h"
#include "sync-sign-in.h"
#include "vault-journal.h"
#include "vault-key.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define LINE_MAX_BYTES 128
#define PASSPHRASE_MAX 256
#define ROWS_MAX 10000
#define DRAIN_ROUNDS_MAX 50
#define BACKGROUND_REST_US 20000
#define LOOK_US 5000
#define FIELD_AMOUNT 4
#define FIELD_STAN 11

typedef struct
{
  CheckoutShop *shop;
  CheckoutPrint *print;
  GThread *background; /* NULL: the queue drains only when told */
  gint stops;          /* atomic: the background shall end */
} Subject;

static const char *
same (const char *text)
{
  return text;
}

/* Each line with its mark, for messages of the libraries may stand between them. */
static void G_GNUC_PRINTF (1, 2) say (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    printf ("> %s\n", lines[i]);
  fflush (stdout);
}

static void
refuse (GError *error)
{
  say ("refused %d %s", error != NULL && error->domain == VAULT_ERROR ? error->code : -1,
       error != NULL ? error->message : "without a reason");
  g_clear_error (&error);
}

/* Straight into memory of its own, as the faces read it. */
static BaseSecret *
read_passphrase (const char *path)
{
  BaseSecret *room = base_secret_new (PASSPHRASE_MAX);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize size = fd >= 0 ? read (fd, base_secret_bytes (room), PASSPHRASE_MAX) : -1;
  BaseSecret *passphrase
      = size > 0 ? base_secret_new_from (BASE_SPAN (base_secret_bytes (room), (gsize)size)) : NULL;

  if (fd >= 0)
    close (fd);
  base_secret_free (room);
  return passphrase;
}

static int
init (char **argv)
{
  g_autoptr (BaseSecret) passphrase = read_passphrase (argv[3]);
  g_autofree char *recovery = NULL;
  GError *error = NULL;
  CheckoutShopSetup setup = {
    .name = "Subject shop",
    .currency = "CNY",
    .profile = argv[6],
    .host = "127.0.0.1",
    .port = (guint16)strtoul (argv[5], NULL, 10),
    .tls_dir = argv[4],
    .terminal = "SUBJ0001",
    .merchant = "123456789012345",
  };

  if (passphrase != NULL
      && checkout_shop_create (argv[2], base_secret_span (passphrase), &setup, &recovery, &error))
    return 0;
  refuse (error);
  return 3;
}

/* Emulated devices within this process, instead of what USB has. */
static gboolean
use_bench (CheckoutShop *shop, GError **error)
{
  static const char *const cards[] = { ";4761739001010119=30122010000000000000?",
                                       ";6200000000000005=30122010000000000000?", NULL };

  g_clear_pointer (&shop->devices, device_list_free);
  g_clear_pointer (&shop->bus, usb_bus_free);
  shop->bench = training_bench_new ();
  shop->bus = training_bench_bus (shop->bench);
  shop->devices = device_list_new (shop->bus);
  return training_bench_set_cards (shop->bench, cards, error);
}

static gboolean
open_shop (Subject *self, char **argv)
{
  g_autoptr (BaseSecret) passphrase = read_passphrase (argv[3]);
  GError *error = NULL;
  CheckoutShopOptions options = { .data_dir = argv[2], .translate = same, .language = "en" };

  if (passphrase != NULL)
    options.passphrase = base_secret_span (passphrase);
  self->shop = checkout_shop_open (&options, &error);
  if (self->shop == NULL || (strcmp (argv[4], "bench") == 0 && !use_bench (self->shop, &error)))
    {
      refuse (error);
      return FALSE;
    }
  self->print = checkout_print_new (self->shop);
  say ("opened");
  return TRUE;
}

static gboolean
makes_card_data (Subject *self)
{
  return self->shop->line != NULL
         && acquirer_profile_card_data (sync_line_profile (self->shop->line))
                == ACQUIRER_CARD_DATA_TILL;
}

/* What a chip and a till have at a sale. */
static AcquirerEntry
chip_entry (Subject *self, gint64 amount_minor, gboolean approves)
{
  EntryTesting chip
      = { .amount = base_money (amount_minor, self->shop->currency), .approves = approves };

  return entry_testing_next (&chip);
}

/* As the ledger calls it. Yours. */
static char *
name_of (Subject *self, const VaultPayment *payment)
{
  return payment->stan == 0 || !makes_card_data (self)
             ? g_strdup (payment->uuid)
             : g_strdup_printf ("%s/%06u/%06u", sync_line_terminal (self->shop->line),
                                payment->batch, payment->stan);
}

static void
say_payment (Subject *self, const char *what, const VaultPayment *payment)
{
  g_autofree char *name = name_of (self, payment);

  say ("%s %s %s %s %s", what, name, vault_payment_tender_name (payment->tender),
       vault_life_public_name (payment->state), payment->reason != NULL ? payment->reason : "-");
}

static gboolean
pay_by_card (Subject *self, CheckoutCard *card, SyncReport *report, GError **error)
{
  static const CheckoutChip approves = { .first = CHECKOUT_CHIP_APPROVES };
  gint64 minor = card->payment->amount_minor;
  gboolean alone = minor % 3 == 0;
  AcquirerEntry entry;

  if (!makes_card_data (self))
    return checkout_card_run (card, report, error);
  entry = chip_entry (self, minor, alone);
  if (alone)
    card->chip = &approves;
  return checkout_card_ask (card, &entry, report, error);
}

static VaultSale *
make_sale (CheckoutShop *shop, gint64 amount_minor)
{
  gint64 first_minor = amount_minor > 1 ? amount_minor / 3 + 1 : amount_minor;
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000012", "Water", first_minor);
  g_autoptr (ShopProduct) other
      = shop_product_new ("6900000000029", "Tea", amount_minor - first_minor);
  ShopCart *cart = shop_cart_new (shop->currency, shop->tax_mode);
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  if (amount_minor > first_minor)
    g_assert_true (shop_cart_add (cart, other, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  return vault_sale_new (cart, "01");
}

static void
sell (Subject *self, gboolean card, gint64 amount_minor)
{
  CheckoutShop *shop = self->shop;
  g_autoptr (VaultSale) sale = make_sale (shop, amount_minor);
  VaultPayment *payment
      = vault_payment_new (card ? VAULT_TENDER_CARD : VAULT_TENDER_CASH, amount_minor);
  VaultChange cash
      = { .event = VAULT_EVENT_CASH_TAKEN, .sale = sale, .payment = payment, .opens_drawer = TRUE };
  CheckoutCard by_card = {
    .shop = shop, .sale = sale, .payment = payment, .leaves_reversal = self->background != NULL
  };
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;

  sync_report_init (&report);
  if (card ? pay_by_card (self, &by_card, &report, &error)
           : vault_check_space (shop->vault, &error) && vault_apply (shop->vault, &cash, 1, &error))
    say_payment (self, "sold", payment);
  else
    refuse (error);
  if (payment->position == 0)
    vault_payment_free (payment);
}

/* The receipt of this kind whose only payment is of this amount; 0: none. */
static gint64
find_receipt (Subject *self, VaultSaleKind kind, gint64 amount_minor)
{
  g_autoptr (GPtrArray) sales = vault_sale_list (self->shop->vault, NULL, ROWS_MAX, NULL);

  for (guint i = 0; sales != NULL && i < sales->len; i++)
    {
      const VaultSale *sale = sales->pdata[i];
      const VaultPayment *paid = sale->payments->len > 0 ? sale->payments->pdata[0] : NULL;

      if (sale->kind == kind && paid != NULL && paid->amount_minor == amount_minor)
        return sale->id;
    }
  return 0;
}

/* As till-refund.c waits before it says that something was withdrawn. */
static gboolean
copy_knows (Subject *self)
{
  gint64 until_us = g_get_monotonic_time () + CHECKOUT_FOLLOW_PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  gint64 entry = vault_journal_head (self->shop->vault);
  CheckoutFollowKnows knows;

  while ((knows = checkout_shop_copy_knows (self->shop, entry)) == CHECKOUT_FOLLOW_WRITING
         && g_get_monotonic_time () < until_us)
    g_usleep (LOOK_US);
  return knows == CHECKOUT_FOLLOW_HAS;
}

static void
say_given (Subject *self, const VaultSale *sale)
{
  const char *word = vault_sale_kind_is_back (sale->kind) ? "gave"
                     : copy_knows (self)                  ? "withdrew"
                                                          : "withdrew-here";

  say_payment (self, word, sale->payments->pdata[sale->payments->len - 1]);
}

static void
give_back (Subject *self, const char *how, gint64 amount_minor)
{
  static const guint first_line = 1;
  gboolean part = g_str_has_prefix (how, "part ");
  CheckoutRefund refund
      = { .shop = self->shop,
          .wish = { .receipt_no = find_receipt (self, VAULT_SALE_SALE, amount_minor),
                    .lines = part ? &first_line : NULL,
                    .line_count = part ? 1 : 0,
                    .to_cash = g_str_has_prefix (how, "cashback "),
                    .is_void = g_str_has_prefix (how, "void ") },
          .leaves_reversal = self->background != NULL };
  g_auto (SyncReport) report = { 0 };
  g_autoptr (VaultSale) sale = NULL;
  const char *refusal = NULL;
  GError *error = NULL;

  sync_report_init (&report);
  if (refund.wish.receipt_no == 0)
    say ("not absent");
  else if (!checkout_refund_run (&refund, &sale, &refusal, &report, &error))
    refuse (error);
  else if (refusal != NULL)
    say ("not %s", refusal);
  else
    say_given (self, sale);
}

/* The completion of this hold; 0: none. */
static gint64
find_completion (Subject *self, gint64 hold)
{
  VaultHold found;

  return hold != 0 && vault_hold_read (self->shop->vault, hold, &found, NULL)
                 && found.state == VAULT_HOLD_COMPLETED
             ? found.ended_by
             : 0;
}

static void
run_hold (Subject *self, VaultSaleKind kind, gint64 amount_minor)
{
  gint64 held = kind == VAULT_SALE_HOLD ? 0 : find_receipt (self, VAULT_SALE_HOLD, amount_minor);
  CheckoutHold hold
      = { .shop = self->shop,
          .kind = kind,
          .original = kind == VAULT_SALE_COMPLETION_VOID ? find_completion (self, held) : held,
          .amount_minor
          = kind == VAULT_SALE_COMPLETION ? amount_minor - amount_minor / 10 : amount_minor,
          .leaves_reversal = self->background != NULL };
  g_auto (SyncReport) report = { 0 };
  g_autoptr (VaultSale) sale = NULL;
  AcquirerEntry entry = chip_entry (self, amount_minor, FALSE);
  gboolean by_chip = kind == VAULT_SALE_HOLD && makes_card_data (self);
  const char *refusal = NULL;
  GError *error = NULL;

  sync_report_init (&report);
  if (kind != VAULT_SALE_HOLD && hold.original == 0)
    say ("not absent");
  else if (!checkout_hold_ask (&hold, by_chip ? &entry : NULL, &sale, &refusal, &report, &error))
    refuse (error);
  else if (refusal != NULL || sale == NULL)
    say ("not %s", refusal != NULL ? refusal : "begun");
  else
    say_payment (self, "held", sale->payments->pdata[0]);
}

/* FALSE: it is no command about holds. */
static gboolean
obey_hold (Subject *self, const char *line, gint64 amount_minor)
{
  static const struct
  {
    const char *word;
    VaultSaleKind kind;
  } words[] = { { "hold ", VAULT_SALE_HOLD },
                { "complete ", VAULT_SALE_COMPLETION },
                { "release ", VAULT_SALE_HOLD_VOID },
                { "uncomplete ", VAULT_SALE_COMPLETION_VOID } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (line, words[i].word))
      {
        run_hold (self, words[i].kind, amount_minor);
        return TRUE;
      }
  return FALSE;
}

static void
settle (Subject *self)
{
  static const char *const names[]
      = { "settled", "not-offered", "owed", "aside", "held", "declined", "no-answer", "no-line" };
  SyncSettleReport report;
  GError *error = NULL;
  SyncSettle outcome = sync_settle_run (self->shop->line, "manager", NULL, &report, &error);

  if (outcome == SYNC_SETTLE_FAULT)
    {
      refuse (error);
      return;
    }
  g_clear_error (&error);
  say ("%s", names[outcome]);
}

static void
print_batches (Subject *self)
{
  VaultBatch batch;

  for (gint64 id = 1; vault_batch_load (self->shop->vault, id, &batch, NULL); id++)
    say ("batch %u %s %s %u %" G_GINT64_FORMAT " %u %" G_GINT64_FORMAT " %u", batch.number,
         vault_batch_state_name (batch.state), vault_batch_verdict_name (batch.verdict),
         batch.till.debit_count, batch.till.debit_minor, batch.till.credit_count,
         batch.till.credit_minor, batch.differences);
}

static void
print_out (Subject *self)
{
  CheckoutPrintOutcome outcome = CHECKOUT_PRINT_DONE;

  for (guint i = 0; i < ROWS_MAX && outcome == CHECKOUT_PRINT_DONE; i++)
    {
      VaultPrintJob *job = NULL;

      outcome = checkout_print_step (self->print, NULL, &job, NULL);
      vault_print_job_free (job);
    }
  say ("%s", outcome == CHECKOUT_PRINT_IDLE ? "printed" : "left");
}

static void
drain (Subject *self)
{
  SyncOutcome outcome = SYNC_STUCK;
  GError *error = NULL;

  for (guint i = 0; i < DRAIN_ROUNDS_MAX && outcome == SYNC_STUCK; i++)
    {
      g_auto (SyncReport) report = { 0 };

      sync_report_init (&report);
      outcome = sync_queue_run (self->shop->line, NULL, &report, &error);
      if (outcome == SYNC_STUCK && !sync_line_is_online (self->shop->line, &(gint64){ 0 }))
        break;
    }
  if (outcome == SYNC_FAULT)
    refuse (error);
  else
    say ("%s", outcome == SYNC_EMPTY ? "empty" : outcome == SYNC_HELD ? "held" : "stuck");
}

static gpointer
background_thread (gpointer data)
{
  Subject *self = data;

  while (!g_atomic_int_get (&self->stops))
    {
      g_auto (SyncReport) report = { 0 };
      g_autoptr (GError) error = NULL;

      sync_report_init (&report);
      if (sync_queue_run_due (self->shop->line, NULL, &report, &error) == SYNC_YIELDED)
        sync_line_wait_for_payment (self->shop->line);
      else
        g_usleep (BACKGROUND_REST_US);
    }
  return NULL;
}

static void
set_background (Subject *self, gboolean on)
{
  if (!on && self->background != NULL)
    {
      g_atomic_int_set (&self->stops, 1);
      g_thread_join (g_steal_pointer (&self->background));
    }
  else if (on && self->background == NULL)
    {
      g_atomic_int_set (&self->stops, 0);
      self->background = g_thread_new ("background", background_thread, self);
    }
}

/* What a till would have to get wrong. */
static void
do_wrong (Subject *self, gboolean twice)
{
  SyncLine *line = self->shop->line;
  g_autoptr (GPtrArray) records
      = vault_queue_next (self->shop->vault, VAULT_CLASS_DEFERRED, VAULT_WHOSE_ANY, 1, 0, NULL);
  const VaultRecord *record = records != NULL && records->len > 0 ? records->pdata[0] : NULL;
  g_autoptr (Iso8583Message) request
      = record != NULL
            ? iso8583_unpack (sync_line_profile (line), base_secret_span (record->message), NULL)
            : NULL;
  g_autoptr (Iso8583Message) answer = NULL;
  g_autofree char *text = NULL;
  guint32 batch, stan;
  gboolean ready;

  if (request == NULL)
    {
      say ("nothing");
      return;
    }
  sync_line_take_turn (line, TRUE);
  ready = sync_line_connect (line, NULL, NULL) && sync_sign_in_ready (line, NULL, NULL);
  vault_take_identity (self->shop->vault, &batch, &stan);
  text = twice ? g_strdup_printf ("%06u", stan)
               : g_strdup_printf ("%012" G_GINT64_FORMAT, record->amount_minor + 1);
  iso8583_message_set (request, twice ? FIELD_STAN : FIELD_AMOUNT, text);
  say ("%s", ready
                     && sync_line_exchange (line, request, NULL, &answer, NULL)
                            == ACQUIRER_EXCHANGE_ANSWERED
                 ? "sent"
                 : "nothing");
  sync_line_end_turn (line, TRUE);
}

static void
print_payment (Subject *self, const VaultSale *sale, const VaultPayment *payment)
{
  g_autoptr (VaultSale) original
      = sale->original != 0 ? vault_sale_load (self->shop->vault, sale->original, NULL) : NULL;
  const VaultPayment *paid
      = original != NULL && payment->original > 0 && payment->original <= original->payments->len
            ? original->payments->pdata[payment->original - 1]
            : NULL;

  g_autofree char *name = name_of (self, payment);
  g_autofree char *paid_name = paid != NULL ? name_of (self, paid) : g_strdup ("nothing");
  g_autofree char *about
      = sale->original != 0
            ? g_strdup_printf (" %s %s", vault_sale_kind_name (sale->kind), paid_name)
            : g_strdup ("");

  say ("%s %s %s %s %" G_GINT64_FORMAT "%s",
       vault_sale_kind_is_back (sale->kind)   ? "back"
       : vault_sale_kind_is_hold (sale->kind) ? vault_sale_kind_name (sale->kind)
                                              : "payment",
       name, vault_payment_tender_name (payment->tender), vault_life_state_name (payment->state),
       payment->amount_minor, about);
}

static void
print_books (Subject *self, gboolean receipts)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) sales = vault_sale_list (self->shop->vault, NULL, ROWS_MAX, &error);

  for (guint i = 0; sales != NULL && i < sales->len; i++)
    {
      const VaultSale *sale = sales->pdata[i];
      g_autoptr (ShopReceipt) receipt = checkout_receipt_build (self->shop, sale, 0);
      g_autofree char *text = shop_receipt_to_text (receipt, 42);

      if (receipts)
        say ("%s", text);
      for (guint j = 0; !receipts && j < sale->payments->len; j++)
        print_payment (self, sale, sale->payments->pdata[j]);
    }
  if (sales == NULL)
    refuse (error);
}

static void
print_queue (Subject *self)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) records = vault_queue_list (self->shop->vault, FALSE, ROWS_MAX, &error);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      const VaultRecord *record = records->pdata[i];

      say ("record %" G_GINT64_FORMAT " %s %s %s", record->id,
           vault_life_class_name (record->klass), vault_record_state_name (record->state),
           record->reason != NULL ? record->reason : "-");
    }
  if (records == NULL)
    refuse (error);
}

static void
verify (Subject *self)
{
  GError *error = NULL;
  guint checked = 0;
  g_autoptr (GArray) bad = NULL;
  VaultJournalVerdict verdict;
  gint64 count, seq;

  if (!vault_queue_verify (self->shop->vault, &checked, &bad, &error)
      || !vault_journal_verify (self->shop->vault, &verdict, &count, &seq, &error))
    {
      refuse (error);
      return;
    }
  say ("records %u %u", checked, bad->len);
  say ("journal %s", verdict == VAULT_JOURNAL_WHOLE ? "whole" : "broken");
}

static gboolean
gives_back (const char *line)
{
  return g_str_has_prefix (line, "void ") || g_str_has_prefix (line, "refund ")
         || g_str_has_prefix (line, "part ") || g_str_has_prefix (line, "cashback ");
}

static void
obey (Subject *self, const char *line)
{
  const char *amount = strchr (line, ' ');
  gint64 amount_minor = amount != NULL ? g_ascii_strtoll (amount, NULL, 10) : 0;

  if (g_str_has_prefix (line, "cash "))
    sell (self, FALSE, amount_minor);
  else if (g_str_has_prefix (line, "card "))
    sell (self, TRUE, amount_minor);
  else if (gives_back (line))
    give_back (self, line, amount_minor);
  else if (obey_hold (self, line, amount_minor))
    return;
  else if (strcmp (line, "settle") == 0)
    settle (self);
  else if (strcmp (line, "batches") == 0)
    print_batches (self);
  else if (strcmp (line, "print") == 0)
    print_out (self);
  else if (strcmp (line, "drain") == 0)
    drain (self);
  else if (strcmp (line, "books") == 0 || strcmp (line, "receipts") == 0)
    print_books (self, line[0] == 'r');
  else if (strcmp (line, "queue") == 0)
    print_queue (self);
  else if (strcmp (line, "verify") == 0)
    verify (self);
  else if (strcmp (line, "twice") == 0 || strcmp (line, "overcharge") == 0)
    do_wrong (self, line[0] == 't');
  else if (strcmp (line, "background") == 0 || strcmp (line, "foreground") == 0)
    set_background (self, line[0] == 'b');
  else
    say ("unknown command");
}

static int
serve (char **argv)
{
  Subject self = { 0 };
  char line[LINE_MAX_BYTES];
  gboolean opened = open_shop (&self, argv);

  say (".");
  while (opened && fgets (line, sizeof line, stdin) != NULL)
    {
      g_strchomp (line);
      obey (&self, line);
      say (".");
    }
  set_background (&self, FALSE);
  g_clear_pointer (&self.print, checkout_print_free);
  g_clear_pointer (&self.shop, checkout_shop_free);
  return opened ? 0 : 3;
}

int
main (int argc, char **argv)
{
  base_secret_harden_process ();
  (void)prctl (PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0,
               0); /* the test reads this process's memory */
  if (argc == 7 && strcmp (argv[1], "init") == 0)
    return init (argv);
  if (argc == 5 && strcmp (argv[1], "open") == 0)
    return serve (argv);
  fprintf (stderr, "shop-subject init|open …\n");
  return 2;
}
