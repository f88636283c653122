/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-csv.h"

#include <gio/gio.h>
#include <string.h>

/* Gives its text in pieces of `step` bytes, so that every record also lies across a border. */
typedef struct
{
  const char *text;
  gsize size, step, offset;
  gboolean fails;
} Source;

static gboolean
read_source (gpointer ctx, guint8 *buffer, gsize size, gsize *out_count, GError **error)
{
  Source *source = ctx;
  gsize count = MIN (MIN (size, source->step), source->size - source->offset);

  if (source->fails && count == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "broken disk");
      return FALSE;
    }
  for (gsize i = 0; i < count; i++)
    buffer[i] = (guint8)source->text[source->offset + i];
  source->offset += count;
  *out_count = count;
  return TRUE;
}

static ShopCsvEncoding
sniff (const char *text, gsize size)
{
  ShopCsvSniffer sniffer;

  shop_csv_sniffer_init (&sniffer);
  shop_csv_sniffer_feed (&sniffer, BASE_SPAN (text, size / 2));
  shop_csv_sniffer_feed (&sniffer, BASE_SPAN (text + size / 2, size - size / 2));
  return shop_csv_sniffer_finish (&sniffer);
}

/* "line:field|field\n" for each record, "line!\n" for each bad one. */
static char *
render (const char *text, gsize size, gsize step)
{
  Source source = { text, size, step, 0, FALSE };
  g_autoptr (ShopCsv) csv = shop_csv_new (sniff (text, size), read_source, &source);
  g_autoptr (GString) out = g_string_new (NULL);
  ShopCsvOutcome outcome;

  while ((outcome = shop_csv_next (csv, NULL)) != SHOP_CSV_END)
    {
      g_string_append_printf (out, "%" G_GUINT64_FORMAT "%c", shop_csv_line (csv),
                              outcome == SHOP_CSV_BAD ? '!' : ':');
      g_assert_true (outcome == SHOP_CSV_BAD || outcome == SHOP_CSV_RECORD);
      g_assert_cmpint (shop_csv_problem (csv) != NULL, ==, outcome == SHOP_CSV_BAD);
      for (guint i = 0; outcome == SHOP_CSV_RECORD && i < shop_csv_count (csv); i++)
        g_string_append_printf (out, "%s%s", i > 0 ? "|" : "", shop_csv_field (csv, i));
      g_string_append_c (out, '\n');
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
test_records (void)
{
  static const struct
  {
    const char *text, *expected;
  } cases[] = {
    { "a,b\n1,2\n", "1:a|b\n2:1|2\n" },
    { "a,b\r\n1,2", "1:a|b\n2:1|2\n" },
    { "\xEF\xBB\xBF"
      "a,b\n",
      "1:a|b\n" },
    { "", "" },
    { "\n\n a , b \n\n", "3:a|b\n" },
    { "\"a,1\",\"b\"\"c\"\n", "1:a,1|b\"c\n" },
    { "\"a\nb\",c\nd,e\n", "1:a\nb|c\n3:d|e\n" },
    { "a;b\n1,5;2\n", "1:a|b\n2:1,5|2\n" },
    { "a\tb\n1\t2,3\n", "1:a|b\n2:1|2,3\n" },
    { "a,b,\n,,\n", "1:a|b|\n2:||\n" },
    { "a,b\"c\n", "1:a|b\"c\n" },
    { "a,\"b\"c\nd,e\n", "1!\n2:d|e\n" },
    { "a,\"b\nc,d\ne,f\n", "1!\n2:c|d\n3:e|f\n" },
    { "a,\xFF\xFE\xFD\n可,乐\n可,口\n", "1!\n2:可|乐\n3:可|口\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize step = 1; step < 8; step += 3)
      {
        g_autofree char *rendered = render (cases[i].text, strlen (cases[i].text), step);

        g_test_message ("case %" G_GSIZE_FORMAT " in steps of %" G_GSIZE_FORMAT, i, step);
        g_assert_cmpstr (rendered, ==, cases[i].expected);
      }
}

static void
test_gb18030 (void)
{
  gsize size = 0;
  g_autofree char *text = g_convert ("code,name,price\n1,可口可乐,3.50\n2,㐀茶𠀀,1\n", -1,
                                     "GB18030", "UTF-8", NULL, &size, NULL);
  g_autofree char *rendered = render (text, size, 7);

  g_assert_cmpint (sniff (text, size), ==, SHOP_CSV_GB18030);
  g_assert_cmpstr (rendered, ==, "1:code|name|price\n2:1|可口可乐|3.50\n3:2|㐀茶𠀀|1\n");
}

static void
test_encodings (void)
{
  g_assert_cmpint (sniff ("plain", 5), ==, SHOP_CSV_UTF8);
  g_assert_cmpint (sniff ("", 0), ==, SHOP_CSV_UTF8);
  g_assert_cmpint (sniff ("可乐", 6), ==, SHOP_CSV_UTF8);
  g_assert_cmpint (sniff ("\xFF\xFE"
                          "a\0",
                          4),
                   ==, SHOP_CSV_UTF16);
  g_assert_cmpint (sniff ("\xFE\xFF\0a", 4), ==, SHOP_CSV_UTF16);
  g_assert_cmpint (sniff ("\xC1\xAA\xCD\xA8", 4), ==, SHOP_CSV_GB18030); /* 联通 */
  g_assert_cmpint (sniff ("可乐\n可乐\n\xBF\xC9\xC0\xD6\n", 19), ==, SHOP_CSV_UTF8);
}

static void
test_bounds (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *rendered = NULL;

  for (guint i = 1; i < SHOP_CSV_FIELDS_MAX; i++)
    g_string_append_c (text, ',');
  g_string_append (text, "\n,");
  for (guint i = 1; i < SHOP_CSV_FIELDS_MAX; i++)
    g_string_append_c (text, ',');
  g_string_append_c (text, '\n');
  for (guint i = 0; i < 5 * SHOP_CSV_RECORD_MAX; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, "\nend\n\"");
  for (guint i = 0; i < 5 * SHOP_CSV_RECORD_MAX; i++)
    g_string_append (text, i % 100 == 0 ? "\n" : "y");
  rendered = render (text->str, text->len, 65536);
  g_assert_nonnull (strstr (rendered, "\n2!\n3!\n4:end\n5!\n6:yyy"));
  g_assert_true (g_str_has_prefix (rendered, "1:||||"));
}

static void
test_zero_bytes (void)
{
  static const char text[] = "a,b\n1\0,2\n\"3\0\",4\n5,6\n";
  g_autofree char *rendered = render (text, sizeof text - 1, 4);

  g_assert_cmpstr (rendered, ==, "1:a|b\n2!\n3!\n4:5|6\n");
}

static void
test_failing_source (void)
{
  Source source = { "a,b\n1,2\n", 8, 3, 0, TRUE };
  g_autoptr (ShopCsv) csv = shop_csv_new (SHOP_CSV_UTF8, read_source, &source);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (shop_csv_next (csv, &error), ==, SHOP_CSV_FAILED);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
test_written_fields_read_back (void)
{
  static const char *const texts[]
      = { "a", "", "a,b", "\"", "a\"b\"", " a ", "a;b", "a\tb", "a\nb", "可,乐" };
  g_autoptr (GString) out = g_string_new ("x,y");
  Source source;
  g_autoptr (ShopCsv) csv = NULL;

  g_string_append_c (out, '\n');
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      shop_csv_append_field (out, texts[i]);
      g_string_append (out, ",z\n");
    }
  source = (Source){ out->str, out->len, 5, 0, FALSE };
  csv = shop_csv_new (SHOP_CSV_UTF8, read_source, &source);
  g_assert_cmpint (shop_csv_next (csv, NULL), ==, SHOP_CSV_RECORD);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_cmpint (shop_csv_next (csv, NULL), ==, SHOP_CSV_RECORD);
      g_assert_cmpstr (shop_csv_field (csv, 0), ==,
                       i == 5 ? "a" : texts[i]); /* outer blanks are trimmed in any case */
      g_assert_cmpstr (shop_csv_field (csv, 1), ==, "z");
      g_assert_cmpstr (shop_csv_field (csv, 2), ==, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/csv/records", test_records);
  g_test_add_func ("/shop/csv/gb18030", test_gb18030);
  g_test_add_func ("/shop/csv/encodings", test_encodings);
  g_test_add_func ("/shop/csv/bounds", test_bounds);
  g_test_add_func ("/shop/csv/zero-bytes", test_zero_bytes);
  g_test_add_func ("/shop/csv/failing-source", test_failing_source);
  g_test_add_func ("/shop/csv/written-fields-read-back", test_written_fields_read_back);
  return g_test_run ();
}
