/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-chip-certificate.h"

#include "base-data.h"
#include "crypto-digest.h"
#include "crypto-rsa.h"
#include "emv-tlv.h"

#include <string.h>

#define ISSUERS "training/issuers.ini"
#define KEYS "training/keys"
#define KEY_FILE_MAX 8192
#define RECORD_MAX 252
#define STATIC_MAX 4096
#define HEADER 0x6A
#define TRAILER 0xBC
#define PADDING 0xBB
#define FORMAT_STATIC 0x03
#define FORMAT_CARD 0x04
#define FORMAT_DYNAMIC 0x05
#define SHA1 0x01
#define RSA 0x01
#define FRAME (1 + CRYPTO_SHA1_SIZE + 1) /* header, hash, trailer */
#define CARD_FIXED 42                    /* of a card's certificate, besides the key (table 14) */
#define CARD_MONTH "1235"

static void
put (GHashTable *objects, guint32 tag, GBytes *value)
{
  g_hash_table_insert (objects, GUINT_TO_POINTER (tag), value);
}

static gboolean
has (GHashTable *objects, guint32 tag)
{
  return g_hash_table_contains (objects, GUINT_TO_POINTER (tag));
}

BaseSpan
training_chip_certificate_object (GHashTable *objects, guint32 tag)
{
  GBytes *bytes = g_hash_table_lookup (objects, GUINT_TO_POINTER (tag));

  return bytes != NULL ? base_bytes_span (bytes) : BASE_SPAN (NULL, 0);
}

static void
unref_bytes (gpointer bytes)
{
  g_bytes_unref (bytes);
}

static GHashTable *
copy_objects (GHashTable *given)
{
  GHashTable *objects = g_hash_table_new_full (NULL, NULL, NULL, unref_bytes);
  GHashTableIter iter;
  gpointer tag, bytes;

  g_hash_table_iter_init (&iter, given);
  while (g_hash_table_iter_next (&iter, &tag, &bytes))
    g_hash_table_insert (objects, tag, g_bytes_ref (bytes));
  return objects;
}

/* Packed digits with F behind an odd one; D is the separator of track 2. */
static GBytes *
pack (const char *digits)
{
  g_autofree char *even
      = strlen (digits) % 2 == 0 ? g_strdup (digits) : g_strconcat (digits, "F", NULL);

  return base_bytes_from_hex (even, NULL);
}

static void
put_number (GHashTable *objects, const TrainingChipApplication *application)
{
  g_autofree char *track
      = g_strdup_printf ("%sD%.4s%s00000000", application->number, application->expiry,
                         application->service[0] != '\0' ? application->service : "201");

  if (!has (objects, 0x5A))
    put (objects, 0x5A, pack (application->number));
  if (!has (objects, 0x57))
    put (objects, 0x57, pack (track));
  if (!has (objects, 0x5F24))
    put (objects, 0x5F24, pack (application->expiry));
}

GBytes *
training_chip_certificate_record (GHashTable *objects, const TrainingChipRecord *record)
{
  BaseWriter writer;

  base_writer_init (&writer, RECORD_MAX);
  for (guint i = 0; i < record->count; i++)
    if (has (objects, record->tags[i]))
      (void)emv_tlv_put (&writer, record->tags[i],
                         training_chip_certificate_object (objects, record->tags[i]));
  return base_writer_steal (&writer);
}

/* ---- Keys ---- */

static BaseSecret *
read_key (const char *name, GError **error)
{
  g_autofree char *file = g_strconcat (KEYS, "/", name, ".key", NULL);
  g_autofree char *path = base_data_find (file);
  BaseSecret *key;
  char *text;
  gsize size = 0;

  if (path == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no key “%s”", name);
      return NULL;
    }
  text = base_data_read (path, KEY_FILE_MAX, &size, error);
  if (text == NULL)
    return NULL;
  key = base_secret_new_from (BASE_SPAN (text, size));
  base_secret_free_text (text);
  return key;
}

/* ---- Blocks ---- */

/* 6A · text, filled up to the key's size · hash over it and over `more` · BC, under the key. */
static GBytes *
sign (const BaseSecret *key, BaseSpan text, const BaseSpan *more, guint count)
{
  g_autoptr (GBytes) exponent = NULL;
  g_autoptr (GBytes) modulus = crypto_rsa_modulus (base_secret_span (key), &exponent, NULL);
  g_autoptr (GByteArray) hashed = g_byte_array_new ();
  guint8 block[CRYPTO_RSA_SIZE_MAX], out[CRYPTO_RSA_SIZE_MAX];
  gsize size = modulus != NULL ? g_bytes_get_size (modulus) : 0;

  if (size < text.size + FRAME)
    return NULL;
  block[0] = HEADER;
  for (gsize i = 1; i < size - CRYPTO_SHA1_SIZE - 1; i++)
    block[i] = i <= text.size ? text.data[i - 1] : PADDING;
  g_byte_array_append (hashed, block + 1, (guint)(size - FRAME));
  for (guint i = 0; i < count; i++)
    if (more[i].size > 0)
      g_byte_array_append (hashed, more[i].data, (guint)more[i].size);
  crypto_sha1 (BASE_SPAN (hashed->data, hashed->len), block + size - CRYPTO_SHA1_SIZE - 1);
  block[size - 1] = TRAILER;
  if (!crypto_rsa_sign (base_secret_span (key), BASE_SPAN (block, size), out, NULL))
    return NULL;
  return g_bytes_new (out, size);
}

GBytes *
training_chip_certificate_sign (const BaseSecret *key, BaseSpan dynamic, BaseSpan more)
{
  g_auto (BaseWriter) text = { 0 };

  base_writer_init (&text, CRYPTO_RSA_SIZE_MAX);
  (void)base_writer_u8 (&text, FORMAT_DYNAMIC);
  (void)base_writer_u8 (&text, SHA1);
  (void)base_writer_u8 (&text, (guint8)dynamic.size);
  (void)base_writer_put (&text, dynamic);
  return text.overflowed ? NULL : sign (key, base_writer_span (&text), &more, 1);
}

/* Table 6: format, hash, the issuer's code for this data, over the records. */
static GBytes *
sign_static (const BaseSecret *issuer, BaseSpan fixed)
{
  static const guint8 text[] = { FORMAT_STATIC, SHA1, 0xDA, 0xC0 };

  return sign (issuer, BASE_SPAN (text, sizeof text), &fixed, 1);
}

/* Table 14. What of the key has no room goes to 9F48. */
static gboolean
certify_card (GHashTable *objects, const BaseSecret *issuer, const BaseSecret *card, BaseSpan fixed)
{
  g_autoptr (GBytes) issuer_exponent = NULL;
  g_autoptr (GBytes) exponent = NULL;
  g_autoptr (GBytes) above = crypto_rsa_modulus (base_secret_span (issuer), &issuer_exponent, NULL);
  g_autoptr (GBytes) modulus = crypto_rsa_modulus (base_secret_span (card), &exponent, NULL);
  g_autoptr (GBytes) month = base_bytes_from_hex (CARD_MONTH, NULL);
  g_auto (BaseWriter) text = { 0 };
  BaseSpan number = training_chip_certificate_object (objects, 0x5A), key, more[3];
  gsize room, inside;
  GBytes *block;

  if (above == NULL || modulus == NULL || g_bytes_get_size (above) < CARD_FIXED)
    return FALSE;
  key = base_bytes_span (modulus);
  room = g_bytes_get_size (above) - CARD_FIXED;
  inside = MIN (room, key.size);
  base_writer_init (&text, CRYPTO_RSA_SIZE_MAX);
  (void)base_writer_u8 (&text, FORMAT_CARD);
  (void)base_writer_put (&text, number);
  (void)base_writer_fill (&text, 0xFF, 10 - number.size);
  (void)base_writer_put (&text, base_bytes_span (month));
  (void)base_writer_put (&text, BASE_SPAN ("\x00\x00\x01", 3));
  (void)base_writer_u8 (&text, SHA1);
  (void)base_writer_u8 (&text, RSA);
  (void)base_writer_u8 (&text, (guint8)key.size);
  (void)base_writer_u8 (&text, (guint8)g_bytes_get_size (exponent));
  (void)base_writer_put (&text, BASE_SPAN (key.data, inside));
  more[0] = BASE_SPAN (key.data + inside, key.size - inside);
  more[1] = base_bytes_span (exponent);
  more[2] = fixed;
  block = sign (issuer, base_writer_span (&text), more, G_N_ELEMENTS (more));
  if (block == NULL)
    return FALSE;
  put (objects, 0x9F46, block);
  put (objects, 0x9F47, g_bytes_ref (exponent));
  if (more[0].size > 0)
    put (objects, 0x9F48, g_bytes_new (more[0].data, more[0].size));
  return TRUE;
}

/* ---- A whole application ---- */

static gboolean
put_hex (GHashTable *objects,
         guint32 tag,
         GKeyFile *file,
         const char *issuer,
         const char *key,
         GError **error)
{
  g_autofree char *hex = g_key_file_get_string (file, issuer, key, NULL);
  GBytes *bytes;

  if (hex == NULL || has (objects, tag))
    return TRUE;
  bytes = base_bytes_from_hex (hex, error);
  if (bytes != NULL)
    put (objects, tag, bytes);
  return bytes != NULL;
}

/* The issuer's objects, and its private key. */
static BaseSecret *
take_issuer (GHashTable *objects, const char *issuer, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = base_data_find (ISSUERS);
  g_autofree char *key = NULL;

  if (path == NULL || !g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    {
      if (path == NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no %s", ISSUERS);
      return NULL;
    }
  key = g_key_file_get_string (file, issuer, "key", error);
  if (key == NULL || !put_hex (objects, 0x8F, file, issuer, "authority", error)
      || !put_hex (objects, 0x90, file, issuer, "certificate", error)
      || !put_hex (objects, 0x92, file, issuer, "remainder", error)
      || !put_hex (objects, 0x9F32, file, issuer, "exponent", error))
    return NULL;
  return read_key (key, error);
}

/* The records that are authenticated, in their order, and the profile where 9F4A names it. */
static GBytes *
static_data (GHashTable *objects, const GArray *records)
{
  g_auto (BaseWriter) writer = { 0 };

  base_writer_init (&writer, STATIC_MAX);
  for (guint i = 0; i < records->len; i++)
    {
      const TrainingChipRecord *record = &g_array_index (records, TrainingChipRecord, i);
      g_autoptr (GBytes) value = NULL;

      if (!record->authenticated)
        continue;
      value = training_chip_certificate_record (objects, record);
      if (value == NULL)
        return NULL;
      (void)base_writer_put (&writer, base_bytes_span (value));
    }
  if (has (objects, 0x9F4A))
    (void)base_writer_put (&writer, training_chip_certificate_object (objects, 0x82));
  return base_writer_steal (&writer);
}

static void
spoil (GHashTable *objects, guint32 tag)
{
  BaseSpan value = training_chip_certificate_object (objects, tag);
  g_autoptr (GByteArray) copy = g_byte_array_new ();

  if (value.size == 0)
    return;
  g_byte_array_append (copy, value.data, (guint)value.size);
  copy->data[value.size - 1] ^= 0x01;
  put (objects, tag, g_bytes_new (copy->data, copy->len));
}

static void
spoil_all (GHashTable *objects, guint wrong)
{
  static const struct
  {
    TrainingChipWrong wrong;
    guint32 tag;
  } spoilt[] = {
    { TRAINING_CHIP_WRONG_ISSUER_CERTIFICATE, 0x90 },
    { TRAINING_CHIP_WRONG_CARD_CERTIFICATE, 0x9F46 },
    { TRAINING_CHIP_WRONG_STATIC_SIGNATURE, 0x93 },
    { TRAINING_CHIP_WRONG_RECORD, 0x5F25 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (spoilt); i++)
    if ((wrong & spoilt[i].wrong) != 0)
      spoil (objects, spoilt[i].tag);
}

static gboolean
certify (GHashTable *objects,
         const TrainingChipApplication *application,
         const BaseSecret *card,
         GError **error)
{
  g_autoptr (GBytes) fixed = static_data (objects, application->records);
  g_autoptr (BaseSecret) issuer = NULL;
  GBytes *signature = NULL;
  gboolean good = fixed != NULL;

  if (application->issuer == NULL)
    return TRUE;
  issuer = take_issuer (objects, application->issuer, error);
  if (issuer == NULL)
    return FALSE;
  if (good && card != NULL)
    good = certify_card (objects, issuer, card, base_bytes_span (fixed));
  else if (good && (signature = sign_static (issuer, base_bytes_span (fixed))) != NULL)
    put (objects, 0x93, signature);
  if (good && (card != NULL || signature != NULL))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "%s can't certify this: records or keys are too long", application->issuer);
  return FALSE;
}

GHashTable *
training_chip_certificate_complete (const TrainingChipApplication *application,
                                    guint wrong,
                                    BaseSecret **out_key,
                                    GError **error)
{
  g_autoptr (GHashTable) objects = copy_objects (application->objects);
  g_autoptr (BaseSecret) key = NULL;

  put_number (objects, application);
  if (application->key != NULL)
    {
      key = read_key (application->key, error);
      if (key == NULL)
        return NULL;
    }
  if (!certify (objects, application, key, error))
    return NULL;
  spoil_all (objects, wrong);
  *out_key = g_steal_pointer (&key);
  return g_steal_pointer (&objects);
}
