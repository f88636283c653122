/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-tender.h"

#include "base-money.h"
#include "cli-arguments.h"

#include <glib/gi18n.h>
#include <string.h>

#define CASH "cash:"
#define MOST_DECIMALS "KWD" /* a currency whose amounts look like those of any other */
#define EXAMPLE "20"        /* in main units */

gboolean
cli_tender_looks_so (const char *word)
{
  return g_str_equal (word, "cash") || g_str_equal (word, "card") || g_str_has_prefix (word, CASH);
}

/* Before the shop is opened nobody knows its currency, and none is named. */
static void
refuse_amount (const char *word, const char *currency, GError **error)
{
  g_autofree char *example = NULL;
  gint64 minor = 0;

  if (currency == NULL)
    {
      g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                   _ ("“%s” is no amount of cash: say it as cash:20.00"), word);
      return;
    }
  (void)base_money_parse (EXAMPLE, currency, &minor, /* error= */ NULL);
  example = base_money_to_text (base_money (minor, currency));
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
               _ ("“%s” is no amount of cash in %s: say it as cash:%s"), word, currency, example);
}

gboolean
cli_tender_parse (const char *word, const char *currency, CliTender *out_tender, GError **error)
{
  CliTender tender = { .card = g_str_equal (word, "card") };

  if (!cli_tender_looks_so (word))
    {
      g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                   _ ("“%s” is no tender: say cash, cash:AMOUNT or card"), word);
      return FALSE;
    }
  if (g_str_has_prefix (word, CASH)
      && (!base_money_parse (word + strlen (CASH), currency != NULL ? currency : MOST_DECIMALS,
                             &tender.amount_minor, /* error= */ NULL)
          || tender.amount_minor == 0))
    {
      refuse_amount (word, currency, error);
      return FALSE;
    }
  *out_tender = tender;
  return TRUE;
}

gboolean
cli_tender_covers (const CliTender *tenders, guint count, gint64 total_minor)
{
  gint64 sum = 0;

  for (guint i = 0; i < count; i++)
    if (tenders[i].card || tenders[i].amount_minor == 0
        || !base_money_add (sum, tenders[i].amount_minor, &sum))
      return TRUE;
  return sum >= total_minor;
}
