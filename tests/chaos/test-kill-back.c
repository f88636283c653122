/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A void, a refund, a hold, and what becomes of a hold, each killed at its commits and sends, by
 * turns just before and just after; at an acquirer that answers, and at one whose answers are all
 * lost, so that the kill hits the reversal, too. After each the queue and the journal are whole; at
 * the end all works again, and the ledger judges what was charged, held and given back.
 *
 * TILL_KILL_BACK_STRIDE (default 11) kills at every eleventh step, from a place that moves on with
 * TILL_KILL_SEED; 1 kills at each, and so does TILL_LONG.
 */
#include "chaos-world.h"

#include <glib/gstdio.h>
#include <signal.h>

#define SEED 1
#define AMOUNT_FIRST 1200
#define STRIDE 11
#define STEPS_MIN 10
#define LOSES_ANSWERS "drop-answer=1"

typedef struct
{
  const char *how;
  gboolean hold;      /* it is about a hold, or is one */
  gboolean completed; /* about one that is completed */
} Way;

static const Way ways[] = {
  { .how = "void" },
  { .how = "refund" },
  { .how = "part" },
  { .how = "hold", .hold = TRUE },
  { .how = "complete", .hold = TRUE },
  { .how = "release", .hold = TRUE },
  { .how = "uncomplete", .hold = TRUE, .completed = TRUE },
};

static guint
setting (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
open_till (ChaosWorld *world)
{
  g_autofree char *opened = subject_open (&world->subject);

  g_assert_cmpstr (opened, ==, "opened");
}

/* An amount that the chip doesn't approve by itself (shop-subject.c): what waits to be told to the
 * acquirer can't be given back yet. */
static gint64
next_amount (ChaosWorld *world)
{
  while (world->next_minor % 3 == 0)
    world->next_minor++;
  return world->next_minor++;
}

/* What the way is about, by a good line; a settlement in between would make a void a refund. */
static void
prepare (ChaosWorld *world, const Way *way)
{
  gint64 amount_minor = next_amount (world);

  chaos_world_start_host (world, NULL);
  world->subject.environment = NULL;
  open_till (world);
  chaos_world_drain (world);
  if (!way->hold)
    g_assert_true (chaos_world_sell (world, TRUE, amount_minor));
  else if (g_strcmp0 (way->how, "hold") != 0)
    g_assert_true (chaos_world_hold (world, amount_minor));
  if (way->completed)
    g_assert_true (chaos_world_end_hold (world, "complete", 0));
  g_assert_cmpint (subject_close (&world->subject), ==, 0);
}

static gboolean
ask (ChaosWorld *world, const Way *way)
{
  if (!way->hold)
    return chaos_world_give_back (world, way->how, 0);
  if (g_strcmp0 (way->how, "hold") == 0)
    return chaos_world_hold (world, world->next_minor++);
  return chaos_world_end_hold (world, way->how, 0);
}

/* TRUE: it was killed. `at` 0 lets it live; *out_steps is how many there were. */
static gboolean
run_killed (ChaosWorld *world, const Way *way, guint at, guint *out_steps)
{
  g_autofree char *text = g_strdup_printf ("%u", at);
  const char *environment[]
      = { "LD_PRELOAD", world->preload, "TILL_KILL_AT", text, "TILL_KILL_COUNT", world->note_path,
          NULL };
  g_autofree char *opened = NULL;
  g_autofree char *steps = NULL;

  world->subject.environment = environment;
  opened = subject_open (&world->subject);
  if (opened != NULL)
    (void)ask (world, way);
  (void)subject_close (&world->subject);
  world->subject.environment = NULL;
  if (world->subject.signal != 0)
    {
      g_assert_cmpint (world->subject.signal, ==, SIGKILL);
      return TRUE;
    }
  if (at == 0 && g_file_get_contents (world->note_path, &steps, NULL, NULL))
    *out_steps = (guint)g_ascii_strtoull (steps, NULL, 10);
  return FALSE;
}

static guint
kill_way (ChaosWorld *world, const Way *way, const char *fault)
{
  guint otherwise = g_getenv ("TILL_LONG") != NULL ? 1 : STRIDE;
  guint stride = MAX (setting ("TILL_KILL_BACK_STRIDE", otherwise), 1), steps = 0, killed = 0;

  prepare (world, way);
  chaos_world_start_host (world, fault);
  g_assert_false (run_killed (world, way, 0, &steps));
  g_assert_cmpuint (steps, >=, STEPS_MIN);
  for (guint at = 1 + setting ("TILL_KILL_SEED", 1) % stride; at <= steps; at += stride)
    {
      prepare (world, way);
      chaos_world_start_host (world, fault);
      killed += run_killed (world, way, at, &steps) ? 1 : 0;
      chaos_world_inspect (world);
    }
  g_test_message ("%s, %s: %u steps, %u kills", way->how, fault != NULL ? fault : "good", steps,
                  killed);
  g_assert_cmpuint (killed, >, 0);
  return killed;
}

static void
kill_in (const Way *way, ChaosWorldKind kind)
{
  g_auto (ChaosVerdict) verdict = { 0 };
  ChaosWorld world;

  chaos_world_begin (&world, SEED, kind);
  world.next_minor = AMOUNT_FIRST;
  kill_way (&world, way, NULL);
  kill_way (&world, way, LOSES_ANSWERS);
  chaos_world_settle (&world, &verdict);
  if (!chaos_verdict_is_good (&verdict) || world.broken->len > 0)
    g_error ("%s%s%s", world.trace->str, world.broken->str, verdict.findings->str);
  g_assert_cmpuint (verdict.backs + verdict.holds, >, 0);
  chaos_world_end (&world);
}

static void
test_kill (gconstpointer way)
{
  kill_in (way, CHAOS_WORLD_PLAIN);
}

static void
test_kill_unionpay (gconstpointer way)
{
  kill_in (way, CHAOS_WORLD_UNIONPAY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/chaos/kill-back/sandbox/%s", ways[i].how);
      g_autofree char *other = g_strdup_printf ("/chaos/kill-back/unionpay/%s", ways[i].how);

      g_test_add_data_func (path, &ways[i], test_kill);
      g_test_add_data_func (other, &ways[i], test_kill_unionpay);
    }
  return g_test_run ();
}
