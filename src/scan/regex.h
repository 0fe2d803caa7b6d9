/* SPDX-License-Identifier: Apache-2.0 */
/* scan/regex.h: Perl-compatible regular expressions (PCRE2, compiled to machine code where it can) with an end to
 * their work. Patterns and texts are UTF-8; a byte that is none matches nothing and is no error. */
#ifndef KONSEKI_SCAN_REGEX_H
#define KONSEKI_SCAN_REGEX_H

#include "base/fault.h"
#include "base/span.h"

struct regex;
struct regex_scratch;

/* FAULT_USAGE with PCRE2's own words; *offset says at which byte of the pattern. *out is the caller's, for regex_close. */
fault regex_compile(span pattern, bool any_case, struct regex **out, size_t *offset) MUST_USE;
void regex_close(struct regex *r); /* NULL is fine */

/* What one thread needs, for any number of expressions. */
struct regex_scratch *regex_scratch_open(void);
void regex_scratch_close(struct regex_scratch *s); /* NULL is fine */

/* GAVE_UP: the limit of steps or memory was met, as by (a+)+$ on a long run of a's. */
enum regex_answer { REGEX_NO, REGEX_YES, REGEX_GAVE_UP };
enum regex_answer regex_find(const struct regex *r, struct regex_scratch *s, span text);

#endif
