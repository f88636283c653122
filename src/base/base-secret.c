/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-secret.h"

#include "base-locked.h"

#include <string.h>
#include <sys/resource.h>

struct _BaseSecret
{
  gsize size;
  guint8 *bytes;
};

void
base_secret_wipe (gpointer bytes, gsize size)
{
  if (size > 0)
    explicit_bzero (bytes, size);
}

BaseSecret *
base_secret_new (gsize size)
{
  BaseSecret *self = g_new0 (BaseSecret, 1);

  g_assert (size > 0 && size <= BASE_SECRET_SIZE_MAX);
  self->size = size;
  self->bytes = base_locked_take (size);
  if (self->bytes == NULL)
    g_error ("Out of memory for a secret");
  return self;
}

BaseSecret *
base_secret_new_from (BaseSpan span)
{
  BaseSecret *self = base_secret_new (span.size);

  for (gsize i = 0; i < span.size; i++)
    self->bytes[i] = span.data[i];
  return self;
}

BaseSecret *
base_secret_new_from_hex (const char *hex)
{
  gsize digits = strlen (hex);
  g_autoptr (BaseSecret) self = NULL;

  while (digits > 0 && g_ascii_isspace (hex[digits - 1]))
    digits--;
  if (digits == 0 || digits % 2 != 0 || digits / 2 > BASE_SECRET_SIZE_MAX)
    return NULL;
  self = base_secret_new (digits / 2);
  for (gsize i = 0; i < self->size; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]);
      int low = g_ascii_xdigit_value (hex[2 * i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      self->bytes[i] = (guint8)(high << 4 | low);
    }
  return g_steal_pointer (&self);
}

BaseSecret *
base_secret_copy (const BaseSecret *self)
{
  return self != NULL ? base_secret_new_from (base_secret_span (self)) : NULL;
}

void
base_secret_free (BaseSecret *self)
{
  if (self == NULL)
    return;
  base_locked_give_back (self->bytes);
  g_free (self);
}

void
base_secret_resize (BaseSecret *self, gsize size)
{
  g_assert (size > 0 && size <= BASE_SECRET_SIZE_MAX);
  self->bytes = base_locked_resize (self->bytes, size);
  if (self->bytes == NULL)
    g_error ("Out of memory for a secret");
  self->size = size;
}

BaseSpan
base_secret_span (const BaseSecret *self)
{
  return BASE_SPAN (self->bytes, self->size);
}

guint8 *
base_secret_bytes (BaseSecret *self)
{
  return self->bytes;
}

gsize
base_secret_size (const BaseSecret *self)
{
  return self->size;
}

void
base_secret_free_text (char *text)
{
  if (text != NULL)
    base_secret_wipe (text, strlen (text));
  g_free (text);
}

void
base_secret_harden_process (void)
{
  struct rlimit none = { 0, 0 };

  /* PR_SET_DUMPABLE would also hide /proc/self/root from the desktop portals, which then refuse us
   * the keyring. */
  (void)setrlimit (RLIMIT_CORE, &none);
}
