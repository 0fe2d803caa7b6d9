/* SPDX-License-Identifier: Apache-2.0 */
/* Olfeo SaaS: the cloud proxy's live log as JSON, DNS queries among its rows. Facts: docs/formats/olfeo.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"timestamp", FIELD_TIME, CUT_EPOCH_ANY},
    {"user_response_time_ms", FIELD_DURATION, CUT_MILLISECONDS},
    {"src_ip", FIELD_CLIENT, CUT_SOME_TEXT}, /* a query has none */
    {"src_port", FIELD_CLIENT_PORT, CUT_PORT},
    {"display_name", FIELD_USER, CUT_TEXT},
    {"http_method", FIELD_METHOD, CUT_SOME_TEXT},
    {"http_version", FIELD_PROTO, CUT_SOME_TEXT},
    {"url", FIELD_URL, CUT_TEXT},
    {"domain", FIELD_HOST, CUT_SOME_TEXT},
    {"user_status_code", FIELD_STATUS, CUT_STATUS},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"user_sent_bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"user_received_bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"dest_ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"category_label", FIELD_CATEGORY, CUT_SOME_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"timestamp", "src_ip", "category_label", "type", "user_sent_bytes|dns_answer", NULL};
static const char *const picked[] = {"proxy", NULL};
static const struct outcome_word outcomes[] = {
    {"allow", OUTCOME_ALLOWED}, {"warn", OUTCOME_ALLOWED}, {"block", OUTCOME_BLOCKED}, {"deny", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_olfeo_saas = {
    .name = "olfeo-saas", .fields = fields, .must = must, .pick = "type", .picked = picked, .outcomes = outcomes,
    .stamp = STAMP_END, .counts_headers_in = true, .counts_headers_out = true,
    .examples = {{NAMED_JSON, NULL,
                  "{\"display_name\":\"Sato\",\"category_label\":\"News\",\"url\":\"https://a.example/x\",\"action\":\"allow\","
                  "\"domain\":\"a.example\",\"src_ip\":\"10.0.0.1\",\"src_port\":\"51000\",\"timestamp\":1795295972108,"
                  "\"dest_ip\":\"192.0.2.7\",\"http_method\":\"GET\",\"http_version\":\"1.1\",\"user_response_time_ms\":\"41\","
                  "\"user_received_bytes\":\"512\",\"user_sent_bytes\":\"210\",\"user_status_code\":\"200\",\"cache_status\":\"TCP_MISS\","
                  "\"type\":\"proxy\"}"}},
};
