/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-scale.h"
#include "vault-catalogue.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define FIND_MAX 50
#define PROBLEMS_MAX 1000 /* told one by one; the rest is counted */
#define CODE_COLUMNS 18
#define NAME_COLUMNS 50
#define DEFAULT_TAX_BP 1300 /* China's general VAT */

/* The rows that were told of, while the file is read. */
typedef struct
{
  CliContext *context;
  JsonBuilder *rows;
  guint64 count;
} Problems;

static void
on_problem_cb (gpointer data, guint64 line, gboolean is_warning, const char *sentence)
{
  Problems *problems = data;

  if (problems->count++ >= PROBLEMS_MAX)
    return;
  cli_output_line (problems->context,
                   is_warning ? _ ("Line %" PRIu64 " (taken): %s") : _ ("Line %" PRIu64 ": %s"),
                   line, sentence);
  json_builder_begin_object (problems->rows);
  cli_output_number_member (problems->rows, "line", (gint64)line);
  cli_output_flag_member (problems->rows, "warning", is_warning);
  cli_output_text_member (problems->rows, "text", sentence);
  json_builder_end_object (problems->rows);
}

static CliExit
tell_import (CliContext *context,
             const char *path,
             const VaultImportReport *report,
             JsonBuilder *builder)
{
  json_builder_end_array (builder);
  cli_output_flag_member (builder, "imported", report->imported);
  cli_output_number_member (builder, "added", (gint64)report->added);
  cli_output_number_member (builder, "updated", (gint64)report->updated);
  cli_output_number_member (builder, "unchanged", (gint64)report->unchanged);
  cli_output_number_member (builder, "bad", (gint64)report->bad);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (report->imported)
    cli_output_line (context, _ ("%" PRIu64 " added, %" PRIu64 " updated, %" PRIu64 " unchanged."),
                     report->added, report->updated, report->unchanged);
  if (report->imported && report->bad > 0)
    cli_output_line (context, _ ("Bad rows left out, as --skip-bad says: %" PRIu64), report->bad);
  if (report->imported)
    return CLI_EXIT_DONE;
  return cli_output_say (
      context, CLI_EXIT_USAGE,
      _ ("“%s” has bad rows (%" PRIu64 "), so nothing was imported: mend them, or add --skip-bad"),
      path, report->bad);
}

CliExit
cli_catalogue_import (CliContext *context)
{
  const char *path = cli_output_argument (context, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  Problems problems = { .context = context, .rows = builder };
  VaultImportReport report = { 0 };
  VaultImportOptions options = {
    .tax_bp = DEFAULT_TAX_BP,
    .skip_bad = cli_arguments_has (context->arguments, "skip-bad"),
    .problem = on_problem_cb,
    .user_data = &problems,
  };

  if (shop == NULL)
    return cli_output_fail (context, error);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return cli_output_say (context, CLI_EXIT_USAGE, _ ("There is no file “%s”"), path);
  options.currency = shop->currency;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "rows");
  json_builder_begin_array (builder);
  if (!vault_catalogue_import (shop->vault, path, &options, &report, /* cancellable= */ NULL,
                               &error))
    return error->domain == VAULT_ERROR
               ? cli_output_fail (context, error)
               : cli_output_say (context, CLI_EXIT_USAGE, "%s", error->message);
  return tell_import (context, path, &report, builder);
}

CliExit
cli_catalogue_export (CliContext *context)
{
  const char *path = cli_output_argument (context, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint64 count = 0;

  if (shop == NULL
      || !vault_catalogue_export (shop->catalogue, path, shop->currency, /* cancellable= */ NULL,
                                  &error)
      || !vault_catalogue_count (shop->catalogue, &count, &error))
    return cli_output_fail (context, error);
  cli_output_line (context, _ ("Products written: %" PRIu64 ", to %s"), count, path);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "file", path);
  cli_output_number_member (builder, "products", (gint64)count);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

/* In the sentence with a blank between; in the document as a list, empty for none. */
static void
tell_more_codes (CliContext *context, JsonBuilder *builder, char **codes)
{
  g_autofree char *joined = g_strjoinv (" ", codes);

  if (codes[0] != NULL)
    cli_output_line (context, _ ("%*salso %s"), CODE_COLUMNS, "", joined);
  json_builder_set_member_name (builder, "more_codes");
  json_builder_begin_array (builder);
  for (guint i = 0; codes[i] != NULL; i++)
    json_builder_add_string_value (builder, codes[i]);
  json_builder_end_array (builder);
}

static void
tell_product (CliContext *context,
              JsonBuilder *builder,
              const ShopProduct *product,
              char **more_codes,
              const char *currency)
{
  g_autofree char *price = cli_output_money (product->price_minor, currency);
  g_autofree char *row = g_strdup_printf ("%-*s", CODE_COLUMNS, product->code);
  g_autofree char *name
      = g_strconcat (row, shop_product_name (product, cli_shop_language ()), NULL);

  cli_output_sum (context, CODE_COLUMNS + NAME_COLUMNS, name, price);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "code", product->code);
  cli_output_text_member (builder, "name", product->name);
  cli_output_text_member (builder, "name_zh", product->name_zh);
  cli_output_text_member (builder, "category", product->category);
  cli_output_number_member (builder, "price_minor", product->price_minor);
  cli_output_text_member (builder, "currency", currency);
  cli_output_text_member (builder, "unit", product->unit == SHOP_UNIT_KG ? "kg" : "piece");
  cli_output_number_member (builder, "tax_bp", product->tax_bp);
  tell_more_codes (context, builder, more_codes);
  json_builder_end_object (builder);
}

static gboolean
tell_products (CliContext *context,
               CheckoutShop *shop,
               JsonBuilder *builder,
               const GPtrArray *products,
               GError **error)
{
  for (guint i = 0; i < products->len; i++)
    {
      g_auto (GStrv) codes
          = vault_catalogue_more_codes (shop->catalogue, products->pdata[i], error);

      if (codes == NULL)
        return FALSE;
      tell_product (context, builder, products->pdata[i], codes, shop->currency);
    }
  return TRUE;
}

CliExit
cli_catalogue_find (CliContext *context)
{
  const char *text = cli_output_argument (context, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (GPtrArray) products = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (shop != NULL)
    products
        = vault_catalogue_search (shop->catalogue, text, FIND_MAX, /* cancellable= */ NULL, &error);
  if (products == NULL)
    return cli_output_fail (context, error);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "products");
  json_builder_begin_array (builder);
  if (!tell_products (context, shop, builder, products, &error))
    return cli_output_fail (context, error);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return products->len > 0
             ? CLI_EXIT_DONE
             : cli_output_say (context, CLI_EXIT_NO, _ ("No product matches “%s”"), text);
}

static void
tell_patterns (CliContext *context, const ShopScaleCodeList *list)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (shop_scale_code_list_count (list) == 0)
    cli_output_line (context, "%s", _ ("No labels of scales are read."));
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "patterns");
  json_builder_begin_array (builder);
  for (guint i = 0; i < shop_scale_code_list_count (list); i++)
    {
      cli_output_line (context, "%s", shop_scale_code_list_pattern (list, i));
      json_builder_add_string_value (builder, shop_scale_code_list_pattern (list, i));
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

/* The patterns given, with a blank between. */
static char *
join_patterns (const CliContext *context)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < cli_output_argument_count (context); i++)
    g_string_append_printf (text, "%s ", cli_output_argument (context, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

CliExit
cli_catalogue_scale_codes (CliContext *context)
{
  gboolean none = cli_arguments_has (context->arguments, "none");
  gboolean some = cli_output_argument_count (context) > 0;
  g_autofree char *patterns = join_patterns (context);
  g_autoptr (CheckoutShop) shop = NULL;
  g_autoptr (ShopScaleCodeList) list = NULL;
  g_autoptr (GError) error = NULL;

  if (none && some)
    return cli_output_say (context, CLI_EXIT_USAGE, _ ("Say patterns or --none, not both"));
  list = shop_scale_code_list_new (patterns, &error);
  if (list == NULL)
    return cli_output_say (context, CLI_EXIT_USAGE, "%s", error->message);
  shop = cli_shop_open (context, /* may_read_only= */ !none && !some, &error);
  if (shop == NULL
      || ((none || some)
          && !checkout_scale_keep (shop->vault, checkout_shop_operator (shop), patterns, &error)))
    return cli_output_fail (context, error);
  tell_patterns (context, none || some ? list : shop->scale_codes);
  return CLI_EXIT_DONE;
}
