/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-card.h"

static void
test_file (void)
{
  static const char text[]
      = "# cards\n%B4761739001010119^A/B^2212?;4761739001010119=2212?\n\n"
        "%B6200000000000005^A/B^2212?\n;6200000000000005=2212?\n;5413330089020011=2512?\r\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) cards = training_card_parse_file (text, &error);
  const TrainingCard *card;

  g_assert_no_error (error);
  g_assert_cmpuint (cards->len, ==, 3);
  card = g_ptr_array_index (cards, 1);
  g_assert_cmpstr (card->tracks[0], ==, "%B6200000000000005^A/B^2212?");
  g_assert_cmpstr (card->tracks[1], ==, ";6200000000000005=2212?");
  card = g_ptr_array_index (cards, 2);
  g_assert_null (card->tracks[0]);
}

static void
test_bad (void)
{
  static const char *const bad[]
      = { "", "4761", "%B476", ";4761=22?;4761=22?;4761=22?;4=2?", "+123=?", "hello?" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (training_card_parse (bad[i], &error));
      g_assert_nonnull (error);
    }
}

static void
test_mask (void)
{
  g_autofree char *second = training_card_mask (";4761739001010119=22122011143804489?", '*');
  g_autofree char *first = training_card_mask ("%B4761739001010119^CARD/TEST^2212?", '0');
  g_autofree char *nothing = training_card_mask ("", '0');

  g_assert_cmpstr (second, ==, ";476173******0119=*****************?");
  g_assert_cmpstr (first, ==, "%B4761730000000119^CARD/TEST^0000?");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_service (void)
{
  static const struct
  {
    const char *track, *masked;
  } cases[] = {
    { ";4761739001010119=22122011143804489?", ";4761730000000119=00002010000000000?" },
    { "%B4761739001010119^CARD/TEST^2212201114?", "%B4761730000000119^CARD/TEST^0000201000?" },
    { ";4761739001010119=221220?", ";4761730000000119=000020?" },
    { ";4761739001010119?", ";4761730000000119?" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *masked = training_card_mask_but_service (cases[i].track, '0');

      g_assert_cmpstr (masked, ==, cases[i].masked);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/card/file", test_file);
  g_test_add_func ("/training/card/bad", test_bad);
  g_test_add_func ("/training/card/mask", test_mask);
  g_test_add_func ("/training/card/service", test_service);
  return g_test_run ();
}
