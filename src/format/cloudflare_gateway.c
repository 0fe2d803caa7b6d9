/* SPDX-License-Identifier: Apache-2.0 */
/* Cloudflare Zero Trust: Gateway's HTTP requests (Logpush), the proxy's, beside cloudflare.c, the sites'. Facts:
 * docs/formats/cloudflare-gateway.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"Datetime", FIELD_TIME, CUT_ANY_TIME},
    {"SourceInternalIP", FIELD_CLIENT, CUT_SOME_TEXT},
    {"SourceIP", FIELD_CLIENT, CUT_CLIENT},
    {"SourcePort", FIELD_CLIENT_PORT, CUT_PORT},
    {"DeviceName", FIELD_CLIENT_NAME, CUT_SOME_TEXT},
    {"Email", FIELD_USER, CUT_TEXT},
    {"HTTPMethod", FIELD_METHOD, CUT_METHOD},
    {"HTTPVersion", FIELD_PROTO, CUT_SOME_TEXT},
    {"URL", FIELD_URL, CUT_TEXT},
    {"HTTPHost", FIELD_HOST, CUT_SOME_TEXT},
    {"HTTPStatusCode", FIELD_STATUS, CUT_STATUS},
    {"Action", FIELD_ACTION, CUT_TEXT},
    {"UserAgent", FIELD_AGENT, CUT_TEXT},
    {"Referer", FIELD_REFERER, CUT_TEXT},
    {"DestinationIP", FIELD_SERVER_IP, CUT_ADDRESS},
    {"DestinationPort", FIELD_SERVER_PORT, CUT_PORT},
    {NULL, 0, 0},
};
static const char *const must[] = {"Datetime", "SourceIP", "HTTPHost", "HTTPMethod", "UserAgent", "Action", NULL};
static const struct outcome_word outcomes[] = {
    {"allow", OUTCOME_ALLOWED},   {"bypass", OUTCOME_ALLOWED},  {"none", OUTCOME_ALLOWED},   {"isolate", OUTCOME_ALLOWED},
    {"on", OUTCOME_ALLOWED},      {"off", OUTCOME_ALLOWED},     {"noisolate", OUTCOME_ALLOWED}, {"scan", OUTCOME_ALLOWED},
    {"block", OUTCOME_BLOCKED},   {"quarantined", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_cloudflare_gateway = {
    .name = "cloudflare-gateway", .fields = fields, .must = must, .outcomes = outcomes, .stamp = STAMP_START, .is_utc = true,
    .examples = {{NAMED_JSON, NULL,
                  "{\"Action\":\"allow\",\"Datetime\":\"2026-11-21T21:19:32Z\",\"DestinationIP\":\"192.0.2.7\",\"DestinationPort\":443,"
                  "\"DeviceName\":\"pc1\",\"Email\":\"sato@a.example\",\"HTTPHost\":\"b.example\",\"HTTPMethod\":\"GET\",\"HTTPStatusCode\":200,"
                  "\"HTTPVersion\":\"HTTP/2\",\"Referer\":\"\",\"SourceInternalIP\":\"10.0.0.1\",\"SourceIP\":\"203.0.113.9\",\"SourcePort\":47924,"
                  "\"URL\":\"https://b.example/x\",\"UserAgent\":\"curl/8.5.0\"}"}},
};
