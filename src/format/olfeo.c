/* SPDX-License-Identifier: Apache-2.0 */
/* Olfeo, the gateway: Squid's log with days first and a category for the sizes. Facts: docs/formats/olfeo.md. */
#include "format/product.h"

/* Read from the left: the name of the category holds blanks. */
static fault compile(arena *a, span definition, struct plan *out)
{
    TRY(plan_compile_squid(a, definition, out));
    out->greedy = out->n;
    return NO_FAULT;
}

const struct format_product format_olfeo = {
    .name = "olfeo",
    .what = TEXT_FORMAT_OLFEO,
    .variants = {{
        compile,
        "%>a - %un [%{%d/%m/%Y %H:%M:%S}tl] \"%rm %ru HTTP/%rv\" %>Hs - - %sn %{category}note",
        "10.0.0.7 - sato [21/09/2026 14:13:20] \"GET https://a.example/x HTTP/1.1\" 200 - - 1000 Business Services",
    }},
};
