/* SPDX-License-Identifier: Apache-2.0 */
#include "format/typed.h"

#include "base/when.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const int64_t epoch_max = INT64_C(253402300799); /* 9999-12-31 23:59:59 */

/* Digits off the front of s, at most `most`; their count. */
static size_t take_digits(span s, size_t most, uint64_t *value)
{
    size_t i = 0;
    *value = 0;
    for (; i < s.n && i < most && ascii_digit(s.p[i]); i++)
        *value = *value * 10 + (uint64_t)(s.p[i] - '0');
    return i;
}

/* ".108" to 108: one to twenty digits behind the point, what is finer than a millisecond is cut. */
static bool read_fraction(span s, uint64_t *ms)
{
    *ms = 0;
    if (s.n < 2 || s.n > 21 || s.p[0] != '.')
        return s.n == 0;
    uint64_t scale = 100;
    for (size_t i = 1; i < s.n; i++, scale /= 10) {
        if (!ascii_digit(s.p[i]))
            return false;
        *ms += (uint64_t)(s.p[i] - '0') * scale;
    }
    return true;
}

bool typed_epoch(span s, int64_t *ms)
{
    uint64_t seconds, fraction;
    size_t n = take_digits(s, 10, &seconds); /* to 2286; with one more it is two rows in one, or no time */
    if (!n || !read_fraction(span_skip(s, n), &fraction))
        return false;
    *ms = (int64_t)(seconds * 1000 + fraction);
    return true;
}

bool typed_seconds(span s, uint64_t *ms)
{
    uint64_t seconds, fraction;
    size_t n = take_digits(s, 13, &seconds);
    if (!n || !read_fraction(span_skip(s, n), &fraction))
        return false;
    *ms = seconds * 1000 + fraction;
    return true;
}

#define NAME(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

/* 1..12 by its three letters, or 0. */
static int month_of(const char *p)
{
    switch (NAME((unsigned char)p[0], (unsigned char)p[1], (unsigned char)p[2])) {
    case NAME('J', 'a', 'n'): return 1;
    case NAME('F', 'e', 'b'): return 2;
    case NAME('M', 'a', 'r'): return 3;
    case NAME('A', 'p', 'r'): return 4;
    case NAME('M', 'a', 'y'): return 5;
    case NAME('J', 'u', 'n'): return 6;
    case NAME('J', 'u', 'l'): return 7;
    case NAME('A', 'u', 'g'): return 8;
    case NAME('S', 'e', 'p'): return 9;
    case NAME('O', 'c', 't'): return 10;
    case NAME('N', 'o', 'v'): return 11;
    case NAME('D', 'e', 'c'): return 12;
    default: return 0;
    }
}

/* Two digits; *junk is set where they are none. */
static inline int two(const char *p, unsigned *junk)
{
    unsigned high = (unsigned)(unsigned char)p[0] - '0', low = (unsigned)(unsigned char)p[1] - '0';
    *junk |= (unsigned)(high > 9) | (unsigned)(low > 9);
    return (int)(high * 10 + low);
}

bool typed_clf(span s, int64_t *ms, int *tz_minutes)
{
    const char *p = s.p;
    if (s.n != 26 || p[2] != '/' || p[6] != '/' || p[11] != ':' || p[14] != ':' || p[17] != ':' || p[20] != ' ' ||
        (p[21] != '+' && p[21] != '-'))
        return when_clf(s, ms, tz_minutes);
    unsigned junk = 0;
    int hours = two(p + 22, &junk), minutes = two(p + 24, &junk);
    civil c = {.year = two(p + 7, &junk) * 100 + two(p + 9, &junk), .month = month_of(p + 3), .day = two(p, &junk),
               .hour = two(p + 12, &junk), .minute = two(p + 15, &junk), .second = two(p + 18, &junk)};
    if (junk || hours > 14 || minutes > 59 || !c.month)
        return when_clf(s, ms, tz_minutes);
    *tz_minutes = (p[21] == '-' ? -1 : 1) * (hours * 60 + minutes);
    return when_from_civil(c, *tz_minutes, ms);
}

#ifdef __SSE2__
static inline __m128i from_to(__m128i v, char from, char to)
{
    __m128i above = _mm_sub_epi8(v, _mm_set1_epi8(from));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8((char)(to - from))), above);
}

/* All of the two times eight bytes A-Z 0-9 _ -? */
static inline bool is_tag(const char *p, const char *q)
{
    __m128i v = _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)(const void *)p),
                                   _mm_loadl_epi64((const __m128i *)(const void *)q));
    __m128i letter = from_to(v, 'A', 'Z'), digit = from_to(v, '0', '9');
    __m128i mark = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('_')), _mm_cmpeq_epi8(v, _mm_set1_epi8('-')));
    return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letter, digit), mark)) == 0xffff;
}
#endif

bool typed_word(span s)
{
#ifdef __SSE2__
    if (s.n >= 8 && s.n <= 24) { /* nearly all */
        const char *middle = s.n > 16 ? s.p + 8 : s.p;
        return is_tag(s.p, s.p + s.n - 8) && (middle == s.p || is_tag(middle, middle));
    }
#endif
    static const uint64_t word_bytes[4] = {UINT64_C(0x03ff200000000000) /* 0-9 - */, 0x87fffffe /* A-Z _ */, 0, 0};
    uint64_t fits = s.n > 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        fits &= word_bytes[c >> 6] >> (c & 63);
    }
    return fits & 1;
}

bool typed_method(span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]) && s.p[i] != '_' && s.p[i] != '-')
            return false;
    return s.n > 0;
}

bool typed_address(span s)
{
    size_t dots = 0, colons = 0;
    if (s.n < 2 || s.n > 48)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (ascii_digit(c))
            continue;
        if (c == '.')
            dots++;
        else if (c == ':')
            colons++;
        else if ((c | 32) < 'a' || (c | 32) > 'f')
            if (c != '[' && c != ']')
                return false;
    }
    return colons || (dots == 3 && ascii_digit(s.p[0]) && ascii_digit(s.p[s.n - 1]));
}

struct clock {
    civil c;
    int64_t epoch;
    bool is_epoch, is_afternoon, has_half;
};

static bool take_int(span *s, size_t least, size_t most, int *out)
{
    uint64_t v;
    size_t n = take_digits(*s, most, &v);
    if (n < least)
        return false;
    *out = (int)v;
    *s = span_skip(*s, n);
    return true;
}

static bool take_name_of_month(span *s, int *month)
{
    if (s->n < 3)
        return false;
    char name[3] = {(char)(s->p[0] & ~32), ascii_lower(s->p[1]), ascii_lower(s->p[2])};
    *month = month_of(name);
    *s = span_skip(*s, 3);
    return *month != 0;
}

static bool take_zone(span *s, int *tz_minutes)
{
    size_t n = s->n && s->p[0] == 'Z' ? 1 : s->n >= 6 && s->p[3] == ':' ? 6 : 5;
    bool fits = when_zone(span_take(*s, n), tz_minutes);
    *s = span_skip(*s, n);
    return fits;
}

static bool take_epoch(span *s, struct clock *t)
{
    uint64_t v;
    size_t n = take_digits(*s, 12, &v);
    *s = span_skip(*s, n);
    t->epoch = (int64_t)v * 1000;
    t->is_epoch = true;
    return n && v <= (uint64_t)epoch_max;
}

static bool take_letters(span *s)
{
    size_t n = 0;
    while (n < s->n && ascii_alpha(s->p[n]))
        n++;
    *s = span_skip(*s, n);
    return n > 0;
}

static bool take_half(span *s, struct clock *t)
{
    if (s->n < 2 || ascii_lower(s->p[1]) != 'm')
        return false;
    char half = ascii_lower(s->p[0]);
    *s = span_skip(*s, 2);
    t->has_half = true;
    t->is_afternoon = half == 'p';
    return half == 'a' || half == 'p';
}

/* `least`: digits that a number of two must have. */
static bool take_conversion(char code, size_t least, span *s, struct clock *t, int *tz_minutes)
{
    int ignored;
    switch (code) {
    case 'Y': return take_int(s, 4, 4, &t->c.year);
    case 'y': return take_int(s, 2, 2, &t->c.year) && (t->c.year += t->c.year < 69 ? 2000 : 1900, true);
    case 'm': return take_int(s, least, 2, &t->c.month);
    case 'e': *s = s->n && s->p[0] == ' ' ? span_skip(*s, 1) : *s; return take_int(s, 1, 2, &t->c.day);
    case 'd': return take_int(s, least, 2, &t->c.day);
    case 'b': case 'h': return take_name_of_month(s, &t->c.month);
    case 'H': case 'I': return take_int(s, least, 2, &t->c.hour);
    case 'M': return take_int(s, least, 2, &t->c.minute);
    case 'S': return take_int(s, least, 2, &t->c.second);
    case 'j': return take_int(s, 3, 3, &ignored);
    case 'p': return take_half(s, t);
    case 'a': case 'A': case 'Z': return take_letters(s);
    case 'z': return take_zone(s, tz_minutes);
    case 's': return take_epoch(s, t);
    default: return false;
    }
}

/* What a conversion of several parts stands for; {NULL,0}: it is a single one. */
static span composite(char code)
{
    switch (code) {
    case 'F': return SPAN("%Y-%m-%d");
    case 'T': return SPAN("%H:%M:%S");
    case 'R': return SPAN("%H:%M");
    case 'D': return SPAN("%m/%d/%y");
    case 'c': return SPAN("%a %b %e %H:%M:%S %Y");
    default: return (span){NULL, 0};
    }
}

static bool take_pattern(span pattern, span *s, struct clock *t, int *tz_minutes)
{
    for (size_t i = 0; i < pattern.n; i++) {
        if (pattern.p[i] != '%' || i + 1 == pattern.n) {
            if (!s->n || s->p[0] != pattern.p[i])
                return false;
            *s = span_skip(*s, 1);
            continue;
        }
        bool is_short = pattern.p[i + 1] == '-' && i + 2 < pattern.n; /* glibc: no zero in front */
        char code = pattern.p[i += 1 + is_short];
        span parts = composite(code);
        for (size_t k = 0; k < parts.n; k++) {
            bool fits = parts.p[k] == '%' ? take_conversion(parts.p[++k], 2, s, t, tz_minutes)
                                          : s->n && s->p[0] == parts.p[k] && (*s = span_skip(*s, 1), true);
            if (!fits)
                return false;
        }
        if (!parts.p && !take_conversion(code, is_short ? 1 : 2, s, t, tz_minutes))
            return false;
    }
    return s->n == 0;
}

bool typed_pattern_time(span pattern, span s, int64_t *ms, int *tz_minutes)
{
    struct clock t = {0};
    *tz_minutes = WHEN_NONE_MINUTES;
    if (!take_pattern(pattern, &s, &t, tz_minutes))
        return false;
    if (t.is_epoch) {
        *ms = t.epoch;
        *tz_minutes = 0;
        return true;
    }
    if (t.has_half)
        t.c.hour = t.c.hour % 12 + (t.is_afternoon ? 12 : 0);
    return when_from_civil(t.c, *tz_minutes == WHEN_NONE_MINUTES ? 0 : *tz_minutes, ms);
}

bool typed_epoch_any(span s, int64_t *ms)
{
    static const struct { size_t digits; uint64_t per_ms; } finer[] = {{13, 1}, {16, 1000}, {19, 1000000}};
    uint64_t v;
    for (size_t i = 0; i < COUNT_OF(finer); i++)
        if (s.n == finer[i].digits && span_u64(s, &v)) {
            *ms = (int64_t)(v / finer[i].per_ms);
            return true;
        }
    return typed_epoch(s, ms);
}

bool typed_zone(span s, int *minutes)
{
    static const struct { char name[5]; int minutes; } known[] = {
        {"JST", 540},  {"KST", 540},  {"SGT", 480},  {"HKT", 480},  {"WET", 0},    {"WEST", 60}, {"CET", 60},   {"CEST", 120},
        {"EET", 120},  {"EEST", 180}, {"MSK", 180},  {"EDT", -240}, {"EST", -300}, {"CDT", -300}, {"MDT", -360}, {"MST", -420},
        {"PDT", -420}, {"PST", -480}, {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_eq_nocase(s, span_str(known[i].name))) {
            *minutes = known[i].minutes;
            return true;
        }
    uint64_t hours;
    bool is_short = s.n == 2 && (s.p[0] == '+' || s.p[0] == '-') && span_u64(span_skip(s, 1), &hours); /* "+9" */
    if (is_short)
        *minutes = (s.p[0] == '-' ? -60 : 60) * (s.p[1] - '0');
    return is_short || when_zone(s, minutes);
}

enum { SEEN_MONTH = 1, SEEN_DAY = 2, SEEN_YEAR = 4, SEEN_CLOCK = 8, SEEN_ALL = 15 };

/* One word of a stamp with a month's name; 0: it is none. */
static unsigned take_word_of_stamp(span word, unsigned seen, civil *c, int64_t *clock, int *tz_minutes)
{
    uint64_t v;
    if (word.n == 3 && !(seen & SEEN_MONTH) && take_name_of_month(&word, &c->month))
        return SEEN_MONTH;
    if (typed_clock(word, clock))
        return SEEN_CLOCK;
    if (span_u64(word, &v) && word.n <= 2)
        return c->day = (int)v, SEEN_DAY;
    if (span_u64(word, &v) && word.n == 4)
        return c->year = (int)v, SEEN_YEAR;
    return typed_zone(word, tz_minutes) ? SEEN_ALL + 1 : 0;
}

/* In any order, with commas or without: loggers write the parts in many. The name of the day says nothing new. */
static bool stamp_with_name(span s, int64_t *ms, int *tz_minutes)
{
    civil c = {0};
    int64_t clock = 0;
    unsigned seen = 0;
    while (s.n) {
        cut blank = span_cut(s, ' ');
        span word = blank.head;
        s = blank.tail;
        word.n -= word.n && word.p[word.n - 1] == ',';
        word.n -= word.n == 1 && word.p[0] == '@'; /* Kibana: Nov 21, 2026 @ 21:19:32.108 */
        unsigned what = take_word_of_stamp(word, seen, &c, &clock, tz_minutes);
        bool is_day_name = !seen && !what && word.n == 3 && ascii_alpha(word.p[0]);
        if (word.n && !is_day_name && (!what || what & seen))
            return false;
        seen |= what;
    }
    if ((seen & SEEN_ALL) != SEEN_ALL || !when_from_civil(c, 0, ms))
        return false;
    *ms += clock - (*tz_minutes == WHEN_NONE_MINUTES ? 0 : (int64_t)*tz_minutes * 60000);
    return true;
}

bool typed_any_time(span s, int64_t *ms, int *tz_minutes)
{
    int64_t day, clock;
    *tz_minutes = WHEN_NONE_MINUTES;
    if (s.n > 4 && s.p[4] == '-')
        return when_iso(s, ms, tz_minutes);
    if (s.n && ascii_alpha(s.p[0]))
        return stamp_with_name(s, ms, tz_minutes);
    if (s.n > 18 && s.p[4] == '/') {
        bool fits = s.p[10] == ' ' && typed_date(span_take(s, 10), &day) && typed_clock(span_skip(s, 11), &clock);
        *ms = fits ? day + clock : 0;
        return fits;
    }
    *tz_minutes = 0;
    cut dot = span_cut(s, '.');
    return typed_epoch_any(dot.found && dot.head.n >= 13 ? dot.head : s, ms);
}

static bool digits_at(span s, size_t at, size_t n, int *out)
{
    int v = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || !ascii_digit(s.p[i]))
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return true;
}

bool typed_date(span s, int64_t *ms)
{
    civil c = {.month = 0};
    bool fits = s.n == 10 && s.p[4] == s.p[7] && (s.p[4] == '-' || s.p[4] == '/') && digits_at(s, 0, 4, &c.year) &&
                digits_at(s, 5, 2, &c.month) && digits_at(s, 8, 2, &c.day);
    return fits && when_from_civil(c, 0, ms);
}

bool typed_day_first(span s, int64_t *ms)
{
    civil c = {.month = 0};
    bool fits = s.n == 10 && s.p[2] == s.p[5] && (s.p[2] == '/' || s.p[2] == '-' || s.p[2] == '.') &&
                digits_at(s, 0, 2, &c.day) && digits_at(s, 3, 2, &c.month) && digits_at(s, 6, 4, &c.year);
    return fits && when_from_civil(c, 0, ms);
}

/* Numbers of one to `most` digits between `mark`s, the whole span. */
static bool numbers_between(span s, char mark, size_t most, int *out, size_t n)
{
    cut c = {.tail = s, .found = true};
    for (size_t i = 0; i < n; i++) {
        c = span_cut(c.tail, mark);
        if (c.found != (i + 1 < n) || !c.head.n || c.head.n > most || !digits_at(c.head, 0, c.head.n, &out[i]))
            return false;
    }
    return true;
}

bool typed_month_first(span s, int64_t *ms)
{
    int part[3];
    if (!numbers_between(s, '/', 4, part, 3))
        return false;
    civil c = {.month = part[0], .day = part[1], .year = part[2] < 100 ? 2000 + part[2] : part[2]};
    return when_from_civil(c, 0, ms);
}

bool typed_lifetime(span s, uint64_t *ms)
{
    int part[3] = {0};
    bool fits = numbers_between(s, ':', 6, part, 3) || (part[0] = 0, numbers_between(s, ':', 6, part + 1, 2));
    *ms = fits ? ((uint64_t)part[0] * 60 + (uint64_t)part[1]) * 60000 + (uint64_t)part[2] * 1000 : 0;
    return fits || span_eq(s, SPAN("<1"));
}

bool typed_clock(span s, int64_t *ms)
{
    int hour, minute, second, fraction = 0;
    size_t n = s.n > 1 && s.p[1] == ':' ? 1 : 2;
    if (s.n < n + 6 || s.p[n] != ':' || s.p[n + 3] != ':' || !digits_at(s, 0, n, &hour) || !digits_at(s, n + 1, 2, &minute) ||
        !digits_at(s, n + 4, 2, &second) || hour > 23 || minute > 59 || second > 60)
        return false;
    span rest = span_skip(s, n + 6);
    if (rest.n && (rest.p[0] != '.' || rest.n < 2 || rest.n > 10))
        return false;
    for (size_t i = 1, unit = 100; i < rest.n; i++, unit /= 10) {
        if (!ascii_digit(rest.p[i]))
            return false;
        fraction += (rest.p[i] - '0') * (int)unit;
    }
    *ms = ((hour * 60 + minute) * 60 + (second < 60 ? second : 59)) * INT64_C(1000) + fraction;
    return true;
}
