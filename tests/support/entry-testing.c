/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "entry-testing.h"

#include "training-issuer.h"

#include <string.h>

#define COUNT_US 2000
#define COUNTS 0xFFFF
#define SEQUENCES 99
#define RESULTS "DF31052000000001" /* of a script that was done */

/* What is about a payment and not about the others. */
typedef struct
{
  guint8 sequence;
  guint counter;
} Count;

static Count last;
static GPtrArray *kept;

static const char *
keep_text (char *text)
{
  if (kept == NULL)
    kept = g_ptr_array_new ();
  g_ptr_array_add (kept, text);
  return text;
}

static Count
next_count (void)
{
  static gint64 last_time;
  gint64 time = MAX (last_time + 1, g_get_monotonic_time () / COUNT_US);

  last_time = time;
  return (Count){ (guint8)(time / COUNTS % SEQUENCES + 1), (guint)(time % COUNTS + 1) };
}

/* All but the cryptogram and the number. */
static char *
objects_text (const EntryTesting *self, Count count)
{
  const char *currency = base_money_numeric (self->amount.currency);

  return g_strdup_printf ("9F2701%s 9F100807010A%s000000 03 9F370411223344 9F3602%04X 950500000000 "
                          "00 9A03261123 9C0100 9F0206%012" G_GINT64_FORMAT " 5F2A020%s 82025C00 "
                          "9F1A020156 9F0306000000000000 9F3303E0F0C8 9F34031F0000 9F350122 "
                          "9F1E083132333435363738 8408A000000333010101 9F09020020 9F410400000123 "
                          "5F3401%02u" RESULTS,
                          self->approves ? "40" : "80", self->approves ? "90" : "A0", count.counter,
                          self->amount.minor, currency, count.sequence);
}

static BaseSpan
make_objects (const EntryTesting *self, const char *number, Count count)
{
  g_autoptr (BaseSecret) key = training_issuer_card_key (BASE_SPAN_STR (number), count.sequence);
  g_autofree char *text = objects_text (self, count);
  g_autoptr (GBytes) objects = base_bytes_from_hex (text, NULL);
  g_autofree char *code = NULL, *whole = NULL;
  guint8 cryptogram[8];
  GBytes *bytes;

  g_assert_nonnull (objects);
  g_assert_true (training_issuer_cryptogram (key, base_bytes_span (objects), cryptogram));
  cryptogram[0] ^= self->wrong ? 1 : 0;
  code = base_bytes_to_hex (BASE_SPAN (cryptogram, sizeof cryptogram));
  g_assert_cmpuint (strlen (number), ==, 16);
  whole = g_strdup_printf ("9F2608%s %s 5710%sD301220100000000", code, text, number);
  bytes = base_bytes_from_hex (whole, NULL);
  g_assert_nonnull (bytes);
  keep_text ((char *)bytes);
  return base_bytes_span (bytes);
}

static AcquirerEntry
make_entry (const EntryTesting *self, Count count)
{
  const char *number = self->number != NULL ? self->number : ENTRY_TESTING_NUMBER;

  return (AcquirerEntry){ .kind = ACQUIRER_ENTRY_CHIP,
                          .pan = number,
                          .expiry = "3012",
                          .sequence = keep_text (g_strdup_printf ("%03u", count.sequence)),
                          .track2 = keep_text (g_strconcat (number, "=301220100000000000", NULL)),
                          .chip = make_objects (self, number, count) };
}

AcquirerEntry
entry_testing_next (const EntryTesting *self)
{
  if (!self->same)
    last = next_count ();
  return make_entry (self, last);
}

AcquirerEntry
entry_testing_counted (const EntryTesting *self, guint counter)
{
  return make_entry (self, (Count){ 1, counter });
}
