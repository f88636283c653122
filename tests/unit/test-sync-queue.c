/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Draining: the order, what no answer means, what goes aside, what a start finds, and that one bad
 * record holds up no other.
 */
#include "shop-testing.h"
#include "vault-epoch.h"

#define AMOUNT 1200
#define MANY 11 /* more than fly at once */

static void
set_up (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_set_up (shop, fault);
}

static void
tear_down (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_tear_down (shop);
}

/* Stores a sale while the line is cut. */
static gint64
store (ShopTesting *shop, gint64 amount_minor)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (amount_minor);
  VaultPayment *payment = shop_testing_must_pay (shop, sale);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_STORED);
  return sale->id;
}

static VaultPayment *
load (ShopTesting *shop, gint64 id)
{
  g_autoptr (VaultSale) sale = vault_sale_load (shop->shop->vault, id, NULL);

  g_assert_nonnull (sale);
  return vault_payment_copy (sale->payments->pdata[0]);
}

static VaultQueueStats
stats (ShopTesting *shop)
{
  VaultQueueStats now = { 0 };

  g_assert_true (vault_queue_stats (shop->shop->vault, &now, NULL));
  return now;
}

static void
test_many (ShopTesting *shop, gconstpointer fault)
{
  gint64 ids[MANY];

  shop_testing_cut_line (shop);
  for (guint i = 0; i < MANY; i++)
    ids[i] = store (shop, AMOUNT + i);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  g_assert_cmpuint (stats (shop).waiting, ==, MANY);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  for (guint i = 0; i < MANY; i++)
    {
      g_autoptr (VaultPayment) payment = load (shop, ids[i]);

      g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
      g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
    }
  g_assert_cmpuint (stats (shop).waiting, ==, 0);
}

/* The same STAN until there is an answer, however often the host swallows it: charged once. */
static void
test_repeated (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultPayment) before = NULL;
  g_autoptr (VaultPayment) after = NULL;
  gint64 id;

  shop_testing_cut_line (shop);
  id = store (shop, AMOUNT);
  before = load (shop, id);
  shop_testing_change_host (shop, "drop-answer=1");
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  shop_testing_change_host (shop, NULL);
  shop_testing_reopen (shop);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  after = load (shop, id);
  g_assert_cmpint (after->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (after->stan, ==, before->stan);
  g_assert_cmpuint (shop_testing_effects (shop, after, "charge"), ==, 1);
}

static SyncOutcome
drain_due (ShopTesting *shop, SyncReport *report)
{
  GError *error = NULL;
  SyncOutcome outcome = sync_queue_run_due (shop->shop->line, NULL, report, &error);

  g_assert_no_error (error);
  return outcome;
}

/* What the host swallows is put off, record by record, and holds up no other; nothing of it is sent
 * before its time, unless somebody asks. */
static void
test_put_off (ShopTesting *shop, gconstpointer fault)
{
  g_auto (SyncReport) first = { 0 }, second = { 0 };
  g_autoptr (GPtrArray) records = NULL;
  gint64 begin_us = g_get_real_time ();

  sync_report_init (&first);
  sync_report_init (&second);
  shop_testing_cut_line (shop);
  for (guint i = 0; i < MANY; i++)
    store (shop, AMOUNT + i);
  shop_testing_change_host (shop, "drop-answer=0.4");
  g_assert_cmpint (drain_due (shop, &first), ==, SYNC_STUCK);
  g_assert_cmpuint (first.approved, >, 0);
  g_assert_cmpuint (first.unanswered, >, 0);
  g_assert_cmpuint (first.approved + stats (shop).waiting, ==, MANY);
  g_assert_cmpint (first.next_us, >, begin_us + SYNC_BACKOFF_FIRST_MS * 1000);
  records = vault_queue_list (shop->shop->vault, FALSE, MANY, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      const VaultRecord *record = records->pdata[i];

      g_assert_cmpint (record->next_us, >=, first.next_us);
      g_assert_cmpint (record->next_us, <=, g_get_real_time () + 2 * SYNC_BACKOFF_MAX_MS * 1000);
      g_assert_cmpstr (record->reason, ==, "unanswered");
    }
  shop_testing_change_host (shop, NULL);
  shop_testing_reopen (shop);
  g_assert_true (vault_queue_defer (shop->shop->vault, records->pdata[0],
                                    g_get_real_time () + 60 * G_USEC_PER_SEC, "no-answer", NULL));
  g_assert_cmpint (drain_due (shop, &second), ==, SYNC_STUCK);
  g_assert_cmpint (second.next_us, >=, first.next_us);
  g_assert_cmpuint (stats (shop).waiting, >, 0);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpuint (stats (shop).waiting, ==, 0);
}

static void
test_declined_later (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultPayment) payment = NULL;
  gint64 id;

  shop_testing_cut_line (shop);
  id = store (shop, 1051);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  payment = load (shop, id);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment->reason, ==, "declined-later");
  g_assert_cmpstr (payment->response, ==, "51");
}

/* Older than the limit: aside, with its reason; the manager may send it all the same. */
static void
test_too_old (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (VaultPayment) payment = NULL;
  gint64 id;

  shop_testing_cut_line (shop);
  id = store (shop, AMOUNT);
  g_assert_true (vault_setting_set_number (shop->shop->vault, SYNC_SETTING_OFFLINE_HOURS, 0, NULL));
  shop_testing_change_host (shop, NULL);
  g_usleep (2000);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpuint (stats (shop).attention, ==, 1);
  open = vault_queue_list (shop->shop->vault, FALSE, 10, NULL);
  g_assert_cmpstr (((VaultRecord *)open->pdata[0])->reason, ==, "too-old");
  g_assert_true (
      vault_queue_retry (shop->shop->vault, ((VaultRecord *)open->pdata[0])->id, "manager", NULL));
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  payment = load (shop, id);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
}

/* From here on the shop's acquirer is one that doesn't know a request again. */
static void
make_reversing (ShopTesting *shop)
{
  g_autofree char *text = vault_setting_text (shop->shop->vault, SYNC_SETTING_PROFILE, NULL);
  g_autoptr (GString) changed = g_string_new (text);

  g_assert_cmpuint (
      g_string_replace (changed, "deferred_unanswered=repeat", "deferred_unanswered=reverse", 0),
      ==, 1);
  g_assert_true (
      vault_setting_set_text (shop->shop->vault, SYNC_SETTING_PROFILE, changed->str, NULL));
  shop_testing_reopen (shop);
}

/* Charged under the first identity and given back, charged under the second; and said to be paid
 * only then. */
static void
check_asked_again (ShopTesting *shop, gint64 id, const VaultPayment *before)
{
  g_autoptr (VaultPayment) after = NULL;

  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  after = load (shop, id);
  g_assert_cmpint (after->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (after->stan, !=, before->stan);
  g_assert_cmpuint (shop_testing_effects (shop, before, "charge"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, before, "reversal"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, after, "charge"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, after, "reversal"), ==, 0);
  g_assert_cmpuint (stats (shop).waiting, ==, 0);
}

static void
test_reversed_and_asked_again (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultPayment) before = NULL;
  g_autoptr (VaultPayment) reversing = NULL;
  gint64 id;

  make_reversing (shop);
  shop_testing_cut_line (shop);
  id = store (shop, AMOUNT);
  before = load (shop, id);
  shop_testing_change_host (shop, "drop-answer=1");
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  reversing = load (shop, id);
  g_assert_cmpint (reversing->state, ==, VAULT_STATE_STORED_REVERSING);
  g_assert_cmpuint (stats (shop).reversals, ==, 1);
  g_assert_cmpuint (stats (shop).stored, ==, 1);
  check_asked_again (shop, id, before);
}

/* Nor may what a crash left under way be repeated there. */
static void
test_asked_again_after_a_crash (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultPayment) before = NULL;
  gint64 id;

  shop_testing_cut_line (shop);
  id = store (shop, AMOUNT);
  before = load (shop, id);
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  make_reversing (shop);
  check_asked_again (shop, id, before);
}

/* The reversal is called malformed: the new attempt doesn't leave, and both wait for somebody, who
 * takes back the one and then the other. */
static void
test_not_asked_before_its_reversal (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultPayment) before = NULL;
  g_autoptr (GPtrArray) open = NULL;
  Vault *vault = shop->shop->vault;
  gint64 id;

  make_reversing (shop);
  vault = shop->shop->vault;
  shop_testing_cut_line (shop);
  id = store (shop, AMOUNT);
  before = load (shop, id);
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  {
    g_autoptr (VaultSale) sale = vault_sale_load (vault, id, NULL);
    VaultChange change = { .event = VAULT_EVENT_REVERSAL_MALFORMED,
                           .sale = sale,
                           .payment = sale->payments->pdata[0],
                           .reason = "malformed" };

    g_assert_true (vault_apply (vault, &change, 1, NULL));
  }
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpuint (stats (shop).attention, ==, 2);
  open = vault_queue_list (vault, FALSE, 10, NULL);
  for (guint i = 0; i < 2; i++) /* first the request: it goes aside again */
    {
      const VaultRecord *record = open->pdata[i];

      if (record->klass == VAULT_CLASS_DEFERRED)
        g_assert_true (vault_queue_retry (vault, record->id, "manager", NULL));
    }
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpuint (shop_testing_effects (shop, before, "reversal"), ==, 0);
  g_assert_cmpuint (stats (shop).attention, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_true (vault_queue_retry (vault, ((VaultRecord *)open->pdata[i])->id, "manager", NULL));
  check_asked_again (shop, id, before);
}

/* What was under way already when it was set aside, and is taken back, is marked again before a
 * byte of it leaves; and its age doesn't put it aside once more. */
static void
test_taken_back_under_way (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GPtrArray) after = NULL;
  Vault *vault = shop->shop->vault;
  gint64 record;

  shop_testing_cut_line (shop);
  store (shop, AMOUNT);
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  open = vault_queue_list (vault, FALSE, 10, NULL);
  record = ((VaultRecord *)open->pdata[0])->id;
  g_assert_true (vault_queue_set_aside (vault, record, "changed", NULL));
  g_assert_true (vault_queue_retry (vault, record, "manager", NULL));
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  after = vault_queue_list (vault, FALSE, 10, NULL);
  g_assert_cmpint (((VaultRecord *)after->pdata[0])->state, ==, VAULT_RECORD_SENDING);
  g_assert_true (vault_setting_set_number (vault, SYNC_SETTING_OFFLINE_HOURS, 0, NULL));
  shop_testing_change_host (shop, NULL);
  g_usleep (2000);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpuint (stats (shop).attention, ==, 0);
  g_assert_cmpuint (stats (shop).waiting, ==, 0);
}

/* Opens an online request and leaves it so, as a program that dies there does. */
static VaultPayment *
leave_sending (ShopTesting *shop, VaultSale *sale, guint32 stan)
{
  AcquirerSale request = sandbox_process_sale (stan);
  g_autoptr (Iso8583Message) message = NULL;
  g_autoptr (GBytes) bytes = NULL;
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, AMOUNT);
  VaultChange change = {
    .event = VAULT_EVENT_GO_ONLINE, .sale = sale, .payment = payment, .terminal = "TEST0001"
  };

  vault_take_identity (shop->shop->vault, &request.batch, &request.stan);
  request.terminal = "TEST0001";
  message = acquirer_message_build (sync_line_profile (shop->shop->line), ACQUIRER_FLOW_SALE,
                                    &request, NULL);
  bytes = iso8583_pack (sync_line_profile (shop->shop->line), message, NULL);
  change.message = base_bytes_span (bytes);
  change.batch = request.batch;
  change.stan = request.stan;
  g_assert_true (vault_apply (shop->shop->vault, &change, 1, NULL));
  return payment;
}

static void
test_found_at_start (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);

  leave_sending (shop, sale, 1);
  shop_testing_reopen (shop);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_UNKNOWN);
  g_assert_cmpuint (stats (shop).reversals, ==, 1);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
}

/* Without a restart, too: whoever has the line next takes it up, before anything of its own. */
static void
test_found_on_the_way (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) next = shop_testing_sale (AMOUNT);

  leave_sending (shop, sale, 1);
  g_assert_cmpint (shop_testing_must_pay (shop, next)->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
}

/* That it is reversed, decided while the books are quarantined, is kept, shown and done once they
 * are released; another epoch changes nothing about it. */
static void
test_decided_in_quarantine (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GPtrArray) after = NULL;
  Vault *vault = shop->shop->vault;
  const VaultRecord *reversal;

  leave_sending (shop, sale, 1);
  g_assert_true (vault_epoch_begin (vault, VAULT_QUARANTINE_RESTORED, NULL));
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_HELD);
  open = vault_queue_list (vault, FALSE, 10, NULL);
  g_assert_cmpuint (open->len, ==, 1);
  g_assert_cmpuint (stats (shop).attention, ==, 1);
  g_assert_true (vault_queue_retry (vault, ((VaultRecord *)open->pdata[0])->id, "manager", NULL));
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_HELD);
  g_assert_true (vault_epoch_begin (vault, VAULT_QUARANTINE_ROLLBACK, NULL));
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_HELD);
  after = vault_queue_list (vault, FALSE, 10, NULL);
  g_assert_cmpuint (after->len, ==, 1);
  reversal = after->pdata[0];
  g_assert_cmpint (reversal->klass, ==, VAULT_CLASS_REVERSAL);
  g_assert_cmpint (reversal->state, ==, VAULT_RECORD_WAITING);
  g_assert_cmpuint (stats (shop).reversals, ==, 1);
  g_assert_true (vault_epoch_release (vault, "manager", NULL, NULL));
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
}

static void
test_yields (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (SyncReport) report = { 0 };

  sync_report_init (&report);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (sync_queue_run (shop->shop->line, cancellable, &report, NULL), ==, SYNC_YIELDED);
}

/* A reversal has the identity of what it undoes. */
static void
test_reversal (ShopTesting *shop, gconstpointer fault)
{
  const AcquirerProfile *profile = sync_line_profile (shop->shop->line);
  AcquirerSale sale = sandbox_process_sale (77);
  g_autoptr (Iso8583Message) request
      = acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &sale, NULL);
  g_autoptr (GBytes) bytes = iso8583_pack (profile, request, NULL);
  g_autoptr (GBytes) reversal
      = sync_item_make_reversal (shop->shop->line, base_bytes_span (bytes), "no-answer", NULL);
  g_autoptr (Iso8583Message) read = iso8583_unpack (profile, base_bytes_span (reversal), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (iso8583_message_mti (read), ==, "0400");
  g_assert_cmpstr (iso8583_message_get (read, 11), ==, "000077");
  g_assert_cmpstr (iso8583_message_get (read, 4), ==, iso8583_message_get (request, 4));
  g_assert_null (
      sync_item_make_reversal (shop->shop->line, BASE_SPAN_STR ("rubbish"), "restart", &error));
  g_assert_nonnull (error);
}

static void
test_note_answer (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (Iso8583Message) answer = iso8583_message_new ("0210");
  g_autoptr (VaultPayment) payment = vault_payment_new (VAULT_TENDER_CARD, AMOUNT);

  payment->auth_code = g_strdup ("old");
  iso8583_message_set (answer, 37, "REFERENCE   ");
  iso8583_message_set (answer, 39, "00");
  sync_item_note_answer (payment, answer);
  g_assert_cmpstr (payment->reference, ==, "REFERENCE");
  g_assert_cmpstr (payment->response, ==, "00");
  g_assert_cmpstr (payment->auth_code, ==, "old");
}

/* Tried without end; after the profile's number of tries the record says so. */
static void
test_overdue_reversal (ShopTesting *shop, gconstpointer fault)
{
  guint tries = acquirer_profile_tries (sync_line_profile (shop->shop->line));
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (GPtrArray) records = NULL;

  leave_sending (shop, sale, 1);
  shop_testing_cut_line (shop);
  for (guint i = 0; i < tries; i++)
    {
      g_clear_pointer (&records, g_ptr_array_unref);
      g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
      records = vault_queue_list (shop->shop->vault, FALSE, 1, NULL);
      g_assert_cmpstr (((VaultRecord *)records->pdata[0])->reason, ==,
                       i + 1 < tries ? "no-connection" : "reversal-overdue");
    }
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
}

static void
assert_stuck (ShopTesting *shop, const char *reason)
{
  g_autoptr (GPtrArray) records = NULL;

  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  records = vault_queue_list (shop->shop->vault, FALSE, 1, NULL);
  g_assert_cmpstr (((VaultRecord *)records->pdata[0])->reason, ==, reason);
}

/* What holds a reversal up is named: no line, a sign-in that got no answer or a no, or silence. */
static void
test_unsent_reversal (ShopTesting *shop, gconstpointer fault)
{
  static const guint8 other[16] = { 1 };
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);

  leave_sending (shop, sale, 1);
  shop_testing_cut_line (shop);
  assert_stuck (shop, "no-connection");
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_true (sync_line_drop_keys (shop->shop->line, NULL));
  assert_stuck (shop, "host-silent");
  shop_testing_change_host (shop, NULL);
  g_assert_true (vault_setting_set (shop->shop->vault, SYNC_SETTING_MASTER_KEY,
                                    BASE_SPAN (other, sizeof other), NULL));
  shop_testing_reopen (shop);
  assert_stuck (shop, "not-signed-in");
}

/* Till and host know each other's keys by now; there, another payment has this one's number. */
static void
take_number (ShopTesting *shop, const VaultPayment *payment)
{
  g_autoptr (AcquirerProfile) profile = sandbox_process_profile (5000);
  AcquirerLink *link = sandbox_process_link (shop->host, profile);
  AcquirerSale values = sandbox_process_sale (payment->stan);
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) error = NULL;

  values.terminal = "TEST0001";
  values.batch = payment->batch;
  request = acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &values, &error);
  g_assert_no_error (error);
  g_assert_cmpint (acquirer_link_exchange (link, request, NULL, &answer, &error), ==,
                   ACQUIRER_EXCHANGE_ANSWERED);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
  acquirer_link_free (link);
}

/* A till that was taken over was put back before it died, and gave the number out again: only the
 * bank can tell what became of this sale. The others go on. */
static void
test_number_taken (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (BaseSecret) master = vault_setting (shop->shop->vault, SYNC_SETTING_MASTER_KEY, NULL);
  g_autoptr (VaultPayment) payment = NULL;
  g_autoptr (VaultRecord) record = NULL;
  g_autoptr (GError) refused = NULL;
  gint64 first, second;

  shop_testing_cut_line (shop);
  first = store (shop, AMOUNT);
  second = store (shop, AMOUNT + 100);
  shop_testing_change_host (shop, NULL);
  payment = load (shop, first);
  take_number (shop, payment);
  shop_testing_become_another (shop, base_secret_span (master));
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  record = vault_queue_find (shop->shop->vault, first, 1, VAULT_CLASS_DEFERRED, NULL);
  g_assert_cmpint (record->state, ==, VAULT_RECORD_ATTENTION);
  g_assert_cmpstr (record->reason, ==, "number-taken");
  g_assert_cmpuint (record->stan, ==, payment->stan);
  g_assert_false (vault_queue_retry (shop->shop->vault, record->id, "Li", &refused));
  g_assert_error (refused, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_cmpuint (sandbox_process_count (shop->host, "charge", payment->stan), ==, 1);
  g_clear_pointer (&payment, vault_payment_free);
  payment = load (shop, second);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
}

/* A number of ours that another payment has: this one goes under a new number, and is charged once,
 * whether the till dies before it is sent or the host swallows answers. */
static void
test_renewed (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultPayment) before = NULL;
  g_autoptr (VaultPayment) renewed = NULL;
  g_autoptr (VaultPayment) after = NULL;
  SyncReport report = { 0 };
  gint64 id;

  shop_testing_cut_line (shop);
  id = store (shop, AMOUNT);
  before = load (shop, id);
  shop_testing_change_host (shop, NULL);
  take_number (shop, before);
  drain_due (shop, &report); /* its turn under the new number comes later */
  renewed = load (shop, id);
  g_assert_cmpint (renewed->state, ==, VAULT_STATE_STORED_SENDING);
  g_assert_cmpuint (renewed->stan, !=, before->stan);
  g_assert_cmpuint (shop_testing_effects (shop, renewed, "charge"), ==, 0);
  shop_testing_reopen (shop);
  shop_testing_change_host (shop, "drop-answer=1");
  for (guint i = 0; i < 3; i++)
    shop_testing_drain (shop);
  shop_testing_reopen (shop);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  after = load (shop, id);
  g_assert_cmpint (after->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (after->stan, ==, renewed->stan);
  g_assert_cmpuint (sandbox_process_count (shop->host, "charge", after->stan), ==, 1);
  g_assert_cmpuint (sandbox_process_count (shop->host, "charge", before->stan), ==, 1);
  g_assert_cmpuint (sandbox_process_count (shop->host, "reversal", before->stan), ==, 0);
}

static VaultState
state_of (ShopTesting *shop, gint64 id)
{
  g_autoptr (VaultPayment) payment = load (shop, id);

  return payment->state;
}

static void
assert_reason (ShopTesting *shop, gint64 id, const char *reason)
{
  g_autoptr (VaultRecord) record
      = vault_queue_find (shop->shop->vault, id, 1, VAULT_CLASS_REVERSAL, NULL);

  g_assert_cmpstr (record->reason, ==, reason);
}

/* What a terminal owes that was taken over, and that the host doesn't let us speak for, holds up
 * its own sales and none of ours; once we may, its reversal goes before them. */
static void
anothers_reversal (ShopTesting *shop, BaseSpan wrong_key)
{
  g_autoptr (BaseSecret) master = vault_setting (shop->shop->vault, SYNC_SETTING_MASTER_KEY, NULL);
  g_autoptr (VaultSale) lost = shop_testing_sale (AMOUNT), paid = shop_testing_sale (AMOUNT + 1);
  g_autofree char *key_name = sync_line_taken_name ("TEST0001", SYNC_SETTING_MASTER_KEY);
  VaultPayment *payment;
  gint64 theirs, ours;

  shop_testing_change_host (shop, "drop-answer=1");
  payment = shop_testing_must_pay (shop, lost);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_UNKNOWN);
  theirs = store (shop, AMOUNT + 2);
  shop_testing_change_host (shop, NULL);
  shop_testing_become_another (shop, wrong_key);
  shop_testing_cut_line (shop);
  ours = store (shop, AMOUNT + 3);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_must_pay (shop, paid)->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  assert_reason (shop, lost->id, "not-signed-in");
  g_assert_cmpint (state_of (shop, ours), ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (shop_testing_state (shop, lost, 1), ==, VAULT_STATE_UNKNOWN);
  g_assert_cmpint (state_of (shop, theirs), ==, VAULT_STATE_STORED);
  g_assert_true (vault_setting_set (shop->shop->vault, key_name, base_secret_span (master), NULL));
  shop_testing_reopen (shop);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, lost, 1), ==, VAULT_STATE_REVERSED);
  g_assert_cmpint (state_of (shop, theirs), ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (sandbox_process_count (shop->host, "reversal", payment->stan), ==, 1);
}

static void
test_anothers_reversal (ShopTesting *shop, gconstpointer fault)
{
  anothers_reversal (shop, BASE_SPAN_STR ("no key of theirs"));
}

/* Nor does anything of theirs go out under keys of ours. */
static void
test_anothers_without_key (ShopTesting *shop, gconstpointer fault)
{
  anothers_reversal (shop, BASE_SPAN (NULL, 0));
}

static void
test_unanswered_reversal (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);

  leave_sending (shop, sale, 1);
  shop_testing_change_host (shop, "drop-answer=1");
  assert_stuck (shop, "no-answer");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/sync/queue/" name, ShopTesting, NULL, set_up, function, tear_down)
  ADD ("many", test_many);
  ADD ("repeated", test_repeated);
  ADD ("put-off", test_put_off);
  ADD ("declined-later", test_declined_later);
  ADD ("too-old", test_too_old);
  ADD ("taken-back-under-way", test_taken_back_under_way);
  ADD ("reversed-and-asked-again", test_reversed_and_asked_again);
  ADD ("asked-again-after-a-crash", test_asked_again_after_a_crash);
  ADD ("not-asked-before-its-reversal", test_not_asked_before_its_reversal);
  ADD ("found-at-start", test_found_at_start);
  ADD ("found-on-the-way", test_found_on_the_way);
  ADD ("overdue-reversal", test_overdue_reversal);
  ADD ("decided-in-quarantine", test_decided_in_quarantine);
  ADD ("unsent-reversal", test_unsent_reversal);
  ADD ("unanswered-reversal", test_unanswered_reversal);
  ADD ("number-taken", test_number_taken);
  ADD ("renewed", test_renewed);
  ADD ("anothers-reversal", test_anothers_reversal);
  ADD ("anothers-without-key", test_anothers_without_key);
  ADD ("yields", test_yields);
  ADD ("reversal", test_reversal);
  ADD ("note-answer", test_note_answer);
  return g_test_run ();
}
