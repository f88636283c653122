/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-umockdev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <pty.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define SETUP_SIZE 8
#define BUS 1
#define CAPABILITIES                                                                               \
  (USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION | USBDEVFS_CAP_NO_PACKET_SIZE_LIM     \
   | USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_REAP_AFTER_DISCONNECT)

/* A transfer (URB) that the client has submitted. */
typedef struct
{
  UMockdevIoctlData *urb;
  gulong client_address;
  UMockdevIoctlClient *client; /* an open file of some program; compared only */
  gsize moved;
} Transfer;

/* The way from umockdev's thread to a node. The open files of programs and the handler that serves
 * them outlive the node or end while it is freed, so each of them holds this instead. Counted. */
typedef struct
{
  GMutex lock;            /* taken before the device's */
  TrainingUmockdev *node; /* NULL: freed */
} Door;

struct _TrainingUmockdev
{
  UMockdevTestbed *testbed;
  TrainingDevice *device;
  UMockdevIoctlBase *handler;
  Door *door;
  guint port;
  GBytes *descriptors;
  const char *driver;
  gboolean driver_bound;
  guint detach_count;
  gboolean events;
  char *node;
  char *sys;
  int master, slave; /* of the pty that stands for the node, so that poll() behaves */
  gboolean plugged;
  gboolean flowing; /* the pty lets poll() say "ready" */
  gboolean pumping, pump_again;
  UMockdevIoctlClient *claimer; /* compared only */
  GQueue flying;
  GQueue done;
};

static struct usbdevfs_urb *
urb_of (Transfer *transfer)
{
  return (struct usbdevfs_urb *)(void *)transfer->urb->data;
}

/* usbfs is ready for output when a transfer can be reaped. A pty slave says so on demand: stopped
 * output is not ready, going output is, and a closed master is POLLERR, which is what an unplug
 * looks like. */
static void
update_poll (TrainingUmockdev *self)
{
  gboolean flow = !g_queue_is_empty (&self->done);

  if (!self->plugged || flow == self->flowing)
    return;
  tcflow (self->slave, flow ? TCOON : TCOOFF);
  self->flowing = flow;
}

static void
finish (TrainingUmockdev *self, Transfer *transfer, int status)
{
  struct usbdevfs_urb *urb = urb_of (transfer);

  urb->status = status;
  urb->actual_length = (int)transfer->moved;
  g_queue_remove (&self->flying, transfer);
  g_queue_push_tail (&self->done, transfer);
}

static void
do_control (TrainingUmockdev *self, Transfer *transfer)
{
  struct usbdevfs_urb *urb = urb_of (transfer);
  guint8 *bytes = urb->buffer;
  UsbSetup setup;
  UsbBuffer buffer;
  BaseReader reader;
  guint16 length;

  base_reader_init (&reader, BASE_SPAN (bytes, (gsize)urb->buffer_length));
  if (!base_reader_u8 (&reader, &setup.request_type) || !base_reader_u8 (&reader, &setup.request)
      || !base_reader_u16le (&reader, &setup.value) || !base_reader_u16le (&reader, &setup.index)
      || !base_reader_u16le (&reader, &length) || base_reader_left (&reader) < length)
    {
      finish (self, transfer, -EINVAL);
      return;
    }
  buffer = (UsbBuffer){ bytes + SETUP_SIZE, length, 0 };
  if (training_device_control (self->device, &setup, &buffer) == TRAINING_TRANSFER_STALL)
    {
      finish (self, transfer, -EPIPE);
      return;
    }
  transfer->moved = buffer.filled;
  finish (self, transfer, 0);
}

static void
do_data (TrainingUmockdev *self, Transfer *transfer)
{
  struct usbdevfs_urb *urb = urb_of (transfer);
  TrainingTransfer result;
  gsize size = (gsize)urb->buffer_length, taken = 0;
  guint8 *bytes = urb->buffer;

  if (urb->endpoint & 0x80)
    {
      UsbBuffer buffer = { bytes, size, 0 };

      result = training_device_in (self->device, urb->endpoint, &buffer);
      taken = buffer.filled;
    }
  else
    result
        = training_device_out (self->device, urb->endpoint,
                               BASE_SPAN (bytes + transfer->moved, size - transfer->moved), &taken);
  transfer->moved += taken;
  if (result == TRAINING_TRANSFER_DONE)
    finish (self, transfer, 0);
  else if (result == TRAINING_TRANSFER_STALL)
    finish (self, transfer, -EPIPE);
}

/* Offers every flying transfer to the device, again as long as one of them changes it. Device lock
 * held. */
static void
pump (TrainingUmockdev *self)
{
  self->pump_again = TRUE;
  if (self->pumping)
    return;
  self->pumping = TRUE;
  while (self->pump_again)
    {
      self->pump_again = FALSE;
      for (GList *link = self->flying.head, *next; link != NULL; link = next)
        {
          next = link->next;
          do_data (self, link->data);
        }
    }
  self->pumping = FALSE;
  update_poll (self);
}

static void
on_device_changed_cb (TrainingDevice *device, gpointer data)
{
  TrainingUmockdev *self = data;

  if (self->plugged)
    pump (self);
}

static long
submit (TrainingUmockdev *self, UMockdevIoctlClient *client, UMockdevIoctlData *argument)
{
  UMockdevIoctlData *data
      = umockdev_ioctl_data_resolve (argument, 0, sizeof (struct usbdevfs_urb), NULL);
  struct usbdevfs_urb *urb = data != NULL ? (struct usbdevfs_urb *)(void *)data->data : NULL;
  Transfer *transfer;

  if (urb == NULL || urb->buffer_length < 0
      || g_queue_get_length (&self->flying) >= TRAINING_UMOCKDEV_TRANSFERS_MAX)
    return -EINVAL;
  if (urb->buffer_length > 0)
    umockdev_ioctl_data_resolve (data, G_STRUCT_OFFSET (struct usbdevfs_urb, buffer),
                                 (gsize)urb->buffer_length, NULL);
  transfer = g_new0 (Transfer, 1);
  transfer->urb = g_object_ref (data);
  transfer->client = client;
  transfer->client_address = data->client_addr;
  g_queue_push_tail (&self->flying, transfer);
  if (urb->type == USBDEVFS_URB_TYPE_CONTROL)
    do_control (self, transfer);
  pump (self);
  return 0;
}

static void
free_transfer (Transfer *transfer)
{
  g_object_unref (transfer->urb);
  g_free (transfer);
}

/* As the kernel does it: an open file gets back its own transfers, never those of another that has
 * the same device open. */
static Transfer *
take_done (TrainingUmockdev *self, UMockdevIoctlClient *client)
{
  for (GList *link = self->done.head; link != NULL; link = link->next)
    {
      Transfer *transfer = link->data;

      if (transfer->client != client)
        continue;
      g_queue_delete_link (&self->done, link);
      return transfer;
    }
  return NULL;
}

static long
reap (TrainingUmockdev *self, UMockdevIoctlClient *client, UMockdevIoctlData *argument)
{
  Transfer *transfer = take_done (self, client);
  UMockdevIoctlData *pointer;

  if (transfer == NULL)
    return self->plugged ? -EAGAIN : -ENODEV;
  pointer = umockdev_ioctl_data_resolve (argument, 0, sizeof (gpointer), NULL);
  umockdev_ioctl_data_set_ptr (pointer, 0, transfer->urb);
  free_transfer (transfer);
  update_poll (self);
  return 0;
}

static long
discard (TrainingUmockdev *self, UMockdevIoctlData *argument)
{
  gulong address = *(gulong *)(void *)argument->data;

  for (GList *link = self->flying.head; link != NULL; link = link->next)
    {
      Transfer *transfer = link->data;

      if (transfer->client_address != address)
        continue;
      if (urb_of (transfer)->endpoint & 0x80)
        training_device_in_ended (self->device, urb_of (transfer)->endpoint);
      finish (self, transfer, -ENOENT);
      update_poll (self);
      return 0;
    }
  return -EINVAL;
}

static long
claim (TrainingUmockdev *self, UMockdevIoctlClient *client, gboolean detach)
{
  UsbOutcome outcome;

  if (self->driver_bound && detach)
    {
      self->driver_bound = FALSE;
      self->detach_count++;
    }
  if (self->driver_bound)
    return -EBUSY;
  outcome = training_device_claim (self->device);
  if (outcome == USB_OUTCOME_DONE)
    self->claimer = client;
  return outcome == USB_OUTCOME_DONE ? 0 : outcome == USB_OUTCOME_BUSY ? -EBUSY : -ENODEV;
}

static long
get_driver (TrainingUmockdev *self, UMockdevIoctlData *argument)
{
  UMockdevIoctlData *data
      = umockdev_ioctl_data_resolve (argument, 0, sizeof (struct usbdevfs_getdriver), NULL);
  struct usbdevfs_getdriver *driver = (struct usbdevfs_getdriver *)(void *)data->data;

  if (!self->driver_bound && !training_device_is_claimed (self->device))
    return -ENODATA;
  g_strlcpy (driver->driver, self->driver_bound ? self->driver : "usbfs", sizeof driver->driver);
  return 0;
}

/* DISCONNECT takes the kernel's driver off, CONNECT lets it come back. */
static long
drive (TrainingUmockdev *self, UMockdevIoctlData *argument)
{
  UMockdevIoctlData *data
      = umockdev_ioctl_data_resolve (argument, 0, sizeof (struct usbdevfs_ioctl), NULL);
  struct usbdevfs_ioctl *command = (struct usbdevfs_ioctl *)(void *)data->data;

  if (command->ioctl_code == (int)USBDEVFS_DISCONNECT)
    {
      if (!self->driver_bound)
        return -ENODATA;
      self->driver_bound = FALSE;
      self->detach_count++;
      return 0;
    }
  if (command->ioctl_code != (int)USBDEVFS_CONNECT)
    return -ENOTTY;
  if (training_device_is_claimed (self->device))
    return -EBUSY;
  if (self->driver == NULL)
    return -ENODATA;
  self->driver_bound = TRUE;
  return 0;
}

static guint
read_number (UMockdevIoctlData *argument)
{
  return *(guint32 *)(void *)umockdev_ioctl_data_resolve (argument, 0, sizeof (guint32), NULL)
              ->data;
}

static long
answer_capabilities (UMockdevIoctlData *argument)
{
  UMockdevIoctlData *data = umockdev_ioctl_data_resolve (argument, 0, sizeof (guint32), NULL);

  *(guint32 *)(void *)data->data = CAPABILITIES;
  return 0;
}

/* What the node's file descriptor answers: the result, or a negated errno. Device lock held. */
static long
handle (TrainingUmockdev *self,
        UMockdevIoctlClient *client,
        gulong request,
        UMockdevIoctlData *argument)
{
  switch ((guint32)request)
    {
    case (guint32)USBDEVFS_REAPURB:
    case (guint32)USBDEVFS_REAPURBNDELAY:
      return reap (self, client, argument);
    default:
      if (!self->plugged)
        return -ENODEV;
      break;
    }
  switch ((guint32)request)
    {
    case (guint32)USBDEVFS_GET_CAPABILITIES:
      return answer_capabilities (argument);
    case (guint32)USBDEVFS_SUBMITURB:
      return submit (self, client, argument);
    case (guint32)USBDEVFS_DISCARDURB:
      return discard (self, argument);
    case (guint32)USBDEVFS_CLAIMINTERFACE:
      return claim (self, client, FALSE);
    case (guint32)USBDEVFS_DISCONNECT_CLAIM:
      return claim (self, client, TRUE);
    case (guint32)USBDEVFS_RELEASEINTERFACE:
      training_device_release (self->device);
      return 0;
    case (guint32)USBDEVFS_GETDRIVER:
      return get_driver (self, argument);
    case (guint32)USBDEVFS_IOCTL:
      return drive (self, argument);
    case (guint32)USBDEVFS_CLEAR_HALT:
      training_device_set_stalled (self->device, (guint8)read_number (argument), FALSE);
      return 0;
    case (guint32)USBDEVFS_SETCONFIGURATION:
    case (guint32)USBDEVFS_SETINTERFACE:
    case (guint32)USBDEVFS_RESETEP:
    case (guint32)USBDEVFS_RESET:
      return 0;
    case (guint32)USBDEVFS_GET_SPEED:
      return 3;
    default:
      return -ENOTTY;
    }
}

/* Both locks are held from here to leave(); NULL, and none held: the node is gone. */
static TrainingUmockdev *
enter (Door *door)
{
  TrainingUmockdev *self;

  g_mutex_lock (&door->lock);
  self = door->node;
  if (self != NULL)
    training_device_lock (self->device);
  else
    g_mutex_unlock (&door->lock);
  return self;
}

static void
leave (Door *door)
{
  training_device_unlock (door->node->device);
  g_mutex_unlock (&door->lock);
}

static gboolean
on_handler_ioctl_cb (UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer data)
{
  TrainingUmockdev *self = enter (data);
  UMockdevIoctlData *argument = umockdev_ioctl_client_get_arg (client);
  long result = -ENODEV;

  if (self != NULL)
    {
      result = handle (self, client, umockdev_ioctl_client_get_request (client), argument);
      leave (data);
    }
  umockdev_ioctl_client_complete (client, result < 0 ? -1 : result, result < 0 ? (int)-result : 0);
  return TRUE;
}

static void
drop_transfers (GQueue *queue, UMockdevIoctlClient *client)
{
  for (GList *link = queue->head, *next; link != NULL; link = next)
    {
      Transfer *transfer = link->data;

      next = link->next;
      if (transfer->client != client)
        continue;
      g_queue_delete_link (queue, link);
      free_transfer (transfer);
    }
}

/* A program that closes the node, or dies, leaves nothing claimed and nothing in flight, as with
 * the kernel's own. umockdev sends no signal for it; the client object of an open file just ends.
 */
static void
forget_client (TrainingUmockdev *self, UMockdevIoctlClient *client)
{
  drop_transfers (&self->flying, client);
  drop_transfers (&self->done, client);
  if (self->claimer == client)
    {
      training_device_release (self->device);
      self->claimer = NULL;
    }
  update_poll (self);
}

static void
clear_door (gpointer data)
{
  Door *door = data;

  g_mutex_clear (&door->lock);
}

static void
on_client_gone_cb (gpointer data, GObject *where_it_was)
{
  TrainingUmockdev *self = enter (data);

  if (self != NULL)
    {
      forget_client (self, (UMockdevIoctlClient *)(void *)where_it_was);
      leave (data);
    }
  g_atomic_rc_box_release_full (data, clear_door);
}

static void
on_handler_client_cb (UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer data)
{
  g_object_weak_ref (G_OBJECT (client), on_client_gone_cb, g_atomic_rc_box_acquire (data));
}

static void
on_handler_gone_cb (gpointer data, GClosure *closure)
{
  g_atomic_rc_box_release_full (data, clear_door);
}

static void
connect_handler (TrainingUmockdev *self)
{
  self->door = g_atomic_rc_box_new0 (Door);
  g_mutex_init (&self->door->lock);
  self->door->node = self;
  self->handler = umockdev_ioctl_base_new ();
  g_signal_connect_data (self->handler, "handle-ioctl", G_CALLBACK (on_handler_ioctl_cb),
                         g_atomic_rc_box_acquire (self->door), on_handler_gone_cb, G_CONNECT_AFTER);
  g_signal_connect_data (self->handler, "client-connected", G_CALLBACK (on_handler_client_cb),
                         g_atomic_rc_box_acquire (self->door), on_handler_gone_cb, 0);
}

static void
close_door (TrainingUmockdev *self)
{
  g_mutex_lock (&self->door->lock);
  self->door->node = NULL;
  g_mutex_unlock (&self->door->lock);
  g_atomic_rc_box_release_full (self->door, clear_door);
}

TrainingUmockdev *
training_umockdev_new (UMockdevTestbed *testbed, TrainingDevice *device, guint port)
{
  TrainingUmockdev *self = g_new0 (TrainingUmockdev, 1);

  self->testbed = testbed;
  self->device = device;
  self->port = port;
  self->events = TRUE;
  self->master = self->slave = -1;
  g_queue_init (&self->flying);
  g_queue_init (&self->done);
  connect_handler (self);
  return self;
}

void
training_umockdev_free (TrainingUmockdev *self)
{
  if (self == NULL)
    return;
  training_umockdev_unplug (self);
  close_door (self);
  g_object_unref (self->handler);
  g_queue_clear_full (&self->done, (GDestroyNotify)free_transfer);
  g_clear_pointer (&self->descriptors, g_bytes_unref);
  g_free (self->node);
  g_free (self->sys);
  g_free (self);
}

/* Its slave's name; NULL when the system has none left. */
static char *
open_pty (TrainingUmockdev *self)
{
  char name[128];
  struct termios mode;

  if (openpty (&self->master, &self->slave, name, NULL, NULL) != 0)
    return NULL;
  fcntl (self->master, F_SETFD, FD_CLOEXEC);
  fcntl (self->slave, F_SETFD, FD_CLOEXEC);
  tcgetattr (self->slave, &mode);
  cfmakeraw (&mode);
  tcsetattr (self->slave, TCSANOW, &mode);
  tcflow (self->slave, TCOOFF);
  self->flowing = FALSE;
  return g_strdup (name);
}

static char *
node_path (TrainingUmockdev *self)
{
  g_autofree char *root = umockdev_testbed_get_root_dir (self->testbed);

  return g_strconcat (root, self->node, NULL);
}

static gboolean
make_node (TrainingUmockdev *self, GError **error)
{
  g_autofree char *pty = open_pty (self);
  g_autofree char *path = node_path (self);
  g_autofree char *dir = g_path_get_dirname (path);

  if (pty == NULL
      || !umockdev_testbed_attach_ioctl (self->testbed, self->node, self->handler, error))
    return FALSE;
  g_mkdir_with_parents (dir, 0755);
  unlink (path);
  if (symlink (pty, path) == 0)
    return TRUE;
  g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                       "The device node can't be made");
  return FALSE;
}

static char *
describe (TrainingUmockdev *self)
{
  g_autoptr (UsbDevice) info = training_device_info (self->device);
  g_autoptr (GBytes) own = training_device_descriptors (self->device);
  g_autofree char *hex
      = base_bytes_to_hex (base_bytes_span (self->descriptors != NULL ? self->descriptors : own));

  return g_strdup_printf (
      "P: %s\nE: SUBSYSTEM=usb\nE: DRIVER=usb\nE: BUSNUM=%03d\nE: DEVNUM=%03u\nE: DEVNAME=%s\n"
      "E: DEVTYPE=usb_device\nA: bConfigurationValue=1\\n\nA: busnum=%d\\n\nA: devnum=%u\\n\n"
      "A: speed=12\\n\nA: idVendor=%04x\\n\nA: idProduct=%04x\\n\nH: descriptors=%s\n",
      self->sys + strlen ("/sys"), BUS, info->address, self->node, BUS, info->address, info->vendor,
      info->product, hex);
}

gboolean
training_umockdev_plug (TrainingUmockdev *self, GError **error)
{
  g_autofree char *description = NULL;

  g_assert (!self->plugged);
  training_device_lock (self->device);
  training_device_set_plugged (self->device, TRUE);
  g_free (self->node);
  g_free (self->sys);
  self->node
      = g_strdup_printf ("/dev/bus/usb/%03d/%03u", BUS, training_device_address (self->device));
  self->sys = g_strdup_printf ("/sys/devices/usb%d/%d-%u", BUS, BUS, self->port);
  self->driver_bound = self->driver != NULL;
  description = describe (self);
  training_device_set_listener (self->device, on_device_changed_cb, self);
  training_device_unlock (self->device);
  if (!make_node (self, error))
    return FALSE;
  training_device_lock (self->device);
  self->plugged = TRUE;
  training_device_unlock (self->device);
  return umockdev_testbed_add_from_string (self->testbed, description, error);
}

static void
end_transfers (TrainingUmockdev *self)
{
  while (!g_queue_is_empty (&self->flying))
    finish (self, g_queue_peek_head (&self->flying), -ESHUTDOWN);
}

void
training_umockdev_unplug (TrainingUmockdev *self)
{
  g_autofree char *path = NULL;

  if (!self->plugged)
    return;
  training_device_lock (self->device);
  training_device_set_listener (self->device, NULL, NULL);
  end_transfers (self);
  self->plugged = FALSE;
  training_device_set_plugged (self->device, FALSE);
  close (self->slave);
  close (self->master);
  training_device_unlock (self->device);
  path = node_path (self);
  unlink (path);
  if (self->events)
    umockdev_testbed_uevent (self->testbed, self->sys, "remove");
  umockdev_testbed_remove_device (self->testbed, self->sys);
  umockdev_testbed_detach_ioctl (self->testbed, self->node, NULL);
}

void
training_umockdev_set_descriptors (TrainingUmockdev *self, BaseSpan descriptors)
{
  g_clear_pointer (&self->descriptors, g_bytes_unref);
  self->descriptors = g_bytes_new (descriptors.data, descriptors.size);
}

void
training_umockdev_set_events (TrainingUmockdev *self, gboolean events)
{
  self->events = events;
}

void
training_umockdev_set_driver (TrainingUmockdev *self, const char *driver)
{
  self->driver = driver;
}

gboolean
training_umockdev_has_driver (TrainingUmockdev *self)
{
  gboolean bound;

  training_device_lock (self->device);
  bound = self->driver_bound;
  training_device_unlock (self->device);
  return bound;
}

guint
training_umockdev_detach_count (TrainingUmockdev *self)
{
  guint count;

  training_device_lock (self->device);
  count = self->detach_count;
  training_device_unlock (self->device);
  return count;
}
