/* SPDX-License-Identifier: Apache-2.0 */
/* app/verb.h: a verb of the command line. Adding one: its file and its line in main.c. */
#ifndef KONSEKI_VERB_H
#define KONSEKI_VERB_H

enum { EXIT_DONE = 0, EXIT_ASKED = 1, EXIT_USAGE = 2, EXIT_INPUT = 3, EXIT_INTERNAL = 4 };

struct verb {
    const char *name;
    const char *what;         /* one line */
    const char *help;         /* the whole page */
    int (*run)(int argc, const char *const *argv);   /* argv[0] is the verb; returns an exit code */
};

extern const struct verb verb_hunt;

#endif
