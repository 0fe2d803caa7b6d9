/* SPDX-License-Identifier: Apache-2.0 */
/* The `main` format that nginx's packages put into nginx.conf: combined plus X-Forwarded-For. Stamp: END;
 * bytes of the body alone. */
#include "format/product.h"

const struct format_product format_nginx = {
    .name = "nginx",
    .what = TEXT_FORMAT_NGINX,
    .variants = {{
        plan_compile_nginx,
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" "
        "\"$http_user_agent\" \"$http_x_forwarded_for\"",
        "10.0.0.7 - - [21/Sep/2026:14:13:20 +0000] \"GET /index.html HTTP/1.1\" 200 1834 \"-\" \"Mozilla/5.0 (X11)\" \"-\"",
    }},
};
