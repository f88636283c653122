/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-tpm.h"

#include "crypto-error.h"

#include "base-check.h"

#include <glib/gi18n.h>

#define NONE_WORD "none"

#ifdef HAVE_TPM

#  include <tss2/tss2_esys.h>
#  include <tss2/tss2_rc.h>
#  include <tss2/tss2_tctildr.h>
#  include <unistd.h>

#  define DEVICE "/dev/tpmrm0"
#  define DEVICE_CONF "device:" DEVICE
#  define AUTHORISATION_MAX 32 /* bytes: what a name by SHA-256 allows */
#  define COUNTER_SIZE 8
#  define NO_SESSIONS ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE
#  define PASSWORD ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE
#  define FORMAT_ONE_MASK (TPM2_RC_FMT1 | 0x3F) /* without the number of the parameter */

typedef struct
{
  TSS2_TCTI_CONTEXT *tcti;
  ESYS_CONTEXT *esys;
} Tpm;

static void
tpm_clear (Tpm *self)
{
  if (self->esys != NULL)
    Esys_Finalize (&self->esys);
  if (self->tcti != NULL)
    Tss2_TctiLdr_Finalize (&self->tcti);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tpm, tpm_clear)

static gboolean
is_code (TSS2_RC result, TSS2_RC code)
{
  return (result & TPM2_RC_FMT1) != 0 ? (result & FORMAT_ONE_MASK) == code : result == code;
}

static gboolean
fail (TSS2_RC result, const char *what, GError **error)
{
  gboolean foreign = is_code (result, TPM2_RC_BAD_AUTH) || is_code (result, TPM2_RC_AUTH_FAIL)
                     || result == TPM2_RC_NV_AUTHORIZATION;

  g_set_error (error, CRYPTO_ERROR, foreign ? CRYPTO_ERROR_AUTHENTIC : CRYPTO_ERROR_INVALID,
               _ ("The TPM can't %s: %s"), what, Tss2_RC_Decode (result));
  return FALSE;
}

/* Looked at first, for the library says on standard error what it can't open. */
static const char *
find_device (GError **error)
{
  const char *named = g_getenv (CRYPTO_TPM_ENVIRONMENT);

  if (named != NULL && !g_str_equal (named, NONE_WORD))
    return named;
  if (named == NULL && access (DEVICE, R_OK | W_OK) == 0)
    return DEVICE_CONF;
  g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT,
                       named == NULL && access (DEVICE, F_OK) == 0
                           ? _ ("This user may not use the TPM (it takes the group tss)")
                           : _ ("This computer has no TPM"));
  return NULL;
}

static gboolean
open_tpm (Tpm *self, GError **error)
{
  const char *device = find_device (error);
  TSS2_RC result;

  base_check_may_block ();
  if (device == NULL)
    return FALSE;
  /* Its messages would mix with ours; ours has the reason. No thread of ours reads this one. */
  if (g_getenv ("TSS2_LOG") == NULL)
    g_setenv ("TSS2_LOG", "all+none", FALSE);
  result = Tss2_TctiLdr_Initialize (device, &self->tcti);
  if (result == TSS2_RC_SUCCESS)
    result = Esys_Initialize (&self->esys, self->tcti, NULL);
  if (result == TSS2_RC_SUCCESS)
    return TRUE;
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT, _ ("The TPM does not answer: %s"),
               Tss2_RC_Decode (result));
  return FALSE;
}

static gboolean
has_index (Tpm *self, guint32 index, gboolean *out_has, GError **error)
{
  TPMI_YES_NO more;
  TPMS_CAPABILITY_DATA *data = NULL;
  TSS2_RC result
      = Esys_GetCapability (self->esys, NO_SESSIONS, TPM2_CAP_HANDLES, index, 1, &more, &data);

  if (result != TSS2_RC_SUCCESS)
    return fail (result, _ ("say what it holds"), error);
  *out_has = data->data.handles.count > 0 && data->data.handles.handle[0] == index;
  Esys_Free (data);
  return TRUE;
}

static void
fill_authorisation (TPM2B_AUTH *auth, const BaseSecret *authorisation)
{
  BaseSpan span = base_secret_span (authorisation);

  g_assert (span.size <= AUTHORISATION_MAX);
  auth->size = (UINT16)span.size;
  for (gsize i = 0; i < span.size; i++)
    auth->buffer[i] = span.data[i];
}

/* The counter's handle, with its authorisation; `index` must be there. */
static gboolean
take_index (Tpm *self, guint32 index, const BaseSecret *authorisation, ESYS_TR *out, GError **error)
{
  TPM2B_AUTH auth = { 0 };
  TSS2_RC result = Esys_TR_FromTPMPublic (self->esys, index, NO_SESSIONS, out);

  if (result != TSS2_RC_SUCCESS)
    return fail (result, _ ("find its counter"), error);
  fill_authorisation (&auth, authorisation);
  result = Esys_TR_SetAuth (self->esys, *out, &auth);
  base_secret_wipe (&auth, sizeof auth);
  return result == TSS2_RC_SUCCESS || fail (result, _ ("take its authorisation"), error);
}

static gboolean
read_value (Tpm *self,
            ESYS_TR handle,
            CryptoTpmFound *out_found,
            guint64 *out_value,
            GError **error)
{
  TPM2B_MAX_NV_BUFFER *data = NULL;
  TSS2_RC result = Esys_NV_Read (self->esys, handle, handle, PASSWORD, COUNTER_SIZE, 0, &data);
  BaseReader reader;
  gboolean read;

  if (result == TPM2_RC_NV_UNINITIALIZED)
    {
      *out_found = CRYPTO_TPM_FRESH;
      return TRUE;
    }
  if (result != TSS2_RC_SUCCESS)
    return fail (result, _ ("read its counter"), error);
  base_reader_init (&reader, BASE_SPAN (data->buffer, MIN (data->size, sizeof data->buffer)));
  read = base_reader_u64be (&reader, out_value);
  Esys_Free (data);
  *out_found = CRYPTO_TPM_THERE;
  return read || fail (TPM2_RC_SIZE, _ ("read its counter"), error);
}

gboolean
crypto_tpm_read (guint32 index,
                 const BaseSecret *authorisation,
                 CryptoTpmFound *out_found,
                 guint64 *out_value,
                 GError **error)
{
  g_auto (Tpm) self = { 0 };
  gboolean has = FALSE;
  ESYS_TR handle;

  if (!open_tpm (&self, error) || !has_index (&self, index, &has, error))
    return FALSE;
  *out_found = CRYPTO_TPM_ABSENT;
  return !has
         || (take_index (&self, index, authorisation, &handle, error)
             && read_value (&self, handle, out_found, out_value, error));
}

gboolean
crypto_tpm_make (guint32 index, const BaseSecret *authorisation, GError **error)
{
  g_auto (Tpm) self = { 0 };
  TPM2B_AUTH auth = { 0 };
  TPM2B_NV_PUBLIC public = { 0 };
  ESYS_TR handle;
  TSS2_RC result;

  if (!open_tpm (&self, error))
    return FALSE;
  public.nvPublic.nvIndex = index;
  public.nvPublic.nameAlg = TPM2_ALG_SHA256;
  public.nvPublic.attributes = (TPM2_NT_COUNTER << TPMA_NV_TPM2_NT_SHIFT) | TPMA_NV_AUTHREAD
                               | TPMA_NV_AUTHWRITE | TPMA_NV_NO_DA;
  public.nvPublic.dataSize = COUNTER_SIZE;
  fill_authorisation (&auth, authorisation);
  result = Esys_NV_DefineSpace (self.esys, ESYS_TR_RH_OWNER, PASSWORD, &auth, &public, &handle);
  base_secret_wipe (&auth, sizeof auth);
  return result == TSS2_RC_SUCCESS || fail (result, _ ("make a counter"), error);
}

gboolean
crypto_tpm_step (guint32 index, const BaseSecret *authorisation, GError **error)
{
  g_auto (Tpm) self = { 0 };
  ESYS_TR handle;
  TSS2_RC result;

  if (!open_tpm (&self, error) || !take_index (&self, index, authorisation, &handle, error))
    return FALSE;
  result = Esys_NV_Increment (self.esys, handle, handle, PASSWORD);
  return result == TSS2_RC_SUCCESS || fail (result, _ ("step its counter"), error);
}

#else

static gboolean
refuse (GError **error)
{
  base_check_may_block ();
  g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT,
                       _ ("Till was built without the TPM's library"));
  return FALSE;
}

gboolean
crypto_tpm_read (guint32 index,
                 const BaseSecret *authorisation,
                 CryptoTpmFound *out_found,
                 guint64 *out_value,
                 GError **error)
{
  return refuse (error);
}

gboolean
crypto_tpm_make (guint32 index, const BaseSecret *authorisation, GError **error)
{
  return refuse (error);
}

gboolean
crypto_tpm_step (guint32 index, const BaseSecret *authorisation, GError **error)
{
  return refuse (error);
}

#endif
