/* SPDX-License-Identifier: Apache-2.0 */
/* Microsoft ISA Server and Forefront TMG: the Web Proxy log as W3C text. Facts: docs/formats/isa.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"date", FIELD_TIME, CUT_DATE},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"time-taken", FIELD_DURATION, CUT_MILLISECONDS},
    {"c-ip", FIELD_CLIENT, CUT_CLIENT},
    {"cs-username", FIELD_USER, CUT_TEXT},
    {"c-agent", FIELD_AGENT, CUT_TEXT},
    {"s-operation", FIELD_METHOD, CUT_METHOD},
    {"cs-uri", FIELD_URL, CUT_TEXT},
    {"r-host", FIELD_HOST, CUT_TEXT},
    {"r-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"r-port", FIELD_PORT, CUT_PORT},
    {"cs-bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"sc-bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"cs-mime-type", FIELD_MIME, CUT_TEXT},
    {"sc-status", FIELD_STATUS, CUT_RESULT},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"UrlCategory", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"date", "time", "c-ip", "cs-uri", "s-operation", "sc-status", NULL};
static const struct outcome_word outcomes[] = {
    {"Allowed", OUTCOME_ALLOWED}, {"Denied", OUTCOME_BLOCKED}, {"Failed", OUTCOME_FAILED}, {NULL, 0},
};

/* Who did not say his name is called "anonymous". */
static void settle(event *e)
{
    if (span_eq_nocase(event_text(e, FIELD_USER), SPAN("anonymous"))) {
        e->has &= ~FIELD_BIT(USER);
        e->blank |= FIELD_BIT(USER);
    }
}

const struct vocabulary vocabulary_isa = {
    .name = "isa", .fields = fields, .must = must, .outcomes = outcomes, .settle = settle, .stamp = STAMP_END, .is_utc = true,
    .counts_headers_in = true, .counts_headers_out = true,
    .examples = {{NAMED_W3C, NULL, "10.0.0.1\tOFFICE\\sato\tMozilla/4.0 (compatible; MSIE 8.0)\t2026-11-21\t21:19:32\tPROXY1\t-\ta.example\t"
                                   "192.0.2.7\t80\t78\t489\t5591\thttp\tGET\thttp://a.example/x\tInet\t200"}},
};
