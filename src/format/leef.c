/* SPDX-License-Identifier: Apache-2.0 */
/* LEEF with LEEF's own names, of products that no other vocabulary knows. Facts: docs/formats/cef.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"devTime", FIELD_TIME, CUT_ANY_TIME},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"srcPort", FIELD_CLIENT_PORT, CUT_PORT},
    {"usrName", FIELD_USER, CUT_TEXT},
    {"identHostName", FIELD_CLIENT_NAME, CUT_TEXT},
    {"method", FIELD_METHOD, CUT_METHOD},
    {"url", FIELD_URL, CUT_BARE_URL},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dstPort", FIELD_SERVER_PORT, CUT_PORT},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"srcBytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"dstBytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"userAgent", FIELD_AGENT, CUT_TEXT},
    {"referer", FIELD_REFERER, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"deviceVendor", "src", "url", "dst|dstPort|usrName|method", NULL};
static const struct outcome_word outcomes[] = {
    {"allowed", OUTCOME_ALLOWED}, {"allow", OUTCOME_ALLOWED}, {"permitted", OUTCOME_ALLOWED}, {"permit", OUTCOME_ALLOWED},
    {"accept", OUTCOME_ALLOWED}, {"pass", OUTCOME_ALLOWED}, {"passthrough", OUTCOME_ALLOWED}, {"blocked", OUTCOME_BLOCKED},
    {"block", OUTCOME_BLOCKED}, {"denied", OUTCOME_BLOCKED}, {"deny", OUTCOME_BLOCKED}, {"drop", OUTCOME_BLOCKED},
    {"reject", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_leef = {
    .name = "leef", .fields = fields, .must = must, .outcomes = outcomes,
    .stamp = STAMP_END,
    .examples = {
        {NAMED_LEEF, NULL,
         "LEEF:2.0|Example|Gateway|1.0|web|^|devTime=Nov 21 2026 21:19:32.108 "
         "GMT^src=10.0.0.1^srcPort=51000^dst=192.0.2.7^dstPort=80^usrName=sato^url=http://a.example/x^meth"
         "od=GET^srcBytes=210^dstBytes=512^action=allowed^userAgent=curl/7.88.1"},
    },
};
