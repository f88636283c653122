/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every row of payment-life.tsv carried out and looked at from outside, every other pair refused,
 * and every commit failed at each of its calls to the disk.
 */
#include "vault-journal.h"
#include "vault-print.h"
#include "vault-testing.h"

#include <glib/gstdio.h>
#include <string.h>

#define PATH_MAX_EVENTS 5

typedef struct
{
  VaultEvent events[PATH_MAX_EVENTS];
  guint length;
  VaultState state;
  gboolean request_open, reversal_open;
} Path;

static gboolean
follow (Path *path, const VaultLifeRow *row)
{
  gboolean moves_request = row->request != VAULT_REQUEST_KEEP && row->request != VAULT_REQUEST_OPEN;
  gboolean moves_reversal
      = row->reversal == VAULT_REVERSAL_DONE || row->reversal == VAULT_REVERSAL_ATTENTION;

  if ((moves_request && !path->request_open) || (moves_reversal && !path->reversal_open)
      || path->length == PATH_MAX_EVENTS)
    return FALSE;
  path->events[path->length++] = row->event;
  path->state = row->next;
  if (row->request == VAULT_REQUEST_OPEN || row->request == VAULT_REQUEST_DONE)
    path->request_open = row->request == VAULT_REQUEST_OPEN;
  if (row->reversal == VAULT_REVERSAL_OWE || row->reversal == VAULT_REVERSAL_DONE)
    path->reversal_open = row->reversal == VAULT_REVERSAL_OWE;
  return TRUE;
}

/* The shortest way from nothing to where `row` can be carried out, breadth first. */
static gboolean
find_path (const VaultLifeRow *row, Path *out_path)
{
  g_autoptr (GArray) paths = g_array_new (FALSE, TRUE, sizeof (Path));
  guint count;
  const VaultLifeRow *rows = vault_life_rows (&count);

  g_array_set_size (paths, 1);
  for (guint i = 0; i < paths->len && i < 5000; i++)
    {
      Path here = g_array_index (paths, Path, i), tried = here;

      if (here.state == row->now && follow (&tried, row))
        {
          *out_path = here;
          return TRUE;
        }
      for (guint j = 0; j < count; j++)
        {
          Path next = here;

          if (rows[j].now == here.state && follow (&next, &rows[j]))
            g_array_append_val (paths, next);
        }
    }
  return FALSE;
}

static VaultPayment *
walk (VaultTesting *self, VaultSale *sale, const Path *path)
{
  VaultPayment *payment
      = vault_payment_new (VAULT_TENDER_CARD, shop_cart_totals (sale->cart)->total_minor);

  for (guint i = 0; i < path->length; i++)
    vault_testing_move (self, sale, payment, path->events[i]);
  return payment;
}

/* What one row must change, seen through another connection. */
typedef struct
{
  gint64 records, open, done, reversals, journal, prints;
} Seen;

static Seen
look (VaultTesting *self)
{
  return (Seen){
    .records = vault_testing_number (self, "SELECT count (*) FROM record"),
    .open = vault_testing_number (
        self, "SELECT count (*) FROM record WHERE state <> 'done' AND class <> 'reversal'"),
    .done = vault_testing_number (self, "SELECT count (*) FROM record WHERE state = 'done'"),
    .reversals = vault_testing_number (
        self, "SELECT count (*) FROM record WHERE state <> 'done' AND class = 'reversal'"),
    .journal = vault_testing_number (self, "SELECT count (*) FROM journal"),
    .prints = vault_testing_number (self, "SELECT count (*) FROM print_job"),
  };
}

static void
check_request (VaultTesting *self, const VaultLifeRow *row, const Seen *before, const Seen *after)
{
  g_autofree char *newest
      = vault_testing_text (self, "SELECT class || ' ' || state FROM record WHERE class <> "
                                  "'reversal' ORDER BY id DESC LIMIT 1");
  g_autofree char *opened
      = g_strconcat (vault_life_class_name (row->opens),
                     row->opens == VAULT_CLASS_ONLINE ? " sending" : " waiting", NULL);

  g_assert_cmpint (after->open - before->open, ==,
                   row->request == VAULT_REQUEST_OPEN   ? 1
                   : row->request == VAULT_REQUEST_DONE ? -1
                                                        : 0);
  g_assert_cmpint (after->records - before->records, ==,
                   (row->request == VAULT_REQUEST_OPEN || row->request == VAULT_REQUEST_AGAIN)
                       + (row->reversal == VAULT_REVERSAL_OWE));
  if (row->request == VAULT_REQUEST_OPEN || row->request == VAULT_REQUEST_AGAIN)
    g_assert_cmpstr (newest, ==, opened);
  else if (row->request == VAULT_REQUEST_SENDING)
    g_assert_true (g_str_has_suffix (newest, " sending"));
  else if (row->request == VAULT_REQUEST_WAITING)
    g_assert_true (g_str_has_suffix (newest, " waiting"));
  else if (row->request == VAULT_REQUEST_DONE)
    g_assert_true (g_str_has_suffix (newest, " done"));
  else if (row->request == VAULT_REQUEST_ATTENTION)
    g_assert_true (g_str_has_suffix (newest, " attention"));
}

static void
check_reversal (VaultTesting *self, const VaultLifeRow *row, const Seen *before, const Seen *after)
{
  g_autofree char *newest = vault_testing_text (
      self, "SELECT state FROM record WHERE class = 'reversal' ORDER BY id DESC LIMIT 1");

  g_assert_cmpint (after->reversals - before->reversals, ==,
                   row->reversal == VAULT_REVERSAL_OWE    ? 1
                   : row->reversal == VAULT_REVERSAL_DONE ? -1
                                                          : 0);
  if (row->reversal == VAULT_REVERSAL_OWE)
    g_assert_cmpstr (newest, ==, "waiting");
  if (row->reversal == VAULT_REVERSAL_DONE)
    g_assert_cmpstr (newest, ==, "done");
  if (row->reversal == VAULT_REVERSAL_ATTENTION)
    g_assert_cmpstr (newest, ==, "attention");
}

static void
check_memory_is_disk (VaultTesting *self, const VaultSale *sale)
{
  g_autoptr (VaultSale) loaded = vault_sale_load (self->vault, sale->id, NULL);
  g_autofree char *here = vault_testing_print_sale (sale),
                  *there = vault_testing_print_sale (loaded);

  g_assert_cmpstr (here, ==, there);
}

static void
carry_out (VaultTesting *self, const VaultLifeRow *row)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (2);
  g_autofree char *act = NULL, *who = NULL, *state = NULL;
  VaultPayment *payment;
  Seen before, after;
  Path path;

  g_assert_true (find_path (row, &path));
  payment = walk (self, sale, &path);
  before = look (self);
  vault_testing_disk_reset ();
  vault_testing_move (self, sale, payment, row->event);
  g_assert_cmpuint (vault_testing_disk_syncs (), ==, 1);
  after = look (self);
  g_assert_cmpint (payment->state, ==, row->next);
  state = vault_testing_text (self, "SELECT state FROM payment ORDER BY sale DESC LIMIT 1");
  g_assert_cmpstr (state, ==, vault_life_state_name (row->next));
  act = vault_testing_text (self, "SELECT act FROM journal ORDER BY seq DESC LIMIT 1");
  who = vault_testing_text (self, "SELECT who FROM journal ORDER BY seq DESC LIMIT 1");
  g_assert_cmpstr (act, ==, vault_life_event_name (row->event));
  g_assert_cmpstr (who, ==, "wang");
  g_assert_cmpint (after.journal - before.journal, ==, 1);
  g_assert_cmpint (after.prints - before.prints, ==, row->prints ? 1 : 0);
  check_request (self, row, &before, &after);
  check_reversal (self, row, &before, &after);
  check_memory_is_disk (self, sale);
}

static void
test_each_row (VaultTesting *self, gconstpointer data)
{
  const VaultLifeRow *rows;
  g_autoptr (GArray) bad = NULL;
  guint count, checked;

  rows = vault_life_rows (&count);
  for (guint i = 0; i < count; i++)
    {
      g_test_message ("%s meets %s", vault_life_state_name (rows[i].now),
                      vault_life_event_name (rows[i].event));
      carry_out (self, &rows[i]);
    }
  g_assert_true (vault_queue_verify (self->vault, &checked, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, 0);
  g_assert_cmpuint (checked, >, 0);
}

static void
refuse (VaultTesting *self,
        VaultSale *sale,
        VaultPayment *payment,
        VaultEvent event,
        VaultError code)
{
  VaultChange change = vault_testing_change (self, sale, payment, event);
  g_autofree char *disk = vault_testing_dump (self), *memory = vault_testing_print_sale (sale),
                  *disk_after = NULL, *memory_after = NULL;
  VaultState state = payment->state;
  g_autoptr (GError) error = NULL;

  g_assert_false (vault_apply (self->vault, &change, 1, &error));
  g_assert_error (error, VAULT_ERROR, (gint)code);
  disk_after = vault_testing_dump (self);
  memory_after = vault_testing_print_sale (sale);
  g_assert_cmpstr (disk, ==, disk_after);
  g_assert_cmpstr (memory, ==, memory_after);
  g_assert_cmpint (payment->state, ==, state);
}

/* The first row that leads to a state gives the way there. */
static gboolean
path_to (VaultState state, Path *out_path)
{
  guint count;
  const VaultLifeRow *rows = vault_life_rows (&count);

  for (guint i = 0; i < count; i++)
    if (rows[i].next == state && find_path (&rows[i], out_path) && follow (out_path, &rows[i]))
      return TRUE;
  *out_path = (Path){ .state = VAULT_STATE_NONE };
  return state == VAULT_STATE_NONE;
}

static void
test_refuses_every_other_pair (VaultTesting *self, gconstpointer data)
{
  for (guint state = 0; state < VAULT_STATE_COUNT; state++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);
      VaultPayment *payment;
      Path path;

      g_assert_true (path_to (state, &path));
      payment = walk (self, sale, &path);
      for (guint event = 0; event < VAULT_EVENT_COUNT; event++)
        if (vault_life_row (state, event) == NULL)
          refuse (self, sale, payment, event, VAULT_ERROR_STATE);
      if (payment->position == 0)
        vault_payment_free (payment);
    }
}

/* A payment that was refused before anything was sent owes no reversal; one whose record is done
 * has none to move. */
static void
test_refuses_without_a_record (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_REFUSED);

  refuse (self, sale, payment, VAULT_EVENT_REVERSAL_ACKNOWLEDGED, VAULT_ERROR_STATE);
  payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  vault_testing_sql (self, "UPDATE record SET state = 'done'");
  refuse (self, sale, payment, VAULT_EVENT_SEND, VAULT_ERROR_STATE);
}

static void
test_refuses_the_wrong_record (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1), other = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  g_autoptr (VaultRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  VaultChange change;

  vault_testing_pay (self, other, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  record = vault_queue_find (self->vault, other->id, 1, VAULT_CLASS_DEFERRED, NULL);
  change = vault_testing_change (self, sale, payment, VAULT_EVENT_SEND);
  change.record = record;
  g_assert_false (vault_apply (self->vault, &change, 1, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_cmpint (record->state, ==, VAULT_RECORD_WAITING);
}

/* Two copies of one payment: the older one can't move it. */
static void
test_refuses_an_old_copy (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1), copy = NULL;
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);

  copy = vault_sale_load (self->vault, sale->id, NULL);
  vault_testing_move (self, sale, payment, VAULT_EVENT_SEND);
  vault_testing_move (self, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
  refuse (self, copy, copy->payments->pdata[0], VAULT_EVENT_SEND, VAULT_ERROR_STATE);
}

/* A copy that the drainer loaded before the cashier took cash for the rest must not open the sale
 * again. */
static void
test_an_old_sale_stays_paid (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1), copy = NULL, loaded = NULL;
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);

  vault_testing_move (self, sale, payment, VAULT_EVENT_NO_ANSWER);
  copy = vault_sale_load (self->vault, sale->id, NULL);
  vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  vault_testing_move (self, copy, copy->payments->pdata[0], VAULT_EVENT_REVERSAL_ACKNOWLEDGED);
  loaded = vault_sale_load (self->vault, sale->id, NULL);
  g_assert_cmpint (loaded->state, ==, VAULT_SALE_PAID);
  g_assert_cmpint (loaded->closed_us, ==, sale->closed_us);
  g_assert_cmpint (((VaultPayment *)loaded->payments->pdata[0])->state, ==, VAULT_STATE_REVERSED);
}

static void
test_several_tenders (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (2);
  VaultPayment *first = vault_payment_new (VAULT_TENDER_CASH, 400),
               *second = vault_payment_new (VAULT_TENDER_CASH, 600);

  vault_testing_move (self, sale, first, VAULT_EVENT_CASH_TAKEN);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_OPEN);
  g_assert_cmpint (vault_testing_number (self, "SELECT count (*) FROM print_job"), ==, 0);
  vault_testing_move (self, sale, second, VAULT_EVENT_CASH_TAKEN);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  g_assert_cmpint (sale->closed_us, >, 0);
  g_assert_cmpint (vault_testing_number (self, "SELECT count (*) FROM print_job"), ==, 1);
  check_memory_is_disk (self, sale);
}

/* Several changes are one commit: all or none. */
static void
test_many_changes_are_one (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) a = vault_testing_sale (1), b = vault_testing_sale (1);
  VaultPayment *pa = vault_payment_new (VAULT_TENDER_CARD, 500),
               *pb = vault_payment_new (VAULT_TENDER_CARD, 500);
  VaultChange changes[3] = { vault_testing_change (self, a, pa, VAULT_EVENT_DEFERRED),
                             vault_testing_change (self, b, pb, VAULT_EVENT_DEFERRED),
                             vault_testing_change (self, b, pb, VAULT_EVENT_GO_ONLINE) };
  g_autofree char *before = vault_testing_dump (self), *after = NULL;

  g_assert_false (vault_apply (self->vault, changes, 3, NULL));
  after = vault_testing_dump (self);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpint (a->id, ==, 0);
  g_assert_cmpint (b->id, ==, 0);
  g_assert_cmpuint (a->payments->len + b->payments->len, ==, 0);
  g_assert_null (pa->reason);
  changes[2].event = VAULT_EVENT_SEND;
  vault_testing_disk_reset ();
  g_assert_true (vault_apply (self->vault, changes, 3, NULL));
  g_assert_cmpuint (vault_testing_disk_syncs (), ==, 1);
  check_memory_is_disk (self, a);
  check_memory_is_disk (self, b);
  g_assert_cmpint (pb->state, ==, VAULT_STATE_STORED_SENDING);
  g_assert_cmpint (a->id + 1, ==, b->id);
}

static void
test_payments_have_a_maximum (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (VaultPayment) extra = vault_payment_new (VAULT_TENDER_CARD, 500);

  for (guint i = 0; i < VAULT_SALE_PAYMENTS_MAX; i++)
    vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_REFUSED);
  refuse (self, sale, extra, VAULT_EVENT_REFUSED, VAULT_ERROR_STATE);
  check_memory_is_disk (self, sale);
}

/* --- Commits --- */

static void
test_one_sync_a_commit (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) cash = vault_testing_sale (5), stored = vault_testing_sale (5),
                        online = vault_testing_sale (5);
  VaultPayment *payment;

  vault_testing_disk_reset ();
  vault_testing_pay (self, cash, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  g_assert_cmpuint (vault_testing_disk_syncs (), ==, 1);
  vault_testing_pay (self, stored, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  g_assert_cmpuint (vault_testing_disk_syncs (), ==, 2);
  payment = vault_testing_pay (self, online, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  vault_testing_move (self, online, payment, VAULT_EVENT_ANSWER_APPROVED);
  g_assert_cmpuint (vault_testing_disk_syncs (), ==, 4);
}

/* One change to carry out under a failing disk, with what it needs loaded. */
typedef struct
{
  VaultSale *sale;
  VaultPayment *payment;
  VaultRecord *record;
  VaultChange change;
} Attempt;

static Attempt
prepare (VaultTesting *self, const VaultLifeRow *row)
{
  Attempt attempt = { .sale = vault_testing_sale (2) };
  Path path;

  g_assert_true (find_path (row, &path));
  attempt.payment = walk (self, attempt.sale, &path);
  attempt.change = vault_testing_change (self, attempt.sale, attempt.payment, row->event);
  if (row->request != VAULT_REQUEST_KEEP && row->request != VAULT_REQUEST_OPEN)
    for (guint klass = VAULT_CLASS_CHIP; attempt.record == NULL && klass <= VAULT_CLASS_ONLINE;
         klass++)
      attempt.record = vault_queue_find (self->vault, attempt.sale->id, 1, klass, NULL);
  if (row->reversal == VAULT_REVERSAL_DONE || row->reversal == VAULT_REVERSAL_ATTENTION)
    {
      vault_record_free (attempt.record);
      attempt.record
          = vault_queue_find (self->vault, attempt.sale->id, 1, VAULT_CLASS_REVERSAL, NULL);
    }
  attempt.change.record = attempt.record;
  return attempt;
}

static void
attempt_clear (Attempt *attempt)
{
  if (attempt->payment->position == 0)
    vault_payment_free (attempt->payment);
  vault_sale_free (attempt->sale);
  vault_record_free (attempt->record);
}

static char *
attempt_print (const Attempt *attempt)
{
  g_autofree char *sale = vault_testing_print_sale (attempt->sale);
  g_autofree char *record
      = attempt->record != NULL ? vault_testing_print_record (attempt->record) : NULL;

  return g_strdup_printf ("%s%s payment %u %d %u %s", sale, record, attempt->payment->position,
                          attempt->payment->state, attempt->payment->stan,
                          attempt->payment->reason);
}

/* TRUE once the disk was sound throughout. */
static gboolean
try_once (VaultTesting *self, Attempt *attempt, VaultTestingFault fault, guint n)
{
  g_autofree char *disk = vault_testing_dump (self), *memory = attempt_print (attempt),
                  *memory_after = NULL, *disk_after = NULL, *disk_reopened = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good;

  vault_testing_disk_fail (fault, n);
  good = vault_apply (self->vault, &attempt->change, 1, &error);
  vault_testing_disk_mend ();
  if (good)
    return TRUE;
  g_assert_true (vault_testing_disk_failed ());
  g_assert_true (g_error_matches (error, VAULT_ERROR,
                                  fault == VAULT_TESTING_FULL ? VAULT_ERROR_FULL : VAULT_ERROR_IO));
  memory_after = attempt_print (attempt);
  g_assert_cmpstr (memory, ==, memory_after);
  disk_after = vault_testing_dump (self);
  g_assert_cmpstr (disk, ==, disk_after);
  vault_testing_reopen (self);
  disk_reopened = vault_testing_dump (self);
  g_assert_cmpstr (disk, ==, disk_reopened);
  return FALSE;
}

static void
fail_row (VaultTesting *self, const VaultLifeRow *row, VaultTestingFault fault)
{
  Attempt attempt = prepare (self, row);
  VaultJournalVerdict verdict;
  gint64 count, seq;
  guint n = 1;

  while (!try_once (self, &attempt, fault, n))
    n++;
  g_assert_cmpuint (n, >, 2);
  g_assert_cmpint (attempt.payment->state, ==, row->next);
  check_memory_is_disk (self, attempt.sale);
  g_assert_true (vault_journal_verify (self->vault, &verdict, &count, &seq, NULL));
  g_assert_cmpint (verdict, ==, VAULT_JOURNAL_WHOLE);
  attempt_clear (&attempt);
}

static void
test_a_failed_commit_changes_nothing (VaultTesting *self, gconstpointer data)
{
  VaultTestingFault fault = (VaultTestingFault)GPOINTER_TO_INT (data);
  const VaultLifeRow *rows;
  guint count;

  rows = vault_life_rows (&count);
  for (guint i = 0; i < count; i++)
    fail_row (self, &rows[i], fault);
}

/* A power cut right after a commit that failed: what was said not to be kept is not there after it.
 */
static void
test_a_failed_commit_stays_away (VaultTesting *self, gconstpointer data)
{
  static const char *const endings[] = { "", "-wal" };
  VaultTesting cut
      = { .dir = g_dir_make_tmp ("till-XXXXXX", NULL), .key = base_secret_copy (self->key) };
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (VaultPayment) payment = vault_payment_new (VAULT_TENDER_CASH, 500);
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_CASH_TAKEN);
  gboolean good;

  cut.path = g_build_filename (cut.dir, "till.db", NULL);
  for (guint n = 1; n < 100; n++)
    {
      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      good = vault_apply (self->vault, &change, 1, NULL);
      vault_testing_disk_mend ();
      if (good)
        break;
      for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
        {
          g_autofree char *from = g_strconcat (self->path, endings[i], NULL),
                          *to = g_strconcat (cut.path, endings[i], NULL);
          g_autofree char *bytes = NULL;
          gsize size;

          g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
          g_assert_true (g_file_set_contents (to, bytes, (gssize)size, NULL));
        }
      /* Only read: it is a copy of a shop that is open. */
      cut.vault = vault_open (cut.dir, cut.key, VAULT_ACCESS_READ, NULL);
      g_assert_nonnull (cut.vault);
      g_assert_cmpint (vault_testing_number (&cut, "SELECT count (*) FROM sale"), ==, 0);
      g_clear_pointer (&cut.vault, vault_free);
    }
  g_assert_true (good);
  (void)g_steal_pointer (&payment);
  vault_testing_tear_down (&cut, NULL);
}

/* Of a copy that was put back, or handed over: what was under way is decided by somebody. */
static void
test_confirms_what_was_charged (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  g_autoptr (VaultSale) after = NULL;
  g_autofree char *act = NULL, *who = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (payment->state, ==, VAULT_STATE_SENDING);
  g_assert_false (vault_confirm_charged (self->vault, 1, "li", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_true (vault_queue_set_aside (self->vault, 1, VAULT_REASON_OUTCOME_MISSING, NULL));
  g_assert_true (vault_confirm_charged (self->vault, 1, "li", NULL));
  after = vault_sale_load (self->vault, sale->id, NULL);
  g_assert_cmpint (((VaultPayment *)after->payments->pdata[0])->state, ==, VAULT_STATE_APPROVED);
  act = vault_testing_text (self, "SELECT act FROM journal ORDER BY seq DESC LIMIT 1");
  who = vault_testing_text (self, "SELECT who FROM journal ORDER BY seq DESC LIMIT 1");
  g_assert_cmpstr (act, ==, "charged-confirmed");
  g_assert_cmpstr (who, ==, "li");
  g_clear_error (&error);
  g_assert_false (vault_confirm_charged (self->vault, 1, "li", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
}

/* The same of one whose reversal was owed before anybody knew that it was a copy: it counts. */
static void
test_confirms_what_was_to_be_reversed (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  g_autoptr (VaultSale) after = NULL;
  g_autoptr (GError) error = NULL;

  vault_testing_move (self, sale, payment, VAULT_EVENT_FOUND_AT_START);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_UNKNOWN);
  g_assert_false (vault_confirm_charged (self->vault, 2, "li", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_clear_error (&error);
  g_assert_true (vault_queue_set_aside (self->vault, 2, "malformed", NULL));
  g_assert_false (vault_confirm_charged (self->vault, 2, "li", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_true (vault_queue_set_aside (self->vault, 2, VAULT_REASON_OUTCOME_MISSING, NULL));
  g_assert_true (vault_confirm_charged (self->vault, 2, "li", NULL));
  after = vault_sale_load (self->vault, sale->id, NULL);
  g_assert_cmpint (((VaultPayment *)after->payments->pdata[0])->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (vault_testing_number (self, "SELECT sum (counts) FROM record"), ==, 1);
  g_assert_cmpint (
      vault_testing_number (self, "SELECT count (*) FROM record WHERE state <> 'done'"), ==, 0);
}

/* Under a new identity it is as old as before and has been tried as often, or a host that refuses
 * each would never be waited for longer. */
static void
test_a_renewed_one_goes_on (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  g_autoptr (VaultRecord) record
      = vault_queue_find (self->vault, sale->id, 1, VAULT_CLASS_DEFERRED, NULL);
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_DEFERRED);
  gint64 created_us = record->created_us;
  guint32 stan = record->stan;

  for (guint i = 0; i < 3; i++)
    g_assert_true (vault_queue_defer (self->vault, record, /* next_us= */ 0, "unanswered", NULL));
  g_clear_pointer (&record, vault_record_free);
  record = vault_queue_find (self->vault, sale->id, 1, VAULT_CLASS_DEFERRED, NULL);
  change.record = record;
  g_assert_true (vault_renew (self->vault, &change, NULL));
  g_assert_cmpint (payment->state, ==, VAULT_STATE_STORED);
  g_assert_cmpuint (payment->stan, !=, stan);
  g_assert_cmpuint (record->tries, ==, 3);
  g_clear_pointer (&record, vault_record_free);
  record = vault_queue_find (self->vault, sale->id, 1, VAULT_CLASS_DEFERRED, NULL);
  g_assert_cmpuint (record->stan, ==, payment->stan);
  g_assert_cmpuint (record->tries, ==, 3);
  g_assert_cmpint (record->created_us, ==, created_us);
  check_memory_is_disk (self, sale);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
#define ADD_WITH(name, function, data)                                                             \
  g_test_add ("/vault/apply/" name, VaultTesting, GINT_TO_POINTER (data), vault_testing_set_up,    \
              function, vault_testing_tear_down)
#define ADD(name, function) ADD_WITH (name, function, 0)
  ADD ("each-row", test_each_row);
  ADD ("refuses-every-other-pair", test_refuses_every_other_pair);
  ADD ("refuses-without-a-record", test_refuses_without_a_record);
  ADD ("refuses-the-wrong-record", test_refuses_the_wrong_record);
  ADD ("refuses-an-old-copy", test_refuses_an_old_copy);
  ADD ("an-old-sale-stays-paid", test_an_old_sale_stays_paid);
  ADD ("several-tenders", test_several_tenders);
  ADD ("many-changes-are-one", test_many_changes_are_one);
  ADD ("payments-have-a-maximum", test_payments_have_a_maximum);
  ADD ("confirms-what-was-charged", test_confirms_what_was_charged);
  ADD ("confirms-what-was-to-be-reversed", test_confirms_what_was_to_be_reversed);
  ADD ("a-renewed-one-goes-on", test_a_renewed_one_goes_on);
  ADD ("one-sync-a-commit", test_one_sync_a_commit);
  ADD_WITH ("failed-commit/once", test_a_failed_commit_changes_nothing, VAULT_TESTING_FAIL_ONCE);
  ADD_WITH ("failed-commit/for-good", test_a_failed_commit_changes_nothing, VAULT_TESTING_FAIL_ON);
  ADD_WITH ("failed-commit/full", test_a_failed_commit_changes_nothing, VAULT_TESTING_FULL);
  ADD ("failed-commit/stays-away", test_a_failed_commit_stays_away);
  return g_test_run ();
}
