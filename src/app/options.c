/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "app/options.h"

#include "base/when.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 256, CONF_MAX = 4 * 1024 * 1024 };

/* One option: how it is written, and who takes its value ({NULL,0}: none is given). */
struct option_rule {
    const char *name;
    bool has_value;
    fault (*take)(arena *a, struct options *o, span value);
};

static fault expected(const char *option, span value, const char *what)
{
    return fault_make(FAULT_USAGE, "%s %.*s: expected %s", option, (int)span_take(value, 80).n, value.p, what);
}

static fault take_time(const char *option, span value, int tz_minutes, int64_t *ms)
{
    int zone;
    if (!when_iso(value, ms, &zone))
        return expected(option, value, "a time like 2026-11-21T21:19:32Z or \"2026-11-21 21:19\"");
    if (zone == WHEN_NONE_MINUTES && tz_minutes != WHEN_NONE_MINUTES)
        *ms -= (int64_t)tz_minutes * 60000;
    return NO_FAULT;
}

/* Times without a zone mean --tz; as --tz may follow, times are read when all options are known. */
static fault take_since(arena *a, struct options *o, span v) { (void)a; return take_time("--since", v, o->tz_minutes, &o->since); }
static fault take_until(arena *a, struct options *o, span v) { (void)a; return take_time("--until", v, o->tz_minutes, &o->until); }
static fault take_as_of(arena *a, struct options *o, span v) { (void)a; return take_time("--as-of", v, o->tz_minutes, &o->as_of); }

static fault take_tz(arena *a, struct options *o, span v)
{
    (void)a;
    if (!when_zone(v, &o->tz_minutes))
        return expected("--tz", v, "an offset like +09:00 or UTC");
    o->format.tz_minutes = o->tz_minutes;
    return NO_FAULT;
}

static fault take_show_tz(arena *a, struct options *o, span v)
{
    (void)a;
    return when_zone(v, &o->show_tz_minutes) ? NO_FAULT : expected("--show-tz", v, "an offset like +09:00 or UTC");
}

static fault take_lang(arena *a, struct options *o, span v)
{
    (void)a;
    if (!span_eq(v, SPAN("en")) && !span_eq(v, SPAN("ja")))
        return expected("--lang", v, "en or ja");
    o->lang = span_eq(v, SPAN("ja")) ? LANG_JA : LANG_EN;
    o->lang_given = true;
    return NO_FAULT;
}

static fault take_format(arena *a, struct options *o, span v) { (void)a; o->format.format = v; return NO_FAULT; }
static fault take_logformat(arena *a, struct options *o, span v) { (void)a; o->format.logformat = v; return NO_FAULT; }
static fault take_output(arena *a, struct options *o, span v) { (void)a; o->output = v.p; return NO_FAULT; }
static fault take_tmp(arena *a, struct options *o, span v) { (void)a; o->tmp = v.p; return NO_FAULT; }
static fault take_json(arena *a, struct options *o, span v) { (void)a; (void)v; o->json = true; return NO_FAULT; }
static fault take_leads(arena *a, struct options *o, span v) { (void)a; (void)v; o->leads = true; return NO_FAULT; }
static fault take_all(arena *a, struct options *o, span v) { (void)a; (void)v; o->all = true; return NO_FAULT; }
static fault take_quiet(arena *a, struct options *o, span v) { (void)a; (void)v; o->quiet = true; return NO_FAULT; }
static fault take_help(arena *a, struct options *o, span v) { (void)a; (void)v; o->help = true; return NO_FAULT; }

static fault take_squid_conf(arena *a, struct options *o, span v)
{
    int fd = open(v.p, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fault_errno("--squid-conf %s", v.p);
    char *text = arena_new(a, char, CONF_MAX);
    size_t used = 0;
    for (ssize_t n = 1; n > 0 && used < CONF_MAX; used += n > 0 ? (size_t)n : 0) {
        n = read(fd, text + used, CONF_MAX - used);
        if (n < 0 && errno != EINTR) {
            fault f = fault_errno("--squid-conf %s", v.p);
            close(fd);
            return f;
        }
        n = n < 0 ? 1 : n;
    }
    close(fd);
    o->format.squid_conf = span_of(text, used);
    return used < CONF_MAX ? NO_FAULT : fault_make(FAULT_LIMIT, "--squid-conf %s: larger than 4 MiB", v.p);
}

static fault take_threads(arena *a, struct options *o, span v)
{
    uint64_t n;
    (void)a;
    if (!span_u64(v, &n) || n < 1 || n > THREADS_MAX)
        return expected("--threads", v, "a number from 1 to 256");
    o->threads = (unsigned)n;
    return NO_FAULT;
}

/* 4096, 64K, 64M, 4G: powers of 1024. */
static bool size_of(span v, size_t *out)
{
    unsigned shift = 0;
    if (v.n) {
        char unit = ascii_lower(v.p[v.n - 1]);
        shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : 0;
    }
    uint64_t n;
    if (!span_u64(shift ? span_take(v, v.n - 1) : v, &n) || n > SIZE_MAX >> shift)
        return false;
    *out = (size_t)n << shift;
    return true;
}

static fault take_memory(arena *a, struct options *o, span v)
{
    (void)a;
    return size_of(v, &o->memory) && o->memory ? NO_FAULT : expected("--memory", v, "a size like 64M or 2G");
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
static fault take_set(arena *a, struct options *o, span v)
{
    (void)a;
    cut assignment = span_cut(v, '='), name = span_cut(assignment.head, '.');
    struct setting *s = &o->settings[o->setting_n];
    if (!assignment.found || !name.found)
        return expected("--set", v, "DETECTOR.KNOB=VALUE");
    if (span_eq(assignment.head, SPAN("input.block")))
        return size_of(assignment.tail, &o->block_size) && o->block_size
                   ? NO_FAULT : expected("--set", v, "input.block=SIZE, a size like 4K");
    if (o->setting_n == SETTINGS_MAX)
        return fault_make(FAULT_LIMIT, "--set: at most %d settings", SETTINGS_MAX);
    *s = (struct setting){name.head, name.tail, 0};
    if (!number_of(assignment.tail, &s->value))
        return expected("--set", v, "a number behind the '='");
    o->setting_n++;
    return NO_FAULT;
}

static const struct option_rule rules[] = {
    {"--since", true, take_since}, {"--until", true, take_until}, {"--as-of", true, take_as_of},
    {"--tz", true, take_tz}, {"--show-tz", true, take_show_tz}, {"--lang", true, take_lang},
    {"--format", true, take_format}, {"--logformat", true, take_logformat}, {"--squid-conf", true, take_squid_conf},
    {"-o", true, take_output}, {"--tmp", true, take_tmp}, {"--threads", true, take_threads},
    {"--memory", true, take_memory}, {"--set", true, take_set}, {"--json", false, take_json},
    {"--leads", false, take_leads}, {"--all", false, take_all}, {"--quiet", false, take_quiet},
    {"--help", false, take_help}, {"-h", false, take_help},
};

static bool is_time_rule(const struct option_rule *r)
{
    return r->take == take_since || r->take == take_until || r->take == take_as_of;
}

/* "--name VALUE" or "--name=VALUE" at argv[*i]; moves *i to the value where it is apart. */
static fault match(int argc, const char *const *argv, int *i, const struct option_rule **rule, span *value)
{
    cut given = span_cut(span_str(argv[*i]), '=');
    for (size_t r = 0; r < COUNT_OF(rules); r++) {
        if (!span_eq(given.head, span_str(rules[r].name)))
            continue;
        *rule = &rules[r];
        *value = given.tail;
        if (given.found && !rules[r].has_value)
            return fault_make(FAULT_USAGE, "%s takes no value", rules[r].name);
        if (given.found || !rules[r].has_value)
            return NO_FAULT;
        if (*i + 1 >= argc)
            return fault_make(FAULT_USAGE, "%s needs a value", rules[r].name);
        *value = span_str(argv[++*i]);
        return NO_FAULT;
    }
    return fault_make(FAULT_USAGE, "unknown option %s", argv[*i]);
}

static void set_defaults(struct options *o)
{
    cpu_set_t cpus;
    *o = (struct options){.since = INT64_MIN, .until = INT64_MAX, .as_of = INT64_MIN, .tz_minutes = WHEN_NONE_MINUTES,
                          .show_tz_minutes = WHEN_NONE_MINUTES, .threads = 1};
    o->format.tz_minutes = WHEN_NONE_MINUTES;
    if (sched_getaffinity(0, sizeof cpus, &cpus) == 0)
        o->threads = (unsigned)CPU_COUNT(&cpus);
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    o->memory = pages > 0 && page > 0 ? (size_t)pages * (size_t)page / 4 : (size_t)1 << 30;
    o->tmp = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
}

/* Walks the arguments once: `times` chooses whether the options that need --tz are taken or the others. */
static fault walk(arena *a, int argc, const char *const *argv, struct options *o, bool times, const char **inputs)
{
    bool only_inputs = false;
    for (int i = 1; i < argc; i++) {
        if (only_inputs || argv[i][0] != '-' || argv[i][1] == '\0') {
            if (!times)
                inputs[o->input_n++] = argv[i];
            continue;
        }
        if (span_eq(span_str(argv[i]), SPAN("--"))) {
            only_inputs = true;
            continue;
        }
        const struct option_rule *rule = NULL;
        span value = {NULL, 0};
        TRY(match(argc, argv, &i, &rule, &value));
        if (is_time_rule(rule) == times)
            TRY(rule->take(a, o, value));
    }
    return NO_FAULT;
}

fault options_parse(arena *a, int argc, const char *const *argv, struct options *o)
{
    set_defaults(o);
    const char **inputs = arena_new(a, const char *, (size_t)argc + 1);
    o->inputs = inputs;
    TRY(walk(a, argc, argv, o, false, inputs));
    TRY(walk(a, argc, argv, o, true, inputs));
    if (o->since > o->until)
        return fault_make(FAULT_USAGE, "--since lies after --until: nothing would be read");
    return NO_FAULT;
}
