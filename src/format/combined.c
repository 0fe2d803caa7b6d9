/* SPDX-License-Identifier: Apache-2.0 */
/* The combined log: common plus Referer and User-Agent, which are blank ("-") where the client sent none. As
 * Squid writes it (stamp: END; bytes with headers; result tags at the end) and as Apache does (stamp: START;
 * bytes of the body alone). nginx's `combined` looks like Apache's, but its stamp is the END: without a
 * duration the two cannot be told apart, and nothing is derived from it. */
#include "format/product.h"

const struct format_product format_combined = {
    .name = "combined",
    .what = TEXT_FORMAT_COMBINED,
    .variants = {
        {
            plan_compile_squid,
            "%>a %[ui %[un [%tl] \"%rm %ru HTTP/%rv\" %>Hs %<st \"%{Referer}>h\" \"%{User-Agent}>h\" %Ss:%Sh",
            "10.0.0.7 - alice [21/Sep/2026:14:13:20 +0000] \"CONNECT www.example.com:443 HTTP/1.1\" 200 5120 \"-\" "
            "\"Mozilla/5.0 (X11; Linux x86_64)\" TCP_TUNNEL:HIER_DIRECT",
        },
        {
            plan_compile_squid, /* with `log_mime_hdrs on` */
            "%>a %[ui %[un [%tl] \"%rm %ru HTTP/%rv\" %>Hs %<st \"%{Referer}>h\" \"%{User-Agent}>h\" %Ss:%Sh [%>h] [%<h]",
            "10.0.0.7 - alice [21/Sep/2026:14:13:20 +0000] \"GET http://www.example.com/ HTTP/1.1\" 200 5120 \"-\" "
            "\"Mozilla/5.0 (X11; Linux x86_64)\" TCP_MISS:HIER_DIRECT [Host: www.example.com%0d%0a] [HTTP/1.1 200 OK%0d%0a%0d]",
        },
        {
            plan_compile_apache,
            "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"",
            "10.0.0.7 - - [21/Sep/2026:14:13:20 +0000] \"GET /index.html HTTP/1.1\" 200 1834 \"-\" \"Mozilla/5.0 (X11)\"",
        },
    },
};
