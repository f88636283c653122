/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-marks.h"

#include "checkout-shop.h"
#include "tpm-process.h"
#include "vault-counter.h"
#include "vault-journal.h"
#include "vault-key.h"
#include "vault-mark-item.h"

#include <glib/gstdio.h>

#define PASSPHRASE BASE_SPAN_STR ("quince")

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

static Vault *
open_vault (const char *shop)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) key = vault_key_open (shop, PASSPHRASE, &error);
  Vault *vault = vault_open (shop, key, VAULT_ACCESS_OWN, &error);

  g_assert_no_error (error);
  return vault;
}

static char *
make_shop (void)
{
  CheckoutShopSetup setup = { .name = "Corner", .currency = "EUR", .tax_mode = SHOP_TAX_INCLUSIVE };
  char *shop = g_dir_make_tmp ("till-marks-XXXXXX", NULL), *recovery = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (checkout_shop_create (shop, PASSPHRASE, &setup, &recovery, &error));
  g_assert_no_error (error);
  base_secret_free_text (recovery);
  return shop;
}

static guint
count_entries (Vault *vault, const char *act)
{
  g_autoptr (GPtrArray) entries = vault_journal_list (vault, 50, NULL);
  guint count = 0;

  for (guint i = 0; i < entries->len; i++)
    count += g_str_equal (((VaultJournalEntry *)entries->pdata[i])->act, act) ? 1 : 0;
  return count;
}

/* A keyring without a password is named once, and again when it had one in between. */
static void
test_guard (void)
{
  static const struct
  {
    VaultKeyGuard guard;
    guint entries;
    gint64 kept;
  } rows[] = { { VAULT_KEY_GUARD_PASSWORD, 0, 0 }, { VAULT_KEY_GUARD_NONE, 1, 1 },
               { VAULT_KEY_GUARD_NONE, 1, 1 },     { VAULT_KEY_GUARD_UNKNOWN, 1, 1 },
               { VAULT_KEY_GUARD_PASSWORD, 1, 0 }, { VAULT_KEY_GUARD_NONE, 2, 1 } };
  g_autofree char *shop = make_shop ();
  Vault *vault = open_vault (shop);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      checkout_marks_note_guard (vault, rows[i].guard);
      g_assert_cmpuint (count_entries (vault, "key-unguarded"), ==, rows[i].entries);
      g_assert_cmpint (vault_setting_number (vault, CHECKOUT_SETTING_UNGUARDED, 0), ==,
                       rows[i].kept);
    }
  vault_free (vault);
  remove_dir (shop);
}

/* However short the shop is open, a step that is due is made, off the caller's thread. */
static void
test_steps (void)
{
  TpmProcess tpm;
  g_autofree char *shop = NULL;
  g_autoptr (Vault) vault = NULL;

  if (!tpm_process_start (&tpm))
    return;
  shop = make_shop ();
  vault = open_vault (shop);
  g_assert_cmpint (vault_counter_state (vault), ==, VAULT_COUNTER_NEW);
  checkout_marks_stop (checkout_marks_start (vault));
  g_assert_cmpint (vault_counter_state (vault), ==, VAULT_COUNTER_GOOD);
  g_clear_pointer (&vault, vault_free);
  vault = open_vault (shop);
  g_assert_cmpint (vault_counter_state (vault), ==, VAULT_COUNTER_GOOD);
  g_clear_pointer (&vault, vault_free);
  remove_dir (shop);
  tpm_process_stop (&tpm);
}

static gint64
value_of (Vault *vault)
{
  g_autofree char *text = vault_setting_text (vault, "counter", /* error= */ NULL);

  return g_ascii_strtoll (text, NULL, 10);
}

/* What follows a settlement at once, and not within the hour: a disk put back to the minute before
 * it is older than the counter. */
static void
test_hastens (void)
{
  TpmProcess tpm;
  g_autofree char *shop = NULL;
  g_autoptr (Vault) vault = NULL;
  CheckoutMarks *marks;
  gint64 value;

  if (!tpm_process_start (&tpm))
    return;
  shop = make_shop ();
  vault = open_vault (shop);
  checkout_marks_stop (checkout_marks_start (vault));
  value = value_of (vault);
  g_assert_true (vault_journal_add (vault, "wang", "drawer", "", NULL));
  marks = checkout_marks_start (vault);
  checkout_marks_stop (marks); /* not due */
  g_assert_cmpint (value_of (vault), ==, value);
  marks = checkout_marks_start (vault);
  checkout_marks_hasten (marks);
  checkout_marks_stop (marks); /* which doesn't leave it out */
  g_assert_cmpint (value_of (vault), ==, value + 1);
  checkout_marks_hasten (NULL);
  g_clear_pointer (&vault, vault_free);
  remove_dir (shop);
  tpm_process_stop (&tpm);
}

/* Without a TPM and a keyring there is nothing to do, and nothing is waited for. */
static void
test_none (void)
{
  g_autofree char *shop = NULL;
  g_autoptr (Vault) vault = NULL;
  gint64 began_us = g_get_monotonic_time ();

  g_setenv ("TILL_TPM", "none", TRUE);
  shop = make_shop ();
  vault = open_vault (shop);
  checkout_marks_stop (checkout_marks_start (vault));
  checkout_marks_stop (NULL);
  g_assert_cmpint (vault_counter_state (vault), ==, VAULT_COUNTER_NONE);
  g_assert_cmpint (vault_mark_item_state (vault), ==, VAULT_MARK_ITEM_NONE);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 30 * G_USEC_PER_SEC);
  g_clear_pointer (&vault, vault_free);
  remove_dir (shop);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkout/marks/guard", test_guard);
  g_test_add_func ("/checkout/marks/steps", test_steps);
  g_test_add_func ("/checkout/marks/hastens", test_hastens);
  g_test_add_func ("/checkout/marks/none", test_none);
  return g_test_run ();
}
