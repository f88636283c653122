/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-pcsc.h"

#include "chip-testing.h"
#include "device-error.h"

#define SECOND G_USEC_PER_SEC

#ifdef HAVE_PCSC

#  include <reader.h>
#  include <string.h>
#  include <winscard.h>

#  define OTHER "Another Reader 00 00"
#  define NAME "Till Chip reader (training) [CCID Interface] (TRAINING3) 01 00"

/* ---- A pcscd of one process: these functions stand in front of the library's ---- */

static struct
{
  gboolean runs, present, powered, places;
  ChipTestingCard card;
  guint8 protocol;
  TrainingT0 t0;
  guint contexts, handles, cold, warm;
  guint32 channel;
  LONG next;       /* what the next command ends with, where it isn't good */
  LONG next_reset; /* likewise the next reset of a card that has power */
  gboolean pad, display, announces_display;
  const char *digits; /* typed there; NULL: its cancel key, "": nobody */
  guint orders;
  LONG next_order;
} service;

LONG
SCardEstablishContext (DWORD scope, LPCVOID one, LPCVOID two, LPSCARDCONTEXT context)
{
  if (!service.runs)
    return SCARD_E_NO_SERVICE;
  service.contexts++;
  *context = 77;
  return SCARD_S_SUCCESS;
}

LONG
SCardReleaseContext (SCARDCONTEXT context)
{
  service.contexts--;
  return SCARD_S_SUCCESS;
}

LONG
SCardListReaders (SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD size)
{
  static const char all[] = OTHER "\0" NAME "\0";

  g_assert_cmpuint (*size, >=, sizeof all);
  memcpy (names, all, sizeof all);
  *size = sizeof all;
  return SCARD_S_SUCCESS;
}

static LONG
reset (gboolean warm, LPDWORD protocol)
{
  g_autoptr (GBytes) bytes = NULL;
  ChipAtr atr;

  service.powered = FALSE;
  if (!service.present)
    return SCARD_E_NO_SMARTCARD;
  bytes = service.card.end.reset (service.card.end.ctx, warm);
  if (bytes == NULL)
    return SCARD_W_UNRESPONSIVE_CARD;
  service.cold += warm ? 0 : 1;
  service.warm += warm ? 1 : 0;
  service.powered = TRUE;
  service.protocol
      = chip_atr_read (base_bytes_span (bytes), &atr, NULL) && atr.protocol == 1 ? 1 : 0;
  *protocol = service.protocol == 1 ? SCARD_PROTOCOL_T1 : SCARD_PROTOCOL_T0;
  training_t0_reset (&service.t0);
  return SCARD_S_SUCCESS;
}

LONG
SCardConnect (SCARDCONTEXT context,
              LPCSTR reader,
              DWORD share,
              DWORD protocols,
              LPSCARDHANDLE handle,
              LPDWORD protocol)
{
  LONG code;

  if (share == SCARD_SHARE_DIRECT)
    {
      service.handles++;
      *handle = strcmp (reader, NAME) == 0 ? 2 : 1;
      return SCARD_S_SUCCESS;
    }
  g_assert_cmpstr (reader, ==, NAME);
  g_assert_cmpuint (share, ==, SCARD_SHARE_EXCLUSIVE);
  code = reset (FALSE, protocol);
  service.handles += code == SCARD_S_SUCCESS ? 1 : 0;
  *handle = 3;
  return code;
}

LONG
SCardReconnect (SCARDHANDLE handle,
                DWORD share,
                DWORD protocols,
                DWORD initialization,
                LPDWORD protocol)
{
  LONG next = service.next_reset;

  service.next_reset = SCARD_S_SUCCESS;
  if (next != SCARD_S_SUCCESS)
    return next;
  return reset (initialization == SCARD_RESET_CARD, protocol);
}

LONG
SCardDisconnect (SCARDHANDLE handle, DWORD disposition)
{
  service.handles--;
  if (disposition == SCARD_UNPOWER_CARD)
    service.powered = FALSE;
  return SCARD_S_SUCCESS;
}

LONG
SCardGetAttrib (SCARDHANDLE handle, DWORD attribute, LPBYTE value, LPDWORD size)
{
  const guint32 channel = handle == 2 ? service.channel : 0x00200105;

  if (!service.places || attribute != SCARD_ATTR_CHANNEL_ID)
    return SCARD_E_UNSUPPORTED_FEATURE;
  memcpy (value, &channel, sizeof channel);
  return SCARD_S_SUCCESS;
}

LONG
SCardStatus (SCARDHANDLE handle,
             LPSTR names,
             LPDWORD names_size,
             LPDWORD state,
             LPDWORD protocol,
             LPBYTE atr,
             LPDWORD atr_size)
{
  g_autoptr (GBytes) bytes = service.card.end.reset (service.card.end.ctx, service.warm > 0);

  memcpy (atr, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  *atr_size = g_bytes_get_size (bytes);
  return SCARD_S_SUCCESS;
}

LONG
SCardGetStatusChange (SCARDCONTEXT context,
                      DWORD timeout_ms,
                      SCARD_READERSTATE *states,
                      DWORD count)
{
  DWORD now = service.present ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY;

  g_assert_cmpuint (count, ==, 1);
  if (!service.runs)
    return SCARD_E_NO_SERVICE;
  if (states->dwCurrentState == now)
    {
      g_usleep (timeout_ms * 1000);
      return SCARD_E_TIMEOUT;
    }
  states->dwEventState = now | SCARD_STATE_CHANGED;
  return SCARD_S_SUCCESS;
}

LONG
SCardTransmit (SCARDHANDLE handle,
               const SCARD_IO_REQUEST *way,
               LPCBYTE command,
               DWORD command_size,
               SCARD_IO_REQUEST *answer_way,
               LPBYTE answer,
               LPDWORD answer_size)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  LONG next = service.next;
  gboolean good;

  service.next = SCARD_S_SUCCESS;
  if (!service.present)
    return SCARD_W_REMOVED_CARD;
  if (next != SCARD_S_SUCCESS)
    return next;
  g_assert_cmpuint (way->dwProtocol, ==,
                    service.protocol == 1 ? SCARD_PROTOCOL_T1 : SCARD_PROTOCOL_T0);
  good = service.protocol == 0 ? training_t0_exchange (&service.t0, &service.card.end,
                                                       BASE_SPAN (command, command_size), out)
                               : service.card.end.transmit (service.card.end.ctx,
                                                            BASE_SPAN (command, command_size), out);
  if (!good)
    return SCARD_E_NOT_TRANSACTED;
  g_assert_cmpuint (out->len, <=, *answer_size);
  memcpy (answer, out->data, out->len);
  *answer_size = out->len;
  return SCARD_S_SUCCESS;
}

/* ---- Its pad ---- */

#  define CODE_VERIFY 0x42000D06
#  define CODE_PROPERTIES 0x42000D0A

static LONG
give (const guint8 *bytes, gsize size, LPVOID out, DWORD room, LPDWORD out_size)
{
  g_assert_cmpuint (size, <=, room);
  memcpy (out, bytes, size);
  *out_size = size;
  return SCARD_S_SUCCESS;
}

static LONG
give_status (guint16 status, LPVOID out, DWORD room, LPDWORD out_size)
{
  const guint8 bytes[] = { (guint8)(status >> 8), (guint8)status };

  return give (bytes, sizeof bytes, out, room, out_size);
}

/* The structure of part 10, byte by byte; the digits are the driver's affair. */
static LONG
carry_out (const guint8 *order, gsize size, LPVOID out, DWORD room, LPDWORD out_size)
{
  static const guint8 head[]
      = { 25,   25,   0x89, 0x47, 0x04, 0x0C, 0x04, 0x02, 0xAA, 0x09, 0x04, 0x00,
          0x00, 0x00, 0x00, 13,   0x00, 0x00, 0x00, 0x00, 0x20, 0x00, 0x80, 0x08 };
  g_autoptr (GByteArray) command = g_byte_array_new ();
  g_autoptr (GByteArray) answer = g_byte_array_new ();

  service.orders++;
  g_assert_cmpuint (size, ==, sizeof head + 8);
  for (gsize i = 0; i < sizeof head; i++)
    if (head[i] != 0xAA)
      g_assert_cmphex (order[i], ==, head[i]);
  if (service.next_order != SCARD_S_SUCCESS)
    return service.next_order;
  if ((order[8] == 1) != service.display)
    return give_status (0x6B80, out, room, out_size);
  if (service.digits == NULL || service.digits[0] == '\0')
    return give_status (service.digits == NULL ? 0x6401 : 0x6400, out, room, out_size);
  g_byte_array_append (command, order + 19, 13);
  command->data[5] = (guint8)(0x20 | strlen (service.digits));
  for (guint i = 0; i < 2; i++)
    command->data[6 + i]
        = (guint8)((service.digits[2 * i] - '0') << 4 | (service.digits[2 * i + 1] - '0'));
  g_assert_true (service.card.end.transmit (service.card.end.ctx,
                                            BASE_SPAN (command->data, command->len), answer));
  return give (answer->data, answer->len, out, room, out_size);
}

LONG
SCardControl (SCARDHANDLE handle,
              DWORD code,
              LPCVOID in,
              DWORD in_size,
              LPVOID out,
              DWORD room,
              LPDWORD out_size)
{
  static const guint8 features[] = { 0x12, 4,    0x42, 0,    0x0D, 0x12, 0x06, 4,    0x42,
                                     0,    0x0D, 0x06, 0x0A, 4,    0x42, 0,    0x0D, 0x0A };
  const guint8 properties[]
      = { service.announces_display ? 0x10 : 0, service.announces_display ? 0x02 : 0, 7, 0 };

  if (code == CM_IOCTL_GET_FEATURE_REQUEST)
    return give (features, service.pad ? sizeof features : 6, out, room, out_size);
  g_assert_true (service.pad);
  if (code == CODE_PROPERTIES)
    return give (properties, sizeof properties, out, room, out_size);
  g_assert_cmphex (code, ==, CODE_VERIFY);
  g_assert_cmpint (handle, ==, 3);
  return carry_out (in, in_size, out, room, out_size);
}

/* ---- The tests ---- */

static void
daemon_init (ChipTesting *testing, const char *atr)
{
  memset (&service, 0, sizeof service);
  chip_testing_init (testing, "busy", NULL);
  chip_testing_card_init (&service.card, atr);
  service.runs = service.places = TRUE;
  service.present = atr != NULL;
  service.channel
      = 0x00200000u | (guint32)testing->entry->usb->bus << 8 | testing->entry->usb->address;
}

static void
daemon_clear (ChipTesting *testing)
{
  g_assert_cmpuint (service.contexts, ==, 0);
  g_assert_cmpuint (service.handles, ==, 0);
  g_assert_false (service.powered);
  training_t0_reset (&service.t0);
  chip_testing_card_clear (&service.card);
  chip_testing_clear (testing);
}

static void
test_commands (gconstpointer data)
{
  ChipTesting testing;
  ChipReader *reader;

  daemon_init (&testing, data);
  reader = chip_testing_open (&testing);
  g_assert_cmpstr (chip_reader_way (reader), ==, "pcsc");
  g_assert_false (chip_reader_has_pad (reader));
  g_assert_cmpuint (service.warm, ==, 0);
  chip_testing_ask (reader, "001E0000", "9000");
  chip_testing_ask (reader, "00A4040005A00000033300", "33030000A09000");
  chip_testing_ask (reader, "0082000002AABB", "9000");
  chip_testing_ask (reader, "00CA040001AA00", "000102036283");
  chip_testing_ask (reader, "00B2050C00", "00010203049000");
  g_assert_cmpuint (service.card.count, ==, 5);
  chip_reader_free (reader);
  daemon_clear (&testing);
}

static void
assert_try (ChipReader *reader, const char *command, const char *word)
{
  g_autofree char *answer = NULL;

  g_assert_cmpstr (chip_line_word (chip_testing_try (reader, command, &answer)), ==, word);
}

static void
test_faults (void)
{
  ChipTesting testing;
  ChipReader *reader;
  ChipAtr atr;

  daemon_init (&testing, CHIP_TESTING_T1);
  reader = chip_testing_open (&testing);
  assert_try (reader, "00FF0000", "mute");
  service.next = SCARD_E_READER_UNAVAILABLE;
  assert_try (reader, "001E0000", "gone");
  service.next = SCARD_F_COMM_ERROR;
  assert_try (reader, "001E0000", "mute");
  service.present = FALSE;
  assert_try (reader, "001E0000", "removed");
  g_assert_cmpint (chip_reader_wait_removal (reader, g_get_monotonic_time () + SECOND, NULL), ==,
                   CHIP_DONE);
  g_assert_cmpint (chip_reader_power_on (reader, &atr, NULL), ==, CHIP_NO_CARD);
  g_assert_cmpint (chip_reader_wait_card (reader, g_get_monotonic_time () + SECOND / 2, NULL), ==,
                   CHIP_TIMED_OUT);
  service.runs = FALSE;
  g_assert_cmpint (chip_reader_wait_card (reader, g_get_monotonic_time () + SECOND / 2, NULL), ==,
                   CHIP_GONE);
  chip_reader_free (reader);
  daemon_clear (&testing);
}

/* A warm reset where the first answer isn't a payment card's. */
static void
test_warm (void)
{
  ChipTesting testing;
  ChipReader *reader;

  daemon_init (&testing, "3B00");
  service.card.warm_atr = CHIP_TESTING_T0;
  reader = chip_testing_open (&testing);
  g_assert_cmpuint (service.warm, ==, 1);
  chip_reader_free (reader);
  daemon_clear (&testing);
}

/* A chip whose reset fails is let go, for others and for its next try, which is cold again. */
static void
test_let_go (void)
{
  ChipTesting testing;
  ChipReader *reader;
  ChipAtr atr;

  daemon_init (&testing, CHIP_TESTING_T0);
  reader = chip_reader_open (training_usb_bus_bus (testing.bus), testing.entry, NULL);
  service.next_reset = SCARD_F_COMM_ERROR;
  g_assert_cmpint (chip_reader_power_on (reader, &atr, NULL), ==, CHIP_MUTE);
  g_assert_cmpuint (service.handles, ==, 0);
  g_assert_cmpint (chip_reader_power_on (reader, &atr, NULL), ==, CHIP_DONE);
  g_assert_cmpuint (service.warm, ==, 0);
  chip_reader_free (reader);
  daemon_clear (&testing);
}

static void
test_which (void)
{
  ChipTesting testing;
  g_autoptr (ChipPcsc) named = NULL;
  g_autoptr (GError) none = NULL, elsewhere = NULL;

  daemon_init (&testing, CHIP_TESTING_T0);
  service.channel = 0x00200106;
  g_assert_null (chip_pcsc_open (testing.entry, &elsewhere));
  g_assert_error (elsewhere, DEVICE_ERROR, DEVICE_ERROR_BUSY);
  service.places = FALSE;
  named = chip_pcsc_open (testing.entry, NULL);
  g_assert_nonnull (named);
  g_clear_pointer (&named, chip_pcsc_free);
  service.runs = FALSE;
  g_assert_null (chip_reader_open (training_usb_bus_bus (testing.bus), testing.entry, &none));
  g_assert_error (none, DEVICE_ERROR, DEVICE_ERROR_BUSY);
  daemon_clear (&testing);
}

typedef struct
{
  const char *digits;
  gboolean display, announces;
  LONG next;
  ChipPin pin;
  guint16 status;
  guint orders;
} Pin;

static const Pin pins[] = {
  { "1234", FALSE, FALSE, SCARD_S_SUCCESS, CHIP_PIN_SENT, 0x9000, 1 },
  { "1234", TRUE, TRUE, SCARD_S_SUCCESS, CHIP_PIN_SENT, 0x9000, 1 },
  { "1234", FALSE, TRUE, SCARD_S_SUCCESS, CHIP_PIN_SENT, 0x9000, 2 },
  { "1234", TRUE, FALSE, SCARD_S_SUCCESS, CHIP_PIN_SENT, 0x9000, 2 },
  { "4321", FALSE, FALSE, SCARD_S_SUCCESS, CHIP_PIN_SENT, 0x63C2, 1 },
  { "", FALSE, FALSE, SCARD_S_SUCCESS, CHIP_PIN_TIMED_OUT, 0x6400, 1 },
  { NULL, FALSE, FALSE, SCARD_S_SUCCESS, CHIP_PIN_CANCELLED, 0x6401, 1 },
  { "1234", FALSE, FALSE, SCARD_E_UNSUPPORTED_FEATURE, CHIP_PIN_NONE, 0, 1 },
  { "1234", FALSE, FALSE, SCARD_E_READER_UNAVAILABLE, CHIP_PIN_NONE, 0, 1 },
};

static void
test_pad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pins); i++)
    {
      ChipTesting testing;
      ChipReader *reader;
      ChipOutcome outcome;
      guint16 status;

      daemon_init (&testing, CHIP_TESTING_T0);
      service.pad = TRUE;
      service.display = pins[i].display;
      service.announces_display = pins[i].announces;
      service.digits = pins[i].digits;
      reader = chip_testing_open (&testing);
      g_assert_true (chip_reader_has_pad (reader));
      g_assert_nonnull (strstr (chip_reader_identity (reader), " pcsc "));
      service.next_order = pins[i].next;
      g_assert_cmpint (chip_reader_verify_pin (reader, &status, &outcome), ==, pins[i].pin);
      g_assert_cmphex (status, ==, pins[i].status);
      g_assert_cmpuint (service.orders, ==, pins[i].orders);
      if (pins[i].next == SCARD_E_READER_UNAVAILABLE)
        g_assert_cmpint (outcome, ==, CHIP_GONE);
      chip_reader_free (reader);
      daemon_clear (&testing);
    }
}

/* One that is known for a pad that isn't safe keeps none, whatever its driver says. */
static void
test_known_liar (void)
{
  ChipTesting testing;
  ChipPcsc *pcsc;

  daemon_init (&testing, CHIP_TESTING_T0);
  service.pad = TRUE;
  testing.entry->usb->vendor = 0x25DD;
  testing.entry->usb->product = 0x3111;
  pcsc = chip_pcsc_open (testing.entry, NULL);
  g_assert_false (chip_pcsc_has_pad (pcsc));
  chip_pcsc_free (pcsc);
  daemon_clear (&testing);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip/pcsc/pad", test_pad);
  g_test_add_func ("/chip/pcsc/known-liar", test_known_liar);
  g_test_add_data_func ("/chip/pcsc/commands/t0", CHIP_TESTING_T0, test_commands);
  g_test_add_data_func ("/chip/pcsc/commands/t1", CHIP_TESTING_T1, test_commands);
  g_test_add_func ("/chip/pcsc/faults", test_faults);
  g_test_add_func ("/chip/pcsc/warm", test_warm);
  g_test_add_func ("/chip/pcsc/let-go", test_let_go);
  g_test_add_func ("/chip/pcsc/which", test_which);
  return g_test_run ();
}

#else

static void
test_without (void)
{
  ChipTesting testing;
  g_autoptr (GError) error = NULL;

  chip_testing_init (&testing, "busy", NULL);
  g_assert_null (chip_reader_open (training_usb_bus_bus (testing.bus), testing.entry, &error));
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_BUSY);
  chip_testing_clear (&testing);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip/pcsc/without", test_without);
  return g_test_run ();
}

#endif
