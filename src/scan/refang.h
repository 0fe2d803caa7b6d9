/* SPDX-License-Identifier: Apache-2.0 */
/* scan/refang.h: undoes what reports do to names and addresses so that nobody clicks on them: evil[.]example,
 * evil (dot) example, 198.51.100[.]7, hxxp[:]//, full-width letters and dots, invisible characters within a name, and the
 * backslashes of JSON. What is left are the same words, and each byte knows where it stood. */
#ifndef KONSEKI_SCAN_REFANG_H
#define KONSEKI_SCAN_REFANG_H

#include "base/span.h"

enum { REFANG_LINE_MAX = 64 * 1024 };

struct refanged {
    span text;                       /* the line as given where nothing had to be done: `from` is not filled then */
    bool is_same;
    char bytes[REFANG_LINE_MAX];
    uint32_t from[REFANG_LINE_MAX];  /* bytes[i] came from the line's byte from[i] */
};

/* A line of at most REFANG_LINE_MAX bytes; the result never is longer. Bytes that are not UTF-8 become blanks. */
void refang_line(span line, struct refanged *out);

#endif
