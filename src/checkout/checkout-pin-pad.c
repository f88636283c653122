/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-pin-pad.h"

#include "checkout-chip.h"
#include "vault-journal.h"

#include <string.h>

#define SETTING "reader.pin-pads" /* a line each: identity, tab, day; the newest last */
#define ACT "pin-pad"
#define STATUS_WRONG 0x63C0 /* and how many tries are left */
#define STATUS_BLOCKED 0x6983

/* ---- Which are known ---- */

void
checkout_pin_pad_free (CheckoutPinPad *self)
{
  if (self == NULL)
    return;
  g_free (self->identity);
  g_free (self->tried);
  g_free (self);
}

/* An identity holds no control character (chip_reader_identity). Older lines have no day. */
static CheckoutPinPad *
pad_new (const char *line)
{
  CheckoutPinPad *pad = g_new0 (CheckoutPinPad, 1);
  const char *tab = strchr (line, '\t');

  pad->identity = tab != NULL ? g_strndup (line, (gsize)(tab - line)) : g_strdup (line);
  pad->tried = tab != NULL ? g_strdup (tab + 1) : NULL;
  return pad;
}

GPtrArray *
checkout_pin_pad_list (CheckoutShop *shop)
{
  g_autofree char *text = vault_setting_text (shop->vault, SETTING, /* error= */ NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  GPtrArray *known = g_ptr_array_new_with_free_func ((GDestroyNotify)checkout_pin_pad_free);

  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0')
      g_ptr_array_add (known, pad_new (lines[i]));
  return known;
}

static gboolean
write_known (CheckoutShop *shop, const GPtrArray *known, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < known->len; i++)
    {
      const CheckoutPinPad *pad = known->pdata[i];

      g_string_append_printf (text, "%s%s%s\n", pad->identity, pad->tried != NULL ? "\t" : "",
                              pad->tried != NULL ? pad->tried : "");
    }
  return vault_setting_set_text (shop->vault, SETTING, text->str, error);
}

static gboolean
find (const GPtrArray *known, const char *identity, guint *out_at)
{
  for (*out_at = 0; *out_at < known->len; (*out_at)++)
    if (strcmp (((const CheckoutPinPad *)known->pdata[*out_at])->identity, identity) == 0)
      return TRUE;
  return FALSE;
}

gboolean
checkout_pin_pad_is_proven (CheckoutShop *shop, const ChipReader *reader)
{
  g_autoptr (GPtrArray) known = checkout_pin_pad_list (shop);
  guint at;

  return chip_reader_has_pad (reader) && find (known, chip_reader_identity (reader), &at);
}

/* By whichever way it was tried: which one it takes is known when it is opened. */
static gboolean
is_known (const GPtrArray *known, const DeviceEntry *entry)
{
  static const char *const ways[] = { CHIP_READER_WAY_USB, CHIP_READER_WAY_PCSC };
  guint at;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *name = chip_reader_name (entry, ways[i]);

      if (find (known, name, &at))
        return TRUE;
    }
  return FALSE;
}

gboolean
checkout_pin_pad_waits (CheckoutShop *shop)
{
  g_autoptr (GPtrArray) known = checkout_pin_pad_list (shop);
  g_autoptr (GPtrArray) entries
      = shop->devices != NULL ? device_list_snapshot (shop->devices) : g_ptr_array_new ();

  for (guint i = 0; i < entries->len; i++)
    {
      const DeviceEntry *entry = entries->pdata[i];

      if (entry->has_pad && !is_known (known, entry))
        return TRUE;
    }
  return FALSE;
}

static gboolean
write_journal (CheckoutShop *shop, const CheckoutPinPadTest *test, GError **error)
{
  g_autofree char *detail
      = g_strdup_printf ("%s: %s", test->passed ? "passed" : test->reason, test->identity);

  return vault_journal_add (shop->vault, checkout_shop_operator (shop), ACT, detail, error);
}

/* A pad that is used stands in the journal, whatever happens in between. */
static gboolean
keep (CheckoutShop *shop, const CheckoutPinPadTest *test, GError **error)
{
  g_autoptr (GPtrArray) known = checkout_pin_pad_list (shop);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  CheckoutPinPad *pad;
  guint at;

  if (find (known, test->identity, &at))
    g_ptr_array_remove_index (known, at);
  if (!test->passed)
    return write_known (shop, known, error) && write_journal (shop, test, error);
  pad = pad_new (test->identity);
  pad->tried = g_date_time_format (now, "%Y-%m-%d");
  g_ptr_array_add (known, pad);
  if (known->len > CHECKOUT_PIN_PADS_MAX)
    g_ptr_array_remove_index (known, 0);
  return write_journal (shop, test, error) && write_known (shop, known, error);
}

gboolean
checkout_pin_pad_forget (CheckoutShop *shop, guint *out_count, GError **error)
{
  g_autoptr (GPtrArray) known = checkout_pin_pad_list (shop);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  *out_count = known->len;
  return write_known (shop, none, error)
         && vault_journal_add (shop->vault, checkout_shop_operator (shop), ACT, "off", error);
}

/* ---- The test ---- */

/* NULL: the card said that the PIN is right. */
static const char *
judge_status (guint16 status)
{
  if (status == EMV_STATUS_GOOD)
    return NULL;
  if (status == STATUS_BLOCKED || status == STATUS_WRONG)
    return "pin-blocked";
  return (status & 0xFFF0) == STATUS_WRONG ? "pin-wrong" : "pin-refused";
}

static const char *
judge (EmvPin pin, guint16 status)
{
  switch (pin)
    {
    case EMV_PIN_CHECKED:
      return judge_status (status);
    case EMV_PIN_BYPASSED:
      return "pin-not-typed";
    case EMV_PIN_CANCELLED:
      return "pin-cancelled";
    case EMV_PIN_BROKEN:
      return "pin-pad-broken";
    case EMV_PIN_REMOVED:
      break;
    }
  return "card-removed";
}

static gboolean
try_card (const CheckoutPresentWish *wish,
          ChipReader *reader,
          const char **out_reason,
          GError **error)
{
  CheckoutCard card = {
    .shop = wish->shop, .cancellable = wish->cancellable, .notify = wish->notify, .data = wish->data
  };
  g_autoptr (CheckoutChipCard) chip = checkout_chip_new (&card, reader);
  EmvPin pin;
  guint16 status;

  if (!checkout_chip_try_pin (chip, &pin, &status, out_reason, error))
    return FALSE;
  if (*out_reason == NULL)
    *out_reason = judge (pin, status);
  return TRUE;
}

gboolean
checkout_pin_pad_test (const CheckoutPresentWish *wish,
                       CheckoutPinPadTest *out_test,
                       GError **error)
{
  CheckoutPresentWish chip = *wish;
  g_auto (CheckoutPresent) card = { 0 };

  *out_test = (CheckoutPinPadTest){ 0 };
  if (wish->shop->line == NULL)
    {
      out_test->reason = "no-acquirer";
      return TRUE;
    }
  chip.kinds = CHECKOUT_PRESENT_CHIP;
  checkout_present_wait (&chip, &card);
  out_test->reason = card.reason;
  if (card.chip == NULL)
    return TRUE;
  out_test->identity = g_strdup (chip_reader_identity (card.chip));
  if (!chip_reader_has_pad (card.chip))
    out_test->reason = "no-pin-pad";
  else if (!try_card (wish, card.chip, &out_test->reason, error))
    return FALSE;
  out_test->passed = out_test->reason == NULL;
  return keep (wish->shop, out_test, error);
}

void
checkout_pin_pad_test_clear (CheckoutPinPadTest *self)
{
  g_clear_pointer (&self->identity, g_free);
}
