/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-test-key.h"

#include "acquirer-emv.h"
#include "vault.h"

#include <glib/gi18n.h>
#include <string.h>

/* One a line, in hexadecimal digits. */
static char **
read_lines (Vault *vault, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autofree char *text = vault_setting_text (vault, CHECKOUT_SETTING_TEST_KEYS, &broken);

  if (broken == NULL)
    return g_strsplit (text != NULL ? text : "", "\n", 0);
  g_propagate_error (error, g_steal_pointer (&broken));
  return NULL;
}

static gboolean
read_line (const char *line, EmvKey *out_key, GError **error)
{
  g_autoptr (GBytes) tlv = base_bytes_from_hex (line, error);

  return tlv != NULL && acquirer_emv_read_key (base_bytes_span (tlv), out_key, error);
}

static gboolean
is_same (const EmvKey *a, const EmvKey *b)
{
  return memcmp (a->rid, b->rid, sizeof a->rid) == 0 && a->index == b->index;
}

/* With `hex` in the place of the one that it replaces, or behind all. Yours; NULL: too many, or one
 * that can't be read any more. */
static char *
join (char **lines, const EmvKey *key, const char *hex, GError **error)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    {
      EmvKey other;

      if (!read_line (lines[i], &other, error))
        return NULL;
      if (!is_same (&other, key))
        g_ptr_array_add (kept, lines[i]);
    }
  if (kept->len == CHECKOUT_TEST_KEYS_MAX)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                   _ ("There are %d test keys already: take them away first"),
                   CHECKOUT_TEST_KEYS_MAX);
      return NULL;
    }
  g_ptr_array_add (kept, (char *)hex);
  g_ptr_array_add (kept, NULL);
  return g_strjoinv ("\n", (char **)kept->pdata);
}

gboolean
checkout_test_key_add (CheckoutShop *shop, BaseSpan tlv, EmvKey *out_key, GError **error)
{
  g_autofree char *hex = base_bytes_to_hex (tlv);
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;
  EmvKey key;

  if (!shop->training)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                           _ ("Own test keys are for training only: the keys of real payments come "
                              "from the acquirer"));
      return FALSE;
    }
  lines = acquirer_emv_read_key (tlv, &key, error) ? read_lines (shop->vault, error) : NULL;
  text = lines != NULL ? join (lines, &key, hex, error) : NULL;
  if (text == NULL
      || !vault_setting_set_text (shop->vault, CHECKOUT_SETTING_TEST_KEYS, text, error))
    return FALSE;
  *out_key = key;
  return TRUE;
}

gboolean
checkout_test_key_clear (CheckoutShop *shop, GError **error)
{
  return vault_setting_set_text (shop->vault, CHECKOUT_SETTING_TEST_KEYS, "", error);
}

GArray *
checkout_test_key_list (CheckoutShop *shop, GError **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (EmvKey));
  g_auto (GStrv) lines = shop->training ? read_lines (shop->vault, error) : g_new0 (char *, 1);

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      EmvKey key;

      if (!read_line (lines[i], &key, error))
        return NULL;
      g_array_append_val (keys, key);
    }
  return lines != NULL ? g_steal_pointer (&keys) : NULL;
}
