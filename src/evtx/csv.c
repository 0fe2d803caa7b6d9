/* SPDX-License-Identifier: Apache-2.0 */
/* Rows have the columns of the first line and one more, the message. The order of the first five is always the same; only
 * the first has another meaning with the Security log. Quotes are believed: what stands in them is a message, whatever it
 * looks like. Only where they do not end within 1 MiB is the next line that begins as a row does taken for one. */
#include "evtx/csv.h"

#include "base/when.h"
#include "evtx/message.h"

#include <stdio.h>

enum { ROW_MAX = 1024 * 1024, COLUMN_LEVEL = 0, COLUMN_TIME, COLUMN_SOURCE, COLUMN_ID, COLUMN_CATEGORY, COLUMN_MESSAGE, COLUMNS };

struct row { span field[COLUMNS]; size_t n; };

void csv_free(struct csv *c)
{
    shape_free(&c->shape);
    text_free(&c->fields);
}

/* ---- times ---- */

static bool take_number(span *s, uint64_t *out, char *separator)
{
    size_t n = 0;
    while (n < s->n && ascii_digit(s->p[n]))
        n++;
    if (!span_u64(span_take(*s, n), out))
        return false;
    *separator = n < s->n ? s->p[n] : '\0';
    *s = span_skip(*s, n + 1);
    return true;
}

/* Year first; or day first; or, with AM or PM, month first: Windows writes a date as its user's region does. */
static bool arrange_date(const uint64_t date[3], bool has_half, civil *c)
{
    bool year_first = date[0] > 31;
    uint64_t year = date[year_first ? 0 : 2], month = date[year_first || !has_half], day = date[year_first ? 2 : !has_half ? 0 : 1];
    if (year > 9999 || month > 12 || day > 31)
        return false;
    c->year = (int)year;
    c->month = (int)month;
    c->day = (int)day;
    return true;
}

static bool take_half(span rest, uint64_t *hour, bool *has_half)
{
    static const struct { span name; bool is_pm; } halves[] = {
        {SPAN_INIT("AM"), false}, {SPAN_INIT("PM"), true}, {SPAN_INIT("午前"), false}, {SPAN_INIT("午後"), true}};
    rest = span_trim(rest);
    *has_half = false;
    for (size_t i = 0; i < COUNT_OF(halves); i++) {
        if (!span_eq_nocase(rest, halves[i].name))
            continue;
        *has_half = true;
        if (*hour < 1 || *hour > 12)
            return false;
        *hour = *hour % 12 + (halves[i].is_pm ? 12 : 0);
        return true;
    }
    return rest.n == 0;
}

/* "2019/11/07 17:05:19", "11/7/2019 5:05:19 PM", "07.11.2019 17:05:19". */
static bool read_time(span s, civil *c)
{
    uint64_t date[3], hour, minute, second;
    char separator;
    bool has_half;
    int64_t ignored;
    *c = (civil){0};
    for (size_t i = 0; i < 3; i++)
        if (!take_number(&s, &date[i], &separator) || (i < 2 && separator != '/' && separator != '-' && separator != '.'))
            return false;
    if (separator != ' ' || !take_number(&s, &hour, &separator) || separator != ':' || !take_number(&s, &minute, &separator) ||
        separator != ':' || !take_number(&s, &second, &separator) || hour > 23 || minute > 59 || second > 60)
        return false;
    if (!take_half(s, &hour, &has_half) || !arrange_date(date, has_half, c))
        return false;
    c->hour = (int)hour;
    c->minute = (int)minute;
    c->second = (int)second;
    return when_from_civil(*c, 0, &ignored);
}

/* ---- rows ---- */

/* Bytes of the row at the beginning, its newline included; SIZE_MAX: it does not end here. */
static size_t row_length(span s)
{
    bool quoted = false;
    for (size_t i = 0; i < s.n && i < ROW_MAX; i++) {
        if (s.p[i] == '"')
            quoted = !quoted;
        else if (s.p[i] == '\n' && !quoted)
            return i + 1;
    }
    return SIZE_MAX;
}

static span unquote(struct text *to, span field)
{
    if (!span_starts(field, SPAN("\"")))
        return field;
    field = span_skip(field, 1);
    field.n -= span_ends(field, SPAN("\""));
    if (!memchr(field.p, '"', field.n))
        return field;
    char *start = text_room(to, field.n), *at = start;
    for (size_t i = 0; start && i < field.n; i++) {
        i += field.p[i] == '"' && i + 1 < field.n && field.p[i + 1] == '"';
        *at++ = field.p[i];
    }
    to->n += start ? (size_t)(at - start) : 0;
    return span_of(start ? start : field.p, start ? (size_t)(at - start) : 0);
}

static void cut_row(struct csv *c, span line, char separator, struct row *row)
{
    bool quoted = false;
    size_t from = 0;
    *row = (struct row){.n = 0};
    c->fields.n = 0;
    c->fields.full = false;
    c->fields.limit = 2 * (size_t)ROW_MAX;
    (void)text_room(&c->fields, ROW_MAX); /* what was cut out must not move */
    while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
        line.n--;
    for (size_t i = 0; i <= line.n; i++) {
        if (i < line.n && line.p[i] == '"')
            quoted = !quoted;
        bool ends = i == line.n || (line.p[i] == separator && !quoted);
        if (!ends || (row->n == COLUMN_MESSAGE && i < line.n)) /* the message is the rest of the row */
            continue;
        row->field[row->n++] = unquote(&c->fields, span_of(line.p + from, i - from));
        from = i + 1;
    }
}

/* The first line behind `s` that begins as rows do. */
static size_t find_row(struct csv *c, span s, char separator)
{
    for (size_t at = 0, hit; (hit = span_find(span_skip(s, at), SPAN("\n"))) != SIZE_MAX;) {
        at += hit + 1;
        span line = span_take(span_skip(s, at), 256); /* level and time stand in that */
        struct row row;
        civil ignored;
        cut_row(c, span_take(line, span_find(line, SPAN("\n"))), separator, &row);
        if (row.n > COLUMN_ID && read_time(row.field[COLUMN_TIME], &ignored))
            return at;
    }
    return SIZE_MAX;
}

/* ---- events ---- */

static void put_outcome(struct shape *s, span keywords)
{
    if (span_eq(keywords, SPAN("Audit Failure")) || span_eq(keywords, SPAN("失敗の監査")))
        shape_field(s, FIELD_KEYWORDS, SPAN("0x8010000000000000"));
    else if (span_eq(keywords, SPAN("Audit Success")) || span_eq(keywords, SPAN("成功の監査")))
        shape_field(s, FIELD_KEYWORDS, SPAN("0x8020000000000000"));
}

static const char *put_row(struct csv *c, const struct row *row, struct text *out)
{
    struct shape *s = &c->shape;
    civil at;
    char time[64];
    uint64_t id;
    if (row->n < COLUMN_MESSAGE)
        return "it has too few columns";
    if (!read_time(row->field[COLUMN_TIME], &at))
        return "its time is of a form that is not known";
    if (!span_u64(row->field[COLUMN_ID], &id))
        return "its event ID is no number";
    int n = snprintf(time, sizeof time, "%04d-%02d-%02dT%02d:%02d:%02d", at.year, at.month, at.day, at.hour, at.minute, at.second);
    struct message_source source = message_source(row->field[COLUMN_SOURCE]);
    span message = row->field[COLUMN_MESSAGE];
    shape_begin(s);
    s->is_event = true;
    shape_field(s, FIELD_TIME, span_of(time, n > 0 ? (size_t)n : 0));
    shape_field(s, FIELD_CHANNEL, source.channel);
    shape_field(s, FIELD_EVENT_ID, row->field[COLUMN_ID]);
    shape_field(s, FIELD_PROVIDER, source.provider);
    put_outcome(s, row->field[COLUMN_LEVEL]);
    message_read(s, row->field[COLUMN_ID], source.provider, message);
    struct shape_record record = {.message_utf8 = message, .has_message = message.n > 0};
    return shape_end(s, &record, out) ? NULL : s->why;
}

static void refuse(struct tally *t, struct text *out, uint64_t offset, const char *why)
{
    out->full = false;
    out->limit += REFUSALS_MAX;
    shape_refused(out, offset, UINT64_MAX, why);
    out->limit -= REFUSALS_MAX;
    if (t->refused++ == 0)
        t->first_refused = offset;
}

static bool is_empty(span line)
{
    return span_eq(line, SPAN("\n")) || span_eq(line, SPAN("\r\n")) || line.n == 0;
}

struct tally csv_read(struct csv *c, span columns, span rows, uint64_t offset, bool is_last, struct text *out, size_t *consumed)
{
    struct tally t = {.first_refused = UINT64_MAX};
    char separator = memchr(columns.p, '\t', columns.n) ? '\t' : ',';
    size_t at = 0;
    while (at < rows.n) {
        span rest = span_skip(rows, at);
        size_t n = row_length(rest);
        bool is_endless = n == SIZE_MAX && rest.n >= ROW_MAX;
        if (n == SIZE_MAX && !is_endless && !is_last)
            break;
        const char *why = NULL;
        if (is_endless) {
            n = find_row(c, rest, separator);
            why = "its quotes do not end within 1 MiB";
        } else {
            struct row row;
            bool ends_inside = n == SIZE_MAX && span_count(rest, '"') % 2;
            n = n == SIZE_MAX ? rest.n : n;
            cut_row(c, span_take(rest, n), separator, &row);
            why = is_empty(span_take(rest, n)) ? "" : ends_inside ? "the text ends in it" : put_row(c, &row, out);
        }
        t.records += !why;
        if (why && why[0])
            refuse(&t, out, offset + at, why);
        at += n == SIZE_MAX ? rest.n : n;
    }
    *consumed = at;
    return t;
}
