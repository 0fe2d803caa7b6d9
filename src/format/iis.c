/* SPDX-License-Identifier: Apache-2.0 */
/* Microsoft IIS (HTTP.sys): a web server's W3C log. Facts: docs/formats/iis.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"date", FIELD_TIME, CUT_DATE},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"time-taken", FIELD_DURATION, CUT_MILLISECONDS},
    {"c-ip", FIELD_CLIENT, CUT_CLIENT},
    {"cs-username", FIELD_USER, CUT_TEXT},
    {"cs-method", FIELD_METHOD, CUT_METHOD},
    {"cs-version", FIELD_PROTO, CUT_TEXT},
    {"cs-host", FIELD_HOST, CUT_TEXT},
    {"cs(Host)", FIELD_HOST, CUT_TEXT},
    {"s-port", FIELD_PORT, CUT_PORT},
    {"s-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"cs-uri-stem", FIELD_PATH, CUT_TEXT},
    {"cs-uri-query", FIELD_QUERY, CUT_TEXT},
    {"sc-status", FIELD_STATUS, CUT_STATUS},
    {"cs-bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"sc-bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"cs(User-Agent)", FIELD_AGENT, CUT_TEXT},
    {"cs(Referer)", FIELD_REFERER, CUT_TEXT},
    {"cs(Cookie)", FIELD_COOKIE, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"date", "time", "c-ip", "s-ip", "cs-method", "cs-uri-stem", NULL};

const struct vocabulary vocabulary_iis = {
    .name = "iis", .fields = fields, .must = must, .stamp = STAMP_END, .is_utc = true, .is_server = true,
    .counts_headers_in = true, .counts_headers_out = true,
    .examples = {{NAMED_W3C, NULL, "2026-11-21 21:19:32 192.0.2.80 GET /x - 80 - 198.51.100.7 Mozilla/5.0+(X11) - 200 0 0 15"}},
};
