/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as rows of Event Viewer's CSV, in one block and in two: the same events. */
#include "fuzz.h"

#include "base/arena.h"
#include "evtx/csv.h"
#include "evtx_lines.h"

static struct tally read_block(struct csv *c, span text, uint64_t offset, bool is_last, struct text *out, size_t *consumed)
{
    out->n = 0;
    span columns = text.n && text.p[0] == '\t' ? SPAN("Level\tDate and Time\n") : SPAN("Level,Date and Time\n");
    struct tally t = csv_read(c, columns, text, offset, is_last, out, consumed);
    expect_lines(out, &t);
    if (*consumed > text.n || (is_last && *consumed != text.n))
        abort();
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv *c = mem_alloc(sizeof *c);
    struct text out = {.limit = ANSWER_MAX};
    span text = span_of((const char *)data, size);
    size_t consumed, end = size ? data[size / 2] % size : 0;
    struct tally whole = read_block(c, text, 0, true, &out, &consumed);
    struct tally a = read_block(c, span_take(text, end), 0, false, &out, &consumed);
    bool same_columns = consumed == 0 || (text.p[0] == '\t') == (consumed < text.n && text.p[consumed] == '\t');
    struct tally b = read_block(c, span_skip(text, consumed), consumed, true, &out, &consumed);
    if (same_columns && (a.records + b.records != whole.records || a.refused + b.refused != whole.refused))
        abort();
    csv_free(c);
    mem_free(c);
    text_free(&out);
    return 0;
}
