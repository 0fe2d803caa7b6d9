/* SPDX-License-Identifier: Apache-2.0 */
/* app/verb.h: a verb of the command line, and one call of it. Adding a verb: its file, and its line in main.c. */
#ifndef KONSEKI_VERB_H
#define KONSEKI_VERB_H

#include "app/options.h"
#include "report/event_json.h"

enum { EXIT_DONE = 0, EXIT_ASKED = 1, EXIT_USAGE = 2, EXIT_INPUT = 3, EXIT_INTERNAL = 4 };

/* What a verb is given, and what it leaves behind. */
struct call {
    const struct verb *verb;
    arena memory;                     /* until the verb is done */
    struct options options;
    const char *const *arguments;     /* as typed; [0] is the verb */
    size_t argument_n;
    int out;                          /* where the result goes; see call_write */
    bool out_is_new, has_written;
    bool has_failures;                /* some input could not be read: exit 3 */
    bool asked;                       /* what the user asked to be told of (--require) is so: exit 1 */
};

struct verb {
    const char *name;
    enum verb_bit bit;
    const char *operands;             /* "INPUT..." */
    const char *what;                 /* one line */
    const char *about;                /* help's first paragraphs, each line at most 100 columns */
    const char *no_input;             /* what to say where an input is needed and none is named; NULL: none is needed */
    fault (*run)(struct call *c);
};

extern const struct verb *const verbs[];   /* in the order of help; NULL behind the last */

/* Runs the verb from its command line (argv[0] is the verb); returns the exit code. */
int verb_call(const struct verb *verb, int argc, const char *const *argv);
/* Everything --help says of it. */
void verb_help(const struct verb *verb, sink *o);

/* Writes the result through `render`: an -o file that was there keeps its bytes until now. A reader that went away
 * is no fault. May be called once. */
fault call_write(struct call *c, void (*render)(const struct call *c, const void *result, sink *o), const void *result) MUST_USE;
/* Is this the regular file that -o writes, by whatever name ("-": standard input)? Writing it would destroy what is read. */
bool output_is(const struct options *o, const char *path);
/* Says on stderr which inputs could not be read. */
void call_failures(struct call *c, const struct failure *failures, size_t n);
/* Where the result comes from, for its JSON; after reading_finish. */
struct reading;
struct account call_account(const struct call *c, const struct reading *r);
/* Says on stderr what to know of a result that has no place for it. */
void call_notes(const struct call *c, const struct sentence *notes, size_t n);
/* A terminal that wants colours? */
bool call_is_coloured(const struct call *c);
/* When the report is made: SOURCE_DATE_EPOCH pins it, for reports that must be reproducible to the byte. */
int64_t call_created(void);

extern const struct verb verb_check, verb_formats, verb_hunt, verb_who, verb_rows, verb_top, verb_completion;

#endif
