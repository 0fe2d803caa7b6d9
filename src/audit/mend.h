/* SPDX-License-Identifier: Apache-2.0 */
/* audit/mend.h: the configuration that makes a product log what the questions need, with what is to be known of its
 * versions. */
#ifndef KONSEKI_AUDIT_MEND_H
#define KONSEKI_AUDIT_MEND_H

#include "text/text.h"

enum { MEND_LINES_MAX = 12 };

struct mend {
    const char *product;
    const char *definition;       /* the log's format alone, as --logformat takes it, or its #Fields: line; NULL: it has none */
    struct {
        enum text_key remark;     /* above the line; TEXT_NONE: none */
        const char *config;       /* the line itself; NULL: the remark alone */
    } lines[MEND_LINES_MAX];
    size_t line_n;
};
/* NULL where the product is not known. */
const struct mend *mend_of(span product);
/* ... by the name of a format whose logs it makes: "zscaler-csv". */
const struct mend *mend_of_format(span format);
void mend_names(sink *o);   /* all products, as a sentence lists them */

#endif
