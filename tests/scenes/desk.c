/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include "checkout-hold.h"

#include <string.h>

void
desk_set_up (Desk *self, gconstpointer dialect)
{
  shop_testing_set_up_for (&self->shop, dialect, NULL);
  cli_scene_open_empty (&self->cli);
  g_free (self->cli.data);
  self->cli.data = g_build_filename (self->shop.dir, "shop", NULL);
  g_free (self->cli.ledger);
  self->cli.ledger = g_build_filename (sandbox_process_dir (self->shop.host), "ledger.jsonl", NULL);
  g_assert_true (g_file_set_contents (self->cli.pass, (const char *)SHOP_TESTING_PASSPHRASE.data,
                                      (gssize)SHOP_TESTING_PASSPHRASE.size, NULL));
}

void
desk_tear_down (Desk *self, gconstpointer dialect)
{
  g_clear_pointer (&self->shop.shop, checkout_shop_free);
  cli_scene_clear (&self->cli);
  shop_testing_tear_down (&self->shop);
}

gboolean
desk_is_sandbox (const Desk *self)
{
  return g_str_equal (self->shop.dialect, "sandbox");
}

const VaultPayment *
desk_payment (const VaultSale *sale)
{
  return sale->payments->pdata[sale->payments->len - 1];
}

void
desk_assert_state (const VaultSale *sale, VaultState state)
{
  g_assert_cmpstr (vault_life_state_name (desk_payment (sale)->state), ==,
                   vault_life_state_name (state));
}

VaultSale *
desk_sell (Desk *self, gint64 amount_minor)
{
  return shop_testing_sold (&self->shop, amount_minor);
}

static VaultSale *
give_back (Desk *self, const CheckoutRefundWish *wish)
{
  const char *refusal = NULL;
  VaultSale *made = shop_testing_give_back (&self->shop, wish, &refusal);

  g_assert_cmpstr (refusal, ==, NULL);
  return made;
}

VaultSale *
desk_void (Desk *self, const VaultSale *sale)
{
  return give_back (self, &(CheckoutRefundWish){ .receipt_no = sale->id, .is_void = TRUE });
}

VaultSale *
desk_refund (Desk *self, const VaultSale *sale, guint line)
{
  return give_back (self, &(CheckoutRefundWish){ .receipt_no = sale->id,
                                                 .lines = &line,
                                                 .line_count = line != 0 ? 1 : 0 });
}

VaultSale *
desk_hold (Desk *self, VaultSaleKind kind, const VaultSale *original, gint64 minor)
{
  CheckoutHold hold = { .shop = self->shop.shop,
                        .kind = kind,
                        .original = original != NULL ? original->id : 0,
                        .amount_minor = minor };
  EntryTesting chip_card = { .amount = base_money (minor, "CNY") };
  AcquirerEntry entry = entry_testing_next (&chip_card);
  g_auto (SyncReport) report = { 0 };
  VaultSale *sale = NULL;
  const char *refusal = NULL;
  GError *error = NULL;

  sync_report_init (&report);
  if (kind == VAULT_SALE_HOLD && !desk_is_sandbox (self))
    checkout_hold_ask (&hold, &entry, &sale, &refusal, &report, &error);
  else
    checkout_hold_run (&hold, &sale, &refusal, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (refusal, ==, NULL);
  return sale;
}

VaultSale *
desk_advise (Desk *self, gint64 amount_minor)
{
  static const CheckoutChip chip = { .first = CHECKOUT_CHIP_APPROVES };
  VaultSale *sale = shop_testing_sale (amount_minor);

  g_assert_cmpint (shop_testing_must_ask_chip (&self->shop, sale, &chip)->state, ==,
                   VAULT_STATE_CHIP_UNSENT);
  return sale;
}

guint
desk_ledger (Desk *self, const char *effect)
{
  return cli_scene_ledger (&self->cli, effect, &(gint64){ 0 });
}

void
desk_run (Desk *self, const char *words)
{
  g_clear_pointer (&self->shop.shop, checkout_shop_free);
  cli_scene_run (&self->cli, words);
  shop_testing_reopen (&self->shop);
}

void
desk_run_json (Desk *self, const char *words)
{
  g_clear_pointer (&self->shop.shop, checkout_shop_free);
  cli_scene_run_json (&self->cli, words);
  shop_testing_reopen (&self->shop);
}

char *
desk_close_shift (Desk *self)
{
  g_auto (GStrv) lines = NULL;

  desk_run (self, "report z");
  g_assert_cmpint (self->cli.exit_code, ==, 0);
  lines = g_strsplit (self->cli.out, "\n", 0);
  for (guint i = 0; lines[i] != NULL; i++)
    if (strchr (lines[i], '@') != NULL)
      {
        g_auto (GStrv) groups = g_strsplit (lines[i], " ", 0);

        return g_strjoinv ("", groups);
      }
  g_error ("There is no head in:\n%s", self->cli.out);
}

void
desk_verify (Desk *self, const char *head)
{
  g_autofree char *words = g_strconcat ("journal verify --head ", head, NULL);

  desk_run_json (self, "queue verify");
  g_assert_cmpint (self->cli.exit_code, ==, 0);
  desk_run_json (self, words);
  g_assert_cmpint (self->cli.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&self->cli, "head"), ==, "contained");
}
