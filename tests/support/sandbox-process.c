/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-process.h"

#include "entry-testing.h"

#include "base-data.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MASTER_KEY "4C6F6E67206C69766520746865206B65"

struct _SandboxProcess
{
  char *dir;
  char *tls_dir;
  char *script; /* NULL: none */
  char *ledger;
  const char *profile;
  guint seed;
  GBytes *working; /* keys of the terminals that have signed in before; NULL: there is no sign-in */
  BaseSecret *mac_key;
  GPid pid;
  int output;
  guint16 port;
};

/* ";4761739001010119=30122011143878089?" under the PIN variant for this KSN of the training key
 * (tests/vectors/iso8583). */
static const guint8 ksn[] = { 0xFF, 0xFF, 0x98, 0x76, 0x54, 0x32, 0x10, 0xE0, 0x00, 0x08 };
static const guint8 block[]
    = { 0x9B, 0xC2, 0x26, 0xD5, 0x9F, 0x8B, 0x83, 0xBB, 0xEF, 0xB6, 0x5F, 0xD6, 0x92, 0x8C,
        0x65, 0xC0, 0x3D, 0x63, 0x99, 0x67, 0xC1, 0x2D, 0xAC, 0xDC, 0x6D, 0xA5, 0xED, 0xD0,
        0xD2, 0x09, 0x5F, 0x5E, 0x9D, 0xC6, 0xF5, 0x8E, 0x57, 0xF6, 0x29, 0x89 };

/* Its first line, byte by byte: nothing behind it is taken. */
static void
read_port (SandboxProcess *self)
{
  static const char start[] = "listening on 127.0.0.1:";
  g_autoptr (GString) line = g_string_new (NULL);
  char c;

  while (read (self->output, &c, 1) == 1 && c != '\n')
    g_string_append_c (line, c);
  if (!g_str_has_prefix (line->str, start))
    {
      int status = 0;

      waitpid (self->pid, &status, WNOHANG);
      g_error ("till-acquirer said \"%s\" and ended with status %04x", line->str, status);
    }
  self->port = (guint16)g_ascii_strtoull (&line->str[strlen (start)], NULL, 10);
  g_assert_cmpuint (self->port, >, 0);
}

/* A test that fails leaves no host behind. */
static void
die_with_parent (gpointer data)
{
  (void)prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
start (SandboxProcess *self, const char *fault)
{
  g_autofree char *program = base_data_find_program ("till-acquirer");
  g_autofree char *seed = g_strdup_printf ("%u", self->seed);
  const char *argv[] = { program,
                         "--tls-dir",
                         self->tls_dir,
                         "--ledger",
                         self->ledger,
                         "--seed",
                         seed,
                         "--fault",
                         fault != NULL ? fault : "",
                         "--profile",
                         self->profile,
                         "--script",
                         self->script != NULL ? self->script : "",
                         NULL };
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (program);
  g_spawn_async_with_pipes (NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent,
                            NULL, &self->pid, NULL, &self->output, NULL, &error);
  g_assert_no_error (error);
  read_port (self);
}

static void
stop (SandboxProcess *self, int signal)
{
  int status;

  g_assert_cmpint (kill (self->pid, signal), ==, 0);
  g_assert_cmpint (waitpid (self->pid, &status, 0), ==, self->pid);
  if (signal == SIGTERM)
    g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  g_spawn_close_pid (self->pid);
  close (self->output);
}

/* In a dialect where a sign-in is no more than the way to the keys, two terminals have them from
 * the start: what else is tried isn't about it, and a fault doesn't meet it. */
static void
sign_in (SandboxProcess *self)
{
  static const char *const terminals[] = { "T1000001", "TEST0001" };
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load (self->profile, NULL);
  const AcquirerKeyPlan *plan = acquirer_profile_key_plan (profile);
  g_autofree char *master_path = g_build_filename (self->tls_dir, "master.key", NULL);
  g_autofree char *sessions_path = g_build_filename (self->tls_dir, "sessions.ini", NULL);
  g_autoptr (BaseSecret) master = base_secret_new_from_hex (MASTER_KEY);
  g_autoptr (GKeyFile) sessions = g_key_file_new ();
  g_auto (AcquirerKeySet) set = { 0 };
  g_autofree char *hex = NULL;

  if (plan == NULL || !acquirer_key_plan_has_master_mac (plan))
    return;
  self->working = acquirer_key_plan_make (plan, master, &set, NULL);
  self->mac_key = g_steal_pointer (&set.keys[ACQUIRER_KEY_MAC]);
  hex = base_bytes_to_hex (base_bytes_span (self->working));
  for (gsize i = 0; i < G_N_ELEMENTS (terminals); i++)
    g_key_file_set_string (sessions, "terminals", terminals[i], hex);
  g_assert_cmpint (g_mkdir (self->tls_dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (master_path, MASTER_KEY "\n", -1, NULL));
  g_assert_true (g_key_file_save_to_file (sessions, sessions_path, NULL));
}

SandboxProcess *
sandbox_process_new (const char *fault, guint seed)
{
  return sandbox_process_new_for ("sandbox", fault, seed);
}

SandboxProcess *
sandbox_process_new_for (const char *profile, const char *fault, guint seed)
{
  SandboxProcess *self = g_new0 (SandboxProcess, 1);

  self->profile = profile;
  self->dir = g_dir_make_tmp ("till-sandbox-XXXXXX", NULL);
  g_assert_nonnull (self->dir);
  self->tls_dir = g_build_filename (self->dir, "tls", NULL);
  self->ledger = g_build_filename (self->dir, "ledger.jsonl", NULL);
  self->seed = seed;
  sign_in (self);
  start (self, fault);
  return self;
}

static void
remove_dir (const char *dir)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);

  for (const char *name = g_dir_read_name (list); name != NULL; name = g_dir_read_name (list))
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (dir);
}

void
sandbox_process_free (SandboxProcess *self)
{
  if (self == NULL)
    return;
  stop (self, SIGTERM);
  remove_dir (self->tls_dir);
  remove_dir (self->dir);
  g_free (self->dir);
  g_free (self->tls_dir);
  g_free (self->script);
  g_free (self->ledger);
  g_clear_pointer (&self->working, g_bytes_unref);
  g_clear_pointer (&self->mac_key, base_secret_free);
  g_free (self);
}

void
sandbox_process_restart (SandboxProcess *self, int signal, const char *fault)
{
  stop (self, signal);
  start (self, fault);
}

void
sandbox_process_set_script (SandboxProcess *self, const char *spec)
{
  g_free (self->script);
  self->script = g_strdup (spec);
}

guint16
sandbox_process_port (const SandboxProcess *self)
{
  return self->port;
}

const char *
sandbox_process_dir (const SandboxProcess *self)
{
  return self->dir;
}

static char *
read_file (const SandboxProcess *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->tls_dir, name, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

CryptoTlsIdentity *
sandbox_process_identity (const SandboxProcess *self)
{
  g_autofree char *ca = read_file (self, "ca.pem");
  g_autofree char *certificate = read_file (self, "client.pem");
  g_autofree char *key = read_file (self, "client.key");
  CryptoTlsIdentity *identity = crypto_tls_identity_new (
      BASE_SPAN_STR (ca), BASE_SPAN_STR (certificate), BASE_SPAN_STR (key), NULL);

  g_assert_nonnull (identity);
  return identity;
}

BaseSecret *
sandbox_process_mac_key (const SandboxProcess *self)
{
  g_autofree char *hex = read_file (self, "mac.key");
  g_autoptr (GBytes) bytes = base_bytes_from_hex (hex, NULL);

  if (self->mac_key != NULL)
    return base_secret_copy (self->mac_key);
  return base_secret_new_from (base_bytes_span (bytes));
}

GBytes *
sandbox_process_working_keys (const SandboxProcess *self)
{
  return self->working;
}

AcquirerLink *
sandbox_process_link (const SandboxProcess *self, AcquirerProfile *profile)
{
  g_autoptr (CryptoTlsIdentity) identity = sandbox_process_identity (self);
  g_autoptr (BaseSecret) key = sandbox_process_mac_key (self);

  return acquirer_link_new (profile, "127.0.0.1", self->port, identity, key);
}

guint
sandbox_process_count (const SandboxProcess *self, const char *effect, guint stan)
{
  g_autofree char *wanted = g_strdup_printf ("\"effect\":\"%s\"", effect);
  g_autofree char *number = g_strdup_printf ("\"stan\":%u,", stan);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint count = 0;

  g_assert_true (g_file_get_contents (self->ledger, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    count += strstr (lines[i], wanted) != NULL && strstr (lines[i], number) != NULL ? 1 : 0;
  return count;
}

AcquirerProfile *
sandbox_process_profile (guint answer_ms)
{
  g_autofree char *path = base_data_find ("acquirers/sandbox.ini");
  g_autofree char *line = g_strdup_printf ("answer_ms = %u\n", answer_ms);
  g_autofree char *text = NULL;
  g_autofree char *changed = NULL;
  g_auto (GStrv) parts = NULL;
  AcquirerProfile *profile;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  parts = g_strsplit (text, "answer_ms = 5000\n", 2);
  changed = g_strjoinv (line, parts);
  profile = acquirer_profile_from_text (changed, NULL);
  g_assert_nonnull (profile);
  return profile;
}

char *
sandbox_process_vary_profile (const char *profile,
                              const char *group,
                              const char *key,
                              const char *value)
{
  g_autofree char *name = g_strdup_printf ("acquirers/%s.ini", profile);
  g_autofree char *shipped = base_data_find (name);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  char *path = NULL;
  int fd = g_file_open_tmp ("till-profile-XXXXXX.ini", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_key_file_load_from_file (file, shipped, G_KEY_FILE_NONE, NULL));
  if (key != NULL)
    g_key_file_set_string (file, group, key, value);
  else
    g_assert_true (g_key_file_remove_group (file, group, NULL));
  g_assert_true (g_key_file_save_to_file (file, path, NULL));
  return path;
}

char *
sandbox_process_plain_profile (void)
{
  g_autofree char *path = base_data_find ("acquirers/sandbox.ini");
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  g_autoptr (AcquirerProfile) profile = NULL;

  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  g_key_file_remove_group (file, "keys", NULL);
  g_key_file_remove_group (file, "flow sign-in", NULL);
  g_key_file_remove_group (file, "flow sign-out", NULL);
  text = g_key_file_to_data (file, NULL, NULL);
  profile = acquirer_profile_from_text (text, NULL);
  g_assert_nonnull (profile);
  return g_steal_pointer (&text);
}

AcquirerSale
sandbox_process_sale (guint stan)
{
  return (AcquirerSale){
    .terminal = "T1000001",
    .merchant = "M0000000000001",
    .batch = 3,
    .stan = stan,
    .amount = base_money (1250, "CNY"),
    .payment_id = "3f2b8c1e-5d47-4a90-9c63-0e1f2a3b4c5d",
    .at_unix_s = 1795406706, /* 2026-11-23 04:05:06 UTC */
    .utc_offset_s = 8 * 3600,
    .entry = { .kind = ACQUIRER_ENTRY_STRIPE,
               .format = "magtek",
               .ksn = BASE_SPAN (ksn, sizeof ksn),
               .blocks = { BASE_SPAN (block, sizeof block) } },
  };
}

AcquirerSale
sandbox_process_chip_sale (guint stan)
{
  AcquirerSale sale = sandbox_process_sale (stan);

  EntryTesting chip;

  sale.amount.minor = 100;
  chip = (EntryTesting){ .amount = sale.amount };
  sale.entry = entry_testing_counted (&chip, stan);
  return sale;
}
