/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chaos-life.h"

#include "chaos-disk.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define AMOUNT_FIRST 1200 /* each life has amounts of its own */
#define DEEDS_MAX 6
#define COMMANDS_MAX 30
#define STEPS_MAX 140  /* commits and sends, twice each */
#define STEPS_EARLY 24 /* of opening, and of recovery */
#define RANDOM_KILL_MS 900
#define DEED_MS 700
#define SYNC_MS 20
#define FULL_LEFT "4096"
#define LATE_MS 300
#define DELAY_MS 60
#define IO_WRITES_MAX 60
#define LINE_CHANCE 350
#define CLOCK_FAR_ONE_IN 60
#define CHILDHOOD_US (G_GINT64_CONSTANT (946684800) * G_USEC_PER_SEC) /* 2000-01-01 */

typedef enum
{
  END_CLOSE,
  END_STEP,   /* killed at a commit or a send */
  END_RANDOM, /* killed at an instant */
  END_TORN,   /* killed in the middle of a write */
} End;

/* What is done from beside, at its time. */
typedef enum
{
  DEED_KILL_TILL,
  DEED_KILL_HOST,
  DEED_PLUG_OUT,
  DEED_PLUG_IN,
  DEED_CLOCK,
  DEED_ROOM, /* a full disk has room again */
} DeedKind;

typedef struct
{
  DeedKind kind;
  gint64 at_us; /* since the start */
  gint64 clock_us;
} Deed;

/* What happens by chance is drawn from numbers of its own, so that it doesn't change what was
 * planned. */
typedef enum
{
  NUMBERS_PLAN,
  NUMBERS_RESTARTS,
  NUMBERS_CUT,
} Numbers;

typedef struct
{
  ChaosWorld *world;
  guint number;
  GRand *restarts;
  End end;
  gboolean power; /* the kill is a power cut */
  guint step;
  char *step_text;
  Deed deeds[DEEDS_MAX];
  guint deed_count;
  const char *environment[13];
  GThread *thread;
  GMutex mutex;
  GCond wake;
  gboolean over; /* with the mutex: no more deeds */
  gboolean died; /* before it was asked to, or killed for want of anything else to happen */
} Life;

/* ---- drawing ---- */

static GRand *
numbers (const ChaosWorld *world, guint life, Numbers which)
{
  const guint32 seeds[] = { world->seed, life, which };

  return g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));
}

static guint
below (Life *self, guint limit)
{
  return (guint)g_rand_int_range (self->world->random, 0, (gint32)limit);
}

static gboolean
one_in (Life *self, guint chances)
{
  return below (self, chances) == 0;
}

static void
plan_deed (Life *self, DeedKind kind, guint at_ms, gint64 clock_us)
{
  if (self->deed_count < DEEDS_MAX)
    self->deeds[self->deed_count++] = (Deed){ kind, (gint64)at_ms * 1000, clock_us };
}

static void
plan_end (Life *self)
{
  guint drawn = below (self, 100);

  self->end = drawn < 10 ? END_CLOSE : drawn < 55 ? END_STEP : drawn < 90 ? END_RANDOM : END_TORN;
  self->power = one_in (self, 2);
  if (self->end == END_STEP)
    self->step = 1 + below (self, one_in (self, 4) ? STEPS_EARLY : STEPS_MAX);
  if (self->end == END_RANDOM)
    plan_deed (self, DEED_KILL_TILL, 1 + below (self, RANDOM_KILL_MS), 0);
}

/* A clock that was set, or now and then one that lost its battery, or its year. */
static gint64
draw_clock (Life *self)
{
  static const gint64 jumps_s[] = { 0, 2, -2, 90, -90, 3700, -3700, 39600, -39600 };
  static const gint64 far_s[] = { 259200, -259200 };
  guint drawn = below (self, CLOCK_FAR_ONE_IN);

  if (drawn == 0)
    return CHILDHOOD_US - g_get_real_time ();
  if (drawn <= G_N_ELEMENTS (far_s))
    return far_s[drawn - 1] * G_USEC_PER_SEC;
  return jumps_s[below (self, G_N_ELEMENTS (jumps_s))] * G_USEC_PER_SEC;
}

static void
set_clock (ChaosWorld *world, gint64 offset_us)
{
  if (world->control->clock_offset_us != offset_us)
    world->tally.counts[CHAOS_CLOCK_JUMPS]++;
  world->control->clock_offset_us = offset_us;
  world->earliest_us = MIN (world->earliest_us, offset_us);
  world->latest_us = MAX (world->latest_us, offset_us);
}

static void
plan_disk (Life *self)
{
  ChaosControl *control = self->world->control;
  gint64 offset_us = control->clock_offset_us;

  *control = (ChaosControl){ .clock_offset_us = offset_us };
  if (one_in (self, 6))
    control->sync_ms = SYNC_MS;
  if (self->end == END_TORN)
    control->io = CHAOS_IO_TEAR_KILL;
  else if (one_in (self, 4))
    control->io = 1 + (gint32)below (self, CHAOS_IO_COUNT - 1);
  if (control->io == CHAOS_IO_TEAR_KILL)
    self->end = END_TORN;
  control->io_in = (gint32)below (self, IO_WRITES_MAX);
  control->io_for = one_in (self, 2) ? 1 : 1 + (gint32)below (self, 12);
  if (control->io == CHAOS_IO_NONE && one_in (self, 7))
    {
      g_autofree char *full = g_strdup_printf ("%u %s", below (self, IO_WRITES_MAX),
                                               one_in (self, 3) ? FULL_LEFT : "-1");

      g_assert_true (g_file_set_contents (self->world->full_path, full, -1, NULL));
      self->world->tally.counts[CHAOS_FULL_DISKS]++;
      plan_deed (self, DEED_ROOM, 100 + below (self, DEED_MS), 0);
    }
}

static char *
draw_faults (GRand *random)
{
  static const char *const names[]
      = { "drop-request", "late-request", "drop-answer", "late-answer",     "close",
          "truncate",     "bad-mac",      "decline",     "duplicate-answer" };
  GString *faults = g_string_new (NULL);
  gint32 delay_ms = g_rand_boolean (random) ? 0 : g_rand_int_range (random, 0, DELAY_MS);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_rand_boolean (random))
      g_string_append_printf (faults, "%s=0.%02d,", names[i], g_rand_int_range (random, 3, 21));
  g_string_append_printf (faults, "late-ms=%d,delay-ms=%d", LATE_MS, delay_ms);
  return g_string_free (faults, FALSE);
}

static void
plan_line (Life *self)
{
  ChaosWorld *world = self->world;
  guint32 seed = g_rand_int (world->random);

  chaos_proxy_trouble (world->proxy, one_in (self, 2) ? LINE_CHANCE : 0, seed);
  chaos_proxy_plug (world->proxy, !one_in (self, 5));
  if (one_in (self, 3))
    {
      guint out_ms = below (self, DEED_MS);

      plan_deed (self, DEED_PLUG_OUT, out_ms, 0);
      plan_deed (self, DEED_PLUG_IN, out_ms + 20 + below (self, DEED_MS), 0);
    }
  if (one_in (self, 3))
    plan_deed (self, DEED_KILL_HOST, below (self, DEED_MS), 0);
}

static void
plan (Life *self)
{
  ChaosWorld *world = self->world;
  g_autofree char *faults = NULL;

  plan_end (self);
  plan_disk (self);
  plan_line (self);
  if (one_in (self, 4))
    set_clock (world, draw_clock (self));
  if (one_in (self, 4))
    plan_deed (self, DEED_CLOCK, below (self, DEED_MS), draw_clock (self));
  faults = one_in (self, 4) ? NULL : draw_faults (world->random);
  chaos_world_start_host (world, faults);
  self->step_text = g_strdup_printf ("%u", self->step);
  chaos_world_note (world,
                    "life %u: ends by %s%s (step %u), I/O fault %d after %d for %d, sync %d ms%s, "
                    "clock %" G_GINT64_FORMAT " s, host %s",
                    self->number + 1,
                    self->end == END_CLOSE    ? "itself"
                    : self->end == END_STEP   ? "step"
                    : self->end == END_RANDOM ? "random"
                                              : "torn write",
                    self->power ? ", power cut" : "", self->step, world->control->io,
                    world->control->io_in, world->control->io_for, world->control->sync_ms,
                    g_file_test (world->full_path, G_FILE_TEST_EXISTS) ? ", disk fills" : "",
                    world->control->clock_offset_us / G_USEC_PER_SEC,
                    faults != NULL ? faults : "good");
}

/* ---- what is done to it from beside ---- */

static void
do_deed (Life *self, const Deed *deed)
{
  ChaosWorld *world = self->world;

  switch (deed->kind)
    {
    case DEED_KILL_TILL:
      g_subprocess_force_exit (world->subject.process);
      return;
    case DEED_KILL_HOST:
      chaos_world_kill_host (world);
      return;
    case DEED_PLUG_OUT:
      chaos_proxy_plug (world->proxy, FALSE);
      world->tally.counts[CHAOS_PLUGS]++;
      return;
    case DEED_PLUG_IN:
      chaos_proxy_plug (world->proxy, TRUE);
      return;
    case DEED_CLOCK:
      set_clock (world, deed->clock_us);
      return;
    case DEED_ROOM:
      g_unlink (world->full_path);
      return;
    }
  g_assert_not_reached ();
}

static gint
compare_deeds (gconstpointer a, gconstpointer b)
{
  const Deed *first = a, *second = b;

  return first->at_us < second->at_us ? -1 : first->at_us > second->at_us;
}

static gpointer
deeds_thread (gpointer data)
{
  Life *self = data;
  gint64 start_us = g_get_monotonic_time ();

  qsort (self->deeds, self->deed_count, sizeof (Deed), compare_deeds);
  for (guint i = 0; i < self->deed_count; i++)
    {
      gboolean over;

      g_mutex_lock (&self->mutex);
      while (!self->over
             && g_cond_wait_until (&self->wake, &self->mutex, start_us + self->deeds[i].at_us))
        ;
      over = self->over;
      g_mutex_unlock (&self->mutex);
      if (over)
        return NULL;
      do_deed (self, &self->deeds[i]);
    }
  return NULL;
}

static void
end_deeds (Life *self)
{
  g_mutex_lock (&self->mutex);
  self->over = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
}

/* ---- what it is asked ---- */

static gboolean
ask (Life *self, const char *command)
{
  g_autofree char *answer = subject_ask (&self->world->subject, command);

  chaos_world_note (self->world, "  %s: %s", command, answer != NULL ? answer : "(dead)");
  return answer != NULL;
}

static gboolean
give_back (Life *self)
{
  static const char *const ways[] = { "void", "void", "void", "refund", "part", "cashback" };
  const char *how = ways[below (self, G_N_ELEMENTS (ways))];

  return chaos_world_give_back (self->world, how, g_rand_int (self->world->random));
}

/* FALSE: it died. */
static gboolean
hold (Life *self)
{
  static const char *const ways[] = { "complete", "complete", "release", "uncomplete" };
  ChaosWorld *world = self->world;
  guint drawn = below (self, 2 * G_N_ELEMENTS (ways));

  return drawn < G_N_ELEMENTS (ways)
             ? chaos_world_end_hold (world, ways[drawn], g_rand_int (world->random))
             : chaos_world_hold (world, chaos_world_new_amount (world));
}

static gboolean
settle (Life *self)
{
  self->world->tally.counts[CHAOS_SETTLES]++;
  return ask (self, "settle");
}

/* FALSE: it died. */
static gboolean
command (Life *self)
{
  ChaosWorld *world = self->world;
  guint drawn = below (self, 100);

  if (drawn < 46)
    return chaos_world_sell (world, drawn >= 12, chaos_world_new_amount (world));
  if (drawn < 62)
    return give_back (self);
  if (drawn < 74)
    return hold (self);
  if (drawn < 77)
    return settle (self);
  if (drawn < 87)
    return ask (self, "drain");
  if (drawn < 92)
    return ask (self, "print");
  return ask (self, drawn < 97 ? "background" : "foreground");
}

static void
work (Life *self)
{
  ChaosWorld *world = self->world;
  guint most = self->end == END_CLOSE ? COMMANDS_MAX / 3 : COMMANDS_MAX;

  for (guint i = 0; i < most && !self->died; i++)
    if (!command (self))
      self->died = TRUE;
    else if (world->host_is_down && g_rand_boolean (self->restarts))
      {
        g_autofree char *faults
            = g_rand_boolean (self->restarts) ? draw_faults (self->restarts) : NULL;

        chaos_world_note (world, "  the acquirer starts again: %s",
                          faults != NULL ? faults : "good");
        chaos_world_start_host (world, faults);
      }
}

/* ---- one life ---- */

static void
set_environment (Life *self)
{
  ChaosWorld *world = self->world;
  guint i = 0;

  self->environment[i++] = "LD_PRELOAD";
  self->environment[i++] = world->preload;
  self->environment[i++] = CHAOS_CONTROL_ENV;
  self->environment[i++] = world->control_path;
  self->environment[i++] = "TILL_DISK_CONTROL";
  self->environment[i++] = world->full_path;
  self->environment[i++] = "TILL_KILL_AT";
  self->environment[i++] = self->step_text;
  self->environment[i++] = "TILL_KILL_NOTE";
  self->environment[i++] = world->note_path;
  if (self->power)
    {
      self->environment[i++] = CHAOS_JOURNAL_ENV;
      self->environment[i++] = world->journal_path;
    }
  self->environment[i] = NULL;
  world->subject.environment = self->environment;
}

/* Which of the ways it was; each is counted where it is known that it happened. */
static void
count_kill (Life *self)
{
  ChaosWorld *world = self->world;
  g_autofree char *where = NULL;
  ChaosCount kind = self->died ? CHAOS_KILLS_AT_RANDOM : CHAOS_KILLS_IDLE;

  if (g_file_get_contents (world->note_path, &where, NULL, NULL))
    kind = strstr (where, "sync") != NULL ? CHAOS_KILLS_AT_COMMIT
           : strstr (where, "write") != NULL || strstr (where, "send") != NULL
               ? CHAOS_KILLS_AT_SEND
               : CHAOS_KILLS_AT_FOLDER;
  else if (world->control->io == CHAOS_IO_TEAR_KILL && world->control->io_hits > 0)
    kind = CHAOS_KILLS_TORN;
  world->tally.counts[kind]++;
  chaos_world_note (world, "  killed %s", where != NULL ? g_strchomp (where) : "");
}

static void
bury (Life *self)
{
  ChaosWorld *world = self->world;
  g_autoptr (GRand) random = numbers (world, self->number, NUMBERS_CUT);
  ChaosCut cut;

  count_kill (self);
  if (!self->power)
    return;
  chaos_disk_cut (world->durable, world->subject.shop, world->marks, world->journal_path, random,
                  &cut);
  world->tally.counts[CHAOS_POWER_CUTS]++;
  world->tally.counts[CHAOS_WRITES_FORGOTTEN] += cut.pending - cut.kept;
  chaos_world_note (world, "  power cut: %u writes not synced, %u kept, %u torn", cut.pending,
                    cut.kept, cut.torn);
}

static void
finish (Life *self)
{
  ChaosWorld *world = self->world;
  Subject *subject = &world->subject;
  gboolean asked_to = subject->process != NULL && self->end == END_CLOSE;
  int code = asked_to ? subject_close (subject) : subject_kill (subject);

  if (world->control->io != CHAOS_IO_TEAR_KILL)
    world->tally.counts[CHAOS_IO_ERRORS] += (guint64)world->control->io_hits;
  world->tally.counts[CHAOS_SLOW_SYNCS] += (guint64)world->control->sync_waits;
  g_unlink (world->full_path);
  if (subject->signal == SIGKILL)
    bury (self);
  else if (subject->signal != 0)
    chaos_world_blame (world, "The till was ended by signal %d", subject->signal);
  else if (code != 0 && code != 3)
    chaos_world_blame (world, "The till ended with %d", code);
  g_unlink (world->journal_path);
}

void
chaos_life_live (ChaosWorld *world, guint number)
{
  Life self = { .world = world, .number = number };
  g_autofree char *opened = NULL;

  g_mutex_init (&self.mutex);
  g_cond_init (&self.wake);
  g_rand_free (world->random);
  world->random = numbers (world, number, NUMBERS_PLAN);
  self.restarts = numbers (world, number, NUMBERS_RESTARTS);
  world->next_minor = AMOUNT_FIRST + (gint64)number * COMMANDS_MAX;
  plan (&self);
  set_environment (&self);
  g_unlink (world->note_path);
  g_unlink (world->journal_path);
  if (self.power)
    chaos_disk_save (world->durable, world->subject.shop, world->marks);
  subject_start (&world->subject);
  self.thread = g_thread_new ("deeds", deeds_thread, &self);
  opened = subject_hear (&world->subject);
  chaos_world_note (world, "  open: %s", opened != NULL ? opened : "(dead)");
  self.died = opened == NULL;
  if (g_strcmp0 (opened, "opened") == 0)
    work (&self);
  end_deeds (&self);
  finish (&self);
  chaos_world_inspect (world);
  world->tally.counts[CHAOS_LIVES]++;
  g_rand_free (self.restarts);
  g_free (self.step_text);
  g_mutex_clear (&self.mutex);
  g_cond_clear (&self.wake);
}
