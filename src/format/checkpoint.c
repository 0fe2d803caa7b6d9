/* SPDX-License-Identifier: Apache-2.0 */
/* Check Point: URL Filtering and Application Control, as the Log Exporter writes them. Facts: docs/formats/checkpoint.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"time", FIELD_TIME, CUT_EPOCH_ANY},
    {"loguid", FIELD_SESSION, CUT_TEXT},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"s_port", FIELD_CLIENT_PORT, CUT_PORT},
    {"src_machine_name", FIELD_CLIENT_NAME, CUT_TEXT},
    {"src_user_name", FIELD_USER, CUT_TEXT},
    {"user", FIELD_USER, CUT_TEXT},
    {"method", FIELD_METHOD, CUT_METHOD},
    {"resource", FIELD_URL, CUT_TEXT},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"service", FIELD_SERVER_PORT, CUT_PORT},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"sent_bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"received_bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"bytes", FIELD_BYTES_TOTAL, CUT_NUMBER},
    {"referrer", FIELD_REFERER, CUT_TEXT},
    {"matched_category", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"time", "loguid", "product", "origin", NULL};
static const struct row_kind kinds[] = {
    {"product", "URL Filtering", SESSION_APART}, {"product", "Application Control", SESSION_APART}, {NULL, NULL, 0},
};
static const struct outcome_word outcomes[] = {
    {"Accept", OUTCOME_ALLOWED}, {"Allow", OUTCOME_ALLOWED}, {"Detect", OUTCOME_ALLOWED}, {"Block", OUTCOME_BLOCKED},
    {"Drop", OUTCOME_BLOCKED}, {"Reject", OUTCOME_BLOCKED}, {"Prevent", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_checkpoint = {
    .name = "checkpoint", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_PAIRS, NULL,
         "action:\"Accept\"; flags:\"411908\"; ifdir:\"outbound\"; ifname:\"eth1\"; loguid:\"{0x1,0x2,0x3,0x4}\"; "
         "origin:\"10.0.0.9\"; sequencenum:\"1\"; time:\"1795295972\"; version:\"5\"; app_category:\"News\"; "
         "appi_name:\"a.example\"; dst:\"192.0.2.7\"; matched_category:\"News\"; product:\"URL Filtering\"; "
         "proto:\"6\"; resource:\"https://a.example/x\"; s_port:\"51000\"; service:\"443\"; service_id:\"https\"; "
         "src:\"10.0.0.1\"; src_user_name:\"sato\""},
        {NAMED_PAIRS, NULL,
         "time=1795295972|hostname=fw1|product=URL Filtering|action=Block|ifdir=outbound|loguid={0x1,0x2,"
         "0x3,0x5}|origin=10.0.0.9|sequencenum=2|version=5|dst=192.0.2.7|proto=6|"
         "resource=http://a.example/x?y\\=1|s_port=51000|service=80|src=10.0.0.1|sent_bytes=210|"
         "received_bytes=512"},
    },
};
