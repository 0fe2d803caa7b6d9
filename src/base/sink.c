/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sink.h"

#include "base/arena.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FLUSH_AT = 64 * 1024 };

sink sink_fd(int fd) { return (sink){.fd = fd}; }

sink sink_memory(void) { return (sink){.fd = -1}; }

static void sink_flush(sink *o)
{
    size_t done = 0;
    while (!o->error && done < o->used) {
        ssize_t n = write(o->fd, o->buffer + done, o->used - done);
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            o->error = errno;
    }
    o->used = 0;
}

void sink_put(sink *o, span s)
{
    if (s.n == 0)
        return;
    if (!array_reserve((void **)&o->buffer, &o->capacity, o->used + s.n, 1, SIZE_MAX / 2))
        panic("out of memory");
    memcpy(o->buffer + o->used, s.p, s.n);
    o->used += s.n;
    if (o->fd >= 0 && o->used >= FLUSH_AT)
        sink_flush(o);
}

void sink_str(sink *o, const char *s) { sink_put(o, span_str(s)); }

void sink_char(sink *o, char c) { sink_put(o, span_of(&c, 1)); }

void sink_number(sink *o, double v)
{
    char digits[40];
    if (!isfinite(v))
        return;
    if (v == floor(v) && fabs(v) <= 9007199254740992.0) { /* 2^53: exact */
        sink_printf(o, "%.0f", v);
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, v);
        if (strtod(digits, NULL) == v)
            break;
    }
    sink_str(o, digits);
}

void sink_printf(sink *o, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n > 0)
        sink_put(o, span_of(text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1));
}

void sink_u64(sink *o, uint64_t v) { sink_printf(o, "%llu", (unsigned long long)v); }

void sink_i64(sink *o, int64_t v) { sink_printf(o, "%lld", (long long)v); }

size_t utf8_read(span s, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (s.n == 0)
        return 0;
    unsigned char first = (unsigned char)s.p[0];
    size_t n = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first >= 0xf8 || (first >= 0x80 && first < 0xc0) || n > s.n)
        return 0;
    uint32_t c = n == 1 ? first : first & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        unsigned char next = (unsigned char)s.p[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (next & 0x3f);
    }
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *point = c;
    return n;
}

bool utf8_is_invisible(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

static void json_escape(sink *o, uint32_t c)
{
    if (c == '"' || c == '\\')
        sink_printf(o, "\\%c", (int)c);
    else if (c == '\n')
        sink_str(o, "\\n");
    else if (c == '\t')
        sink_str(o, "\\t");
    else if (c == '\r')
        sink_str(o, "\\r");
    else if (c > 0xffff)
        sink_printf(o, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
    else
        sink_printf(o, "\\u%04x", c);
}

void sink_json(sink *o, span s)
{
    sink_char(o, '"');
    while (s.n) {
        uint32_t c = 0;
        size_t n = utf8_read(s, &c);
        if (n == 0)
            sink_str(o, "\xef\xbf\xbd");
        else if (c == '"' || c == '\\' || utf8_is_invisible(c))
            json_escape(o, c);
        else
            sink_put(o, span_take(s, n));
        s = span_skip(s, n ? n : 1);
    }
    sink_char(o, '"');
}

void sink_tty(sink *o, span s)
{
    while (s.n) {
        uint32_t c = 0;
        size_t n = utf8_read(s, &c);
        if (n == 0)
            sink_printf(o, "\\x%02x", (unsigned)(unsigned char)s.p[0]);
        else if (utf8_is_invisible(c))
            sink_printf(o, c < 0x100 ? "\\x%02x" : "<U+%04X>", c);
        else
            sink_put(o, span_take(s, n));
        s = span_skip(s, n ? n : 1);
    }
}

fault sink_done(sink *o)
{
    if (o->fd >= 0)
        sink_flush(o);
    array_free((void **)&o->buffer, &o->capacity);
    o->used = 0;
    if (!o->error)
        return NO_FAULT;
    errno = o->error;
    return fault_errno("writing the result");
}
