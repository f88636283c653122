/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-reset.h"

#include "vault-batch.h"
#include "vault-draft.h"
#include "vault-epoch.h"
#include "vault-shift.h"

static gboolean
has_own_batch (CheckoutShop *shop, gboolean *out_has, GError **error)
{
  VaultBatchView view = { 0 };

  if (!vault_batch_view (shop->vault, &view, error))
    return FALSE;
  *out_has = view.settling || view.till.debit_count > 0 || view.till.credit_count > 0;
  return TRUE;
}

/* What a till that died had sold is settled by this one, or by nobody. */
static gboolean
has_taken_batch (CheckoutShop *shop, gboolean *out_has, GError **error)
{
  g_auto (GStrv) taken = sync_line_taken (shop->vault);

  for (guint i = 0; !*out_has && taken[i] != NULL; i++)
    {
      VaultBatch batch = { 0 };
      gint64 id = 0;

      if (!vault_batch_taken (shop->vault, taken[i], &id, error)
          || (id != 0 && !vault_batch_load (shop->vault, id, &batch, error)))
        return FALSE;
      *out_has = id != 0 && batch.state != VAULT_BATCH_SETTLED;
    }
  return TRUE;
}

static gboolean
has_batch (CheckoutShop *shop, gboolean *out_has, GError **error)
{
  *out_has = FALSE;
  if (shop->line == NULL || acquirer_profile_batch (sync_line_profile (shop->line)) == NULL)
    return TRUE;
  return has_own_batch (shop, out_has, error) && has_taken_batch (shop, out_has, error);
}

gboolean
checkout_reset_judge (CheckoutShop *shop, CheckoutReset *out_verdict, GError **error)
{
  const char *held = vault_epoch_quarantine (shop->vault);
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  VaultQueueStats stats = { 0 };
  gboolean batch;

  *out_verdict = CHECKOUT_RESET_MAY;
  if (g_strcmp0 (held, VAULT_QUARANTINE_HANDED) == 0)
    return TRUE;
  if (!vault_queue_stats (shop->vault, &stats, error) || !has_batch (shop, &batch, error)
      || !vault_shift_read (shop->vault, shift, error))
    return FALSE;
  if (held != NULL)
    *out_verdict = CHECKOUT_RESET_HELD;
  else if (stats.asking + stats.waiting + stats.attention > 0)
    *out_verdict = CHECKOUT_RESET_QUEUE;
  else if (vault_sale_count_parked (shop->vault) > 0)
    *out_verdict = CHECKOUT_RESET_PARKED;
  else if (batch)
    *out_verdict = CHECKOUT_RESET_BATCH;
  else if (vault_shift_is_open (shift))
    *out_verdict = CHECKOUT_RESET_SHIFT;
  return TRUE;
}

gboolean
checkout_reset_run (CheckoutShop *shop, CheckoutReset *out_verdict, GError **error)
{
  g_autofree char *dir = g_strdup (vault_dir (shop->vault));
  gboolean judged = checkout_reset_judge (shop, out_verdict, error);

  checkout_shop_free (shop);
  return judged && (*out_verdict != CHECKOUT_RESET_MAY || vault_draft_discard (dir, error));
}
