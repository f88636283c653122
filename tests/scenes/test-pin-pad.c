/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chip reader with its own PIN pad in front of stock libusb, and a card that wants its PIN typed
 * there and nothing else. Until a manager has tried the pad the card's PIN isn't asked for;
 * afterwards it is; with another reader it isn't. What was typed is nowhere in what the till shows
 * and keeps.
 */
#include "cli-scene.h"
#include "search.h"

#include <locale.h>
#include <string.h>

#define SELL "sell 67*111 --pay card" /* 100.50 */
#define PIN "7391548260"              /* and so long that it isn't found by chance */
#define WRONG "7391548261"
#define CARD                                                                                       \
  "[card]\nlike = cda\npin = " PIN "\n"                                                            \
  "[application 1]\nnumber = 6200000000000161\n8E = 00000000 00000000 0100\n"

#define STRICT "9F0E = 0000100000\n" /* its issuer's action code: denied without the PIN pad */

/* Results of cardholder verification (9F34). */
#define NOT_ASKED "3F0001" /* no pad: none was performed */
#define RIGHT "010002"
#define FAILED "010001"

typedef struct
{
  CliScene cli;
  char *card;
} Scene;

static void
scene_open (Scene *scene)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("TILL_DATA_DIR"), "training/cards/cda.ini", NULL);
  g_autofree char *like = NULL, *beside = NULL;

  cli_scene_open (&scene->cli);
  g_assert_true (g_file_get_contents (path, &like, NULL, NULL));
  beside = cli_scene_file (&scene->cli, "cda.ini", like);
  scene->card = cli_scene_file (&scene->cli, "card.ini", CARD);
  cli_scene_run (&scene->cli, "acquirer download");
  g_assert_cmpint (scene->cli.exit_code, ==, 0);
}

static void
scene_clear (Scene *scene)
{
  cli_scene_clear (&scene->cli);
  g_free (scene->card);
}

/* The same card each time, in this reader; `pin` is typed there, "cancel", or nothing. */
static void
run_on (Scene *scene, const char *reader, const char *pin, const char *words)
{
  g_autofree char *typed = pin[0] != '\0' ? g_strconcat (" --pin=", pin, NULL) : g_strdup ("");
  g_autofree char *bench = g_strdup_printf ("--chip=%s --reader=%s --chip-memory=%s/card.mem%s",
                                            scene->card, reader, scene->cli.dir, typed);

  cli_scene_run_on (&scene->cli, bench, words);
}

static void
try_pad (Scene *scene, const char *reader, const char *pin, const char *reason)
{
  run_on (scene, reader, pin, "devices pin-test");
  g_assert_cmpstr (cli_scene_text (&scene->cli, "reason"), ==, reason);
  g_assert_cmpint (scene->cli.exit_code, ==, reason == NULL ? 0 : 1);
}

static const char *
find_object (Scene *scene, const char *tag)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *tag_path = g_strdup_printf ("objects.%u.tag", i);
      g_autofree char *path = g_strdup_printf ("objects.%u.value", i);

      if (g_strcmp0 (cli_scene_text (&scene->cli, tag_path), tag) == 0)
        return cli_scene_text (&scene->cli, path);
    }
  return NULL;
}

/* What the trace and the shop's folder hold of this PIN. */
static void
assert_nowhere (Scene *scene)
{
  static const guint8 packed[] = { 0x73, 0x91, 0x54, 0x82 };
  g_autoptr (Search) search = search_new ();

  search_add_text (search, "the PIN", PIN);
  search_add_text (search, "the wrong PIN", WRONG);
  search_add_bytes (search, "both, packed", BASE_SPAN (packed, sizeof packed));
  g_assert_cmpuint (search_span (search, "a planted one", BASE_SPAN_STR (" " PIN " ")), >, 0);
  g_assert_cmpuint (search_span (search, "the trace", BASE_SPAN_STR (scene->cli.out)), ==, 0);
  g_assert_cmpuint (search_span (search, "errors", BASE_SPAN_STR (scene->cli.err)), ==, 0);
  g_assert_cmpuint (search_tree (search, scene->cli.data), ==, 0);
}

/* A sale, and the pad's part in it: `holder` is 9F34, `tvr` the TVR's third byte. */
static void
sell (Scene *scene, const char *reader, const char *pin, const char *holder, const char *tvr)
{
  const char *capabilities = g_str_has_prefix (tvr, "90") ? "28" : "A8", *results;

  run_on (scene, reader, pin, SELL);
  g_assert_cmpstr (cli_scene_text (&scene->cli, "payments.0.state"), ==, "approved");
  cli_scene_run_json (&scene->cli, "emv trace");
  g_assert_cmpstr (find_object (scene, "9F34"), ==, holder);
  results = find_object (scene, "95");
  g_assert_nonnull (results);
  g_assert_true (strncmp (results + 4, tvr, 2) == 0);
  g_assert_true (strncmp (find_object (scene, "9F33") + 2, capabilities, 2) == 0);
  assert_nowhere (scene);
}

static void
test_life (gconstpointer reader)
{
  Scene scene;

  scene_open (&scene);
  sell (&scene, reader, PIN, NOT_ASKED, "90");
  try_pad (&scene, reader, PIN, NULL);
  sell (&scene, reader, PIN, RIGHT, "00");
  cli_scene_run_json (&scene.cli, "devices pin-off");
  g_assert_cmpint (cli_scene_number (&scene.cli, "forgotten"), ==, 1);
  sell (&scene, reader, PIN, NOT_ASKED, "90");
  cli_scene_run (&scene.cli, "journal verify");
  g_assert_cmpint (scene.cli.exit_code, ==, 0);
  scene_clear (&scene);
}

/* A pad that was tried, in payments that go wrong. The bank approves all the same: it is told. */
static void
test_failures (void)
{
  Scene scene;

  scene_open (&scene);
  try_pad (&scene, "pad", PIN, NULL);
  run_on (&scene, "pad", "cancel", SELL);
  g_assert_cmpstr (cli_scene_text (&scene.cli, "payments.0.state"), ==, "cancelled");
  sell (&scene, "pad", "", FAILED, "88");    /* nobody typed */
  sell (&scene, "pad", WRONG, FAILED, "A0"); /* three times, the last one said */
  sell (&scene, "pad", PIN, FAILED, "A0");   /* the card takes none any more */
  try_pad (&scene, "pad", PIN, "pin-blocked");
  scene_clear (&scene);
}

static void
test_not_passed (void)
{
  Scene scene;

  scene_open (&scene);
  try_pad (&scene, "short-pad", "cancel", "pin-cancelled");
  try_pad (&scene, "short-pad", "", "pin-not-typed");
  try_pad (&scene, "short-pad", WRONG, "pin-wrong");
  try_pad (&scene, "dead-pad", PIN, "pin-pad-broken");
  try_pad (&scene, "lying-pad", PIN, "no-pin-pad");
  try_pad (&scene, "tpdu", PIN, "no-pin-pad");
  sell (&scene, "short-pad", PIN, NOT_ASKED, "90");
  scene_clear (&scene);
}

/* Another one, whose serial nobody has tried, even at the same place. */
static void
test_another (void)
{
  Scene scene;

  scene_open (&scene);
  try_pad (&scene, "short-pad", PIN, NULL);
  sell (&scene, "other-pad", PIN, NOT_ASKED, "90");
  sell (&scene, "short-pad", PIN, RIGHT, "00");
  scene_clear (&scene);
}

/* A card that refuses by itself where its PIN can't be typed: why is said while the reader's pad
 * only waits to be tried; with a reader that has none it is the card's own no. */
static void
test_refusal (void)
{
  Scene scene;

  scene_open (&scene);
  g_free (scene.card);
  scene.card = cli_scene_file (&scene.cli, "strict.ini", CARD STRICT);
  run_on (&scene, "tpdu", PIN, SELL);
  g_assert_cmpstr (cli_scene_text (&scene.cli, "payments.0.reason"), ==, "card-refused");
  run_on (&scene, "pad", PIN, SELL);
  g_assert_cmpstr (cli_scene_text (&scene.cli, "payments.0.state"), ==, "declined");
  g_assert_cmpstr (cli_scene_text (&scene.cli, "payments.0.reason"), ==, "card-wants-pad");
  try_pad (&scene, "pad", PIN, NULL);
  sell (&scene, "pad", PIN, RIGHT, "00");
  scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  static const char *const pads[] = { "pad", "short-pad", "display-pad", "lying-display" };

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (pads); i++)
    {
      g_autofree char *path = g_strconcat ("/pin-pad/life/", pads[i], NULL);

      g_test_add_data_func (path, pads[i], test_life);
    }
  g_test_add_func ("/pin-pad/failures", test_failures);
  g_test_add_func ("/pin-pad/not-passed", test_not_passed);
  g_test_add_func ("/pin-pad/another", test_another);
  g_test_add_func ("/pin-pad/refusal", test_refusal);
  return g_test_run ();
}
