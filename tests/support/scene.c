/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene.h"

#include <glib/gstdio.h>
#include <string.h>

#define SWIPE_AGAIN_US (200 * 1000)
#define WAIT_US (20 * G_USEC_PER_SEC)

static const char *
same (const char *text)
{
  return text;
}

void
scene_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static gboolean
on_turn_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

GAsyncResult *
scene_answer (GAsyncResult **result)
{
  gint64 end_us = g_get_monotonic_time () + WAIT_US;
  guint turns = g_timeout_add (20, on_turn_cb, NULL);

  while (*result == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (turns);
  return *result;
}

void
scene_wait (Scene *self,
            gboolean (*check) (Scene *scene, gpointer data),
            gpointer data,
            const char *what)
{
  gint64 end_us = g_get_monotonic_time () + WAIT_US;
  guint turns = g_timeout_add (20, on_turn_cb, NULL);

  while (!check (self, data))
    {
      if (g_get_monotonic_time () > end_us)
        g_error ("Waited too long for: %s", what);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (turns);
}

static void
open_station (Scene *self)
{
  TillStationOptions options = {
    .data_dir = self->dir, .training = TRUE, .background = TRUE, .translate = same, .language = "en"
  };
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;

  self->station = till_station_new ();
  till_station_open_async (self->station, &options, NULL, scene_done_cb, &result);
  till_station_open_finish (self->station, scene_answer (&result), &error);
  g_assert_no_error (error);
  self->bench = till_station_bench (self->station);
  g_assert_nonnull (self->bench);
}

void
scene_open (Scene *self)
{
  self->dir = g_dir_make_tmp ("till-scene-XXXXXX", NULL);
  open_station (self);
}

static void
close_station (Scene *self)
{
  till_station_close (self->station);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->station);
}

void
scene_reopen (Scene *self)
{
  close_station (self);
  open_station (self);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
scene_clear (Scene *self)
{
  close_station (self);
  remove_tree (self->dir);
  g_clear_pointer (&self->dir, g_free);
}

const char *
scene_first_code (Scene *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GListModel) keys = NULL;
  g_autoptr (TillProductRow) row = NULL;

  till_station_quick_keys_async (self->station, NULL, scene_done_cb, &result);
  keys = till_station_quick_keys_finish (self->station, scene_answer (&result), NULL);
  g_assert_cmpuint (g_list_model_get_n_items (keys), >, 0);
  row = g_list_model_get_item (keys, 0);
  return g_intern_string (till_product_row_product (row)->code);
}

TillSale *
scene_sale (Scene *self, const char *item)
{
  TillSale *sale = till_sale_new (self->station);
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;
  TillEntry entry;

  till_sale_enter_async (sale, item, NULL, scene_done_cb, &result);
  till_sale_enter_finish (sale, scene_answer (&result), &entry, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (entry, ==, TILL_ENTRY_ADDED);
  return sale;
}

TillPayment *
scene_pay_cash (Scene *self, TillSale *sale, gint64 tendered_minor)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;
  TillPayment *payment;

  till_sale_pay_cash_async (sale, tendered_minor, scene_done_cb, &result);
  payment = till_sale_pay_finish (sale, scene_answer (&result), &error);
  g_assert_no_error (error);
  return payment;
}

typedef struct
{
  TillPayment *payment;
  const char *card;
  gint64 swiped_us;
} Hand;

/* A reader that is not armed yet takes no notice: the customer swipes again. */
static gboolean
has_taken_card (Scene *self, gpointer data)
{
  Hand *hand = data;
  gint64 now_us = g_get_monotonic_time ();

  if (till_payment_state (hand->payment) == TILL_PAYMENT_STATE_WAITING_CARD
      && now_us - hand->swiped_us > SWIPE_AGAIN_US)
    {
      hand->swiped_us = now_us;
      till_bench_swipe (self->bench, hand->card);
    }
  return till_payment_state (hand->payment) != TILL_PAYMENT_STATE_IDLE
         && till_payment_state (hand->payment) != TILL_PAYMENT_STATE_WAITING_CARD;
}

TillPayment *
scene_pay_card (Scene *self, TillSale *sale, const char *card)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (TillPayment) shown = NULL;
  GListModel *payments = till_sale_payments (sale);
  GError *error = NULL;
  TillPayment *payment;

  till_sale_pay_card_async (sale, scene_done_cb, &result);
  shown = g_list_model_get_item (payments, g_list_model_get_n_items (payments) - 1);
  scene_wait (self, has_taken_card, &(Hand){ shown, card, 0 }, "the reader to take the card");
  payment = till_sale_pay_finish (sale, scene_answer (&result), &error);
  g_assert_no_error (error);
  g_assert_true (payment == shown);
  return payment;
}

guint
scene_send (Scene *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;
  guint left = G_MAXUINT;

  till_station_send_async (self->station, NULL, scene_done_cb, &result);
  till_station_send_finish (self->station, scene_answer (&result), &left, &error);
  g_assert_no_error (error);
  return left;
}

guint
scene_ledger_count (Scene *self, const char *effect)
{
  g_autofree char *path = g_build_filename (self->dir, "acquirer", "ledger.jsonl", NULL);
  g_autofree char *wanted = g_strdup_printf ("\"effect\":\"%s\"", effect);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint count = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    count += strstr (lines[i], wanted) != NULL;
  return count;
}
