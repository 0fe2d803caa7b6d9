/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "app/options.h"

#include "app/list_file.h"
#include "app/option_values.h"
#include "base/when.h"

#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

const char *const option_group_titles[GROUP_COUNT] = {
    [GROUP_INPUT] = "How inputs are read:",
    [GROUP_LOOK] = "What is looked at:",
    [GROUP_SHOW] = "What is shown:",
    [GROUP_USE] = "What it may use:",
};

#define AT(member) offsetof(struct options, member)

const struct option_rule option_rules[] = {
    {"--format", "NAME", VERBS_READING, GROUP_INPUT, "this layout and no other ('konseki formats' lists them)", take_span, AT(format.format)},
    {"--logformat", "STRING", VERBS_READING, GROUP_INPUT, "a Squid logformat, Apache LogFormat or nginx log_format", take_span, AT(format.logformat)},
    {"--format-file", "FILE", VERBS_READING, GROUP_INPUT, "the format that this definition file describes", take_file, AT(format.own_text)},
    {"--squid-conf", "FILE", VERBS_READING, GROUP_INPUT, "take the logformats of this squid.conf", take_file, AT(format.squid_conf)},
    {"--tz", "+09:00", VERBS_READING, GROUP_INPUT, "what stamps (and times below) without a zone mean", take_tz, AT(tz_minutes)},
    {"--encoding", "NAME", VERBS_READING, GROUP_INPUT, "utf-8, utf-16le, utf-16be, cp932, euc-jp (default: by content)", take_encoding, AT(encoding)},
    {"--password-file", "FILE", VERBS_READING, GROUP_INPUT, "passwords of archives, one a line (\"infected\" is tried too)", take_passwords, AT(passwords)},
    {"--password", "TEXT", VERBS_READING, GROUP_INPUT, "one of them; others on this machine can see it. Again: more", take_word, AT(passwords)},
    {"--max-ratio", "N", VERBS_READING, GROUP_INPUT, "what one stored byte may unpack to (default: 500)", take_number, AT(max_ratio)},
    {"--proxy", "ADDR|CIDR", VERBS_READING, GROUP_INPUT, "a proxy before this one: its client is in X-Forwarded-For. Again: more", take_proxy, AT(clients_are)},
    {"--client", "address|user|address+user", VERBS_READING, GROUP_INPUT, "who counts as one client (default: address)", take_client, AT(clients_are)},
    {"--since", "T", VERBS_READING, GROUP_LOOK, "rows from this time on: 2026-11-21T21:19:32Z, '2026-11-21 21:19'", take_time, AT(since)},
    {"--until", "T", VERBS_READING, GROUP_LOOK, "rows up to this time", take_time, AT(until)},
    {"--where", "EXPR", VERBS_READING, GROUP_LOOK, "rows that match only; again: and. docs/where.md", take_word, AT(where)},
    {"--as-of", "T", VERBS_READING, GROUP_LOOK, "when the log ended: for \"still active\", and stamps without a year", take_time, AT(as_of)},
    {"--set", "DETECTOR.KNOB=V", VERB_HUNT, GROUP_LOOK, "change a threshold (docs/detectors/ lists them)", take_set, 0},
    {"--set", "input.block=SIZE", VERB_WHO | VERB_ROWS | VERB_TOP, GROUP_LOOK, "how much is read at a time: for tests, answers stay the same", take_block, 0},
    {"--clients", "FILE", VERB_HUNT | VERB_WHO | VERB_CHECK, GROUP_LOOK, "names of machines: CSV of address, from, to, name, role", take_text, AT(clients)},
    {"--ioc", "TEXT", VERB_WHO, GROUP_LOOK, "an indicator, or pasted text with some; again: more", take_word, AT(iocs)},
    {"--ioc-file", "FILE", VERB_WHO, GROUP_LOOK, "a list of indicators or a report that holds some", take_word, AT(ioc_files)},
    {"--at", "T", VERB_WHO, GROUP_LOOK, "contacts around this time only", take_time, AT(at)},
    {"--within", "5m", VERB_WHO, GROUP_LOOK, "how far around --at (default: 1m)", take_duration, AT(within)},
    {"--around", "10m", VERB_ROWS, GROUP_LOOK, "also the same client's rows this long before and after", take_duration, AT(around)},
    {"--require", "FIELD,...", VERB_CHECK, GROUP_LOOK, "exit 1 where one of these fields is missing", take_fields, AT(require)},
    {"--keep-duplicates", NULL, VERB_HUNT | VERB_CHECK, GROUP_LOOK, "count the same traffic in two layouts twice", take_flag, AT(keep_duplicates)},
    {"--leads", NULL, VERB_HUNT, GROUP_SHOW, "single pieces of evidence too", take_flag, AT(leads)},
    {"--all", NULL, VERB_HUNT | VERB_CHECK | VERB_WHO, GROUP_SHOW, "everything in full, and what was explained away", take_flag, AT(all)},
    {"--count", NULL, VERB_ROWS, GROUP_SHOW, "how many rows match, not the rows (also -c)", take_flag, AT(count)},
    {"-c", NULL, VERB_ROWS, GROUP_SHOW, NULL, take_flag, AT(count)},
    {"--limit", "N", VERB_TOP | VERB_WHO, GROUP_SHOW, "lines shown (default: 20)", take_number, AT(limit)},
    {"--fix", "PRODUCT", VERB_CHECK, GROUP_SHOW, "the configuration that mends it: squid, apache, nginx, bluecoat, windows ...", take_text, AT(fix)},
    {"--manifest", NULL, VERB_CHECK, GROUP_SHOW, "SHA-256 of the inputs as received, as sha256sum writes it", take_flag, AT(manifest)},
    {"--lang", "en|ja", VERBS_READING | VERB_FORMATS, GROUP_SHOW, "language of the text", take_lang, 0},
    {"--show-tz", "+09:00", VERBS_READING, GROUP_SHOW, "zone of times, shown and typed (default: the log's)", take_zone, AT(show_tz_minutes)},
    {"--json", NULL, VERBS_READING | VERB_FORMATS, GROUP_SHOW, "one JSON document (docs/schema)", take_form, 0},
    {"--ndjson", NULL, VERB_HUNT | VERB_WHO | VERB_ROWS | VERB_TOP, GROUP_SHOW, "one JSON object a line", take_form, 0},
    {"--ecs", NULL, VERB_ROWS, GROUP_SHOW, "one document of Elastic's schema (ECS) a line", take_form, 0},
    {"--csv", NULL, VERB_HUNT | VERB_WHO | VERB_TOP, GROUP_SHOW, "a table for a spreadsheet", take_form, 0},
    {"--timeline", "FILE", VERB_HUNT, GROUP_SHOW, "also a time line for Timesketch, .csv or .jsonl", take_text, AT(timeline)},
    {"-o", "FILE", VERBS_ALL, GROUP_SHOW, "write there instead of standard output", take_text, AT(output)},
    {"--quiet", NULL, VERBS_READING, GROUP_SHOW, "no progress on the terminal", take_flag, AT(quiet)},
    {"--threads", "N", VERBS_READING, GROUP_USE, "(default: all)", take_threads, 0},
    {"--memory", "SIZE", VERBS_READING, GROUP_USE, "for rows in RAM, 64M or 4G (default: a quarter); beyond: a file", take_size, AT(memory)},
    {"--tmp", "DIR", VERBS_READING, GROUP_USE, "for that file (default: TMPDIR, or /tmp)", take_text, AT(tmp)},
    {"--config", "FILE", VERBS_READING | VERB_FORMATS, GROUP_USE, "options, one a line without their dashes: tz = +09:00", take_config, 0},
    {"--help", NULL, VERBS_ALL, GROUP_USE, "this page", take_flag, AT(help)},
    {"-h", NULL, VERBS_ALL, GROUP_USE, NULL, take_flag, AT(help)},
    {NULL, NULL, 0, GROUP_COUNT, NULL, NULL, 0},
};

/* The command line as one list of words: those of --config files first, so that what is typed decides. */
struct given { arena *a; enum verb_bit verb; const char **words; size_t n, capacity; };

static void give(struct given *g, const char *word)
{
    if (g->n == g->capacity) {
        const char **more = arena_new(g->a, const char *, g->capacity * 2 + 64);
        if (g->n)
            memcpy(more, g->words, g->n * sizeof *more);
        g->words = more;
        g->capacity = g->capacity * 2 + 64;
    }
    g->words[g->n++] = word;
}

static const struct option_rule *find_rule(span name, unsigned verbs)
{
    for (const struct option_rule *r = option_rules; r->name; r++)
        if (r->verbs & verbs && span_eq(name, span_str(r->name)))
            return r;
    return NULL;
}

/* "tz = +09:00" is --tz +09:00, "leads" is --leads. Options of other verbs are passed over: one file serves all. */
static fault give_config_line(struct given *g, const char *path, size_t number, span line)
{
    cut c = span_cut(line, '=');
    span key = span_trim(c.head), value = span_trim(c.tail);
    if (!line.n || line.p[0] == '#')
        return NO_FAULT;
    span name = arena_printf(g->a, "--%.*s", (int)span_take(key, 60).n, key.p);
    const struct option_rule *known = find_rule(name, VERBS_ALL);
    if (!known || known->take == take_config || known->at == AT(help))
        return fault_make(FAULT_USAGE, "--config %s: line %zu: no such option: %.*s", path, number, (int)span_take(key, 60).n, key.p);
    if (c.found != (known->value != NULL))
        return fault_make(FAULT_USAGE, "--config %s: line %zu: %s %s", path, number, known->name,
                          c.found ? "takes no value" : "needs a value: name = value");
    if (!find_rule(name, g->verb))
        return NO_FAULT;
    give(g, name.p);
    if (c.found)
        give(g, arena_dup(g->a, value).p);
    return NO_FAULT;
}

static fault give_config(struct given *g, const char *path)
{
    span text;
    size_t number = 0;
    TRY(file_text(g->a, "--config", path, OPTION_FILE_MAX, &text));
    for (cut c = span_cut(text, '\n');; c = span_cut(c.tail, '\n')) {
        TRY(give_config_line(g, path, ++number, span_trim(c.head)));
        if (!c.found)
            return NO_FAULT;
    }
}

static fault give_configs(struct given *g, int argc, const char *const *argv)
{
    for (int i = 1; i < argc && !span_eq(span_str(argv[i]), SPAN("--")); i++) {
        cut c = span_cut(span_str(argv[i]), '=');
        if (!span_eq(c.head, SPAN("--config")))
            continue;
        if (!c.found && i + 1 == argc)
            return fault_make(FAULT_USAGE, "--config needs a value");
        TRY(give_config(g, c.found ? c.tail.p : argv[++i]));
    }
    return NO_FAULT;
}

/* "--name VALUE" or "--name=VALUE" at words[*i]; moves *i to the value where it is apart. */
static fault match(const struct given *g, size_t *i, const struct option_rule **rule, span *value)
{
    cut c = span_cut(span_str(g->words[*i]), '=');
    const struct option_rule *r = *rule = find_rule(c.head, g->verb);
    *value = c.tail;
    if (!r && find_rule(c.head, VERBS_ALL))
        return fault_make(FAULT_USAGE, "%.*s is an option of other verbs", (int)span_take(c.head, 60).n, c.head.p);
    if (!r)
        return fault_make(FAULT_USAGE, "unknown option %s", g->words[*i]);
    if (c.found && !r->value)
        return fault_make(FAULT_USAGE, "%s takes no value", r->name);
    if (c.found || !r->value)
        return NO_FAULT;
    if (*i + 1 >= g->n)
        return fault_make(FAULT_USAGE, "%s needs a value", r->name);
    *value = span_str(g->words[++*i]);
    return NO_FAULT;
}

/* What is read must not be written: -o is compared with these. */
static fault note_file(struct options *o, const struct option_rule *r, span value)
{
    bool is_written = r->at == AT(output) || r->at == AT(timeline);
    if (!r->value || !span_eq(span_str(r->value), SPAN("FILE")) || is_written)
        return NO_FAULT;
    if (o->files.n == WORDS_MAX)
        return fault_make(FAULT_LIMIT, "%s: more than %d files are named", r->name, WORDS_MAX);
    o->files.items[o->files.n++] = value;
    return NO_FAULT;
}

static fault walk(const struct given *g, struct options *o, const char **inputs)
{
    bool only_inputs = false;
    for (size_t i = 0; i < g->n; i++) {
        const char *word = g->words[i];
        if (only_inputs || word[0] != '-' || word[1] == '\0') {
            inputs[o->input_n++] = word;
            continue;
        }
        if (span_eq(span_str(word), SPAN("--"))) {
            only_inputs = true;
            continue;
        }
        const struct option_rule *rule = NULL;
        span value = {NULL, 0};
        TRY(match(g, &i, &rule, &value));
        TRY(note_file(o, rule, value));
        TRY(rule->take(rule, g->a, o, value));
    }
    return NO_FAULT;
}

static void set_defaults(struct options *o)
{
    cpu_set_t cpus;
    *o = (struct options){.since = INT64_MIN, .until = INT64_MAX, .as_of = INT64_MIN, .at = INT64_MIN, .within = 60000,
                          .tz_minutes = WHEN_NONE_MINUTES, .show_tz_minutes = WHEN_NONE_MINUTES, .threads = 1};
    o->format.tz_minutes = WHEN_NONE_MINUTES;
    if (sched_getaffinity(0, sizeof cpus, &cpus) == 0)
        o->threads = (unsigned)CPU_COUNT(&cpus);
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    o->memory = pages > 0 && page > 0 ? (size_t)pages * (size_t)page / 4 : (size_t)1 << 30;
    o->tmp = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
}

fault options_settle_times(struct options *o, int zone_minutes)
{
    for (size_t i = 0; i < o->zoneless_n; i++)
        *(int64_t *)(void *)((char *)o + o->zoneless[i]) -= (int64_t)zone_minutes * 60000;
    o->zoneless_n = 0;
    if (o->since > o->until)
        return fault_make(FAULT_USAGE, "--since lies after --until: nothing would be read");
    return NO_FAULT;
}

fault options_parse(arena *a, enum verb_bit verb, int argc, const char *const *argv, struct options *o)
{
    struct given g = {.a = a, .verb = verb};
    set_defaults(o);
    TRY(give_configs(&g, argc, argv));
    for (int i = 1; i < argc; i++)
        give(&g, argv[i]);
    const char **inputs = arena_new(a, const char *, g.n + 1);
    o->inputs = inputs;
    TRY(walk(&g, o, inputs));
    int zone = o->tz_minutes != WHEN_NONE_MINUTES ? o->tz_minutes : o->show_tz_minutes;
    return zone != WHEN_NONE_MINUTES || !o->zoneless_n ? options_settle_times(o, zone) : NO_FAULT;
}
