/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-scale-code.h"

#include "base-money.h"
#include "shop-cart.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHORT_LENGTH 13
#define LONG_LENGTH 18
#define WEIGHT_DIGITS_MAX 7  /* 9,999.999 kg is all that a line holds */
#define AMOUNT_DIGITS_MAX 12 /* BASE_MONEY_MAX_MINOR */
#define GRAMS_A_KG 1000

typedef struct
{
  guint start, count;
} Run;

typedef struct
{
  char text[SHOP_SCALE_CODE_MAX + 1];
  guint length, prefix;
  Run item, weight, amount;
  gboolean checked; /* the last digit is the check digit */
} Pattern;

struct _ShopScaleCodeList
{
  guint count;
  Pattern patterns[SHOP_SCALE_PATTERNS_MAX];
};

/* Both numbers from 1; place 0 is the pattern as a whole. */
static gboolean
refuse (GError **error, guint number, const char *text, guint place, const char *sentence)
{
  if (place > 0)
    g_set_error (error, SHOP_ERROR, SHOP_ERROR_INVALID,
                 _ ("Pattern %u, “%.40s”, at character %u: %s"), number, text, place, sentence);
  else
    g_set_error (error, SHOP_ERROR, SHOP_ERROR_INVALID, _ ("Pattern %u, “%.40s”: %s"), number, text,
                 sentence);
  return FALSE;
}

/* Takes a letter's place into its run; FALSE: it stands apart from the others of its kind. */
static gboolean
take (Run *run, guint place)
{
  if (run->count > 0 && run->start + run->count != place)
    return FALSE;
  if (run->count == 0)
    run->start = place;
  run->count++;
  return TRUE;
}

/* What is wrong with the character at `place`, from 0; NULL: nothing. */
static const char *
read_character (Pattern *pattern, guint place)
{
  static const char apart[] = N_ ("these letters don't stand together");
  char c = pattern->text[place];

  switch (c)
    {
    case 'C':
      return take (&pattern->item, place) ? NULL : _ (apart);
    case 'W':
      return take (&pattern->weight, place) ? NULL : _ (apart);
    case 'P':
      return take (&pattern->amount, place) ? NULL : _ (apart);
    case 'K':
      pattern->checked = TRUE;
      return place + 1 == pattern->length ? NULL : _ ("the check digit K must be the last");
    case 'X':
      return NULL;
    default:
      break;
    }
  if (!g_ascii_isdigit (c))
    return _ ("only digits and the letters C, W, P, K and X are known");
  if (place != pattern->prefix)
    return _ ("digits may stand at the beginning only");
  pattern->prefix++;
  return NULL;
}

/* What is wrong with a pattern whose characters are good; *out_place from 1. */
static const char *
check_whole (const Pattern *pattern, guint *out_place)
{
  *out_place = 0;
  if (pattern->prefix == 0)
    {
      *out_place = 1;
      return _ ("it must begin with a digit, as the codes of the scale do");
    }
  if (pattern->item.count == 0)
    return _ ("it has no C, so the goods can't be told");
  if (pattern->weight.count == 0 && pattern->amount.count == 0)
    return _ ("it has neither W nor P, so it tells no weight and no amount");
  if (pattern->weight.count > WEIGHT_DIGITS_MAX)
    {
      *out_place = pattern->weight.start + 1;
      return _ ("a weight of more than 7 digits can't be sold");
    }
  if (pattern->amount.count > AMOUNT_DIGITS_MAX)
    {
      *out_place = pattern->amount.start + 1;
      return _ ("an amount of more than 12 digits can't be sold");
    }
  if (pattern->length == SHORT_LENGTH && !pattern->checked)
    {
      *out_place = SHORT_LENGTH;
      return _ ("a code of 13 digits ends with its check digit, so write K");
    }
  return NULL;
}

static gboolean
read_pattern (Pattern *out_pattern, const char *text, guint number, GError **error)
{
  gsize length = strlen (text);
  Pattern pattern = { .length = (guint)length };
  const char *problem;
  guint place;

  if (length != SHORT_LENGTH && length != LONG_LENGTH)
    return refuse (error, number, text, 0, _ ("it must have 13 or 18 characters"));
  g_strlcpy (pattern.text, text, sizeof pattern.text);
  for (guint i = 0; i < pattern.length; i++)
    {
      problem = read_character (&pattern, i);
      if (problem != NULL)
        return refuse (error, number, text, i + 1, problem);
    }
  problem = check_whole (&pattern, &place);
  if (problem != NULL)
    return refuse (error, number, text, place, problem);
  *out_pattern = pattern;
  return TRUE;
}

/* Which of two speaks would hang on their order, and people don't see that. */
static gboolean
check_apart (const ShopScaleCodeList *self, const Pattern *pattern, guint number, GError **error)
{
  for (guint i = 0; i < self->count; i++)
    {
      const Pattern *other = &self->patterns[i];
      g_autofree char *sentence = NULL;

      if (other->length != pattern->length
          || strncmp (other->text, pattern->text, MIN (other->prefix, pattern->prefix)) != 0)
        continue;
      sentence
          = g_strdup_printf (_ ("pattern %u reads the same codes, as they begin alike"), i + 1);
      return refuse (error, number, pattern->text, 1, sentence);
    }
  return TRUE;
}

ShopScaleCodeList *
shop_scale_code_list_new (const char *text, GError **error)
{
  g_autoptr (ShopScaleCodeList) self = g_new0 (ShopScaleCodeList, 1);
  g_auto (GStrv) words = NULL;
  guint number = 0;

  g_assert (text != NULL);
  words = g_strsplit_set (text, " \t\n", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      Pattern pattern;

      if (*words[i] == '\0')
        continue;
      number++;
      if (self->count == SHOP_SCALE_PATTERNS_MAX)
        {
          g_set_error (error, SHOP_ERROR, SHOP_ERROR_INVALID,
                       _ ("More than %d patterns are too many"), SHOP_SCALE_PATTERNS_MAX);
          return NULL;
        }
      if (!read_pattern (&pattern, words[i], number, error)
          || !check_apart (self, &pattern, number, error))
        return NULL;
      self->patterns[self->count++] = pattern;
    }
  return g_steal_pointer (&self);
}

void
shop_scale_code_list_free (ShopScaleCodeList *self)
{
  g_free (self);
}

guint
shop_scale_code_list_count (const ShopScaleCodeList *self)
{
  return self->count;
}

const char *
shop_scale_code_list_pattern (const ShopScaleCodeList *self, guint index)
{
  g_assert (index < self->count);
  return self->patterns[index].text;
}

char *
shop_scale_code_list_text (const ShopScaleCodeList *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->count; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", self->patterns[i].text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* From the right, every other digit counts three times; with the check digit that is a multiple of
 * ten. */
static gboolean
has_good_check_digit (const char *digits, guint length)
{
  guint sum = 0;

  for (guint i = 0; i < length; i++)
    sum += (guint)(digits[length - 1 - i] - '0') * (i % 2 == 1 ? 3 : 1);
  return sum % 10 == 0;
}

/* At most AMOUNT_DIGITS_MAX digits. */
static gint64
number_at (const char *digits, const Run *run)
{
  gint64 number = 0;

  for (guint i = 0; i < run->count; i++)
    number = number * 10 + (digits[run->start + i] - '0');
  return number;
}

static void
read_label (const Pattern *pattern, const char *digits, ShopScaleLabel *out_label)
{
  *out_label = (ShopScaleLabel){
    .has_weight = pattern->weight.count > 0,
    .has_amount = pattern->amount.count > 0,
    .weight_milli = number_at (digits, &pattern->weight),
    .amount_minor = number_at (digits, &pattern->amount),
  };
  for (guint i = 0; i < pattern->item.count; i++)
    out_label->item[i] = digits[pattern->item.start + i];
}

ShopScaleMatch
shop_scale_code_list_match (const ShopScaleCodeList *self,
                            const char *code,
                            ShopScaleLabel *out_label)
{
  char digits[SHOP_SCALE_CODE_MAX + 1];
  guint length = (guint)strnlen (code, SHOP_SCALE_CODE_MAX + 1);

  if (length > SHOP_SCALE_CODE_MAX || strspn (code, "0123456789") != length)
    return SHOP_SCALE_OTHER;
  g_snprintf (digits, sizeof digits, "%s%s", length == SHORT_LENGTH - 1 ? "0" : "", code);
  length = (guint)strlen (digits);
  for (guint i = 0; i < self->count; i++)
    {
      const Pattern *pattern = &self->patterns[i];

      if (pattern->length != length || strncmp (pattern->text, digits, pattern->prefix) != 0)
        continue;
      if (pattern->checked && !has_good_check_digit (digits, length))
        return SHOP_SCALE_DAMAGED;
      read_label (pattern, digits, out_label);
      return SHOP_SCALE_LABEL;
    }
  return SHOP_SCALE_OTHER;
}

const char *
shop_scale_code_short_item (const ShopScaleLabel *label)
{
  const char *item = label->item;

  while (item[0] == '0' && item[1] != '\0')
    item++;
  return item;
}

/* The least grams that come to this amount or more; both above 0. */
static gboolean
grams_for (gint64 amount_minor, gint64 price_minor, gint64 *out_milli, gint64 *out_gross)
{
  *out_milli = amount_minor * GRAMS_A_KG / price_minor;
  if (!base_money_scale (*out_milli, price_minor, GRAMS_A_KG, out_gross))
    return FALSE;
  if (*out_gross >= amount_minor)
    return TRUE;
  *out_milli += 1;
  return base_money_scale (*out_milli, price_minor, GRAMS_A_KG, out_gross)
         && *out_gross >= amount_minor;
}

static ShopScaleVerdict
price_kg (const ShopScaleLabel *label, gint64 price_minor, ShopScaleLine *out_line)
{
  gint64 weight_milli = label->weight_milli, gross = 0, over;

  if (!label->has_weight
      && (price_minor <= 0 || !grams_for (label->amount_minor, price_minor, &weight_milli, &gross)))
    return SHOP_SCALE_DISAGREES;
  if (label->has_weight && !base_money_scale (weight_milli, price_minor, GRAMS_A_KG, &gross))
    return SHOP_SCALE_DISAGREES;
  over = label->has_amount ? gross - label->amount_minor : 0;
  if (label->has_weight && ABS (over) > SHOP_SCALE_TOLERANCE_MINOR)
    return SHOP_SCALE_DISAGREES;
  *out_line = (ShopScaleLine){ weight_milli, price_minor, MAX (over, 0) };
  return SHOP_SCALE_PRICED;
}

ShopScaleVerdict
shop_scale_code_price (const ShopScaleLabel *label,
                       const ShopProduct *product,
                       ShopScaleLine *out_line)
{
  gboolean by_kg = product->unit == SHOP_UNIT_KG;

  g_assert (label->has_weight || label->has_amount);
  if (label->has_amount && label->amount_minor == 0)
    return SHOP_SCALE_EMPTY;
  if (by_kg && label->has_weight && label->weight_milli == 0)
    return SHOP_SCALE_EMPTY;
  if (by_kg)
    return price_kg (label, product->price_minor, out_line);
  /* A scale that counts things leaves the weight 0. */
  if (label->has_weight && (label->weight_milli > 0 || !label->has_amount))
    return SHOP_SCALE_NOT_BY_KG;
  *out_line = (ShopScaleLine){ SHOP_QUANTITY_ONE_MILLI, label->amount_minor, 0 };
  return SHOP_SCALE_PRICED;
}
