/* SPDX-License-Identifier: Apache-2.0 */
/* Cisco Umbrella and Secure Access, the proxy (web) log: CSV without a header, more columns with every version. Facts:
 * docs/formats/umbrella.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"timestamp", FIELD_TIME, CUT_ISO_TIME},
    {"identity", FIELD_USER, CUT_SOME_TEXT},
    {"internal_ip", FIELD_CLIENT, CUT_SOME_TEXT},
    {"destination_ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"content_type", FIELD_MIME, CUT_SOME_TEXT},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"url", FIELD_URL, CUT_BARE_URL},
    {"referer", FIELD_REFERER, CUT_TEXT},
    {"user_agent", FIELD_AGENT, CUT_TEXT},
    {"status", FIELD_STATUS, CUT_STATUS},
    {"request_size", FIELD_BYTES_OUT, CUT_NUMBER},
    {"response_size", FIELD_BYTES_IN, CUT_NUMBER},
    {"categories", FIELD_CATEGORY, CUT_SOME_TEXT},
    {"request_method", FIELD_METHOD, CUT_METHOD},
    {NULL, 0, 0},
};
static const char *const must[] = {"timestamp", "internal_ip", "action", "url", "response_size", NULL};
static const struct outcome_word outcomes[] = {
    {"ALLOWED", OUTCOME_ALLOWED}, {"PROXIED", OUTCOME_ALLOWED}, {"BLOCKED", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_umbrella = {
    .name = "umbrella", .fields = fields, .must = must, .outcomes = outcomes, .stamp = STAMP_END, .is_utc = true,
    .counts_headers_in = true, .counts_headers_out = true,
    .examples = {{NAMED_CSV,
                  "timestamp,identity,internal_ip,external_ip,destination_ip,content_type,action=ALLOWED|BLOCKED|PROXIED,url,referer,"
                  "user_agent,status,request_size,response_size,response_body_size,sha256,categories,?av,pua,amp,amp_name,amp_score,"
                  "identity_type,blocked_categories,identities,identity_types,request_method",
                  "\"2026-11-21 21:19:32\",\"pc1\",\"10.0.0.1\",\"192.0.2.1\",\"192.0.2.7\",\"text/html\",\"ALLOWED\","
                  "\"https://a.example/x\",\"\",\"Mozilla/5.0 (Windows NT 10.0)\",\"200\",\"562\",\"1489\",\"1200\",\"\",\"News\",\"\",\"\","
                  "\"\",\"\",\"\",\"Roaming Computers\",\"\",\"pc1\",\"Roaming Computers\",\"GET\""}},
};
