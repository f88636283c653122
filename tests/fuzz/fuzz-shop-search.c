/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any text as what is typed, also as an item of a sale; and what follows a line end as a product's
 * name: whoever types all of a name finds it.
 */
#include "shop-cart.h"
#include "shop-search.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
try_item (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 quantity_milli = 0;
  const char *code = NULL;

  if (!shop_cart_parse_item (text, &quantity_milli, &code, &error))
    {
      g_assert (error != NULL);
      return;
    }
  g_assert (quantity_milli > 0 && quantity_milli <= SHOP_QUANTITY_MAX_MILLI);
  g_assert (code >= text && code <= text + strlen (text) && strlen (code) <= SHOP_CODE_MAX);
}

static void
try_search (const char *typed, const char *text)
{
  g_autoptr (ShopSearch) search = shop_search_new (typed);

  for (guint stage = 0; search != NULL && stage < SHOP_SEARCH_STAGES; stage++)
    (void)shop_search_accepts (search, (ShopSearchStage)stage, text);
}

static void
try_name (ShopPinyin *pinyin, const char *name, const char *typed)
{
  g_autoptr (ShopProduct) product = shop_product_new ("1", name, 1);
  g_autofree char *text = shop_search_text (product, NULL, pinyin);
  g_autoptr (GString) grams = g_string_new (NULL);
  g_autoptr (ShopSearch) itself = shop_search_new (name);

  shop_search_grams (text, grams);
  try_search (typed, text);
  if (itself != NULL && text[0] == 'n')
    g_assert (shop_search_accepts (itself, SHOP_SEARCH_START, text));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static ShopPinyin *pinyin;
  g_autofree char *typed = g_strndup ((const char *)data, size);
  char *name = strchr (typed, '\n');

  if (pinyin == NULL)
    pinyin = shop_pinyin_new ();
  if (name != NULL)
    *name++ = '\0';
  try_item (typed);
  try_search (typed, "nname\npke le/yue\nc123");
  if (name != NULL && strlen (name) <= SHOP_NAME_MAX && g_utf8_validate (name, -1, NULL))
    try_name (pinyin, name, typed);
  return 0;
}
