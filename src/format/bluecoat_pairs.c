/* SPDX-License-Identifier: Apache-2.0 */
/* Blue Coat / Symantec ProxySG, key=value (its form for Splunk). The time is that of syslog. Facts: docs/formats/bluecoat-pairs.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"time-taken", FIELD_DURATION, CUT_MILLISECONDS},
    {"c-ip", FIELD_CLIENT, CUT_CLIENT},
    {"cs-username", FIELD_USER, CUT_TEXT},
    {"cs-method", FIELD_METHOD, CUT_METHOD},
    {"c-url", FIELD_URL, CUT_TEXT},
    {"cs-uri-scheme", FIELD_SCHEME, CUT_TEXT},
    {"cs-host", FIELD_HOST, CUT_TEXT},
    {"cs-uri-port", FIELD_PORT, CUT_PORT},
    {"cs-uri-path", FIELD_PATH, CUT_TEXT},
    {"cs-uri-query", FIELD_QUERY, CUT_TEXT},
    {"sc-status", FIELD_STATUS, CUT_STATUS},
    {"s-action", FIELD_ACTION, CUT_TEXT},
    {"cs-bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"sc-bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"cs-User-Agent", FIELD_AGENT, CUT_TEXT},
    {"cs-Referer", FIELD_REFERER, CUT_TEXT},
    {"rs-Content-Type", FIELD_MIME, CUT_TEXT},
    {"r-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"s-supplier-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"cs-categories", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"c-ip", "cs-host", "cs-method", "s-action", "sc-status", "sc-filter-result", NULL};
static const struct tunnel_word tunnels[] = {
    {"cs-uri-scheme", "ssl"}, {"cs-uri-scheme", "tcp"}, {NULL, NULL},
};

const struct vocabulary vocabulary_bluecoat_pairs = {
    .name = "bluecoat", .fields = fields, .must = must, .tunnels = tunnels,
    .stamp = STAMP_END, .counts_headers_in = true, .counts_headers_out = true, .is_utc = true,
    .examples = {
        {NAMED_PAIRS, NULL,
         "<134>1 2026-11-21T21:19:32Z gw1 bluecoat - splunk_format - "
         "c-ip=10.0.0.1 rs-Content-Type=\"text/html\" cs-auth-groups=- cs-bytes=210 cs-categories=\"News\" "
         "cs-host=a.example cs-ip=10.0.0.9 cs-method=GET cs-uri-port=80 cs-uri-scheme=http "
         "cs-User-Agent=\"curl/7.88.1\" cs-username=sato dnslookup-time=0 duration=0 rs-status=200 "
         "s-action=TCP_NC_MISS s-ip=10.0.0.9 s-supplier-ip=192.0.2.7 sc-bytes=512 "
         "sc-filter-result=OBSERVED sc-status=200 time-taken=41 x-exception-id=- x-virus-id=- "
         "c-url=\"http://a.example/x\" cs-Referer=\"-\" r-ip=192.0.2.7 cs-uri-path=/x cs-uri-query=\"-\""},
    },
};
