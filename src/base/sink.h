/* SPDX-License-Identifier: Apache-2.0 */
/* base/sink.h: where text goes. Errors stick: write on, ask once at the end.
 * The escaping writers are the only way log bytes reach a terminal or JSON. */
#ifndef KONSEKI_SINK_H
#define KONSEKI_SINK_H

#include "base/fault.h"
#include "base/span.h"

typedef struct sink {
    int fd;           /* -1: a memory sink, its text is [buffer, buffer + used) */
    int error;        /* errno of the first failed write; 0 = fine */
    char *buffer;
    size_t used, capacity;
} sink;

sink sink_fd(int fd);      /* borrows fd: sink_done does not close it */
sink sink_memory(void);    /* grows without a limit of its own */
static inline span sink_text(const sink *o) { return span_of(o->buffer ? o->buffer : "", o->used); }

void sink_put(sink *o, span our_own_words);
void sink_str(sink *o, const char *our_own_words);
void sink_char(sink *o, char c);
void sink_u64(sink *o, uint64_t v);
void sink_i64(sink *o, int64_t v);
/* The shortest that reads back, a whole number without exponent; not finite: nothing. */
void sink_number(sink *o, double v);
void sink_printf(sink *o, const char *fmt, ...) PRINTF(2, 3);
/* A JSON string with its quotes. Valid UTF-8 passes unchanged; a byte that is not valid UTF-8 becomes
 * U+FFFD; controls, DEL, bidi overrides and U+2028/9 are \u-escaped. */
void sink_json(sink *o, span any);
/* For terminals: valid UTF-8 passes; C0/C1 controls, DEL, bidi and zero-width characters and invalid
 * bytes become \xNN or <U+NNNN>. */
void sink_tty(sink *o, span any);
fault sink_done(sink *o) MUST_USE;   /* flushes, frees, and says what went wrong (EPIPE included) */

/* Reads one UTF-8 character: its length, 1..4, and the code point; 0 where the bytes are not valid UTF-8. */
size_t utf8_read(span s, uint32_t *point);
/* Of characters that change how the text around them is shown, or cannot be seen. */
bool utf8_is_invisible(uint32_t point);

#endif
