/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an issuer puts on a chip so that a terminal can believe it (EMV 4.4 Book 2, 5 and 6): the
 * issuer's certificate, of issuers.ini; a signature over fixed records, or a certificate of the
 * card's own key; and the signatures that such a card makes. Used by training-chip alone. Written
 * from the standard's tables, not from the till's checks.
 */
#pragma once

#include "base-secret.h"
#include "training-chip-file.h"

G_BEGIN_DECLS

/* The card's objects as the file gives them, with what is made: 5A, 57, 5F24 and the certificates.
 * Yours (tag → GBytes). *out_key: the card's private key in PEM, NULL when it has none. */
GHashTable *training_chip_certificate_complete (const TrainingChipApplication *application,
                                                guint wrong,
                                                BaseSecret **out_key,
                                                GError **error);
/* The value of a record's template 70: objects that aren't there are left out. Yours. */
GBytes *training_chip_certificate_record (GHashTable *objects, const TrainingChipRecord *record);
/* A dynamic signature (format 05) over the card's `dynamic` data and over `more`, which isn't in
 * it. Yours; NULL: the key is too small for it. */
GBytes *training_chip_certificate_sign (const BaseSecret *key, BaseSpan dynamic, BaseSpan more);
BaseSpan training_chip_certificate_object (GHashTable *objects, guint32 tag);

G_END_DECLS
