/* SPDX-License-Identifier: Apache-2.0 */
/* format/columns.h: rows whose columns a header names. */
#ifndef KONSEKI_COLUMNS_H
#define KONSEKI_COLUMNS_H

#include "format/vocabulary.h"

/* A header being read: its names, from left to right. */
struct header {
    span line;          /* the whole line, as it stands in the log; {NULL,0}: the product's own, not in the log */
    span rest;          /* the names that are left. In a product's own header:
                         *   [name]          the value stands in brackets
                         *   name=A|B!C|D    holds A or B; a row with C or D is of another kind, which "*" always is
                         *   %name           its value is encoded as forms are
                         *   ?name           this column and those behind it may be missing */
    char separator;     /* of the names and of the rows: ' ', '\t', ',', ';', '|' */
    bool is_zeek;       /* a separator stands in no value, \xHH does; (empty) is blank */
};

/* "#Fields: date time ..." or "#Fields:\tdate\ttime ..." (W3C), "#fields\tts\tuid ..." (Zeek). */
bool header_of_comment(span line, struct header *out);
bool header_next(struct header *h, span *name);   /* false behind the last */
bool header_has(struct header h, span name);      /* letter case ignored */

bool header_has_name(const void *h, span name);   /* as header_has, of a struct header */

/* The product whose header line this is: of several that fit, the one that must have most names. NULL: nobody's.
 * `only`: this product or none; {NULL,0}: any. (headers.c) */
const struct vocabulary *headed_vocabulary(span only, struct header h);

/* Compile errors are FAULT_USAGE. */
fault plan_compile_columns(arena *a, const struct vocabulary *v, struct header h, struct plan *out) MUST_USE;

#endif
