/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program that the kill test kills: the till's real parts from the vault to the TLS line, with
 * emulated devices, and no main loop, so that the same seed makes the same calls.
 *
 * - init DIR TLS-DIR PORT PROFILE: makes the shop
 * - sell DIR PORT COUNT: sells by turns for cash, by card, by a chip that approves by itself and by
 *   one that has results of scripts, and prints each sale
 * - drain DIR PORT: empties the queue
 * - books DIR PORT: prints every payment, "PAYMENT name tender state amount reason"
 * - jobs DIR: prints, without touching anything, each sale's print job, "JOB sale copy state"
 *
 * A printed line is what the cashier was told: it must hold for ever.
 */
#include "checkout-card.h"
#include "checkout-print.h"
#include "entry-testing.h"
#include "sync-certificates.h"
#include "vault-key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSPHRASE BASE_SPAN ("kill", 4)
#define DRAIN_ROUNDS_MAX 200
#define SALES_MAX 10000

static const char *
same (const char *text)
{
  return text;
}

static int
fail (GError *error)
{
  fprintf (stderr, "%s\n", error != NULL ? error->message : "failed without a reason");
  g_clear_error (&error);
  return 3;
}

static int
init (const char *dir, const char *tls_dir, const char *port, const char *profile)
{
  CheckoutShopSetup setup = {
    .name = "Kill shop",
    .currency = "CNY",
    .profile = profile,
    .host = "127.0.0.1",
    .port = (guint16)atoi (port),
    .tls_dir = tls_dir,
    .terminal = "KILL0001",
    .merchant = "123456789012345",
  };
  g_autofree char *recovery = NULL;
  GError *error = NULL;

  return checkout_shop_create (dir, PASSPHRASE, &setup, &recovery, &error) ? 0 : fail (error);
}

/* The shop with the devices of a training bench, and the acquirer's port of today. */
static CheckoutShop *
open_shop (const char *dir, const char *port, TrainingBench *bench, GError **error)
{
  CheckoutShopOptions options
      = { .data_dir = dir, .passphrase = PASSPHRASE, .translate = same, .language = "en" };
  CheckoutShop *shop = checkout_shop_open (&options, error);

  if (shop == NULL)
    return NULL;
  g_clear_pointer (&shop->devices, device_list_free);
  g_clear_pointer (&shop->bus, usb_bus_free);
  shop->bench = bench;
  shop->bus = training_bench_bus (bench);
  shop->devices = device_list_new (shop->bus);
  if (vault_setting_number (shop->vault, SYNC_SETTING_PORT, 0) == atoi (port))
    return shop;
  g_clear_pointer (&shop->line, sync_line_free);
  if (vault_setting_set_number (shop->vault, SYNC_SETTING_PORT, atoi (port), error))
    shop->line = sync_line_new (shop->vault, error);
  if (shop->line != NULL)
    return shop;
  checkout_shop_free (shop);
  return NULL;
}

static VaultSale *
make_sale (CheckoutShop *shop, guint number)
{
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000012", "Water", 1000 + number);
  ShopCart *cart = shop_cart_new (shop->currency, shop->tax_mode);
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  return vault_sale_new (cart, "01");
}

static gboolean
makes_card_data (CheckoutShop *shop)
{
  return acquirer_profile_card_data (sync_line_profile (shop->line)) == ACQUIRER_CARD_DATA_TILL;
}

/* What a chip and a till have at a sale, where the till makes the card's data itself; else in the
 * block that only the acquirer can open, which *out_kept is. */
static gboolean
fill_entry (CheckoutShop *shop,
            const EntryTesting *chip,
            AcquirerEntry *entry,
            GBytes **out_kept,
            GError **error)
{
  AcquirerEntry clear = entry_testing_next (chip);

  *entry = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_CHIP };
  if (makes_card_data (shop))
    {
      *entry = clear;
      return TRUE;
    }
  *out_kept = sync_certificates_seal (shop->vault, clear.chip, g_get_real_time () / G_USEC_PER_SEC,
                                      error);
  entry->envelope = base_bytes_span (*out_kept);
  return *out_kept != NULL;
}

static gboolean
pay_by_chip (CheckoutCard *card, SyncReport *report, GError **error)
{
  EntryTesting chip
      = { .amount = base_money (card->payment->amount_minor, card->shop->currency),
          .approves = card->chip != NULL && card->chip->first == CHECKOUT_CHIP_APPROVES };
  AcquirerEntry entry;
  g_autoptr (GBytes) kept = NULL;

  return fill_entry (card->shop, &chip, &entry, &kept, error)
         && checkout_card_ask (card, &entry, report, error);
}

/* A chip in which the issuer's scripts have run. */
typedef struct
{
  CheckoutShop *shop;
  gint64 amount_minor;
  GBytes *kept;
} Scripted;

static CheckoutChipSays
second_cb (const CheckoutChipNews *news, CheckoutChipLeft *out_left, gpointer data)
{
  Scripted *scripted = data;
  EntryTesting chip
      = { .amount = base_money (scripted->amount_minor, scripted->shop->currency), .same = TRUE };

  if (news->outcome == CHECKOUT_CHIP_ANSWERED
      && !fill_entry (scripted->shop, &chip, &out_left->scripts, &scripted->kept,
                      /* error= */ NULL))
    g_error ("The chip's data can't be made");
  return news->outcome == CHECKOUT_CHIP_ANSWERED && news->approved ? CHECKOUT_CHIP_APPROVES
                                                                   : CHECKOUT_CHIP_REFUSES;
}

/* What the ledger calls this payment: its UUID, or its identity in a dialect without one. */
static char *
name_of (CheckoutShop *shop, const VaultPayment *payment)
{
  if (!makes_card_data (shop) || payment->stan == 0)
    return g_strdup (payment->uuid);
  return g_strdup_printf ("%s/000001/%06u", sync_line_terminal (shop->line), payment->stan);
}

static gboolean
sell_one (CheckoutShop *shop, guint number, GError **error)
{
  static const CheckoutChip approves = { .first = CHECKOUT_CHIP_APPROVES };
  gboolean card = number % 3 != 0, alone = number % 6 == 2, by_script = number % 6 == 4;
  Scripted scripted = { .shop = shop };
  const CheckoutChip asks = { .second = second_cb, .data = &scripted };
  g_autoptr (VaultSale) sale = make_sale (shop, number);
  VaultPayment *payment = vault_payment_new (card ? VAULT_TENDER_CARD : VAULT_TENDER_CASH,
                                             shop_cart_totals (sale->cart)->total_minor);
  VaultChange cash
      = { .event = VAULT_EVENT_CASH_TAKEN, .sale = sale, .payment = payment, .opens_drawer = TRUE };
  CheckoutCard by_card = { .shop = shop,
                           .sale = sale,
                           .payment = payment,
                           .chip = alone       ? &approves
                                   : by_script ? &asks
                                               : NULL };
  g_auto (SyncReport) report = { 0 };
  g_autofree char *name = NULL;
  gboolean paid;

  scripted.amount_minor = payment->amount_minor;
  sync_report_init (&report);
  if (!card)
    paid = vault_apply (shop->vault, &cash, 1, error);
  else if (alone || by_script || makes_card_data (shop))
    paid = pay_by_chip (&by_card, &report, error);
  else
    paid = checkout_card_run (&by_card, &report, error);
  g_clear_pointer (&scripted.kept, g_bytes_unref);
  if (!paid)
    return FALSE;
  name = name_of (shop, payment);
  printf ("SOLD %s %s %s\n", name, card ? "card" : "cash", vault_life_public_name (payment->state));
  fflush (stdout);
  return TRUE;
}

static int
sell (const char *dir, const char *port, guint count)
{
  static const char *const cards[] = { ";4761739001010119=30122010000000000000?",
                                       ";6200000000000005=30122010000000000000?", NULL };
  TrainingBench *bench = training_bench_new ();
  GError *error = NULL;
  g_autoptr (CheckoutShop) shop = open_shop (dir, port, bench, &error);
  g_autoptr (CheckoutPrint) print = NULL;

  if (shop == NULL || !training_bench_set_cards (bench, cards, &error))
    return fail (error);
  print = checkout_print_new (shop);
  for (guint i = 0; i < count; i++)
    {
      VaultPrintJob *job = NULL;

      if (!sell_one (shop, i, &error))
        return fail (error);
      checkout_print_step (print, NULL, &job, NULL);
      vault_print_job_free (job);
    }
  return 0;
}

static int
drain (const char *dir, const char *port)
{
  GError *error = NULL;
  g_autoptr (CheckoutShop) shop = open_shop (dir, port, training_bench_new (), &error);
  SyncOutcome outcome = SYNC_STUCK;

  if (shop == NULL)
    return fail (error);
  for (guint i = 0; i < DRAIN_ROUNDS_MAX && outcome == SYNC_STUCK; i++)
    {
      g_auto (SyncReport) report = { 0 };

      sync_report_init (&report);
      outcome = sync_queue_run (shop->line, NULL, &report, &error);
    }
  if (outcome == SYNC_FAULT)
    return fail (error);
  return outcome == SYNC_EMPTY ? 0 : 1;
}

static int
books (const char *dir, const char *port)
{
  GError *error = NULL;
  g_autoptr (CheckoutShop) shop = open_shop (dir, port, training_bench_new (), &error);
  g_autoptr (GPtrArray) sales
      = shop != NULL ? vault_sale_list (shop->vault, NULL, SALES_MAX, &error) : NULL;

  if (sales == NULL)
    return fail (error);
  for (guint i = 0; i < sales->len; i++)
    {
      const VaultSale *sale = sales->pdata[i];

      for (guint j = 0; j < sale->payments->len; j++)
        {
          const VaultPayment *payment = sale->payments->pdata[j];
          g_autofree char *name = name_of (shop, payment);

          printf ("PAYMENT %s %s %s %" G_GINT64_FORMAT " %s\n", name,
                  vault_payment_tender_name (payment->tender),
                  vault_life_state_name (payment->state), payment->amount_minor,
                  payment->reason != NULL ? payment->reason : "-");
        }
    }
  return 0;
}

static int
jobs (const char *dir)
{
  GError *error = NULL;
  g_autoptr (BaseSecret) key = vault_key_open (dir, PASSPHRASE, &error);
  g_autoptr (Vault) vault = key != NULL ? vault_open (dir, key, VAULT_ACCESS_READ, &error) : NULL;
  g_autoptr (GPtrArray) sales
      = vault != NULL ? vault_sale_list (vault, NULL, SALES_MAX, &error) : NULL;

  if (sales == NULL)
    return fail (error);
  for (guint i = 0; i < sales->len; i++)
    {
      const VaultSale *sale = sales->pdata[i];
      g_autoptr (VaultPrintJob) job = vault_print_of_sale (vault, sale->id, NULL);

      if (job != NULL)
        printf ("JOB %" G_GINT64_FORMAT " %u %s\n", sale->id, job->copy,
                vault_print_state_name (job->state));
    }
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 6 && strcmp (argv[1], "init") == 0)
    return init (argv[2], argv[3], argv[4], argv[5]);
  if (argc == 5 && strcmp (argv[1], "sell") == 0)
    return sell (argv[2], argv[3], (guint)atoi (argv[4]));
  if (argc == 4 && strcmp (argv[1], "drain") == 0)
    return drain (argv[2], argv[3]);
  if (argc == 4 && strcmp (argv[1], "books") == 0)
    return books (argv[2], argv[3]);
  if (argc == 3 && strcmp (argv[1], "jobs") == 0)
    return jobs (argv[2]);
  fprintf (stderr, "kill-subject init|sell|drain|books|jobs …\n");
  return 2;
}
