/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One morning at the practice shop, for whoever has no display: a card sale, its receipt, the line
 * cut, a stored sale, a cash sale meanwhile, the line back, the queue drained, and the acquirer's
 * ledger against the till's books. Everything is real but the shop: the sandbox acquirer is a
 * process of its own behind TLS, the devices are emulated below the USB layer, the books are the
 * sealed database.
 */
#include "cli-commands.h"
#include "cli-sale.h"
#include "cli-wait.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <glib/gstdio.h>
#include <string.h>

#define LEDGER "ledger.jsonl"
#define SANDBOX "acquirer"
#define LEDGER_LINES_MAX 1000

typedef struct
{
  CliContext *context;
  CliSeller *seller;
  guint step;
} Demo;

/* What somebody charged: the acquirer by its ledger, or the till by its books. */
typedef struct
{
  guint count;
  gint64 minor;
} Books;

static void
explain (Demo *self, const char *text)
{
  cli_output_line (self->context, "\n%u. %s\n", ++self->step, text);
}

/* A sale that must end as the story says. */
static gboolean
sell (Demo *self,
      const char *const *items,
      const CliTender *tender,
      TillPaymentState wanted,
      CliSold *out_sold,
      GError **error)
{
  g_autoptr (TillPayment) payment = NULL;
  GListModel *payments;

  if (!cli_seller_sell (self->seller, items, tender, 1, out_sold, error))
    return FALSE;
  payments = till_sale_payments (out_sold->sale);
  if (g_list_model_get_n_items (payments) > 0)
    {
      cli_sale_print (self->context, self->seller, out_sold);
      payment = g_list_model_get_item (payments, 0);
    }
  if (out_sold->fault != NULL)
    g_propagate_error (error, g_error_copy (out_sold->fault));
  else if (payment != NULL && till_payment_state (payment) == wanted)
    return TRUE;
  else
    g_set_error (error, CLI_ERROR, CLI_EXIT_NO,
                 _ ("The sale should have ended as “%s”, and did not"),
                 till_payment_state_name (wanted));
  return FALSE;
}

/* Cutting and mending the line is a job of the station's store worker: a list from the same worker
 * comes after it. */
static GListModel *
list_queue (Demo *self, gboolean done, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  TillStation *station = cli_seller_station (self->seller);

  till_station_queue_async (station, done, /* cancellable= */ NULL, cli_wait_ready_cb, &result);
  return till_station_queue_finish (station, cli_wait_for (&result), error);
}

static gboolean
switch_line (Demo *self, gboolean up, GError **error)
{
  g_autoptr (GListModel) barrier = NULL;

  g_object_set (till_station_bench (cli_seller_station (self->seller)), "line-up", up, NULL);
  barrier = list_queue (self, FALSE, error);
  return barrier != NULL;
}

static gboolean
show_queue (Demo *self, GError **error)
{
  g_autoptr (GListModel) rows = list_queue (self, FALSE, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (TillQueueRow) row = g_list_model_get_item (rows, i);
      const TillQueueRowData *data = till_queue_row_data (row);
      g_autofree char *amount = cli_output_money (data->amount_minor, data->currency);

      cli_output_line (self->context, _ ("In the queue: sale %" PRId64 ", %s, card %s"),
                       data->receipt_no, amount, data->masked_pan != NULL ? data->masked_pan : "–");
    }
  return TRUE;
}

static gboolean
sell_online (Demo *self, GError **error)
{
  static const char *const items[]
      = { "6900000000045", "0.686*6900000000120", "3*6900000000021", NULL };
  const CliTender card = { .card = TRUE };
  g_auto (CliSold) sold = { 0 };

  explain (self, _ ("A customer buys milk, some tomatoes by weight and three colas, and pays by "
                    "card. The reader encrypts the card by "
                    "itself;\n   the till asks the acquirer over TLS, and writes down the request "
                    "before the first byte leaves."));
  if (!sell (self, items, &card, TILL_PAYMENT_STATE_APPROVED, &sold, error))
    return FALSE;
  explain (self, _ ("The receipt, as the emulated printer got it:"));
  cli_sale_print_receipt (self->context, self->seller, &sold);
  return TRUE;
}

static gboolean
sell_offline (Demo *self, CliSold *stored, GError **error)
{
  static const char *const coffees[] = { "2*6900000000199", "6900000000182", NULL };
  static const char *const buns[] = { "3*6900000000052", "6900000000014", NULL };
  const CliTender card = { .card = TRUE }, cash = { .amount_minor = 1000 };
  g_auto (CliSold) sold = { 0 };

  explain (self, _ ("Now the line to the acquirer is cut: its process is stopped."));
  if (!switch_line (self, FALSE, error))
    return FALSE;
  explain (self, _ ("The next card sale. Nobody can be asked, so the till stores it, sealed, "
                    "within the shop's limits. It says so:\n"
                    "   stored is not approved, and if the bank declines it later the shop has "
                    "lost the money."));
  if (!sell (self, coffees, &card, TILL_PAYMENT_STATE_STORED, stored, error)
      || !show_queue (self, error))
    return FALSE;
  explain (self, _ ("Meanwhile the lane is free: a cash sale."));
  return sell (self, buns, &cash, TILL_PAYMENT_STATE_APPROVED, &sold, error);
}

static gboolean
drain (Demo *self, CliSold *stored, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  TillStation *station = cli_seller_station (self->seller);
  guint left = 0;

  explain (self, _ ("The line comes back, and the queue is sent."));
  if (!switch_line (self, TRUE, error))
    return FALSE;
  till_station_send_async (station, /* cancellable= */ NULL, cli_wait_ready_cb, &result);
  if (!till_station_send_finish (station, cli_wait_for (&result), &left, error))
    return FALSE;
  cli_output_line (self->context, _ ("Left in the queue: %u"), left);
  if (left > 0)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_EXIT_NO, _ ("The queue did not drain"));
      return FALSE;
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  cli_output_line (self->context,
                   _ ("The stored sale %" PRId64 " was sent under the number it was stored with."),
                   till_sale_receipt_no (stored->sale));
  return TRUE;
}

/* By the till: card payments that it calls approved. */
static gboolean
read_books (Demo *self, Books *out_books, GError **error)
{
  g_autoptr (GListModel) rows = list_queue (self, TRUE, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (TillQueueRow) row = g_list_model_get_item (rows, i);
      const TillQueueRowData *data = till_queue_row_data (row);

      if (data->state != TILL_PAYMENT_STATE_APPROVED)
        continue;
      out_books->count++;
      out_books->minor += data->amount_minor;
    }
  return TRUE;
}

static gboolean
read_ledger_line (const char *line, Books *books, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object;

  if (!json_parser_load_from_data (parser, line, -1, error))
    return FALSE;
  object = json_node_get_object (json_parser_get_root (parser));
  if (g_strcmp0 (json_object_get_string_member_with_default (object, "effect", NULL), "charge")
      == 0)
    {
      books->count++;
      books->minor += json_object_get_int_member_with_default (object, "amount_minor", 0);
    }
  return TRUE;
}

static gboolean
read_ledger (Demo *self, Books *out_books, GError **error)
{
  g_autofree char *path = g_build_filename (self->context->data_dir, SANDBOX, LEDGER, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (text, "\n", LEDGER_LINES_MAX);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' && !read_ledger_line (lines[i], out_books, error))
      return FALSE;
  return TRUE;
}

static gboolean
compare (Demo *self, GError **error)
{
  const char *currency = till_station_currency (cli_seller_station (self->seller));
  Books ledger = { 0 }, books = { 0 };
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;

  explain (
      self,
      _ ("At last: what the acquirer charged, by its own ledger, against what the till believes."));
  if (!read_ledger (self, &ledger, error) || !read_books (self, &books, error))
    return FALSE;
  theirs = cli_output_money (ledger.minor, currency);
  ours = cli_output_money (books.minor, currency);
  cli_output_line (self->context, _ ("The acquirer's ledger: %u charges, %s"), ledger.count,
                   theirs);
  cli_output_line (self->context, _ ("The till's books:      %u charges, %s"), books.count, ours);
  if (ledger.count == books.count && ledger.minor == books.minor && ledger.count > 0)
    {
      cli_output_line (self->context, "%s",
                       _ ("They agree: no sale was lost and none was charged twice."));
      return TRUE;
    }
  g_set_error_literal (error, CLI_ERROR, CLI_EXIT_NO,
                       _ ("The acquirer's ledger and the till's books do not agree"));
  return FALSE;
}

static gboolean
play (Demo *self, GError **error)
{
  g_auto (CliSold) stored = { 0 };

  cli_output_line (self->context, "%s",
                   _ ("This is Till's practice shop, without a window: made-up goods and cards, an "
                      "emulated printer and card reader,\n"
                      "and a sandbox acquirer that moves no money."));
  return sell_online (self, error) && sell_offline (self, &stored, error)
         && drain (self, &stored, error) && compare (self, error);
}

/* The demonstration's own folder, made by us a moment ago: its files, and those of the sandbox in
 * it. */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, /* error= */ NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

CliExit
cli_demo_run (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("till-demo-XXXXXX", &error);
  g_autofree char *sandbox = dir != NULL ? g_build_filename (dir, SANDBOX, NULL) : NULL;
  Demo demo = { .context = context };

  if (dir == NULL)
    return cli_output_fail (context, error);
  context->training = TRUE;
  context->data_dir = dir;
  demo.seller = cli_seller_new (context, &error);
  if (demo.seller != NULL
      && cli_seller_set_card (demo.seller, CLI_SELLER_CARD_TIMEOUT_S, NULL, &error))
    (void)play (&demo, &error);
  g_clear_pointer (&demo.seller, cli_seller_free);
  remove_folder (sandbox);
  remove_folder (dir);
  context->data_dir = NULL;
  return error != NULL ? cli_output_fail (context, error) : CLI_EXIT_DONE;
}
