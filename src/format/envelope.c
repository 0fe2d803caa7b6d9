/* SPDX-License-Identifier: Apache-2.0 */
#include "format/envelope.h"

#include "base/when.h"

enum { NO_YEAR = 1972, HOST_MAX = 255, STRUCTURED_MAX = 8192 };

static span take_word(span *s)
{
    const char *blank = s->n ? memchr(s->p, ' ', s->n) : NULL;
    span word = blank ? span_of(s->p, (size_t)(blank - s->p)) : *s;
    *s = span_skip(*s, word.n + (blank != NULL));
    return word;
}

/* "123 " in front of "<134>": the length of what follows, which ends the line here too. */
static void take_length(span *s)
{
    size_t n = 0;
    while (n < s->n && n < 6 && ascii_digit(s->p[n]))
        n++;
    if (n && n + 1 < s->n && s->p[n] == ' ' && s->p[n + 1] == '<')
        *s = span_skip(*s, n + 1);
}

/* "<134>" and what RFC 5424 puts behind it, "1 ". */
static bool take_priority(span *s, bool *is_5424)
{
    *is_5424 = false;
    take_length(s);
    if (!s->n || s->p[0] != '<')
        return true;
    cut close = span_cut(span_take(span_skip(*s, 1), 4), '>');
    uint64_t priority;
    if (!close.found || !span_u64(close.head, &priority) || priority > 191)
        return false;
    *s = span_skip(*s, close.head.n + 2);
    *is_5424 = span_starts(*s, SPAN("1 "));
    if (*is_5424)
        *s = span_skip(*s, 2);
    return true;
}

/* Two digits, the first may be a blank; or -1. */
static int two_digits(const char *p)
{
    int high = p[0] == ' ' ? 0 : p[0] - '0', low = p[1] - '0';
    return high < 0 || high > 9 || low < 0 || low > 9 ? -1 : high * 10 + low;
}

static bool take_clock(span *s, civil *c)
{
    const char *p = s->p;
    if (s->n < 9 || p[2] != ':' || p[5] != ':')
        return false;
    c->hour = two_digits(p);
    c->minute = two_digits(p + 3);
    c->second = two_digits(p + 6);
    *s = span_skip(*s, 8);
    if (s->p[0] == '.') { /* rsyslog can add a fraction; milliseconds of a head are of no use */
        size_t n = 1;
        while (n < s->n && ascii_digit(s->p[n]))
            n++;
        *s = span_skip(*s, n);
    }
    return s->n && s->p[0] == ' ' && (*s = span_skip(*s, 1), true);
}

/* "Nov 21 21:19:32 ", "Nov  1 ...", "Nov 21 2026 21:19:32 ". */
static bool take_old_stamp(span *s, struct peeled *out)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    civil c = {.year = NO_YEAR};
    if (s->n < 16 || s->p[3] != ' ' || s->p[6] != ' ')
        return false;
    for (int m = 0; m < 12 && !c.month; m++)
        c.month = memcmp(s->p, names + 3 * m, 3) == 0 ? m + 1 : 0;
    c.day = two_digits(s->p + 4);
    *s = span_skip(*s, 7);
    uint64_t year;
    out->has_year = s->p[4] == ' ' && span_u64(span_take(*s, 4), &year);
    if (out->has_year) {
        c.year = (int)year;
        *s = span_skip(*s, 5);
    }
    out->has_time = true;
    out->tz_minutes = WHEN_NONE_MINUTES;
    return c.month && take_clock(s, &c) && when_from_civil(c, 0, &out->ms);
}

static bool take_iso_stamp(span *s, struct peeled *out)
{
    span word = take_word(s);
    out->has_time = out->has_year = word.n >= 19 && word.p[10] == 'T' && when_iso(word, &out->ms, &out->tz_minutes);
    return out->has_time;
}

/* Sophos UTM: "2026:11:21-21:19:32". */
static bool take_colon_stamp(span *s, struct peeled *out)
{
    span word = take_word(s);
    char iso[20];
    if (word.n != 19 || word.p[4] != ':' || word.p[7] != ':' || word.p[10] != '-')
        return false;
    memcpy(iso, word.p, 19);
    iso[4] = iso[7] = '-';
    iso[10] = 'T';
    out->has_time = out->has_year = when_iso(span_of(iso, 19), &out->ms, &out->tz_minutes);
    return out->has_time;
}

/* Proxifier: "[11.21 21:19:32] ". */
static bool peel_brackets(span s, struct peeled *out)
{
    civil c = {.year = NO_YEAR};
    if (s.n < 18 || s.p[3] != '.' || s.p[6] != ' ' || s.p[15] != ']')
        return false;
    c.month = two_digits(s.p + 1);
    c.day = two_digits(s.p + 4);
    c.hour = two_digits(s.p + 7);
    c.minute = two_digits(s.p + 10);
    c.second = two_digits(s.p + 13);
    out->has_time = s.p[9] == ':' && s.p[12] == ':' && s.p[16] == ' ' && when_from_civil(c, 0, &out->ms);
    out->line = span_skip(s, 17);
    return out->has_time;
}

static bool take_digit_stamp(span *s, struct peeled *out)
{
    span rest = *s;
    return take_iso_stamp(s, out) || (*s = rest, take_colon_stamp(s, out));
}

static bool is_tag_byte(char c)
{
    return ascii_alpha(c) || ascii_digit(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '@' || c == '(' ||
           c == ')';
}

/* "squid[811]", "(squid-1)", "/usr/sbin/squid": what all processes of one program share. */
static span program_of(span tag)
{
    tag = span_cut(tag, '[').head;
    if (tag.n > 2 && tag.p[0] == '(' && tag.p[tag.n - 1] == ')')
        tag = span_of(tag.p + 1, tag.n - 2);
    cut worker = span_rcut(tag, '-');
    uint64_t number;
    if (worker.found && worker.head.n && span_u64(worker.tail, &number))
        tag = worker.head;
    return span_take(tag, ENVELOPE_TAG_MAX);
}

/* "squid[811]: " or "squid: ". Anything else is no tag, and stays. */
static bool take_tag(span *s, span *tag)
{
    size_t n = 0;
    while (n < s->n && n < ENVELOPE_TAG_MAX && is_tag_byte(s->p[n]))
        n++;
    size_t name = n;
    if (n && n < s->n && s->p[n] == '[') {
        while (++n < s->n && n < 2 * ENVELOPE_TAG_MAX && s->p[n] != ']' && s->p[n] != ' ')
            ;
        n += n < s->n && s->p[n] == ']';
    }
    if (!name || n >= s->n || s->p[n] != ':' || (n + 1 < s->n && s->p[n + 1] != ' '))
        return false;
    *tag = program_of(span_take(*s, n));
    *s = span_skip(*s, n + 1);
    return true;
}

/* [host] [tag:] message */
static void take_old_head(span *s, struct peeled *out)
{
    if (take_tag(s, &out->tag))
        return;
    span rest = *s, host = take_word(&rest);
    if (!host.n || host.n > HOST_MAX)
        return;
    *s = rest;
    (void)take_tag(s, &out->tag);
}

/* [id name="value" ...][...] or "-": values may hold \" and \]. */
static bool take_structured_data(span *s)
{
    if (span_starts(*s, SPAN("-"))) {
        *s = span_skip(*s, 1);
        return true;
    }
    size_t i = 0;
    bool is_quoted = false, is_open = false;
    for (; i < s->n && i < STRUCTURED_MAX; i++) {
        char c = s->p[i];
        if (is_quoted && c == '\\')
            i++;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && c == ']')
            is_open = false;
        else if (!is_quoted && !is_open && c != '[')
            break;
        else if (!is_quoted && c == '[')
            is_open = true;
    }
    bool fits = i && !is_open && !is_quoted;
    *s = span_skip(*s, i);
    return fits;
}

/* Check Point's exporter puts all it has to say into structured data: then that is the message. */
static span message_of(span data, span rest)
{
    rest = span_skip(rest, rest.n > 0);
    if (rest.n || data.n < 2 || data.p[0] != '[')
        return span_skip(rest, span_starts(rest, SPAN("\xef\xbb\xbf")) ? 3 : 0);
    return span_of(data.p + 1, data.n - 2);
}

/* stamp host app pid id data [BOM]message; "-" stands for what is not known. */
static bool peel_5424(span s, struct peeled *out)
{
    if (span_starts(s, SPAN("- ")))
        s = span_skip(s, 2);
    else if (!take_iso_stamp(&s, out))
        return false;
    (void)take_word(&s);
    span app = take_word(&s);
    (void)take_word(&s);
    (void)take_word(&s);
    span data = s;
    if (!app.n || !take_structured_data(&s) || (s.n && s.p[0] != ' '))
        return false;
    data.n -= s.n;
    out->tag = span_eq(app, SPAN("-")) ? span_take(app, 0) : program_of(app);
    out->line = message_of(data, s);
    return true;
}

static span without_lead(span s)
{
    while (s.n && s.p[0] == ' ')
        s = span_skip(s, 1);
    return s;
}

static bool peel_syslog(span line, struct peeled *out)
{
    bool is_5424;
    if (!take_priority(&line, &is_5424))
        return false;
    if (is_5424)
        return peel_5424(line, out);
    if (span_starts(line, SPAN("[")))
        return peel_brackets(line, out);
    if (!line.n || !(ascii_digit(line.p[0]) ? take_digit_stamp(&line, out) : take_old_stamp(&line, out)))
        return false;
    take_old_head(&line, out);
    out->line = without_lead(line);
    return true;
}

bool envelope_peel(unsigned kind, span line, arena *scratch, struct peeled *out)
{
    const struct peeled bare = {.line = line, .tag = span_take(line, 0), .tz_minutes = WHEN_NONE_MINUTES};
    *out = bare;
    if (kind == ENVELOPE_SYSLOG ? peel_syslog(line, out)
        : kind == ENVELOPE_CRI ? envelope_peel_cri(line, out)
                               : kind >= ENVELOPE_JSON && envelope_peel_json(kind, line, scratch, out))
        return true;
    *out = bare;
    return false;
}

bool envelope_open(const struct envelope *e, span line, arena *scratch, struct peeled *out)
{
    *out = (struct peeled){.line = line, .tag = span_take(line, 0), .tz_minutes = WHEN_NONE_MINUTES};
    for (size_t i = 0; i < e->layer_n; i++) {
        struct peeled p;
        if (!envelope_peel(e->layers[i], out->line, scratch, &p))
            return false;
        if (!p.tag.n)
            p.tag = out->tag;
        if (!p.has_time) {
            span line_inside = p.line, tag = p.tag;
            p = *out;
            p.line = line_inside;
            p.tag = tag;
        }
        *out = p;
    }
    return true;
}

bool envelope_has_json(const struct envelope *e)
{
    for (size_t i = 0; i < e->layer_n; i++)
        if (e->layers[i] >= ENVELOPE_JSON)
            return true;
    return false;
}

bool envelope_has_tag(const struct envelope *e, span tag)
{
    for (size_t i = 0; i < e->tag_n; i++)
        if (span_eq(tag, span_of(e->tags[i], e->tag_lengths[i])))
            return true;
    return false;
}

bool envelope_add_tag(struct envelope *e, span tag)
{
    if (e->tag_n == ENVELOPE_TAGS_MAX || tag.n > ENVELOPE_TAG_MAX)
        return false;
    if (tag.n)
        memcpy(e->tags[e->tag_n], tag.p, tag.n);
    e->tag_lengths[e->tag_n++] = (uint8_t)tag.n;
    return true;
}

int64_t envelope_year(int64_t ms, int64_t latest)
{
    civil c = when_to_civil(ms, 0);
    int year = when_to_civil(latest, 0).year;
    int64_t in_year;
    for (int tries = 0; tries < 9; tries++) { /* the 29th of February is there every eighth year at worst */
        c.year = year - tries;
        if (when_from_civil(c, 0, &in_year) && in_year <= latest)
            return in_year;
    }
    return ms;
}
