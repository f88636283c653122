/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-emv.h"

#include "emv-tlv.h"
#include "acquirer-error.h"
#include "crypto-digest.h"

#include <glib/gi18n.h>

#define TAG_AID 0x9F06
#define TAG_INDEX 0x9F22
#define TAG_EXPIRY 0xDF05
#define OBJECTS_MAX 20 /* of one entry */
#define PERCENT_MAX 99
#define RSA_SHA1 1
#define NONE_SAID (-1)

/* What an entry's objects are; a row for each that may be there. */
typedef struct
{
  guint32 tag;
  guint8 size_min, size_max;
  gboolean wanted;
} Object;

enum
{
  AID_NAME,
  AID_PARTIAL,
  AID_VERSION,
  AID_DEFAULT,
  AID_ONLINE,
  AID_DENIAL,
  AID_FLOOR,
  AID_THRESHOLD,
  AID_TARGET_MAX,
  AID_TARGET,
  AID_DDOL,
  AID_ONLINE_PIN,
  AID_ECASH,
  AID_CONTACTLESS_FLOOR,
  AID_CONTACTLESS_LIMIT,
  AID_CONTACTLESS_VERIFY,
  AID_OBJECTS
};

static const Object aid_objects[AID_OBJECTS] = {
  [AID_NAME] = { TAG_AID, ACQUIRER_EMV_AID_MIN, EMV_AID_MAX, TRUE },
  [AID_PARTIAL] = { 0xDF01, 1, 1, TRUE },
  [AID_VERSION] = { 0x9F08, 2, 2, TRUE },
  [AID_DEFAULT] = { 0xDF11, EMV_CODES_SIZE, EMV_CODES_SIZE, TRUE },
  [AID_ONLINE] = { 0xDF12, EMV_CODES_SIZE, EMV_CODES_SIZE, TRUE },
  [AID_DENIAL] = { 0xDF13, EMV_CODES_SIZE, EMV_CODES_SIZE, TRUE },
  [AID_FLOOR] = { 0x9F1B, 4, 4, TRUE },
  [AID_THRESHOLD] = { 0xDF15, 4, 4, TRUE },
  [AID_TARGET_MAX] = { 0xDF16, 1, 1, TRUE },
  [AID_TARGET] = { 0xDF17, 1, 1, TRUE },
  [AID_DDOL] = { 0xDF14, 1, EMV_DOL_MAX, TRUE },
  [AID_ONLINE_PIN] = { 0xDF18, 1, 1, FALSE },
  [AID_ECASH] = { 0x9F7B, 6, 6, FALSE },
  [AID_CONTACTLESS_FLOOR] = { 0xDF19, 6, 6, FALSE },
  [AID_CONTACTLESS_LIMIT] = { 0xDF20, 6, 6, FALSE },
  [AID_CONTACTLESS_VERIFY] = { 0xDF21, 6, 6, FALSE },
};

enum
{
  KEY_RID,
  KEY_INDEX,
  KEY_EXPIRY,
  KEY_HASH,
  KEY_ALGORITHM,
  KEY_MODULUS,
  KEY_EXPONENT,
  KEY_CHECK,
  KEY_OBJECTS
};

static const Object key_objects[KEY_OBJECTS] = {
  [KEY_RID] = { TAG_AID, EMV_RID_SIZE, EMV_RID_SIZE, TRUE },
  [KEY_INDEX] = { TAG_INDEX, 1, 1, TRUE },
  [KEY_EXPIRY] = { TAG_EXPIRY, 4, 8, TRUE },
  [KEY_HASH] = { 0xDF06, 1, 1, TRUE },
  [KEY_ALGORITHM] = { 0xDF07, 1, 1, TRUE },
  [KEY_MODULUS] = { 0xDF02, ACQUIRER_EMV_MODULUS_MIN, EMV_MODULUS_MAX, TRUE },
  [KEY_EXPONENT] = { 0xDF04, 1, EMV_EXPONENT_MAX, TRUE },
  [KEY_CHECK] = { 0xDF03, CRYPTO_SHA1_SIZE, CRYPTO_SHA1_SIZE, TRUE },
};

/* An entry being read: its values, and what it is called in an error. */
typedef struct
{
  const Object *objects;
  guint count;
  BaseSpan values[OBJECTS_MAX];
  gboolean is_key;
  char name[2 * ACQUIRER_EMV_NAME_MAX + 4];
} Entry;

/* What is wrong with it, in a whole sentence of its own. */
G_GNUC_PRINTF (3, 4)
static gboolean
refuse (GError **error, const Entry *entry, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list list;

  va_start (list, format);
  why = g_strdup_vprintf (format, list);
  va_end (list);
  return acquirer_error_set (error, ACQUIRER_ERROR_FIELD,
                             entry->is_key ? _ ("CA key %s: %s") : _ ("AID %s: %s"), entry->name,
                             why);
}

/* "F054494C4C #01" */
static void
name_entry (Entry *entry, BaseSpan aid, BaseSpan index)
{
  g_autofree char *hex = base_bytes_to_hex (aid);

  if (index.size == 1)
    g_snprintf (entry->name, sizeof entry->name, "%s #%02X", hex, index.data[0]);
  else
    g_strlcpy (entry->name, hex, sizeof entry->name);
}

static guint
find_object (const Entry *entry, guint32 tag)
{
  guint i = 0;

  while (i < entry->count && entry->objects[i].tag != tag)
    i++;
  return i;
}

static gboolean
read_entry (Entry *entry, BaseSpan tlv, GError **error)
{
  BaseReader reader;

  g_assert (entry->count <= OBJECTS_MAX);
  if (tlv.size == 0 || tlv.size > ACQUIRER_EMV_ENTRY_MAX)
    return refuse (error, entry, _ ("this is no size that an entry can have"));
  base_reader_init (&reader, tlv);
  while (base_reader_left (&reader) > 0)
    {
      EmvTlv object;
      guint at;

      if (!emv_tlv_read (&reader, &object))
        return refuse (error, entry, _ ("it ends within an object"));
      at = find_object (entry, object.tag);
      if (at == entry->count)
        return refuse (error, entry, _ ("object %X is none that the till knows"), object.tag);
      if (entry->values[at].data != NULL)
        return refuse (error, entry, _ ("object %X stands there twice"), object.tag);
      if (object.value.size < entry->objects[at].size_min
          || object.value.size > entry->objects[at].size_max)
        return refuse (error, entry, _ ("object %X has the wrong size"), object.tag);
      entry->values[at] = object.value;
      if (object.tag == TAG_AID)
        name_entry (entry, object.value, BASE_SPAN (NULL, 0));
    }
  for (guint i = 0; i < entry->count; i++)
    if (entry->objects[i].wanted && entry->values[i].data == NULL)
      return refuse (error, entry, _ ("object %X is missing"), entry->objects[i].tag);
  return TRUE;
}

/* ---- Values ---- */

static void
take_bytes (guint8 *place, BaseSpan value)
{
  for (gsize i = 0; i < value.size; i++)
    place[i] = value.data[i];
}

static gint64
binary (BaseSpan value)
{
  gint64 number = 0;

  for (gsize i = 0; i < value.size; i++)
    number = number << 8 | value.data[i];
  return number;
}

/* Two digits a byte; FALSE when one of them is none. An object that isn't there is as it was. */
static gboolean
digits (BaseSpan value, gint64 *number)
{
  gint64 sum = 0;

  if (value.data == NULL)
    return TRUE;
  for (gsize i = 0; i < value.size; i++)
    {
      if (value.data[i] >> 4 > 9 || (value.data[i] & 0x0F) > 9)
        return FALSE;
      sum = sum * 100 + (value.data[i] >> 4) * 10 + (value.data[i] & 0x0F);
    }
  *number = sum;
  return TRUE;
}

static gboolean
take_numbers (const Entry *entry, AcquirerEmvAid *aid, GError **error)
{
  gint64 target = 0, target_max = 0;
  const struct
  {
    guint object;
    gint64 *number;
  } numbers[] = { { AID_TARGET, &target },
                  { AID_TARGET_MAX, &target_max },
                  { AID_ECASH, &aid->ecash_minor },
                  { AID_CONTACTLESS_FLOOR, &aid->contactless_floor_minor },
                  { AID_CONTACTLESS_LIMIT, &aid->contactless_limit_minor },
                  { AID_CONTACTLESS_VERIFY, &aid->contactless_verify_minor } };

  aid->ecash_minor = aid->contactless_floor_minor = NONE_SAID;
  aid->contactless_limit_minor = aid->contactless_verify_minor = NONE_SAID;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!digits (entry->values[numbers[i].object], numbers[i].number))
      return refuse (error, entry, _ ("object %X isn't made of digits"),
                     entry->objects[numbers[i].object].tag);
  if (target > target_max || target_max > PERCENT_MAX)
    return refuse (error, entry, _ ("object %X is more than its highest value"),
                   entry->objects[AID_TARGET].tag);
  aid->rules.target_percent = (guint)target;
  aid->rules.target_max_percent = (guint)target_max;
  aid->rules.floor_minor = binary (entry->values[AID_FLOOR]);
  aid->rules.threshold_minor = binary (entry->values[AID_THRESHOLD]);
  return TRUE;
}

/* 00 or 01 and nothing else. */
static gboolean
flag (const Entry *entry, guint object, gboolean *out_flag, GError **error)
{
  BaseSpan value = entry->values[object];

  *out_flag = value.data != NULL && value.data[0] == 1;
  return value.data == NULL || value.data[0] <= 1
         || refuse (error, entry, _ ("object %X must be 00 or 01"), entry->objects[object].tag);
}

gboolean
acquirer_emv_read_aid (BaseSpan tlv, AcquirerEmvAid *out_aid, GError **error)
{
  Entry entry = { .objects = aid_objects, .count = AID_OBJECTS };
  AcquirerEmvAid aid = { 0 };
  gboolean whole;

  if (!read_entry (&entry, tlv, error) || !take_numbers (&entry, &aid, error)
      || !flag (&entry, AID_PARTIAL, &whole, error)
      || !flag (&entry, AID_ONLINE_PIN, &aid.rules.online_pin, error))
    return FALSE;
  aid.rules.partial = !whole;
  aid.rules.aid_size = entry.values[AID_NAME].size;
  take_bytes (aid.rules.aid, entry.values[AID_NAME]);
  take_bytes (aid.rules.version, entry.values[AID_VERSION]);
  take_bytes (aid.rules.tac_default, entry.values[AID_DEFAULT]);
  take_bytes (aid.rules.tac_online, entry.values[AID_ONLINE]);
  take_bytes (aid.rules.tac_denial, entry.values[AID_DENIAL]);
  aid.rules.ddol_size = entry.values[AID_DDOL].size;
  take_bytes (aid.rules.ddol, entry.values[AID_DDOL]);
  *out_aid = aid;
  return TRUE;
}

/* ---- Keys ---- */

/* Eight digits, packed or as characters. */
static gboolean
read_expiry (BaseSpan value, guint32 *out_expiry)
{
  gint64 day = 0;

  if (value.size == 4 && !digits (value, &day))
    return FALSE;
  for (gsize i = 0; value.size == 8 && i < value.size; i++)
    {
      if (!g_ascii_isdigit (value.data[i]))
        return FALSE;
      day = day * 10 + (value.data[i] - '0');
    }
  *out_expiry = (guint32)day;
  return day >= 20000101
         && g_date_valid_dmy ((GDateDay)(day % 100), (GDateMonth)(day / 100 % 100),
                              (GDateYear)(day / 10000));
}

static gboolean
check_matches (const Entry *entry)
{
  g_auto (BaseWriter) writer = { 0 };
  guint8 digest[CRYPTO_SHA1_SIZE];

  base_writer_init (&writer, ACQUIRER_EMV_ENTRY_MAX);
  base_writer_put (&writer, entry->values[KEY_RID]);
  base_writer_put (&writer, entry->values[KEY_INDEX]);
  base_writer_put (&writer, entry->values[KEY_MODULUS]);
  base_writer_put (&writer, entry->values[KEY_EXPONENT]);
  crypto_sha1 (base_writer_span (&writer), digest);
  return base_bytes_equal (BASE_SPAN (digest, sizeof digest), entry->values[KEY_CHECK]);
}

static gboolean
check_key (const Entry *entry, EmvKey *key, GError **error)
{
  BaseSpan modulus = entry->values[KEY_MODULUS], exponent = entry->values[KEY_EXPONENT];
  gint64 number = binary (exponent);

  if (!read_expiry (entry->values[KEY_EXPIRY], &key->expiry))
    return refuse (error, entry, _ ("object %X is no day"), TAG_EXPIRY);
  if (entry->values[KEY_HASH].data[0] != RSA_SHA1
      || entry->values[KEY_ALGORITHM].data[0] != RSA_SHA1)
    return refuse (error, entry, _ ("this isn't RSA with SHA-1, and the till knows no other"));
  if (modulus.data[0] == 0 || modulus.data[modulus.size - 1] % 2 == 0)
    return refuse (error, entry, _ ("object %X is no RSA modulus"),
                   entry->objects[KEY_MODULUS].tag);
  if (number != 3 && number != 65537)
    return refuse (error, entry, _ ("object %X is neither 3 nor 65537"),
                   entry->objects[KEY_EXPONENT].tag);
  return check_matches (entry) || refuse (error, entry, _ ("the check value is wrong"));
}

gboolean
acquirer_emv_read_key (BaseSpan tlv, EmvKey *out_key, GError **error)
{
  Entry entry = { .objects = key_objects, .count = KEY_OBJECTS, .is_key = TRUE };
  EmvKey key = { 0 };

  if (!read_entry (&entry, tlv, error))
    return FALSE;
  name_entry (&entry, entry.values[KEY_RID], entry.values[KEY_INDEX]);
  if (!check_key (&entry, &key, error))
    return FALSE;
  take_bytes (key.rid, entry.values[KEY_RID]);
  key.index = entry.values[KEY_INDEX].data[0];
  key.modulus_size = entry.values[KEY_MODULUS].size;
  take_bytes (key.modulus, entry.values[KEY_MODULUS]);
  key.exponent_size = entry.values[KEY_EXPONENT].size;
  take_bytes (key.exponent, entry.values[KEY_EXPONENT]);
  *out_key = key;
  return TRUE;
}

gboolean
acquirer_emv_key_has_ended (const EmvKey *key, guint32 today)
{
  return key->expiry < today;
}

/* ---- Names ---- */

gboolean
acquirer_emv_name_equal (const AcquirerEmvName *a, const AcquirerEmvName *b)
{
  return base_bytes_equal (BASE_SPAN (a->bytes, a->size), BASE_SPAN (b->bytes, b->size));
}

static void
add_object (AcquirerEmvName *name, guint32 tag, BaseSpan value)
{
  g_assert (name->size + 3 + value.size <= ACQUIRER_EMV_NAME_MAX);
  name->bytes[name->size++] = (guint8)(tag >> 8);
  name->bytes[name->size++] = (guint8)tag;
  name->bytes[name->size++] = (guint8)value.size;
  take_bytes (&name->bytes[name->size], value);
  name->size += value.size;
}

void
acquirer_emv_aid_name (const AcquirerEmvAid *aid, AcquirerEmvName *out_name)
{
  *out_name = (AcquirerEmvName){ 0 };
  add_object (out_name, TAG_AID, BASE_SPAN (aid->rules.aid, aid->rules.aid_size));
}

void
acquirer_emv_key_name (const EmvKey *key, AcquirerEmvName *out_name)
{
  *out_name = (AcquirerEmvName){ 0 };
  add_object (out_name, TAG_AID, BASE_SPAN (key->rid, EMV_RID_SIZE));
  add_object (out_name, TAG_INDEX, BASE_SPAN (&key->index, 1));
}

static gboolean
add_name (GArray *names, const AcquirerEmvName *name)
{
  for (guint i = 0; i < names->len; i++)
    if (acquirer_emv_name_equal (&g_array_index (names, AcquirerEmvName, i), name))
      return TRUE;
  g_array_append_val (names, *name);
  return names->len <= ACQUIRER_EMV_ENTRIES_MAX;
}

/* Whether the object may stand at this place of a name, and makes it part of it. */
static gboolean
take_name_object (AcquirerEmvName *name, gboolean keys, guint32 tag, BaseSpan value)
{
  if (name->size == 0)
    {
      if (tag != TAG_AID || value.size < ACQUIRER_EMV_AID_MIN
          || value.size > (keys ? EMV_RID_SIZE : EMV_AID_MAX))
        return FALSE;
    }
  else if (!keys || tag != TAG_INDEX || value.size != 1)
    return FALSE;
  add_object (name, tag, value);
  return TRUE;
}

gboolean
acquirer_emv_read_names (BaseSpan list, gboolean keys, GArray *names, GError **error)
{
  AcquirerEmvName name = { 0 };
  BaseReader reader;
  gboolean good = TRUE, may_end = FALSE; /* an expiry may follow the key that it belongs to */

  base_reader_init (&reader, list);
  while (good && base_reader_left (&reader) > 0)
    {
      EmvTlv object;

      good = emv_tlv_read (&reader, &object);
      if (good && keys && may_end && object.tag == TAG_EXPIRY)
        {
          may_end = FALSE;
          continue;
        }
      good = good && take_name_object (&name, keys, object.tag, object.value);
      may_end = good && (!keys || object.tag == TAG_INDEX);
      if (may_end)
        {
          good = add_name (names, &name);
          name = (AcquirerEmvName){ 0 };
        }
    }
  if (good && name.size == 0)
    return TRUE;
  return acquirer_error_set (
      error, ACQUIRER_ERROR_FIELD,
      keys ? _ ("The list of CA keys that there are can't be read, or names more than %d")
           : _ ("The list of AIDs that there are can't be read, or names more than %d"),
      ACQUIRER_EMV_ENTRIES_MAX);
}
