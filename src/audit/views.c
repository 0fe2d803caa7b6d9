/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

enum { HOUR_MINUTES = 60, DAY_MINUTES = 1440 };

/* "logs/full.log.gz" is full, ".log" is .log. */
static span short_name(span path)
{
    size_t slash = span_rfind(path, SPAN("/"));
    span name = slash == SIZE_MAX || slash + 1 == path.n ? path : span_skip(path, slash + 1);
    for (size_t i = 1; i < name.n; i++)
        if (name.p[i] == '.')
            return span_take(name, i);
    return name;
}

static bool is_of(const struct auditing *in, const struct view *v, size_t source)
{
    const struct source_info *a = &in->sources[v->sources[0]], *b = &in->sources[source];
    return in->by_layout && span_eq(a->format, b->format) && span_eq(a->definition, b->definition);
}

static struct view *view_of(arena *a, const struct auditing *in, struct audit *out, size_t source)
{
    for (size_t i = 0; i < out->view_n; i++)
        if (is_of(in, &out->views[i], source))
            return &out->views[i];
    struct view *v = &out->views[out->view_n++];
    *v = (struct view){.first = INT64_MAX, .last = INT64_MIN, .is_utc = true};
    v->name = in->by_layout ? in->sources[source].format : short_name(in->sources[source].path);
    v->sources = arena_new(a, uint32_t, in->n);
    return v;
}

static void add_source(struct view *v, const struct auditing *in, size_t source)
{
    const struct source_info *s = &in->sources[source];
    v->sources[v->source_n++] = (uint32_t)source;
    v->events += s->events;
    v->skipped += s->skipped;
    v->bad += s->bad;
    v->logged |= s->gives;
    v->tz_assumed |= s->tz_assumed;
    v->is_utc &= s->is_epoch || (!s->tz_assumed && s->tz_minutes == 0);
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        v->value[f] += s->value[f];
        v->blank[f] += s->blank[f];
    }
    if (s->events) {
        v->first = min_i64(v->first, s->first);
        v->last = max_i64(v->last, s->last);
    }
    fold_join(&v->fold, &in->folds[source]);
}

static int64_t day_of(int64_t minute) { return minute / DAY_MINUTES - (minute % DAY_MINUTES < 0); }

/* Zones of half hours have their midnight within an hour: its first and its last minute with rows may lie in two days. */
static uint32_t count_days(const struct hour *hours, size_t n, int tz_minutes)
{
    uint32_t days = 0;
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        int64_t begin = hours[i].hour * HOUR_MINUTES + tz_minutes;
        int64_t from = day_of(begin + __builtin_ctzll(hours[i].minutes)), to = day_of(begin + 63 - __builtin_clzll(hours[i].minutes));
        days += (from != last) + (to != from);
        last = to;
    }
    return days;
}

static void sum_view(arena *a, struct view *v, int tz_minutes)
{
    for (size_t f = 0; f < FIELD_COUNT; f++)
        v->filled |= v->value[f] ? UINT64_C(1) << f : 0;
    v->hours = arena_new(a, struct hour, v->fold.times.hour_n + 1);
    v->hour_n = times_hours(&v->fold.times, v->hours);
    v->days = count_days(v->hours, v->hour_n, tz_minutes);
}

/* Names that are not different say nothing: then it is the whole path. */
static void tell_apart(const struct auditing *in, struct audit *out)
{
    for (size_t i = 0; i < out->view_n; i++)
        for (size_t k = 0; k < i && out->view_n <= 64; k++)
            if (span_eq(out->views[i].name, out->views[k].name)) {
                out->views[i].name = in->sources[out->views[i].sources[0]].path;
                out->views[k].name = in->sources[out->views[k].sources[0]].path;
            }
}

void audit_views(arena *a, const struct auditing *in, struct audit *out)
{
    out->views = arena_new(a, struct view, in->n + 1);
    for (size_t i = 0; i < in->n; i++)
        if (in->sources[i].same_as < 0 && source_has_rows(&in->sources[i]))
            add_source(view_of(a, in, out, i), in, i);
    for (size_t i = 0; i < out->view_n; i++)
        sum_view(a, &out->views[i], in->tz_minutes);
    tell_apart(in, out);
}
