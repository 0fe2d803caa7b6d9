/* SPDX-License-Identifier: Apache-2.0 */
/* app/who.h: the verb who, and how its result is put together. */
#ifndef KONSEKI_WHO_H
#define KONSEKI_WHO_H

#include "app/reading.h"
#include "finding/contact.h"
#include "tables/contacts.h"

struct who {
    arena memory;
    struct options options;       /* as typed; inputs are what is no indicator */
    struct suffixes *suffixes;
    struct indicators set;
    struct clients *clients;
    struct reading reading;
    bool is_read;                 /* reading_open has run */
    struct contacts *contacts;
    struct who_result result;
};

/* app/who_operands.c: the words of the command line and the files of --ioc-file into who->set and who->options. An
 * operand that exists is an input, as is -; anything else must hold an indicator. */
fault who_operands(struct who *w, const struct options *o) MUST_USE;
/* app/who_result.c: from what was folded to what is told. After reading_finish. */
void who_tell(struct who *w);

#endif
