/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-office.h"

#include "acquirer-scheme.h"
#include "checkout-backup.h"
#include "checkout-pin-pad.h"
#include "checkout-report.h"
#include "checkout-words.h"
#include "sync-download.h"
#include "sync-settle.h"
#include "till-private.h"
#include "vault-key.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  CheckoutShop *shop;
  gint64 number;
  char *dir, *path, *leave;
  BaseSecret *secret; /* ended by NUL; NULL: none */
  VaultHandoverReport taken;
  GCancellable *stop; /* closing the station ends it */
  TillSettle end;
  TillReport *report;
  TillFollowed followed;
  gboolean is_counted;
  gint64 counted_minor;
  ShopDenominationCount count;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->dir);
  g_free (wish->path);
  g_free (wish->leave);
  base_secret_free (wish->secret);
  g_clear_object (&wish->stop);
  till_office_report_free (wish->report);
  g_free (wish);
}

void
till_office_report_free (TillReport *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self);
}

static BaseSecret *
keep_secret (const char *text)
{
  return text != NULL ? base_secret_new_from (BASE_SPAN (text, strlen (text) + 1)) : NULL;
}

static GTask *
task_for (TillStation *station, Wish *wish, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (station, /* cancellable= */ NULL, callback, data);

  wish->shop = till_station_shop (station);
  g_task_set_task_data (task, wish, wish_free);
  return task;
}

/* ---- reports ---- */

static TillReport *
report_of (const CheckoutShop *shop, const VaultShift *shift, gboolean is_z)
{
  TillReport *report = g_new0 (TillReport, 1);
  g_autoptr (ShopReceipt) rows = checkout_report_build (
      shop, shift, is_z ? CHECKOUT_REPORT_Z : CHECKOUT_REPORT_X, /* copy= */ 0);

  report->number = shift->number;
  report->is_z = is_z;
  report->open = !is_z && vault_shift_is_open (shift);
  report->asks_leave
      = shop->line != NULL && !acquirer_profile_keeps_books (sync_line_profile (shop->line));
  report->asks_key = !shop->training && vault_key_needs_passphrase (vault_dir (shop->vault));
  (void)vault_closing_last (shop->vault, &report->last, /* error= */ NULL);
  report->text = shop_receipt_to_text (rows, TILL_REPORT_COLUMNS);
  return report;
}

static void
answer (GTask *task, TillReport *report, GError *error)
{
  if (report != NULL)
    g_task_return_pointer (task, report, (GDestroyNotify)till_office_report_free);
  else
    g_task_return_error (task, till_error_take (error));
}

static void
report_job (GTask *task, gpointer data)
{
  const Wish *wish = data;
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  GError *error = NULL;
  gboolean read = wish->number == 0
                      ? vault_shift_read (wish->shop->vault, shift, &error)
                      : vault_closing_load (wish->shop->vault, wish->number, shift, &error);

  answer (task, read ? report_of (wish->shop, shift, wish->number != 0) : NULL, error);
}

void
till_office_report_async (TillStation *station,
                          gint64 number,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->number = number;
  till_station_push (station, TILL_WORKER_STORE, task_for (station, wish, callback, data),
                     report_job);
}

TillReport *
till_office_report_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
close_job (GTask *task, gpointer data)
{
  const Wish *wish = data;
  VaultDrawerMove count = { .act = VAULT_DRAWER_COUNT,
                            .amount_minor = wish->counted_minor,
                            .currency = wish->shop->currency,
                            .count = &wish->count };
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  GError *error = NULL;
  gboolean made
      = (!wish->is_counted || vault_drawer_check (&count, &error))
        && checkout_people_take (wish->shop->people, SHOP_RIGHT_CLOSE, &error)
        && vault_closing_make_counted (wish->shop->vault, wish->is_counted ? &count : NULL,
                                       checkout_shop_operator (wish->shop), shift, &error);

  if (made)
    checkout_marks_hasten (wish->shop->marks);
  answer (task, made ? report_of (wish->shop, shift, TRUE) : NULL, error);
}

void
till_office_close_async (TillStation *station, GAsyncReadyCallback callback, gpointer data)
{
  till_station_push (station, TILL_WORKER_STORE,
                     task_for (station, g_new0 (Wish, 1), callback, data), close_job);
}

void
till_office_close_counted_async (TillStation *station,
                                 gint64 total_minor,
                                 const ShopDenominationCount *count,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->is_counted = TRUE;
  wish->counted_minor = total_minor;
  if (count != NULL)
    wish->count = *count;
  till_station_push (station, TILL_WORKER_STORE, task_for (station, wish, callback, data),
                     close_job);
}

TillReport *
till_office_close_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  TillReport *report = g_task_propagate_pointer (G_TASK (result), error);

  till_station_nudge (station);
  return report;
}

static void
print_job (GTask *task, gpointer data)
{
  const Wish *wish = data;
  GError *error = NULL;

  if (vault_closing_print (wish->shop->vault, wish->number, checkout_shop_operator (wish->shop),
                           &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_office_print_async (TillStation *station,
                         gint64 number,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->number = number;
  till_station_push (station, TILL_WORKER_STORE, task_for (station, wish, callback, data),
                     print_job);
}

gboolean
till_office_print_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  gboolean done = g_task_propagate_boolean (G_TASK (result), error);

  till_station_nudge (station);
  return done;
}

/* ---- settling ---- */

static TillReport *
settled (CheckoutShop *shop, gint64 id, GError **error)
{
  VaultBatch batch = { 0 };
  g_autoptr (GArray) differences = NULL;
  g_autoptr (ShopReceipt) rows = NULL;
  TillReport *report;

  if (!vault_batch_load (shop->vault, id, &batch, error))
    return NULL;
  differences = vault_batch_differences (shop->vault, id, error);
  if (differences == NULL)
    return NULL;
  rows = checkout_report_settlement (shop, &batch, differences);
  report = g_new0 (TillReport, 1);
  report->differs = !vault_batch_is_resolved (&batch, differences);
  report->text = shop_receipt_to_text (rows, TILL_REPORT_COLUMNS);
  return report;
}

static void
settle_job (GTask *task, gpointer data)
{
  static const TillSettle ends[] = {
    [SYNC_SETTLE_DONE] = TILL_SETTLE_DONE,
    [SYNC_SETTLE_NOT_OFFERED] = TILL_SETTLE_NOT_OFFERED,
    [SYNC_SETTLE_OWED] = TILL_SETTLE_OWED,
    [SYNC_SETTLE_ASIDE] = TILL_SETTLE_ASIDE,
    [SYNC_SETTLE_HELD] = TILL_SETTLE_HELD,
    [SYNC_SETTLE_REFUSED] = TILL_SETTLE_REFUSED,
    [SYNC_SETTLE_NO_ANSWER] = TILL_SETTLE_NO_ANSWER,
    [SYNC_SETTLE_NO_LINE] = TILL_SETTLE_NO_LINE,
  };
  Wish *wish = data;
  SyncSettleReport report = { 0 };
  SyncSettle outcome = SYNC_SETTLE_NOT_OFFERED;
  GError *error = NULL;

  if (!checkout_people_take (wish->shop->people, SHOP_RIGHT_SETTLE, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (wish->shop->line != NULL)
    outcome = sync_settle_run (wish->shop->line, checkout_shop_operator (wish->shop), wish->stop,
                               &report, &error);
  if (outcome != SYNC_SETTLE_FAULT)
    {
      g_clear_error (&error);
      wish->end = report.decisions_lost ? TILL_SETTLE_LOST : ends[outcome];
    }
  checkout_marks_hasten (wish->shop->marks);
  if (outcome == SYNC_SETTLE_DONE)
    wish->report = settled (wish->shop, report.batch, &error);
  if (error != NULL)
    g_task_return_error (task, till_error_take (error));
  else
    g_task_return_boolean (task, outcome != SYNC_SETTLE_FAULT);
}

void
till_office_settle_async (TillStation *station, GAsyncReadyCallback callback, gpointer data)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->stop = g_cancellable_new ();
  till_station_add_running (station, wish->stop);
  till_station_push (station, TILL_WORKER_SYNC, task_for (station, wish, callback, data),
                     settle_job);
}

gboolean
till_office_settle_finish (TillStation *station,
                           GAsyncResult *result,
                           TillSettle *out_end,
                           TillReport **out_report,
                           GError **error)
{
  Wish *wish = g_task_get_task_data (G_TASK (result));

  till_station_remove_running (station, wish->stop);
  till_station_nudge (station);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *out_end = wish->end;
  *out_report = g_steal_pointer (&wish->report);
  return TRUE;
}

/* ---- copies ---- */

static BaseSpan
secret_span (const BaseSecret *secret)
{
  return secret != NULL ? BASE_SPAN (base_secret_span (secret).data, base_secret_size (secret) - 1)
                        : BASE_SPAN (NULL, 0);
}

/* On a thread of its own, which may outlive the station: it opens the file itself, and no sale
 * waits for a slow stick. */
static void
back_up_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Wish *wish = data;
  GError *error = NULL;

  if (checkout_backup_create (wish->dir, secret_span (wish->secret), wish->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_office_back_up_async (TillStation *station,
                           const char *path,
                           const char *passphrase,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  Wish *wish = g_new0 (Wish, 1);
  GTask *task = task_for (station, wish, callback, data);
  GError *error = NULL;

  if (wish->shop != NULL && !checkout_people_take (wish->shop->people, SHOP_RIGHT_BACKUP, &error))
    g_task_return_error (task, error);
  else if (wish->shop != NULL)
    {
      wish->dir = g_strdup (vault_dir (wish->shop->vault));
      wish->path = g_strdup (path);
      wish->secret = keep_secret (passphrase);
      g_task_run_in_thread (task, back_up_job);
    }
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, _ ("The station is closed"));
  g_object_unref (task);
}

gboolean
till_office_back_up_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
take_in_job (GTask *task, gpointer data)
{
  Wish *wish = data;
  const CheckoutBackupOpener opener
      = { .recovery = (const char *)base_secret_span (wish->secret).data, .leave = wish->leave };
  GError *error = NULL;

  if (checkout_people_take (wish->shop->people, SHOP_RIGHT_QUEUE, &error)
      && checkout_backup_hand_over (wish->shop, wish->path, &opener, &wish->taken, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_office_take_in_async (TillStation *station,
                           const char *path,
                           const char *recovery,
                           const char *leave,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->path = g_strdup (path);
  wish->leave = g_strdup (leave);
  wish->secret = keep_secret (recovery);
  till_station_push (station, TILL_WORKER_SYNC, task_for (station, wish, callback, data),
                     take_in_job);
}

gboolean
till_office_take_in_finish (TillStation *station,
                            GAsyncResult *result,
                            TillTakenIn *out_taken,
                            GError **error)
{
  const Wish *wish = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *out_taken = (TillTakenIn){ .taken = wish->taken.taken,
                              .known = wish->taken.known,
                              .damaged = wish->taken.damaged,
                              .amount_minor = wish->taken.amount_minor };
  till_station_nudge (station);
  return TRUE;
}

static gboolean
is_same_disk (const char *a, const char *b)
{
  GStatBuf here, there;

  return g_stat (a, &here) == 0 && g_stat (b, &there) == 0 && here.st_dev == there.st_dev;
}

/* What the folder can't is an answer; that the shop can't be opened is an error. */
static void
follow_job (GTask *task, gpointer data)
{
  Wish *wish = data;
  GError *error = NULL;

  if (!checkout_people_take (wish->shop->people, SHOP_RIGHT_BACKUP, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (checkout_shop_follow (wish->shop, secret_span (wish->secret), wish->path, &error))
    wish->followed.same_disk = is_same_disk (vault_dir (wish->shop->vault), wish->path);
  else if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_KEY)
           || g_error_matches (error, VAULT_ERROR, VAULT_ERROR_NO_KEYRING)
           || g_error_matches (error, VAULT_ERROR, VAULT_ERROR_STATE))
    {
      g_task_return_error (task, till_error_take (error));
      return;
    }
  else
    wish->followed.refused
        = checkout_words_copy (checkout_follow_reason (error), wish->shop->translate);
  g_clear_error (&error);
  g_task_return_boolean (task, TRUE);
}

void
till_office_follow_async (TillStation *station,
                          const char *folder,
                          const char *passphrase,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->path = g_canonicalize_filename (folder, NULL);
  wish->secret = keep_secret (passphrase);
  till_station_push (station, TILL_WORKER_SYNC, task_for (station, wish, callback, data),
                     follow_job);
}

gboolean
till_office_follow_finish (TillStation *station,
                           GAsyncResult *result,
                           TillFollowed *out_followed,
                           GError **error)
{
  const Wish *wish = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *out_followed = wish->followed;
  till_station_nudge (station);
  return TRUE;
}

/* ---- keys ---- */

const char *
till_office_kernel_notice (void)
{
  return _ ("Till's EMV kernel is not certified by EMVCo; taking live cards with it needs the "
            "acquirer's certification.");
}

void
till_office_keys_free (TillKeys *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->count; i++)
    g_free (self->schemes[i].name);
  g_free (self->pads);
  g_free (self);
}

/* Yours. */
static char *
pad_words (CheckoutShop *shop)
{
  g_autoptr (GPtrArray) pads = checkout_pin_pad_list (shop);
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < pads->len; i++)
    {
      const CheckoutPinPad *pad = pads->pdata[i];

      if (i > 0)
        g_string_append_c (words, '\n');
      if (pad->tried != NULL)
        /* Translators: a chip reader's name, and the day on which its PIN pad was tried. */
        g_string_append_printf (words, _ ("%s: tried on %s, in use"), pad->identity, pad->tried);
      else
        g_string_append_printf (words, _ ("%s: in use"), pad->identity);
    }
  return g_string_free (words, FALSE);
}

static void
keys_job (GTask *task, gpointer data)
{
  const Wish *wish = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) schemes = acquirer_scheme_load (&error);
  g_autoptr (GArray) loaded
      = schemes != NULL ? sync_download_keys (wish->shop->vault, &error) : NULL;
  TillKeys *keys;

  if (loaded == NULL)
    {
      g_task_return_error (task, till_error_take (error));
      return;
    }
  keys = g_new0 (TillKeys, 1);
  keys->unguarded = vault_setting_number (wish->shop->vault, CHECKOUT_SETTING_UNGUARDED, 0) != 0;
  keys->pads = pad_words (wish->shop);
  keys->pad_waits = checkout_pin_pad_waits (wish->shop);
  keys->count = MIN (schemes->len, TILL_SCHEMES_MAX);
  for (guint i = 0; i < keys->count; i++)
    {
      const AcquirerScheme *scheme = schemes->pdata[i];

      keys->schemes[i].name = g_strdup (scheme->name);
      keys->schemes[i].keys = acquirer_scheme_count_keys (scheme, loaded, sync_download_today (),
                                                          &keys->schemes[i].until);
    }
  g_task_return_pointer (task, keys, (GDestroyNotify)till_office_keys_free);
}

void
till_office_keys_async (TillStation *station, GAsyncReadyCallback callback, gpointer data)
{
  till_station_push (station, TILL_WORKER_STORE,
                     task_for (station, g_new0 (Wish, 1), callback, data), keys_job);
}

TillKeys *
till_office_keys_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
pads_off_job (GTask *task, gpointer data)
{
  const Wish *wish = data;
  GError *error = NULL;
  guint count;

  if (checkout_people_take (wish->shop->people, SHOP_RIGHT_DEVICES, &error)
      && checkout_pin_pad_forget (wish->shop, &count, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_office_pads_off_async (TillStation *station, GAsyncReadyCallback callback, gpointer data)
{
  till_station_push (station, TILL_WORKER_STORE,
                     task_for (station, g_new0 (Wish, 1), callback, data), pads_off_job);
}

gboolean
till_office_pads_off_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
