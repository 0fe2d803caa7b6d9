/* SPDX-License-Identifier: Apache-2.0 */
/* Squid's useragent log (`useragent_log` in Squid 2): which client says which agent. It names no host: nothing but
 * client, time and agent can be told from it. The stamp is the END of the request. */
#include "format/product.h"

const struct format_product format_useragent = {
    .name = "useragent",
    .what = TEXT_FORMAT_USERAGENT,
    .variants = {{
        plan_compile_squid,
        "%>a [%tl] \"%{User-Agent}>h\"",
        "10.0.0.7 [21/Sep/2026:14:13:20 +0000] \"Mozilla/5.0 (X11; Linux x86_64)\"",
    }},
};
