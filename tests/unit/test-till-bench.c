/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The practice bench's switches and paper; and a bench that somebody still holds when its station
 * is gone.
 */
#include "scene.h"

#include "till-private.h"

static gboolean
has_paper (Scene *scene, gpointer data)
{
  TillBenchPaper paper;

  till_bench_paper (scene->bench, &paper);
  g_bytes_unref (paper.bits);
  return paper.height > 100 && paper.width == 576;
}

static void
on_paper_cb (TillBench *bench, gpointer data)
{
  ++*(guint *)data;
}

static gboolean
has_changed (Scene *scene, gpointer changes)
{
  return *(guint *)changes > 0;
}

static void
test_paper (void)
{
  Scene scene = { 0 };
  g_autoptr (TillSale) sale = NULL;
  TillBenchPaper paper;
  guint changes = 0;

  scene_open (&scene);
  g_signal_connect (scene.bench, "paper-changed", G_CALLBACK (on_paper_cb), &changes);
  sale = scene_sale (&scene, scene_first_code (&scene));
  scene_pay_cash (&scene, sale, 100000);
  scene_wait (&scene, has_paper, NULL, "paper");
  scene_wait (&scene, has_changed, &changes, "word of it");
  till_bench_tear_off (scene.bench);
  till_bench_paper (scene.bench, &paper);
  g_assert_cmpuint (paper.height, ==, 0);
  g_bytes_unref (paper.bits);
  g_clear_object (&sale);
  scene_clear (&scene);
}

static void
test_switches (void)
{
  static const char *const names[] = { "paper-in",       "cover-open", "printer-plugged",
                                       "reader-plugged", "line-up",    "answers-come" };
  Scene scene = { 0 };
  guint count;

  scene_open (&scene);
  g_assert_cmpstr (till_bench_cards (scene.bench, &count)[0].id, ==, "visa");
  g_assert_cmpuint (count, ==, 7);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint turn = 0; turn < 2; turn++)
      {
        gboolean before, after;

        g_object_get (scene.bench, names[i], &before, NULL);
        g_object_set (scene.bench, names[i], !before, NULL);
        g_object_get (scene.bench, names[i], &after, NULL);
        g_assert_cmpint (after, ==, !before);
      }
  scene_clear (&scene);
}

static void
test_outlives_its_station (void)
{
  Scene scene = { 0 };
  g_autoptr (TillBench) bench = NULL;
  TillBenchPaper paper;

  scene_open (&scene);
  bench = g_object_ref (scene.bench);
  scene_clear (&scene);
  till_bench_swipe (bench, "visa");
  till_bench_swipe (bench, "chip");
  till_bench_take_out (bench);
  till_bench_paper (bench, &paper);
  g_assert_cmpuint (paper.height, ==, 0);
  g_bytes_unref (paper.bits);
  till_bench_tear_off (bench);
  g_object_set (bench, "paper-in", FALSE, "line-up", FALSE, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/till/bench/paper", test_paper);
  g_test_add_func ("/till/bench/switches", test_switches);
  g_test_add_func ("/till/bench/outlives-its-station", test_outlives_its_station);
  return g_test_run ();
}
