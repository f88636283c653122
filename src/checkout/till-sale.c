/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-sale-private.h"

#include "shop-denomination.h"

#include <glib/gi18n.h>

enum
{
  PROP_0,
  PROP_TOTAL_MINOR,
  PROP_PAID_MINOR,
  PROP_LEFT_MINOR,
  PROP_CHANGE_MINOR,
  PROP_DISCOUNT_MINOR,
  PROP_TAX_MINOR,
  PROP_LINE_COUNT,
  PROP_PIECE_COUNT,
  PROP_CURRENT_LINE,
  PROP_EMPTY,
  PROP_PAID,
  PROP_BUSY,
  PROP_RECEIPT_NO,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TillSale, till_sale, G_TYPE_OBJECT)

void
till_sale_notify_all (TillSale *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

static gint64
tax_minor (const ShopTotals *totals)
{
  gint64 tax = 0;

  for (guint i = 0; i < totals->tax.count; i++)
    tax += totals->tax.sums[i].tax_minor;
  return tax;
}

static void
till_sale_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  TillSale *self = TILL_SALE (object);
  const ShopTotals *totals = shop_cart_totals (self->sale->cart);

  switch (id)
    {
    case PROP_TOTAL_MINOR:
      g_value_set_int64 (value, till_sale_total_minor (self));
      break;
    case PROP_PAID_MINOR:
      g_value_set_int64 (value, till_sale_paid_minor (self));
      break;
    case PROP_LEFT_MINOR:
      g_value_set_int64 (value, till_sale_left_minor (self));
      break;
    case PROP_CHANGE_MINOR:
      g_value_set_int64 (value, till_sale_change_minor (self));
      break;
    case PROP_DISCOUNT_MINOR:
      g_value_set_int64 (value, totals->discount_minor);
      break;
    case PROP_TAX_MINOR:
      g_value_set_int64 (value, tax_minor (totals));
      break;
    case PROP_LINE_COUNT:
      g_value_set_uint (value, totals->lines);
      break;
    case PROP_PIECE_COUNT:
      g_value_set_uint (value, (guint)(totals->pieces_milli / SHOP_QUANTITY_ONE_MILLI));
      break;
    case PROP_CURRENT_LINE:
      g_value_set_uint (value, self->current_line);
      break;
    case PROP_EMPTY:
      g_value_set_boolean (value, till_sale_is_empty (self));
      break;
    case PROP_PAID:
      g_value_set_boolean (value, till_sale_is_paid (self));
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    case PROP_RECEIPT_NO:
      g_value_set_int64 (value, self->sale->id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
till_sale_finalize (GObject *object)
{
  TillSale *self = TILL_SALE (object);

  g_clear_object (&self->lines);
  g_clear_object (&self->payments);
  g_clear_object (&self->station);
  vault_sale_free (self->sale);
  G_OBJECT_CLASS (till_sale_parent_class)->finalize (object);
}

static void
install_number (guint id, const char *name)
{
  properties[id]
      = g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, 0,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
}

static void
till_sale_class_init (TillSaleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = till_sale_get_property;
  object_class->finalize = till_sale_finalize;
  install_number (PROP_TOTAL_MINOR, "total-minor");
  install_number (PROP_PAID_MINOR, "paid-minor");
  install_number (PROP_LEFT_MINOR, "left-minor");
  install_number (PROP_CHANGE_MINOR, "change-minor");
  install_number (PROP_DISCOUNT_MINOR, "discount-minor");
  install_number (PROP_TAX_MINOR, "tax-minor");
  install_number (PROP_RECEIPT_NO, "receipt-no");
  properties[PROP_LINE_COUNT]
      = g_param_spec_uint ("line-count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PIECE_COUNT]
      = g_param_spec_uint ("piece-count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CURRENT_LINE]
      = g_param_spec_uint ("current-line", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_EMPTY] = g_param_spec_boolean ("empty", NULL, NULL, TRUE, flags);
  properties[PROP_PAID] = g_param_spec_boolean ("paid", NULL, NULL, FALSE, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
till_sale_init (TillSale *self)
{
  self->lines = g_list_store_new (TILL_TYPE_SALE_LINE);
  self->payments = g_list_store_new (TILL_TYPE_PAYMENT);
}

/* The row of line `index` is made anew, or added. */
static void
show_line (TillSale *self, guint index)
{
  g_autoptr (TillSaleLine) row = till_sale_line_new (shop_cart_line (self->sale->cart, index));
  gpointer rows[] = { row };
  guint have = g_list_model_get_n_items (G_LIST_MODEL (self->lines));

  g_list_store_splice (self->lines, index, index < have ? 1 : 0, rows, 1);
}

static TillPayment *
find_payment (TillSale *self, const char *uuid)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->payments)); i++)
    {
      g_autoptr (TillPayment) payment = g_list_model_get_item (G_LIST_MODEL (self->payments), i);

      if (g_str_equal (till_payment_uuid (payment), uuid))
        return payment; /* the list holds it */
    }
  return NULL;
}

void
till_sale_show_payments (TillSale *self)
{
  for (guint i = 0; i < self->sale->payments->len; i++)
    {
      const VaultPayment *kept = self->sale->payments->pdata[i];
      TillPayment *shown = find_payment (self, kept->uuid);

      if (shown != NULL)
        till_payment_update (shown, kept, till_station_shop (self->station));
      else
        {
          g_autoptr (TillPayment) fresh
              = till_payment_new (kept, till_station_shop (self->station));

          g_list_store_append (self->payments, fresh);
        }
    }
}

/* Sync moved one of this sale's payments: take them as the database has them, unless a payment of
 * ours is under way. Lines that are not kept yet stay as they are. */
static void
on_reloaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TillSale *self = TILL_SALE (source);
  g_autoptr (VaultSale) sale = g_task_propagate_pointer (G_TASK (result), NULL);
  GPtrArray *payments;

  self->moved = self->moved || (sale != NULL && self->busy);
  if (sale == NULL || self->busy || self->spent || sale->payments->len != self->sale->payments->len)
    return;
  payments = self->sale->payments;
  self->sale->payments = sale->payments;
  sale->payments = payments;
  till_sale_show_payments (self);
  till_sale_notify_all (self);
}

static void
load_job (GTask *task, gpointer data)
{
  TillSaleLoad *load = data;
  GError *error = NULL;
  VaultSale *sale = vault_sale_load (load->shop->vault, load->id, &error);

  if (sale != NULL)
    g_task_return_pointer (task, sale, (GDestroyNotify)vault_sale_free);
  else
    g_task_return_error (task, till_error_take (error));
}

void
till_sale_reload (TillSale *self)
{
  GTask *task = g_task_new (self, NULL, on_reloaded_cb, NULL);
  TillSaleLoad *load = g_new0 (TillSaleLoad, 1);

  self->moved = FALSE;
  *load = (TillSaleLoad){ till_station_shop (self->station), self->sale->id };
  g_task_set_task_data (task, load, g_free);
  till_station_push (self->station, TILL_WORKER_STORE, task, load_job);
}

static void
on_station_payment_changed_cb (TillSale *self, gint64 receipt_no)
{
  if (receipt_no != self->sale->id || self->spent)
    return;
  if (self->busy)
    self->moved = TRUE;
  else
    till_sale_reload (self);
}

TillSale *
till_sale_new_from (TillStation *station, VaultSale *sale)
{
  TillSale *self = g_object_new (TILL_TYPE_SALE, NULL);

  self->station = g_object_ref (station);
  self->sale = sale;
  for (guint i = 0; i < shop_cart_count (sale->cart); i++)
    show_line (self, i);
  self->current_line = shop_cart_count (sale->cart);
  till_sale_show_payments (self);
  g_signal_connect_object (station, "payment-changed", G_CALLBACK (on_station_payment_changed_cb),
                           self, G_CONNECT_SWAPPED);
  return self;
}

TillSale *
till_sale_new (TillStation *station)
{
  CheckoutShop *shop = till_station_shop (station);

  g_assert (shop != NULL);
  return till_sale_new_from (station,
                             vault_sale_new (shop_cart_new (shop->currency, shop->tax_mode),
                                             checkout_shop_cashier (shop)));
}

GListModel *
till_sale_lines (TillSale *self)
{
  return G_LIST_MODEL (self->lines);
}

GListModel *
till_sale_payments (TillSale *self)
{
  return G_LIST_MODEL (self->payments);
}

const ShopCart *
till_sale_cart (TillSale *self)
{
  return self->sale->cart;
}

const char *
till_sale_kind (TillSale *self)
{
  return vault_sale_kind_name (self->sale->kind);
}

const char *
till_sale_state_name (TillSale *self)
{
  return vault_sale_state_name (self->sale->state);
}

gint64
till_sale_original_no (TillSale *self)
{
  return self->sale->original;
}

gint64
till_sale_receipt_no (TillSale *self)
{
  return self->sale->id;
}

gint64
till_sale_total_minor (TillSale *self)
{
  return vault_sale_total_minor (self->sale);
}

gint64
till_sale_paid_minor (TillSale *self)
{
  return vault_sale_paid_minor (self->sale);
}

gint64
till_sale_left_minor (TillSale *self)
{
  gint64 left = till_sale_total_minor (self) - till_sale_paid_minor (self);

  return shop_cart_is_returning (self->sale->cart) ? MIN (0, left) : MAX (0, left);
}

gint64
till_sale_change_minor (TillSale *self)
{
  gint64 change = 0;

  for (guint i = 0; i < self->sale->payments->len; i++)
    change += ((const VaultPayment *)self->sale->payments->pdata[i])->change_minor;
  return change;
}

guint
till_sale_current_line (TillSale *self)
{
  return self->current_line;
}

gboolean
till_sale_is_empty (TillSale *self)
{
  return shop_cart_is_empty (self->sale->cart);
}

gboolean
till_sale_is_paid (TillSale *self)
{
  return self->sale->state == VAULT_SALE_PAID;
}

gboolean
till_sale_is_busy (TillSale *self)
{
  return self->busy;
}

gboolean
till_sale_check_open (TillSale *self, GError **error)
{
  if (!self->busy && !self->spent && self->sale->state == VAULT_SALE_OPEN)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                       self->busy ? _ ("A payment is running: wait for it")
                                  : _ ("This sale is closed: begin a new one"));
  return FALSE;
}

/* What is paid already can't be talked away by taking goods out: more may be added, nothing taken
 * back. */
static gboolean
check_unpaid (TillSale *self, GError **error)
{
  if (!till_sale_check_open (self, error))
    return FALSE;
  if (till_sale_paid_minor (self) == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                       _ ("Part of this sale is paid: its lines can't be changed any more"));
  return FALSE;
}

static void
touched (TillSale *self, guint number)
{
  self->sale->lines_kept = FALSE;
  self->current_line = number;
  show_line (self, number - 1);
  till_sale_notify_all (self);
}

gboolean
till_sale_add (TillSale *self, const ShopProduct *product, gint64 quantity_milli, GError **error)
{
  guint number = 0;

  if (!till_sale_check_open (self, error)
      || !shop_cart_add (self->sale->cart, product, quantity_milli, &number, error))
    return FALSE;
  touched (self, number);
  return TRUE;
}

gboolean
till_sale_set_quantity (TillSale *self, guint line_number, gint64 quantity_milli, GError **error)
{
  if (!check_unpaid (self, error)
      || !shop_cart_set_quantity (self->sale->cart, line_number, quantity_milli, error))
    return FALSE;
  touched (self, line_number);
  return TRUE;
}

gboolean
till_sale_discount_needs_right (TillSale *self, guint bp)
{
  return bp > till_station_shop (self->station)->discount_limit_bp;
}

/* Line 0 is the whole sale. */
static gboolean
can_discount (TillSale *self, guint line_number)
{
  const ShopCartLine *line = shop_cart_line_by_number (self->sale->cart, line_number);

  return line_number == 0 ? !till_sale_is_empty (self) : line != NULL && !line->voided;
}

static gboolean
discount_one (TillSale *self, guint line_number, guint bp, GError **error)
{
  if (!shop_cart_discount_line (self->sale->cart, line_number, bp, error))
    return FALSE;
  touched (self, line_number);
  return TRUE;
}

static gboolean
discount_all (TillSale *self, guint bp, GError **error)
{
  guint count = shop_cart_count (self->sale->cart);

  if (!shop_cart_discount_all (self->sale->cart, bp, error))
    return FALSE;
  for (guint i = 0; i < count; i++)
    show_line (self, i);
  touched (self, self->current_line > 0 ? self->current_line : count);
  return TRUE;
}

gboolean
till_sale_set_discount (TillSale *self, guint line_number, guint bp, GError **error)
{
  if (!check_unpaid (self, error))
    return FALSE;
  if (!can_discount (self, line_number) || bp > SHOP_WHOLE_BP)
    {
      g_set_error_literal (error, SHOP_ERROR, SHOP_ERROR_INVALID,
                           _ ("A discount is 0 to 100 per cent of a line that counts"));
      return FALSE;
    }
  if (till_sale_discount_needs_right (self, bp)
      && !checkout_people_take (till_station_shop (self->station)->people, SHOP_RIGHT_DISCOUNT,
                                error))
    return FALSE;
  return line_number == 0 ? discount_all (self, bp, error)
                          : discount_one (self, line_number, bp, error);
}

gboolean
till_sale_void_line (TillSale *self, guint line_number, const char *reason, GError **error)
{
  if (!check_unpaid (self, error) || !shop_cart_void (self->sale->cart, line_number, reason, error))
    return FALSE;
  touched (self, line_number);
  return TRUE;
}

typedef struct
{
  gint64 quantity_milli;
  gboolean has_quantity; /* it was said */
  char *code;
  CheckoutFound *found;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->code);
  checkout_scale_found_free (entry->found);
  g_free (entry);
}

/* One kg because nobody said how much would be a guess at the customer's cost. */
static gboolean
needs_weight (const Entry *entry)
{
  return entry->found->product->unit == SHOP_UNIT_KG && !entry->has_quantity;
}

static TillEntry
judge (const Entry *entry)
{
  switch (entry->found->kind)
    {
    case CHECKOUT_FOUND_NOTHING:
      return TILL_ENTRY_UNKNOWN_CODE;
    case CHECKOUT_FOUND_PRODUCT:
      return needs_weight (entry) ? TILL_ENTRY_NEEDS_WEIGHT : TILL_ENTRY_ADDED;
    case CHECKOUT_FOUND_LABEL:
      return entry->has_quantity ? TILL_ENTRY_LABEL_QUANTITY : TILL_ENTRY_ADDED;
    case CHECKOUT_FOUND_LABEL_DAMAGED:
      return TILL_ENTRY_LABEL_DAMAGED;
    case CHECKOUT_FOUND_LABEL_UNKNOWN:
      return TILL_ENTRY_LABEL_UNKNOWN;
    case CHECKOUT_FOUND_LABEL_EMPTY:
      return TILL_ENTRY_LABEL_EMPTY;
    case CHECKOUT_FOUND_LABEL_DISAGREES:
      return TILL_ENTRY_LABEL_DISAGREES;
    case CHECKOUT_FOUND_LABEL_NOT_BY_KG:
      return TILL_ENTRY_LABEL_NOT_BY_KG;
    }
  g_assert_not_reached ();
}

/* With its discount or not at all. */
static gboolean
add_label (TillSale *self, const CheckoutFound *found, GError **error)
{
  ShopCart *cart = self->sale->cart;
  guint number = 0;
  gboolean added;

  if (!till_sale_check_open (self, error)
      || !shop_cart_add (cart, found->product, found->line.quantity_milli, &number, error))
    return FALSE;
  added = found->line.discount_minor == 0
          || shop_cart_set_discount (cart, number, found->line.discount_minor, error);
  if (!added)
    (void)shop_cart_void (cart, number, /* reason= */ NULL, /* error= */ NULL);
  touched (self, number);
  return added;
}

static gboolean
add_found (TillSale *self, const Entry *entry, GError **error)
{
  return entry->found->kind == CHECKOUT_FOUND_LABEL
             ? add_label (self, entry->found, error)
             : till_sale_add (self, entry->found->product, entry->quantity_milli, error);
}

static void
on_found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  TillSale *self = g_task_get_source_object (task);
  Entry *entry = g_task_get_task_data (task);
  TillEntry verdict = TILL_ENTRY_UNKNOWN_CODE;
  GError *error = NULL;

  entry->found = till_station_find_finish (TILL_STATION (source), result, &error);
  if (entry->found != NULL)
    verdict = judge (entry);
  if (error != NULL || (verdict == TILL_ENTRY_ADDED && !add_found (self, entry, &error)))
    g_task_return_error (task, error);
  else
    g_task_return_int (task, verdict);
}

void
till_sale_enter_async (TillSale *self,
                       const char *text,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Entry *entry = g_new0 (Entry, 1);
  GError *error = NULL;
  const char *code = NULL;

  g_task_set_source_tag (task, till_sale_enter_async);
  g_task_set_task_data (task, entry, entry_free);
  if (!shop_cart_parse_item (text, &entry->quantity_milli, &code, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  entry->code = g_strdup (code);
  entry->has_quantity = code != text + strspn (text, " ");
  till_station_find_async (self->station, code, cancellable, on_found_cb, task);
}

gboolean
till_sale_enter_finish (TillSale *self,
                        GAsyncResult *result,
                        TillEntry *out_entry,
                        char **out_code,
                        GError **error)
{
  Entry *entry = g_task_get_task_data (G_TASK (result));
  gssize value = g_task_propagate_int (G_TASK (result), error);

  if (value < 0)
    return FALSE;
  *out_entry = (TillEntry)value;
  if (out_code != NULL)
    *out_code = g_strdup (entry->code);
  return TRUE;
}

const ShopProduct *
till_sale_entry_product (GAsyncResult *result)
{
  const Entry *entry = g_task_get_task_data (G_TASK (result));

  return entry->found != NULL ? entry->found->product : NULL;
}

const char *
till_sale_entry_words (TillEntry entry)
{
  switch (entry)
    {
    case TILL_ENTRY_ADDED:
    case TILL_ENTRY_UNKNOWN_CODE:
    case TILL_ENTRY_NEEDS_WEIGHT:
      return NULL;
    case TILL_ENTRY_LABEL_DAMAGED:
      return _ ("A scale's label with a wrong check digit: not added. Scan it again, or have it "
                "weighed anew");
    case TILL_ENTRY_LABEL_UNKNOWN:
      return _ (
          "A scale's label of goods that aren't in the list: not added. Look them up by name");
    case TILL_ENTRY_LABEL_EMPTY:
      return _ ("A scale's label without a weight or amount: not added. Have it weighed anew");
    case TILL_ENTRY_LABEL_DISAGREES:
      return _ ("The label's amount is not its weight times the price: not added. Have it weighed "
                "anew at the present price");
    case TILL_ENTRY_LABEL_NOT_BY_KG:
      return _ ("The label has a weight, and these goods are sold by the piece: not added. Look "
                "them up by name");
    case TILL_ENTRY_LABEL_QUANTITY:
      return _ ("A scale's label says how much itself: not added. Scan it without a quantity");
    }
  return NULL;
}

guint
till_sale_suggest_cash (TillSale *self, gint64 *out_minor, guint count_max)
{
  return shop_denomination_suggest (shop_cart_currency (self->sale->cart),
                                    till_sale_left_minor (self), out_minor, count_max);
}
