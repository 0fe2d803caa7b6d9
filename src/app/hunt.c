/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pipeline.h"
#include "app/progress.h"
#include "app/timeline.h"
#include "app/verb.h"
#include "base/when.h"
#include "report/report.h"

static const char about[] =
    "INPUT is a file (plain or compressed), a folder (walked), or - for standard input. The layout is recognised by\n"
    "content: Squid's, Apache's and nginx's own; others are inferred, or named.\n";

static const char *const form_reports[] = {
    [FORM_TEXT] = "hunt_text", [FORM_JSON] = "hunt_json", [FORM_NDJSON] = "hunt_ndjson", [FORM_CSV] = "hunt_csv",
};

static void write_report(const struct call *c, const void *result, sink *out)
{
    const struct hunt_result *r = result;
    const struct options *o = &c->options;
    const struct report *report = report_by_name(span_str(form_reports[o->form]));
    struct report_options options = {.lang = o->lang, .lang_given = o->lang_given, .leads = o->leads, .all = o->all,
                                     .colour = call_is_coloured(c), .columns = 80};
    options.tz_minutes = o->show_tz_minutes != WHEN_NONE_MINUTES ? o->show_tz_minutes : r->totals.tz_minutes;
    report->render(r, &options, out);
}

static fault run(struct call *c)
{
    struct hunt h = {0};
    struct progress progress = progress_begin(!c->options.quiet);
    h.result.created = call_created();
    h.result.arguments = c->arguments;
    h.result.argument_n = c->argument_n;
    struct timeline_file timeline;
    TRY(timeline_open(&c->options, &timeline));
    fault f = hunt_run(&h, &c->options, progress_show, &progress);
    progress_end(&progress);
    if (!f.kind && h.result.source_n)
        f = call_write(c, write_report, &h.result);
    if (!f.kind && h.result.source_n)
        f = timeline_write(&h, c, &timeline);
    timeline_close(&c->options, &timeline);
    call_notes(c, h.reading.notes, h.reading.note_n);
    call_failures(c, h.result.failures, h.result.failure_n);
    hunt_close(&h);
    return f;
}

const struct verb verb_hunt = {"hunt", VERB_HUNT, "INPUT...", "is someone inside? stories, and the lines that prove them",
                               about, "which log? Name files, folders, or - for standard input", run};
