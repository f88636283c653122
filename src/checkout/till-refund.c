/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-refund.h"

#include "checkout-refund.h"
#include "till-private.h"

#define LOOK_MS 20
#define NOTE_WITHDRAWN_HERE "withdrawn-here"

typedef struct
{
  CheckoutRefund refund;
  guint *lines;
  VaultSale *sale;
  const char *refusal, *note; /* constants */
  GArray *touched_sales;
  gint64 withdrawn; /* the journal's entry that the copy must have; 0: nothing was withdrawn */
  gint64 until_us;  /* of the monotonic clock */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  vault_sale_free (job->sale);
  g_free (job->lines);
  g_clear_pointer (&job->touched_sales, g_array_unref);
  g_free (job);
}

static void
refund_job (GTask *task, gpointer data)
{
  Job *job = data;
  g_auto (SyncReport) report = { 0 };
  GError *error = NULL;

  sync_report_init (&report);
  job->touched_sales = g_array_ref (report.sales);
  if (!checkout_people_take (job->refund.shop->people,
                             job->refund.wish.is_void ? SHOP_RIGHT_VOID : SHOP_RIGHT_REFUND, &error)
      || !checkout_refund_run (&job->refund, &job->sale, &job->refusal, &report, &error))
    {
      g_task_return_error (task, till_error_take (error));
      return;
    }
  if (job->sale != NULL && checkout_refund_withdrew (job->sale))
    job->withdrawn = vault_journal_head (job->refund.shop->vault);
  g_task_return_boolean (task, TRUE);
}

/* ---- Until the copy knows ---- */

/* On the main thread, for no worker may stand still for a stick: the next customer pays meanwhile.
 */
static gboolean
on_look_cb (gpointer data)
{
  GTask *asked = data;
  Job *job = g_task_get_task_data (asked);
  CheckoutShop *shop = till_station_shop (g_task_get_source_object (asked));
  CheckoutFollowKnows knows
      = shop != NULL ? checkout_shop_copy_knows (shop, job->withdrawn) : CHECKOUT_FOLLOW_LACKS;

  if (knows == CHECKOUT_FOLLOW_WRITING && g_get_monotonic_time () < job->until_us)
    return G_SOURCE_CONTINUE;
  job->note = knows == CHECKOUT_FOLLOW_HAS ? NULL : NOTE_WITHDRAWN_HERE;
  g_task_return_boolean (asked, TRUE);
  return G_SOURCE_REMOVE;
}

static void
on_given_back_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) asked = data;
  Job *job = g_task_get_task_data (asked);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (asked, error);
      return;
    }
  if (job->withdrawn == 0)
    {
      g_task_return_boolean (asked, TRUE);
      return;
    }
  job->until_us = g_get_monotonic_time () + CHECKOUT_FOLLOW_PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  g_timeout_add_full (G_PRIORITY_DEFAULT, LOOK_MS, on_look_cb, g_steal_pointer (&asked),
                      g_object_unref);
}

/* ---- For the faces ---- */

void
till_refund_async (TillStation *station,
                   const TillRefundWish *wish,
                   GAsyncReadyCallback callback,
                   gpointer data)
{
  GTask *asked = g_task_new (station, /* cancellable= */ NULL, callback, data);
  GTask *task = g_task_new (station, /* cancellable= */ NULL, on_given_back_cb, asked);
  Job *job = g_new0 (Job, 1);

  job->lines = g_memdup2 (wish->lines, wish->line_count * sizeof *wish->lines);
  job->refund = (CheckoutRefund){
    .shop = till_station_shop (station),
    .wish = { .receipt_no = wish->receipt_no,
              .lines = job->lines,
              .line_count = wish->line_count,
              .to_cash = wish->to_cash,
              .is_void = wish->is_void },
    .leaves_reversal = till_station_drains (station),
  };
  g_task_set_task_data (asked, job, job_free);
  g_task_set_task_data (task, job, NULL); /* `asked` lives until this one has answered */
  till_station_push (station, TILL_WORKER_PAYMENT, task, refund_job);
}

gboolean
till_refund_finish (TillStation *station,
                    GAsyncResult *result,
                    TillSale **out_sale,
                    const char **out_refusal,
                    const char **out_note,
                    GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  gboolean done = g_task_propagate_boolean (G_TASK (result), error);

  *out_refusal = job->refusal;
  *out_note = job->note;
  *out_sale = job->sale != NULL ? till_sale_new_from (station, g_steal_pointer (&job->sale)) : NULL;
  if (job->touched_sales != NULL)
    till_station_emit_payments (station, job->touched_sales);
  till_station_nudge (station);
  return done;
}
