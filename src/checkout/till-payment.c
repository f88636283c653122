/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "till-private.h"

#include "checkout-receipt.h"
#include "checkout-words.h"

#define CHOICE_LOOK_US (250 * 1000)
#define CHOICE_MS 60000
#define UNDECIDED (-3)

struct _TillPayment
{
  GObject parent;
  VaultPayment *payment; /* what the database has, or will have first */
  TillPaymentState state;
  char *reason;
  char *answer; /* what the acquirer's code means; NULL: nothing to say */
  GCancellable *cancellable;
  char **choices;    /* NULL: nothing is asked */
  gboolean has_chip; /* its card is in the chip reader, as far as is known */
  GMutex mutex;
  GCond decided;
  int choice; /* under the mutex */
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_CARD,
  PROP_AMOUNT_MINOR,
  PROP_TENDERED_MINOR,
  PROP_CHANGE_MINOR,
  PROP_APPROVED_BY,
  PROP_SENT,
  PROP_MASKED_PAN,
  PROP_AUTH_CODE,
  PROP_REASON,
  PROP_STAN,
  PROP_AT_US,
  PROP_CHOICES,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TillPayment, till_payment, G_TYPE_OBJECT)

static void
till_payment_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  TillPayment *self = TILL_PAYMENT (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (gint)self->state);
      break;
    case PROP_CARD:
      g_value_set_boolean (value, till_payment_is_card (self));
      break;
    case PROP_AMOUNT_MINOR:
      g_value_set_int64 (value, self->payment->amount_minor);
      break;
    case PROP_TENDERED_MINOR:
      g_value_set_int64 (value, self->payment->tendered_minor);
      break;
    case PROP_CHANGE_MINOR:
      g_value_set_int64 (value, self->payment->change_minor);
      break;
    case PROP_APPROVED_BY:
      g_value_set_int (value, (gint)till_payment_approved_by (self));
      break;
    case PROP_SENT:
      g_value_set_boolean (value, till_payment_sent (self));
      break;
    case PROP_MASKED_PAN:
      g_value_set_string (value, self->payment->masked_pan);
      break;
    case PROP_AUTH_CODE:
      g_value_set_string (value, self->payment->auth_code);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_STAN:
      g_value_set_uint (value, self->payment->stan);
      break;
    case PROP_AT_US:
      g_value_set_int64 (value, self->payment->at_us);
      break;
    case PROP_CHOICES:
      g_value_set_boxed (value, self->choices);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
till_payment_finalize (GObject *object)
{
  TillPayment *self = TILL_PAYMENT (object);

  vault_payment_free (self->payment);
  g_free (self->reason);
  g_free (self->answer);
  g_strfreev (self->choices);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->decided);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (till_payment_parent_class)->finalize (object);
}

static void
till_payment_class_init (TillPaymentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = till_payment_get_property;
  object_class->finalize = till_payment_finalize;
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, TILL_TYPE_PAYMENT_STATE,
                                              TILL_PAYMENT_STATE_IDLE, flags);
  properties[PROP_CARD] = g_param_spec_boolean ("card", NULL, NULL, FALSE, flags);
  properties[PROP_AMOUNT_MINOR]
      = g_param_spec_int64 ("amount-minor", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_TENDERED_MINOR]
      = g_param_spec_int64 ("tendered-minor", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_CHANGE_MINOR]
      = g_param_spec_int64 ("change-minor", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_APPROVED_BY]
      = g_param_spec_int ("approved-by", NULL, NULL, 0, TILL_APPROVED_BY_CHIP, 0, flags);
  properties[PROP_SENT] = g_param_spec_boolean ("sent", NULL, NULL, FALSE, flags);
  properties[PROP_MASKED_PAN] = g_param_spec_string ("masked-pan", NULL, NULL, NULL, flags);
  properties[PROP_AUTH_CODE] = g_param_spec_string ("auth-code", NULL, NULL, NULL, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_STAN] = g_param_spec_uint ("stan", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_AT_US] = g_param_spec_int64 ("at-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_CHOICES] = g_param_spec_boxed ("choices", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
till_payment_init (TillPayment *self)
{
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->decided);
  self->choice = UNDECIDED;
}

/* Finds words for the acquirer's code, and for what the till knows of why. */
static void
explain (TillPayment *self, const CheckoutShop *shop)
{
  g_autofree char *said = NULL;

  g_clear_pointer (&self->answer, g_free);
  if (shop != NULL && shop->line != NULL && self->payment->response != NULL
      && self->payment->state == VAULT_STATE_DECLINED)
    said = checkout_words_answer (sync_line_profile (shop->line), self->payment->response,
                                  shop->language, shop->translate);
  if (said != NULL && g_strcmp0 (self->payment->reason, "declined-wants-pad") == 0)
    self->answer
        = g_strconcat (said, " ", checkout_words_reason ("card-wants-pad", shop->translate), NULL);
  else
    self->answer = g_steal_pointer (&said);
}

TillPayment *
till_payment_new (const VaultPayment *payment, const CheckoutShop *shop)
{
  TillPayment *self = g_object_new (TILL_TYPE_PAYMENT, NULL);

  self->payment = vault_payment_copy (payment);
  self->state = checkout_words_public_state (payment->state);
  self->reason = g_strdup (payment->reason);
  explain (self, shop);
  return self;
}

void
till_payment_update (TillPayment *self, const VaultPayment *payment, const CheckoutShop *shop)
{
  g_object_freeze_notify (G_OBJECT (self));
  vault_payment_free (self->payment);
  self->payment = vault_payment_copy (payment);
  explain (self, shop);
  for (guint i = PROP_STATE + 1; i < N_PROPS; i++)
    if (i != PROP_REASON && i != PROP_CHOICES)
      g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  till_payment_set_progress (self, checkout_words_public_state (payment->state), payment->reason);
  g_object_thaw_notify (G_OBJECT (self));
}

void
till_payment_set_masked_pan (TillPayment *self, const char *masked_pan)
{
  if (g_strcmp0 (self->payment->masked_pan, masked_pan) == 0)
    return;
  g_free (self->payment->masked_pan);
  self->payment->masked_pan = g_strdup (masked_pan);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MASKED_PAN]);
}

void
till_payment_set_progress (TillPayment *self, TillPaymentState state, const char *reason)
{
  if (state == TILL_PAYMENT_STATE_WAITING_CARD && g_cancellable_is_cancelled (self->cancellable))
    reason = "cancelling"; /* whatever the reader wants */
  if (g_strcmp0 (reason, "leave-in") == 0)
    self->has_chip = TRUE;
  else if (g_strcmp0 (reason, "card-removed") == 0 || g_strcmp0 (reason, "card-torn") == 0)
    self->has_chip = FALSE;
  if (g_strcmp0 (self->reason, reason) != 0)
    {
      g_free (self->reason);
      self->reason = g_strdup (reason);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
}

GCancellable *
till_payment_cancellable (TillPayment *self)
{
  return self->cancellable;
}

TillPaymentState
till_payment_state (TillPayment *self)
{
  return self->state;
}

gboolean
till_payment_is_card (TillPayment *self)
{
  return self->payment->tender == VAULT_TENDER_CARD;
}

gint64
till_payment_amount_minor (TillPayment *self)
{
  return self->payment->amount_minor;
}

gint64
till_payment_tendered_minor (TillPayment *self)
{
  return self->payment->tendered_minor;
}

gint64
till_payment_change_minor (TillPayment *self)
{
  return self->payment->change_minor;
}

TillApprovedBy
till_payment_approved_by (TillPayment *self)
{
  if (self->payment->state == VAULT_STATE_CHIP_UNSENT
      || self->payment->state == VAULT_STATE_CHIP_SENT)
    return TILL_APPROVED_BY_CHIP;
  return self->state == TILL_PAYMENT_STATE_APPROVED && till_payment_is_card (self)
             ? TILL_APPROVED_BY_ACQUIRER
             : TILL_APPROVED_BY_NOBODY;
}

gboolean
till_payment_sent (TillPayment *self)
{
  return self->payment->state == VAULT_STATE_APPROVED
         || self->payment->state == VAULT_STATE_CHIP_SENT
         || self->payment->state == VAULT_STATE_COMPLETED_SENT;
}

guint
till_payment_stan (TillPayment *self)
{
  return self->payment->stan;
}

gint64
till_payment_at_us (TillPayment *self)
{
  return self->payment->at_us;
}

const char *
till_payment_masked_pan (TillPayment *self)
{
  return self->payment->masked_pan;
}

const char *
till_payment_auth_code (TillPayment *self)
{
  return self->payment->auth_code;
}

const char *
till_payment_response (TillPayment *self)
{
  return self->payment->response;
}

const char *
till_payment_answer (TillPayment *self)
{
  return self->answer;
}

const char *
till_payment_reason (TillPayment *self)
{
  return self->reason;
}

gboolean
till_payment_slip (TillPayment *self, CheckoutSlip *out_slip)
{
  return checkout_slip_from_text (self->payment->slip, out_slip);
}

gboolean
till_payment_wants_signature (TillPayment *self)
{
  return checkout_receipt_is_signed (self->payment);
}

const char *
till_payment_uuid (TillPayment *self)
{
  return self->payment->uuid;
}

gboolean
till_payment_covers (TillPayment *self)
{
  return vault_payment_covers (self->payment);
}

gboolean
till_payment_is_running (TillPayment *self)
{
  return self->state == TILL_PAYMENT_STATE_IDLE || self->state == TILL_PAYMENT_STATE_WAITING_CARD
         || self->state == TILL_PAYMENT_STATE_SENDING;
}

const char *const *
till_payment_choices (TillPayment *self)
{
  return (const char *const *)self->choices;
}

/* `choices` is taken over. */
static void
set_choices (TillPayment *self, char **choices)
{
  g_strfreev (self->choices);
  self->choices = choices;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOICES]);
}

static void
decide (TillPayment *self, int choice)
{
  g_mutex_lock (&self->mutex);
  if (self->choice == UNDECIDED)
    self->choice = choice;
  g_cond_signal (&self->decided);
  g_mutex_unlock (&self->mutex);
}

void
till_payment_choose (TillPayment *self, int index)
{
  if (self->choices == NULL || index < -1 || index >= (int)g_strv_length (self->choices))
    return;
  set_choices (self, NULL);
  decide (self, index);
}

gboolean
till_payment_leaves_card (TillPayment *self)
{
  return self->has_chip && !till_payment_is_running (self);
}

void
till_payment_cancel (TillPayment *self)
{
  g_cancellable_cancel (self->cancellable);
  till_payment_choose (self, -1);
  if (self->state == TILL_PAYMENT_STATE_WAITING_CARD)
    till_payment_set_progress (self, self->state, self->reason);
}

typedef struct
{
  TillPayment *self;
  char **names; /* NULL: nothing is asked any more */
} Question;

static gboolean
on_question_cb (gpointer data)
{
  Question *question = data;
  gboolean heard
      = g_signal_has_handler_pending (question->self, g_signal_lookup ("notify", G_TYPE_OBJECT),
                                      g_quark_from_static_string ("choices"), FALSE);

  if (question->names == NULL && question->self->choices == NULL)
    return G_SOURCE_REMOVE;
  if (question->names != NULL && !heard)
    decide (question->self, CHECKOUT_CARD_NOBODY);
  else
    set_choices (question->self, g_steal_pointer (&question->names));
  return G_SOURCE_REMOVE;
}

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->self);
  g_strfreev (question->names);
  g_free (question);
}

static void
put_question (TillPayment *self, char **names, GMainContext *context)
{
  Question *question = g_new0 (Question, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  *question = (Question){ g_object_ref (self), names };
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_question_cb, question, question_free);
  g_source_attach (source, context);
}

int
till_payment_ask (TillPayment *self, const char *const *names, guint count, GMainContext *context)
{
  gint64 end = g_get_monotonic_time () + CHOICE_MS * 1000LL;
  g_autoptr (GStrvBuilder) copy = g_strv_builder_new ();
  int choice;

  for (guint i = 0; i < count; i++)
    g_strv_builder_add (copy, names[i]);
  g_mutex_lock (&self->mutex);
  self->choice = UNDECIDED;
  put_question (self, g_strv_builder_end (copy), context);
  while (self->choice == UNDECIDED && !g_cancellable_is_cancelled (self->cancellable)
         && g_get_monotonic_time () < end)
    g_cond_wait_until (&self->decided, &self->mutex, g_get_monotonic_time () + CHOICE_LOOK_US);
  choice = self->choice != UNDECIDED ? self->choice : -1;
  self->choice = choice; /* a later word comes too late */
  g_mutex_unlock (&self->mutex);
  put_question (self, NULL, context);
  return choice;
}
