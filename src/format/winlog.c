/* SPDX-License-Identifier: Apache-2.0 */
#include "format/winlog.h"

#include "base/when.h"
#include "format/recognise.h"
#include "scan/json_walk.h"

enum { LINES_TRIED = 50 /* of each dialect; the one chosen sees all */, FRONT_ROWS = 16 };
/* Search answers and exporters put the event below a member of their own. */
static const char *const above_paths[] = {"", "_source.", "data."};

/* One line on its way to an event. */
struct line {
    const struct winlog_dialect *dialect;
    span above;
    arena *scratch;
    struct windows_event *event;
    span name;               /* of a <Data Name="...">, whose text follows */
    bool is_refused;
};

static span without(span path, span above) { return span_starts(path, above) ? span_skip(path, above.n) : (span){NULL, 0}; }

/* Does `inner` stand below `outer`, or is it the same? Everything stands below "". */
static bool is_below(span inner, span outer)
{
    return span_starts(inner, outer) && (!outer.n || inner.n == outer.n || inner.p[outer.n] == '.');
}

static span value_of(const struct line *l, const struct json_reader *at, enum json_token token)
{
    switch (token) {
    case JSON_STRING: return at->has_escapes ? json_unescape(l->scratch, at->text) : at->text;
    case JSON_NUMBER: return json_plain(l->scratch, at->text);
    case JSON_TRUE: return SPAN("true");
    case JSON_FALSE: return SPAN("false");
    case JSON_END: case JSON_BAD: case JSON_OBJECT: case JSON_OBJECT_END: case JSON_ARRAY: case JSON_ARRAY_END: case JSON_KEY:
    case JSON_NULL: break;
    }
    return (span){NULL, 0};
}

/* ---- the head ---- */

static bool enters_head(const void *ctx, span path)
{
    const struct line *l = ctx;
    if (is_below(l->above, path) || is_below(SPAN("konseki.refused"), path))
        return true;
    path = without(path, l->above);
    for (size_t i = 0; path.n && i < WINLOG_HEADS_MAX && l->dialect->head[i].path; i++)
        if (is_below(span_str(l->dialect->head[i].path), path))
            return true;
    return false;
}

static bool take_head(void *ctx, span path, const struct json_reader *at, enum json_token token)
{
    struct line *l = ctx;
    l->is_refused |= is_below(path, SPAN("konseki.refused"));
    path = without(path, l->above);
    for (size_t i = 0; path.n && i < WINLOG_HEADS_MAX && l->dialect->head[i].path; i++) {
        enum windows_field f = l->dialect->head[i].field;
        if (!span_eq(path, span_str(l->dialect->head[i].path)) || (l->event->has | l->event->blank) >> f & 1)
            continue;
        span value = value_of(l, at, token);
        if (value.p)
            (void)windows_put_field(l->event, f, span_trim(value)); /* what is no time or number is not there */
    }
    return true;
}

static bool has_head(const struct windows_event *e)
{
    return windows_has(e, WINDOWS_TIME) && windows_has(e, WINDOWS_EVENT_ID) &&
           (windows_has(e, WINDOWS_CHANNEL) || windows_has(e, WINDOWS_PROVIDER));
}

/* ---- EventData and UserData ---- */

static bool is_data(const struct line *l, span path)
{
    path = without(path, l->above);
    for (size_t i = 0; path.p && i < WINLOG_DATA_MAX && l->dialect->data[i]; i++)
        if (is_below(path, span_str(l->dialect->data[i])))
            return true;
    return false;
}

static bool enters_data(const void *ctx, span path)
{
    const struct line *l = ctx;
    if (is_below(l->above, path) || is_data(l, path))
        return true;
    path = without(path, l->above);
    for (size_t i = 0; path.n && i < WINLOG_DATA_MAX && l->dialect->data[i]; i++)
        if (is_below(span_str(l->dialect->data[i]), path))
            return true;
    return false;
}

/* A member by its name; or an element of Windows' XML whose name and text became members: {"@Name":"IpPort","#text":"0"}. */
static void put_member(struct line *l, span name, span value)
{
    bool is_name = span_eq(name, SPAN("@Name")) || span_eq(name, SPAN("Name"));
    bool is_text = l->name.p && span_eq(name, SPAN("#text"));
    if (is_name)
        l->name = value;
    else if (value.p)
        windows_put(l->event, is_text ? l->name : name, value, l->dialect->any_case);
    if (is_text)
        l->name = (span){NULL, 0};
}

/* [{"@Name":...,"#text":...}, ...]: of other arrays nothing is taken. */
static void put_elements(struct line *l, struct json_reader r)
{
    enum json_token token;
    while ((token = json_next(&r)) == JSON_OBJECT) {
        l->name = (span){NULL, 0};
        while (json_next(&r) == JSON_KEY) {
            span key = r.text;
            token = json_next(&r);
            put_member(l, key, value_of(l, &r, token));
            if (!json_skip(&r, token))
                return;
        }
    }
    l->name = (span){NULL, 0};
}

static bool take_member(void *ctx, span path, const struct json_reader *at, enum json_token token)
{
    struct line *l = ctx;
    cut last = span_rcut(path, '.');
    if (token == JSON_ARRAY)
        put_elements(l, *at);
    else
        put_member(l, last.found ? last.tail : path, value_of(l, at, token));
    return true;
}

static bool take_data(void *ctx, span path, const struct json_reader *at, enum json_token token)
{
    return !is_data(ctx, path) || take_member(ctx, path, at, token);
}

/* A payload that is no JSON leaves its fields absent: the head is an event without it. */
static bool take_payload(void *ctx, span path, const struct json_reader *at, enum json_token token)
{
    static const struct json_visit inside = {NULL, take_member};
    struct line *l = ctx;
    if (token == JSON_STRING && span_eq(without(path, l->above), span_str(l->dialect->payload)))
        (void)json_walk(value_of(l, at, token), &inside, l);
    return true;
}

static void read_data(struct line *l, span text)
{
    static const struct json_visit members = {enters_data, take_data}, payload = {enters_data, take_payload};
    (void)json_walk(text, l->dialect->payload ? &payload : &members, l);
    windows_settle(l->event);
}

enum row_fate winlog_row(const struct winlog_dialect *d, const char *above, span text, arena *scratch, struct windows_event *e)
{
    static const struct json_visit head = {enters_head, take_head};
    struct line l = {.dialect = d, .above = span_str(above), .scratch = scratch, .event = e};
    text = span_trim(text);
    e->kind = NULL;
    e->has = e->blank = 0;
    e->is_local_time = false;
    if (is_skippable(text))
        return ROW_SKIPPED;
    if (!json_walk(text, &head, &l) || l.is_refused || !has_head(e))
        return ROW_BAD;
    e->is_local_time &= !d->is_utc;
    e->kind = windows_kind(windows_text(e, WINDOWS_CHANNEL), windows_text(e, WINDOWS_PROVIDER), e->at[WINDOWS_EVENT_ID].number);
    if (!e->kind)
        return ROW_SKIPPED;
    read_data(&l, text);
    return ROW_EVENT;
}

enum row_fate format_windows_row(const struct layout *layout, span line, arena *scratch, struct windows_event *e)
{
    struct peeled p = {.line = line};
    bool is_wrapped = layout->envelope.layer_n && envelope_open(&layout->envelope, line, scratch, &p);
    e->kind = NULL;
    if (is_wrapped && !envelope_has_tag(&layout->envelope, p.tag))
        return ROW_SKIPPED;
    enum row_fate fate = winlog_row(layout->windows, layout->windows_above, p.line, scratch, e);
    if (fate != ROW_BAD && e->is_local_time && windows_has(e, WINDOWS_TIME))
        e->at[WINDOWS_TIME].ms -= (int64_t)layout->stamp_tz * 60000;
    return fate;
}

/* ---- recognition ---- */

/* How a dialect does on the lines of a sample. */
struct trial {
    size_t lines, events;    /* not blank; with a head: ours or not */
    size_t fields;           /* of their heads: what one dialect reads another may read in part */
    bool lacks_zone;
};

static bool is_refusal(span line) { return span_starts(span_trim(line), SPAN("{\"konseki\":{\"refused\":")); }

static struct trial try_dialect(const struct winlog_dialect *d, const char *above, const span *lines, size_t n)
{
    struct trial t = {.lines = 0};
    arena scratch = {0};
    struct windows_event e;
    for (size_t i = 0; i < n; i++) {
        if (is_skippable(lines[i]) || is_refusal(lines[i]))
            continue;
        t.lines++;
        if (winlog_row(d, above, lines[i], &scratch, &e) == ROW_BAD)
            continue;
        t.events++;
        t.fields += (size_t)__builtin_popcountll(e.has & ((WINDOWS_BIT(ACTIVITY) << 1) - 1));
        t.lacks_zone |= e.is_local_time;
    }
    arena_free(&scratch);
    return t;
}

/* Options that name a proxy's layout say nothing of the event logs beside it. */
static bool is_asked_for(const struct winlog_dialect *d, const struct format_options *o)
{
    return !winlog_is_name(o->format) || span_eq_nocase(o->format, span_str(d->name));
}

/* Is an object among the first rows? Rotation cuts rows, and programs write banners in front of them. */
static bool has_object(const span *lines, size_t n)
{
    size_t rows = 0;
    for (size_t i = 0; i < n && rows < FRONT_ROWS; i++) {
        span line = span_trim(lines[i]);
        if (line.n && line.p[0] == '{')
            return true;
        rows += !is_skippable(line);
    }
    return false;
}

static void fill(struct layout *out, const struct format_options *options, const struct trial *t)
{
    bool has_tz = options->tz_minutes != WHEN_NONE_MINUTES;
    out->name = out->definition = span_str(out->windows->name);
    out->fit = t->lines ? (double)t->events / (double)t->lines : 1;
    out->unescapes = true;
    out->tz_in_stamp = !t->lacks_zone;
    out->tz_minutes = out->tz_in_stamp ? 0 : options->tz_minutes;
    out->stamp_tz = has_tz ? options->tz_minutes : 0;
}

/* The dialect that takes most of the first lines, and of those that take as many the one that has more of their heads. */
static struct trial choose_dialect(const struct format_options *options, const span *lines, size_t n, struct layout *out)
{
    struct trial best = {.lines = 0};
    for (size_t i = 0; winlog_at(i); i++)
        for (size_t k = 0; k < COUNT_OF(above_paths) && is_asked_for(winlog_at(i), options); k++) {
            struct trial t = try_dialect(winlog_at(i), above_paths[k], lines, n);
            bool is_better = t.events > best.events || (t.events == best.events && t.fields > best.fields);
            bool is_all_refused = !t.lines && !out->windows;
            if (!is_better && !is_all_refused)
                continue;
            best = t;
            out->windows = winlog_at(i);
            out->windows_above = above_paths[k];
        }
    return best;
}

bool winlog_recognise(const struct format_options *options, const span *lines, size_t n, double least, struct layout *out)
{
    *out = (struct layout){.n = 0};
    if (!has_object(lines, n))
        return false;
    struct trial t = choose_dialect(options, lines, n < LINES_TRIED ? n : LINES_TRIED, out);
    if (out->windows) {
        t = try_dialect(out->windows, out->windows_above, lines, n);
        fill(out, options, &t);
    }
    if (!out->windows || out->fit < least)
        *out = (struct layout){.n = 0};
    return out->windows != NULL;
}
