/* SPDX-License-Identifier: Apache-2.0 */
/* Fortinet FortiGate, as CEF. `out` is what the client sent. Facts: docs/formats/fortigate.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"FTNTFGTeventtime", FIELD_TIME, CUT_EPOCH_ANY},
    {"FTNTFGTduration", FIELD_DURATION, CUT_SECONDS},
    {"FTNTFGThttpmethod", FIELD_METHOD, CUT_METHOD},
    {"FTNTFGTreferralurl", FIELD_REFERER, CUT_TEXT},
    {"FTNTFGTforwardedfor", FIELD_XFF, CUT_TEXT},
    {"FortinetFortiGateeventtime", FIELD_TIME, CUT_EPOCH_ANY},
    {"FortinetFortiGateduration", FIELD_DURATION, CUT_SECONDS},
    {"FortinetFortiGatehttpmethod", FIELD_METHOD, CUT_METHOD},
    {"FortinetFortiGatereferralurl", FIELD_REFERER, CUT_TEXT},
    {"FortinetFortiGateforwardedfor", FIELD_XFF, CUT_TEXT},
    {"externalId", FIELD_SESSION, CUT_TEXT},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"spt", FIELD_CLIENT_PORT, CUT_PORT},
    {"shost", FIELD_CLIENT_NAME, CUT_TEXT},
    {"suser", FIELD_USER, CUT_TEXT},
    {"duser", FIELD_USER, CUT_TEXT},
    {"request", FIELD_URL, CUT_TEXT},
    {"dhost", FIELD_HOST, CUT_TEXT},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dpt", FIELD_SERVER_PORT, CUT_PORT},
    {"FTNTFGTutmaction", FIELD_ACTION, CUT_TEXT},
    {"FortinetFortiGateutmaction", FIELD_ACTION, CUT_TEXT},
    {"act", FIELD_ACTION, CUT_TEXT},
    {"out", FIELD_BYTES_OUT, CUT_NUMBER},
    {"in", FIELD_BYTES_IN, CUT_NUMBER},
    {"requestClientApplication", FIELD_AGENT, CUT_TEXT},
    {"requestContext", FIELD_CATEGORY, CUT_TEXT}, /* not the Referer */
    {NULL, 0, 0},
};
static const char *const must[] = {"deviceVendor=Fortinet", "cat", NULL};
static const struct row_kind kinds[] = {
    {"cat", "utm:webfilter", SESSION_REQUEST}, {"cat", "traffic:forward", SESSION_CUMULATIVE},
    {"cat", "traffic:local", SESSION_CUMULATIVE}, {NULL, NULL, 0},
};
static const struct outcome_word outcomes[] = {
    {"passthrough", OUTCOME_ALLOWED}, {"pass", OUTCOME_ALLOWED}, {"allow", OUTCOME_ALLOWED}, {"accept", OUTCOME_ALLOWED},
    {"close", OUTCOME_ALLOWED}, {"client-rst", OUTCOME_ALLOWED}, {"server-rst", OUTCOME_ALLOWED},
    {"timeout", OUTCOME_ALLOWED}, {"exempt", OUTCOME_ALLOWED}, {"blocked", OUTCOME_BLOCKED}, {"block", OUTCOME_BLOCKED},
    {"deny", OUTCOME_BLOCKED}, {"dropped", OUTCOME_BLOCKED}, {"ip-conn", OUTCOME_FAILED}, {NULL, 0},
};

const struct vocabulary vocabulary_fortigate_cef = {
    .name = "fortigate", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_CEF, NULL,
         "CEF:0|Fortinet|Fortigate|v7.2.4|13056|utm:webfilter ftgd_blk blocked|4|deviceExternalId=FG1 "
         "FTNTFGTlogid=0316013056 cat=utm:webfilter FTNTFGTsubtype=webfilter "
         "FTNTFGTeventtime=1795295972108000000 FTNTFGTtz=+0000 externalId=81 duser=sato src=10.0.0.1 "
         "spt=51000 dst=192.0.2.7 dpt=80 proto=6 app=HTTP dhost=a.example act=blocked "
         "FTNTFGTreqtype=direct request=/x out=210 in=0 msg=URL belongs to a denied category "
         "requestContext=Malicious Websites"},
    },
};
