/* SPDX-License-Identifier: Apache-2.0 */
/* CEF with CEF's own names, of products that no other vocabulary knows. `in` and `out` mean opposite things with different products. Facts: docs/formats/cef.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"rt", FIELD_TIME, CUT_ANY_TIME},
    {"end", FIELD_TIME, CUT_ANY_TIME},
    {"start", FIELD_START, CUT_ANY_TIME},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"spt", FIELD_CLIENT_PORT, CUT_PORT},
    {"shost", FIELD_CLIENT_NAME, CUT_TEXT},
    {"suser", FIELD_USER, CUT_TEXT},
    {"requestMethod", FIELD_METHOD, CUT_METHOD},
    {"request", FIELD_URL, CUT_BARE_URL},
    {"dhost", FIELD_HOST, CUT_TEXT},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dpt", FIELD_SERVER_PORT, CUT_PORT},
    {"act", FIELD_ACTION, CUT_TEXT},
    {"requestClientApplication", FIELD_AGENT, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"deviceVendor", "src", "request", "requestMethod|requestClientApplication", NULL};
static const struct outcome_word outcomes[] = {
    {"allowed", OUTCOME_ALLOWED}, {"allow", OUTCOME_ALLOWED}, {"permitted", OUTCOME_ALLOWED}, {"permit", OUTCOME_ALLOWED},
    {"accept", OUTCOME_ALLOWED}, {"pass", OUTCOME_ALLOWED}, {"passthrough", OUTCOME_ALLOWED}, {"blocked", OUTCOME_BLOCKED},
    {"block", OUTCOME_BLOCKED}, {"denied", OUTCOME_BLOCKED}, {"deny", OUTCOME_BLOCKED}, {"drop", OUTCOME_BLOCKED},
    {"reject", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_cef = {
    .name = "cef", .fields = fields, .must = must, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_CEF, NULL,
         "CEF:0|Example|Gateway|1.0|1|web access|1|rt=1795295972108 src=10.0.0.1 spt=51000 suser=sato "
         "dst=192.0.2.7 dhost=a.example dpt=80 act=allowed requestMethod=GET request=http://a.example/x "
         "requestClientApplication=curl/7.88.1 in=512 out=210"},
    },
};
