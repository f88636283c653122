/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The printer makes trouble, the shop goes on: the cable pulled in the middle of a receipt, no
 * paper, an open cover. Every sale's receipt comes out once, and one that may lie half on the paper
 * already comes again with its mark.
 */
#include "scene.h"

#include "printer-escpos-reader.h"
#include "till-private.h"

#define SLOW 20000 /* bytes a second */
#define DOTS 576
#define SOME_PAPER 4000
#define CASH 100000

static void
set_up (Scene *scene, gconstpointer data)
{
  scene_open (scene);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  scene_clear (scene);
}

static TrainingBench *
bench_of (Scene *scene)
{
  return till_station_shop (scene->station)->bench;
}

static gint64
sell (Scene *scene)
{
  g_autoptr (TillSale) sale = scene_sale (scene, scene_first_code (scene));

  scene_pay_cash (scene, sale, CASH);
  g_assert_true (till_sale_is_paid (sale));
  return till_sale_receipt_no (sale);
}

static gboolean
has_some_paper (Scene *scene, gpointer data)
{
  g_autoptr (GBytes) paper = training_bench_paper_bytes (bench_of (scene));

  return g_bytes_get_size (paper) > SOME_PAPER;
}

static gboolean
needs_somebody (Scene *scene, gpointer reason)
{
  g_autofree char *why = NULL;
  TillDeviceState state;

  g_object_get (scene->station, "printer-state", &state, "printer-reason", &why, NULL);
  return state != TILL_DEVICE_READY && (reason == NULL || g_strcmp0 (why, reason) == 0);
}

static gboolean
is_set_aside (Scene *scene, gpointer data)
{
  guint attention = 0;

  g_object_get (scene->station, "print-attention", &attention, NULL);
  return attention > 0;
}

static gboolean
is_printed (Scene *scene, gpointer receipt_no)
{
  g_autoptr (VaultPrintJob) job = vault_print_of_sale (till_station_shop (scene->station)->vault,
                                                       *(gint64 *)receipt_no, NULL);

  return job != NULL && job->state == VAULT_PRINT_PRINTED;
}

static void
assert_copy (Scene *scene, gint64 receipt_no, guint copy)
{
  g_autoptr (VaultPrintJob) job = NULL;

  scene_wait (scene, is_printed, &receipt_no, "the receipt");
  job = vault_print_of_sale (till_station_shop (scene->station)->vault, receipt_no, NULL);
  g_assert_cmpuint (job->copy, ==, copy);
}

static void
on_token_cb (const PrinterToken *token, gpointer data)
{
  *(guint *)data += token->kind == PRINTER_TOKEN_CUT;
}

/* Receipts that came out to their end. */
static guint
count_receipts (Scene *scene)
{
  g_autoptr (GBytes) paper = training_bench_paper_bytes (bench_of (scene));
  guint cuts = 0;
  g_autoptr (PrinterEscposReader) reader = printer_escpos_reader_new (DOTS, on_token_cb, &cuts);

  printer_escpos_reader_feed (reader, base_bytes_span (paper));
  printer_escpos_reader_finish (reader);
  return cuts;
}

static void
test_cable_pulled (Scene *scene, gconstpointer data)
{
  TrainingBench *bench = bench_of (scene);
  gint64 torn, next;

  training_bench_set_speed (bench, SLOW);
  torn = sell (scene);
  scene_wait (scene, has_some_paper, NULL, "the beginning of the receipt");
  g_object_set (scene->bench, "printer-plugged", FALSE, NULL);
  scene_wait (scene, is_set_aside, NULL, "the job to be set aside");
  g_assert_cmpuint (count_receipts (scene), ==, 0);
  next = sell (scene);
  training_bench_set_speed (bench, 0);
  g_object_set (scene->bench, "printer-plugged", TRUE, NULL);
  assert_copy (scene, torn, 1);
  assert_copy (scene, next, 0);
  g_assert_cmpuint (count_receipts (scene), ==, 2);
  g_assert_cmpuint (training_bench_drawer_count (bench), ==, 2);
}

/* The till ends while the receipt is being printed: what may be on paper comes marked after the
 * restart. */
static void
test_pulled_then_restarted (Scene *scene, gconstpointer data)
{
  gint64 torn;

  training_bench_set_speed (bench_of (scene), SLOW);
  torn = sell (scene);
  scene_wait (scene, has_some_paper, NULL, "the beginning of the receipt");
  g_object_set (scene->bench, "printer-plugged", FALSE, NULL);
  scene_wait (scene, is_set_aside, NULL, "the job to be set aside");
  scene_reopen (scene);
  assert_copy (scene, torn, 1);
  g_assert_cmpuint (count_receipts (scene), ==, 1);
}

static void
test_no_paper (Scene *scene, gconstpointer data)
{
  gint64 receipt;

  g_object_set (scene->bench, "paper-in", FALSE, NULL);
  receipt = sell (scene);
  scene_wait (scene, needs_somebody, (gpointer) "paper-out", "the printer to call for paper");
  g_assert_false (is_printed (scene, &receipt));
  g_object_set (scene->bench, "paper-in", TRUE, NULL);
  assert_copy (scene, receipt, 0);
  g_assert_cmpuint (count_receipts (scene), ==, 1);
}

static void
test_paper_ends_in_the_middle (Scene *scene, gconstpointer data)
{
  TrainingBench *bench = bench_of (scene);
  gint64 receipt;

  training_bench_set_speed (bench, SLOW);
  receipt = sell (scene);
  scene_wait (scene, has_some_paper, NULL, "the beginning of the receipt");
  g_object_set (scene->bench, "paper-in", FALSE, NULL);
  scene_wait (scene, is_set_aside, NULL, "the job to be set aside");
  training_bench_set_speed (bench, 0);
  g_object_set (scene->bench, "paper-in", TRUE, NULL);
  assert_copy (scene, receipt, 1);
}

static void
test_cover_open (Scene *scene, gconstpointer data)
{
  gint64 receipt;

  g_object_set (scene->bench, "cover-open", TRUE, NULL);
  receipt = sell (scene);
  scene_wait (scene, needs_somebody, (gpointer) "cover-open", "the printer to say that it is open");
  g_object_set (scene->bench, "cover-open", FALSE, NULL);
  assert_copy (scene, receipt, 0);
  g_assert_cmpuint (count_receipts (scene), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/scene/printing/" name, Scene, NULL, set_up, function, tear_down)
  ADD ("cable-pulled", test_cable_pulled);
  ADD ("pulled-then-restarted", test_pulled_then_restarted);
  ADD ("no-paper", test_no_paper);
  ADD ("paper-ends-in-the-middle", test_paper_ends_in_the_middle);
  ADD ("cover-open", test_cover_open);
  return g_test_run ();
}
