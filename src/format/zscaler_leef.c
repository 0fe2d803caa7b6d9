/* SPDX-License-Identifier: Apache-2.0 */
/* Zscaler NSS, web feed as LEEF (its form for QRadar). Facts: docs/formats/zscaler.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"devTime", FIELD_TIME, CUT_ANY_TIME},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"usrName", FIELD_USER, CUT_TEXT},
    {"reqmethod", FIELD_METHOD, CUT_METHOD},
    {"url", FIELD_URL, CUT_BARE_URL},
    {"hostname", FIELD_HOST, CUT_TEXT},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"respcode", FIELD_STATUS, CUT_STATUS},
    {"cat", FIELD_ACTION, CUT_TEXT},
    {"srcBytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"dstBytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"useragent", FIELD_AGENT, CUT_TEXT},
    {"referer", FIELD_REFERER, CUT_TEXT},
    {"urlcategory", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"deviceVendor=Zscaler", "deviceProduct=NSS", "src", "url", NULL};
static const struct outcome_word outcomes[] = {
    {"Allowed", OUTCOME_ALLOWED}, {"Blocked", OUTCOME_BLOCKED}, {NULL, 0},
};
static const struct tunnel_word tunnels[] = {
    {"appproto", "SSL"}, {"appproto", "TUNNEL"}, {"appproto", "TUNNEL_SSL"}, {NULL, NULL},
};

const struct vocabulary vocabulary_zscaler_leef = {
    .name = "zscaler", .fields = fields, .must = must, .outcomes = outcomes, .tunnels = tunnels,
    .stamp = STAMP_END, .counts_headers_in = true, .counts_headers_out = true,
    .examples = {
        {NAMED_LEEF, NULL,
         "LEEF:1.0|Zscaler|NSS|4.1|Allowed|cat=Allowed\tdevTime=Nov 21 2026 21:19:32 GMT\tdevTimeFormat=MMM "
         "dd yyyy HH:mm:ss z\tsrc=10.0.0.1\tdst=192.0.2.7\tsrcPostNAT=192.0.2.99\trealm=Road Warrior\t"
         "usrName=sato@corp.example\tsrcBytes=210\tdstBytes=512\tpolicy=Allowed\turl=a.example/x?y=1\t"
         "recordid=7\tuseragent=curl/7.88.1\treferer=None\thostname=a.example\tappproto=HTTPS\t"
         "urlcategory=News\treqmethod=GET\trespcode=200"},
    },
};
