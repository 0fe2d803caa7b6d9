/* SPDX-License-Identifier: Apache-2.0 */
/* scan/pairs.h: key=value text read front to back, pair by pair, nothing copied.
 *
 * A value in double quotes ends at the first quote that no backslash escapes and behind which a separator or the end
 * stands: loggers that escape nothing write URLs with quotes in them. An unquoted value ends at the separator; in
 * PAIRS_CEF (ArcSight's extension field) it runs on to the blank before the next key=. Words without '=' are passed
 * over. */
#ifndef KONSEKI_SCAN_PAIRS_H
#define KONSEKI_SCAN_PAIRS_H

#include "base/arena.h"

enum pairs_style { PAIRS_PLAIN, PAIRS_CEF };

struct pair_reader {
    const char *p, *end;
    char between, equals;    /* ' ' or '\t', '|', ';', ',';  '=' or ':' */
    enum pairs_style style;
    span key, value;         /* value without its quotes, escapes as written */
    bool is_quoted, has_escapes;
};

struct pair_reader pairs_read(span text, char between, char equals, enum pairs_style style);
/* The next pair; false behind the last. */
bool pairs_next(struct pair_reader *r);
/* A value whose text has escapes (\" \\ \= \|), in the arena. Letters keep their backslash: CORP\taro is a user of
 * loggers that escape nothing, and no field that is read holds a line end. */
span pairs_unescape(arena *a, span value);

#endif
