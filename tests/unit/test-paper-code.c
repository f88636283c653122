/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-code.h"

#include <string.h>

/* The finder pattern of every QR code: 7 × 7, a ring of dark, a ring of light, a dark heart. */
static gboolean
finder_is_dark (guint x, guint y)
{
  guint ring = MIN (MIN (x, 6 - x), MIN (y, 6 - y));

  return ring != 1;
}

static void
test_qr_has_finders (void)
{
  g_autoptr (PaperCode) code = paper_code_new_qr ("https://tillpos.org/r/000042");
  guint size = paper_code_width (code);

  g_assert_cmpuint (size, ==, paper_code_height (code));
  g_assert_cmpuint (size % 4, ==, 1);
  for (guint y = 0; y < 7; y++)
    for (guint x = 0; x < 7; x++)
      {
        g_assert_cmpint (paper_code_is_dark (code, x, y), ==, finder_is_dark (x, y));
        g_assert_cmpint (paper_code_is_dark (code, size - 7 + x, y), ==, finder_is_dark (x, y));
        g_assert_cmpint (paper_code_is_dark (code, x, size - 7 + y), ==, finder_is_dark (x, y));
      }
}

static void
test_qr_bounds (void)
{
  g_autofree char *most = g_strnfill (PAPER_CODE_QR_MAX, 'a');
  g_autofree char *more = g_strnfill (PAPER_CODE_QR_MAX + 1, 'a');
  g_autoptr (PaperCode) full = paper_code_new_qr (most);
  g_autoptr (PaperCode) chinese = paper_code_new_qr ("小票 000042");

  g_assert_nonnull (full);
  g_assert_nonnull (chinese);
  g_assert_null (paper_code_new_qr (more));
  g_assert_null (paper_code_new_qr (""));
  g_assert_null (paper_code_new_qr ("\xff\xfe"));
}

/* ISO/IEC 15417: start, characters, check and stop are 11 modules each, the stop 13; its last bars
 * are 1100011101011. */
static void
test_code128_ends_with_stop (void)
{
  static const char stop[] = "1100011101011";
  g_autoptr (PaperCode) code = paper_code_new_code128 ("A");
  guint width = paper_code_width (code);

  g_assert_cmpuint (paper_code_height (code), ==, 1);
  g_assert_cmpuint (width, ==, 11 * 3 + 13);
  for (guint i = 0; i < strlen (stop); i++)
    g_assert_cmpint (paper_code_is_dark (code, width - 13 + i, 0), ==, stop[i] == '1');
}

static void
test_code128_bounds (void)
{
  g_autofree char *most = g_strnfill (PAPER_CODE_CODE128_MAX, 'X');
  g_autofree char *more = g_strnfill (PAPER_CODE_CODE128_MAX + 1, 'X');
  g_autoptr (PaperCode) full = paper_code_new_code128 (most);

  g_assert_nonnull (full);
  g_assert_null (paper_code_new_code128 (more));
  g_assert_null (paper_code_new_code128 (""));
  g_assert_null (paper_code_new_code128 ("小票"));
  paper_code_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/code/qr-has-finders", test_qr_has_finders);
  g_test_add_func ("/paper/code/qr-bounds", test_qr_bounds);
  g_test_add_func ("/paper/code/code128-ends-with-stop", test_code128_ends_with_stop);
  g_test_add_func ("/paper/code/code128-bounds", test_code128_bounds);
  return g_test_run ();
}
