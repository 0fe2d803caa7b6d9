/* SPDX-License-Identifier: Apache-2.0 */
/* Palo Alto Networks firewalls, URL and traffic logs as CEF. `in` is what the client sent. Facts: docs/formats/paloalto-cef.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"start", FIELD_TIME, CUT_ANY_TIME},
    {"rt", FIELD_TIME, CUT_ANY_TIME},
    {"cn3", FIELD_DURATION, CUT_SECONDS},
    {"cn1", FIELD_SESSION, CUT_TEXT},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"spt", FIELD_CLIENT_PORT, CUT_PORT},
    {"suser", FIELD_USER, CUT_TEXT},
    {"PanOSXForwarderfor", FIELD_XFF, CUT_TEXT},
    {"requestMethod", FIELD_METHOD, CUT_METHOD},
    {"request", FIELD_URL, CUT_BARE_URL},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dpt", FIELD_SERVER_PORT, CUT_PORT},
    {"act", FIELD_ACTION, CUT_TEXT},
    {"in", FIELD_BYTES_OUT, CUT_NUMBER},
    {"out", FIELD_BYTES_IN, CUT_NUMBER},
    {"flexNumber1", FIELD_BYTES_TOTAL, CUT_NUMBER},
    {"requestClientApplication", FIELD_AGENT, CUT_TEXT},
    {"PanOSReferer", FIELD_REFERER, CUT_TEXT},
    {"requestContext", FIELD_MIME, CUT_TEXT}, /* not the Referer */
    {"cs2", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"deviceVendor=Palo Alto Networks", "deviceProduct=PAN-OS", "src", NULL};
static const struct row_kind kinds[] = {
    {"signatureId", "start", KIND_SKIPPED}, {"name", "start", KIND_SKIPPED}, {"signatureId", "url", SESSION_REQUEST},
    {"name", "url", SESSION_REQUEST}, {"signatureId", "TRAFFIC", SESSION_CARRIER}, {"name", "TRAFFIC", SESSION_CARRIER},
    {NULL, NULL, 0},
};
static const struct outcome_word outcomes[] = {
    {"allow", OUTCOME_ALLOWED}, {"alert", OUTCOME_ALLOWED}, {"continue", OUTCOME_ALLOWED}, {"override", OUTCOME_ALLOWED},
    {"block", OUTCOME_BLOCKED}, {"block-url", OUTCOME_BLOCKED}, {"block-continue", OUTCOME_BLOCKED},
    {"block-override", OUTCOME_BLOCKED}, {"deny", OUTCOME_BLOCKED}, {"drop", OUTCOME_BLOCKED},
    {"drop-icmp", OUTCOME_BLOCKED}, {"reset-client", OUTCOME_BLOCKED}, {"reset-server", OUTCOME_BLOCKED},
    {"reset-both", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_paloalto_cef = {
    .name = "paloalto", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_CEF, NULL,
         "CEF:0|Palo Alto Networks|PAN-OS|10.2.0|url|THREAT|1|rt=Nov 21 2026 21:19:33 deviceExternalId=1 "
         "src=10.0.0.1 dst=192.0.2.7 cs1Label=Rule cs1=web suser=corp\\\\sato duser= app=web-browsing "
         "cn1Label=SessionID cn1=81 cnt=1 spt=51000 dpt=80 proto=tcp act=alert request=a.example/x "
         "cs2Label=URL Category cs2=news externalId=7 requestContext=text/html cat=(9999) "
         "requestMethod=get requestClientApplication=Mozilla/5.0 (X11; Linux x86_64) PanOSReferer="},
        {NAMED_CEF, NULL,
         "CEF:0|Palo Alto Networks|PAN-OS|10.2.0|end|TRAFFIC|1|rt=Nov 21 2026 21:19:33 deviceExternalId=1 "
         "src=10.0.0.1 dst=192.0.2.7 suser=corp\\\\sato app=ssl cn1Label=SessionID cn1=82 spt=51000 dpt=443 "
         "proto=tcp act=allow flexNumber1Label=Total bytes flexNumber1=6100 in=900 out=5200 start=Nov 21 "
         "2026 21:19:32 cn3Label=Elapsed time in seconds cn3=61"},
    },
};
