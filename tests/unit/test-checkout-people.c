/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may sign in, and do what: wrong PINs make wait and lock, also over a restart; an approval
 * serves once; the last manager stays.
 */
#include "checkout-people.h"

#include "shop-pin.h"
#include "till-error.h"
#include "vault-journal.h"
#include "vault-testing.h"

#define MANAGER_PIN "4821"
#define CASHIER_PIN "70539"
#define NEW_PIN "88214"
#define WRONG_PIN "5555123"
#define BADGE "BADGE-0001"

typedef struct
{
  VaultTesting vault;
  CheckoutPeople *people;
} Test;

static void
reopen (Test *test)
{
  GError *error = NULL;

  g_clear_pointer (&test->people, checkout_people_free);
  test->people = checkout_people_open (test->vault.vault, TRUE, &error);
  g_assert_no_error (error);
}

static guint
must_add (Test *test, const char *name, ShopRole role, const char *pin, gboolean own)
{
  CheckoutPerson person
      = { .name = name, .role = (int)role, .pin = BASE_SPAN_STR (pin), .own = own };
  GError *error = NULL;

  checkout_people_change (test->people, &person, &error);
  g_assert_no_error (error);
  return person.number;
}

static CheckoutSign
sign (Test *test, guint number, const char *pin, const char *new_pin, guint *out_wait)
{
  CheckoutPeopleProof proof
      = { .number = number, .pin = BASE_SPAN_STR (pin), .new_pin = BASE_SPAN_STR (new_pin) };
  CheckoutSign result = CHECKOUT_SIGN_WRONG;
  GError *error = NULL;

  checkout_people_sign_in (test->people, &proof, &result, &error);
  g_assert_no_error (error);
  if (out_wait != NULL)
    *out_wait = proof.wait_s;
  return result;
}

static void
set_up (Test *test, gconstpointer data)
{
  vault_testing_set_up (&test->vault, NULL);
  reopen (test);
}

/* A manager, 1, and a cashier, 2, who has chosen his own PIN; nobody is signed in. */
static void
set_up_people (Test *test, gconstpointer data)
{
  set_up (test, NULL);
  g_assert_cmpuint (must_add (test, "Ann", SHOP_ROLE_MANAGER, MANAGER_PIN, TRUE), ==, 1);
  g_assert_cmpint (sign (test, 1, MANAGER_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_cmpuint (must_add (test, "Bo", SHOP_ROLE_CASHIER, CASHIER_PIN, FALSE), ==, 2);
  g_assert_cmpstr (checkout_people_leave (test->people), ==, "001");
  g_assert_cmpint (sign (test, 2, CASHIER_PIN, NEW_PIN, NULL), ==, CHECKOUT_SIGN_GOOD);
  checkout_people_leave (test->people);
}

static void
tear_down (Test *test, gconstpointer data)
{
  checkout_people_free (test->people);
  vault_testing_tear_down (&test->vault, NULL);
}

static void
assert_refused (Test *test, CheckoutPerson person, TillError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (checkout_people_change (test->people, &person, &error));
  g_assert_error (error, TILL_ERROR, (gint)code);
}

static gboolean
takes (Test *test, ShopRight right)
{
  g_autoptr (GError) error = NULL;
  gboolean taken = checkout_people_take (test->people, right, &error);

  if (!taken)
    g_assert_error (error, TILL_ERROR, TILL_ERROR_RIGHT);
  return taken;
}

/* As long as nobody has a PIN, everybody may; the first who gets one is a manager. */
static void
test_first (Test *test, gconstpointer data)
{
  CheckoutPerson cashier
      = { .name = "Bo", .role = SHOP_ROLE_CASHIER, .pin = BASE_SPAN_STR ("4821") };

  g_assert_false (checkout_people_is_staffed (test->people));
  g_assert_true (takes (test, SHOP_RIGHT_PEOPLE));
  assert_refused (test, cashier, TILL_ERROR_STATE);
  must_add (test, "Ann", SHOP_ROLE_MANAGER, MANAGER_PIN, TRUE);
  g_assert_true (checkout_people_is_staffed (test->people));
  g_assert_false (takes (test, SHOP_RIGHT_SELL));
  g_assert_cmpint (checkout_people_may (test->people, SHOP_RIGHT_SELL), ==, SHOP_MAY_NOT);
  reopen (test);
  g_assert_false (takes (test, SHOP_RIGHT_SELL));
  g_assert_cmpint (sign (test, 1, MANAGER_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_true (takes (test, SHOP_RIGHT_SELL));
  g_assert_cmpstr (checkout_people_who (test->people), ==, "001");
}

/* A PIN that somebody else chose is changed first, into another good one. */
static void
test_renewed (Test *test, gconstpointer data)
{
  must_add (test, "Ann", SHOP_ROLE_MANAGER, MANAGER_PIN, TRUE);
  g_assert_cmpint (sign (test, 1, MANAGER_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  must_add (test, "Bo", SHOP_ROLE_CASHIER, CASHIER_PIN, FALSE);
  checkout_people_leave (test->people);
  g_assert_cmpint (sign (test, 2, CASHIER_PIN, "", NULL), ==, CHECKOUT_SIGN_RENEW);
  g_assert_null (checkout_people_who (test->people));
  g_assert_cmpint (sign (test, 2, CASHIER_PIN, CASHIER_PIN, NULL), ==, CHECKOUT_SIGN_REFUSED);
  g_assert_cmpint (sign (test, 2, CASHIER_PIN, "1111", NULL), ==, CHECKOUT_SIGN_REFUSED);
  g_assert_cmpint (sign (test, 2, CASHIER_PIN, NEW_PIN, NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_cmpstr (checkout_people_who (test->people), ==, "002");
  checkout_people_leave (test->people);
  g_assert_cmpint (sign (test, 2, CASHIER_PIN, "", NULL), ==, CHECKOUT_SIGN_WRONG);
  g_assert_cmpint (sign (test, 2, NEW_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
}

static void
forget_wait (Test *test, guint number)
{
  g_autoptr (GPtrArray) people = vault_people_load (test->vault.vault, NULL);

  vault_people_find (people, number)->wait_us = 0;
  g_assert_true (vault_people_save (test->vault.vault, people, "test", "test", "", NULL));
}

static void
test_wrong (Test *test, gconstpointer data)
{
  CheckoutPerson unlock = { .number = 2, .role = -1, .unlock = TRUE };
  guint wait = 0;

  for (guint i = 1; i <= SHOP_PIN_TRIES_MAX; i++)
    {
      g_assert_cmpint (sign (test, 2, WRONG_PIN, "", &wait), ==, CHECKOUT_SIGN_WRONG);
      g_assert_cmpuint (wait, ==, shop_pin_wait_s (i));
      if (i < SHOP_PIN_FREE_TRIES)
        continue;
      reopen (test); /* a restart shortens nothing */
      if (i < SHOP_PIN_TRIES_MAX)
        {
          g_assert_cmpint (sign (test, 2, NEW_PIN, "", &wait), ==, CHECKOUT_SIGN_WAIT);
          g_assert_cmpuint (wait, >, 0);
          g_assert_cmpuint (wait, <=, shop_pin_wait_s (i));
        }
      forget_wait (test, 2);
    }
  g_assert_cmpint (sign (test, 2, NEW_PIN, "", NULL), ==, CHECKOUT_SIGN_LOCKED);
  g_assert_cmpint (sign (test, 1, MANAGER_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_true (checkout_people_change (test->people, &unlock, NULL));
  checkout_people_leave (test->people);
  g_assert_cmpint (sign (test, 2, NEW_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_cmpint (sign (test, 3, NEW_PIN, "", NULL), ==, CHECKOUT_SIGN_WRONG);
}

static CheckoutSign
approve (Test *test, ShopRight right, guint number, const char *pin)
{
  CheckoutPeopleProof proof = { .number = number, .pin = BASE_SPAN_STR (pin) };
  CheckoutSign result = CHECKOUT_SIGN_WRONG;
  GError *error = NULL;

  checkout_people_approve (test->people, &proof, right, "receipt 7", &result, &error);
  g_assert_no_error (error);
  return result;
}

static void
test_approved (Test *test, gconstpointer data)
{
  g_autoptr (GPtrArray) entries = NULL;
  const VaultJournalEntry *entry;

  g_assert_cmpint (sign (test, 2, NEW_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_cmpint (checkout_people_may (test->people, SHOP_RIGHT_REFUND), ==, SHOP_MAY_ASK);
  g_assert_false (takes (test, SHOP_RIGHT_REFUND));
  g_assert_cmpint (approve (test, SHOP_RIGHT_REFUND, 2, NEW_PIN), ==, CHECKOUT_SIGN_MAY_NOT);
  g_assert_cmpint (approve (test, SHOP_RIGHT_REFUND, 1, WRONG_PIN), ==, CHECKOUT_SIGN_WRONG);
  g_assert_false (takes (test, SHOP_RIGHT_REFUND));
  g_assert_cmpint (approve (test, SHOP_RIGHT_REFUND, 1, MANAGER_PIN), ==, CHECKOUT_SIGN_GOOD);
  entries = vault_journal_list (test->vault.vault, 1, NULL);
  entry = entries->pdata[0];
  g_assert_cmpstr (entry->who, ==, "001");
  g_assert_cmpstr (entry->act, ==, "approve");
  g_assert_true (g_str_has_prefix (entry->detail, "right=refund for=002 about=receipt 7"));
  g_assert_false (takes (test, SHOP_RIGHT_VOID)); /* it was for a refund */
  g_assert_cmpint (checkout_people_may (test->people, SHOP_RIGHT_REFUND), ==, SHOP_MAY);
  g_assert_true (takes (test, SHOP_RIGHT_REFUND));
  g_assert_false (takes (test, SHOP_RIGHT_REFUND)); /* and for one */
  g_assert_cmpint (checkout_people_may (test->people, SHOP_RIGHT_REFUND), ==, SHOP_MAY_ASK);
  g_assert_cmpstr (checkout_people_who (test->people), ==, "002");
  /* It goes with whom it was given to. */
  g_assert_cmpint (approve (test, SHOP_RIGHT_REFUND, 1, MANAGER_PIN), ==, CHECKOUT_SIGN_GOOD);
  checkout_people_leave (test->people);
  g_assert_cmpint (sign (test, 2, NEW_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_false (takes (test, SHOP_RIGHT_REFUND));
}

static void
test_badge (Test *test, gconstpointer data)
{
  CheckoutPerson badge = { .number = 2, .role = -1, .badge = BASE_SPAN_STR (BADGE) };
  CheckoutPerson same = { .number = 1, .role = -1, .badge = BASE_SPAN_STR (BADGE) };
  CheckoutPerson tiny = { .number = 1, .role = -1, .badge = BASE_SPAN_STR ("1234567") };
  CheckoutPerson leaves = { .number = 2, .role = -1, .leaves = TRUE };

  g_assert_cmpint (sign (test, 0, BADGE, "", NULL), ==, CHECKOUT_SIGN_WRONG);
  g_assert_cmpint (sign (test, 1, MANAGER_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_true (checkout_people_change (test->people, &badge, NULL));
  assert_refused (test, same, TILL_ERROR_STATE);
  assert_refused (test, tiny, TILL_ERROR_STATE);
  checkout_people_leave (test->people);
  g_assert_cmpint (sign (test, 0, "BADGE-0002", "", NULL), ==, CHECKOUT_SIGN_WRONG);
  g_assert_cmpint (sign (test, 0, BADGE, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_cmpstr (checkout_people_who (test->people), ==, "002");
  g_assert_cmpint (sign (test, 1, MANAGER_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  g_assert_true (checkout_people_change (test->people, &leaves, NULL));
  g_assert_cmpint (sign (test, 0, BADGE, "", NULL), ==, CHECKOUT_SIGN_WRONG);
  g_assert_cmpint (sign (test, 2, NEW_PIN, "", NULL), ==, CHECKOUT_SIGN_WRONG);
}

/* Codes that are tried one after another make wait, too. */
static void
test_strangers (Test *test, gconstpointer data)
{
  guint wait = 0;

  for (guint i = 1; i <= SHOP_PIN_FREE_TRIES; i++)
    g_assert_cmpint (sign (test, 0, "BADGE-9999", "", &wait), ==, CHECKOUT_SIGN_WRONG);
  g_assert_cmpuint (wait, ==, shop_pin_wait_s (SHOP_PIN_FREE_TRIES));
  g_assert_cmpint (sign (test, 0, "BADGE-9998", "", &wait), ==, CHECKOUT_SIGN_WAIT);
  g_assert_cmpuint (wait, >, 0);
  g_assert_cmpint (sign (test, 1, MANAGER_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
}

static void
test_changed (Test *test, gconstpointer data)
{
  CheckoutPerson demoted = { .number = 1, .role = SHOP_ROLE_CASHIER };
  CheckoutPerson leaves = { .number = 1, .role = -1, .leaves = TRUE };
  CheckoutPerson nobody = { .number = 9, .role = SHOP_ROLE_CASHIER };
  CheckoutPerson bad_pin = { .number = 2, .role = -1, .pin = BASE_SPAN_STR ("123") };
  CheckoutPerson bad_name = { .number = 2, .role = -1, .name = "a\nb" };
  CheckoutPerson raised = { .number = 2, .role = SHOP_ROLE_MANAGER };

  g_assert_cmpint (sign (test, 2, NEW_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  assert_refused (test, raised, TILL_ERROR_RIGHT);
  g_assert_cmpint (sign (test, 1, MANAGER_PIN, "", NULL), ==, CHECKOUT_SIGN_GOOD);
  assert_refused (test, demoted, TILL_ERROR_STATE);
  assert_refused (test, leaves, TILL_ERROR_STATE);
  assert_refused (test, nobody, TILL_ERROR_STATE);
  assert_refused (test, bad_pin, TILL_ERROR_STATE);
  assert_refused (test, bad_name, TILL_ERROR_STATE);
  g_assert_true (takes (test, SHOP_RIGHT_PEOPLE)); /* nothing of that was done */
  g_assert_true (checkout_people_change (test->people, &raised, NULL));
  g_assert_true (checkout_people_change (test->people, &demoted, NULL));
  g_assert_false (takes (test, SHOP_RIGHT_PEOPLE)); /* at once, for who is signed in, too */
}

/* Scripts act as the station's operator, or as nobody in particular. */
static void
test_operator (Test *test, gconstpointer data)
{
  g_autoptr (CheckoutPeople) script = NULL, named = NULL;
  g_autoptr (GError) error = NULL;

  script = checkout_people_open (test->vault.vault, FALSE, NULL);
  g_assert_cmpint (checkout_people_may (script, SHOP_RIGHT_PEOPLE), ==, SHOP_MAY);
  g_assert_false (checkout_people_set_operator (script, 9, &error));
  g_assert_error (error, TILL_ERROR, TILL_ERROR_STATE);
  g_assert_true (checkout_people_set_operator (script, 2, NULL));
  named = checkout_people_open (test->vault.vault, FALSE, NULL);
  g_assert_cmpstr (checkout_people_who (named), ==, "002");
  g_assert_cmpint (checkout_people_may (named, SHOP_RIGHT_REFUND), ==, SHOP_MAY_ASK);
}

/* A list that was taken away opens nothing. */
static void
test_doubtful (Test *test, gconstpointer data)
{
  CheckoutPeopleProof proof = { .number = 1, .pin = BASE_SPAN_STR (MANAGER_PIN) };
  CheckoutSign result;
  g_autoptr (GError) error = NULL;

  vault_testing_sql (&test->vault, "DELETE FROM setting WHERE name = 'people'");
  g_clear_pointer (&test->people, checkout_people_free);
  vault_testing_reopen (&test->vault);
  reopen (test);
  g_assert_true (checkout_people_is_staffed (test->people));
  g_assert_false (takes (test, SHOP_RIGHT_SELL));
  g_assert_false (checkout_people_sign_in (test->people, &proof, &result, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED);
  g_assert_true (checkout_people_accept (test->people, NULL));
  g_assert_true (takes (test, SHOP_RIGHT_SELL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/checkout/people/first", Test, NULL, set_up, test_first, tear_down);
  g_test_add ("/checkout/people/renewed", Test, NULL, set_up, test_renewed, tear_down);
#define ADD(path, run)                                                                             \
  g_test_add ("/checkout/people/" path, Test, NULL, set_up_people, run, tear_down)
  ADD ("wrong", test_wrong);
  ADD ("approved", test_approved);
  ADD ("badge", test_badge);
  ADD ("strangers", test_strangers);
  ADD ("changed", test_changed);
  ADD ("operator", test_operator);
  ADD ("doubtful", test_doubtful);
  return g_test_run ();
}
