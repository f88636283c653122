/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder with an acquirer for practice, a shop and a shop-subject that works with it, each a
 * process of its own, driven by a test. What fails here fails the test.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SUBJECT_KEEP "TILL_TEST_KEEP" /* set: its folder is left for whoever wants to look */
#define SUBJECT_PASSPHRASE "quince-marmalade 58 lanterns"

typedef struct
{
  char *dir, *shop, *tls, *ledger, *profile, *passphrase, *log;
  char *port;
  GSubprocess *host;
  GSubprocess *process;
  GDataInputStream *answers;
  GString *noise; /* all that it printed; what went to standard error is in the log */
  /* To be set before subject_open(): what stands before the program, and what is in its
   * environment. */
  const char *const *wrapper;
  const char *const *environment; /* NAME, value, …, NULL */
  const char *devices;            /* "bench" unless set */
  /* To be set before subject_begin(): where the shop connects to, when not straight to the host,
   * which then takes a new port at each start; the profile's deadlines; the seed of the host's
   * faults. */
  const char *shop_port;
  const char *state_home; /* XDG_STATE_HOME of all its tills; may be set anew at any time */
  guint answer_ms, connect_ms, seed;
  const char *dialect; /* the shipped profile that both speak; NULL: sandbox */
  int signal;          /* that ended the last process; 0: none did */
} Subject;

/* Makes the folder, starts the host and makes the shop: in `disk`, or in the folder, too, where
 * that is NULL. */
void subject_begin (Subject *self, const char *disk);
void subject_end (Subject *self);

void subject_start_host (Subject *self, const char *fault);
/* By this signal. */
void subject_stop_host (Subject *self, int signal);

/* The answer to opening: "opened", or why not. A refused one has ended. */
char *subject_open (Subject *self);
/* The same in two steps; the second is subject_hear(). */
void subject_start (Subject *self);
/* One command, and its answer without the last line's end. NULL: it has ended. */
char *subject_ask (Subject *self, const char *command);
/* The same in two steps. */
gboolean subject_tell (Subject *self, const char *command);
char *subject_hear (Subject *self);
/* Fails the test unless the answer fits the pattern, or the shop opens. */
void subject_expect (Subject *self, const char *command, const char *pattern);
void subject_must_open (Subject *self);
/* Closes its input, or kills it; returns its exit code, or -1 where a signal ended it. */
int subject_close (Subject *self);
int subject_kill (Subject *self);

/* Lines of the ledger with this effect, and with this key unless that is NULL. */
guint subject_ledger_count (Subject *self, const char *effect, const char *key);
void subject_remove_tree (const char *path);

G_END_DECLS
