/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-print.h"
#include "checkout-words.h"
#include "chip-reader.h"
#include "till-office.h"
#include "usb-port-libusb.h"

#include <glib/gi18n.h>

#define ROLE_COLUMNS 10

/* The USB bus without a shop: the real one, or the emulated one of training. */
typedef struct
{
  TrainingBench *bench; /* training only; owns the bus */
  UsbBus *bus;
  DeviceList *list;
} Hardware;

static void
hardware_clear (Hardware *self)
{
  g_clear_pointer (&self->list, device_list_free);
  if (self->bench == NULL)
    g_clear_pointer (&self->bus, usb_bus_free);
  g_clear_pointer (&self->bench, training_bench_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Hardware, hardware_clear)

static gboolean
open_hardware (const CliContext *context, Hardware *self, GError **error)
{
  if (context->training)
    {
      self->bench = training_bench_new ();
      self->bus = training_bench_bus (self->bench);
    }
  else
    self->bus = usb_bus_libusb_new (error);
  if (self->bus == NULL)
    return FALSE;
  self->list = device_list_new (self->bus);
  return device_list_refresh (self->list, error);
}

/* How a chip's reader is reached, which only opening it tells. */
static void
tell_way (CliContext *context, JsonBuilder *builder, UsbBus *bus, const DeviceEntry *entry)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChipReader) reader = chip_reader_open (bus, entry, &error);
  const char *way = reader != NULL ? chip_reader_way (reader) : NULL;

  if (reader == NULL)
    cli_output_line (context, "%-*s %s", ROLE_COLUMNS, "", error->message);
  else
    cli_output_line (context, "%-*s %s", ROLE_COLUMNS, "",
                     g_str_equal (way, "pcsc") ? _ ("through PC/SC: pcscd has it")
                                               : _ ("straight over USB"));
  cli_output_line (context, "%-*s %s", ROLE_COLUMNS, "", till_office_kernel_notice ());
  cli_output_text_member (builder, "way", way);
  cli_output_text_member (builder, "way_error", error != NULL ? error->message : NULL);
  cli_output_text_member (builder, "notice", till_office_kernel_notice ());
}

static void
tell_device (CliContext *context, JsonBuilder *builder, UsbBus *bus, const DeviceEntry *entry)
{
  const UsbDevice *usb = entry->usb;
  const char *name = usb->model != NULL ? usb->model : usb->maker;
  g_autofree char *vendor = g_strdup_printf ("%04x", usb->vendor);
  g_autofree char *product = g_strdup_printf ("%04x", usb->product);

  cli_output_line (context, "%-*s %s:%s  %s  (%s%s%s, %s)", ROLE_COLUMNS,
                   device_role_word (entry->role), vendor, product, name != NULL ? name : "",
                   entry->driver, entry->profile != NULL ? " " : "",
                   entry->profile != NULL ? entry->profile : "", device_state_word (entry->state));
  cli_output_line (context, "%-*s %s %s · %s", ROLE_COLUMNS, "", _ ("serial"),
                   usb->serial != NULL ? usb->serial : "–", usb->path);
  if (entry->sentence != NULL)
    cli_output_line (context, "%-*s %s", ROLE_COLUMNS, "", entry->sentence);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "role", device_role_word (entry->role));
  cli_output_text_member (builder, "driver", entry->driver);
  cli_output_text_member (builder, "profile", entry->profile);
  cli_output_text_member (builder, "state", device_state_word (entry->state));
  cli_output_text_member (builder, "vendor", vendor);
  cli_output_text_member (builder, "product", product);
  cli_output_text_member (builder, "maker", usb->maker);
  cli_output_text_member (builder, "model", usb->model);
  cli_output_text_member (builder, "serial", usb->serial);
  cli_output_text_member (builder, "path", usb->path);
  cli_output_text_member (builder, "identity", entry->identity);
  cli_output_text_member (builder, "sentence", entry->sentence);
  if (entry->role == DEVICE_ROLE_CHIP)
    tell_way (context, builder, bus, entry);
  json_builder_end_object (builder);
}

CliExit
cli_devices_run (CliContext *context)
{
  g_auto (Hardware) hardware = { 0 };
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;

  if (!open_hardware (context, &hardware, &error))
    return cli_output_fail (context, error);
  entries = device_list_snapshot (hardware.list);
  json_builder_begin_array (builder);
  for (guint i = 0; i < entries->len; i++)
    tell_device (context, builder, hardware.bus, entries->pdata[i]);
  json_builder_end_array (builder);
  cli_output_json (context, builder);
  if (entries->len == 0)
    cli_output_line (context, "%s", _ ("No receipt printer and no card reader is connected."));
  return CLI_EXIT_DONE;
}

/* Somebody must look at the printer: why, and how that ends the command. */
static CliExit
tell_trouble (CliContext *context, const PrinterReport *report, const GError *error)
{
  const char *word = report->cause == PRINTER_CAUSE_GONE && !report->any_left
                         ? "no-printer"
                         : printer_cause_word (report->cause);
  CliExit code = CLI_EXIT_NO;

  if (report->cause == PRINTER_CAUSE_FAULT || report->cause == PRINTER_CAUSE_BUSY
      || report->cause == PRINTER_CAUSE_ACCESS)
    code = CLI_EXIT_FAULT;
  return cli_output_say (context, code, _ ("The test page did not come out: %s"),
                         error != NULL ? error->message
                                       : checkout_words_reason (word, cli_shop_translate));
}

CliExit
cli_devices_print_test (CliContext *context)
{
  g_auto (Hardware) hardware = { 0 };
  g_autoptr (CheckoutPrint) print = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;
  CheckoutShop shop = { .translate = cli_shop_translate, .language = NULL };
  PrinterReport report = { 0 };
  PrinterOutcome outcome;

  if (!open_hardware (context, &hardware, &error))
    return cli_output_fail (context, error);
  shop.bus = hardware.bus;
  shop.devices = hardware.list;
  print = checkout_print_new (&shop);
  outcome = checkout_print_test (print, &report, &error);
  if (outcome == PRINTER_ATTENTION)
    return tell_trouble (context, &report, error);
  cli_output_line (
      context, "%s",
      outcome == PRINTER_PRINTED
          ? _ ("The test page is printed.")
          : _ ("The test page was sent; this printer doesn't tell whether it came out."));
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "state", printer_outcome_word (outcome));
  cli_output_number_member (builder, "bytes", (gint64)report.bytes_written);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}
