/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso8583.h"

#include <string.h>

static const struct
{
  guint field;
  const char *text;
  const char *says;
} bad_texts[] = {
  { 4, "12", "Field 4 (amount) at byte 10: wanted a length of 12, has 2" },
  { 4, "00000000125x", "wanted format n, character 11" },
  { 44, "\n", "wanted format ans" },
  { 110, "FFFF", "wanted a length of 16, has 2" },
  { 123, "F", "wanted whole bytes" },
  { 123, "GG", "wanted format b, character 0" },
  { 2, "6200000000000005", "this dialect has no field 2" },
};

static void
test_bad_texts (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad_texts); i++)
    {
      g_autoptr (Iso8583Message) message = iso8583_message_new ("0200");
      g_autoptr (GError) error = NULL;

      iso8583_message_set (message, bad_texts[i].field, bad_texts[i].text);
      g_assert_null (iso8583_pack (profile, message, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, bad_texts[i].says));
    }
}

/* At the maximum, one above it, and empty. */
static void
test_limits (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);

  for (guint size = 0; size <= 100; size++)
    {
      g_autoptr (Iso8583Message) message = iso8583_message_new ("0200");
      g_autoptr (Iso8583Message) again = NULL;
      g_autofree char *text = g_strnfill (size, 'x');
      g_autoptr (GBytes) bytes = NULL;

      iso8583_message_set (message, 44, text);
      bytes = iso8583_pack (profile, message, NULL);
      g_assert_true ((bytes != NULL) == (size <= 99));
      if (bytes == NULL)
        continue;
      again = iso8583_unpack (profile, base_bytes_span (bytes), NULL);
      g_assert_cmpstr (iso8583_message_get (again, 44), ==, text);
    }
}

/* A dialect of its own: everything in characters, lengths too. */
static AcquirerProfile *
ascii_profile (const char *length, const char *unit)
{
  g_autofree char *ini = g_strdup_printf (
      "[profile]\nname=t\ncard_data=acquirer\ndeferred=off\ndeferred_unanswered=repeat\nin_flight="
      "1\ntries=1\n"
      "connect_ms=1\nanswer_ms=1\necho_s=0\ntls12=no\n"
      "[codec]\nframe=ascii4\nmti=ascii\nbitmap=hex\nfields=128\nlength=%s\nlength_unit=%s\npad="
      "15\n"
      "[fields]\n2=n ..19 bcd | PAN\n11=n 6 ascii | STAN\n35=z ..37 ascii | track\n52=b 8 hex | "
      "PIN\n55=b ..255 hex | chip\n"
      "102=ans ..28 ascii | account\n[mac]\nalgorithm=none\n[answers]\nmatch=11\napproved=00\n",
      length, unit);
  AcquirerProfile *profile = acquirer_profile_from_text (ini, NULL);

  g_assert_nonnull (profile);
  return profile;
}

static void
check_bytes (AcquirerProfile *profile, const Iso8583Message *message, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = iso8583_pack (profile, message, &error);
  g_autoptr (GBytes) wanted = base_bytes_from_hex (expected, NULL);
  g_autoptr (Iso8583Message) again = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *wanted_hex = base_bytes_to_hex (base_bytes_span (wanted));

  g_assert_no_error (error);
  hex = base_bytes_to_hex (base_bytes_span (bytes));
  g_assert_cmpstr (hex, ==, wanted_hex);
  again = iso8583_unpack (profile, base_bytes_span (bytes), &error);
  g_assert_no_error (error);
  g_assert_true (iso8583_message_equal (again, message));
}

static void
test_ascii (void)
{
  g_autoptr (AcquirerProfile) profile = ascii_profile ("ascii", "digits");
  g_autoptr (Iso8583Message) message = iso8583_message_new ("0800");

  iso8583_message_set (message, 11, "000017");
  iso8583_message_set (message, 35, "62=30");
  iso8583_message_set (message, 52, "0102030405060708");
  iso8583_message_set (message, 102, "A");
  /* "0800", "8020000020001000" "0000000004000000", "000017", "05" "62=30", "0102030405060708", "01"
   * "A" */
  check_bytes (
      profile, message,
      "30383030 38303230303030303230303031303030 30303030303030303034303030303030 303030303137"
      "3035 36323D3330 30313032303330343035303630373038 3031 41");
}

/* Lengths in one binary byte that counts bytes; the odd nibble F. */
static void
test_length_units (void)
{
  g_autoptr (AcquirerProfile) digits = ascii_profile ("binary", "digits");
  g_autoptr (AcquirerProfile) bytes = ascii_profile ("binary", "bytes");
  g_autoptr (Iso8583Message) message = iso8583_message_new ("0800");

  iso8583_message_set (message, 2, "62000");
  /* "0800", "4000000000000000", 5 digits, 62 00 0F */
  check_bytes (digits, message, "30383030 34303030303030303030303030303030 05 62000F");
  g_assert_null (iso8583_pack (bytes, message, NULL));
  iso8583_message_set (message, 2, "620000");
  check_bytes (bytes, message, "30383030 34303030303030303030303030303030 03 620000");
}

/* The seal sees all from the MTI on, bitmap with its own bit, and stands at the end. */
static gboolean
count_up (gpointer data, BaseSpan covered, guint8 *out, gsize size, GError **error)
{
  *(gsize *)data = covered.size;
  for (gsize i = 0; i < size; i++)
    out[i] = (guint8)(i + 1);
  return covered.data[0] == 0x08;
}

static void
test_sealed (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (Iso8583Message) message = iso8583_message_new ("0800");
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *hex = NULL;
  gsize covered = 0;

  iso8583_message_set (message, 11, "000018");
  iso8583_message_set (message, 128, "FFFFFFFFFFFFFFFF"); /* left out */
  bytes = iso8583_pack_sealed (profile, message, 128, count_up, &covered, NULL);
  g_assert_nonnull (bytes);
  hex = base_bytes_to_hex (base_bytes_span (bytes));
  g_assert_cmpstr (hex, ==,
                   "080080200000000000000000000000000001"
                   "000018"
                   "0102030405060708");
  g_assert_cmpuint (covered, ==, 21);
  iso8583_message_set_mti (message, "0200");
  g_assert_null (iso8583_pack_sealed (profile, message, 128, count_up, &covered, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iso8583/pack/bad-texts", test_bad_texts);
  g_test_add_func ("/iso8583/pack/limits", test_limits);
  g_test_add_func ("/iso8583/pack/ascii", test_ascii);
  g_test_add_func ("/iso8583/pack/length-units", test_length_units);
  g_test_add_func ("/iso8583/pack/sealed", test_sealed);
  return g_test_run ();
}
