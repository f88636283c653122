/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of goods as a table: which columns it has, what a row of it says of a product, and how a
 * product is written as a row. `code`, `name` and `price` suffice, in any order, under English or
 * Chinese headings; more are known by name and the rest is left alone. Used by the catalogue's
 * import and export. What is wrong is told in a sentence, for which the caller knows the line.
 */
#pragma once

#include "shop-csv.h"
#include "shop-product.h"

G_BEGIN_DECLS

#define SHOP_GOODS_MORE_CODES_MAX 16
#define SHOP_GOODS_CATEGORY_MAX 64 /* bytes */
#define SHOP_GOODS_QUICK_KEY_MAX 200

typedef enum
{
  SHOP_GOODS_CODE,
  SHOP_GOODS_NAME,
  SHOP_GOODS_PRICE,
  SHOP_GOODS_NAME_ZH,
  SHOP_GOODS_CATEGORY,
  SHOP_GOODS_UNIT,
  SHOP_GOODS_TAX,
  SHOP_GOODS_QUICK_KEY,
  SHOP_GOODS_COLOUR,
  SHOP_GOODS_MORE_CODES, /* "more_codes" or "codes": parted by blanks, ; or | */
} ShopGoodsColumn;
#define SHOP_GOODS_COLUMNS 10

typedef struct
{
  int places[SHOP_GOODS_COLUMNS]; /* of the fields; -1: the list has no such column */
} ShopGoodsHeader;

/* Reads the headings from the record that the reader stands on. */
gboolean shop_goods_header_read (ShopGoodsHeader *self, const ShopCsv *csv, GError **error);
/* The code of the reader's row, which tells the product. */
gboolean shop_goods_read_code (const ShopGoodsHeader *self,
                               const ShopCsv *csv,
                               const char **out_code,
                               GError **error);
/* Overwrites in `product` what the row says; what the list has no column for stays. `code` is not
 * touched. *out_more_codes is NULL where the list has no such column, yours to free. On FALSE the
 * product is half written. */
gboolean shop_goods_read (const ShopGoodsHeader *self,
                          const ShopCsv *csv,
                          const char *currency,
                          ShopProduct *product,
                          char ***out_more_codes,
                          GError **error);
/* Overwrites in `product` all that a list with these headings says of it, but for `code` and
 * `tax_bp`. */
void
shop_goods_overlay (const ShopGoodsHeader *self, const ShopProduct *said, ShopProduct *product);
/* What may be a slip of the hand in a code, as a sentence; NULL when nothing is. */
const char *shop_goods_doubt (const char *code);

void shop_goods_write_header (GString *out);
void shop_goods_write (GString *out,
                       const ShopProduct *product,
                       const char *const *more_codes,
                       const char *currency);

G_END_DECLS
