/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop in a folder of its own that a scene drives through the built programs, as a script would:
 * till-cli, till-acquirer and till-usb-bench. What a run printed and how it ended is kept; a run
 * that takes too long is a failed assertion.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *dir;  /* holds everything */
  char *data; /* the shop */
  char *pass; /* the passphrase file */
  char *tls, *ledger;
  const char *profile;
  gboolean next_key;  /* the acquirer's next start: with the terminals' next key */
  const char *faults; /* the same: as "bad-mac=1"; NULL: none */
  const char *demand; /* of the acquirer when it is started next; NULL: none */
  guint16 port;       /* of the acquirer, the same after a restart */
  GPid acquirer;      /* 0: the line is cut */
  int exit_code;      /* of the last run */
  char *out, *err;
  JsonNode *json; /* of `out`, when it is JSON */
} CliScene;

/* Starts an acquirer and sets the shop up with it and two products, 111 (1.50) and 222 (2.25). */
void cli_scene_open (CliScene *self);
/* The same with another of the shipped profiles, at both ends. */
void cli_scene_open_for (CliScene *self, const char *profile);
/* A folder and a passphrase file, no more. */
void cli_scene_open_empty (CliScene *self);
void cli_scene_clear (CliScene *self);
/* Stops the acquirer's process, or starts it again on its port, keys and ledger. */
void cli_scene_set_line (CliScene *self, gboolean up);

/* till-cli with the shop's folder and passphrase and `words`, split at blanks; the end in
 * exit_code. */
void cli_scene_run (CliScene *self, const char *words);
/* The same with --json; the document is then in `json`, and a failed assertion when it is none. */
void cli_scene_run_json (CliScene *self, const char *words);
/* The same; fails unless it ends so and says that, on whichever output (NULL: whatever it says). */
void cli_scene_must (CliScene *self, const char *words, int exit_code, const char *said);
/* The same around emulated devices: `bench` are options of till-usb-bench. */
void cli_scene_run_on (CliScene *self, const char *bench, const char *words);
/* Exactly these words: no folder, no passphrase. */
void cli_scene_run_bare (CliScene *self, const char *words);

/* The same on a terminal of its own: `dialogue` is pairs of a piece of what the program says and of
 * what is typed then, ended by NULL. All that could be seen is in `out`. An exit_code above 128 is
 * a signal. */
void cli_scene_run_tty (CliScene *self, const char *words, const char *const *dialogue);

/* A file in the scene's folder. Yours. */
char *cli_scene_file (CliScene *self, const char *name, const char *text);
/* The member of the last document at a path such as "payments.0.state"; NULL where there is none.
 */
JsonNode *cli_scene_at (CliScene *self, const char *path);
const char *cli_scene_text (CliScene *self, const char *path);
gint64 cli_scene_number (CliScene *self, const char *path);
/* Lines of the acquirer's ledger with this effect, and their sum. */
guint cli_scene_ledger (CliScene *self, const char *effect, gint64 *out_minor);

G_END_DECLS
