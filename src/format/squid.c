/* SPDX-License-Identifier: Apache-2.0 */
/* Squid's native log, its default. The stamp is the END of the request (a tunnel has one row, written when it
 * closes); the elapsed time is in milliseconds. Only bytes to the client are counted, headers included: what
 * a client sent is not in this layout. */
#include "format/product.h"

const struct format_product format_squid = {
    .name = "squid",
    .what = TEXT_FORMAT_SQUID,
    .variants = {{
        plan_compile_squid,
        "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt",
        "1790000000.123     45 10.0.0.7 TCP_MISS/200 1834 GET http://www.example.com/ - HIER_DIRECT/192.0.2.10 text/html",
    }, {
        plan_compile_squid, /* with `log_mime_hdrs on` */
        "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt [%>h] [%<h]",
        "1790000000.123     45 10.0.0.7 TCP_MISS/200 1834 GET http://www.example.com/ - HIER_DIRECT/192.0.2.10 text/html "
        "[User-Agent: Mozilla/5.0 (X11)%0d%0aHost: www.example.com%0d%0a] "
        "[HTTP/1.1 200 OK%0d%0aContent-Type: text/html%0d%0a%0d]",
    }},
};
