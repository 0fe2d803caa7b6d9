/* SPDX-License-Identifier: Apache-2.0 */
/* Cisco WSA / Secure Web Appliance: the access log. It begins as Squid's does and goes on with what was decided and why;
 * the user is in quotes where he has a realm. Facts: docs/formats/cisco-wsa.md. */
#include "format/compile.h"
#include "format/product.h"

/* Read from the left, as far as the verdicts between < and >: what follows is the site's own. A URL holds no blank. */
static fault compile(arena *a, span definition, struct plan *out)
{
    TRY(plan_compile_squid(a, definition, out));
    out->greedy = out->n;
    out->may_trail = true;
    for (size_t i = 0; i < out->n; i++)
        if (out->cuts[i].field == FIELD_USER)
            out->cuts[i].flags |= CUT_SHELL;
    return NO_FAULT;
}

#define LAYOUT "%ts.%03tu %tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt %note <"
#define ROW                                                                                                             \
    "1790000000.108 45 10.0.0.7 TCP_MISS/200 1834 GET http://a.example/x \"OFFICE\\sato@realm\" DIRECT/a.example text/html " \
    "DEFAULT_CASE_12-DefaultGroup-Office-NONE-NONE-NONE-DefaultGroup-NONE <\"IW_infr\",6.8,1,\"-\",-,-,-> - -"

const struct format_product format_cisco_wsa = {
    .name = "cisco-wsa",
    .what = TEXT_FORMAT_CISCO_WSA,
    .variants = {{compile, LAYOUT, ROW}, {compile, "Info: " LAYOUT, "Info: " ROW}},
};
