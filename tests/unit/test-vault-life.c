/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-life.h"

#include <string.h>

#define CELLS 6

/* The law's table of events, written down by hand from the specification and not from the table
 * file: whoever changes a row must change the law, too, and see what the model (tests/model) says
 * of it. In the order of the file: now, event, next state, the request's record, the reversal, the
 * receipt. */
static const char *const law[][CELLS] = {
  /* Nothing waits for an acquirer. */
  { "none", "cash-taken", "approved", "-", "-", "print" },
  /* The card wants to go online: sale so far, payment, attempt and sealed request, then the
     request. */
  { "none", "go-online", "sending", "open:online", "-", "-" },
  /* The chip approves at the first GENERATE AC: sale and advice. */
  { "none", "chip-approved", "chip-unsent", "open:chip", "-", "print" },
  /* Of a hold, of which no byte left: the acquirer approved it when it was held, and is told. */
  { "none", "completed-offline", "completed-unsent", "open:completion", "-", "print" },
  /* No line, or a reversal that is owed; deferral on and within its limits. */
  { "none", "deferred", "stored", "open:deferred", "-", "print" },
  /* A refund that is owed to the card: repeated unchanged until it is answered, never reversed. */
  { "none", "refund-asked", "stored", "open:refund", "-", "print" },
  { "none", "refused", "declined", "-", "-", "-" },
  { "none", "cancelled", "cancelled", "-", "-", "-" },
  /* Approved, MAC good. */
  { "sending", "answer-approved", "approved", "done", "-", "print" },
  /* Approved, but the card ends in AAC: declined, reversal owed. */
  { "sending", "approved-card-refused", "declined", "done", "owe", "-" },
  { "sending", "answer-declined", "declined", "done", "-", "-" },
  /* Any byte may have left: unknown, and the reversal in the same commit. */
  { "sending", "no-answer", "unknown", "done", "owe", "-" },
  { "sending", "found-at-start", "unknown", "done", "owe", "-" },
  /* No byte left: one of the three that follow. */
  { "sending", "never-sent", "not-sent", "done", "-", "-" },
  /* Found under way in a restored copy; a manager who asked the host says that its goods left. */
  { "sending", "charged-confirmed", "approved", "done", "-", "-" },
  { "not-sent", "completed-offline", "completed-unsent", "open:completion", "-", "print" },
  { "not-sent", "chip-approved", "chip-unsent", "open:chip", "-", "print" },
  { "not-sent", "deferred", "stored", "open:deferred", "-", "print" },
  { "not-sent", "refused", "declined", "-", "-", "-" },
  { "not-sent", "found-at-start", "declined", "-", "-", "-" },
  /* A reversal: acknowledged, called malformed, or met by the answer that came too late. */
  { "unknown", "reversal-acknowledged", "reversed", "-", "done", "-" },
  { "unknown", "reversal-malformed", "unknown", "-", "attention", "-" },
  { "unknown", "late-answer", "unknown", "-", "-", "-" },
  /* As from sending; the copy was found to be one only after its start owed the reversal. */
  { "unknown", "charged-confirmed", "approved", "-", "done", "-" },
  { "declined", "reversal-acknowledged", "declined", "-", "done", "-" },
  { "declined", "reversal-malformed", "declined", "-", "attention", "-" },
  { "cancelled", "reversal-acknowledged", "cancelled", "-", "done", "-" },
  { "cancelled", "reversal-malformed", "cancelled", "-", "attention", "-" },
  /* A chip's advice is repeated unchanged until it is acknowledged, for ever. */
  { "chip-unsent", "advice-acknowledged", "chip-sent", "done", "-", "-" },
  { "chip-unsent", "malformed", "chip-unsent", "attention", "-", "-" },
  { "completed-unsent", "advice-acknowledged", "completed-sent", "done", "-", "-" },
  { "completed-unsent", "malformed", "completed-unsent", "attention", "-", "-" },
  /* Stored: marked before it leaves, repeated under its identity, set aside, never dropped. */
  { "stored", "send", "stored-sending", "sending", "-", "-" },
  { "stored", "too-old", "stored", "attention", "-", "-" },
  /* Taken back by the cashier before it left here. Another copy of these books may have sent it. */
  { "stored", "withdrawn", "cancelled", "done", "owe", "-" },
  /* A restored copy: the host, asked, knows it already. */
  { "stored", "known-approved", "approved", "done", "-", "-" },
  { "stored", "known-declined", "declined", "done", "-", "-" },
  { "stored-sending", "answer-approved", "approved", "done", "-", "-" },
  { "stored-sending", "answer-declined", "declined", "done", "-", "-" },
  { "stored-sending", "send", "stored-sending", "sending", "-", "-" },
  { "stored-sending", "too-old", "stored-sending", "attention", "-", "-" },
  { "stored-sending", "malformed", "stored", "attention", "-", "-" },
  { "stored-sending", "never-sent", "stored", "waiting", "-", "-" },
  /* A host that doesn't know a request again: reversed, and asked for under a new identity. */
  { "stored-sending", "no-answer", "stored-reversing", "again:deferred", "owe", "-" },
  { "stored-sending", "known-approved", "approved", "done", "-", "-" },
  { "stored-sending", "known-declined", "declined", "done", "-", "-" },
  { "stored-reversing", "reversal-acknowledged", "stored", "-", "done", "-" },
  { "stored-reversing", "reversal-malformed", "stored-reversing", "attention", "attention", "-" },
  { "stored-reversing", "late-answer", "stored-reversing", "-", "-", "-" },
};

static GPtrArray *
read_table (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  g_autoptr (GError) error = NULL;

  g_file_get_contents (PAYMENT_LIFE_TSV, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '#' && lines[i][0] != '\0')
      {
        char **cells = g_strsplit (lines[i], "\t", -1);

        g_assert_cmpuint (g_strv_length (cells), ==, CELLS);
        g_ptr_array_add (rows, cells);
      }
  return rows;
}

static const char *
request_name (const VaultLifeRow *row)
{
  static const char *const names[]
      = { "-", "open:", "again:", "sending", "waiting", "done", "attention" };

  return names[row->request];
}

static void
check_row (const VaultLifeRow *row, const char *const *cells)
{
  static const char *const reversals[] = { "-", "owe", "done", "attention" };
  g_autofree char *opens
      = g_strconcat (request_name (row), vault_life_class_name (row->opens), NULL);
  gboolean makes = row->request == VAULT_REQUEST_OPEN || row->request == VAULT_REQUEST_AGAIN;

  g_assert_cmpstr (vault_life_state_name (row->now), ==, cells[0]);
  g_assert_cmpstr (vault_life_event_name (row->event), ==, cells[1]);
  g_assert_cmpstr (vault_life_state_name (row->next), ==, cells[2]);
  g_assert_cmpstr (makes ? opens : request_name (row), ==, cells[3]);
  g_assert_cmpstr (reversals[row->reversal], ==, cells[4]);
  g_assert_cmpint (row->prints, ==, strcmp (cells[5], "print") == 0);
}

static void
test_rows_are_the_law (void)
{
  const VaultLifeRow *rows;
  guint count;

  rows = vault_life_rows (&count);
  for (guint i = 0; i < MIN (count, G_N_ELEMENTS (law)); i++)
    check_row (&rows[i], law[i]);
  g_assert_cmpuint (count, ==, G_N_ELEMENTS (law));
}

static void
test_rows_are_the_table (void)
{
  g_autoptr (GPtrArray) table = read_table ();
  const VaultLifeRow *rows;
  guint count;

  rows = vault_life_rows (&count);
  g_assert_cmpuint (count, ==, table->len);
  for (guint i = 0; i < count; i++)
    check_row (&rows[i], table->pdata[i]);
}

static void
test_finds_each_row_and_no_other (void)
{
  const VaultLifeRow *rows;
  guint count, found = 0;

  rows = vault_life_rows (&count);
  for (guint state = 0; state < VAULT_STATE_COUNT; state++)
    for (guint event = 0; event < VAULT_EVENT_COUNT; event++)
      {
        const VaultLifeRow *row = vault_life_row (state, event);

        if (row == NULL)
          continue;
        g_assert_true (row >= rows && row < rows + count);
        g_assert_cmpint (row->now, ==, state);
        g_assert_cmpint (row->event, ==, event);
        found++;
      }
  g_assert_cmpuint (found, ==, count);
}

/* Money that may have moved is never forgotten: what was sent ends with an answer or with a
 * reversal that is owed. */
static void
test_nothing_sent_is_forgotten (void)
{
  const VaultLifeRow *rows;
  guint count;

  rows = vault_life_rows (&count);
  for (guint i = 0; i < count; i++)
    {
      if (rows[i].now == VAULT_STATE_SENDING && rows[i].next == VAULT_STATE_UNKNOWN)
        g_assert_cmpint (rows[i].reversal, ==, VAULT_REVERSAL_OWE);
      if (rows[i].next == VAULT_STATE_REVERSED)
        g_assert_cmpint (rows[i].reversal, ==, VAULT_REVERSAL_DONE);
      if (rows[i].next == VAULT_STATE_STORED || rows[i].next == VAULT_STATE_STORED_SENDING)
        g_assert_cmpint (rows[i].request, !=, VAULT_REQUEST_DONE);
      if (rows[i].event == VAULT_EVENT_FOUND_AT_START && rows[i].now == VAULT_STATE_SENDING)
        g_assert_cmpint (rows[i].next, ==, VAULT_STATE_UNKNOWN);
    }
}

/* Every state but the final ones can be left, and every state can be reached. */
static void
test_no_dead_ends (void)
{
  const VaultLifeRow *rows;
  guint count;

  rows = vault_life_rows (&count);
  for (guint state = 0; state < VAULT_STATE_COUNT; state++)
    {
      gboolean left = FALSE, reached = state == VAULT_STATE_NONE;

      for (guint i = 0; i < count; i++)
        {
          left = left || (rows[i].now == state && rows[i].next != state);
          reached = reached || (rows[i].next == state && rows[i].now != state);
        }
      g_assert_true (reached);
      g_assert_cmpint (left, !=, vault_life_is_final (state));
    }
}

static void
test_names_go_both_ways (void)
{
  VaultState state;
  VaultClass klass;

  for (guint i = 0; i < VAULT_STATE_COUNT; i++)
    {
      g_assert_true (vault_life_state_from_name (vault_life_state_name (i), &state));
      g_assert_cmpint (state, ==, i);
    }
  for (guint i = VAULT_CLASS_REVERSAL; i <= VAULT_CLASS_ONLINE; i++)
    {
      g_assert_true (vault_life_class_from_name (vault_life_class_name (i), &klass));
      g_assert_cmpint (klass, ==, i);
    }
  g_assert_false (vault_life_state_from_name ("Approved", &state));
  g_assert_false (vault_life_state_from_name ("", &state));
  g_assert_false (vault_life_state_from_name (NULL, &state));
  g_assert_false (vault_life_class_from_name ("onlin", &klass));
  g_assert_false (vault_life_class_from_name (NULL, &klass));
}

static void
test_public_names (void)
{
  static const struct
  {
    VaultState state;
    const char *name;
  } names[] = {
    { VAULT_STATE_NONE, "sending" },
    { VAULT_STATE_SENDING, "sending" },
    { VAULT_STATE_NOT_SENT, "sending" },
    { VAULT_STATE_APPROVED, "approved" },
    { VAULT_STATE_CHIP_UNSENT, "approved" },
    { VAULT_STATE_CHIP_SENT, "approved" },
    { VAULT_STATE_COMPLETED_UNSENT, "approved" },
    { VAULT_STATE_COMPLETED_SENT, "approved" },
    { VAULT_STATE_STORED, "stored" },
    { VAULT_STATE_STORED_SENDING, "stored" },
    { VAULT_STATE_UNKNOWN, "unknown" },
    { VAULT_STATE_REVERSED, "reversed" },
    { VAULT_STATE_DECLINED, "declined" },
    { VAULT_STATE_CANCELLED, "cancelled" },
    { VAULT_STATE_STORED_REVERSING, "stored" },
  };

  g_assert_cmpuint (G_N_ELEMENTS (names), ==, VAULT_STATE_COUNT);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (vault_life_public_name (names[i].state), ==, names[i].name);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/life/rows-are-the-law", test_rows_are_the_law);
  g_test_add_func ("/vault/life/rows-are-the-table", test_rows_are_the_table);
  g_test_add_func ("/vault/life/finds-each-row-and-no-other", test_finds_each_row_and_no_other);
  g_test_add_func ("/vault/life/nothing-sent-is-forgotten", test_nothing_sent_is_forgotten);
  g_test_add_func ("/vault/life/no-dead-ends", test_no_dead_ends);
  g_test_add_func ("/vault/life/names-go-both-ways", test_names_go_both_ways);
  g_test_add_func ("/vault/life/public-names", test_public_names);
  return g_test_run ();
}
