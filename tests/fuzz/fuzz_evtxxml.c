/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as events in XML, in one block and in two: the same events, and what is left over is less than was given. */
#include "fuzz.h"

#include "evtx/kind.h"
#include "evtx/xml.h"
#include "evtx_lines.h"

static struct tally read_block(struct xml *x, span text, uint64_t offset, bool is_last, struct text *out, size_t *consumed)
{
    out->n = 0;
    struct tally t = xml_read(x, text, offset, is_last, out, consumed);
    expect_lines(out, &t);
    if (*consumed > text.n || (is_last && *consumed != text.n))
        abort();
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xml *x = xml_open();
    struct text out = {.limit = ANSWER_MAX};
    span text = span_of((const char *)data, size);
    size_t consumed, end = size ? data[size / 2] % size : 0;
    (void)events_kind_of(text);
    struct tally whole = read_block(x, text, 0, true, &out, &consumed);
    struct tally a = read_block(x, span_take(text, end), 0, false, &out, &consumed);
    struct tally b = read_block(x, span_skip(text, consumed), consumed, true, &out, &consumed);
    if (a.records + b.records != whole.records || a.refused + b.refused != whole.refused)
        abort();
    xml_close(x);
    text_free(&out);
    return 0;
}
