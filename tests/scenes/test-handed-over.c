/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A till died with everything waiting in it that its dialect lets wait. Another one takes it in, in
 * each dialect, as often as somebody tries, and sends it under the dead one's number, for which it
 * signs in; then the dead one comes back. The ledger judges that each stands there once.
 */
#include "desk.h"

#include <string.h>

#define HELD 20000
#define TAKEN 15000
#define CHIP 4200
#define STORED 1700

typedef struct
{
  VaultSale *completion, *advice, *stored; /* the last one NULL where nothing is stored */
} Waiting;

static void
waiting_clear (Waiting *self)
{
  vault_sale_free (self->completion);
  vault_sale_free (self->advice);
  vault_sale_free (self->stored);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Waiting, waiting_clear)

/* The line is cut in the middle of a day, so that the terminal had keys of its own. */
static void
sell_and_die (Desk *desk, Waiting *out_waiting)
{
  g_autoptr (VaultSale) hold = desk_hold (desk, VAULT_SALE_HOLD, NULL, HELD);

  desk_assert_state (hold, VAULT_STATE_APPROVED);
  shop_testing_cut_line (&desk->shop);
  out_waiting->completion = desk_hold (desk, VAULT_SALE_COMPLETION, hold, TAKEN);
  desk_assert_state (out_waiting->completion, VAULT_STATE_COMPLETED_UNSENT);
  out_waiting->advice = desk_advise (desk, CHIP);
  if (!desk_is_sandbox (desk))
    return;
  out_waiting->stored = shop_testing_sale (STORED);
  g_assert_cmpint (shop_testing_must_pay (&desk->shop, out_waiting->stored)->state, ==,
                   VAULT_STATE_STORED);
}

static void
assert_effect (Desk *desk, const VaultSale *sale, const char *effect, gint64 amount_minor)
{
  gint64 minor = 0;

  g_assert_cmpuint (cli_scene_ledger (&desk->cli, effect, &minor), ==, sale != NULL ? 1 : 0);
  g_assert_cmpint (minor, ==, sale != NULL ? amount_minor : 0);
  if (sale != NULL)
    g_assert_cmpuint (shop_testing_effects (&desk->shop, desk_payment (sale), effect), ==, 1);
}

static void
assert_each_once (Desk *desk, const Waiting *waiting)
{
  assert_effect (desk, waiting->completion, "capture", TAKEN);
  assert_effect (desk, waiting->advice, "advice", CHIP);
  assert_effect (desk, waiting->stored, "charge", STORED);
  g_assert_cmpuint (desk_ledger (desk, "reversal"), ==, 0);
}

/* The words to the second till, whose folder the desk's till-cli works on by now. */
static void
must_say (Desk *desk, const char *words)
{
  cli_scene_run_json (&desk->cli, words);
  g_test_message ("%s: %s", words, desk->cli.err);
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
}

static void
open_second (Desk *desk)
{
  g_autofree char *init = g_strdup_printf (
      "init --shop Second --currency CNY --profile %s --acquirer 127.0.0.1:%u --tls-dir %s/tls "
      "--terminal NEW00001",
      desk->shop.profile, sandbox_process_port (desk->shop.host),
      sandbox_process_dir (desk->shop.host));

  g_free (desk->cli.data);
  desk->cli.data = g_build_filename (desk->shop.dir, "second", NULL);
  must_say (desk, init);
}

/* A host that can't turn the dead till away lets nobody speak for it unasked. */
static void
import_first (Desk *desk, const char *in)
{
  g_autofree char *agreed = g_strconcat (in, " --leave Acquirer-hotline", NULL);

  if (desk_is_sandbox (desk))
    {
      must_say (desk, in);
      return;
    }
  cli_scene_run_json (&desk->cli, in);
  g_assert_cmpint (desk->cli.exit_code, ==, 1);
  g_assert_nonnull (strstr (desk->cli.err, "--leave"));
  g_assert_nonnull (strstr (desk->cli.err, "TEST0001"));
  must_say (desk, "queue stats");
  g_assert_cmpint (cli_scene_number (&desk->cli, "waiting"), ==, 0);
  must_say (desk, agreed);
}

/* Twice more, before and after it was sent. */
static void
import_and_send (Desk *desk, const char *in, const Waiting *waiting)
{
  import_first (desk, in);
  g_assert_cmpint (cli_scene_number (&desk->cli, "taken"), ==, waiting->stored != NULL ? 3 : 2);
  must_say (desk, in);
  g_assert_cmpint (cli_scene_number (&desk->cli, "taken"), ==, 0);
  must_say (desk, "queue send");
  g_assert_cmpint (cli_scene_number (&desk->cli, "advised"), ==, 2);
  assert_each_once (desk, waiting);
  must_say (desk, in);
  g_assert_cmpint (cli_scene_number (&desk->cli, "taken"), ==, 0);
  must_say (desk, "queue send");
  assert_each_once (desk, waiting);
}

/* `sandbox` turns it away. The other host refuses keys that the second till's sign-in has replaced,
 * gives new ones, and knows each message again. */
static void
come_back (Desk *desk, const Waiting *waiting)
{
  shop_testing_change_host (&desk->shop, NULL);
  (void)shop_testing_drain (&desk->shop);
  assert_each_once (desk, waiting);
  if (!desk_is_sandbox (desk))
    g_assert_cmpint (shop_testing_drain (&desk->shop), ==, SYNC_EMPTY);
  assert_each_once (desk, waiting);
}

static void
test_waiting (Desk *desk, gconstpointer dialect)
{
  g_autofree char *file = g_build_filename (desk->cli.dir, "queue.till", NULL);
  g_autofree char *out = g_strconcat ("queue export ", file, NULL);
  g_autofree char *in
      = g_strconcat ("queue import ", file, " --their-passphrase-file ", desk->cli.pass, NULL);
  g_auto (Waiting) waiting = { 0 };

  sell_and_die (desk, &waiting);
  desk_run (desk, out);
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  open_second (desk);
  import_and_send (desk, in, &waiting);
  must_say (desk, "acquirer settle");
  g_assert_cmpuint (desk_ledger (desk, "settle"), ==, 2);
  come_back (desk, &waiting);
  must_say (desk, "queue verify");
  must_say (desk, "journal verify");
}

/* Without the dead till's key nothing of it could be sent in its name: it isn't taken in. */
static void
test_no_key (Desk *desk, gconstpointer dialect)
{
  g_autofree char *file = g_build_filename (desk->cli.dir, "queue.till", NULL);
  g_autofree char *out = g_strconcat ("queue export ", file, NULL);
  g_autofree char *in = g_strconcat ("queue import ", file, " --leave Acquirer-hotline",
                                     " --their-passphrase-file ", desk->cli.pass, NULL);
  g_auto (Waiting) waiting = { 0 };

  sell_and_die (desk, &waiting);
  g_assert_true (vault_setting_set (desk->shop.shop->vault, SYNC_SETTING_MASTER_KEY,
                                    BASE_SPAN (NULL, 0), NULL));
  desk_run (desk, out);
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  open_second (desk);
  cli_scene_run_json (&desk->cli, in);
  g_assert_cmpint (desk->cli.exit_code, ==, 1);
  g_assert_nonnull (strstr (desk->cli.err, "key isn't in that till's books"));
  must_say (desk, "queue stats");
  g_assert_cmpint (cli_scene_number (&desk->cli, "waiting"), ==, 0);
  must_say (desk, "journal verify");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/scene/handed-over/sandbox", Desk, "sandbox", desk_set_up, test_waiting,
              desk_tear_down);
  g_test_add ("/scene/handed-over/no-key", Desk, "unionpay", desk_set_up, test_no_key,
              desk_tear_down);
  g_test_add ("/scene/handed-over/unionpay", Desk, "unionpay", desk_set_up, test_waiting,
              desk_tear_down);
  return g_test_run ();
}
