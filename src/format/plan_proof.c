/* SPDX-License-Identifier: Apache-2.0 */
/* What a row that was cut still has to prove: that it is one row, whole, and of this layout. */
#include "format/typed.h"
#include "format/plan_row.h"

enum { REPEAT_TRIES = 64, REPEAT_WINDOW = 512, EPOCH_DIGITS = 10,
       REPEAT_COLUMNS = 3 /* fewer are no proof of a row */ };

static bool looks_like_url(span s)
{
    size_t slashes = span_find(s, SPAN("://"));
    for (size_t i = 0; i < s.n && slashes != SIZE_MAX && i < slashes; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '+' && s.p[i] != '-' && s.p[i] != '.')
            return false;
    uint64_t port;
    bool is_authority = span_u64(span_rcut(s, ':').tail, &port) && port <= 65535;
    return s.n && !memchr(s.p, ' ', s.n) && (is_authority || (slashes && slashes != SIZE_MAX));
}

/* No quote that is not escaped, and no request line. */
static bool looks_like_agent(span s)
{
    bool is_escaped = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' && !is_escaped)
            return false;
        is_escaped = s.p[i] == '\\' && !is_escaped;
    }
    size_t version = span_rfind(s, SPAN(" HTTP/"));
    return version == SIZE_MAX || version + 9 < s.n;
}

static bool looks_like_client(span s)
{
    bool has_letter = false;
    for (size_t i = 0; i < s.n; i++) {
        has_letter |= ascii_alpha(s.p[i]);
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '.' && s.p[i] != '-' && s.p[i] != '_')
            return typed_address(s);
    }
    return (has_letter || typed_address(s)) && client_is_whole(s);
}

bool row_looks_right(const event *e)
{
    return looks_like_client(event_text(e, FIELD_CLIENT)) &&
           (!(e->gives & FIELD_BIT(URL)) || looks_like_url(event_text(e, FIELD_URL))) &&
           looks_like_agent(event_text(e, FIELD_AGENT));
}

bool row_is_in_place(const event *e)
{
    uint64_t status = event_has(e, FIELD_STATUS) ? e->at[FIELD_STATUS].number : 0; /* 0: there was no answer */
    return (!event_has(e, FIELD_CLIENT) || looks_like_client(event_text(e, FIELD_CLIENT))) && (status == 0 || status >= 100);
}

bool client_is_whole(span s)
{
    const char *p = s.p, *end = p + s.n;
    bool fits = true;
    for (unsigned dots = 0;; dots++, p++) {
        const char *start = p;
        unsigned octet = 0;
        for (; p < end && ascii_digit(*p); p++)
            octet = octet > 255 ? octet : octet * 10 + (unsigned)(*p - '0');
        if (p < end && (*p != '.' || p == s.p))
            return *p != '.'; /* a name, an IPv6 address */
        fits &= p > start && octet <= 255;
        if (p == end)
            return dots ? fits && dots == 3 : s.n > 3 /* a number stands for a client somewhere */;
    }
}

/* The length of the IP address that `s` ends in, whatever stands in front of it; 0: in none. */
static size_t address_at_end(span s)
{
    size_t n = 0, digits = 0, dots = 0;
    for (; n < s.n && (dots < 3 || digits < 3); n++) {
        char c = s.p[s.n - n - 1];
        if (!ascii_digit(c) && (c != '.' || !digits || dots == 3))
            break;
        dots += c == '.';
        digits = c == '.' ? 0 : digits + 1;
        if (digits > 3)
            return 0;
    }
    if (dots == 3 && digits)
        return n;
    for (n = 0; n < s.n && n < 39 && (ascii_hex(s.p[s.n - n - 1]) >= 0 || s.p[s.n - n - 1] == ':');)
        n++;
    return typed_address(span_skip(s, s.n - n)) ? n : 0;
}

/* How many bytes at the end of `s` could be the first column of a row, whatever stands in front; 0: none. */
static size_t first_column_at_end(const struct cut_step *c, span s)
{
    static const size_t lengths[] = {EPOCH_DIGITS + 4, EPOCH_DIGITS + 3, EPOCH_DIGITS};
    int64_t ms;
    uint64_t v;
    if (c->field == FIELD_CLIENT)
        return address_at_end(s);
    for (size_t i = 0; i < COUNT_OF(lengths) && (c->type == CUT_EPOCH || c->type == CUT_EPOCH_MS); i++) {
        span end = span_skip(s, s.n - lengths[i]);
        if (s.n >= lengths[i] && end.p[0] != '0' && (typed_epoch(end, &ms) || span_u64(end, &v)))
            return lengths[i];
    }
    return 0;
}

static bool follows(const struct plan *plan, size_t from, span line, size_t at)
{
    return plan_begins(plan, from, span_take(span_skip(line, at), REPEAT_WINDOW));
}

/* A row that was being written when the log was rotated, when the disk was full or the proxy died ends anywhere, and
 * the next one is glued to it. Looked for is a place behind the line's first byte where all columns in front of the
 * greedy one fit once more. Attackers choose URLs: how many places are looked at, and how far, is limited. */
bool row_begins_again(const struct plan *plan, span line)
{
    const struct cut_step *first = &plan->cuts[0];
    bool by_prefix = plan->prefix.n > 0;
    span key = by_prefix ? plan->prefix : first->stop;
    size_t at = 1, found;
    if (!key.n || plan->greedy == plan->n || plan->greedy < REPEAT_COLUMNS)
        return false;
    for (unsigned tries = 0; tries < REPEAT_TRIES; tries++, at += found + 1) {
        found = span_find(span_skip(line, at), key);
        if (found == SIZE_MAX)
            return false;
        size_t n = by_prefix ? 0 : first_column_at_end(first, span_take(line, at + found));
        if (by_prefix ? follows(plan, 0, line, at + found + key.n)
                      : n && n < at + found && follows(plan, 1, line, at + found + key.n))
            return true;
    }
    return false;
}
