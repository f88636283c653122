/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-refund.h"

#include "checkout-refund.h"
#include "till-private.h"

typedef struct
{
  CheckoutRefund refund;
  guint *lines;
  VaultSale *sale;
  const char *refusal; /* a constant */
  GArray *touched_sales;
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
  if (checkout_refund_run (&job->refund, &job->sale, &job->refusal, &report, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_refund_async (TillStation *station,
                   const TillRefundWish *wish,
                   GAsyncReadyCallback callback,
                   gpointer data)
{
  GTask *task = g_task_new (station, /* cancellable= */ NULL, callback, data);
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
  g_task_set_task_data (task, job, job_free);
  till_station_push (station, TILL_WORKER_PAYMENT, task, refund_job);
}

gboolean
till_refund_finish (TillStation *station,
                    GAsyncResult *result,
                    TillSale **out_sale,
                    const char **out_refusal,
                    GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  gboolean done = g_task_propagate_boolean (G_TASK (result), error);

  *out_refusal = job->refusal;
  *out_sale = job->sale != NULL ? till_sale_new_from (station, g_steal_pointer (&job->sale)) : NULL;
  if (job->touched_sales != NULL)
    till_station_emit_payments (station, job->touched_sales);
  till_station_nudge (station);
  return done;
}
