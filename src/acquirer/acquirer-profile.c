/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything in a profile is checked when it is read, so that nobody who uses one has to doubt it:
 * a flow names only fields of the dialect, numbers lie within their limits, a needed key is there.
 */
#include "acquirer-profile.h"

#include "base-data.h"

#include <string.h>

struct _AcquirerProfile
{
  gatomicrefcount references;
  char *name;
  AcquirerCardData card_data;
  gboolean deferred;
  gboolean deferred_repeats;
  gboolean tls12;
  guint in_flight;
  guint tries;
  guint connect_ms;
  guint answer_ms;
  guint echo_s;
  char *mac_algorithm;
  guint mac_field;
  guint roles[ACQUIRER_ROLE_COUNT];
  gboolean match[ISO8583_FIELD_MAX + 1];
  guint8 match_fields[ISO8583_FIELD_MAX + 1];
  char **approved;
  char **malformed;
  char **no_original;
  GPtrArray *flows; /* of AcquirerFlow */
  Iso8583Dialect dialect;
};

static const char *const role_keys[ACQUIRER_ROLE_COUNT] = {
  [ACQUIRER_ROLE_BATCH] = "batch",       [ACQUIRER_ROLE_PAYMENT] = "payment",
  [ACQUIRER_ROLE_ENVELOPE] = "envelope", [ACQUIRER_ROLE_FORMAT] = "format",
  [ACQUIRER_ROLE_KSN] = "ksn",           [ACQUIRER_ROLE_BLOCK1] = "block1",
  [ACQUIRER_ROLE_BLOCK2] = "block2",     [ACQUIRER_ROLE_BLOCK3] = "block3",
  [ACQUIRER_ROLE_REASON] = "reason",
};

static void
free_flow (gpointer data)
{
  AcquirerFlow *flow = data;

  for (guint i = 0; i <= ISO8583_FIELD_MAX; i++)
    g_free (flow->constants[i]);
  g_free (flow->name);
  g_free (flow);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerFlow, free_flow)

AcquirerProfile *
acquirer_profile_ref (AcquirerProfile *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
acquirer_profile_unref (AcquirerProfile *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->flows, g_ptr_array_unref);
  g_strfreev (self->approved);
  g_strfreev (self->malformed);
  g_strfreev (self->no_original);
  g_free (self->mac_algorithm);
  g_free (self->name);
  g_free (self);
}

/* ---- Reading ---- */

static gboolean
wrong (GError **error, const char *group, const char *key, const char *why)
{
  g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE, "[%s] %s %s", group, key, why);
  return FALSE;
}

static gboolean
read_number (GKeyFile *file,
             const char *key,
             guint minimum,
             guint maximum,
             guint *out_value,
             GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, "profile", key, NULL);
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, minimum, maximum, &value, NULL))
    {
      g_autofree char *why = g_strdup_printf ("must be a number from %u to %u", minimum, maximum);

      return wrong (error, "profile", key, why);
    }
  *out_value = (guint)value;
  return TRUE;
}

/* One of two words. */
static gboolean
read_choice (GKeyFile *file,
             const char *key,
             const char *yes,
             const char *no,
             gboolean *out_yes,
             GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, "profile", key, NULL);

  *out_yes = g_strcmp0 (text, yes) == 0;
  if (*out_yes || g_strcmp0 (text, no) == 0)
    return TRUE;
  {
    g_autofree char *why = g_strdup_printf ("must be %s or %s", yes, no);

    return wrong (error, "profile", key, why);
  }
}

static gboolean
read_profile (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  gboolean acquirer;

  self->name = g_key_file_get_string (file, "profile", "name", NULL);
  if (self->name == NULL || self->name[0] == '\0')
    return wrong (error, "profile", "name", "is missing");
  if (!read_choice (file, "card_data", "acquirer", "till", &acquirer, error)
      || !read_choice (file, "deferred", "on", "off", &self->deferred, error)
      || !read_choice (file, "deferred_unanswered", "repeat", "reverse", &self->deferred_repeats,
                       error)
      || !read_choice (file, "tls12", "yes", "no", &self->tls12, error))
    return FALSE;
  self->card_data = acquirer ? ACQUIRER_CARD_DATA_ACQUIRER : ACQUIRER_CARD_DATA_TILL;
  return read_number (file, "in_flight", 1, ACQUIRER_IN_FLIGHT_MAX, &self->in_flight, error)
         && read_number (file, "tries", 1, 1000, &self->tries, error)
         && read_number (file, "connect_ms", 1, ACQUIRER_DEADLINE_MAX_MS, &self->connect_ms, error)
         && read_number (file, "answer_ms", 1, ACQUIRER_DEADLINE_MAX_MS, &self->answer_ms, error)
         && read_number (file, "echo_s", 0, 86400, &self->echo_s, error);
}

static gboolean
has_field (const AcquirerProfile *self, guint64 field)
{
  return field >= 2 && field <= self->dialect.field_max
         && self->dialect.fields[field].format != ISO8583_FORMAT_NONE;
}

/* A number at the start of `text` that is a field of the dialect; *out_rest is what follows it. */
static gboolean
read_field (const AcquirerProfile *self, const char *text, guint *out_field, const char **out_rest)
{
  char *end = NULL;
  guint64 field = g_ascii_isdigit (text[0]) ? g_ascii_strtoull (text, &end, 10) : 0;

  if (!has_field (self, field))
    return FALSE;
  *out_field = (guint)field;
  *out_rest = end;
  return TRUE;
}

/* The MAC's field must be the last one: the codec writes it last and acquirer-mac relies on it. */
static gboolean
read_mac (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  g_autofree char *field = g_key_file_get_string (file, "mac", "field", NULL);
  const char *rest;

  self->mac_algorithm = g_key_file_get_string (file, "mac", "algorithm", NULL);
  if (self->mac_algorithm == NULL)
    return wrong (error, "mac", "algorithm", "is missing (\"none\" where there is no MAC)");
  if (strcmp (self->mac_algorithm, "none") == 0)
    {
      g_clear_pointer (&self->mac_algorithm, g_free);
      return TRUE;
    }
  if (field == NULL || !read_field (self, field, &self->mac_field, &rest) || *rest != '\0'
      || self->mac_field != self->dialect.field_max
      || self->dialect.fields[self->mac_field].format != ISO8583_FORMAT_B
      || self->dialect.fields[self->mac_field].encoding != ISO8583_ENCODING_BINARY
      || self->dialect.fields[self->mac_field].prefix_digits != 0
      || self->dialect.fields[self->mac_field].length > ACQUIRER_MAC_MAX)
    return wrong (error, "mac", "field",
                  "must be the dialect's last field, binary, of a fixed size up to 16 bytes");
  return TRUE;
}

static gboolean
read_roles (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  for (guint i = 0; i < ACQUIRER_ROLE_COUNT; i++)
    {
      g_autofree char *text = g_key_file_get_string (file, "roles", role_keys[i], NULL);
      const char *rest = "";

      if (text != NULL && (!read_field (self, text, &self->roles[i], &rest) || *rest != '\0'))
        return wrong (error, "roles", role_keys[i], "isn't a field of [fields]");
    }
  return TRUE;
}

static char **
read_words (GKeyFile *file, const char *group, const char *key)
{
  g_autofree char *text = g_key_file_get_string (file, group, key, NULL);
  g_auto (GStrv) split = g_strsplit (text != NULL ? text : "", " ", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; split[i] != NULL; i++)
    if (split[i][0] != '\0')
      g_strv_builder_add (words, split[i]);
  return g_strv_builder_end (words);
}

static gboolean
read_answers (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) match = read_words (file, "answers", "match");

  self->approved = read_words (file, "answers", "approved");
  self->malformed = read_words (file, "answers", "malformed");
  self->no_original = read_words (file, "answers", "no_original");
  if (self->approved[0] == NULL)
    return wrong (error, "answers", "approved", "is missing");
  for (guint i = 0; match[i] != NULL; i++)
    {
      const char *rest;
      guint field;

      if (!read_field (self, match[i], &field, &rest) || *rest != '\0')
        return wrong (error, "answers", "match", "names a field that isn't in [fields]");
      self->match[field] = TRUE;
    }
  for (guint8 i = 2, count = 0; i <= ISO8583_FIELD_MAX; i++)
    if (self->match[i])
      self->match_fields[count++] = i;
  return self->match[11] ? TRUE : wrong (error, "answers", "match", "must name field 11, the STAN");
}

/* "4", "44?" (optional) or "3=000000" (always that). */
static gboolean
read_flow_word (AcquirerProfile *self, AcquirerFlow *flow, guint8 *needs, const char *word)
{
  const char *rest;
  guint field;

  if (!read_field (self, word, &field, &rest) || needs[field] != ACQUIRER_NEED_NONE)
    return FALSE;
  needs[field] = strcmp (rest, "?") == 0 ? ACQUIRER_NEED_OPTIONAL : ACQUIRER_NEED_REQUIRED;
  if (rest[0] == '=' && needs == flow->request)
    flow->constants[field] = g_strdup (&rest[1]);
  else if (rest[0] != '\0' && strcmp (rest, "?") != 0)
    return FALSE;
  return TRUE;
}

static gboolean
read_flow_needs (AcquirerProfile *self,
                 GKeyFile *file,
                 const char *group,
                 AcquirerFlow *flow,
                 const char *key,
                 GError **error)
{
  g_auto (GStrv) words = read_words (file, group, key);

  if (words[0] == NULL)
    return wrong (error, group, key, "is missing");
  for (guint i = 0; words[i] != NULL; i++)
    if (!read_flow_word (self, flow, strcmp (key, "request") == 0 ? flow->request : flow->answer,
                         words[i]))
      {
        g_autofree char *why = g_strdup_printf ("can't have \"%s\"", words[i]);

        return wrong (error, group, key, why);
      }
  return TRUE;
}

/* A group "flow NAME". */
static gboolean
read_flow (AcquirerProfile *self, GKeyFile *file, const char *group, GError **error)
{
  g_autoptr (AcquirerFlow) flow = g_new0 (AcquirerFlow, 1);
  g_autofree char *mti = g_key_file_get_string (file, group, "mti", NULL);
  gboolean digits = mti != NULL && strlen (mti) == 4;

  for (guint i = 0; digits && i < 4; i++)
    digits = g_ascii_isdigit (mti[i]);
  if (!digits)
    return wrong (error, group, "mti", "must be four digits");
  g_strlcpy (flow->mti, mti, sizeof flow->mti);
  flow->name = g_strdup (&group[strlen ("flow ")]);
  if (self->flows->len >= ACQUIRER_FLOWS_MAX)
    return wrong (error, group, "mti", "is one flow too many");
  if (!read_flow_needs (self, file, group, flow, "request", error)
      || !read_flow_needs (self, file, group, flow, "answer", error))
    return FALSE;
  g_ptr_array_add (self->flows, g_steal_pointer (&flow));
  return TRUE;
}

static gboolean
read_flows (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], "flow ") && !read_flow (self, file, groups[i], error))
      return FALSE;
  return TRUE;
}

AcquirerProfile *
acquirer_profile_from_text (const char *ini, GError **error)
{
  g_autoptr (AcquirerProfile) self = g_new0 (AcquirerProfile, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) inner = NULL;

  g_atomic_ref_count_init (&self->references);
  self->flows = g_ptr_array_new_with_free_func (free_flow);
  if (!g_utf8_validate (ini, -1, NULL)) /* else the errors below would quote what nobody can read */
    {
      g_set_error_literal (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                           "The acquirer profile isn't a text in UTF-8");
      return NULL;
    }
  if (strlen (ini) > ACQUIRER_PROFILE_SIZE_MAX
      || !g_key_file_load_from_data (file, ini, (gsize)-1, 0, &inner))
    {
      g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                   "The acquirer profile can't be read: %s",
                   inner != NULL ? inner->message : "it is too long");
      return NULL;
    }
  if (!read_profile (self, file, error) || !iso8583_dialect_init (&self->dialect, file, error)
      || !read_mac (self, file, error) || !read_roles (self, file, error)
      || !read_answers (self, file, error) || !read_flows (self, file, error))
    return NULL;
  return g_steal_pointer (&self);
}

AcquirerProfile *
acquirer_profile_load (const char *name_or_path, GError **error)
{
  g_autofree char *file = g_strconcat ("acquirers/", name_or_path, ".ini", NULL);
  g_autofree char *path
      = strchr (name_or_path, '/') != NULL ? g_strdup (name_or_path) : base_data_find (file);
  g_autofree char *text = NULL;
  g_autoptr (GError) inner = NULL;
  AcquirerProfile *self = NULL;

  if (path == NULL)
    g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                 "There is no acquirer profile \"%s\"", name_or_path);
  else if ((text = base_data_read (path, ACQUIRER_PROFILE_SIZE_MAX, NULL, &inner)) == NULL)
    g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                 "The acquirer profile can't be read: %s", inner->message);
  else
    self = acquirer_profile_from_text (text, error);
  return self;
}

/* ---- Asking ---- */

const char *
acquirer_profile_name (const AcquirerProfile *self)
{
  return self->name;
}

const Iso8583Dialect *
acquirer_profile_dialect (const AcquirerProfile *self)
{
  return &self->dialect;
}

AcquirerCardData
acquirer_profile_card_data (const AcquirerProfile *self)
{
  return self->card_data;
}

gboolean
acquirer_profile_deferred (const AcquirerProfile *self)
{
  return self->deferred;
}

gboolean
acquirer_profile_deferred_repeats (const AcquirerProfile *self)
{
  return self->deferred_repeats;
}

guint
acquirer_profile_in_flight (const AcquirerProfile *self)
{
  return self->in_flight;
}

guint
acquirer_profile_tries (const AcquirerProfile *self)
{
  return self->tries;
}

guint
acquirer_profile_connect_ms (const AcquirerProfile *self)
{
  return self->connect_ms;
}

guint
acquirer_profile_answer_ms (const AcquirerProfile *self)
{
  return self->answer_ms;
}

guint
acquirer_profile_echo_s (const AcquirerProfile *self)
{
  return self->echo_s;
}

gboolean
acquirer_profile_tls12 (const AcquirerProfile *self)
{
  return self->tls12;
}

const char *
acquirer_profile_mac_algorithm (const AcquirerProfile *self)
{
  return self->mac_algorithm;
}

guint
acquirer_profile_mac_field (const AcquirerProfile *self)
{
  return self->mac_field;
}

guint
acquirer_profile_role (const AcquirerProfile *self, AcquirerRole role)
{
  g_assert (role < ACQUIRER_ROLE_COUNT);
  return self->roles[role];
}

const AcquirerFlow *
acquirer_profile_flow (const AcquirerProfile *self, const char *name)
{
  for (guint i = 0; i < self->flows->len; i++)
    if (strcmp (acquirer_profile_flow_at (self, i)->name, name) == 0)
      return acquirer_profile_flow_at (self, i);
  return NULL;
}

guint
acquirer_profile_flow_count (const AcquirerProfile *self)
{
  return self->flows->len;
}

const AcquirerFlow *
acquirer_profile_flow_at (const AcquirerProfile *self, guint index)
{
  g_assert (index < self->flows->len);
  return g_ptr_array_index (self->flows, index);
}

gboolean
acquirer_profile_matches_field (const AcquirerProfile *self, guint field)
{
  g_assert (field <= ISO8583_FIELD_MAX);
  return self->match[field];
}

const guint8 *
acquirer_profile_match_fields (const AcquirerProfile *self)
{
  return self->match_fields;
}

static gboolean
contains (char *const *words, const char *word)
{
  return g_strv_contains ((const char *const *)words, word);
}

gboolean
acquirer_profile_code_approved (const AcquirerProfile *self, const char *code)
{
  return contains (self->approved, code);
}

gboolean
acquirer_profile_code_malformed (const AcquirerProfile *self, const char *code)
{
  return contains (self->malformed, code);
}

gboolean
acquirer_profile_code_no_original (const AcquirerProfile *self, const char *code)
{
  return contains (self->no_original, code);
}
