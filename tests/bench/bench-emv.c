/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel's own processor time for a whole transaction with CDA, from the kernel that is made to
 * the one that is freed, against what no terminal gets around: the RSA operations with the keys of
 * scheme, issuer and card, and the hashes over what they signed, by bare OpenSSL calls with every
 * context kept. A training card's conversation is recorded once and replayed, so that its own RSA
 * doesn't count. By turns in one run; the ratio is the median of those of neighbouring rounds.
 * Goal: at most 2. And how much memory one transaction has at most.
 */
#include "base-locked.h"
#include "bench-heap.h"
#include "card-testing.h"
#include "emv-kernel-private.h"
#include "emv-tlv.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXCHANGES_MAX 64
#define JOBS_MAX 4
#define HASH_SIZE 20
#define BATCH 20 /* transactions in a round */
#define ROUNDS 201
#define GOAL_PERCENT 200
#define MEMORY_GOAL (96 * 1024)

/* What the card said, in its order. */
typedef struct
{
  EmvResponse said[EXCHANGES_MAX];
  guint count, next;
  gsize locked; /* the most that was taken of locked memory at a command */
} Tape;

/* A certificate or a signature: the block to be opened, what is hashed besides its text, and what
 * the hash inside it is about (NULL: there is none). */
typedef struct
{
  EmvPublicKey key;
  guint8 block[EMV_MODULUS_MAX];
  GByteArray *more, *talk;
} Job;

typedef struct
{
  CardTest card;
  Tape tape;
  GBytes *issuer_data; /* NULL: the issuer isn't asked */
  EmvSays says;        /* at the end */
  Job jobs[JOBS_MAX];
  guint job_count;
  EVP_MD *sha1; /* of the floor, kept */
  EVP_MD_CTX *digest;
  BN_CTX *numbers;
} Bench;

/* ---- The floor ---- */

static int
open_block (Bench *self, const Job *job, guint8 *out)
{
  const int size = (int)job->key.modulus_size;
  BIGNUM *modulus, *exponent, *base, *result;
  int good;

  BN_CTX_start (self->numbers);
  modulus = BN_CTX_get (self->numbers);
  exponent = BN_CTX_get (self->numbers);
  base = BN_CTX_get (self->numbers);
  result = BN_CTX_get (self->numbers);
  good = BN_bin2bn (job->key.modulus, size, modulus) != NULL
         && BN_bin2bn (job->key.exponent, (int)job->key.exponent_size, exponent) != NULL
         && BN_bin2bn (job->block, size, base) != NULL
         && BN_mod_exp_mont (result, base, exponent, modulus, self->numbers, NULL) == 1
         && BN_bn2binpad (result, out, size) == size;
  BN_CTX_end (self->numbers);
  return good;
}

static void
hash (Bench *self, const guint8 *first, gsize first_size, const GByteArray *second, guint8 *out)
{
  EVP_DigestInit_ex2 (self->digest, self->sha1, NULL);
  EVP_DigestUpdate (self->digest, first, first_size);
  if (second != NULL)
    EVP_DigestUpdate (self->digest, second->data, second->len);
  EVP_DigestFinal_ex (self->digest, out, NULL);
}

/* Header, text, hash, trailer; in the text of a card's signature its own number (size and bytes),
 * CID and cryptogram stand before the hash over the conversation. */
static int
floor_job (Bench *self, const Job *job)
{
  guint8 text[EMV_MODULUS_MAX], own[HASH_SIZE];
  gsize size = job->key.modulus_size, end = size - HASH_SIZE - 1;

  if (!open_block (self, job, text))
    return 0;
  hash (self, text + 1, end - 1, job->more, own);
  if (memcmp (text + end, own, HASH_SIZE) != 0)
    return 0;
  if (job->talk == NULL)
    return 1;
  hash (self, job->talk->data, job->talk->len, NULL, own);
  return memcmp (text + 4 + 1 + text[4] + 1 + 8, own, HASH_SIZE) == 0;
}

static void
floor_once (Bench *self)
{
  for (guint i = 0; i < self->job_count; i++)
    if (!floor_job (self, &self->jobs[i]))
      g_error ("The floor finds a wrong signature");
}

/* ---- Till ---- */

static EmvLink
play_cb (gpointer ctx, BaseSpan command, EmvResponse *out_response)
{
  Tape *tape = ctx;

  (void)command;
  if (tape->next == tape->count)
    return EMV_LINK_REMOVED;
  tape->locked = MAX (tape->locked, base_locked_used ());
  *out_response = tape->said[tape->next++];
  return EMV_LINK_DONE;
}

static EmvSays
answer (const Bench *self, EmvKernel *kernel)
{
  const EmvOnline online = { .how = EMV_ONLINE_ANSWERED,
                             .approved = TRUE,
                             .code = "00",
                             .issuer_data = base_bytes_span (self->issuer_data) };

  return emv_kernel_finish (kernel, &online);
}

static EmvKernel *
replay (Bench *self)
{
  const EmvTransport transport = { play_cb, &self->tape };
  EmvKernel *kernel
      = emv_kernel_new (&self->card.terminal, &self->card.sale, transport, &self->card.holder);

  self->tape.next = 0;
  self->says = emv_kernel_run (kernel);
  if (self->issuer_data != NULL && self->says == EMV_SAYS_ASKS)
    self->says = answer (self, kernel);
  return kernel;
}

static void
till_once (Bench *self)
{
  emv_kernel_free (replay (self));
  if (self->says != EMV_SAYS_APPROVES)
    g_error ("The replayed card wasn't approved");
}

/* ---- The conversation ---- */

/* CardTest's way to change an answer: this one only listens. */
static void
record_cb (gpointer ctx, guint command, GByteArray *bytes)
{
  Tape *tape = ctx;
  EmvResponse *said = &tape->said[tape->count++];

  (void)command;
  g_assert_cmpuint (tape->count, <=, EXCHANGES_MAX);
  said->size = bytes->len - 2;
  memcpy (said->bytes, bytes->data, said->size);
  said->status = (guint16)(bytes->data[said->size] << 8 | bytes->data[said->size + 1]);
}

static void
record (Bench *self, gint64 amount_minor)
{
  EmvSays says;

  card_testing_init (&self->card, "cda", amount_minor);
  self->card.bend = record_cb;
  self->card.bend_ctx = &self->tape;
  says = card_testing_run (&self->card);
  if (says == EMV_SAYS_ASKS)
    {
      g_autoptr (GBytes) proof = card_testing_proof (&self->card, "00", TRUE);
      g_auto (BaseWriter) writer = { 0 };

      base_writer_init (&writer, 32);
      g_assert_true (emv_tlv_put (&writer, 0x91, base_bytes_span (proof)));
      self->issuer_data = base_writer_steal (&writer);
      says = answer (self, self->card.kernel);
    }
  g_assert_cmpint (says, ==, EMV_SAYS_APPROVES);
  g_assert_false (emv_kernel_has_raised (self->card.kernel, EMV_TVR_CDA_FAILED));
}

/* The same commands byte for byte, or the time is that of another transaction. */
static void
check_replay (Bench *self)
{
  g_autoptr (EmvKernel) kernel = replay (self);
  const EmvKernel *recorded = self->card.kernel;
  g_autofree char *wanted
      = emv_trace_to_text (emv_kernel_trace (recorded), emv_kernel_data (recorded));
  g_autofree char *text = emv_trace_to_text (emv_kernel_trace (kernel), emv_kernel_data (kernel));

  g_assert_cmpstr (text, ==, wanted);
  g_assert_cmpuint (self->tape.next, ==, self->tape.count);
}

/* ---- What there is to be opened ---- */

static void
append (GByteArray *bytes, BaseSpan span)
{
  if (span.size > 0)
    g_byte_array_append (bytes, span.data, (guint)span.size);
}

static BaseSpan
object (const Bench *self, guint32 tag)
{
  return emv_data_get (emv_kernel_data (self->card.kernel), tag);
}

static Job *
add_job (Bench *self, const EmvPublicKey *key, BaseSpan block)
{
  Job *job = &self->jobs[self->job_count++];

  g_assert_cmpuint (self->job_count, <=, JOBS_MAX);
  g_assert_cmpuint (block.size, ==, key->modulus_size);
  job->key = *key;
  memcpy (job->block, block.data, block.size);
  job->more = g_byte_array_new ();
  return job;
}

static EmvPublicKey
scheme_key (const Bench *self)
{
  const EmvKey *found
      = emv_terminal_key (&self->card.terminal, BASE_SPAN (object (self, 0x84).data, EMV_RID_SIZE),
                          object (self, 0x8F).data[0]);
  EmvPublicKey key = { .modulus_size = found->modulus_size, .exponent_size = found->exponent_size };

  memcpy (key.modulus, found->modulus, found->modulus_size);
  memcpy (key.exponent, found->exponent, found->exponent_size);
  return key;
}

static void
find_certificates (Bench *self)
{
  const EmvPublicKey scheme = scheme_key (self);
  const EmvCertificate certificate = { .block = object (self, 0x90),
                                       .remainder = object (self, 0x92),
                                       .exponent = object (self, 0x9F32),
                                       .number = object (self, 0x5A),
                                       .today = self->card.sale.date };
  const EmvKernel *kernel = self->card.kernel;
  EmvPublicKey issuer = { 0 };
  Job *job = add_job (self, &scheme, certificate.block);

  append (job->more, certificate.remainder);
  append (job->more, certificate.exponent);
  g_assert_true (emv_certificate_issuer (&scheme, &certificate, &issuer));
  job = add_job (self, &issuer, object (self, 0x9F46));
  append (job->more, object (self, 0x9F48));
  append (job->more, object (self, 0x9F47));
  append (job->more,
          BASE_SPAN (base_secret_span (kernel->authenticated).data, kernel->authenticated_size));
  if (object (self, 0x9F4A).size > 0)
    append (job->more, object (self, 0x82));
}

/* `template`: an answer to GENERATE AC. */
static void
add_signature (Bench *self, BaseSpan template)
{
  const EmvKernel *kernel = self->card.kernel;
  gboolean second = self->job_count == 3;
  BaseReader reader;
  BaseSpan block;
  EmvTlv found;
  Job *job;

  g_assert_true (emv_tlv_find (template, 0x9F4B, &block));
  job = add_job (self, &kernel->card_key, block);
  append (job->more, object (self, 0x9F37));
  job->talk = g_byte_array_new ();
  append (job->talk, emv_list_span (&kernel->pdol));
  append (job->talk, emv_list_span (&kernel->cdol1));
  if (second)
    append (job->talk, emv_list_span (&kernel->cdol2));
  base_reader_init (&reader, template);
  while (emv_tlv_next (&reader, &found) == EMV_TLV_OBJECT)
    if (found.tag != 0x9F4B)
      append (job->talk, found.object);
}

static void
find_signatures (Bench *self)
{
  for (guint i = 0; i < self->tape.count; i++)
    {
      BaseSpan template, counter;

      if (emv_tlv_find (emv_response_span (&self->tape.said[i]), 0x77, &template)
          && emv_tlv_find (template, 0x9F36, &counter))
        add_signature (self, template);
    }
}

/* ---- Measuring ---- */

static gint64
now_ns (void)
{
  struct timespec time;

  g_assert_cmpint (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time), ==, 0);
  return (gint64)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Of one. */
static gint64
time_ns (Bench *self, void (*once) (Bench *))
{
  gint64 start = now_ns ();

  for (guint i = 0; i < BATCH; i++)
    once (self);
  return (now_ns () - start) / BATCH;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;

  return first < second ? -1 : first > second;
}

static gboolean
measure_time (Bench *self)
{
  gint64 bare[ROUNDS], till[ROUNDS], percents[ROUNDS], percent;

  for (guint i = 0; i < ROUNDS; i++)
    {
      bare[i] = time_ns (self, floor_once);
      till[i] = time_ns (self, till_once);
      percents[i] = till[i] * 100 / bare[i];
    }
  qsort (bare, ROUNDS, sizeof *bare, compare);
  qsort (till, ROUNDS, sizeof *till, compare);
  qsort (percents, ROUNDS, sizeof *percents, compare);
  percent = percents[ROUNDS / 2];
  g_print ("bare OpenSSL  %.1f us: %u RSA operations\n", (double)bare[ROUNDS / 2] / 1000,
           self->job_count);
  g_print ("kernel        %.1f us: %u commands\n", (double)till[ROUNDS / 2] / 1000,
           self->tape.count);
  g_print ("ratio         %.2f (goal: at most %.2f)\n", (double)percent / 100,
           GOAL_PERCENT / 100.0);
  return percent <= GOAL_PERCENT;
}

static gboolean
measure_memory (Bench *self)
{
  gsize before = base_locked_used (), locked, all;

  self->tape.locked = 0;
  bench_heap_begin ();
  till_once (self);
  locked = self->tape.locked - before;
  all = bench_heap_peak () + locked;
  g_print ("memory        %zu bytes at most (goal: %d): %zu locked, the kernel's struct %zu\n\n",
           all, MEMORY_GOAL, locked, sizeof (EmvKernel));
  return all <= MEMORY_GOAL;
}

static void
bench_clear (Bench *self)
{
  card_testing_clear (&self->card);
  g_clear_pointer (&self->issuer_data, g_bytes_unref);
  for (guint i = 0; i < self->job_count; i++)
    {
      g_byte_array_unref (self->jobs[i].more);
      g_clear_pointer (&self->jobs[i].talk, g_byte_array_unref);
    }
  EVP_MD_CTX_free (self->digest);
  EVP_MD_free (self->sha1);
  BN_CTX_free (self->numbers);
}

static gboolean
measure (const char *name, gint64 amount_minor)
{
  Bench bench = { .sha1 = EVP_MD_fetch (NULL, "SHA1", NULL),
                  .digest = EVP_MD_CTX_new (),
                  .numbers = BN_CTX_new () };
  gboolean fast, small;

  record (&bench, amount_minor);
  check_replay (&bench);
  find_certificates (&bench);
  find_signatures (&bench);
  g_print ("%s\n", name);
  fast = measure_time (&bench);
  small = measure_memory (&bench);
  bench_clear (&bench);
  return fast && small;
}

int
main (void)
{
  gboolean offline = measure ("CDA, approved by the chip", 5000);
  gboolean online = measure ("CDA, approved by the issuer: two signatures, a proof", 12500);

  return offline && online ? 0 : 1;
}
