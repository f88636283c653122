/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an acquirer sends about chips: the shipped test sets are read whole, and every way in which
 * one can be wrong is refused by name.
 */
#include "acquirer-emv.h"

#include "acquirer-error.h"

#include <gio/gio.h>
#include <string.h>

#define RID "F054494C4C"
/* The RID alone, so that pieces can be put together below. */
#define NAME "9F0605F054494C4C"
#define RULES                                                                                      \
  "DF0101009F08020020DF1105D84000A800DF1205D84004F800DF130500100000009F1B0400002710"               \
  "DF150400001388DF160140DF170120"
#define DDOL "DF14039F3704"

static GKeyFile *
shipped (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("TILL_DATA_DIR"), "training/chip.ini", NULL);
  GKeyFile *file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (file, path, 0, NULL));
  return file;
}

static GBytes *
entry (const char *group, const char *key)
{
  g_autoptr (GKeyFile) file = shipped ();
  g_autofree char *hex = g_key_file_get_string (file, group, key, NULL);

  return base_bytes_from_hex (hex, NULL);
}

static void
test_aid (void)
{
  g_autoptr (GBytes) tlv = entry ("aids", "03");
  GError *error = NULL;
  AcquirerEmvAid aid;

  g_assert_true (acquirer_emv_read_aid (base_bytes_span (tlv), &aid, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (aid.rules.aid_size, ==, 7);
  g_assert_false (aid.rules.partial);
  g_assert_cmpint (aid.rules.floor_minor, ==, 20000);
  g_assert_cmpint (aid.rules.threshold_minor, ==, 10000);
  g_assert_cmpuint (aid.rules.target_percent, ==, 10);
  g_assert_cmpuint (aid.rules.target_max_percent, ==, 50);
  g_assert_cmpint (aid.ecash_minor, ==, 100000);
  g_assert_cmpint (aid.contactless_verify_minor, ==, 30000);
  g_assert_cmpuint (aid.rules.ddol_size, ==, 3);
  g_assert_cmphex (aid.rules.tac_default[0], ==, 0xDC);
  g_assert_cmphex (aid.rules.tac_denial[1], ==, 0x10);
}

static void
test_keys (void)
{
  static const struct
  {
    const char *name;
    guint size, exponent;
  } keys[] = { { "01", 128, 1 }, { "02", 144, 1 }, { "03", 176, 1 }, { "04", 248, 3 } };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GBytes) tlv = entry ("ca-keys", keys[i].name);
      GError *error = NULL;
      EmvKey key;

      acquirer_emv_read_key (base_bytes_span (tlv), &key, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (key.modulus_size, ==, keys[i].size);
      g_assert_cmpuint (key.exponent_size, ==, keys[i].exponent);
      g_assert_cmpuint (key.index, ==, i + 1);
      g_assert_false (acquirer_emv_key_has_ended (&key, key.expiry));
      g_assert_true (acquirer_emv_key_has_ended (&key, key.expiry + 1));
    }
}

/* One digit of each byte changed, one after the other: never taken as it was. */
static void
test_changed_key (void)
{
  g_autoptr (GBytes) tlv = entry ("ca-keys", "01");
  gsize size = g_bytes_get_size (tlv);
  EmvKey good, key;

  g_assert_true (acquirer_emv_read_key (base_bytes_span (tlv), &good, NULL));
  for (gsize i = 0; i < size; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (tlv, NULL), size);

      copy[i] ^= 0x10;
      /* The expiry isn't under the check value. */
      if (acquirer_emv_read_key (BASE_SPAN (copy, size), &key, NULL))
        g_assert_cmpuint (key.expiry, !=, good.expiry);
    }
}

static const struct
{
  const char *tlv;
  const char *says;
} mistakes[] = {
  { "", "this is no size" },
  { NAME RULES, "DF14 is missing" },
  { NAME RULES DDOL DDOL, "DF14 stands there twice" },
  { NAME RULES DDOL "DF7F0100", "DF7F is none that the till knows" },
  { NAME RULES DDOL "DF18", "it ends within" },
  { NAME RULES DDOL "DF180102", "DF18 must be 00 or 01" },
  { NAME RULES DDOL "DF19060000000000AA", "DF19 isn't made of digits" },
  { NAME RULES DDOL "DF190500000000AA", "DF19 has the wrong size" },
  { "9F0604F0544949" RULES DDOL, "9F06 has the wrong size" },
  { NAME "DF0101009F08020020DF1105D84000A800DF1205D84004F800DF130500100000009F1B0400002710"
         "DF150400001388DF160120DF170140" DDOL,
    "DF17 is more than its highest value" },
};

static void
test_mistakes (void)
{
  g_autoptr (GBytes) good = base_bytes_from_hex (NAME RULES DDOL, NULL);
  AcquirerEmvAid aid;

  g_assert_true (acquirer_emv_read_aid (base_bytes_span (good), &aid, NULL));
  g_assert_cmpint (aid.ecash_minor, ==, -1);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autoptr (GBytes) tlv = base_bytes_from_hex (mistakes[i].tlv, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (acquirer_emv_read_aid (base_bytes_span (tlv), &aid, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, mistakes[i].says));
    }
}

/* The text of the shipped first key with `from` changed into `to`. */
static const struct
{
  const char *from, *to, *says;
} wrong_keys[] = {
  { "DF050420351231", "DF050420351331", "DF05 is no day" },
  { "DF060101", "DF060102", "isn't RSA with SHA-1" },
  { "DF070101", "DF070104", "isn't RSA with SHA-1" },
  { "DF040103", "DF040105", "neither 3 nor 65537" },
  { "9F220101", "9F220102", RID " #02: the check value is wrong" },
};

static void
test_wrong_keys (void)
{
  g_autoptr (GKeyFile) file = shipped ();
  g_autofree char *hex = g_key_file_get_string (file, "ca-keys", "01", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wrong_keys); i++)
    {
      g_auto (GStrv) halves = g_strsplit (hex, wrong_keys[i].from, 2);
      g_autofree char *changed = g_strjoin (wrong_keys[i].to, halves[0], halves[1], NULL);
      g_autoptr (GBytes) tlv = base_bytes_from_hex (changed, NULL);
      g_autoptr (GError) error = NULL;
      EmvKey key;

      g_assert_nonnull (halves[1]);
      g_assert_false (acquirer_emv_read_key (base_bytes_span (tlv), &key, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, wrong_keys[i].says));
    }
}

/* An expiry in characters says the same as one that is packed. */
static void
test_expiry (void)
{
  g_autoptr (GKeyFile) file = shipped ();
  g_autofree char *hex = g_key_file_get_string (file, "ca-keys", "01", NULL);
  g_auto (GStrv) halves = g_strsplit (hex, "DF050420351231", 2);
  g_autofree char *changed = g_strjoin ("DF05083230333531323331", halves[0], halves[1], NULL);
  g_autoptr (GBytes) tlv = base_bytes_from_hex (changed, NULL);
  EmvKey key;

  g_assert_true (acquirer_emv_read_key (base_bytes_span (tlv), &key, NULL));
  g_assert_cmpuint (key.expiry, ==, 20351231);
}

static const struct
{
  const char *list;
  gboolean keys;
  int count; /* -1: refused */
} lists[] = {
  { "", FALSE, 0 },
  { NAME "9F0607F054494C4C0101", FALSE, 2 },
  { NAME NAME, FALSE, 1 },
  { NAME "9F220101", FALSE, -1 },
  { NAME "9F220101" NAME "9F220102", TRUE, 2 },
  { NAME "9F220101DF050420351231" NAME "9F220102", TRUE, 2 },
  { NAME "9F220101DF050420351231DF050420351231", TRUE, -1 },
  { NAME, TRUE, -1 },
  { "9F220101", TRUE, -1 },
  { "DF050420351231", TRUE, -1 },
  { "9F0607F054494C4C01019F220101", TRUE, -1 },
  { NAME "9F22", TRUE, -1 },
};

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GBytes) list = base_bytes_from_hex (lists[i].list, NULL);
      g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (AcquirerEmvName));
      gboolean read = acquirer_emv_read_names (base_bytes_span (list), lists[i].keys, names, NULL);

      g_test_message ("%u", i);
      g_assert_true (read == (lists[i].count >= 0));
      if (read)
        g_assert_cmpint ((int)names->len, ==, lists[i].count);
    }
}

static void
test_names_max (void)
{
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (AcquirerEmvName));

  for (guint i = 0; i <= ACQUIRER_EMV_ENTRIES_MAX; i++)
    {
      g_autofree char *hex = g_strdup_printf ("9F0606F054494C4C%02X", i);
      g_autoptr (GBytes) list = base_bytes_from_hex (hex, NULL);

      g_assert_true (acquirer_emv_read_names (base_bytes_span (list), FALSE, names, NULL)
                     == (i < ACQUIRER_EMV_ENTRIES_MAX));
    }
}

/* What names an entry is what the list has. */
static void
test_own_name (void)
{
  g_autoptr (GBytes) tlv = entry ("ca-keys", "02");
  g_autoptr (GBytes) list = base_bytes_from_hex (NAME "9F220102", NULL);
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (AcquirerEmvName));
  AcquirerEmvName name;
  EmvKey key;

  g_assert_true (acquirer_emv_read_key (base_bytes_span (tlv), &key, NULL));
  g_assert_true (acquirer_emv_read_names (base_bytes_span (list), TRUE, names, NULL));
  acquirer_emv_key_name (&key, &name);
  g_assert_true (acquirer_emv_name_equal (&name, &g_array_index (names, AcquirerEmvName, 0)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/emv/aid", test_aid);
  g_test_add_func ("/acquirer/emv/keys", test_keys);
  g_test_add_func ("/acquirer/emv/changed-key", test_changed_key);
  g_test_add_func ("/acquirer/emv/mistakes", test_mistakes);
  g_test_add_func ("/acquirer/emv/wrong-keys", test_wrong_keys);
  g_test_add_func ("/acquirer/emv/expiry", test_expiry);
  g_test_add_func ("/acquirer/emv/names", test_names);
  g_test_add_func ("/acquirer/emv/names-max", test_names_max);
  g_test_add_func ("/acquirer/emv/own-name", test_own_name);
  return g_test_run ();
}
