/* SPDX-License-Identifier: Apache-2.0 */
/* base/hash.h: XXH3 with fixed keys for ids, partitions and samples (the same everywhere, for ever) and
 * SHA-256 for identities. Slots of hash tables filled with attacker's text use hash_slot, whose seed is
 * random per process; nothing visible may depend on it. */
#ifndef KONSEKI_HASH_H
#define KONSEKI_HASH_H

#include "base/span.h"

uint64_t hash64(span s);
uint64_t hash64_two(span a, span b);   /* of the pair, not of the concatenation */
uint64_t hash_slot(span s);

static inline uint64_t hash_mix(uint64_t x)
{   /* the finaliser of splitmix64: every input bit reaches every output bit */
    x ^= x >> 30; x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27; x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* SHA-256 over parts fed one after another; each part is preceded by its length, so that ("ab","c") and
 * ("a","bc") differ. hex gets the first `digits` (<= 64) lower-case digits and a NUL. */
typedef struct sha256 { void *state; } sha256;
sha256 sha256_begin(void);
void sha256_part(sha256 *h, span s);
void sha256_raw(sha256 *h, span s);    /* without the length: for files and raw lines */
void sha256_end(sha256 *h, char *hex, size_t digits);

#endif
