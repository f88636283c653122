/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-keys.h"

#include "crypto-certificate.h"
#include "crypto-keyblock.h"
#include "crypto-random.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define MASTER_KEY "master.key"
#define NEXT_KEY "next.key"
#define NEXT_ENVELOPE "next-envelope"
#define GROUP_DIGITS 4          /* of a component, as people read them out */
#define UNFINISHED "unfinished" /* stands there while they are made */

static const char *const names[]
    = { "ca.pem",     "ca.key",       "server.pem",   "server.key", "client.pem",
        "client.key", "envelope.pem", "envelope.key", "mac.key" };

void
acquirer_keys_clear (AcquirerKeys *self)
{
  g_clear_pointer (&self->ca_pem, base_secret_free);
  g_clear_pointer (&self->server_pem, base_secret_free);
  g_clear_pointer (&self->server_key, base_secret_free);
  g_clear_pointer (&self->envelope_pem, base_secret_free);
  g_clear_pointer (&self->envelope_key, base_secret_free);
  g_clear_pointer (&self->mac_key, base_secret_free);
  g_clear_pointer (&self->master_key, base_secret_free);
  g_clear_pointer (&self->next_key, base_secret_free);
  g_clear_pointer (&self->next_envelope_pem, base_secret_free);
  g_clear_pointer (&self->next_envelope_key, base_secret_free);
  g_clear_pointer (&self->transport_key, base_secret_free);
}

static guint
count_files (const char *dir)
{
  guint count = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (dir, names[i], NULL);

      count += g_file_test (path, G_FILE_TEST_EXISTS) ? 1 : 0;
    }
  return count;
}

static gboolean
write_file (const char *dir, const char *name, BaseSpan span, GError **error)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  return g_file_set_contents_full (path, (const char *)span.data, (gssize)span.size,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/* NAME.pem and NAME.key. */
static gboolean
write_pair (const char *dir,
            const char *name,
            GBytes *certificate,
            const BaseSecret *key,
            GError **error)
{
  g_autofree char *pem = g_strconcat (name, ".pem", NULL);
  g_autofree char *secret = g_strconcat (name, ".key", NULL);

  return write_file (dir, pem, base_bytes_span (certificate), error)
         && write_file (dir, secret, base_secret_span (key), error);
}

static gboolean
make_pair (const char *dir,
           BaseSpan ca,
           BaseSpan ca_key,
           const char *name,
           CryptoCertificateUsage usage,
           GError **error)
{
  g_autofree char *common = g_strconcat ("Till sandbox ", name, NULL);
  g_autoptr (GBytes) certificate = NULL;
  g_autoptr (BaseSecret) key = NULL;

  return crypto_certificate_issue (ca, ca_key, common, usage, &certificate, &key, error)
         && write_pair (dir, name, certificate, key, error);
}

static gboolean
make_hex_key (const char *dir, const char *name, GError **error)
{
  guint8 key[ACQUIRER_KEYS_MAC_SIZE];
  g_autofree char *hex = NULL;
  g_autofree char *line = NULL;

  crypto_random_bytes (key, sizeof key);
  hex = base_bytes_to_hex (BASE_SPAN (key, sizeof key));
  line = g_strconcat (hex, "\n", NULL);
  return write_file (dir, name, BASE_SPAN_STR (line), error);
}

static gboolean
remove_file (const char *path, GError **error)
{
  if (g_unlink (path) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s can't be removed: %s", path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
make_all (const char *dir, GError **error)
{
  g_autofree char *unfinished = g_build_filename (dir, UNFINISHED, NULL);
  g_autoptr (GBytes) ca = NULL;
  g_autoptr (BaseSecret) ca_key = NULL;

  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s can't be made: %s", dir,
                   g_strerror (errno));
      return FALSE;
    }
  if (!crypto_certificate_make_ca ("Till sandbox CA", &ca, &ca_key, error))
    return FALSE;
  return write_file (dir, UNFINISHED, BASE_SPAN_STR ("\n"), error)
         && make_pair (dir, base_bytes_span (ca), base_secret_span (ca_key), "server",
                       CRYPTO_CERTIFICATE_SERVER, error)
         && make_pair (dir, base_bytes_span (ca), base_secret_span (ca_key), "client",
                       CRYPTO_CERTIFICATE_CLIENT, error)
         && make_pair (dir, base_bytes_span (ca), base_secret_span (ca_key), "envelope",
                       CRYPTO_CERTIFICATE_ENVELOPE, error)
         && make_hex_key (dir, "mac.key", error) && write_pair (dir, "ca", ca, ca_key, error)
         && remove_file (unfinished, error);
}

static BaseSecret *
read_file (const char *dir, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  char *text = NULL;
  gsize size = 0;
  BaseSecret *secret = NULL;

  if (!g_file_get_contents (path, &text, &size, error))
    return NULL;
  if (size > 0 && size <= ACQUIRER_KEYS_FILE_MAX)
    secret = base_secret_new_from (BASE_SPAN (text, size));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s is empty or too long", path);
  base_secret_wipe (text, size);
  g_free (text);
  return secret;
}

static BaseSecret *
read_hex_key (const char *dir, const char *name, GError **error)
{
  g_autoptr (BaseSecret) text = read_file (dir, name, error);
  g_autofree char *hex = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (text == NULL)
    return NULL;
  hex = g_strndup ((const char *)base_secret_span (text).data, base_secret_size (text));
  bytes = base_bytes_from_hex (hex, error);
  base_secret_wipe (hex, strlen (hex));
  if (bytes == NULL)
    return NULL;
  if (g_bytes_get_size (bytes) == ACQUIRER_KEYS_MAC_SIZE)
    return base_secret_new_from (base_bytes_span (bytes));
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s/%s must be %d bytes in hexadecimal",
               dir, name, ACQUIRER_KEYS_MAC_SIZE);
  return NULL;
}

static gboolean
has_file (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A folder that an older till-acquirer made has none yet. */
static BaseSecret *
need_hex_key (const char *dir, const char *name, GError **error)
{
  if (!has_file (dir, name) && !make_hex_key (dir, name, error))
    return NULL;
  return read_hex_key (dir, name, error);
}

/* The key's file comes last: without it the pair isn't there. */
static gboolean
need_next_envelope (AcquirerKeys *self, const char *dir, GError **error)
{
  g_autoptr (BaseSecret) ca_key = NULL;

  if (!has_file (dir, NEXT_ENVELOPE ".key"))
    {
      ca_key = read_file (dir, "ca.key", error);
      if (ca_key == NULL
          || !make_pair (dir, base_secret_span (self->ca_pem), base_secret_span (ca_key),
                         NEXT_ENVELOPE, CRYPTO_CERTIFICATE_ENVELOPE, error))
        return FALSE;
    }
  self->next_envelope_pem = read_file (dir, NEXT_ENVELOPE ".pem", error);
  self->next_envelope_key
      = self->next_envelope_pem != NULL ? read_file (dir, NEXT_ENVELOPE ".key", error) : NULL;
  return self->next_envelope_key != NULL;
}

/* ---- The transport key ---- */

/* What one person gets on paper. */
static char *
write_component (guint number, const BaseSecret *component)
{
  g_autofree char *tdes = crypto_keyblock_check_value ('T', component);
  g_autofree char *aes = crypto_keyblock_check_value ('A', component);
  g_autofree char *hex = base_bytes_to_hex (base_secret_span (component));
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          "# Sandbox acquirer: component %u of %d of the transport key, for one "
                          "person alone\n# Check value: %s (TDES) %s (AES)\n",
                          number, ACQUIRER_KEYS_COMPONENTS, tdes, aes);
  for (gsize i = 0; hex[i] != '\0'; i++)
    g_string_append_printf (text, "%c%s", hex[i],
                            hex[i + 1] == '\0'                     ? "\n"
                            : i % GROUP_DIGITS == GROUP_DIGITS - 1 ? " "
                                                                   : "");
  base_secret_wipe (hex, strlen (hex));
  return g_string_free (text, FALSE);
}

static gboolean
make_component (const char *dir, const char *name, guint number, GError **error)
{
  g_autoptr (BaseSecret) component = base_secret_new (ACQUIRER_KEYS_MAC_SIZE);
  char *text;
  gboolean made;

  crypto_random_bytes (base_secret_bytes (component), base_secret_size (component));
  text = write_component (number, component);
  made = write_file (dir, name, BASE_SPAN_STR (text), error);
  base_secret_free_text (text);
  return made;
}

/* The last line, without its blanks. */
static BaseSecret *
read_component (const char *dir, const char *name, GError **error)
{
  g_autoptr (BaseSecret) file = read_file (dir, name, error);
  g_autoptr (BaseSecret) digits = NULL;
  BaseSecret *component = NULL;
  gsize count = 0;

  if (file == NULL)
    return NULL;
  digits = base_secret_new (2 * ACQUIRER_KEYS_MAC_SIZE + 1);
  for (gsize i = 0; i < base_secret_size (file); i++)
    {
      char letter = (char)base_secret_span (file).data[i];

      if (letter == '#')
        while (i + 1 < base_secret_size (file) && base_secret_span (file).data[i] != '\n')
          i++;
      else if (!g_ascii_isspace (letter) && count < 2 * ACQUIRER_KEYS_MAC_SIZE)
        base_secret_bytes (digits)[count++] = (guint8)letter;
    }
  component = base_secret_new_from_hex ((const char *)base_secret_span (digits).data);
  if (component != NULL && base_secret_size (component) == ACQUIRER_KEYS_MAC_SIZE)
    return component;
  base_secret_free (component);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "%s/%s must hold one line of %d hexadecimal digits", dir, name,
               2 * ACQUIRER_KEYS_MAC_SIZE);
  return NULL;
}

static BaseSecret *
need_transport (const char *dir, GError **error)
{
  g_autoptr (BaseSecret) key = base_secret_new (ACQUIRER_KEYS_MAC_SIZE);

  for (guint number = 1; number <= ACQUIRER_KEYS_COMPONENTS; number++)
    {
      g_autofree char *name = g_strdup_printf ("transport-%u.txt", number);
      g_autoptr (BaseSecret) component = NULL;

      if (has_file (dir, name) || make_component (dir, name, number, error))
        component = read_component (dir, name, error);
      if (component == NULL)
        return NULL;
      for (gsize i = 0; i < ACQUIRER_KEYS_MAC_SIZE; i++)
        base_secret_bytes (key)[i] ^= base_secret_span (component).data[i];
    }
  return g_steal_pointer (&key);
}

gboolean
acquirer_keys_load (AcquirerKeys *self, const char *dir, GError **error)
{
  g_autofree char *unfinished = g_build_filename (dir, UNFINISHED, NULL);
  guint count = g_file_test (unfinished, G_FILE_TEST_EXISTS) ? 0 : count_files (dir);

  *self = (AcquirerKeys){ 0 };
  if (count != 0 && count != G_N_ELEMENTS (names))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "%s has some of the sandbox's keys and not others: choose an empty folder", dir);
      return FALSE;
    }
  if (count == 0 && !make_all (dir, error))
    return FALSE;
  return (self->ca_pem = read_file (dir, "ca.pem", error)) != NULL
         && (self->server_pem = read_file (dir, "server.pem", error)) != NULL
         && (self->server_key = read_file (dir, "server.key", error)) != NULL
         && (self->envelope_pem = read_file (dir, "envelope.pem", error)) != NULL
         && (self->envelope_key = read_file (dir, "envelope.key", error)) != NULL
         && (self->mac_key = read_hex_key (dir, "mac.key", error)) != NULL
         && (self->master_key = need_hex_key (dir, MASTER_KEY, error)) != NULL
         && (self->next_key = need_hex_key (dir, NEXT_KEY, error)) != NULL
         && need_next_envelope (self, dir, error)
         && (self->transport_key = need_transport (dir, error)) != NULL;
}
