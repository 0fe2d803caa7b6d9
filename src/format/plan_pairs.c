/* SPDX-License-Identifier: Apache-2.0 */
/* The executor of rows that are key=value pairs, bare or behind the head of CEF or LEEF. */
#include "format/keyed.h"
#include "scan/pairs.h"

/* "CEF:0|Vendor|Product|Version|Class|Name|Severity|pairs"; its parts are pairs too, under CEF's own names. */
static const char *const cef_head[] = {"deviceVendor", "deviceProduct", "deviceVersion", "signatureId", "name", "severity"};
/* "LEEF:1.0|Vendor|Product|Version|EventID|pairs", LEEF:2.0 with the separator of the pairs as one more part. */
static const char *const leef_head[] = {"deviceVendor", "deviceProduct", "deviceVersion", "eventId"};

enum { HEAD_MAX = 6, VERSION_MAX = 8, WORD_MAX = 48 };

/* What stands in front of the first separator and is no pair: a stamp, in the feeds that begin with one. */
#define STAMP_NAME "(stamp)"

struct head {
    span parts[HEAD_MAX];
    const char *const *names;
    size_t n;
    span pairs;
    char between;
    enum pairs_style style;
};

/* The text up to the next '|' that no backslash escapes. */
static cut cut_part(span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '|')
            return (cut){span_take(s, i), span_skip(s, i + 1), true};
    }
    return (cut){s, {NULL, 0}, false};
}

/* "0" or "1" in CEF, "1.0" or "2.0" in LEEF. */
static bool is_version(enum plan_head head, span s)
{
    s = span_trim(s);
    bool has_digit = s.n && (s.p[0] == '0' || s.p[0] == '1' || s.p[0] == '2');
    return has_digit && (head == HEAD_CEF ? s.n == 1 : s.n == 3 && s.p[1] == '.' && s.p[2] == '0');
}

/* Behind "CEF:" wherever it stands; or at the front of the line, where a reader of syslog took "CEF:" for the name of the
 * program. */
static bool find_head(enum plan_head head, span line, span *from)
{
    span mark = head == HEAD_CEF ? SPAN("CEF:") : SPAN("LEEF:");
    size_t at = span_find(line, mark);
    *from = at == SIZE_MAX ? line : span_skip(line, at + mark.n);
    cut version = span_cut(span_take(*from, VERSION_MAX), '|');
    return version.found && is_version(head, version.head);
}

bool pairs_have_head(enum plan_head head, span line)
{
    span from;
    return find_head(head, line, &from);
}

/* LEEF 2.0: "^", "x5E" or "0x5E"; empty: a tab. */
static char separator_of(span s)
{
    if (s.n == 1)
        return s.p[0];
    if (s.n >= 3 && (s.p[s.n - 3] | 32) == 'x' && ascii_hex(s.p[s.n - 2]) >= 0 && ascii_hex(s.p[s.n - 1]) >= 0)
        return (char)(ascii_hex(s.p[s.n - 2]) << 4 | ascii_hex(s.p[s.n - 1]));
    return '\t';
}

/* LEEF 1.0 wants tabs; some write '|', and some relays make blanks of them, which stand in values too. */
static char separator_seen(span pairs)
{
    const char *bar = pairs.n ? memchr(pairs.p, '|', pairs.n) : NULL;
    return pairs.n && memchr(pairs.p, '\t', pairs.n) ? '\t' : bar ? '|' : ' ';
}

static bool take_head(const struct plan *plan, span line, struct head *h)
{
    *h = (struct head){.pairs = line, .between = plan->between, .style = plan->head == HEAD_CEF ? PAIRS_CEF : PAIRS_PLAIN};
    if (plan->head == HEAD_NONE)
        return true;
    if (!find_head(plan->head, line, &line))
        return false;
    cut version = cut_part(line);
    h->names = plan->head == HEAD_CEF ? cef_head : leef_head;
    size_t parts = plan->head == HEAD_CEF ? COUNT_OF(cef_head) : COUNT_OF(leef_head);
    h->pairs = version.tail;
    for (; h->n < parts; h->n++) {
        cut part = cut_part(h->pairs);
        if (!part.found)
            return false;
        h->parts[h->n] = part.head;
        h->pairs = part.tail;
    }
    if (plan->head == HEAD_CEF)
        return true;
    if (span_trim(version.head).p[0] == '2') {
        cut part = cut_part(h->pairs);
        h->between = separator_of(part.head);
        h->pairs = part.tail;
    } else {
        h->between = separator_seen(h->pairs);
    }
    if (h->between == ' ')
        h->style = PAIRS_CEF; /* a value runs on to the next key */
    return true;
}

static struct pair_reader read_pairs(const struct plan *plan, const struct head *h)
{
    return pairs_read(h->pairs, h->between, plan->equals, h->style);
}

static span stamp_of(const struct plan *plan, span line)
{
    span first = span_cut(line, plan->between).head;
    bool is_stamp = plan->head == HEAD_NONE && plan->between == '\t' && first.n && ascii_digit(first.p[0]) &&
                    !memchr(first.p, plan->equals, first.n);
    return is_stamp ? first : (span){NULL, 0};
}

static bool put_head(const struct plan *plan, span line, const struct head *h, struct keyed_row *row)
{
    span stamp = stamp_of(plan, line);
    if (stamp.n && !keyed_put(row, SPAN(STAMP_NAME), stamp))
        return false;
    for (size_t i = 0; i < h->n; i++)
        if (!keyed_put(row, span_str(h->names[i]), h->parts[i]))
            return false;
    return true;
}

enum row_fate pairs_row(struct run *r, span line)
{
    struct head h;
    if (!take_head(r->plan, line, &h))
        return ROW_BAD;
    struct keyed_row row = keyed_begin(r);
    struct pair_reader p = read_pairs(r->plan, &h);
    size_t n = 0;
    if (!put_head(r->plan, line, &h, &row))
        return ROW_BAD;
    for (; pairs_next(&p); n++)
        if (!keyed_put(&row, p.key, p.has_escapes ? pairs_unescape(r->scratch, p.value) : p.value))
            return ROW_BAD;
    return n ? keyed_end(&row) : ROW_BAD;
}

static size_t add_word(arena *a, span *names, size_t n, size_t max, span name, span value)
{
    if (n == max || !value.n || value.n > WORD_MAX)
        return n;
    names[n] = arena_printf(a, "%.*s=%.*s", (int)name.n, name.p, (int)value.n, value.p);
    return n + 1;
}

size_t pairs_names(arena *a, const struct plan *plan, span line, span *names, size_t max)
{
    struct head h;
    if (!take_head(plan, line, &h))
        return 0;
    size_t n = 0;
    if (stamp_of(plan, line).n)
        names[n++] = SPAN(STAMP_NAME);
    for (size_t i = 0; i < h.n && n < max; i++)
        names[n++] = span_str(h.names[i]);
    size_t head = n;
    struct pair_reader p = read_pairs(plan, &h);
    while (n < max && pairs_next(&p))
        names[n++] = p.key;
    if (n == head)
        return 0;
    for (size_t i = 0; i < h.n; i++)
        n = add_word(a, names, n, max, span_str(h.names[i]), h.parts[i]);
    p = read_pairs(plan, &h);
    while (n < max && pairs_next(&p))
        n = add_word(a, names, n, max, p.key, p.value);
    return n;
}
