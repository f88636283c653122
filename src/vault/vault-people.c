/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-people.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define SETTING "people" /* a key file with a group per number */

VaultPerson *
vault_person_new (guint number, ShopRole role, const char *name)
{
  VaultPerson *self = g_new0 (VaultPerson, 1);

  self->number = number;
  self->role = role;
  self->name = g_strdup (name);
  return self;
}

void
vault_person_free (VaultPerson *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->pin);
  g_free (self->badge);
  g_free (self);
}

VaultPerson *
vault_people_find (const GPtrArray *people, guint number)
{
  for (guint i = 0; i < people->len; i++)
    if (((const VaultPerson *)people->pdata[i])->number == number)
      return people->pdata[i];
  return NULL;
}

/* ---- as text ---- */

static gboolean
read_person (GKeyFile *file, const char *group, GPtrArray *people)
{
  g_autofree char *role = g_key_file_get_string (file, group, "role", NULL);
  g_autofree char *name = g_key_file_get_string (file, group, "name", NULL);
  guint64 number;
  ShopRole known;
  VaultPerson *person;

  if (!base_number_parse (group, 10, 1, VAULT_PERSON_NUMBER_MAX, &number) || role == NULL
      || name == NULL || !shop_rights_role_from_name (role, &known)
      || people->len >= VAULT_PEOPLE_MAX)
    return FALSE;
  person = vault_person_new ((guint)number, known, name);
  person->pin = g_key_file_get_string (file, group, "pin", NULL);
  person->badge = g_key_file_get_string (file, group, "badge", NULL);
  person->pin_us = g_key_file_get_int64 (file, group, "pin-us", NULL);
  person->wrong = (guint)g_key_file_get_uint64 (file, group, "wrong", NULL);
  person->wait_us = g_key_file_get_int64 (file, group, "wait-us", NULL);
  person->renew = g_key_file_get_boolean (file, group, "renew", NULL);
  person->has_left = g_key_file_get_boolean (file, group, "left", NULL);
  g_ptr_array_add (people, person);
  return TRUE;
}

static void
write_person (GKeyFile *file, const VaultPerson *person)
{
  g_autofree char *group = g_strdup_printf ("%u", person->number);

  g_key_file_set_string (file, group, "role", shop_rights_role_name (person->role));
  g_key_file_set_string (file, group, "name", person->name);
  if (person->pin != NULL)
    g_key_file_set_string (file, group, "pin", person->pin);
  if (person->badge != NULL)
    g_key_file_set_string (file, group, "badge", person->badge);
  g_key_file_set_int64 (file, group, "pin-us", person->pin_us);
  if (person->wrong > 0)
    g_key_file_set_uint64 (file, group, "wrong", person->wrong);
  if (person->wait_us > 0)
    g_key_file_set_int64 (file, group, "wait-us", person->wait_us);
  if (person->renew)
    g_key_file_set_boolean (file, group, "renew", TRUE);
  if (person->has_left)
    g_key_file_set_boolean (file, group, "left", TRUE);
}

static int
by_number (gconstpointer a, gconstpointer b)
{
  const VaultPerson *one = *(const VaultPerson *const *)a, *other = *(const VaultPerson *const *)b;

  return one->number < other->number ? -1 : one->number > other->number;
}

/* ---- in the books ---- */

GPtrArray *
vault_people_load_any (Vault *self, GError **error)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify)vault_person_free);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) failed = NULL;
  g_autofree char *text = vault_setting_text (self, SETTING, &failed);
  g_auto (GStrv) groups = NULL;
  gboolean good = failed == NULL;

  if (text == NULL && failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  good = text == NULL || g_key_file_load_from_data (file, text, strlen (text), 0, NULL);
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; good && groups[i] != NULL; i++)
    good = read_person (file, groups[i], people);
  if (!good)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                           _ ("The list of people can't be read; restore a backup"));
      return NULL;
    }
  g_ptr_array_sort (people, by_number);
  return g_steal_pointer (&people);
}

/* Whoever could write the database would else take the list away, and be asked for no PIN. */
static gboolean
is_last_written (Vault *self, GError **error)
{
  g_autoptr (GPtrArray) bad = NULL;

  if (!vault_settings_verify (self, &bad, error))
    return FALSE;
  if (!g_ptr_array_find_with_equal_func (bad, SETTING, g_str_equal, NULL)
      && !g_ptr_array_find_with_equal_func (bad, "", g_str_equal, NULL))
    return TRUE;
  g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                       _ ("The list of people isn't what was written last, so nobody can sign in: "
                          "look at it and take it as it is (till-cli people accept), or restore a "
                          "backup"));
  return FALSE;
}

GPtrArray *
vault_people_load (Vault *self, GError **error)
{
  return is_last_written (self, error) ? vault_people_load_any (self, error) : NULL;
}

gboolean
vault_people_save (Vault *self,
                   const GPtrArray *people,
                   const char *who,
                   const char *act,
                   const char *detail,
                   GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  VaultSetting setting = { .name = SETTING };

  for (guint i = 0; i < people->len; i++)
    write_person (file, people->pdata[i]);
  text = g_key_file_to_data (file, NULL, NULL);
  setting.value = BASE_SPAN_STR (text);
  return vault_setting_set_noted (self, &setting, 1, who, act, detail, error);
}
