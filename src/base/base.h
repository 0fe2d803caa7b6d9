/* SPDX-License-Identifier: Apache-2.0 */
/* base/base.h: attributes and small arithmetic every floor uses. */
#ifndef KONSEKI_BASE_H
#define KONSEKI_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static inline uint64_t min_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }
static inline uint64_t max_u64(uint64_t a, uint64_t b) { return a > b ? a : b; }
static inline int64_t min_i64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t max_i64(int64_t a, int64_t b) { return a > b ? a : b; }

/* a + b, or UINT64_MAX where that does not fit: byte totals must never wrap to something small. */
static inline uint64_t add_sat(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Our own mistake or exhausted memory: says `what` on stderr and ends the program with exit code 4. */
_Noreturn void panic(const char *what);

#endif
