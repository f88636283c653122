/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-number.h"

#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 32
#define ONCES 20000
#define BUSY_THREADS 2

static void
expect (const char *text, guint base, guint64 number)
{
  guint64 got = number + 1;

  g_assert_true (base_number_parse (text, base, 0, G_MAXUINT64, &got));
  g_assert_cmpuint (got, ==, number);
}

static void
refuse (const char *text, guint base, guint64 minimum, guint64 maximum)
{
  guint64 got = 77;

  g_assert_false (base_number_parse (text, base, minimum, maximum, &got));
  g_assert_cmpuint (got, ==, 77);
}

static void
test_reads (void)
{
  expect ("0", 10, 0);
  expect ("007", 10, 7);
  expect ("32768", 10, 32768);
  expect ("18446744073709551615", 10, G_MAXUINT64);
  expect ("fF", 16, 255);
  expect ("101", 2, 5);
}

static void
test_refuses (void)
{
  static const char *const wrong[] = { "", " 1", "1 ", "+1", "-1", "1.0", "1a", "0x1", "１", NULL };

  for (guint i = 0; wrong[i] != NULL; i++)
    refuse (wrong[i], 10, 0, G_MAXUINT64);
  refuse ("18446744073709551616", 10, 0, G_MAXUINT64);
  refuse ("99999999999999999999999", 10, 0, G_MAXUINT64);
  refuse ("g", 16, 0, 100);
  refuse ("2", 2, 0, 100);
}

static void
test_bounds (void)
{
  guint64 got = 0;

  g_assert_true (base_number_parse ("5", 10, 5, 9, &got));
  g_assert_true (base_number_parse ("9", 10, 5, 9, &got));
  refuse ("4", 10, 5, 9);
  refuse ("10", 10, 5, 9);
}

static gsize onces[ONCES];
static int busy;

/* Keeps GLib's one lock for things that are made once. */
static gpointer
keep_busy (gpointer data)
{
  g_atomic_int_inc (&busy);
  for (gsize i = GPOINTER_TO_SIZE (data); i < ONCES; i += BUSY_THREADS)
    if (g_once_init_enter (&onces[i]))
      g_once_init_leave (&onces[i], 1);
  return NULL;
}

static gboolean
parse_beside_others (void)
{
  GThread *threads[BUSY_THREADS];
  guint64 number = 0;
  gboolean good;

  for (gsize i = 0; i < BUSY_THREADS; i++)
    threads[i] = g_thread_new ("busy", keep_busy, GSIZE_TO_POINTER (i));
  while (g_atomic_int_get (&busy) < BUSY_THREADS)
    g_thread_yield ();
  good = base_number_parse ("32768", 10, 1, 1 << 20, &number) && number == 32768;
  for (gsize i = 0; i < BUSY_THREADS; i++)
    g_thread_join (threads[i]);
  return good;
}

/* A process's very first number, while its other threads start: each time in a process of its own.
 * Says in how many it was refused. Before g_test_init (), which reads a number itself. */
static guint
count_refused (void)
{
  guint refused = 0;

  for (guint i = 0; i < PROCESSES; i++)
    {
      pid_t child = fork ();
      int status = 0;

      g_assert_cmpint (child, >=, 0);
      if (child == 0)
        _exit (parse_beside_others () ? 0 : 1);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      if (status != 0)
        refused++;
    }
  return refused;
}

static void
test_first_of_a_process (gconstpointer refused)
{
  g_assert_cmpuint (GPOINTER_TO_UINT (refused), ==, 0);
}

static void
test_signed (void)
{
  static const char *const bad[] = { "", "-", "--1", "+1", "101", "-101", " 1", "1 ", "-x" };
  gint64 number = 7;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (base_number_parse_signed (bad[i], 100, &number));
  g_assert_cmpint (number, ==, 7);
  g_assert_true (base_number_parse_signed ("-100", 100, &number));
  g_assert_cmpint (number, ==, -100);
  g_assert_true (base_number_parse_signed ("100", 100, &number));
  g_assert_cmpint (number, ==, 100);
  g_assert_true (base_number_parse_signed ("9223372036854775807", G_MAXINT64, &number));
  g_assert_cmpint (number, ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  guint refused = count_refused ();

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/base/number/first-of-a-process", GUINT_TO_POINTER (refused),
                        test_first_of_a_process);
  g_test_add_func ("/base/number/reads", test_reads);
  g_test_add_func ("/base/number/refuses", test_refuses);
  g_test_add_func ("/base/number/bounds", test_bounds);
  g_test_add_func ("/base/number/signed", test_signed);
  return g_test_run ();
}
