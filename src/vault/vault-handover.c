/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-handover.h"

#include "vault-journal.h"
#include "vault-private.h"
#include "vault-record.h"

#define REASON_OUTCOME_MISSING "outcome-missing"

/* One record that waits there, opened, with its sale. */
typedef struct
{
  VaultSale *sale;
  VaultRecord *record;
  char *about; /* the uuid of a payment of the sale that it is about; NULL: it is about none */
} Item;

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

/* 0: it isn't in our books. */
static gboolean
find_payment (Vault *self, const char *uuid, gint64 *out_sale, GError **error)
{
  return vault_db_number (self->db, 0, out_sale, error, "SELECT sale FROM payment WHERE uuid = ?",
                          "t", uuid);
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
renumber (Vault *self, const Item *item, VaultSale *sale, GError **error)
{
  sale->original = 0;
  if (item->about != NULL && !find_payment (self, item->about, &sale->original, error))
    return FALSE;
  if (sale->original != 0)
    return TRUE;
  for (guint i = 0; i < sale->payments->len; i++)
    ((VaultPayment *)sale->payments->pdata[i])->original = 0;
  return forget_lines (sale, error);
}

/* The sale under a number of ours; *out_id is it. */
static gboolean
write_sale (Vault *self, const Item *item, gint64 *out_id, GError **error)
{
  g_autoptr (VaultSale) sale = vault_sale_copy (item->sale);
  g_autofree char *label
      = g_strdup_printf ("%s/%" G_GINT64_FORMAT, item->record->terminal, item->sale->id);

  sale->id = 0;
  sale->lines_kept = FALSE;
  g_free (sale->label);
  sale->label = g_steal_pointer (&label);
  if (!renumber (self, item, sale, error) || !vault_sale_write (self, sale, error))
    return FALSE;
  for (guint i = 0; i < sale->payments->len; i++)
    {
      VaultPayment *payment = sale->payments->pdata[i];

      if (payment->terminal == NULL)
        payment->terminal = g_strdup (item->record->terminal);
      if (!vault_payment_write (self, sale, payment, VAULT_STATE_NONE, error))
        return FALSE;
    }
  *out_id = sale->id;
  return TRUE;
}

static gboolean
write_record (Vault *self, const Item *item, gint64 sale, GError **error)
{
  VaultRecord record = *item->record;
  gboolean online = record.klass == VAULT_CLASS_ONLINE;
  const char *reason = online ? REASON_OUTCOME_MISSING : item->record->reason;

  record.sale_id = sale;
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

/* `taken`: their sale's number → ours, of this call. */
static gboolean
take_item (Vault *self,
           const Item *item,
           GHashTable *taken,
           const char *who,
           VaultHandoverReport *report,
           GError **error)
{
  const gint64 *before = g_hash_table_lookup (taken, &item->sale->id);
  gint64 id = before != NULL ? *before : 0;
  gint64 known = 0;

  if (id == 0 && !find_payment (self, payment_of (item)->uuid, &known, error))
    return FALSE;
  if (known != 0)
    {
      report->known++;
      return TRUE;
    }
  if (id == 0 && !write_sale (self, item, &id, error))
    return FALSE;
  g_hash_table_replace (taken, g_memdup2 (&item->sale->id, sizeof id), g_memdup2 (&id, sizeof id));
  report->taken++;
  if (item->record->klass != VAULT_CLASS_REVERSAL)
    report->amount_minor += item->record->amount_minor;
  return write_record (self, item, id, error) && write_journal (self, item, id, who, error);
}

gboolean
vault_handover_take (Vault *self,
                     Vault *from,
                     const char *who,
                     VaultHandoverReport *out_report,
                     GError **error)
{
  VaultHandoverReport report = { 0 };
  g_autoptr (GPtrArray) items = open_items (from, &report, error);
  g_autoptr (GHashTable) taken
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  gboolean good = items != NULL;

  if (items == NULL || !vault_lock_and_begin (self, error))
    return FALSE;
  for (guint i = 0; good && i < items->len; i++)
    good = take_item (self, items->pdata[i], taken, who, &report, error);
  if (!vault_commit_and_unlock (self, good, error))
    return FALSE;
  *out_report = report;
  return TRUE;
}
