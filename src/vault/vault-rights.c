/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-rights.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORD_SIZE 4096 /* of the system's list of users */

/* Yours to free: by its number where the system has no name for it. */
static char *
user_name (uid_t user)
{
  struct passwd record, *found = NULL;
  char store[RECORD_SIZE];

  if (getpwuid_r (user, &record, store, sizeof store, &found) == 0 && found != NULL)
    return g_strdup (found->pw_name);
  return g_strdup_printf ("%u", (guint)user);
}

static void
refuse (const char *path, GError **error)
{
  g_autofree char *mine = user_name (geteuid ()), *owner = NULL;
  struct stat status;

  if (stat (path, &status) != 0)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO,
                 _ ("The user “%s” can't even look at “%s”: work as the user it belongs to"), mine,
                 path);
  else if (status.st_uid == geteuid ())
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO,
                 _ ("“%s” is yours, but you may not read and write it: give yourself that right, "
                    "as by chmod -R u+rwX"),
                 path);
  else
    {
      owner = user_name (status.st_uid);
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO,
                   _ ("“%s” belongs to the user “%s”, and “%s” may not read and write it, which a "
                      "till has to: work as “%s”, or have the whole folder given to “%s” (chown "
                      "-R)"),
                   path, owner, mine, owner, mine);
    }
}

/* By the rights that count, those of the effective user. */
static gboolean
may (const char *path, int rights, GError **error)
{
  if (faccessat (AT_FDCWD, path, rights, AT_EACCESS) == 0 || errno != EACCES)
    return TRUE;
  refuse (path, error);
  return FALSE;
}

gboolean
vault_rights_check (const char *dir, GError **error)
{
  static const char *const names[] = { "till.db", "key.ini", "lock" };

  if (!may (dir, R_OK | W_OK | X_OK, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (dir, names[i], NULL);

      if (!may (path, R_OK | W_OK, error))
        return FALSE;
    }
  return TRUE;
}
