/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a product can be found by, and what was typed to find it. The catalogue (vault) keeps each
 * product's text and its grams in a full-text table, asks that table stage by stage with the
 * expressions made here, and lets this file decide where grams alone can't. Pure text work: no
 * storage, no ICU but for shop-pinyin.h. Values belong to one thread.
 *
 * The text has one line for each thing: 'n' a name, 'p' its syllables (shop-pinyin.h), 'c' a code,
 * folded. Grams are tokens of the text parted by blanks: of names every 1 and 2 characters, 3 where
 * all are ASCII, and '^' with the first 1, 2 and 3; of codes the same runs with '#'; of syllables
 * '~' with the first 1, 2, 3, 4 and 6 letters from each on, '=' with the first 2 and 3 initials,
 * and '@' with the first 1, 2 and 3 of the whole, read either way. So any typed length from one
 * character on is answered without going through all products.
 */
#pragma once

#include "shop-pinyin.h"
#include "shop-product.h"

G_BEGIN_DECLS

#define SHOP_SEARCH_TYPED_MAX 240   /* bytes; longer finds nothing */
#define SHOP_SEARCH_LINE_MAX 1000   /* bytes of a folded name; what is beyond isn't searched */
#define SHOP_SEARCH_READINGS_MAX 32 /* ways to read six letters on; further ones aren't found */

/* In this order; each gives what the ones before have not. */
typedef enum
{
  SHOP_SEARCH_START,        /* a name begins with it */
  SHOP_SEARCH_PINYIN_START, /* a name's pinyin does */
  SHOP_SEARCH_INSIDE,       /* in a name, or a name's pinyin from some character on */
  SHOP_SEARCH_CODE,         /* part of a code */
} ShopSearchStage;
#define SHOP_SEARCH_STAGES 4

/* Case and width gone (NFKC), blanks to one. Yours to free. */
char *shop_search_fold (const char *text);
/* Yours to free. `more_codes` may be NULL, and so may `pinyin`. */
char *
shop_search_text (const ShopProduct *product, const char *const *more_codes, ShopPinyin *pinyin);
/* Appends the grams of a product's text. */
void shop_search_grams (const char *text, GString *out);

typedef struct _ShopSearch ShopSearch;

/* NULL when there is nothing to look for in what was typed. */
ShopSearch *shop_search_new (const char *typed);
void shop_search_free (ShopSearch *self);
/* What was typed as a code: width and outer blanks gone, case kept. */
const char *shop_search_code (const ShopSearch *self);
/* For the full-text table; NULL when nothing can match in this stage. */
const char *shop_search_expression (const ShopSearch *self, ShopSearchStage stage);
/* FALSE: what the grams give must still be asked shop_search_accepts(). */
gboolean shop_search_is_exact (const ShopSearch *self, ShopSearchStage stage);
gboolean shop_search_accepts (const ShopSearch *self, ShopSearchStage stage, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShopSearch, shop_search_free)

G_END_DECLS
