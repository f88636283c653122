/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-goods.h"

#include "base-money.h"
#include "base-number.h"
#include "shop-cart.h"

#include <glib/gi18n.h>
#include <string.h>

/* Lower-case headings, the one that we write first. */
static const char *const headings[SHOP_GOODS_COLUMNS][10] = {
  [SHOP_GOODS_CODE]
  = { "code", "barcode", "ean", "sku", "条码", "商品条码", "条形码", "编码", "商品编码" },
  [SHOP_GOODS_NAME] = { "name", "product", "title", "名称", "品名", "商品名称", "商品名" },
  [SHOP_GOODS_PRICE] = { "price", "售价", "价格", "单价", "零售价" },
  [SHOP_GOODS_NAME_ZH] = { "name_zh", "chinese name", "中文名", "中文名称" },
  [SHOP_GOODS_CATEGORY] = { "category", "group", "分类", "类别", "商品分类" },
  [SHOP_GOODS_UNIT] = { "unit", "单位", "计量单位" },
  [SHOP_GOODS_TAX] = { "tax", "vat", "tax rate", "税率" },
  [SHOP_GOODS_QUICK_KEY] = { "quick_key", "quick key", "快捷键" },
  [SHOP_GOODS_COLOUR] = { "colour", "color", "颜色" },
  [SHOP_GOODS_MORE_CODES] = { "more_codes", "more codes", "codes", "barcodes", "其他条码",
                              "附加条码", "多条码", "一品多码" },
};

static const char *const piece_words[]
    = { "",   "piece", "pieces", "pc", "pcs", "each", "ea", "个", "件", "只", "瓶",
        "袋", "盒",    "包",     "罐", "支",  "条",   "块", "桶", "杯", "本", "双",
        "张", "把",    "卷",     "听", "提",  "套",   "枚", "箱", "板" };
static const char *const kg_words[] = { "kg", "kilo", "千克", "公斤" };
static const char *const colours[] = { "accent", "amber", "green", "violet", "red", "grey" };

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (SHOP_ERROR, SHOP_ERROR_INVALID, format, arguments);
  va_end (arguments);
  return FALSE;
}

static gboolean
is_one_of (const char *text, const char *const *words, gsize count)
{
  for (gsize i = 0; i < count; i++)
    if (words[i] != NULL && strcmp (text, words[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
place_heading (ShopGoodsHeader *self, const char *heading, guint place, GError **error)
{
  for (guint i = 0; i < SHOP_GOODS_COLUMNS; i++)
    {
      if (!is_one_of (heading, headings[i], G_N_ELEMENTS (headings[i])))
        continue;
      if (self->places[i] >= 0)
        return refuse (error, _ ("The list has two columns for “%s”"), headings[i][0]);
      self->places[i] = (int)place;
    }
  return TRUE;
}

gboolean
shop_goods_header_read (ShopGoodsHeader *self, const ShopCsv *csv, GError **error)
{
  for (guint i = 0; i < SHOP_GOODS_COLUMNS; i++)
    self->places[i] = -1;
  for (guint i = 0; i < shop_csv_count (csv); i++)
    {
      g_autofree char *heading = g_utf8_strdown (shop_csv_field (csv, i), -1);

      if (!place_heading (self, heading, i, error))
        return FALSE;
    }
  for (guint i = SHOP_GOODS_CODE; i <= SHOP_GOODS_PRICE; i++)
    if (self->places[i] < 0)
      return refuse (
          error,
          _ ("The first line names no column “%s”; a list of goods needs code, name and price"),
          headings[i][0]);
  return TRUE;
}

/* NULL where the list has no such column. */
static const char *
field (const ShopGoodsHeader *self, const ShopCsv *csv, ShopGoodsColumn column)
{
  return self->places[column] >= 0 ? shop_csv_field (csv, (guint)self->places[column]) : NULL;
}

/* What a spreadsheet makes of a long number: 6.9E+12. */
static gboolean
is_scientific (const char *code)
{
  const char *exponent = strpbrk (code, "eE");

  return g_ascii_isdigit (code[0]) && exponent != NULL && exponent[1] == '+'
         && strchr (code, '.') != NULL;
}

static gboolean
check_code (const char *code, GError **error)
{
  if (*code == '\0')
    return refuse (error, _ ("It has no code"));
  if (strlen (code) > SHOP_CODE_MAX)
    return refuse (error, _ ("The code “%.20s…” is longer than %d characters"), code,
                   SHOP_CODE_MAX);
  if (is_scientific (code))
    return refuse (error,
                   _ ("“%s” is a code that a spreadsheet has rounded; make the column text and "
                      "export it again"),
                   code);
  for (const char *p = code; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || !g_unichar_isprint (c) || c == '*' || c == ';' || c == '|'
          || c == 0xD7 || c == 0xFF0A)
        return refuse (
            error, _ ("The code “%s” holds a blank, a control character or one of * × ; |"), code);
    }
  return TRUE;
}

gboolean
shop_goods_read_code (const ShopGoodsHeader *self,
                      const ShopCsv *csv,
                      const char **out_code,
                      GError **error)
{
  const char *code = field (self, csv, SHOP_GOODS_CODE);

  g_assert (code != NULL);
  if (!check_code (code, error))
    return FALSE;
  *out_code = code;
  return TRUE;
}

static gboolean
check_text (const char *text, gsize size_max, const char *what, GError **error)
{
  if (strlen (text) > size_max)
    return refuse (error, _ ("The %s is longer than %zu bytes"), _ (what), size_max);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
        return refuse (error, _ ("The %s holds a line break or a control character"), _ (what));
    }
  return TRUE;
}

/* An empty field empties what may be empty. */
static gboolean
read_text (const char *text, gsize size_max, const char *what, char **inout_text, GError **error)
{
  if (text == NULL)
    return TRUE;
  if (!check_text (text, size_max, what, error))
    return FALSE;
  g_free (*inout_text);
  *inout_text = *text != '\0' ? g_strdup (text) : NULL;
  return TRUE;
}

static gboolean
read_names (const ShopGoodsHeader *self, const ShopCsv *csv, ShopProduct *product, GError **error)
{
  const char *name = field (self, csv, SHOP_GOODS_NAME);
  const char *name_zh = field (self, csv, SHOP_GOODS_NAME_ZH);

  if (*name == '\0' && name_zh != NULL)
    name = name_zh;
  if (*name == '\0')
    return refuse (error, _ ("It has no name"));
  return read_text (name, SHOP_NAME_MAX, N_ ("name"), &product->name, error)
         && read_text (name_zh, SHOP_NAME_MAX, N_ ("Chinese name"), &product->name_zh, error)
         && read_text (field (self, csv, SHOP_GOODS_CATEGORY), SHOP_GOODS_CATEGORY_MAX,
                       N_ ("category"), &product->category, error);
}

/* "¥3.50", "3.50元" and "3.50" are the same. */
static gboolean
read_price (const char *text, const char *currency, gint64 *out_minor, GError **error)
{
  g_autofree char *bare = NULL;
  const char *p = text;

  if (g_str_has_prefix (p, "¥") || g_str_has_prefix (p, "￥"))
    p = g_utf8_next_char (p);
  bare = g_strstrip (g_strdup (p));
  if (g_str_has_suffix (bare, "元"))
    bare[strlen (bare) - strlen ("元")] = '\0';
  if (*bare == '\0')
    return refuse (error, _ ("It has no price"));
  if (*bare == '-')
    return refuse (error, _ ("The price “%.40s” is negative"), text);
  if (!base_money_parse (bare, currency, out_minor, NULL))
    return refuse (error,
                   _ ("The price “%.40s” is not an amount in %s, as 1234.50, or is too large"),
                   text, currency);
  return TRUE;
}

static gboolean
read_unit (const char *text, ShopUnit *out_unit, GError **error)
{
  g_autofree char *word = text != NULL ? g_utf8_strdown (text, -1) : NULL;

  if (word == NULL)
    return TRUE;
  if (is_one_of (word, piece_words, G_N_ELEMENTS (piece_words)))
    *out_unit = SHOP_UNIT_PIECE;
  else if (is_one_of (word, kg_words, G_N_ELEMENTS (kg_words)))
    *out_unit = SHOP_UNIT_KG;
  else
    return refuse (error, _ ("The unit “%.40s” is neither “piece” nor “kg”"), text);
  return TRUE;
}

/* "13", "13%", "5.5 %" → hundredths of a percent; the quantity's thousandths of a percent must come
 * out whole. */
static gboolean
read_tax (const char *text, guint *out_bp, GError **error)
{
  g_autofree char *number = NULL;
  gboolean percent;
  gint64 milli = 0;
  char *end;

  if (text == NULL || *text == '\0')
    return TRUE;
  number = g_strdup (text);
  end = number + strlen (number);
  percent = end[-1] == '%';
  if (percent)
    end[-1] = '\0';
  g_strchomp (number);
  if (!base_money_parse (number, "KWD", &milli, NULL) || milli > SHOP_TAX_MAX_BP * 10
      || milli % 10 != 0)
    return refuse (error, _ ("The tax “%.40s” is not a rate in percent, as 13 or 13%%"), text);
  if (!percent && milli > 0 && milli < 1000)
    return refuse (
        error, _ ("The tax “%.40s” is less than 1 %%; if 13 %% is meant by 0.13, write 13"), text);
  *out_bp = (guint)(milli / 10);
  return TRUE;
}

static gboolean
read_quick_key (const char *text, guint *out_key, GError **error)
{
  guint64 key = 0;

  if (text == NULL)
    return TRUE;
  if (*text != '\0' && !base_number_parse (text, 10, 0, SHOP_GOODS_QUICK_KEY_MAX, &key))
    return refuse (error, _ ("The quick key “%.40s” is not a number from 0 to %d"), text,
                   SHOP_GOODS_QUICK_KEY_MAX);
  *out_key = (guint)key;
  return TRUE;
}

static gboolean
read_colour (const char *text, char **inout_colour, GError **error)
{
  if (text != NULL && *text != '\0' && !is_one_of (text, colours, G_N_ELEMENTS (colours)))
    return refuse (error,
                   _ ("The colour “%.40s” is none of accent, amber, green, violet, red and grey"),
                   text);
  return read_text (text, SHOP_GOODS_CATEGORY_MAX, N_ ("colour"), inout_colour, error);
}

static gboolean
read_more_codes (const char *text, char ***out_codes, GError **error)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (GPtrArray) codes = NULL;

  *out_codes = NULL;
  if (text == NULL)
    return TRUE;
  parts = g_strsplit_set (text, ";| ", -1);
  codes = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] == '\0')
        continue;
      if (!check_code (parts[i], error))
        return FALSE;
      if (codes->len == SHOP_GOODS_MORE_CODES_MAX)
        return refuse (error, _ ("It has more than %d further codes"), SHOP_GOODS_MORE_CODES_MAX);
      g_ptr_array_add (codes, g_strdup (parts[i]));
    }
  g_ptr_array_add (codes, NULL);
  *out_codes = (char **)g_ptr_array_free (g_steal_pointer (&codes), FALSE);
  return TRUE;
}

gboolean
shop_goods_read (const ShopGoodsHeader *self,
                 const ShopCsv *csv,
                 const char *currency,
                 ShopProduct *product,
                 char ***out_more_codes,
                 GError **error)
{
  return read_names (self, csv, product, error)
         && read_price (field (self, csv, SHOP_GOODS_PRICE), currency, &product->price_minor, error)
         && read_unit (field (self, csv, SHOP_GOODS_UNIT), &product->unit, error)
         && read_tax (field (self, csv, SHOP_GOODS_TAX), &product->tax_bp, error)
         && read_quick_key (field (self, csv, SHOP_GOODS_QUICK_KEY), &product->quick_key, error)
         && read_colour (field (self, csv, SHOP_GOODS_COLOUR), &product->colour, error)
         && read_more_codes (field (self, csv, SHOP_GOODS_MORE_CODES), out_more_codes, error);
}

static void
overlay_text (const ShopGoodsHeader *self,
              ShopGoodsColumn column,
              const char *said,
              char **inout_text)
{
  if (self->places[column] < 0)
    return;
  g_free (*inout_text);
  *inout_text = g_strdup (said);
}

void
shop_goods_overlay (const ShopGoodsHeader *self, const ShopProduct *said, ShopProduct *product)
{
  overlay_text (self, SHOP_GOODS_NAME, said->name, &product->name);
  overlay_text (self, SHOP_GOODS_NAME_ZH, said->name_zh, &product->name_zh);
  overlay_text (self, SHOP_GOODS_CATEGORY, said->category, &product->category);
  overlay_text (self, SHOP_GOODS_COLOUR, said->colour, &product->colour);
  product->price_minor = said->price_minor;
  if (self->places[SHOP_GOODS_UNIT] >= 0)
    product->unit = said->unit;
  if (self->places[SHOP_GOODS_QUICK_KEY] >= 0)
    product->quick_key = said->quick_key;
}

/* GS1's check digit: from the right, every other digit counts three times. */
static gboolean
has_good_check_digit (const char *digits, gsize length)
{
  guint sum = 0;

  for (gsize i = 0; i < length; i++)
    sum += (guint)(digits[length - 1 - i] - '0') * (i % 2 == 1 ? 3 : 1);
  return sum % 10 == 0;
}

const char *
shop_goods_doubt (const char *code)
{
  gsize length = strlen (code);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (code[i]))
      return NULL;
  if ((length == 8 || length == 12 || length == 13 || length == 14)
      && !has_good_check_digit (code, length))
    return _ ("its last digit is not the check digit of such a barcode");
  return NULL;
}

void
shop_goods_write_header (GString *out)
{
  for (guint i = 0; i < SHOP_GOODS_COLUMNS; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? "," : "", headings[i][0]);
  g_string_append (out, "\n");
}

void
shop_goods_write (GString *out,
                  const ShopProduct *product,
                  const char *const *more_codes,
                  const char *currency)
{
  g_autofree char *price = base_money_to_plain (base_money (product->price_minor, currency));
  g_autofree char *tax = shop_cart_quantity_text ((gint64)product->tax_bp * 10);
  g_autofree char *codes = more_codes != NULL ? g_strjoinv (" ", (char **)more_codes) : NULL;

  shop_csv_append_field (out, product->code);
  g_string_append_c (out, ',');
  shop_csv_append_field (out, product->name);
  g_string_append_printf (out, ",%s,", price);
  shop_csv_append_field (out, product->name_zh);
  g_string_append_c (out, ',');
  shop_csv_append_field (out, product->category);
  g_string_append_printf (out, ",%s,%s%%,", product->unit == SHOP_UNIT_KG ? "kg" : "piece", tax);
  if (product->quick_key > 0)
    g_string_append_printf (out, "%u", product->quick_key);
  g_string_append_c (out, ',');
  shop_csv_append_field (out, product->colour);
  g_string_append_c (out, ',');
  shop_csv_append_field (out, codes);
  g_string_append (out, "\n");
}
