/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-keyring.h"

#include "base-check.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>
#include <string.h>

#define SECRETS "org.freedesktop.secrets"
#define COLLECTIONS "/org/freedesktop/secrets/collection/"
#define GNOME_KEYRING "org.gnome.keyring"
#define GNOME_FOLDER "keyrings"
#define GNOME_ENDING ".keyring"
#define MARK_SIZE_MAX 1024

static const SecretSchema key_schema
    = { .name = "org.tillpos.Till.VaultKey",
        .flags = SECRET_SCHEMA_NONE,
        .attributes = { { "data-folder", SECRET_SCHEMA_ATTRIBUTE_STRING },
                        { NULL, SECRET_SCHEMA_ATTRIBUTE_STRING } } };

static const SecretSchema mark_schema
    = { .name = "org.tillpos.Till.Mark",
        .flags = SECRET_SCHEMA_NONE,
        .attributes = { { "shop", SECRET_SCHEMA_ATTRIBUTE_STRING },
                        { NULL, SECRET_SCHEMA_ATTRIBUTE_STRING } } };

/* ---- the time limit ---- */

/* libsecret waits as long as its service does, and that may be for a prompt that nobody sees. */
typedef struct
{
  GMutex mutex;
  GCond changed;
  gboolean done;
  gint64 deadline_us;
  GCancellable *cancellable;
  GThread *thread;
} Watch;

static gpointer
run_watch (gpointer data)
{
  Watch *watch = data;
  gboolean in_time = TRUE;

  g_mutex_lock (&watch->mutex);
  while (!watch->done && in_time)
    in_time = g_cond_wait_until (&watch->changed, &watch->mutex, watch->deadline_us);
  g_mutex_unlock (&watch->mutex);
  if (!in_time)
    g_cancellable_cancel (watch->cancellable);
  return NULL;
}

static void
start_watch (Watch *watch, guint wait_ms)
{
  base_check_may_block ();
  g_mutex_init (&watch->mutex);
  g_cond_init (&watch->changed);
  watch->done = FALSE;
  watch->deadline_us = g_get_monotonic_time () + (gint64)wait_ms * G_TIME_SPAN_MILLISECOND;
  watch->cancellable = g_cancellable_new ();
  watch->thread = g_thread_new ("keyring-watch", run_watch, watch);
}

/* libsecret's own session isn't kept: the service may begin anew before it is wanted again. */
static void
stop_watch (Watch *watch)
{
  secret_service_disconnect ();
  g_mutex_lock (&watch->mutex);
  watch->done = TRUE;
  g_cond_signal (&watch->changed);
  g_mutex_unlock (&watch->mutex);
  g_thread_join (watch->thread);
  g_object_unref (watch->cancellable);
  g_cond_clear (&watch->changed);
  g_mutex_clear (&watch->mutex);
}

/* ---- the key ---- */

static gboolean
refuse (const GError *reason, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_NO_KEYRING,
               _ ("The Secret Service can't be used: %s"),
               reason != NULL ? reason->message : _ ("it doesn't hold this shop's key"));
  return FALSE;
}

gboolean
vault_keyring_store_key (const char *folder, const BaseSecret *key, GError **error)
{
  g_autoptr (GError) reason = NULL;
  char *hex = base_bytes_to_hex (base_secret_span (key));
  Watch watch;
  gboolean good;

  start_watch (&watch, VAULT_KEYRING_KEY_WAIT_MS);
  good = secret_password_store_sync (&key_schema, SECRET_COLLECTION_DEFAULT,
                                     "Till: key of a shop's data", hex, watch.cancellable, &reason,
                                     "data-folder", folder, NULL);
  stop_watch (&watch);
  base_secret_wipe (hex, strlen (hex));
  g_free (hex);
  return good || refuse (reason, error);
}

void
vault_keyring_forget_key (const char *folder)
{
  Watch watch;

  start_watch (&watch, VAULT_KEYRING_KEY_WAIT_MS);
  (void)secret_password_clear_sync (&key_schema, watch.cancellable, NULL, "data-folder", folder,
                                    NULL);
  stop_watch (&watch);
}

BaseSecret *
vault_keyring_find_key (const char *folder, GError **error)
{
  g_autoptr (GError) reason = NULL;
  BaseSecret *key = NULL;
  char *hex;
  Watch watch;

  start_watch (&watch, VAULT_KEYRING_KEY_WAIT_MS);
  hex = secret_password_lookup_nonpageable_sync (&key_schema, watch.cancellable, &reason,
                                                 "data-folder", folder, NULL);
  stop_watch (&watch);
  if (hex == NULL)
    {
      refuse (reason, error);
      return NULL;
    }
  key = base_secret_new_from_hex (hex);
  secret_password_free (hex);
  if (key != NULL && base_secret_size (key) != VAULT_KEY_SIZE)
    g_clear_pointer (&key, base_secret_free);
  if (key == NULL)
    g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_KEY,
                         _ ("What the Secret Service holds isn't a key of ours"));
  return key;
}

/* ---- without asking anybody ---- */

/* NULL: nobody has the name. */
static char *
owner_of (GDBusConnection *bus, const char *name, GCancellable *cancellable)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner",
      g_variant_new ("(s)", name), G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, -1, cancellable,
      /* error= */ NULL);
  char *owner = NULL;

  if (answer != NULL)
    g_variant_get (answer, "(s)", &owner);
  return owner;
}

static VaultKeyringAnswer
failed (GCancellable *cancellable)
{
  return g_cancellable_is_cancelled (cancellable) ? VAULT_KEYRING_SILENT : VAULT_KEYRING_NONE;
}

/* A session of its own each time: the service may have begun anew since. It isn't started for this,
 * as a mere proxy would. The till outlives its session's bus. */
static VaultKeyringAnswer
open_service (GCancellable *cancellable, SecretService **out_service)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, cancellable, NULL);
  g_autofree char *owner = NULL;

  if (bus == NULL)
    return failed (cancellable);
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  owner = owner_of (bus, SECRETS, cancellable);
  if (owner == NULL)
    return failed (cancellable);
  *out_service = secret_service_open_sync (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION,
                                           cancellable, /* error= */ NULL);
  return *out_service != NULL ? VAULT_KEYRING_DONE : VAULT_KEYRING_SILENT;
}

static void
free_items (GList *items)
{
  g_list_free_full (items, g_object_unref);
}

/* Whether it is open now. A keyring without a password opens when it is asked to; of any other the
 * answer is a prompt for a person, which is dismissed before anybody sees it. */
static gboolean
unlock_quietly (SecretService *service, const char *path, GCancellable *cancellable)
{
  const char *const objects[] = { path, NULL };
  g_autoptr (GVariant) answer = g_dbus_proxy_call_sync (
      G_DBUS_PROXY (service), "Unlock", g_variant_new ("(@ao)", g_variant_new_objv (objects, -1)),
      G_DBUS_CALL_FLAGS_NONE, -1, cancellable, /* error= */ NULL);
  g_autoptr (GVariant) open = NULL, dismissed = NULL;
  const char *prompt;

  if (answer == NULL || !g_variant_is_of_type (answer, G_VARIANT_TYPE ("(aoo)")))
    return FALSE;
  g_variant_get (answer, "(@ao&o)", &open, &prompt);
  if (strcmp (prompt, "/") != 0)
    dismissed = g_dbus_connection_call_sync (g_dbus_proxy_get_connection (G_DBUS_PROXY (service)),
                                             SECRETS, prompt, "org.freedesktop.Secret.Prompt",
                                             "Dismiss", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                                             cancellable, /* error= */ NULL);
  return g_variant_n_children (open) > 0;
}

/* FALSE: it is locked. */
static gboolean
take_text (SecretService *service, SecretItem *item, GPtrArray *texts, GCancellable *cancellable)
{
  g_autoptr (SecretValue) value = NULL;
  const char *text;

  if (secret_item_get_locked (item)
      && (!unlock_quietly (service, g_dbus_proxy_get_object_path (G_DBUS_PROXY (item)), cancellable)
          || !secret_item_load_secret_sync (item, cancellable, /* error= */ NULL)))
    return FALSE;
  value = secret_item_get_secret (item);
  text = value != NULL ? secret_value_get_text (value) : NULL;
  if (text != NULL && strlen (text) <= MARK_SIZE_MAX)
    g_ptr_array_add (texts, g_strdup (text));
  return TRUE;
}

static VaultKeyringAnswer
read_marks (const char *shop, GPtrArray *texts, GCancellable *cancellable)
{
  g_autoptr (SecretService) service = NULL;
  g_autoptr (GHashTable) attributes = secret_attributes_build (&mark_schema, "shop", shop, NULL);
  g_autoptr (GError) error = NULL;
  VaultKeyringAnswer answer = open_service (cancellable, &service);
  GList *items;
  gboolean open = TRUE;

  if (answer != VAULT_KEYRING_DONE)
    return answer;
  items = secret_service_search_sync (service, &mark_schema, attributes,
                                      SECRET_SEARCH_ALL | SECRET_SEARCH_LOAD_SECRETS, cancellable,
                                      &error);
  for (GList *link = items; link != NULL; link = link->next)
    open = take_text (service, link->data, texts, cancellable) && open;
  free_items (items);
  if (error != NULL || g_cancellable_is_cancelled (cancellable))
    return VAULT_KEYRING_SILENT;
  return open ? VAULT_KEYRING_DONE : VAULT_KEYRING_SHUT;
}

VaultKeyringAnswer
vault_keyring_read_marks (const char *shop, GPtrArray **out_texts)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  VaultKeyringAnswer answer;
  Watch watch;

  start_watch (&watch, VAULT_KEYRING_MARK_WAIT_MS);
  answer = read_marks (shop, texts, watch.cancellable);
  stop_watch (&watch);
  *out_texts = g_steal_pointer (&texts);
  return answer;
}

static VaultKeyringAnswer
write_mark (const char *shop, const char *text, GCancellable *cancellable)
{
  g_autoptr (SecretService) service = NULL;
  g_autoptr (SecretCollection) keyring = NULL;
  g_autoptr (SecretItem) item = NULL;
  g_autoptr (SecretValue) value = secret_value_new (text, -1, "text/plain");
  g_autoptr (GHashTable) attributes = secret_attributes_build (&mark_schema, "shop", shop, NULL);
  g_autoptr (GError) error = NULL;
  VaultKeyringAnswer answer = open_service (cancellable, &service);

  if (answer != VAULT_KEYRING_DONE)
    return answer;
  keyring = secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT,
                                              SECRET_COLLECTION_NONE, cancellable, &error);
  if (keyring == NULL)
    return error != NULL ? VAULT_KEYRING_SILENT : VAULT_KEYRING_SHUT;
  if (secret_collection_get_locked (keyring)
      && !unlock_quietly (service, g_dbus_proxy_get_object_path (G_DBUS_PROXY (keyring)),
                          cancellable))
    return g_cancellable_is_cancelled (cancellable) ? VAULT_KEYRING_SILENT : VAULT_KEYRING_SHUT;
  item = secret_item_create_sync (keyring, &mark_schema, attributes,
                                  "Till: how far a shop's books had come", value,
                                  SECRET_ITEM_CREATE_REPLACE, cancellable, /* error= */ NULL);
  return item != NULL ? VAULT_KEYRING_DONE : VAULT_KEYRING_SILENT;
}

VaultKeyringAnswer
vault_keyring_write_mark (const char *shop, const char *text)
{
  VaultKeyringAnswer answer;
  Watch watch;

  start_watch (&watch, VAULT_KEYRING_MARK_WAIT_MS);
  answer = write_mark (shop, text, watch.cancellable);
  stop_watch (&watch);
  return answer;
}

/* ---- whether it has a password ---- */

/* GNOME's service names a collection after its file, with what isn't a letter or digit as "_" and
 * two hexadecimal digits. NULL: it isn't so named. */
static char *
file_of (const char *item)
{
  g_autoptr (GString) name = g_string_new (NULL);
  const char *rest = item + strlen (COLLECTIONS);
  g_autofree char *file = NULL;

  if (!g_str_has_prefix (item, COLLECTIONS))
    return NULL;
  for (; *rest != '\0' && *rest != '/'; rest++)
    if (*rest == '_' && g_ascii_isxdigit (rest[1]) && g_ascii_isxdigit (rest[2]))
      {
        g_string_append_c (
            name, (char)(g_ascii_xdigit_value (rest[1]) * 16 + g_ascii_xdigit_value (rest[2])));
        rest += 2;
      }
    else if (g_ascii_isalnum (*rest))
      g_string_append_c (name, *rest);
    else
      return NULL;
  if (name->len == 0 || strchr (name->str, '/') != NULL || strlen (name->str) != name->len)
    return NULL;
  file = g_strconcat (name->str, GNOME_ENDING, NULL);
  return g_build_filename (g_get_user_data_dir (), GNOME_FOLDER, file, NULL);
}

/* One with a password is encrypted and begins with its own sign; one without is a plain text. */
static VaultKeyGuard
look_at (const char *path)
{
  static const char sealed[] = "GnomeKeyring\n\r", plain[] = "[keyring]\n";
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = NULL;
  char head[sizeof sealed] = { 0 };
  gsize got = 0;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return VAULT_KEY_GUARD_UNKNOWN;
  stream = g_file_read (file, NULL, NULL);
  if (stream == NULL
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head - 1, &got, NULL,
                                   NULL))
    return VAULT_KEY_GUARD_UNKNOWN;
  if (strcmp (head, sealed) == 0)
    return VAULT_KEY_GUARD_PASSWORD;
  return g_str_has_prefix (head, plain) ? VAULT_KEY_GUARD_NONE : VAULT_KEY_GUARD_UNKNOWN;
}

/* Another service may have left its predecessor's files: only GNOME's own are looked at. */
static gboolean
is_gnome (GDBusConnection *bus, GCancellable *cancellable)
{
  g_autofree char *secrets = owner_of (bus, SECRETS, cancellable);
  g_autofree char *gnome = owner_of (bus, GNOME_KEYRING, cancellable);

  return secrets != NULL && g_strcmp0 (secrets, gnome) == 0;
}

static char *
find_file (const char *folder, GCancellable *cancellable)
{
  g_autoptr (SecretService) service = NULL;
  g_autoptr (GHashTable) attributes
      = secret_attributes_build (&key_schema, "data-folder", folder, NULL);
  GList *items = NULL;
  char *path = NULL;

  if (open_service (cancellable, &service) != VAULT_KEYRING_DONE
      || !is_gnome (g_dbus_proxy_get_connection (G_DBUS_PROXY (service)), cancellable))
    return NULL;
  items = secret_service_search_sync (service, &key_schema, attributes, SECRET_SEARCH_NONE,
                                      cancellable, /* error= */ NULL);
  if (items != NULL)
    path = file_of (g_dbus_proxy_get_object_path (G_DBUS_PROXY (items->data)));
  free_items (items);
  return path;
}

VaultKeyGuard
vault_keyring_guard (const char *folder)
{
  g_autofree char *path = NULL;
  Watch watch;

  start_watch (&watch, VAULT_KEYRING_MARK_WAIT_MS);
  path = find_file (folder, watch.cancellable);
  stop_watch (&watch);
  return path != NULL ? look_at (path) : VAULT_KEY_GUARD_UNKNOWN;
}
