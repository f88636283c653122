/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * People through a station: entering them, signing in and out, approving.
 */
#include "scene.h"
#include "till-people.h"

#define PIN "4821"
#define SECOND_PIN "70539"

static void
set_up (Scene *scene, gconstpointer data)
{
  scene_open (scene);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  scene_clear (scene);
}

static gboolean
change (Scene *scene, TillPersonWish wish, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  till_people_change_async (scene->station, &wish, scene_done_cb, &result);
  return till_people_change_finish (scene->station, scene_answer (&result), error);
}

static TillSigned
sign_in (Scene *scene, guint number, const char *pin, const char *new_pin)
{
  g_autoptr (GAsyncResult) result = NULL;
  TillSigned is = { 0 };

  till_people_sign_in_async (scene->station, number, pin, new_pin, scene_done_cb, &result);
  g_assert_true (till_people_sign_finish (scene->station, scene_answer (&result), &is, NULL));
  return is;
}

static void
test_people (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) listed = NULL, approved = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *cashier = NULL, *name = NULL;
  const TillPerson *second;
  TillSigned is;

  g_assert_false (
      change (scene, (TillPersonWish){ .name = "Ann", .role = SHOP_ROLE_MANAGER }, &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_STATE);
  g_assert_true (change (
      scene, (TillPersonWish){ .name = "Ann", .role = SHOP_ROLE_MANAGER, .pin = PIN }, NULL));
  is = sign_in (scene, 1, "9999123", NULL);
  g_assert_cmpint (is.sign, ==, TILL_SIGN_WRONG);
  is = sign_in (scene, 1, PIN, NULL);
  g_assert_cmpint (is.sign, ==, TILL_SIGN_GOOD);
  g_assert_cmpuint (is.found, ==, 1);
  g_object_get (scene->station, "cashier", &cashier, "cashier-name", &name, NULL);
  g_assert_cmpstr (cashier, ==, "001");
  g_assert_cmpstr (name, ==, "Ann");
  g_assert_true (change (
      scene, (TillPersonWish){ .name = "Bo", .role = SHOP_ROLE_CASHIER, .pin = SECOND_PIN }, NULL));
  till_people_list_async (scene->station, scene_done_cb, &listed);
  people = till_people_list_finish (scene->station, scene_answer (&listed), NULL);
  g_assert_cmpuint (people->len, ==, 2);
  second = people->pdata[1];
  g_assert_cmpstr (second->name, ==, "Bo");
  g_assert_true (second->has_pin && second->renews && !second->locked && !second->has_left);
  is = sign_in (scene, 2, SECOND_PIN, NULL);
  g_assert_cmpint (is.sign, ==, TILL_SIGN_RENEW);
  is = sign_in (scene, 2, SECOND_PIN, "1111");
  g_assert_cmpint (is.sign, ==, TILL_SIGN_REFUSED);
  g_assert_nonnull (is.why);
  is = sign_in (scene, 2, SECOND_PIN, "88214");
  g_assert_cmpint (is.sign, ==, TILL_SIGN_GOOD);
  g_assert_cmpint (till_people_may (scene->station, SHOP_RIGHT_CLOSE), ==, SHOP_MAY_ASK);
  till_people_approve_async (scene->station, SHOP_RIGHT_CLOSE, "shift 1", 1, PIN, scene_done_cb,
                             &approved);
  g_assert_true (till_people_sign_finish (scene->station, scene_answer (&approved), &is, NULL));
  g_assert_cmpint (is.sign, ==, TILL_SIGN_GOOD);
}

/* Whoever is signed in stands on the sale, also on one that another began. */
static void
test_sale (Scene *scene, gconstpointer data)
{
  g_autoptr (TillSale) sale = NULL, next = NULL;
  g_autoptr (GAsyncResult) asked = NULL, paid = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShopReceipt) receipt = NULL;
  g_autofree char *text = NULL;

  g_assert_true (change (
      scene, (TillPersonWish){ .name = "Ann", .role = SHOP_ROLE_MANAGER, .pin = PIN }, NULL));
  sale = scene_sale (scene, scene_first_code (scene));
  g_assert_cmpint (sign_in (scene, 1, PIN, NULL).sign, ==, TILL_SIGN_GOOD);
  scene_pay_cash (scene, sale, till_sale_total_minor (sale));
  till_station_receipt_async (scene->station, till_sale_receipt_no (sale), scene_done_cb, &asked);
  receipt = till_station_receipt_finish (scene->station, scene_answer (&asked), NULL);
  text = shop_receipt_to_text (receipt, 48);
  g_assert_nonnull (g_strstr_len (text, -1, "001"));
  g_assert_null (g_strstr_len (text, -1, "Ann"));
  till_people_sign_out (scene->station, FALSE);
  g_assert_true (till_people_is_locked (scene->station));
  g_assert_cmpint (till_people_may (scene->station, SHOP_RIGHT_SELL), ==, SHOP_MAY_NOT);
  next = scene_sale (scene, scene_first_code (scene));
  till_sale_pay_cash_async (next, till_sale_total_minor (next), scene_done_cb, &paid);
  g_assert_null (till_sale_pay_finish (next, scene_answer (&paid), &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_RIGHT);
  g_assert_cmpint (till_sale_receipt_no (next), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/till/people/people", Scene, NULL, set_up, test_people, tear_down);
  g_test_add ("/till/people/sale", Scene, NULL, set_up, test_sale, tear_down);
  return g_test_run ();
}
