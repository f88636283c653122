/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A record with its sale, payment and request: what fits, what doesn't, and the row that sets it
 * aside.
 */
#include "shop-testing.h"
#include "sync-item.h"

#define AMOUNT 1200

static void
set_up (ShopTesting *shop, gconstpointer unused)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);

  shop_testing_set_up (shop, NULL);
  shop_testing_cut_line (shop);
  g_assert_cmpint (shop_testing_must_pay (shop, sale)->state, ==, VAULT_STATE_STORED);
}

static void
tear_down (ShopTesting *shop, gconstpointer unused)
{
  shop_testing_tear_down (shop);
}

/* The one that waits. */
static VaultRecord *
waiting (ShopTesting *shop)
{
  g_autoptr (GPtrArray) records = vault_queue_next (shop->shop->vault, VAULT_CLASS_DEFERRED,
                                                    VAULT_WHOSE_ANY, 1, /* now_us= */ 0, NULL);

  g_assert_nonnull (records);
  g_assert_cmpuint (records->len, ==, 1);
  return g_ptr_array_steal_index (records, 0);
}

static void
test_fill (ShopTesting *shop, gconstpointer unused)
{
  g_auto (SyncItem) item = { 0 };
  g_autoptr (GError) error = NULL;
  VaultEvent event;

  g_assert_true (sync_item_fill (&item, shop->shop->line, waiting (shop), &error));
  g_assert_no_error (error);
  g_assert_cmpint (item.payment->amount_minor, ==, AMOUNT);
  g_assert_cmpstr (iso8583_message_get (item.request, 4), ==, "000000001200");
  g_assert_true (sync_item_aside_event (&item, &event));
  g_assert_cmpint (event, ==, VAULT_EVENT_TOO_OLD);
  item.payment->state = VAULT_STATE_STORED_SENDING;
  g_assert_true (sync_item_aside_event (&item, &event));
  g_assert_cmpint (event, ==, VAULT_EVENT_MALFORMED);
  item.payment->state = VAULT_STATE_APPROVED;
  g_assert_false (sync_item_aside_event (&item, &event));
  sync_item_clear (&item);
  g_assert_null (item.payment);
  g_assert_false (sync_item_aside_event (&item, &event));
}

static void
change_nothing (VaultRecord *record)
{
}

static void
lose_sale (VaultRecord *record)
{
  record->sale_id += 1000;
}

static void
lose_payment (VaultRecord *record)
{
  record->position = 0;
}

static void
pass_payment (VaultRecord *record)
{
  record->position = 2;
}

static void
lose_message (VaultRecord *record)
{
  g_clear_pointer (&record->message, base_secret_free);
}

static void
break_message (VaultRecord *record)
{
  g_clear_pointer (&record->message, base_secret_free);
  record->message = base_secret_new (4);
}

static void
be_reversal (VaultRecord *record)
{
  record->klass = VAULT_CLASS_REVERSAL;
}

static void
be_chip (VaultRecord *record)
{
  record->klass = VAULT_CLASS_CHIP;
}

static void
be_online (VaultRecord *record)
{
  record->klass = VAULT_CLASS_ONLINE;
}

static void
be_notice (VaultRecord *record)
{
  record->klass = VAULT_CLASS_NOTICE;
}

/* Each of these is refused, and whatever was loaded is cleared without a leak. */
static void
test_misfits (ShopTesting *shop, gconstpointer unused)
{
  static const struct
  {
    void (*spoil) (VaultRecord *record);
    gboolean good;
    gboolean aside; /* by a row of the table */
  } cases[] = { { change_nothing, TRUE, TRUE }, { lose_sale, FALSE, FALSE },
                { lose_payment, FALSE, FALSE }, { pass_payment, FALSE, FALSE },
                { lose_message, FALSE, FALSE }, { break_message, FALSE, TRUE },
                { be_reversal, FALSE, FALSE },  { be_chip, FALSE, FALSE },
                { be_online, FALSE, FALSE },    { be_notice, FALSE, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (SyncItem) item = { 0 };
      g_autoptr (GError) error = NULL;
      VaultRecord *record = waiting (shop);
      VaultEvent event;

      g_test_message ("case %u", i);
      cases[i].spoil (record);
      g_assert_cmpint (sync_item_fill (&item, shop->shop->line, record, &error), ==, cases[i].good);
      g_assert_cmpint (error == NULL, ==, cases[i].good);
      g_assert_true (item.record == record);
      g_assert_cmpint (sync_item_aside_event (&item, &event), ==, cases[i].aside);
    }
}

/* What the disk doesn't give out now is not damaged; what is damaged stays so. */
static void
test_later (void)
{
  static const struct
  {
    VaultError code;
    gboolean later;
  } table[] = {
    { VAULT_ERROR_IO, TRUE },       { VAULT_ERROR_FULL, TRUE },    { VAULT_ERROR_BUSY, TRUE },
    { VAULT_ERROR_CHANGED, FALSE }, { VAULT_ERROR_ABSENT, FALSE }, { VAULT_ERROR_CORRUPT, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (VAULT_ERROR, table[i].code, "");

      g_assert_cmpint (sync_item_may_be_read_later (error), ==, table[i].later);
    }
  g_assert_false (sync_item_may_be_read_later (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/sync/item/" name, ShopTesting, NULL, set_up, function, tear_down)
  ADD ("fill", test_fill);
  ADD ("misfits", test_misfits);
  g_test_add_func ("/sync/item/later", test_later);
  return g_test_run ();
}
