/* SPDX-License-Identifier: Apache-2.0 */
/* e2guardian and its forerunner DansGuardian, a filtering proxy in front of Squid, by `logfileformat`: 1 (blanks), 2
 * (quoted, commas), 4 (tabs) with local time; 5 and 6 (tabs, epoch, duration), 7 and 8 (two columns more). 3 is
 * Squid's native layout. The stamp is the END of the request; the only counter is the body sent to the client. */
#include "format/product.h"

/* In 1 the reason and the categories hold blanks and nothing marks their ends: they end where what follows fits. */
static fault compile(arena *a, span definition, struct plan *out)
{
    static const span open[] = {{"%{what}note", 11}, {"%{category}note", 15}};
    TRY(plan_compile_squid(a, definition, out));
    out->counts_headers_in = out->counts_headers_out = false;
    out->needs_proof = true; /* many a table has twenty columns between tabs */
    for (size_t i = 0; i < out->n; i++)
        for (size_t k = 0; k < COUNT_OF(open); k++)
            if (span_eq(out->cuts[i].code, open[k]) && span_eq(out->cuts[i].stop, SPAN(" "))) {
                out->cuts[i].flags |= CUT_UNTIL_FIT;
                out->greedy = out->n;
            }
    return NO_FAULT;
}

#define STAMP "%{%Y.%-m.%-d %-H:%M:%S}tl"
#define PROTEX "%ts.%03tu\t%{server}note\t%un\t%>a\t%>A\t%ru\t%rm\t%>Hs\t%<st\t%mt\t%{User-Agent}>h\t%{result}note\t%tr\t" \
    "%{peer}note\t%{message}note\t%{what}note\t%{weight}note\t%{category}note\t%{groupname}note\t%{group}note"

const struct format_product format_e2guardian = {
    .name = "e2guardian",
    .what = TEXT_FORMAT_E2GUARDIAN,
    .variants = {
        {
            compile,
            PROTEX,
            "1790000000.123\tgate\talice\t10.0.0.7\tpc7.example.com\thttp://www.example.com/\tGET\t200\t1834\ttext/html\t"
            "Mozilla/5.0 (X11)\t-\t45\t-\t0\t-\t0\t-\tDefault\t1",
        },
        {
            compile,
            PROTEX "\t%{search}note\t%{flags}note",
            "1790000000.123\tgate\talice\t10.0.0.7\tpc7.example.com\thttp://www.example.com/\tGET\t403\t0\t-\t"
            "Mozilla/5.0 (X11)\t-\t45\t-\t500\tBanned site: example.com\t0\tADs\tDefault\t1\t-\t-",
        },
        {
            compile,
            STAMP "\t%un\t%>a\t%ru\t%{what}note\t%rm\t%<st\t%{weight}note\t%{category}note\t%{group}note\t%>Hs\t%mt\t%>A\t"
            "%{groupname}note\t%{User-Agent}>h\t%{params}note\t%{id1}note\t%{id2}note\t%{upload}note",
            "2026.9.21 14:13:20\t-\t10.0.0.7\thttp://www.example.com/\t*DENIED* Banned site: example.com\tGET\t0\t0\tADs\t1\t"
            "403\t-\t\tDefault\tMozilla/5.0 (X11)\t-\t\t\t",
        },
        {
            compile,
            "\"" STAMP "\",\"%un\",\"%>a\",\"%ru\",\"%{what}note\",\"%rm\",\"%<st\",\"%{weight}note\",\"%{category}note\","
            "\"%{group}note\",\"%>Hs\",\"%mt\",\"%>A\",\"%{groupname}note\",\"%{User-Agent}>h\",\"%{params}note\","
            "\"%{id1}note\",\"%{id2}note\",\"%{upload}note\"",
            "\"2026.9.21 14:13:20\",\"-\",\"10.0.0.7\",\"http://www.example.com/\",\"\",\"GET\",\"1834\",\"0\",\"\",\"1\","
            "\"200\",\"text/html\",\"\",\"Default\",\"Mozilla/5.0 (X11)\",\"-\",\"\",\"\",\"\"",
        },
        {
            compile,
            STAMP " %un %>a %/ru %{what}note %rm %<st %{weight}note %{category}note %{group}note %>Hs %mt %{rest}note",
            "2026.9.21 14:13:20 - 10.0.0.7 http://www.example.com/ *DENIED* Banned site: example.com GET 0 0 Ads, banners 1 "
            "403 text/html  Default Mozilla/5.0 (X11) -   ",
        },
    },
};
