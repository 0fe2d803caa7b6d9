/* SPDX-License-Identifier: Apache-2.0 */
/* McAfee, Skyhigh Secure Web Gateway: access.log as its default rule set writes it. Facts: docs/formats/webgateway.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"time_stamp", FIELD_TIME, CUT_CLF_TIME},
    {"auth_user", FIELD_USER, CUT_TEXT},
    {"src_ip", FIELD_CLIENT, CUT_CLIENT},
    {"status_code", FIELD_STATUS, CUT_STATUS},
    {"req_line", FIELD_URL, CUT_REQUEST},
    {"categories", FIELD_CATEGORY, CUT_TEXT},
    {"media_type", FIELD_MIME, CUT_TEXT},
    {"bytes_to_client", FIELD_BYTES_IN, CUT_NUMBER},
    {"bytes_from_client", FIELD_BYTES_OUT, CUT_NUMBER},
    {"user_agent", FIELD_AGENT, CUT_TEXT},
    {"block_res", FIELD_ACTION, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"time_stamp", "src_ip", "status_code", "req_line", "block_res", NULL};
static const struct outcome_word outcomes[] = {{"0", OUTCOME_ALLOWED}, {"10", OUTCOME_BLOCKED}, {NULL, 0}};

#define HEAD "[time_stamp] auth_user src_ip status_code req_line categories rep_level media_type bytes_to_client "
#define HEAD_ROW "[21/Nov/2026:21:19:32 +0900] \"sato\" 10.0.0.1 200 \"GET http://a.example/x HTTP/1.1\" \"News\" \"Minimal Risk\" " \
                 "\"text/html\" 512 "

const struct vocabulary vocabulary_webgateway = {
    .name = "webgateway", .fields = fields, .must = must, .outcomes = outcomes, .stamp = STAMP_END, .counts_headers_in = true,
    .counts_headers_out = true,
    .examples = {
        {NAMED_W3C, HEAD "user_agent virus_name block_res ?application_name",
         HEAD_ROW "\"Mozilla/5.0 (Windows NT 10.0)\" \"\" \"0\""},
        {NAMED_W3C, HEAD "bytes_from_client user_agent virus_name block_res ?application_name",
         HEAD_ROW "210 \"Mozilla/5.0 (Windows NT 10.0)\" \"\" \"0\" \"\""},
    },
};
