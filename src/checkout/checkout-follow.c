/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-follow.h"

#include "vault-epoch.h"
#include "vault-journal.h"
#include "vault-key.h"

#include "base-check.h"

#define MS G_TIME_SPAN_MILLISECOND

/* Shared by the thread and whoever started it: it is freed by whoever lets it go last. */
struct _CheckoutFollow
{
  Vault *vault;    /* never touched by the thread */
  GThread *thread; /* nor this */
  GMutex mutex;
  GCond changed;
  guint holders;
  gboolean stops, ended;
  gint64 wanted, reached; /* entries of the journal */
  gint64 since_us;        /* 0: up to date */
  char reason[CHECKOUT_FOLLOW_REASON_MAX];
  VaultCopy *copy; /* the thread's alone */
  char *folder;
};

static void
let_go (CheckoutFollow *self)
{
  gboolean last;

  g_mutex_lock (&self->mutex);
  last = --self->holders == 0;
  g_mutex_unlock (&self->mutex);
  if (!last)
    return;
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self->folder);
  g_free (self);
}

/* On whatever thread commits, in its way for the time of a note. */
static void
on_vault_commit_cb (gpointer data, gint64 journal)
{
  CheckoutFollow *self = data;

  g_mutex_lock (&self->mutex);
  self->wanted = journal;
  if (self->since_us == 0)
    self->since_us = g_get_real_time ();
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

const char *
checkout_follow_reason (const GError *error)
{
  if (error->domain != VAULT_ERROR)
    return "failed";
  switch ((VaultError)error->code)
    {
    case VAULT_ERROR_ABSENT:
      return "absent";
    case VAULT_ERROR_FULL:
      return "full";
    case VAULT_ERROR_EXISTS:
      return "foreign";
    case VAULT_ERROR_BUSY:
      return "busy";
    case VAULT_ERROR_IO:
    case VAULT_ERROR_KEY:
    case VAULT_ERROR_NO_KEYRING:
    case VAULT_ERROR_CHANGED:
    case VAULT_ERROR_CORRUPT:
    case VAULT_ERROR_STATE:
      break;
    }
  return "failed";
}

/* With the mutex held. TRUE: it is told to stop, or woken. */
static gboolean
wait (CheckoutFollow *self, gint64 time_ms)
{
  gint64 end_us = g_get_monotonic_time () + time_ms * MS;
  gint64 wanted = self->wanted;

  while (!self->stops && self->wanted == wanted)
    if (!g_cond_wait_until (&self->changed, &self->mutex, end_us))
      return FALSE;
  return TRUE;
}

/* A failed look is no reason to look again at the next commit: that would be as often as it sells.
 */
static void
rest (CheckoutFollow *self, gint64 time_ms)
{
  gint64 end_us = g_get_monotonic_time () + time_ms * MS;

  while (!self->stops && g_cond_wait_until (&self->changed, &self->mutex, end_us))
    ;
}

/* With the mutex held, which it lets go while it writes. */
static gboolean
write_once (CheckoutFollow *self, gboolean tidy)
{
  g_autoptr (GError) error = NULL;
  gint64 wanted = self->wanted;
  gboolean good;

  g_mutex_unlock (&self->mutex);
  good = tidy ? vault_copy_tidy (self->copy, &error) : vault_copy_follow (self->copy, &error);
  g_mutex_lock (&self->mutex);
  g_strlcpy (self->reason, good ? "" : checkout_follow_reason (error), sizeof self->reason);
  if (!good)
    {
      g_debug ("The copy in the second folder: %s", error->message);
      if (self->since_us == 0)
        self->since_us = g_get_real_time ();
      return FALSE;
    }
  self->reached = MAX (wanted, vault_copy_journal (self->copy));
  if (self->wanted <= self->reached)
    self->since_us = 0;
  g_cond_broadcast (&self->changed);
  return TRUE;
}

/* What is done is swept out in a quiet moment, and at the end. */
static void
work (CheckoutFollow *self)
{
  gboolean good = write_once (self, FALSE);

  while (!self->stops)
    {
      if (!good)
        rest (self, CHECKOUT_FOLLOW_RETRY_MS);
      else if (self->wanted <= self->reached)
        {
          if (vault_copy_is_untidy (self->copy))
            {
              if (!wait (self, CHECKOUT_FOLLOW_QUIET_MS))
                good = write_once (self, TRUE);
              continue;
            }
          while (!self->stops && self->wanted <= self->reached)
            g_cond_wait (&self->changed, &self->mutex);
        }
      if (self->stops)
        break;
      rest (self, CHECKOUT_FOLLOW_GATHER_MS);
      good = write_once (self, FALSE);
    }
  if (good)
    good = write_once (self, FALSE);
  if (good && vault_copy_is_untidy (self->copy))
    (void)write_once (self, TRUE);
}

static gpointer
run (gpointer data)
{
  CheckoutFollow *self = data;

  g_mutex_lock (&self->mutex);
  work (self);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->copy, vault_copy_free); /* its connection goes before the vault's */
  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  let_go (self);
  return NULL;
}

CheckoutFollow *
checkout_follow_start (Vault *vault, const BaseSecret *key)
{
  char *folder = vault_setting_text (vault, CHECKOUT_SETTING_FOLLOW, /* error= */ NULL);
  CheckoutFollow *self;

  if (folder == NULL || !vault_is_owner (vault))
    {
      g_free (folder);
      return NULL;
    }
  self = g_new0 (CheckoutFollow, 1);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->holders = 2;
  self->vault = vault;
  self->folder = folder;
  self->wanted = vault_journal_head (vault);
  self->reached = -1;
  self->since_us = g_get_real_time ();
  self->copy = vault_copy_new (vault_dir (vault), folder, vault_epoch_number (vault), key);
  vault_watch_commits (vault, on_vault_commit_cb, self);
  self->thread = g_thread_new ("till-follow", run, self);
  return self;
}

void
checkout_follow_stop (CheckoutFollow *self)
{
  GThread *thread;
  gboolean ended;
  gint64 end_us;

  if (self == NULL)
    return;
  thread = self->thread;
  vault_watch_commits (self->vault, NULL, NULL);
  end_us = g_get_monotonic_time () + CHECKOUT_FOLLOW_STOP_MS * MS;
  g_mutex_lock (&self->mutex);
  self->stops = TRUE;
  g_cond_broadcast (&self->changed);
  while (!self->ended)
    if (!g_cond_wait_until (&self->changed, &self->mutex, end_us))
      break;
  ended = self->ended;
  g_mutex_unlock (&self->mutex);
  let_go (self);
  if (ended)
    g_thread_join (thread); /* it has nothing left to wait for */
  else
    g_thread_unref (thread);
}

const char *
checkout_follow_folder (const CheckoutFollow *self)
{
  return self->folder;
}

void
checkout_follow_read (CheckoutFollow *self, CheckoutFollowState *out_state)
{
  gint64 now_us = g_get_real_time ();

  *out_state = (CheckoutFollowState){ 0 };
  g_mutex_lock (&self->mutex);
  out_state->current = self->since_us == 0;
  out_state->behind = self->reached >= 0 ? MAX (0, self->wanted - self->reached) : -1;
  out_state->since_us = self->since_us;
  g_strlcpy (out_state->reason, self->reason, sizeof out_state->reason);
  g_mutex_unlock (&self->mutex);
  if (out_state->reason[0] != '\0' || out_state->since_us == 0)
    return;
  if (now_us - out_state->since_us > CHECKOUT_FOLLOW_RETRY_MS * MS)
    g_strlcpy (out_state->reason, "slow", sizeof out_state->reason);
  else
    out_state->since_us = out_state->behind = 0; /* it is being written at this moment */
}

CheckoutFollowKnows
checkout_follow_knows (CheckoutFollow *self, gint64 entry)
{
  CheckoutFollowKnows knows = CHECKOUT_FOLLOW_WRITING;

  g_mutex_lock (&self->mutex);
  if (self->reached >= entry)
    knows = CHECKOUT_FOLLOW_HAS;
  else if (self->reason[0] != '\0')
    knows = CHECKOUT_FOLLOW_LACKS;
  g_mutex_unlock (&self->mutex);
  return knows;
}

/* The copy first: a folder that can't be written to is none. */
static gboolean
set_folder (Vault *vault, const BaseSecret *key, const char *folder, GError **error)
{
  g_autoptr (VaultCopy) copy
      = vault_copy_new (vault_dir (vault), folder, vault_epoch_number (vault), key);
  g_autofree char *detail = g_strconcat ("to ", folder, NULL);

  return vault_copy_begin (copy, error)
         && vault_setting_set_text (vault, CHECKOUT_SETTING_FOLLOW, folder, error)
         && vault_journal_add (vault, "setup", "copy", detail, error)
         && vault_copy_follow (copy, error);
}

gboolean
checkout_follow_begin (Vault *vault, const BaseSecret *key, const char *folder, GError **error)
{
  if (folder != NULL)
    return set_folder (vault, key, folder, error);
  return vault_setting_set_text (vault, CHECKOUT_SETTING_FOLLOW, "", error)
         && vault_journal_add (vault, "setup", "copy", "off", error);
}

gboolean
checkout_follow_set (const char *dir, BaseSpan passphrase, const char *folder, GError **error)
{
  g_autoptr (BaseSecret) key = vault_key_open (dir, passphrase, error);
  g_autoptr (Vault) vault = key != NULL ? vault_open (dir, key, VAULT_ACCESS_OWN, error) : NULL;

  return vault != NULL && checkout_follow_begin (vault, key, folder, error);
}

gboolean
checkout_follow_check (const char *dir,
                       BaseSpan passphrase,
                       char **out_folder,
                       VaultCopyFacts *out_facts,
                       GError **error)
{
  g_autoptr (BaseSecret) key = vault_key_open (dir, passphrase, error);
  g_autoptr (Vault) vault = key != NULL ? vault_open (dir, key, VAULT_ACCESS_READ, error) : NULL;
  g_autoptr (VaultCopy) copy = NULL;

  if (vault == NULL)
    return FALSE;
  *out_folder = vault_setting_text (vault, CHECKOUT_SETTING_FOLLOW, /* error= */ NULL);
  if (*out_folder == NULL)
    return TRUE;
  copy = vault_copy_new (dir, *out_folder, vault_epoch_number (vault), key);
  return vault_copy_check (vault_copy_path (copy), dir, key, out_facts, error);
}
