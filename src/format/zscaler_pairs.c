/* SPDX-License-Identifier: Apache-2.0 */
/* Zscaler NSS, web feed as key=value (its form for Splunk). Facts: docs/formats/zscaler.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"(stamp)", FIELD_TIME, CUT_ANY_TIME}, /* in front of the first pair */
    {"datetime", FIELD_TIME, CUT_ANY_TIME},
    {"time", FIELD_TIME, CUT_ANY_TIME},
    {"ClientIP", FIELD_CLIENT, CUT_CLIENT},
    {"user", FIELD_USER, CUT_TEXT},
    {"requestmethod", FIELD_METHOD, CUT_METHOD},
    {"url", FIELD_URL, CUT_BARE_URL},
    {"hostname", FIELD_HOST, CUT_TEXT},
    {"serverip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"status", FIELD_STATUS, CUT_STATUS},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"requestsize", FIELD_BYTES_OUT, CUT_NUMBER},
    {"responsesize", FIELD_BYTES_IN, CUT_NUMBER},
    {"transactionsize", FIELD_BYTES_TOTAL, CUT_NUMBER},
    {"useragent", FIELD_AGENT, CUT_TEXT},
    {"refererURL", FIELD_REFERER, CUT_TEXT},
    {"contenttype", FIELD_MIME, CUT_TEXT},
    {"urlcategory", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"ClientIP", "requestmethod", "requestsize", "responsesize", "url", "action", NULL};
static const struct outcome_word outcomes[] = {
    {"Allowed", OUTCOME_ALLOWED}, {"Blocked", OUTCOME_BLOCKED}, {NULL, 0},
};
static const struct tunnel_word tunnels[] = {
    {"protocol", "SSL"}, {"protocol", "TUNNEL"}, {"protocol", "TUNNEL_SSL"}, {NULL, NULL},
};

const struct vocabulary vocabulary_zscaler_pairs = {
    .name = "zscaler", .fields = fields, .must = must, .outcomes = outcomes, .tunnels = tunnels,
    .stamp = STAMP_END, .counts_headers_in = true, .counts_headers_out = true,
    .examples = {
        {NAMED_PAIRS, NULL,
         "2026-11-21 21:19:32\treason=Allowed\tevent_id=7\tprotocol=HTTPS\taction=Allowed\ttransactionsize=722\t"
         "responsesize=512\trequestsize=210\turlcategory=News\tserverip=192.0.2.7\tclienttranstime=41\t"
         "requestmethod=GET\trefererURL=None\tuseragent=curl/7.88.1\tproduct=NSS\tlocation=Road Warrior\t"
         "ClientIP=10.0.0.1\tstatus=200\tuser=sato@corp.example\turl=a.example/x?y=1\tvendor=Zscaler\t"
         "hostname=a.example"},
    },
};
