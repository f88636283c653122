/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-shop.h"

#include "checkout-sandbox.h"
#include "checkout-scale.h"
#include "usb-port-libusb.h"
#include "vault-draft.h"
#include "vault-journal.h"
#include "vault-key.h"
#include "vault-rights.h"

#include "base-data.h"
#include "paper-preload.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define TRAINING_PASSPHRASE "training" /* guards made-up data only */
#define TRAINING_PRODUCTS "training/products.csv"
/* A label of each sort; the goods have short codes, as 101 for 00101. */
#define TRAINING_SCALE_CODES "21CCCCCWWWWWK 22CCCCCPPPPPK 20CCCCCPPPPPWWWWWK"
#define GOODS_TAX_BP 1300 /* China's general VAT, where the list doesn't say */
#define SECRET_KEY_SIZE 16
#define ACQUIRER_FILE_MAX 32768 /* certificates with their chain, a key */
#define LEFT_BEHIND_MAX 100     /* newest sales that are looked at for one that was on the screen */

/* What `init --profile sandbox` allows (payment-life.md, rule 6). */
static const struct
{
  const char *name;
  gint64 value;
} offline_defaults[] = {
  { CHECKOUT_SETTING_OFFLINE_SALE, 20000 },
  { CHECKOUT_SETTING_OFFLINE_SUM, 200000 },
  { CHECKOUT_SETTING_OFFLINE_COUNT, 50 },
  { CHECKOUT_SETTING_OFFLINE_HOURS, 24 },
};

/* Yours to wipe and free. */
static gboolean
read_acquirer_file (const char *dir, const char *name, BaseSecret **out_file, GError **error)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *text = NULL;
  gsize size = 0;

  text = base_data_read (path, ACQUIRER_FILE_MAX, &size, error);
  if (text == NULL || size == 0)
    {
      if (text != NULL)
        g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_SETTINGS, _ ("it is empty"));
      g_prefix_error (error, _ ("The acquirer's file “%s” is missing: "), name);
      return FALSE;
    }
  *out_file = base_secret_new_from (BASE_SPAN (text, size));
  base_secret_wipe (text, size);
  return TRUE;
}

/* A certificate that has ended, or hangs together with nothing, is found out here and not by the
 * first card. */
static gboolean
keep_certificates (Vault *vault, const char *dir, GError **error)
{
  g_autoptr (BaseSecret) ca = NULL;
  g_autoptr (BaseSecret) client = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (BaseSecret) envelope = NULL;
  SyncCertificateFiles files;

  if (!read_acquirer_file (dir, "ca.pem", &ca, error)
      || !read_acquirer_file (dir, "client.pem", &client, error)
      || !read_acquirer_file (dir, "client.key", &key, error)
      || !read_acquirer_file (dir, "envelope.pem", &envelope, error))
    return FALSE;
  files = (SyncCertificateFiles){ base_secret_span (ca), base_secret_span (client),
                                  base_secret_span (key), base_secret_span (envelope) };
  return sync_certificates_take (vault, &files, error);
}

/* The MAC key for ever, or the master key of an acquirer that gives working keys at the sign-in, as
 * the sandbox has it open in its folder. A real acquirer's comes in a key block, which people take
 * in later: its transport key is never whole in one folder. */
static gboolean
keep_secret_key (Vault *vault, const char *dir, gboolean master, GError **error)
{
  g_autofree char *path = g_build_filename (dir, master ? "master.key" : "mac.key", NULL);
  g_autofree char *text = NULL;
  g_autoptr (BaseSecret) key = NULL;
  gsize size = 0;

  text = base_data_read (path, ACQUIRER_FILE_MAX, &size, error);
  if (text == NULL)
    {
      g_prefix_error (error, _ ("The acquirer's key isn't in its folder; where it comes in a key "
                                "block, say --key-later: "));
      return FALSE;
    }
  key = base_secret_new_from_hex (text);
  base_secret_wipe (text, size);
  if (key != NULL && base_secret_size (key) == SECRET_KEY_SIZE)
    return vault_setting_set (vault, master ? SYNC_SETTING_MASTER_KEY : SYNC_SETTING_MAC_KEY,
                              base_secret_span (key), error);
  g_set_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS,
               _ ("“%s” holds no key of 16 bytes in hexadecimal digits"), path);
  return FALSE;
}

/* The profile's text goes into the vault, so that a changed file of that name later changes nothing
 * by itself. */
static gboolean
keep_profile (Vault *vault, const CheckoutShopSetup *setup, gboolean *out_signs_in, GError **error)
{
  g_autofree char *name = g_strdup_printf ("acquirers/%s.ini", setup->profile);
  g_autofree char *path
      = strchr (setup->profile, '/') != NULL ? g_strdup (setup->profile) : base_data_find (name);
  g_autofree char *text
      = path != NULL ? base_data_read (path, ACQUIRER_PROFILE_SIZE_MAX, NULL, error) : NULL;
  g_autoptr (AcquirerProfile) profile
      = text != NULL ? acquirer_profile_from_text (text, error) : NULL;

  if (path == NULL)
    g_set_error (
        error, SYNC_ERROR, SYNC_ERROR_SETTINGS,
        _ ("There is no acquirer profile “%s”: sandbox and unionpay come with Till, another is "
           "named by the path of its file"),
        setup->profile);
  if (profile == NULL || !vault_setting_set_text (vault, SYNC_SETTING_PROFILE, text, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (offline_defaults); i++)
    if (!vault_setting_set_number (vault, offline_defaults[i].name, offline_defaults[i].value,
                                   error))
      return FALSE;
  *out_signs_in = acquirer_profile_key_plan (profile) != NULL;
  return vault_setting_set_number (vault, CHECKOUT_SETTING_OFFLINE,
                                   acquirer_profile_deferred (profile), error);
}

/* What is wrong here would be found out by the first card only. */
static gboolean
check_acquirer (const CheckoutShopSetup *setup, GError **error)
{
  gsize terminal = setup->terminal != NULL ? strlen (setup->terminal) : 0;
  gsize merchant = setup->merchant != NULL ? strlen (setup->merchant) : 0;
  const char *wrong = NULL;

  if (setup->host == NULL || setup->host[0] == '\0' || setup->port == 0)
    wrong = _ ("An acquirer needs its host and port");
  else if (setup->tls_dir == NULL)
    wrong = _ ("An acquirer needs the folder with its keys");
  else if (terminal == 0 || terminal > ACQUIRER_TERMINAL_SIZE || !g_str_is_ascii (setup->terminal))
    wrong = _ ("An acquirer needs this terminal's number, of eight letters or digits at most");
  else if (merchant == 0 || merchant > ACQUIRER_MERCHANT_SIZE || !g_str_is_ascii (setup->merchant))
    wrong = _ ("An acquirer needs the merchant's number, of fifteen letters or digits at most");
  if (wrong != NULL)
    g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_SETTINGS, wrong);
  return wrong == NULL;
}

static gboolean
keep_acquirer (Vault *vault, const CheckoutShopSetup *setup, GError **error)
{
  gboolean signs_in = FALSE;

  return check_acquirer (setup, error) && keep_profile (vault, setup, &signs_in, error)
         && vault_setting_set_text (vault, SYNC_SETTING_HOST, setup->host, error)
         && vault_setting_set_number (vault, SYNC_SETTING_PORT, setup->port, error)
         && vault_setting_set_text (vault, SYNC_SETTING_TERMINAL, setup->terminal, error)
         && vault_setting_set_text (vault, SYNC_SETTING_MERCHANT, setup->merchant, error)
         && keep_certificates (vault, setup->tls_dir, error)
         && (setup->key_later || keep_secret_key (vault, setup->tls_dir, signs_in, error));
}

static gboolean
fill_vault (Vault *vault, const CheckoutShopSetup *setup, GError **error)
{
  return vault_setting_set_text (vault, CHECKOUT_SETTING_SHOP, setup->name, error)
         && vault_setting_set_text (vault, CHECKOUT_SETTING_CURRENCY, setup->currency, error)
         && vault_setting_set_number (vault, CHECKOUT_SETTING_TAX_MODE, setup->tax_mode, error)
         && vault_setting_set_text (vault, CHECKOUT_SETTING_CASHIER, "01", error)
         && vault_setting_set_text (vault, CHECKOUT_SETTING_TILL,
                                    setup->terminal != NULL ? setup->terminal : "1", error)
         && (setup->profile == NULL || keep_acquirer (vault, setup, error))
         && (setup->scale_codes == NULL
             || checkout_scale_keep (vault, "setup", setup->scale_codes, error))
         && vault_journal_add (vault, "setup", "init", setup->name, error);
}

static gboolean
import_goods (Vault *vault, const CheckoutShopSetup *setup, GError **error)
{
  VaultImportOptions options = { .currency = setup->currency, .tax_bp = GOODS_TAX_BP };
  VaultImportReport report = { 0 };

  return vault_catalogue_import (vault, setup->goods, &options, &report, /* cancellable= */ NULL,
                                 error);
}

static gboolean
make_shop (const char *dir,
           BaseSpan passphrase,
           const CheckoutShopSetup *setup,
           char **out_recovery,
           GError **error)
{
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (Vault) vault = NULL;

  if (vault_key_create (dir, passphrase, &key, out_recovery, error))
    vault = vault_create (dir, key, error);
  return vault != NULL && fill_vault (vault, setup, error)
         && (setup->manager_pin.size == 0
             || checkout_people_found (vault, setup->manager_name, setup->manager_pin, error))
         && (setup->goods == NULL || import_goods (vault, setup, error));
}

gboolean
checkout_shop_create (const char *dir,
                      BaseSpan passphrase,
                      const CheckoutShopSetup *setup,
                      char **out_recovery,
                      GError **error)
{
  g_autoptr (VaultDraft) draft = vault_draft_begin (dir, error);
  char *recovery = NULL;

  if (draft != NULL && make_shop (vault_draft_dir (draft), passphrase, setup, &recovery, error)
      && vault_draft_finish (draft, error))
    {
      *out_recovery = recovery;
      return TRUE;
    }
  base_secret_free_text (recovery);
  return FALSE;
}

gboolean
checkout_shop_recover (const char *dir, const char *recovery, BaseSpan passphrase, GError **error)
{
  g_autoptr (BaseSecret) key = vault_key_open_with_recovery (dir, recovery, error);
  g_autoptr (Vault) vault = key != NULL ? vault_open (dir, key, VAULT_ACCESS_OWN, error) : NULL;

  return vault != NULL && vault_journal_add (vault, "setup", "recover", "", error)
         && vault_key_keep (dir, key, passphrase, error);
}

gboolean
checkout_shop_new_recovery (const char *dir,
                            BaseSpan passphrase,
                            char **out_recovery,
                            GError **error)
{
  g_autoptr (BaseSecret) key = vault_key_open (dir, passphrase, error);
  g_autoptr (Vault) vault = key != NULL ? vault_open (dir, key, VAULT_ACCESS_OWN, error) : NULL;

  return vault != NULL && vault_journal_add (vault, "setup", "recovery-key", "", error)
         && vault_key_new_recovery (dir, key, out_recovery, error);
}

/* A training shop is made on the spot, with its goods and the sandbox's keys; an existing one takes
 * the sandbox's present port. */
static gboolean
prepare_training (CheckoutShop *self, const char *dir, GError **error)
{
  char *recovery = NULL; /* nobody is told of it: the passphrase is known */
  g_autofree char *goods = base_data_find (TRAINING_PRODUCTS);
  gboolean made;
  CheckoutShopSetup setup = {
    .name = self->translate (N_ ("Riverside Corner Shop")),
    .currency = "CNY",
    .profile = "sandbox",
    .host = "127.0.0.1",
    .terminal = "TRAIN001",
    .merchant = "TRAINING0000001",
    .tax_mode = SHOP_TAX_INCLUSIVE,
    .goods = goods,
    .scale_codes = TRAINING_SCALE_CODES,
  };

  if (goods == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _ ("The training shop's goods are not installed"));
      return FALSE;
    }
  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("“%s” can't be made"), dir);
      return FALSE;
    }
  self->sandbox = checkout_sandbox_new (dir, 0, error);
  if (self->sandbox == NULL)
    return FALSE;
  setup.tls_dir = checkout_sandbox_tls_dir (self->sandbox);
  setup.port = checkout_sandbox_port (self->sandbox);
  made = vault_exists (dir)
         || checkout_shop_create (dir, BASE_SPAN_STR (TRAINING_PASSPHRASE), &setup, &recovery,
                                  error);
  base_secret_free_text (recovery);
  return made;
}

static gboolean
open_vault (CheckoutShop *self, const CheckoutShopOptions *options, GError **error)
{
  BaseSpan passphrase
      = options->training ? BASE_SPAN_STR (TRAINING_PASSPHRASE) : options->passphrase;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (GError) busy = NULL;

  if (!vault_rights_check (options->data_dir, error))
    return FALSE;
  if (!vault_exists (options->data_dir))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT,
                   _ ("There is no shop in “%s” yet; make one with “till-cli init”"),
                   options->data_dir);
      return FALSE;
    }
  key = vault_key_open (options->data_dir, passphrase, error);
  if (key == NULL)
    return FALSE;
  self->vault = vault_open (options->data_dir, key, VAULT_ACCESS_OWN, &busy);
  if (self->vault == NULL && options->may_read_only
      && g_error_matches (busy, VAULT_ERROR, VAULT_ERROR_BUSY))
    {
      g_clear_error (&busy);
      self->vault = vault_open (options->data_dir, key, VAULT_ACCESS_READ, &busy);
    }
  if (self->vault == NULL)
    g_propagate_error (error, g_steal_pointer (&busy));
  else if (!options->training)
    {
      self->follow = checkout_follow_start (self->vault, key);
      self->marks = checkout_marks_start (self->vault);
    }
  return self->vault != NULL;
}

static gboolean
read_settings (CheckoutShop *self, GError **error)
{
  self->shop_name = vault_setting_text (self->vault, CHECKOUT_SETTING_SHOP, error);
  self->currency = self->shop_name != NULL
                       ? vault_setting_text (self->vault, CHECKOUT_SETTING_CURRENCY, error)
                       : NULL;
  if (self->currency == NULL || strlen (self->currency) != 3)
    {
      g_clear_error (error);
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                           _ ("The shop's settings are damaged; restore a backup"));
      return FALSE;
    }
  self->cashier = vault_setting_text (self->vault, CHECKOUT_SETTING_CASHIER, NULL);
  self->till_name = vault_setting_text (self->vault, CHECKOUT_SETTING_TILL, NULL);
  self->tax_mode
      = vault_setting_number (self->vault, CHECKOUT_SETTING_TAX_MODE, 0) == SHOP_TAX_EXCLUSIVE
            ? SHOP_TAX_EXCLUSIVE
            : SHOP_TAX_INCLUSIVE;
  self->scale_codes = checkout_scale_read (self->vault, error);
  return self->scale_codes != NULL;
}

/* A till without USB still sells; `devices` then says why nothing is there. */
static void
open_devices (CheckoutShop *self)
{
  g_autoptr (GError) error = NULL;

  if (self->training)
    {
      self->bench = training_bench_new ();
      self->bus = training_bench_bus (self->bench);
    }
  else
    self->bus = usb_bus_libusb_new (&error);
  if (self->bus != NULL)
    self->devices = device_list_new (self->bus);
  else
    g_debug ("USB can't be used: %s", error->message);
}

/* Open in the books means: something was paid, or it was taken back from being parked. */
static gboolean
is_left_behind (const VaultSale *sale)
{
  return sale->state == VAULT_SALE_OPEN
         && (sale->payments->len == 0 || vault_sale_paid_minor (sale) > 0);
}

/* A sale that was on the screen when the program died is nobody's: the cashier finds it among the
 * parked ones. */
static void
park_left_behind (CheckoutShop *self)
{
  g_autoptr (GPtrArray) sales
      = vault_sale_list (self->vault, /* state= */ NULL, LEFT_BEHIND_MAX, /* error= */ NULL);

  for (guint i = 0; sales != NULL && i < sales->len; i++)
    {
      VaultSale *sale = sales->pdata[i];
      g_autoptr (GError) error = NULL;

      if (is_left_behind (sale) && !vault_sale_park (self->vault, sale, sale->label, &error))
        g_debug ("Receipt %" G_GINT64_FORMAT " stays open: %s", sale->id, error->message);
    }
}

static gboolean
recover (CheckoutShop *self, GError **error)
{
  g_auto (SyncReport) report = { 0 };

  if (!vault_is_owner (self->vault))
    return TRUE;
  sync_report_init (&report);
  if (!vault_print_recover (self->vault, error)
      || (self->line != NULL && !sync_queue_recover (self->line, &report, error)))
    return FALSE;
  park_left_behind (self);
  return TRUE;
}

static gboolean
open_line (CheckoutShop *self, GError **error)
{
  g_autoptr (GError) broken = NULL;

  if (self->sandbox != NULL && vault_is_owner (self->vault)
      && !vault_setting_set_number (self->vault, SYNC_SETTING_PORT,
                                    checkout_sandbox_port (self->sandbox), error))
    return FALSE;
  self->line = sync_line_new (self->vault, &broken);
  if (broken == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&broken));
  return FALSE;
}

CheckoutShop *
checkout_shop_open (const CheckoutShopOptions *options, GError **error)
{
  g_autoptr (CheckoutShop) self = g_new0 (CheckoutShop, 1);
  GError *broken = NULL;

  g_mutex_init (&self->follow_mutex);
  self->training = options->training;
  self->translate = options->translate;
  self->language = g_strdup (options->language);
  if ((options->training && !prepare_training (self, options->data_dir, error))
      || !open_vault (self, options, error) || !read_settings (self, error))
    return NULL;
  self->people = checkout_people_open (self->vault, options->signs_in, error);
  if (self->people == NULL)
    return NULL;
  self->idle_s = checkout_people_idle_s (self->people);
  self->discount_limit_bp = checkout_people_discount_bp (self->people);
  self->catalogue = vault_catalogue_open (options->data_dir, error);
  if (self->catalogue == NULL)
    return NULL;
  if (!open_line (self, &broken) || !recover (self, &broken))
    {
      g_propagate_error (error, broken);
      return NULL;
    }
  open_devices (self);
  return g_steal_pointer (&self);
}

const char *
checkout_shop_operator (const CheckoutShop *self)
{
  const char *cashier = checkout_shop_cashier (self);

  return cashier != NULL ? cashier : "till";
}

const char *
checkout_shop_cashier (const CheckoutShop *self)
{
  const char *who = checkout_people_who (self->people);

  return who != NULL ? who : self->cashier;
}

static CheckoutFollow *
swap_follow (CheckoutShop *self, CheckoutFollow *next)
{
  CheckoutFollow *before;

  g_mutex_lock (&self->follow_mutex);
  before = g_steal_pointer (&self->follow);
  self->follow = next;
  g_mutex_unlock (&self->follow_mutex);
  return before;
}

gboolean
checkout_shop_copy (CheckoutShop *self, char **out_folder, CheckoutFollowState *out_state)
{
  gboolean there;

  g_mutex_lock (&self->follow_mutex);
  there = self->follow != NULL;
  if (there)
    {
      *out_folder = g_strdup (checkout_follow_folder (self->follow));
      checkout_follow_read (self->follow, out_state);
    }
  g_mutex_unlock (&self->follow_mutex);
  return there;
}

CheckoutFollowKnows
checkout_shop_copy_knows (CheckoutShop *self, gint64 entry)
{
  CheckoutFollowKnows knows = CHECKOUT_FOLLOW_HAS;

  g_mutex_lock (&self->follow_mutex);
  if (self->follow != NULL)
    knows = checkout_follow_knows (self->follow, entry);
  g_mutex_unlock (&self->follow_mutex);
  return knows;
}

/* The one before is stopped first: two would be woken by one commit, and it may be the same folder.
 */
gboolean
checkout_shop_follow (CheckoutShop *self, BaseSpan passphrase, const char *folder, GError **error)
{
  g_autoptr (BaseSecret) key = vault_key_open (vault_dir (self->vault), passphrase, error);
  gboolean done;

  if (key == NULL)
    return FALSE;
  checkout_follow_stop (swap_follow (self, NULL));
  done = checkout_follow_begin (self->vault, key, folder, error);
  (void)swap_follow (self, checkout_follow_start (self->vault, key));
  return done;
}

void
checkout_shop_free (CheckoutShop *self)
{
  if (self == NULL)
    return;
  checkout_slot_clear (&self->slot);
  g_clear_pointer (&self->devices, device_list_free);
  if (self->bench == NULL)
    g_clear_pointer (&self->bus, usb_bus_free);
  g_clear_pointer (&self->bench, training_bench_free);
  g_clear_pointer (&self->line, sync_line_free);
  g_clear_pointer (&self->catalogue, vault_catalogue_free);
  g_clear_pointer (&self->marks, checkout_marks_stop);
  g_clear_pointer (&self->follow, checkout_follow_stop);
  g_clear_pointer (&self->people, checkout_people_free);
  g_clear_pointer (&self->vault, vault_free);
  g_mutex_clear (&self->follow_mutex);
  g_clear_pointer (&self->sandbox, checkout_sandbox_free);
  g_clear_pointer (&self->scale_codes, shop_scale_code_list_free);
  g_free (self->shop_name);
  g_free (self->currency);
  g_free (self->cashier);
  g_free (self->till_name);
  g_free (self->language);
  g_free (self);
}
