/* SPDX-License-Identifier: Apache-2.0 */
/* Skyhigh (McAfee) Web Gateway, key=value. Facts: docs/formats/webgateway-pairs.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"date", FIELD_TIME, CUT_ANY_TIME},
    {"source_ip", FIELD_CLIENT, CUT_CLIENT},
    {"username", FIELD_USER, CUT_TEXT},
    {"http_request_first_line", FIELD_URL, CUT_REQUEST},
    {"destination_host", FIELD_HOST, CUT_TEXT},
    {"destination_ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"http_status_code", FIELD_STATUS, CUT_STATUS},
    {"source_bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"destination_bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"user_agent", FIELD_AGENT, CUT_TEXT},
    {"http_referer", FIELD_REFERER, CUT_TEXT},
    {"media_type", FIELD_MIME, CUT_TEXT},
    {"url_categories", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"date", "source_ip", "http_status_code", "http_request_first_line", NULL};

const struct vocabulary vocabulary_webgateway_pairs = {
    .name = "webgateway", .fields = fields, .must = must,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_PAIRS, NULL,
         "date=\"2026-11-21T21:19:32.108Z\" hostname=\"gw1\" username=\"sato\" source_ip=10.0.0.1 "
         "destination_ip=192.0.2.7 destination_host=\"a.example\" http_status_code=200 "
         "media_type=\"text/html\" source_bytes=210 destination_bytes=512 http_request_first_line=\"GET "
         "http://a.example/x HTTP/1.1\" url_categories=\"News\" block_id=0 http_referer=\"\" "
         "user_agent=\"curl/7.88.1\""},
    },
};
