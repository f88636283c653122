/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is kept of how a card was read comes back as it was, or not at all; and its rows.
 */
#include "checkout-slip.h"

#include <string.h>

static const char *
same (const char *text)
{
  return text;
}

static const CheckoutSlip whole = { .entry = CHECKOUT_ENTRY_CHIP,
                                    .holder = CHECKOUT_HOLDER_PIN_AND_SIGNATURE,
                                    .application = "TILL D\xC3\x89"
                                                   "BIT",
                                    .aid = "F054494C4C010201",
                                    .kind = "ARQC",
                                    .cryptogram = "0123456789ABCDEF",
                                    .tvr = "0000008000",
                                    .tsi = "E800" };

#define WHOLE                                                                                      \
  "entry chip\napplication TILL D\xC3\x89"                                                         \
  "BIT\naid F054494C4C010201\nkind ARQC\ncryptogram 0123456789ABCDEF\n"                            \
  "tvr 0000008000\ntsi E800\nholder pin-and-signature\n"

static void
test_text (void)
{
  static const CheckoutSlip stripe = { .entry = CHECKOUT_ENTRY_FALLBACK };
  g_autofree char *text = checkout_slip_to_text (&whole), *short_text = NULL, *again = NULL;
  CheckoutSlip slip;

  g_assert_cmpstr (text, ==, WHOLE);
  g_assert_true (checkout_slip_from_text (text, &slip));
  again = checkout_slip_to_text (&slip);
  g_assert_cmpstr (again, ==, WHOLE);
  short_text = checkout_slip_to_text (&stripe);
  g_assert_cmpstr (short_text, ==, "entry fallback\n");
}

/* At its longest it still fits what is kept. */
static void
test_longest (void)
{
  CheckoutSlip longest = whole, slip;
  g_autofree char *text = NULL;

  for (guint i = 0; i < CHECKOUT_SLIP_NAME_MAX; i++)
    longest.application[i] = 'W';
  for (guint i = 0; i < 32; i++)
    longest.aid[i] = 'F';
  text = checkout_slip_to_text (&longest);
  g_assert_cmpuint (strlen (text), <=, CHECKOUT_SLIP_TEXT_MAX);
  g_assert_true (checkout_slip_from_text (text, &slip));
  g_assert_cmpstr (slip.application, ==, longest.application);
  g_assert_cmpstr (slip.aid, ==, longest.aid);
}

static void
test_not_ours (void)
{
  static const char *const others[] = {
    NULL,
    "",
    "entry",
    "entry chip",
    "entry card\n",
    "aid F0\n",
    "entry chip\naid F0G1\n",
    "entry chip\naid F054494C4C0102030405060708090A0B0C\n",
    "entry chip\ntvr 000000800000\n",
    "entry chip\nkind TCC\n",
    "entry chip\nholder nobody\n",
    "entry chip\nholder\n",
    "entry chip\nnumber 6200000000000005\n",
    "entry chip\napplication \xFF\n",
    "entry chip\napplication a\x1B@\n",
  };
  CheckoutSlip slip;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_test_message ("row %u", i);
      g_assert_false (checkout_slip_from_text (others[i], &slip));
    }
}

/* Any one byte changed: read as a slip, or refused. */
static void
test_damaged (void)
{
  for (gsize at = 0; at < sizeof WHOLE - 1; at++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autofree char *text = g_strdup (WHOLE);
        CheckoutSlip slip;

        text[at] = (char)(text[at] ^ (1 << bit));
        if (checkout_slip_from_text (text, &slip))
          g_free (checkout_slip_to_text (&slip));
      }
}

static char *
rows_of (const CheckoutSlip *slip)
{
  char *rows[CHECKOUT_SLIP_ROWS + 1] = { NULL };
  guint count = checkout_slip_rows (slip, same, rows);
  char *text;

  g_assert_cmpuint (count, ==, g_strv_length (rows));
  text = g_strjoinv ("|", rows);
  for (guint i = 0; i < count; i++)
    g_free (rows[i]);
  return text;
}

static void
test_rows (void)
{
  static const struct
  {
    CheckoutSlip slip;
    const char *rows, *holder;
    gboolean signs;
  } table[] = {
    { { .entry = CHECKOUT_ENTRY_STRIPE }, "Card read by its stripe", NULL, FALSE },
    { { .entry = CHECKOUT_ENTRY_FALLBACK },
      "Card read by its stripe, as the chip failed",
      NULL,
      FALSE },
    { { .holder = CHECKOUT_HOLDER_SIGNATURE, .tvr = "0000000000" },
      "Card read by its chip|TVR 0000000000|Verified by signature",
      "signature",
      TRUE },
    { { .holder = CHECKOUT_HOLDER_NONE, .kind = "TC", .cryptogram = "0123456789ABCDEF" },
      "Card read by its chip|TC 0123456789ABCDEF|No signature needed",
      "none",
      FALSE },
    { { .holder = CHECKOUT_HOLDER_PIN, .tsi = "E800" },
      "Card read by its chip|TSI E800|PIN verified",
      "pin",
      FALSE },
    { { .holder = CHECKOUT_HOLDER_FAILED },
      "Card read by its chip|Cardholder not verified",
      "failed",
      FALSE },
  };
  g_autofree char *all = rows_of (&whole);

  g_assert_cmpstr (all, ==,
                   "Card read by its chip|TILL D\xC3\x89"
                   "BIT|AID F054494C4C010201|ARQC 0123456789ABCDEF|"
                   "TVR 0000008000  TSI E800|PIN verified, and a signature");
  g_assert_true (checkout_slip_signs (&whole));
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *rows = rows_of (&table[i].slip);

      g_assert_cmpstr (rows, ==, table[i].rows);
      g_assert_cmpstr (checkout_slip_holder_name (&table[i].slip), ==, table[i].holder);
      g_assert_cmpint (checkout_slip_signs (&table[i].slip), ==, table[i].signs);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkout/slip/text", test_text);
  g_test_add_func ("/checkout/slip/longest", test_longest);
  g_test_add_func ("/checkout/slip/not-ours", test_not_ours);
  g_test_add_func ("/checkout/slip/damaged", test_damaged);
  g_test_add_func ("/checkout/slip/rows", test_rows);
  return g_test_run ();
}
