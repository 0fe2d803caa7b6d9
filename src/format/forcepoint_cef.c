/* SPDX-License-Identifier: Apache-2.0 */
/* Forcepoint (Websense) Web Security, as CEF. `in` is what the server answered. Facts: docs/formats/forcepoint.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"rt", FIELD_TIME, CUT_ANY_TIME},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"spt", FIELD_CLIENT_PORT, CUT_PORT},
    {"suser", FIELD_USER, CUT_TEXT},
    {"loginID", FIELD_USER, CUT_TEXT},
    {"requestMethod", FIELD_METHOD, CUT_METHOD},
    {"request", FIELD_URL, CUT_TEXT},
    {"dhost", FIELD_HOST, CUT_TEXT},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dpt", FIELD_SERVER_PORT, CUT_PORT},
    {"act", FIELD_ACTION, CUT_TEXT},
    {"out", FIELD_BYTES_OUT, CUT_NUMBER},
    {"in", FIELD_BYTES_IN, CUT_NUMBER},
    {"requestClientApplication", FIELD_AGENT, CUT_TEXT},
    {"refererUrl", FIELD_REFERER, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"deviceVendor=Forcepoint|deviceVendor=Websense", "deviceProduct=Security", "src", "request", NULL};
static const struct outcome_word outcomes[] = {
    {"permitted", OUTCOME_ALLOWED}, {"blocked", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_forcepoint_cef = {
    .name = "forcepoint", .fields = fields, .must = must, .outcomes = outcomes,
    .stamp = STAMP_START,
    .examples = {
        {NAMED_CEF, NULL,
         "CEF:0|Forcepoint|Security|8.5.4|76|Transaction permitted|1| act=permitted app=http dvc=10.0.0.9 "
         "dst=192.0.2.7 dhost=a.example dpt=80 src=10.0.0.1 spt=51000 suser=- loginID=sato "
         "destinationTranslatedPort=0 rt=1795295972000 in=512 out=210 requestMethod=GET "
         "requestClientApplication=Mozilla/5.0 (X11; Linux x86_64) reason=- cs1Label=Policy cs1=Default "
         "request=http://a.example/x logRecordSource=OnPrem"},
    },
};
