/* SPDX-License-Identifier: Apache-2.0 */
/* Fortinet FortiProxy: one row for each request (subtype http-transaction), key=value. Facts: docs/formats/fortiproxy.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"eventtime", FIELD_TIME, CUT_EPOCH_ANY},
    {"date", FIELD_TIME, CUT_DATE},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"tz", FIELD_COUNT, CUT_ZONE},
    {"duration", FIELD_DURATION, CUT_MILLISECONDS}, /* in the other logs of Fortinet: seconds */
    {"sessionid", FIELD_SESSION, CUT_TEXT},
    {"srcip", FIELD_CLIENT, CUT_CLIENT},
    {"srcport", FIELD_CLIENT_PORT, CUT_PORT},
    {"clientip", FIELD_XFF, CUT_TEXT},
    {"user", FIELD_USER, CUT_TEXT},
    {"scheme", FIELD_SCHEME, CUT_TEXT},
    {"url", FIELD_URL, CUT_TEXT},
    {"hostname", FIELD_HOST, CUT_TEXT},
    {"dstip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dstport", FIELD_SERVER_PORT, CUT_PORT},
    {"statuscode", FIELD_STATUS, CUT_STATUS},
    {"utmaction", FIELD_ACTION, CUT_TEXT},
    {"sentbyte", FIELD_BYTES_OUT, CUT_NUMBER},
    {"reqlength", FIELD_BYTES_OUT, CUT_NUMBER},
    {"rcvdbyte", FIELD_BYTES_IN, CUT_NUMBER},
    {"resplength", FIELD_BYTES_IN, CUT_NUMBER},
    {"agent", FIELD_AGENT, CUT_TEXT},
    {"referralurl", FIELD_REFERER, CUT_TEXT},
    {"catdesc", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"time", "logid", "subtype=http-transaction", "reqlength", "resplength", "srcip", "url", NULL};
static const struct row_kind kinds[] = {
    {"subtype", "http-transaction", SESSION_APART}, {NULL, NULL, 0},
};
static const struct outcome_word outcomes[] = {
    {"allow", OUTCOME_ALLOWED}, {"block", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_fortiproxy = {
    .name = "fortiproxy", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_PAIRS, NULL,
         "date=2026-11-21 time=21:19:32 devname=\"px1\" eventtime=1795295972108000000 tz=\"+0000\" "
         "logid=\"1000234512\" type=\"traffic\" subtype=\"http-transaction\" level=\"notice\" vd=\"root\" "
         "srcip=10.0.0.1 dstip=192.0.2.7 scheme=\"https\" srcport=51000 dstport=443 hostname=\"a.example\" "
         "url=\"https://a.example/x?y=1\" sessionid=81 transid=5 reqlength=210 resplength=512 rcvdbyte=512 "
         "sentbyte=210 resptype=\"normal\" statuscode=200 user=\"sato\" agent=\"curl/7.88.1\" duration=41 "
         "utmaction=\"allow\""},
    },
};
