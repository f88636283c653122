/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chaos-world.h"

#include "base-data.h"
#include "chaos-disk.h"
#include "chaos-heir.h"
#include "chaos-life.h"
#include "chaos-past.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ANSWER_MS 250
#define CONNECT_MS 500
#define DRAINS_MAX 40
#define SETTLES_MAX 10
#define NEWEST 24          /* sales of which one may be given back */
#define SEED_STRIDE 101    /* from world to world: the hosts of one have seeds in a row */
#define AMOUNT_LARGE 30000 /* more than may be stored */
#define OLD_US (G_GINT64_CONSTANT (23) * 3600 * G_USEC_PER_SEC)

static void G_GNUC_PRINTF (2, 0) append (GString *text, const char *format, va_list arguments)
{
  g_string_append_vprintf (text, format, arguments);
  g_string_append_c (text, '\n');
}

void
chaos_world_note (ChaosWorld *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  append (self->trace, format, arguments);
  va_end (arguments);
}

void
chaos_world_blame (ChaosWorld *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  append (self->broken, format, arguments);
  va_end (arguments);
}

/* ---- beginning and end ---- */

static char *
built (const char *folder, const char *name)
{
  return g_test_build_filename (G_TEST_BUILT, folder, name, NULL);
}

/* Into whatever opens the world's shop, with faults or without. */
static void
make_keys_cheap (void)
{
  const char *before = g_getenv ("LD_PRELOAD");
  g_autofree char *shim = built ("support", "libkey-shim.so");
  g_autofree char *both
      = before != NULL && before[0] != '\0' ? g_strconcat (before, ":", shim, NULL) : NULL;

  if (before == NULL || strstr (before, shim) == NULL)
    g_setenv ("LD_PRELOAD", both != NULL ? both : shim, TRUE);
}

static char *
make_preload (void)
{
  const char *before = g_getenv ("LD_PRELOAD");
  g_autofree char *kill = built ("scenes", "libkill-shim.so");
  g_autofree char *full = built ("scenes", "libfull-disk-shim.so");
  g_autofree char *chaos = built ("chaos", "libchaos-shim.so");

  return g_strdup_printf ("%s%s%s:%s:%s", before != NULL ? before : "", before != NULL ? ":" : "",
                          kill, full, chaos);
}

static ChaosControl *
map_control (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void *page;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, sizeof (ChaosControl)), ==, 0);
  page = mmap (NULL, sizeof (ChaosControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (page != MAP_FAILED);
  close (fd);
  return page;
}

static void
lead_line (ChaosWorld *self)
{
  chaos_proxy_lead (self->proxy, (guint16)g_ascii_strtoull (self->subject.port, NULL, 10));
}

ChaosWorldKind
chaos_world_kind (guint32 seed)
{
  return (ChaosWorldKind)(seed % CHAOS_WORLD_KINDS);
}

void
chaos_world_begin (ChaosWorld *self, guint32 seed, ChaosWorldKind kind)
{
  Subject *subject = &self->subject;

  *self = (ChaosWorld){ .seed = seed, .kind = kind };
  self->random = g_rand_new_with_seed (seed);
  self->proxy = chaos_proxy_new ();
  self->asked = g_ptr_array_new_with_free_func (chaos_asked_free);
  self->trace = g_string_new (NULL);
  self->broken = g_string_new (NULL);
  make_keys_cheap ();
  self->preload = make_preload ();
  self->port = g_strdup_printf ("%u", chaos_proxy_port (self->proxy));
  g_mutex_init (&self->host_mutex);
  subject->answer_ms = ANSWER_MS;
  subject->connect_ms = CONNECT_MS;
  subject->dialect = kind == CHAOS_WORLD_UNIONPAY ? "unionpay" : NULL;
  subject->shop_port = self->port;
  self->state = g_dir_make_tmp ("till-chaos-XXXXXX", NULL);
  self->marks = g_build_filename (self->state, "till", NULL);
  subject->state_home = self->state;
  subject_begin (subject, NULL);
  lead_line (self);
  self->control_path = g_build_filename (subject->dir, "control", NULL);
  self->journal_path = g_build_filename (subject->dir, "journal", NULL);
  self->full_path = g_build_filename (subject->dir, "full", NULL);
  self->note_path = g_build_filename (subject->dir, "note", NULL);
  self->durable = g_build_filename (subject->dir, "durable", NULL);
  self->copy = g_build_filename (subject->dir, "copy", NULL);
  self->state_of_copy = g_build_filename (subject->dir, "state-of-copy", NULL);
  self->past = g_build_filename (subject->dir, "past", NULL);
  self->control = map_control (self->control_path);
  self->tally.counts[CHAOS_WORLDS] = 1;
}

void
chaos_world_end (ChaosWorld *self)
{
  subject_end (&self->subject);
  chaos_proxy_free (self->proxy);
  munmap (self->control, sizeof (ChaosControl));
  g_rand_free (self->random);
  g_ptr_array_unref (self->asked);
  g_string_free (self->trace, TRUE);
  g_string_free (self->broken, TRUE);
  g_mutex_clear (&self->host_mutex);
  g_free (self->preload);
  g_free (self->port);
  g_free (self->control_path);
  g_free (self->journal_path);
  g_free (self->full_path);
  g_free (self->note_path);
  g_free (self->durable);
  g_free (self->copy);
  g_free (self->state_of_copy);
  g_free (self->past);
  g_free (self->former);
  subject_remove_tree (self->state);
  g_free (self->state);
  g_free (self->marks);
}

/* ---- the acquirer ---- */

void
chaos_world_start_host (ChaosWorld *self, const char *fault)
{
  g_mutex_lock (&self->host_mutex);
  if (self->subject.host != NULL)
    subject_stop_host (&self->subject, fault != NULL ? SIGKILL : SIGTERM);
  self->subject.seed = 1 + (self->seed * SEED_STRIDE + self->hosts++) % G_MAXINT32;
  subject_start_host (&self->subject, fault);
  lead_line (self);
  self->host_is_down = FALSE;
  g_mutex_unlock (&self->host_mutex);
  self->tally.counts[CHAOS_HOST_FAULTY] += fault != NULL ? 1 : 0;
}

void
chaos_world_kill_host (ChaosWorld *self)
{
  g_mutex_lock (&self->host_mutex);
  if (self->subject.host != NULL && !self->host_is_down)
    {
      g_subprocess_force_exit (self->subject.host);
      self->host_is_down = TRUE;
      self->tally.counts[CHAOS_HOST_KILLS]++;
    }
  g_mutex_unlock (&self->host_mutex);
}

/* ---- the till ---- */

gint64
chaos_world_new_amount (ChaosWorld *self)
{
  gint64 amount_minor = self->next_minor++;

  return g_rand_int_range (self->random, 0, 20) == 0 ? AMOUNT_LARGE + amount_minor : amount_minor;
}

/* What it said is kept in `asked`, which becomes the world's. FALSE: it died. */
static gboolean
ask (ChaosWorld *self, const char *how, const ChaosAsked *wish)
{
  g_autofree char *command = g_strdup_printf ("%s %" G_GINT64_FORMAT, how, wish->amount_minor);
  ChaosAsked *asked = g_memdup2 (wish, sizeof *wish);
  g_autofree char *answer = NULL;

  g_ptr_array_add (self->asked, asked);
  answer = subject_ask (&self->subject, command);
  chaos_world_note (self, "  %s: %s", command, answer != NULL ? answer : "(dead)");
  if (answer != NULL
      && (g_str_has_prefix (answer, "sold ") || g_str_has_prefix (answer, "gave ")
          || g_str_has_prefix (answer, "withdrew ") || g_str_has_prefix (answer, "withdrew-here ")
          || g_str_has_prefix (answer, "held ")))
    {
      asked->told = g_strdup (strchr (answer, ' ') + 1);
      asked->warned = g_str_has_prefix (answer, "withdrew-here ");
    }
  else if (answer != NULL && !g_str_has_prefix (answer, "refused ")
           && !g_str_has_prefix (answer, "not "))
    chaos_world_blame (self, "“%s” was answered by “%s”", command, answer);
  return answer != NULL;
}

gboolean
chaos_world_sell (ChaosWorld *self, gboolean card, gint64 amount_minor)
{
  self->tally.counts[CHAOS_SALES]++;
  return ask (self, card ? "card" : "cash",
              &(ChaosAsked){ .amount_minor = amount_minor, .card = card });
}

static ChaosAsked *
pick (ChaosWorld *self, gboolean hold, guint32 which)
{
  g_autoptr (GPtrArray) sales = g_ptr_array_new ();

  for (guint i = self->asked->len; i > 0 && sales->len < NEWEST; i--)
    {
      ChaosAsked *asked = self->asked->pdata[i - 1];

      if (!asked->back && asked->hold == hold && (!hold || asked->told != NULL))
        g_ptr_array_add (sales, asked);
    }
  return sales->len > 0 ? sales->pdata[which % sales->len] : NULL;
}

gboolean
chaos_world_give_back (ChaosWorld *self, const char *how, guint32 which)
{
  ChaosAsked *sale = pick (self, FALSE, which);

  if (sale == NULL)
    return TRUE;
  sale->withdrawn = sale->withdrawn || g_str_equal (how, "void");
  self->tally.counts[CHAOS_BACKS_ASKED]++;
  return ask (
      self, how,
      &(ChaosAsked){ .amount_minor = sale->amount_minor, .card = sale->card, .back = TRUE });
}

gboolean
chaos_world_hold (ChaosWorld *self, gint64 amount_minor)
{
  self->tally.counts[CHAOS_HOLDS_ASKED]++;
  return ask (self, "hold",
              &(ChaosAsked){ .amount_minor = amount_minor, .card = TRUE, .hold = TRUE });
}

/* Books that were put back forgot what was done with this hold, its paper didn't: a cashier who did
 * it again would make an advice that the host refuses, and that only people can sort out. */
static gboolean
has_forgotten_end (ChaosWorld *self, const ChaosAsked *hold)
{
  for (guint i = 0; i < self->asked->len; i++)
    {
      const ChaosAsked *asked = self->asked->pdata[i];

      if (asked->hold && asked->back && asked->forgotten
          && asked->amount_minor == hold->amount_minor)
        return TRUE;
    }
  return FALSE;
}

gboolean
chaos_world_end_hold (ChaosWorld *self, const char *how, guint32 which)
{
  ChaosAsked *hold = pick (self, TRUE, which);

  if (hold == NULL || has_forgotten_end (self, hold))
    return TRUE;
  self->tally.counts[CHAOS_HOLDS_ASKED]++;
  return ask (self, how,
              &(ChaosAsked){
                  .amount_minor = hold->amount_minor, .card = TRUE, .hold = TRUE, .back = TRUE });
}

int
chaos_world_command (ChaosWorld *self, char **out_printed, const char *const *words)
{
  g_autofree char *program = base_data_find_program ("till-cli");
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *printed = NULL;

  g_assert_nonnull (program);
  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (gpointer) "--data-dir");
  g_ptr_array_add (argv, self->subject.shop);
  g_ptr_array_add (argv, (gpointer) "--passphrase-file");
  g_ptr_array_add (argv, self->subject.passphrase);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)words[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_setenv (launcher, "XDG_STATE_HOME", self->state, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, NULL);
  g_assert_nonnull (process);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &printed, NULL, NULL);
  g_assert_true (g_subprocess_get_if_exited (process));
  chaos_world_note (self, "  %s %s: %d %s", words[0], words[1],
                    g_subprocess_get_exit_status (process), g_strchomp (printed));
  if (out_printed != NULL)
    *out_printed = g_steal_pointer (&printed);
  return g_subprocess_get_exit_status (process);
}

gboolean
chaos_world_open (ChaosWorld *self)
{
  g_autofree char *opened = NULL;

  self->subject.environment = NULL;
  opened = subject_open (&self->subject);
  if (g_strcmp0 (opened, "opened") == 0)
    return TRUE;
  chaos_world_blame (self, "The shop doesn't open: %s", opened != NULL ? opened : "(dead)");
  (void)subject_close (&self->subject);
  return FALSE;
}

static void
verify (ChaosWorld *self, const char *when)
{
  g_autofree char *verified = subject_ask (&self->subject, "verify");

  self->tally.counts[CHAOS_VERIFIED]++;
  if (verified == NULL || !g_pattern_match_simple ("records * 0\njournal whole", verified))
    chaos_world_blame (self, "%s, queue and journal verify: %s", when,
                       verified != NULL ? verified : "(dead)");
}

void
chaos_world_inspect (ChaosWorld *self)
{
  char *shop = self->subject.shop;

  chaos_disk_copy (shop, self->copy);
  self->subject.state_home = self->state_of_copy;
  self->subject.shop = self->copy;
  if (chaos_world_open (self))
    {
      verify (self, "After a life");
      if (subject_close (&self->subject) != 0)
        chaos_world_blame (self, "The copy doesn't close");
    }
  self->subject.shop = shop;
  self->subject.state_home = self->state;
}

/* ---- the end ---- */

void
chaos_world_drain (ChaosWorld *self)
{
  for (guint i = 0; i < DRAINS_MAX; i++)
    {
      g_autofree char *drained = subject_ask (&self->subject, "drain");

      chaos_world_note (self, "  drain: %s", drained != NULL ? drained : "(dead)");
      if (drained == NULL || strcmp (drained, "empty") == 0)
        return;
      g_usleep (100000);
    }
}

static void
settle (ChaosWorld *self)
{
  for (guint i = 0; i < SETTLES_MAX; i++)
    {
      g_autofree char *settled = subject_ask (&self->subject, "settle");

      chaos_world_note (self, "  settle: %s", settled != NULL ? settled : "(dead)");
      if (g_strcmp0 (settled, "settled") == 0)
        return;
      g_usleep (100000);
    }
  chaos_world_blame (self, "At the end the batch can't be settled");
}

static void
verify_by_command (ChaosWorld *self, const char *noun)
{
  g_autofree char *printed = NULL;

  self->tally.counts[CHAOS_VERIFIED]++;
  if (chaos_world_command (self, &printed, (const char *[]){ noun, "verify", NULL }) != 0)
    chaos_world_blame (self, "till-cli %s verify: %s", noun, printed);
}

static void
count (ChaosWorld *self, const ChaosVerdict *verdict)
{
  self->tally.counts[CHAOS_PAYMENTS] += verdict->payments;
  self->tally.counts[CHAOS_CHARGES] += verdict->charges;
  self->tally.counts[CHAOS_HOLDS] += verdict->holds;
  self->tally.counts[CHAOS_REVERSALS] += verdict->reversals;
  self->tally.counts[CHAOS_BACKS] += verdict->backs;
  self->tally.counts[CHAOS_BATCHES] += verdict->batches;
  self->tally.counts[CHAOS_ASIDE] += verdict->aside;
}

void
chaos_world_calm (ChaosWorld *self)
{
  *self->control = (ChaosControl){ 0 };
  chaos_proxy_trouble (self->proxy, 0, 0);
  chaos_proxy_plug (self->proxy, TRUE);
  chaos_world_start_host (self, NULL);
}

void
chaos_world_settle (ChaosWorld *self, ChaosVerdict *out_verdict)
{
  g_autofree char *books = NULL;
  g_autofree char *queue = NULL;
  g_autofree char *batches = NULL;
  g_autofree char *former = NULL;
  gboolean old = self->latest_us - self->earliest_us > OLD_US;

  chaos_world_calm (self);
  if (self->kind == CHAOS_WORLD_PUT_BACK)
    chaos_past_end (self);
  if (self->kind == CHAOS_WORLD_HAND_OVER)
    former = chaos_heir_end (self);
  if (chaos_world_open (self))
    {
      chaos_world_drain (self);
      settle (self);
      books = subject_ask (&self->subject, "books");
      queue = subject_ask (&self->subject, "queue");
      batches = subject_ask (&self->subject, "batches");
      chaos_world_note (self, "%s", batches);
      verify (self, "At the end");
      if (subject_close (&self->subject) != 0)
        chaos_world_blame (self, "The till ends with a fault");
      verify_by_command (self, "queue");
      verify_by_command (self, "journal");
    }
  chaos_judge (out_verdict, self->subject.ledger,
               &(ChaosBooks){ .books = books != NULL ? books : "",
                              .queue = queue != NULL ? queue : "",
                              .former = former,
                              .batches = batches != NULL && former == NULL ? batches : "" },
               self->asked, old);
  count (self, out_verdict);
}

static void
sum_up (ChaosWorld *self, ChaosTally *tally)
{
  guint hits[CHAOS_LINE_COUNT];

  chaos_proxy_hits (self->proxy, hits);
  for (guint i = CHAOS_LINE_GOOD + 1; i < CHAOS_LINE_COUNT; i++)
    self->tally.counts[CHAOS_LINE_BREAKS] += hits[i];
  for (guint i = 0; i < CHAOS_COUNTS; i++)
    tally->counts[i] += self->tally.counts[i];
}

gboolean
chaos_world_run (guint32 seed, guint lives, ChaosTally *tally, char **out_trace)
{
  g_auto (ChaosVerdict) verdict = { 0 };
  ChaosWorld world;
  gboolean good;

  chaos_world_begin (&world, seed, chaos_world_kind (seed));
  for (guint i = 0; i < lives; i++)
    {
      if (world.kind == CHAOS_WORLD_PUT_BACK)
        chaos_past_turn (&world, i, lives);
      if (world.kind == CHAOS_WORLD_HAND_OVER)
        chaos_heir_turn (&world, i, lives);
      chaos_life_live (&world, i);
    }
  chaos_world_note (&world, "the end");
  chaos_world_settle (&world, &verdict);
  sum_up (&world, tally);
  good = chaos_verdict_is_good (&verdict) && world.broken->len == 0;
  *out_trace = g_strdup_printf (
      "%s%s%sseed %u: lost %u, doubled %u, wrong amount %u, unknown or waiting %u%s\n",
      world.trace->str, world.broken->str, verdict.findings->str, seed, verdict.lost,
      verdict.doubled, verdict.wrong, verdict.open,
      world.broken->len > 0 ? ", and a till that is broken" : "");
  chaos_world_end (&world);
  return good;
}
