/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One named thread with a bounded queue of jobs, done in order. A job blocks as it likes; its
 * result comes back to the main context of whoever made the GTask. A full queue refuses at once, so
 * nobody waits for a printer or a network. Freeing a worker lets the running job end, answers every
 * waiting one with G_IO_ERROR_CANCELLED and joins the thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BaseWorker BaseWorker;
/* Runs on the worker's thread. It must return the task (g_task_return_…) exactly once. `data` is
 * the task's data. */
typedef void (*BaseWorkerJob) (GTask *task, gpointer data);

BaseWorker *base_worker_new (const char *name, guint jobs_max);
void base_worker_free (BaseWorker *self);
/* Takes over `task`. When the queue is full the task returns G_IO_ERROR_BUSY. */
void base_worker_push (BaseWorker *self, GTask *task, BaseWorkerJob job);
/* Jobs waiting or running. */
guint base_worker_count (BaseWorker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseWorker, base_worker_free)

G_END_DECLS
