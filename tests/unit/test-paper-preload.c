/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-preload.h"

#include "paper-raster.h"

static gpointer
preload_job (gpointer data)
{
  paper_preload ();
  return NULL;
}

/* While one thread loads, another may already print. */
static void
test_beside_a_receipt (void)
{
  g_autoptr (GThread) thread = g_thread_new ("preload", preload_job, NULL);
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();
  g_autoptr (PaperLayout) layout = NULL;
  g_autoptr (PaperRaster) raster = NULL;

  shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, FALSE, "小票 000042");
  layout = paper_layout_new (receipt, 576, NULL);
  raster = paper_raster_new (layout);
  g_assert_cmpuint (raster->height, >, 0);
  g_thread_join (g_steal_pointer (&thread));
  paper_preload ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/preload/beside-a-receipt", test_beside_a_receipt);
  return g_test_run ();
}
