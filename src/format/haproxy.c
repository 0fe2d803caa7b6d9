/* SPDX-License-Identifier: Apache-2.0 */
/* HAProxy's HTTP log (option httplog, httpslog). Its clients are those of the servers behind it, unless it asks for hosts.
 * Facts: docs/formats/haproxy.md. */
#include "format/compile.h"
#include "format/product.h"

/* The stamp is when the request came, the last of the timers how long it took. What it counts is what it sent to the
 * client, headers included. */
static fault compile(arena *a, span definition, struct plan *out)
{
    TRY(plan_compile_squid(a, definition, out));
    out->stamp = STAMP_START;
    for (size_t i = 0; i < out->n; i++)
        if (out->cuts[i].field == FIELD_METHOD || out->cuts[i].field == FIELD_URL || out->cuts[i].field == FIELD_PROTO)
            out->cuts[i].quote = QUOTE_NONE; /* it escapes as #XX, and cuts the line off */
    return NO_FAULT;
}

#define HEAD                                                                                                              \
    "%>a:%>p [%{%d/%b/%Y:%H:%M:%S}tl.%tu] %{frontend}note %{backend}note %{TR}note/%{Tw}note/%{Tc}note/%{Tr}note/%tr %>Hs %<st " \
    "%{captured request cookie}note %{captured response cookie}note %{termination}note %{connections}note %{queues}note "
#define REQUEST "\"%rm %ru HTTP/%rv\""
#define ROW "10.0.0.7:51000 [21/Sep/2026:14:13:20.123] web~ pool/a1 0/0/7/57/87 200 1834 - - ---- 2/1/0/0/0 0/0 "
#define ASKED "\"GET http://a.example/x HTTP/1.1\""

const struct format_product format_haproxy = {
    .name = "haproxy",
    .what = TEXT_FORMAT_HAPROXY,
    .variants = {
        {compile, HEAD "{%{captured of the request}note} {%{captured of the response}note} " REQUEST, ROW "{Mozilla/5.0 (X11)} {} " ASKED},
        {compile, HEAD "{%{captured}note} " REQUEST, ROW "{Mozilla/5.0 (X11)} " ASKED},
        {compile, HEAD REQUEST " %{errors}note %ssl::>sni/%{version}note/%{cipher}note",
         ROW ASKED " 0/0000000000000000/0/0/0 a.example/TLSv1.3/TLS_AES_256_GCM_SHA384"},
        {compile, HEAD REQUEST, ROW ASKED},
    },
};
