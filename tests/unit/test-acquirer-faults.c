/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-faults.h"

#include "acquirer-framing.h"

static void
test_parse (void)
{
  AcquirerFaults faults = { .late_ms = 7 };
  g_autoptr (GError) error = NULL;

  g_assert_true (acquirer_faults_parse (&faults, NULL, &error));
  g_assert_true (acquirer_faults_parse (&faults, "", &error));
  g_assert_cmpuint (faults.chance[ACQUIRER_FAULT_CLOSE], ==, 0);
  g_assert_true (
      acquirer_faults_parse (&faults, "close=1, drop-answer=0.25,bad-mac=.5,delay-ms=50", &error));
  g_assert_cmpuint (faults.chance[ACQUIRER_FAULT_CLOSE], ==, 1000000);
  g_assert_cmpuint (faults.chance[ACQUIRER_FAULT_DROP_ANSWER], ==, 250000);
  g_assert_cmpuint (faults.chance[ACQUIRER_FAULT_BAD_MAC], ==, 500000);
  g_assert_cmpuint (faults.delay_ms, ==, 50);
  g_assert_cmpuint (faults.late_ms, ==, 7);
  g_assert_cmpuint (faults.framing, ==, 0);
  g_assert_true (acquirer_faults_parse (&faults, "hex-bitmap=1", &error));
  g_assert_cmpuint (faults.framing, ==, ACQUIRER_FRAMING_HEX_BITMAP + 1);
  g_assert_true (acquirer_faults_parse (&faults, "hex-bitmap=0", &error));
  g_assert_cmpuint (faults.framing, ==, 0);
}

static const char *const bad_specs[] = {
  "close",     "close=",       "close=2",         "close=1.1", "close=-1",  "close=0.1x", "close=.",
  "lottery=1", "delay-ms=0.5", "delay-ms=600001", ",",         "close=1,,", "tpdu=0.5",   "tpdu=",
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_specs); i++)
    {
      AcquirerFaults faults = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (acquirer_faults_parse (&faults, bad_specs[i], &error));
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    }
}

/* The same seed, identity and count: the same faults; and about as many as asked for. */
static void
test_draw (void)
{
  AcquirerFaults faults = { .seed = 3 };
  guint hits = 0, others = 0;

  g_assert_true (acquirer_faults_parse (&faults, "drop-answer=0.2", NULL));
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *identity = g_strdup_printf ("0200/T/3/%06u", i);
      AcquirerFaultDraw first, second, next;

      acquirer_faults_draw (&faults, identity, 0, &first);
      acquirer_faults_draw (&faults, identity, 0, &second);
      acquirer_faults_draw (&faults, identity, 1, &next);
      g_assert_cmpint (first.fault[ACQUIRER_FAULT_DROP_ANSWER], ==,
                       second.fault[ACQUIRER_FAULT_DROP_ANSWER]);
      g_assert_false (first.fault[ACQUIRER_FAULT_CLOSE]);
      hits += first.fault[ACQUIRER_FAULT_DROP_ANSWER] ? 1 : 0;
      others += first.fault[ACQUIRER_FAULT_DROP_ANSWER] != next.fault[ACQUIRER_FAULT_DROP_ANSWER]
                    ? 1
                    : 0;
    }
  g_assert_cmpuint (hits, >, 150);
  g_assert_cmpuint (hits, <, 250);
  g_assert_cmpuint (others, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/faults/parse", test_parse);
  g_test_add_func ("/acquirer/faults/bad", test_bad);
  g_test_add_func ("/acquirer/faults/draw", test_draw);
  return g_test_run ();
}
