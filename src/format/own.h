/* SPDX-License-Identifier: Apache-2.0 */
/* format/own.h: a format that somebody wrote down (--format-file FILE; docs/formats/own.md): a vocabulary made at run
 * time, the shape it is written in, and how its stamps are read. Nothing of it is compiled in, nothing is guessed. */
#ifndef KONSEKI_OWN_H
#define KONSEKI_OWN_H

#include "format/columns.h"
#include "format/recognise.h"

enum { OWN_TEXT_MAX = 64 * 1024, OWN_FIELDS_MAX = 200, OWN_WORDS_MAX = 100 };
enum own_shape { OWN_NONE, OWN_CSV, OWN_W3C, OWN_PAIRS, OWN_JSON, OWN_LOGFORMAT };

struct own_format {
    struct vocabulary v;
    enum own_shape shape;
    char separator, equals;   /* of columns or pairs; '=' or ':' between a name and its value */
    span header, logformat;   /* {NULL,0}: not given */
    int tz_minutes;           /* of stamps without a zone; WHEN_NONE_MINUTES: not given */
    span definition;          /* the file without comments, in one line: to show */
};

/* Reads the text of a definition file; everything lives in `a`. FAULT_USAGE names the line. */
fault own_read(arena *a, span text, struct own_format *out) MUST_USE;

/* The plans by which it reads these lines; none: they have not its shape. FAULT_USAGE: its logformat or its header cannot be
 * compiled. */
fault own_plans(arena *a, const struct own_format *own, const span *lines, size_t n, named_found *found, void *ctx) MUST_USE;

#endif
