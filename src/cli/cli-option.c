/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-option.h"

#include "cli-tender.h"

#include <glib/gi18n.h>

static const CliOption options[] = {
  { "data-dir", "DIR", N_ ("where the shop's data live"), NULL },
  { "training", NULL,
    N_ ("the practice shop: emulated devices, the sandbox acquirer, a folder of its own"), NULL },
  { "passphrase-file", "FILE",
    N_ ("the passphrase is this file's first line; else it is asked for"), NULL },
  { "json", NULL, N_ ("one JSON document on standard output, and nothing else"), NULL },
  { "version", NULL, N_ ("print the version and end"), NULL },
  { "help", NULL, N_ ("print this, or with a command what that wants, and end"), NULL },
  { "charged", NULL, N_ ("the bank has it, and the customer has the goods"), NULL },
  { "reverse", NULL, N_ ("the customer doesn't have the goods: it is reversed"), NULL },
  { "by-hand", NULL, N_ ("the bank clears it by hand: the batch is settled without it"), NULL },
  { "shop", "NAME", N_ ("the shop's name, as on its receipts"), NULL },
  { "currency", "CNY", N_ ("three letters of ISO 4217"), NULL },
  { "profile", "NAME",
    N_ ("the acquirer's dialect: sandbox, unionpay, or the path of an .ini file"), NULL },
  { "acquirer", "HOST:PORT", N_ ("where the acquirer listens"), NULL },
  { "tls-dir", "DIR", N_ ("the folder with the acquirer's CA and this till's certificate and keys"),
    NULL },
  { "key-later", NULL,
    N_ ("don't take the acquirer's key now: it comes in a key block, under a transport key that "
        "people bring"),
    NULL },
  { "terminal", "ID", N_ ("this till's number with the acquirer"), NULL },
  { "merchant", "ID", N_ ("the shop's number with the acquirer"), NULL },
  { "tax", "inclusive|exclusive",
    N_ ("whether prices hold the tax (inclusive, as usual) or it comes on top"), NULL },
  { "pin-file", "FILE",
    N_ ("this file's first line is the PIN (with init: that of the first manager)"), NULL },
  { "badge-file", "FILE", N_ ("this file's first line is the code of the badge"), NULL },
  { "role", "ROLE", N_ ("cashier, supervisor, manager or auditor"), NULL },
  { "name", "NAME", N_ ("what the person is called"), NULL },
  { "recovery-file", "FILE",
    N_ ("the recovery key is this file's first line (-: standard input); else it is asked for"),
    NULL },
  { "their-passphrase-file", "FILE",
    N_ ("instead of its recovery key, the other till's passphrase: this file's first line"), NULL },
  { "by", "NAME", N_ ("who brings a file's component, once for each file; the journal says it"),
    NULL },
  { "none", NULL, N_ ("read no labels of scales"), NULL },
  { "skip-bad", NULL, N_ ("import the good rows and leave the bad ones out"), NULL },
  { "pay", "TENDER...",
    N_ ("cash (exactly the rest), cash:AMOUNT, card; several are taken in order"),
    cli_tender_looks_so },
  { "count", "N",
    N_ ("sell the same N times; of “report z”: the notes and coins found, as 100*3 50*1"), NULL },
  { "card", "ID", N_ ("with --training: the card that is swiped"), NULL },
  { "card-timeout", "SECONDS", N_ ("how long to wait for a card"), NULL },
  { "line", "N", N_ ("a line of the receipt; several may be given"), NULL },
  { "to", "original|cash", N_ ("the way the money goes back (original: as it came)"), NULL },
  { "receipt", NULL, N_ ("print the receipt as text, too"), NULL },
  { "unasked", NULL, N_ ("release even where the acquirer doesn't answer what it has"), NULL },
  { "leave", "NAME",
    N_ ("who at the acquirer agreed, where it can't tell what it has, or turn a till away"), NULL },
  { "number", "N", N_ ("print this earlier Z report again, marked as a copy"), NULL },
  { "head", "HEX@SEQ",
    N_ ("also whether the journal still holds this end of it, as a Z report prints it"), NULL },
  { "reason", "TEXT", N_ ("why, in a few words; the journal keeps it"), NULL },
  { "counted", "AMOUNT", N_ ("what was found in the drawer, counted as one sum"), NULL },
  { "blind", NULL, N_ ("without what tells the cash that should be in the drawer"), NULL },
  { "done", NULL, N_ ("those that are done, the newest first"), NULL },
  { NULL, NULL, NULL, NULL },
};

const CliOption *
cli_option_list (void)
{
  return options;
}
