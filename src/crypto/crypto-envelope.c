/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * OpenSSL's defaults for CMS derive the wrapping key with SHA-1; we ask for SHA-256. On the way
 * back only the authenticated kind is taken: an EnvelopedData around the same bytes would open, and
 * say nothing about a change.
 */
#include "crypto-envelope.h"

#include "crypto-error.h"
#include "crypto-pem.h"

#include <glib/gi18n.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>
#include <string.h>

#define GROUP "prime256v1"
#define GROUP_NAME_MAX 32
#define TAG_SIZE 16
#define DER_OCTETS 0x04

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CMS_ContentInfo, CMS_ContentInfo_free)

static gboolean
is_usable (X509 *certificate)
{
  char group[GROUP_NAME_MAX];
  EVP_PKEY *key = X509_get0_pubkey (certificate);

  return key != NULL && EVP_PKEY_get_group_name (key, group, sizeof group, NULL) == 1
         && g_str_equal (group, GROUP)
         && (X509_get_key_usage (certificate) & X509v3_KU_KEY_AGREEMENT) != 0;
}

static X509 *
read_certificate (BaseSpan pem, GError **error)
{
  g_autoptr (X509) certificate = crypto_pem_read_certificate (pem);

  if (certificate == NULL)
    crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("The envelope certificate can't be read"));
  else if (!is_usable (certificate))
    crypto_error_set (error, CRYPTO_ERROR_INVALID,
                      _ ("The envelope certificate has no P-256 key for key agreement"));
  else
    return g_steal_pointer (&certificate);
  return NULL;
}

static gboolean
add_recipient (CMS_ContentInfo *cms, X509 *certificate)
{
  CMS_RecipientInfo *recipient = CMS_add1_recipient_cert (cms, certificate, CMS_KEY_PARAM);
  EVP_PKEY_CTX *agreement = recipient != NULL ? CMS_RecipientInfo_get0_pkey_ctx (recipient) : NULL;

  return agreement != NULL && EVP_PKEY_CTX_set_ecdh_kdf_md (agreement, EVP_sha256 ()) == 1;
}

static GBytes *
write_der (CMS_ContentInfo *cms)
{
  guint8 *der = NULL;
  int size = i2d_CMS_ContentInfo (cms, &der);
  GBytes *bytes = size > 0 ? g_bytes_new (der, (gsize)size) : NULL;

  OPENSSL_free (der);
  return bytes;
}

GBytes *
crypto_envelope_seal (BaseSpan certificate_pem, BaseSpan plain, GError **error)
{
  g_autoptr (X509) certificate = read_certificate (certificate_pem, error);
  g_autoptr (CMS_ContentInfo) cms = NULL;
  g_autoptr (BIO) text = NULL;
  GBytes *der = NULL;

  g_assert (plain.size > 0 && plain.size <= CRYPTO_ENVELOPE_PLAIN_MAX);
  if (certificate == NULL)
    return NULL;
  text = BIO_new_mem_buf (plain.data, (int)plain.size);
  cms = CMS_encrypt (NULL, NULL, EVP_aes_256_gcm (), CMS_BINARY | CMS_PARTIAL);
  if (text != NULL && cms != NULL && add_recipient (cms, certificate)
      && CMS_final (cms, text, NULL, CMS_BINARY) == 1)
    der = write_der (cms);
  if (der == NULL)
    crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("The envelope could not be made"));
  return der;
}

/* One element of DER with a definite length below 64 kB. */
static gboolean
read_element (BaseReader *reader, guint8 *out_tag, BaseSpan *out_content)
{
  guint8 first, longer;
  guint16 size;

  if (!base_reader_u8 (reader, out_tag) || !base_reader_u8 (reader, &first))
    return FALSE;
  size = first;
  if (first == 0x81 && base_reader_u8 (reader, &longer))
    size = longer;
  else if (first == 0x82 ? !base_reader_u16be (reader, &size) : first >= 0x80)
    return FALSE;
  return base_reader_take (reader, size, out_content);
}

/* ContentInfo { type, [0] { AuthEnvelopedData { …, mac } } }: OpenSSL 3.0 would take a mac of a few
 * bytes, too, which can be forged by trying, and doesn't let us ask for its length. */
static gboolean
has_whole_tag (BaseSpan der)
{
  BaseReader reader;
  BaseSpan content = der;
  guint8 tag = 0;

  for (guint depth = 0; depth < 3; depth++)
    {
      base_reader_init (&reader, content);
      if (depth == 1 && !read_element (&reader, &tag, &content))
        return FALSE;
      if (!read_element (&reader, &tag, &content))
        return FALSE;
    }
  base_reader_init (&reader, content);
  while (base_reader_left (&reader) > 0)
    if (!read_element (&reader, &tag, &content))
      return FALSE;
  return tag == DER_OCTETS && content.size == TAG_SIZE;
}

/* The whole text is one authenticated envelope, with its content inside and nothing after it. */
static CMS_ContentInfo *
read_der (BaseSpan der)
{
  const guint8 *end = der.data;
  g_autoptr (CMS_ContentInfo) cms = NULL;
  ASN1_OCTET_STRING **content;

  if (der.size == 0 || der.size > CRYPTO_ENVELOPE_PLAIN_MAX + CRYPTO_ENVELOPE_OVERHEAD_MAX)
    return NULL;
  cms = d2i_CMS_ContentInfo (NULL, &end, (long)der.size);
  if (cms == NULL || end != der.data + der.size
      || OBJ_obj2nid (CMS_get0_type (cms)) != NID_id_smime_ct_authEnvelopedData
      || !has_whole_tag (der))
    return NULL;
  content = CMS_get0_content (cms);
  return content != NULL && *content != NULL ? g_steal_pointer (&cms) : NULL;
}

static BaseSecret *
decrypt (CMS_ContentInfo *cms, X509 *certificate, EVP_PKEY *key)
{
  g_autoptr (BIO) text = BIO_new (BIO_s_mem ()); /* wiped when freed */
  char *data = NULL;
  long size;

  if (text == NULL || CMS_decrypt (cms, key, certificate, NULL, text, CMS_BINARY) != 1)
    return NULL;
  size = BIO_get_mem_data (text, &data);
  if (size <= 0 || size > CRYPTO_ENVELOPE_PLAIN_MAX)
    return NULL;
  return base_secret_new_from (BASE_SPAN (data, (gsize)size));
}

BaseSecret *
crypto_envelope_open (BaseSpan certificate_pem, BaseSpan key_pem, BaseSpan der, GError **error)
{
  g_autoptr (X509) certificate = read_certificate (certificate_pem, error);
  g_autoptr (EVP_PKEY) key = certificate != NULL ? crypto_pem_read_key (key_pem) : NULL;
  g_autoptr (CMS_ContentInfo) cms = NULL;
  BaseSecret *plain;

  if (certificate == NULL)
    return NULL;
  if (key == NULL || X509_check_private_key (certificate, key) != 1)
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID,
                        _ ("The envelope key can't be read, or isn't the certificate's"));
      return NULL;
    }
  cms = read_der (der);
  if (cms == NULL)
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("This isn't an authenticated envelope"));
      return NULL;
    }
  plain = decrypt (cms, certificate, key);
  if (plain == NULL)
    crypto_error_set (error, CRYPTO_ERROR_AUTHENTIC,
                      _ ("The envelope was changed, or is for another"));
  return plain;
}
