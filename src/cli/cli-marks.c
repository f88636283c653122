/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "vault-counter.h"
#include "vault-epoch.h"
#include "vault-key.h"
#include "vault-mark-item.h"

#include <glib/gi18n.h>

#define LABEL_COLUMNS 22

static const char *
counter_sentence (VaultCounterState state)
{
  switch (state)
    {
    case VAULT_COUNTER_NONE:
      return _ ("none here: a whole disk put back is not noticed at the start");
    case VAULT_COUNTER_AWAY:
      return _ ("can't be asked: is this user in the group tss? Till then a whole disk put back is "
                "not noticed at the start");
    case VAULT_COUNTER_REFUSED:
      return _ ("gives no counter (its owner has a password, or it is full): a whole disk put back "
                "is not noticed at the start");
    case VAULT_COUNTER_NEW:
      return _ ("there; its counter is made with the next entry");
    case VAULT_COUNTER_GOOD:
      return _ ("agrees with the books");
    case VAULT_COUNTER_LOST:
      return _ ("was cleared, or is another one: a new counter is made");
    }
  return NULL;
}

static const char *
item_sentence (VaultMarkItemState state)
{
  switch (state)
    {
    case VAULT_MARK_ITEM_NONE:
      return _ ("none runs in this session; it keeps no mark");
    case VAULT_MARK_ITEM_SILENT:
      return _ ("doesn't answer: its mark is looked at as soon as it does");
    case VAULT_MARK_ITEM_SHUT:
      return _ ("is locked, or there is no default keyring: its mark is looked at once it is open");
    case VAULT_MARK_ITEM_NEW:
      return _ ("open; it gets a mark when this till closes or has worked for five minutes");
    case VAULT_MARK_ITEM_GOOD:
      return _ ("holds a mark, at most five minutes old after a crash");
    }
  return NULL;
}

static const char *
guard_sentence (gboolean passphrase, VaultKeyGuard guard)
{
  if (passphrase)
    return _ ("under a passphrase");
  switch (guard)
    {
    case VAULT_KEY_GUARD_PASSWORD:
      return _ ("in the desktop's keyring, which has a password");
    case VAULT_KEY_GUARD_NONE:
      return _ ("in the desktop's keyring, which has no password: who takes the disk has the key. "
                "Give the keyring a password, or put the key under a passphrase with “till-cli "
                "recover” and the recovery key");
    case VAULT_KEY_GUARD_UNKNOWN:
      return _ ("in the desktop's keyring: it guards it only if the keyring has a password of its "
                "own, which Till can't tell");
    }
  return NULL;
}

static void
tell_json (CliContext *context, Vault *vault, gboolean passphrase, VaultKeyGuard guard)
{
  static const char *const words[] = { [VAULT_KEY_GUARD_UNKNOWN] = "unknown",
                                       [VAULT_KEY_GUARD_PASSWORD] = "password",
                                       [VAULT_KEY_GUARD_NONE] = "none" };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_output_text_member (builder, "tpm", vault_counter_word (vault_counter_state (vault)));
  cli_output_text_member (builder, "keyring", vault_mark_item_word (vault_mark_item_state (vault)));
  cli_output_text_member (builder, "keeper", passphrase ? "passphrase" : "secret-service");
  cli_output_text_member (builder, "guard", words[guard]);
  cli_output_text_member (builder, "quarantine", vault_epoch_quarantine (vault));
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

/* What would notice that older books were put back, and what guards the key. */
CliExit
cli_marks_show (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  VaultKeyGuard guard;
  gboolean passphrase;

  if (shop == NULL)
    return cli_output_fail (context, error);
  passphrase = vault_key_needs_passphrase (context->data_dir);
  guard = vault_key_guard (context->data_dir);
  cli_output_row (context, LABEL_COLUMNS, _ ("TPM"),
                  counter_sentence (vault_counter_state (shop->vault)));
  cli_output_row (context, LABEL_COLUMNS, _ ("Keyring"),
                  item_sentence (vault_mark_item_state (shop->vault)));
  cli_output_row (context, LABEL_COLUMNS, _ ("Key"), guard_sentence (passphrase, guard));
  tell_json (context, shop->vault, passphrase, guard);
  return CLI_EXIT_DONE;
}
