/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-private.h"

G_DEFINE_ENUM_TYPE (TillPaymentState,
                    till_payment_state,
                    G_DEFINE_ENUM_VALUE (TILL_PAYMENT_STATE_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (TILL_PAYMENT_STATE_WAITING_CARD, "waiting-card"),
                    G_DEFINE_ENUM_VALUE (TILL_PAYMENT_STATE_SENDING, "sending"),
                    G_DEFINE_ENUM_VALUE (TILL_PAYMENT_STATE_APPROVED, "approved"),
                    G_DEFINE_ENUM_VALUE (TILL_PAYMENT_STATE_STORED, "stored"),
                    G_DEFINE_ENUM_VALUE (TILL_PAYMENT_STATE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (TILL_PAYMENT_STATE_REVERSED, "reversed"),
                    G_DEFINE_ENUM_VALUE (TILL_PAYMENT_STATE_DECLINED, "declined"),
                    G_DEFINE_ENUM_VALUE (TILL_PAYMENT_STATE_CANCELLED, "cancelled"))

G_DEFINE_ENUM_TYPE (TillConnection,
                    till_connection,
                    G_DEFINE_ENUM_VALUE (TILL_CONNECTION_UNTRIED, "untried"),
                    G_DEFINE_ENUM_VALUE (TILL_CONNECTION_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (TILL_CONNECTION_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (TILL_CONNECTION_NONE, "none"))

G_DEFINE_ENUM_TYPE (TillDeviceState,
                    till_device_state,
                    G_DEFINE_ENUM_VALUE (TILL_DEVICE_ABSENT, "absent"),
                    G_DEFINE_ENUM_VALUE (TILL_DEVICE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (TILL_DEVICE_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (TILL_DEVICE_ATTENTION, "attention"))

const char *
till_payment_state_name (TillPaymentState state)
{
  g_autoptr (GEnumClass) names = g_type_class_ref (TILL_TYPE_PAYMENT_STATE);

  return g_enum_get_value (names, (gint)state)->value_nick;
}

struct _TillQueueRow
{
  GObject parent;
  TillQueueRowData data;
  gint64 own_us; /* until when the record itself was put off */
  char *terminal, *currency, *masked_pan, *reason, *state_text;
};

enum
{
  QUEUE_ROW_PROP_0,
  QUEUE_ROW_PROP_NEXT_US,
  QUEUE_ROW_PROP_COUNT
};
static GParamSpec *queue_row_properties[QUEUE_ROW_PROP_COUNT];

G_DEFINE_FINAL_TYPE (TillQueueRow, till_queue_row, G_TYPE_OBJECT)

static void
till_queue_row_finalize (GObject *object)
{
  TillQueueRow *self = TILL_QUEUE_ROW (object);

  g_free (self->terminal);
  g_free (self->currency);
  g_free (self->masked_pan);
  g_free (self->reason);
  g_free (self->state_text);
  G_OBJECT_CLASS (till_queue_row_parent_class)->finalize (object);
}

static void
till_queue_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == QUEUE_ROW_PROP_NEXT_US)
    g_value_set_int64 (value, TILL_QUEUE_ROW (object)->data.next_us);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
till_queue_row_class_init (TillQueueRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = till_queue_row_finalize;
  object_class->get_property = till_queue_row_get_property;
  queue_row_properties[QUEUE_ROW_PROP_NEXT_US] = g_param_spec_int64 (
      "next-us", NULL, NULL, 0, G_MAXINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, QUEUE_ROW_PROP_COUNT, queue_row_properties);
}

static void
till_queue_row_init (TillQueueRow *self)
{
}

TillQueueRow *
till_queue_row_new (const TillQueueRowData *data)
{
  TillQueueRow *self = g_object_new (TILL_TYPE_QUEUE_ROW, NULL);

  self->data = *data;
  self->own_us = data->next_us;
  self->data.terminal = self->terminal = g_strdup (data->terminal);
  self->data.currency = self->currency = g_strdup (data->currency);
  self->data.masked_pan = self->masked_pan = g_strdup (data->masked_pan);
  self->data.reason = self->reason = g_strdup (data->reason);
  self->data.state_text = self->state_text = g_strdup (data->state_text);
  return self;
}

const TillQueueRowData *
till_queue_row_data (TillQueueRow *self)
{
  g_assert (TILL_IS_QUEUE_ROW (self));
  return &self->data;
}

void
till_queue_row_put_off (TillQueueRow *self, gint64 station_us)
{
  gint64 next_us = MAX (self->own_us, station_us);

  g_assert (TILL_IS_QUEUE_ROW (self));
  if (next_us == self->data.next_us)
    return;
  self->data.next_us = next_us;
  g_object_notify_by_pspec (G_OBJECT (self), queue_row_properties[QUEUE_ROW_PROP_NEXT_US]);
}

struct _TillParkedRow
{
  GObject parent;
  gint64 id, total_minor, opened_us;
  guint count;
  char *label;
};

G_DEFINE_FINAL_TYPE (TillParkedRow, till_parked_row, G_TYPE_OBJECT)

static void
till_parked_row_finalize (GObject *object)
{
  g_free (TILL_PARKED_ROW (object)->label);
  G_OBJECT_CLASS (till_parked_row_parent_class)->finalize (object);
}

static void
till_parked_row_class_init (TillParkedRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_parked_row_finalize;
}

static void
till_parked_row_init (TillParkedRow *self)
{
}

TillParkedRow *
till_parked_row_new (const VaultSale *sale)
{
  TillParkedRow *self = g_object_new (TILL_TYPE_PARKED_ROW, NULL);
  const ShopTotals *totals = shop_cart_totals (sale->cart);

  self->id = sale->id;
  self->label = g_strdup (sale->label);
  self->total_minor = totals->total_minor;
  self->count = totals->lines;
  self->opened_us = sale->opened_us;
  return self;
}

gint64
till_parked_row_id (TillParkedRow *self)
{
  return self->id;
}

const char *
till_parked_row_label (TillParkedRow *self)
{
  return self->label;
}

gint64
till_parked_row_total_minor (TillParkedRow *self)
{
  return self->total_minor;
}

guint
till_parked_row_count (TillParkedRow *self)
{
  return self->count;
}

gint64
till_parked_row_opened_us (TillParkedRow *self)
{
  return self->opened_us;
}

struct _TillProductRow
{
  GObject parent;
  ShopProduct *product;
};

G_DEFINE_FINAL_TYPE (TillProductRow, till_product_row, G_TYPE_OBJECT)

static void
till_product_row_finalize (GObject *object)
{
  shop_product_free (TILL_PRODUCT_ROW (object)->product);
  G_OBJECT_CLASS (till_product_row_parent_class)->finalize (object);
}

static void
till_product_row_class_init (TillProductRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_product_row_finalize;
}

static void
till_product_row_init (TillProductRow *self)
{
}

TillProductRow *
till_product_row_new (const ShopProduct *product)
{
  TillProductRow *self = g_object_new (TILL_TYPE_PRODUCT_ROW, NULL);

  self->product = shop_product_copy (product);
  return self;
}

const ShopProduct *
till_product_row_product (TillProductRow *self)
{
  g_assert (TILL_IS_PRODUCT_ROW (self));
  return self->product;
}

struct _TillSaleLine
{
  GObject parent;
  ShopCartLine line;
};

G_DEFINE_FINAL_TYPE (TillSaleLine, till_sale_line, G_TYPE_OBJECT)

static void
till_sale_line_finalize (GObject *object)
{
  TillSaleLine *self = TILL_SALE_LINE (object);

  shop_product_free (self->line.product);
  g_free (self->line.void_reason);
  G_OBJECT_CLASS (till_sale_line_parent_class)->finalize (object);
}

static void
till_sale_line_class_init (TillSaleLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_sale_line_finalize;
}

static void
till_sale_line_init (TillSaleLine *self)
{
}

TillSaleLine *
till_sale_line_new (const ShopCartLine *line)
{
  TillSaleLine *self = g_object_new (TILL_TYPE_SALE_LINE, NULL);

  self->line = *line;
  self->line.product = shop_product_copy (line->product);
  self->line.void_reason = g_strdup (line->void_reason);
  return self;
}

const ShopCartLine *
till_sale_line_data (TillSaleLine *self)
{
  g_assert (TILL_IS_SALE_LINE (self));
  return &self->line;
}
