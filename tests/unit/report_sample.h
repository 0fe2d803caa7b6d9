/* SPDX-License-Identifier: Apache-2.0 */
/* A hunt made by hand, with every part in use. Each text of a log is taken from `words`, so that one test fills
 * them all with hostile bytes. The sentences borrow keys of the screen: what they say does not matter here. */
#ifndef KONSEKI_TESTS_REPORT_SAMPLE_H
#define KONSEKI_TESTS_REPORT_SAMPLE_H

#include "finding/finding.h"

struct sample_words { span client, name, host, agent, path, raw, text; };

static const struct sample_words sample_plain = {
    {"127.0.1.13", 10}, {"pc13", 4}, {"cdn-metrics.example.site", 24}, {"BITS/7.8", 8}, {"full.log", 8},
    {"1795209582.108 127.0.1.13 GET", 29}, {"beacon every 7 s", 16}};

static const int64_t sample_start = 1795295972108;   /* 2026-11-21T21:19:32.108Z */

struct sample {
    arena a;
    struct hunt_result r;
};

/* "agent WHAT" on the screen. */
static struct sentence sample_say(struct sample *s, span what)
{
    return sentence_make(&s->a, TEXT_STORY_AGENT, &(struct fact){.name = "agent", .kind = FACT_TEXT, .text = what}, 1);
}

static struct text_list sample_list(struct sample *s, span item, size_t n)
{
    struct text_list list = {arena_new(&s->a, span, n), n, 0};
    for (size_t i = 0; i < n; i++)
        list.items[i] = item;
    return list;
}

static const struct signal_def sample_signals[] = {
    {"regular", "timing", 10, FIELD_BIT(TIME), TEXT_STORY_AGENT},
    {"rare_host", "rarity", 5, 0, TEXT_STORY_AGENT},
    {"small", "shape", -10, FIELD_BIT(BYTES_OUT), TEXT_HUNT_COUNT},
};

static struct signal *sample_given(struct sample *s, const struct sample_words *w)
{
    struct signal *given = arena_new(&s->a, struct signal, COUNT_OF(sample_signals));
    const int points[] = {8, 3, -10};
    for (size_t i = 0; i < COUNT_OF(sample_signals); i++)
        given[i] = (struct signal){&sample_signals[i], points[i], sample_say(s, w->text)};
    const struct fact facts[] = {fact_text("what", w->text), fact_count("count", 110), fact_seconds("median_s", 7.25),
                                 fact_share("same_share", 0.985), fact_time("since", sample_start)};
    given[2].text = sentence_make(&s->a, TEXT_HUNT_COUNT, facts, COUNT_OF(facts));
    return given;
}

static struct finding *sample_finding(struct sample *s, const struct sample_words *w, const char *kind)
{
    static const char *const attack[] = {"T1071.001", NULL};
    struct finding *f = arena_new(&s->a, struct finding, 1);
    *f = (struct finding){.kind = kind, .severity = SEVERITY_HIGH, .action = ACTION_ACT_NOW, .score = 25, .score_max = 27,
        .medium_at = 10, .high_at = 16, .critical_at = 22, .client = w->client, .client_name = w->name, .host = w->host,
        .domain = w->host, .agent = w->agent, .users = sample_list(s, w->name, 1),
        .server_ips = sample_list(s, w->client, 2), .port = 443, .first = sample_start, .last = sample_start + 771000,
        .is_active = true, .events = 114, .has_out = true, .bytes_out = 35028003, .attack = attack, .signal_n = 3,
        .missing = FIELD_BIT(BYTES_IN) | FIELD_BIT(USER), .period_s = 7, .file = w->path};
    f->subject[0] = (struct subject_part){"client", w->client};
    f->subject[1] = (struct subject_part){"host", w->host};
    f->subject_n = 2;
    f->outcomes[OUTCOME_ALLOWED] = 114;
    f->signals = sample_given(s, w);
    f->capped = arena_new(&s->a, const char *, 1);
    f->capped[f->capped_n++] = "shape";
    f->evidence = arena_new(&s->a, struct evidence, 2);
    f->evidence_n = 2;
    f->evidence[0] = (struct evidence){.line = 17, .offset = 1234, .length = w->raw.n, .raw = w->raw, .is_cut = false};
    memset(f->evidence[0].sha256, 'a', 64);
    f->evidence[1] = (struct evidence){.why_not = sample_say(s, w->text)};
    f->summary = sample_say(s, w->text);
    f->refute = arena_new(&s->a, struct sentence, 2);
    f->refute[0] = f->refute[1] = sample_say(s, w->text);
    f->next = f->refute;
    f->refute_n = f->next_n = 2;
    finding_set_id(f);
    return f;
}

static struct story sample_story(struct sample *s, const struct sample_words *w, enum action action,
                                 const struct finding **findings, size_t n)
{
    struct story story = {.severity = SEVERITY_HIGH, .action = action, .title = sample_say(s, w->text),
        .hosts = sample_list(s, w->host, 1), .clients = sample_list(s, w->client, 2), .isolate_n = 2,
        .block = sample_list(s, w->host, 3), .allowed = ANSWER_YES, .allowed_rows = 114, .rows = 114, .over = ANSWER_NO,
        .over_why = sample_say(s, w->text), .has_left = true, .left_bytes_max = 35028003,
        .left_why = sample_say(s, w->text), .first = sample_start, .last = sample_start + 771000, .findings = findings,
        .finding_n = n, .link_n = 1, .timeline_n = 3};
    memcpy(story.id, findings[0]->id, sizeof story.id);
    story.block.more = 4;
    story.isolate = arena_new(&s->a, struct story_host, 2);
    story.isolate[0] = (struct story_host){w->client, w->name, {NULL, 0}, sample_say(s, w->text)};
    story.isolate[1] = (struct story_host){w->client, {NULL, 0}, {NULL, 0}, {0}};
    story.links = arena_new(&s->a, struct story_link, 1);
    memcpy(story.links[0].a, findings[0]->id, 17);
    memcpy(story.links[0].b, findings[n - 1]->id, 17);
    story.links[0].why = sample_say(s, w->text);
    story.timeline = arena_new(&s->a, struct story_step, 3);
    for (int i = 0; i < 3; i++)
        story.timeline[i] = (struct story_step){sample_start + 10000 * i, w->client, {NULL, 0}, 0, sample_say(s, w->text)};
    return story;
}

static struct source_info sample_source(struct sample *s, const struct sample_words *w)
{
    struct source_info source = {.path = w->path, .compression = "gzip", .encoding = "utf-8", .format = SPAN("squid logformat"),
        .definition = w->text, .is_inferred = true, .inference = sample_say(s, w->text), .bytes = 123456, .records = 3953,
        .events = 3950, .skipped = 1, .bad = 2, .used = 3949, .duplicate = 1, .first = sample_start,
        .last = sample_start + 775000, .tz_assumed = true, .incomplete_why = w->text,
        .gives = FIELD_BIT(TIME) | FIELD_BIT(AGENT), .bad_sample_n = 1, .same_as = -1};
    source.value[FIELD_TIME] = 3950;
    source.value[FIELD_AGENT] = 2962;
    source.blank[FIELD_AGENT] = 988;
    source.bad_sample[0] = (struct bad_line){44, 9876, w->raw};
    return source;
}

static void sample_fill_rest(struct sample *s, const struct sample_words *w)
{
    static struct knob_value knobs[] = {{"beacon", "min_events", 14, true}, {"beacon", "high", 16.5, false}};
    static const char *const arguments[] = {"hunt", "full.log"};
    struct hunt_result *r = &s->r;
    r->lead_rows = arena_new(&s->a, struct lead_row, 1);
    r->lead_rows[0] = (struct lead_row){"agent", w->client, w->host, w->agent, sample_start, sample_start, 5,
                                        sample_say(s, w->text)};
    r->leads = arena_new(&s->a, struct lead_count, 1);
    r->leads[0] = (struct lead_count){"agent", 51};
    r->explained = arena_new(&s->a, struct explained, 1);
    r->explained[0] = (struct explained){"beacon", w->host, w->agent, 24, 12, sample_say(s, w->text)};
    r->could_not_look = arena_new(&s->a, struct could_not_look, 1);
    r->could_not_look[0] = (struct could_not_look){sample_say(s, w->text), sample_say(s, w->text), FIELD_BIT(BYTES_OUT),
                                                   arena_new(&s->a, uint32_t, 1), 1};
    r->notes = arena_new(&s->a, struct sentence, 1);
    r->notes[0] = sample_say(s, w->text);
    r->failures = arena_new(&s->a, struct failure, 1);
    r->failures[0] = (struct failure){w->path, w->text};
    r->knobs = knobs;
    r->arguments = arguments;
    r->knob_n = r->argument_n = 2;
    r->lead_n = r->lead_row_n = r->explained_n = r->could_not_look_n = r->note_n = r->failure_n = 1;
    r->popular_pairs = 300;
    r->popular_hosts = 7;
}

/* One story of each action (two findings in the first), a source, and everything else once. */
static void sample_make(struct sample *s, const struct sample_words *w)
{
    *s = (struct sample){0};
    struct hunt_result *r = &s->r;
    r->findings = arena_new(&s->a, struct finding *, 4);
    r->findings[0] = sample_finding(s, w, "beacon");
    r->findings[1] = sample_finding(s, w, "download");
    r->findings[2] = sample_finding(s, w, "upload");
    r->findings[2]->agent = (span){"", 0};
    r->findings[2]->has_out = false;
    r->findings[3] = sample_finding(s, w, "tunnel");
    r->findings[3]->action = ACTION_NONE;
    r->finding_n = 4;
    const struct finding **all = (const struct finding **)r->findings;
    r->stories = arena_new(&s->a, struct story, 3);
    r->stories[0] = sample_story(s, w, ACTION_ACT_NOW, all, 2);
    r->stories[1] = sample_story(s, w, ACTION_LOOK_TODAY, all + 1, 1);
    r->stories[2] = sample_story(s, w, ACTION_ASK_OWNER, all + 2, 1);
    r->story_n = 3;
    r->sources = arena_new(&s->a, struct source_info, 1);
    r->sources[0] = sample_source(s, w);
    r->source_n = 1;
    r->totals = (struct totals){.records = 3953, .events = 3950, .skipped = 1, .bad = 2, .used = 3949, .duplicate = 1,
        .clients = 12, .hosts = 35, .agents = 9, .pairs = 120, .gives = FIELD_BIT(TIME), .gives_any = FIELD_BIT(TIME),
        .first = sample_start, .last = sample_start + 775000, .is_epoch = true};
    memcpy(r->run_id, "0123456789abcdef", 17);
    r->created = r->as_of = sample_start + 775000;
    sample_fill_rest(s, w);
}

#endif
