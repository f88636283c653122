/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

/* Without one, OpenSSL would ask on the terminal for the password of an encrypted key. */
static int
refuse_password_cb (char *buffer, int size, int writing, void *data)
{
  return -1;
}

static BIO *
open_text (BaseSpan pem)
{
  if (pem.size == 0 || pem.size > CRYPTO_PEM_SIZE_MAX)
    return NULL;
  return BIO_new_mem_buf (pem.data, (int)pem.size);
}

void
crypto_pem_certificates_free (CryptoPemCertificates *certificates)
{
  sk_X509_pop_free (certificates, X509_free);
}

/* Reading stops at the first thing that isn't a certificate; only the end of the text is a good
 * reason to stop. */
static gboolean
ended_properly (void)
{
  unsigned long last = ERR_peek_last_error ();

  return ERR_GET_LIB (last) == ERR_LIB_PEM && ERR_GET_REASON (last) == PEM_R_NO_START_LINE;
}

CryptoPemCertificates *
crypto_pem_read_certificates (BaseSpan pem)
{
  g_autoptr (CryptoPemCertificates) certificates = sk_X509_new_null ();
  g_autoptr (BIO) text = open_text (pem);
  X509 *certificate = NULL;

  ERR_clear_error ();
  if (text == NULL || certificates == NULL)
    return NULL;
  while ((certificate = PEM_read_bio_X509 (text, NULL, refuse_password_cb, NULL)) != NULL)
    if (sk_X509_num (certificates) == CRYPTO_PEM_CERTIFICATES_MAX
        || sk_X509_push (certificates, certificate) == 0)
      {
        X509_free (certificate);
        return NULL;
      }
  if (!ended_properly () || sk_X509_num (certificates) == 0)
    return NULL;
  ERR_clear_error ();
  return g_steal_pointer (&certificates);
}

X509 *
crypto_pem_read_certificate (BaseSpan pem)
{
  g_autoptr (CryptoPemCertificates) certificates = crypto_pem_read_certificates (pem);

  return certificates != NULL ? sk_X509_shift (certificates) : NULL;
}

EVP_PKEY *
crypto_pem_read_key (BaseSpan pem)
{
  g_autoptr (BIO) text = open_text (pem);

  ERR_clear_error ();
  return text != NULL ? PEM_read_bio_PrivateKey (text, NULL, refuse_password_cb, NULL) : NULL;
}

static BaseSpan
written_span (BIO *text)
{
  char *data = NULL;
  long size = BIO_get_mem_data (text, &data);

  g_assert (size > 0);
  return BASE_SPAN (data, (gsize)size);
}

GBytes *
crypto_pem_write_certificate (X509 *certificate)
{
  g_autoptr (BIO) text = BIO_new (BIO_s_mem ());
  BaseSpan span;

  if (text == NULL || PEM_write_bio_X509 (text, certificate) != 1)
    g_error ("A certificate could not be written");
  span = written_span (text);
  return g_bytes_new (span.data, span.size);
}

BaseSecret *
crypto_pem_write_key (EVP_PKEY *key)
{
  g_autoptr (BIO) text = BIO_new (BIO_s_mem ()); /* wiped when freed */

  if (text == NULL || PEM_write_bio_PKCS8PrivateKey (text, key, NULL, NULL, 0, NULL, NULL) != 1)
    g_error ("A private key could not be written");
  return base_secret_new_from (written_span (text));
}
