/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-print.h"

#include "checkout-receipt.h"
#include "checkout-report.h"

#include "device-error.h"
#include "paper-raster.h"

#define N_(text) text
#define DRAWER_LATE_US (60 * G_USEC_PER_SEC)

struct _CheckoutPrint
{
  CheckoutShop *shop;
  Printer *printer;  /* kept open between jobs; NULL until needed and after an unplug */
  gboolean torn;     /* the printer may still be in the middle of a picture of ours */
  gboolean has_sent; /* some job of this run of the program went to the printer */
};

CheckoutPrint *
checkout_print_new (CheckoutShop *shop)
{
  CheckoutPrint *self = g_new0 (CheckoutPrint, 1);

  self->shop = shop;
  return self;
}

void
checkout_print_free (CheckoutPrint *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->printer, printer_free);
  g_free (self);
}

/* NULL: none is there, or it can't be opened; out_reason says so. */
static Printer *
open_printer (CheckoutPrint *self, const char **out_reason)
{
  g_autoptr (DeviceEntry) entry = NULL;
  g_autoptr (GError) error = NULL;

  *out_reason = "no-printer";
  if (self->printer != NULL || self->shop->devices == NULL)
    return self->printer;
  if (device_list_refresh (self->shop->devices, /* error= */ NULL))
    entry = device_list_find (self->shop->devices, DEVICE_ROLE_PRINTER, /* identity= */ NULL);
  if (entry == NULL)
    return NULL;
  self->printer = printer_open (self->shop->bus, entry, /* profile= */ NULL, &error);
  if (self->printer == NULL)
    *out_reason = g_error_matches (error, DEVICE_ERROR, DEVICE_ERROR_BUSY)     ? "busy"
                  : g_error_matches (error, DEVICE_ERROR, DEVICE_ERROR_ACCESS) ? "no-access"
                                                                               : "fault";
  else if (self->torn)
    printer_set_torn (self->printer);
  return self->printer;
}

gboolean
checkout_print_is_ready (CheckoutPrint *self, const char **out_reason)
{
  Printer *printer = open_printer (self, out_reason);
  PrinterStatus status = { 0 };

  if (printer == NULL)
    return FALSE;
  if (!printer_status (printer, &status, /* error= */ NULL))
    {
      g_clear_pointer (&self->printer, printer_free);
      *out_reason = "no-printer";
      return FALSE;
    }
  if (!status.known)
    return TRUE;
  *out_reason = status.paper_out    ? "paper-out"
                : status.cover_open ? "cover-open"
                : status.error      ? "error"
                                    : NULL;
  return *out_reason == NULL;
}

static GBytes *
encode (const ShopReceipt *receipt,
        const PrinterProfile *profile,
        gboolean opens_drawer,
        GError **error)
{
  g_autoptr (PaperLayout) layout = paper_layout_new (receipt, profile->dots, /* font= */ NULL);
  g_autoptr (PaperRaster) raster = paper_raster_new (layout);
  PrinterRaster bits = {
    .width_dots = raster->width_dots,
    .height = raster->height,
    .stride = raster->stride,
    .bits = base_bytes_span (raster->bits),
    .cut_rows = raster->cuts,
    .cut_count = raster->cut_count,
  };

  return printer_escpos_encode (
      profile, &bits, (PrinterEscposOptions){ .cut = TRUE, .pulse = opens_drawer }, error);
}

/* A drawer that springs open long after its sale, because the printer was away, would only startle.
 */
static gboolean
pulses_drawer (const VaultPrintJob *job)
{
  return job->opens_drawer && g_get_real_time () - job->at_us < DRAWER_LATE_US;
}

static ShopReceipt *
build_receipt (CheckoutPrint *self, const VaultPrintJob *job, GError **error)
{
  g_autoptr (VaultSale) sale = vault_sale_load (self->shop->vault, job->sale_id, error);

  return sale != NULL ? checkout_receipt_build (self->shop, sale, job->copy) : NULL;
}

static ShopReceipt *
build_report (CheckoutPrint *self, const VaultPrintJob *job, GError **error)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

  return vault_closing_load (self->shop->vault, job->sale_id, shift, error)
             ? checkout_report_build (self->shop, shift, CHECKOUT_REPORT_Z, job->copy)
             : NULL;
}

static GBytes *
render_job (CheckoutPrint *self, const VaultPrintJob *job, GError **error)
{
  g_autoptr (ShopReceipt) receipt = job->kind == VAULT_PRINT_REPORT
                                        ? build_report (self, job, error)
                                        : build_receipt (self, job, error);

  return receipt != NULL
             ? encode (receipt, printer_profile (self->printer), pulses_drawer (job), error)
             : NULL;
}

/* Says in the job how its print ended. What may be on paper already is counted as a copy, so that
 * the next one is marked. */
static void
take_report (CheckoutPrint *self,
             VaultPrintJob *job,
             PrinterOutcome outcome,
             const PrinterReport *report)
{
  g_clear_pointer (&job->reason, g_free);
  switch (outcome)
    {
    case PRINTER_PRINTED:
      job->state = VAULT_PRINT_PRINTED;
      self->torn = FALSE;
      break;
    case PRINTER_SENT:
      job->state = VAULT_PRINT_SENT;
      self->torn = FALSE;
      break;
    case PRINTER_ATTENTION:
      job->state = VAULT_PRINT_ATTENTION;
      job->reason = g_strdup (printer_cause_word (report->cause));
      if (report->any_left)
        {
          self->torn = TRUE;
          job->copy++;
          job->opens_drawer = FALSE;
        }
      g_clear_pointer (&self->printer, printer_free);
      break;
    }
}

static CheckoutPrintOutcome
print_job (CheckoutPrint *self, VaultPrintJob *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (GBytes) escpos = render_job (self, job, &broken);
  PrinterReport report = { 0 };

  if (escpos == NULL)
    {
      job->state = VAULT_PRINT_ATTENTION;
      g_free (job->reason);
      job->reason = g_strdup (CHECKOUT_PRINT_DAMAGED);
      return vault_print_keep (self->shop->vault, job, error) ? CHECKOUT_PRINT_DONE
                                                              : CHECKOUT_PRINT_FAULT;
    }
  /* The program before this one may have died in the middle of it. */
  if (job->copy > 0 && !self->has_sent)
    printer_set_torn (self->printer);
  self->has_sent = TRUE;
  job->state = VAULT_PRINT_PRINTING;
  if (!vault_print_keep (self->shop->vault, job, error))
    return CHECKOUT_PRINT_FAULT;
  take_report (self, job, printer_print (self->printer, escpos, cancellable, &report, &broken),
               &report);
  if (!vault_print_keep (self->shop->vault, job, error))
    return CHECKOUT_PRINT_FAULT;
  return job->state == VAULT_PRINT_ATTENTION ? CHECKOUT_PRINT_ATTENTION : CHECKOUT_PRINT_DONE;
}

/* Cash for a part of a sale: the drawer alone. */
static CheckoutPrintOutcome
open_drawer (CheckoutPrint *self, VaultPrintJob *job, GError **error)
{
  PrinterReport report = { 0 };

  job->state = VAULT_PRINT_SKIPPED;
  if (pulses_drawer (job))
    {
      take_report (self, job, printer_pulse_drawer (self->printer, &report, /* error= */ NULL),
                   &report);
      if (job->state == VAULT_PRINT_ATTENTION)
        job->state = VAULT_PRINT_SKIPPED; /* the cashier has seen it stay shut, and has a key */
    }
  return vault_print_keep (self->shop->vault, job, error) ? CHECKOUT_PRINT_DONE
                                                          : CHECKOUT_PRINT_FAULT;
}

CheckoutPrintOutcome
checkout_print_step (CheckoutPrint *self,
                     GCancellable *cancellable,
                     VaultPrintJob **out_job,
                     GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (VaultPrintJob) job = vault_print_next (self->shop->vault, &broken);
  CheckoutPrintOutcome outcome;
  const char *reason = NULL;

  *out_job = NULL;
  if (job == NULL && broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return CHECKOUT_PRINT_FAULT;
    }
  if (job == NULL)
    return CHECKOUT_PRINT_IDLE;
  if (open_printer (self, &reason) == NULL)
    return CHECKOUT_PRINT_NO_PRINTER;
  outcome = job->kind == VAULT_PRINT_DRAWER ? open_drawer (self, job, error)
                                            : print_job (self, job, cancellable, error);
  *out_job = g_steal_pointer (&job);
  return outcome;
}

static ShopReceipt *
test_page (CheckoutPrint *self)
{
  const PrinterProfile *profile = printer_profile (self->printer);
  TillTranslate translate = self->shop->translate;
  g_autofree char *dots = g_strdup_printf ("%u", profile->dots);
  ShopReceipt *page = shop_receipt_new ();

  shop_receipt_text (page, SHOP_ALIGN_CENTRE, 2, TRUE, translate (N_ ("Test page")));
  shop_receipt_rule (page);
  shop_receipt_columns (page, translate (N_ ("Printer")), NULL, profile->title, FALSE, 1);
  shop_receipt_columns (page, translate (N_ ("Dots")), NULL, dots, FALSE, 1);
  shop_receipt_text (page, SHOP_ALIGN_LEFT, 1, FALSE,
                     "AaBbGgQq 0123456789 ¥€$ 汉字测试 ひらがな 한글 Ελληνικά Кириллица");
  shop_receipt_boxed (page, "Till");
  shop_receipt_qr (page, "https://tillpos.org/");
  shop_receipt_barcode (page, "TILL-0123456789");
  shop_receipt_rule (page);
  return page;
}

PrinterOutcome
checkout_print_test (CheckoutPrint *self, PrinterReport *out_report, GError **error)
{
  g_autoptr (ShopReceipt) page = NULL;
  g_autoptr (GBytes) escpos = NULL;
  const char *reason = NULL;

  *out_report = (PrinterReport){ .cause = PRINTER_CAUSE_GONE };
  if (open_printer (self, &reason) == NULL)
    {
      if (g_strcmp0 (reason, "busy") == 0)
        out_report->cause = PRINTER_CAUSE_BUSY;
      else if (g_strcmp0 (reason, "no-access") == 0)
        out_report->cause = PRINTER_CAUSE_ACCESS;
      return PRINTER_ATTENTION;
    }
  page = test_page (self);
  escpos = encode (page, printer_profile (self->printer), FALSE, error);
  out_report->cause = PRINTER_CAUSE_FAULT;
  return escpos != NULL
             ? printer_print (self->printer, escpos, /* cancellable= */ NULL, out_report, error)
             : PRINTER_ATTENTION;
}
