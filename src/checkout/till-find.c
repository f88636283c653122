/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-find.h"

#include "checkout-find.h"
#include "till-private.h"

typedef struct
{
  CheckoutShop *shop;
  char *text;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->text);
  g_free (question);
}

void
till_find_free_found (TillFound *self)
{
  if (self == NULL)
    return;
  g_free (self->cashier);
  g_free (self->masked_pan);
  g_free (self);
}

/* How much care a payment needs: what isn't sure comes first. */
static guint
care_of (TillPaymentState state)
{
  if (state == TILL_PAYMENT_STATE_UNKNOWN)
    return 2;
  return state == TILL_PAYMENT_STATE_STORED ? 1 : 0;
}

static gboolean
counts (TillPaymentState state)
{
  return state == TILL_PAYMENT_STATE_APPROVED || care_of (state) > 0;
}

static TillFound *
found_of (const VaultSale *sale, const CheckoutShop *shop)
{
  TillFound *found = g_new0 (TillFound, 1);

  found->receipt_no = sale->id;
  found->kind = vault_sale_kind_name (sale->kind);
  found->original = sale->original;
  found->total_minor = vault_sale_total_minor (sale);
  found->at_us = sale->closed_us;
  found->cashier = g_strdup (sale->cashier);
  for (guint i = 0; i < sale->payments->len; i++)
    {
      const VaultPayment *payment = sale->payments->pdata[i];
      g_autoptr (TillPayment) shown = till_payment_new (payment, shop);

      if (found->masked_pan == NULL)
        found->masked_pan = g_strdup (payment->masked_pan);
      if (i > 0 && counts (found->state)
          && care_of (till_payment_state (shown)) <= care_of (found->state))
        continue;
      found->state = till_payment_state (shown);
      found->is_card = till_payment_is_card (shown);
      g_object_get (shown, "approved-by", &found->approved_by, "sent", &found->sent, NULL);
    }
  return found;
}

static void
find_job (GTask *task, gpointer data)
{
  const Question *question = data;
  GError *error = NULL;
  g_autoptr (GArray) ids = checkout_find_sales (question->shop, question->text, TILL_FIND_MAX,
                                                g_task_get_cancellable (task), &error);
  GPtrArray *list;

  if (ids == NULL)
    {
      g_task_return_error (task, till_error_take (error));
      return;
    }
  list = g_ptr_array_new_with_free_func ((GDestroyNotify)till_find_free_found);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (VaultSale) sale
          = vault_sale_load (question->shop->vault, g_array_index (ids, gint64, i), NULL);

      if (sale != NULL) /* a damaged one is named by 'journal verify' */
        g_ptr_array_add (list, found_of (sale, question->shop));
    }
  g_task_return_pointer (task, list, (GDestroyNotify)g_ptr_array_unref);
}

void
till_find_async (TillStation *station,
                 const char *text,
                 GAsyncReadyCallback callback,
                 gpointer data)
{
  GTask *task = g_task_new (station, till_station_take_search (station), callback, data);
  Question *question = g_new0 (Question, 1);

  question->shop = till_station_shop (station);
  question->text = g_strdup (text);
  g_task_set_task_data (task, question, question_free);
  till_station_push (station, TILL_WORKER_SEARCH, task, find_job);
}

GPtrArray *
till_find_finish (TillStation *station, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
