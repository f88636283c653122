/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-marks.h"

#include "vault-counter.h"
#include "vault-journal.h"
#include "vault-mark-item.h"

struct _CheckoutMarks
{
  Vault *vault;
  GThread *thread;
  GMutex mutex;
  GCond changed;
  gboolean stops;
  gboolean hastens; /* a step is wanted now */
};

static void
step (CheckoutMarks *self)
{
  gboolean at_once = self->hastens;
  g_autoptr (GError) error = NULL;

  self->hastens = FALSE;
  g_mutex_unlock (&self->mutex);
  if (!vault_counter_step (self->vault, at_once, &error))
    g_debug ("The counter was not stepped: %s", error->message);
  g_clear_error (&error);
  if (!vault_mark_item_step (self->vault, &error))
    g_debug ("The keyring's mark was not brought up: %s", error->message);
  g_mutex_lock (&self->mutex);
}

void
checkout_marks_note_guard (Vault *vault, VaultKeyGuard guard)
{
  gboolean unguarded = guard == VAULT_KEY_GUARD_NONE;
  gboolean known = vault_setting_number (vault, CHECKOUT_SETTING_UNGUARDED, 0) != 0;
  g_autoptr (GError) error = NULL;

  if (guard == VAULT_KEY_GUARD_UNKNOWN || unguarded == known)
    return;
  if ((unguarded && !vault_journal_add (vault, "till", "key-unguarded", "keyring", &error))
      || !vault_setting_set_number (vault, CHECKOUT_SETTING_UNGUARDED, unguarded, &error))
    g_debug ("What guards the key was not noted: %s", error->message);
}

/* Once, for it is asked of a keyring that may take its time. */
static void
look_at_guard (Vault *vault)
{
  const char *dir = vault_dir (vault);

  checkout_marks_note_guard (vault, vault_key_needs_passphrase (dir) ? VAULT_KEY_GUARD_PASSWORD
                                                                     : vault_key_guard (dir));
}

static gpointer
run (gpointer data)
{
  CheckoutMarks *self = data;

  look_at_guard (self->vault);

  g_mutex_lock (&self->mutex);
  while (!self->stops)
    {
      gint64 end_us;

      step (self);
      end_us = g_get_monotonic_time () + CHECKOUT_MARKS_EVERY_S * G_TIME_SPAN_SECOND;
      while (!self->stops && !self->hastens
             && g_cond_wait_until (&self->changed, &self->mutex, end_us))
        ;
    }
  step (self); /* what was done since */
  g_mutex_unlock (&self->mutex);
  return NULL;
}

CheckoutMarks *
checkout_marks_start (Vault *vault)
{
  CheckoutMarks *self;

  if (!vault_is_owner (vault))
    return NULL;
  self = g_new0 (CheckoutMarks, 1);
  self->vault = vault;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("till-marks", run, self);
  return self;
}

void
checkout_marks_hasten (CheckoutMarks *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->hastens = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->mutex);
}

void
checkout_marks_stop (CheckoutMarks *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->stops = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}
