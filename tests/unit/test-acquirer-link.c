/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The link against a real till-acquirer, with each fault that it knows.
 */
#include "acquirer-link.h"
#include "acquirer-message.h"
#include "sandbox-process.h"

#include <signal.h>

#define SHORT_MS 400  /* where no answer is expected */
#define LONG_MS 20000 /* where one is, however busy the machine */
#define LATE "late-ms=700"

typedef struct
{
  SandboxProcess *sandbox;
  AcquirerProfile *profile;
  AcquirerLink *link;
} Fixture;

static void
fixture_init (Fixture *self, const char *fault, guint answer_ms)
{
  self->sandbox = sandbox_process_new (fault, 1);
  self->profile = sandbox_process_profile (answer_ms);
  self->link = sandbox_process_link (self->sandbox, self->profile);
}

static void
fixture_clear (Fixture *self)
{
  acquirer_link_free (self->link);
  acquirer_profile_unref (self->profile);
  sandbox_process_free (self->sandbox);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

/* The host is another one now: without faults, on another port. */
static void
heal (Fixture *self, int signal)
{
  sandbox_process_restart (self->sandbox, signal, NULL);
  acquirer_link_free (self->link);
  acquirer_profile_unref (self->profile);
  self->profile = sandbox_process_profile (LONG_MS);
  self->link = sandbox_process_link (self->sandbox, self->profile);
}

static Iso8583Message *
sale (Fixture *self, guint stan)
{
  AcquirerSale values = sandbox_process_sale (stan);
  Iso8583Message *message
      = acquirer_message_build (self->profile, ACQUIRER_FLOW_SALE, &values, NULL);

  g_assert_nonnull (message);
  return message;
}

static void
expect_code (Fixture *self,
             const Iso8583Message *request,
             AcquirerVerdict verdict,
             const char *code)
{
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) error = NULL;
  char found[ACQUIRER_CODE_MAX];
  AcquirerExchange exchange = acquirer_link_exchange (self->link, request, NULL, &answer, &error);

  g_assert_no_error (error);
  g_assert_cmpint (exchange, ==, ACQUIRER_EXCHANGE_ANSWERED);
  g_assert_cmpint (acquirer_message_judge (self->profile, request, answer, found), ==, verdict);
  if (acquirer_message_reason (self->profile, answer) != NULL)
    g_test_message ("%s %s", found, acquirer_message_reason (self->profile, answer));
  g_assert_cmpstr (found, ==, code);
}

static void
expect_nothing (Fixture *self,
                const Iso8583Message *request,
                AcquirerExchange wanted,
                AcquirerError code)
{
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) error = NULL;
  AcquirerExchange exchange = acquirer_link_exchange (self->link, request, NULL, &answer, &error);

  g_assert_cmpint (exchange, ==, wanted);
  g_assert_error (error, ACQUIRER_ERROR, (int)code);
  g_test_message ("%s", error->message);
}

static void
expect_reversed (Fixture *self, const Iso8583Message *request, AcquirerVerdict verdict)
{
  g_autoptr (Iso8583Message) reversal
      = acquirer_message_reversal (self->profile, request, "no-answer", NULL);

  expect_code (self, reversal, verdict, verdict == ACQUIRER_VERDICT_APPROVED ? "00" : "25");
}

static void
test_flows (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (Iso8583Message) echo = NULL;
  g_autoptr (Iso8583Message) deferred = NULL;
  AcquirerSale values = sandbox_process_sale (18);

  fixture_init (&self, NULL, LONG_MS);
  g_assert_cmpint (acquirer_link_last_contact_us (self.link), ==, 0);
  request = sale (&self, 17);
  expect_code (&self, request, ACQUIRER_VERDICT_APPROVED, "00");
  g_assert_cmpint (acquirer_link_last_contact_us (self.link), >, 0);
  expect_code (&self, request, ACQUIRER_VERDICT_APPROVED, "00"); /* again: no second charge */
  g_assert_cmpuint (sandbox_process_count (self.sandbox, "charge", 17), ==, 1);
  echo = acquirer_message_build (self.profile, ACQUIRER_FLOW_ECHO, &values, NULL);
  expect_code (&self, echo, ACQUIRER_VERDICT_APPROVED, "00");
  deferred = acquirer_message_build (self.profile, ACQUIRER_FLOW_DEFERRED, &values, NULL);
  expect_code (&self, deferred, ACQUIRER_VERDICT_APPROVED, "00");
  g_assert_cmpuint (sandbox_process_count (self.sandbox, "charge", 18), ==, 1);
  expect_reversed (&self, request, ACQUIRER_VERDICT_APPROVED);
  expect_reversed (&self, request, ACQUIRER_VERDICT_APPROVED); /* again: no second line */
  g_assert_cmpuint (sandbox_process_count (self.sandbox, "reversal", 17), ==, 1);
  expect_code (&self, request, ACQUIRER_VERDICT_DECLINED, "12"); /* it was reversed */
}

static void
test_restart (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) first = NULL;
  g_autoptr (Iso8583Message) second = NULL;

  fixture_init (&self, NULL, LONG_MS);
  first = sale (&self, 17);
  second = sale (&self, 18);
  expect_code (&self, first, ACQUIRER_VERDICT_APPROVED, "00");
  expect_reversed (&self, second, ACQUIRER_VERDICT_NO_ORIGINAL);
  heal (&self, SIGKILL);
  expect_code (&self, first, ACQUIRER_VERDICT_APPROVED, "00");
  expect_code (&self, second, ACQUIRER_VERDICT_DECLINED, "12");
  g_assert_cmpuint (sandbox_process_count (self.sandbox, "charge", 17), ==, 1);
  g_assert_cmpuint (sandbox_process_count (self.sandbox, "charge", 18), ==, 0);
}

/* Faults after which the request had its effect, and the till can't know. */
static const struct
{
  const char *fault;
  AcquirerError error;
} unanswered[] = {
  { "drop-answer=1", ACQUIRER_ERROR_TIMEOUT }, { "late-answer=1," LATE, ACQUIRER_ERROR_TIMEOUT },
  { "delay-ms=1500", ACQUIRER_ERROR_TIMEOUT }, { "truncate=1", ACQUIRER_ERROR_CLOSED },
  { "bad-mac=1", ACQUIRER_ERROR_MAC },
};

static void
test_unanswered (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (unanswered); i++)
    {
      g_auto (Fixture) self = { 0 };
      g_autoptr (Iso8583Message) request = NULL;

      fixture_init (&self, unanswered[i].fault,
                    unanswered[i].error == ACQUIRER_ERROR_TIMEOUT ? SHORT_MS : LONG_MS);
      request = sale (&self, 17);
      expect_nothing (&self, request, ACQUIRER_EXCHANGE_NO_ANSWER, unanswered[i].error);
      g_assert_cmpuint (sandbox_process_count (self.sandbox, "charge", 17), ==, 1);
      heal (&self, SIGTERM);
      expect_reversed (&self, request, ACQUIRER_VERDICT_APPROVED);
      g_assert_cmpuint (sandbox_process_count (self.sandbox, "reversal", 17), ==, 1);
    }
}

static void
test_drop_request (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) request = NULL;

  fixture_init (&self, "drop-request=1", SHORT_MS);
  request = sale (&self, 17);
  expect_nothing (&self, request, ACQUIRER_EXCHANGE_NO_ANSWER, ACQUIRER_ERROR_TIMEOUT);
  heal (&self, SIGTERM);
  expect_reversed (&self, request, ACQUIRER_VERDICT_NO_ORIGINAL);
  g_assert_cmpuint (sandbox_process_count (self.sandbox, "charge", 17), ==, 0);
}

static void
test_close (void)
{
  g_auto (Fixture) self = { 0 };

  fixture_init (&self, "close=1", LONG_MS);
  for (guint stan = 17; stan < 25; stan++)
    {
      g_autoptr (Iso8583Message) request = sale (&self, stan);

      expect_nothing (&self, request, ACQUIRER_EXCHANGE_NO_ANSWER, ACQUIRER_ERROR_CLOSED);
    }
}

/* The request is looked at after its reversal: the host must refuse it. One of the two is late by
 * the seed. */
static void
test_late_request (void)
{
  g_auto (Fixture) self = { 0 };
  guint buried = 0;

  fixture_init (&self, "late-request=0.5,late-ms=900", SHORT_MS);
  for (guint stan = 17; stan < 23; stan++)
    {
      g_autoptr (Iso8583Message) request = sale (&self, stan);
      g_autoptr (Iso8583Message) reversal
          = acquirer_message_reversal (self.profile, request, "no-answer", NULL);
      g_autoptr (Iso8583Message) answer = NULL;

      if (acquirer_link_exchange (self.link, request, NULL, &answer, NULL)
          == ACQUIRER_EXCHANGE_ANSWERED)
        continue;
      for (guint i = 0; i < 10 && answer == NULL; i++)
        acquirer_link_exchange (self.link, reversal, NULL, &answer, NULL);
      g_assert_nonnull (answer);
      buried++;
      g_usleep (G_USEC_PER_SEC); /* the late request comes in now */
      g_assert_cmpuint (sandbox_process_count (self.sandbox, "charge", stan), ==,
                        sandbox_process_count (self.sandbox, "reversal", stan));
    }
  g_assert_cmpuint (buried, >, 0);
}

static void
count_stray (const Iso8583Message *answer, gpointer data)
{
  (*(guint *)data)++;
}

static void
test_duplicate (void)
{
  g_auto (Fixture) self = { 0 };
  guint strays = 0;

  fixture_init (&self, "duplicate-answer=1", LONG_MS);
  acquirer_link_set_stray (self.link, count_stray, &strays);
  for (guint stan = 17; stan < 20; stan++)
    {
      g_autoptr (Iso8583Message) request = sale (&self, stan);

      expect_code (&self, request, ACQUIRER_VERDICT_APPROVED, "00");
    }
  g_assert_cmpuint (strays, ==, 2);
  g_assert_cmpuint (acquirer_link_stray_count (self.link), ==, 2);
}

/* A late answer comes while the next request waits for its own: it isn't taken for it. */
static void
test_late_answer_is_stray (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) first = NULL;
  g_autoptr (Iso8583Message) second = NULL;

  fixture_init (&self, "late-answer=1,late-ms=1000", 700);
  first = sale (&self, 17);
  second = sale (&self, 18);
  expect_nothing (&self, first, ACQUIRER_EXCHANGE_NO_ANSWER, ACQUIRER_ERROR_TIMEOUT);
  expect_nothing (&self, second, ACQUIRER_EXCHANGE_NO_ANSWER, ACQUIRER_ERROR_TIMEOUT);
  g_assert_cmpuint (acquirer_link_stray_count (self.link), ==, 1);
}

static void
test_decline (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) request = NULL;

  fixture_init (&self, "decline=1", LONG_MS);
  request = sale (&self, 17);
  expect_code (&self, request, ACQUIRER_VERDICT_DECLINED, "05");
  expect_code (&self, request, ACQUIRER_VERDICT_DECLINED, "05");
  g_assert_cmpuint (sandbox_process_count (self.sandbox, "decline", 17), ==, 1);
  expect_reversed (&self, request, ACQUIRER_VERDICT_NO_ORIGINAL);
}

static void
test_not_sent (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CryptoTlsIdentity) identity = NULL;
  g_autoptr (BaseSecret) key = NULL;

  fixture_init (&self, NULL, LONG_MS);
  request = sale (&self, 17);
  g_cancellable_cancel (cancelled);
  g_assert_cmpint (acquirer_link_exchange (self.link, request, cancelled, &answer, &error), ==,
                   ACQUIRER_EXCHANGE_NOT_SENT);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  identity = sandbox_process_identity (self.sandbox);
  key = sandbox_process_mac_key (self.sandbox);
  acquirer_link_free (self.link);
  self.link = acquirer_link_new (self.profile, "127.0.0.1", 1, identity, key); /* nobody is there */
  expect_nothing (&self, request, ACQUIRER_EXCHANGE_NOT_SENT, ACQUIRER_ERROR_CONNECT);
}

/* The host went away and came back while the line was idle: the next request notices before its
 * first byte. */
static void
test_stale (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (Iso8583Message) first = NULL;
  g_autoptr (Iso8583Message) second = NULL;

  fixture_init (&self, NULL, LONG_MS);
  first = sale (&self, 17);
  second = sale (&self, 18);
  expect_code (&self, first, ACQUIRER_VERDICT_APPROVED, "00");
  sandbox_process_restart (self.sandbox, SIGKILL, NULL); /* on another port */
  expect_nothing (&self, second, ACQUIRER_EXCHANGE_NOT_SENT, ACQUIRER_ERROR_CONNECT);
}

static void
test_many (void)
{
  enum
  {
    COUNT = 50
  };
  g_auto (Fixture) self = { 0 };
  const Iso8583Message *requests[COUNT];
  AcquirerResult results[COUNT];

  fixture_init (&self, NULL, LONG_MS);
  for (guint i = 0; i < COUNT; i++)
    requests[i] = sale (&self, 17 + i);
  acquirer_link_exchange_many (self.link, requests, COUNT, NULL, results);
  for (guint i = 0; i < COUNT; i++)
    {
      g_assert_cmpint (results[i].exchange, ==, ACQUIRER_EXCHANGE_ANSWERED);
      g_assert_cmpstr (iso8583_message_get (results[i].answer, 11), ==,
                       iso8583_message_get (requests[i], 11));
      g_assert_cmpuint (sandbox_process_count (self.sandbox, "charge", 17 + i), ==, 1);
      acquirer_result_clear (&results[i]);
      iso8583_message_free ((Iso8583Message *)requests[i]);
    }
}

/* Through every fault at once, repeated until answered: each charged once. */
static void
test_storm (void)
{
  enum
  {
    COUNT = 30
  };
  g_auto (Fixture) self = { 0 };

  fixture_init (
      &self,
      "drop-answer=0.1,close=0.1,truncate=0.1,bad-mac=0.1,duplicate-answer=0.2,drop-request=0.1",
      SHORT_MS);
  for (guint stan = 1; stan <= COUNT; stan++)
    {
      AcquirerSale values = sandbox_process_sale (stan);
      g_autoptr (Iso8583Message) request
          = acquirer_message_build (self.profile, ACQUIRER_FLOW_DEFERRED, &values, NULL);
      g_autoptr (Iso8583Message) answer = NULL;

      for (guint i = 0; i < 20 && answer == NULL; i++)
        acquirer_link_exchange (self.link, request, NULL, &answer, NULL);
      g_assert_nonnull (answer);
      g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
      g_assert_cmpuint (sandbox_process_count (self.sandbox, "charge", stan), ==, 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/link/flows", test_flows);
  g_test_add_func ("/acquirer/link/restart", test_restart);
  g_test_add_func ("/acquirer/link/unanswered", test_unanswered);
  g_test_add_func ("/acquirer/link/drop-request", test_drop_request);
  g_test_add_func ("/acquirer/link/close", test_close);
  g_test_add_func ("/acquirer/link/late-request", test_late_request);
  g_test_add_func ("/acquirer/link/duplicate", test_duplicate);
  g_test_add_func ("/acquirer/link/late-answer-is-stray", test_late_answer_is_stray);
  g_test_add_func ("/acquirer/link/decline", test_decline);
  g_test_add_func ("/acquirer/link/not-sent", test_not_sent);
  g_test_add_func ("/acquirer/link/stale", test_stale);
  g_test_add_func ("/acquirer/link/many", test_many);
  g_test_add_func ("/acquirer/link/storm", test_storm);
  return g_test_run ();
}
