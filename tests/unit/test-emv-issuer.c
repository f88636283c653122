/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

static void
check_reason (const EmvTest *test, EmvStep step, const char *reason)
{
  g_assert_cmpint (step, ==, reason != NULL ? EMV_STEP_END : EMV_STEP_ON);
  g_assert_cmpstr (test->kernel->reason, ==, reason);
}

static const struct
{
  const char *profile, *issuer, *talk;
  const char *kept, *tvr, *tsi;
  const char *reason;
} proofs[] = {
#define PROOF                                                                                      \
  "0102030405060708"                                                                               \
  "3030"
#define ASK "008200000A" PROOF
  { "82020400", "910A" PROOF, ASK ">9000", PROOF, "0000000000", "1000" },
  { "82020400", "910A" PROOF, ASK ">6300", PROOF, "0000000040", "1000" },
  { "82020400", "910A" PROOF, ASK ">6985", PROOF, "0000000040", "1000" },
  { "82020400", "910A" PROOF, ASK ">-", PROOF, NULL, NULL, "card-removed" },
  { "82020400", "910A" PROOF, ASK ">!", PROOF, NULL, NULL, "reader-fault" },
  /* a card that takes it in its second list */
  { "82020000", "910A" PROOF, "", PROOF, "0000000000", "0000" },
  /* none, and what can't be one */
  { "82020400", "", "", NULL, "0000000000", "0000" },
  { "82020400", "720400000000", "", NULL, "0000000000", "0000" },
  { "82020400", "910701020304050607", "", NULL, "0000000000", "0000" },
  { "82020400", "91110102030405060708090A0B0C0D0E0F1011", "", NULL, "0000000000", "0000" },
};

static void
test_authenticate (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (proofs); i++)
    {
      g_autoptr (GBytes) issuer = base_bytes_from_hex (proofs[i].issuer, NULL);
      const EmvOnline online = { .issuer_data = base_bytes_span (issuer) };
      EmvTest test;

      emv_testing_init (&test);
      emv_testing_start (&test, proofs[i].talk);
      emv_testing_put (&test, proofs[i].profile);
      g_test_message ("row %u", i);
      check_reason (&test, emv_issuer_authenticate (test.kernel, &online), proofs[i].reason);
      emv_testing_check (&test, 0x91, proofs[i].kept);
      if (proofs[i].tvr != NULL)
        emv_testing_check_results (&test, proofs[i].tvr, proofs[i].tsi);
      emv_testing_clear (&test);
    }
}

static const struct
{
  const char *issuer, *talk;
  guint32 template;
  const char *results, *tvr, *tsi;
  const char *reason;
} scripts[] = {
#define NAME "9F180400000001"
  { "", "", 0x71, "", "0000000000", "0000" },
  { "91080000000000000000"
    "7107" NAME,
    "", 0x72, "", "0000000000", "0000" },
  { "7106"
    "860484180000",
    "84180000>9000", 0x71, "2000000000", "0000000000", "0400" },
  { "710D" NAME "860484180000", "84180000>9000", 0x71, "2000000001", "0000000000", "0400" },
  /* warnings go on, the first error stops; which command it was is told */
  { "711B" NAME "860484180000"
    "860484180001"
    "860484180002"
    "0000",
    "84180000>9000 84180001>6283 84180002>63C1", 0x71, "2000000001", "0000000000", "0400" },
  { "7119" NAME "860484180000"
    "860484180001"
    "860484180002",
    "84180000>9000 84180001>6985", 0x71, "1200000001", "0000000020", "0400" },
  { "7219" NAME "860484180000"
    "860484180001"
    "860484180002",
    "84180000>6A80", 0x72, "1100000001", "0000000010", "0400" },
  /* a second script is run even so */
  { "7106"
    "860484180000"
    "710D" NAME "860484180001",
    "84180000>6985 84180001>9000", 0x71,
    "1100000000"
    "2000000001",
    "0000000020", "0400" },
  /* each kind at its time */
  { "7106"
    "860484180000"
    "7206"
    "860484180001",
    "84180001>9000", 0x72, "2000000000", "0000000000", "0400" },
  /* what can't be run */
  { "7102"
    "9F18",
    "", 0x71, "0000000000", "0000000020", "0400" },
  { "7107" NAME, "", 0x71, "0000000001", "0000000020", "0400" },
  { "710C" NAME "8603841800", "", 0x71, "1100000001", "0000000020", "0400" },
  { "7106"
    "860484180000",
    "84180000>-", 0x71, "1100000000", "0000000020", "0400", "card-removed" },
  { "7206"
    "860484180000",
    "84180000>!", 0x72, "1100000000", "0000000010", "0400", "reader-fault" },
};

static void
test_scripts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (GBytes) issuer = base_bytes_from_hex (scripts[i].issuer, NULL);
      const EmvOnline online = { .issuer_data = base_bytes_span (issuer) };
      g_autofree char *results = NULL;
      EmvTest test;

      emv_testing_init (&test);
      emv_testing_start (&test, scripts[i].talk);
      g_test_message ("row %u", i);
      check_reason (&test, emv_issuer_run_scripts (test.kernel, &online, scripts[i].template),
                    scripts[i].reason);
      results = base_bytes_to_hex (emv_kernel_script_results (test.kernel));
      g_assert_cmpstr (results, ==, scripts[i].results);
      emv_testing_check_results (&test, scripts[i].tvr, scripts[i].tsi);
      emv_testing_clear (&test);
    }
}

/* A command after the fifteenth is the fifteenth for the result; more scripts than are told. */
static void
test_bounds (void)
{
  g_autoptr (GByteArray) issuer = g_byte_array_new ();
  g_autoptr (GString) talk = g_string_new (NULL);
  EmvOnline online = { .how = EMV_ONLINE_ANSWERED };
  EmvTest test;

  g_byte_array_append (issuer, (const guint8 *)"\x71\x60", 2);
  for (guint i = 1; i <= 16; i++)
    {
      g_byte_array_append (issuer, (const guint8 *)"\x86\x04\x84\x18\x00\x00", 6);
      g_string_append (talk, i < 16 ? "84180000>9000 " : "84180000>6A80 ");
    }
  for (guint i = 1; i <= EMV_SCRIPTS_MAX; i++)
    {
      g_byte_array_append (issuer, (const guint8 *)"\x71\x06\x86\x04\x84\x18\x00\x00", 8);
      g_string_append (talk, "84180000>9000 ");
    }
  online.issuer_data = BASE_SPAN (issuer->data, issuer->len);
  emv_testing_init (&test);
  emv_testing_start (&test, talk->str);
  g_assert_cmpint (emv_issuer_run_scripts (test.kernel, &online, 0x71), ==, EMV_STEP_ON);
  g_assert_cmpuint (emv_kernel_script_results (test.kernel).size, ==,
                    EMV_SCRIPTS_MAX * EMV_SCRIPT_RESULT_SIZE);
  g_assert_cmphex (emv_kernel_script_results (test.kernel).data[0], ==, 0x1F);
  emv_testing_clear (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/issuer/authenticate", test_authenticate);
  g_test_add_func ("/emv/issuer/scripts", test_scripts);
  g_test_add_func ("/emv/issuer/bounds", test_bounds);
  return g_test_run ();
}
