/* SPDX-License-Identifier: Apache-2.0 */
/* app/options.h: the command line of every verb that reads logs, as one struct. */
#ifndef KONSEKI_OPTIONS_H
#define KONSEKI_OPTIONS_H

#include "base/arena.h"
#include "base/fault.h"
#include "format/format.h"
#include "text/text.h"

enum { SETTINGS_MAX = 64 };

struct setting { span detector, knob; double value; };   /* --set DETECTOR.KNOB=VALUE */

struct options {
    const char *const *inputs;
    size_t input_n;
    struct format_options format;
    int64_t since, until, as_of;      /* ms UTC; INT64_MIN / INT64_MAX / INT64_MIN: not given */
    int tz_minutes, show_tz_minutes;  /* WHEN_NONE_MINUTES: not given */
    enum lang lang;
    bool lang_given, json, leads, all, quiet, help, version;
    const char *output;               /* NULL: stdout */
    const char *tmp;
    unsigned threads;
    size_t memory;                    /* bytes of rows kept in RAM */
    size_t block_size;                /* 0: the input floor's own */
    struct setting settings[SETTINGS_MAX];
    size_t setting_n;
};

/* Reads argv[1..] (argv[0] is the verb). FAULT_USAGE says which argument and what is expected. Texts live in
 * `a` or in argv. */
fault options_parse(arena *a, int argc, const char *const *argv, struct options *out) MUST_USE;

#endif
