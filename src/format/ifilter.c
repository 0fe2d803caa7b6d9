/* SPDX-License-Identifier: Apache-2.0 */
/* Digital Arts i-FILTER 10 and D-SPA 4, the access log's standard layout of 35 columns. The stamp and the process number in
 * front look like a syslog head and are peeled off as one. Facts: docs/formats/ifilter.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"start", FIELD_START, CUT_CLF_TIME},
    {"server", FIELD_SERVER_IP, CUT_ENDPOINT},
    {"client", FIELD_CLIENT, CUT_CLIENT},
    {"name", FIELD_CLIENT_NAME, CUT_TEXT},
    {"user", FIELD_USER, CUT_TEXT},
    {"status", FIELD_STATUS, CUT_STATUS},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"request", FIELD_URL, CUT_REQUEST},
    {"referer", FIELD_REFERER, CUT_TEXT},
    {"agent", FIELD_AGENT, CUT_TEXT},
    {"mime", FIELD_MIME, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"start", "client", "request", "action", NULL};
static const struct outcome_word outcomes[] = {{"block", OUTCOME_BLOCKED}, {NULL, 0}};

const struct vocabulary vocabulary_ifilter = {
    .name = "ifilter", .fields = fields, .must = must, .outcomes = outcomes, .stamp = STAMP_START,
    .examples = {{NAMED_W3C,
                  "version upstream server peer client name user [start] status c15 c16 action c18 c19 c20 c21 c22 c23 c24 group c26 c27 "
                  "c28 request referer %agent %mime hash",
                  "Nov 21 21:19:33 4872 1000/01/ - 192.0.2.7:80 10.0.0.1 10.0.0.1 - sato [21/Nov/2026:21:19:32 +0900] 200 0 512 - 0 0 "
                  "0/0/0 -1 0 400 0 sales - 0 - \"GET http://a.example/x HTTP/1.1\" - Mozilla%2F5.0+%28Windows+NT+10.0%29 "
                  "text%2Fhtml A667FEFF"}},
};
