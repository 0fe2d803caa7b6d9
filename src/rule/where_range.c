/* SPDX-License-Identifier: Apache-2.0 */
/* Values that have an order, and the run of numbers that a comparison with them means. A time is as long as it is
 * written: 15:05 is a minute, 2026-11-21 a day; so a..b takes in the whole of b. */
#include "base/when.h"
#include "rule/where_plan.h"

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60000, MS_PER_HOUR = 3600000, MS_PER_DAY = 86400000 };

/* Both ends belong to it. */
struct stretch {
    uint64_t low, high;
    bool is_clock;   /* milliseconds of a local day */
};

/* "15:05", "9:30:00", "15:05:10.250" */
static bool read_clock(span s, struct stretch *out)
{
    char padded[] = "2000-01-01T00:00:00.000000000";
    if (s.n >= 2 && s.p[1] == ':') /* 9:30 */
        return s.n < 18 && (memcpy(padded, s.p, s.n), memmove(padded + 1, padded, s.n), padded[0] = '0',
                            read_clock(span_of(padded, s.n + 1), out));
    int64_t ms;
    int zone;
    if ((s.n != 5 && s.n < 8) || s.n > 18)
        return false;
    memcpy(padded + 11, s.p, s.n);
    if (!when_iso(span_of(padded, 11 + s.n), &ms, &zone) || zone != WHEN_NONE_MINUTES)
        return false;
    uint64_t length = s.n == 5 ? MS_PER_MINUTE : s.n == 8 ? MS_PER_SECOND : 1;
    out->low = (uint64_t)(ms % MS_PER_DAY + MS_PER_DAY) % MS_PER_DAY;
    out->high = out->low + length - 1;
    out->is_clock = true;
    return true;
}

static bool read_time(span s, int tz_minutes, struct stretch *out)
{
    int64_t ms;
    int zone;
    if (read_clock(s, out))
        return true;
    if (!when_iso(s, &ms, &zone))
        return false;
    if (zone == WHEN_NONE_MINUTES)
        ms -= (int64_t)tz_minutes * MS_PER_MINUTE;
    bool has_fraction = s.n > 19 && (s.p[19] == '.' || s.p[19] == ',');
    int64_t length = s.n == 10 ? MS_PER_DAY : s.n == 16 ? MS_PER_MINUTE : has_fraction ? 1 : MS_PER_SECOND;
    *out = (struct stretch){where_order_ms(ms), where_order_ms(ms + length - 1), false};
    return true;
}

/* Powers of 1024, as for --memory. */
static bool read_number(span s, uint64_t *out)
{
    char unit = s.n ? ascii_lower(s.p[s.n - 1]) : '\0';
    unsigned shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : unit == 't' ? 40 : 0;
    if (!span_u64(shift ? span_take(s, s.n - 1) : s, out) || *out > UINT64_MAX >> shift)
        return false;
    *out <<= shift;
    return true;
}

static bool read_duration(span s, uint64_t *out)
{
    static const struct { span name; uint64_t ms; } units[] = {
        {{"ms", 2}, 1}, {{"s", 1}, MS_PER_SECOND}, {{"m", 1}, MS_PER_MINUTE}, {{"h", 1}, MS_PER_HOUR},
        {{"d", 1}, MS_PER_DAY},
    };
    uint64_t v;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (!span_ends(s, units[i].name) || !span_u64(span_take(s, s.n - units[i].name.n), &v))
            continue;
        if (v > INT64_MAX / units[i].ms)
            return false;
        *out = where_order_ms((int64_t)(v * units[i].ms));
        return true;
    }
    return false;
}

static bool read_outcome(span s, uint64_t *out)
{
    for (*out = 0; *out < OUTCOME_COUNT; ++*out)
        if (span_eq(s, span_str(outcome_keys[*out])))
            return true;
    return false;
}

static bool read_yes_no(span s, uint64_t *out)
{
    *out = span_eq(s, SPAN("yes"));
    return *out || span_eq(s, SPAN("no"));
}

static bool read_hour(span s, struct stretch *out)
{
    uint64_t hour;
    if (!span_u64(s, &hour) || hour > 23)
        return false;
    *out = (struct stretch){hour * MS_PER_HOUR, hour * MS_PER_HOUR + MS_PER_HOUR - 1, true};
    return true;
}

static bool read_value(enum value_kind kind, span s, int tz_minutes, struct stretch *out)
{
    bool is_read = false;
    *out = (struct stretch){0};
    switch (kind) {
    case KIND_TIME: return read_time(s, tz_minutes, out);
    case KIND_HOUR: return read_hour(s, out);
    case KIND_NUMBER: is_read = read_number(s, &out->low); break;
    case KIND_DURATION: is_read = read_duration(s, &out->low); break;
    case KIND_OUTCOME: is_read = read_outcome(s, &out->low); break;
    case KIND_TUNNEL: is_read = read_yes_no(s, &out->low); break;
    case KIND_ADDRESS: case KIND_HOST: case KIND_DOMAIN: case KIND_TEXT: case KIND_COUNT: break;
    }
    out->high = out->low;
    return is_read;
}

static const char *expected(enum value_kind kind)
{
    switch (kind) {
    case KIND_TIME: return "expected a time like 15:05, 2026-11-21 or \"2026-11-21 15:05:10\"";
    case KIND_HOUR: return "expected an hour from 0 to 23";
    case KIND_NUMBER: return "expected a number like 200, 64k or 1M";
    case KIND_DURATION: return "expected a duration like 500ms, 10s, 5m or 1h";
    case KIND_OUTCOME: return "expected unknown, allowed, blocked, auth_required, failed or cached";
    case KIND_TUNNEL: return "expected yes or no";
    case KIND_ADDRESS: case KIND_HOST: case KIND_DOMAIN: case KIND_TEXT: case KIND_COUNT: break;
    }
    return "expected another value";
}

/* From what is written to what is meant; false where no value can be meant: below the least, above the most. */
static bool stretch_to(enum operator op, struct stretch *s)
{
    uint64_t most = s->is_clock ? MS_PER_DAY - 1 : UINT64_MAX;
    bool is_none = (op == OP_LESS && s->low == 0) || (op == OP_MORE && s->high == most);
    if (op == OP_LESS || op == OP_AT_MOST) {
        s->high = op == OP_LESS ? s->low - 1 : s->high;
        s->low = 0;
    } else if (op == OP_MORE || op == OP_AT_LEAST) {
        s->low = op == OP_MORE ? s->high + 1 : s->low;
        s->high = most;
    }
    return !is_none;
}

fault where_read_range(const struct where *w, enum operator op, const struct written *first, const struct written *last,
                       struct test *t, size_t *at)
{
    struct stretch s, end;
    *at = first->at;
    if (!read_value(t->what.kind, first->text, w->tz_minutes, &s))
        return fault_make(FAULT_USAGE, "%s", expected(t->what.kind));
    if (last) {
        *at = last->at;
        if (!read_value(t->what.kind, last->text, w->tz_minutes, &end))
            return fault_make(FAULT_USAGE, "%s", expected(t->what.kind));
        if (end.is_clock != s.is_clock)
            return fault_make(FAULT_USAGE, "expected both ends with a date or both without");
        if (!s.is_clock && end.high < s.low)
            return fault_make(FAULT_USAGE, "the range ends before it begins");
        s.high = end.high;
    }
    if (!stretch_to(op, &s))
        return fault_make(FAULT_USAGE, "no value is %s than this", op == OP_LESS ? "smaller" : "larger");
    t->kind = s.is_clock ? TEST_CLOCK : TEST_RANGE;
    t->low = s.low;
    t->high = s.high;
    return NO_FAULT;
}
