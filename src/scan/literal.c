/* SPDX-License-Identifier: Apache-2.0 */
/* A few patterns in one pass. Each has a window of three bytes and belongs to one of eight buckets, which are the bits of a
 * byte. For each place of the window two tables of 16 say which buckets want a low and a high half of a byte; what all
 * six agree on is a candidate. The shuffle instruction asks one table for 16 positions at once. The idea is Teddy's,
 * of Hyperscan (Wang et al., NSDI 2019). */
#include "scan/literal.h"

#if defined(__x86_64__) || defined(__i386__)
#include <tmmintrin.h>
#define HAS_SSSE3 1
#else
#define HAS_SSSE3 0
#endif

enum { WINDOW = 3, BUCKETS = 8, STEP = 16 };

enum literal_kind { LITERAL_TEXT, LITERAL_HIGH, LITERAL_ESCAPE };

struct literal {
    enum literal_kind kind;
    bool any_case;
    span text;     /* lower case where any_case */
    size_t window; /* where in the text its window stands */
};

struct literal_set {
    struct literal item[LITERALS_MAX];
    size_t n;
    uint8_t low[WINDOW][16], high[WINDOW][16]; /* buckets by half a byte */
    uint8_t whole[WINDOW][256];                /* the same by a byte: for the ends of a text, and other machines */
    bool escaped[256];                         /* what "%XX" may stand for */
    bool use_ssse3;
};

struct literal_set *literal_set_new(arena *a)
{
    struct literal_set *s = arena_new(a, struct literal_set, 1);
#if HAS_SSSE3
    s->use_ssse3 = __builtin_cpu_supports("ssse3");
#endif
    return s;
}

static void want_byte(struct literal_set *s, size_t place, unsigned char byte, uint8_t bucket)
{
    s->low[place][byte & 15] |= bucket;
    s->high[place][byte >> 4] |= bucket;
    for (int b = 0; b < 256; b++)
        s->whole[place][b] = s->low[place][b & 15] & s->high[place][b >> 4];
}

static uint8_t add_item(struct literal_set *s, struct literal item)
{
    uint8_t bucket = (uint8_t)(1u << s->n % BUCKETS);
    s->item[s->n++] = item;
    return bucket;
}

/* How common a byte is in proxy logs, roughly: 3 stands in nearly every line, 0 in hardly any. */
static unsigned commonness(unsigned char c)
{
    static const char *const by_class[] = {"jqxzJQXZ!$~^", "bfkvyBFGHKUVWY_@#;()%", "", "wcom./ :0123-aeinrst"};
    for (unsigned class = 0; class < COUNT_OF(by_class); class++)
        if (memchr(by_class[class], c, strlen(by_class[class])))
            return class;
    return 2;
}

/* The three bytes in a row that are rarest; of equals the last, for names and addresses begin alike. */
static size_t best_window(span text)
{
    size_t best = 0;
    unsigned least = UINT32_MAX;
    for (size_t i = 0; i + WINDOW <= text.n; i++) {
        unsigned sum = 0;
        for (size_t j = 0; j < WINDOW; j++)
            sum += commonness((unsigned char)text.p[i + j]);
        if (sum <= least) {
            least = sum;
            best = i;
        }
    }
    return best;
}

static bool holds(const struct literal_set *s, const struct literal *l)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->item[i].kind == l->kind && s->item[i].any_case == l->any_case && span_eq(s->item[i].text, l->text))
            return true;
    return false;
}

bool literal_add(struct literal_set *s, arena *a, span text, bool any_case)
{
    if (text.n < LITERAL_MIN)
        return false;
    char *copy = arena_new(a, char, text.n);
    for (size_t i = 0; i < text.n; i++)
        copy[i] = any_case ? ascii_lower(text.p[i]) : text.p[i];
    struct literal item = {LITERAL_TEXT, any_case, span_of(copy, text.n), best_window(span_of(copy, text.n))};
    if (holds(s, &item))
        return true;
    if (s->n == LITERALS_MAX)
        return false;
    uint8_t bucket = add_item(s, item);
    for (size_t j = 0; j < WINDOW; j++) {
        char c = copy[item.window + j];
        want_byte(s, j, (unsigned char)c, bucket);
        if (any_case && ascii_alpha(c))
            want_byte(s, j, (unsigned char)(c & ~32), bucket);
    }
    return true;
}

bool literal_add_odd(struct literal_set *s, span bytes)
{
    static const struct literal odd[] = {{.kind = LITERAL_HIGH}, {.kind = LITERAL_ESCAPE}};
    for (unsigned b = 0x80; b < 256; b++)
        s->escaped[b] = true;
    for (size_t i = 0; i < bytes.n; i++) {
        char lower = ascii_lower(bytes.p[i]);
        s->escaped[(unsigned char)lower] = true;
        if (ascii_alpha(lower))
            s->escaped[(unsigned char)(lower & ~32)] = true;
    }
    if (holds(s, &odd[0]))
        return true;
    if (s->n + 2 > LITERALS_MAX)
        return false;
    uint8_t high = add_item(s, odd[0]), escape = add_item(s, odd[1]);
    for (unsigned b = 0; b < 256; b++) {
        if (b >= 0x80)
            want_byte(s, 0, (unsigned char)b, high);
        want_byte(s, 1, (unsigned char)b, high);
        want_byte(s, 2, (unsigned char)b, high);
        if (ascii_hex((char)b) >= 0) {
            want_byte(s, 1, (unsigned char)b, escape);
            want_byte(s, 2, (unsigned char)b, escape);
        }
    }
    want_byte(s, 0, '%', escape);
    return true;
}

static bool stands_at(const struct literal *l, span text, size_t at)
{
    if (at > text.n || text.n - at < l->text.n)
        return false;
    span there = span_of(text.p + at, l->text.n);
    return l->any_case ? span_eq_nocase(there, l->text) : span_eq(there, l->text);
}

static bool is_escape(const struct literal_set *s, span text, size_t at)
{
    if (text.n - at < 3 || text.p[at] != '%')
        return false;
    int high = ascii_hex(text.p[at + 1]), low = ascii_hex(text.p[at + 2]);
    return high >= 0 && low >= 0 && s->escaped[high << 4 | low];
}

/* Does a pattern of these buckets stand with its window at `at`? *start gets where it begins. */
static bool confirm(const struct literal_set *s, span text, size_t from, size_t at, uint8_t buckets, size_t *start)
{
    *start = at;
    for (size_t i = 0; i < s->n; i++) {
        const struct literal *l = &s->item[i];
        if (!(buckets >> i % BUCKETS & 1))
            continue;
        if (l->kind == LITERAL_HIGH ? (unsigned char)text.p[at] >= 0x80
                                    : l->kind == LITERAL_ESCAPE && is_escape(s, text, at))
            return true;
        if (l->kind == LITERAL_TEXT && at - from >= l->window && stands_at(l, text, at - l->window)) {
            *start = at - l->window;
            return true;
        }
    }
    return false;
}

/* Positions at..end one by one. Behind the end of the text there are zeros. */
static size_t find_slowly(const struct literal_set *s, span text, size_t from, size_t at, size_t end)
{
    const unsigned char *p = (const unsigned char *)text.p;
    size_t start;
    for (; at < end; at++) {
        uint8_t buckets = s->whole[0][p[at]] & s->whole[1][at + 1 < text.n ? p[at + 1] : 0] &
                          s->whole[2][at + 2 < text.n ? p[at + 2] : 0];
        if (buckets && confirm(s, text, from, at, buckets, &start))
            return start;
    }
    return SIZE_MAX;
}

#if HAS_SSSE3
#define SSSE3 __attribute__((target("ssse3")))

static SSSE3 inline __m128i load(const void *p) { return _mm_loadu_si128((const __m128i *)p); }

/* The buckets that want each of 16 bytes at one place of the window. */
static SSSE3 inline __m128i wanted(__m128i bytes, __m128i low, __m128i high)
{
    const __m128i half = _mm_set1_epi8(15);
    return _mm_and_si128(_mm_shuffle_epi8(low, _mm_and_si128(bytes, half)),
                         _mm_shuffle_epi8(high, _mm_and_si128(_mm_srli_epi16(bytes, 4), half)));
}

static SSSE3 size_t find_quickly(const struct literal_set *s, span text, size_t from)
{
    const __m128i low0 = load(s->low[0]), low1 = load(s->low[1]), low2 = load(s->low[2]);
    const __m128i high0 = load(s->high[0]), high1 = load(s->high[1]), high2 = load(s->high[2]);
    size_t at = from, start;
    uint8_t buckets[STEP];
    for (; text.n - at >= STEP + WINDOW - 1; at += STEP) {
        __m128i b = _mm_and_si128(_mm_and_si128(wanted(load(text.p + at), low0, high0),
                                                wanted(load(text.p + at + 1), low1, high1)),
                                  wanted(load(text.p + at + 2), low2, high2));
        unsigned none = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(b, _mm_setzero_si128()));
        if (none == 0xffff)
            continue;
        _mm_storeu_si128((__m128i *)buckets, b);
        for (unsigned some = ~none & 0xffff; some; some &= some - 1) {
            size_t i = (size_t)__builtin_ctz(some);
            if (confirm(s, text, from, at + i, buckets[i], &start))
                return start;
        }
    }
    return find_slowly(s, text, from, at, text.n);
}
#endif

size_t literal_find(const struct literal_set *s, span text, size_t from)
{
    if (from >= text.n)
        return SIZE_MAX;
#if HAS_SSSE3
    if (s->use_ssse3)
        return find_quickly(s, text, from);
#endif
    return find_slowly(s, text, from, from, text.n);
}

size_t literal_in(span text, span lower)
{
    if (!lower.n || text.n < lower.n)
        return lower.n ? SIZE_MAX : 0;
    char first = lower.p[0], last = lower.p[lower.n - 1];
    for (size_t i = 0; i + lower.n <= text.n; i++)
        if (ascii_lower(text.p[i]) == first && ascii_lower(text.p[i + lower.n - 1]) == last &&
            span_eq_nocase(span_of(text.p + i, lower.n), lower))
            return i;
    return SIZE_MAX;
}
