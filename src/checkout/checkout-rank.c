/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-rank.h"

#include "vault-catalogue.h"
#include "vault-popularity.h"

struct _CheckoutRank
{
  Vault *vault;
  gboolean started;
  gint64 seen;     /* the newest sale at the last step */
  gint64 ranked;   /* and when the order was last looked at */
  guint quiet;     /* steps since then */
  char **due;      /* what is to move, the best seller first; NULL: nothing */
  guint left;      /* of those */
  gboolean untidy; /* the index of names wants to be brought together */
};

CheckoutRank *
checkout_rank_new (Vault *vault)
{
  CheckoutRank *self = g_new0 (CheckoutRank, 1);

  self->vault = vault;
  return self;
}

void
checkout_rank_free (CheckoutRank *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->due);
  g_free (self);
}

/* What was sold before the start was ranked then, or is with the next sales. */
static gboolean
is_quiet (CheckoutRank *self, gint64 newest)
{
  gboolean sold = self->started && newest != self->seen;

  if (!self->started)
    self->ranked = newest;
  self->started = TRUE;
  self->seen = newest;
  self->quiet = sold ? 0 : self->quiet + 1;
  return self->quiet >= CHECKOUT_RANK_QUIET_STEPS;
}

static gboolean
look_up_due (CheckoutRank *self, GError **error)
{
  self->ranked = self->seen;
  self->due = vault_popularity_due (self->vault, error);
  self->left = self->due != NULL ? g_strv_length (self->due) : 0;
  return self->due != NULL;
}

/* The last ones first, for each step puts its own before all others. What fails isn't tried again
 * before more was sold. */
static gboolean
move_some (CheckoutRank *self, guint *out_moved, GError **error)
{
  guint count = MIN (self->left, CHECKOUT_RANK_BATCH);
  gboolean moved;

  self->left -= count;
  self->untidy |= count > 0;
  moved = count == 0
          || vault_catalogue_promote (self->vault, (const char *const *)self->due + self->left,
                                      count, error);
  if (self->left == 0 || !moved)
    g_clear_pointer (&self->due, g_strfreev);
  if (moved)
    *out_moved = count;
  return moved;
}

static gboolean
tend (CheckoutRank *self, GError **error)
{
  gboolean tended = vault_catalogue_tend (self->vault, CHECKOUT_RANK_PAGES, &self->untidy, error);

  self->untidy &= tended;
  return tended;
}

gboolean
checkout_rank_step (CheckoutRank *self, guint *out_moved, GError **error)
{
  gint64 newest = 0;

  *out_moved = 0;
  if (!vault_popularity_newest (self->vault, &newest, error))
    return FALSE;
  if (!is_quiet (self, newest))
    return TRUE;
  if (self->due == NULL && self->untidy)
    return tend (self, error);
  if (self->due == NULL && newest - self->ranked < CHECKOUT_RANK_SALES)
    return TRUE;
  if (self->due == NULL && !look_up_due (self, error))
    return FALSE;
  return move_some (self, out_moved, error);
}
