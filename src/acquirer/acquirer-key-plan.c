/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-key-plan.h"

#include "acquirer-error.h"
#include "base-number.h"
#include "crypto-random.h"
#include "crypto-working-key.h"

#include <glib/gi18n.h>
#include <string.h>

#define GROUP "keys"
#define MASTER_MAC "hkdf-sha256"

typedef struct
{
  guint count;
  struct
  {
    AcquirerKey key;
    guint size;
  } parts[ACQUIRER_KEY_COUNT];
} Layout;

struct _AcquirerKeyPlan
{
  char *cipher;
  guint check;         /* bytes */
  gboolean master_mac; /* a sign-in and its answer have a MAC, too */
  guint count;
  guint usual; /* index of the layout that a host makes */
  Layout layouts[ACQUIRER_KEY_LAYOUTS_MAX];
};

static const char *const names[ACQUIRER_KEY_COUNT] = {
  [ACQUIRER_KEY_PIN] = "pin",
  [ACQUIRER_KEY_MAC] = "mac",
  [ACQUIRER_KEY_TRACK] = "track",
};

const char *
acquirer_key_plan_name (AcquirerKey key)
{
  g_assert (key < ACQUIRER_KEY_COUNT);
  return names[key];
}

const char *
acquirer_key_plan_cipher (const AcquirerKeyPlan *self)
{
  return self->cipher;
}

gboolean
acquirer_key_plan_has_master_mac (const AcquirerKeyPlan *self)
{
  return self->master_mac;
}

void
acquirer_key_plan_free (AcquirerKeyPlan *self)
{
  if (self == NULL)
    return;
  g_free (self->cipher);
  g_free (self);
}

void
acquirer_key_set_clear (AcquirerKeySet *self)
{
  for (guint i = 0; i < ACQUIRER_KEY_COUNT; i++)
    g_clear_pointer (&self->keys[i], base_secret_free);
}

/* ---- Reading ---- */

static gsize
layout_size (const AcquirerKeyPlan *self, const Layout *layout)
{
  gsize size = 0;

  for (guint i = 0; i < layout->count; i++)
    size += layout->parts[i].size + self->check;
  return size;
}

/* One key more: "pin 16" in two words. */
static gboolean
add_part (Layout *layout, const char *name, const char *size_text)
{
  guint64 size;

  for (guint i = 0; layout->count < ACQUIRER_KEY_COUNT && i < ACQUIRER_KEY_COUNT; i++)
    if (strcmp (names[i], name) == 0
        && base_number_parse (size_text, 10, CRYPTO_WORKING_KEY_MAX / 2, CRYPTO_WORKING_KEY_MAX,
                              &size)
        && size % (CRYPTO_WORKING_KEY_MAX / 2) == 0)
      {
        layout->parts[layout->count].key = (AcquirerKey)i;
        layout->parts[layout->count++].size = (guint)size;
        return TRUE;
      }
  return FALSE;
}

static gboolean
has_key (const Layout *layout, AcquirerKey key, guint times)
{
  guint count = 0;

  for (guint i = 0; i < layout->count; i++)
    count += layout->parts[i].key == key ? 1 : 0;
  return count >= times;
}

/* "40 = pin 16 mac 16": it must come to 40 bytes, with a MAC key and none twice. */
static gboolean
read_layout (AcquirerKeyPlan *self, guint64 size, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint count = g_strv_length (words);
  Layout *layout = &self->layouts[self->count];

  if (self->count == ACQUIRER_KEY_LAYOUTS_MAX || count % 2 != 0)
    return FALSE;
  for (guint i = 0; i < count; i += 2)
    if (!add_part (layout, words[i], words[i + 1]))
      return FALSE;
  for (guint i = 0; i < ACQUIRER_KEY_COUNT; i++)
    if (has_key (layout, (AcquirerKey)i, 2))
      return FALSE;
  self->count++;
  return has_key (layout, ACQUIRER_KEY_MAC, 1) && layout_size (self, layout) == size;
}

static gboolean
read_layouts (AcquirerKeyPlan *self, GKeyFile *file, guint64 usual, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);
  gboolean found = FALSE;

  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_string (file, GROUP, keys[i], NULL);
      guint64 size;

      if (!g_ascii_isdigit (keys[i][0]))
        continue;
      if (text == NULL || !base_number_parse (keys[i], 10, 1, ACQUIRER_KEY_FIELD_MAX, &size)
          || !read_layout (self, size, text))
        return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                   _ ("[%s] %s isn't the size of the keys that it names"), GROUP,
                                   keys[i]);
      if (size == usual)
        {
          self->usual = self->count - 1;
          found = TRUE;
        }
    }
  return found
         || acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                _ ("[%s] %s must be the size of one of the layouts"), GROUP,
                                "usual");
}

AcquirerKeyPlan *
acquirer_key_plan_read (GKeyFile *file, GError **error)
{
  g_autoptr (AcquirerKeyPlan) self = NULL;
  guint64 check = 0, usual = 0;
  g_autofree char *check_text = NULL;
  g_autofree char *usual_text = NULL;
  g_autofree char *sign_in = NULL;

  if (!g_key_file_has_group (file, GROUP))
    return NULL;
  self = g_new0 (AcquirerKeyPlan, 1);
  self->cipher = g_key_file_get_string (file, GROUP, "cipher", NULL);
  check_text = g_key_file_get_string (file, GROUP, "check", NULL);
  usual_text = g_key_file_get_string (file, GROUP, "usual", NULL);
  sign_in = g_key_file_get_string (file, GROUP, "sign_in_mac", NULL);
  self->master_mac = sign_in != NULL;
  if (sign_in != NULL && strcmp (sign_in, MASTER_MAC) != 0)
    {
      acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s must be %s, or left out"),
                          GROUP, "sign_in_mac", MASTER_MAC);
      return NULL;
    }
  if (self->cipher == NULL || !crypto_working_key_knows (self->cipher))
    {
      acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s isn't one that the till has"),
                          GROUP, "cipher");
      return NULL;
    }
  if (check_text == NULL
      || !base_number_parse (check_text, 10, 3, CRYPTO_WORKING_KEY_CHECK, &check))
    {
      acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                          _ ("[%s] %s must be a number of bytes from 3 to 8"), GROUP, "check");
      return NULL;
    }
  self->check = (guint)check;
  if (usual_text != NULL)
    (void)base_number_parse (usual_text, 10, 1, ACQUIRER_KEY_FIELD_MAX, &usual);
  return read_layouts (self, file, usual, error) ? g_steal_pointer (&self) : NULL;
}

/* ---- Opening and making ---- */

/* A long place whose second half is all zeros holds a key of one half. */
static BaseSpan
trim (BaseSpan wrapped)
{
  gsize half = CRYPTO_WORKING_KEY_MAX / 2;

  if (wrapped.size != CRYPTO_WORKING_KEY_MAX)
    return wrapped;
  for (gsize i = half; i < wrapped.size; i++)
    if (wrapped.data[i] != 0)
      return wrapped;
  return BASE_SPAN (wrapped.data, half);
}

gboolean
acquirer_key_plan_open (const AcquirerKeyPlan *self,
                        const BaseSecret *master,
                        BaseSpan field,
                        AcquirerKeySet *out_set,
                        GError **error)
{
  g_auto (AcquirerKeySet) set = { 0 };
  const Layout *layout = NULL;
  BaseReader reader;

  for (guint i = 0; i < self->count && layout == NULL; i++)
    if (layout_size (self, &self->layouts[i]) == field.size)
      layout = &self->layouts[i];
  if (layout == NULL)
    return acquirer_error_set (error, ACQUIRER_ERROR_FIELD,
                               _ ("The profile knows no working keys of %zu bytes"), field.size);
  base_reader_init (&reader, field);
  for (guint i = 0; i < layout->count; i++)
    {
      BaseSpan wrapped = { 0 }, check = { 0 };

      base_reader_take (&reader, layout->parts[i].size, &wrapped);
      base_reader_take (&reader, self->check, &check);
      set.keys[layout->parts[i].key]
          = crypto_working_key_open (self->cipher, master, trim (wrapped), check, error);
      if (set.keys[layout->parts[i].key] == NULL)
        return FALSE;
    }
  *out_set = set;
  set = (AcquirerKeySet){ 0 };
  return TRUE;
}

static BaseSecret *
random_key (gsize size)
{
  BaseSecret *key = base_secret_new (size);

  crypto_random_bytes (base_secret_bytes (key), size);
  return key;
}

GBytes *
acquirer_key_plan_make (const AcquirerKeyPlan *self,
                        const BaseSecret *master,
                        AcquirerKeySet *out_set,
                        GError **error)
{
  const Layout *layout = &self->layouts[self->usual];
  g_auto (AcquirerKeySet) set = { 0 };
  g_auto (BaseWriter) writer = { 0 };

  base_writer_init (&writer, ACQUIRER_KEY_FIELD_MAX);
  for (guint i = 0; i < layout->count; i++)
    {
      guint8 wrapped[CRYPTO_WORKING_KEY_MAX], check[CRYPTO_WORKING_KEY_CHECK];
      BaseSecret *key = random_key (layout->parts[i].size);

      set.keys[layout->parts[i].key] = key;
      if (!crypto_working_key_wrap (self->cipher, master, key, wrapped, error)
          || !crypto_working_key_check (self->cipher, key, check, error))
        return NULL;
      base_writer_put (&writer, BASE_SPAN (wrapped, layout->parts[i].size));
      base_writer_put (&writer, BASE_SPAN (check, self->check));
    }
  *out_set = set;
  set = (AcquirerKeySet){ 0 };
  return base_writer_steal (&writer);
}
