/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One seed's world: a shop, an acquirer, the line between them, and a till that lives in it again
 * and again (chaos-life.h) until at last everything works and the books are judged. All that goes
 * on is written into its trace.
 */
#pragma once

#include "chaos-control.h"
#include "chaos-judge.h"
#include "chaos-proxy.h"
#include "chaos-tally.h"
#include "subject.h"

G_BEGIN_DECLS

/* What happens in a world besides: by its seed, each in turn. */
typedef enum
{
  CHAOS_WORLD_PLAIN,
  CHAOS_WORLD_UNIONPAY,  /* that dialect at both ends, and chip cards of the test's making */
  CHAOS_WORLD_PUT_BACK,  /* an older copy of its data is put back (chaos-past.h) */
  CHAOS_WORLD_HAND_OVER, /* another till takes over (chaos-heir.h) */
  CHAOS_WORLD_KINDS,
} ChaosWorldKind;

typedef struct
{
  guint32 seed;
  ChaosWorldKind kind;
  GRand *random; /* of the life that is being lived */
  guint hosts;   /* so far */
  Subject subject;
  ChaosProxy *proxy;
  ChaosControl *control;
  ChaosTally tally;
  GPtrArray *asked;  /* ChaosAsked */
  gint64 next_minor; /* the next sale's amount */
  guint kept;        /* how many had been asked for when the copy was made that is put back */
  GString *trace;
  GString *broken;               /* what went wrong besides the books; a line each */
  gint64 earliest_us, latest_us; /* how far the clock has ever been off */
  GMutex host_mutex;             /* of subject.host */
  gboolean host_is_down;
  char *preload, *port, *control_path, *journal_path, *full_path, *note_path, *durable, *copy,
      *state, *marks, *state_of_copy, *past,
      *former; /* the shop of a till that handed over; NULL */
} ChaosWorld;

void chaos_world_begin (ChaosWorld *self, guint32 seed, ChaosWorldKind kind);
void chaos_world_end (ChaosWorld *self);
ChaosWorldKind chaos_world_kind (guint32 seed);
void G_GNUC_PRINTF (2, 3) chaos_world_note (ChaosWorld *self, const char *format, ...);
void G_GNUC_PRINTF (2, 3) chaos_world_blame (ChaosWorld *self, const char *format, ...);

/* The acquirer: `fault` NULL for a good one. Kills the one there was. */
void chaos_world_start_host (ChaosWorld *self, const char *fault);
/* As if its machine had died. From any thread. */
void chaos_world_kill_host (ChaosWorld *self);

/* One sale of an amount that no other has; what the till said is kept, FALSE when it died. */
gboolean chaos_world_sell (ChaosWorld *self, gboolean card, gint64 amount_minor);
/* "void", "refund", "part" or "cashback" of a sale that was asked for before, `which` of the newest
 * ones; the same else. */
gboolean chaos_world_give_back (ChaosWorld *self, const char *how, guint32 which);
/* A hold of an amount that no other has; "complete", "release" or "uncomplete" of one that was
 * asked for before; the same else. */
gboolean chaos_world_hold (ChaosWorld *self, gint64 amount_minor);
gboolean chaos_world_end_hold (ChaosWorld *self, const char *how, guint32 which);
gint64 chaos_world_new_amount (ChaosWorld *self);
/* till-cli with the shop, as its owner would use it: its exit code. `out_printed`, both of its
 * outputs, may be NULL. `words` end with NULL. */
int chaos_world_command (ChaosWorld *self, char **out_printed, const char *const *words);
/* Opens it as it is, with nothing in the way. FALSE: it doesn't open. */
gboolean chaos_world_open (ChaosWorld *self);
/* A good line, a good host. */
void chaos_world_calm (ChaosWorld *self);
/* Whether queue and journal of what the last life left are whole: looks at a copy, so that the next
 * life still finds it as it is. */
void chaos_world_inspect (ChaosWorld *self);

/* By a line that is good, until nothing waits, or it has been tried long enough. */
void chaos_world_drain (ChaosWorld *self);
/* The end: a good line, a good host, a good disk, the right time. Drains, and judges. */
void chaos_world_settle (ChaosWorld *self, ChaosVerdict *out_verdict);
/* From the beginning to the end. TRUE when nothing at all was wrong; otherwise *out_trace says
 * what, and how it came. */
gboolean chaos_world_run (guint32 seed, guint lives, ChaosTally *tally, char **out_trace);

G_END_DECLS
