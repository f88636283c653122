/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-worker.h"

typedef struct
{
  GMutex gate;
  int done;
  int last;
  int answered, busy, cancelled;
  GMainLoop *loop;
  int wanted;
} Fixture;

typedef struct
{
  Fixture *fixture;
  int number;
} Job;

static void
gated_job (GTask *task, gpointer data)
{
  Job *job = data;

  g_mutex_lock (&job->fixture->gate);
  g_assert_cmpint (job->number, ==, job->fixture->last + 1);
  job->fixture->last = job->number;
  g_mutex_unlock (&job->fixture->gate);
  g_task_return_boolean (task, TRUE);
}

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    fixture->done++;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    fixture->busy++;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fixture->cancelled++;
  if (++fixture->answered == fixture->wanted)
    g_main_loop_quit (fixture->loop);
}

static void
push (Fixture *fixture, BaseWorker *worker, int number)
{
  GTask *task = g_task_new (NULL, NULL, on_answer_cb, fixture);
  Job *job = g_new (Job, 1);

  *job = (Job){ fixture, number };
  g_task_set_task_data (task, job, g_free);
  base_worker_push (worker, task, gated_job);
}

static void
test_orders_and_refuses (void)
{
  Fixture fixture = { .loop = g_main_loop_new (NULL, FALSE), .wanted = 6 };
  g_autoptr (BaseWorker) worker = base_worker_new ("test", 4);
  int pushed = 0;

  g_mutex_init (&fixture.gate);
  g_mutex_lock (&fixture.gate);
  push (&fixture, worker, ++pushed);
  while (base_worker_count (worker) != 1)
    g_usleep (100);
  g_usleep (20000); /* the first is being done now and the queue is empty */
  for (int i = 0; i < 5; i++)
    push (&fixture, worker, ++pushed);
  g_mutex_unlock (&fixture.gate);
  g_main_loop_run (fixture.loop);
  g_assert_cmpint (fixture.done, ==, 5);
  g_assert_cmpint (fixture.busy, ==, 1);
  g_main_loop_unref (fixture.loop);
}

static void
test_free_answers_the_waiting (void)
{
  Fixture fixture = { .loop = g_main_loop_new (NULL, FALSE), .wanted = 3 };
  BaseWorker *worker = base_worker_new ("test", 4);

  g_mutex_init (&fixture.gate);
  for (int i = 1; i <= 3; i++)
    push (&fixture, worker, i);
  base_worker_free (worker);
  g_main_loop_run (fixture.loop);
  g_assert_cmpint (fixture.done + fixture.cancelled, ==, 3);
  g_main_loop_unref (fixture.loop);
}

static void
quick_job (GTask *task, gpointer data)
{
  g_task_return_boolean (task, TRUE);
}

static void
on_gone_cb (gpointer data, GObject *where)
{
  g_assert_true (g_thread_self () == data);
}

static void
on_quick_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_main_loop_quit (data);
}

/* The last one to hold an object may be the task that it made: the object ends where it began,
 * never on the worker. */
static void
test_ends_where_it_began (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (BaseWorker) worker = base_worker_new ("test", 4);

  for (guint i = 0; i < 500; i++)
    {
      GObject *source = g_object_new (G_TYPE_OBJECT, NULL);

      g_object_weak_ref (source, on_gone_cb, g_thread_self ());
      base_worker_push (worker, g_task_new (source, NULL, on_quick_cb, loop), quick_job);
      g_object_unref (source);
      g_main_loop_run (loop);
    }
  g_clear_pointer (&worker, base_worker_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/worker/orders-and-refuses", test_orders_and_refuses);
  g_test_add_func ("/base/worker/free-answers-the-waiting", test_free_answers_the_waiting);
  g_test_add_func ("/base/worker/ends-where-it-began", test_ends_where_it_began);
  return g_test_run ();
}
