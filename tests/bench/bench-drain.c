/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ten thousand stored card sales drained to the sandbox acquirer over TLS, eight in flight.
 *
 * Fast line: against two floors that use none of Till's code. One record at a time: a round trip
 * (plain TCP to an echo on a thread, so less than TLS) and two bare durable commits of a row; the
 * goal is at most twice its time. By handfuls, as the drainer does: eight messages there and back
 * at once and two commits of eight rows; that is printed, not judged, for the acquirer's ledger and
 * its seals are in the drain and not in it. Each floor is timed before and after the drain.
 *
 * Slow line: the acquirer says each answer 20 ms late (its fault delay-ms, which holds up no other
 * answer, as a long line doesn't). Against Till itself with one in flight, over 500 records, for
 * ten thousand would take minutes.
 */
#include "bench-stored.h"

#include "base-data.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECORDS 10000
#define RECORDS_ONE_BY_ONE 500
#define HANDFUL 8
#define FLOOR_TURNS 2000
#define MESSAGE_SIZE 300
#define STUCK_MAX 10 /* a machine so busy that an answer is late */
#define FLOOR_GOAL_PERCENT 50
#define FLIGHT_GOAL_PERCENT 300
#define SLOW "delay-ms=20"

/* ---- the floor ---- */

static void
whole (int fd, gboolean out, guint8 *bytes, gsize size)
{
  for (gsize done = 0; done < size;)
    {
      gssize count = out ? send (fd, bytes + done, size - done, MSG_NOSIGNAL)
                         : recv (fd, bytes + done, size - done, 0);

      if (count <= 0)
        return;
      done += (gsize)count;
    }
}

/* Else the second of several messages waits for the first one's receipt. */
static void
set_no_delay (int fd)
{
  int on = 1;

  g_assert_cmpint (setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), ==, 0);
}

static gpointer
run_echo (gpointer data)
{
  int fd = accept (GPOINTER_TO_INT (data), NULL, NULL);
  guint8 message[MESSAGE_SIZE] = { 0 };

  set_no_delay (fd);
  for (guint i = 0; i < FLOOR_TURNS; i++)
    {
      whole (fd, FALSE, message, sizeof message);
      whole (fd, TRUE, message, sizeof message);
    }
  close (fd);
  return NULL;
}

static int
connect_echo (GThread **out_thread, int *out_listener)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  *out_listener = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_cmpint (bind (*out_listener, (struct sockaddr *)&address, sizeof address), ==, 0);
  g_assert_cmpint (listen (*out_listener, 1), ==, 0);
  g_assert_cmpint (getsockname (*out_listener, (struct sockaddr *)&address, &size), ==, 0);
  *out_thread = g_thread_new ("echo", run_echo, GINT_TO_POINTER (*out_listener));
  g_assert_cmpint (connect (fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  set_no_delay (fd);
  return fd;
}

static void
update_rows (sqlite3 *db, guint turn, guint count)
{
  g_autofree char *sql = g_strdup_printf (
      "BEGIN IMMEDIATE; UPDATE t SET b = zeroblob (1500), c = %u WHERE a BETWEEN %u AND %u; COMMIT",
      turn, turn % 100 + 1, turn % 100 + count);

  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

static sqlite3 *
open_floor (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "floor.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (db,
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    "CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, b BLOB, c INTEGER);"
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)"
                    " INSERT OR IGNORE INTO t SELECT i, zeroblob (1500), 0 FROM n",
                    NULL, NULL, NULL),
      ==, SQLITE_OK);
  return db;
}

/* Records a second, `count` at once. */
static double
time_floor (const char *dir, guint count)
{
  guint8 messages[HANDFUL * MESSAGE_SIZE] = { 0 };
  GThread *echo;
  sqlite3 *db = open_floor (dir);
  gint64 begin;
  double seconds;
  int listener, fd = connect_echo (&echo, &listener);

  begin = g_get_monotonic_time ();
  for (guint i = 0; i < FLOOR_TURNS; i += count)
    {
      update_rows (db, i, count);
      whole (fd, TRUE, messages, count * MESSAGE_SIZE);
      whole (fd, FALSE, messages, count * MESSAGE_SIZE);
      update_rows (db, i, count);
    }
  seconds = (double)(g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
  close (fd);
  g_thread_join (echo);
  close (listener);
  sqlite3_close (db);
  return FLOOR_TURNS / seconds;
}

/* ---- the drain ---- */

/* Stores `count` sales and sends them all; records a second of the sending. */
static double
time_drain (const char *dir, guint count)
{
  g_auto (SyncReport) report = { 0 };
  g_autoptr (CheckoutShop) shop = NULL;
  SyncOutcome outcome = SYNC_YIELDED;
  GError *error = NULL;
  guint stuck = 0;
  gint64 begin;

  bench_stored_add (dir, count);
  shop = bench_stored_open (dir);
  sync_report_init (&report);
  begin = g_get_monotonic_time ();
  while (outcome == SYNC_YIELDED || (outcome == SYNC_STUCK && stuck++ < STUCK_MAX))
    outcome = sync_queue_run (shop->line, NULL, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, SYNC_EMPTY);
  g_assert_cmpuint (report.approved, ==, count);
  if (report.unanswered > 0)
    printf ("on a busy machine: %u answers came too late and were asked for again\n",
            report.unanswered);
  return count / ((double)(g_get_monotonic_time () - begin) / G_USEC_PER_SEC);
}

static gboolean
bench_fast (const char *dir)
{
  double one = time_floor (dir, 1), handfuls = time_floor (dir, HANDFUL);
  double drain = time_drain (dir, RECORDS);
  double one_after = time_floor (dir, 1), handfuls_after = time_floor (dir, HANDFUL), ratio;

  ratio = drain / ((one + one_after) / 2);
  printf ("floor: %.0f and %.0f records/s (one TCP round trip and two bare commits each)\n", one,
          one_after);
  printf ("floor by handfuls of %d: %.0f and %.0f records/s\n", HANDFUL, handfuls, handfuls_after);
  printf ("drain of %d: %.0f records/s over TLS, MAC, seals and the acquirer's ledger included\n",
          RECORDS, drain);
  printf ("ratio drain %.2f %.2f\n", ratio, FLOOR_GOAL_PERCENT / 100.0);
  printf ("against the floor by handfuls %.2f (not judged)\n",
          drain / ((handfuls + handfuls_after) / 2));
  return ratio * 100 >= FLOOR_GOAL_PERCENT;
}

static gboolean
bench_slow (const char *dir, SandboxProcess *host)
{
  double one, many;

  sandbox_process_restart (host, SIGTERM, SLOW);
  bench_stored_set_line (dir, sandbox_process_port (host), 1);
  one = time_drain (dir, RECORDS_ONE_BY_ONE);
  bench_stored_set_line (dir, sandbox_process_port (host), HANDFUL);
  many = time_drain (dir, RECORDS);
  printf ("answers 20 ms late, one in flight: %.0f records/s (%d of them)\n", one,
          RECORDS_ONE_BY_ONE);
  printf ("answers 20 ms late, %d in flight: %.0f records/s (%d of them)\n", HANDFUL, many,
          RECORDS);
  printf ("ratio drain-slow-line %.2f %.2f\n", many / one, FLIGHT_GOAL_PERCENT / 100.0);
  return many * 100 >= one * FLIGHT_GOAL_PERCENT;
}

int
main (void)
{
  SandboxProcess *host = sandbox_process_new (NULL, 1);
  char *dir = bench_stored_make (host);
  gboolean good = bench_fast (dir);

  good = bench_slow (dir, host) && good;
  sandbox_process_free (host);
  bench_stored_remove (dir);
  return good ? 0 : 1;
}
