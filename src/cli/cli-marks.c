/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "vault-counter.h"
#include "vault-epoch.h"
#include "vault-key.h"

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

/* What would notice that older books were put back. */
CliExit
cli_marks_show (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  VaultCounterState counter;
  gboolean passphrase;

  if (shop == NULL)
    return cli_output_fail (context, error);
  counter = vault_counter_state (shop->vault);
  passphrase = vault_key_needs_passphrase (context->data_dir);
  cli_output_row (context, LABEL_COLUMNS, _ ("TPM"), counter_sentence (counter));
  cli_output_row (context, LABEL_COLUMNS, _ ("Key"),
                  passphrase ? _ ("under a passphrase")
                             : _ ("in the desktop's keyring: it guards it only if the keyring has "
                                  "a password of its own, which Till can't tell"));
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "tpm", vault_counter_word (counter));
  cli_output_text_member (builder, "keeper", passphrase ? "passphrase" : "secret-service");
  cli_output_text_member (builder, "quarantine", vault_epoch_quarantine (shop->vault));
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}
