/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-tag.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#define B EMV_FORMAT_BINARY
#define N EMV_FORMAT_NUMERIC
#define CN EMV_FORMAT_COMPRESSED
#define T EMV_FORMAT_TEXT
#define TEMPLATE EMV_FORMAT_TEMPLATE
#define LIST EMV_FORMAT_LIST

/* By tag, ascending: it is searched by halves. */
static const EmvTag tags[] = {
  { 0x42, N, FALSE, N_ ("Issuer identification number") },
  { 0x4F, B, FALSE, N_ ("Application identifier of the card") },
  { 0x50, T, FALSE, N_ ("Application label") },
  { 0x56, T, TRUE, N_ ("Track 1 equivalent data") },
  { 0x57, B, TRUE, N_ ("Track 2 equivalent data") },
  { 0x5A, CN, TRUE, N_ ("Card number") },
  { 0x61, TEMPLATE, FALSE, N_ ("Application template") },
  { 0x6F, TEMPLATE, FALSE, N_ ("File control information") },
  { 0x70, TEMPLATE, FALSE, N_ ("Record") },
  { 0x71, TEMPLATE, FALSE, N_ ("Issuer script before the second cryptogram") },
  { 0x72, TEMPLATE, FALSE, N_ ("Issuer script after the second cryptogram") },
  { 0x73, TEMPLATE, FALSE, N_ ("Directory discretionary template") },
  { 0x77, TEMPLATE, FALSE, N_ ("Answer of data objects") },
  { 0x80, B, FALSE, N_ ("Answer of values") },
  { 0x81, B, FALSE, N_ ("Amount, authorised (binary)") },
  { 0x82, B, FALSE, N_ ("Application interchange profile") },
  { 0x83, B, FALSE, N_ ("Command data") },
  { 0x84, B, FALSE, N_ ("Name of the application") },
  { 0x86, B, FALSE, N_ ("Issuer script command") },
  { 0x87, B, FALSE, N_ ("Application priority indicator") },
  { 0x88, B, FALSE, N_ ("Short file identifier") },
  { 0x89, T, FALSE, N_ ("Authorisation code") },
  { 0x8A, T, FALSE, N_ ("Authorisation response code") },
  { 0x8C, LIST, FALSE, N_ ("Data object list of the first cryptogram (CDOL1)") },
  { 0x8D, LIST, FALSE, N_ ("Data object list of the second cryptogram (CDOL2)") },
  { 0x8E, B, FALSE, N_ ("Cardholder verification method list") },
  { 0x8F, B, FALSE, N_ ("Index of the certification authority's key") },
  { 0x90, B, FALSE, N_ ("Issuer's public key certificate") },
  { 0x91, B, FALSE, N_ ("Issuer authentication data") },
  { 0x92, B, FALSE, N_ ("Remainder of the issuer's public key") },
  { 0x93, B, FALSE, N_ ("Signed static application data") },
  { 0x94, B, FALSE, N_ ("Application file locator") },
  { 0x95, B, FALSE, N_ ("Terminal verification results") },
  { 0x97, LIST, FALSE, N_ ("Transaction certificate data object list (TDOL)") },
  { 0x98, B, FALSE, N_ ("Transaction certificate hash value") },
  { 0x99, B, TRUE, N_ ("Transaction PIN") },
  { 0x9A, N, FALSE, N_ ("Transaction date") },
  { 0x9B, B, FALSE, N_ ("Transaction status information") },
  { 0x9C, N, FALSE, N_ ("Transaction type") },
  { 0x9D, B, FALSE, N_ ("Name of the directory") },
  { 0xA5, TEMPLATE, FALSE, N_ ("Issuer's part of the file control information") },
  { 0x5F20, T, TRUE, N_ ("Cardholder's name") },
  { 0x5F24, N, FALSE, N_ ("Application's last day") },
  { 0x5F25, N, FALSE, N_ ("Application's first day") },
  { 0x5F28, N, FALSE, N_ ("Issuer's country") },
  { 0x5F2A, N, FALSE, N_ ("Transaction currency") },
  { 0x5F2D, T, FALSE, N_ ("Preferred languages") },
  { 0x5F30, N, FALSE, N_ ("Service code") },
  { 0x5F34, N, FALSE, N_ ("Card sequence number") },
  { 0x5F36, N, FALSE, N_ ("Exponent of the transaction currency") },
  { 0x5F50, T, FALSE, N_ ("Issuer's address on the web") },
  { 0x5F53, B, TRUE, N_ ("International bank account number") },
  { 0x5F54, B, FALSE, N_ ("Bank identifier code") },
  { 0x5F55, T, FALSE, N_ ("Issuer's country, two letters") },
  { 0x5F56, T, FALSE, N_ ("Issuer's country, three letters") },
  { 0x9F01, N, FALSE, N_ ("Acquirer") },
  { 0x9F02, N, FALSE, N_ ("Amount, authorised") },
  { 0x9F03, N, FALSE, N_ ("Amount, other") },
  { 0x9F04, B, FALSE, N_ ("Amount, other (binary)") },
  { 0x9F05, B, FALSE, N_ ("Application discretionary data") },
  { 0x9F06, B, FALSE, N_ ("Application identifier of the terminal") },
  { 0x9F07, B, FALSE, N_ ("Application usage control") },
  { 0x9F08, B, FALSE, N_ ("Application version of the card") },
  { 0x9F09, B, FALSE, N_ ("Application version of the terminal") },
  { 0x9F0B, T, TRUE, N_ ("Cardholder's name, extended") },
  { 0x9F0D, B, FALSE, N_ ("Issuer action code, default") },
  { 0x9F0E, B, FALSE, N_ ("Issuer action code, denial") },
  { 0x9F0F, B, FALSE, N_ ("Issuer action code, online") },
  { 0x9F10, B, FALSE, N_ ("Issuer application data") },
  { 0x9F11, N, FALSE, N_ ("Issuer's code table") },
  { 0x9F12, T, FALSE, N_ ("Application's preferred name") },
  { 0x9F13, B, FALSE, N_ ("Counter at the last online transaction") },
  { 0x9F14, B, FALSE, N_ ("Lower consecutive offline limit") },
  { 0x9F15, N, FALSE, N_ ("Merchant category") },
  { 0x9F16, T, FALSE, N_ ("Merchant") },
  { 0x9F17, B, FALSE, N_ ("PIN tries left") },
  { 0x9F18, B, FALSE, N_ ("Issuer script identifier") },
  { 0x9F1A, N, FALSE, N_ ("Terminal's country") },
  { 0x9F1B, B, FALSE, N_ ("Terminal's floor limit") },
  { 0x9F1C, T, FALSE, N_ ("Terminal") },
  { 0x9F1D, B, FALSE, N_ ("Terminal risk management data") },
  { 0x9F1E, T, FALSE, N_ ("Serial number of the device") },
  { 0x9F1F, T, TRUE, N_ ("Track 1 discretionary data") },
  { 0x9F20, CN, TRUE, N_ ("Track 2 discretionary data") },
  { 0x9F21, N, FALSE, N_ ("Transaction time") },
  { 0x9F22, B, FALSE, N_ ("Index of the certification authority's key in the terminal") },
  { 0x9F23, B, FALSE, N_ ("Upper consecutive offline limit") },
  { 0x9F26, B, FALSE, N_ ("Application cryptogram") },
  { 0x9F27, B, FALSE, N_ ("Cryptogram information data") },
  { 0x9F2D, B, FALSE, N_ ("Certificate of the card's PIN key") },
  { 0x9F2E, B, FALSE, N_ ("Exponent of the card's PIN key") },
  { 0x9F2F, B, FALSE, N_ ("Remainder of the card's PIN key") },
  { 0x9F32, B, FALSE, N_ ("Exponent of the issuer's public key") },
  { 0x9F33, B, FALSE, N_ ("Terminal capabilities") },
  { 0x9F34, B, FALSE, N_ ("Results of cardholder verification") },
  { 0x9F35, N, FALSE, N_ ("Terminal type") },
  { 0x9F36, B, FALSE, N_ ("Application transaction counter") },
  { 0x9F37, B, FALSE, N_ ("Unpredictable number") },
  { 0x9F38, LIST, FALSE, N_ ("Data object list of the processing options (PDOL)") },
  { 0x9F39, N, FALSE, N_ ("Entry mode") },
  { 0x9F3A, B, FALSE, N_ ("Amount in the reference currency") },
  { 0x9F3B, N, FALSE, N_ ("Application's reference currency") },
  { 0x9F3C, N, FALSE, N_ ("Reference currency of the transaction") },
  { 0x9F3D, N, FALSE, N_ ("Exponent of the reference currency") },
  { 0x9F40, B, FALSE, N_ ("Additional terminal capabilities") },
  { 0x9F41, N, FALSE, N_ ("Transaction sequence counter") },
  { 0x9F42, N, FALSE, N_ ("Application's currency") },
  { 0x9F43, N, FALSE, N_ ("Exponents of the application's reference currencies") },
  { 0x9F44, N, FALSE, N_ ("Exponent of the application's currency") },
  { 0x9F45, B, FALSE, N_ ("Data authentication code") },
  { 0x9F46, B, FALSE, N_ ("Certificate of the card's public key") },
  { 0x9F47, B, FALSE, N_ ("Exponent of the card's public key") },
  { 0x9F48, B, FALSE, N_ ("Remainder of the card's public key") },
  { 0x9F49, LIST, FALSE, N_ ("Data object list of dynamic authentication (DDOL)") },
  { 0x9F4A, LIST, FALSE, N_ ("Tags of static data that are authenticated") },
  { 0x9F4B, B, FALSE, N_ ("Signed dynamic application data") },
  { 0x9F4C, B, FALSE, N_ ("Dynamic number of the card") },
  { 0x9F4D, B, FALSE, N_ ("Place of the transaction log") },
  { 0x9F4E, T, FALSE, N_ ("Merchant's name and place") },
  { 0x9F4F, LIST, FALSE, N_ ("Format of the transaction log") },
  { 0x9F5B, B, FALSE, N_ ("Results of the issuer's scripts") },
  { 0x9F63, B, FALSE, N_ ("Card product (UnionPay)") },
  { 0x9F6B, B, TRUE, N_ ("Track 2 data of a card without contact") },
  { 0x9F74, B, FALSE, N_ ("Authorisation code of the card's own purse (UnionPay)") },
  { 0xBF0C, TEMPLATE, FALSE, N_ ("Issuer's discretionary data") },
  { 0xDF11, B, FALSE, N_ ("Terminal action code, default (UnionPay)") },
  { 0xDF12, B, FALSE, N_ ("Terminal action code, online (UnionPay)") },
  { 0xDF13, B, FALSE, N_ ("Terminal action code, denial (UnionPay)") },
  { 0xDF31, B, FALSE, N_ ("Results of the issuer's scripts (UnionPay)") },
};

static int
compare (const void *key, const void *member)
{
  guint32 wanted = *(const guint32 *)key, tag = ((const EmvTag *)member)->tag;

  return wanted < tag ? -1 : wanted > tag;
}

const EmvTag *
emv_tag_find (guint32 tag)
{
  return bsearch (&tag, tags, G_N_ELEMENTS (tags), sizeof tags[0], compare);
}

EmvFormat
emv_tag_format (guint32 tag)
{
  const EmvTag *found = emv_tag_find (tag);

  return found != NULL ? found->format : EMV_FORMAT_BINARY;
}
