/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is put on a card is opened here with the authority's public key by RSA alone, and looked at
 * byte by byte as the tables of EMV 4.4 Book 2 have it.
 */
#include "training-chip-certificate.h"

#include "crypto-digest.h"
#include "crypto-rsa.h"

#include <string.h>

typedef struct
{
  guint8 bytes[CRYPTO_RSA_SIZE_MAX];
  gsize size;
} Block;

static GHashTable *
complete (const char *kind, TrainingChipFile **out_file, BaseSecret **out_key)
{
  g_autoptr (GError) error = NULL;
  GHashTable *objects;

  *out_file = training_chip_file_load (kind, &error);
  g_assert_no_error (error);
  objects = training_chip_certificate_complete ((*out_file)->applications[0], (*out_file)->wrong,
                                                out_key, &error);
  g_assert_no_error (error);
  return objects;
}

static GBytes *
key_of (const char *name, GBytes **out_exponent)
{
  g_autofree char *path
      = g_strdup_printf ("%s/training/keys/%s.key", g_getenv ("TILL_DATA_DIR"), name);
  g_autofree char *pem = NULL;

  g_assert_true (g_file_get_contents (path, &pem, NULL, NULL));
  return crypto_rsa_modulus (BASE_SPAN_STR (pem), out_exponent, NULL);
}

static void
open_block (const char *key, BaseSpan block, BaseSpan more, Block *out)
{
  g_autoptr (GBytes) exponent = NULL;
  g_autoptr (GBytes) modulus = key_of (key, &exponent);
  const CryptoRsaKey public = { base_bytes_span (modulus), base_bytes_span (exponent) };
  g_autoptr (GByteArray) hashed = g_byte_array_new ();
  guint8 hash[CRYPTO_SHA1_SIZE];

  g_assert_true (crypto_rsa_recover (&public, block, out->bytes, NULL));
  out->size = block.size;
  g_assert_cmphex (out->bytes[0], ==, 0x6A);
  g_assert_cmphex (out->bytes[out->size - 1], ==, 0xBC);
  g_byte_array_append (hashed, out->bytes + 1, (guint)out->size - 22);
  if (more.size > 0)
    g_byte_array_append (hashed, more.data, (guint)more.size);
  crypto_sha1 (BASE_SPAN (hashed->data, hashed->len), hash);
  g_assert_cmpmem (hash, sizeof hash, out->bytes + out->size - 21, 20);
}

/* The two signed records and the profile. */
static GBytes *
fixed (const TrainingChipFile *file, GHashTable *objects)
{
  GByteArray *bytes = g_byte_array_new ();
  const GArray *records = file->applications[0]->records;

  for (guint i = 1; i <= 2; i++)
    {
      g_autoptr (GBytes) record = training_chip_certificate_record (
          objects, &g_array_index (records, TrainingChipRecord, i));

      g_byte_array_append (bytes, g_bytes_get_data (record, NULL),
                           (guint)g_bytes_get_size (record));
    }
  g_byte_array_append (bytes, training_chip_certificate_object (objects, 0x82).data, 2);
  return g_byte_array_free_to_bytes (bytes);
}

static void
test_static (void)
{
  g_autoptr (TrainingChipFile) file = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (GHashTable) objects = complete ("sda", &file, &key);
  g_autoptr (GBytes) more = fixed (file, objects);
  Block block;

  g_assert_null (key);
  open_block ("issuer-896", training_chip_certificate_object (objects, 0x93),
              base_bytes_span (more), &block);
  g_assert_cmpmem (block.bytes + 1, 4, "\x03\x01\xDA\xC0", 4);
  for (gsize i = 5; i < block.size - 21; i++)
    g_assert_cmphex (block.bytes[i], ==, 0xBB);
}

static void
test_card (void)
{
  g_autoptr (TrainingChipFile) file = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (GHashTable) objects = complete ("cda", &file, &key);
  g_autoptr (GBytes) records = fixed (file, objects);
  g_autoptr (GBytes) exponent = NULL;
  g_autoptr (GBytes) modulus = key_of ("card-1024", &exponent);
  g_autoptr (GByteArray) more = g_byte_array_new ();
  BaseSpan rest = training_chip_certificate_object (objects, 0x9F48);
  Block block;

  g_assert_nonnull (key);
  g_byte_array_append (more, rest.data, (guint)rest.size);
  g_byte_array_append (more, g_bytes_get_data (exponent, NULL), (guint)g_bytes_get_size (exponent));
  g_byte_array_append (more, g_bytes_get_data (records, NULL), (guint)g_bytes_get_size (records));
  open_block ("issuer-1152", training_chip_certificate_object (objects, 0x9F46),
              BASE_SPAN (more->data, more->len), &block);
  g_assert_cmphex (block.bytes[1], ==, 0x04);
  g_assert_cmpmem (block.bytes + 2, 10, "\x62\x00\x00\x00\x00\x00\x00\x13\xFF\xFF", 10);
  g_assert_cmpmem (block.bytes + 12, 7, "\x12\x35\x00\x00\x01\x01\x01", 7);
  g_assert_cmpuint (block.bytes[19], ==, 128);
  g_assert_cmpuint (block.bytes[20], ==, 1);
  g_assert_cmpmem (block.bytes + 21, block.size - 42, g_bytes_get_data (modulus, NULL),
                   block.size - 42);
  g_assert_cmpuint (block.size - 42 + rest.size, ==, 128);
}

static void
test_sign (void)
{
  g_autoptr (TrainingChipFile) file = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (GHashTable) objects = complete ("dda", &file, &key);
  g_autoptr (GBytes) signature = NULL;
  guint8 large[CRYPTO_RSA_SIZE_MAX] = { 0 };
  Block block;

  signature = training_chip_certificate_sign (key, BASE_SPAN ("\x02\xAB\xCD", 3),
                                              BASE_SPAN ("\x01\x02\x03\x04", 4));
  open_block ("card-1152", base_bytes_span (signature), BASE_SPAN ("\x01\x02\x03\x04", 4), &block);
  g_assert_cmpmem (block.bytes + 1, 7, "\x05\x01\x03\x02\xAB\xCD\xBB", 7);
  g_assert_null (training_chip_certificate_sign (key, BASE_SPAN (large, 120), BASE_SPAN (NULL, 0)));
}

/* Numbers in the places that terminals read. */
static void
test_number (void)
{
  g_autoptr (TrainingChipFile) file = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (GHashTable) objects = complete ("no-oda", &file, &key);
  BaseSpan track = training_chip_certificate_object (objects, 0x57);
  g_autofree char *hex = base_bytes_to_hex (track);

  g_assert_cmpstr (hex + 16, ==, "D351220100000000");
  g_assert_cmpuint (training_chip_certificate_object (objects, 0x5F24).size, ==, 3);
  g_assert_null (training_chip_certificate_object (objects, 0x90).data);
}

static void
test_refused (void)
{
  g_autoptr (TrainingChipFile) file = training_chip_file_load ("cda", NULL);
  TrainingChipApplication *application = file->applications[0];
  BaseSecret *key = NULL;
  GError *error = NULL;

  g_free (application->key);
  application->key = g_strdup ("nobodys");
  g_assert_null (training_chip_certificate_complete (application, 0, &key, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_free (application->key);
  application->key = g_strdup ("card-1024");
  g_free (application->issuer);
  application->issuer = g_strdup ("nobody");
  g_assert_null (training_chip_certificate_complete (application, 0, &key, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/chip-certificate/static", test_static);
  g_test_add_func ("/training/chip-certificate/card", test_card);
  g_test_add_func ("/training/chip-certificate/sign", test_sign);
  g_test_add_func ("/training/chip-certificate/number", test_number);
  g_test_add_func ("/training/chip-certificate/refused", test_refused);
  return g_test_run ();
}
