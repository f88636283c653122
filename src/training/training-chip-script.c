/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The issuer's commands to the emulated chip (EMV 4.4 Book 3, 6.5; Book 2, 9): none of them is
 * carried out without the issuer's code. The bytes are named in training-chip.h.
 */
#include "crypto-des.h"
#include "training-chip-private.h"

#define INS_CARD_BLOCK 0x16
#define INS_APPLICATION_UNBLOCK 0x18
#define INS_APPLICATION_BLOCK 0x1E
#define INS_PIN 0x24
#define INS_PUT_DATA 0xDA
#define PIN_UNBLOCK 0x00
#define PIN_CHANGE 0x02
#define BLOCK CRYPTO_EMV_BLOCK_SIZE
#define PIN_MAX 12

/* *out_plain: the data before the code. */
static gboolean
is_issuers (TrainingChip *self, const ChipCommand *command, BaseSpan *out_plain)
{
  TrainingIssuerCommand given
      = { { command->cla, command->ins, command->p1, command->p2 }, BASE_SPAN (NULL, 0) };
  guint8 right[TRAINING_ISSUER_CODE_SIZE];

  if (command->data.size < sizeof right
      || command->data.size > sizeof right + TRAINING_ISSUER_COMMAND_MAX)
    return FALSE;
  given.data = BASE_SPAN (command->data.data, command->data.size - sizeof right);
  training_issuer_script_code (chip_application (self)->script_master, self->now.first,
                               chip_use (self)->counter, &given, right);
  *out_plain = given.data;
  return base_bytes_equal (BASE_SPAN (command->data.data + given.data.size, sizeof right),
                           BASE_SPAN (right, sizeof right));
}

/* From a format 2 block. */
static gboolean
read_pin (const guint8 block[BLOCK], char out_pin[PIN_MAX + 1])
{
  gsize size = block[0] & 0x0F;
  guint8 again[BLOCK];

  if (size > PIN_MAX)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    out_pin[i] = (char)('0' + (i % 2 == 0 ? block[1 + i / 2] >> 4 : block[1 + i / 2] & 0x0F));
  out_pin[size] = '\0';
  return training_chip_pin_block (out_pin, again)
         && base_bytes_equal (BASE_SPAN (block, BLOCK), BASE_SPAN (again, BLOCK));
}

static guint16
change_pin (TrainingChip *self, BaseSpan enciphered)
{
  g_autoptr (BaseSecret) key
      = crypto_emv_session_key (chip_application (self)->script_master, self->now.first);
  guint8 block[BLOCK];
  char pin[PIN_MAX + 1];

  if (enciphered.size != BLOCK)
    return SW_LENGTH;
  crypto_des_decrypt (base_secret_span (key), enciphered, block);
  if (!read_pin (block, pin))
    return SW_NO_DATA;
  g_strlcpy (self->memory.pin, pin, sizeof self->memory.pin);
  self->memory.pin_tries = self->file->pin_tries;
  return SW_GOOD;
}

static guint16
run_pin (TrainingChip *self, const ChipCommand *command, BaseSpan plain)
{
  if (self->memory.pin[0] == '\0')
    return SW_NO_REFERENCE;
  if (command->p1 != 0 || (command->p2 != PIN_UNBLOCK && command->p2 != PIN_CHANGE))
    return SW_PARAMETERS;
  if (command->p2 == PIN_CHANGE)
    return change_pin (self, plain);
  if (plain.size > 0)
    return SW_LENGTH;
  self->memory.pin_tries = self->file->pin_tries;
  return SW_GOOD;
}

static gboolean
can_be_put (guint32 tag)
{
  return tag == 0x9F14 || tag == 0x9F23 || (tag >= 0x9F50 && tag <= 0x9F7F);
}

static guint16
put_data (TrainingChip *self, const ChipCommand *command, BaseSpan plain)
{
  guint32 tag = (guint32)command->p1 << 8 | command->p2;

  if (!can_be_put (tag))
    return SW_NO_DATA;
  if (plain.size == 0 || !training_chip_memory_put (chip_use (self), tag, plain))
    return SW_LENGTH;
  g_hash_table_insert (chip_application (self)->objects, GUINT_TO_POINTER (tag),
                       g_bytes_new (plain.data, plain.size));
  return SW_GOOD;
}

/* One that has no data but its code. */
static guint16
run_bare (TrainingChip *self, const ChipCommand *command, BaseSpan plain)
{
  if (command->p1 != 0 || command->p2 != 0)
    return SW_PARAMETERS;
  if (plain.size > 0)
    return SW_LENGTH;
  if (command->ins == INS_CARD_BLOCK)
    self->memory.blocked = TRUE;
  else
    chip_use (self)->blocked = command->ins == INS_APPLICATION_BLOCK;
  return SW_GOOD;
}

static guint16
dispatch (TrainingChip *self, const ChipCommand *command)
{
  BaseSpan plain;

  if (self->stage < CHIP_STAGE_FIRST || self->now.first_kind != KIND_ARQC)
    return SW_CONDITIONS;
  if (!is_issuers (self, command, &plain))
    return SW_WRONG_CODE;
  switch (command->ins)
    {
    case INS_CARD_BLOCK:
    case INS_APPLICATION_BLOCK:
    case INS_APPLICATION_UNBLOCK:
      return run_bare (self, command, plain);
    case INS_PIN:
      return run_pin (self, command, plain);
    case INS_PUT_DATA:
      return put_data (self, command, plain);
    default:
      return SW_INSTRUCTION;
    }
}

guint16
training_chip_script_run (TrainingChip *self, const ChipCommand *command)
{
  guint16 status = dispatch (self, command);

  if (status == SW_GOOD)
    self->now.scripts_good++;
  else
    self->now.script_wrong = TRUE;
  return status;
}
