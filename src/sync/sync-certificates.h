/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The certificates that the acquirer gave: whom we believe (CA), who this till is (client, with its
 * private key), and for whom card data are sealed (envelope). Each is looked at when it is taken
 * in, watched while it is in use, and no longer used after its end; a new one takes its place
 * without touching what was already sealed or signed. They lie in the vault's settings; checkout
 * and till-cli call this from where they may block. Time comes in from the caller.
 */
#pragma once

#include "crypto-certificate.h"
#include "vault.h"

G_BEGIN_DECLS

/* An acquirer needs weeks to make new ones. */
#define SYNC_CERTIFICATES_WARN_DAYS 30
#define SYNC_CERTIFICATES_DAY_S (24 * 60 * 60)

typedef enum
{
  SYNC_CERTIFICATE_CA,
  SYNC_CERTIFICATE_CLIENT,
  SYNC_CERTIFICATE_ENVELOPE,
  SYNC_CERTIFICATE_FORMER, /* the envelope before: of records sealed for it that still wait */
  SYNC_CERTIFICATE_COUNT
} SyncCertificateKind;

typedef enum
{
  SYNC_CERTIFICATE_NONE,
  SYNC_CERTIFICATE_GOOD,
  SYNC_CERTIFICATE_SOON,  /* ends within SYNC_CERTIFICATES_WARN_DAYS */
  SYNC_CERTIFICATE_EARLY, /* its time hasn't come: the clock is wrong, more likely */
  SYNC_CERTIFICATE_ENDED
} SyncCertificateState;

typedef struct
{
  gboolean has[SYNC_CERTIFICATE_COUNT];
  CryptoCertificateFacts facts[SYNC_CERTIFICATE_COUNT];
} SyncCertificates;

/* What stands in a person's files; empty: not given. Borrowed. */
typedef struct
{
  BaseSpan ca, client, key, envelope;
} SyncCertificateFiles;

/* "ca", "client", "envelope", "former-envelope" */
const char *sync_certificates_kind_word (SyncCertificateKind kind);
/* "none", "good", "soon", "early", "ended" */
const char *sync_certificates_state_word (SyncCertificateState state);

/* One that can't be read counts as not there: opening the line says what is wrong with it. */
void sync_certificates_read (Vault *vault, SyncCertificates *out_certificates);
/* When it may no longer be used; 0: it isn't there. */
gint64 sync_certificates_end (const SyncCertificates *self, SyncCertificateKind kind);
SyncCertificateState
sync_certificates_state (const SyncCertificates *self, SyncCertificateKind kind, gint64 now_unix_s);
/* The one in use that ends first; FALSE where there is none. */
gboolean sync_certificates_first_end (const SyncCertificates *self,
                                      SyncCertificateKind *out_kind,
                                      gint64 *out_unix_s);
/* SYNC_ERROR_ENDED, with a sentence, when CA or client have ended: the host would say no, and not
 * why. */
gboolean
sync_certificates_may_connect (const SyncCertificates *self, gint64 now_unix_s, GError **error);
/* Card data, sealed for the acquirer: SYNC_ERROR_ENDED after the envelope's end, whose private key
 * may be gone by then. */
GBytes *sync_certificates_seal (Vault *vault, BaseSpan plain, gint64 now_unix_s, GError **error);

/* Puts a file where it belongs by what is in it. FALSE without an error: it is no certificate and
 * no private key. SYNC_ERROR_SETTINGS: two of one kind. */
gboolean sync_certificates_sort (BaseSpan file, SyncCertificateFiles *files, GError **error);
/* All that is given replaces what is there, in one commit, or nothing does. Each must be valid now
 * and signed by the CA, given or present, and client and key, given or present, must be a pair.
 * CRYPTO_ERROR_TRUST or _INVALID, or SYNC_ERROR_SETTINGS. */
gboolean sync_certificates_take (Vault *vault, const SyncCertificateFiles *files, GError **error);

G_END_DECLS
