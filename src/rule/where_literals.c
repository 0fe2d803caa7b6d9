/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns one of which stands in every line where a test holds: docs/decisions/where.md has the argument. In short: text
 * fields are parts of the line, so their own text will do. A host may be spelled with escapes, beyond ASCII, an IPv4
 * address in the notations of inet_aton(3); then the line has one of the signs that are listed here. */
#include "event/host.h"
#include "rule/where_plan.h"

#include <stdarg.h>
#include <stdio.h>

enum { PATTERNS_MAX = 32, PATTERN_BYTES = 40 };

/* Where patterns go. Without a set they are only counted. */
struct collector {
    struct literal_set *set;
    arena *a;
    size_t n, score;
    bool failed;
};

static void add(struct collector *c, span text, bool any_case)
{
    c->n++;
    if (text.n < LITERAL_MIN || (c->set && !literal_add(c->set, c->a, text, any_case)))
        c->failed = true;
}

PRINTF(2, 3) static void add_spelling(struct collector *c, const char *format, ...)
{
    char text[PATTERN_BYTES];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add(c, span_of(text, n > 0 && (size_t)n < sizeof text ? (size_t)n : 0), true);
}

static void add_odd(struct collector *c, span bytes)
{
    c->n += 2;
    if (c->set && !literal_add_odd(c->set, bytes))
        c->failed = true;
}

/* Every spelling of a.b.c.d that inet_aton(3) takes: one to four parts, the last one filling what is left, each decimal,
 * octal ("0" and any number of zeros before) or hexadecimal. Those that look alike first: they share a bucket. */
static void add_ipv4(struct collector *c, const uint8_t part[4])
{
    unsigned last2 = part[2] * 256u + part[3], last3 = part[1] * 65536u + last2;
    uint32_t all = part[0] * UINT32_C(16777216) + last3;
    add_spelling(c, "0x0");
    for (int i = 0; i < 4; i++)           /* the first digit of any hexadecimal part is the first digit of one of four */
        add_spelling(c, "0x%x", part[i] > 15 ? part[i] >> 4u : part[i]);
    add_spelling(c, "%u.%u.%u.%u", part[0], part[1], part[2], part[3]);
    add_spelling(c, "ffff:");             /* ::ffff:a.b.c.d */
    add_spelling(c, "%u.%u.%u", part[0], part[1], last2);
    add_spelling(c, "%u.%u", part[0], last3);
    add_spelling(c, "%u", (unsigned)all);
    /* the last part is the only octal one */
    add_spelling(c, "%u.%u.%u.0%o", part[0], part[1], part[2], part[3]);
    add_spelling(c, "%u.%u.%u.00", part[0], part[1], part[2]);
    add_spelling(c, "%u.%u.0%o", part[0], part[1], last2);
    add_spelling(c, "%u.%u.00", part[0], part[1]);
    add_spelling(c, "%u.0%o", part[0], last3);
    add_spelling(c, "%u.00", part[0]);
    add_spelling(c, "0%o", (unsigned)all);
    for (int i = 0; i < 3; i++)
        add_spelling(c, "0%o.", part[i]); /* an octal part before the last */
}

/* Groups have leading zeros or not, and zeros may be written or left out; the last two may be a dotted quad. What
 * always stands there: a group without leading zeros, joined to those after it that have four digits. */
static void add_ipv6(struct collector *c, const uint8_t bytes[16])
{
    char best[PATTERN_BYTES] = "", text[PATTERN_BYTES];
    for (int i = 0; i < 6; i++) {
        unsigned group = bytes[2 * i] * 256u + bytes[2 * i + 1];
        size_t n = (size_t)snprintf(text, sizeof text, "%x", group);
        for (int j = i + 1; group && j < 6 && bytes[2 * j] > 15; j++)
            n += (size_t)snprintf(text + n, sizeof text - n, ":%x", bytes[2 * j] * 256u + bytes[2 * j + 1]);
        if (group && n > strlen(best))
            memcpy(best, text, n + 1);
    }
    add(c, span_str(best), true);
    c->score = strlen(best);
}

static void add_address(struct collector *c, const struct test *t)
{
    static const char digits[] = "0123456789abcdefx.:[]";
    c->score = t->text.n;
    if (!t->text.n)
        c->failed = true; /* a network or a range */
    else if (t->range.low.is_v4)
        add_ipv4(c, t->range.low.bytes + 12);
    else
        add_ipv6(c, t->range.low.bytes);
    if (t->what.kind != KIND_ADDRESS)
        add_odd(c, SPAN(digits));
}

/* Could it be a part of an address in canonical form? Then the line may spell that in another way. */
static bool is_like_address(span lower)
{
    for (size_t i = 0; i < lower.n; i++)
        if (ascii_hex(lower.p[i]) < 0 && lower.p[i] != '.' && lower.p[i] != ':')
            return false;
    return true;
}

static void collect(struct collector *c, const struct test *t)
{
    bool is_canonical = t->what.kind == KIND_HOST || t->what.kind == KIND_DOMAIN, is_address = t->what.kind == KIND_ADDRESS;
    c->score = t->text.n;
    switch (t->kind) {
    case TEST_ADDRESS: add_address(c, t); return;
    case TEST_CONTAINS:
        c->failed = (is_canonical || is_address) && is_like_address(t->text);
        break;
    case TEST_IS: case TEST_BELOW: break;
    case TEST_UNLOGGED: case TEST_BLANK: case TEST_RANGE: case TEST_CLOCK: case TEST_REGEX: c->failed = true; return;
    }
    add(c, t->text, t->kind != TEST_IS || !t->what.case_matters || event_is_blank_text(t->text));
    if (is_canonical)
        add_odd(c, t->text);
}

struct literal_count where_count_literals(const struct test *t)
{
    struct collector c = {0};
    if (!t->is_negated)
        collect(&c, t);
    return c.failed || t->is_negated ? (struct literal_count){0, 0} : (struct literal_count){c.score, c.n};
}

bool where_add_literals(const struct test *t, struct literal_set *set, arena *a)
{
    struct collector c = {.set = set, .a = a};
    collect(&c, t);
    return !c.failed;
}
