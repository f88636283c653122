/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sale from its first item to its receipt: what may be changed when, tenders in turn, parking,
 * cancelling.
 */
#include "scene.h"

#include "till-private.h"

typedef struct
{
  Scene scene;
  const char *code;
  TillSale *sale;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  scene_open (&test->scene);
  test->code = scene_first_code (&test->scene);
  test->sale = scene_sale (&test->scene, test->code);
}

static void
tear_down (Test *test, gconstpointer data)
{
  g_clear_object (&test->sale);
  scene_clear (&test->scene);
}

/* The stored card is declined while the rest is still owed, and the cart has grown meanwhile: the
 * screen hears of it. */
static gboolean
is_declined (Scene *scene, gpointer payment)
{
  return till_payment_state (payment) == TILL_PAYMENT_STATE_DECLINED;
}

static void
test_lines (Test *test, gconstpointer data)
{
  gint64 one = till_sale_total_minor (test->sale);
  g_autoptr (TillSaleLine) line = NULL;

  g_assert_false (till_sale_is_empty (test->sale));
  g_assert_cmpuint (till_sale_current_line (test->sale), ==, 1);
  g_assert_true (till_sale_set_quantity (test->sale, 1, 3 * SHOP_QUANTITY_ONE_MILLI, NULL));
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, 3 * one);
  g_assert_true (till_sale_void_line (test->sale, 1, "mistake", NULL));
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, 0);
  line = g_list_model_get_item (till_sale_lines (test->sale), 0);
  g_assert_true (till_sale_line_data (line)->voided);
  g_assert_false (till_sale_void_line (test->sale, 7, "none", NULL));
}

/* A part of the line, which stays that part; beyond the shop's limit it needs a right, which
 * everybody has where nobody has a PIN. */
static void
test_discount (Test *test, gconstpointer data)
{
  gint64 one = till_sale_total_minor (test->sale);
  g_autoptr (GError) error = NULL;

  g_assert_true (till_sale_set_quantity (test->sale, 1, 10 * SHOP_QUANTITY_ONE_MILLI, NULL));
  g_assert_false (till_sale_discount_needs_right (test->sale, 1000));
  g_assert_true (till_sale_discount_needs_right (test->sale, 1001));
  g_assert_true (till_sale_set_discount (test->sale, 1, 1000, NULL));
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, 9 * one);
  g_assert_true (till_sale_set_discount (test->sale, 1, 1000, NULL)); /* not once more */
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, 9 * one);
  g_assert_true (till_sale_set_quantity (test->sale, 1, 20 * SHOP_QUANTITY_ONE_MILLI, NULL));
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, 18 * one);
  g_assert_true (till_sale_set_quantity (test->sale, 1, SHOP_QUANTITY_ONE_MILLI, NULL));
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, one - one / 10);
  g_assert_true (till_sale_set_discount (test->sale, 1, 10000, NULL));
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, 0);
  g_assert_true (till_sale_set_discount (test->sale, 1, 0, NULL));
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, one);
  g_assert_true (till_sale_set_discount (test->sale, 0, 1000, NULL)); /* the whole sale */
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, one - one / 10);
  g_assert_true (till_sale_set_discount (test->sale, 0, 0, NULL));
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, one);
  g_assert_false (till_sale_set_discount (test->sale, 0, 10001, NULL));
  g_assert_false (till_sale_set_discount (test->sale, 1, 10001, &error));
  g_assert_error (error, SHOP_ERROR, SHOP_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (till_sale_set_discount (test->sale, 7, 100, &error));
  g_assert_error (error, SHOP_ERROR, SHOP_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (till_sale_set_quantity (test->sale, 1, 500, &error)); /* half a piece */
  g_assert_cmpint (till_sale_total_minor (test->sale), ==, one);
}

static void
test_declined_later (Test *test, gconstpointer data)
{
  TillPayment *payment;

  g_object_set (test->scene.bench, "line-up", FALSE, NULL);
  scene_pay_cash (&test->scene, test->sale, 1);
  payment = scene_pay_card (&test->scene, test->sale, "expired");
  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_STORED);
  g_assert_true (till_sale_is_paid (test->sale));
  g_object_set (test->scene.bench, "line-up", TRUE, NULL);
  scene_wait (&test->scene, is_declined, payment, "the bank's no");
  g_assert_cmpstr (till_payment_reason (payment), ==, "declined-later");
  g_assert_cmpint (till_sale_left_minor (test->sale), >, 0);
}

/* Sold by weight: never one kg because nobody said how much. */
static void
test_weight (Test *test, gconstpointer data)
{
  static const struct
  {
    const char *text;
    TillEntry entry;
    guint lines;
  } cases[] = {
    { "101", TILL_ENTRY_NEEDS_WEIGHT, 1 }, { " 101", TILL_ENTRY_NEEDS_WEIGHT, 1 },
    { "0.5*101", TILL_ENTRY_ADDED, 2 },    { " 1×101", TILL_ENTRY_ADDED, 3 },
    { "404", TILL_ENTRY_UNKNOWN_CODE, 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      TillEntry entry;

      till_sale_enter_async (test->sale, cases[i].text, NULL, scene_done_cb, &result);
      scene_answer (&result);
      g_assert_true (till_sale_enter_finish (test->sale, result, &entry, NULL, NULL));
      g_assert_cmpint (entry, ==, cases[i].entry);
      g_assert_cmpint (till_sale_entry_product (result) != NULL, ==,
                       entry != TILL_ENTRY_UNKNOWN_CODE);
      g_assert_cmpuint (g_list_model_get_n_items (till_sale_lines (test->sale)), ==,
                        cases[i].lines);
    }
}

/* The training shop's scales: a label has its amount on the line, or is refused with a reason. */
static void
test_labels (Test *test, gconstpointer data)
{
  static const struct
  {
    const char *text;
    TillEntry entry;
    gint64 amount;
  } cases[] = {
    { "2100101012341", TILL_ENTRY_ADDED, 982 },  /* bananas: 1.234 kg × 7.96 */
    { "2200102012347", TILL_ENTRY_ADDED, 1234 }, /* apples: 11.80; 1.046 kg is 12.34 */
    { "2200102099997", TILL_ENTRY_ADDED, 9999 }, /* 8.474 kg is 99.99 */
    { "200010100982012341", TILL_ENTRY_ADDED, 982 },
    { "200010100981012342", TILL_ENTRY_ADDED, 981 },
    { "2100101012342", TILL_ENTRY_LABEL_DAMAGED, 0 },
    { "2100404012345", TILL_ENTRY_LABEL_UNKNOWN, 0 },
    { "2100101000003", TILL_ENTRY_LABEL_EMPTY, 0 },
    { "200010101082012347", TILL_ENTRY_LABEL_DISAGREES, 0 },
    { "2*2100101012341", TILL_ENTRY_LABEL_QUANTITY, 0 },
    { "2500101012341", TILL_ENTRY_UNKNOWN_CODE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autofree char *code = NULL;
      gint64 before = till_sale_total_minor (test->sale);
      TillEntry entry;

      g_test_message ("%s", cases[i].text);
      till_sale_enter_async (test->sale, cases[i].text, NULL, scene_done_cb, &result);
      scene_answer (&result);
      g_assert_true (till_sale_enter_finish (test->sale, result, &entry, &code, NULL));
      g_assert_cmpint (entry, ==, cases[i].entry);
      g_assert_true (g_str_has_suffix (cases[i].text, code));
      g_assert_cmpint (till_sale_total_minor (test->sale) - before, ==, cases[i].amount);
      g_assert_cmpint (till_sale_entry_words (entry) != NULL, ==,
                       entry != TILL_ENTRY_ADDED && entry != TILL_ENTRY_UNKNOWN_CODE);
    }
}

static void
test_suggestions (Test *test, gconstpointer data)
{
  gint64 notes[8];
  guint count = till_sale_suggest_cash (test->sale, notes, G_N_ELEMENTS (notes));

  g_assert_cmpuint (count, >=, 2);
  g_assert_cmpint (notes[0], ==, till_sale_left_minor (test->sale));
  for (guint i = 1; i < count; i++)
    g_assert_cmpint (notes[i], >, notes[i - 1]);
  g_assert_cmpuint (till_sale_suggest_cash (test->sale, notes, 1), ==, 1);
  g_assert_cmpuint (till_sale_suggest_cash (test->sale, notes, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/till/sale/" name, Test, NULL, set_up, function, tear_down)
  ADD ("lines", test_lines);
  ADD ("discount", test_discount);
  ADD ("declined-later", test_declined_later);
  ADD ("weight", test_weight);
  ADD ("labels", test_labels);
  ADD ("suggestions", test_suggestions);
  return g_test_run ();
}
