/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Traces of chips' transactions: the newest is found, the oldest make room, and what was changed is
 * noticed.
 */
#include "vault-trace.h"

#include "vault-journal.h"
#include "vault-testing.h"

#include <string.h>

static void
keep (VaultTesting *self, gint64 sale, guint position, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_trace_keep (self->vault, sale, position, text, &error));
  g_assert_no_error (error);
}

static void
assert_found (VaultTesting *self, gint64 wanted, gint64 sale, guint position, const char *text)
{
  g_auto (VaultTrace) trace = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_trace_load (self->vault, wanted, &trace, &error));
  g_assert_no_error (error);
  g_assert_cmpint (trace.sale_id, ==, sale);
  g_assert_cmpuint (trace.position, ==, position);
  g_assert_cmpstr (trace.text, ==, text);
}

static void
test_newest (VaultTesting *self, gconstpointer data)
{
  assert_found (self, 0, 0, 0, NULL);
  keep (self, 7, 1, "# select\n");
  keep (self, 7, 2, "# read\n");
  keep (self, 8, 1, "# first\n");
  vault_testing_reopen (self);
  assert_found (self, 0, 8, 1, "# first\n");
  assert_found (self, 7, 7, 2, "# read\n");
  assert_found (self, 9, 0, 0, NULL);
}

static void
test_oldest_go (VaultTesting *self, gconstpointer data)
{
  for (gint64 sale = 1; sale <= VAULT_TRACE_KEPT + 3; sale++)
    keep (self, sale, 1, "# select\n");
  g_assert_cmpint (vault_testing_number (self, "SELECT count (*) FROM chip_trace"), ==,
                   VAULT_TRACE_KEPT);
  assert_found (self, 3, 0, 0, NULL);
  assert_found (self, 4, 4, 1, "# select\n");
}

/* Whole lines only. */
static void
test_long (VaultTesting *self, gconstpointer data)
{
  g_autofree char *line = g_strnfill (999, '>');
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (VaultTrace) trace = { 0 };

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "%s\n", line);
  keep (self, 1, 1, text->str);
  g_assert_true (vault_trace_load (self->vault, 1, &trace, NULL));
  g_assert_cmpuint (strlen (trace.text), ==, 65000);
  g_assert_true (g_str_has_prefix (text->str, trace.text));
}

/* Sealed, under its sale's number; the journal doesn't grow by it. */
static void
test_sealed (VaultTesting *self, gconstpointer data)
{
  g_auto (VaultTrace) trace = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 before = vault_journal_head (self->vault);

  keep (self, 1, 1, "> 00A40400\n");
  g_assert_cmpint (vault_journal_head (self->vault), ==, before);
  g_assert_cmpint (vault_testing_number (self, "SELECT instr (sealed, '00A40400') FROM chip_trace"),
                   ==, 0);
  vault_testing_sql (self, "UPDATE chip_trace SET sale = 2");
  g_assert_false (vault_trace_load (self->vault, 2, &trace, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED);
  g_assert_null (trace.text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                                            \
  g_test_add (path, VaultTesting, NULL, vault_testing_set_up, func, vault_testing_tear_down)
  ADD ("/vault/trace/newest", test_newest);
  ADD ("/vault/trace/oldest-go", test_oldest_go);
  ADD ("/vault/trace/long", test_long);
  ADD ("/vault/trace/sealed", test_sealed);
#undef ADD
  return g_test_run ();
}
