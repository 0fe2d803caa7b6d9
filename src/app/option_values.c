/* SPDX-License-Identifier: Apache-2.0 */
#include "app/option_values.h"

#include "app/list_file.h"
#include "base/when.h"

#include <stdlib.h>

#define MEMBER(type) (*(type *)(void *)((char *)o + rule->at))

static fault expected(const struct option_rule *rule, span value, const char *what)
{
    return fault_make(FAULT_USAGE, "%s %.*s: expected %s", rule->name, (int)span_take(value, 80).n, value.p, what);
}

fault take_flag(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    (void)value;
    MEMBER(bool) = true;
    return NO_FAULT;
}

fault take_text(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    MEMBER(const char *) = value.p;
    return NO_FAULT;
}

fault take_span(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    MEMBER(span) = value;
    return NO_FAULT;
}

static fault add_word(const struct option_rule *rule, struct words *w, span value)
{
    if (w->n == WORDS_MAX)
        return fault_make(FAULT_LIMIT, "%s: given more than %d times", rule->name, WORDS_MAX);
    w->items[w->n++] = value;
    return NO_FAULT;
}

fault take_word(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    return add_word(rule, &MEMBER(struct words), value);
}

fault take_file(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    return file_text(a, rule->name, value.p, OPTION_FILE_MAX, &MEMBER(span));
}

fault take_time(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    int zone;
    size_t kept = 0;
    (void)a;
    if (!when_typed(value, &MEMBER(int64_t), &zone))
        return expected(rule, value, "a time like 2026-11-21T21:19:32Z or \"2026-11-21 21:19\"");
    for (size_t i = 0; i < o->zoneless_n; i++) /* given again: the last one counts */
        if (o->zoneless[i] != rule->at)
            o->zoneless[kept++] = o->zoneless[i];
    o->zoneless_n = kept;
    if (zone == WHEN_NONE_MINUTES)
        o->zoneless[o->zoneless_n++] = rule->at;
    return NO_FAULT;
}

fault take_duration(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    static const struct { span unit; int64_t ms; } units[] = {
        {{"ms", 2}, 1}, {{"s", 1}, 1000}, {{"m", 1}, 60000}, {{"h", 1}, 3600000}, {{"d", 1}, 86400000}};
    span digits = value;
    int64_t unit = 1000;
    uint64_t n;
    (void)a;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (span_ends(value, units[i].unit)) {
            unit = units[i].ms;
            digits.n -= units[i].unit.n;
            break;
        }
    const int64_t century = INT64_C(36525) * 86400000;
    if (!span_u64(digits, &n) || n > (uint64_t)(century / unit))
        return expected(rule, value, "a duration like 90s, 5m or 1h");
    MEMBER(int64_t) = (int64_t)n * unit;
    return NO_FAULT;
}

fault take_zone(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    return when_zone(value, &MEMBER(int)) ? NO_FAULT : expected(rule, value, "an offset like +09:00 or UTC");
}

fault take_tz(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    TRY(take_zone(rule, a, o, value));
    o->format.tz_minutes = o->tz_minutes;
    return NO_FAULT;
}

static bool size_of(span v, size_t *out)
{
    unsigned shift = 0;
    if (v.n) {
        char unit = ascii_lower(v.p[v.n - 1]);
        shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : 0;
    }
    uint64_t n;
    if (!span_u64(shift ? span_take(v, v.n - 1) : v, &n) || n == 0 || n > SIZE_MAX >> shift)
        return false;
    *out = (size_t)n << shift;
    return true;
}

fault take_size(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    return size_of(value, &MEMBER(size_t)) ? NO_FAULT : expected(rule, value, "a size like 64M or 2G");
}

fault take_number(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    uint64_t *n = &MEMBER(uint64_t);
    return span_u64(value, n) && *n ? NO_FAULT : expected(rule, value, "a number from 1 on");
}

fault take_form(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    (void)value;
    span name = span_str(rule->name);
    o->form = span_eq(name, SPAN("--json"))     ? FORM_JSON
              : span_eq(name, SPAN("--ndjson")) ? FORM_NDJSON
              : span_eq(name, SPAN("--ecs"))    ? FORM_ECS
                                                : FORM_CSV;
    return NO_FAULT;
}

fault take_lang(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    if (!span_eq(value, SPAN("en")) && !span_eq(value, SPAN("ja")))
        return expected(rule, value, "en or ja");
    o->lang = span_eq(value, SPAN("ja")) ? LANG_JA : LANG_EN;
    o->lang_given = true;
    return NO_FAULT;
}

fault take_threads(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    uint64_t n;
    (void)a;
    if (!span_u64(value, &n) || n < 1 || n > THREADS_MAX)
        return expected(rule, value, "a number from 1 to 256");
    o->threads = (unsigned)n;
    return NO_FAULT;
}

/* agent,bytes_out */
fault take_fields(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    for (cut c = span_cut(value, ',');; c = span_cut(c.tail, ',')) {
        if (field_by_key(c.head) == FIELD_COUNT)
            return expected(rule, value, "names of fields with commas between them, like agent,bytes_out");
        TRY(add_word(rule, &MEMBER(struct words), c.head));
        if (!c.found)
            return NO_FAULT;
    }
}

static bool number_of(span v, double *out)
{
    char text[64], *end;
    if (v.n == 0 || v.n >= sizeof text)
        return false;
    memcpy(text, v.p, v.n);
    text[v.n] = '\0';
    *out = strtod(text, &end);
    return *end == '\0' && *out == *out;
}

/* --set input.block=4K is the engine's: it cannot change a result, so it is no knob of the run. */
fault take_block(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    cut assignment = span_cut(value, '=');
    if (!span_eq(assignment.head, SPAN("input.block")) || !size_of(assignment.tail, &o->block_size))
        return expected(rule, value, "input.block=SIZE, a size like 4K");
    return NO_FAULT;
}

fault take_set(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    cut assignment = span_cut(value, '='), name = span_cut(assignment.head, '.');
    if (!assignment.found || !name.found)
        return expected(rule, value, "DETECTOR.KNOB=VALUE");
    if (span_eq(assignment.head, SPAN("input.block")))
        return take_block(rule, a, o, value);
    if (o->setting_n == SETTINGS_MAX)
        return fault_make(FAULT_LIMIT, "--set: at most %d settings", SETTINGS_MAX);
    struct setting *s = &o->settings[o->setting_n];
    *s = (struct setting){name.head, name.tail, 0};
    if (!number_of(assignment.tail, &s->value))
        return expected(rule, value, "a number behind the '='");
    o->setting_n++;
    return NO_FAULT;
}

fault take_encoding(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)a;
    return input_encoding(value, &MEMBER(enum text_encoding)) ? NO_FAULT
           : expected(rule, value, "utf-8, utf-16le, utf-16be, cp932, euc-jp or auto");
}

/* One a line, as it stands there: a password may begin or end with a space. */
fault take_passwords(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    span text;
    TRY(file_text(a, rule->name, value.p, OPTION_FILE_MAX, &text));
    for (cut c = span_cut(text, '\n');; c = span_cut(c.tail, '\n')) {
        span line = c.head;
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        if (line.n)
            TRY(add_word(rule, &MEMBER(struct words), arena_dup(a, line)));
        if (!c.found)
            return NO_FAULT;
    }
}

/* Its file was read before all other options were taken. */
fault take_config(const struct option_rule *rule, arena *a, struct options *o, span value)
{
    (void)rule;
    (void)a;
    (void)o;
    (void)value;
    return NO_FAULT;
}
