/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration that can be pasted: remarks are comments of the product, which all three begin with #. */
#include "report/check_text.h"

void check_fix(const struct mend *mend, const struct report_options *options, sink *o)
{
    struct page p = page_begin(o, (struct text_style){.lang = options->lang}, options->columns, false);
    for (size_t i = 0; i < mend->line_n; i++) {
        span remark = mend->lines[i].remark ? page_words(&p, mend->lines[i].remark) : (span){NULL, 0};
        while (remark.n) {
            size_t n = text_wrap(remark, p.columns - 2);
            sink_str(o, "# ");
            sink_put(o, span_trim(span_take(remark, n)));
            sink_char(o, '\n');
            remark = span_skip(remark, n);
        }
        if (mend->lines[i].config) {
            sink_str(o, mend->lines[i].config);
            sink_char(o, '\n');
        }
    }
    page_done(&p);
}
