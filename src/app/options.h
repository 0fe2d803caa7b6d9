/* SPDX-License-Identifier: Apache-2.0 */
/* app/options.h: the command line of every verb, as one struct, and the table it is read by: --help, the manual
 * pages and the shells' completions come from that table too. */
#ifndef KONSEKI_OPTIONS_H
#define KONSEKI_OPTIONS_H

#include "base/arena.h"
#include "base/fault.h"
#include "event/client.h"
#include "format/format.h"
#include "input/input.h"
#include "text/text.h"

enum { SETTINGS_MAX = 64, WORDS_MAX = 256, THREADS_MAX = 256, OPTION_TIMES = 4 };

struct setting { span detector, knob; double value; };   /* --set DETECTOR.KNOB=VALUE */
struct words { span items[WORDS_MAX]; size_t n; };       /* of an option that may be given again; a NUL follows each */

enum form { FORM_TEXT, FORM_JSON, FORM_NDJSON, FORM_CSV, FORM_ECS };

/* Which verbs know an option. */
enum verb_bit {
    VERB_CHECK = 1, VERB_HUNT = 2, VERB_WHO = 4, VERB_ROWS = 8, VERB_TOP = 16, VERB_FORMATS = 32,
    VERB_COMPLETION = 64,
    VERBS_READING = VERB_CHECK | VERB_HUNT | VERB_WHO | VERB_ROWS | VERB_TOP,
    VERBS_ALL = VERBS_READING | VERB_FORMATS | VERB_COMPLETION
};

struct options {
    const char *const *inputs;        /* what is no option, in order */
    size_t input_n;
    struct format_options format;
    int64_t since, until, as_of;      /* ms UTC; INT64_MIN / INT64_MAX / INT64_MIN: not given */
    int64_t at, within;               /* --at; INT64_MIN: not given. --within: ms on either side */
    int64_t around;                   /* rows --around: ms on either side; 0: not given */
    size_t zoneless[OPTION_TIMES];    /* those of these times still read as UTC for want of a zone: where they stand here */
    size_t zoneless_n;
    int tz_minutes, show_tz_minutes;  /* WHEN_NONE_MINUTES: not given */
    enum lang lang;
    bool lang_given, leads, all, quiet, help;
    bool count, manifest, keep_duplicates;
    enum form form;
    const char *output;               /* NULL: stdout */
    const char *timeline;             /* hunt --timeline FILE; NULL: not asked for */
    struct words files;               /* that options name for us to read */
    const char *tmp, *clients;        /* --tmp, --clients FILE */
    const char *fix;                  /* check --fix PRODUCT; NULL: not given */
    struct client_rule clients_are;   /* --client, --proxy */
    struct words where, iocs, ioc_files, require, passwords;
    enum text_encoding encoding;
    uint64_t max_ratio;               /* 0: the input floor's own */
    unsigned threads;
    size_t memory;                    /* bytes of rows kept in RAM */
    size_t block_size;                /* 0: the input floor's own */
    uint64_t limit;                   /* rows shown at most; 0: the verb's own */
    struct setting settings[SETTINGS_MAX];
    size_t setting_n;
};

enum option_group { GROUP_INPUT, GROUP_LOOK, GROUP_SHOW, GROUP_USE, GROUP_COUNT };
extern const char *const option_group_titles[GROUP_COUNT];

struct option_rule;
typedef fault option_taker(const struct option_rule *rule, arena *a, struct options *o, span value);

/* One option: how it is written, who knows it, and who takes its value. */
struct option_rule {
    const char *name, *value;   /* "--since", "T"; value NULL: takes none */
    unsigned verbs;             /* enum verb_bit */
    enum option_group group;
    const char *help;           /* one line; NULL: as the rule before it */
    option_taker *take;         /* a NUL follows the value; {NULL,0}: none is taken */
    size_t at;                  /* offset of its member of struct options, for takers that serve many */
};
/* In the order of --help; the last has no name. */
extern const struct option_rule option_rules[];

/* Reads argv[1..] (argv[0] is the verb) and the files that --config names in it. FAULT_USAGE says which argument and
 * what is expected. Texts live in `a` or in argv. */
fault options_parse(arena *a, enum verb_bit verb, int argc, const char *const *argv, struct options *out) MUST_USE;
/* Times given without a zone mean this one from now on; one that has its zone stays. FAULT_USAGE: nothing lies between
 * --since and --until. options_parse does it where --tz or --show-tz says the zone, else who knows the logs' zone. */
fault options_settle_times(struct options *o, int zone_minutes) MUST_USE;

#endif
