/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every kind of training card (data/training/cards) in every kind of reader, as stock libusb sees
 * it, and sold to with till-cli: with the line up, and with the line cut, above and below the floor
 * limit. A table says what becomes of each; what waits is sent when the line is back; then the
 * ledger judges each payment by its name.
 *
 * Each card meets three readers, each reader some cards; with TILL_LONG every card meets every
 * reader.
 */
#include "cli-scene.h"

#include <locale.h>
#include <string.h>

#define ABOVE "sell 67*111 --pay card" /* 100.50; the floor limit of the downloads is 100.00 */
#define BELOW "sell 111 --pay card"
#define EFFECTS 4

/* "STATE APPROVED-BY REASON EFFECT": what till-cli says, "-" for nothing, and what the ledger has
 * of it in the end; or one of several, with bars between. */
#define ASKED "approved acquirer - charge"
#define DECLINED "declined - declined decline"
#define REFUSED "declined - card-refused -"
#define NOT_ACCEPTED "declined - not-accepted -"
#define FORGED "declined - card-forged -"
#define SILENT "declined - card-mute -"
#define CHIP "approved chip - advice"
#define STORED "stored - no-connection charge"
#define STORED_IN_VAIN "stored - no-connection decline" /* the bank knows better */
/* A sale is now and then chosen to be asked for online; then some cards approve all the same. */
#define BY_CHIP CHIP "|approved chip no-connection advice|" STORED
#define NOT_STORED "declined - no-connection -" /* in a dialect that stores nothing */

typedef struct
{
  const char *kind;
  const char *online, *cut, *below; /* below: and cut */
} Expected;

typedef struct
{
  char *id, *name; /* of which the ledger has one */
  char *what;      /* for whoever reads a failure */
  char *effect;
} Sold;

/* All that work, well or wrongly; the others are in training-ccid-model.c to be refused. */
static const char *const readers[] = {
  "tpdu",         "short",          "extended",  "tpdu-auto", "polled",         "voltages",
  "two-slots",    "stale",          "empty",     "longer",    "small-packets",  "chaining",
  "lying-short",  "lying-extended", "lying-pad", "dead-pad",  "hidden-display", "behind",
  "vendor-class", "composite",      "patient",   "silent",    "no-abort",
};
static const char *const effects[EFFECTS] = { "charge", "advice", "reversal", "decline" };

static const Expected expected[] = {
  { "always-decline", REFUSED, REFUSED, REFUSED },
  { "always-online", ASKED, STORED, STORED },
  { "applications", ASKED, STORED, BY_CHIP },
  { "blocked-application", "declined - application-blocked -", "declined - application-blocked -",
    "declined - application-blocked -" },
  { "blocked-card", "declined - card-blocked -", "declined - card-blocked -",
    "declined - card-blocked -" },
  { "cda", ASKED, STORED, BY_CHIP },
  { "dda", ASKED, STORED, BY_CHIP },
  { "expired", DECLINED, STORED_IN_VAIN, STORED_IN_VAIN },
  { "fallback", "declined - no-application -", "declined - no-application -",
    "declined - no-application -" },
  { "mute", "declined - chip-unreadable -", "declined - chip-unreadable -",
    "declined - chip-unreadable -" },
  { "mute-later", SILENT, SILENT, SILENT },
  { "no-oda", ASKED, STORED, STORED },
  { "offline-limit", ASKED, STORED, BY_CHIP },
  { "pin-pad", ASKED, STORED, STORED },
  { "sda", ASKED, STORED, BY_CHIP },
  { "service-refused", NOT_ACCEPTED, NOT_ACCEPTED, NOT_ACCEPTED },
  { "signature", ASKED, STORED, BY_CHIP },
  { "slow", ASKED, STORED, BY_CHIP },
  { "torn", "cancelled - card-removed -", "cancelled - card-removed -",
    "cancelled - card-removed -" },
  { "unionpay", ASKED, STORED, BY_CHIP },
  { "wrong-card", ASKED, STORED, STORED },
  { "wrong-combined", FORGED, FORGED, FORGED },
  { "wrong-cryptogram", DECLINED, STORED_IN_VAIN,
    CHIP "|approved chip no-connection advice|" STORED_IN_VAIN },
  { "wrong-dynamic", ASKED, STORED, STORED },
  { "wrong-ended", ASKED, STORED, STORED },
  { "wrong-issuer", ASKED, STORED, STORED },
  { "wrong-number", ASKED, STORED, STORED },
  { "wrong-record", ASKED, STORED, STORED },
};

static const char *
or_none (const char *text)
{
  return text != NULL ? text : "-";
}

static void
sold_free (gpointer data)
{
  Sold *sold = data;

  g_free (sold->id);
  g_free (sold->name);
  g_free (sold->what);
  g_free (sold->effect);
  g_free (sold);
}

/* The dialect without UUIDs has its ledger's names from terminal, batch and STAN. */
static Sold *
sold_new (CliScene *scene, const char *what, const char *effect)
{
  Sold *sold = g_new0 (Sold, 1);

  sold->id = g_strdup (cli_scene_text (scene, "payments.0.id"));
  sold->name
      = g_strdup_printf ("%s/%06u/%06u", or_none (cli_scene_text (scene, "payments.0.terminal")),
                         (guint)cli_scene_number (scene, "payments.0.batch"),
                         (guint)cli_scene_number (scene, "payments.0.stan"));
  sold->what = g_strdup (what);
  sold->effect = g_strdup (effect);
  return sold;
}

/* What the ledger will have, if the till said one of what was wanted; NULL: it didn't. Yours. */
static char *
find_effect (const char *dialect, const char *wanted, const char *got)
{
  g_auto (GStrv) ways = g_strsplit (wanted, "|", 0);

  for (guint i = 0; ways[i] != NULL; i++)
    {
      gboolean kept = g_str_equal (dialect, "sandbox") || !g_str_has_prefix (ways[i], "stored ");
      const char *way = kept ? ways[i] : NOT_STORED, *effect = strrchr (way, ' ') + 1;

      if (strlen (got) == (gsize)(effect - way - 1) && g_str_has_prefix (way, got))
        return g_strdup (effect);
    }
  return NULL;
}

/* One card, put in once; its counters go on from sale to sale, as a real one's do. */
static void
sell (CliScene *scene,
      const char *kind,
      const char *reader,
      const char *words,
      const char *wanted,
      GPtrArray *all)
{
  g_autofree char *bench = g_strdup_printf ("--chip=%s --reader=%s --chip-memory=%s/%s.mem", kind,
                                            reader, scene->dir, kind);
  g_autofree char *what = g_strdup_printf ("%s, %s, %s", kind, reader, words);
  g_autofree char *got = NULL, *effect = NULL;

  cli_scene_run_on (scene, bench, words);
  got = g_strjoin (" ", or_none (cli_scene_text (scene, "payments.0.state")),
                   or_none (cli_scene_text (scene, "payments.0.approved_by")),
                   or_none (cli_scene_text (scene, "payments.0.reason")), NULL);
  effect = find_effect (scene->profile, wanted, got);
  if (effect == NULL)
    g_error ("%s: “%s”, and not “%s”", what, got, wanted);
  g_ptr_array_add (all, sold_new (scene, what, effect));
}

/* ---- The ledger ---- */

static guint
count (GPtrArray *ledger, const Sold *sold, const char *effect)
{
  guint lines = 0;

  for (guint i = 0; i < ledger->len; i++)
    {
      JsonObject *line = json_node_get_object (ledger->pdata[i]);
      const char *key = json_object_get_string_member_with_default (line, "key", "");

      if (g_str_equal (json_object_get_string_member_with_default (line, "effect", ""), effect)
          && (g_str_equal (key, sold->id) || g_str_equal (key, sold->name)))
        lines++;
    }
  return lines;
}

static GPtrArray *
read_ledger (CliScene *scene)
{
  GPtrArray *ledger = g_ptr_array_new_with_free_func ((GDestroyNotify)json_node_unref);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (scene->ledger, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", 0);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    g_ptr_array_add (ledger, json_from_string (lines[i], NULL));
  return ledger;
}

/* All that the bank knows of these payments is what it should know, once. */
static void
judge (CliScene *scene, GPtrArray *all)
{
  g_autoptr (GPtrArray) ledger = read_ledger (scene);

  for (guint i = 0; i < all->len; i++)
    for (guint j = 0; j < EFFECTS; j++)
      {
        const Sold *sold = all->pdata[i];
        guint lines = count (ledger, sold, effects[j]);

        if (lines != (g_str_equal (sold->effect, effects[j]) ? 1 : 0))
          g_error ("%s: the ledger has “%s” %u times, and should have “%s”", sold->what, effects[j],
                   lines, sold->effect);
      }
}

/* ---- The scene ---- */

static void
send (CliScene *scene)
{
  cli_scene_set_line (scene, TRUE);
  cli_scene_run_json (scene, "queue send");
  cli_scene_run_json (scene, "queue list");
  g_assert_null (cli_scene_at (scene, "0"));
}

/* Each card once; which reader it meets goes round with `shift`. */
static void
sell_to_all (CliScene *scene, guint shift, gsize wanted, const char *words, GPtrArray *all)
{
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    sell (scene, expected[i].kind, readers[(i + shift) % G_N_ELEMENTS (readers)], words,
          G_STRUCT_MEMBER (const char *, &expected[i], wanted), all);
}

static void
test_cards (gconstpointer dialect)
{
  guint rounds = g_getenv ("TILL_LONG") != NULL ? G_N_ELEMENTS (readers) : 1;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (sold_free);
  CliScene scene;

  cli_scene_open_for (&scene, dialect);
  cli_scene_run (&scene, "acquirer download");
  g_assert_cmpint (scene.exit_code, ==, 0);
  for (guint i = 0; i < rounds; i++)
    {
      sell_to_all (&scene, i, G_STRUCT_OFFSET (Expected, online), ABOVE, all);
      cli_scene_set_line (&scene, FALSE);
      sell_to_all (&scene, i + 1, G_STRUCT_OFFSET (Expected, cut), ABOVE, all);
      sell_to_all (&scene, i + 2, G_STRUCT_OFFSET (Expected, below), BELOW, all);
      send (&scene);
    }
  judge (&scene, all);
  cli_scene_clear (&scene);
}

/* ---- Torn out, and the reader unplugged ---- */

/* At this command of a sale; test-chip-torn does it at each, without libusb between. */
static const struct
{
  const char *card, *reader, *script;
} mishaps[] = {
  { "cda", "tpdu", "tear 2\ninsert\n" },
  { "cda", "short", "tear 12\ninsert\n" }, /* asked for its first cryptogram */
  { "cda", "tpdu", "tear 14\ninsert\n" },  /* and for its second */
  { "dda", "extended", "tear 13\ninsert\n" },
  { "cda", "tpdu", "insert\n2C unplug chip\n" },
  { "dda", "short", "insert\n9C unplug chip\n" },
  { "cda", "extended", "insert\n12C unplug chip\n" },
};

static Sold *
sell_in_trouble (CliScene *scene, guint index)
{
  g_autofree char *script = cli_scene_file (scene, "script.txt", mishaps[index].script);
  g_autofree char *bench = g_strdup_printf (
      "--chip=%s --reader=%s --chip-memory=%s/%s.mem --script=%s", mishaps[index].card,
      mishaps[index].reader, scene->dir, mishaps[index].card, script);
  const char *state;

  cli_scene_run_on (scene, bench, ABOVE);
  state = or_none (cli_scene_text (scene, "payments.0.state"));
  g_test_message ("%s: %s %s", mishaps[index].script, state,
                  or_none (cli_scene_text (scene, "payments.0.reason")));
  if (g_str_has_prefix (mishaps[index].script, "tear"))
    g_assert_cmpstr (state, !=, "approved");
  return sold_new (scene, mishaps[index].script, state);
}

/* A sale that is approved has its one charge, any other none, or one that was reversed. */
static void
judge_mishap (GPtrArray *ledger, const Sold *sold)
{
  guint charges = count (ledger, sold, "charge"), reversals = count (ledger, sold, "reversal");

  if (charges > 1 || charges - reversals != (g_str_equal (sold->effect, "approved") ? 1 : 0)
      || count (ledger, sold, "advice") > 0)
    g_error ("%s: %s, and the ledger has %u charges and %u reversals", sold->what, sold->effect,
             charges, reversals);
}

static void
test_mishaps (gconstpointer dialect)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (sold_free);
  g_autoptr (GPtrArray) ledger = NULL;
  CliScene scene;

  cli_scene_open_for (&scene, dialect);
  cli_scene_run (&scene, "acquirer download");
  g_assert_cmpint (scene.exit_code, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (mishaps); i++)
    g_ptr_array_add (all, sell_in_trouble (&scene, i));
  send (&scene);
  ledger = read_ledger (&scene);
  for (guint i = 0; i < all->len; i++)
    judge_mishap (ledger, all->pdata[i]);
  cli_scene_clear (&scene);
}

/* ---- Left in ---- */

/* The card of a sale is not the next sale's: that one waits until it is taken out. A cardholder who
 * takes it out may come again. */
static void
test_left_in (gconstpointer dialect)
{
  CliScene scene;
  g_autofree char *script = NULL, *bench = NULL;
  gint64 minor;

  cli_scene_open_for (&scene, dialect);
  cli_scene_run (&scene, "acquirer download");
  g_assert_cmpint (scene.exit_code, ==, 0);
  script = cli_scene_file (&scene, "script.txt", "insert\n");
  bench = g_strdup_printf ("--chip=cda --chip-memory=%s/cda.mem --script=%s", scene.dir, script);
  cli_scene_run_on (&scene, bench, ABOVE " --count 2 --card-timeout 3");
  g_assert_cmpstr (cli_scene_text (&scene, "sales.0.payments.0.state"), ==, "approved");
  g_assert_cmpstr (cli_scene_text (&scene, "sales.1.payments.0.state"), ==, "cancelled");
  g_assert_cmpuint (cli_scene_ledger (&scene, "charge", &minor), ==, 1);
  g_free (bench);
  bench = g_strdup_printf ("--chip=cda --chip-memory=%s/cda.mem", scene.dir);
  cli_scene_run_on (&scene, bench, ABOVE " --count 2");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "sales.1.payments.0.state"), ==, "approved");
  g_assert_cmpuint (cli_scene_ledger (&scene, "charge", &minor), ==, 3);
  cli_scene_clear (&scene);
}

/* ---- The stripe of a card that has a chip ---- */

#define STRIPE ";4761739001010119=30122010000000000000?\n" /* 201: there is a chip */

static const struct
{
  const char *bench, *script, *entry;
} stripes[] = {
  /* It is asked for, and put in. */
  { "--stripe=magtek-service --chip=cda", "swipe\n800ms insert\n", "chip" },
  /* Nothing could read it. */
  { "--stripe=magtek-service", "swipe\n", "stripe" },
  /* The reader hides what the card says. */
  { "--stripe=magtek --chip=cda", "swipe\n30s insert\n", "stripe" },
  /* It was put in, and can't be used. */
  { "--stripe=magtek-service --chip=mute", "insert\n800ms swipe\n", "fallback" },
};

static void
test_stripe (gconstpointer dialect)
{
  CliScene scene;
  g_autofree char *swipe = NULL;

  cli_scene_open_for (&scene, dialect);
  cli_scene_run (&scene, "acquirer download");
  g_assert_cmpint (scene.exit_code, ==, 0);
  swipe = cli_scene_file (&scene, "swipe.txt", STRIPE);
  for (guint i = 0; i < G_N_ELEMENTS (stripes); i++)
    {
      g_autofree char *script = cli_scene_file (&scene, "script.txt", stripes[i].script);
      g_autofree char *bench
          = g_strdup_printf ("%s --swipe=%s --script=%s", stripes[i].bench, swipe, script);

      g_test_message ("%s", bench);
      cli_scene_run_on (&scene, bench, ABOVE);
      g_assert_cmpstr (cli_scene_text (&scene, "payments.0.entry"), ==, stripes[i].entry);
      g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "approved");
    }
  cli_scene_clear (&scene);
}

/* ---- Readers that can't be used ---- */

static const struct
{
  const char *bench, *reason;
} unusable[] = {
  { "--chip=cda --reader=character", "reader-unfit" },
  { "--chip=cda --reader=iccd", "reader-unfit" },
  { "--chip=cda --reader=old-firmware", "reader-unfit" },
  { "--chip=cda --reader=busy", "reader-busy" },
  { "--chip=cda --reader=flood", "reader-fault" },
  { "--stripe=magtek-keyboard", "reader-refused" },
  { "--printer --paper /dev/null", "no-reader" },
};

static void
assert_unusable (CliScene *scene, const char *bench, const char *reason)
{
  cli_scene_run_on (scene, bench, ABOVE);
  g_test_message ("%s", bench);
  g_assert_cmpstr (cli_scene_text (scene, "payments.0.state"), ==, "declined");
  g_assert_cmpstr (cli_scene_text (scene, "payments.0.reason"), ==, reason);
}

/* The sale says why, whatever the profile takes, and not that there is none. Where the till makes
 * the messages itself, a reader of stripes is the wrong kind only if no chip reader is there. */
static void
test_unusable (gconstpointer dialect)
{
  CliScene scene;

  cli_scene_open_for (&scene, dialect);
  for (guint i = 0; i < G_N_ELEMENTS (unusable); i++)
    assert_unusable (&scene, unusable[i].bench, unusable[i].reason);
  if (g_str_equal (dialect, "unionpay"))
    {
      assert_unusable (&scene, "--stripe=magtek", "profile");
      assert_unusable (&scene, "--stripe=magtek --chip=cda --reader=busy", "reader-busy");
    }
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  const char *dialect = argc > 1 ? argv[1] : "sandbox";
  g_autofree char *path = g_strdup_printf ("/chip/%s", dialect);
  g_autofree char *torn = g_strdup_printf ("/chip/%s/torn", dialect);
  g_autofree char *left_in = g_strdup_printf ("/chip/%s/left-in", dialect);
  g_autofree char *unusable_path = g_strdup_printf ("/chip/%s/unusable", dialect);

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func (left_in, dialect, test_left_in);
  g_test_add_data_func (unusable_path, dialect, test_unusable);
  if (g_str_equal (dialect, "sandbox"))
    g_test_add_data_func ("/chip/sandbox/stripe", dialect, test_stripe);
  g_test_add_data_func (path, dialect, test_cards);
  g_test_add_data_func (torn, dialect, test_mishaps);
  return g_test_run ();
}
