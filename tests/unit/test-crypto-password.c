/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fixed text below was made once by another program (Python's hashlib.scrypt and its
 * cryptography package's AESGCM), so that what is read today stays readable, with parameters unlike
 * ours.
 */
#include "crypto-password.h"

#include "crypto-error.h"

#include <string.h>

#define ELSEWHERE                                                                                  \
  "scrypt:N=2048:r=4:p=2:A0A1A2A3A4A5A6A7A8A9AAABACADAEAF:"                                        \
  "000102030405060708090A0B9C3850A4E854C55148B1F8F62152BF6CC06A0FC036C6BB41704C5B4A611CACA940CB4C" \
  "CE79D57B4259B38363BEA4740C"
#define ELSEWHERE_KEY "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"

static BaseSecret *
make_key (void)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (ELSEWHERE_KEY, NULL);

  return base_secret_new_from (base_bytes_span (bytes));
}

static void
assert_unwraps (const char *wrapped, const char *passphrase)
{
  g_autoptr (BaseSecret) key = make_key ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) again
      = crypto_password_unwrap (wrapped, BASE_SPAN_STR (passphrase), &error);

  g_assert_no_error (error);
  g_assert_true (base_bytes_equal (base_secret_span (key), base_secret_span (again)));
}

static void
assert_refused (const char *wrapped, const char *passphrase, CryptoError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (crypto_password_unwrap (wrapped, BASE_SPAN_STR (passphrase), &error));
  g_assert_error (error, CRYPTO_ERROR, (int)code);
}

static void
test_round_trip (void)
{
  g_autoptr (BaseSecret) key = make_key ();
  g_autofree char *wrapped = crypto_password_wrap (key, BASE_SPAN_STR ("经理的口令 2026"));
  g_autofree char *again = crypto_password_wrap (key, BASE_SPAN_STR ("经理的口令 2026"));

  g_assert_cmpuint (strlen (wrapped), <=, CRYPTO_PASSWORD_WRAPPED_MAX);
  g_assert_cmpstr (wrapped, !=, again);
  assert_unwraps (wrapped, "经理的口令 2026");
  assert_refused (wrapped, "经理的口令 2027", CRYPTO_ERROR_PASSPHRASE);
  assert_refused (wrapped, "", CRYPTO_ERROR_PASSPHRASE);
}

static void
test_made_elsewhere (void)
{
  assert_unwraps (ELSEWHERE, "correct horse");
  assert_refused (ELSEWHERE, "correct horsf", CRYPTO_ERROR_PASSPHRASE);
}

/* Each character in turn: either the text is no longer one, or it doesn't open. */
static void
test_refuses_every_changed_character (void)
{
  g_autofree char *text = g_strdup (ELSEWHERE);

  for (gsize i = 0; text[i] != '\0'; i++)
    {
      char was = text[i];
      g_autoptr (GError) error = NULL;

      text[i] = was == '1' ? '2' : '1';
      g_assert_null (crypto_password_unwrap (text, BASE_SPAN_STR ("correct horse"), &error));
      g_assert_true (error->code == CRYPTO_ERROR_INVALID || error->code == CRYPTO_ERROR_PASSPHRASE);
      text[i] = was;
    }
}

static void
test_refuses_every_length (void)
{
  g_autofree char *longer = g_strconcat (ELSEWHERE, "00", NULL);

  for (gsize i = 0; i < strlen (ELSEWHERE); i++)
    {
      g_autofree char *shorter = g_strndup (ELSEWHERE, i);

      assert_refused (shorter, "correct horse", CRYPTO_ERROR_INVALID);
    }
  assert_refused (longer, "correct horse", CRYPTO_ERROR_INVALID);
}

/* A changed file must not make us take all the memory, or all the day. */
static void
test_refuses_too_much (void)
{
  static const char *parameters[] = {
    "N=2097152:r=8:p=1", "N=1048576:r=8:p=1", "N=32768:r=64:p=1",
    "N=32768:r=8:p=5",   "N=32767:r=8:p=1",   "N=1:r=8:p=1",
    "N=0:r=8:p=1",       "N=-2:r=8:p=1",      "N=32768:r=0:p=1",
    "N=32768:r=8:p=0",   "N= 32768:r=8:p=1",  "N=0x800:r=8:p=1",
    "N=:r=8:p=1",        "r=8:N=32768:p=1",   "N=99999999999999999999:r=8:p=1",
  };
  const char *rest = strchr (strstr (ELSEWHERE, "p="), ':');

  for (guint i = 0; i < G_N_ELEMENTS (parameters); i++)
    {
      g_autofree char *text = g_strconcat ("scrypt:", parameters[i], rest, NULL);

      assert_refused (text, "correct horse", CRYPTO_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/password/round-trip", test_round_trip);
  g_test_add_func ("/crypto/password/made-elsewhere", test_made_elsewhere);
  g_test_add_func ("/crypto/password/refuses-every-changed-character",
                   test_refuses_every_changed_character);
  g_test_add_func ("/crypto/password/refuses-every-length", test_refuses_every_length);
  g_test_add_func ("/crypto/password/refuses-too-much", test_refuses_too_much);
  return g_test_run ();
}
