/* SPDX-License-Identifier: Apache-2.0 */
/* Squid's referrer log (`referer_log` in Squid 2): who came to a URL from where. Only requests with a Referer are
 * in it. The stamp is the END of the request. */
#include "format/product.h"

const struct format_product format_referrer = {
    .name = "referrer",
    .what = TEXT_FORMAT_REFERRER,
    .variants = {{
        plan_compile_squid,
        "%ts.%03tu %>a %{Referer}>h %ru",
        "1790000000.123 10.0.0.7 http://www.example.com/ http://www.example.com/news.html",
    }},
};
