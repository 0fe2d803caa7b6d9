/* SPDX-License-Identifier: Apache-2.0 */
/* Where a line may end. Japanese has no blanks: any two characters may be parted, except around the marks
 * that must not begin or end a line (the common core of JIS X 4051). */
#include "text/text.h"

static bool is_one_of(span c, const char *set)
{
    for (span rest = span_str(set); rest.n;) {
        size_t columns, n = text_char(rest, &columns);
        if (span_eq(c, span_take(rest, n)))
            return true;
        rest = span_skip(rest, n);
    }
    return false;
}

static bool may_begin_line(span c) { return !is_one_of(c, "、。，．・：；！？）」』】］｝〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ％)]},.:;!?%"); }

static bool may_end_line(span c) { return !is_one_of(c, "（「『【［｛〈《([{"); }

static bool may_break_between(span before, size_t before_columns, span after, size_t after_columns)
{
    if (span_eq(before, SPAN(" ")))
        return !span_eq(after, SPAN(" "));
    return (before_columns == 2 || after_columns == 2) && after_columns > 0 && !span_eq(after, SPAN(" ")) &&
           may_end_line(before) && may_begin_line(after);
}

size_t text_wrap(span shown, size_t columns)
{
    size_t taken = 0, used = 0, last_break = 0;
    span before = {NULL, 0};
    size_t before_columns = 0, width;
    for (size_t n; (n = text_char(span_skip(shown, taken), &width)) > 0; taken += n) {
        span c = span_of(shown.p + taken, n);
        if (taken && may_break_between(before, before_columns, c, width))
            last_break = taken;
        bool is_blank = span_eq(c, SPAN(" "));   /* blanks at the end of a line are not shown */
        if (used + width > columns && !is_blank)
            return last_break ? last_break : taken ? taken : n;
        used += width;
        before = c;
        before_columns = width;
    }
    return shown.n;
}
