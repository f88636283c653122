/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who works at this till: one sealed setting, so that names, PINs and badges can't be read on a
 * stolen disk and are tied like every setting. Each change is one commit with its entry in the
 * journal, which names people by their numbers alone.
 *
 * A PIN is kept as a text that scrypt and the PIN open (crypto-password.h), a badge as an HMAC of
 * its code under the person's number.
 */
#pragma once

#include "shop-rights.h"
#include "vault.h"

G_BEGIN_DECLS

#define VAULT_PEOPLE_MAX 64
#define VAULT_PERSON_NUMBER_MAX 999 /* an acquirer's operator has three digits */
#define VAULT_PERSON_NAME_MAX 96    /* bytes */
#define VAULT_PERSON_BADGE_SIZE 64  /* hexadecimal digits */

typedef struct
{
  guint number; /* 1 … VAULT_PERSON_NUMBER_MAX, never given again */
  ShopRole role;
  char *name;
  char *pin;         /* NULL: has none, and can't sign in by one */
  char *badge;       /* NULL: has none */
  gint64 pin_us;     /* Unix: since when it is this one */
  guint wrong;       /* tries in a row */
  gint64 wait_us;    /* Unix: no try before; 0: at once */
  gboolean renew;    /* somebody else chose the PIN: it is changed at the next sign-in */
  gboolean has_left; /* stays in the list, for the journal knows the number */
} VaultPerson;

VaultPerson *vault_person_new (guint number, ShopRole role, const char *name);
void vault_person_free (VaultPerson *self);

/* By their numbers; empty where nobody was entered yet. VAULT_ERROR_CHANGED: the list can't be
 * read, or the settings aren't those that were written last, and nobody may sign in. */
GPtrArray *vault_people_load (Vault *self, GError **error);
/* The same of a list that isn't what was written last, as when an older one was put back or it was
 * taken away: for whoever has looked at it, and saves it anew. */
GPtrArray *vault_people_load_any (Vault *self, GError **error);
/* NULL: there is none of this number. Borrowed. */
VaultPerson *vault_people_find (const GPtrArray *people, guint number);
/* All of them, in one commit with an entry of the journal. */
gboolean vault_people_save (Vault *self,
                            const GPtrArray *people,
                            const char *who,
                            const char *act,
                            const char *detail,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultPerson, vault_person_free)

G_END_DECLS
