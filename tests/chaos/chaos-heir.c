/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chaos-heir.h"

#include "chaos-past.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define NUMBERS 0x4e12 /* drawn apart from what the lives draw */
#define SENDS_MAX 3

/* All drawn from the world's seed. */
typedef struct
{
  gboolean follows; /* else it is exported */
  guint over;       /* before which life */
  guint32 returns;  /* a bit for each life before which the first till starts again */
} Plan;

static Plan
draw (const ChaosWorld *world, guint lives)
{
  const guint32 seeds[] = { world->seed, NUMBERS };
  g_autoptr (GRand) random = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));

  return (Plan){ .follows = g_rand_boolean (random),
                 .over = (guint)g_rand_int_range (random, 1, MAX ((gint32)lives, 2)),
                 .returns = g_rand_int (random) & g_rand_int (random) };
}

static char *
beside (const ChaosWorld *world, const char *name)
{
  return g_build_filename (world->subject.dir, name, NULL);
}

static void
must (ChaosWorld *world, char **out_printed, const char *const *words)
{
  g_autofree char *printed = NULL;

  if (chaos_world_command (world, &printed, words) != 0)
    chaos_world_blame (world, "%s %s: %s", words[0], words[1], printed);
  if (out_printed != NULL)
    *out_printed = g_steal_pointer (&printed);
}

/* The recovery key on paper, and the second folder where one is to be. */
static void
prepare (ChaosWorld *world, const Plan *plan)
{
  g_autofree char *paper = beside (world, "paper");
  g_autofree char *stick = beside (world, "stick");
  g_autofree char *printed = NULL;
  g_autoptr (JsonNode) node = NULL;

  must (world, &printed, (const char *[]){ "recovery-key", "new", "--json", NULL });
  node = json_from_string (printed, NULL);
  g_assert_nonnull (node);
  g_assert_true (g_file_set_contents (
      paper, json_object_get_string_member (json_node_get_object (node), "recovery_key"), -1,
      NULL));
  g_assert_cmpint (g_mkdir (stick, 0700), ==, 0);
  if (plan->follows)
    must (world, NULL, (const char *[]){ "backup", "follow", stick, NULL });
}

static void
make_heir (ChaosWorld *world)
{
  Subject *subject = &world->subject;
  g_autofree char *acquirer = g_strconcat ("127.0.0.1:", world->port, NULL);

  world->former = g_steal_pointer (&subject->shop);
  subject->shop = beside (world, "second");
  must (world, NULL,
        (const char *[]){ "init", "--shop", "Second", "--currency", "CNY", "--profile",
                          subject->profile, "--acquirer", acquirer, "--tls-dir", subject->tls,
                          "--terminal", "SUBJ0002", "--merchant", "123456789012345", NULL });
}

/* Where nothing waits there is nothing to export, and the first till is left alone. */
static void
hand_over (ChaosWorld *world, const Plan *plan)
{
  g_autofree char *paper = beside (world, "paper");
  g_autofree char *from = beside (world, plan->follows ? "stick" : "queue.till");
  const char *words[] = { "queue", "import", from, "--recovery-file", paper, NULL };
  int code = 0;

  chaos_world_calm (world);
  chaos_world_note (world, "it hands over, by %s", plan->follows ? "its copy" : "an export");
  if (!plan->follows)
    code = chaos_world_command (world, NULL, (const char *[]){ "queue", "export", from, NULL });
  if (code > 1)
    chaos_world_blame (world, "The queue can't be exported");
  make_heir (world);
  subject_remove_tree (world->state_of_copy);
  if (code != 0)
    return;
  must (world, NULL, words);
  must (world, NULL, words); /* once is enough */
  world->tally.counts[CHAOS_HAND_OVERS]++;
}

/* Whether the acquirer turns it away isn't this world's matter; what it charges is. */
static void
come_back (ChaosWorld *world)
{
  char *shop = world->subject.shop;

  chaos_world_calm (world);
  chaos_world_note (world, "the first till is back");
  world->subject.shop = world->former;
  if (chaos_world_command (world, NULL, (const char *[]){ "queue", "send", NULL }) > 1)
    chaos_world_blame (world, "The first till can't try to send");
  world->subject.shop = shop;
}

void
chaos_heir_turn (ChaosWorld *world, guint life, guint lives)
{
  Plan plan = draw (world, lives);

  if (life == 0)
    prepare (world, &plan);
  if (life == plan.over)
    hand_over (world, &plan);
  else if (world->former != NULL && (plan.returns >> life % 32 & 1) != 0)
    come_back (world);
}

char *
chaos_heir_end (ChaosWorld *world)
{
  char *shop = world->subject.shop, *books = NULL;

  if (world->former == NULL)
    return NULL;
  for (guint i = 0; i < SENDS_MAX; i++)
    if (chaos_world_command (world, NULL, (const char *[]){ "queue", "send", NULL }) == 0)
      break;
  chaos_past_resolve (world);
  come_back (world);
  world->subject.shop = world->former;
  if (chaos_world_open (world))
    {
      books = subject_ask (&world->subject, "books");
      (void)subject_close (&world->subject);
    }
  world->subject.shop = shop;
  return books != NULL ? books : g_strdup ("");
}
