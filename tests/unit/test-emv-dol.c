/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-dol.h"

static void
put (EmvData *data, guint32 tag, const char *hex)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);

  g_assert_true (emv_data_set (data, tag, base_bytes_span (bytes), EMV_ORIGIN_TERMINAL));
}

static const struct
{
  const char *dol;
  const char *filled; /* NULL: refused */
} rows[] = {
  { "9F02069F370495059A03", "000000012500"
                            "01020304"
                            "8000000000"
                            "261123" },
  { "9F0204", "00012500" },         /* n: leading bytes go */
  { "9F0208", "0000000000012500" }, /* n: zeros in front */
  { "5A0A", "6200000000000005FFFF" },
  { "5A04", "62000000" },
  { "9F3702", "0102" },         /* b: trailing bytes go */
  { "9F3706", "010203040000" }, /* b: zeros behind */
  { "9F1604", "53484F50" },
  { "9F1606", "53484F500000" },
  { "DF7F03", "000000" }, /* nobody knows it */
  { "7002", "0000" },     /* a template */
  { "9F3700", "" },
  { "", "" },
  { "9F37", NULL },
  { "9F", NULL },
  { "9F02FF", NULL }, /* more than a command holds */
};

static void
test_fill (void)
{
  g_autoptr (EmvData) data = emv_data_new ();

  put (data, 0x9F02, "000000012500");
  put (data, 0x9F37, "01020304");
  put (data, 0x95, "8000000000");
  put (data, 0x9A, "261123");
  put (data, 0x5A, "6200000000000005");
  put (data, 0x9F16, "53484F50");
  put (data, 0x70, "AABB");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) dol = base_bytes_from_hex (rows[i].dol, NULL);
      g_auto (EmvList) list = { 0 };
      g_autofree char *hex = NULL;
      gboolean good = emv_dol_fill (base_bytes_span (dol), data, &list);

      g_assert_cmpint (good, ==, rows[i].filled != NULL);
      hex = base_bytes_to_hex (emv_list_span (&list));
      if (good)
        g_assert_cmpstr (hex, ==, rows[i].filled);
    }
}

static void
test_asks_for (void)
{
  static const guint8 dol[] = { 0x9F, 0x02, 0x06, 0x9F, 0x37, 0x04, 0x9F };

  g_assert_true (emv_dol_asks_for (BASE_SPAN (dol, sizeof dol), 0x9F37));
  g_assert_false (emv_dol_asks_for (BASE_SPAN (dol, sizeof dol), 0x95));
  g_assert_false (emv_dol_asks_for (BASE_SPAN (NULL, 0), 0x95));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/dol/fill", test_fill);
  g_test_add_func ("/emv/dol/asks-for", test_asks_for);
  return g_test_run ();
}
