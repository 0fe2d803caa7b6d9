/* SPDX-License-Identifier: Apache-2.0 */
/* A W3C extended log that no product's vocabulary knows better: the names that its draft, Squid's and others' documents
 * share. Facts: docs/formats/w3c.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"date", FIELD_TIME, CUT_DATE},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"time-taken", FIELD_COUNT, CUT_IGNORED}, /* seconds in the draft, milliseconds with most: nobody knows here */
    {"c-ip", FIELD_CLIENT, CUT_CLIENT},
    {"c-port", FIELD_CLIENT_PORT, CUT_PORT},
    {"c-dns", FIELD_CLIENT_NAME, CUT_TEXT},
    {"cs-username", FIELD_USER, CUT_TEXT},
    {"cs-method", FIELD_METHOD, CUT_METHOD},
    {"cs-version", FIELD_PROTO, CUT_TEXT},
    {"cs-uri", FIELD_URL, CUT_TEXT},
    {"c-uri", FIELD_URL, CUT_TEXT},
    {"cs-uri-scheme", FIELD_SCHEME, CUT_TEXT},
    {"cs-host", FIELD_HOST, CUT_TEXT},
    {"cs-uri-port", FIELD_PORT, CUT_PORT},
    {"cs-uri-path", FIELD_PATH, CUT_TEXT},
    {"cs-uri-stem", FIELD_PATH, CUT_TEXT},
    {"cs-uri-query", FIELD_QUERY, CUT_TEXT},
    {"sc-status", FIELD_STATUS, CUT_STATUS},
    {"s-action", FIELD_ACTION, CUT_TEXT},
    {"cs-bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"sc-bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"cs(User-Agent)", FIELD_AGENT, CUT_TEXT},
    {"c-agent", FIELD_AGENT, CUT_TEXT},
    {"cs(Referer)", FIELD_REFERER, CUT_TEXT},
    {"cs-referred", FIELD_REFERER, CUT_TEXT},
    {"rs(Content-Type)", FIELD_MIME, CUT_TEXT},
    {"r-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"r-port", FIELD_SERVER_PORT, CUT_PORT},
    {NULL, 0, 0},
};
static const char *const must[] = {"date", "time", "c-ip", NULL};

const struct vocabulary vocabulary_w3c = {
    .name = "w3c", .fields = fields, .must = must, .stamp = STAMP_END, .is_utc = true, .tells_server = true,
    .examples = {{NAMED_W3C, NULL, "2026-11-21 21:19:32 10.0.0.1 GET http://a.example/x 200 512 210"}},
};
