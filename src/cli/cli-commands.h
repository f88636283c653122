/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands themselves, one function each, for the table in till-cli.c. Each reads its arguments
 * from the context, says what came of it, and gives the exit code. A noun has its file: cli-queue.c
 * holds every `queue …`.
 */
#pragma once

#include "cli-output.h"

G_BEGIN_DECLS

CliExit cli_init_run (CliContext *context);
CliExit cli_recover_run (CliContext *context);
CliExit cli_recover_new_key (CliContext *context);
CliExit cli_catalogue_import (CliContext *context);
CliExit cli_catalogue_export (CliContext *context);
CliExit cli_catalogue_find (CliContext *context);
CliExit cli_catalogue_scale_codes (CliContext *context);
CliExit cli_sell_run (CliContext *context);
CliExit cli_sell_rest (CliContext *context);
CliExit cli_refund_run (CliContext *context);
CliExit cli_refund_void (CliContext *context);
/* A sealed file of the shop, told as a backup or as what another till takes over. */
CliExit cli_backup_write (CliContext *context, gboolean hand_over);
CliExit cli_backup_create (CliContext *context);
CliExit cli_backup_restore (CliContext *context);
CliExit cli_backup_follow (CliContext *context);
CliExit cli_reset_run (CliContext *context);
CliExit cli_queue_list (CliContext *context);
CliExit cli_queue_show (CliContext *context);
CliExit cli_queue_retry (CliContext *context);
CliExit cli_queue_resolve (CliContext *context);
CliExit cli_queue_stats (CliContext *context);
CliExit cli_queue_send (CliContext *context);
CliExit cli_queue_export (CliContext *context);
CliExit cli_queue_import (CliContext *context);
CliExit cli_compare_queue (CliContext *context);
CliExit cli_queue_release (CliContext *context);
CliExit cli_queue_verify (CliContext *context);
CliExit cli_journal_verify (CliContext *context);
CliExit cli_find_run (CliContext *context);
CliExit cli_people_list (CliContext *context);
CliExit cli_people_add (CliContext *context);
CliExit cli_people_change (CliContext *context);
CliExit cli_people_unlock (CliContext *context);
CliExit cli_people_leave (CliContext *context);
CliExit cli_people_rights (CliContext *context);
CliExit cli_people_operator (CliContext *context);
CliExit cli_people_lock_after (CliContext *context);
CliExit cli_people_discount_limit (CliContext *context);
CliExit cli_people_accept (CliContext *context);
CliExit cli_offline_run (CliContext *context);
CliExit cli_drawer_show (CliContext *context);
CliExit cli_drawer_float (CliContext *context);
CliExit cli_drawer_in (CliContext *context);
CliExit cli_drawer_out (CliContext *context);
CliExit cli_drawer_open (CliContext *context);
CliExit cli_drawer_count (CliContext *context);
CliExit cli_report_x (CliContext *context);
CliExit cli_report_z (CliContext *context);
CliExit cli_acquirer_ping (CliContext *context);
CliExit cli_acquirer_sign_in (CliContext *context);
CliExit cli_acquirer_sign_out (CliContext *context);
CliExit cli_settle_run (CliContext *context);
CliExit cli_settle_show (CliContext *context);
CliExit cli_download_run (CliContext *context);
CliExit cli_download_show (CliContext *context);
CliExit cli_hold_run (CliContext *context);
CliExit cli_hold_complete (CliContext *context);
CliExit cli_hold_void (CliContext *context);
CliExit cli_hold_list (CliContext *context);
CliExit cli_marks_show (CliContext *context);
CliExit cli_card_balance (CliContext *context);
CliExit cli_keys_show (CliContext *context);
CliExit cli_keys_load (CliContext *context);
CliExit cli_keys_former (CliContext *context);
CliExit cli_ceremony_run (CliContext *context);
CliExit cli_self_test_run (CliContext *context);
CliExit cli_devices_run (CliContext *context);
CliExit cli_devices_print_test (CliContext *context);
CliExit cli_pin_pad_test (CliContext *context);
CliExit cli_pin_pad_off (CliContext *context);
CliExit cli_iso8583_decode (CliContext *context);
CliExit cli_iso8583_encode (CliContext *context);
CliExit cli_decode_escpos (CliContext *context);
CliExit cli_emv_trace (CliContext *context);
CliExit cli_test_key_list (CliContext *context);
CliExit cli_test_key_add (CliContext *context);
CliExit cli_test_key_clear (CliContext *context);
CliExit cli_decode_tlv (CliContext *context);
CliExit cli_atr_decode (CliContext *context);
CliExit cli_decode_stripe (CliContext *context);
CliExit cli_demo_run (CliContext *context);

G_END_DECLS
