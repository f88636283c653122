/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a list of goods, in the encoding that the sniffer finds. Every record has its
 * bounds; a product that is read is written and reads back the same.
 */
#include "shop-goods.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef struct
{
  BaseReader reader;
} Source;

static gboolean
read_source (gpointer ctx, guint8 *buffer, gsize size, gsize *out_count, GError **error)
{
  Source *source = ctx;

  for (*out_count = 0; *out_count < size && base_reader_u8 (&source->reader, &buffer[*out_count]);)
    (*out_count)++;
  return TRUE;
}

static void
read_again (const ShopProduct *product, const char *const *more_codes)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (ShopCsv) csv = NULL;
  g_autoptr (ShopProduct) again = NULL;
  g_auto (GStrv) codes = NULL;
  ShopGoodsHeader header;
  const char *code = NULL;
  Source source;

  shop_goods_write_header (list);
  shop_goods_write (list, product, more_codes, "CNY");
  base_reader_init (&source.reader, BASE_SPAN (list->str, list->len));
  csv = shop_csv_new (SHOP_CSV_UTF8, read_source, &source);
  g_assert (shop_csv_next (csv, NULL) == SHOP_CSV_RECORD
            && shop_goods_header_read (&header, csv, NULL));
  g_assert (shop_csv_next (csv, NULL) == SHOP_CSV_RECORD
            && shop_goods_read_code (&header, csv, &code, NULL));
  again = shop_product_new (code, "", 0);
  g_assert (shop_goods_read (&header, csv, "CNY", again, &codes, NULL));
  g_assert (strcmp (again->code, product->code) == 0 && strcmp (again->name, product->name) == 0);
  g_assert (g_strcmp0 (again->name_zh, product->name_zh) == 0
            && again->price_minor == product->price_minor);
  g_assert (again->tax_bp == product->tax_bp && again->unit == product->unit);
}

static void
read_row (const ShopGoodsHeader *header, const ShopCsv *csv)
{
  g_autoptr (ShopProduct) product = NULL;
  g_auto (GStrv) codes = NULL;
  const char *code = NULL;

  if (!shop_goods_read_code (header, csv, &code, NULL))
    return;
  product = shop_product_new (code, "", 0);
  if (shop_goods_read (header, csv, "CNY", product, &codes, NULL))
    read_again (product, (const char *const *)codes);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  ShopCsvSniffer sniffer;
  ShopCsvEncoding encoding;
  g_autoptr (ShopCsv) csv = NULL;
  ShopGoodsHeader header;
  gboolean list = FALSE;
  ShopCsvOutcome outcome;
  Source source;

  shop_csv_sniffer_init (&sniffer);
  shop_csv_sniffer_feed (&sniffer, BASE_SPAN (data, size));
  encoding = shop_csv_sniffer_finish (&sniffer);
  base_reader_init (&source.reader, BASE_SPAN (data, size));
  csv = shop_csv_new (encoding == SHOP_CSV_UTF16 ? SHOP_CSV_UTF8 : encoding, read_source, &source);
  for (guint64 records = 0; (outcome = shop_csv_next (csv, NULL)) != SHOP_CSV_END; records++)
    {
      g_assert (outcome != SHOP_CSV_FAILED && records <= size);
      g_assert (shop_csv_line (csv) >= 1 && shop_csv_line (csv) <= size + 1);
      if (outcome == SHOP_CSV_BAD)
        continue;
      for (guint i = 0; i <= shop_csv_count (csv); i++)
        g_assert (g_utf8_validate (shop_csv_field (csv, i), -1, NULL));
      if (list)
        read_row (&header, csv);
      else
        list = shop_goods_header_read (&header, csv, NULL);
    }
  return 0;
}
