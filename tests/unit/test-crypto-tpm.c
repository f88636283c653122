/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-tpm.h"

#include "crypto-error.h"
#include "crypto-random.h"
#include "tpm-process.h"

#define INDEX (CRYPTO_TPM_INDEX_FIRST + 0x1234)

static BaseSecret *
new_authorisation (void)
{
  BaseSecret *secret = base_secret_new (32);

  crypto_random_bytes (base_secret_bytes (secret), 32);
  return secret;
}

static CryptoTpmFound
read_counter (guint32 index, const BaseSecret *authorisation, guint64 *out_value)
{
  CryptoTpmFound found = CRYPTO_TPM_ABSENT;
  g_autoptr (GError) error = NULL;

  g_assert_true (crypto_tpm_read (index, authorisation, &found, out_value, &error));
  g_assert_no_error (error);
  return found;
}

/* Up by one each time, also over a restart, and above what any counter had when it is made anew. */
static void
test_counts (void)
{
  TpmProcess tpm;
  g_autoptr (BaseSecret) authorisation = new_authorisation ();
  g_autoptr (GError) error = NULL;
  guint64 value = 0, before;

  if (!tpm_process_start (&tpm))
    return;
  g_assert_cmpint (read_counter (INDEX, authorisation, &value), ==, CRYPTO_TPM_ABSENT);
  g_assert_true (crypto_tpm_make (INDEX, authorisation, &error));
  g_assert_no_error (error);
  g_assert_cmpint (read_counter (INDEX, authorisation, &value), ==, CRYPTO_TPM_FRESH);
  g_assert_true (crypto_tpm_step (INDEX, authorisation, &error));
  g_assert_no_error (error);
  g_assert_cmpint (read_counter (INDEX, authorisation, &before), ==, CRYPTO_TPM_THERE);
  for (guint i = 1; i <= 5; i++)
    {
      g_assert_true (crypto_tpm_step (INDEX, authorisation, &error));
      read_counter (INDEX, authorisation, &value);
      g_assert_cmpuint (value, ==, before + i);
    }
  tpm_process_restart (&tpm);
  g_assert_cmpint (read_counter (INDEX, authorisation, &value), ==, CRYPTO_TPM_THERE);
  g_assert_cmpuint (value, ==, before + 5);
  g_assert_cmpint (read_counter (INDEX + 1, authorisation, &value), ==, CRYPTO_TPM_ABSENT);
  tpm_process_clear (&tpm);
  g_assert_cmpint (read_counter (INDEX, authorisation, &value), ==, CRYPTO_TPM_ABSENT);
  tpm_process_stop (&tpm);
}

static void
test_another_s (void)
{
  TpmProcess tpm;
  g_autoptr (BaseSecret) ours = new_authorisation ();
  g_autoptr (BaseSecret) theirs = new_authorisation ();
  g_autoptr (GError) error = NULL;
  CryptoTpmFound found;
  guint64 value;

  if (!tpm_process_start (&tpm))
    return;
  g_assert_true (crypto_tpm_make (INDEX, theirs, &error));
  g_assert_true (crypto_tpm_step (INDEX, theirs, &error));
  g_assert_false (crypto_tpm_read (INDEX, ours, &found, &value, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC);
  g_clear_error (&error);
  g_assert_false (crypto_tpm_step (INDEX, ours, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC);
  g_clear_error (&error);
  g_assert_false (crypto_tpm_make (INDEX, ours, &error)); /* the place is taken */
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  tpm_process_stop (&tpm);
}

static void
test_none (void)
{
  g_autoptr (BaseSecret) authorisation = new_authorisation ();
  CryptoTpmFound found;
  guint64 value;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_setenv (CRYPTO_TPM_ENVIRONMENT, i == 0 ? "none" : "swtpm:path=/nowhere/at/all", TRUE);
      g_assert_false (crypto_tpm_read (INDEX, authorisation, &found, &value, &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT);
      g_clear_error (&error);
      g_assert_false (crypto_tpm_make (INDEX, authorisation, &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT);
      g_clear_error (&error);
      g_assert_false (crypto_tpm_step (INDEX, authorisation, &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/tpm/counts", test_counts);
  g_test_add_func ("/crypto/tpm/another-s", test_another_s);
  g_test_add_func ("/crypto/tpm/none", test_none);
  return g_test_run ();
}
