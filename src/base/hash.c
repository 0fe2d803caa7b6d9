/* SPDX-License-Identifier: Apache-2.0 */
#define XXH_INLINE_ALL
#include "base/hash.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <sys/random.h>
#include <xxhash.h>

static uint64_t slot_seed;
static pthread_once_t slot_once = PTHREAD_ONCE_INIT;

static void seed_slots(void)
{
    if (getrandom(&slot_seed, sizeof slot_seed, GRND_NONBLOCK) != sizeof slot_seed)
        slot_seed = (uint64_t)(uintptr_t)&slot_seed; /* ASLR is better than a constant */
}

uint64_t hash64(span s) { return XXH3_64bits(s.p, s.n); }

uint64_t hash64_two(span a, span b)
{
    return hash_mix(XXH3_64bits(a.p, a.n)) + 0x9e3779b97f4a7c15u * XXH3_64bits(b.p, b.n);
}

uint64_t hash_slot(span s)
{
    pthread_once(&slot_once, seed_slots);
    return XXH3_64bits_withSeed(s.p, s.n, slot_seed);
}

sha256 sha256_begin(void)
{
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    if (!state || !EVP_DigestInit_ex(state, EVP_sha256(), NULL))
        panic("SHA-256 is not available in libcrypto");
    return (sha256){state};
}

void sha256_raw(sha256 *h, span s)
{
    if (!EVP_DigestUpdate(h->state, s.n ? s.p : "", s.n))
        panic("SHA-256 failed");
}

void sha256_part(sha256 *h, span s)
{
    unsigned char length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)((uint64_t)s.n >> (8 * i));
    sha256_raw(h, span_of((const char *)length, sizeof length));
    sha256_raw(h, s);
}

void sha256_end(sha256 *h, char *hex, size_t digits)
{
    static const char alphabet[] = "0123456789abcdef";
    unsigned char bytes[EVP_MAX_MD_SIZE];
    if (!EVP_DigestFinal_ex(h->state, bytes, NULL))
        panic("SHA-256 failed");
    EVP_MD_CTX_free(h->state);
    h->state = NULL;
    for (size_t i = 0; i < digits && i < 64; i++)
        hex[i] = alphabet[i % 2 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4];
    hex[digits < 64 ? digits : 64] = '\0';
}
