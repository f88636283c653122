/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-counter.h"

#include "vault-epoch.h"
#include "vault-private.h"

#include "crypto-error.h"
#include "crypto-tpm.h"

#define SETTING "counter" /* "VALUE DAY STEPS AT JOURNAL" */
#define DAY_US (24 * VAULT_COUNTER_EVERY_US)
#define MAKING (-1) /* whatever it turns out to be */
#define NEVER (-2)  /* the books know of none */

struct _VaultCounter
{
  guint32 index;
  BaseSecret *authorisation;
  VaultCounterState state;
  gboolean stepped; /* since this opening */
  gboolean adopts;  /* the books don't agree with it, and go on from `adopted` */
  gint64 adopted;
  /* As the books have it. */
  gint64 value, day, steps, at_us, journal;
};

static const char *const words[] = {
  [VAULT_COUNTER_NONE] = "none", [VAULT_COUNTER_AWAY] = "away", [VAULT_COUNTER_REFUSED] = "refused",
  [VAULT_COUNTER_NEW] = "new",   [VAULT_COUNTER_GOOD] = "good", [VAULT_COUNTER_LOST] = "lost",
};

const char *
vault_counter_word (VaultCounterState state)
{
  return words[state];
}

VaultCounterState
vault_counter_state (Vault *self)
{
  VaultCounterState state;

  vault_lock (self);
  state = self->counter != NULL ? self->counter->state : VAULT_COUNTER_NONE;
  vault_unlock (self);
  return state;
}

static void
set_state (Vault *self, VaultCounterState state)
{
  vault_lock (self);
  self->counter->state = state;
  vault_unlock (self);
}

/* A changed one counts as none that was ever known: the setting's own seal tells of it. */
static void
read_setting (Vault *self)
{
  VaultCounter *counter = self->counter;
  g_autofree char *text = vault_setting_text (self, SETTING, /* error= */ NULL);
  gint64 *const numbers[]
      = { &counter->value, &counter->day, &counter->steps, &counter->at_us, &counter->journal };
  const char *rest = text;

  counter->value = NEVER;
  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (numbers); i++)
    *numbers[i] = g_ascii_strtoll (rest, (char **)&rest, 10);
}

static gboolean
write_setting (Vault *self, gint64 value, GError **error)
{
  VaultCounter *counter = self->counter;
  VaultCounter before = *counter;
  g_autofree char *text = NULL;

  counter->value = value;
  counter->journal = self->heads_committed.journal;
  text = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                          " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                          value, counter->day, counter->steps, counter->at_us, counter->journal);
  if (vault_setting_set_text (self, SETTING, text, error))
    return TRUE;
  *counter = before;
  return FALSE;
}

/* ---- at opening ---- */

static void
make_names (VaultCounter *counter, const BaseSecret *key)
{
  g_autoptr (BaseSecret) name = crypto_derive (key, "till counter name");
  BaseReader reader;
  guint32 number = 0;

  base_reader_init (&reader, base_secret_span (name));
  (void)base_reader_u32be (&reader, &number);
  counter->index = CRYPTO_TPM_INDEX_FIRST + (number & CRYPTO_TPM_INDEX_MASK);
  counter->authorisation = crypto_derive (key, "till counter authorisation");
}

/* What the TPM's value means for books that have `known`. */
static VaultCounterState
compare (gint64 known, CryptoTpmFound found, guint64 value, const char **out_word)
{
  gint64 there = (gint64)MIN (value, (guint64)G_MAXINT64);

  if (found == CRYPTO_TPM_THERE && (known == MAKING || known == there || known == there + 1))
    return VAULT_COUNTER_GOOD;
  if (found == CRYPTO_TPM_THERE && known < there) /* also books of before there was one */
    {
      *out_word = VAULT_QUARANTINE_ROLLBACK;
      return VAULT_COUNTER_GOOD;
    }
  if (known == NEVER || known == MAKING)
    return VAULT_COUNTER_NEW;
  *out_word = VAULT_QUARANTINE_MOVED;
  return VAULT_COUNTER_LOST;
}

static VaultCounterState
state_for (const GError *why, gint64 known)
{
  if (g_error_matches (why, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT))
    return known == NEVER ? VAULT_COUNTER_NONE : VAULT_COUNTER_AWAY;
  return VAULT_COUNTER_REFUSED;
}

/* Once the books know why they are held back, they go on from the counter that is there. */
static gint64
value_after (VaultCounterState state, guint64 value)
{
  return state == VAULT_COUNTER_GOOD ? (gint64)MIN (value, (guint64)G_MAXINT64) : MAKING;
}

void
vault_counter_open (Vault *self, const BaseSecret *key, const char **out_word)
{
  g_autoptr (GError) why = NULL;
  CryptoTpmFound found = CRYPTO_TPM_ABSENT;
  const char *word = NULL;
  guint64 value = 0;

  self->counter = g_new0 (VaultCounter, 1);
  make_names (self->counter, key);
  read_setting (self);
  if (!crypto_tpm_read (self->counter->index, self->counter->authorisation, &found, &value, &why))
    {
      g_debug ("A whole disk put back would not be noticed: %s", why->message);
      self->counter->state = state_for (why, self->counter->value);
      return;
    }
  self->counter->state = compare (self->counter->value, found, value, &word);
  if (word == NULL)
    return;
  self->counter->adopts = TRUE;
  self->counter->adopted = value_after (self->counter->state, value);
  *out_word = *out_word != NULL ? *out_word : word;
}

gboolean
vault_counter_adopt (Vault *self, GError **error)
{
  return !self->counter->adopts || write_setting (self, self->counter->adopted, error);
}

void
vault_counter_close (Vault *self)
{
  if (self->counter == NULL)
    return;
  base_secret_free (self->counter->authorisation);
  g_clear_pointer (&self->counter, g_free);
}

/* ---- stepping ---- */

/* A clock that was set back doesn't stop it: then a day begins anew. */
static gboolean
is_due (VaultCounter *counter, gint64 journal, gint64 now_us, gboolean at_once)
{
  gint64 day = now_us / DAY_US;
  gboolean waited = now_us - counter->at_us >= VAULT_COUNTER_EVERY_US || now_us < counter->at_us;

  if (day != counter->day)
    {
      counter->day = day;
      counter->steps = 0;
    }
  return journal > counter->journal && counter->steps < VAULT_COUNTER_STEPS_A_DAY
         && (at_once || waited);
}

/* The value that the TPM gave it is learned, not chosen. */
static gboolean
make (Vault *self, GError **error)
{
  VaultCounter *counter = self->counter;
  CryptoTpmFound found = CRYPTO_TPM_ABSENT;
  guint64 value = 0;

  if (!crypto_tpm_read (counter->index, counter->authorisation, &found, &value, error)
      || (counter->value != MAKING && !write_setting (self, MAKING, error))
      || (found == CRYPTO_TPM_ABSENT
          && !crypto_tpm_make (counter->index, counter->authorisation, error))
      || !crypto_tpm_step (counter->index, counter->authorisation, error)
      || !crypto_tpm_read (counter->index, counter->authorisation, &found, &value, error))
    return FALSE;
  return write_setting (self, (gint64)MIN (value, (guint64)G_MAXINT64), error);
}

/* Where the power went after the value was written down, the counter is one behind. */
static gboolean
step (Vault *self, GError **error)
{
  VaultCounter *counter = self->counter;
  CryptoTpmFound found = CRYPTO_TPM_ABSENT;
  guint64 value = 0;

  if (!crypto_tpm_read (counter->index, counter->authorisation, &found, &value, error))
    return FALSE;
  if (found != CRYPTO_TPM_THERE)
    return make (self, error);
  return ((gint64)value < counter->value || write_setting (self, (gint64)value + 1, error))
         && crypto_tpm_step (counter->index, counter->authorisation, error);
}

gboolean
vault_counter_step (Vault *self, gboolean at_once, GError **error)
{
  VaultCounter *counter = self->counter;
  gint64 now_us = g_get_real_time (), journal = vault_journal_head (self);
  g_autoptr (GError) why = NULL;
  gboolean good;

  if (counter == NULL || counter->state == VAULT_COUNTER_NONE
      || counter->state == VAULT_COUNTER_AWAY)
    return TRUE;
  if (!is_due (counter, journal, now_us, at_once || !counter->stepped))
    return TRUE;
  counter->stepped = TRUE;
  counter->at_us = now_us;
  counter->steps++;
  good = counter->value < 0 ? make (self, &why) : step (self, &why);
  set_state (self, good ? VAULT_COUNTER_GOOD : state_for (why, counter->value));
  if (!good)
    g_propagate_error (error, g_steal_pointer (&why));
  return good;
}
