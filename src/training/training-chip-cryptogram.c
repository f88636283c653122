/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the emulated chip proves: that it is itself, what it says to a transaction, and whether it
 * believes its issuer. The bytes are named in training-chip.h.
 */
#include "crypto-digest.h"
#include "emv-tlv.h"
#include "training-chip-private.h"

#define BLOCK CRYPTO_EMV_BLOCK_SIZE
#define COUNTER_SIZE 2
#define ISSUER_DATA_SIZE 8
#define OBJECTS_MAX 160
#define COMBINED 0x10
#define KIND_MASK 0xC0
#define REASON_SERVICE 0x01
#define TAG_PROFILE 0x82
#define TAG_RESPONSE_CODE 0x8A
#define TAG_CDOL1 0x8C
#define TAG_CDOL2 0x8D
#define TAG_ISSUER_AUTHENTICATION 0x91
#define TAG_AMOUNT 0x9F02
#define TAG_ISSUER_DATA 0x9F10
#define TAG_CRYPTOGRAM 0x9F26
#define TAG_CID 0x9F27
#define TAG_COUNTER 0x9F36
#define TAG_UNPREDICTABLE 0x9F37
#define TAG_SIGNATURE 0x9F4B

static BaseSpan
object (TrainingChip *self, guint32 tag)
{
  return training_chip_certificate_object (chip_application (self)->objects, tag);
}

static gboolean
is_able (TrainingChip *self, guint8 bit)
{
  BaseSpan profile = object (self, TAG_PROFILE);

  return profile.size == 2 && (profile.data[0] & bit) != 0;
}

static void
counter_bytes (TrainingChip *self, guint8 out[COUNTER_SIZE])
{
  out[0] = (guint8)(chip_use (self)->counter >> 8);
  out[1] = (guint8)(chip_use (self)->counter & 0xFF);
}

BaseSecret *
training_chip_cryptogram_key (TrainingChip *self)
{
  guint8 by[BLOCK] = { 0 };

  counter_bytes (self, by);
  return crypto_emv_session_key (chip_application (self)->master, by);
}

/* ---- Signatures ---- */

/* The card's own number: eight bytes, different in each transaction. */
static void
put_dynamic_number (TrainingChip *self, GByteArray *out)
{
  static const guint8 size = BLOCK;
  guint8 counter[COUNTER_SIZE], number[BLOCK];

  counter_bytes (self, counter);
  crypto_emv_mac (chip_application (self)->master, BASE_SPAN (counter, sizeof counter), number);
  g_byte_array_append (out, &size, 1);
  g_byte_array_append (out, number, sizeof number);
}

/* The signature, as an object 9F4B, or bare. */
static gboolean
put_signature (TrainingChip *self,
               const GByteArray *dynamic,
               BaseSpan more,
               TrainingChipWrong spoilt,
               GByteArray *out)
{
  g_autoptr (GBytes) signature = training_chip_certificate_sign (
      chip_application (self)->key, BASE_SPAN (dynamic->data, dynamic->len), more);
  BaseSpan bytes;

  if (signature == NULL)
    return FALSE;
  bytes = base_bytes_span (signature);
  g_byte_array_append (out, bytes.data, (guint)bytes.size);
  if ((self->file->wrong & spoilt) != 0)
    out->data[out->len - 1] ^= 0x01;
  return TRUE;
}

guint16
training_chip_cryptogram_internal (TrainingChip *self, const ChipCommand *command, GByteArray *out)
{
  g_autoptr (GByteArray) dynamic = g_byte_array_new ();
  g_autoptr (GByteArray) signature = g_byte_array_new ();
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  BaseSpan list = object (self, 0x9F49);
  gsize size;

  if (self->stage != CHIP_STAGE_STARTED || chip_application (self)->key == NULL)
    return SW_CONDITIONS;
  if (command->p1 != 0 || command->p2 != 0)
    return SW_PARAMETERS;
  if (list.data != NULL && (!training_chip_list_size (list, &size) || command->data.size != size))
    return SW_LENGTH;
  put_dynamic_number (self, dynamic);
  if (!put_signature (self, dynamic, command->data, TRAINING_CHIP_WRONG_DYNAMIC_SIGNATURE,
                      signature))
    return SW_CONDITIONS;
  if (!chip_application (self)->file->answers_objects)
    {
      training_chip_put (out, 0x80, BASE_SPAN (signature->data, signature->len));
      return SW_GOOD;
    }
  training_chip_put (inner, TAG_SIGNATURE, BASE_SPAN (signature->data, signature->len));
  training_chip_put (out, 0x77, BASE_SPAN (inner->data, inner->len));
  return SW_GOOD;
}

/* ---- The issuer ---- */

static gboolean
is_issuers (TrainingChip *self, BaseSpan data)
{
  guint8 right[CRYPTO_EMV_ARPC_SIZE];
  char code[2];
  g_autoptr (BaseSecret) key = NULL;

  if (data.size != sizeof right)
    return FALSE;
  code[0] = (char)data.data[BLOCK];
  code[1] = (char)data.data[BLOCK + 1];
  key = training_chip_cryptogram_key (self);
  crypto_emv_arpc (key, self->now.first, code, right);
  return base_bytes_equal (data, BASE_SPAN (right, sizeof right));
}

static void
hear_issuer (TrainingChip *self, BaseSpan data)
{
  self->now.issuer_tried = TRUE;
  self->now.issuer_good = is_issuers (self, data);
}

guint16
training_chip_cryptogram_external (TrainingChip *self, const ChipCommand *command)
{
  if (self->stage != CHIP_STAGE_FIRST || self->now.first_kind != KIND_ARQC
      || self->now.issuer_tried)
    return SW_CONDITIONS;
  if (command->p1 != 0 || command->p2 != 0)
    return SW_PARAMETERS;
  if (command->data.size < 8 || command->data.size > 16)
    return SW_LENGTH;
  hear_issuer (self, command->data);
  return self->now.issuer_good ? SW_GOOD : SW_FAILED;
}

/* ---- What the card decides ---- */

typedef struct
{
  guint8 asked, kind;
  gboolean second, combined;
  BaseSpan list, data; /* CDOL, and what came for it */
} Request;

static guint64
digits (BaseSpan packed)
{
  guint64 number = 0;

  for (gsize i = 0; i < packed.size && i < 6; i++)
    number = number * 100 + (guint)(packed.data[i] >> 4) * 10 + (packed.data[i] & 0x0F);
  return number;
}

static guint64
amount (const Request *request)
{
  return digits (training_chip_list_find (request->list, request->data, TAG_AMOUNT));
}

static gboolean
is_within_limits (TrainingChip *self, const Request *request)
{
  const TrainingChipRules *rules = &self->file->rules;
  const TrainingChipUse *use = chip_use (self);
  guint64 minor = amount (request);

  return minor <= rules->limit_minor && use->offline_count < rules->count
         && use->offline_sum <= rules->sum_minor && minor <= rules->sum_minor - use->offline_sum;
}

static guint8
decide_first (TrainingChip *self, const Request *request)
{
  const TrainingChipRules *rules = &self->file->rules;

  if (rules->service_refused || rules->decide == TRAINING_CHIP_DECLINE || chip_use (self)->blocked)
    return KIND_AAC;
  if (request->asked != KIND_TC || rules->decide == TRAINING_CHIP_FOLLOW)
    return request->asked;
  self->now.limits_exceeded
      = rules->decide == TRAINING_CHIP_LIMIT && !is_within_limits (self, request);
  return rules->decide == TRAINING_CHIP_ONLINE || self->now.limits_exceeded ? KIND_ARQC : KIND_TC;
}

static guint8
decide_second (TrainingChip *self, const Request *request)
{
  BaseSpan code = training_chip_list_find (request->list, request->data, TAG_RESPONSE_CODE);
  BaseSpan proof
      = training_chip_list_find (request->list, request->data, TAG_ISSUER_AUTHENTICATION);

  self->now.unable = code.size == 2 && (code.data[0] == 'Y' || code.data[0] == 'Z');
  if (!is_able (self, AIP_ISSUER_AUTHENTICATION) && proof.size > 0 && !self->now.unable)
    hear_issuer (self, proof);
  if (request->asked != KIND_TC || chip_use (self)->blocked)
    return KIND_AAC;
  if (self->now.unable)
    return self->file->rules.unable ? KIND_TC : KIND_AAC;
  if (self->now.issuer_tried ? !self->now.issuer_good : self->file->rules.issuer_required)
    return KIND_AAC;
  return KIND_TC;
}

static void
count (TrainingChip *self, const Request *request)
{
  TrainingChipUse *use = chip_use (self);

  if (request->second && !self->now.unable
      && (self->now.issuer_good || !self->file->rules.issuer_required))
    {
      use->last_online = use->counter;
      use->offline_count = 0;
      use->offline_sum = 0;
    }
  else if (request->kind == KIND_TC)
    {
      use->offline_count++;
      use->offline_sum += amount (request);
    }
}

/* ---- Cryptograms ---- */

/* 9F10, as training-issuer.h lays it out. */
static void
write_results (TrainingChip *self, const Request *request, guint8 out[ISSUER_DATA_SIZE])
{
  const ChipTransaction *now = &self->now;
  guint8 first = request->second ? now->first_kind : request->kind;

  out[0] = ISSUER_DATA_SIZE - 1;
  out[1] = 0x01;
  out[2] = 0x0A;
  out[3] = (guint8)((!request->second           ? 0x80
                     : request->kind == KIND_TC ? 0x40
                                                : 0x00)
                    | (first == KIND_ARQC ? 0x20
                       : first == KIND_TC ? 0x10
                                          : 0x00));
  out[4] = (guint8)((now->issuer_good    ? 0x80
                     : now->issuer_tried ? 0x40
                                         : 0x00)
                    | (now->pin_good    ? 0x08
                       : now->pin_tried ? 0x04
                                        : 0x00));
  out[5] = (guint8)MIN (now->scripts_good, 15);
  out[6]
      = (guint8)((now->limits_exceeded ? 0x01 : 0) | (now->unable ? 0x02 : 0)
                 | (now->script_wrong ? 0x04 : 0) | (chip_use (self)->last_online == 0 ? 0x08 : 0));
  out[7] = (guint8)self->memory.pin_tries;
}

typedef struct
{
  guint8 cid, counter[COUNTER_SIZE], cryptogram[BLOCK], issuer[ISSUER_DATA_SIZE];
} Answer;

/* FALSE: the list didn't bring all that it is made over. */
static gboolean
make_cryptogram (TrainingChip *self, const Request *request, Answer *answer)
{
  static const guint32 tags[]
      = { TAG_AMOUNT, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, TAG_UNPREDICTABLE };
  g_auto (BaseWriter) objects = { 0 };

  base_writer_init (&objects, OBJECTS_MAX);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    (void)emv_tlv_put (&objects, tags[i],
                       training_chip_list_find (request->list, request->data, tags[i]));
  (void)emv_tlv_put (&objects, TAG_PROFILE, object (self, TAG_PROFILE));
  (void)emv_tlv_put (&objects, TAG_COUNTER, BASE_SPAN (answer->counter, COUNTER_SIZE));
  (void)emv_tlv_put (&objects, TAG_ISSUER_DATA, BASE_SPAN (answer->issuer, ISSUER_DATA_SIZE));
  if (!training_issuer_cryptogram (chip_application (self)->master, base_writer_span (&objects),
                                   answer->cryptogram))
    return FALSE;
  if ((self->file->wrong & TRAINING_CHIP_WRONG_CRYPTOGRAM) != 0)
    answer->cryptogram[BLOCK - 1] ^= 0x01;
  return TRUE;
}

/* Number, CID, cryptogram and a hash over all that card and terminal have told each other (Book 2,
 * 6.6.1); `objects` is the answer without the signature. */
static gboolean
sign_answer (TrainingChip *self,
             const Request *request,
             const Answer *answer,
             const GByteArray *objects,
             GByteArray *out)
{
  g_autoptr (GByteArray) said = g_byte_array_new ();
  g_autoptr (GByteArray) dynamic = g_byte_array_new ();
  guint8 hash[CRYPTO_SHA1_SIZE];

  g_byte_array_append (said, self->now.pdol->data, self->now.pdol->len);
  g_byte_array_append (said, self->now.cdol1->data, self->now.cdol1->len);
  if (request->second)
    g_byte_array_append (said, request->data.data, (guint)request->data.size);
  g_byte_array_append (said, objects->data, objects->len);
  crypto_sha1 (BASE_SPAN (said->data, said->len), hash);
  put_dynamic_number (self, dynamic);
  g_byte_array_append (dynamic, &answer->cid, 1);
  g_byte_array_append (dynamic, answer->cryptogram, BLOCK);
  g_byte_array_append (dynamic, hash, sizeof hash);
  return put_signature (self, dynamic,
                        training_chip_list_find (request->list, request->data, TAG_UNPREDICTABLE),
                        TRAINING_CHIP_WRONG_COMBINED_SIGNATURE, out);
}

static guint16
put_combined (TrainingChip *self, const Request *request, const Answer *answer, GByteArray *out)
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) signature = g_byte_array_new ();

  training_chip_put (inner, TAG_CID, BASE_SPAN (&answer->cid, 1));
  training_chip_put (inner, TAG_COUNTER, BASE_SPAN (answer->counter, COUNTER_SIZE));
  training_chip_put (inner, TAG_ISSUER_DATA, BASE_SPAN (answer->issuer, sizeof answer->issuer));
  if (!sign_answer (self, request, answer, inner, signature))
    return SW_CONDITIONS;
  training_chip_put (inner, TAG_SIGNATURE, BASE_SPAN (signature->data, signature->len));
  training_chip_put (out, 0x77, BASE_SPAN (inner->data, inner->len));
  return SW_GOOD;
}

static guint16
put_plain (TrainingChip *self, const Answer *answer, GByteArray *out)
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();

  if (!chip_application (self)->file->answers_objects)
    {
      g_byte_array_append (inner, &answer->cid, 1);
      g_byte_array_append (inner, answer->counter, COUNTER_SIZE);
      g_byte_array_append (inner, answer->cryptogram, BLOCK);
      g_byte_array_append (inner, answer->issuer, sizeof answer->issuer);
      training_chip_put (out, 0x80, BASE_SPAN (inner->data, inner->len));
      return SW_GOOD;
    }
  training_chip_put (inner, TAG_CID, BASE_SPAN (&answer->cid, 1));
  training_chip_put (inner, TAG_COUNTER, BASE_SPAN (answer->counter, COUNTER_SIZE));
  training_chip_put (inner, TAG_CRYPTOGRAM, BASE_SPAN (answer->cryptogram, BLOCK));
  training_chip_put (inner, TAG_ISSUER_DATA, BASE_SPAN (answer->issuer, sizeof answer->issuer));
  training_chip_put (out, 0x77, BASE_SPAN (inner->data, inner->len));
  return SW_GOOD;
}

static guint16
give (TrainingChip *self, const Request *request, GByteArray *out)
{
  Answer answer = { .cid = request->kind };

  if (request->kind == KIND_AAC && self->file->rules.service_refused)
    answer.cid |= REASON_SERVICE;
  counter_bytes (self, answer.counter);
  write_results (self, request, answer.issuer);
  if (!make_cryptogram (self, request, &answer))
    return SW_CONDITIONS;
  if (!request->second)
    for (gsize i = 0; i < BLOCK; i++)
      self->now.first[i] = answer.cryptogram[i];
  if (request->combined && request->kind != KIND_AAC)
    return put_combined (self, request, &answer, out);
  return put_plain (self, &answer, out);
}

guint16
training_chip_cryptogram_generate (TrainingChip *self, const ChipCommand *command, GByteArray *out)
{
  Request request = { .asked = command->p1 & KIND_MASK, .data = command->data };
  guint16 status;
  gsize size;

  if (self->stage != CHIP_STAGE_STARTED
      && (self->stage != CHIP_STAGE_FIRST || self->now.first_kind != KIND_ARQC))
    return SW_CONDITIONS;
  request.second = self->stage == CHIP_STAGE_FIRST;
  request.combined = (command->p1 & COMBINED) != 0;
  if (request.asked == KIND_MASK || (command->p1 & ~(KIND_MASK | COMBINED)) != 0 || command->p2 != 0
      || (request.combined && (!is_able (self, AIP_CDA) || chip_application (self)->key == NULL))
      || (request.second && request.asked == KIND_ARQC))
    return SW_PARAMETERS;
  request.list = object (self, request.second ? TAG_CDOL2 : TAG_CDOL1);
  if (!training_chip_list_size (request.list, &size) || command->data.size != size)
    return SW_LENGTH;
  request.kind = request.second ? decide_second (self, &request) : decide_first (self, &request);
  if (!request.second)
    {
      g_byte_array_append (self->now.cdol1, command->data.data, (guint)command->data.size);
      self->now.first_kind = request.kind;
    }
  self->stage = request.second ? CHIP_STAGE_SECOND : CHIP_STAGE_FIRST;
  status = give (self, &request, out);
  if (status == SW_GOOD)
    count (self, &request);
  return status;
}
