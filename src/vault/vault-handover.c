/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-handover.h"

#include "vault-journal.h"
#include "vault-private.h"
#include "vault-record.h"

/* One record that waits there, opened, with its sale. */
typedef struct
{
  VaultSale *sale;
  VaultRecord *record;
  char *about; /* the uuid of a payment of the sale that it is about; NULL: it is about none */
} Item;

typedef struct
{
  Vault *vault;
  const char *who;
  GHashTable *here;  /* of the payments that the items name: uuid → our sale's number, 0: none */
  GHashTable *taken; /* their sale's number → ours, of this call */
  VaultHandoverReport report;
} Taking;

static void
taking_clear (Taking *self)
{
  g_clear_pointer (&self->here, g_hash_table_unref);
  g_clear_pointer (&self->taken, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Taking, taking_clear)

static void
item_free (gpointer data)
{
  Item *item = data;

  vault_sale_free (item->sale);
  vault_record_free (item->record);
  g_free (item->about);
  g_free (item);
}

static const VaultPayment *
payment_of (const Item *item)
{
  return item->sale->payments->pdata[item->record->position - 1];
}

/* What is known everywhere of the sale that this refund, void, completion is about. */
static char *
name_original (Vault *from, const VaultSale *sale)
{
  g_autoptr (VaultSale) original
      = sale->original != 0 ? vault_sale_load (from, sale->original, /* error= */ NULL) : NULL;

  if (original == NULL || original->payments->len == 0)
    return NULL;
  return g_strdup (((const VaultPayment *)original->payments->pdata[0])->uuid);
}

/* NULL: damaged. */
static Item *
open_item (Vault *from, const VaultRecord *listed)
{
  g_autoptr (VaultRecord) record = vault_queue_find (from, listed->sale_id, listed->position,
                                                     listed->klass, /* error= */ NULL);
  g_autoptr (VaultSale) sale = vault_sale_load (from, listed->sale_id, /* error= */ NULL);
  Item *item;

  if (record == NULL || sale == NULL || record->id != listed->id || record->message == NULL
      || record->position < 1 || record->position > sale->payments->len)
    return NULL;
  item = g_new0 (Item, 1);
  item->record = g_steal_pointer (&record);
  item->sale = g_steal_pointer (&sale);
  item->about = name_original (from, item->sale);
  return item;
}

/* A sale before what is about it. */
static gint
compare_items (gconstpointer a, gconstpointer b)
{
  const Item *first = *(Item *const *)a, *second = *(Item *const *)b;

  if (first->sale->id != second->sale->id)
    return first->sale->id < second->sale->id ? -1 : 1;
  return first->record->id < second->record->id ? -1 : first->record->id > second->record->id;
}

static GPtrArray *
open_items (Vault *from, VaultHandoverReport *report, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (item_free);
  g_autoptr (GPtrArray) records
      = vault_queue_list (from, /* done= */ FALSE, VAULT_HANDOVER_RECORDS_MAX, error);

  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++)
    {
      Item *item = open_item (from, records->pdata[i]);

      if (item != NULL)
        g_ptr_array_add (items, item);
      else
        report->damaged++;
    }
  g_ptr_array_sort (items, compare_items);
  return g_steal_pointer (&items);
}

static void
note_payment (Taking *self, const char *uuid, gint64 sale)
{
  g_hash_table_replace (self->here, (gpointer)uuid, g_memdup2 (&sale, sizeof sale));
}

/* 0: it isn't in our books. */
static gint64
find_payment (const Taking *self, const char *uuid)
{
  return *(const gint64 *)g_hash_table_lookup (self->here, uuid);
}

static void
learn_payment (Taking *self, const char *uuid, gint64 sale)
{
  gpointer asked;

  if (uuid != NULL && g_hash_table_lookup_extended (self->here, uuid, &asked, NULL))
    note_payment (self, asked, sale);
}

/* No index leads from a uuid to its payment: all are looked through once. */
static gboolean
find_payments (Taking *self, const GPtrArray *items, GError **error)
{
  sqlite3_stmt *query;
  gboolean row = TRUE;

  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = items->pdata[i];

      note_payment (self, payment_of (item)->uuid, 0);
      if (item->about != NULL)
        note_payment (self, item->about, 0);
    }
  query = vault_db_query (self->vault->db, error, "SELECT uuid, sale FROM payment", "");
  while (query != NULL && row)
    {
      if (!vault_db_step (self->vault->db, query, &row, error))
        return FALSE;
      if (row)
        learn_payment (self, (const char *)sqlite3_column_text (query, 0),
                       sqlite3_column_int64 (query, 1));
    }
  return query != NULL;
}

/* The lines as they were, but that they return no line of a receipt here. */
static gboolean
forget_lines (VaultSale *sale, GError **error)
{
  g_autoptr (ShopCart) cart
      = shop_cart_new (shop_cart_currency (sale->cart), shop_cart_tax_mode (sale->cart));

  if (vault_sale_kind_is_back (sale->kind))
    shop_cart_set_returning (cart);
  for (guint i = 0; i < shop_cart_count (sale->cart); i++)
    {
      ShopCartLine line = *shop_cart_line (sale->cart, i);

      line.original = 0;
      if (!shop_cart_restore (cart, &line, error))
        return FALSE;
    }
  if (shop_cart_rounding (sale->cart) != 0
      && !shop_cart_set_rounding (cart, shop_cart_rounding (sale->cart), error))
    return FALSE;
  shop_cart_free (sale->cart);
  sale->cart = g_steal_pointer (&cart);
  return TRUE;
}

/* What it is about has a number of ours where that was taken in too, now or earlier. Else it is
 * about no receipt of these books: their number would be a stranger's here. */
static gboolean
renumber (const Taking *self, const Item *item, VaultSale *sale, GError **error)
{
  sale->original = item->about != NULL ? find_payment (self, item->about) : 0;
  if (sale->original != 0)
    return TRUE;
  for (guint i = 0; i < sale->payments->len; i++)
    ((VaultPayment *)sale->payments->pdata[i])->original = 0;
  return forget_lines (sale, error);
}

/* The sale under a number of ours; *out_id is it. */
static gboolean
write_sale (Taking *self, const Item *item, gint64 *out_id, GError **error)
{
  g_autoptr (VaultSale) sale = vault_sale_copy (item->sale);
  g_autofree char *label
      = g_strdup_printf ("%s/%" G_GINT64_FORMAT, item->record->terminal, item->sale->id);

  sale->id = 0;
  sale->lines_kept = FALSE;
  g_free (sale->label);
  sale->label = g_steal_pointer (&label);
  if (!renumber (self, item, sale, error) || !vault_sale_write (self->vault, sale, error))
    return FALSE;
  for (guint i = 0; i < sale->payments->len; i++)
    {
      VaultPayment *payment = sale->payments->pdata[i];

      if (payment->terminal == NULL)
        payment->terminal = g_strdup (item->record->terminal);
      if (!vault_payment_write (self->vault, sale, payment, VAULT_STATE_NONE, error))
        return FALSE;
      learn_payment (self, payment->uuid, sale->id);
    }
  *out_id = sale->id;
  return TRUE;
}

static gboolean
write_record (Vault *self, const Item *item, gint64 sale, GError **error)
{
  VaultRecord record = *item->record;
  gboolean online = record.klass == VAULT_CLASS_ONLINE;
  const char *reason = online ? VAULT_REASON_OUTCOME_MISSING : item->record->reason;

  record.sale_id = sale;
  record.tries = 0;
  record.reason = NULL;
  if (online)
    record.state = VAULT_RECORD_ATTENTION;
  if (!vault_record_open (self, &record, base_secret_span (record.message), error))
    return FALSE;
  return record.state != VAULT_RECORD_ATTENTION || g_strcmp0 (reason, VAULT_REASON_RETRY) == 0
         || vault_db_run (self->db, error, "UPDATE record SET reason = ? WHERE id = ?", "ti",
                          reason, record.id);
}

static gboolean
write_journal (Vault *self, const Item *item, gint64 sale, const char *who, GError **error)
{
  g_autofree char *about
      = item->sale->original != 0
            ? g_strdup_printf (", %s of receipt %" G_GINT64_FORMAT " there",
                               vault_sale_kind_name (item->sale->kind), item->sale->original)
            : g_strdup ("");
  g_autofree char *detail = g_strdup_printf (
      "receipt %" G_GINT64_FORMAT " payment %u %s from %s, receipt %" G_GINT64_FORMAT "%s", sale,
      item->record->position, payment_of (item)->uuid, item->record->terminal, item->sale->id,
      about);

  return vault_journal_append (self, who, "hand-over", detail, error);
}

static gboolean
take_item (Taking *self, const Item *item, GError **error)
{
  const gint64 *before = g_hash_table_lookup (self->taken, &item->sale->id);
  gint64 id = before != NULL ? *before : 0;

  if (id == 0 && find_payment (self, payment_of (item)->uuid) != 0)
    {
      self->report.known++;
      return TRUE;
    }
  if (id == 0 && !write_sale (self, item, &id, error))
    return FALSE;
  g_hash_table_replace (self->taken, g_memdup2 (&item->sale->id, sizeof id),
                        g_memdup2 (&id, sizeof id));
  self->report.taken++;
  if (item->record->klass != VAULT_CLASS_REVERSAL)
    self->report.amount_minor += item->record->amount_minor;
  return write_record (self->vault, item, id, error)
         && write_journal (self->vault, item, id, self->who, error);
}

gboolean
vault_handover_take (Vault *self,
                     Vault *from,
                     const char *who,
                     VaultHandoverReport *out_report,
                     GError **error)
{
  g_auto (Taking) taking
      = { .vault = self,
          .who = who,
          .here = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free),
          .taken = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free) };
  g_autoptr (GPtrArray) items = open_items (from, &taking.report, error);
  gboolean good;

  if (items == NULL || !vault_lock_and_begin (self, error))
    return FALSE;
  good = find_payments (&taking, items, error);
  for (guint i = 0; good && i < items->len; i++)
    good = take_item (&taking, items->pdata[i], error);
  if (!vault_commit_and_unlock (self, good, error))
    return FALSE;
  *out_report = taking.report;
  return TRUE;
}
