/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-product.h"

ShopProduct *
shop_product_new (const char *code, const char *name, gint64 price_minor)
{
  ShopProduct *self = g_new0 (ShopProduct, 1);

  g_assert (code != NULL && name != NULL);
  self->code = g_strdup (code);
  self->name = g_strdup (name);
  self->price_minor = price_minor;
  return self;
}

ShopProduct *
shop_product_copy (const ShopProduct *self)
{
  ShopProduct *copy;

  g_assert (self != NULL);
  copy = g_memdup2 (self, sizeof *self);
  copy->code = g_strdup (self->code);
  copy->name = g_strdup (self->name);
  copy->name_zh = g_strdup (self->name_zh);
  copy->category = g_strdup (self->category);
  copy->colour = g_strdup (self->colour);
  return copy;
}

void
shop_product_free (ShopProduct *self)
{
  if (self == NULL)
    return;
  g_free (self->code);
  g_free (self->name);
  g_free (self->name_zh);
  g_free (self->category);
  g_free (self->colour);
  g_free (self);
}

/* "zh", "zh_CN", "zh-Hans", but not "zha". */
static gboolean
is_chinese (const char *language)
{
  return language != NULL && g_str_has_prefix (language, "zh") && !g_ascii_isalpha (language[2]);
}

const char *
shop_product_name (const ShopProduct *self, const char *language)
{
  g_assert (self != NULL);
  return is_chinese (language) && self->name_zh != NULL && *self->name_zh != '\0' ? self->name_zh
                                                                                  : self->name;
}
