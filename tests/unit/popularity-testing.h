/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fifty kinds of milk, and sales of them, for the tests of what sells most.
 */
#pragma once

#include "catalogue-fixture.h"

#include "vault-apply.h"

/* 牛奶 0 … 牛奶 49, with the codes 100 … 149. */
G_GNUC_UNUSED static void
popularity_testing_import (Fixture *fixture)
{
  g_autoptr (GString) list = g_string_new ("code,name,price\n");

  for (guint i = 0; i < 50; i++)
    g_string_append_printf (list, "%u,牛奶 %u,1\n", 100 + i, i);
  g_assert_true (import_text (fixture, list->str, FALSE));
}

/* As many cash sales of one piece. */
G_GNUC_UNUSED static void
popularity_testing_sell (Fixture *fixture, const char *code, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
      g_autoptr (ShopProduct) product = shop_product_new (code, "牛奶", 100);
      g_autoptr (VaultSale) sale = NULL;
      VaultChange change = { .event = VAULT_EVENT_CASH_TAKEN };

      g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, NULL, NULL));
      change.sale = sale = vault_sale_new (cart, "wang");
      change.payment = vault_payment_new (VAULT_TENDER_CASH, 100);
      g_assert_true (vault_apply (fixture->vault, &change, 1, NULL));
    }
}
