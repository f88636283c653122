/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-scale.h"

#include "vault-journal.h"

void
checkout_scale_found_free (CheckoutFound *found)
{
  if (found == NULL)
    return;
  shop_product_free (found->product);
  g_free (found);
}

static CheckoutFoundKind
kind_of (ShopScaleVerdict verdict)
{
  switch (verdict)
    {
    case SHOP_SCALE_PRICED:
      return CHECKOUT_FOUND_LABEL;
    case SHOP_SCALE_EMPTY:
      return CHECKOUT_FOUND_LABEL_EMPTY;
    case SHOP_SCALE_DISAGREES:
      return CHECKOUT_FOUND_LABEL_DISAGREES;
    case SHOP_SCALE_NOT_BY_KG:
      return CHECKOUT_FOUND_LABEL_NOT_BY_KG;
    }
  g_assert_not_reached ();
}

static gboolean
find_product (CheckoutShop *shop, const char *code, CheckoutFound *found, GError **error)
{
  g_autoptr (GError) fault = NULL;

  found->product = vault_catalogue_find_code (shop->catalogue, code, &fault);
  if (fault == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&fault));
  return FALSE;
}

static gboolean
find_label (CheckoutShop *shop, const ShopScaleLabel *label, CheckoutFound *found, GError **error)
{
  const char *brief = shop_scale_code_short_item (label);

  if (!find_product (shop, label->item, found, error)
      || (found->product == NULL && brief != label->item
          && !find_product (shop, brief, found, error)))
    return FALSE;
  if (found->product == NULL)
    {
      found->kind = CHECKOUT_FOUND_LABEL_UNKNOWN;
      return TRUE;
    }
  found->kind = kind_of (shop_scale_code_price (label, found->product, &found->line));
  if (found->kind == CHECKOUT_FOUND_LABEL)
    found->product->price_minor = found->line.price_minor;
  return TRUE;
}

static gboolean
find (CheckoutShop *shop, const char *code, CheckoutFound *found, GError **error)
{
  ShopScaleLabel label;

  if (!find_product (shop, code, found, error))
    return FALSE;
  if (found->product != NULL)
    {
      found->kind = CHECKOUT_FOUND_PRODUCT;
      return TRUE;
    }
  switch (shop_scale_code_list_match (shop->scale_codes, code, &label))
    {
    case SHOP_SCALE_OTHER:
      found->kind = CHECKOUT_FOUND_NOTHING;
      return TRUE;
    case SHOP_SCALE_DAMAGED:
      found->kind = CHECKOUT_FOUND_LABEL_DAMAGED;
      return TRUE;
    case SHOP_SCALE_LABEL:
      return find_label (shop, &label, found, error);
    }
  g_assert_not_reached ();
}

CheckoutFound *
checkout_scale_find (CheckoutShop *shop, const char *code, GError **error)
{
  g_autoptr (CheckoutFound) found = g_new0 (CheckoutFound, 1);

  g_assert (shop != NULL && code != NULL);
  return find (shop, code, found, error) ? g_steal_pointer (&found) : NULL;
}

ShopScaleCodeList *
checkout_scale_read (Vault *vault, GError **error)
{
  g_autoptr (GError) fault = NULL;
  g_autofree char *text = vault_setting_text (vault, CHECKOUT_SETTING_SCALE_CODES, &fault);

  if (fault == NULL)
    return shop_scale_code_list_new (text != NULL ? text : "", error);
  g_propagate_error (error, g_steal_pointer (&fault));
  return NULL;
}

gboolean
checkout_scale_keep (Vault *vault, const char *who, const char *patterns, GError **error)
{
  g_autoptr (ShopScaleCodeList) list = shop_scale_code_list_new (patterns, error);
  g_autofree char *text = list != NULL ? shop_scale_code_list_text (list) : NULL;
  VaultSetting setting = { .name = CHECKOUT_SETTING_SCALE_CODES };

  if (list == NULL)
    return FALSE;
  setting.value = BASE_SPAN_STR (text);
  return vault_setting_set_noted (vault, &setting, 1, who, "scale-codes",
                                  *text != '\0' ? text : "none", error);
}
