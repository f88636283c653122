/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-search.h"

#include <string.h>

static char *
make_text (const char *name, const char *name_zh, const char *code)
{
  g_autoptr (ShopPinyin) pinyin = shop_pinyin_new ();
  g_autoptr (ShopProduct) product = shop_product_new (code, name, 100);

  product->name_zh = g_strdup (name_zh);
  return shop_search_text (product, NULL, pinyin);
}

/* Whether the grams have this quoted one, or with a '*' behind it one that begins so. */
static gboolean
has_gram (const char *grams, const char *quoted)
{
  g_auto (GStrv) parts = g_strsplit (quoted, "\"", -1);
  g_autofree char *token
      = g_strdup_printf (" %s%s", parts[1], strchr (parts[2], '*') != NULL ? "" : " ");

  return strstr (grams, token) != NULL;
}

/* Evaluates what this file's expressions are made of: quoted grams, AND before OR, and parentheses
 * one deep. */
static gboolean
grams_answer (const char *text, const char *expression)
{
  g_autoptr (GString) grams = g_string_new (" ");
  g_autoptr (GRegex) group = g_regex_new ("\\(([^()]*)\\)", 0, 0, NULL);
  g_autofree char *flat = g_strdup (expression);
  g_autoptr (GMatchInfo) match = NULL;
  g_auto (GStrv) alternatives = NULL;
  gboolean any = FALSE;

  shop_search_grams (text, grams);
  if (g_regex_match (group, expression, 0, &match))
    {
      g_autofree char *inner = g_match_info_fetch (match, 1);
      g_autofree char *value = g_strdup (grams_answer (text, inner) ? "TRUE" : "FALSE");
      g_autofree char *replaced = NULL;
      int start = 0, end = 0;

      g_match_info_fetch_pos (match, 0, &start, &end);
      replaced = g_strdup_printf ("%.*s%s%s", start, expression, value, expression + end);
      return grams_answer (text, replaced);
    }
  alternatives = g_strsplit (flat, " OR ", -1);
  for (guint i = 0; alternatives[i] != NULL; i++)
    {
      g_auto (GStrv) wanted = g_strsplit (alternatives[i], " AND ", -1);
      gboolean all = TRUE;

      for (guint j = 0; wanted[j] != NULL; j++)
        all = all
              && (strcmp (wanted[j], "TRUE") == 0
                  || (wanted[j][0] == '"' && has_gram (grams->str, wanted[j])));
      any = any || all;
    }
  return any;
}

/* 'S'tart, 'P'inyin start, 'I'nside, 'C'ode or '-' for not at all. */
static char
find (const char *text, const char *typed)
{
  static const char letters[] = "SPIC";
  g_autoptr (ShopSearch) search = shop_search_new (typed);

  for (guint stage = 0; search != NULL && stage < SHOP_SEARCH_STAGES; stage++)
    {
      const char *expression = shop_search_expression (search, (ShopSearchStage)stage);
      gboolean accepted = shop_search_accepts (search, (ShopSearchStage)stage, text);
      gboolean answered = expression != NULL && grams_answer (text, expression);

      /* Grams must never miss what is there, and where they are called exact they must be right. */
      g_test_message ("“%s” stage %u: %s", typed, stage, expression != NULL ? expression : "none");
      g_assert_true (answered || !accepted);
      if (answered && shop_search_is_exact (search, (ShopSearchStage)stage))
        g_assert_true (accepted);
      if (accepted)
        return letters[stage];
    }
  return '-';
}

typedef struct
{
  const char *typed;
  char stage;
} FindCase;

static void
check (const char *text, const FindCase *cases, gsize count)
{
  for (gsize i = 0; i < count; i++)
    {
      g_test_message ("“%s”", cases[i].typed);
      g_assert_cmpint (find (text, cases[i].typed), ==, cases[i].stage);
    }
}

static void
test_chinese (void)
{
  static const FindCase cases[] = {
    { "可", 'S' },
    { "可口", 'S' },
    { "可口可", 'S' },
    { "可口可乐", 'S' },
    { "可口可乐 5", 'S' },
    { "乐", 'I' },
    { "可乐", 'I' },
    { "口可乐", 'I' },
    { "乐 500", 'I' },
    { "可乐 500毫升", 'I' },
    { "k", 'P' },
    { "kk", 'P' },
    { "kkkl", 'P' },
    { "kkky", 'P' },
    { "kl", 'I' },
    { "kele", 'I' },
    { "keyue", 'I' },
    { "kekou", 'P' },
    { "kekoukele", 'P' },
    { "KeKouKeLe", 'P' },
    { "ke kou", 'P' },
    { "keko", 'P' },
    { "kekoukelehao", 'P' },
    { "kkklhs", 'P' },
    { "oukele", '-' },
    { "kkkk", '-' },
    { "kekoukexe", '-' },
    { "可乐可", '-' },
    { "可口可乐 6", '-' },
    { "雪碧", '-' },
    { "klh", 'I' },
    { "kele500", '-' },
    { "５００", 'I' },
    { "ＫＫＫＬ", 'P' },
    { "kouke", 'I' },
    { "690", 'C' },
    { "0000014", 'C' },
    { "6900000000014", 'C' },
    { "69001", '-' },
    { "4", 'C' },
  };
  g_autofree char *text = make_text ("可口可乐 500毫升", NULL, "6900000000014");

  check (text, cases, G_N_ELEMENTS (cases));
}

static void
test_every_reading (void)
{
  static const FindCase card[]
      = { { "yhk", 'P' }, { "yxk", 'P' }, { "yinhangka", 'P' }, { "yinxing", 'P' }, { "hk", 'I' } };
  static const FindCase spice[]
      = { { "tw", 'P' }, { "dw", 'P' }, { "tiaowei", 'P' }, { "diaowei", 'P' } };
  static const FindCase music[]
      = { { "yy", 'P' }, { "yl", 'P' }, { "yinyue", 'P' }, { "yinle", 'P' }, { "yx", '-' } };
  static const FindCase tea[]
      = { { "lvcha", 'P' }, { "lucha", 'P' }, { "lücha", 'P' }, { "lc", 'P' } };
  g_autofree char *card_text = make_text ("银行卡", NULL, "1");
  g_autofree char *spice_text = make_text ("调味", NULL, "1");
  g_autofree char *music_text = make_text ("音乐", NULL, "1");
  g_autofree char *tea_text = make_text ("绿茶", NULL, "1");

  check (card_text, card, G_N_ELEMENTS (card));
  check (spice_text, spice, G_N_ELEMENTS (spice));
  check (music_text, music, G_N_ELEMENTS (music));
  check (tea_text, tea, G_N_ELEMENTS (tea));
}

static void
test_latin (void)
{
  static const FindCase cases[] = {
    { "c", 'S' },
    { "co", 'S' },
    { "coc", 'S' },
    { "coca", 'S' },
    { "COCA-C", 'S' },
    { "ola", 'I' },
    { "cola", 'I' },
    { "a-c", 'I' },
    { "-", 'I' },
    { "&", 'I' },
    { "zero \"x\"", 'I' },
    { "*", 'I' },
    { "ola & zero", 'I' },
    { "olaz", '-' },
    { "ab-12", 'C' },
    { "b-1", 'C' },
    { "%", '-' },
    { "'", '-' },
    { "(", '-' },
    { "^c", '-' },
    { "straße", '-' },
    { "ｃｏｌａ", 'I' },
    { "coca-cola & zero \"x\" *", 'S' },
  };
  g_autofree char *text = make_text ("Coca-Cola  & Zero \"X\" *", NULL, "AB-12");

  check (text, cases, G_N_ELEMENTS (cases));
}

static void
test_two_names (void)
{
  static const FindCase cases[]
      = { { "fresh", 'S' }, { "鲜", 'S' }, { "xnn", 'P' }, { "niunai", 'I' }, { "milk", 'I' } };
  g_autofree char *text = make_text ("Fresh Milk", "鲜牛奶", "1");

  check (text, cases, G_N_ELEMENTS (cases));
}

static void
test_nothing_to_look_for (void)
{
  g_autofree char *longest = g_strnfill (SHOP_SEARCH_TYPED_MAX, 'a');
  g_autofree char *longer = g_strnfill (SHOP_SEARCH_TYPED_MAX + 1, 'a');
  g_autoptr (ShopSearch) search = shop_search_new (longest);

  g_assert_nonnull (search);
  g_assert_null (shop_search_new (longer));
  g_assert_null (shop_search_new (""));
  g_assert_null (shop_search_new (" \t\n"));
  g_assert_null (shop_search_new ("\xFF"));
}

/* The longest name that there can be, all of it polyphones: work and grams stay bounded. */
static void
test_worst_name_is_bounded (void)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GString) grams = g_string_new (NULL);
  g_autofree char *text = NULL;

  while (name->len + 3 <= SHOP_NAME_MAX)
    g_string_append (name, "着");
  text = make_text (name->str, NULL, "1");
  shop_search_grams (text, grams);
  g_assert_cmpuint (grams->len, <, 200000);
  g_assert_cmpint (find (text, "zhezhaozhuo"), ==, 'P');
  g_assert_cmpint (find (text, "zzzzzz"), ==, 'P');
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/search/chinese", test_chinese);
  g_test_add_func ("/shop/search/every-reading", test_every_reading);
  g_test_add_func ("/shop/search/latin", test_latin);
  g_test_add_func ("/shop/search/two-names", test_two_names);
  g_test_add_func ("/shop/search/nothing-to-look-for", test_nothing_to_look_for);
  g_test_add_func ("/shop/search/worst-name-is-bounded", test_worst_name_is_bounded);
  return g_test_run ();
}
