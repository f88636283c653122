/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-chip-private.h"

#include "emv-tlv.h"

#include <string.h>

#define CLA_ISO 0x00
#define CLA_EMV 0x80
#define CLA_SECURE 0x84
#define INS_VERIFY 0x20
#define INS_EXTERNAL_AUTHENTICATE 0x82
#define INS_GET_CHALLENGE 0x84
#define INS_INTERNAL_AUTHENTICATE 0x88
#define INS_SELECT 0xA4
#define INS_GET_PROCESSING_OPTIONS 0xA8
#define INS_GENERATE_AC 0xAE
#define INS_READ_RECORD 0xB2
#define INS_GET_DATA 0xCA
#define HEAD_SIZE 4
#define BLOCK CRYPTO_EMV_BLOCK_SIZE
#define DIRECTORY_SFI 1

static const char directory_name[] = "1PAY.SYS.DDF01";

/* ---- Small things ---- */

void
training_chip_put (GByteArray *out, guint32 tag, BaseSpan value)
{
  g_auto (BaseWriter) writer = { 0 };
  BaseSpan object;

  base_writer_init (&writer, value.size + 6);
  (void)emv_tlv_put (&writer, tag, value);
  object = base_writer_span (&writer);
  g_byte_array_append (out, object.data, (guint)object.size);
}

gboolean
training_chip_list_size (BaseSpan list, gsize *out_size)
{
  BaseReader reader;

  *out_size = 0;
  base_reader_init (&reader, list);
  while (base_reader_left (&reader) > 0)
    {
      guint32 tag;
      guint8 size;

      if (!emv_tlv_read_tag (&reader, &tag) || !base_reader_u8 (&reader, &size))
        return FALSE;
      *out_size += size;
    }
  return TRUE;
}

BaseSpan
training_chip_list_find (BaseSpan list, BaseSpan data, guint32 wanted)
{
  BaseReader reader, values;
  guint32 tag;
  guint8 size;
  BaseSpan value;

  base_reader_init (&reader, list);
  base_reader_init (&values, data);
  while (emv_tlv_read_tag (&reader, &tag) && base_reader_u8 (&reader, &size)
         && base_reader_take (&values, size, &value))
    if (tag == wanted)
      return value;
  return BASE_SPAN (NULL, 0);
}

static BaseSpan
object (TrainingChip *self, guint32 tag)
{
  return training_chip_certificate_object (chip_application (self)->objects, tag);
}

static BaseSpan
array_span (const GByteArray *array)
{
  return BASE_SPAN (array->data, array->len);
}

/* The transaction is over; the next begins with nothing. */
static void
forget (TrainingChip *self)
{
  GByteArray *pdol = self->now.pdol, *cdol1 = self->now.cdol1;

  g_byte_array_set_size (pdol, 0);
  g_byte_array_set_size (cdol1, 0);
  self->now = (ChipTransaction){ .pdol = pdol, .cdol1 = cdol1 };
  self->stage = CHIP_STAGE_NONE;
  self->directory = FALSE;
}

/* ---- Selection ---- */

static void
put_objects (GByteArray *out, GHashTable *objects, const guint32 *tags, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      BaseSpan value = training_chip_certificate_object (objects, tags[i]);

      if (value.data != NULL)
        training_chip_put (out, tags[i], value);
    }
}

static void
put_control (GByteArray *out, BaseSpan name, const GByteArray *issuer)
{
  g_autoptr (GByteArray) control = g_byte_array_new ();

  training_chip_put (control, 0x84, name);
  training_chip_put (control, 0xA5, array_span (issuer));
  training_chip_put (out, 0x6F, array_span (control));
}

/* What the directory says of the whole card is what the first application that knows it says: the
 * languages, and the code table in which preferred names are written (EMV 4.4 Book 1, 12.2.2). */
static void
put_of_card (const TrainingChip *self, GByteArray *out, guint32 tag)
{
  for (guint i = 0; i < self->file->application_count; i++)
    {
      BaseSpan value = training_chip_certificate_object (self->applications[i].objects, tag);

      if (value.data == NULL)
        continue;
      training_chip_put (out, tag, value);
      return;
    }
}

static guint16
select_directory (TrainingChip *self, GByteArray *out)
{
  static const guint8 sfi = DIRECTORY_SFI;
  g_autoptr (GByteArray) issuer = g_byte_array_new ();

  training_chip_put (issuer, 0x88, BASE_SPAN (&sfi, 1));
  put_of_card (self, issuer, 0x5F2D);
  put_of_card (self, issuer, 0x9F11);
  put_control (out, BASE_SPAN_STR (directory_name), issuer);
  self->directory = TRUE;
  return SW_GOOD;
}

static guint16
select_application (TrainingChip *self, guint index, GByteArray *out)
{
  static const guint32 tags[] = { 0x50, 0x87, 0x9F38, 0x5F2D, 0x9F11, 0x9F12, 0xBF0C };
  g_autoptr (GByteArray) issuer = g_byte_array_new ();

  self->selected = index;
  self->stage = CHIP_STAGE_SELECTED;
  put_objects (issuer, chip_application (self)->objects, tags, G_N_ELEMENTS (tags));
  put_control (out, object (self, 0x84), issuer);
  return chip_use (self)->blocked ? SW_INVALIDATED : SW_GOOD;
}

static gboolean
is_named (TrainingChip *self, guint index, BaseSpan name)
{
  BaseSpan whole = training_chip_certificate_object (self->applications[index].objects, 0x84);

  return name.size > 0 && name.size <= whole.size
         && base_bytes_equal (BASE_SPAN (whole.data, name.size), name);
}

/* The whole name or its beginning; P2 02: the next that begins so. */
static guint16
select_by_name (TrainingChip *self, const ChipCommand *command, GByteArray *out)
{
  gboolean next = command->p2 == 0x02;
  guint first = next && self->stage != CHIP_STAGE_NONE ? self->selected + 1 : 0;

  if (command->p1 != 0x04 || (command->p2 != 0x00 && !next))
    return SW_PARAMETERS;
  forget (self);
  if (!next && self->file->directory
      && base_bytes_equal (command->data, BASE_SPAN_STR (directory_name)))
    return select_directory (self, out);
  for (guint i = first; i < self->file->application_count; i++)
    if (is_named (self, i, command->data))
      return select_application (self, i, out);
  return SW_NOT_FOUND;
}

/* ---- Initiation and reading ---- */

/* Files and records one after another, with how many of them are authenticated. */
static void
put_locator (GByteArray *out, const GArray *records)
{
  for (guint i = 0; i < records->len;)
    {
      const TrainingChipRecord *first = &g_array_index (records, TrainingChipRecord, i);
      guint8 group[] = { (guint8)(first->sfi << 3), first->number, first->number, 0 };

      for (; i < records->len; i++)
        {
          const TrainingChipRecord *record = &g_array_index (records, TrainingChipRecord, i);

          if (record->sfi != first->sfi || record->number > group[2] + 1)
            break;
          group[2] = record->number;
          group[3] = (guint8)(group[3] + (record->authenticated ? 1 : 0));
        }
      g_byte_array_append (out, group, sizeof group);
    }
}

static void
put_options (TrainingChip *self, GByteArray *out)
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) locator = g_byte_array_new ();
  gboolean objects = chip_application (self)->file->options_objects;
  BaseSpan profile = object (self, 0x82);

  put_locator (locator, chip_application (self)->file->records);
  if (objects)
    {
      training_chip_put (inner, 0x82, profile);
      training_chip_put (inner, 0x94, array_span (locator));
    }
  else
    {
      g_byte_array_append (inner, profile.data, (guint)profile.size);
      g_byte_array_append (inner, locator->data, locator->len);
    }
  training_chip_put (out, objects ? 0x77 : 0x80, array_span (inner));
}

static guint16
get_processing_options (TrainingChip *self, const ChipCommand *command, GByteArray *out)
{
  BaseReader reader;
  EmvTlv list;
  gsize size;

  if (self->stage != CHIP_STAGE_SELECTED || chip_use (self)->blocked
      || chip_use (self)->counter == G_MAXUINT16)
    return SW_CONDITIONS;
  if (command->p1 != 0 || command->p2 != 0)
    return SW_PARAMETERS;
  base_reader_init (&reader, command->data);
  if (!emv_tlv_read (&reader, &list) || list.tag != 0x83 || base_reader_left (&reader) > 0
      || !training_chip_list_size (object (self, 0x9F38), &size) || list.value.size != size)
    return SW_LENGTH;
  if (size > 0)
    g_byte_array_append (self->now.pdol, list.value.data, (guint)size);
  chip_use (self)->counter++;
  self->stage = CHIP_STAGE_STARTED;
  put_options (self, out);
  return SW_GOOD;
}

static guint16
read_directory (TrainingChip *self, const ChipCommand *command, GByteArray *out)
{
  static const guint32 tags[] = { 0x50, 0x9F12, 0x87 };
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) entry = g_byte_array_new ();
  GHashTable *objects;

  if (command->p2 >> 3 != DIRECTORY_SFI)
    return SW_NOT_FOUND;
  if (command->p1 == 0 || command->p1 > self->file->application_count)
    return SW_NO_RECORD;
  objects = self->applications[command->p1 - 1].objects;
  training_chip_put (inner, 0x4F, training_chip_certificate_object (objects, 0x84));
  put_objects (inner, objects, tags, G_N_ELEMENTS (tags));
  training_chip_put (entry, 0x61, array_span (inner));
  training_chip_put (out, 0x70, array_span (entry));
  return SW_GOOD;
}

static guint16
read_record (TrainingChip *self, const ChipCommand *command, GByteArray *out)
{
  const GArray *records;
  gboolean has_file = FALSE;

  if ((command->p2 & 0x07) != 0x04)
    return SW_PARAMETERS;
  if (self->directory)
    return read_directory (self, command, out);
  if (self->stage < CHIP_STAGE_STARTED)
    return SW_CONDITIONS;
  records = chip_application (self)->file->records;
  for (guint i = 0; i < records->len; i++)
    {
      const TrainingChipRecord *record = &g_array_index (records, TrainingChipRecord, i);
      g_autoptr (GBytes) value = NULL;

      has_file = has_file || record->sfi == command->p2 >> 3;
      if (record->sfi != command->p2 >> 3 || record->number != command->p1)
        continue;
      value = training_chip_certificate_record (chip_application (self)->objects, record);
      training_chip_put (out, 0x70, base_bytes_span (value));
      return SW_GOOD;
    }
  return has_file ? SW_NO_RECORD : SW_NOT_FOUND;
}

static guint16
get_data (TrainingChip *self, const ChipCommand *command, GByteArray *out)
{
  guint32 tag = (guint32)command->p1 << 8 | command->p2;
  guint16 counter = tag == 0x9F36 ? chip_use (self)->counter : chip_use (self)->last_online;
  const guint8 bytes[] = { (guint8)(counter >> 8), (guint8)(counter & 0xFF) };
  guint8 tries = (guint8)self->memory.pin_tries;
  BaseSpan value;

  if (self->stage == CHIP_STAGE_NONE)
    return SW_CONDITIONS;
  value = object (self, tag);
  if (tag == 0x9F36 || tag == 0x9F13)
    value = BASE_SPAN (bytes, sizeof bytes);
  else if (tag == 0x9F17)
    value = BASE_SPAN (&tries, self->memory.pin[0] != '\0' ? 1 : 0);
  else if (command->p1 != 0x9F || command->p2 < 0x4F || command->p2 > 0x7F)
    return SW_NO_DATA; /* the rest is in records alone */
  if (value.size == 0)
    return SW_NO_DATA;
  training_chip_put (out, tag, value);
  return SW_GOOD;
}

/* ---- The PIN, and a number that nobody knows before ---- */

gboolean
training_chip_pin_block (const char *pin, guint8 out_block[BLOCK])
{
  gsize size = strlen (pin);

  if (size < 4 || size > 12 || strspn (pin, "0123456789") != size)
    return FALSE;
  out_block[0] = (guint8)(0x20 | size);
  for (gsize i = 0; i < 2 * (BLOCK - 1); i++)
    {
      guint digit = i < size ? (guint)(pin[i] - '0') : 0x0F;
      guint8 *byte = &out_block[1 + i / 2];

      *byte = (guint8)(i % 2 == 0 ? digit << 4 : *byte | digit);
    }
  return TRUE;
}

static guint16
verify (TrainingChip *self, const ChipCommand *command)
{
  guint8 right[BLOCK];

  if (self->stage < CHIP_STAGE_STARTED)
    return SW_CONDITIONS;
  if (command->p1 != 0x00 || command->p2 != 0x80)
    return SW_PARAMETERS;
  if (!training_chip_pin_block (self->memory.pin, right))
    return SW_NO_REFERENCE;
  if (self->memory.pin_tries == 0)
    return SW_PIN_BLOCKED;
  if (command->data.size != BLOCK)
    return SW_LENGTH;
  self->now.pin_tried = TRUE;
  self->now.pin_good = base_bytes_equal (command->data, BASE_SPAN (right, BLOCK));
  if (self->now.pin_good)
    self->memory.pin_tries = self->file->pin_tries;
  else
    self->memory.pin_tries--;
  return self->now.pin_good ? SW_GOOD : (guint16)(SW_TRIES | self->memory.pin_tries);
}

/* Not to be guessed without the card's key; the same in each run of a test. */
static guint16
get_challenge (TrainingChip *self, GByteArray *out)
{
  guint8 text[3], challenge[BLOCK];

  if (self->stage == CHIP_STAGE_NONE)
    return SW_CONDITIONS;
  text[0] = (guint8)++self->challenges;
  text[1] = (guint8)(chip_use (self)->counter >> 8);
  text[2] = (guint8)(chip_use (self)->counter & 0xFF);
  crypto_emv_mac (chip_application (self)->master, BASE_SPAN (text, sizeof text), challenge);
  g_byte_array_append (out, challenge, sizeof challenge);
  return SW_GOOD;
}

/* ---- Commands ---- */

static guint16
run_iso (TrainingChip *self, const ChipCommand *command, GByteArray *out)
{
  switch (command->ins)
    {
    case INS_SELECT:
      return select_by_name (self, command, out);
    case INS_READ_RECORD:
      return read_record (self, command, out);
    case INS_VERIFY:
      return verify (self, command);
    case INS_GET_CHALLENGE:
      return get_challenge (self, out);
    case INS_INTERNAL_AUTHENTICATE:
      return training_chip_cryptogram_internal (self, command, out);
    case INS_EXTERNAL_AUTHENTICATE:
      return training_chip_cryptogram_external (self, command);
    default:
      return SW_INSTRUCTION;
    }
}

static guint16
run_emv (TrainingChip *self, const ChipCommand *command, GByteArray *out)
{
  switch (command->ins)
    {
    case INS_GET_PROCESSING_OPTIONS:
      return get_processing_options (self, command, out);
    case INS_GENERATE_AC:
      return training_chip_cryptogram_generate (self, command, out);
    case INS_GET_DATA:
      return get_data (self, command, out);
    default:
      return SW_INSTRUCTION;
    }
}

/* Cases 1 to 4 with short lengths (ISO 7816-3). */
static gboolean
parse (BaseSpan bytes, ChipCommand *out)
{
  gsize size;

  if (bytes.size < HEAD_SIZE || bytes.size > TRAINING_CHIP_COMMAND_MAX)
    return FALSE;
  *out = (ChipCommand){ bytes.data[0], bytes.data[1], bytes.data[2], bytes.data[3],
                        BASE_SPAN (NULL, 0) };
  if (bytes.size <= HEAD_SIZE + 1)
    return TRUE;
  size = bytes.data[HEAD_SIZE];
  out->data = BASE_SPAN (bytes.data + HEAD_SIZE + 1, size);
  return size > 0 && (bytes.size == HEAD_SIZE + 1 + size || bytes.size == HEAD_SIZE + 2 + size);
}

static guint16
run (TrainingChip *self, BaseSpan bytes, GByteArray *out)
{
  ChipCommand command;

  if (!parse (bytes, &command))
    return SW_LENGTH;
  if (self->memory.blocked)
    return SW_CARD_BLOCKED;
  switch (command.cla)
    {
    case CLA_ISO:
      return run_iso (self, &command, out);
    case CLA_EMV:
      return run_emv (self, &command, out);
    case CLA_SECURE:
      return training_chip_script_run (self, &command);
    default:
      return SW_CLASS;
    }
}

static void
keep (TrainingChip *self)
{
  g_autoptr (GError) error = NULL;

  if (self->path != NULL && !training_chip_memory_save (&self->memory, self->path, &error))
    g_warning ("The training card forgets: %s", error->message);
}

/* One that isn't told to be torn or mute: appends data and status. */
static void
answer (TrainingChip *self, BaseSpan command, GByteArray *out)
{
  const TrainingChipMemory before = self->memory;
  guint start = out->len;
  guint16 status = run (self, command, out);
  guint8 bytes[2] = { (guint8)(status >> 8), (guint8)(status & 0xFF) };

  if (status != SW_GOOD && status != SW_INVALIDATED)
    g_byte_array_set_size (out, start);
  g_byte_array_append (out, bytes, sizeof bytes);
  if (!base_bytes_equal (BASE_SPAN (&before, sizeof before),
                         BASE_SPAN (&self->memory, sizeof before)))
    keep (self);
}

/* Counts it. FALSE: there is no answer; *out_run: it is carried out all the same. */
static gboolean
is_answered (TrainingChip *self, gboolean *out_run)
{
  *out_run = FALSE;
  self->extensions = 0;
  if (self->torn || !self->powered)
    return FALSE;
  self->commands++;
  self->torn = self->commands == self->tear_at;
  if (self->torn)
    *out_run = self->tear_after;
  else if (self->commands < self->file->mute_at)
    *out_run = TRUE;
  if (self->file->slow_at == 0 || self->commands == self->file->slow_at)
    self->extensions = self->file->extensions;
  return *out_run && !self->torn;
}

gboolean
training_chip_transmit (TrainingChip *self, BaseSpan command, GByteArray *out_answer)
{
  gboolean carried_out, answered = is_answered (self, &carried_out);
  g_autoptr (GByteArray) unheard = g_byte_array_new ();

  if (carried_out)
    answer (self, command, answered ? out_answer : unheard);
  return answered;
}

/* ---- The card ---- */

/* Its keys are of its number and sequence number. */
static void
derive_keys (ChipApplication *self)
{
  BaseSpan digits = BASE_SPAN_STR (self->file->number);
  BaseSpan sequence = training_chip_certificate_object (self->objects, 0x5F34);
  guint8 number
      = sequence.size == 1 ? (guint8)((sequence.data[0] >> 4) * 10 + (sequence.data[0] & 0x0F)) : 0;

  self->master = training_issuer_card_key (digits, number);
  self->script_master = training_issuer_script_key (digits, number);
}

static gboolean
open_application (TrainingChip *self, guint index, GError **error)
{
  ChipApplication *application = &self->applications[index];

  application->file = self->file->applications[index];
  application->objects = training_chip_certificate_complete (application->file, self->file->wrong,
                                                             &application->key, error);
  if (application->objects == NULL)
    return FALSE;
  derive_keys (application);
  return TRUE;
}

TrainingChip *
training_chip_new (TrainingChipFile *file, GError **error)
{
  g_autoptr (TrainingChip) self = g_new0 (TrainingChip, 1);

  self->file = file;
  self->now.pdol = g_byte_array_new ();
  self->now.cdol1 = g_byte_array_new ();
  self->tear_at = file->tear_at;
  training_chip_memory_init (&self->memory, file);
  for (guint i = 0; i < file->application_count; i++)
    if (!open_application (self, i, error))
      return NULL;
  return g_steal_pointer (&self);
}

void
training_chip_free (TrainingChip *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < TRAINING_CHIP_APPLICATIONS_MAX; i++)
    {
      g_clear_pointer (&self->applications[i].objects, g_hash_table_unref);
      base_secret_free (self->applications[i].key);
      base_secret_free (self->applications[i].master);
      base_secret_free (self->applications[i].script_master);
    }
  g_byte_array_unref (self->now.pdol);
  g_byte_array_unref (self->now.cdol1);
  training_chip_file_free (self->file);
  g_free (self->path);
  base_secret_wipe (self, sizeof *self);
  g_free (self);
}

/* What an issuer has put stands above what the file says. */
static void
recall (TrainingChip *self)
{
  for (guint i = 0; i < self->file->application_count; i++)
    for (guint k = 0; k < self->memory.uses[i].put_count; k++)
      {
        const TrainingChipPut *put = &self->memory.uses[i].put[k];

        g_hash_table_insert (self->applications[i].objects, GUINT_TO_POINTER (put->tag),
                             g_bytes_new (put->bytes, put->size));
      }
}

gboolean
training_chip_keep (TrainingChip *self, const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_EXISTS)
          ? !training_chip_memory_load (&self->memory, path, error)
          : !training_chip_memory_save (&self->memory, path, error))
    return FALSE;
  recall (self);
  g_free (self->path);
  self->path = g_strdup (path);
  return TRUE;
}

void
training_chip_insert (TrainingChip *self)
{
  self->commands = 0;
  self->torn = FALSE;
  self->powered = FALSE;
}

GBytes *
training_chip_reset (TrainingChip *self, gboolean warm)
{
  (void)warm; /* this chip answers both the same */
  forget (self);
  self->powered = !self->torn && self->tear_at != 0 && self->file->mute_at != 0;
  if (!self->powered)
    return NULL;
  return g_bytes_new (self->file->atr, self->file->atr_size);
}

guint
training_chip_extensions (const TrainingChip *self)
{
  return self->extensions;
}

gboolean
training_chip_is_torn (const TrainingChip *self)
{
  return self->torn;
}

void
training_chip_tear_at (TrainingChip *self, guint command, gboolean after)
{
  self->tear_at = command;
  self->tear_after = after;
}

static GBytes *
reset_cb (gpointer ctx, gboolean warm)
{
  return training_chip_reset (ctx, warm);
}

static gboolean
transmit_cb (gpointer ctx, BaseSpan command, GByteArray *out_answer)
{
  return training_chip_transmit (ctx, command, out_answer);
}

static void
inserted_cb (gpointer ctx)
{
  training_chip_insert (ctx);
}

static guint
extensions_cb (gpointer ctx)
{
  return training_chip_extensions (ctx);
}

static gboolean
is_torn_cb (gpointer ctx)
{
  return training_chip_is_torn (ctx);
}

TrainingChipEnd
training_chip_end (TrainingChip *self)
{
  return (TrainingChipEnd){ .reset = reset_cb,
                            .transmit = transmit_cb,
                            .inserted = inserted_cb,
                            .extensions = extensions_cb,
                            .is_torn = is_torn_cb,
                            .ctx = self };
}

guint
training_chip_commands (const TrainingChip *self)
{
  return self->commands;
}
