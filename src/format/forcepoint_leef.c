/* SPDX-License-Identifier: Apache-2.0 */
/* Forcepoint (Websense) Web Security, as LEEF. The time is that of syslog. Facts: docs/formats/forcepoint.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"devTime", FIELD_TIME, CUT_ANY_TIME},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"srcPort", FIELD_CLIENT_PORT, CUT_PORT},
    {"usrName", FIELD_USER, CUT_TEXT},
    {"loginID", FIELD_USER, CUT_TEXT},
    {"method", FIELD_METHOD, CUT_METHOD},
    {"url", FIELD_URL, CUT_TEXT},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dstPort", FIELD_SERVER_PORT, CUT_PORT},
    {"proxyStatus-code", FIELD_STATUS, CUT_STATUS},
    {"serverStatus-code", FIELD_STATUS, CUT_STATUS},
    {"eventId", FIELD_ACTION, CUT_TEXT},
    {"srcBytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"dstBytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"userAgent", FIELD_AGENT, CUT_TEXT},
    {"RefererURL", FIELD_REFERER, CUT_TEXT},
    {"contentType", FIELD_MIME, CUT_TEXT},
    {"cat", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"deviceVendor=Forcepoint|deviceVendor=Websense", "deviceProduct=Security", "src", "url", NULL};
static const struct outcome_word outcomes[] = {
    {"transaction:permitted", OUTCOME_ALLOWED}, {"transaction:blocked", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_forcepoint_leef = {
    .name = "forcepoint", .fields = fields, .must = must, .outcomes = outcomes,
    .stamp = STAMP_START,
    .examples = {
        {NAMED_LEEF, NULL,
         "<159>2026-11-21T21:19:32Z gw1 "
         "LEEF:1.0|Forcepoint|Security|8.5.0|transaction:permitted|sev=1\tcat=76\tusrName=-\tloginID=sato\t"
         "src=10.0.0.1\tsrcPort=51000\tsrcBytes=210\tdstBytes=512\tdst=192.0.2.7\tdstPort=80\t"
         "proxyStatus-code=200\tserverStatus-code=200\tduration=0\tmethod=GET\tdisposition=1026\t"
         "contentType=text/html\treason=-\tpolicy=Default\trole=8\tRefererURL=-\tuserAgent=curl/7.88.1\t"
         "url=http://a.example/x"},
    },
};
