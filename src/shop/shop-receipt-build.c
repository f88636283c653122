/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order of rows on a sale's receipt: head, lines, sums, tax, tenders, foot. Apart from
 * shop-receipt.c, which knows rows and no sale.
 */
#include "shop-receipt.h"

#define SIGNATURE_SPACES 4 /* half lines: room for a hand */

typedef struct
{
  ShopReceipt *receipt;
  const ShopReceiptData *data;
  const ShopReceiptLabels *labels;
} Build;

static char *
amount_text (const Build *build, gint64 minor)
{
  return base_money_to_text (base_money (minor, shop_cart_currency (build->data->cart)));
}

/* A row of a word and an amount. */
static void
add_amount (const Build *build, const char *label, gint64 minor, gboolean bold, guint scale)
{
  g_autofree char *amount = amount_text (build, minor);

  shop_receipt_columns (build->receipt, label, NULL, amount, bold, scale);
}

static void
add_labelled (const Build *build, const char *label, const char *value)
{
  if (value != NULL && *value != '\0')
    shop_receipt_columns (build->receipt, label, NULL, value, FALSE, 1);
}

static void
add_head (const Build *build)
{
  const ShopReceiptData *data = build->data;

  if (data->mark != NULL)
    shop_receipt_boxed (build->receipt, data->mark);
  if (data->title != NULL)
    shop_receipt_text (build->receipt, SHOP_ALIGN_CENTRE, 2, TRUE, data->title);
  if (data->address != NULL)
    shop_receipt_text (build->receipt, SHOP_ALIGN_CENTRE, 1, FALSE, data->address);
  shop_receipt_space (build->receipt);
  if (data->heading != NULL)
    shop_receipt_boxed (build->receipt, data->heading);
  add_labelled (build, build->labels->receipt, data->receipt_no);
  add_labelled (build, build->labels->original, data->original_no);
  if (data->when != NULL)
    shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE, data->when);
  add_labelled (build, build->labels->till, data->till);
  add_labelled (build, build->labels->cashier, data->cashier);
  shop_receipt_rule (build->receipt);
}

/* "2 × 3.50" or "0.686 kg × 7.96"; NULL for one piece, where the amount says it all. */
static char *
quantity_text (const Build *build, const ShopCartLine *line)
{
  g_autofree char *price = amount_text (build, line->unit_price_minor);
  g_autofree char *quantity = shop_cart_quantity_text (line->quantity_milli);

  switch (line->product->unit)
    {
    case SHOP_UNIT_PIECE:
      return line->quantity_milli == SHOP_QUANTITY_ONE_MILLI
                 ? NULL
                 : g_strdup_printf ("%s × %s", quantity, price);
    case SHOP_UNIT_KG:
      return g_strdup_printf ("%s kg × %s", quantity, price);
    }
  g_assert_not_reached ();
}

static void
add_line (const Build *build, const ShopCartLine *line)
{
  const char *name = shop_product_name (line->product, build->data->language);
  g_autofree char *quantity = quantity_text (build, line);
  g_autofree char *gross = amount_text (build, line->amount_minor + line->discount_minor);

  if (line->voided)
    {
      g_autofree char *text = g_strconcat (build->labels->voided, name, NULL);
      g_autofree char *nothing = amount_text (build, 0);

      shop_receipt_columns (build->receipt, text, quantity, nothing, FALSE, 1);
      return;
    }
  shop_receipt_columns (build->receipt, name, quantity, gross, FALSE, 1);
  if (line->discount_minor != 0)
    add_amount (build, build->labels->discount, -line->discount_minor, FALSE, 1);
}

static void
add_tax (const Build *build)
{
  const ShopTaxTable *tax = &shop_cart_totals (build->data->cart)->tax;

  for (guint i = 0; i < tax->count; i++)
    {
      const ShopTaxSum *sum = &tax->sums[i];
      g_autofree char *rate = shop_cart_quantity_text ((gint64)sum->rate_bp * 10);
      g_autofree char *left = g_strdup_printf ("%s %s%%", build->labels->tax, rate);
      g_autofree char *net = amount_text (build, sum->net_minor);
      g_autofree char *middle = g_strdup_printf ("%s %s", build->labels->net, net);
      g_autofree char *right = amount_text (build, sum->tax_minor);

      shop_receipt_columns (build->receipt, left, middle, right, FALSE, 1);
    }
}

static void
add_sums (const Build *build)
{
  const ShopTotals *totals = shop_cart_totals (build->data->cart);
  g_autofree char *items = shop_cart_quantity_text (totals->pieces_milli);
  g_autofree char *amount = amount_text (build, totals->total_minor);
  g_autofree char *total
      = g_strdup_printf ("%s%s", base_money_sign (shop_cart_currency (build->data->cart)), amount);

  shop_receipt_rule (build->receipt);
  add_labelled (build, build->labels->items, items);
  if (totals->discount_minor != 0)
    add_amount (build, build->labels->discount, -totals->discount_minor, FALSE, 1);
  shop_receipt_columns (build->receipt, build->labels->total, NULL, total, TRUE, 2);
  add_tax (build);
}

static void
add_payment (const Build *build, const ShopReceiptPayment *payment)
{
  shop_receipt_rule (build->receipt);
  add_amount (build, payment->name, payment->amount_minor, TRUE, 1);
  if (payment->state != NULL && payment->state_boxed)
    shop_receipt_boxed (build->receipt, payment->state);
  else if (payment->state != NULL)
    shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE, payment->state);
  if (payment->masked_pan != NULL)
    shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE, payment->masked_pan);
  for (guint i = 0; i < G_N_ELEMENTS (payment->details) && payment->details[i] != NULL; i++)
    shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE, payment->details[i]);
  if (payment->tendered_minor > 0)
    {
      add_amount (build, build->labels->cash_given, payment->tendered_minor, FALSE, 1);
      add_amount (build, build->labels->change, payment->change_minor, FALSE, 1);
    }
}

/* Whose paper it is, where there are two. */
static void
add_whose (const Build *build, const char *label)
{
  if (label != NULL)
    shop_receipt_text (build->receipt, SHOP_ALIGN_CENTRE, 1, TRUE, label);
}

/* What the customer signs stays with the merchant: who, when and how much, without the goods. */
static void
add_merchant_copy (const Build *build, const ShopReceiptPayment *payment)
{
  add_head (build);
  add_whose (build, build->labels->merchant_copy);
  add_payment (build, payment);
  shop_receipt_space (build->receipt);
  if (build->labels->signature != NULL)
    shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE, build->labels->signature);
  for (guint i = 0; i < SIGNATURE_SPACES; i++)
    shop_receipt_space (build->receipt);
  shop_receipt_rule (build->receipt);
  if (build->data->mark != NULL)
    shop_receipt_boxed (build->receipt, build->data->mark);
  shop_receipt_cut (build->receipt);
}

static gboolean
add_merchant_copies (const Build *build)
{
  gboolean any = FALSE;

  for (guint i = 0; i < build->data->payment_count; i++)
    if (build->data->payments[i].signs)
      {
        add_merchant_copy (build, &build->data->payments[i]);
        any = TRUE;
      }
  return any;
}

static void
add_foot (const Build *build)
{
  const ShopReceiptData *data = build->data;

  shop_receipt_space (build->receipt);
  if (build->labels->thanks != NULL)
    shop_receipt_text (build->receipt, SHOP_ALIGN_CENTRE, 1, FALSE, build->labels->thanks);
  if (data->receipt_no != NULL && *data->receipt_no != '\0')
    shop_receipt_barcode (build->receipt, data->receipt_no);
  if (data->mark != NULL)
    shop_receipt_boxed (build->receipt, data->mark);
  shop_receipt_cut (build->receipt);
}

ShopReceipt *
shop_receipt_build (const ShopReceiptData *data, const ShopReceiptLabels *labels)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();
  Build build = { receipt, data, labels };
  gboolean two;

  g_assert (data != NULL && labels != NULL && data->cart != NULL);
  g_assert (data->payment_count <= SHOP_RECEIPT_PAYMENTS_MAX);
  two = add_merchant_copies (&build);
  add_head (&build);
  if (two)
    add_whose (&build, labels->customer_copy);
  for (guint i = 0; i < shop_cart_count (data->cart); i++)
    add_line (&build, shop_cart_line (data->cart, i));
  if (shop_cart_count (data->cart) > 0)
    add_sums (&build);
  for (guint i = 0; i < data->payment_count; i++)
    add_payment (&build, &data->payments[i]);
  add_foot (&build);
  return g_steal_pointer (&receipt);
}
