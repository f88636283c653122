/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * 1. No byte of the key is looked at before the MAC, over the header and the key with its padding,
 *    is good: TR-31:2018, 5.3. Decrypting comes first because the MAC is the vector of the
 *    encryption; what it gives lives in locked memory and is wiped when the MAC is wrong.
 * 2. Both keys in use are derived for each call and wiped with it.
 */
#include "crypto-keyblock.h"

#include "crypto-block.h"
#include "crypto-error.h"
#include "crypto-random.h"

#include <glib/gi18n.h>
#include <string.h>

#define HEADER_SIZE 16
#define LENGTH_DIGITS 4
#define OPTION_HEAD 4 /* characters: id and length */
#define DATA_MAX 128  /* bytes of the encrypted part: a symmetric key with the longest padding */
#define KEY_LENGTH_SIZE 2
#define TDES_SIZE 24
#define DERIVATION_SIZE 8
#define CHECK_LEGACY 0 /* zeros, encrypted */
#define CHECK_CMAC 1
#define PADDING_ID "PB"
#define HEX_DIGITS "0123456789ABCDEF"

/* A version is a cipher with its block. */
typedef struct
{
  char version;
  char algorithm; /* of its protection keys */
  gsize block;    /* also the bytes of the MAC */
  gsize key_sizes[3];
  guint8 codes[3]; /* TR-31:2018, 5.3.2.1 and .3: what the derivation calls each size */
} Version;

static const Version versions[] = {
  { 'B', 'T', 8, { 16, 24 }, { 0, 1 } },
  { 'D', 'A', 16, { 16, 24, 32 }, { 2, 3, 4 } },
};

static const struct
{
  char algorithm;
  gsize key_sizes[3];
  gsize check_size; /* bytes of its check value */
} algorithms[] = {
  { 'A', { 16, 24, 32 }, 5 },
  { 'T', { 16, 24 }, 3 },
  { 'D', { 8 }, 3 },
};

typedef enum
{
  USE_ENCRYPT,
  USE_AUTHENTICATE
} Use;

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID, sentence);
  return FALSE;
}

static const Version *
find_version (char letter)
{
  for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
    if (versions[i].version == letter)
      return &versions[i];
  return NULL;
}

static gboolean
takes_key (char algorithm, gsize size)
{
  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    for (guint j = 0; algorithms[i].algorithm == algorithm && j < 3; j++)
      if (size > 0 && algorithms[i].key_sizes[j] == size)
        return TRUE;
  return FALSE;
}

/* ---- Reading ---- */

static BaseSpan
trim (BaseSpan text)
{
  while (text.size > 0 && g_ascii_isspace (text.data[text.size - 1]))
    text.size--;
  return text;
}

/* A number of `digits` characters in this base, as the format has them: no sign, no blank. */
static gboolean
read_number (BaseReader *reader, gsize digits, guint base, gsize *out_value)
{
  BaseSpan span;
  gsize value = 0;

  if (!base_reader_take (reader, digits, &span))
    return FALSE;
  for (gsize i = 0; i < digits; i++)
    {
      int digit = g_ascii_xdigit_value ((char)span.data[i]);

      if (digit < 0 || digit >= (int)base)
        return FALSE;
      value = value * base + (gsize)digit;
    }
  *out_value = value;
  return TRUE;
}

/* `count` letters and digits, ended by NUL. */
static gboolean
read_letters (BaseReader *reader, gsize count, char *out)
{
  BaseSpan span;

  if (!base_reader_take (reader, count, &span))
    return FALSE;
  for (gsize i = 0; i < count; i++)
    {
      if (!g_ascii_isalnum (span.data[i]))
        return FALSE;
      out[i] = (char)span.data[i];
    }
  out[count] = '\0';
  return TRUE;
}

static gboolean
read_fixed (BaseReader *reader, CryptoKeyblock *block, gsize *out_count)
{
  char letters[3];

  if (!read_letters (reader, 2, block->usage) || !read_letters (reader, 2, letters))
    return FALSE;
  block->algorithm = letters[0];
  block->mode = letters[1];
  if (!read_letters (reader, 2, block->key_version) || !read_letters (reader, 1, letters)
      || strchr ("ENS", letters[0]) == NULL)
    return FALSE;
  block->exportability = letters[0];
  if (!read_number (reader, 2, 10, out_count) || !read_letters (reader, 2, letters)
      || strchr ("012", letters[0]) == NULL || letters[1] != '0')
    return FALSE;
  block->context = letters[0];
  return TRUE;
}

static gboolean
is_printable (BaseSpan text)
{
  for (gsize i = 0; i < text.size; i++)
    if (text.data[i] < ' ' || text.data[i] > '~')
      return FALSE;
  return TRUE;
}

/* Its own length counts id and length, too; 00 says that a longer length follows, and how many
 * digits that has. */
static gboolean
read_option (BaseReader *reader, CryptoKeyblockOption *option)
{
  gsize before = reader->offset;
  gsize size;
  gsize digits;

  if (!read_letters (reader, 2, option->id) || !read_number (reader, 2, 16, &size))
    return FALSE;
  if (size == 0
      && (!read_number (reader, 2, 16, &digits) || digits == 0 || digits > LENGTH_DIGITS
          || !read_number (reader, digits, 16, &size)))
    return FALSE;
  return size >= reader->offset - before
         && base_reader_take (reader, size - (reader->offset - before), &option->value)
         && is_printable (option->value);
}

/* Each once, padding last. */
static gboolean
read_options (BaseReader *reader, gsize count, CryptoKeyblock *block)
{
  if (count > CRYPTO_KEYBLOCK_OPTIONS_MAX)
    return FALSE;
  for (gsize i = 0; i < count; i++)
    {
      CryptoKeyblockOption option;

      if ((i > 0 && strcmp (block->options[i - 1].id, PADDING_ID) == 0)
          || !read_option (reader, &option) || crypto_keyblock_option (block, option.id) != NULL)
        return FALSE;
      block->options[block->option_count++] = option;
    }
  return TRUE;
}

/* Header and options; `reader` is left where the encrypted key begins. */
static gboolean
read_block (BaseReader *reader, BaseSpan text, CryptoKeyblock *block, GError **error)
{
  const Version *version;
  gsize length;
  gsize count;
  char letter[2];

  *block = (CryptoKeyblock){ 0 };
  base_reader_init (reader, text);
  if (!read_letters (reader, 1, letter) || !read_number (reader, LENGTH_DIGITS, 10, &length))
    return refuse (error, _ ("This is no key block: it doesn't begin with a version and a length"));
  block->version = letter[0];
  version = find_version (block->version);
  if (version == NULL)
    {
      g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
                   _ ("This is a key block of version %c; the till takes B and D. Ask the acquirer "
                      "for one of these"),
                   block->version);
      return FALSE;
    }
  if (length != text.size || length > CRYPTO_KEYBLOCK_SIZE_MAX)
    {
      g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
                   _ ("The key block has %zu characters and says %zu"
                      ": a part of it is missing, or it is longer than any we take"),
                   text.size, length);
      return FALSE;
    }
  if (!read_fixed (reader, block, &count))
    return refuse (error, _ ("The key block's header is malformed"));
  if (!read_options (reader, count, block) || reader->offset % version->block != 0)
    return refuse (error, _ ("The key block's optional blocks are malformed"));
  return (base_reader_left (reader) >= 4 * version->block
          && base_reader_left (reader) % (2 * version->block) == 0)
         || refuse (error, _ ("The key block's key or MAC is cut off"));
}

gboolean
crypto_keyblock_read (BaseSpan text, CryptoKeyblock *out_block, GError **error)
{
  CryptoKeyblock block;
  BaseReader reader;

  if (!read_block (&reader, trim (text), &block, error))
    return FALSE;
  *out_block = block;
  return TRUE;
}

const CryptoKeyblockOption *
crypto_keyblock_option (const CryptoKeyblock *self, const char *id)
{
  for (guint i = 0; i < self->option_count; i++)
    if (strcmp (self->options[i].id, id) == 0)
      return &self->options[i];
  return NULL;
}

/* ---- What the till wants of a key ---- */

typedef struct
{
  CryptoKeyblockPurpose purpose;
  const char *mac_algorithm; /* of a MAC key */
  const char *usages;        /* in pairs */
  const char *algorithms;
  const char *modes;
} Want;

/* X9.143:2021, tables of usages and modes of use. Only what serves both directions serves a till
 * that makes and checks MACs. */
static const Want wants[] = {
  { CRYPTO_KEYBLOCK_MASTER, NULL, "K0K1", "AT", "BDN" },
  { CRYPTO_KEYBLOCK_MAC, "aes-cmac", "M6", "A", "CN" },
  { CRYPTO_KEYBLOCK_MAC, "tdes-cmac", "M6", "T", "CN" },
  { CRYPTO_KEYBLOCK_MAC, "x9.19", "M3", "T", "CN" },
  { CRYPTO_KEYBLOCK_MAC, "x9.9", "M1", "D", "CN" },
  { CRYPTO_KEYBLOCK_DATA, NULL, "D0", "AT", "BEN" },
};

static const Want *
find_want (CryptoKeyblockPurpose purpose, const char *mac_algorithm)
{
  for (guint i = 0; i < G_N_ELEMENTS (wants); i++)
    if (wants[i].purpose == purpose
        && (wants[i].mac_algorithm == NULL
            || g_strcmp0 (wants[i].mac_algorithm, mac_algorithm) == 0))
      return &wants[i];
  return NULL;
}

static gboolean
has_usage (const char *usages, const char *usage)
{
  for (gsize i = 0; usages[i] != '\0'; i += 2)
    if (strncmp (&usages[i], usage, 2) == 0)
      return TRUE;
  return FALSE;
}

gboolean
crypto_keyblock_check (const CryptoKeyblock *self,
                       CryptoKeyblockPurpose purpose,
                       const char *mac_algorithm,
                       GError **error)
{
  const Want *want = find_want (purpose, mac_algorithm);

  if (want == NULL)
    return refuse (error, _ ("A key for this acquirer's message codes can't come in a key block"));
  if (!has_usage (want->usages, self->usage))
    g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
                 _ ("The block holds a key of usage %s; what is wanted here is %.2s"), self->usage,
                 want->usages);
  else if (strchr (want->algorithms, self->algorithm) == NULL)
    g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
                 _ ("The block holds a key for algorithm %c; what is wanted here is %c"),
                 self->algorithm, want->algorithms[0]);
  else if (strchr (want->modes, self->mode) == NULL)
    g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
                 _ ("The key's mode of use is %c; what is wanted here is %c"), self->mode,
                 want->modes[0]);
  else if (self->version == 'B' && self->algorithm == 'A')
    return refuse (error, _ ("An AES key lies under a TDES key, which is weaker than it"));
  else if (self->key_version[0] == 'c')
    return refuse (error, _ ("The block holds a component of a key, not a key"));
  else if (self->context == '1')
    return refuse (error, _ ("The block was made to be stored, not to be sent to a till"));
  else
    return TRUE;
  return FALSE;
}

/* ---- The keys in use ---- */

/* TR-31:2018, 5.3.2: as many blocks of CMAC over a counter, the use, the algorithm and the length
 * as the key has. */
static BaseSecret *
derive (const Version *version, const BaseSecret *protection_key, Use use)
{
  BaseSpan key = base_secret_span (protection_key);
  BaseSecret *derived = base_secret_new (key.size);
  guint8 code = 0;

  for (guint i = 0; i < 3; i++)
    if (version->key_sizes[i] == key.size)
      code = version->codes[i];
  for (gsize done = 0; done < key.size; done += version->block)
    {
      guint8 input[DERIVATION_SIZE] = { (guint8)(done / version->block + 1),
                                        0,
                                        use == USE_AUTHENTICATE,
                                        0,
                                        0,
                                        code,
                                        (guint8)(key.size * 8 >> 8),
                                        (guint8)(key.size * 8) };
      guint8 output[CRYPTO_BLOCK_MAX];

      crypto_block_cmac (version->algorithm, key, &BASE_SPAN (input, sizeof input), 1, output);
      for (gsize i = 0; i < version->block && done + i < key.size; i++)
        base_secret_bytes (derived)[done + i] = output[i];
      base_secret_wipe (output, sizeof output);
    }
  return derived;
}

static void
authenticate (const Version *version,
              const BaseSecret *protection_key,
              BaseSpan header,
              const BaseSecret *data,
              guint8 out[CRYPTO_BLOCK_MAX])
{
  g_autoptr (BaseSecret) key = derive (version, protection_key, USE_AUTHENTICATE);
  const BaseSpan parts[] = { header, base_secret_span (data) };

  crypto_block_cmac (version->algorithm, base_secret_span (key), parts, G_N_ELEMENTS (parts), out);
}

/* ---- Check values ---- */

/* Up to one block of it. */
static void
make_check (char algorithm, BaseSpan key, guint method, guint8 out[CRYPTO_BLOCK_MAX])
{
  static const guint8 zeroes[CRYPTO_BLOCK_MAX] = { 0 };
  BaseSpan block = BASE_SPAN (zeroes, crypto_block_size (algorithm));

  if (method == CHECK_CMAC)
    crypto_block_cmac (algorithm, key, &block, 1, out);
  else
    crypto_block_encrypt (algorithm, key, NULL, block, out);
}

char *
crypto_keyblock_check_value (char algorithm, const BaseSecret *key)
{
  guint8 check[CRYPTO_BLOCK_MAX];

  if (!takes_key (algorithm, base_secret_size (key)))
    return NULL;
  make_check (algorithm, base_secret_span (key), algorithm == 'A' ? CHECK_CMAC : CHECK_LEGACY,
              check);
  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (algorithms[i].algorithm == algorithm)
      return base_bytes_to_hex (BASE_SPAN (check, algorithms[i].check_size));
  g_assert_not_reached ();
}

/* A block may carry the check value of its key (KC) or of the protection key (KP): its method in
 * two digits, then three to five bytes in hex. */
static gboolean
check_holds (const CryptoKeyblock *block, const char *id, char algorithm, const BaseSecret *key)
{
  const CryptoKeyblockOption *option = crypto_keyblock_option (block, id);
  guint8 check[CRYPTO_BLOCK_MAX];
  g_autofree char *hex = NULL;
  BaseReader reader;
  gsize method;
  BaseSpan said;

  if (option == NULL)
    return TRUE;
  base_reader_init (&reader, option->value);
  if (!read_number (&reader, 2, 16, &method) || method > CHECK_CMAC
      || base_reader_left (&reader) < 4 || base_reader_left (&reader) > 10
      || base_reader_left (&reader) % 2 != 0
      || !base_reader_take (&reader, base_reader_left (&reader), &said))
    return FALSE;
  make_check (algorithm, base_secret_span (key), (guint)method, check);
  hex = base_bytes_to_hex (BASE_SPAN (check, said.size / 2));
  return g_ascii_strncasecmp (hex, (const char *)said.data, said.size) == 0;
}

/* ---- Unwrapping ---- */

static gboolean
check_protection_key (const Version *version, const BaseSecret *key, GError **error)
{
  if (takes_key (version->algorithm, base_secret_size (key)))
    return TRUE;
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
               _ ("A key block of version %c lies under %s key; the protection key has %zu"
                  " bytes"),
               version->version, version->algorithm == 'A' ? _ ("an AES") : _ ("a TDES"),
               base_secret_size (key));
  return FALSE;
}

/* `count` bytes from twice as many digits. */
static gboolean
read_hex (BaseReader *reader, gsize count, guint8 *out)
{
  for (gsize i = 0; i < count; i++)
    {
      gsize byte;

      if (!read_number (reader, 2, 16, &byte))
        return FALSE;
      out[i] = (guint8)byte;
    }
  return TRUE;
}

/* The key's length in bits, the key, padding of any length. The MAC was good, so that something
 * else here is the sender's mistake. */
static BaseSecret *
take_key (const CryptoKeyblock *block, const BaseSecret *data, GError **error)
{
  BaseReader reader;
  guint16 bits = 0;
  BaseSpan key;

  base_reader_init (&reader, base_secret_span (data));
  if (base_reader_u16be (&reader, &bits) && bits % 8 == 0 && takes_key (block->algorithm, bits / 8)
      && base_reader_take (&reader, bits / 8, &key))
    return base_secret_new_from (key);
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
               _ ("The block's key has %u bits, which algorithm %c doesn't take"), bits,
               block->algorithm);
  return NULL;
}

static BaseSecret *
open_block (const Version *version,
            BaseReader *reader,
            const BaseSecret *protection_key,
            BaseSpan header,
            GError **error)
{
  gsize size = base_reader_left (reader) / 2 - version->block;
  g_autoptr (BaseSecret) key = derive (version, protection_key, USE_ENCRYPT);
  g_autoptr (BaseSecret) data = NULL;
  guint8 encrypted[DATA_MAX];
  guint8 mac[CRYPTO_BLOCK_MAX];
  guint8 expected[CRYPTO_BLOCK_MAX];

  if (size > DATA_MAX || !read_hex (reader, size, encrypted)
      || !read_hex (reader, version->block, mac))
    {
      refuse (error, _ ("The block's key is no symmetric key and MAC in hexadecimal digits"));
      return NULL;
    }
  data = base_secret_new (size);
  crypto_block_decrypt (version->algorithm, base_secret_span (key), mac,
                        BASE_SPAN (encrypted, size), base_secret_bytes (data));
  authenticate (version, protection_key, header, data, expected);
  if (base_bytes_equal_secret (BASE_SPAN (mac, version->block),
                               BASE_SPAN (expected, version->block)))
    return g_steal_pointer (&data);
  g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC,
                       _ ("The key block doesn't open: it was changed, or made under another "
                          "protection key"));
  return NULL;
}

BaseSecret *
crypto_keyblock_unwrap (BaseSpan text, const BaseSecret *protection_key, GError **error)
{
  BaseSpan trimmed = trim (text);
  g_autoptr (BaseSecret) data = NULL;
  g_autoptr (BaseSecret) key = NULL;
  const Version *version;
  CryptoKeyblock block;
  BaseReader reader;

  if (!read_block (&reader, trimmed, &block, error))
    return NULL;
  version = find_version (block.version);
  if (!check_protection_key (version, protection_key, error))
    return NULL;
  if (!check_holds (&block, "KP", version->algorithm, protection_key))
    {
      g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC,
                           _ ("The key block was made under another protection key: compare the "
                              "check values"));
      return NULL;
    }
  data = open_block (version, &reader, protection_key, BASE_SPAN (trimmed.data, reader.offset),
                     error);
  key = data != NULL ? take_key (&block, data, error) : NULL;
  if (key == NULL || check_holds (&block, "KC", block.algorithm, key))
    return g_steal_pointer (&key);
  g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC,
                       _ ("The key in the block hasn't the check value that stands in it"));
  return NULL;
}

/* ---- Wrapping ---- */

/* Nothing but what read_block () takes again. */
static gboolean
check_block (const CryptoKeyblock *block, const BaseSecret *key, GError **error)
{
  if (find_version (block->version) == NULL || strchr ("ENS", block->exportability) == NULL
      || block->exportability == '\0' || strlen (block->usage) != 2
      || strlen (block->key_version) != 2 || !g_ascii_isalnum (block->mode)
      || block->option_count >= CRYPTO_KEYBLOCK_OPTIONS_MAX)
    return refuse (error, _ ("A key block of this header can't be made"));
  for (guint i = 0; i < block->option_count; i++)
    if (strlen (block->options[i].id) != 2 || !is_printable (block->options[i].value)
        || block->options[i].value.size > CRYPTO_KEYBLOCK_OPTION_MAX)
      return refuse (error, _ ("A key block with this optional block can't be made"));
  return takes_key (block->algorithm, base_secret_size (key))
         || refuse (error, _ ("The key's size isn't one of its algorithm"));
}

static void
append_option (GString *text, const CryptoKeyblockOption *option)
{
  g_string_append_printf (text, "%s%02X", option->id, (guint)(option->value.size + OPTION_HEAD));
  g_string_append_len (text, (const char *)option->value.data, (gssize)option->value.size);
}

/* The length still stands there as zeros. */
static GString *
make_header (const CryptoKeyblock *block, const Version *version)
{
  GString *text = g_string_new (NULL);
  guint count = block->option_count;
  gsize missing;

  for (guint i = 0; i < block->option_count; i++)
    append_option (text, &block->options[i]);
  missing = (version->block - (HEADER_SIZE + text->len) % version->block) % version->block;
  if (missing > 0)
    {
      count++;
      missing += missing < OPTION_HEAD ? version->block : 0;
      g_string_append_printf (text, PADDING_ID "%02X", (guint)missing);
      for (gsize i = OPTION_HEAD; i < missing; i++)
        g_string_append_c (text, '0');
    }
  g_autofree char *fixed
      = g_strdup_printf ("%c0000%s%c%c%s%c%02u%c0", block->version, block->usage, block->algorithm,
                         block->mode, block->key_version, block->exportability, count,
                         block->context == '\0' ? '0' : block->context);

  g_string_prepend (text, fixed);
  return text;
}

/* Length, key, and random bytes up to the longest key of the algorithm and whole blocks. */
static BaseSecret *
pad_key (const CryptoKeyblock *block, const Version *version, const BaseSecret *key)
{
  gsize longest = block->algorithm == 'A' ? CRYPTO_KEYBLOCK_KEY_MAX : TDES_SIZE;
  gsize size = (KEY_LENGTH_SIZE + longest + version->block - 1) / version->block * version->block;
  BaseSecret *data = base_secret_new (size);
  guint8 *bytes = base_secret_bytes (data);
  BaseSpan span = base_secret_span (key);

  crypto_random_bytes (bytes, size);
  bytes[0] = (guint8)(span.size * 8 >> 8);
  bytes[1] = (guint8)(span.size * 8);
  for (gsize i = 0; i < span.size; i++)
    bytes[KEY_LENGTH_SIZE + i] = span.data[i];
  return data;
}

static void
write_length (GString *text, gsize length)
{
  for (guint i = LENGTH_DIGITS; i > 0; i--, length /= 10)
    text->str[i] = HEX_DIGITS[length % 10];
}

static void
append_hex (GString *text, const guint8 *bytes, gsize size)
{
  g_autofree char *hex = base_bytes_to_hex (BASE_SPAN (bytes, size));

  g_string_append (text, hex);
}

char *
crypto_keyblock_wrap (const CryptoKeyblock *block,
                      const BaseSecret *protection_key,
                      const BaseSecret *key,
                      GError **error)
{
  const Version *version = find_version (block->version);
  g_autoptr (BaseSecret) data = NULL;
  g_autoptr (BaseSecret) encryption_key = NULL;
  guint8 mac[CRYPTO_BLOCK_MAX];
  guint8 encrypted[DATA_MAX];
  GString *text;
  gsize size;

  if (!check_block (block, key, error) || !check_protection_key (version, protection_key, error))
    return NULL;
  data = pad_key (block, version, key);
  size = base_secret_size (data);
  text = make_header (block, version);
  write_length (text, text->len + 2 * (size + version->block));
  authenticate (version, protection_key, BASE_SPAN (text->str, text->len), data, mac);
  encryption_key = derive (version, protection_key, USE_ENCRYPT);
  crypto_block_encrypt (version->algorithm, base_secret_span (encryption_key), mac,
                        base_secret_span (data), encrypted);
  append_hex (text, encrypted, size);
  append_hex (text, mac, version->block);
  return g_string_free (text, FALSE);
}
