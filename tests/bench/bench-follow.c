/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a sealed copy that follows into a second folder costs a stored card sale: the same sale in
 * the same shop, by turns with the copy following and without, one every few milliseconds. The
 * folder lies on the same disk, which a stick wouldn't: that is the dearest case.
 */
#include "bench-stored.h"

#include "checkout-follow.h"
#include "vault-apply.h"
#include "vault-key.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK 20
#define ROUNDS 12
#define REST_US 5000 /* between two sales: a counter is never as fast */
#define GOAL 0.9     /* of a sale's rate without */
#define BODY_SIZE 900

typedef struct
{
  Vault *vault;
  BaseSecret *key;
  guint8 body[BODY_SIZE];
} Bench;

static void
save (Bench *bench)
{
  g_autoptr (ShopProduct) product = shop_product_new ("6901234500001", "Jasmine tea, 500 ml", 860);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (VaultSale) sale = NULL;
  g_autoptr (GError) error = NULL;
  VaultChange change = { .event = VAULT_EVENT_DEFERRED, .terminal = "00000001" };

  for (guint i = 0; i < 5; i++)
    g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, NULL, NULL));
  sale = vault_sale_new (cart, "cashier");
  change.sale = sale;
  change.payment = vault_payment_new (VAULT_TENDER_CARD, shop_cart_totals (cart)->total_minor);
  change.message = BASE_SPAN (bench->body, sizeof bench->body);
  vault_take_identity (bench->vault, &change.batch, &change.stan);
  if (!vault_apply (bench->vault, &change, 1, &error))
    g_error ("%s", error->message);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return left < right ? -1 : left > right;
}

/* Microseconds of a sale's commit at the median. */
static double
block (Bench *bench, gboolean follows)
{
  CheckoutFollow *follow = follows ? checkout_follow_start (bench->vault, bench->key) : NULL;
  double times[BLOCK];

  for (guint i = 0; i < BLOCK; i++)
    {
      gint64 start_us;

      g_usleep (REST_US);
      start_us = g_get_monotonic_time ();
      save (bench);
      times[i] = (double)(g_get_monotonic_time () - start_us);
    }
  checkout_follow_stop (follow);
  qsort (times, BLOCK, sizeof *times, compare);
  return times[BLOCK / 2];
}

static double
measure (Bench *bench)
{
  double ratios[ROUNDS], with_us[ROUNDS], without_us[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      double a1 = block (bench, FALSE), b1 = block (bench, TRUE), b2 = block (bench, TRUE),
             a2 = block (bench, FALSE);

      without_us[i] = (a1 + a2) / 2;
      with_us[i] = (b1 + b2) / 2;
      ratios[i] = without_us[i] / with_us[i];
    }
  qsort (ratios, ROUNDS, sizeof *ratios, compare);
  qsort (with_us, ROUNDS, sizeof *with_us, compare);
  qsort (without_us, ROUNDS, sizeof *without_us, compare);
  printf ("a stored sale: %.0f µs with a copy that follows, %.0f µs without\n", with_us[ROUNDS / 2],
          without_us[ROUNDS / 2]);
  return ratios[ROUNDS / 2];
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  SandboxProcess *host = sandbox_process_new (NULL, 1);
  g_autofree char *dir = bench_stored_make (host);
  g_autofree char *stick = g_strconcat (dir, "-stick", NULL);
  Bench bench = { 0 };
  double ratio;

  setlocale (LC_NUMERIC, "C");
  g_mkdir (stick, 0700);
  if (!checkout_follow_set (dir, BASE_SPAN_STR ("bench"), stick, &error))
    g_error ("%s", error->message);
  bench.key = vault_key_open (dir, BASE_SPAN_STR ("bench"), &error);
  bench.vault = vault_open (dir, bench.key, VAULT_ACCESS_OWN, &error);
  g_assert_no_error (error);
  (void)block (&bench, TRUE);
  ratio = measure (&bench);
  printf ("ratio follow-stored-sale %.3f %.2f\n", ratio, GOAL);
  vault_free (bench.vault);
  base_secret_free (bench.key);
  bench_stored_remove (g_steal_pointer (&dir));
  bench_stored_remove (g_steal_pointer (&stick));
  sandbox_process_free (host);
  return ratio >= GOAL ? 0 : 1;
}
