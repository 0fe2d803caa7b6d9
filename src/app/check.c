/* SPDX-License-Identifier: Apache-2.0 */
/* The verb check: reads every row once and says what the logs can answer. */
#include "app/check_read.h"
#include "app/list_file.h"
#include "app/manifest.h"
#include "app/pipeline.h"
#include "app/progress.h"
#include "app/verb.h"
#include "base/when.h"
#include "report/check_text.h"

enum { COLUMNS_APART = 4 };   /* sources shown side by side; more of them by layout */

static const char about[] =
    "INPUT is a file (plain or compressed), a folder (walked), or - for standard input. Says what these logs can\n"
    "answer and what they cannot, what to save before it is gone, how to mend it, and what to be careful of.\n";

static uint64_t required_fields(const struct words *require)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < require->n; i++)
        bits |= UINT64_C(1) << field_by_key(require->items[i]);   /* the option took names of fields only */
    return bits;
}

static void sum_up(struct call *c, struct reading *reading, struct check_result *r)
{
    r->sources = reading->infos;
    r->source_n = reading->n;
    r->failures = reading->failures;
    r->failure_n = reading->failure_n;
    r->first = INT64_MAX;
    r->last = INT64_MIN;
    r->tz_minutes = WHEN_NONE_MINUTES;
    r->lacking = arena_new(&c->memory, uint64_t, r->source_n + 1);
    for (size_t i = 0; i < r->source_n; i++) {
        struct source_info *s = &reading->infos[i];
        s->used = s->events;
        if (s->same_as >= 0 || !source_has_rows(s))
            continue;
        r->records += s->records;
        r->bad += s->bad;
        r->skipped += s->skipped;
        for (unsigned f = 0; f < FIELD_COUNT; f++)
            r->lacking[i] |= s->value[f] ? 0 : r->required & UINT64_C(1) << f;
        r->is_lacking |= r->lacking[i] != 0;
        if (!s->events)
            continue;
        r->first = min_i64(r->first, s->first);
        r->last = max_i64(r->last, s->last);
        r->tz_minutes = r->tz_minutes == WHEN_NONE_MINUTES ? s->tz_minutes : r->tz_minutes;
    }
    r->tz_minutes = r->tz_minutes == WHEN_NONE_MINUTES ? 0 : r->tz_minutes;
    r->as_of = c->options.as_of != INT64_MIN ? c->options.as_of : r->last != INT64_MIN ? min_i64(r->last, c->options.until) : 0;
}

static void write_report(const struct call *c, const void *result, sink *out)
{
    const struct check_result *r = result;
    const struct options *o = &c->options;
    struct report_options options = {.lang = o->lang, .lang_given = o->lang_given, .all = o->all,
                                     .colour = call_is_coloured(c), .columns = 80};
    options.tz_minutes = o->show_tz_minutes != WHEN_NONE_MINUTES ? o->show_tz_minutes : r->tz_minutes;
    (o->form == FORM_JSON ? check_json : check_text)(r, &options, out);
}

static fault check(struct call *c, struct checked *all, const struct clients *machines, struct check_result *r)
{
    struct progress progress = progress_begin(!c->options.quiet);
    fault f = check_read(all, &c->memory, progress_show, &progress);
    progress_end(&progress);
    TRY(f);
    size_t unique = 0;
    sum_up(c, &all->reading, r);
    for (size_t i = 0; i < r->source_n; i++)
        unique += r->sources[i].same_as < 0 && source_has_rows(&r->sources[i]);
    struct auditing in = {.sources = r->sources, .folds = all->folds, .n = r->source_n, .copies = all->copies.items,
                          .tz_minutes = c->options.show_tz_minutes != WHEN_NONE_MINUTES ? c->options.show_tz_minutes : r->tz_minutes,
                          .by_layout = c->options.form == FORM_TEXT && unique > COLUMNS_APART, .copy_n = all->copies.n,
                          .machines = machines, .windows = &all->windows, .shared = shared_clients(&c->memory, all->survey)};
    r->has_machines = machines != NULL;
    audit_make(&c->memory, &in, &r->audit);
    return NO_FAULT;
}

static void write_fix(const struct call *c, const void *mend, sink *out)
{
    check_fix(mend, &(struct report_options){.lang = c->options.lang, .columns = 80}, out);
}

static fault fix(struct call *c)
{
    const struct mend *mend = mend_of(span_str(c->options.fix));
    if (mend)
        return call_write(c, write_fix, mend);
    sink names = sink_memory();
    mend_names(&names);
    fault unknown = fault_make(FAULT_USAGE, "--fix %s: expected %.*s", c->options.fix, (int)names.used, names.buffer);
    fault ignored = sink_done(&names); /* a sink in memory */
    (void)ignored;
    return unknown;
}

static void write_manifest(const struct call *c, const void *manifest, sink *out)
{
    (void)c;
    manifest_write(manifest, out);
}

static fault make_manifest(struct call *c)
{
    struct manifest m = {0};
    TRY(manifest_make(&c->memory, &c->options, &m));
    fault f = call_write(c, write_manifest, &m);
    call_failures(c, m.failures, m.failure_n);
    return f;
}

static fault run_check(struct call *c)
{
    struct checked all = {0};
    struct clients *machines = NULL;
    struct check_result r = {.created = call_created(), .arguments = c->arguments, .argument_n = c->argument_n,
                             .required = required_fields(&c->options.require)};
    TRY(list_clients(&c->memory, &c->options, &machines));
    fault f = reading_open(&all.reading, &c->options);
    if (!f.kind)
        f = check(c, &all, machines, &r);
    if (!f.kind && all.reading.n)
        f = call_write(c, write_report, &r);
    c->asked = r.is_lacking;
    call_failures(c, all.reading.failures, all.reading.failure_n);
    audit_free(&r.audit);
    check_close(&all);
    return f;
}

static fault run(struct call *c)
{
    if (c->options.fix)
        return fix(c);
    if (!c->options.input_n)
        return fault_make(FAULT_USAGE, "which log? Name files, folders, or - for standard input");
    return c->options.manifest ? make_manifest(c) : run_check(c);
}

const struct verb verb_check = {"check", VERB_CHECK, "INPUT...", "can these logs answer? what to save, how to mend it",
                                about, NULL, run};
