/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bank falls silent in the middle of a card payment: its outcome is unknown, a reversal is
 * owed, and the next customer pays in cash meanwhile. When the bank is awake again it finds both
 * the request and its reversal, and nobody is charged.
 */
#include "scene.h"

#include "till-private.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define CASH 100000

/* The sandbox acquirer is this program's only child of that name. */
static GPid
find_acquirer (void)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  g_autofree char *mine = g_strdup_printf (") S %d ", getpid ());
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *stat = NULL;

      if (g_ascii_isdigit (name[0]) && g_file_get_contents (path, &stat, NULL, NULL)
          && strstr (stat, "(till-acquirer") != NULL && strstr (stat, mine) != NULL)
        return (GPid)g_ascii_strtoll (name, NULL, 10);
    }
  g_assert_not_reached ();
}

static gboolean
has_state (Scene *scene, gpointer payment)
{
  return till_payment_state (payment) == TILL_PAYMENT_STATE_REVERSED;
}

static void
sell_by_card (Scene *scene, const char *code)
{
  g_autoptr (TillSale) sale = scene_sale (scene, code);

  g_assert_cmpint (till_payment_state (scene_pay_card (scene, sale, "visa")), ==,
                   TILL_PAYMENT_STATE_APPROVED);
}

static void
test_silent_bank (void)
{
  Scene scene = { 0 };
  g_autoptr (TillSale) asked = NULL;
  g_autoptr (TillSale) next = NULL;
  const char *code;
  TillPayment *payment;
  guint reversals = 0;
  GPid acquirer;

  scene_open (&scene);
  code = scene_first_code (&scene);
  sell_by_card (&scene, code); /* the line is up from here on */
  acquirer = find_acquirer ();
  g_assert_cmpint (kill (acquirer, SIGSTOP), ==, 0);

  asked = scene_sale (&scene, code);
  payment = scene_pay_card (&scene, asked, "unionpay");
  g_assert_cmpint (till_payment_state (payment), ==, TILL_PAYMENT_STATE_UNKNOWN);
  g_assert_false (till_payment_covers (payment));
  g_assert_false (till_sale_is_paid (asked));

  next = scene_sale (&scene, code);
  scene_pay_cash (&scene, next, CASH);
  g_assert_true (till_sale_is_paid (next));
  g_object_get (scene.station, "queue-reversals", &reversals, NULL);
  g_assert_cmpuint (reversals, ==, 1);

  g_assert_cmpint (kill (acquirer, SIGCONT), ==, 0);
  scene_wait (&scene, has_state, payment, "the reversal");
  g_assert_cmpuint (scene_send (&scene), ==, 0);
  g_assert_cmpuint (scene_ledger_count (&scene, "charge"), ==,
                    1 + scene_ledger_count (&scene, "reversal"));
  g_assert_false (till_sale_is_paid (asked));
  scene_pay_cash (&scene, asked, CASH);
  g_assert_true (till_sale_is_paid (asked));
  g_clear_object (&asked);
  g_clear_object (&next);
  scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/unknown/silent-bank", test_silent_bank);
  return g_test_run ();
}
