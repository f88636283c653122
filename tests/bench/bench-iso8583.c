/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Packing and unpacking a sale of twenty fields through the profile, against the same message by a
 * program that knows its layout by heart: a table of widths, checked classes, pointers into the
 * input, no allocation and no Till. Rounds alternate; the ratio is the median of those of
 * neighbouring rounds. Goal: at least 0.3 of the floor.
 */
#include "iso8583.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 31
#define ROUND_US 50000
#define BATCH 500
#define GOAL_PERCENT 30

/* ---- The floor: fixed and LL fields of one dialect, in characters as they come ---- */

typedef struct
{
  unsigned number;
  char class; /* n digits, a printable, b bytes */
  unsigned size;
  int variable;
  const char *text;
} Fixed;

static const Fixed layout[] = {
  { 3, 'n', 6, 0, "000000" },
  { 4, 'n', 12, 0, "000000001250" },
  { 7, 'n', 10, 0, "1123040506" },
  { 11, 'n', 6, 0, "000017" },
  { 12, 'n', 6, 0, "120506" },
  { 13, 'n', 4, 0, "1123" },
  { 22, 'n', 4, 0, "0022" },
  { 25, 'n', 2, 0, "00" },
  { 37, 'a', 12, 0, "000000000001" },
  { 38, 'a', 6, 0, "A00001" },
  { 39, 'a', 2, 0, "00" },
  { 41, 'a', 8, 0, "T1000001" },
  { 42, 'a', 15, 0, "M0000000000001 " },
  { 44, 'a', 99, 1, "no-answer" },
  { 49, 'n', 4, 0, "0156" },
  { 60, 'n', 6, 0, "000003" },
  { 120, 'a', 36, 0, "3f2b8c1e-5d47-4a90-9c63-0e1f2a3b4c5d" },
  { 121, 'a', 16, 1, "magtek" },
  { 122, 'b', 10, 0, NULL },
  { 128, 'b', 8, 0, NULL },
};

#define FIELDS (sizeof layout / sizeof layout[0])

static const unsigned char raw[16] = { 0xFF, 0xFF, 0x98, 0x76, 0x54, 0x32, 0x10, 0xE0, 0x00, 0x08 };

static size_t
floor_pack (unsigned char *out)
{
  size_t at = 2 + 16;

  memset (out, 0, at);
  out[0] = 0x02;
  out[2] = 0x80;
  for (size_t f = 0; f < FIELDS; f++)
    {
      const Fixed *field = &layout[f];
      size_t size = field->text != NULL ? strlen (field->text) : field->size;

      if (field->variable ? size > field->size : size != field->size)
        return 0;
      out[2 + (field->number - 1) / 8] |= (unsigned char)(0x80 >> (field->number - 1) % 8);
      if (field->variable)
        out[at++] = (unsigned char)(size / 10 << 4 | size % 10);
      if (field->class == 'n')
        for (size_t i = 0; i < size; i += 2)
          out[at++] = (unsigned char)((field->text[i] - '0') << 4 | (field->text[i + 1] - '0'));
      else
        {
          memcpy (&out[at], field->text != NULL ? (const unsigned char *)field->text : raw, size);
          at += size;
        }
    }
  return at;
}

typedef struct
{
  const unsigned char *start;
  size_t size;
} Piece;

static int
floor_unpack (const unsigned char *in, size_t in_size, Piece *pieces)
{
  size_t at = 2 + 16;

  for (size_t f = 0; f < FIELDS; f++)
    {
      const Fixed *field = &layout[f];
      size_t size = field->class == 'n' ? field->size / 2 : field->size;

      if ((in[2 + (field->number - 1) / 8] & 0x80 >> (field->number - 1) % 8) == 0)
        return 0;
      if (field->variable)
        {
          size = (in[at] >> 4) * 10u + (in[at] & 0x0F);
          at++;
        }
      if (size > in_size - at || size > field->size)
        return 0;
      for (size_t i = 0; i < size; i++)
        if (field->class == 'n' ? in[at + i] >> 4 > 9 || (in[at + i] & 0x0F) > 9
                                : field->class == 'a' && (in[at + i] < 0x20 || in[at + i] > 0x7E))
          return 0;
      pieces[f] = (Piece){ &in[at], size };
      at += size;
    }
  return at == in_size;
}

static int
floor_once (void)
{
  unsigned char bytes[512];
  Piece pieces[FIELDS];
  size_t size = floor_pack (bytes);

  __asm__ volatile("" : : "r"(bytes) : "memory"); /* the compiler may not see through */
  if (!floor_unpack (bytes, size, pieces))
    return 0;
  __asm__ volatile("" : : "r"(pieces) : "memory");
  return 1;
}

/* ---- Till ---- */

static Iso8583Message *
make_message (void)
{
  Iso8583Message *message = iso8583_message_new ("0200");

  for (size_t f = 0; f < FIELDS; f++)
    if (layout[f].text != NULL)
      iso8583_message_set (message, layout[f].number,
                           layout[f].number == 22 || layout[f].number == 49 ? &layout[f].text[1]
                                                                            : layout[f].text);
    else
      iso8583_message_set_bytes (message, layout[f].number, BASE_SPAN (raw, layout[f].size));
  return message;
}

static int
till_once (const AcquirerProfile *profile, const Iso8583Message *message)
{
  g_autoptr (GBytes) bytes = iso8583_pack (profile, message, NULL);
  g_autoptr (Iso8583Message) again
      = bytes != NULL ? iso8583_unpack (profile, base_bytes_span (bytes), NULL) : NULL;

  return again != NULL;
}

/* ---- Measuring ---- */

typedef struct
{
  AcquirerProfile *profile; /* NULL: the floor */
  Iso8583Message *message;
} Side;

/* Messages a second. */
static gint64
measure (const Side *side)
{
  gint64 start_us = g_get_monotonic_time (), took_us, count = 0;

  do
    {
      for (int i = 0; i < BATCH; i++)
        if (!(side->profile != NULL ? till_once (side->profile, side->message) : floor_once ()))
          g_error ("A message didn't survive");
      count += BATCH;
      took_us = g_get_monotonic_time () - start_us;
    }
  while (took_us < ROUND_US);
  return count * G_USEC_PER_SEC / took_us;
}

static int
compare (const void *a, const void *b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return x < y ? -1 : x > y;
}

int
main (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  g_autoptr (Iso8583Message) message = make_message ();
  Side bare = { NULL, NULL }, till = { profile, message };
  gint64 bare_rates[ROUNDS], till_rates[ROUNDS];
  gint64 percents[ROUNDS], percent;

  for (int i = 0; i < ROUNDS; i++)
    {
      bare_rates[i] = measure (&bare);
      till_rates[i] = measure (&till);
      percents[i] = till_rates[i] * 100 / bare_rates[i];
    }
  qsort (bare_rates, ROUNDS, sizeof bare_rates[0], compare);
  qsort (till_rates, ROUNDS, sizeof till_rates[0], compare);
  qsort (percents, ROUNDS, sizeof percents[0], compare);
  percent = percents[ROUNDS / 2];
  printf ("%zu fields, pack and unpack, messages a second, median [min-max] of %d rounds\n", FIELDS,
          ROUNDS);
  printf ("bare C  %" G_GINT64_FORMAT " [%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "]\n",
          bare_rates[ROUNDS / 2], bare_rates[0], bare_rates[ROUNDS - 1]);
  printf ("Till    %" G_GINT64_FORMAT " [%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "]\n",
          till_rates[ROUNDS / 2], till_rates[0], till_rates[ROUNDS - 1]);
  printf ("ratio   0.%02" G_GINT64_FORMAT " (goal: at least 0.%d)\n", percent, GOAL_PERCENT);
  return percent >= GOAL_PERCENT ? 0 : 1;
}
