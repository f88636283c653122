/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chaos-judge.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define CURRENCY "CNY"

#define NAME_SIZE 40
#define IS_EFFECT(account, name) g_str_equal ((account)->effect, name)

/* One payment, hold, completion, or one giving back: what the ledger and the books have of it. */
typedef struct
{
  guint charges, reversals; /* done and undone: a charge or advice, a void, a refund */
  gint64 amount_minor, reversed_minor;
  gboolean foreign; /* a line in another currency */
  char effect[12];  /* "hold", "capture", "void", "refund"; else "" */
  char undoes[NAME_SIZE];
  gboolean in_books, cash;
  gboolean former; /* only in those of the till that handed over */
  char state[24];
  gint64 booked_minor;
  char kind[16];    /* in the books: "hold", "completion", or as what it gives back; else "" */
  gboolean is_back; /* in the books */
  char about[NAME_SIZE];
  gint64 given_minor;  /* of it, by the ledger and in cash */
  gint64 booked_given; /* of it, by the books: also what still waits */
  guint captures;      /* of a hold, by the ledger: neither undone nor voided */
} Account;

/* A batch as the ledger closed it. */
typedef struct
{
  gint64 sums[4]; /* debits, minor, credits, minor */
} Closed;

typedef struct
{
  ChaosVerdict *verdict;
  GPtrArray *asked;       /* ChaosAsked, borrowed */
  GHashTable *accounts;   /* UUID → Account */
  GHashTable *amounts;    /* amount → ChaosAsked, borrowed */
  GHashTable *booked;     /* amounts that the books have: a set */
  GHashTable *identities; /* "TERMINAL/BATCH/STAN" → UUID of a charge */
  GHashTable *owners;     /* "TERMINAL/BATCH/STAN" → UUID of the payment that was sent under it */
  gboolean takes_over;    /* the books are of a till that took over another's */
  GHashTable *closings;   /* of which terminals' batches: a set */
  GHashTable *closed;     /* number → Closed */
  guint stored;           /* payments: no more than records that were set aside */
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

static gboolean
stands (const Account *self)
{
  return self->charges > self->reversals;
}

/* ---- the ledger ---- */

static char *
identity_of (JsonObject *line, const char *batch, const char *stan)
{
  return g_strdup_printf ("%s/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                          json_object_get_string_member_with_default (line, "terminal", ""),
                          json_object_get_int_member_with_default (line, batch, 0),
                          json_object_get_int_member_with_default (line, stan, 0));
}

static void
read_closed (Case *self, JsonObject *line)
{
  static const char *const names[]
      = { "debit_count", "debit_minor", "credit_count", "credit_minor" };
  gint64 number = json_object_get_int_member (line, "batch");
  Closed *closed = g_hash_table_lookup (self->closed, &number);

  if (closed == NULL)
    g_hash_table_insert (self->closed, g_memdup2 (&number, sizeof number),
                         closed = g_new0 (Closed, 1));
  if (!g_hash_table_add (self->closings, identity_of (line, "batch", "batch")))
    find (self, &self->verdict->doubled, "Batch %" G_GINT64_FORMAT " is settled twice", number);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    closed->sums[i] = json_object_get_int_member (line, names[i]);
  self->verdict->batches++;
}

/* What it is about: a void's line has the identity of that. */
static void
read_about (Case *self, Account *account, JsonObject *line, const char *effect)
{
  gboolean is_void = g_str_equal (effect, "void");
  g_autofree char *identity = identity_of (line, is_void ? "batch" : "original_batch",
                                           is_void ? "stan" : "original_stan");
  const char *undoes = g_hash_table_lookup (self->identities, identity);

  g_strlcpy (account->effect, effect, sizeof account->effect);
  g_strlcpy (account->undoes, undoes != NULL ? undoes : "nothing", sizeof account->undoes);
}

/* No identity is ever given to two payments. */
static void
check_identity (Case *self, JsonObject *line, const char *key, gboolean is_void)
{
  g_autofree char *identity
      = identity_of (line, is_void ? "by_batch" : "batch", is_void ? "by_stan" : "stan");
  const char *owner = g_hash_table_lookup (self->owners, identity);

  if (!json_object_has_member (line, is_void ? "by_stan" : "stan"))
    return;
  if (owner != NULL && !g_str_equal (owner, key))
    find (self, &self->verdict->doubled, "%s and %s were both sent as %s", owner, key, identity);
  g_hash_table_insert (self->owners, g_steal_pointer (&identity), g_strdup (key));
}

static void
read_line (Case *self, JsonObject *line)
{
  const char *effect = json_object_get_string_member (line, "effect"),
             *currency = json_object_get_string_member (line, "currency"),
             *key = json_object_get_string_member (line, "key");
  gint64 amount_minor = json_object_get_int_member (line, "amount_minor");
  gboolean holds = g_str_equal (effect, "hold"), captures = g_str_equal (effect, "capture"),
           charges = g_str_equal (effect, "charge") || g_str_equal (effect, "advice") || captures,
           gives = g_str_equal (effect, "void") || g_str_equal (effect, "refund");
  Account *account;

  if (g_str_equal (effect, "settle"))
    {
      read_closed (self, line);
      return;
    }
  account = account_of (self, key);
  account->foreign = account->foreign || g_strcmp0 (currency, CURRENCY) != 0;
  if (charges || holds || gives)
    {
      if (account->charges > 0 && account->amount_minor != amount_minor)
        account->foreign = TRUE;
      account->charges++;
      account->amount_minor = amount_minor;
      self->verdict->charges += charges ? 1 : 0;
      self->verdict->holds += holds ? 1 : 0;
      self->verdict->backs += gives ? 1 : 0;
    }
  if (charges || holds || gives)
    check_identity (self, line, key, g_str_equal (effect, "void"));
  if (charges || holds)
    g_hash_table_insert (self->identities, identity_of (line, "batch", "stan"), g_strdup (key));
  if (holds)
    g_strlcpy (account->effect, effect, sizeof account->effect);
  else if (gives || captures)
    read_about (self, account, line, effect);
  else if (g_str_equal (effect, "reversal"))
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

static Account *
read_entry (Case *self, char **words, gint64 amount_minor)
{
  Account *account = account_of (self, words[1]);

  self->verdict->payments++;
  if (account->in_books)
    find (self, &self->verdict->doubled, "%s is in the books twice", words[1]);
  account->in_books = TRUE;
  account->cash = g_str_equal (words[2], "cash");
  account->booked_minor = amount_minor;
  g_strlcpy (account->state, words[3], sizeof account->state);
  return account;
}

/* A sale, or a hold: each of an amount of its own. */
static void
read_payment (Case *self, char **words)
{
  gint64 amount_minor = g_ascii_strtoll (words[4], NULL, 10);
  const ChaosAsked *asked = g_hash_table_lookup (self->amounts, &amount_minor);
  gboolean hold = g_str_equal (words[0], "hold");
  Account *account = read_entry (self, words, amount_minor);

  if (hold)
    g_strlcpy (account->kind, words[0], sizeof account->kind);
  if (asked == NULL || asked->card != g_str_equal (words[2], "card") || asked->hold != hold)
    find (self, &self->verdict->wrong, "%s: nobody asked for a %s of %s of %s", words[1], words[0],
          words[2], words[4]);
  else if (!g_hash_table_add (self->booked, &((ChaosAsked *)asked)->amount_minor))
    find (self, &self->verdict->doubled, "%s: the %s of %s is in the books twice", words[1],
          words[0], words[4]);
}

/* What is about a payment: it gives it back, or charges what is held. */
static void
read_later (Case *self, char **words)
{
  gboolean is_back = g_str_equal (words[0], "back");
  gint64 amount_minor = g_ascii_strtoll (words[4], NULL, 10);
  Account *account = read_entry (self, words, is_back ? -amount_minor : amount_minor);

  account->is_back = is_back;
  if (words[5] == NULL) /* its payment wasn't taken over: the other till's books say which */
    return;
  g_strlcpy (account->kind, words[5], sizeof account->kind);
  g_strlcpy (account->about, words[6], sizeof account->about);
}

/* The till that took over knows what became of it; the other one, what it is about. */
static char **
split_entry (Case *self, const char *line, gboolean former)
{
  char **words = g_strsplit (line, " ", -1);
  Account *account
      = former && g_strv_length (words) > 3 ? g_hash_table_lookup (self->accounts, words[1]) : NULL;

  if (account != NULL && account->in_books)
    {
      g_free (words[3]);
      words[3] = g_strdup (account->state);
      account->in_books = FALSE;
      g_hash_table_remove (self->booked, &account->booked_minor);
    }
  else if (former && g_strv_length (words) > 3)
    account_of (self, words[1])->former = TRUE;
  return words;
}

static void
read_books (Case *self, const char *books, gboolean former)
{
  g_auto (GStrv) lines = g_strsplit (books, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = split_entry (self, lines[i], former);

      if (g_strv_length (words) == 5
          && (g_str_equal (words[0], "payment") || g_str_equal (words[0], "hold")))
        read_payment (self, words);
      else if ((g_strv_length (words) == 7 || (self->takes_over && g_strv_length (words) == 5))
               && (g_str_equal (words[0], "back") || g_str_equal (words[0], "completion")))
        read_later (self, words);
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
judge_paid (Case *self, const char *uuid, const Account *account)
{
  ChaosVerdict *verdict = self->verdict;

  if (is_state (account, "approved chip-sent completed-sent"))
    {
      if (!stands (account))
        find (self, &verdict->lost, "%s is %s, and not charged", uuid, account->state);
    }
  else if (is_state (account, "declined reversed cancelled"))
    {
      if (stands (account))
        find (self, &verdict->doubled, "%s is %s, and charged all the same", uuid, account->state);
    }
  else if (!is_state (account, "stored stored-sending") || ++self->stored > verdict->aside)
    find (self, &verdict->open, "%s is still %s", uuid, account->state);
}

/* With the till that handed over and is turned away: whoever looks sees it waiting. */
static gboolean
waits_there (const Account *self)
{
  return self->former
         && !is_state (self, "approved chip-sent completed-sent declined reversed cancelled");
}

/* By what the acquirer does it. */
static const char *
effect_of (const char *kind)
{
  return g_str_equal (kind, "completion")   ? "capture"
         : g_str_has_suffix (kind, "-void") ? "void"
                                            : kind;
}

static void
judge_kind (Case *self, const char *uuid, const Account *account)
{
  if (account->charges > 0
      && (!g_str_equal (account->effect, effect_of (account->kind))
          || !g_str_equal (account->undoes, account->about)))
    find (self, &self->verdict->wrong, "%s: a %s of %s in the books, a %s of %s in the ledger",
          uuid, account->kind, account->about, account->effect, account->undoes);
}

/* Money on its way back: once, or not at all, as the till says. */
static void
judge_back (Case *self, const char *uuid, const Account *account)
{
  ChaosVerdict *verdict = self->verdict;

  if (account->reversals > 0 && g_str_equal (account->effect, "refund"))
    find (self, &verdict->wrong, "%s: a refund was undone", uuid);
  if (is_state (account, "approved"))
    {
      if (!stands (account))
        find (self, &verdict->lost, "%s is %s, and not given back", uuid, account->state);
    }
  else if (!is_state (account, "declined reversed cancelled"))
    find (self, &verdict->open, "%s is still %s", uuid, account->state);
  else if (stands (account))
    find (self, &verdict->doubled, "%s is %s, and given back all the same", uuid, account->state);
}

/* What the books can't have, for they were put back to an older copy after it had been asked for:
 * of an amount, or about a payment, of which that is so. */
static gboolean
is_forgotten (Case *self, const Account *account)
{
  const Account *root = account, *next;

  while (root->undoes[0] != '\0'
         && (next = g_hash_table_lookup (self->accounts, root->undoes)) != NULL)
    root = next;
  for (guint i = 0; i < self->asked->len; i++)
    {
      const ChaosAsked *asked = self->asked->pdata[i];

      if (asked->forgotten
          && (account->charges == 0 /* declined, or never come */
              || (asked->amount_minor == root->amount_minor && asked->back == (root != account))))
        return TRUE;
    }
  return FALSE;
}

static void
judge_account (Case *self, const char *uuid, const Account *account)
{
  ChaosVerdict *verdict = self->verdict;

  judge_money (self, uuid, account);
  if (!account->in_books && is_forgotten (self, account))
    return;
  if (!account->in_books)
    /* Declined, or charged and given back, is nothing that the books must have: but then no till of
     * ours could have asked for it. */
    find (self, &verdict->lost, "%s is in the ledger, and not in the books", uuid);
  else
    judge_kind (self, uuid, account);
  if (!account->in_books || waits_there (account))
    return;
  if (account->cash)
    {
      if (!is_state (account, "approved") || account->charges > 0)
        find (self, &verdict->lost, "%s: cash that is %s", uuid, account->state);
    }
  else if (account->is_back)
    judge_back (self, uuid, account);
  else
    judge_paid (self, uuid, account);
}

/* To what it gives back of: by the ledger and the drawer, and by the books. */
static void
add_given (Case *self, const Account *account)
{
  gboolean by_ledger = IS_EFFECT (account, "void") || IS_EFFECT (account, "refund");
  const char *whose = by_ledger ? account->undoes : account->about;
  Account *paid = g_hash_table_lookup (self->accounts, whose);

  if (!by_ledger && !account->is_back)
    return;
  if (paid == NULL || paid->is_back)
    {
      find (self, &self->verdict->wrong, "Given back of %s, which is no payment", whose);
      return;
    }
  if (by_ledger && stands (account))
    paid->given_minor += account->amount_minor;
  else if (account->cash && is_state (account, "approved"))
    paid->given_minor += account->booked_minor;
  if (!is_state (account, "declined reversed cancelled"))
    paid->booked_given += account->booked_minor;
}

static void
judge_given (Case *self, const char *uuid, const Account *account)
{
  gint64 paid_minor = account->cash      ? account->booked_minor
                      : stands (account) ? account->amount_minor
                                         : 0;

  if (account->given_minor > paid_minor)
    find (self, &self->verdict->doubled,
          "%s: %" G_GINT64_FORMAT " is given back of %" G_GINT64_FORMAT " paid", uuid,
          account->given_minor, paid_minor);
  else if (account->booked_given > account->booked_minor)
    find (self, &self->verdict->doubled,
          "%s: the books give back %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, uuid,
          account->booked_given, account->booked_minor);
}

/* To its hold, with all that was given back known. */
static void
add_capture (Case *self, const char *uuid, const Account *account)
{
  Account *hold = g_hash_table_lookup (self->accounts, account->undoes);

  if (!IS_EFFECT (account, "capture") || !stands (account)
      || account->given_minor >= account->amount_minor)
    return;
  if (hold == NULL || !IS_EFFECT (hold, "hold"))
    find (self, &self->verdict->wrong, "%s completes %s, which is no hold", uuid, account->undoes);
  else if (account->amount_minor > hold->amount_minor)
    find (self, &self->verdict->wrong, "%s: more is charged than was held", uuid);
  else if (!stands (hold) || hold->given_minor > 0)
    find (self, &self->verdict->doubled, "%s completes a hold that was let go", uuid);
  else if (++hold->captures > 1)
    find (self, &self->verdict->doubled, "%s completes a hold a second time", uuid);
}

static void
judge_accounts (Case *self)
{
  g_autoptr (GList) uuids
      = g_list_sort (g_hash_table_get_keys (self->accounts), (GCompareFunc)g_strcmp0);

  for (GList *uuid = uuids; uuid != NULL; uuid = uuid->next)
    judge_account (self, uuid->data, g_hash_table_lookup (self->accounts, uuid->data));
  for (GList *uuid = uuids; uuid != NULL; uuid = uuid->next)
    {
      const Account *account = g_hash_table_lookup (self->accounts, uuid->data);

      add_given (self, account);
    }
  for (GList *uuid = uuids; uuid != NULL; uuid = uuid->next)
    add_capture (self, uuid->data, g_hash_table_lookup (self->accounts, uuid->data));
  for (GList *uuid = uuids; uuid != NULL; uuid = uuid->next)
    judge_given (self, uuid->data, g_hash_table_lookup (self->accounts, uuid->data));
}

/* ---- batches ---- */

/* Sums of what the receipts say is charged and given back by card. */
static void
sum_receipts (Case *self, gint64 sums[4])
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->accounts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Account *account = value;

      if (!account->in_books || account->cash
          || !is_state (account, "approved chip-sent completed-sent")
          || g_str_has_prefix (account->kind, "hold"))
        continue;
      sums[account->is_back ? 2 : 0]++;
      sums[account->is_back ? 3 : 1] += account->booked_minor;
    }
}

static void
judge_batch (Case *self, char **words, const gint64 sums[4])
{
  ChaosVerdict *verdict = self->verdict;
  gint64 number = g_ascii_strtoll (words[1], NULL, 10);
  const Closed *closed = g_hash_table_lookup (self->closed, &number);

  if (!g_str_equal (words[2], "settled"))
    return;
  if (closed == NULL)
    find (self, &verdict->lost, "Batch %s is settled here, and not there", words[1]);
  else if (g_str_equal (words[3], "agrees")
           && memcmp (sums, closed->sums, sizeof closed->sums) != 0)
    find (self, &verdict->wrong, "Batch %s is said to agree, and its sums differ", words[1]);
  else if (!g_str_equal (words[3], "agrees") && g_str_equal (words[8], "0"))
    find (self, &verdict->wrong, "Batch %s differs, and nobody says where", words[1]);
}

static void
judge_batches (Case *self, const char *batches)
{
  g_auto (GStrv) lines = g_strsplit (batches, "\n", -1);
  gint64 receipts[4] = { 0 }, all[4] = { 0 };

  if (batches[0] == '\0')
    return;
  sum_receipts (self, receipts);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      gint64 sums[4] = { 0 };

      if (g_strv_length (words) != 9)
        {
          find (self, &self->verdict->lost, "The batches say “%s”", lines[i]);
          continue;
        }
      for (guint j = 0; j < G_N_ELEMENTS (sums); j++)
        all[j] += sums[j] = g_ascii_strtoll (words[4 + j], NULL, 10);
      judge_batch (self, words, sums);
    }
  if (memcmp (all, receipts, sizeof all) != 0)
    find (self, &self->verdict->wrong,
          "The batches sum up to %" G_GINT64_FORMAT " less %" G_GINT64_FORMAT
          ", the receipts to %" G_GINT64_FORMAT " less %" G_GINT64_FORMAT,
          all[1], all[3], receipts[1], receipts[3]);
}

/* ---- what was said ---- */

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
  if (!asked->back && account->booked_minor != asked->amount_minor)
    find (self, &verdict->wrong,
          "%s: asked for %" G_GINT64_FORMAT ", in the books with %" G_GINT64_FORMAT, words[0],
          asked->amount_minor, account->booked_minor);
  if (g_str_equal (told, "stored"))
    kept = is_state (account, "approved declined")
           || (asked->withdrawn && is_state (account, "cancelled"))
           || (verdict->aside > 0 && is_state (account, "stored stored-sending"));
  else if (g_str_equal (told, "unknown"))
    kept = is_state (account, "reversed");
  else if (g_str_equal (told, "approved")) /* by the acquirer, or by the chip */
    kept = is_state (account, "approved chip-sent completed-sent");
  else if (g_str_equal (told, "cancelled") && self->takes_over)
    /* The copy had it before it was withdrawn: nobody has charged it, or will by himself, unless he
     * was told that the copy might. */
    kept = is_state (account, asked->warned ? "cancelled declined approved" : "cancelled declined")
           || (verdict->aside > 0 && is_state (account, "stored stored-sending"));
  else
    kept = is_state (account, told);
  if (!kept && !waits_there (account))
    find (self, &verdict->lost, "The cashier was told “%s”, and it became %s", asked->told,
          account->state);
}

/* The books can't tell of it any more: but what was paid is charged. One that was approved for a
 * reason was approved without the acquirer (a completion without a line) and waited to be told: it
 * may have gone with the disk. */
static void
judge_told_before (Case *self, const ChaosAsked *asked)
{
  g_auto (GStrv) words = g_strsplit (asked->told, " ", 4);
  const Account *account = g_hash_table_lookup (self->accounts, words[0]);

  if (asked->card && g_str_equal (words[1], "card") && g_str_equal (words[2], "approved")
      && g_strcmp0 (words[3], "-") == 0 && (account == NULL || !stands (account)))
    find (self, &self->verdict->lost, "The cashier was told “%s”, and the ledger doesn't have it",
          asked->told);
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

static void
begin (Case *self, GPtrArray *asked)
{
  self->accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->amounts = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->booked = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->identities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->closings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->closed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  for (guint i = 0; i < asked->len; i++)
    {
      ChaosAsked *one = asked->pdata[i];

      if (!one->back)
        g_hash_table_insert (self->amounts, &one->amount_minor, one);
    }
}

static void
end (Case *self)
{
  g_hash_table_unref (self->closed);
  g_hash_table_unref (self->identities);
  g_hash_table_unref (self->owners);
  g_hash_table_unref (self->closings);
  g_hash_table_unref (self->booked);
  g_hash_table_unref (self->amounts);
  g_hash_table_unref (self->accounts);
}

void
chaos_judge (ChaosVerdict *out_verdict,
             const char *ledger,
             const ChaosBooks *books,
             GPtrArray *asked,
             gboolean old)
{
  Case self = { .verdict = out_verdict, .asked = asked, .takes_over = books->former != NULL };

  *out_verdict = (ChaosVerdict){ .findings = g_string_new (NULL) };
  begin (&self, asked);
  read_ledger (&self, ledger);
  read_books (&self, books->books, FALSE);
  if (books->former != NULL)
    read_books (&self, books->former, TRUE);
  judge_queue (&self, books->queue, old);
  judge_accounts (&self);
  judge_batches (&self, books->batches);
  for (guint i = 0; i < asked->len; i++)
    {
      const ChaosAsked *one = asked->pdata[i];

      if (one->told != NULL && one->forgotten)
        judge_told_before (&self, one);
      else if (one->told != NULL)
        judge_told (&self, one);
    }
  end (&self);
}
