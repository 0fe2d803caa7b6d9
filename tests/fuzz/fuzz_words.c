/* SPDX-License-Identifier: Apache-2.0 */
/* What the floors base and text make of any bytes: what reaches a terminal or JSON is valid and inert, lines are cut
 * without an end, stamps that are read can be written. */
#include "fuzz.h"

#include "base/sink.h"
#include "base/when.h"
#include "text/text.h"

#include <assert.h>

static void is_inert(span shown, bool is_json)
{
    uint32_t point;
    while (shown.n) {
        size_t n = utf8_read(shown, &point);
        assert(n && point >= 0x20 && point != 0x7f && !(point >= 0x80 && point < 0xa0 && !is_json));
        assert(point != 0x2028 && point != 0x2029 && !(point >= 0x202a && point <= 0x202e));
        assert(!(point >= 0x2066 && point <= 0x2069));
        shown = span_skip(shown, n);
    }
}

static void lines_end(span shown)
{
    for (size_t columns = 1; columns < 90; columns += 11)
        for (span rest = shown; rest.n;) {
            size_t n = text_wrap(rest, columns);
            assert(n > 0 && n <= rest.n);
            rest = span_skip(rest, n);
        }
}

static void is_shown(span any)
{
    sink o = sink_memory();
    sink_tty(&o, any);
    is_inert(sink_text(&o), false);
    assert(text_width(any) == text_width(sink_text(&o)));
    lines_end(sink_text(&o));
    fault e = sink_done(&o);
    o = sink_memory();
    sink_json(&o, any);
    span json = sink_text(&o);
    assert(json.n >= 2 && json.p[0] == '"' && json.p[json.n - 1] == '"');
    is_inert(json, true);
    e = sink_done(&o);
    assert(e.kind == FAULT_NONE);
}

static void comes_back(int64_t ms)
{
    sink o = sink_memory();
    int64_t again;
    int zone;
    when_put_rfc3339(&o, ms);
    assert(when_iso(sink_text(&o), &again, &zone) && again == ms && zone == 0);
    fault e = sink_done(&o);
    assert(e.kind == FAULT_NONE);
}

/* A zone east of Greenwich may put the first hours of year 1 before it, one in the west the last of 9999 behind. */
static bool can_come_back(int64_t ms) { return ms >= -62135596800000 && ms <= 253402300799999; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span any = span_of((const char *)data, size);
    int64_t ms;
    int zone;
    is_shown(any);
    if (when_clf(any, &ms, &zone) && can_come_back(ms))
        comes_back(ms);
    if (when_iso(any, &ms, &zone) && can_come_back(ms))
        comes_back(ms);
    return 0;
}
