/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-drawer.h"

#include "till-private.h"
#include "vault-drawer.h"

typedef struct
{
  CheckoutShop *shop;
  gboolean keeps; /* else it only reads */
  TillDrawerAct act;
  gint64 amount_minor;
  char *reason;
  ShopDenominationCount count;
  TillDrawer drawer;
} Wish;

static const struct
{
  VaultDrawerAct act;
  ShopRight right;
} acts[] = {
  [TILL_DRAWER_FLOAT] = { VAULT_DRAWER_FLOAT, SHOP_RIGHT_SELL },
  [TILL_DRAWER_IN] = { VAULT_DRAWER_IN, SHOP_RIGHT_CASH },
  [TILL_DRAWER_OUT] = { VAULT_DRAWER_OUT, SHOP_RIGHT_CASH },
  [TILL_DRAWER_OPEN] = { VAULT_DRAWER_NO_SALE, SHOP_RIGHT_NO_SALE },
  [TILL_DRAWER_COUNT] = { VAULT_DRAWER_COUNT, SHOP_RIGHT_SELL },
};

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->reason);
  g_free (wish);
}

ShopRight
till_drawer_right (TillDrawerAct act)
{
  return acts[act].right;
}

static TillDrawer
drawer_of (const CheckoutShop *shop, const VaultShift *shift)
{
  TillDrawer drawer = {
    .shift = shift->number,
    .floated_minor = shift->floated.minor,
    .in_minor = shift->cash_in.minor,
    .out_minor = shift->cash_out.minor,
    .ins = shift->cash_in.count,
    .outs = shift->cash_out.count,
    .opened = shift->no_sales,
    .counts = shift->counts,
    .counted_minor = shift->counted_minor,
    .is_told
    = shift->counts > 0 && checkout_people_may (shop->people, SHOP_RIGHT_REPORTS) == SHOP_MAY,
  };

  if (drawer.is_told)
    {
      drawer.expected_minor = shift->counted_expected_minor;
      drawer.difference_minor = shift->counted_minor - shift->counted_expected_minor;
    }
  return drawer;
}

/* What can't be at all is refused before an approval is used up. */
static gboolean
keep (const Wish *wish, GError **error)
{
  VaultDrawerMove move = {
    .act = acts[wish->act].act,
    .amount_minor = wish->amount_minor,
    .currency = wish->shop->currency,
    .reason = wish->reason,
    .count = &wish->count,
  };

  return vault_drawer_check (&move, error)
         && checkout_people_take (wish->shop->people, acts[wish->act].right, error)
         && vault_drawer_keep (wish->shop->vault, &move, checkout_shop_operator (wish->shop),
                               /* out_shift= */ NULL, error);
}

static void
drawer_job (GTask *task, gpointer data)
{
  Wish *wish = data;
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  GError *error = NULL;

  if ((!wish->keeps || keep (wish, &error)) && vault_shift_read (wish->shop->vault, shift, &error))
    {
      wish->drawer = drawer_of (wish->shop, shift);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, till_error_take (error));
}

static void
push (TillStation *station, Wish *wish, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (station, /* cancellable= */ NULL, callback, data);

  wish->shop = till_station_shop (station);
  g_task_set_task_data (task, wish, wish_free);
  till_station_push (station, TILL_WORKER_STORE, task, drawer_job);
}

void
till_drawer_read_async (TillStation *station, GAsyncReadyCallback callback, gpointer data)
{
  push (station, g_new0 (Wish, 1), callback, data);
}

void
till_drawer_keep_async (TillStation *station,
                        TillDrawerAct act,
                        gint64 amount_minor,
                        const char *reason,
                        const ShopDenominationCount *count,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->keeps = TRUE;
  wish->act = act;
  wish->amount_minor = amount_minor;
  wish->reason = g_strdup (reason);
  if (count != NULL)
    wish->count = *count;
  push (station, wish, callback, data);
}

gboolean
till_drawer_finish (TillStation *station,
                    GAsyncResult *result,
                    TillDrawer *out_drawer,
                    GError **error)
{
  const Wish *wish = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *out_drawer = wish->drawer;
  if (wish->keeps)
    till_station_nudge (station); /* the drawer is to spring open */
  return TRUE;
}
