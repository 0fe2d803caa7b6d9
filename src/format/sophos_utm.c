/* SPDX-License-Identifier: Apache-2.0 */
/* Sophos UTM: the web proxy's log. The time is that of syslog. Facts: docs/formats/sophos.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"srcip", FIELD_CLIENT, CUT_CLIENT},
    {"user", FIELD_USER, CUT_TEXT},
    {"method", FIELD_METHOD, CUT_METHOD},
    {"url", FIELD_URL, CUT_TEXT},
    {"dstip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"statuscode", FIELD_STATUS, CUT_STATUS},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"size", FIELD_BYTES_IN, CUT_NUMBER},
    {"ua", FIELD_AGENT, CUT_TEXT},
    {"referer", FIELD_REFERER, CUT_TEXT},
    {"content-type", FIELD_MIME, CUT_TEXT},
    {"categoryname", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"id", "sys=SecureWeb", "sub=http", "method", "srcip", "url", "statuscode", NULL};
static const struct outcome_word outcomes[] = {
    {"pass", OUTCOME_ALLOWED}, {"block", OUTCOME_BLOCKED}, {"blocked", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_sophos_utm = {
    .name = "sophos_utm", .fields = fields, .must = must, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_PAIRS, NULL,
         "2026:11:21-21:19:32 gw1 httpproxy[811]: "
         "id=\"0001\" severity=\"info\" sys=\"SecureWeb\" sub=\"http\" name=\"http access\" action=\"pass\" "
         "method=\"GET\" srcip=\"10.0.0.1\" dstip=\"192.0.2.7\" user=\"sato\" ad_domain=\"\" statuscode=\"200\" "
         "cached=\"0\" profile=\"REF_1\" size=\"512\" request=\"0x7f3a\" url=\"http://a.example/x\" referer=\"\" "
         "error=\"\" authtime=\"0\" dnstime=\"1\" fullreqtime=\"245\" device=\"0\" auth=\"0\" ua=\"curl/7.88.1\" "
         "exceptions=\"\" category=\"178\" categoryname=\"News\""},
    },
};
