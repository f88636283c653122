/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-certificate.h"

#include "crypto-error.h"
#include "crypto-pem.h"
#include "crypto-random.h"

#include <glib/gi18n.h>
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

typedef struct
{
  const char *name;
  const Extension *extensions;
  gint64 from_unix_s, until_unix_s;
} Plan;

/* `issuer` is NULL for a certificate that signs itself. */
static X509 *
build (const Plan *plan, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
  g_autoptr (X509) certificate = X509_new ();
  X509 *signer = issuer != NULL ? issuer : certificate;

  if (certificate == NULL || X509_set_version (certificate, X509_VERSION_3) != 1
      || !set_serial (certificate)
      || ASN1_TIME_set (X509_getm_notBefore (certificate), plan->from_unix_s) == NULL
      || ASN1_TIME_set (X509_getm_notAfter (certificate), plan->until_unix_s) == NULL
      || X509_NAME_add_entry_by_txt (X509_get_subject_name (certificate), "CN", MBSTRING_UTF8,
                                     (const guchar *)plan->name, -1, -1, 0)
             != 1
      || X509_set_issuer_name (certificate, X509_get_subject_name (signer)) != 1
      || X509_set_pubkey (certificate, key) != 1
      || !add_extensions (certificate, signer, plan->extensions)
      || X509_sign (certificate, issuer_key, EVP_sha256 ()) == 0)
    return NULL;
  return g_steal_pointer (&certificate);
}

static gboolean
make (const Plan *plan,
      X509 *issuer,
      EVP_PKEY *issuer_key,
      GBytes **out_certificate,
      BaseSecret **out_key,
      GError **error)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509) certificate = NULL;

  if (key != NULL)
    certificate = build (plan, key, issuer, issuer_key != NULL ? issuer_key : key);
  if (certificate == NULL)
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("The certificate could not be made"));
      return FALSE;
    }
  *out_certificate = crypto_pem_write_certificate (certificate);
  *out_key = crypto_pem_write_key (key);
  return TRUE;
}

/* A clock that is a day slow on another PC does no harm. */
static gint64
usual_start (void)
{
  return g_get_real_time () / G_USEC_PER_SEC - SECONDS_A_DAY;
}

static gint64
usual_end (void)
{
  return g_get_real_time () / G_USEC_PER_SEC + (gint64)VALID_DAYS * SECONDS_A_DAY;
}

static gboolean
check_name (const char *name, GError **error)
{
  if (g_utf8_validate (name, -1, NULL) && g_utf8_strlen (name, -1) > 0
      && g_utf8_strlen (name, -1) <= CRYPTO_CERTIFICATE_NAME_MAX)
    return TRUE;
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
               _ ("A certificate's name has 1 to %d characters"), CRYPTO_CERTIFICATE_NAME_MAX);
  return FALSE;
}

gboolean
crypto_certificate_make_ca (const char *name,
                            GBytes **out_certificate,
                            BaseSecret **out_key,
                            GError **error)
{
  Plan plan = { name, ca_extensions, usual_start (), usual_end () };

  return check_name (name, error) && make (&plan, NULL, NULL, out_certificate, out_key, error);
}

gboolean
crypto_certificate_issue_for (BaseSpan ca_pem,
                              BaseSpan ca_key_pem,
                              const CryptoCertificateWish *wish,
                              GBytes **out_certificate,
                              BaseSecret **out_key,
                              GError **error)
{
  g_autoptr (X509) ca = NULL;
  g_autoptr (EVP_PKEY) ca_key = NULL;
  Plan plan = { wish->name, leaf_extensions[wish->usage], wish->from_unix_s, wish->until_unix_s };

  g_assert (wish->usage < G_N_ELEMENTS (leaf_extensions));
  if (!check_name (wish->name, error))
    return FALSE;
  ca = crypto_pem_read_certificate (ca_pem);
  ca_key = ca != NULL ? crypto_pem_read_key (ca_key_pem) : NULL;
  if (ca_key == NULL || X509_check_private_key (ca, ca_key) != 1)
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID,
                        _ ("The CA's certificate and key can't be read, or aren't a pair"));
      return FALSE;
    }
  return make (&plan, ca, ca_key, out_certificate, out_key, error);
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
  CryptoCertificateWish wish = { name, usage, usual_start (), usual_end () };

  return crypto_certificate_issue_for (ca_pem, ca_key_pem, &wish, out_certificate, out_key, error);
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
                        anchors == NULL ? _ ("The CA certificate can't be read")
                                        : _ ("The certificate can't be read"));
      return FALSE;
    }
  reason = verify_chain (anchors, chain);
  if (reason != X509_V_OK)
    crypto_error_set (error, CRYPTO_ERROR_TRUST, X509_verify_cert_error_string (reason));
  else if (!may_be_used (sk_X509_value (chain, 0), usage))
    crypto_error_set (error, CRYPTO_ERROR_TRUST, _ ("The certificate isn't meant for this use"));
  else
    return TRUE;
  return FALSE;
}

/* 0 for a time that can't be read. */
static gint64
to_unix (const ASN1_TIME *time)
{
  struct tm parts;
  g_autoptr (GDateTime) moment = NULL;

  if (ASN1_TIME_to_tm (time, &parts) != 1)
    return 0;
  moment = g_date_time_new_utc (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                                parts.tm_hour, parts.tm_min, parts.tm_sec);
  return moment != NULL ? g_date_time_to_unix (moment) : 0;
}

static gboolean
is_line (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iscntrl (g_utf8_get_char (text)))
      return FALSE;
  return TRUE;
}

/* Nothing that would move a terminal's cursor. */
static void
read_name (X509 *certificate, char *out, gsize size)
{
  X509_NAME *subject = X509_get_subject_name (certificate);
  int index = X509_NAME_get_index_by_NID (subject, NID_commonName, -1);
  guchar *text = NULL;

  out[0] = '\0';
  if (index < 0
      || ASN1_STRING_to_UTF8 (&text,
                              X509_NAME_ENTRY_get_data (X509_NAME_get_entry (subject, index)))
             < 0)
    return;
  if (is_line ((const char *)text))
    g_strlcpy (out, (const char *)text, size);
  OPENSSL_free (text);
}

static gboolean
read_fingerprint (X509 *certificate, char *out, gsize size)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  g_autofree char *hex = NULL;
  guint length = 0;

  if (X509_digest (certificate, EVP_sha256 (), digest, &length) != 1)
    return FALSE;
  hex = base_bytes_to_hex (BASE_SPAN (digest, length));
  return g_strlcpy (out, hex, size) < size;
}

gboolean
crypto_certificate_look (BaseSpan certificate_pem,
                         CryptoCertificateFacts *out_facts,
                         GError **error)
{
  g_autoptr (CryptoPemCertificates) chain = crypto_pem_read_certificates (certificate_pem);
  X509 *first = chain != NULL ? sk_X509_value (chain, 0) : NULL;
  CryptoCertificateFacts facts = { 0 };

  if (first == NULL || !read_fingerprint (first, facts.fingerprint, sizeof facts.fingerprint))
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("The certificate can't be read"));
      return FALSE;
    }
  read_name (first, facts.name, sizeof facts.name);
  facts.is_ca = X509_check_ca (first) == 1;
  facts.from_unix_s = to_unix (X509_get0_notBefore (first));
  facts.until_unix_s = to_unix (X509_get0_notAfter (first));
  facts.last_unix_s = facts.until_unix_s;
  for (int i = 1; i < sk_X509_num (chain); i++)
    {
      gint64 until_unix_s = to_unix (X509_get0_notAfter (sk_X509_value (chain, i)));

      facts.until_unix_s = MIN (facts.until_unix_s, until_unix_s);
      facts.last_unix_s = MAX (facts.last_unix_s, until_unix_s);
    }
  *out_facts = facts;
  return TRUE;
}

gboolean
crypto_certificate_is_for (BaseSpan certificate_pem, CryptoCertificateUsage usage)
{
  g_autoptr (CryptoPemCertificates) chain = crypto_pem_read_certificates (certificate_pem);

  crypto_error_set (NULL, CRYPTO_ERROR_INVALID, "");
  return chain != NULL && may_be_used (sk_X509_value (chain, 0), usage);
}

gboolean
crypto_certificate_is_pair (BaseSpan certificate_pem, BaseSpan key_pem)
{
  g_autoptr (CryptoPemCertificates) chain = crypto_pem_read_certificates (certificate_pem);
  g_autoptr (EVP_PKEY) key = chain != NULL ? crypto_pem_read_key (key_pem) : NULL;
  gboolean paired = key != NULL && X509_check_private_key (sk_X509_value (chain, 0), key) == 1;

  crypto_error_set (NULL, CRYPTO_ERROR_INVALID, "");
  return paired;
}
