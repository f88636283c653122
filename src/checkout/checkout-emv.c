/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-emv.h"

#include "base-number.h"
#include "checkout-test-key.h"
#include "crypto-random.h"
#include "emv-tlv.h"
#include "sync-certificates.h"
#include "sync-download.h"

#include <glib/gi18n.h>
#include <string.h>

#define DIGITS_MIN 8
#define DIGITS_MAX 19
#define SHOWN_FIRST 6
#define SHOWN_LAST 4
#define TRACK2_MAX 38
#define BLOCK_MAX 2048
#define SERIAL_SIZE 8
#define TYPE_ATTENDED 0x22 /* offline, and able to go online */
#define CAN_CHIP 0x20
#define CAN_STRIPE 0x40
#define CAN_PIN 0x80
#define CAN_SIGNATURE 0x20
#define CAN_NO_CVM 0x08
#define CAN_ODA 0xC8 /* SDA, DDA, CDA */
#define TAG_SCRIPTS 0xDF31
#define TAG_NAME 0x84
#define TAG_TVR 0x95
#define TAG_TSI 0x9B
#define TAG_CRYPTOGRAM 0x9F26
#define TAG_CID 0x9F27
#define TAG_CVM_RESULTS 0x9F34
#define CVM_RESULTS_SIZE 3 /* method, condition, result */
#define CVM_METHOD 0x3F
#define CVM_PIN_AND_SIGNATURE 0x03
#define CVM_NONE 0x1F
#define CVM_UNKNOWN 0x00
#define CVM_GOOD 0x02

G_STATIC_ASSERT (EMV_NAME_MAX <= CHECKOUT_SLIP_NAME_MAX);

/* ---- The terminal ---- */

/* The acquirer's keys go before the shop's own. */
static gboolean
load (CheckoutEmvTerminal *self, CheckoutShop *shop, GError **error)
{
  g_autoptr (GArray) aids = sync_download_aids (shop->vault, error);
  g_autoptr (GArray) own = aids != NULL ? checkout_test_key_list (shop, error) : NULL;

  self->values.keys = own != NULL ? sync_download_keys (shop->vault, error) : NULL;
  if (self->values.keys == NULL)
    return FALSE;
  if (own->len > 0)
    g_array_append_vals (self->values.keys, own->data, own->len);
  for (guint i = 0; i < aids->len; i++)
    g_array_append_val (self->values.applications, g_array_index (aids, AcquirerEmvAid, i).rules);
  return TRUE;
}

static guint16
number (const char *text)
{
  guint64 value = 0;

  return text != NULL && base_number_parse (text, 10, 0, 999, &value) ? (guint16)value : 0;
}

/* Eight characters of the till's own name: the end of its terminal's where it has none. */
static void
name_device (EmvTerminal *self, const char *terminal)
{
  gsize size = strlen (terminal);

  g_strlcpy (self->serial, terminal + (size > SERIAL_SIZE ? size - SERIAL_SIZE : 0),
             sizeof self->serial);
  while (strlen (self->serial) < SERIAL_SIZE)
    g_strlcat (self->serial, "0", sizeof self->serial);
}

static void
describe (EmvTerminal *self, CheckoutShop *shop, gboolean pad)
{
  static const guint8 additional[] = { 0x60, 0x00, 0xF0, 0xE0, 0x01 };

  self->capabilities[0] = CAN_CHIP | CAN_STRIPE;
  self->capabilities[1] = CAN_SIGNATURE | CAN_NO_CVM | (pad ? CAN_PIN : 0);
  self->capabilities[2] = CAN_ODA;
  for (gsize i = 0; i < sizeof additional; i++)
    self->additional[i] = additional[i];
  self->type = TYPE_ATTENDED;
  self->code_tables = 0x01;
  self->country = (guint16)vault_setting_number (shop->vault, CHECKOUT_SETTING_COUNTRY,
                                                 number (base_money_numeric (shop->currency)));
  g_strlcpy (self->terminal, sync_line_terminal (shop->line), sizeof self->terminal);
  g_strlcpy (self->merchant, sync_line_merchant (shop->line), sizeof self->merchant);
  name_device (self, self->terminal);
}

CheckoutEmvTerminal *
checkout_emv_terminal_new (CheckoutShop *shop, gboolean pad, GError **error)
{
  g_autoptr (CheckoutEmvTerminal) self = g_new0 (CheckoutEmvTerminal, 1);

  self->values.applications = g_array_new (FALSE, FALSE, sizeof (EmvApplicationRules));
  describe (&self->values, shop, pad);
  return load (self, shop, error) ? g_steal_pointer (&self) : NULL;
}

void
checkout_emv_terminal_free (CheckoutEmvTerminal *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->values.applications);
  g_clear_pointer (&self->values.keys, g_array_unref);
  g_free (self);
}

EmvSale
checkout_emv_sale (CheckoutShop *shop, gint64 amount_minor, guint8 kind)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  EmvSale sale = { .amount_minor = amount_minor,
                   .currency = number (base_money_numeric (shop->currency)),
                   .exponent = (guint8)base_money_exponent (shop->currency),
                   .kind = kind,
                   .online = TRUE };
  guint8 chance;

  sale.date = (guint32)(g_date_time_get_year (now) * 10000 + g_date_time_get_month (now) * 100
                        + g_date_time_get_day_of_month (now));
  sale.time = (guint32)(g_date_time_get_hour (now) * 10000 + g_date_time_get_minute (now) * 100
                        + g_date_time_get_second (now));
  sale.sequence = 1 + (guint32)(g_date_time_to_unix (now) % 99999999);
  crypto_random_bytes (sale.unpredictable, sizeof sale.unpredictable);
  crypto_random_bytes (&chance, 1);
  sale.random_percent = 1 + chance % 99u;
  return sale;
}

/* ---- The card block ---- */

/* Digits up to the first nibble that is none. */
static char *
digits_of (BaseSpan packed, gsize most)
{
  GString *text = g_string_sized_new (2 * packed.size + 1);

  for (gsize i = 0; i < 2 * packed.size && text->len < most; i++)
    {
      guint nibble = i % 2 == 0 ? packed.data[i / 2] >> 4 : packed.data[i / 2] & 0x0F;

      if (nibble > 9)
        break;
      g_string_append_c (text, (char)('0' + nibble));
    }
  return g_string_free (text, FALSE);
}

/* "PAN=YYMM…": the separator is a D nibble, F fills up. */
static char *
track_of (BaseSpan packed)
{
  GString *text = g_string_sized_new (TRACK2_MAX + 1);

  for (gsize i = 0; i < 2 * packed.size && text->len < TRACK2_MAX; i++)
    {
      guint nibble = i % 2 == 0 ? packed.data[i / 2] >> 4 : packed.data[i / 2] & 0x0F;

      if (nibble == 0x0F)
        break;
      g_string_append_c (text, nibble == 0x0D ? '=' : (char)('0' + nibble % 10));
    }
  return g_string_free (text, FALSE);
}

char *
checkout_emv_mask (const char *digits)
{
  gsize size = strlen (digits);
  char *masked = size > SHOWN_FIRST + SHOWN_LAST ? g_strdup (digits) : NULL;

  for (gsize i = SHOWN_FIRST; masked != NULL && i < size - SHOWN_LAST; i++)
    masked[i] = '*';
  return masked;
}

char *
checkout_emv_masked_number (const EmvData *data)
{
  char *digits = digits_of (emv_data_get (data, 0x5A), DIGITS_MAX);
  char *masked = checkout_emv_mask (digits);

  base_secret_free_text (digits);
  return masked;
}

/* Which objects the acquirer gets. Those with the card's number only where it alone can read them;
 * else they go into fields of their own. */
static gboolean
is_told (const EmvObject *object, gboolean sealed)
{
  static const guint32 told[]
      = { 0x9F26, 0x9F27, 0x9F10, 0x9F37, 0x9F36, 0x95,   0x9A,   0x9C,   0x9F02,
          0x5F2A, 0x82,   0x9F1A, 0x9F03, 0x9F33, 0x9F34, 0x9F35, 0x9F1E, 0x84,
          0x9F09, 0x9F41, 0x9F63, 0x9F74, 0x8A,   0x9B,   0x5F34, 0x50,   0x9F06 };
  static const guint32 card[] = { 0x5A, 0x57, 0x5F24 };

  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    if (told[i] == object->tag)
      return object->value.size > 0;
  for (guint i = 0; sealed && i < G_N_ELEMENTS (card); i++)
    if (card[i] == object->tag)
      return object->value.size > 0;
  return FALSE;
}

static BaseSecret *
write_objects (const EmvData *data, BaseSpan scripts, gboolean sealed)
{
  g_auto (BaseWriter) writer = { 0 };
  BaseSecret *written;

  base_writer_init (&writer, BLOCK_MAX);
  for (guint i = 0; i < emv_data_count (data); i++)
    {
      EmvObject object = emv_data_at (data, i);

      if (is_told (&object, sealed))
        (void)emv_tlv_put (&writer, object.tag, object.value);
    }
  if (scripts.size > 0)
    (void)emv_tlv_put (&writer, TAG_SCRIPTS, scripts);
  written = writer.overflowed || base_writer_span (&writer).size == 0
                ? NULL
                : base_secret_new_from (base_writer_span (&writer));
  base_secret_wipe (writer.bytes->data, writer.bytes->len);
  return written;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_SETTINGS,
                       _ ("The chip's data can't be put into a message for this acquirer"));
  return FALSE;
}

/* Number, expiry, sequence and track as the fields of a message that the till makes itself. */
static gboolean
write_fields (const EmvData *data, CheckoutEmvBlock *block)
{
  BaseSpan expiry = emv_data_get (data, 0x5F24), sequence = emv_data_get (data, 0x5F34);

  block->pan = digits_of (emv_data_get (data, 0x5A), DIGITS_MAX);
  if (strlen (block->pan) < DIGITS_MIN || expiry.size != 3)
    return FALSE;
  block->expiry = digits_of (BASE_SPAN (expiry.data, 2), 4);
  if (sequence.size == 1)
    block->sequence = g_strdup_printf ("0%u%u", sequence.data[0] >> 4, sequence.data[0] & 0x0Fu);
  if (emv_data_has (data, 0x57))
    block->track2 = track_of (emv_data_get (data, 0x57));
  block->entry.pan = block->pan;
  block->entry.expiry = block->expiry;
  block->entry.sequence = block->sequence;
  block->entry.track2 = block->track2;
  block->entry.chip = base_secret_span (block->chip);
  return TRUE;
}

gboolean
checkout_emv_block (CheckoutShop *shop,
                    const EmvData *data,
                    BaseSpan scripts,
                    CheckoutEmvBlock *out,
                    GError **error)
{
  gboolean sealed
      = acquirer_profile_card_data (sync_line_profile (shop->line)) == ACQUIRER_CARD_DATA_ACQUIRER;

  *out = (CheckoutEmvBlock){ .entry = { .kind = ACQUIRER_ENTRY_CHIP } };
  out->chip = write_objects (data, scripts, sealed);
  if (out->chip == NULL)
    return refuse (error);
  if (!sealed)
    return write_fields (data, out) || refuse (error);
  out->envelope = sync_certificates_seal (shop->vault, base_secret_span (out->chip),
                                          g_get_real_time () / G_USEC_PER_SEC, error);
  if (out->envelope == NULL)
    return FALSE;
  out->entry.envelope = base_bytes_span (out->envelope);
  g_clear_pointer (&out->chip, base_secret_free); /* only the acquirer has it from now on */
  return TRUE;
}

void
checkout_emv_block_clear (CheckoutEmvBlock *self)
{
  base_secret_free (self->chip);
  g_clear_pointer (&self->envelope, g_bytes_unref);
  base_secret_free_text (self->pan);
  base_secret_free_text (self->expiry);
  base_secret_free_text (self->sequence);
  base_secret_free_text (self->track2);
  *self = (CheckoutEmvBlock){ 0 };
}

/* ---- The slip ---- */

static void
put_hex (const EmvKernel *kernel, guint32 tag, char *out, gsize size)
{
  g_autofree char *hex = base_bytes_to_hex (emv_data_get (emv_kernel_data (kernel), tag));

  if (strlen (hex) < size)
    g_strlcpy (out, hex, size);
}

static const char *
kind_of (const EmvKernel *kernel)
{
  static const char *const kinds[] = { "AAC", "TC", "ARQC", "" };
  BaseSpan information = emv_data_get (emv_kernel_data (kernel), TAG_CID);

  return information.size == 1 ? kinds[information.data[0] >> 6] : "";
}

/* Which method it was, and how it went (EMV 4.4 Book 4, Annex A4); a signature is nobody's word yet
 * but the kernel's. */
static CheckoutHolder
holder_of (const EmvKernel *kernel)
{
  BaseSpan results = emv_data_get (emv_kernel_data (kernel), TAG_CVM_RESULTS);
  guint8 method = results.size == CVM_RESULTS_SIZE ? results.data[0] & CVM_METHOD : CVM_METHOD;

  if (emv_kernel_wants_signature (kernel))
    return method == CVM_PIN_AND_SIGNATURE ? CHECKOUT_HOLDER_PIN_AND_SIGNATURE
                                           : CHECKOUT_HOLDER_SIGNATURE;
  if (results.size != CVM_RESULTS_SIZE || results.data[2] == CVM_UNKNOWN)
    return CHECKOUT_HOLDER_UNSAID;
  if (results.data[2] != CVM_GOOD)
    return CHECKOUT_HOLDER_FAILED;
  return method == CVM_NONE ? CHECKOUT_HOLDER_NONE : CHECKOUT_HOLDER_PIN;
}

void
checkout_emv_slip (const EmvKernel *kernel, CheckoutSlip *out_slip)
{
  const EmvCandidate *application = emv_kernel_application (kernel);

  *out_slip = (CheckoutSlip){ .entry = CHECKOUT_ENTRY_CHIP, .holder = holder_of (kernel) };
  if (application != NULL && application->named)
    g_strlcpy (out_slip->application, application->name, sizeof out_slip->application);
  put_hex (kernel, TAG_NAME, out_slip->aid, sizeof out_slip->aid);
  put_hex (kernel, TAG_CRYPTOGRAM, out_slip->cryptogram, sizeof out_slip->cryptogram);
  if (out_slip->cryptogram[0] != '\0')
    g_strlcpy (out_slip->kind, kind_of (kernel), sizeof out_slip->kind);
  put_hex (kernel, TAG_TVR, out_slip->tvr, sizeof out_slip->tvr);
  put_hex (kernel, TAG_TSI, out_slip->tsi, sizeof out_slip->tsi);
}
