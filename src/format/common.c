/* SPDX-License-Identifier: Apache-2.0 */
/* The NCSA common log, as Squid writes it (stamp: END; bytes with headers; result tags at the end) and as
 * Apache does (stamp: START; bytes of the body alone). No duration, no agent, no bytes sent. */
#include "format/product.h"

const struct format_product format_common = {
    .name = "common",
    .what = TEXT_FORMAT_COMMON,
    .variants = {
        {
            plan_compile_squid,
            "%>a %[ui %[un [%tl] \"%rm %ru HTTP/%rv\" %>Hs %<st %Ss:%Sh",
            "10.0.0.7 - - [21/Sep/2026:14:13:20 +0000] \"GET http://www.example.com/ HTTP/1.1\" 200 1834 TCP_MISS:HIER_DIRECT",
        },
        {
            plan_compile_squid, /* with `log_mime_hdrs on` */
            "%>a %[ui %[un [%tl] \"%rm %ru HTTP/%rv\" %>Hs %<st %Ss:%Sh [%>h] [%<h]",
            "10.0.0.7 - - [21/Sep/2026:14:13:20 +0000] \"GET http://www.example.com/ HTTP/1.1\" 200 1834 TCP_MISS:HIER_DIRECT "
            "[User-Agent: Mozilla/5.0%0d%0aHost: www.example.com%0d%0a] [HTTP/1.1 200 OK%0d%0a%0d]",
        },
        {
            plan_compile_apache,
            "%h %l %u %t \"%r\" %>s %b",
            "10.0.0.7 - - [21/Sep/2026:14:13:20 +0000] \"GET /index.html HTTP/1.1\" 200 1834",
        },
    },
};
