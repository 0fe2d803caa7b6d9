/* SPDX-License-Identifier: Apache-2.0 */
/* Fortinet FortiGate, FortiProxy: the web filter's log and the traffic log, key=value. Facts: docs/formats/fortigate.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"eventtime", FIELD_TIME, CUT_EPOCH_ANY}, /* UTC; seconds to 6.0, nanoseconds since 6.2 */
    {"date", FIELD_TIME, CUT_DATE},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"tz", FIELD_COUNT, CUT_ZONE},
    {"duration", FIELD_DURATION, CUT_SECONDS},
    {"sessionid", FIELD_SESSION, CUT_TEXT},
    {"srcip", FIELD_CLIENT, CUT_CLIENT},
    {"srcport", FIELD_CLIENT_PORT, CUT_PORT},
    {"srcname", FIELD_CLIENT_NAME, CUT_TEXT},
    {"forwardedfor", FIELD_XFF, CUT_TEXT},
    {"user", FIELD_USER, CUT_TEXT},
    {"unauthuser", FIELD_USER, CUT_TEXT},
    {"httpmethod", FIELD_METHOD, CUT_METHOD}, /* "method" says how the category was found */
    {"url", FIELD_URL, CUT_TEXT},
    {"hostname", FIELD_HOST, CUT_TEXT},
    {"dstname", FIELD_HOST, CUT_TEXT},
    {"dstip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dstport", FIELD_SERVER_PORT, CUT_PORT},
    {"utmaction", FIELD_ACTION, CUT_TEXT}, /* a session that ends as "close" may have been blocked in it */
    {"action", FIELD_ACTION, CUT_TEXT},
    {"sentbyte", FIELD_BYTES_OUT, CUT_NUMBER},
    {"rcvdbyte", FIELD_BYTES_IN, CUT_NUMBER},
    {"agent", FIELD_AGENT, CUT_TEXT},
    {"referralurl", FIELD_REFERER, CUT_TEXT},
    {"contenttype", FIELD_MIME, CUT_TEXT},
    {"catdesc", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"time", "logid", "type", "subtype", "level", NULL};
static const struct row_kind kinds[] = {
    {"subtype", "webfilter", SESSION_REQUEST}, {"subtype", "forward", SESSION_CUMULATIVE},
    {"subtype", "local", SESSION_CUMULATIVE}, {NULL, NULL, 0},
};
static const struct outcome_word outcomes[] = {
    {"passthrough", OUTCOME_ALLOWED}, {"pass", OUTCOME_ALLOWED}, {"allow", OUTCOME_ALLOWED}, {"accept", OUTCOME_ALLOWED},
    {"close", OUTCOME_ALLOWED}, {"client-rst", OUTCOME_ALLOWED}, {"server-rst", OUTCOME_ALLOWED},
    {"timeout", OUTCOME_ALLOWED}, {"exempt", OUTCOME_ALLOWED}, {"blocked", OUTCOME_BLOCKED}, {"block", OUTCOME_BLOCKED},
    {"deny", OUTCOME_BLOCKED}, {"dropped", OUTCOME_BLOCKED}, {"ip-conn", OUTCOME_FAILED}, {NULL, 0},
};

const struct vocabulary vocabulary_fortigate = {
    .name = "fortigate", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_PAIRS, NULL,
         "date=2026-11-21 time=21:19:32 devname=\"fw1\" eventtime=1795295972108000000 tz=\"+0000\" "
         "logid=\"0316013056\" type=\"utm\" subtype=\"webfilter\" eventtype=\"ftgd_blk\" level=\"warning\" "
         "vd=\"root\" sessionid=81 srcip=10.0.0.1 srcport=51000 dstip=192.0.2.7 dstport=80 service=\"HTTP\" "
         "hostname=\"a.example\" action=\"blocked\" reqtype=\"direct\" url=\"/x\" sentbyte=210 rcvdbyte=0 "
         "method=\"domain\" agent=\"curl/7.88.1\" catdesc=\"Malicious Websites\""},
        {NAMED_PAIRS, NULL,
         "date=2026-11-21,time=21:19:32,logid=\"0000000013\",type=\"traffic\",subtype=\"forward\","
         "level=\"notice\",vd=\"root\",srcip=10.0.0.1,srcport=51000,dstip=192.0.2.7,dstport=443,sessionid=82,"
         "proto=6,action=\"close\",service=\"HTTPS\",duration=61,sentbyte=900,rcvdbyte=5200"},
    },
};
