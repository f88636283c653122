/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-slip.h"

#include <string.h>

#define N_(text) text

static const char *const entry_names[] = { "chip", "stripe", "fallback" };
static const char *const entry_words[] = {
  N_ ("Card read by its chip"),
  N_ ("Card read by its stripe"),
  N_ ("Card read by its stripe, as the chip failed"),
};
static const char *const holder_names[]
    = { NULL, "none", "signature", "pin", "pin-and-signature", "failed" };
static const char *const holder_words[] = {
  NULL,
  N_ ("No signature needed"),
  N_ ("Verified by signature"),
  N_ ("PIN verified"),
  N_ ("PIN verified, and a signature"),
  N_ ("Cardholder not verified"),
};
static const char *const kinds[] = { "TC", "ARQC", "AAC" };

G_STATIC_ASSERT (G_N_ELEMENTS (holder_names) == G_N_ELEMENTS (holder_words));

/* Of the texts: what each is called where they are kept, and where it stands. */
static const struct
{
  const char *key;
  gsize offset, size;
  gboolean digits; /* hexadecimal, and nothing else */
} texts[] = {
#define TEXT(key, member, digits)                                                                  \
  {                                                                                                \
    key, G_STRUCT_OFFSET (CheckoutSlip, member), sizeof (((CheckoutSlip *)NULL)->member), digits   \
  }
  TEXT ("application", application, FALSE), TEXT ("aid", aid, TRUE), TEXT ("kind", kind, FALSE),
  TEXT ("cryptogram", cryptogram, TRUE),    TEXT ("tvr", tvr, TRUE), TEXT ("tsi", tsi, TRUE),
#undef TEXT
};

/* ---- What is kept: a line a text, with its key in front ---- */

char *
checkout_slip_to_text (const CheckoutSlip *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "entry %s\n", checkout_slip_entry_name (self));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *value = G_STRUCT_MEMBER_P (self, texts[i].offset);

      if (value[0] != '\0')
        g_string_append_printf (text, "%s %s\n", texts[i].key, value);
    }
  if (checkout_slip_holder_name (self) != NULL)
    g_string_append_printf (text, "holder %s\n", checkout_slip_holder_name (self));
  g_assert (text->len <= CHECKOUT_SLIP_TEXT_MAX);
  return g_string_free (text, FALSE);
}

static gboolean
find (const char *const *names, guint count, const char *name, guint *out_index)
{
  for (guint i = 0; i < count; i++)
    if (g_strcmp0 (names[i], name) == 0)
      {
        *out_index = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
is_sound (const char *value, gsize size, gboolean digits)
{
  if (strlen (value) >= size || !g_utf8_validate (value, -1, NULL))
    return FALSE;
  for (const char *at = value; *at != '\0'; at = g_utf8_next_char (at))
    if (digits ? !g_ascii_isxdigit (*at) : !g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

static gboolean
take_text (CheckoutSlip *self, const char *key, const char *value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (key, texts[i].key))
      return is_sound (value, texts[i].size, texts[i].digits)
             && g_strlcpy (G_STRUCT_MEMBER_P (self, texts[i].offset), value, texts[i].size) > 0;
  return FALSE;
}

/* One that this version doesn't know is no slip of ours. */
static gboolean
take_line (CheckoutSlip *self, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", 2);
  guint index;

  if (parts[0] == NULL || parts[1] == NULL)
    return FALSE;
  if (g_str_equal (parts[0], "entry")
      && find (entry_names, G_N_ELEMENTS (entry_names), parts[1], &index))
    self->entry = (CheckoutEntry)index;
  else if (g_str_equal (parts[0], "holder")
           && find (holder_names, G_N_ELEMENTS (holder_names), parts[1], &index))
    self->holder = (CheckoutHolder)index;
  else
    return take_text (self, parts[0], parts[1]);
  return TRUE;
}

gboolean
checkout_slip_from_text (const char *text, CheckoutSlip *out_slip)
{
  g_auto (GStrv) lines = NULL;
  CheckoutSlip slip = { 0 };
  guint kind;

  if (text == NULL || strlen (text) > CHECKOUT_SLIP_TEXT_MAX || !g_str_has_prefix (text, "entry ")
      || !g_str_has_suffix (text, "\n"))
    return FALSE;
  lines = g_strsplit (text, "\n", 0);
  for (guint i = 0; lines[i + 1] != NULL; i++)
    if (!take_line (&slip, lines[i]))
      return FALSE;
  if (slip.kind[0] != '\0' && !find (kinds, G_N_ELEMENTS (kinds), slip.kind, &kind))
    return FALSE;
  *out_slip = slip;
  return TRUE;
}

/* ---- Words ---- */

gboolean
checkout_slip_signs (const CheckoutSlip *self)
{
  return self->holder == CHECKOUT_HOLDER_SIGNATURE
         || self->holder == CHECKOUT_HOLDER_PIN_AND_SIGNATURE;
}

const char *
checkout_slip_entry_name (const CheckoutSlip *self)
{
  return entry_names[self->entry];
}

const char *
checkout_slip_holder_name (const CheckoutSlip *self)
{
  return holder_names[self->holder];
}

/* Yours; NULL where there is nothing. */
static char *
labelled (const char *label, const char *value)
{
  return value[0] != '\0' ? g_strdup_printf ("%s %s", label, value) : NULL;
}

/* What belongs together stands in one row of at most 32 columns. */
static char *
results (const CheckoutSlip *self)
{
  if (self->tvr[0] != '\0' && self->tsi[0] != '\0')
    return g_strdup_printf ("TVR %s  TSI %s", self->tvr, self->tsi);
  return self->tvr[0] != '\0' ? labelled ("TVR", self->tvr) : labelled ("TSI", self->tsi);
}

guint
checkout_slip_rows (const CheckoutSlip *self,
                    TillTranslate translate,
                    char *out_rows[CHECKOUT_SLIP_ROWS])
{
  char *rows[] = {
    g_strdup (translate (entry_words[self->entry])),
    self->application[0] != '\0' ? g_strdup (self->application) : NULL,
    labelled ("AID", self->aid),
    labelled (self->kind, self->cryptogram),
    results (self),
    self->holder != CHECKOUT_HOLDER_UNSAID ? g_strdup (translate (holder_words[self->holder]))
                                           : NULL,
  };
  guint count = 0;

  G_STATIC_ASSERT (G_N_ELEMENTS (rows) == CHECKOUT_SLIP_ROWS);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i] != NULL)
      out_rows[count++] = rows[i];
  return count;
}
