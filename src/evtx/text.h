/* SPDX-License-Identifier: Apache-2.0 */
/* evtx/text.h: a growing text with a limit, and the writers that make JSON strings of what a log holds. Whoever writes
 * asks once at the end whether it was too much. */
#ifndef KONSEKI_EVTX_TEXT_H
#define KONSEKI_EVTX_TEXT_H

#include "base/span.h"

struct text {
    char *p;            /* owned; NULL: nothing was written yet */
    size_t n, capacity;
    size_t limit;       /* bytes at most */
    bool full;          /* something did not fit, and was left out */
};

void text_free(struct text *t);
static inline span text_span(const struct text *t) { return span_of(t->p ? t->p : "", t->n); }

/* Room for `need` more bytes behind the text; NULL: beyond the limit. */
char *text_room(struct text *t, size_t need);
void text_put(struct text *t, span our_own_words);
#define TEXT_PUT(t, literal) text_put((t), SPAN(literal))
void text_u64(struct text *t, uint64_t v);
void text_i64(struct text *t, int64_t v);
void text_hex(struct text *t, const uint8_t *bytes, size_t n);   /* capitals */

/* What stands between the quotes of a JSON string, always valid UTF-8: controls, invisible characters, `"` and `\` are
 * escaped; what is no character becomes U+FFFD. UTF-16 is little endian; `n` counts bytes. */
void text_json_utf16(struct text *t, const uint8_t *p, size_t n);
void text_json_utf8(struct text *t, span s);
void text_json_point(struct text *t, uint32_t c);

#endif
