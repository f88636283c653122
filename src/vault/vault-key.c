/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-keyring.h"

#include "base-check.h"
#include "crypto-digest.h"
#include "crypto-error.h"
#include "crypto-password.h"
#include "crypto-random.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define GROUP "key"
#define KEEPER_PASSPHRASE "passphrase"
#define KEEPER_KEYRING "secret-service"
#define FILE_SIZE_MAX VAULT_KEY_FILE_MAX
#define FILE_MODE 0600
#define CHECK_LABEL "till key check"
#define CHECK_SIZE 16
#define RECOVERY_BYTES 20
#define RECOVERY_CHARACTERS 32
#define RECOVERY_GROUP 4

/* Crockford's base 32: without I, L, O and U, so that what is read from paper can only be meant one
 * way. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* key.ini */

static char *
file_path (const char *dir)
{
  return g_build_filename (dir, VAULT_KEY_FILE, NULL);
}

static GKeyFile *
load_file (const char *dir, GError **error)
{
  g_autofree char *path = file_path (dir);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) reason = NULL;
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    g_set_error (error, VAULT_ERROR, errno == ENOENT ? VAULT_ERROR_ABSENT : VAULT_ERROR_IO,
                 _ ("%s: %s"), path, g_strerror (errno));
  else if (!S_ISREG (status.st_mode) || status.st_size > FILE_SIZE_MAX)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, _ ("%s isn't a file of keys"), path);
  else if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &reason))
    return g_steal_pointer (&file);
  else if (reason->domain == G_FILE_ERROR)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("%s: %s"), path, reason->message);
  else /* the reason would quote the damaged line */
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
                 _ ("%s is damaged. Take it from a backup"), path);
  return NULL;
}

static char *
read_value (GKeyFile *file, const char *name, GError **error)
{
  char *value = g_key_file_get_string (file, GROUP, name, NULL);

  if (value == NULL)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, _ ("%s has no %s"), VAULT_KEY_FILE, name);
  return value;
}

/* On the disk before it returns: the first sealed record must not outlive its key. */
static gboolean
save_file (GKeyFile *file, const char *dir, GError **error)
{
  g_autofree char *path = file_path (dir);
  g_autoptr (GError) reason = NULL;
  gsize size;
  g_autofree char *text = g_key_file_to_data (file, &size, NULL);

  if (g_file_set_contents_full (path, text, (gssize)size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                FILE_MODE, &reason))
    return TRUE;
  g_set_error_literal (error, VAULT_ERROR,
                       g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? VAULT_ERROR_FULL
                                                                                  : VAULT_ERROR_IO,
                       reason->message);
  return FALSE;
}

/* Says nothing about the key but whether another is the same: a keyring can't tell us that it gave
 * us a wrong one. */
static char *
make_check (const BaseSecret *key)
{
  g_autoptr (BaseSecret) check = crypto_derive (key, CHECK_LABEL);

  return base_bytes_to_hex (BASE_SPAN (base_secret_span (check).data, CHECK_SIZE));
}

static gboolean
check_key (GKeyFile *file, const BaseSecret *key, GError **error)
{
  g_autofree char *expected = read_value (file, "check", error);
  g_autofree char *check = make_check (key);

  if (expected == NULL)
    return FALSE;
  if (base_bytes_equal_secret (BASE_SPAN_STR (expected), BASE_SPAN_STR (check)))
    return TRUE;
  g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_KEY,
                       _ ("This key belongs to another data folder"));
  return FALSE;
}

static BaseSecret *
unwrap (GKeyFile *file, const char *name, BaseSpan passphrase, GError **error)
{
  g_autofree char *wrapped = read_value (file, name, error);
  g_autoptr (GError) reason = NULL;
  BaseSecret *key;

  if (wrapped == NULL)
    return NULL;
  key = crypto_password_unwrap (wrapped, passphrase, &reason);
  if (key == NULL)
    g_set_error_literal (error, VAULT_ERROR,
                         g_error_matches (reason, CRYPTO_ERROR, CRYPTO_ERROR_PASSPHRASE)
                             ? VAULT_ERROR_KEY
                             : VAULT_ERROR_CORRUPT,
                         reason->message);
  return key;
}

/* Recovery keys: 160 random bits, five to a character */

static char *
make_recovery (void)
{
  g_autoptr (BaseSecret) random = base_secret_new (RECOVERY_BYTES);
  GString *text = g_string_sized_new (VAULT_KEY_RECOVERY_LENGTH + 1);
  guint32 pool = 0;
  guint bits = 0;

  crypto_random_bytes (base_secret_bytes (random), RECOVERY_BYTES);
  for (guint i = 0; i < RECOVERY_BYTES; i++)
    {
      pool = (pool << 8 | base_secret_bytes (random)[i]) & 0xFFF;
      for (bits += 8; bits >= 5; bits -= 5)
        {
          if (text->len % (RECOVERY_GROUP + 1) == RECOVERY_GROUP)
            g_string_append_c (text, '-');
          g_string_append_c (text, alphabet[pool >> (bits - 5) & 0x1F]);
        }
    }
  g_assert (text->len == VAULT_KEY_RECOVERY_LENGTH && bits == 0);
  return g_string_free (text, FALSE);
}

static char
plain_character (char typed)
{
  char upper = g_ascii_toupper (typed);

  if (upper == 'O')
    return '0';
  return upper == 'I' || upper == 'L' ? '1' : upper;
}

/* The 32 characters alone, as they were made; NULL when it can't be a recovery key. */
static BaseSecret *
read_recovery (const char *typed)
{
  g_autoptr (BaseSecret) plain = base_secret_new (RECOVERY_CHARACTERS);
  gsize count = 0;

  for (const char *c = typed; *c != '\0'; c++)
    {
      char character = plain_character (*c);

      if (g_ascii_isspace (*c) || *c == '-')
        continue;
      if (count == RECOVERY_CHARACTERS || strchr (alphabet, character) == NULL)
        return NULL;
      base_secret_bytes (plain)[count++] = (guint8)character;
    }
  return count == RECOVERY_CHARACTERS ? g_steal_pointer (&plain) : NULL;
}

/* Keeping and opening */

static gboolean
check_passphrase (BaseSpan passphrase, GError **error)
{
  if (passphrase.size <= VAULT_KEY_PASSPHRASE_MAX)
    return TRUE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_KEY, _ ("A passphrase has at most %d bytes"),
               VAULT_KEY_PASSPHRASE_MAX);
  return FALSE;
}

/* Writes who keeps the key into `file`, after the keeper has it. */
static gboolean
hand_over (GKeyFile *file,
           const char *folder,
           const BaseSecret *key,
           BaseSpan passphrase,
           GError **error)
{
  g_autofree char *wrapped = NULL;

  if (passphrase.size == 0)
    {
      if (!vault_keyring_store_key (folder, key, error))
        return FALSE;
      g_key_file_set_string (file, GROUP, "keeper", KEEPER_KEYRING);
      g_key_file_remove_key (file, GROUP, "passphrase", NULL);
      return TRUE;
    }
  wrapped = crypto_password_wrap (key, passphrase);
  g_key_file_set_string (file, GROUP, "keeper", KEEPER_PASSPHRASE);
  g_key_file_set_string (file, GROUP, "passphrase", wrapped);
  return TRUE;
}

static gboolean
refuse_second (const char *dir, GError **error)
{
  g_autofree char *path = file_path (dir);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return FALSE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS,
               _ ("%s is there already: another key would lock its data for ever"), path);
  return TRUE;
}

/* Gives a new key to its keeper, and the file, which has all but that, to the disk. */
static gboolean
keep_first (GKeyFile *file,
            const char *dir,
            const BaseSecret *key,
            BaseSpan passphrase,
            GError **error)
{
  g_autofree char *folder = g_key_file_get_string (file, GROUP, "folder", NULL);

  if (!hand_over (file, folder, key, passphrase, error))
    return FALSE;
  if (save_file (file, dir, error))
    return TRUE;
  if (passphrase.size == 0)
    vault_keyring_forget_key (folder);
  return FALSE;
}

gboolean
vault_key_create (const char *dir,
                  BaseSpan passphrase,
                  BaseSecret **out_key,
                  char **out_recovery,
                  GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (BaseSecret) key = base_secret_new (VAULT_KEY_SIZE);
  char *recovery = make_recovery ();
  g_autoptr (BaseSecret) plain_recovery = read_recovery (recovery);
  g_autofree char *folder = crypto_random_uuid ();
  g_autofree char *check = NULL;
  g_autofree char *wrapped = NULL;

  base_check_may_block ();
  if (refuse_second (dir, error) || !check_passphrase (passphrase, error))
    {
      base_secret_free_text (recovery);
      return FALSE;
    }
  crypto_random_bytes (base_secret_bytes (key), VAULT_KEY_SIZE);
  check = make_check (key);
  wrapped = crypto_password_wrap (key, base_secret_span (plain_recovery));
  g_key_file_set_string (file, GROUP, "folder", folder);
  g_key_file_set_string (file, GROUP, "check", check);
  g_key_file_set_string (file, GROUP, "recovery", wrapped);
  if (!keep_first (file, dir, key, passphrase, error))
    {
      base_secret_free_text (recovery);
      return FALSE;
    }
  *out_key = g_steal_pointer (&key);
  *out_recovery = recovery;
  return TRUE;
}

gboolean
vault_key_needs_passphrase (const char *dir)
{
  g_autoptr (GKeyFile) file = load_file (dir, NULL);
  g_autofree char *keeper
      = file != NULL ? g_key_file_get_string (file, GROUP, "keeper", NULL) : NULL;

  return g_strcmp0 (keeper, KEEPER_PASSPHRASE) == 0;
}

static BaseSecret *
ask_keeper (GKeyFile *file, BaseSpan passphrase, GError **error)
{
  g_autofree char *keeper = read_value (file, "keeper", error);
  g_autofree char *folder = keeper != NULL ? read_value (file, "folder", error) : NULL;

  if (folder == NULL)
    return NULL;
  if (g_str_equal (keeper, KEEPER_KEYRING))
    return vault_keyring_find_key (folder, error);
  if (g_str_equal (keeper, KEEPER_PASSPHRASE))
    return check_passphrase (passphrase, error) ? unwrap (file, "passphrase", passphrase, error)
                                                : NULL;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
               _ ("%s names a keeper that we don't know: %s"), VAULT_KEY_FILE, keeper);
  return NULL;
}

BaseSecret *
vault_key_open (const char *dir, BaseSpan passphrase, GError **error)
{
  g_autoptr (GKeyFile) file = load_file (dir, error);
  g_autoptr (BaseSecret) key = NULL;

  base_check_may_block ();
  if (file != NULL)
    key = ask_keeper (file, passphrase, error);
  return key != NULL && check_key (file, key, error) ? g_steal_pointer (&key) : NULL;
}

static BaseSecret *
open_with_recovery (GKeyFile *file, const char *recovery, GError **error)
{
  g_autoptr (BaseSecret) plain = read_recovery (recovery);
  g_autoptr (BaseSecret) key = NULL;

  if (plain == NULL)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_KEY,
                   _ ("A recovery key has %d letters and digits"), RECOVERY_CHARACTERS);
      return NULL;
    }
  key = unwrap (file, "recovery", base_secret_span (plain), error);
  return key != NULL && check_key (file, key, error) ? g_steal_pointer (&key) : NULL;
}

BaseSecret *
vault_key_open_with_recovery (const char *dir, const char *recovery, GError **error)
{
  g_autoptr (GKeyFile) file = load_file (dir, error);

  base_check_may_block ();
  return file != NULL ? open_with_recovery (file, recovery, error) : NULL;
}

static GKeyFile *
read_text (const char *text, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, NULL))
    return g_steal_pointer (&file);
  g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
                       _ ("The backup's key file is damaged: take another backup"));
  return NULL;
}

static BaseSecret *
open_file (GKeyFile *file, BaseSpan passphrase, const char *recovery, GError **error)
{
  g_autofree char *keeper = read_value (file, "keeper", error);
  g_autoptr (BaseSecret) key = NULL;

  if (keeper == NULL || !check_passphrase (passphrase, error))
    return NULL;
  if (recovery != NULL)
    key = open_with_recovery (file, recovery, error);
  else if (g_str_equal (keeper, KEEPER_PASSPHRASE))
    key = unwrap (file, "passphrase", passphrase, error);
  else
    g_set_error_literal (
        error, VAULT_ERROR, VAULT_ERROR_NO_KEYRING,
        _ ("The key of this backup was kept by a keyring: it opens with the shop's "
           "recovery key"));
  return key != NULL && check_key (file, key, error) ? g_steal_pointer (&key) : NULL;
}

BaseSecret *
vault_key_open_text (const char *text, BaseSpan passphrase, const char *recovery, GError **error)
{
  g_autoptr (GKeyFile) file = read_text (text, error);

  base_check_may_block ();
  return file != NULL ? open_file (file, passphrase, recovery, error) : NULL;
}

char *
vault_key_text (const char *dir, GError **error)
{
  g_autofree char *path = file_path (dir);
  g_autoptr (GError) why = NULL;
  g_autofree char *text = NULL;
  gsize size = 0;

  base_check_may_block ();
  if (g_file_get_contents (path, &text, &size, &why) && size > 0 && size <= FILE_SIZE_MAX
      && strlen (text) == size)
    return g_steal_pointer (&text);
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, _ ("“%s” can't be read: %s"), path,
               why != NULL ? why->message : _ ("it is no file of keys"));
  return NULL;
}

/* A key of its own in the Secret Service: whoever gives the new folder up must not take away what
 * the old one is opened with. */
gboolean
vault_key_adopt (const char *dir,
                 const char *text,
                 BaseSpan passphrase,
                 const char *recovery,
                 BaseSecret **out_key,
                 GError **error)
{
  g_autofree char *folder = crypto_random_uuid ();
  g_autoptr (GKeyFile) file = NULL;
  g_autoptr (BaseSecret) key = NULL;

  base_check_may_block ();
  if (refuse_second (dir, error))
    return FALSE;
  file = read_text (text, error);
  key = file != NULL ? open_file (file, passphrase, recovery, error) : NULL;
  if (key == NULL)
    return FALSE;
  g_key_file_set_string (file, GROUP, "folder", folder);
  if ((recovery != NULL && !hand_over (file, folder, key, passphrase, error))
      || !save_file (file, dir, error))
    return FALSE;
  *out_key = g_steal_pointer (&key);
  return TRUE;
}

gboolean
vault_key_is_recovery (const char *typed)
{
  g_autoptr (BaseSecret) plain = read_recovery (typed);

  return plain != NULL;
}

gboolean
vault_key_keep (const char *dir, const BaseSecret *key, BaseSpan passphrase, GError **error)
{
  g_autoptr (GKeyFile) file = load_file (dir, error);
  g_autofree char *folder = NULL;
  gboolean was_in_keyring;

  base_check_may_block ();
  if (file == NULL || !check_key (file, key, error) || !check_passphrase (passphrase, error))
    return FALSE;
  folder = read_value (file, "folder", error);
  if (folder == NULL)
    return FALSE;
  was_in_keyring = !vault_key_needs_passphrase (dir);
  if (!hand_over (file, folder, key, passphrase, error) || !save_file (file, dir, error))
    return FALSE;
  if (was_in_keyring && passphrase.size > 0)
    vault_keyring_forget_key (folder);
  return TRUE;
}

gboolean
vault_key_new_recovery (const char *dir, const BaseSecret *key, char **out_recovery, GError **error)
{
  g_autoptr (GKeyFile) file = load_file (dir, error);
  g_autoptr (BaseSecret) plain = NULL;
  g_autofree char *wrapped = NULL;
  char *recovery;

  base_check_may_block ();
  if (file == NULL || !check_key (file, key, error))
    return FALSE;
  recovery = make_recovery ();
  plain = read_recovery (recovery);
  wrapped = crypto_password_wrap (key, base_secret_span (plain));
  g_key_file_set_string (file, GROUP, "recovery", wrapped);
  if (save_file (file, dir, error))
    {
      *out_recovery = recovery;
      return TRUE;
    }
  base_secret_free_text (recovery);
  return FALSE;
}

void
vault_key_forget (const char *dir)
{
  g_autoptr (GKeyFile) file = load_file (dir, NULL);
  g_autofree char *keeper
      = file != NULL ? g_key_file_get_string (file, GROUP, "keeper", NULL) : NULL;
  g_autofree char *folder
      = file != NULL ? g_key_file_get_string (file, GROUP, "folder", NULL) : NULL;

  base_check_may_block ();
  if (folder != NULL && g_strcmp0 (keeper, KEEPER_KEYRING) == 0)
    vault_keyring_forget_key (folder);
}

VaultKeyGuard
vault_key_guard (const char *dir)
{
  g_autoptr (GKeyFile) file = load_file (dir, NULL);
  g_autofree char *keeper
      = file != NULL ? g_key_file_get_string (file, GROUP, "keeper", NULL) : NULL;
  g_autofree char *folder
      = file != NULL ? g_key_file_get_string (file, GROUP, "folder", NULL) : NULL;

  base_check_may_block ();
  if (g_strcmp0 (keeper, KEEPER_PASSPHRASE) == 0)
    return VAULT_KEY_GUARD_PASSWORD;
  return folder != NULL && g_strcmp0 (keeper, KEEPER_KEYRING) == 0 ? vault_keyring_guard (folder)
                                                                   : VAULT_KEY_GUARD_UNKNOWN;
}
