/* SPDX-License-Identifier: Apache-2.0 */
/* Blue Coat / Symantec ProxySG, Edge SWG: the main and SSL access logs. Facts: docs/formats/bluecoat.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"date", FIELD_TIME, CUT_DATE},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"time-taken", FIELD_DURATION, CUT_MILLISECONDS},
    {"c-ip", FIELD_CLIENT, CUT_CLIENT},
    {"c-port", FIELD_CLIENT_PORT, CUT_PORT},
    {"c-dns", FIELD_CLIENT_NAME, CUT_TEXT},
    {"cs-username", FIELD_USER, CUT_TEXT},
    {"cs-userdn", FIELD_USER, CUT_TEXT},
    {"cs(X-Forwarded-For)", FIELD_XFF, CUT_TEXT},
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
    {"cs(Referer)", FIELD_REFERER, CUT_TEXT},
    {"cs(referer)", FIELD_REFERER, CUT_TEXT},
    {"rs(Content-Type)", FIELD_MIME, CUT_TEXT},
    {"cs(Cookie)", FIELD_COOKIE, CUT_TEXT},
    {"r-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"s-supplier-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"s-supplier-name", FIELD_SERVER_IP, CUT_ADDRESS},
    {"r-supplier-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"r-port", FIELD_SERVER_PORT, CUT_PORT},
    {"cs-categories", FIELD_CATEGORY, CUT_TEXT},
    {"sc-filter-category", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"date", "time", "c-ip", "s-action", "sc-filter-result", "sc-bytes", "cs-bytes", "cs-host", NULL};

/* A request that goes into a tunnel has a row of its own where the appliance looks into the connection: the CONNECT, with
 * the agent and the few bytes of the proxy's answer; what was carried stands in the rows of what is inside, one of method
 * "unknown" where that stays closed. There nobody could have logged an agent. */
static void settle(event *e)
{
    if (span_eq(event_text(e, FIELD_ACTION), SPAN("TCP_ACCELERATED"))) {
        e->is_tunnel = false;
    } else if (e->is_tunnel && !event_has(e, FIELD_METHOD) && !event_has(e, FIELD_AGENT)) {
        e->blank &= ~(FIELD_BIT(AGENT) | FIELD_BIT(REFERER));
        e->gives &= ~(FIELD_BIT(AGENT) | FIELD_BIT(REFERER));
    }
}

/* The default formats, as they are where their header was lost. */
#define MAIN_V1                                                                                                       \
    "date time time-taken c-ip cs-username cs-auth-group x-exception-id sc-filter-result cs-categories cs(Referer) "  \
    "sc-status s-action cs-method rs(Content-Type) cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query "       \
    "cs-uri-extension cs(User-Agent) s-ip sc-bytes cs-bytes x-virus-id"
#define MAIN_ROW                                                                                                      \
    "2026-11-21 21:19:32 41 10.0.0.1 - - - OBSERVED \"News\" - 200 TCP_NC_MISS GET text/html http a.example 80 /x - " \
    "- \"Mozilla/5.0 (Windows NT 10.0)\" 10.0.0.9 512 210 -"
/* Of SGOS 7; its first ten columns and its last ones differ from the main log's. */
#define SSL_V1                                                                                                        \
    "date time time-taken c-ip cs-username cs-auth-group s-supplier-name s-supplier-ip s-supplier-country "           \
    "s-supplier-failures x-exception-id sc-filter-result cs-categories sc-status s-action cs-method rs(Content-Type) " \
    "cs-uri-scheme cs-host cs-uri-port cs-uri-extension cs(User-Agent) s-ip sc-bytes cs-bytes x-virus-id"
#define SSL_ROW                                                                                                       \
    "2026-11-21 21:19:32 1407 10.0.0.1 sato - a.example 192.0.2.7 None - - OBSERVED \"News\" 0 TUNNELED unknown - ssl "  \
    "a.example 443 - - 10.0.0.9 4897 5784 - - - - - - - - - - - - - - - -"
/* Of SGOS 3 and 4. */
#define MAIN_OLD                                                                                                      \
    "date time time-taken c-ip sc-status s-action sc-bytes cs-bytes cs-method cs-uri-scheme cs-host cs-uri-path "     \
    "cs-uri-query cs-username s-hierarchy s-supplier-name rs(Content-Type) cs(User-Agent) sc-filter-result "          \
    "sc-filter-category x-virus-id s-ip s-sitename x-virus-details x-icap-error-code x-icap-error-details"
#define OLD_ROW                                                                                                       \
    "2026-11-21 21:19:32 37 10.0.0.1 200 TCP_MISS 1834 479 GET http a.example /x ?y=1 - DIRECT 192.0.2.7 text/html "  \
    "\"Mozilla/4.0 (compatible; MSIE 6.0)\" PROXIED none - 10.0.0.9 SG-HTTP-Service - none -"

const struct vocabulary vocabulary_bluecoat = {
    .name = "bluecoat", .fields = fields, .must = must, .settle = settle, .stamp = STAMP_END, .counts_headers_in = true,
    .counts_headers_out = true, .is_utc = true,
    .examples = {{NAMED_W3C, NULL, MAIN_ROW}, {NAMED_W3C, MAIN_V1, MAIN_ROW}, {NAMED_W3C, SSL_V1, SSL_ROW},
                 {NAMED_W3C, MAIN_OLD, OLD_ROW},
                 {NAMED_JSON, NULL,
                  "{\"c-ip\":\"10.0.0.1\",\"cs-userdn\":\"OFFICE\\\\sato\",\"date\":\"2026-11-21\",\"time\":\"21:19:32\",\"time-taken\":41,"
                  "\"s-action\":\"TCP_NC_MISS\",\"sc-filter-result\":\"OBSERVED\",\"sc-status\":200,\"cs-method\":\"GET\","
                  "\"cs-uri-scheme\":\"https\",\"cs-host\":\"a.example\",\"cs-uri-port\":443,\"cs-uri-path\":\"/x\",\"cs-uri-query\":\"-\","
                  "\"cs(User-Agent)\":\"curl/8.5.0\",\"cs(referer)\":\"-\",\"cs-categories\":[\"News\"],\"sc-bytes\":512,\"cs-bytes\":210}"}},
};
