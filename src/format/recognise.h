/* SPDX-License-Identifier: Apache-2.0 */
/* format/recognise.h: the inside of format_recognise: lines as they are (format.c), lines in envelopes (wrapped.c). */
#ifndef KONSEKI_RECOGNISE_H
#define KONSEKI_RECOGNISE_H

#include "format/format.h"
#include "format/plan.h"
#include "format/vocabulary.h"

/* A known layout that takes FIT_GOOD of the lines is the layout. Else inference is asked; where it knows none
 * either, a known layout that takes FIT_POOR is a damaged or mixed log: better read in part, with the rest
 * counted as bad and shown, than refused. Prose, syslog and sshd logs reach 0. */
#define FIT_GOOD 0.6
#define FIT_POOR 0.25

/* As format_recognise, of lines without envelope. `is_stamped`: an envelope gave every line a stamp, so layouts
 * without a time will do. */
fault recognise_plain(arena *a, const struct format_options *options, bool is_stamped, const span *lines, size_t n,
                      struct layout *out, struct format_refusal *refusal) MUST_USE;
/* As format_row, of a line without envelope. `stamp` (NULL: none) is what the envelope knew. */
enum row_fate plain_row(const struct layout *layout, span line, const struct peeled *stamp, arena *scratch, event *e);

/* A sample, told apart by the recognised plan: its first rows, and the lines that are none of its (alternates.c). */
enum { ROWS_TRIED = 3 };
struct told_apart {
    span rows[ROWS_TRIED], *others;   /* others: in the arena */
    size_t row_n, other_n;
};
struct told_apart told_apart_by(arena *a, const struct plan *first, const span *lines, size_t n);
/* May `plan` read lines that the recognised one does not take? */
bool is_alternate(const struct plan *plan, const struct told_apart *t);

/* Plans for rows whose values have names, one for each product whose names the sample has (named.c). `only`: of this
 * product; {NULL,0}: of all. */
typedef void named_found(void *ctx, const struct plan *plan);
void named_candidates(arena *a, span only, const span *lines, size_t n, named_found *found, void *ctx);

/* As recognise_plain, of a source that may hold header lines. (headers.c) */
fault recognise_headed(arena *a, const struct format_options *options, const span *lines, size_t n, struct layout *out,
                       struct format_refusal *refusal) MUST_USE;

/* What lines are that no layout takes, in English (foreign.c); {NULL,0}: nobody knows. */
span foreign_log(arena *a, const span *lines, size_t n);

/* Are the clients of this log the internet? What an option names is a proxy's, except of a product that is none. (server.c) */
bool is_server_log(const struct plan *plan, const struct format_options *options, const span *lines, size_t n);

/* What the log is whose header line lacks the time or the client: "a log whose header names no date"; {NULL,0}: it is
 * none. (headers.c) */
span unusable_header(arena *a, const span *lines, size_t n);

/* The same for one vocabulary under one shape (own.h). */
void named_own(arena *a, const struct vocabulary *v, struct plan shape, span definition, const span *lines, size_t n,
               named_found *found, void *ctx);

/* What the lines of the sample are wrapped in. False: in nothing. */
bool find_envelope(const struct format_options *options, const span *lines, size_t n, struct envelope *out);
/* Which program's lines are a proxy's, and their layout. */
fault recognise_wrapped(arena *a, const struct format_options *options, const struct envelope *envelope,
                        const span *lines, size_t n, struct layout *out, struct format_refusal *refusal) MUST_USE;
enum row_fate wrapped_row(const struct layout *layout, span line, arena *scratch, event *e);
/* A blank line, a comment, a rotation mark. */
bool is_skippable(span line);

#endif
