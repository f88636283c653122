/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How an acquirer sends working keys in its answer to a sign-in, as the group [keys] of a profile
 * says: which keys follow one another in the field, by the field's size, how long each is, under
 * which cipher they lie and by how many bytes each is checked. Opens such a field with the master
 * key, and makes one for the sandbox acquirer. Immutable once read; keys live in locked memory.
 */
#pragma once

#include "base-secret.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACQUIRER_KEY_LAYOUTS_MAX 8
#define ACQUIRER_KEY_FIELD_MAX 128 /* bytes */

typedef enum
{
  ACQUIRER_KEY_PIN,
  ACQUIRER_KEY_MAC,
  ACQUIRER_KEY_TRACK,
  ACQUIRER_KEY_COUNT,
} AcquirerKey;

/* Clear keys; NULL where the acquirer has sent none. */
typedef struct
{
  BaseSecret *keys[ACQUIRER_KEY_COUNT];
} AcquirerKeySet;

typedef struct _AcquirerKeyPlan AcquirerKeyPlan;

/* From the group [keys]; NULL without an error when the profile has none: its MAC key is for ever.
 */
AcquirerKeyPlan *acquirer_key_plan_read (GKeyFile *file, GError **error);
void acquirer_key_plan_free (AcquirerKeyPlan *self);
const char *acquirer_key_plan_cipher (const AcquirerKeyPlan *self);
/* Whether a sign-in and its answer have a MAC, under a key that is made of the master key: then
 * both sides know that the other one has it. */
gboolean acquirer_key_plan_has_master_mac (const AcquirerKeyPlan *self);
const char *acquirer_key_plan_name (AcquirerKey key);

/* All keys of a field, or none: ACQUIRER_ERROR_FIELD for a size without a layout,
 * CRYPTO_ERROR_AUTHENTIC for a check value that doesn't hold. */
gboolean acquirer_key_plan_open (const AcquirerKeyPlan *self,
                                 const BaseSecret *master,
                                 BaseSpan field,
                                 AcquirerKeySet *out_set,
                                 GError **error);
/* The other way, in the layout that the plan calls usual: fresh random keys, and their field. */
GBytes *acquirer_key_plan_make (const AcquirerKeyPlan *self,
                                const BaseSecret *master,
                                AcquirerKeySet *out_set,
                                GError **error);
void acquirer_key_set_clear (AcquirerKeySet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerKeyPlan, acquirer_key_plan_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AcquirerKeySet, acquirer_key_set_clear)

G_END_DECLS
