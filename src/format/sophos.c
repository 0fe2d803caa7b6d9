/* SPDX-License-Identifier: Apache-2.0 */
/* Sophos Firewall (XG, XGS): content filtering, key="value". Facts: docs/formats/sophos.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"timestamp", FIELD_TIME, CUT_ANY_TIME},
    {"date", FIELD_TIME, CUT_DATE},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"timezone", FIELD_COUNT, CUT_ZONE},
    {"src_ip", FIELD_CLIENT, CUT_CLIENT},
    {"src_port", FIELD_CLIENT_PORT, CUT_PORT},
    {"user_name", FIELD_USER, CUT_TEXT},
    {"url", FIELD_URL, CUT_TEXT},
    {"dst_ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dst_port", FIELD_SERVER_PORT, CUT_PORT},
    {"status_code", FIELD_STATUS, CUT_STATUS},
    {"http_status", FIELD_STATUS, CUT_STATUS},
    {"log_subtype", FIELD_ACTION, CUT_TEXT},
    {"sent_bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"bytes_sent", FIELD_BYTES_OUT, CUT_NUMBER},
    {"recv_bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"bytes_received", FIELD_BYTES_IN, CUT_NUMBER},
    {"user_agent", FIELD_AGENT, CUT_TEXT},
    {"http_user_agent", FIELD_AGENT, CUT_TEXT},
    {"referer", FIELD_REFERER, CUT_TEXT},
    {"http_referer", FIELD_REFERER, CUT_TEXT},
    {"contenttype", FIELD_MIME, CUT_TEXT},
    {"content_type", FIELD_MIME, CUT_TEXT},
    {"category", FIELD_CATEGORY, CUT_TEXT},
    {"http_category", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"log_id", "log_type", "log_component", "log_subtype", "device_name", "date|timestamp", NULL};
static const struct row_kind kinds[] = {
    {"log_type", "Anti-Virus", KIND_SKIPPED}, {"log_component", "HTTP", SESSION_APART},
    {"log_component", "HTTPS", SESSION_APART}, {NULL, NULL, 0},
};
static const struct outcome_word outcomes[] = {
    {"Allowed", OUTCOME_ALLOWED}, {"Denied", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_sophos = {
    .name = "sophos", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_PAIRS, NULL,
         "device_name=\"SFW\" timestamp=\"2026-11-21T21:19:32+0000\" device_model=\"XGS2100\" "
         "device_serial_id=\"X1\" log_id=\"050901616001\" log_type=\"Content Filtering\" log_component=\"HTTP\" "
         "log_subtype=\"Allowed\" log_version=1 severity=\"Information\" fw_rule_id=\"12\" user_name=\"sato\" "
         "http_category=\"News\" url=\"http://a.example/x\" content_type=\"text/html\" src_ip=\"10.0.0.1\" "
         "dst_ip=\"192.0.2.7\" protocol=\"TCP\" src_port=51000 dst_port=80 bytes_sent=210 bytes_received=512 "
         "domain=\"a.example\" http_user_agent=\"curl/7.88.1\" http_status=\"200\""},
        {NAMED_PAIRS, NULL,
         "device=\"SFW\" date=2026-11-21 time=21:19:32 timezone=\"JST\" device_name=\"XG1\" device_id=C1 "
         "log_id=050901616001 log_type=\"Content Filtering\" log_component=\"HTTP\" log_subtype=\"Denied\" "
         "status=\"\" priority=Information fw_rule_id=6 user_name=\"sato\" category=\"News\" "
         "url=\"http://a.example/x\" contenttype=\"\" src_ip=10.0.0.1 dst_ip=192.0.2.7 protocol=\"TCP\" "
         "src_port=51000 dst_port=80 sent_bytes=210 recv_bytes=0 domain=a.example exceptions= "
         "user_agent=\"curl/7.88.1\" status_code=\"403\" referer=\"\""},
    },
};
