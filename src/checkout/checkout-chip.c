/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-chip.h"

#include "base-secret.h"
#include "checkout-pin-pad.h"
#include "vault-trace.h"

#include <string.h>

#define KIND_SALE 0x00
#define STATUS_SIZE 2
#define TAG_RESULTS 0x95
#define COMBINED_FAILED 0x04     /* byte 1 */
#define SERVICE_NOT_ALLOWED 0x10 /* byte 2 */
#define PIN_PAD_MISSING 0x10     /* byte 3 */

struct _CheckoutChipCard
{
  CheckoutCard *card;
  ChipReader *reader;
  CheckoutEmvTerminal *terminal;
  EmvKernel *kernel;
  CheckoutEmvBlock first, advice, scripts;
  CheckoutChip seam;
  char *masked_pan;
  ChipOutcome outcome; /* of the last exchange */
  EmvPhase phase;
};

CheckoutChipCard *
checkout_chip_new (CheckoutCard *card, ChipReader *reader)
{
  CheckoutChipCard *self = g_new0 (CheckoutChipCard, 1);

  self->card = card;
  self->reader = reader;
  return self;
}

void
checkout_chip_free (CheckoutChipCard *self)
{
  if (self == NULL)
    return;
  chip_reader_power_off (self->reader);
  emv_kernel_free (self->kernel);
  checkout_emv_terminal_free (self->terminal);
  checkout_emv_block_clear (&self->first);
  checkout_emv_block_clear (&self->advice);
  checkout_emv_block_clear (&self->scripts);
  g_free (self->masked_pan);
  g_free (self);
}

static void
tell (CheckoutChipCard *self, const char *reason)
{
  if (self->card->notify != NULL)
    self->card->notify (TILL_PAYMENT_STATE_WAITING_CARD, reason, self->card->data);
}

/* ---- What the kernel asks of us ---- */

static void
phase_cb (gpointer ctx, EmvPhase phase)
{
  CheckoutChipCard *self = ctx;

  self->phase = phase;
}

/* Until the card was asked for a cryptogram nobody has promised anything. */
static gboolean
is_given_up (const CheckoutChipCard *self)
{
  return self->phase <= EMV_PHASE_FIRST && g_cancellable_is_cancelled (self->card->cancellable);
}

static EmvLink
link_for (ChipOutcome outcome)
{
  switch (outcome)
    {
    case CHIP_DONE:
      return EMV_LINK_DONE;
    case CHIP_NO_CARD:
    case CHIP_REMOVED:
      return EMV_LINK_REMOVED;
    case CHIP_MUTE:
    case CHIP_TIMED_OUT:
      return EMV_LINK_MUTE;
    case CHIP_GONE:
    case CHIP_CANCELLED:
    case CHIP_REFUSED:
    case CHIP_FAULT:
      break;
    }
  return EMV_LINK_FAULT;
}

static EmvLink
transmit_cb (gpointer ctx, BaseSpan command, EmvResponse *out_response)
{
  CheckoutChipCard *self = ctx;
  guint8 answer[CHIP_ANSWER_MAX];
  gsize size;

  out_response->size = 0;
  out_response->status = 0;
  if (is_given_up (self))
    return EMV_LINK_GIVEN_UP;
  self->outcome = chip_reader_transmit (self->reader, command, answer, &size);
  if (self->outcome != CHIP_DONE)
    return link_for (self->outcome);
  for (gsize i = 0; i < size - STATUS_SIZE; i++)
    out_response->bytes[i] = answer[i];
  out_response->size = size - STATUS_SIZE;
  out_response->status = (guint16)(answer[size - 2] << 8 | answer[size - 1]);
  base_secret_wipe (answer, sizeof answer);
  return EMV_LINK_DONE;
}

static int
first_unconfirmed (const EmvCandidate *list, guint count)
{
  for (guint i = 0; i < count; i++)
    if (!list[i].confirm)
      return (int)i;
  return -1;
}

static int
choose_cb (gpointer ctx, const EmvCandidate *list, guint count)
{
  CheckoutChipCard *self = ctx;
  const char *names[EMV_CANDIDATES_MAX];
  int chosen = CHECKOUT_CARD_NOBODY;

  for (guint i = 0; i < count; i++)
    names[i] = list[i].name;
  if (self->card->choose != NULL)
    {
      tell (self, "choose");
      chosen = self->card->choose (names, count, self->card->data);
      tell (self, "leave-in");
    }
  return chosen == CHECKOUT_CARD_NOBODY ? first_unconfirmed (list, count) : chosen;
}

static EmvPin
verify_pin_cb (gpointer ctx, guint tries_left, guint16 *out_status)
{
  CheckoutChipCard *self = ctx;
  ChipPin pin;

  tell (self, tries_left == 1 ? "pin-last" : "pin");
  pin = chip_reader_verify_pin (self->reader, out_status, &self->outcome);
  tell (self, "leave-in");
  if (self->outcome == CHIP_REMOVED || self->outcome == CHIP_GONE)
    return EMV_PIN_REMOVED;
  switch (pin)
    {
    case CHIP_PIN_SENT:
      return EMV_PIN_CHECKED;
    case CHIP_PIN_TIMED_OUT:
      return EMV_PIN_BYPASSED;
    case CHIP_PIN_CANCELLED:
      return EMV_PIN_CANCELLED;
    case CHIP_PIN_NONE:
      break;
    }
  return EMV_PIN_BROKEN;
}

/* What the same card has bought here that its issuer doesn't know of. It is known by its first and
 * last digits alone: another card that shares them only makes us ask more often. */
static gint64
logged_cb (gpointer ctx, BaseSpan digits)
{
  CheckoutChipCard *self = ctx;
  g_autofree char *masked = emv_kernel_data (self->kernel) != NULL
                                ? checkout_emv_masked_number (emv_kernel_data (self->kernel))
                                : NULL;

  return masked != NULL ? vault_queue_chip_minor (self->card->shop->vault, masked) : 0;
}

/* ---- To the first cryptogram ---- */

static gboolean
give_up (CheckoutChipRead how, const char *why, CheckoutChipRead *out_read, const char **out_reason)
{
  *out_read = how;
  *out_reason = why;
  return TRUE;
}

static gboolean
takes_stripe (const CheckoutChipCard *self)
{
  const AcquirerProfile *profile = sync_line_profile (self->card->shop->line);

  return acquirer_profile_fallback (profile)
         && acquirer_profile_card_data (profile) == ACQUIRER_CARD_DATA_ACQUIRER;
}

/* TRUE: it speaks. */
static gboolean
reset (CheckoutChipCard *self, CheckoutChipRead *out_read, const char **out_reason)
{
  ChipAtr atr;

  self->outcome = chip_reader_power_on (self->reader, &atr, /* error= */ NULL);
  switch (self->outcome)
    {
    case CHIP_DONE:
      return TRUE;
    case CHIP_NO_CARD:
    case CHIP_REMOVED:
      give_up (CHECKOUT_CHIP_CANCELLED, "card-removed", out_read, out_reason);
      return FALSE;
    case CHIP_GONE:
    case CHIP_FAULT:
    case CHIP_TIMED_OUT:
    case CHIP_CANCELLED:
      give_up (CHECKOUT_CHIP_UNUSABLE, "reader-fault", out_read, out_reason);
      return FALSE;
    case CHIP_MUTE:
    case CHIP_REFUSED:
      break;
    }
  give_up (takes_stripe (self) ? CHECKOUT_CHIP_STRIPE : CHECKOUT_CHIP_UNUSABLE, "chip-unreadable",
           out_read, out_reason);
  return FALSE;
}

static void
judge_end (CheckoutChipCard *self, CheckoutChipRead *out_read, const char **out_reason)
{
  const char *reason = emv_kernel_reason (self->kernel);

  if (emv_kernel_may_fall_back (self->kernel) && takes_stripe (self))
    give_up (CHECKOUT_CHIP_STRIPE, reason, out_read, out_reason);
  else if (g_strcmp0 (reason, "card-removed") == 0 || g_strcmp0 (reason, "cancelled") == 0)
    give_up (CHECKOUT_CHIP_CANCELLED, reason, out_read, out_reason);
  else
    give_up (CHECKOUT_CHIP_UNUSABLE, reason != NULL ? reason : "card-error", out_read, out_reason);
}

/* ---- The second cryptogram ---- */

static EmvOnline
online_of (const CheckoutChipNews *news)
{
  EmvOnline online = { .how = news->outcome == CHECKOUT_CHIP_ANSWERED ? EMV_ONLINE_ANSWERED
                              : news->outcome == CHECKOUT_CHIP_UNABLE ? EMV_ONLINE_UNABLE
                                                                      : EMV_ONLINE_LOST };

  if (news->outcome != CHECKOUT_CHIP_ANSWERED)
    return online;
  online.approved = news->approved;
  online.issuer_data = news->data;
  g_strlcpy (online.code, news->code != NULL ? news->code : "", sizeof online.code);
  return online;
}

/* What can't be put into a message is left out: the payment's outcome doesn't hang on it, but for a
 * certificate, without which the chip has not approved. */
static gboolean
leave (CheckoutChipCard *self, BaseSpan scripts, CheckoutEmvBlock *block, AcquirerEntry *out_entry)
{
  g_autoptr (GError) error = NULL;

  if (!checkout_emv_block (self->card->shop, emv_kernel_data (self->kernel), scripts, block,
                           &error))
    {
      g_warning ("A chip's last word can't be told: %s", error->message);
      return FALSE;
    }
  *out_entry = block->entry;
  return TRUE;
}

/* Why there was no second cryptogram, where it isn't the card's own will. */
static const char *
second_reason (const CheckoutChipCard *self)
{
  const char *reason = emv_kernel_reason (self->kernel);

  if (g_strcmp0 (reason, "card-removed") == 0)
    return "card-torn";
  if (g_strcmp0 (reason, "card-mute") == 0)
    return "card-stopped";
  return g_strcmp0 (reason, "reader-fault") == 0 ? "reader-torn" : NULL;
}

/* What is in the books of it from the next commit on. */
static void
note_slip (CheckoutChipCard *self)
{
  VaultPayment *payment = self->card->payment;
  CheckoutSlip slip;

  checkout_emv_slip (self->kernel, &slip);
  g_free (payment->slip);
  payment->slip = checkout_slip_to_text (&slip);
}

/* The slip has the cryptogram that the acquirer has or gets: a chip that refuses to approve by
 * itself leaves the one that is stored, and what is lost is in the books already. */
static CheckoutChipSays
second_cb (const CheckoutChipNews *news, CheckoutChipLeft *out_left, gpointer data)
{
  CheckoutChipCard *self = data;
  const EmvOnline online = online_of (news);
  EmvSays says = emv_kernel_finish (self->kernel, &online);
  BaseSpan scripts = emv_kernel_script_results (self->kernel);

  out_left->reason = second_reason (self);
  if (news->outcome == CHECKOUT_CHIP_ANSWERED || says == EMV_SAYS_APPROVES)
    note_slip (self);
  if (scripts.size > 0)
    (void)leave (self, scripts, &self->scripts, &out_left->scripts);
  if (says != EMV_SAYS_APPROVES)
    return CHECKOUT_CHIP_REFUSES;
  if (news->outcome == CHECKOUT_CHIP_UNABLE
      && !leave (self, BASE_SPAN (NULL, 0), &self->advice, &out_left->advice))
    return CHECKOUT_CHIP_REFUSES;
  return CHECKOUT_CHIP_APPROVES;
}

/* The card wanted a PIN that this reader's pad could take, had a manager tried it (C5: byte 3). */
static gboolean
lacks_tried_pad (const CheckoutChipCard *self)
{
  BaseSpan results = emv_data_get (emv_kernel_data (self->kernel), TAG_RESULTS);

  return results.size > 2 && (results.data[2] & PIN_PAD_MISSING) != 0
         && chip_reader_has_pad (self->reader)
         && !checkout_pin_pad_is_proven (self->card->shop, self->reader);
}

/* A refusal is the card's own, unless its signature was wrong, the rules forbid the service, or its
 * PIN couldn't be typed (EMV 4.4 Book 3, C5: the first bytes of the terminal's results). */
static const char *
refusal_reason (const CheckoutChipCard *self)
{
  const char *reason = emv_kernel_reason (self->kernel);
  BaseSpan results = emv_data_get (emv_kernel_data (self->kernel), TAG_RESULTS);

  if (reason != NULL || results.size < 2)
    return reason;
  if ((results.data[0] & COMBINED_FAILED) != 0)
    return "card-forged";
  if ((results.data[1] & SERVICE_NOT_ALLOWED) != 0)
    return "not-accepted";
  return lacks_tried_pad (self) ? "card-wants-pad" : NULL;
}

static gboolean
take_first (CheckoutChipCard *self, EmvSays says, GError **error)
{
  self->seam = (CheckoutChip){ .first = says == EMV_SAYS_ASKS       ? CHECKOUT_CHIP_ASKS
                                        : says == EMV_SAYS_APPROVES ? CHECKOUT_CHIP_APPROVES
                                                                    : CHECKOUT_CHIP_REFUSES,
                               .reason = refusal_reason (self),
                               .declined = lacks_tried_pad (self) ? "declined-wants-pad" : NULL,
                               .second = second_cb,
                               .data = self };
  self->masked_pan = checkout_emv_masked_number (emv_kernel_data (self->kernel));
  note_slip (self);
  return checkout_emv_block (self->card->shop, emv_kernel_data (self->kernel), BASE_SPAN (NULL, 0),
                             &self->first, error);
}

static EmvKernel *
make_kernel (CheckoutChipCard *self, gboolean pad)
{
  const CheckoutCard *card = self->card;
  EmvSale sale = checkout_emv_sale (
      card->shop, card->payment != NULL ? ABS (card->payment->amount_minor) : 0, KIND_SALE);
  const EmvHolder holder = { .choose = choose_cb,
                             .verify_pin = pad ? verify_pin_cb : NULL,
                             .logged_minor = logged_cb,
                             .phase = phase_cb,
                             .ctx = self };

  sale.force_online = card->sale != NULL && card->sale->kind != VAULT_SALE_SALE;
  return emv_kernel_new (&self->terminal->values, &sale, (EmvTransport){ transmit_cb, self },
                         &holder);
}

/* A kernel, with a card that was reset; none with *out_reason. FALSE: a fault of the vault. */
static gboolean
begin (CheckoutChipCard *self,
       gboolean pad,
       CheckoutChipRead *out_read,
       const char **out_reason,
       GError **error)
{
  self->terminal = checkout_emv_terminal_new (self->card->shop, pad, error);
  if (self->terminal == NULL)
    return FALSE;
  if (self->terminal->values.applications->len == 0)
    return give_up (CHECKOUT_CHIP_UNUSABLE, "no-applications", out_read, out_reason);
  tell (self, "leave-in");
  if (reset (self, out_read, out_reason))
    self->kernel = make_kernel (self, pad);
  return TRUE;
}

gboolean
checkout_chip_try_pin (CheckoutChipCard *self,
                       EmvPin *out_pin,
                       guint16 *out_status,
                       const char **out_reason,
                       GError **error)
{
  CheckoutChipRead ignored;

  *out_reason = NULL;
  if (!begin (self, /* pad= */ TRUE, &ignored, out_reason, error))
    return FALSE;
  if (self->kernel != NULL && !emv_kernel_try_pin (self->kernel, out_pin, out_status))
    *out_reason = emv_kernel_reason (self->kernel);
  return TRUE;
}

gboolean
checkout_chip_read (CheckoutChipCard *self,
                    CheckoutChipRead *out_read,
                    const char **out_reason,
                    GError **error)
{
  gboolean pad = checkout_pin_pad_is_proven (self->card->shop, self->reader);
  EmvSays says;

  if (!begin (self, pad, out_read, out_reason, error))
    return FALSE;
  if (self->kernel == NULL)
    return TRUE;
  says = emv_kernel_run (self->kernel);
  if (says == EMV_SAYS_ENDED)
    {
      judge_end (self, out_read, out_reason);
      return TRUE;
    }
  *out_read = CHECKOUT_CHIP_READ;
  *out_reason = NULL;
  return take_first (self, says, error);
}

const AcquirerEntry *
checkout_chip_entry (const CheckoutChipCard *self)
{
  return &self->first.entry;
}

const CheckoutChip *
checkout_chip_seam (const CheckoutChipCard *self)
{
  return &self->seam;
}

const char *
checkout_chip_masked_pan (const CheckoutChipCard *self)
{
  return self->masked_pan;
}

G_STATIC_ASSERT (EMV_TRACE_TEXT_MAX <= VAULT_TRACE_TEXT_MAX);

char *
checkout_chip_trace (const CheckoutChipCard *self)
{
  return self->kernel != NULL
             ? emv_trace_to_text (emv_kernel_trace (self->kernel), emv_kernel_data (self->kernel))
             : NULL;
}
