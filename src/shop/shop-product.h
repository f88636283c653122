/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be sold. A value filled in by the catalogue (vault), shown by the window, copied into a
 * cart's line when it is rung up, so that a later price change never touches a sale that has begun.
 * Plain memory, any one thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SHOP_CODE_MAX 48      /* bytes, without the NUL */
#define SHOP_NAME_MAX 240     /* bytes of UTF-8, without the NUL */
#define SHOP_TAX_MAX_BP 10000 /* 100 % */

typedef enum
{
  SHOP_UNIT_PIECE, /* quantity counts things: whole numbers */
  SHOP_UNIT_KG,    /* quantity is a weight */
} ShopUnit;

typedef struct
{
  gint64 id;          /* row of the catalogue; 0 when not from there */
  char *code;         /* as scanned or typed */
  char *name;         /* the shop's first language */
  char *name_zh;      /* may be NULL */
  char *category;     /* may be NULL */
  gint64 price_minor; /* for one piece or one kg */
  ShopUnit unit;
  guint tax_bp;    /* hundredths of a percent: 1300 is 13 % */
  guint quick_key; /* 1 … place on the quick keys; 0 none */
  char *colour;    /* of its quick key: "accent", "amber", "green", "violet", "red", "grey"; may be
                      NULL */
} ShopProduct;

ShopProduct *shop_product_new (const char *code, const char *name, gint64 price_minor);
ShopProduct *shop_product_copy (const ShopProduct *self);
void shop_product_free (ShopProduct *self);
/* The Chinese name for a zh language tag where there is one, else the first. */
const char *shop_product_name (const ShopProduct *self, const char *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShopProduct, shop_product_free)

G_END_DECLS
