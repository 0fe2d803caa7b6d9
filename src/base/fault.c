/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

fault fault_make(enum fault_kind kind, const char *fmt, ...)
{
    fault f = {.kind = kind};
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(f.text, sizeof f.text, fmt, args);
    va_end(args);
    return f;
}

/* Appends as much of ": reason" as fits. */
static void append_reason(fault *f, const char *reason)
{
    size_t used = strlen(f->text), left = sizeof f->text - used;
    if (snprintf(f->text + used, left, ": %s", reason) >= (int)left)
        memcpy(f->text + sizeof f->text - 4, "...", 4);
}

fault fault_errno(const char *fmt, ...)
{
    int saved = errno;
    fault f = {.kind = FAULT_IO};
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(f.text, sizeof f.text, fmt, args);
    va_end(args);
    append_reason(&f, strerror(saved));
    return f;
}

fault fault_wrap(fault cause, const char *fmt, ...)
{
    fault f = {.kind = cause.kind};
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(f.text, sizeof f.text, fmt, args);
    va_end(args);
    append_reason(&f, cause.text);
    return f;
}
