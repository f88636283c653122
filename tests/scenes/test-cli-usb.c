/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * till-cli with emulated devices that stock libusb sees, and the sandbox acquirer: whole card sales
 * by both readers, stored and sent later, the printer's cable pulled, and nobody who presents a
 * card.
 */
#include "cli-scene.h"

#include "vault-key.h"
#include "vault.h"

#include <locale.h>
#include <string.h>

#define TRACKS                                                                                     \
  "%B4761739001010119^TRAINING/"                                                                   \
  "CARD^30122010000000000000?;4761739001010119=30122010000000000000?\n"
#define TRACK2 ";4761739001010119=30122011143878089?\n"

/* Options of a bench with a printer and this reader. */
static char *
bench (CliScene *scene, const char *reader, const char *tracks)
{
  g_autofree char *swipes = cli_scene_file (scene, "swipes.txt", tracks);

  return g_strdup_printf ("--printer --speed 0 --paper %s/paper.bin --stripe=%s --swipe %s",
                          scene->dir, reader, swipes);
}

static void
assert_books (CliScene *scene, guint charges, gint64 minor)
{
  gint64 sum = 0;

  g_assert_cmpuint (cli_scene_ledger (scene, "charge", &sum), ==, charges);
  g_assert_cmpint (sum, ==, minor);
}

static void
assert_approved (CliScene *scene)
{
  g_assert_cmpint (scene->exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (scene, "payments.0.state"), ==, "approved");
  g_assert_cmpstr (cli_scene_text (scene, "payments.0.approved_by"), ==, "acquirer");
  g_assert_cmpstr (cli_scene_text (scene, "payments.0.masked_pan"), ==, "476173******0119");
  g_assert_cmpint (cli_scene_number (scene, "payments.0.stan"), >, 0);
  g_assert_cmpint (cli_scene_number (scene, "payments.0.batch"), >, 0);
  g_assert_cmpstr (cli_scene_text (scene, "print.state"), ==, "printed");
}

static void
test_online (void)
{
  CliScene scene;
  g_autofree char *magtek = NULL;
  g_autofree char *idtech = NULL;
  g_autofree char *paper = NULL;
  g_autofree char *decode = NULL;

  cli_scene_open (&scene);
  magtek = bench (&scene, "magtek", TRACKS);
  cli_scene_run_on (&scene, magtek, "sell 111 --pay card");
  assert_approved (&scene);
  assert_books (&scene, 1, 150);
  idtech = bench (&scene, "idtech", TRACK2);
  cli_scene_run_on (&scene, idtech, "sell 2*222 --pay card");
  assert_approved (&scene);
  assert_books (&scene, 2, 600);
  paper = g_build_filename (scene.dir, "paper.bin", NULL);
  decode = g_strdup_printf ("decode escpos %s", paper);
  cli_scene_run_json (&scene, decode);
  g_assert_cmpint (cli_scene_number (&scene, "unknown"), ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "cuts"), ==, 2);
  cli_scene_clear (&scene);
}

/* A reader that encrypts with AES: its card is approved online and, stored without a line, later;
 * the host has opened both. */
static void
test_aes (gconstpointer model)
{
  CliScene scene;
  g_autofree char *reader = NULL;

  cli_scene_open (&scene);
  reader = bench (&scene, model, TRACKS);
  cli_scene_run_on (&scene, reader, "sell 111 --pay card");
  assert_approved (&scene);
  assert_books (&scene, 1, 150);
  cli_scene_set_line (&scene, FALSE);
  cli_scene_run_on (&scene, reader, "sell 222 --pay card");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "stored");
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.masked_pan"), ==, "476173******0119");
  cli_scene_set_line (&scene, TRUE);
  cli_scene_run_json (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "approved"), ==, 1);
  assert_books (&scene, 2, 375);
  cli_scene_clear (&scene);
}

static void
test_stored (void)
{
  CliScene scene;
  g_autofree char *reader = NULL;

  cli_scene_open (&scene);
  reader = bench (&scene, "magtek", TRACK2);
  cli_scene_set_line (&scene, FALSE);
  cli_scene_run_on (&scene, reader, "sell 100*222 --pay card"); /* more than may be stored */
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.reason"), ==, "limit-sale");
  g_assert_cmpint (cli_scene_number (&scene, "payments.0.limit_sale_minor"), ==, 20000);
  g_assert_cmpint (cli_scene_number (&scene, "payments.0.limit_left_minor"), ==, 200000);
  cli_scene_run_on (&scene, reader, "sell 222 --pay cash:1 card");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.1.state"), ==, "stored");
  cli_scene_run_json (&scene, "queue list");
  g_assert_cmpstr (cli_scene_text (&scene, "0.class"), ==, "deferred");
  g_assert_cmpint (cli_scene_number (&scene, "0.amount_minor"), ==, 125);
  cli_scene_run_json (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpint (cli_scene_number (&scene, "left.waiting"), ==, 1);
  cli_scene_run (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.err, "Still waiting: 1 (No line to the acquirer's host"));
  cli_scene_run (&scene, "queue verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_set_line (&scene, TRUE);
  cli_scene_run_json (&scene, "queue send");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "approved"), ==, 1);
  assert_books (&scene, 1, 125);
  cli_scene_run_json (&scene, "queue list");
  g_assert_null (cli_scene_at (&scene, "0"));
  cli_scene_clear (&scene);
}

static void
set_limit (CliScene *scene, const char *name, gint64 value)
{
  g_autoptr (BaseSecret) key
      = vault_key_open (scene->data, BASE_SPAN_STR ("correct horse"), /* error= */ NULL);
  g_autoptr (Vault) vault = vault_open (scene->data, key, VAULT_ACCESS_OWN, /* error= */ NULL);

  g_assert_true (vault_setting_set_number (vault, name, value, /* error= */ NULL));
}

/* A limit refuses with its figure, in words and in JSON; and who signs out hears what waits. */
static void
test_limits (void)
{
  CliScene scene;
  g_autofree char *reader = NULL;

  cli_scene_open (&scene);
  reader = bench (&scene, "magtek", TRACK2);
  cli_scene_set_line (&scene, FALSE);
  cli_scene_run_on (&scene, reader, "sell 222 --pay card");
  g_assert_cmpint (scene.exit_code, ==, 0);
  set_limit (&scene, "offline.count", 1);
  cli_scene_run_on (&scene, reader, "sell 222 --pay card");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.reason"), ==, "limit-count");
  g_assert_cmpint (cli_scene_number (&scene, "payments.0.limit_count"), ==, 1);
  set_limit (&scene, "offline.count", 50);
  set_limit (&scene, "offline.hours", 0);
  cli_scene_run_on (&scene, reader, "sell 222 --pay card");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.reason"), ==, "limit-age");
  g_assert_cmpint (cli_scene_number (&scene, "payments.0.limit_hours"), ==, 0);
  cli_scene_set_line (&scene, TRUE);
  cli_scene_run (&scene, "acquirer sign-in");
  cli_scene_run_json (&scene, "acquirer sign-out");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "waiting"), ==, 1);
  g_assert_cmpint (cli_scene_number (&scene, "waiting_minor"), ==, 225);
  cli_scene_run (&scene, "acquirer sign-in");
  cli_scene_run (&scene, "acquirer sign-out");
  g_assert_nonnull (strstr (scene.out, "2.25) still waits for the acquirer"));
  cli_scene_clear (&scene);
}

static void
test_declined (void)
{
  CliScene scene;
  g_autofree char *reader = NULL;

  cli_scene_open (&scene);
  reader = bench (&scene, "magtek", ";4761739001010119=20012011143878089?\n");
  cli_scene_run_on (&scene, reader, "sell 111 --pay card");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "state"), ==, "open");
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "declined");
  g_assert_nonnull (cli_scene_text (&scene, "payments.0.reason_text"));
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.response_text"), ==,
                   "The card has expired (54). Ask for another card, or another way to pay.");
  g_assert_cmpstr (cli_scene_text (&scene, "print.state"), ==, "none");
  cli_scene_run_on (&scene, reader, "sell 111 --pay card cash");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.1.state"), ==, "approved");
  assert_books (&scene, 0, 0);
  cli_scene_clear (&scene);
}

static void
test_no_card (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_on (&scene, "--stripe=magtek", "sell 111 --pay card --card-timeout 1");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "cancelled");
  cli_scene_run_json (&scene, "sell 111 --pay card");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.reason"), ==, "no-reader");
  cli_scene_clear (&scene);
}

/* Whoever has no reader is told so at once, however often: what waits for the timeout meanwhile has
 * hardly begun. And one that is pulled out, or without a card, ends the wait. */
static void
test_no_card_to_look_at (void)
{
  static const char *const commands[]
      = { "card balance --card-timeout 1", "hold 5 --card-timeout 1" };
  CliScene scene;
  g_autofree char *script = NULL;
  g_autofree char *pulled = NULL;

  cli_scene_open (&scene);
  script = cli_scene_file (&scene, "script", "500ms unplug stripe\n");
  pulled = g_strdup_printf ("--stripe=magtek --script %s", script);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      for (guint again = 0; again < 8; again++)
        {
          cli_scene_run (&scene, commands[i]);
          g_assert_cmpint (scene.exit_code, ==, 1);
          g_assert_nonnull (strstr (scene.err, "No card reader is connected"));
        }
      cli_scene_run_on (&scene, "--stripe=magtek", commands[i]);
      g_assert_cmpint (scene.exit_code, ==, 1);
      cli_scene_run_on (&scene, pulled, commands[i]);
      g_assert_cmpint (scene.exit_code, ==, 1);
    }
  cli_scene_clear (&scene);
}

/* Out of paper until the sale has long waited for it. */
static void
test_paper_out (void)
{
  CliScene scene;
  g_autofree char *script = NULL;
  g_autofree char *options = NULL;

  cli_scene_open (&scene);
  script = cli_scene_file (&scene, "script", "paper-out\n2000ms paper-in\n");
  options = g_strdup_printf ("--printer --speed 0 --script %s", script);
  cli_scene_run_on (&scene, options, "sell 111 --pay cash");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "print.state"), ==, "printed");
  cli_scene_clear (&scene);
}

static void
test_devices (void)
{
  CliScene scene;
  g_autofree char *both = NULL;

  cli_scene_open_empty (&scene);
  both = bench (&scene, "magtek", TRACKS);
  cli_scene_run_on (&scene, both, "devices");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (cli_scene_at (&scene, "1"));
  g_assert_cmpstr (cli_scene_text (&scene, "0.state"), ==, "ready");
  cli_scene_run_on (&scene, both, "printer test");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "state"), ==, "printed");
  cli_scene_run_json (&scene, "printer test");
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-usb/online", test_online);
  g_test_add_data_func ("/cli-usb/idtech-aes", "idtech-aes", test_aes);
  g_test_add_data_func ("/cli-usb/idtech-aes-dukpt", "idtech-aes-dukpt", test_aes);
  g_test_add_func ("/cli-usb/stored", test_stored);
  g_test_add_func ("/cli-usb/limits", test_limits);
  g_test_add_func ("/cli-usb/declined", test_declined);
  g_test_add_func ("/cli-usb/no-card", test_no_card);
  g_test_add_func ("/cli-usb/no-card-to-look-at", test_no_card_to_look_at);
  g_test_add_func ("/cli-usb/paper-out", test_paper_out);
  g_test_add_func ("/cli-usb/devices", test_devices);
  return g_test_run ();
}
