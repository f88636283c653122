/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * No card's number, no track and no key where they don't belong: sells by card online, declined and
 * stored, through stock libusb with the emulated reader in a process of its own, and then searches
 * the data folder, everything that was printed and logged, and the memory of the idle program as a
 * core dump would hold it.
 *
 * The search proves itself first: planted card data must be found, in a file and in a process.
 */
#include "search.h"
#include "subject.h"

#include "base-data.h"
#include "crypto-digest.h"
#include "base-locked.h"
#include "vault-key.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CARDS 3
#define DISCRETIONARY "7204189365172"
#define NAME "HOSTILE/ROBERTA"
#define SEARCHED_MIN (256 * 1024)
#define SCALAR_SIZE 32

static const char *const numbers[CARDS]
    = { "4761739001010119", "5413330089020011", "4539578763621486" };

typedef struct
{
  Subject subject;
  char *swipes, *paper;
  char *wrapper[9];
} Shop;

static Search *
make_card_search (void)
{
  Search *search = search_new ();

  for (guint i = 0; i < CARDS; i++)
    {
      g_autofree char *name = g_strdup_printf ("card number %u", i + 1);

      search_add_digits (search, name, numbers[i]);
    }
  search_add_digits (search, "track data", DISCRETIONARY);
  search_add_text (search, "cardholder's name", NAME);
  return search;
}

/* ---- the search itself ---- */

static void
plant (const char *what, const char *form, gconstpointer bytes, gsize size)
{
  g_autoptr (Search) search = make_card_search ();
  g_autofree guint8 *field = g_malloc0 (4096);

  for (gsize i = 0; i < 4096; i++)
    field[i] = (guint8)(i * 31 + 7);
  g_assert_cmpuint (search_span (search, "field", BASE_SPAN (field, 4096)), ==, 0);
  for (gsize i = 0; i < size; i++)
    field[1000 + i] = ((const guint8 *)bytes)[i];
  g_test_message ("%s as %s", what, form);
  g_assert_cmpuint (search_span (search, "field", BASE_SPAN (field, 4096)), >, 0);
}

static void
test_search_finds (void)
{
  static const guint8 odd[]
      = { 0x16, 0x47, 0x61, 0x73, 0x90, 0x01, 0x01, 0x01, 0x19 }; /* LL, digits */
  static const guint8 shifted[] = { 0x04, 0x76, 0x17, 0x39, 0x00, 0x10, 0x10, 0x11, 0x9D };
  g_autoptr (Search) search = make_card_search ();
  g_autofree gunichar2 *utf16 = g_utf8_to_utf16 (numbers[0], -1, NULL, NULL, NULL);
  g_autofree gunichar *utf32 = g_utf8_to_ucs4 (numbers[0], -1, NULL, NULL, NULL);
  g_autofree char *hex = base_bytes_to_hex (BASE_SPAN_STR (numbers[0]));

  plant ("number", "text", numbers[0], 16);
  plant ("number", "its middle", numbers[1] + 3, 10);
  plant ("number", "UTF-16", utf16, 32);
  plant ("number", "UTF-32", utf32, 64);
  plant ("number", "hexadecimal", hex, 32);
  plant ("number", "BCD", odd, sizeof odd);
  plant ("number", "BCD from a lower half of a byte", shifted, sizeof shifted);
  plant ("track", "text", DISCRETIONARY, strlen (DISCRETIONARY));
  g_assert_cmpuint (search_span (search, "masked", BASE_SPAN_STR ("476173******0119 541333 0011")),
                    ==, 0);
}

static void
test_search_finds_in_process (void)
{
  g_autoptr (Search) search = search_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) sleeper = NULL;
  gsize searched = 0;
  guint found;

  search_add_text (search, "planted", "4539578763621486-in-memory");
  /* Shells keep their arguments in memory. */
  sleeper = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, &error, "sh", "-c",
                              "read line; : \"$0\"", "4539578763621486-in-memory", NULL);
  g_assert_no_error (error);
  found = search_process (search, atoi (g_subprocess_get_identifier (sleeper)), &searched);
  g_subprocess_force_exit (sleeper);
  g_assert_cmpuint (found, >, 0);
}

/* ---- the shop ---- */

static void
shop_begin (Shop *self, const char *reader)
{
  g_autofree char *program = base_data_find_program ("till-usb-bench");
  g_autoptr (GString) swipes = g_string_new (NULL);

  *self = (Shop){ 0 };
  subject_begin (&self->subject, NULL);
  self->swipes
      = g_strconcat (self->subject.dir, "-swipes", NULL); /* beside the folder that is searched */
  self->paper = g_build_filename (self->subject.dir, "paper.bin", NULL);
  for (guint i = 0; i < CARDS; i++)
    g_string_append_printf (swipes, "%%B%s^%s^3012201%s?;%s=3012201%s?\n", numbers[i], NAME,
                            DISCRETIONARY, numbers[i], DISCRETIONARY);
  g_assert_true (g_file_set_contents (self->swipes, swipes->str, -1, NULL));
  g_assert_nonnull (program);
  self->wrapper[0] = g_steal_pointer (&program);
  self->wrapper[1] = g_strdup ("--printer");
  self->wrapper[2] = g_strdup ("--paper");
  self->wrapper[3] = g_strdup (self->paper);
  self->wrapper[4] = g_strdup_printf ("--stripe=%s", reader);
  self->wrapper[5] = g_strdup ("--swipe");
  self->wrapper[6] = g_strdup (self->swipes);
  self->wrapper[7] = g_strdup ("--");
  self->subject.wrapper = (const char *const *)self->wrapper;
  self->subject.devices = "usb";
}

static void
shop_end (Shop *self)
{
  subject_end (&self->subject);
  g_unlink (self->swipes);
  g_free (self->swipes);
  g_free (self->paper);
  for (guint i = 0; i < G_N_ELEMENTS (self->wrapper); i++)
    g_free (self->wrapper[i]);
}

/* Online, declined and stored, each with a card of its own; then the idle program has seen them
 * all. */
static void
sell_all (Shop *self)
{
  subject_must_open (&self->subject);
  subject_expect (&self->subject, "card 1200", "sold * card approved -");
  subject_expect (&self->subject, "card 1251", "sold * card declined declined");
  subject_stop_host (&self->subject, SIGTERM);
  subject_expect (&self->subject, "card 1300", "sold * card stored no-connection");
  subject_expect (&self->subject, "cash 500", "sold * cash approved -");
  subject_expect (&self->subject, "print", "printed");
  subject_expect (&self->subject, "receipts", "*476173******0119*");
  subject_expect (&self->subject, "queue", "record * deferred waiting *");
}

/* Of the program itself, which the bench has started. */
static int
subject_pid (Shop *self)
{
  const char *bench = g_subprocess_get_identifier (self->subject.process);
  g_autofree char *path = g_strdup_printf ("/proc/%s/task/%s/children", bench, bench);
  g_autofree char *children = NULL;

  g_assert_true (g_file_get_contents (path, &children, NULL, NULL));
  g_assert_cmpint (atoi (children), >, 0);
  return atoi (children);
}

/* The private number in PKCS#8 (RFC 5915): behind "version 1, octet string of 32". */
static void
add_private_key (Search *search, const char *pem)
{
  static const guint8 mark[] = { 0x02, 0x01, 0x01, 0x04, SCALAR_SIZE };
  g_auto (GStrv) lines = g_strsplit (pem, "\n", -1);
  g_autoptr (GString) base64 = g_string_new (NULL);
  g_autofree guint8 *der = NULL;
  const guint8 *hit;
  gsize size;

  for (guint i = 0; lines[i] != NULL; i++)
    if (!g_str_has_prefix (lines[i], "-----"))
      {
        g_string_append (base64, lines[i]);
        if (strlen (lines[i]) >= 64)
          search_add_text (search, "line of the client's key", lines[i]);
      }
  der = g_base64_decode (base64->str, &size);
  hit = memmem (der, size, mark, sizeof mark);
  g_assert_nonnull (hit);
  search_add_bytes (search, "client's private key", BASE_SPAN (hit + sizeof mark, SCALAR_SIZE));
}

/* Without needles where a sanitizer has OpenSSL's memory: that is in a dump then. */
static Search *
make_key_search (Shop *self)
{
  Search *search = search_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) key
      = vault_key_open (self->subject.shop, BASE_SPAN_STR (SUBJECT_PASSPHRASE), &error);
  g_autoptr (BaseSecret) seal = NULL;
  g_autoptr (BaseSecret) chain = NULL;
  g_autofree char *mac_path = g_build_filename (self->subject.tls, "mac.key", NULL);
  g_autofree char *key_path = g_build_filename (self->subject.tls, "client.key", NULL);
  g_autofree char *mac_text = NULL;
  g_autofree char *key_text = NULL;
  g_autoptr (GBytes) mac = NULL;

  g_assert_no_error (error);
  if (BASE_LOCKED_WATCHED)
    return search;
  seal = crypto_derive (key, "till record seal");
  chain = crypto_derive (key, "till journal chain");
  g_assert_true (g_file_get_contents (mac_path, &mac_text, NULL, NULL));
  g_assert_true (g_file_get_contents (key_path, &key_text, NULL, NULL));
  mac = base_bytes_from_hex (mac_text, NULL);
  search_add_text (search, "passphrase", SUBJECT_PASSPHRASE);
  search_add_bytes (search, "vault key", base_secret_span (key));
  search_add_bytes (search, "sealing key", base_secret_span (seal));
  search_add_bytes (search, "chain key", base_secret_span (chain));
  search_add_bytes (search, "MAC key", base_bytes_span (mac));
  add_private_key (search, key_text);
  return search;
}

/* By gdb, as whoever wants to look into the till would make it. */
static void
search_core (Shop *self, Search *cards, Search *keys, int pid)
{
  g_autofree char *gcore = g_find_program_in_path ("gcore");
  g_autofree char *start = g_strconcat (self->subject.dir, "-core", NULL);
  g_autofree char *path = g_strdup_printf ("%s.%d", start, pid);
  g_autofree char *number = g_strdup_printf ("%d", pid);
  g_autoptr (GSubprocess) dumper = NULL;
  GError *error = NULL;
  guint found;

  if (gcore == NULL || BASE_LOCKED_WATCHED)
    {
      g_test_message ("No gdb here, or a sanitizer's memory: it was searched without gdb");
      return;
    }
  dumper = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                             &error, gcore, "-o", start, number, NULL);
  g_assert_no_error (error);
  g_subprocess_wait (dumper, NULL, NULL);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  found = search_file (cards, path) + search_file (keys, path);
  g_unlink (path);
  g_assert_cmpuint (found, ==, 0);
}

/* What the program may well hold is found in it: else the searches below prove nothing. */
static void
check_search_sees (int pid)
{
  g_autoptr (Search) control = search_new ();
  gsize searched;

  search_add_text (control, "the shop's name", "Subject shop");
  g_assert_cmpuint (search_process (control, pid, &searched), >, 0);
  g_test_message ("%" G_GSIZE_FORMAT " bytes of memory", searched);
  g_assert_cmpuint (searched, >, SEARCHED_MIN);
}

/* Nobody else may read what the shop keeps, whoever the umask would let. */
static void
check_private (const char *dir)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
  const char *name;
  GStatBuf status;

  g_assert_cmpint (g_stat (dir, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
  while ((name = g_dir_read_name (list)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      g_assert_cmpint (g_stat (path, &status), ==, 0);
      g_test_message ("%s %o", name, status.st_mode & 0777);
      g_assert_cmpint (status.st_mode & 0177, ==, 0);
    }
}

static void
test_sales (gconstpointer reader)
{
  Shop shop;
  g_autoptr (Search) cards = make_card_search ();
  g_autoptr (Search) keys = NULL;
  gsize searched;
  int pid;

  shop_begin (&shop, reader);
  keys = make_key_search (&shop);
  sell_all (&shop);
  pid = subject_pid (&shop);
  check_private (shop.subject.shop);
  check_search_sees (pid);
  g_assert_cmpuint (search_process (cards, pid, &searched), ==, 0);
  g_assert_cmpuint (search_process (keys, pid, &searched), ==, 0);
  search_core (&shop, cards, keys, pid);
  g_assert_cmpuint (search_tree (cards, shop.subject.dir), ==,
                    0); /* database, log of the WAL, paper, messages */
  g_assert_cmpuint (search_tree (keys, shop.subject.shop), ==, 0);
  g_assert_cmpuint (search_file (keys, shop.subject.log), ==, 0);
  g_assert_cmpuint (search_span (cards, "printed", BASE_SPAN_STR (shop.subject.noise->str)), ==, 0);
  g_assert_cmpint (subject_close (&shop.subject), ==, 0);
  g_assert_cmpuint (search_tree (cards, shop.subject.dir), ==, 0);
  shop_end (&shop);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  umask (0);
  g_test_add_func ("/scene/card-data/search-finds", test_search_finds);
  g_test_add_func ("/scene/card-data/search-finds-in-process", test_search_finds_in_process);
  g_test_add_data_func ("/scene/card-data/magtek", "magtek", test_sales);
  g_test_add_data_func ("/scene/card-data/idtech", "idtech", test_sales);
  g_test_add_data_func ("/scene/card-data/idtech-aes-dukpt", "idtech-aes-dukpt", test_sales);
  return g_test_run ();
}
