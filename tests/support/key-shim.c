/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preloaded into the tests and the programs that they start: a passphrase is stretched at once.
 * Most of the work of a short test would be scrypt, which has tests of its own and nothing to do
 * with money. A shop that is made with this one opens with this one only.
 */
#include <stddef.h>
#include <stdint.h>

#define FNV_START 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

int EVP_PBE_scrypt (const char *pass,
                    size_t pass_size,
                    const unsigned char *salt,
                    size_t salt_size,
                    uint64_t cost,
                    uint64_t blocks,
                    uint64_t lanes,
                    uint64_t memory_max,
                    unsigned char *key,
                    size_t key_size);

int
EVP_PBE_scrypt (const char *pass,
                size_t pass_size,
                const unsigned char *salt,
                size_t salt_size,
                uint64_t cost,
                uint64_t blocks,
                uint64_t lanes,
                uint64_t memory_max,
                unsigned char *key,
                size_t key_size)
{
  uint64_t mixed = FNV_START ^ cost ^ blocks ^ lanes ^ memory_max;

  for (size_t i = 0; i < pass_size; i++)
    mixed = (mixed ^ (unsigned char)pass[i]) * FNV_PRIME;
  for (size_t i = 0; i < salt_size; i++)
    mixed = (mixed ^ salt[i]) * FNV_PRIME;
  for (size_t i = 0; i < key_size; i++)
    {
      mixed = (mixed ^ i) * FNV_PRIME;
      key[i] = (unsigned char)(mixed >> 32);
    }
  return 1;
}
