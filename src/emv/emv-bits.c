/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-bits.h"

#include <glib/gi18n.h>

#define AIP 0x82
#define CVM_LIST 0x8E
#define TVR 0x95
#define TSI 0x9B
#define AUC 0x9F07
#define CID 0x9F27
#define CAPABILITIES 0x9F33
#define CVM_RESULTS 0x9F34
#define ADDITIONAL 0x9F40
#define METHOD 1 /* no tag: the two bytes of a rule in a CVM list */
#define AMOUNTS_SIZE 8
#define AMOUNT_SIZE 4
#define RULE_SIZE 2

/* A flag's mask and bits are the same. */
#define BIT8 0x80, 0x80
#define BIT7 0x40, 0x40
#define BIT6 0x20, 0x20
#define BIT5 0x10, 0x10
#define BIT4 0x08, 0x08
#define BIT3 0x04, 0x04
#define BIT2 0x02, 0x02
#define BIT1 0x01, 0x01

typedef struct
{
  guint32 set;
  guint8 byte, mask, bits;
  const char *text;
} Row;

static const Row rows[] = {
  { AIP, 1, BIT7, N_ ("static data authentication (SDA) is supported") },
  { AIP, 1, BIT6, N_ ("dynamic data authentication (DDA) is supported") },
  { AIP, 1, BIT5, N_ ("cardholder verification is supported") },
  { AIP, 1, BIT4, N_ ("the terminal must manage risks") },
  { AIP, 1, BIT3, N_ ("issuer authentication is supported") },
  { AIP, 1, BIT1, N_ ("combined data authentication (CDA) is supported") },

  { TVR, 1, BIT8, N_ ("offline data authentication was not performed") },
  { TVR, 1, BIT7, N_ ("static data authentication failed") },
  { TVR, 1, BIT6, N_ ("data of the chip are missing") },
  { TVR, 1, BIT5, N_ ("the card is on the terminal's exception list") },
  { TVR, 1, BIT4, N_ ("dynamic data authentication failed") },
  { TVR, 1, BIT3, N_ ("combined data authentication failed") },
  { TVR, 1, BIT2, N_ ("static data authentication was selected") },
  { TVR, 2, BIT8, N_ ("chip and terminal have different versions of the application") },
  { TVR, 2, BIT7, N_ ("the application has expired") },
  { TVR, 2, BIT6, N_ ("the application is not yet valid") },
  { TVR, 2, BIT5, N_ ("the service is not allowed for this card") },
  { TVR, 2, BIT4, N_ ("the card is new") },
  { TVR, 3, BIT8, N_ ("the cardholder was not verified") },
  { TVR, 3, BIT7, N_ ("a verification method is unknown") },
  { TVR, 3, BIT6, N_ ("no PIN tries are left") },
  { TVR, 3, BIT5, N_ ("a PIN was wanted, and there is no PIN pad that works") },
  { TVR, 3, BIT4, N_ ("a PIN was wanted, and none was entered at the PIN pad") },
  { TVR, 3, BIT3, N_ ("a PIN for the issuer was entered") },
  { TVR, 4, BIT8, N_ ("the amount is above the floor limit") },
  { TVR, 4, BIT7, N_ ("the lower limit of consecutive offline transactions is exceeded") },
  { TVR, 4, BIT6, N_ ("the upper limit of consecutive offline transactions is exceeded") },
  { TVR, 4, BIT5, N_ ("chosen at random for the issuer to be asked") },
  { TVR, 4, BIT4, N_ ("the merchant wants the issuer to be asked") },
  { TVR, 5, BIT8, N_ ("the default data object list (TDOL) was used") },
  { TVR, 5, BIT7, N_ ("issuer authentication failed") },
  { TVR, 5, BIT6, N_ ("an issuer's script failed before the second cryptogram") },
  { TVR, 5, BIT5, N_ ("an issuer's script failed after the second cryptogram") },

  { TSI, 1, BIT8, N_ ("offline data authentication was performed") },
  { TSI, 1, BIT7, N_ ("cardholder verification was performed") },
  { TSI, 1, BIT6, N_ ("the card managed risks") },
  { TSI, 1, BIT5, N_ ("issuer authentication was performed") },
  { TSI, 1, BIT4, N_ ("the terminal managed risks") },
  { TSI, 1, BIT3, N_ ("issuer's scripts were run") },

  { AUC, 1, BIT8, N_ ("valid for cash at home") },
  { AUC, 1, BIT7, N_ ("valid for cash abroad") },
  { AUC, 1, BIT6, N_ ("valid for goods at home") },
  { AUC, 1, BIT5, N_ ("valid for goods abroad") },
  { AUC, 1, BIT4, N_ ("valid for services at home") },
  { AUC, 1, BIT3, N_ ("valid for services abroad") },
  { AUC, 1, BIT2, N_ ("valid at cash machines") },
  { AUC, 1, BIT1, N_ ("valid at terminals other than cash machines") },
  { AUC, 2, BIT8, N_ ("cashback allowed at home") },
  { AUC, 2, BIT7, N_ ("cashback allowed abroad") },

  { CID, 1, 0xC0, 0x00, N_ ("application authentication cryptogram (AAC): declined") },
  { CID, 1, 0xC0, 0x40, N_ ("transaction certificate (TC): approved") },
  { CID, 1, 0xC0, 0x80, N_ ("authorisation request cryptogram (ARQC): the issuer is asked") },
  { CID, 1, 0xC0, 0xC0, N_ ("a kind of cryptogram that is reserved") },
  { CID, 1, BIT4, N_ ("an advice is wanted") },
  { CID, 1, 0x07, 0x01, N_ ("reason: the service is not allowed") },
  { CID, 1, 0x07, 0x02, N_ ("reason: no PIN tries are left") },
  { CID, 1, 0x07, 0x03, N_ ("reason: issuer authentication failed") },

  { CAPABILITIES, 1, BIT8, N_ ("card numbers are typed") },
  { CAPABILITIES, 1, BIT7, N_ ("magnetic stripe") },
  { CAPABILITIES, 1, BIT6, N_ ("chip with contacts") },
  { CAPABILITIES, 2, BIT8, N_ ("plaintext PIN, checked by the chip") },
  { CAPABILITIES, 2, BIT7, N_ ("enciphered PIN, checked by the issuer") },
  { CAPABILITIES, 2, BIT6, N_ ("signature") },
  { CAPABILITIES, 2, BIT5, N_ ("enciphered PIN, checked by the chip") },
  { CAPABILITIES, 2, BIT4, N_ ("no cardholder verification") },
  { CAPABILITIES, 3, BIT8, N_ ("static data authentication (SDA)") },
  { CAPABILITIES, 3, BIT7, N_ ("dynamic data authentication (DDA)") },
  { CAPABILITIES, 3, BIT6, N_ ("cards can be kept") },
  { CAPABILITIES, 3, BIT4, N_ ("combined data authentication (CDA)") },

  { ADDITIONAL, 1, BIT8, N_ ("cash") },
  { ADDITIONAL, 1, BIT7, N_ ("goods") },
  { ADDITIONAL, 1, BIT6, N_ ("services") },
  { ADDITIONAL, 1, BIT5, N_ ("cashback") },
  { ADDITIONAL, 1, BIT4, N_ ("inquiry") },
  { ADDITIONAL, 1, BIT3, N_ ("transfer") },
  { ADDITIONAL, 1, BIT2, N_ ("payment") },
  { ADDITIONAL, 1, BIT1, N_ ("administration") },
  { ADDITIONAL, 2, BIT8, N_ ("cash deposit") },
  { ADDITIONAL, 3, BIT8, N_ ("number keys") },
  { ADDITIONAL, 3, BIT7, N_ ("letter and sign keys") },
  { ADDITIONAL, 3, BIT6, N_ ("command keys") },
  { ADDITIONAL, 3, BIT5, N_ ("function keys") },
  { ADDITIONAL, 4, BIT8, N_ ("prints for the attendant") },
  { ADDITIONAL, 4, BIT7, N_ ("prints for the cardholder") },
  { ADDITIONAL, 4, BIT6, N_ ("display for the attendant") },
  { ADDITIONAL, 4, BIT5, N_ ("display for the cardholder") },
  { ADDITIONAL, 4, BIT2, N_ ("code table 10") },
  { ADDITIONAL, 4, BIT1, N_ ("code table 9") },
  { ADDITIONAL, 5, BIT8, N_ ("code table 8") },
  { ADDITIONAL, 5, BIT7, N_ ("code table 7") },
  { ADDITIONAL, 5, BIT6, N_ ("code table 6") },
  { ADDITIONAL, 5, BIT5, N_ ("code table 5") },
  { ADDITIONAL, 5, BIT4, N_ ("code table 4") },
  { ADDITIONAL, 5, BIT3, N_ ("code table 3") },
  { ADDITIONAL, 5, BIT2, N_ ("code table 2") },
  { ADDITIONAL, 5, BIT1, N_ ("code table 1") },

  { METHOD, 1, BIT7, N_ ("if it fails, the next rule is tried") },
  { METHOD, 1, 0x3F, 0x00, N_ ("verification fails") },
  { METHOD, 1, 0x3F, 0x01, N_ ("plaintext PIN, checked by the chip") },
  { METHOD, 1, 0x3F, 0x02, N_ ("enciphered PIN, checked by the issuer") },
  { METHOD, 1, 0x3F, 0x03, N_ ("plaintext PIN, checked by the chip, and signature") },
  { METHOD, 1, 0x3F, 0x04, N_ ("enciphered PIN, checked by the chip") },
  { METHOD, 1, 0x3F, 0x05, N_ ("enciphered PIN, checked by the chip, and signature") },
  { METHOD, 1, 0x3F, 0x1E, N_ ("signature") },
  { METHOD, 1, 0x3F, 0x1F, N_ ("no cardholder verification") },
  { METHOD, 1, 0x3F, 0x3F, N_ ("no method was used") },
  { METHOD, 2, 0xFF, 0x00, N_ ("always") },
  { METHOD, 2, 0xFF, 0x01, N_ ("for cash where nobody attends") },
  { METHOD, 2, 0xFF, 0x02, N_ ("for neither cash nor cashback") },
  { METHOD, 2, 0xFF, 0x03, N_ ("where the terminal can do it") },
  { METHOD, 2, 0xFF, 0x04, N_ ("for cash where somebody attends") },
  { METHOD, 2, 0xFF, 0x05, N_ ("for a purchase with cashback") },
  { METHOD, 2, 0xFF, 0x06, N_ ("in the card's currency, under amount X") },
  { METHOD, 2, 0xFF, 0x07, N_ ("in the card's currency, over amount X") },
  { METHOD, 2, 0xFF, 0x08, N_ ("in the card's currency, under amount Y") },
  { METHOD, 2, 0xFF, 0x09, N_ ("in the card's currency, over amount Y") },

  { CVM_RESULTS, 3, 0xFF, 0x00, N_ ("result unknown") },
  { CVM_RESULTS, 3, 0xFF, 0x01, N_ ("failed") },
  { CVM_RESULTS, 3, 0xFF, 0x02, N_ ("successful") },
};

/* The action codes of issuer (9F0D …) and terminal (UnionPay's DF11 …) are masks of the TVR. */
static guint32
set_of (guint32 tag)
{
  switch (tag)
    {
    case 0x9F0D:
    case 0x9F0E:
    case 0x9F0F:
    case 0xDF11:
    case 0xDF12:
    case 0xDF13:
      return TVR;
    default:
      return tag;
    }
}

gboolean
emv_bits_has (guint32 tag)
{
  guint32 set = set_of (tag);

  if (set == CVM_LIST)
    return TRUE;
  for (gsize i = 0; set > METHOD && i < G_N_ELEMENTS (rows); i++)
    if (rows[i].set == set)
      return TRUE;
  return FALSE;
}

static void
explain_set (GArray *meanings, guint32 set, BaseSpan value, guint before)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].set == set && rows[i].byte <= value.size
        && (value.data[rows[i].byte - 1] & rows[i].mask) == rows[i].bits)
      {
        EmvMeaning meaning = { .byte = before + rows[i].byte,
                               .mask = rows[i].mask,
                               .bits = rows[i].bits,
                               .text = rows[i].text };

        g_array_append_val (meanings, meaning);
      }
}

static void
explain_amount (GArray *meanings, BaseReader *reader, guint byte, const char *text)
{
  EmvMeaning meaning = { .byte = byte, .text = text };

  if (base_reader_u32be (reader, &meaning.number))
    g_array_append_val (meanings, meaning);
}

static void
explain_list (GArray *meanings, BaseSpan value)
{
  BaseReader reader;

  base_reader_init (&reader, value);
  explain_amount (meanings, &reader, 1, N_ ("amount X"));
  explain_amount (meanings, &reader, 1 + AMOUNT_SIZE, N_ ("amount Y"));
  for (gsize at = AMOUNTS_SIZE; at + RULE_SIZE <= value.size; at += RULE_SIZE)
    explain_set (meanings, METHOD, BASE_SPAN (value.data + at, RULE_SIZE), (guint)at);
}

GArray *
emv_bits_explain (guint32 tag, BaseSpan value)
{
  GArray *meanings = g_array_new (FALSE, FALSE, sizeof (EmvMeaning));
  guint32 set = set_of (tag);

  if (set == CVM_LIST)
    explain_list (meanings, value);
  else if (set == CVM_RESULTS)
    explain_set (meanings, METHOD, BASE_SPAN (value.data, MIN (value.size, RULE_SIZE)), 0);
  if (set > METHOD)
    explain_set (meanings, set, value, 0);
  return meanings;
}
