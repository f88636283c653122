/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything in a profile is checked when it is read, so that nobody who uses one has to doubt it:
 * a flow names only fields of the dialect, numbers lie within their limits, a needed key is there.
 */
#include "acquirer-profile.h"

#include "base-data.h"
#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define WHY_OTHER "other" /* the reason that stands for every one that isn't listed */

struct _AcquirerProfile
{
  gatomicrefcount references;
  char *text;
  char *name;
  AcquirerCardData card_data;
  gboolean deferred;
  gboolean deferred_repeats;
  gboolean fallback;
  gboolean tls12;
  guint in_flight;
  guint tries;
  guint connect_ms;
  guint answer_ms;
  guint echo_s;
  guint completion_above; /* percent */
  char *mac_algorithm;
  guint mac_field;
  gboolean mac_optional; /* some flow has none */
  guint roles[ACQUIRER_VALUE_COUNT];
  guint8 values[ISO8583_FIELD_MAX + 1]; /* AcquirerValue */
  GHashTable *why;                      /* reason → code */
  gboolean match[ISO8583_FIELD_MAX + 1];
  guint8 match_fields[ISO8583_FIELD_MAX + 1];
  char **approved;
  char **malformed;
  char **no_original;
  char **reused;
  AcquirerCodes *codes;
  AcquirerDemands demands;
  AcquirerParameters *parameters;
  AcquirerKeyPlan *key_plan; /* NULL: no sign-in */
  AcquirerBatchPlan *batch;  /* NULL: nothing is settled */
  AcquirerFlow *flows[ACQUIRER_FLOW_COUNT];
  Iso8583Dialect dialect;
};

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
  for (guint i = 0; i < ACQUIRER_FLOW_COUNT; i++)
    acquirer_flow_free (self->flows[i]);
  g_clear_pointer (&self->why, g_hash_table_unref);
  g_strfreev (self->approved);
  g_strfreev (self->malformed);
  g_strfreev (self->no_original);
  g_strfreev (self->reused);
  acquirer_codes_free (self->codes);
  acquirer_parameters_free (self->parameters);
  acquirer_key_plan_free (self->key_plan);
  acquirer_batch_plan_free (self->batch);
  g_free (self->mac_algorithm);
  g_free (self->text);
  g_free (self->name);
  g_free (self);
}

/* ---- Reading ---- */

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

  if (text == NULL || !base_number_parse (text, 10, minimum, maximum, &value))
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                               _ ("[%s] %s must be a number from %u to %u"), "profile", key,
                               minimum, maximum);
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
  return *out_yes || g_strcmp0 (text, no) == 0
         || acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s must be %s or %s"),
                                "profile", key, yes, no);
}

static gboolean
read_profile (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  gboolean acquirer;

  self->name = g_key_file_get_string (file, "profile", "name", NULL);
  if (self->name == NULL || self->name[0] == '\0')
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s is missing"), "profile",
                               "name");
  if (!read_choice (file, "card_data", "acquirer", "till", &acquirer, error)
      || !read_choice (file, "deferred", "on", "off", &self->deferred, error)
      || !read_choice (file, "deferred_unanswered", "repeat", "reverse", &self->deferred_repeats,
                       error)
      || !read_choice (file, "tls12", "yes", "no", &self->tls12, error)
      || (g_key_file_has_key (file, "profile", "fallback", NULL)
          && !read_choice (file, "fallback", "on", "off", &self->fallback, error)))
    return FALSE;
  self->card_data = acquirer ? ACQUIRER_CARD_DATA_ACQUIRER : ACQUIRER_CARD_DATA_TILL;
  return read_number (file, "in_flight", 1, ACQUIRER_IN_FLIGHT_MAX, &self->in_flight, error)
         && read_number (file, "tries", 1, 1000, &self->tries, error)
         && read_number (file, "connect_ms", 1, ACQUIRER_DEADLINE_MAX_MS, &self->connect_ms, error)
         && read_number (file, "answer_ms", 1, ACQUIRER_DEADLINE_MAX_MS, &self->answer_ms, error)
         && read_number (file, "echo_s", 0, 86400, &self->echo_s, error)
         && (!g_key_file_has_key (file, "profile", "completion_above", NULL)
             || read_number (file, "completion_above", 0, 100, &self->completion_above, error));
}

/* The MAC's field must be the last one: the codec writes it last and acquirer-mac relies on it. */
static gboolean
read_mac (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  g_autofree char *field = g_key_file_get_string (file, "mac", "field", NULL);
  const char *rest;

  self->mac_algorithm = g_key_file_get_string (file, "mac", "algorithm", NULL);
  if (self->mac_algorithm == NULL)
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                               _ ("[%s] %s is missing (“none” where there is no MAC)"), "mac",
                               "algorithm");
  if (strcmp (self->mac_algorithm, "none") == 0)
    {
      g_clear_pointer (&self->mac_algorithm, g_free);
      return TRUE;
    }
  if (field == NULL || !acquirer_flow_read_field (&self->dialect, field, &self->mac_field, &rest)
      || *rest != '\0' || self->mac_field != self->dialect.field_max
      || self->dialect.fields[self->mac_field].format != ISO8583_FORMAT_B
      || self->dialect.fields[self->mac_field].encoding != ISO8583_ENCODING_BINARY
      || self->dialect.fields[self->mac_field].prefix_digits != 0
      || self->dialect.fields[self->mac_field].length > ACQUIRER_MAC_MAX)
    return acquirer_error_set (
        error, ACQUIRER_ERROR_PROFILE,
        _ ("[%s] %s must be the dialect's last field, binary, of a fixed size up to 16 bytes"),
        "mac", "field");
  return TRUE;
}

/* [roles]: where the acquirer has chosen a field for a value by itself. */
static gboolean
read_roles (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "roles", NULL, NULL);

  for (guint i = 2; i <= self->dialect.field_max; i++)
    self->values[i] = (guint8)acquirer_value_of_field (i);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_string (file, "roles", keys[i], NULL);
      const char *rest = "";
      AcquirerValue value;
      guint field;

      if (!acquirer_value_from_name (keys[i], &value))
        return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                   _ ("[%s] %s is nothing that the till knows"), "roles", keys[i]);
      if (text == NULL || !acquirer_flow_read_field (&self->dialect, text, &field, &rest)
          || *rest != '\0')
        return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                   _ ("[%s] %s isn't a field of [fields]"), "roles", keys[i]);
      /* A field that is named twice holds the first value where a flow doesn't say otherwise. */
      if (self->roles[self->values[field]] != field)
        self->values[field] = (guint8)value;
      self->roles[value] = field;
    }
  for (guint i = 2; i <= self->dialect.field_max; i++)
    if (self->dialect.fields[i].format != ISO8583_FORMAT_NONE)
      self->roles[self->values[i]] = i;
  self->roles[ACQUIRER_VALUE_NONE] = 0;
  return TRUE;
}

/* [reversal]: reason = code. */
static gboolean
read_why (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "reversal", NULL, NULL);

  self->why = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      char *code = g_key_file_get_string (file, "reversal", keys[i], NULL);

      g_hash_table_replace (self->why, g_strdup (keys[i]), code);
      if (strlen (code) != acquirer_value_width (ACQUIRER_VALUE_WHY))
        return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                   _ ("[%s] %s must be a code of two characters"), "reversal",
                                   keys[i]);
    }
  if (keys != NULL && !g_hash_table_contains (self->why, WHY_OTHER))
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s is missing"), "reversal",
                               WHY_OTHER);
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
  self->reused = read_words (file, "answers", "reused");
  self->codes = acquirer_codes_read (file, error);
  if (self->codes == NULL || !acquirer_demands_read (&self->demands, file, error))
    return FALSE;
  self->parameters = acquirer_parameters_read (file, error);
  if (self->parameters == NULL)
    return FALSE;
  if (self->approved[0] == NULL)
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s is missing"), "answers",
                               "approved");
  for (guint i = 0; match[i] != NULL; i++)
    {
      const char *rest;
      guint field;

      if (!acquirer_flow_read_field (&self->dialect, match[i], &field, &rest) || *rest != '\0')
        return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                   _ ("[%s] %s names a field that isn't in [fields]"), "answers",
                                   "match");
      self->match[field] = TRUE;
    }
  for (guint8 i = 2, count = 0; i <= ISO8583_FIELD_MAX; i++)
    if (self->match[i])
      self->match_fields[count++] = i;
  return self->match[11]
             ? TRUE
             : acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                   _ ("[%s] %s must name field 11, the STAN"), "answers", "match");
}

/* The MTI that answers a request: its third digit goes one up (ISO 8583). */
static void
answer_mti (const char *request, char out[5])
{
  g_strlcpy (out, request, 5);
  out[2]++;
}

/* A flow without a MAC is as good as none: whoever is on the line may have written it. So an MTI
 * has a MAC in all flows or in none. */
static gboolean
check_macs (AcquirerProfile *self, GError **error)
{
  for (guint i = 0; i < ACQUIRER_FLOW_COUNT && self->mac_algorithm != NULL; i++)
    for (guint j = 0; j < ACQUIRER_FLOW_COUNT; j++)
      {
        const AcquirerFlow *one = self->flows[i], *two = self->flows[j];

        if (one == NULL || two == NULL)
          continue;
        if (one->request[self->mac_field] == ACQUIRER_NEED_OPTIONAL
            || one->answer[self->mac_field] == ACQUIRER_NEED_OPTIONAL
            || (strcmp (one->mti, two->mti) == 0
                && (one->request[self->mac_field] != two->request[self->mac_field]
                    || one->answer[self->mac_field] != two->answer[self->mac_field])))
          return acquirer_error_set (
              error, ACQUIRER_ERROR_PROFILE,
              _ ("The flows with MTI %s must all have a MAC, or none of them"), one->mti);
        if (one->request[self->mac_field] == ACQUIRER_NEED_NONE
            || one->answer[self->mac_field] == ACQUIRER_NEED_NONE)
          self->mac_optional = TRUE;
      }
  return TRUE;
}

/* A sign-in's MAC is of another key than all the others: its MTI is its own, too. */
static gboolean
check_sign_in_mac (const AcquirerProfile *self, GError **error)
{
  const AcquirerFlow *flow = self->flows[ACQUIRER_FLOW_SIGN_IN];
  gboolean master_mac = acquirer_key_plan_has_master_mac (self->key_plan);

  for (guint i = 0; i < ACQUIRER_FLOW_COUNT && master_mac; i++)
    if (self->flows[i] != NULL && self->flows[i] != flow
        && strcmp (self->flows[i]->mti, flow->mti) == 0)
      return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                 _ ("[%s] %s needs an MTI that only the sign-in has"), "keys",
                                 "sign_in_mac");
  if (master_mac == (flow->request[self->mac_field] != ACQUIRER_NEED_NONE)
      && master_mac == (flow->answer[self->mac_field] != ACQUIRER_NEED_NONE))
    return TRUE;
  return acquirer_error_set (
      error, ACQUIRER_ERROR_PROFILE,
      _ ("[%s] %s and the MAC's field in flow sign-in go together: there is no working key yet"),
      "keys", "sign_in_mac");
}

/* Working keys come with a sign-in, in a field that is named, and make MACs. */
static gboolean
read_keys (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  g_autoptr (GError) inner = NULL;

  self->key_plan = acquirer_key_plan_read (file, &inner);
  if (inner != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&inner));
      return FALSE;
    }
  if (self->key_plan == NULL)
    return TRUE;
  if (self->mac_algorithm == NULL || self->flows[ACQUIRER_FLOW_SIGN_IN] == NULL
      || self->roles[ACQUIRER_VALUE_KEYS] == 0
      || self->dialect.fields[self->roles[ACQUIRER_VALUE_KEYS]].format != ISO8583_FORMAT_B)
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                               _ ("[%s] %s is of no use without a MAC, a flow sign-in and a role "
                                  "“keys” in a field of bytes"),
                               "keys", "cipher");
  return check_sign_in_mac (self, error);
}

/* What is settled can be uploaded, too, where the two sides don't agree. */
static gboolean
read_batch (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  g_autoptr (GError) inner = NULL;

  self->batch = acquirer_batch_plan_read (file, &inner);
  if (inner != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&inner));
      return FALSE;
    }
  if (self->batch == NULL
      || (self->flows[ACQUIRER_FLOW_SETTLE] != NULL && self->flows[ACQUIRER_FLOW_UPLOAD] != NULL
          && self->flows[ACQUIRER_FLOW_BATCH_END] != NULL))
    return TRUE;
  return acquirer_error_set (
      error, ACQUIRER_ERROR_PROFILE,
      _ ("[%s] %s is of no use without the flows settlement, upload and batch-end"), "batch",
      "totals");
}

static gboolean
read_flows (AcquirerProfile *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      AcquirerFlow *flow;

      if (!g_str_has_prefix (groups[i], "flow "))
        continue;
      flow = acquirer_flow_read (&self->dialect, file, groups[i], error);
      if (flow == NULL)
        return FALSE;
      acquirer_flow_free (self->flows[flow->kind]);
      self->flows[flow->kind] = flow;
    }
  return check_macs (self, error);
}

AcquirerProfile *
acquirer_profile_from_text (const char *ini, GError **error)
{
  g_autoptr (AcquirerProfile) self = g_new0 (AcquirerProfile, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) inner = NULL;

  g_atomic_ref_count_init (&self->references);
  if (!g_utf8_validate (ini, -1, NULL)) /* else the errors below would quote what nobody can read */
    {
      g_set_error_literal (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                           _ ("The acquirer profile isn't a text in UTF-8"));
      return NULL;
    }
  if (strlen (ini) > ACQUIRER_PROFILE_SIZE_MAX)
    {
      acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("The acquirer profile is too long"));
      return NULL;
    }
  if (!g_key_file_load_from_data (file, ini, (gsize)-1, 0, &inner))
    {
      acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                          _ ("The acquirer profile can't be read: %s"), inner->message);
      return NULL;
    }
  if (!read_profile (self, file, error) || !iso8583_dialect_init (&self->dialect, file, error)
      || !read_mac (self, file, error) || !read_roles (self, file, error)
      || !read_why (self, file, error) || !read_answers (self, file, error)
      || !read_flows (self, file, error) || !read_keys (self, file, error)
      || !read_batch (self, file, error))
    return NULL;
  self->text = g_strdup (ini);
  return g_steal_pointer (&self);
}

AcquirerProfile *
acquirer_profile_vary (const AcquirerProfile *self,
                       const char *group,
                       const char *key,
                       const char *value)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;

  if (!g_key_file_load_from_data (file, self->text, (gsize)-1, 0, NULL))
    return NULL;
  g_key_file_set_string (file, group, key, value);
  text = g_key_file_to_data (file, NULL, NULL);
  return acquirer_profile_from_text (text, NULL);
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
    g_set_error (
        error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
        _ ("There is no acquirer profile “%s”: sandbox and unionpay come with Till, another is "
           "named by the path of its file"),
        name_or_path);
  else if ((text = base_data_read (path, ACQUIRER_PROFILE_SIZE_MAX, NULL, &inner)) == NULL)
    g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                 _ ("The acquirer profile can't be read: %s"), inner->message);
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

gboolean
acquirer_profile_fallback (const AcquirerProfile *self)
{
  return self->fallback;
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

guint
acquirer_profile_completion_above (const AcquirerProfile *self)
{
  return self->completion_above;
}

gboolean
acquirer_profile_tls12 (const AcquirerProfile *self)
{
  return self->tls12;
}

const AcquirerBatchPlan *
acquirer_profile_batch (const AcquirerProfile *self)
{
  return self->batch;
}

const AcquirerKeyPlan *
acquirer_profile_key_plan (const AcquirerProfile *self)
{
  return self->key_plan;
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
acquirer_profile_role (const AcquirerProfile *self, AcquirerValue value)
{
  g_assert (value < ACQUIRER_VALUE_COUNT);
  return self->roles[value];
}

AcquirerValue
acquirer_profile_value (const AcquirerProfile *self, guint field)
{
  g_assert (field <= ISO8583_FIELD_MAX);
  return (AcquirerValue)self->values[field];
}

const char *
acquirer_profile_why (const AcquirerProfile *self, const char *reason)
{
  const char *code = g_hash_table_lookup (self->why, reason);

  if (code == NULL)
    code = g_hash_table_lookup (self->why, WHY_OTHER);
  return code != NULL ? code : "";
}

const AcquirerFlow *
acquirer_profile_flow (const AcquirerProfile *self, AcquirerFlowKind kind)
{
  g_assert (kind < ACQUIRER_FLOW_COUNT);
  return self->flows[kind];
}

gboolean
acquirer_profile_has_mac (const AcquirerProfile *self, const char *mti)
{
  if (self->mac_algorithm == NULL || !self->mac_optional)
    return self->mac_algorithm != NULL;
  for (guint i = 0; i < ACQUIRER_FLOW_COUNT; i++)
    {
      const AcquirerFlow *flow = self->flows[i];
      char answer[5] = "";

      if (flow == NULL)
        continue;
      answer_mti (flow->mti, answer);
      if (strcmp (mti, flow->mti) == 0)
        return flow->request[self->mac_field] != ACQUIRER_NEED_NONE;
      if (strcmp (mti, answer) == 0)
        return flow->answer[self->mac_field] != ACQUIRER_NEED_NONE;
    }
  return TRUE;
}

gboolean
acquirer_profile_keeps_books (const AcquirerProfile *self)
{
  const AcquirerFlow *flow = self->flows[ACQUIRER_FLOW_SIGN_IN];
  guint install = self->roles[ACQUIRER_VALUE_INSTALL], head = self->roles[ACQUIRER_VALUE_HEAD];

  return flow != NULL && install != 0 && head != 0 && flow->request[install] != ACQUIRER_NEED_NONE
         && flow->answer[head] != ACQUIRER_NEED_NONE;
}

gboolean
acquirer_profile_has_master_mac (const AcquirerProfile *self, const char *mti)
{
  const char *sign_in;

  if (self->key_plan == NULL || !acquirer_key_plan_has_master_mac (self->key_plan))
    return FALSE;
  sign_in = self->flows[ACQUIRER_FLOW_SIGN_IN]->mti;
  return strncmp (mti, sign_in, 2) == 0 && (mti[2] == sign_in[2] || mti[2] == sign_in[2] + 1)
         && mti[3] == sign_in[3];
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

gboolean
acquirer_profile_code_reused (const AcquirerProfile *self, const char *code)
{
  return contains (self->reused, code);
}

const AcquirerCode *
acquirer_profile_code (const AcquirerProfile *self, const char *code)
{
  return acquirer_codes_find (self->codes, code);
}

gboolean
acquirer_profile_code_sign_in (const AcquirerProfile *self, const char *code)
{
  const AcquirerCode *known = acquirer_profile_code (self, code);

  return known != NULL && known->action == ACQUIRER_ACTION_SIGN_IN;
}

const AcquirerDemands *
acquirer_profile_demands (const AcquirerProfile *self)
{
  return &self->demands;
}

const AcquirerParameters *
acquirer_profile_parameters (const AcquirerProfile *self)
{
  return self->parameters;
}
