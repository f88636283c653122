/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to this folder: PEM text to OpenSSL's objects and back, bounded and without ever asking a
 * terminal for a password. The caller owns what it gets; a NULL means that the text isn't what was
 * wanted, and the reason waits in OpenSSL's list for crypto_error_set.
 */
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_PEM_SIZE_MAX 65536
#define CRYPTO_PEM_CERTIFICATES_MAX 16

typedef STACK_OF (X509) CryptoPemCertificates;

/* Every certificate of the text in its order, at least one. */
CryptoPemCertificates *crypto_pem_read_certificates (BaseSpan pem);
void crypto_pem_certificates_free (CryptoPemCertificates *certificates);
/* The first certificate of the text. */
X509 *crypto_pem_read_certificate (BaseSpan pem);
EVP_PKEY *crypto_pem_read_key (BaseSpan pem);

GBytes *crypto_pem_write_certificate (X509 *certificate);
/* PKCS #8, not encrypted. */
BaseSecret *crypto_pem_write_key (EVP_PKEY *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoPemCertificates, crypto_pem_certificates_free)

G_END_DECLS
