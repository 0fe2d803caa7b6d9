/* SPDX-License-Identifier: Apache-2.0 */
#include "app/who.h"

#include "app/list_file.h"
#include "app/progress.h"
#include "app/verb.h"
#include "base/when.h"
#include "report/who.h"

enum { ROWS_SHOWN = 20 };

static const char about[] =
    "IOC is a host (and all names below it), an address, a network (198.51.100.0/24) or a URL; written as reports\n"
    "write it: hxxp, [.], (dot), full-width dots. What exists as a file or folder, or is -, is an INPUT; --ioc and\n"
    "--ioc-file name indicators in any case. With --at, only what happened around that time. docs/who.md\n";

static void *begin(void *contacts) { return contacts_worker_new(contacts); }
static fault take_event(void *worker, uint32_t source, uint64_t offset, span line, const event *e)
{
    contacts_event(worker, source, offset, line, e);
    return NO_FAULT;
}
static fault end(void *worker)
{
    contacts_worker_close(worker);
    return NO_FAULT;
}

static const struct row_taker who_taker = {.begin = begin, .event = take_event, .end = end};

static fault find(struct who *w, const struct call *c, struct progress *progress)
{
    size_t unique = 0;
    TRY(known_suffixes_open(&w->suffixes));
    indicators_begin(&w->set, w->suffixes, c->options.threads);
    TRY(who_operands(w, &c->options));
    TRY(list_clients(&w->memory, &w->options, &w->clients));
    w->is_read = true;
    TRY(reading_open(&w->reading, &w->options));
    for (size_t i = 0; i < w->reading.n; i++)
        unique += w->reading.sources[i].same == SAME_UNIQUE;
    w->contacts = contacts_new(&(struct contacts_options){
        .set = &w->set, .clients = w->clients, .many_sources = unique > 1, .at = w->options.at, .within = w->options.within,
        .near_max = w->options.at == INT64_MIN ? 0 : min_u64(w->options.limit ? w->options.limit : ROWS_SHOWN, CONTACT_NEAR_MAX)});
    TRY(reading_run(&w->reading, &who_taker, w->contacts, progress_show, progress));
    reading_finish(&w->reading);
    who_tell(w);
    return NO_FAULT;
}

static void write_report(const struct call *c, const void *result, sink *out)
{
    const struct who_result *r = result;
    const struct options *o = &c->options;
    struct report_options options = {.lang = o->lang, .lang_given = o->lang_given, .all = o->all, .limit = o->limit,
                                     .colour = call_is_coloured(c), .columns = 80};
    options.tz_minutes = o->show_tz_minutes != WHEN_NONE_MINUTES ? o->show_tz_minutes : r->read.totals.tz_minutes;
    switch (o->form) {
    case FORM_ECS: /* rows alone */
    case FORM_TEXT: who_text(r, &options, out); break;
    case FORM_JSON: who_json(r, &options, out); break;
    case FORM_NDJSON: who_ndjson(r, &options, out); break;
    case FORM_CSV: who_csv(r, out); break;
    }
}

static fault run(struct call *c)
{
    struct who w = {0};
    struct progress progress = progress_begin(!c->options.quiet);
    w.result.read.created = call_created();
    w.result.read.arguments = c->arguments;
    w.result.read.argument_n = c->argument_n;
    fault f = find(&w, c, &progress);
    progress_end(&progress);
    if (!f.kind && w.reading.n)
        f = call_write(c, write_report, &w.result);
    if (w.is_read) {
        call_failures(c, w.reading.failures, w.reading.failure_n);
        reading_close(&w.reading);
    }
    contacts_free(w.contacts);
    indicators_free(&w.set);
    known_suffixes_close(w.suffixes);
    arena_free(&w.memory);
    return f;
}

const struct verb verb_who = {"who", VERB_WHO, "IOC... INPUT...", "who was in contact with a host, an address or a URL? and who else?",
                              about, "which indicator, in which log? Name a host or an address, and files, folders or -", run};
