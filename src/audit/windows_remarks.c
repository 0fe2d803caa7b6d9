/* SPDX-License-Identifier: Apache-2.0 */
/* What has to be known of these event logs before they are believed: emptied, silent, short, or never told to speak. */
#include "audit/windows.h"

enum { SHORT_DAYS = 7, DAY_MS = 86400000, CLEARINGS_NAMED = 5 };

struct saying { arena *a; struct windows_audit *out; };

static void say(struct saying *s, const char *id, enum text_key key, const struct fact *facts, size_t n)
{
    if (s->out->remark_n < WINDOWS_REMARKS_MAX)
        s->out->remarks[s->out->remark_n++] = (struct windows_remark){id, sentence_make(s->a, key, facts, n)};
}

static span name_of(span computer) { return computer.n ? computer : SPAN("?"); }

/* "PC01, PC02, PC03" of those that `has`; how many there are of them. */
static span examples(struct saying *s, bool (*has)(const struct audited_computer *c, size_t what), size_t what, uint64_t *n)
{
    span list = {NULL, 0};
    *n = 0;
    for (size_t i = 0; i < s->out->computer_n; i++) {
        const struct audited_computer *c = &s->out->computers[i];
        if (!has(c, what) || ++*n > AUDIT_NAMED)
            continue;
        span name = span_take(name_of(c->name), 200);
        list = list.n ? arena_printf(s->a, "%.*s, %.*s", (int)list.n, list.p, (int)name.n, name.p) : name;
    }
    return list;
}

static void say_cleared(struct saying *s)
{
    const struct windows_audit *out = s->out;
    size_t named = out->clearing_n < CLEARINGS_NAMED ? out->clearing_n : CLEARINGS_NAMED;
    for (size_t i = 0; i < named; i++) {
        const struct log_clearing *c = &out->clearings[i];
        struct fact facts[] = {fact_text("computer", name_of(c->computer)), fact_text("log", c->log), fact_time("at", c->time),
                               fact_text("user", c->user.n ? c->user : SPAN("?"))};
        say(s, "log_cleared", TEXT_LOOK_CLEARED, facts, COUNT_OF(facts));
    }
    struct fact more = fact_count("more", out->clearing_n - named + out->clearings_more);
    if (more.number > 0)
        say(s, "log_cleared_more", TEXT_LOOK_CLEARED_MORE, &more, 1);
}

static bool lacks_log(const struct audited_computer *c, size_t log) { return !c->needed[log]; }

static bool has_off(const struct audited_computer *c, size_t policy) { return c->is_off[policy]; }

static void say_missing(struct saying *s)
{
    for (size_t i = 0; i < NEEDED_LOG_COUNT; i++) {
        uint64_t n;
        span list = examples(s, lacks_log, i, &n);
        struct fact facts[] = {fact_text("log", span_str(needed_logs[i])), fact_count("lacking", n),
                               fact_count("computers", s->out->computer_n), fact_text("examples", list)};
        if (n)
            say(s, i == LOG_SYSMON ? "no_sysmon" : "log_missing", i == LOG_SYSMON ? TEXT_LOOK_NO_SYSMON : TEXT_LOOK_LOG_MISSING,
                facts, COUNT_OF(facts));
    }
}

static void say_off(struct saying *s)
{
    static const enum text_key keys[AUDIT_POLICY_COUNT] = {
        TEXT_LOOK_OFF_LOGON, TEXT_LOOK_OFF_LOGOFF, TEXT_LOOK_OFF_RECONNECT, TEXT_LOOK_OFF_CONNECTION, TEXT_LOOK_OFF_PROCESS,
        TEXT_LOOK_OFF_COMMAND_LINE};
    for (size_t i = 0; i < AUDIT_POLICY_COUNT; i++) {
        uint64_t n;
        span list = examples(s, has_off, i, &n);
        struct fact facts[] = {fact_count("off", n), fact_count("computers", s->out->computer_n), fact_text("examples", list)};
        if (n)
            say(s, "policy_off", keys[i], facts, COUNT_OF(facts));
    }
}

static bool is_short(const struct audited_computer *c, size_t log)
{
    const struct windows_log *l = c->needed[log];
    return l && l->last - l->first < (int64_t)SHORT_DAYS * DAY_MS;
}

/* A log that reaches back hours only has overwritten what was before. */
static void say_short(struct saying *s)
{
    uint64_t n;
    span list = examples(s, is_short, LOG_SECURITY, &n);
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < s->out->computer_n; i++) {
        const struct windows_log *l = s->out->computers[i].needed[LOG_SECURITY];
        least = l ? min_i64(least, l->last - l->first) : least;
    }
    struct fact facts[] = {fact_count("short", n), fact_count("computers", s->out->computer_n), fact_text("examples", list),
                           fact_seconds("span_s", (double)least / 1000), fact_count("days", SHORT_DAYS)};
    if (n)
        say(s, "log_short", TEXT_LOOK_LOG_SHORT, facts, COUNT_OF(facts));
}

/* Does the System log have a start of the machine? Then it may have been off; which start it was stands there. */
static bool has_started(const struct audited_computer *c)
{
    const struct windows_log *system = c->needed[LOG_SYSTEM];
    const struct windows_kind *k;
    for (size_t i = 0; system && (k = windows_kind_at(i)); i++)
        if (k->meaning == MEANS_LOG_STARTED && system->kinds[i])
            return true;
    return false;
}

/* Minutes without one event in a log that has some every minute: stopped, tampered with, or switched off. */
static void say_silent(struct saying *s)
{
    size_t said = 0;
    for (size_t i = 0; i < s->out->computer_n && said < WINDOWS_SILENCES_MAX; i++) {
        const struct audited_computer *c = &s->out->computers[i];
        const struct windows_log *l = c->needed[LOG_SECURITY];
        if (!l || !l->times.hour_n)
            continue;
        struct hour *hours = arena_new(s->a, struct hour, l->times.hour_n);
        size_t n = times_hours(&l->times, hours);
        struct silence quiet = times_silence(hours, n);
        struct fact facts[] = {fact_text("computer", name_of(c->name)), fact_text("log", l->channel), fact_time("from", quiet.from),
                               fact_time("to", quiet.to), fact_seconds("silence_s", (double)(quiet.to - quiet.from) / 1000)};
        if (quiet.from > quiet.to)
            continue;
        said++;
        say(s, "log_silent", has_started(c) ? TEXT_LOOK_LOG_SILENT_OFF : TEXT_LOOK_LOG_SILENT, facts, COUNT_OF(facts));
    }
}

void windows_remarks(arena *a, const struct windows_fold *fold, struct windows_audit *out)
{
    struct saying s = {a, out};
    struct fact refused = fact_count("events", fold->refused);
    say_cleared(&s);
    say_silent(&s);
    say_off(&s);
    say_missing(&s);
    say_short(&s);
    if (fold->refused)
        say(&s, "logs_refused", TEXT_LOOK_LOGS_REFUSED, &refused, 1);
}
