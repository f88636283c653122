/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-cart.h"

#include "base-money.h"

#include <glib/gi18n.h>
#include <string.h>

struct _ShopCart
{
  char *currency;
  ShopTaxMode mode;
  gboolean returning;
  gint64 rounding_minor;
  GPtrArray *lines; /* of ShopCartLine, in order of their numbers */
  ShopTotals totals;
};

G_DEFINE_QUARK (till - shop - error, shop_error)

static void
line_free (gpointer data)
{
  ShopCartLine *line = data;

  shop_product_free (line->product);
  g_free (line->void_reason);
  g_free (line);
}

static ShopCartLine *
line_copy (const ShopCartLine *line)
{
  ShopCartLine *copy = g_memdup2 (line, sizeof *line);

  copy->product = shop_product_copy (line->product);
  copy->void_reason = g_strdup (line->void_reason);
  return copy;
}

static gboolean
refuse (GError **error, ShopError code, const char *sentence)
{
  g_set_error_literal (error, SHOP_ERROR, code, sentence);
  return FALSE;
}

static gboolean
check_quantity (const ShopCart *self,
                const ShopProduct *product,
                gint64 quantity_milli,
                GError **error)
{
  if (self->returning)
    quantity_milli = quantity_milli < -SHOP_QUANTITY_MAX_MILLI ? 0 : -quantity_milli;
  if (quantity_milli <= 0 || quantity_milli > SHOP_QUANTITY_MAX_MILLI)
    return refuse (error, SHOP_ERROR_INVALID,
                   _ ("The quantity must be more than 0 and less than 10,000"));
  if (product->unit == SHOP_UNIT_PIECE && quantity_milli % SHOP_QUANTITY_ONE_MILLI != 0)
    return refuse (error, SHOP_ERROR_INVALID,
                   _ ("This is sold by the piece: the quantity must be a whole number"));
  return TRUE;
}

static gboolean
check_price (gint64 price_minor, GError **error)
{
  if (price_minor < 0 || price_minor > BASE_MONEY_MAX_MINOR)
    return refuse (error, SHOP_ERROR_INVALID, _ ("The price is negative or too large"));
  return TRUE;
}

/* Works out what a line comes to from its quantity, price and discount. */
static gboolean
settle_line (ShopCartLine *line, GError **error)
{
  gint64 gross, least, most;

  if (!base_money_scale (line->quantity_milli, line->unit_price_minor, SHOP_QUANTITY_ONE_MILLI,
                         &gross)
      || gross > BASE_MONEY_MAX_MINOR || gross < -BASE_MONEY_MAX_MINOR)
    return refuse (error, SHOP_ERROR_OVERFLOW,
                   _ ("The line comes to more than an amount can hold"));
  least = MIN (gross, 0);
  most = MAX (gross, 0);
  if (line->discount_minor < least || line->discount_minor > most)
    return refuse (error, SHOP_ERROR_INVALID,
                   _ ("The discount is negative or more than the line comes to"));
  line->amount_minor = gross - line->discount_minor;
  return TRUE;
}

static gboolean
count_line (ShopTotals *totals, const ShopCartLine *line)
{
  gint64 one = line->quantity_milli < 0 ? -SHOP_QUANTITY_ONE_MILLI : SHOP_QUANTITY_ONE_MILLI;
  gint64 pieces = line->product->unit == SHOP_UNIT_PIECE ? line->quantity_milli : one;

  totals->lines++;
  return base_money_add (totals->discount_minor, line->discount_minor, &totals->discount_minor)
         && base_money_add (totals->pieces_milli, pieces, &totals->pieces_milli)
         && shop_tax_table_add (&totals->tax, line->product->tax_bp, line->amount_minor);
}

/* On the largest sum: there a unit is the smallest part of what it stands on. */
static gboolean
add_rounding (ShopTaxTable *tax, gint64 rounding_minor)
{
  ShopTaxSum *largest = tax->sums;

  for (guint i = 1; i < tax->count; i++)
    if (ABS (tax->sums[i].net_minor) > ABS (largest->net_minor))
      largest = &tax->sums[i];
  return rounding_minor == 0
         || (tax->count > 0 && rounding_minor >= -(gint64)tax->count && rounding_minor <= tax->count
             && base_money_add (largest->tax_minor, rounding_minor, &largest->tax_minor)
             && base_money_add (largest->gross_minor, rounding_minor, &largest->gross_minor));
}

/* Writes the cart's totals anew, or leaves them and says FALSE. */
static gboolean
settle (ShopCart *self, GError **error)
{
  ShopTotals totals = { 0 };
  gboolean fits = TRUE;

  shop_tax_table_init (&totals.tax, self->mode);
  for (guint i = 0; i < self->lines->len && fits; i++)
    {
      const ShopCartLine *line = g_ptr_array_index (self->lines, i);

      fits = line->voided || count_line (&totals, line);
    }
  fits = fits && shop_tax_table_finish (&totals.tax)
         && add_rounding (&totals.tax, self->rounding_minor);
  for (guint i = 0; i < totals.tax.count && fits; i++)
    fits = base_money_add (totals.total_minor, totals.tax.sums[i].gross_minor, &totals.total_minor);
  if (!fits || totals.total_minor > BASE_MONEY_MAX_MINOR
      || totals.total_minor < -BASE_MONEY_MAX_MINOR)
    return refuse (error, SHOP_ERROR_OVERFLOW,
                   _ ("The sale has more than an amount, or its tax table, can hold"));
  self->totals = totals;
  return TRUE;
}

/* Takes the changed line when all still adds up; puts back what it was when not. */
static gboolean
change_line (ShopCart *self, ShopCartLine *line, const ShopCartLine *changed, GError **error)
{
  ShopCartLine before = *line;

  *line = *changed;
  if (settle_line (line, error) && settle (self, error))
    return TRUE;
  *line = before;
  return FALSE;
}

/* The line with this number if it counts. */
static ShopCartLine *
find_counting (ShopCart *self, guint number, GError **error)
{
  ShopCartLine *line = (ShopCartLine *)shop_cart_line_by_number (self, number);

  if (line != NULL && !line->voided)
    return line;
  g_set_error (error, SHOP_ERROR, SHOP_ERROR_NO_LINE, _ ("There is no line %u, or it is voided"),
               number);
  return NULL;
}

/* Takes over `line`; it is gone when this says FALSE. */
static gboolean
append (ShopCart *self, ShopCartLine *line, GError **error)
{
  if (self->lines->len >= SHOP_CART_LINES_MAX)
    {
      line_free (line);
      return refuse (error, SHOP_ERROR_FULL, _ ("The sale has as many lines as it can"));
    }
  line->number = self->lines->len + 1;
  g_ptr_array_add (self->lines, line);
  if (settle_line (line, error) && settle (self, error))
    return TRUE;
  g_ptr_array_remove_index (self->lines, self->lines->len - 1);
  return FALSE;
}

/* A second scan of the same thing makes the last line longer; two weighings stay two lines, since
 * each bag is one. */
static ShopCartLine *
find_mergeable (ShopCart *self, const ShopProduct *product)
{
  ShopCartLine *last;

  if (self->lines->len == 0 || product->unit != SHOP_UNIT_PIECE)
    return NULL;
  last = g_ptr_array_index (self->lines, self->lines->len - 1);
  if (last->voided || last->discount_minor != 0 || last->unit_price_minor != product->price_minor
      || last->product->unit != product->unit || last->product->tax_bp != product->tax_bp
      || strcmp (last->product->code, product->code) != 0
      || strcmp (last->product->name, product->name) != 0)
    return NULL;
  return last;
}

ShopCart *
shop_cart_new (const char *currency, ShopTaxMode mode)
{
  ShopCart *self = g_new0 (ShopCart, 1);

  g_assert (currency != NULL && strlen (currency) == 3);
  self->currency = g_strdup (currency);
  self->mode = mode;
  self->lines = g_ptr_array_new_with_free_func (line_free);
  shop_tax_table_init (&self->totals.tax, mode);
  return self;
}

ShopCart *
shop_cart_copy (const ShopCart *self)
{
  ShopCart *copy;

  g_assert (self != NULL);
  copy = shop_cart_new (self->currency, self->mode);
  copy->returning = self->returning;
  copy->rounding_minor = self->rounding_minor;
  for (guint i = 0; i < self->lines->len; i++)
    g_ptr_array_add (copy->lines, line_copy (g_ptr_array_index (self->lines, i)));
  copy->totals = self->totals;
  return copy;
}

void
shop_cart_free (ShopCart *self)
{
  if (self == NULL)
    return;
  g_free (self->currency);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

void
shop_cart_set_returning (ShopCart *self)
{
  g_assert (self->lines->len == 0);
  self->returning = TRUE;
}

gboolean
shop_cart_set_rounding (ShopCart *self, gint64 rounding_minor, GError **error)
{
  gint64 before = self->rounding_minor;

  g_assert (self->returning);
  self->rounding_minor = rounding_minor;
  if (settle (self, error))
    return TRUE;
  self->rounding_minor = before;
  return FALSE;
}

gint64
shop_cart_rounding (const ShopCart *self)
{
  return self->rounding_minor;
}

gboolean
shop_cart_is_returning (const ShopCart *self)
{
  return self->returning;
}

const char *
shop_cart_currency (const ShopCart *self)
{
  return self->currency;
}

ShopTaxMode
shop_cart_tax_mode (const ShopCart *self)
{
  return self->mode;
}

guint
shop_cart_count (const ShopCart *self)
{
  return self->lines->len;
}

const ShopCartLine *
shop_cart_line (const ShopCart *self, guint index)
{
  g_assert (index < self->lines->len);
  return g_ptr_array_index (self->lines, index);
}

const ShopCartLine *
shop_cart_line_by_number (const ShopCart *self, guint number)
{
  if (number == 0 || number > self->lines->len)
    return NULL;
  return shop_cart_line (self, number - 1);
}

const ShopTotals *
shop_cart_totals (const ShopCart *self)
{
  return &self->totals;
}

gboolean
shop_cart_is_empty (const ShopCart *self)
{
  return self->totals.lines == 0;
}

gboolean
shop_cart_add (ShopCart *self,
               const ShopProduct *product,
               gint64 quantity_milli,
               guint *out_number,
               GError **error)
{
  ShopCartLine *line;

  g_assert (self != NULL && product != NULL);
  if (!check_quantity (self, product, quantity_milli, error)
      || !check_price (product->price_minor, error))
    return FALSE;
  line = find_mergeable (self, product);
  if (line != NULL)
    {
      if (!shop_cart_set_quantity (self, line->number, line->quantity_milli + quantity_milli,
                                   error))
        return FALSE;
    }
  else
    {
      line = g_new0 (ShopCartLine, 1);
      line->product = shop_product_copy (product);
      line->quantity_milli = quantity_milli;
      line->unit_price_minor = product->price_minor;
      if (!append (self, line, error))
        return FALSE;
    }
  if (out_number != NULL)
    *out_number = line->number;
  return TRUE;
}

gboolean
shop_cart_restore (ShopCart *self, const ShopCartLine *line, GError **error)
{
  g_assert (self != NULL && line != NULL && line->product != NULL);
  if (!check_quantity (self, line->product, line->quantity_milli, error)
      || !check_price (line->unit_price_minor, error))
    return FALSE;
  return append (self, line_copy (line), error);
}

/* The part of `gross_minor` that the discount is of the line as it stands, towards nothing: so its
 * share never grows, however often the quantity changes. FALSE: too large for an amount. */
static gboolean
scale_discount (const ShopCartLine *line, gint64 quantity_milli, gint64 *out_minor)
{
  gint64 before = line->amount_minor + line->discount_minor, gross;

  *out_minor = 0;
  if (line->discount_minor == 0 || before == 0)
    return TRUE;
  if (!base_money_scale (quantity_milli, line->unit_price_minor, SHOP_QUANTITY_ONE_MILLI, &gross))
    return FALSE;
  *out_minor = (gint64)((__int128)line->discount_minor * gross / before);
  return TRUE;
}

gboolean
shop_cart_set_quantity (ShopCart *self, guint number, gint64 quantity_milli, GError **error)
{
  ShopCartLine *line = find_counting (self, number, error);
  ShopCartLine changed;

  if (line == NULL || !check_quantity (self, line->product, quantity_milli, error))
    return FALSE;
  changed = *line;
  changed.quantity_milli = quantity_milli;
  if (!scale_discount (line, quantity_milli, &changed.discount_minor))
    return refuse (error, SHOP_ERROR_OVERFLOW,
                   _ ("The line comes to more than an amount can hold"));
  return change_line (self, line, &changed, error);
}

gboolean
shop_cart_set_price (ShopCart *self, guint number, gint64 unit_price_minor, GError **error)
{
  ShopCartLine *line = find_counting (self, number, error);
  ShopCartLine changed;

  if (line == NULL || !check_price (unit_price_minor, error))
    return FALSE;
  changed = *line;
  changed.unit_price_minor = unit_price_minor;
  return change_line (self, line, &changed, error);
}

gboolean
shop_cart_set_discount (ShopCart *self, guint number, gint64 discount_minor, GError **error)
{
  ShopCartLine *line = find_counting (self, number, error);
  ShopCartLine changed;

  if (line == NULL)
    return FALSE;
  changed = *line;
  changed.discount_minor = discount_minor;
  return change_line (self, line, &changed, error);
}

/* Of what the line comes to without a discount; negative where goods are returned. */
static gint64
share_of (const ShopCartLine *line, guint bp)
{
  return (gint64)((__int128)(line->amount_minor + line->discount_minor) * bp / SHOP_WHOLE_BP);
}

gboolean
shop_cart_discount_line (ShopCart *self, guint number, guint bp, GError **error)
{
  const ShopCartLine *line = find_counting (self, number, error);

  return line != NULL && shop_cart_set_discount (self, number, share_of (line, bp), error);
}

static gint64
discount_for_all (const ShopCartLine *line, guint bp)
{
  gint64 share = share_of (line, bp);

  return bp > 0 && ABS (line->discount_minor) > ABS (share) ? line->discount_minor : share;
}

gboolean
shop_cart_discount_all (ShopCart *self, guint bp, GError **error)
{
  guint count = shop_cart_count (self);
  g_autofree gint64 *before = g_new0 (gint64, count);

  for (guint i = 0; i < count; i++)
    {
      const ShopCartLine *line = shop_cart_line (self, i);

      before[i] = line->discount_minor;
      if (line->voided
          || shop_cart_set_discount (self, line->number, discount_for_all (line, bp), error))
        continue;
      while (i-- > 0)
        if (!shop_cart_line (self, i)->voided)
          (void)shop_cart_set_discount (self, shop_cart_line (self, i)->number, before[i], NULL);
      return FALSE;
    }
  return TRUE;
}

gboolean
shop_cart_void (ShopCart *self, guint number, const char *reason, GError **error)
{
  ShopCartLine *line = find_counting (self, number, error);

  if (line == NULL)
    return FALSE;
  line->voided = TRUE;
  if (!settle (self, error))
    {
      line->voided = FALSE;
      return FALSE;
    }
  line->void_reason = g_strdup (reason);
  return TRUE;
}

/* '0'–'9' or '.', also full-width; 0 for anything else. */
static char
quantity_character (gunichar c)
{
  if (c >= 0xFF10 && c <= 0xFF19)
    return (char)('0' + (c - 0xFF10));
  if (c == 0xFF0E || c == 0x3002)
    return '.';
  return (c >= '0' && c <= '9') || c == '.' ? (char)c : '\0';
}

static gboolean
is_times (gunichar c)
{
  return c == '*' || c == 0x00D7 /* × */ || c == 0xFF0A /* ＊ */;
}

/* Reads thousandths up to, not including, `end`. */
static gboolean
parse_quantity (const char *text, const char *end, gint64 *out_milli)
{
  guint digits = 0, decimals = 0;
  gboolean point = FALSE;
  gint64 milli = 0;

  for (const char *p = text; p < end; p = g_utf8_next_char (p))
    {
      char c = quantity_character (g_utf8_get_char (p));

      if (c == '\0' || (c == '.' && point))
        return FALSE;
      if (c == '.')
        {
          point = TRUE;
          continue;
        }
      digits++;
      decimals += point ? 1 : 0;
      milli = milli * 10 + (c - '0');
      if (decimals > 3 || milli > SHOP_QUANTITY_MAX_MILLI)
        return FALSE;
    }
  for (; decimals < 3; decimals++)
    milli *= 10;
  if (digits == 0 || milli <= 0 || milli > SHOP_QUANTITY_MAX_MILLI)
    return FALSE;
  *out_milli = milli;
  return TRUE;
}

static gboolean
check_code (const char *code, GError **error)
{
  gsize size = strnlen (code, SHOP_CODE_MAX + 1);

  if (size == 0)
    return refuse (error, SHOP_ERROR_INVALID, _ ("There is no code after the quantity"));
  if (size > SHOP_CODE_MAX)
    return refuse (error, SHOP_ERROR_INVALID, _ ("The code is longer than a code can be"));
  for (const char *p = code; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return refuse (error, SHOP_ERROR_INVALID, _ ("The code holds a control character"));
  return TRUE;
}

gboolean
shop_cart_parse_item (const char *text,
                      gint64 *out_quantity_milli,
                      const char **out_code,
                      GError **error)
{
  gint64 quantity_milli = SHOP_QUANTITY_ONE_MILLI;
  const char *times;

  g_assert (text != NULL && out_quantity_milli != NULL && out_code != NULL);
  if (!g_utf8_validate (text, -1, NULL))
    return refuse (error, SHOP_ERROR_INVALID, _ ("The text is not UTF-8"));
  while (*text == ' ')
    text++;
  for (times = text; *times != '\0' && !is_times (g_utf8_get_char (times));)
    times = g_utf8_next_char (times);
  if (*times != '\0')
    {
      if (!parse_quantity (text, times, &quantity_milli))
        return refuse (error, SHOP_ERROR_INVALID,
                       _ ("What stands before the × is not a quantity: write 3*CODE, or 0.532*CODE "
                          "by weight"));
      text = g_utf8_next_char (times);
      while (*text == ' ')
        text++;
    }
  if (!check_code (text, error))
    return FALSE;
  *out_quantity_milli = quantity_milli;
  *out_code = text;
  return TRUE;
}

char *
shop_cart_quantity_text (gint64 quantity_milli)
{
  guint64 magnitude
      = quantity_milli < 0 ? (guint64)0 - (guint64)quantity_milli : (guint64)quantity_milli;
  g_autoptr (GString) text = g_string_new (quantity_milli < 0 ? "-" : NULL);

  g_string_append_printf (text, "%" G_GUINT64_FORMAT ".%03u", magnitude / 1000,
                          (guint)(magnitude % 1000));
  while (text->str[text->len - 1] == '0')
    g_string_truncate (text, text->len - 1);
  if (text->str[text->len - 1] == '.')
    g_string_truncate (text, text->len - 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
