/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a card's list of verification methods. The first is what the terminal can do, the
 * second what the holder does at the pad.
 */
#include "emv-testing.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static EmvPin
verify_pin_cb (gpointer ctx, guint tries_left, guint16 *out_status)
{
  const guint8 *mood = ctx;

  g_assert (tries_left > 0);
  *out_status = (mood[0] & 0x80) != 0 ? EMV_STATUS_GOOD : (guint16)(0x63C0 | (tries_left - 1) % 16);
  return mood[0] % (EMV_PIN_REMOVED + 1);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  guint8 mood;
  EmvTest test;
  EmvStep step;

  if (size < 2)
    return 0;
  mood = data[1];
  emv_testing_init (&test);
  test.terminal.capabilities[1] = data[0];
  test.holder = (EmvHolder){ .verify_pin = verify_pin_cb, .ctx = &mood };
  emv_testing_start (&test, "80CA9F1700>9F170103"
                            "9000 80CA9F1700>6A88 80CA9F1700>-");
  emv_testing_put (&test, "82021000"
                          "5F2A020156"
                          "9F42020156");
  (void)emv_data_set (test.kernel->data, 0x8E, BASE_SPAN (data + 2, size - 2), EMV_ORIGIN_CARD);
  step = emv_cvm_verify (test.kernel);
  g_assert ((step == EMV_STEP_END) == (test.kernel->reason != NULL));
  g_assert (emv_data_get (test.kernel->data, 0x9F34).size == 3);
  test.talk = NULL;
  emv_testing_clear (&test);
  return 0;
}
