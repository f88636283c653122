/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chaos-judge.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define CURRENCY "CNY"

/* One payment: what the ledger and the books have of it. */
typedef struct
{
  guint charges, reversals;
  gint64 amount_minor, reversed_minor;
  gboolean foreign; /* a line in another currency */
  gboolean in_books;
  char state[24];
  gint64 booked_minor;
} Account;

typedef struct
{
  ChaosVerdict *verdict;
  GHashTable *accounts; /* UUID → Account */
  GHashTable *amounts;  /* amount → ChaosAsked, borrowed */
  GHashTable *booked;   /* amounts that the books have: a set */
  guint stored;         /* payments: no more than records that were set aside */
} Case;

void
chaos_asked_free (gpointer data)
{
  ChaosAsked *asked = data;

  g_free (asked->told);
  g_free (asked);
}

void
chaos_verdict_clear (ChaosVerdict *self)
{
  if (self->findings != NULL)
    g_string_free (self->findings, TRUE);
  self->findings = NULL;
}

gboolean
chaos_verdict_is_good (const ChaosVerdict *self)
{
  return self->lost + self->doubled + self->wrong + self->open == 0;
}

static void G_GNUC_PRINTF (3, 4) find (Case *self, guint *count, const char *format, ...)
{
  va_list arguments;

  ++*count;
  va_start (arguments, format);
  g_string_append_vprintf (self->verdict->findings, format, arguments);
  va_end (arguments);
  g_string_append_c (self->verdict->findings, '\n');
}

static Account *
account_of (Case *self, const char *uuid)
{
  Account *account = g_hash_table_lookup (self->accounts, uuid);

  if (account == NULL)
    g_hash_table_insert (self->accounts, g_strdup (uuid), account = g_new0 (Account, 1));
  return account;
}

/* ---- the ledger ---- */

static void
read_line (Case *self, JsonObject *line)
{
  const char *effect = json_object_get_string_member (line, "effect"),
             *currency = json_object_get_string_member (line, "currency");
  gint64 amount_minor = json_object_get_int_member (line, "amount_minor");
  Account *account = account_of (self, json_object_get_string_member (line, "key"));

  account->foreign = account->foreign || g_strcmp0 (currency, CURRENCY) != 0;
  if (g_strcmp0 (effect, "charge") == 0 || g_strcmp0 (effect, "advice") == 0)
    {
      if (account->charges > 0 && account->amount_minor != amount_minor)
        account->foreign = TRUE;
      account->charges++;
      account->amount_minor = amount_minor;
      self->verdict->charges++;
    }
  else if (g_strcmp0 (effect, "reversal") == 0)
    {
      account->reversals++;
      account->reversed_minor = amount_minor;
      self->verdict->reversals++;
    }
}

static void
read_ledger (Case *self, const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);

      if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
        find (self, &self->verdict->lost, "The ledger's line %u can't be read", i + 1);
      else
        read_line (self, json_node_get_object (node));
    }
}

/* ---- the books ---- */

static void
read_payment (Case *self, char **words)
{
  Account *account = account_of (self, words[1]);
  gint64 amount_minor = g_ascii_strtoll (words[4], NULL, 10);
  const ChaosAsked *asked = g_hash_table_lookup (self->amounts, &amount_minor);

  self->verdict->payments++;
  if (account->in_books)
    find (self, &self->verdict->doubled, "%s is in the books twice", words[1]);
  account->in_books = TRUE;
  account->booked_minor = amount_minor;
  g_strlcpy (account->state, words[3], sizeof account->state);
  if (asked == NULL || asked->card != g_str_equal (words[2], "card"))
    find (self, &self->verdict->wrong, "%s: nobody asked for %s of %s", words[1], words[2],
          words[4]);
  else if (!g_hash_table_add (self->booked, &((ChaosAsked *)asked)->amount_minor))
    find (self, &self->verdict->doubled, "%s: the sale of %s is in the books twice", words[1],
          words[4]);
}

static void
read_books (Case *self, const char *books)
{
  g_auto (GStrv) lines = g_strsplit (books, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);

      if (g_strv_length (words) == 5 && g_str_equal (words[0], "payment"))
        read_payment (self, words);
      else if (lines[i][0] != '\0')
        find (self, &self->verdict->lost, "The books say “%s”", lines[i]);
    }
}

/* ---- one against the other ---- */

static gboolean
is_state (const Account *self, const char *names)
{
  g_auto (GStrv) all = g_strsplit (names, " ", -1);

  return g_strv_contains ((const char *const *)all, self->state);
}

static void
judge_money (Case *self, const char *uuid, const Account *account)
{
  ChaosVerdict *verdict = self->verdict;

  if (account->charges > 1)
    find (self, &verdict->doubled, "%s is charged %u times", uuid, account->charges);
  if (account->reversals > account->charges)
    find (self, &verdict->lost, "%s is given back %u times, and charged %u times", uuid,
          account->reversals, account->charges);
  if (account->foreign
      || (account->charges > 0 && account->in_books
          && account->amount_minor != account->booked_minor)
      || (account->reversals > 0 && account->reversed_minor != account->amount_minor))
    find (self, &verdict->wrong,
          "%s: %" G_GINT64_FORMAT " in the books, %" G_GINT64_FORMAT " charged, %" G_GINT64_FORMAT
          " given back",
          uuid, account->booked_minor, account->amount_minor, account->reversed_minor);
}

static void
judge_account (Case *self, const char *uuid, const Account *account)
{
  ChaosVerdict *verdict = self->verdict;
  gboolean charged = account->charges > account->reversals;
  const ChaosAsked *asked = g_hash_table_lookup (self->amounts, &account->booked_minor);

  judge_money (self, uuid, account);
  if (!account->in_books)
    {
      /* Declined, or charged and given back, is nothing that the books must have: but then no till
       * of ours could have asked for it. */
      find (self, &verdict->lost, "%s is in the ledger, and not in the books", uuid);
      return;
    }
  if (asked != NULL && !asked->card)
    {
      if (!is_state (account, "approved") || account->charges > 0)
        find (self, &verdict->lost, "%s: cash that is %s", uuid, account->state);
      return;
    }
  if (is_state (account, "approved chip-sent"))
    {
      if (!charged)
        find (self, &verdict->lost, "%s is %s, and not charged", uuid, account->state);
    }
  else if (is_state (account, "declined reversed cancelled"))
    {
      if (charged)
        find (self, &verdict->doubled, "%s is %s, and charged all the same", uuid, account->state);
    }
  else if (!is_state (account, "stored stored-sending") || ++self->stored > verdict->aside)
    find (self, &verdict->open, "%s is still %s", uuid, account->state);
}

static void
judge_told (Case *self, const ChaosAsked *asked)
{
  ChaosVerdict *verdict = self->verdict;
  g_auto (GStrv) words = g_strsplit (asked->told, " ", 4);
  const Account *account = g_hash_table_lookup (self->accounts, words[0]);
  const char *told = words[2];
  gboolean kept;

  if (account == NULL || !account->in_books)
    {
      find (self, &verdict->lost, "The cashier was told “%s”, and the books don't have it",
            asked->told);
      return;
    }
  if (account->booked_minor != asked->amount_minor)
    find (self, &verdict->wrong,
          "%s: asked for %" G_GINT64_FORMAT ", in the books with %" G_GINT64_FORMAT, words[0],
          asked->amount_minor, account->booked_minor);
  if (g_str_equal (told, "stored"))
    kept = is_state (account, "approved declined")
           || (verdict->aside > 0 && is_state (account, "stored stored-sending"));
  else if (g_str_equal (told, "unknown"))
    kept = is_state (account, "reversed");
  else
    kept = is_state (account, told);
  if (!kept)
    find (self, &verdict->lost, "The cashier was told “%s”, and it became %s", asked->told,
          account->state);
}

/* What still waits, or was set aside. */
static void
judge_queue (Case *self, const char *queue, gboolean old)
{
  g_auto (GStrv) lines = g_strsplit (queue, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (old && g_str_has_suffix (lines[i], " too-old"))
      self->verdict->aside++;
    else if (lines[i][0] != '\0')
      find (self, &self->verdict->open, "Still in the queue: %s", lines[i]);
}

void
chaos_judge (ChaosVerdict *out_verdict,
             const char *ledger,
             const char *books,
             const char *queue,
             GPtrArray *asked,
             gboolean old)
{
  Case self = { .verdict = out_verdict };
  g_autoptr (GList) uuids = NULL;

  *out_verdict = (ChaosVerdict){ .findings = g_string_new (NULL) };
  self.accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self.amounts = g_hash_table_new (g_int64_hash, g_int64_equal);
  self.booked = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < asked->len; i++)
    g_hash_table_insert (self.amounts, &((ChaosAsked *)asked->pdata[i])->amount_minor,
                         asked->pdata[i]);
  read_ledger (&self, ledger);
  read_books (&self, books);
  judge_queue (&self, queue, old);
  uuids = g_list_sort (g_hash_table_get_keys (self.accounts), (GCompareFunc)g_strcmp0);
  for (GList *uuid = uuids; uuid != NULL; uuid = uuid->next)
    judge_account (&self, uuid->data, g_hash_table_lookup (self.accounts, uuid->data));
  for (guint i = 0; i < asked->len; i++)
    if (((ChaosAsked *)asked->pdata[i])->told != NULL)
      judge_told (&self, asked->pdata[i]);
  g_hash_table_unref (self.booked);
  g_hash_table_unref (self.amounts);
  g_hash_table_unref (self.accounts);
}
