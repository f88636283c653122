/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-drawer.h"

#include "vault-journal.h"
#include "vault-print.h"
#include "vault-private.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define EXPECTED_WORD "expected"
#define WORDS_MAX (4 + SHOP_DENOMINATIONS_MAX)
#define MINOR_MAX (G_MAXINT64 / 8) /* sums and differences of a few still are numbers */

static const char *const act_words[] = { "float", "in", "out", "no-sale", "count" };

/* ---- what can be ---- */

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE, why);
  return FALSE;
}

static gint64
most_minor (const char *currency)
{
  gint64 most = VAULT_DRAWER_MAJOR_MAX;

  for (guint i = 0; i < base_money_exponent (currency); i++)
    most *= 10;
  return most;
}

static gboolean
wants_reason (VaultDrawerAct act)
{
  return act == VAULT_DRAWER_IN || act == VAULT_DRAWER_OUT || act == VAULT_DRAWER_NO_SALE;
}

static gboolean
check_reason (const char *reason, GError **error)
{
  gboolean said = FALSE;

  if (reason == NULL || !g_utf8_validate (reason, -1, NULL))
    return refuse (error, _ ("Say why, in a few words: the reason is kept in the journal"));
  if (g_utf8_strlen (reason, -1) > VAULT_DRAWER_REASON_MAX)
    return refuse (error, _ ("The reason is too long: say it in at most 60 characters"));
  for (const char *c = reason; *c != '\0'; c = g_utf8_next_char (c))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (c)))
        return refuse (error, _ ("Say the reason in one line, without control characters"));
      said = said || !g_unichar_isspace (g_utf8_get_char (c));
    }
  return said || refuse (error, _ ("Say why, in a few words: the reason is kept in the journal"));
}

static gboolean
check_amount (const VaultDrawerMove *move, GError **error)
{
  gint64 total = move->amount_minor;

  if (move->act == VAULT_DRAWER_NO_SALE)
    return move->amount_minor == 0 || refuse (error, _ ("Opening the drawer moves no money"));
  if (move->amount_minor < (move->act == VAULT_DRAWER_COUNT ? 0 : 1))
    return refuse (error, _ ("Give an amount above 0"));
  if (move->amount_minor > most_minor (move->currency))
    return refuse (error, _ ("No drawer holds so much: look at the amount again"));
  if (move->count != NULL && move->count->rows > 0
      && (!shop_denomination_total (move->count, &total) || total != move->amount_minor))
    return refuse (error, _ ("The notes and coins don't come to that sum: count them again"));
  return TRUE;
}

gboolean
vault_drawer_check (const VaultDrawerMove *move, GError **error)
{
  return check_amount (move, error)
         && (!wants_reason (move->act) || check_reason (move->reason, error));
}

/* ---- as the journal has it ---- */

static gboolean
read_minor (const char *word, gint64 *out_minor)
{
  return word != NULL && base_number_parse_signed (word, MINOR_MAX, out_minor);
}

static gboolean
read_pieces (char **words, ShopDenominationCount *count)
{
  for (; *words != NULL; words++)
    {
      char *star = strchr (*words, '*');
      guint64 face, pieces;

      if (star == NULL || count->rows == SHOP_DENOMINATIONS_MAX)
        return FALSE;
      *star = '\0';
      if (!base_number_parse (*words, 10, 1, MINOR_MAX, &face)
          || !base_number_parse (star + 1, 10, 0, SHOP_DENOMINATION_PIECES_MAX, &pieces))
        return FALSE;
      count->minor[count->rows] = (gint64)face;
      count->pieces[count->rows++] = (gint64)pieces;
    }
  return TRUE;
}

static gboolean
take_count (VaultShift *shift, gint64 minor, char **words)
{
  ShopDenominationCount count = { 0 };
  gint64 expected, total;

  if (g_strcmp0 (words[0], EXPECTED_WORD) != 0 || !read_minor (words[1], &expected)
      || !read_pieces (words + 2, &count) || !shop_denomination_total (&count, &total))
    return FALSE;
  shift->counts++;
  shift->counted_minor = minor;
  shift->counted_expected_minor = expected;
  shift->counted = count;
  return TRUE;
}

static void
add (VaultShiftSum *sum, gint64 minor)
{
  gint64 more;

  sum->count++;
  if (!__builtin_add_overflow (sum->minor, minor, &more))
    sum->minor = more;
}

gboolean
vault_drawer_take (VaultShift *shift, const char *act, const char *detail)
{
  g_auto (GStrv) words = NULL;
  gint64 minor;

  if (act == NULL || detail == NULL || strcmp (act, VAULT_DRAWER_ACT) != 0)
    return FALSE;
  words = g_strsplit (detail, " ", WORDS_MAX);
  if (words[0] == NULL || !read_minor (words[1], &minor) || minor < 0)
    return FALSE;
  if (strcmp (words[0], act_words[VAULT_DRAWER_COUNT]) == 0)
    return take_count (shift, minor, words + 2);
  if (strcmp (words[0], act_words[VAULT_DRAWER_FLOAT]) == 0)
    add (&shift->floated, minor);
  else if (strcmp (words[0], act_words[VAULT_DRAWER_IN]) == 0)
    add (&shift->cash_in, minor);
  else if (strcmp (words[0], act_words[VAULT_DRAWER_OUT]) == 0)
    add (&shift->cash_out, minor);
  else if (strcmp (words[0], act_words[VAULT_DRAWER_NO_SALE]) == 0)
    shift->no_sales++;
  else
    return FALSE;
  if (strcmp (words[0], act_words[VAULT_DRAWER_FLOAT]) != 0)
    shift->drawer++;
  return TRUE;
}

/* Yours. */
static char *
detail_of (const VaultDrawerMove *move, gint64 expected)
{
  GString *text = g_string_new (act_words[move->act]);

  g_string_append_printf (text, " %" G_GINT64_FORMAT, move->amount_minor);
  if (wants_reason (move->act))
    g_string_append_printf (text, " \"%s\"", move->reason);
  if (move->act == VAULT_DRAWER_COUNT)
    g_string_append_printf (text, " " EXPECTED_WORD " %" G_GINT64_FORMAT, expected);
  for (guint i = 0; move->count != NULL && i < move->count->rows; i++)
    g_string_append_printf (text, " %" G_GINT64_FORMAT "*%" G_GINT64_FORMAT, move->count->minor[i],
                            move->count->pieces[i]);
  return g_string_free (text, FALSE);
}

/* ---- keeping ---- */

/* Writes the entry and adds it to the shift, in the words that a later reading finds. */
static gboolean
append (Vault *self,
        VaultShift *shift,
        const VaultDrawerMove *move,
        const char *who,
        GError **error)
{
  g_autofree char *detail = detail_of (move, vault_shift_expected_minor (shift));

  (void)vault_drawer_take (shift, VAULT_DRAWER_ACT, detail);
  return vault_journal_append (self, who, VAULT_DRAWER_ACT, detail, error)
         && (!wants_reason (move->act)
             || vault_print_add_locked (self, VAULT_PRINT_DRAWER, 0, 0, /* opens_drawer= */ TRUE,
                                        error));
}

gboolean
vault_drawer_count_locked (Vault *self,
                           VaultShift *shift,
                           const VaultDrawerMove *move,
                           const char *who,
                           GError **error)
{
  g_assert (move->act == VAULT_DRAWER_COUNT);
  if (!vault_shift_is_open (shift))
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_ABSENT,
                           _ ("No shift is open: count the float first"));
      return FALSE;
    }
  return append (self, shift, move, who, error);
}

static gboolean
keep (Vault *self, const VaultDrawerMove *move, const char *who, VaultShift *shift, GError **error)
{
  if (move->act == VAULT_DRAWER_IN || move->act == VAULT_DRAWER_NO_SALE)
    return append (self, shift, move, who, error);
  if (!vault_shift_count (self, shift, error))
    return FALSE;
  if (move->act == VAULT_DRAWER_COUNT)
    return vault_drawer_count_locked (self, shift, move, who, error);
  if (move->act == VAULT_DRAWER_FLOAT && shift->floated.count > 0)
    return refuse (error, _ ("The float of this shift was counted already: enter what changed as "
                             "cash in or out"));
  /* Not by how much: that would tell what a blind count is to find. */
  if (move->act == VAULT_DRAWER_OUT && move->amount_minor > vault_shift_expected_minor (shift))
    return refuse (error, _ ("The drawer should not hold so much: look at the amount again"));
  return append (self, shift, move, who, error);
}

gboolean
vault_drawer_keep (Vault *self,
                   const VaultDrawerMove *move,
                   const char *who,
                   VaultShift *out_shift,
                   GError **error)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

  g_assert (who != NULL);
  if (!vault_drawer_check (move, error) || !vault_lock_and_begin (self, error)
      || !vault_commit_and_unlock (self, keep (self, move, who, shift, error), error))
    return FALSE;
  if (out_shift != NULL && move->act != VAULT_DRAWER_IN && move->act != VAULT_DRAWER_NO_SALE)
    *out_shift = *shift;
  return TRUE;
}
