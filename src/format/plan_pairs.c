/* SPDX-License-Identifier: Apache-2.0 */
/* The executor of rows that are key=value pairs, bare or behind the head of CEF or LEEF. */
#include "format/keyed.h"
#include "scan/pairs.h"

/* "CEF:0|Vendor|Product|Version|Class|Name|Severity|pairs"; its parts are pairs too, under CEF's own names. */
static const char *const cef_head[] = {"deviceVendor", "deviceProduct", "deviceVersion", "signatureId", "name", "severity"};
/* "LEEF:1.0|Vendor|Product|Version|EventID|pairs", LEEF:2.0 with the separator of the pairs as one more part. */
static const char *const leef_head[] = {"deviceVendor", "deviceProduct", "deviceVersion", "eventId"};

enum { HEAD_MAX = 6 };

struct head { span parts[HEAD_MAX]; const char *const *names; size_t n; span pairs; char between; };

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

/* LEEF 2.0: "^", "x5E" or "0x5E"; empty: a tab. */
static char separator_of(span s)
{
    if (s.n == 1)
        return s.p[0];
    if (s.n >= 3 && (s.p[s.n - 3] | 32) == 'x' && ascii_hex(s.p[s.n - 2]) >= 0 && ascii_hex(s.p[s.n - 1]) >= 0)
        return (char)(ascii_hex(s.p[s.n - 2]) << 4 | ascii_hex(s.p[s.n - 1]));
    return '\t';
}

static bool take_head(const struct plan *plan, span line, struct head *h)
{
    size_t at = plan->head == HEAD_NONE ? 0 : span_find(line, plan->head == HEAD_CEF ? SPAN("CEF:") : SPAN("LEEF:"));
    *h = (struct head){.pairs = line, .between = plan->between};
    if (plan->head == HEAD_NONE)
        return true;
    if (at == SIZE_MAX)
        return false;
    cut version = cut_part(span_skip(line, at));
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
    if (plan->head == HEAD_LEEF && span_starts(version.head, SPAN("LEEF:2"))) {
        cut part = cut_part(h->pairs);
        h->between = separator_of(part.head);
        h->pairs = part.tail;
    }
    return true;
}

static struct pair_reader read_pairs(const struct plan *plan, const struct head *h)
{
    return pairs_read(h->pairs, h->between, plan->equals, plan->head == HEAD_CEF ? PAIRS_CEF : PAIRS_PLAIN);
}

enum row_fate pairs_row(struct run *r, span line)
{
    struct head h;
    if (!take_head(r->plan, line, &h))
        return ROW_BAD;
    struct keyed_row row = keyed_begin(r);
    struct pair_reader p = read_pairs(r->plan, &h);
    size_t n = 0;
    for (size_t i = 0; i < h.n; i++)
        if (!keyed_put(&row, span_str(h.names[i]), h.parts[i]))
            return ROW_BAD;
    for (; pairs_next(&p); n++)
        if (!keyed_put(&row, p.key, p.has_escapes ? pairs_unescape(r->scratch, p.value) : p.value))
            return ROW_BAD;
    return n ? keyed_end(&row) : ROW_BAD;
}

size_t pairs_names(const struct plan *plan, span line, span *names, size_t max)
{
    struct head h;
    if (!take_head(plan, line, &h))
        return 0;
    size_t n = 0;
    for (size_t i = 0; i < h.n && n < max; i++)
        names[n++] = span_str(h.names[i]);
    struct pair_reader p = read_pairs(plan, &h);
    while (n < max && pairs_next(&p))
        names[n++] = p.key;
    return n;
}
