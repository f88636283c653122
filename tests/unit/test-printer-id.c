/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-id.h"

#include <string.h>

#define TEXT "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20;CLS:PRINTER;"

static void
test_lengths (void)
{
  /* Right, without itself, byte-swapped, too long, zero. */
  static const guint8 lengths[][2] = {
    { 0, sizeof TEXT + 1 }, { 0, sizeof TEXT - 1 }, { sizeof TEXT + 1, 0 }, { 0xFF, 0xFF }, { 0, 0 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint8 answer[2 + sizeof TEXT];
      PrinterId id;

      memcpy (answer, lengths[i], 2);
      memcpy (answer + 2, TEXT, sizeof TEXT);
      g_assert_true (printer_id_parse (BASE_SPAN (answer, 1 + sizeof TEXT), &id));
      g_assert_cmpstr (id.maker, ==, "EPSON");
      g_assert_cmpstr (id.model, ==, "TM-T20");
      g_assert_cmpstr (id.commands, ==, "ESC/POS");
    }
}

static void
test_nonsense (void)
{
  static const char *const bad[]
      = { "", "00", "0005", "00083B3B3B3B3B3B", "00093A3A3A3A3A3A3A", "000641424344", "0000" };
  g_autofree char *endless = g_strnfill (5000, 'M');
  PrinterId id;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) bytes = base_bytes_from_hex (bad[i], NULL);

      g_assert_false (printer_id_parse (base_bytes_span (bytes), &id));
    }
  memcpy (endless + 2, "MDL:\x01\x02\xFF", 7);
  g_assert_true (printer_id_parse (BASE_SPAN (endless, 5000), &id));
  g_assert_cmpuint (strlen (id.model), ==, PRINTER_ID_VALUE_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/printer-id/lengths", test_lengths);
  g_test_add_func ("/devices/printer-id/nonsense", test_nonsense);
  return g_test_run ();
}
