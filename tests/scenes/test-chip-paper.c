/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a chip's sale leaves on paper and in the document that till-cli writes: approved by the
 * bank, by the chip, by nobody yet, declined, and signed. The emulated printer tells how many
 * papers came out; the report keeps what the chip approved and what is stored apart.
 */
#include "cli-scene.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#define ABOVE "sell 67*111 --pay card" /* 100.50; the floor limit of the downloads is 100.00 */
#define BELOW "sell 111 --pay card"
#define TRIES 40 /* some are asked for online, by chance */

/* What the receipt says, and how many papers come out of it. */
static const struct
{
  const char *kind, *words;
  gboolean cut; /* the line is */
  const char *approved_by, *state, *cryptogram, *holder, *holder_words;
  int papers;
} slips[] = {
  { "always-online", BELOW, FALSE, "acquirer", "Approved", "TC", "none", "No signature needed", 1 },
  { "signature", ABOVE, FALSE, "acquirer", "Approved", "TC", "signature", "Verified by signature",
    2 },
  { "signature", BELOW, TRUE, "chip", "Approved by the chip, to be sent", "TC", "signature",
    "Verified by signature", 2 },
  { "offline-limit", BELOW, TRUE, "chip", "Approved by the chip, to be sent", "TC", "none",
    "No signature needed", 1 },
  { "always-online", BELOW, TRUE, NULL, "Stored, not yet approved", "ARQC", "none",
    "No signature needed", 1 },
};

/* Until it is approved by whom it should be. */
static void
sell_on_paper (CliScene *scene, guint row, const char *paper)
{
  g_autofree char *bench = g_strdup_printf (
      "--printer --speed 0 --paper %s --chip=%s --reader=tpdu", paper, slips[row].kind);
  g_autofree char *words = g_strconcat (slips[row].words, " --receipt", NULL);

  for (guint i = 0; i < TRIES; i++)
    {
      (void)g_unlink (paper);
      cli_scene_run_on (scene, bench, words);
      if (g_strcmp0 (cli_scene_text (scene, "payments.0.approved_by"), slips[row].approved_by) == 0)
        return;
    }
  g_error ("%s is never approved by %s", slips[row].kind,
           slips[row].approved_by != NULL ? slips[row].approved_by : "nobody");
}

/* By which the acquirer finds it: on each copy. */
static void
assert_numbers (CliScene *scene, const char *receipt, int papers)
{
  g_autofree char *numbers = g_strdup_printf (
      "\nMerchant no. 123456789012345\nTerminal no. %s\nBatch %06u\nTrace %06u\n",
      cli_scene_text (scene, "payments.0.terminal"),
      (guint)cli_scene_number (scene, "payments.0.batch"),
      (guint)cli_scene_number (scene, "payments.0.stan"));

  for (int i = 0; i < papers; i++)
    {
      receipt = strstr (receipt, numbers);
      g_assert_nonnull (receipt);
      receipt++;
    }
  g_assert_null (strstr (receipt, numbers));
}

/* The rows that the acquirer and the customer want to see, as the document has them. */
static void
assert_slip (CliScene *scene, guint row)
{
  const char *receipt = cli_scene_text (scene, "receipt");
  g_autofree char *chip = g_strdup_printf (
      "\nCard read by its chip\n%s\nAID %s\n%s %s\nTVR %s  TSI %s\n%s\n",
      cli_scene_text (scene, "payments.0.application"), cli_scene_text (scene, "payments.0.aid"),
      slips[row].cryptogram, cli_scene_text (scene, "payments.0.cryptogram"),
      cli_scene_text (scene, "payments.0.tvr"), cli_scene_text (scene, "payments.0.tsi"),
      slips[row].holder_words);

  g_assert_cmpstr (cli_scene_text (scene, "payments.0.entry"), ==, "chip");
  g_assert_cmpstr (cli_scene_text (scene, "payments.0.cryptogram_kind"), ==, slips[row].cryptogram);
  g_assert_cmpstr (cli_scene_text (scene, "payments.0.cardholder"), ==, slips[row].holder);
  g_assert_nonnull (receipt);
  g_assert_nonnull (strstr (receipt, slips[row].state));
  g_assert_nonnull (strstr (receipt, chip));
  g_assert_cmpint (strstr (receipt, "Signature:") != NULL, ==, slips[row].papers == 2);
  assert_numbers (scene, receipt, slips[row].papers);
}

static void
test_paper (void)
{
  g_autofree char *paper = NULL, *decode = NULL;
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run (&scene, "acquirer download");
  g_assert_cmpint (scene.exit_code, ==, 0);
  paper = g_build_filename (scene.dir, "paper.bin", NULL);
  decode = g_strdup_printf ("decode escpos %s", paper);
  for (guint i = 0; i < G_N_ELEMENTS (slips); i++)
    {
      g_test_message ("%s", slips[i].kind);
      if ((scene.acquirer == 0) != slips[i].cut)
        cli_scene_set_line (&scene, !slips[i].cut);
      sell_on_paper (&scene, i, paper);
      assert_slip (&scene, i);
      cli_scene_run_json (&scene, decode);
      g_assert_cmpint (cli_scene_number (&scene, "unknown"), ==, 0);
      g_assert_cmpint (cli_scene_number (&scene, "cuts"), ==, slips[i].papers);
    }
  /* What the chip approved and what nobody did stand apart on the report. */
  cli_scene_run (&scene, "report x");
  g_assert_nonnull (strstr (scene.out, "Card: Approved by the chip, to be sent"));
  g_assert_nonnull (strstr (scene.out, "Card: Stored, not yet approved"));
  cli_scene_run_on (&scene, "--chip=always-decline --reader=tpdu", ABOVE);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "declined");
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.cryptogram_kind"), ==, "AAC");
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip-paper/slips", test_paper);
  return g_test_run ();
}
