/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-worker.h"

#include <glib/gi18n.h>

typedef struct
{
  GTask *task;
  BaseWorkerJob job;
} Entry;

struct _BaseWorker
{
  GThread *thread;
  GMutex mutex;
  GCond wake;
  GQueue entries;
  guint jobs_max;
  gboolean running; /* a job is being done */
  gboolean ending;
};

/* NULL when the worker ends. */
static Entry *
next_entry (BaseWorker *self)
{
  Entry *entry = NULL;

  g_mutex_lock (&self->mutex);
  self->running = FALSE;
  while (g_queue_is_empty (&self->entries) && !self->ending)
    g_cond_wait (&self->wake, &self->mutex);
  if (!self->ending)
    {
      entry = g_queue_pop_head (&self->entries);
      self->running = TRUE;
    }
  g_mutex_unlock (&self->mutex);
  return entry;
}

static gboolean
on_done_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* The last reference may be ours, and with it whoever made the task: that object belongs to the
 * task's context, so it must end there too. */
static void
give_back (GTask *task)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, g_task_get_priority (task));
  g_source_set_callback (source, on_done_cb, task, g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

static gpointer
run (gpointer data)
{
  BaseWorker *self = data;
  Entry *entry;

  while ((entry = next_entry (self)) != NULL)
    {
      entry->job (entry->task, g_task_get_task_data (entry->task));
      give_back (entry->task);
      g_free (entry);
    }
  return NULL;
}

BaseWorker *
base_worker_new (const char *name, guint jobs_max)
{
  BaseWorker *self = g_new0 (BaseWorker, 1);

  g_assert (jobs_max > 0);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->wake);
  g_queue_init (&self->entries);
  self->jobs_max = jobs_max;
  self->thread = g_thread_new (name, run, self);
  return self;
}

void
base_worker_free (BaseWorker *self)
{
  Entry *entry;

  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  while ((entry = g_queue_pop_head (&self->entries)) != NULL)
    {
      g_task_return_new_error (entry->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                               _ ("The worker has ended"));
      g_object_unref (entry->task);
      g_free (entry);
    }
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->wake);
  g_free (self);
}

void
base_worker_push (BaseWorker *self, GTask *task, BaseWorkerJob job)
{
  gboolean full;

  g_assert (self != NULL && G_IS_TASK (task) && job != NULL);
  g_mutex_lock (&self->mutex);
  full = g_queue_get_length (&self->entries) >= self->jobs_max;
  if (!full)
    {
      Entry *entry = g_new0 (Entry, 1);

      entry->task = task;
      entry->job = job;
      g_queue_push_tail (&self->entries, entry);
      g_cond_signal (&self->wake);
    }
  g_mutex_unlock (&self->mutex);
  if (full)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, _ ("Too many jobs are waiting"));
      g_object_unref (task);
    }
}

guint
base_worker_count (BaseWorker *self)
{
  guint count;

  g_mutex_lock (&self->mutex);
  count = g_queue_get_length (&self->entries) + (self->running ? 1 : 0);
  g_mutex_unlock (&self->mutex);
  return count;
}
