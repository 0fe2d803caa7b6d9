/* SPDX-License-Identifier: Apache-2.0 */
/* Cisco WSA / Secure Web Appliance: the W3C log. Facts: docs/formats/cisco-wsa.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"timestamp", FIELD_TIME, CUT_EPOCH},
    {"x-elapsed-time", FIELD_DURATION, CUT_MILLISECONDS},
    {"c-ip", FIELD_CLIENT, CUT_CLIENT},
    {"cs-username", FIELD_USER, CUT_TEXT},
    {"cs-auth-username", FIELD_USER, CUT_TEXT},
    {"cs-method", FIELD_METHOD, CUT_METHOD},
    {"cs-url", FIELD_URL, CUT_TEXT},
    {"x-resultcode-httpstatus", FIELD_ACTION, CUT_RESULT},
    {"sc-result-code", FIELD_ACTION, CUT_TEXT},
    {"sc-http-status", FIELD_STATUS, CUT_STATUS},
    {"cs-bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"sc-bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"cs-mime-type", FIELD_MIME, CUT_TEXT},
    {"cs(User-Agent)", FIELD_AGENT, CUT_TEXT},
    {"cs(Referer)", FIELD_REFERER, CUT_TEXT},
    {"cs(X-Forwarded-For)", FIELD_XFF, CUT_TEXT},
    {"s-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {NULL, 0, 0},
};
static const char *const must[] = {"timestamp", "c-ip", "cs-method", "cs-url", "sc-bytes", NULL};

const struct vocabulary vocabulary_cisco_w3c = {
    .name = "cisco-wsa-w3c", .fields = fields, .must = must, .stamp = STAMP_END, .counts_headers_in = true,
    .counts_headers_out = true,
    .examples = {{NAMED_W3C, NULL, "1795295972.108 45 10.0.0.1 TCP_MISS/200 1834 GET http://a.example/x \"OFFICE\\sato@realm\" -"}},
};
