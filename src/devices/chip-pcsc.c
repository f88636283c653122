/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-pcsc.h"

#include "device-error.h"

#include <glib/gi18n.h>

static void
set_busy (GError **error)
{
  g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_BUSY,
                       _ ("Another program holds the chip reader"));
}

#ifdef HAVE_PCSC

#  include "base-secret.h"
#  include "ccid-quirk.h"
#  include "chip-pin.h"
#  include "chip-t0.h"

#  include <reader.h>
#  include <string.h>
#  include <winscard.h>

#  define READERS_MAX 8192             /* bytes of all names */
#  define CHANNEL_USB 0x00200000u      /* of SCARD_ATTR_CHANNEL_ID; then bus and address */
#  define CODE(code) ((guint32)(code)) /* LONG is wider here, and its codes are 32 bits */
#  define FEATURES_MAX 256
#  define FEATURE_SIZE 4       /* of a control code in the list of features, big-endian */
#  define FEATURE_VERIFY 0x06  /* FEATURE_VERIFY_PIN_DIRECT */
#  define FEATURE_DISPLAY 0x0A /* FEATURE_IFD_PIN_PROPERTIES: wLcdLayout first */
#  define PROPERTIES_SIZE 4
#  define STATUS_BAD_ORDER 0x6B80 /* of the driver, part 10, 2.5.2 */
#  define PROTOCOLS (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)

struct _ChipPcsc
{
  SCARDCONTEXT context;
  gboolean has_context;
  char *reader;
  DWORD seen; /* its state when it was last looked at */
  SCARDHANDLE card;
  gboolean connected;
  DWORD protocol;
  guint32 verify; /* control code of its pad; 0: none */
  gboolean display;
};

static ChipOutcome
outcome_for (LONG code)
{
  switch (CODE (code))
    {
    case CODE (SCARD_S_SUCCESS):
      return CHIP_DONE;
    case CODE (SCARD_E_NO_SMARTCARD):
    case CODE (SCARD_W_REMOVED_CARD):
      return CHIP_NO_CARD;
    case CODE (SCARD_W_UNRESPONSIVE_CARD):
    case CODE (SCARD_W_UNPOWERED_CARD):
    case CODE (SCARD_W_UNSUPPORTED_CARD):
    case CODE (SCARD_W_RESET_CARD):
    case CODE (SCARD_E_NOT_TRANSACTED):
    case CODE (SCARD_E_PROTO_MISMATCH):
    case CODE (SCARD_F_COMM_ERROR):
      return CHIP_MUTE;
    case CODE (SCARD_E_TIMEOUT):
      return CHIP_TIMED_OUT;
    case CODE (SCARD_E_UNKNOWN_READER):
    case CODE (SCARD_E_READER_UNAVAILABLE):
    case CODE (SCARD_E_NO_READERS_AVAILABLE):
    case CODE (SCARD_E_NO_SERVICE):
    case CODE (SCARD_E_SERVICE_STOPPED):
      return CHIP_GONE;
    default:
      return CHIP_FAULT;
    }
}

/* ---- Which reader ---- */

/* Where it hangs, as its driver says. 0: it doesn't. */
static guint32
read_channel (ChipPcsc *self, const char *reader)
{
  SCARDHANDLE handle;
  DWORD protocol, size = sizeof (guint32);
  guint32 channel = 0;

  if (SCardConnect (self->context, reader, SCARD_SHARE_DIRECT, 0, &handle, &protocol)
      != SCARD_S_SUCCESS)
    return 0;
  if (SCardGetAttrib (handle, SCARD_ATTR_CHANNEL_ID, (LPBYTE)&channel, &size) != SCARD_S_SUCCESS)
    channel = 0;
  (void)SCardDisconnect (handle, SCARD_LEAVE_CARD);
  return channel;
}

/* The one at that place of the bus; else one that doesn't say where it is, and has the
 * device's name. */
static char *
choose_reader (ChipPcsc *self, const char *names, const UsbDevice *usb)
{
  const guint32 channel = CHANNEL_USB | (guint32)usb->bus << 8 | usb->address;
  const char *named = NULL;

  for (const char *name = names; name[0] != '\0'; name += strlen (name) + 1)
    {
      guint32 where = read_channel (self, name);

      if (where == channel)
        return g_strdup (name);
      if (where == 0 && named == NULL && usb->model != NULL && strstr (name, usb->model) != NULL)
        named = name;
    }
  return g_strdup (named);
}

static gboolean
find_reader (ChipPcsc *self, const UsbDevice *usb)
{
  g_autofree char *names = g_malloc0 (READERS_MAX + 2);
  DWORD size = READERS_MAX;

  if (SCardEstablishContext (SCARD_SCOPE_SYSTEM, NULL, NULL, &self->context) != SCARD_S_SUCCESS)
    return FALSE;
  self->has_context = TRUE;
  if (SCardListReaders (self->context, NULL, names, &size) != SCARD_S_SUCCESS)
    return FALSE;
  self->reader = choose_reader (self, names, usb);
  return self->reader != NULL;
}

/* ---- Its pad ---- */

/* What the driver can do besides, as tag, length and a control code each (part 10, 2.2). 0: not
 * that. */
static guint32
find_feature (BaseSpan list, guint8 wanted)
{
  BaseReader reader;
  guint8 tag, size;
  guint32 code;
  BaseSpan value;

  base_reader_init (&reader, list);
  while (base_reader_u8 (&reader, &tag) && base_reader_u8 (&reader, &size)
         && base_reader_take (&reader, size, &value))
    {
      BaseReader inner;

      base_reader_init (&inner, value);
      if (tag == wanted && size == FEATURE_SIZE && base_reader_u32be (&inner, &code))
        return code;
    }
  return 0;
}

/* A driver that doesn't say has no display. */
static gboolean
has_display (SCARDHANDLE handle, guint32 code)
{
  guint8 properties[PROPERTIES_SIZE];
  DWORD size = 0;

  return code != 0
         && SCardControl (handle, code, NULL, 0, properties, sizeof properties, &size)
                == SCARD_S_SUCCESS
         && size == sizeof properties && (properties[0] != 0 || properties[1] != 0);
}

static void
look_for_pad (ChipPcsc *self, const UsbDevice *usb)
{
  CcidDescriptor ignored = { 0 };
  guint8 bytes[FEATURES_MAX];
  DWORD protocol, size = 0;
  SCARDHANDLE handle;

  if ((ccid_quirk_apply (usb, &ignored) & CCID_QUIRK_NO_PIN_PAD) != 0
      || SCardConnect (self->context, self->reader, SCARD_SHARE_DIRECT, 0, &handle, &protocol)
             != SCARD_S_SUCCESS)
    return;
  if (SCardControl (handle, CM_IOCTL_GET_FEATURE_REQUEST, NULL, 0, bytes, sizeof bytes, &size)
          == SCARD_S_SUCCESS
      && size <= sizeof bytes)
    {
      self->verify = find_feature (BASE_SPAN (bytes, size), FEATURE_VERIFY);
      self->display = has_display (handle, find_feature (BASE_SPAN (bytes, size), FEATURE_DISPLAY));
    }
  (void)SCardDisconnect (handle, SCARD_LEAVE_CARD);
}

gboolean
chip_pcsc_has_pad (const ChipPcsc *self)
{
  return self->verify != 0;
}

static ChipOutcome
order_pin (ChipPcsc *self, gboolean display, guint16 *out_status)
{
  const ChipPinOrder order = { .display = display };
  guint8 block[CHIP_PIN_ORDER_MAX], answer[CHIP_ANSWER_MAX];
  gsize size = chip_pin_write_pcsc (&order, block);
  DWORD got = 0;
  LONG code
      = SCardControl (self->card, self->verify, block, (DWORD)size, answer, sizeof answer, &got);

  if (code != SCARD_S_SUCCESS)
    return outcome_for (code);
  if (got != 2)
    return CHIP_REFUSED;
  *out_status = (guint16)(answer[0] << 8 | answer[1]);
  return *out_status == STATUS_BAD_ORDER ? CHIP_REFUSED : CHIP_DONE;
}

/* A pad whose display isn't what its driver says refuses the order before anybody typed: then once
 * more the other way. */
ChipOutcome
chip_pcsc_verify (ChipPcsc *self, guint16 *out_status)
{
  ChipOutcome outcome;

  if (!self->connected)
    return CHIP_MUTE;
  outcome = order_pin (self, self->display, out_status);
  if (outcome == CHIP_REFUSED)
    outcome = order_pin (self, !self->display, out_status);
  return outcome;
}

ChipPcsc *
chip_pcsc_open (const DeviceEntry *entry, GError **error)
{
  g_autoptr (ChipPcsc) self = g_new0 (ChipPcsc, 1);

  if (find_reader (self, entry->usb))
    {
      look_for_pad (self, entry->usb);
      return g_steal_pointer (&self);
    }
  set_busy (error);
  return NULL;
}

void
chip_pcsc_free (ChipPcsc *self)
{
  if (self == NULL)
    return;
  chip_pcsc_power_off (self);
  if (self->has_context)
    (void)SCardReleaseContext (self->context);
  g_free (self->reader);
  g_free (self);
}

/* ---- Cards ---- */

static ChipOutcome
look (ChipPcsc *self, DWORD known, guint timeout_ms)
{
  SCARD_READERSTATE state = { .szReader = self->reader, .dwCurrentState = known };
  LONG code = SCardGetStatusChange (self->context, timeout_ms, &state, 1);

  if (code == SCARD_S_SUCCESS)
    self->seen = state.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
  if (code == SCARD_S_SUCCESS
      && (state.dwEventState & (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE)) != 0)
    return CHIP_GONE;
  return outcome_for (code);
}

ChipOutcome
chip_pcsc_status (ChipPcsc *self, gboolean *out_present)
{
  ChipOutcome outcome = look (self, SCARD_STATE_UNAWARE, 0);

  *out_present = outcome == CHIP_DONE && (self->seen & SCARD_STATE_PRESENT) != 0;
  return outcome;
}

ChipOutcome
chip_pcsc_wait_change (ChipPcsc *self, guint timeout_ms)
{
  return look (self, self->seen, timeout_ms);
}

/* pcscd may have given it power before: so the first time its power is taken away once. */
static LONG
reset (ChipPcsc *self)
{
  LONG code;

  if (self->connected)
    return SCardReconnect (self->card, SCARD_SHARE_EXCLUSIVE, PROTOCOLS, SCARD_RESET_CARD,
                           &self->protocol);
  code = SCardConnect (self->context, self->reader, SCARD_SHARE_EXCLUSIVE, PROTOCOLS, &self->card,
                       &self->protocol);
  self->connected = code == SCARD_S_SUCCESS;
  return self->connected ? SCardReconnect (self->card, SCARD_SHARE_EXCLUSIVE, PROTOCOLS,
                                           SCARD_UNPOWER_CARD, &self->protocol)
                         : code;
}

ChipOutcome
chip_pcsc_power_on (ChipPcsc *self, guint8 *atr, gsize *out_size)
{
  BYTE bytes[MAX_ATR_SIZE];
  DWORD size = sizeof bytes, names = 0, state, protocol;
  LONG code = reset (self);

  *out_size = 0;
  if (code == SCARD_S_SUCCESS)
    code = SCardStatus (self->card, NULL, &names, &state, &protocol, bytes, &size);
  if (code != SCARD_S_SUCCESS)
    {
      chip_pcsc_power_off (self);
      return outcome_for (code);
    }
  if (size > CHIP_ATR_MAX)
    return CHIP_MUTE;
  for (DWORD i = 0; i < size; i++)
    atr[i] = bytes[i];
  *out_size = size;
  return CHIP_DONE;
}

void
chip_pcsc_power_off (ChipPcsc *self)
{
  if (self->connected)
    (void)SCardDisconnect (self->card, SCARD_UNPOWER_CARD);
  self->connected = FALSE;
}

static ChipOutcome
exchange (gpointer ctx,
          BaseSpan block,
          guint8 waits,
          guint8 answer[CHIP_BLOCK_MAX],
          gsize *out_size)
{
  ChipPcsc *self = ctx;
  const SCARD_IO_REQUEST *way = self->protocol == SCARD_PROTOCOL_T1 ? SCARD_PCI_T1 : SCARD_PCI_T0;
  DWORD size = CHIP_BLOCK_MAX;
  LONG code = SCardTransmit (self->card, way, block.data, (DWORD)block.size, NULL, answer, &size);

  *out_size = code == SCARD_S_SUCCESS ? size : 0;
  return outcome_for (code);
}

/* With T=0 its own TPDUs go through PC/SC, and 61xx and 6Cxx are ours. */
ChipOutcome
chip_pcsc_transmit (ChipPcsc *self,
                    BaseSpan command,
                    guint8 answer[CHIP_ANSWER_MAX],
                    gsize *out_size)
{
  const ChipLine line = { exchange, self };
  guint8 block[CHIP_BLOCK_MAX];
  ChipOutcome outcome;

  *out_size = 0;
  if (!self->connected)
    return CHIP_MUTE;
  if (self->protocol != SCARD_PROTOCOL_T1)
    return chip_t0_transmit (&line, command, answer, out_size);
  outcome = exchange (self, command, 0, block, out_size);
  if (outcome == CHIP_DONE && (*out_size < 2 || *out_size > CHIP_ANSWER_MAX))
    outcome = CHIP_MUTE;
  if (outcome != CHIP_DONE)
    *out_size = 0;
  for (gsize i = 0; i < *out_size; i++)
    answer[i] = block[i];
  base_secret_wipe (block, sizeof block);
  return outcome;
}

#else

ChipPcsc *
chip_pcsc_open (const DeviceEntry *entry, GError **error)
{
  set_busy (error);
  return NULL;
}

void
chip_pcsc_free (ChipPcsc *self)
{
  g_assert (self == NULL);
}

ChipOutcome
chip_pcsc_status (ChipPcsc *self, gboolean *out_present)
{
  g_assert_not_reached ();
}

ChipOutcome
chip_pcsc_wait_change (ChipPcsc *self, guint timeout_ms)
{
  g_assert_not_reached ();
}

ChipOutcome
chip_pcsc_power_on (ChipPcsc *self, guint8 *atr, gsize *out_size)
{
  g_assert_not_reached ();
}

void
chip_pcsc_power_off (ChipPcsc *self)
{
  g_assert_not_reached ();
}

ChipOutcome
chip_pcsc_transmit (ChipPcsc *self,
                    BaseSpan command,
                    guint8 answer[CHIP_ANSWER_MAX],
                    gsize *out_size)
{
  g_assert_not_reached ();
}

gboolean
chip_pcsc_has_pad (const ChipPcsc *self)
{
  g_assert_not_reached ();
}

ChipOutcome
chip_pcsc_verify (ChipPcsc *self, guint16 *out_status)
{
  g_assert_not_reached ();
}

#endif
