/* SPDX-License-Identifier: Apache-2.0 */
/* What a SIEM exports as CSV: the first line names the columns, in the words of ECS (Kibana), CIM (Splunk), ASIM and
 * CommonSecurityLog (Sentinel), Sigma or W3C. Counters whose direction depends on the product behind them are left out.
 * Facts: docs/formats/siem-csv.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"@timestamp", FIELD_TIME, CUT_ANY_TIME}, {"_time", FIELD_TIME, CUT_ANY_TIME}, {"TimeGenerated", FIELD_TIME, CUT_ANY_TIME},
    {"timestamp", FIELD_TIME, CUT_ANY_TIME},
    {"event.start", FIELD_START, CUT_ANY_TIME}, {"event.end", FIELD_END, CUT_ANY_TIME},
    {"source.ip", FIELD_CLIENT, CUT_CLIENT}, {"c-ip", FIELD_CLIENT, CUT_CLIENT}, {"SrcIpAddr", FIELD_CLIENT, CUT_CLIENT},
    {"src_ip", FIELD_CLIENT, CUT_CLIENT}, {"SourceIP", FIELD_CLIENT, CUT_CLIENT}, {"src", FIELD_CLIENT, CUT_CLIENT},
    {"clientip", FIELD_CLIENT, CUT_CLIENT}, {"client_ip", FIELD_CLIENT, CUT_CLIENT},
    {"source.port", FIELD_CLIENT_PORT, CUT_PORT}, {"SrcPortNumber", FIELD_CLIENT_PORT, CUT_PORT}, {"src_port", FIELD_CLIENT_PORT, CUT_PORT},
    {"user.name", FIELD_USER, CUT_SOME_TEXT}, {"cs-username", FIELD_USER, CUT_SOME_TEXT}, {"SrcUsername", FIELD_USER, CUT_SOME_TEXT},
    {"SourceUserName", FIELD_USER, CUT_SOME_TEXT}, {"user", FIELD_USER, CUT_SOME_TEXT},
    {"http.request.method", FIELD_METHOD, CUT_METHOD}, {"cs-method", FIELD_METHOD, CUT_METHOD},
    {"HttpRequestMethod", FIELD_METHOD, CUT_METHOD}, {"http_method", FIELD_METHOD, CUT_METHOD}, {"RequestMethod", FIELD_METHOD, CUT_METHOD},
    {"url.original", FIELD_URL, CUT_BARE_URL}, {"url.full", FIELD_URL, CUT_BARE_URL}, {"c-uri", FIELD_URL, CUT_BARE_URL},
    {"cs-uri", FIELD_URL, CUT_BARE_URL}, {"Url", FIELD_URL, CUT_BARE_URL}, {"RequestURL", FIELD_URL, CUT_BARE_URL},
    {"url.domain", FIELD_HOST, CUT_SOME_TEXT}, {"cs-host", FIELD_HOST, CUT_SOME_TEXT}, {"r-dns", FIELD_HOST, CUT_SOME_TEXT},
    {"http.response.status_code", FIELD_STATUS, CUT_STATUS}, {"sc-status", FIELD_STATUS, CUT_STATUS},
    {"HttpStatusCode", FIELD_STATUS, CUT_STATUS}, {"EventResultDetails", FIELD_STATUS, CUT_STATUS}, {"status", FIELD_STATUS, CUT_STATUS},
    {"event.action", FIELD_ACTION, CUT_SOME_TEXT}, {"s-action", FIELD_ACTION, CUT_SOME_TEXT}, {"DvcAction", FIELD_ACTION, CUT_SOME_TEXT},
    {"DeviceAction", FIELD_ACTION, CUT_SOME_TEXT}, {"action", FIELD_ACTION, CUT_SOME_TEXT},
    {"source.bytes", FIELD_BYTES_OUT, CUT_NUMBER}, {"cs-bytes", FIELD_BYTES_OUT, CUT_NUMBER}, {"SrcBytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"destination.bytes", FIELD_BYTES_IN, CUT_NUMBER}, {"sc-bytes", FIELD_BYTES_IN, CUT_NUMBER}, {"DstBytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"user_agent.original", FIELD_AGENT, CUT_TEXT}, {"c-useragent", FIELD_AGENT, CUT_TEXT}, {"cs(User-Agent)", FIELD_AGENT, CUT_TEXT},
    {"HttpUserAgent", FIELD_AGENT, CUT_TEXT}, {"http_user_agent", FIELD_AGENT, CUT_TEXT}, {"RequestClientApplication", FIELD_AGENT, CUT_TEXT},
    {"http.request.referrer", FIELD_REFERER, CUT_TEXT}, {"cs-referrer", FIELD_REFERER, CUT_TEXT}, {"cs(Referer)", FIELD_REFERER, CUT_TEXT},
    {"HttpReferrer", FIELD_REFERER, CUT_TEXT}, {"http_referrer", FIELD_REFERER, CUT_TEXT},
    {"destination.ip", FIELD_SERVER_IP, CUT_ADDRESS}, {"DstIpAddr", FIELD_SERVER_IP, CUT_ADDRESS}, {"dest_ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"DestinationIP", FIELD_SERVER_IP, CUT_ADDRESS},
    {"destination.port", FIELD_SERVER_PORT, CUT_PORT}, {"DstPortNumber", FIELD_SERVER_PORT, CUT_PORT}, {"dest_port", FIELD_SERVER_PORT, CUT_PORT},
    {NULL, 0, 0},
};
static const char *const must[] = {
    "@timestamp|_time|TimeGenerated|timestamp",
    "source.ip|c-ip|SrcIpAddr|src_ip|SourceIP|src|clientip|client_ip",
    "url.original|url.full|c-uri|cs-uri|Url|RequestURL|url.domain|cs-host|r-dns",
    NULL,
};
static const struct outcome_word outcomes[] = {
    {"allowed", OUTCOME_ALLOWED}, {"allow", OUTCOME_ALLOWED}, {"permitted", OUTCOME_ALLOWED}, {"blocked", OUTCOME_BLOCKED},
    {"block", OUTCOME_BLOCKED}, {"denied", OUTCOME_BLOCKED}, {"deny", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_siem_csv = {
    .name = "siem-csv", .fields = fields, .must = must, .outcomes = outcomes, .stamp = STAMP_END,
    .examples = {{NAMED_CSV, NULL, "2026-11-21T21:19:32.108Z,10.0.0.1,https://a.example/x"}},
};
