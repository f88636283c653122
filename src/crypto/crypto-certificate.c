/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-certificate.h"

#include "crypto-error.h"
#include "crypto-pem.h"
#include "crypto-random.h"

#include <openssl/x509v3.h>
#include <string.h>

#define SERIAL_SIZE 16
#define SECONDS_A_DAY (24 * 60 * 60)
#define VALID_DAYS 3650 /* a practice shop should outlive its PC */

typedef struct
{
  int nid;
  const char *value;
} Extension;

static const Extension ca_extensions[] = {
  { NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
  { NID_key_usage, "critical,keyCertSign,cRLSign" },
  { NID_subject_key_identifier, "hash" },
  { NID_authority_key_identifier, "keyid" },
  { 0, NULL },
};

static const Extension leaf_extensions[][6] = {
  [CRYPTO_CERTIFICATE_SERVER] = {
    { NID_basic_constraints, "critical,CA:FALSE" },
    { NID_key_usage, "critical,digitalSignature" },
    { NID_ext_key_usage, "serverAuth" },
    { NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1" },
    { NID_authority_key_identifier, "keyid" },
    { 0, NULL },
  },
  [CRYPTO_CERTIFICATE_CLIENT] = {
    { NID_basic_constraints, "critical,CA:FALSE" },
    { NID_key_usage, "critical,digitalSignature" },
    { NID_ext_key_usage, "clientAuth" },
    { NID_authority_key_identifier, "keyid" },
    { 0, NULL },
  },
  [CRYPTO_CERTIFICATE_ENVELOPE] = {
    { NID_basic_constraints, "critical,CA:FALSE" },
    { NID_key_usage, "critical,keyAgreement" },
    { NID_ext_key_usage, "emailProtection" }, /* CMS; else it could be a TLS client */
    { NID_subject_key_identifier, "hash" },
    { NID_authority_key_identifier, "keyid" },
    { 0, NULL },
  },
};

static gboolean
set_serial (X509 *certificate)
{
  guint8 bytes[SERIAL_SIZE];
  ASN1_INTEGER *serial = NULL;
  BIGNUM *number;
  gboolean good;

  crypto_random_bytes (bytes, sizeof bytes);
  bytes[0] = (guint8)((bytes[0] & 0x7F) | 0x40); /* positive, and always of the same length */
  number = BN_bin2bn (bytes, sizeof bytes, NULL);
  serial = number != NULL ? BN_to_ASN1_INTEGER (number, NULL) : NULL;
  good = serial != NULL && X509_set_serialNumber (certificate, serial) == 1;
  ASN1_INTEGER_free (serial);
  BN_free (number);
  return good;
}

static gboolean
add_extensions (X509 *certificate, X509 *issuer, const Extension *extensions)
{
  X509V3_CTX context;

  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  for (const Extension *e = extensions; e->value != NULL; e++)
    {
      X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, &context, e->nid, e->value);
      gboolean good = extension != NULL && X509_add_ext (certificate, extension, -1) == 1;

      X509_EXTENSION_free (extension);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

/* `issuer` is NULL for a certificate that signs itself. A clock that is a day slow on another PC
 * does no harm. */
static X509 *
build (const char *name,
       EVP_PKEY *key,
       X509 *issuer,
       EVP_PKEY *issuer_key,
       const Extension *extensions)
{
  g_autoptr (X509) certificate = X509_new ();
  X509 *signer = issuer != NULL ? issuer : certificate;

  if (certificate == NULL || X509_set_version (certificate, X509_VERSION_3) != 1
      || !set_serial (certificate)
      || X509_gmtime_adj (X509_getm_notBefore (certificate), -SECONDS_A_DAY) == NULL
      || X509_gmtime_adj (X509_getm_notAfter (certificate), (long)VALID_DAYS * SECONDS_A_DAY)
             == NULL
      || X509_NAME_add_entry_by_txt (X509_get_subject_name (certificate), "CN", MBSTRING_UTF8,
                                     (const guchar *)name, -1, -1, 0)
             != 1
      || X509_set_issuer_name (certificate, X509_get_subject_name (signer)) != 1
      || X509_set_pubkey (certificate, key) != 1
      || !add_extensions (certificate, signer, extensions)
      || X509_sign (certificate, issuer_key, EVP_sha256 ()) == 0)
    return NULL;
  return g_steal_pointer (&certificate);
}

static gboolean
make (const char *name,
      X509 *issuer,
      EVP_PKEY *issuer_key,
      const Extension *extensions,
      GBytes **out_certificate,
      BaseSecret **out_key,
      GError **error)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509) certificate = NULL;

  if (key != NULL)
    certificate = build (name, key, issuer, issuer_key != NULL ? issuer_key : key, extensions);
  if (certificate == NULL)
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID, "The certificate could not be made");
      return FALSE;
    }
  *out_certificate = crypto_pem_write_certificate (certificate);
  *out_key = crypto_pem_write_key (key);
  return TRUE;
}

static gboolean
check_name (const char *name, GError **error)
{
  if (g_utf8_validate (name, -1, NULL) && g_utf8_strlen (name, -1) > 0
      && g_utf8_strlen (name, -1) <= CRYPTO_CERTIFICATE_NAME_MAX)
    return TRUE;
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
               "A certificate's name has 1 to %d characters", CRYPTO_CERTIFICATE_NAME_MAX);
  return FALSE;
}

gboolean
crypto_certificate_make_ca (const char *name,
                            GBytes **out_certificate,
                            BaseSecret **out_key,
                            GError **error)
{
  return check_name (name, error)
         && make (name, NULL, NULL, ca_extensions, out_certificate, out_key, error);
}

gboolean
crypto_certificate_issue (BaseSpan ca_pem,
                          BaseSpan ca_key_pem,
                          const char *name,
                          CryptoCertificateUsage usage,
                          GBytes **out_certificate,
                          BaseSecret **out_key,
                          GError **error)
{
  g_autoptr (X509) ca = NULL;
  g_autoptr (EVP_PKEY) ca_key = NULL;

  g_assert (usage < G_N_ELEMENTS (leaf_extensions));
  if (!check_name (name, error))
    return FALSE;
  ca = crypto_pem_read_certificate (ca_pem);
  ca_key = ca != NULL ? crypto_pem_read_key (ca_key_pem) : NULL;
  if (ca_key == NULL || X509_check_private_key (ca, ca_key) != 1)
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID,
                        "The CA's certificate and key can't be read, or aren't a pair");
      return FALSE;
    }
  return make (name, ca, ca_key, leaf_extensions[usage], out_certificate, out_key, error);
}

static gboolean
may_be_used (X509 *certificate, CryptoCertificateUsage usage)
{
  switch (usage)
    {
    case CRYPTO_CERTIFICATE_SERVER:
      return X509_check_purpose (certificate, X509_PURPOSE_SSL_SERVER, 0) == 1;
    case CRYPTO_CERTIFICATE_CLIENT:
      return X509_check_purpose (certificate, X509_PURPOSE_SSL_CLIENT, 0) == 1;
    case CRYPTO_CERTIFICATE_ENVELOPE:
      return (X509_get_key_usage (certificate) & X509v3_KU_KEY_AGREEMENT) != 0;
    }
  g_assert_not_reached ();
}

/* 0 when signed by one of `anchors`, by way of the certificates that follow the first; else
 * OpenSSL's reason. */
static int
verify_chain (CryptoPemCertificates *anchors, CryptoPemCertificates *chain)
{
  X509_STORE_CTX *context = X509_STORE_CTX_new ();
  X509_STORE *store = X509_STORE_new ();
  int reason = X509_V_ERR_OUT_OF_MEM;

  if (context != NULL && store != NULL
      && X509_STORE_CTX_init (context, store, sk_X509_value (chain, 0), chain) == 1)
    {
      X509_STORE_CTX_set0_trusted_stack (context, anchors);
      reason = X509_verify_cert (context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error (context);
    }
  X509_STORE_CTX_free (context);
  X509_STORE_free (store);
  return reason;
}

gboolean
crypto_certificate_check (BaseSpan ca_pem,
                          BaseSpan certificate_pem,
                          CryptoCertificateUsage usage,
                          GError **error)
{
  g_autoptr (CryptoPemCertificates) anchors = crypto_pem_read_certificates (ca_pem);
  g_autoptr (CryptoPemCertificates) chain = NULL;
  int reason;

  chain = anchors != NULL ? crypto_pem_read_certificates (certificate_pem) : NULL;
  if (chain == NULL)
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID,
                        anchors == NULL ? "The CA certificate can't be read"
                                        : "The certificate can't be read");
      return FALSE;
    }
  reason = verify_chain (anchors, chain);
  if (reason != X509_V_OK)
    crypto_error_set (error, CRYPTO_ERROR_TRUST, X509_verify_cert_error_string (reason));
  else if (!may_be_used (sk_X509_value (chain, 0), usage))
    crypto_error_set (error, CRYPTO_ERROR_TRUST, "The certificate isn't meant for this use");
  else
    return TRUE;
  return FALSE;
}
