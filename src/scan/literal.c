/* SPDX-License-Identifier: Apache-2.0 */
/* A few patterns in one pass. Each has a window of four bytes and belongs to one of eight buckets, which are the bits of a
 * byte. For each place of the window two tables of 16 say which buckets want a low and a high half of a byte; what all
 * eight agree on is a candidate. The shuffle instruction asks one table for 16 positions at once. The idea is Teddy's,
 * of Hyperscan (Wang et al., NSDI 2019). */
#include "scan/literal.h"

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#define HAS_SSSE3 1
#else
#define HAS_SSSE3 0
#endif

enum { WINDOW = 4, STEP = 16 };
enum { BUCKET_HIGH, BUCKET_ESCAPE, BUCKET_TEXT, BUCKETS = 8 };

enum literal_kind { LITERAL_TEXT, LITERAL_HIGH, LITERAL_ESCAPE };

struct literal {
    enum literal_kind kind;
    bool any_case;
    span text;     /* lower case where any_case */
    size_t window; /* where in the text its window stands */
    unsigned bucket;
};

struct literal_set {
    struct literal item[LITERALS_MAX];
    size_t n;
    uint8_t low[WINDOW][16], high[WINDOW][16]; /* buckets by half a byte */
    uint8_t whole[WINDOW][256];                /* the same by a byte: for the ends of a text, and other machines */
    bool escaped[256];                         /* what "%XX" may stand for */
    bool use_ssse3, use_avx2;
    size_t texts, last_text;                   /* items that are texts: how many; the last one's index */
    bool has_odd;
};

struct literal_set *literal_set_new(arena *a)
{
    struct literal_set *s = arena_new(a, struct literal_set, 1);
#if HAS_SSSE3
    s->use_ssse3 = __builtin_cpu_supports("ssse3");
    s->use_avx2 = __builtin_cpu_supports("avx2");
#endif
    return s;
}

static void want_byte(struct literal_set *s, size_t place, unsigned char byte, unsigned bucket)
{
    s->low[place][byte & 15] |= (uint8_t)(1u << bucket);
    s->high[place][byte >> 4] |= (uint8_t)(1u << bucket);
}

static void want_any(struct literal_set *s, size_t place, unsigned bucket)
{
    for (unsigned half = 0; half < 16; half++)
        want_byte(s, place, (unsigned char)(half << 4 | half), bucket);
}

static void want_window(struct literal_set *s, const struct literal *l)
{
    for (size_t place = 0; place < WINDOW; place++) {
        if (l->window + place >= l->text.n) {
            want_any(s, place, l->bucket);
            continue;
        }
        char c = l->text.p[l->window + place];
        want_byte(s, place, (unsigned char)c, l->bucket);
        if (l->any_case && ascii_alpha(c))
            want_byte(s, place, (unsigned char)(c & ~32), l->bucket);
    }
}

static void fill_whole(struct literal_set *s)
{
    for (size_t place = 0; place < WINDOW; place++)
        for (unsigned b = 0; b < 256; b++)
            s->whole[place][b] = s->low[place][b & 15] & s->high[place][b >> 4];
}

/* How many windows a bucket lets through. */
static uint64_t width_of(const struct literal_set *s, unsigned bucket)
{
    uint64_t width = 1;
    for (size_t place = 0; place < WINDOW; place++) {
        unsigned low = 0, high = 0;
        for (unsigned half = 0; half < 16; half++) {
            low += s->low[place][half] >> bucket & 1;
            high += s->high[place][half] >> bucket & 1;
        }
        width *= low * high;
    }
    return width;
}

/* The bucket that a pattern widens least: those that look alike come together. */
static unsigned best_bucket(const struct literal_set *s, struct literal l)
{
    unsigned best = BUCKET_TEXT;
    uint64_t least = UINT64_MAX;
    for (l.bucket = BUCKET_TEXT; l.bucket < BUCKETS; l.bucket++) {
        struct literal_set with = *s;
        want_window(&with, &l);
        uint64_t wider = width_of(&with, l.bucket) - width_of(s, l.bucket);
        if (wider < least) {
            least = wider;
            best = l.bucket;
        }
    }
    return best;
}

/* How common a byte is in proxy logs, roughly: 3 stands in nearly every line, 0 in hardly any. */
static unsigned commonness(unsigned char c)
{
    static const char *const by_class[] = {"jqxzJQXZ!$~^", "bfkvyBFGHKUVWY_@#;()%", "", "wcom./ :0123456789-aeinrst"};
    for (unsigned class = 0; class < COUNT_OF(by_class); class++)
        if (memchr(by_class[class], c, strlen(by_class[class])))
            return class;
    return 2;
}

/* The four bytes in a row that are rarest (three bytes are their own window); of equals the last, for names and addresses begin alike. */
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
    struct literal item = {LITERAL_TEXT, any_case, span_of(copy, text.n), best_window(span_of(copy, text.n)), 0};
    if (holds(s, &item))
        return true;
    if (s->n == LITERALS_MAX)
        return false;
    item.bucket = best_bucket(s, item);
    want_window(s, &item);
    fill_whole(s);
    s->last_text = s->n;
    s->texts++;
    s->item[s->n++] = item;
    return true;
}

bool literal_add_odd(struct literal_set *s, span bytes)
{
    static const struct literal high = {.kind = LITERAL_HIGH, .bucket = BUCKET_HIGH};
    static const struct literal escape = {.kind = LITERAL_ESCAPE, .bucket = BUCKET_ESCAPE};
    for (unsigned b = 0x80; b < 256; b++)
        s->escaped[b] = true;
    for (size_t i = 0; i < bytes.n; i++) {
        char lower = ascii_lower(bytes.p[i]);
        s->escaped[(unsigned char)lower] = true;
        if (ascii_alpha(lower))
            s->escaped[(unsigned char)(lower & ~32)] = true;
    }
    if (holds(s, &high))
        return true;
    if (s->n + 2 > LITERALS_MAX)
        return false;
    s->has_odd = true;
    s->item[s->n++] = high;
    s->item[s->n++] = escape;
    for (unsigned b = 0x80; b < 256; b++)
        want_byte(s, 0, (unsigned char)b, BUCKET_HIGH);
    for (size_t place = 1; place < WINDOW; place++)
        want_any(s, place, BUCKET_HIGH);
    want_byte(s, 0, '%', BUCKET_ESCAPE);
    for (size_t digit = 0; digit < 22; digit++) {
        want_byte(s, 1, (unsigned char)"0123456789abcdefABCDEF"[digit], BUCKET_ESCAPE);
        want_byte(s, 2, (unsigned char)"0123456789abcdefABCDEF"[digit], BUCKET_ESCAPE);
    }
    want_any(s, 3, BUCKET_ESCAPE);
    fill_whole(s);
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
        if (!(buckets >> l->bucket & 1))
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
                          s->whole[2][at + 2 < text.n ? p[at + 2] : 0] & s->whole[3][at + 3 < text.n ? p[at + 3] : 0];
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
    __m128i low[WINDOW], high[WINDOW];
    for (size_t place = 0; place < WINDOW; place++) {
        low[place] = load(s->low[place]);
        high[place] = load(s->high[place]);
    }
    size_t at = from, start;
    uint8_t buckets[STEP];
    for (; text.n - at >= STEP + WINDOW - 1; at += STEP) {
        __m128i b = wanted(load(text.p + at), low[0], high[0]);
        for (size_t place = 1; place < WINDOW; place++)
            b = _mm_and_si128(b, wanted(load(text.p + at + place), low[place], high[place]));
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

/* One text, the common case, in a sixth of the time: where two bytes of its window stand at their distance. Odd spellings
 * show by their first byte: the upper bit, or '%'. */
#define AVX2 __attribute__((target("avx2")))
struct pair_search { __m256i first, second, fold_first, fold_second, percent, odd; };
enum { PAIR_DISTANCE = 2,     /* the shortest text has that many bytes behind its first */
       WIDE = 32 };

static AVX2 struct pair_search pair_of(const struct literal_set *s)
{
    const struct literal *l = &s->item[s->last_text];
    char a = l->text.p[l->window], b = l->text.p[l->window + PAIR_DISTANCE];
    return (struct pair_search){
        .first = _mm256_set1_epi8(a), .second = _mm256_set1_epi8(b),
        .fold_first = _mm256_set1_epi8(l->any_case && ascii_alpha(a) ? 32 : 0),
        .fold_second = _mm256_set1_epi8(l->any_case && ascii_alpha(b) ? 32 : 0),
        .percent = _mm256_set1_epi8('%'), .odd = _mm256_set1_epi8(s->has_odd ? -1 : 0),
    };
}

static AVX2 inline __m256i load_wide(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }

/* The upper bit of each byte: may something begin there? */
static AVX2 inline __m256i pair_hits(const struct pair_search *q, const char *p)
{
    __m256i x = load_wide(p), y = load_wide(p + PAIR_DISTANCE);
    __m256i pair = _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_or_si256(x, q->fold_first), q->first),
                                    _mm256_cmpeq_epi8(_mm256_or_si256(y, q->fold_second), q->second));
    return _mm256_or_si256(pair, _mm256_and_si256(q->odd, _mm256_or_si256(x, _mm256_cmpeq_epi8(x, q->percent))));
}

static AVX2 size_t find_one(const struct literal_set *s, span text, size_t from)
{
    const struct pair_search q = pair_of(s);
    size_t at = from, start;
    for (; text.n - at >= 2 * WIDE + PAIR_DISTANCE; at += 2 * WIDE) {
        __m256i low = pair_hits(&q, text.p + at), high = pair_hits(&q, text.p + at + WIDE);
        if (!_mm256_movemask_epi8(_mm256_or_si256(low, high)))
            continue;
        uint64_t some = (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << WIDE;
        for (; some; some &= some - 1)
            if (confirm(s, text, from, at + (size_t)__builtin_ctzll(some), UINT8_MAX, &start))
                return start;
    }
    return at < text.n ? find_slowly(s, text, from, at, text.n) : SIZE_MAX;
}
#endif

size_t literal_find(const struct literal_set *s, span text, size_t from)
{
    if (from >= text.n)
        return SIZE_MAX;
#if HAS_SSSE3
    if (s->use_avx2 && s->texts == 1)
        return find_one(s, text, from);
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
