/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

struct _AcquirerLedger
{
  int fd;            /* -1: memory only */
  int tombstones_fd; /* -1: memory only */
  guint count;
  GHashTable *lines;     /* identity → AcquirerLine */
  GHashTable *reversed;  /* identities */
  GHashTable *buried;    /* identity → its payment's key */
  GHashTable *voided;    /* identity → that of its newest void */
  GHashTable *refunded;  /* identity → gint64, the sum */
  GHashTable *captured;  /* identity of a hold → that of its newest capture */
  GHashTable *closed;    /* identity → number of the batch in which it counted */
  GHashTable *counted;   /* card and count → identity */
  GHashTable *highest;   /* card → its highest count */
  GHashTable *terminals; /* name → Terminal */
};

/* A terminal's batch. */
typedef struct
{
  GPtrArray *open; /* identities in order; one that came twice is there twice */
  guint32 closed;
  AcquirerTotals totals;
  char *result;
} Terminal;

typedef gboolean (*LineReader) (AcquirerLedger *self, JsonObject *object);

static const char *const effect_names[] = {
  [ACQUIRER_EFFECT_CHARGE] = "charge",   [ACQUIRER_EFFECT_ADVICE] = "advice",
  [ACQUIRER_EFFECT_DECLINE] = "decline", [ACQUIRER_EFFECT_REVERSAL] = "reversal",
  [ACQUIRER_EFFECT_VOID] = "void",       [ACQUIRER_EFFECT_REFUND] = "refund",
  [ACQUIRER_EFFECT_HOLD] = "hold",       [ACQUIRER_EFFECT_CAPTURE] = "capture",
  [ACQUIRER_EFFECT_NOTICE] = "notice",   [ACQUIRER_EFFECT_SETTLE] = "settle",
};

static const char *const proof_names[] = {
  [ACQUIRER_CHIP_NONE] = "",
  [ACQUIRER_CHIP_GOOD] = "good",
  [ACQUIRER_CHIP_WRONG] = "wrong",
  [ACQUIRER_CHIP_REPEATED] = "repeated",
};

static char *
identity (const char *terminal, guint32 batch, guint32 stan)
{
  return g_strdup_printf ("%s/%u/%u", terminal, batch, stan);
}

void
acquirer_ledger_free (AcquirerLedger *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    {
      (void)fdatasync (self->fd);
      close (self->fd);
    }
  if (self->tombstones_fd >= 0)
    {
      (void)fdatasync (self->tombstones_fd);
      close (self->tombstones_fd);
    }
  g_hash_table_unref (self->lines);
  g_hash_table_unref (self->reversed);
  g_hash_table_unref (self->buried);
  g_hash_table_unref (self->voided);
  g_hash_table_unref (self->refunded);
  g_hash_table_unref (self->captured);
  g_hash_table_unref (self->closed);
  g_hash_table_unref (self->counted);
  g_hash_table_unref (self->highest);
  g_hash_table_unref (self->terminals);
  g_free (self);
}

/* ---- Batches ---- */

static void
terminal_free (gpointer data)
{
  Terminal *self = data;

  g_ptr_array_unref (self->open);
  g_free (self->result);
  g_free (self);
}

static Terminal *
terminal_of (AcquirerLedger *self, const char *name)
{
  Terminal *terminal = g_hash_table_lookup (self->terminals, name);

  if (terminal == NULL)
    {
      terminal = g_new0 (Terminal, 1);
      terminal->open = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (self->terminals, g_strdup (name), terminal);
    }
  return terminal;
}

gint
acquirer_ledger_sign (AcquirerEffect effect)
{
  switch (effect)
    {
    case ACQUIRER_EFFECT_CHARGE:
    case ACQUIRER_EFFECT_ADVICE:
    case ACQUIRER_EFFECT_CAPTURE:
      return 1;
    case ACQUIRER_EFFECT_VOID:
    case ACQUIRER_EFFECT_REFUND:
      return -1;
    case ACQUIRER_EFFECT_DECLINE:
    case ACQUIRER_EFFECT_REVERSAL:
    case ACQUIRER_EFFECT_HOLD:
    case ACQUIRER_EFFECT_NOTICE:
    case ACQUIRER_EFFECT_SETTLE:
      return 0;
    }
  g_assert_not_reached ();
}

/* What undoes a hold gives nothing back: nothing was charged. */
static gboolean
counts (const AcquirerLedger *self, const AcquirerLine *line)
{
  const AcquirerLine *original
      = line->effect == ACQUIRER_EFFECT_VOID
            ? acquirer_ledger_find (self, line->terminal, line->original_batch, line->original_stan)
            : NULL;

  return acquirer_ledger_sign (line->effect) != 0
         && (original == NULL || original->effect != ACQUIRER_EFFECT_HOLD);
}

GPtrArray *
acquirer_ledger_batch (const AcquirerLedger *self, const char *terminal)
{
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  const Terminal *found = g_hash_table_lookup (self->terminals, terminal);
  GPtrArray *lines = g_ptr_array_new ();

  for (guint i = 0; found != NULL && i < found->open->len; i++)
    {
      char *id = found->open->pdata[i];
      AcquirerLine *line = g_hash_table_lookup (self->lines, id);

      if (line != NULL && counts (self, line) && !g_hash_table_contains (self->reversed, id)
          && g_hash_table_add (told, id))
        g_ptr_array_add (lines, line);
    }
  return lines;
}

void
acquirer_ledger_count_batch (const AcquirerLedger *self,
                             const char *terminal,
                             AcquirerTotals *out_totals)
{
  g_autoptr (GPtrArray) lines = acquirer_ledger_batch (self, terminal);

  *out_totals = (AcquirerTotals){ 0 };
  for (guint i = 0; i < lines->len; i++)
    {
      const AcquirerLine *line = lines->pdata[i];
      gboolean credit = acquirer_ledger_sign (line->effect) < 0;

      *(credit ? &out_totals->credit_count : &out_totals->debit_count) += 1;
      *(credit ? &out_totals->credit_minor : &out_totals->debit_minor) += line->amount_minor;
    }
}

gboolean
acquirer_ledger_counted_before (const AcquirerLedger *self, const AcquirerLine *line, guint32 batch)
{
  g_autofree char *id = identity (line->terminal, line->batch, line->stan);
  guint32 closed = GPOINTER_TO_UINT (g_hash_table_lookup (self->closed, id));

  return closed != 0 && closed != batch;
}

AcquirerSettled
acquirer_ledger_settled (const AcquirerLedger *self, const char *terminal)
{
  const Terminal *found = g_hash_table_lookup (self->terminals, terminal);

  if (found == NULL || found->closed == 0)
    return (AcquirerSettled){ .result = "" };
  return (AcquirerSettled){ found->closed, found->totals, found->result };
}

static void
remember_settled (AcquirerLedger *self,
                  const AcquirerLine *line,
                  const AcquirerTotals *totals,
                  const char *result)
{
  Terminal *terminal = terminal_of (self, line->terminal);

  self->count++;
  for (guint i = 0; i < terminal->open->len; i++)
    g_hash_table_insert (self->closed, g_strdup (terminal->open->pdata[i]),
                         GUINT_TO_POINTER (line->batch));
  g_ptr_array_set_size (terminal->open, 0);
  terminal->closed = line->batch;
  terminal->totals = *totals;
  g_free (terminal->result);
  terminal->result = g_strdup (result);
}

/* ---- Memory ---- */

static void
remember_refund (AcquirerLedger *self, const AcquirerLine *line)
{
  gint64 sum = line->amount_minor
               + acquirer_ledger_refunded (self, line->terminal, line->original_batch,
                                           line->original_stan);

  g_hash_table_replace (self->refunded,
                        identity (line->terminal, line->original_batch, line->original_stan),
                        g_memdup2 (&sum, sizeof sum));
}

static char *
count_name (const char *card, guint counter)
{
  return g_strdup_printf ("%s/%u", card, counter);
}

static void
remember_count (AcquirerLedger *self, const AcquirerLine *line, const char *id)
{
  g_hash_table_replace (self->counted, count_name (line->card, line->counter), g_strdup (id));
  if (line->counter > acquirer_ledger_highest (self, line->card))
    g_hash_table_replace (self->highest, g_strdup (line->card), GUINT_TO_POINTER (line->counter));
}

static void
remember (AcquirerLedger *self, const AcquirerLine *line)
{
  char *id = identity (line->terminal, line->batch, line->stan);

  self->count++;
  if (acquirer_ledger_sign (line->effect) != 0)
    g_ptr_array_add (terminal_of (self, line->terminal)->open, g_strdup (id));
  if (line->effect == ACQUIRER_EFFECT_REFUND)
    remember_refund (self, line);
  if (line->effect == ACQUIRER_EFFECT_VOID)
    g_hash_table_replace (self->voided,
                          identity (line->terminal, line->original_batch, line->original_stan),
                          g_strdup (id));
  if (line->effect == ACQUIRER_EFFECT_CAPTURE)
    g_hash_table_replace (self->captured,
                          identity (line->terminal, line->original_batch, line->original_stan),
                          g_strdup (id));
  if (line->proof == ACQUIRER_CHIP_GOOD)
    remember_count (self, line, id);
  if (line->effect == ACQUIRER_EFFECT_REVERSAL)
    g_hash_table_add (self->reversed, id);
  else
    g_hash_table_replace (self->lines, id, g_memdup2 (line, sizeof *line));
}

const AcquirerLine *
acquirer_ledger_find (const AcquirerLedger *self, const char *terminal, guint32 batch, guint32 stan)
{
  g_autofree char *id = identity (terminal, batch, stan);

  return g_hash_table_lookup (self->lines, id);
}

gboolean
acquirer_ledger_is_reversed (const AcquirerLedger *self,
                             const char *terminal,
                             guint32 batch,
                             guint32 stan)
{
  g_autofree char *id = identity (terminal, batch, stan);

  return g_hash_table_contains (self->reversed, id);
}

gboolean
acquirer_ledger_is_buried (const AcquirerLedger *self,
                           const char *terminal,
                           guint32 batch,
                           guint32 stan)
{
  g_autofree char *id = identity (terminal, batch, stan);

  return g_hash_table_contains (self->buried, id);
}

const char *
acquirer_ledger_owner (const AcquirerLedger *self,
                       const char *terminal,
                       guint32 batch,
                       guint32 stan)
{
  const AcquirerLine *line = acquirer_ledger_find (self, terminal, batch, stan);
  g_autofree char *id = identity (terminal, batch, stan);
  const char *buried = g_hash_table_lookup (self->buried, id);

  return line != NULL ? line->key : buried != NULL ? buried : "";
}

gboolean
acquirer_ledger_is_voided (const AcquirerLedger *self,
                           const char *terminal,
                           guint32 batch,
                           guint32 stan)
{
  g_autofree char *id = identity (terminal, batch, stan);
  const char *by = g_hash_table_lookup (self->voided, id);

  return by != NULL && !g_hash_table_contains (self->reversed, by);
}

gint64
acquirer_ledger_refunded (const AcquirerLedger *self,
                          const char *terminal,
                          guint32 batch,
                          guint32 stan)
{
  g_autofree char *id = identity (terminal, batch, stan);
  const gint64 *sum = g_hash_table_lookup (self->refunded, id);

  return sum != NULL ? *sum : 0;
}

const AcquirerLine *
acquirer_ledger_captured (const AcquirerLedger *self,
                          const char *terminal,
                          guint32 batch,
                          guint32 stan)
{
  g_autofree char *id = identity (terminal, batch, stan);
  const char *by = g_hash_table_lookup (self->captured, id);
  const AcquirerLine *line = by != NULL ? g_hash_table_lookup (self->lines, by) : NULL;

  return line != NULL && !g_hash_table_contains (self->reversed, by)
                 && !acquirer_ledger_is_voided (self, line->terminal, line->batch, line->stan)
             ? line
             : NULL;
}

const AcquirerLine *
acquirer_ledger_counted (const AcquirerLedger *self, const char *card, guint counter)
{
  g_autofree char *name = count_name (card, counter);
  const char *id = g_hash_table_lookup (self->counted, name);

  return id != NULL ? g_hash_table_lookup (self->lines, id) : NULL;
}

guint
acquirer_ledger_highest (const AcquirerLedger *self, const char *card)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->highest, card));
}

guint
acquirer_ledger_count (const AcquirerLedger *self)
{
  return self->count;
}

/* ---- Reading ---- */

static gboolean
get_text (JsonObject *object, const char *name, char *out, gsize size)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *text
      = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

  return text != NULL && g_strlcpy (out, text, size) < size;
}

static gboolean
get_number (JsonObject *object, const char *name, gint64 maximum, gint64 *out_value)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *out_value = json_node_get_int (node);
  return *out_value >= 0 && *out_value <= maximum;
}

static gboolean
get_identity (JsonObject *object, char *out_terminal, guint32 *out_batch, guint32 *out_stan)
{
  gint64 batch, stan;

  if (!get_text (object, "terminal", out_terminal, 9)
      || !get_number (object, "batch", 999999, &batch)
      || !get_number (object, "stan", 999999, &stan))
    return FALSE;
  *out_batch = (guint32)batch;
  *out_stan = (guint32)stan;
  return TRUE;
}

static gboolean
get_effect (JsonObject *object, AcquirerEffect *out_effect)
{
  char name[16];

  for (guint i = 0;
       get_text (object, "effect", name, sizeof name) && i < G_N_ELEMENTS (effect_names); i++)
    if (strcmp (effect_names[i], name) == 0)
      {
        *out_effect = (AcquirerEffect)i;
        return TRUE;
      }
  return FALSE;
}

/* Whether its line has a second identity: of a void its own, else that of what it is about. */
static gboolean
has_second (AcquirerEffect effect)
{
  return effect == ACQUIRER_EFFECT_VOID || effect == ACQUIRER_EFFECT_REFUND
         || effect == ACQUIRER_EFFECT_CAPTURE || effect == ACQUIRER_EFFECT_NOTICE;
}

static gboolean
get_second (JsonObject *object, AcquirerLine *line)
{
  gboolean is_void = line->effect == ACQUIRER_EFFECT_VOID;
  gint64 batch, stan;

  if (!has_second (line->effect))
    return TRUE;
  if (!get_number (object, is_void ? "by_batch" : "original_batch", 999999, &batch)
      || !get_number (object, is_void ? "by_stan" : "original_stan", 999999, &stan))
    return FALSE;
  line->original_batch = is_void ? line->batch : (guint32)batch;
  line->original_stan = is_void ? line->stan : (guint32)stan;
  if (is_void)
    {
      line->batch = (guint32)batch;
      line->stan = (guint32)stan;
    }
  return TRUE;
}

/* No member of it: no chip. */
static gboolean
get_chip (JsonObject *object, AcquirerLine *line)
{
  char proof[16] = "";
  gint64 counter = 0;
  guint i = 0;

  if (!json_object_has_member (object, "proof"))
    return TRUE;
  if (!get_text (object, "card", line->card, sizeof line->card)
      || !get_number (object, "counter", G_MAXUINT16, &counter)
      || !get_text (object, "proof", proof, sizeof proof))
    return FALSE;
  while (i < G_N_ELEMENTS (proof_names) && strcmp (proof_names[i], proof) != 0)
    i++;
  line->counter = (guint)counter;
  line->proof = (AcquirerChipProof)i;
  return i > ACQUIRER_CHIP_NONE && i < G_N_ELEMENTS (proof_names);
}

static gboolean
read_settled (AcquirerLedger *self, JsonObject *object, const AcquirerLine *line)
{
  static const char *const names[]
      = { "debit_count", "debit_minor", "credit_count", "credit_minor" };
  g_autofree char *result = g_malloc0 (ACQUIRER_LEDGER_RESULT_MAX);
  AcquirerTotals totals;
  gint64 numbers[4];

  for (guint i = 0; i < 4; i++)
    if (!get_number (object, names[i], i % 2 == 0 ? G_MAXUINT : G_MAXINT64, &numbers[i]))
      return FALSE;
  if (!get_text (object, "result", result, ACQUIRER_LEDGER_RESULT_MAX))
    return FALSE;
  totals = (AcquirerTotals){ (guint)numbers[0], numbers[1], (guint)numbers[2], numbers[3] };
  remember_settled (self, line, &totals, result);
  return TRUE;
}

static gboolean
read_line (AcquirerLedger *self, JsonObject *object)
{
  AcquirerLine line = { 0 };

  if (!get_effect (object, &line.effect)
      || !get_identity (object, line.terminal, &line.batch, &line.stan)
      || !get_number (object, "amount_minor", G_MAXINT64, &line.amount_minor)
      || !get_text (object, "currency", line.currency, sizeof line.currency)
      || !get_text (object, "masked_pan", line.masked_pan, sizeof line.masked_pan)
      || !get_text (object, "key", line.key, sizeof line.key)
      || !get_text (object, "code", line.code, sizeof line.code)
      || !get_text (object, "reference", line.reference, sizeof line.reference)
      || !get_text (object, "authorisation", line.authorisation, sizeof line.authorisation)
      || !get_text (object, "reason", line.reason, sizeof line.reason)
      || !get_text (object, "date", line.date, sizeof line.date) || !get_second (object, &line)
      || !get_chip (object, &line))
    return FALSE;
  if (line.effect == ACQUIRER_EFFECT_SETTLE)
    return read_settled (self, object, &line);
  remember (self, &line);
  return TRUE;
}

static gboolean
read_tombstone (AcquirerLedger *self, JsonObject *object)
{
  char terminal[9], key[sizeof ((AcquirerLine *)NULL)->key];
  guint32 batch, stan;

  if (!get_identity (object, terminal, &batch, &stan))
    return FALSE;
  if (!get_text (object, "key", key, sizeof key)) /* an old one names none */
    key[0] = '\0';
  g_hash_table_replace (self->buried, identity (terminal, batch, stan), g_strdup (key));
  return TRUE;
}

static gboolean
read_text (AcquirerLedger *self,
           const char *path,
           const char *text,
           LineReader reader,
           GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (JsonParser) parser = json_parser_new ();

  /* What follows the last newline is empty, or what a crash cut short. */
  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
    {
      JsonNode *root = NULL;

      if (strlen (lines[i]) <= ACQUIRER_LEDGER_LINE_MAX
          && json_parser_load_from_data (parser, lines[i], -1, NULL))
        root = json_parser_get_root (parser);
      if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)
          || !reader (self, json_node_get_object (root)))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: line %u can't be read",
                       path, i + 1);
          return FALSE;
        }
    }
  return TRUE;
}

/* Opens for appending behind the last whole line; -1 with an error. */
static int
open_file (AcquirerLedger *self, const char *path, LineReader reader, GError **error)
{
  g_autofree char *text = NULL;
  const char *end = NULL;
  int fd;

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_get_contents (path, &text, NULL, error))
    return -1;
  if (text != NULL && !read_text (self, path, text, reader, error))
    return -1;
  fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (text != NULL)
    end = strrchr (text, '\n');
  if (fd < 0 || (text != NULL && ftruncate (fd, end != NULL ? end + 1 - text : 0) != 0))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
                   g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return -1;
    }
  return fd;
}

AcquirerLedger *
acquirer_ledger_open (const char *path, GError **error)
{
  g_autoptr (AcquirerLedger) self = g_new0 (AcquirerLedger, 1);
  g_autofree char *tombstones = g_strconcat (path != NULL ? path : "", ".tombstones", NULL);

  self->fd = -1;
  self->tombstones_fd = -1;
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->reversed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->buried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->voided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->refunded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->closed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->captured = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->counted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->highest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->terminals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, terminal_free);
  if (path == NULL)
    return g_steal_pointer (&self);
  self->fd = open_file (self, path, read_line, error);
  if (self->fd < 0)
    return NULL;
  self->tombstones_fd = open_file (self, tombstones, read_tombstone, error);
  return self->tombstones_fd >= 0 ? g_steal_pointer (&self) : NULL;
}

/* ---- Writing ---- */

/* The whole line in one write, so that a crash leaves at most a cut-off end; a full disk leaves
 * none. */
static gboolean
write_line (int fd, JsonBuilder *builder, GError **error)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *json = json_to_string (root, FALSE);
  g_autofree char *line = g_strconcat (json, "\n", NULL);
  gsize size = strlen (line);
  off_t end = fd >= 0 ? lseek (fd, 0, SEEK_END) : 0;
  gssize written = fd >= 0 ? write (fd, line, size) : (gssize)size;

  if (written == (gssize)size)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "The ledger can't be written: %s",
               written < 0 ? g_strerror (errno) : "no room for a whole line");
  if (written > 0 && ftruncate (fd, end) != 0)
    g_warning ("The ledger ends in half a line");
  return FALSE;
}

static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static void
add_number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_identity (JsonBuilder *builder, const char *terminal, guint32 batch, guint32 stan)
{
  add_text (builder, "terminal", terminal);
  add_number (builder, "batch", batch);
  add_number (builder, "stan", stan);
}

/* The identity of a void's line is that of what it undoes. */
static void
add_identities (JsonBuilder *builder, const AcquirerLine *line)
{
  gboolean is_void = line->effect == ACQUIRER_EFFECT_VOID;

  add_identity (builder, line->terminal, is_void ? line->original_batch : line->batch,
                is_void ? line->original_stan : line->stan);
  if (!has_second (line->effect))
    return;
  add_number (builder, is_void ? "by_batch" : "original_batch",
              is_void ? line->batch : line->original_batch);
  add_number (builder, is_void ? "by_stan" : "original_stan",
              is_void ? line->stan : line->original_stan);
}

/* All but the end of it. */
static JsonBuilder *
begin_line (const AcquirerLine *line)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_text (builder, "effect", effect_names[line->effect]);
  add_identities (builder, line);
  add_number (builder, "amount_minor", line->amount_minor);
  add_text (builder, "currency", line->currency);
  add_text (builder, "masked_pan", line->masked_pan);
  add_text (builder, "key", line->key);
  json_builder_set_member_name (builder, "repeat");
  json_builder_add_boolean_value (builder, line->repeat);
  add_text (builder, "code", line->code);
  add_text (builder, "reference", line->reference);
  add_text (builder, "authorisation", line->authorisation);
  add_text (builder, "reason", line->reason);
  add_text (builder, "date", line->date);
  if (line->proof != ACQUIRER_CHIP_NONE)
    {
      add_text (builder, "card", line->card);
      add_number (builder, "counter", line->counter);
      add_text (builder, "proof", proof_names[line->proof]);
    }
  return builder;
}

gboolean
acquirer_ledger_append (AcquirerLedger *self, const AcquirerLine *line, GError **error)
{
  g_autoptr (JsonBuilder) builder = begin_line (line);

  json_builder_end_object (builder);
  if (!write_line (self->fd, builder, error))
    return FALSE;
  remember (self, line);
  return TRUE;
}

gboolean
acquirer_ledger_settle (AcquirerLedger *self,
                        const AcquirerLine *line,
                        const AcquirerTotals *totals,
                        const char *result,
                        GError **error)
{
  AcquirerLine settled = *line;
  g_autoptr (JsonBuilder) builder = NULL;

  settled.effect = ACQUIRER_EFFECT_SETTLE;
  settled.amount_minor = totals->debit_minor;
  builder = begin_line (&settled);
  add_number (builder, "debit_count", totals->debit_count);
  add_number (builder, "debit_minor", totals->debit_minor);
  add_number (builder, "credit_count", totals->credit_count);
  add_number (builder, "credit_minor", totals->credit_minor);
  add_text (builder, "result", result);
  json_builder_end_object (builder);
  if (!write_line (self->fd, builder, error))
    return FALSE;
  remember_settled (self, &settled, totals, result);
  return TRUE;
}

gboolean
acquirer_ledger_bury (AcquirerLedger *self,
                      const char *terminal,
                      guint32 batch,
                      guint32 stan,
                      const char *key,
                      GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_identity (builder, terminal, batch, stan);
  add_text (builder, "key", key);
  json_builder_end_object (builder);
  if (!write_line (self->tombstones_fd, builder, error))
    return FALSE;
  g_hash_table_replace (self->buried, identity (terminal, batch, stan), g_strdup (key));
  return TRUE;
}
