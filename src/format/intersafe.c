/* SPDX-License-Identifier: Apache-2.0 */
/* ALSI InterSafe WebFilter, GatewayConnection and CATS: 25 columns between tabs. Facts: docs/formats/intersafe.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"date", FIELD_TIME, CUT_DATE},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"client", FIELD_CLIENT, CUT_CLIENT},
    {"account", FIELD_USER, CUT_TEXT},
    {"state", FIELD_ACTION, CUT_TEXT},
    {"status", FIELD_STATUS, CUT_STATUS},
    {"server", FIELD_SERVER_IP, CUT_ADDRESS},
    {"host", FIELD_HOST, CUT_TEXT},
    {"duration", FIELD_DURATION, CUT_MILLISECONDS},
    {"sent", FIELD_BYTES_OUT, CUT_NUMBER},
    {"received", FIELD_BYTES_IN, CUT_NUMBER},
    {"filetype", FIELD_MIME, CUT_TEXT},
    {"category", FIELD_CATEGORY, CUT_TEXT},
    {"url", FIELD_URL, CUT_TEXT},
    {"method", FIELD_METHOD, CUT_METHOD},
    {"referer", FIELD_REFERER, CUT_SOME_TEXT}, /* off by default: "-" says nothing */
    {NULL, 0, 0},
};
static const char *const must[] = {"date", "time", "client", "state", "url", NULL};
static const struct outcome_word outcomes[] = {
    {"Proxied", OUTCOME_ALLOWED}, {"Allowed", OUTCOME_ALLOWED}, {"Release", OUTCOME_ALLOWED},
    {"Blocked", OUTCOME_BLOCKED}, {"BlkPost", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_intersafe = {
    .name = "intersafe", .fields = fields, .must = must, .outcomes = outcomes, .stamp = STAMP_END,
    .examples = {{NAMED_CSV,
                  "date\ttime\tprotocol=HTTP|HTTPS|FTP\tclient\tgroup\taccount\tbrowser\tstate\tserver\tstatus\thost\tduration\tsent\t"
                  "received\tfiletype\treserved\treason\tcategory\tcategory1\tcategory2\tsecurity\turl\tversion\tmethod\treferer",
                  "2026/11/21\t21:19:32\tHTTP\t10.0.0.1\tsales\tsato\t-\tProxied\t-\t200\ta.example\t41\t0\t512\ttext/html\t-\t-\tIT\tIT\t-\t"
                  "-\thttp://a.example/x\tHTTP/1.1\tGET\t-"}},
};
