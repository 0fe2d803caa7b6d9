/* SPDX-License-Identifier: Apache-2.0 */
/* Logs whose header lines name the columns: a source may hold several of them, for the logger was configured anew, or
 * logs were joined. Rows mean what the header line in front of them says. */
#include "format/columns.h"
#include "format/recognise.h"

#include "base/when.h"

bool format_is_header(span line)
{
    struct header ignored;
    return header_of_comment(line, &ignored);
}

bool format_stays(const struct layout *l, span line) { return l->n && span_eq(l->plans[0]->header, line); }

static bool writes_headers(const struct vocabulary *v)
{
    for (size_t i = 0; i < COUNT_OF(v->examples) && v->examples[i].example; i++)
        if (v->examples[i].shape == NAMED_W3C)
            return true;
    return false;
}

static size_t names_wanted(const struct vocabulary *v)
{
    size_t n = 0;
    while (v && v->must[n])
        n++;
    return n;
}

const struct vocabulary *headed_vocabulary(span only, struct header h)
{
    const struct vocabulary *best = NULL, *v;
    for (size_t i = 0; (v = vocabulary_at(i)); i++)
        if ((!only.p || span_eq_nocase(only, span_str(v->name))) && writes_headers(v) &&
            vocabulary_fits(v, header_has_name, &h) && names_wanted(v) > names_wanted(best))
            best = v;
    return best;
}

static const struct plan *plan_of_header(arena *a, span only, span line)
{
    struct header h;
    struct plan *plan = arena_new(a, struct plan, 1);
    const struct vocabulary *v = header_of_comment(line, &h) ? headed_vocabulary(only, h) : NULL;
    return v && !plan_compile_columns(a, v, h, plan).kind ? plan : NULL;
}

static void add_plan(arena *a, const struct format_options *options, struct layout *out, const struct plan *plan)
{
    struct plan *own = arena_new(a, struct plan, 1);
    *own = *plan;
    bool is_open = !plan->tz_in_stamp && options->tz_minutes != WHEN_NONE_MINUTES;
    own->tz_minutes = is_open ? options->tz_minutes : 0;
    own->time_least = INT64_MIN;
    out->plans[out->n++] = own;
}

void format_follow(arena *a, const struct format_options *options, const struct layout *from, span line, struct layout *out)
{
    const struct plan *plan = plan_of_header(a, options->format, line);
    *out = *from;
    out->n = 0;
    out->gives = plan ? plan->gives : 0;
    if (plan) {
        add_plan(a, options, out, plan);
        out->name = plan->name;
        out->definition = plan->definition;
    }
    for (size_t i = 0; i < from->n && out->n < FORMAT_PLANS_MAX; i++)
        if (!from->plans[i]->header.n) /* what read the odd row before still does */
            out->plans[out->n++] = from->plans[i];
}

static bool has_rows(const span *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_skippable(lines[i]))
            return true;
    return false;
}

/* The first header line with rows behind it, and where another one stands; n: there is none. */
static size_t first_section(const span *lines, size_t n, size_t *end)
{
    size_t at = n;
    for (size_t i = 0; i < n; i++) {
        if (!format_is_header(lines[i]) || (at < n && span_eq(lines[i], lines[at])))
            continue;
        if (at < n && has_rows(lines + at, i - at)) {
            *end = i;
            return at;
        }
        at = i;
    }
    *end = n;
    return at < n && has_rows(lines + at, n - at) ? at : n;
}

static bool reads(const struct layout *l, const span *lines, size_t n)
{
    size_t rows = 0, taken = 0;
    arena scratch = {0};
    event e;
    for (size_t i = 0; i < n; i++) {
        rows += !is_skippable(lines[i]);
        taken += plain_row(l, lines[i], NULL, &scratch, &e) == ROW_EVENT;
    }
    arena_free(&scratch);
    return (double)taken >= FIT_GOOD * (double)rows;
}

span unusable_header(arena *a, const span *lines, size_t n)
{
    static const char *const wanted[][3] = {{"date", "date-local", "timestamp"}, {"c-ip", "c-ip", "c-ip"}};
    struct header h;
    size_t end, at = first_section(lines, n, &end);
    if (at == n || !header_of_comment(lines[at], &h) || h.is_zeek)
        return (span){NULL, 0};
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        bool has = false;
        for (size_t k = 0; k < COUNT_OF(wanted[i]); k++)
            has |= header_has(h, span_str(wanted[i][k]));
        if (!has)
            return arena_printf(a, "a log whose #Fields line names no %s, and nothing can be said without", wanted[i][0]);
    }
    return (span){NULL, 0};
}

/* Each header speaks for its own rows, so they are not tried as others'. Rows in front of the first one may be those of
 * another log, or of this one, whose beginning was cut away. */
fault recognise_headed(arena *a, const struct format_options *options, const span *lines, size_t n, struct layout *out,
                       struct format_refusal *refusal)
{
    size_t end, at = first_section(lines, n, &end);
    if (at == n)
        return recognise_plain(a, options, false, lines, n, out, refusal);
    fault f = recognise_plain(a, options, false, lines + at, end - at, out, refusal);
    if (!f.kind && has_rows(lines, at) && !reads(out, lines, at)) {
        struct layout front;
        struct format_refusal ignored;
        if (!recognise_plain(a, options, false, lines, at, &front, &ignored).kind)
            *out = front;
    } else if (f.kind == FAULT_CORRUPT && end - at < n) {
        struct format_refusal ignored;
        fault whole = recognise_plain(a, options, false, lines, n, out, &ignored);
        f = whole.kind ? f : whole;
    }
    out->follows_headers = !f.kind && !options->logformat.p && !options->squid_conf.p && !options->own;
    return f;
}
