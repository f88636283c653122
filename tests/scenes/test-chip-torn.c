/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chip torn out or fallen silent, its reader unplugged, and the till killed at every command of a
 * sale, each just before the card has carried it out and just after. Then the till starts again
 * where it was killed, the line is there, and the queue is emptied; the till's books and the bank's
 * ledger must agree: no charge without a paid sale, no paid sale without a charge or a chip's
 * advice, nothing twice.
 *
 * The reader is emulated inside the program. To be killed, the test starts itself as another
 * program: test-chip-torn --pay FOLDER CARD READER AMOUNT COMMAND before|after.
 */
#include "shop-testing.h"

#include "sync-download.h"
#include "training-ccid.h"
#include "training-chip.h"
#include "training-usb-bus.h"
#include "vault-epoch.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define COMMANDS_MAX 60
#define SALES_MAX 10000
#define STATES_MAX 32
#define DRAINS_MAX 20
#define ABOVE 10050 /* the floor limit of the downloads is 100.00 */
#define BELOW 150
#define SCRIPTED 10061
#define SCRIPTS "61=71:put/9F14/05,61=72:unblock-pin"

typedef enum
{
  MISHAP_TORN,
  MISHAP_MUTE, /* in the reader, and without an answer from then on */
  MISHAP_UNPLUGGED,
  MISHAP_KILLED,
} Mishap;

/* What happens at which command of the next sale. */
typedef struct
{
  Mishap mishap;
  gboolean after; /* the card has carried it out */
  guint at;
} Trouble;

typedef struct
{
  const char *dialect, *card, *reader;
  gint64 minor;
  gboolean cut; /* there is no line while it is sold */
} Case;

/* A card in a hand that isn't steady, and the reader that it is put into. */
typedef struct
{
  TrainingChip *chip;
  TrainingChipEnd end;
  TrainingCcid *ccid;
  TrainingUsbBus *bus;
  Trouble trouble;
  guint commands;
  gboolean torn, mute;
} Bench;

typedef struct
{
  guint charges, reversals, advices;
} Account;

/* ---- The bench ---- */

static void
strike (Bench *bench)
{
  switch (bench->trouble.mishap)
    {
    case MISHAP_TORN:
      bench->torn = TRUE;
      break;
    case MISHAP_MUTE:
      bench->mute = TRUE;
      break;
    case MISHAP_UNPLUGGED:
      training_device_set_plugged (training_ccid_device (bench->ccid), FALSE);
      break;
    case MISHAP_KILLED:
      (void)raise (SIGKILL);
      break;
    }
}

static gboolean
transmit_cb (gpointer ctx, BaseSpan command, GByteArray *out_answer)
{
  Bench *bench = ctx;
  gboolean now = ++bench->commands == bench->trouble.at, answered = FALSE;

  if (now && !bench->trouble.after)
    strike (bench);
  if (!bench->mute && (!now || bench->trouble.after))
    answered = bench->end.transmit (bench->end.ctx, command, out_answer);
  if (now && bench->trouble.after)
    strike (bench);
  return answered && !now;
}

static GBytes *
reset_cb (gpointer ctx, gboolean warm)
{
  Bench *bench = ctx;

  return bench->end.reset (bench->end.ctx, warm);
}

static void
inserted_cb (gpointer ctx)
{
  Bench *bench = ctx;

  bench->end.inserted (bench->end.ctx);
}

static guint
extensions_cb (gpointer ctx)
{
  Bench *bench = ctx;

  return bench->end.extensions (bench->end.ctx);
}

static gboolean
is_torn_cb (gpointer ctx)
{
  Bench *bench = ctx;

  return bench->torn;
}

/* The card's counters are in the folder, so that another process goes on with it. */
static Bench *
bench_new (const char *dir, const char *card, const char *reader, const Trouble *trouble)
{
  Bench *bench = g_new0 (Bench, 1);
  g_autofree char *name = g_strconcat (card, ".mem", NULL);
  g_autofree char *path = g_build_filename (dir, name, NULL);
  TrainingChipEnd hand = { .reset = reset_cb,
                           .transmit = transmit_cb,
                           .inserted = inserted_cb,
                           .extensions = extensions_cb,
                           .is_torn = is_torn_cb,
                           .ctx = bench };
  GError *error = NULL;
  TrainingChipFile *file = training_chip_file_load (card, &error);

  g_assert_no_error (error);
  bench->trouble = *trouble;
  bench->chip = training_chip_new (file, &error);
  g_assert_no_error (error);
  g_assert_true (training_chip_keep (bench->chip, path, &error));
  bench->end = training_chip_end (bench->chip);
  bench->ccid = training_ccid_new (training_ccid_model_find (reader));
  bench->bus = training_usb_bus_new ();
  training_usb_bus_add (bench->bus, training_ccid_device (bench->ccid));
  training_usb_bus_plug (bench->bus, training_ccid_device (bench->ccid), TRUE);
  training_ccid_set_card (bench->ccid, &hand);
  return bench;
}

static void
bench_free (Bench *bench)
{
  training_usb_bus_free (bench->bus);
  training_ccid_free (bench->ccid);
  training_chip_free (bench->chip);
  g_free (bench);
}

/* One sale on the bench. What becomes of it is in the books, or there has been none. */
static void
pay (CheckoutShop *shop, Bench *bench, gint64 minor)
{
  UsbBus *bus = shop->bus;
  g_autoptr (VaultSale) sale = shop_testing_sale (minor);
  CheckoutCard card
      = { .shop = shop, .sale = sale, .payment = vault_payment_new (VAULT_TENDER_CARD, minor) };
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;

  sync_report_init (&report);
  g_clear_pointer (&shop->devices, device_list_free);
  shop->bus = training_usb_bus_bus (bench->bus);
  shop->devices = device_list_new (shop->bus);
  checkout_card_run (&card, &report, &error);
  g_assert_no_error (error);
  g_test_message ("%u commands: %s %s", bench->commands,
                  vault_life_state_name (card.payment->state),
                  card.payment->reason != NULL ? card.payment->reason : "-");
  checkout_slot_clear (&shop->slot); /* the card that was left in goes with its bench */
  g_clear_pointer (&shop->devices, device_list_free);
  shop->bus = bus;
}

/* ---- The process to be killed ---- */

static const char *
same (const char *text)
{
  return text;
}

static int
pay_here (char **words)
{
  g_autofree char *folder = g_build_filename (words[0], "shop", NULL);
  CheckoutShopOptions options = {
    .data_dir = folder, .passphrase = SHOP_TESTING_PASSPHRASE, .translate = same, .language = "en"
  };
  const Trouble trouble
      = { .mishap = MISHAP_KILLED, .at = (guint)atoi (words[4]), .after = words[5][0] == 'a' };
  GError *error = NULL;
  g_autoptr (CheckoutShop) shop = checkout_shop_open (&options, &error);
  Bench *bench;

  g_assert_no_error (error);
  bench = bench_new (words[0], words[1], words[2], &trouble);
  pay (shop, bench, atoi (words[3]));
  bench_free (bench);
  return 0;
}

/* FALSE: it has come to its end. */
static gboolean
pay_and_die (ShopTesting *shop, const Case *wanted, const Trouble *trouble)
{
  g_autofree char *minor = g_strdup_printf ("%d", (int)wanted->minor);
  g_autofree char *at = g_strdup_printf ("%u", trouble->at);
  char *argv[] = { (char *)"/proc/self/exe",
                   (char *)"--pay",
                   shop->dir,
                   (char *)wanted->card,
                   (char *)wanted->reader,
                   minor,
                   at,
                   (char *)(trouble->after ? "after" : "before"),
                   NULL };
  GError *error = NULL;
  int status;

  g_clear_pointer (&shop->shop, checkout_shop_free);
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  shop_testing_reopen (shop);
  if (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL)
    return TRUE;
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  return FALSE;
}

/* ---- The books and the ledger ---- */

static void
read_line (GHashTable *accounts, const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *line = json_node_get_object (node);
  const char *effect = json_object_get_string_member (line, "effect");
  const char *key = json_object_get_string_member_with_default (line, "key", "");
  Account *account = g_hash_table_lookup (accounts, key);

  if (account == NULL)
    {
      account = g_new0 (Account, 1);
      g_hash_table_insert (accounts, g_strdup (key), account);
    }
  account->charges += g_str_equal (effect, "charge") ? 1 : 0;
  account->reversals += g_str_equal (effect, "reversal") ? 1 : 0;
  account->advices += g_str_equal (effect, "advice") ? 1 : 0;
}

static GHashTable *
read_ledger (ShopTesting *shop)
{
  GHashTable *accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *path = g_build_filename (sandbox_process_dir (shop->host), "ledger.jsonl", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return accounts;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    read_line (accounts, lines[i]);
  return accounts;
}

/* What the ledger calls it: its UUID, or its identity in a dialect without one. */
static char *
name_of (ShopTesting *shop, const VaultPayment *payment)
{
  if (g_str_equal (shop->dialect, "sandbox"))
    return g_strdup (payment->uuid);
  return g_strdup_printf ("%s/%06u/%06u", sync_line_terminal (shop->shop->line), payment->batch,
                          payment->stan);
}

static void
judge_payment (ShopTesting *shop,
               const VaultSale *sale,
               const VaultPayment *payment,
               GHashTable *accounts)
{
  static const Account none = { 0 };
  g_autofree char *name = name_of (shop, payment);
  const Account *found = g_hash_table_lookup (accounts, name),
                *account = found != NULL ? found : &none;
  gboolean charged = payment->state == VAULT_STATE_APPROVED;
  gboolean advised = payment->state == VAULT_STATE_CHIP_SENT;

  if (!charged && !advised)
    g_assert_true (payment->state == VAULT_STATE_REVERSED || payment->state == VAULT_STATE_DECLINED
                   || payment->state == VAULT_STATE_CANCELLED);
  g_assert_cmpint (sale->state == VAULT_SALE_PAID, ==, charged || advised);
  g_assert_cmpuint (account->advices, ==, advised ? 1 : 0);
  g_assert_cmpuint (account->charges, <=, 1);
  g_assert_cmpuint (account->charges - account->reversals, ==, charged ? 1 : 0);
  g_hash_table_remove (accounts, name);
}

/* Counts payments by how they have ended. */
static void
judge (ShopTesting *shop, guint *out_counts)
{
  g_autoptr (GHashTable) accounts = read_ledger (shop);
  GError *error = NULL;
  g_autoptr (GPtrArray) sales = vault_sale_list (shop->shop->vault, NULL, SALES_MAX, &error);
  GHashTableIter iter;
  gpointer key, value;

  g_assert_no_error (error);
  for (guint i = 0; i < sales->len; i++)
    {
      const VaultSale *sale = sales->pdata[i];

      for (guint j = 0; j < sale->payments->len; j++)
        {
          const VaultPayment *payment = sale->payments->pdata[j];

          judge_payment (shop, sale, payment, accounts);
          out_counts[payment->state]++;
        }
    }
  g_hash_table_iter_init (&iter, accounts);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Account *)value)->charges + ((Account *)value)->advices > 0)
      g_error ("The ledger has %s, and the books don't", (char *)key);
}

/* ---- The scene ---- */

static void
empty_queue (ShopTesting *shop)
{
  SyncOutcome outcome = SYNC_STUCK;

  for (guint i = 0; i < DRAINS_MAX && outcome != SYNC_EMPTY; i++)
    outcome = shop_testing_drain (shop);
  g_assert_cmpint (outcome, ==, SYNC_EMPTY);
}

static void
mend_line (ShopTesting *shop)
{
  GError *error = NULL;

  g_clear_pointer (&shop->shop->line, sync_line_free);
  g_assert_true (vault_setting_set_number (shop->shop->vault, SYNC_SETTING_PORT,
                                           sandbox_process_port (shop->host), NULL));
  shop->shop->line = sync_line_new (shop->shop->vault, &error);
  g_assert_no_error (error);
}

/* FALSE: the sale had fewer commands. */
static gboolean
sell_in_trouble (ShopTesting *shop, const Case *wanted, const Trouble *trouble)
{
  Bench *bench;
  gboolean struck;

  if (trouble->mishap == MISHAP_KILLED)
    return pay_and_die (shop, wanted, trouble);
  bench = bench_new (shop->dir, wanted->card, wanted->reader, trouble);
  pay (shop->shop, bench, wanted->minor);
  struck = bench->commands >= trouble->at;
  bench_free (bench);
  return struck;
}

static void
download (ShopTesting *shop)
{
  for (SyncDownloadKind kind = 0; kind < SYNC_DOWNLOAD_KINDS; kind++)
    {
      SyncDownloadReport report;
      SyncDownload done = sync_download_run (shop->shop->line, kind, NULL, &report, NULL);

      g_assert_true (done == SYNC_DOWNLOAD_DONE || done == SYNC_DOWNLOAD_NOT_THERE);
    }
}

/* Where the acquirer allows it, without a line. */
static void
allow_storing (ShopTesting *shop)
{
  Vault *vault = shop->shop->vault;

  g_assert_true (vault_setting_set_number (vault, CHECKOUT_SETTING_OFFLINE, 1, NULL)
                 && vault_setting_set_number (vault, CHECKOUT_SETTING_OFFLINE_SALE, ABOVE, NULL)
                 && vault_setting_set_number (vault, CHECKOUT_SETTING_OFFLINE_SUM, ABOVE, NULL)
                 && vault_setting_set_number (vault, CHECKOUT_SETTING_OFFLINE_COUNT, 1, NULL));
}

static void
set_up (ShopTesting *shop, gconstpointer data)
{
  const Case *wanted = data;

  shop_testing_set_up_for (shop, wanted->dialect, NULL);
  sandbox_process_set_script (shop->host, SCRIPTS);
  shop_testing_change_host (shop, NULL);
  download (shop);
  allow_storing (shop);
}

static void
tear_down (ShopTesting *shop, gconstpointer data)
{
  shop_testing_tear_down (shop);
}

static void
test_every_command (ShopTesting *shop, gconstpointer data)
{
  const Case *wanted = data;
  guint counts[STATES_MAX] = { 0 }, runs = 0;

  for (Mishap mishap = MISHAP_TORN; mishap <= MISHAP_KILLED; mishap++)
    for (guint after = 0; after < 2; after++)
      {
        Trouble trouble = { .mishap = mishap, .after = after == 1 };
        gboolean struck;

        do
          {
            trouble.at++;
            runs++;
            g_assert_cmpuint (trouble.at, <, COMMANDS_MAX);
            if (wanted->cut)
              shop_testing_cut_line (shop);
            struck = sell_in_trouble (shop, wanted, &trouble);
            if (wanted->cut)
              mend_line (shop);
            empty_queue (shop);
          }
        while (struck);
      }
  judge (shop, counts);
  for (guint i = 0; i < STATES_MAX; i++)
    if (counts[i] > 0)
      g_test_message ("%s: %u", vault_life_state_name (i), counts[i]);
  g_test_message ("%u sales", runs);
  g_assert_cmpuint (counts[VAULT_STATE_CANCELLED], >, 0);
}

int
main (int argc, char **argv)
{
  static const Case cases[] = {
    { "sandbox", "cda", "tpdu", SCRIPTED, FALSE },
    { "sandbox", "dda", "tpdu", ABOVE, FALSE },
    { "sandbox", "offline-limit", "short", BELOW, FALSE },
    { "sandbox", "always-online", "short", ABOVE, TRUE },
    { "unionpay", "no-oda", "extended", SCRIPTED, FALSE },
    { "unionpay", "sda", "tpdu", BELOW, TRUE },
  };

  if (argc == 8 && strcmp (argv[1], "--pay") == 0)
    return pay_here (argv + 2);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/chip-torn/%s/%s", cases[i].dialect, cases[i].card);

      if (argc < 2 || g_str_equal (argv[1], cases[i].dialect))
        g_test_add (path, ShopTesting, &cases[i], set_up, test_every_command, tear_down);
    }
  return g_test_run ();
}
