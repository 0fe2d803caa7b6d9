/* SPDX-License-Identifier: Apache-2.0 */
/* Netskope: web transactions as they are streamed: columns by place between blanks or commas, JSON, or under a header.
 * Facts: docs/formats/netskope.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"date", FIELD_TIME, CUT_DATE},
    {"time", FIELD_COUNT, CUT_CLOCK},
    {"time-taken", FIELD_DURATION, CUT_MILLISECONDS},
    {"x-cs-userip", FIELD_CLIENT, CUT_CLIENT},
    {"c-ip", FIELD_CLIENT, CUT_CLIENT},
    {"x-cs-src-port", FIELD_CLIENT_PORT, CUT_PORT},
    {"cs-username", FIELD_USER, CUT_SOME_TEXT},
    {"cs-method", FIELD_METHOD, CUT_METHOD},
    {"x-cs-http-version", FIELD_PROTO, CUT_SOME_TEXT},
    {"x-cs-url", FIELD_URL, CUT_SOME_TEXT},
    {"cs-uri-scheme", FIELD_SCHEME, CUT_SOME_TEXT},
    {"cs-host", FIELD_HOST, CUT_SOME_TEXT},
    {"cs-dns", FIELD_HOST, CUT_SOME_TEXT},
    {"cs-uri-port", FIELD_PORT, CUT_PORT},
    {"cs-uri", FIELD_PATH, CUT_SOME_TEXT},
    {"cs-uri-query", FIELD_QUERY, CUT_SOME_TEXT},
    {"sc-status", FIELD_STATUS, CUT_STATUS},
    {"x-policy-action", FIELD_ACTION, CUT_SOME_TEXT},
    {"cs-bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"sc-bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"cs-user-agent", FIELD_AGENT, CUT_TEXT},
    {"cs-referer", FIELD_REFERER, CUT_TEXT},
    {"sc-content-type", FIELD_MIME, CUT_SOME_TEXT},
    {"s-ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"x-cs-dst-port", FIELD_SERVER_PORT, CUT_PORT},
    {"x-cs-sni", FIELD_SNI, CUT_SOME_TEXT},
    {"x-category", FIELD_CATEGORY, CUT_SOME_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"date", "time", "cs-bytes", "sc-bytes", "c-ip", "cs-method", "cs-uri-scheme", "x-cs-access-method", NULL};
static const struct outcome_word outcomes[] = {
    {"allow", OUTCOME_ALLOWED},   {"alert", OUTCOME_ALLOWED},        {"bypass", OUTCOME_ALLOWED},   {"useralert", OUTCOME_ALLOWED},
    {"block", OUTCOME_BLOCKED},   {"blocked", OUTCOME_BLOCKED},      {"quarantine", OUTCOME_BLOCKED}, {"isolate", OUTCOME_ALLOWED},
    {"auth-redirect", OUTCOME_AUTH_REQUIRED}, {NULL, 0},
};

/* What was not asked is no answer. */
static void settle(event *e)
{
    static const span nothing[] = {{"NotChecked", 10}, {"NotAvailable", 12}};
    for (size_t i = 0; i < COUNT_OF(nothing); i++)
        if (span_eq(event_text(e, FIELD_ACTION), nothing[i]))
            e->has &= ~FIELD_BIT(ACTION);
}

/* All columns, in their order; _ is what stands between them. What is behind the transaction's type came with later versions. */
#define COLUMNS(_)                                                                                                       \
    "date" _ "time" _ "time-taken" _ "cs-bytes" _ "sc-bytes" _ "bytes" _ "c-ip" _ "s-ip" _ "cs-username" _ "cs-method" _     \
    "cs-uri-scheme" _ "cs-uri-query" _ "cs-user-agent" _ "cs-content-type" _ "sc-status" _ "sc-content-type" _ "cs-dns" _    \
    "cs-host" _ "cs-uri" _ "cs-uri-port" _ "cs-referer" _ "x-cs-session-id" _ "x-cs-access-method" _ "x-cs-app" _           \
    "x-s-country" _ "x-s-latitude" _ "x-s-longitude" _ "x-s-location" _ "x-s-region" _ "x-s-zipcode" _                      \
    "x-c-country" _ "x-c-latitude" _ "x-c-longitude" _ "x-c-location" _ "x-c-region" _ "x-c-zipcode" _ "x-c-os" _           \
    "x-c-browser" _ "x-c-browser-version" _ "x-c-device" _ "x-cs-site" _ "x-cs-timestamp" _ "x-cs-page-id" _                \
    "x-cs-userip" _ "x-cs-traffic-type" _ "x-cs-tunnel-id" _ "x-category" _ "x-other-category" _ "x-type=http_transaction" _ \
    "?x-server-ssl-err" _ "x-client-ssl-err" _ "x-transaction-id" _ "x-request-id" _ "x-cs-sni" _                           \
    "x-cs-domain-fronted-sni" _ "x-category-id" _ "x-other-category-id" _ "x-sr-headers-name" _ "x-sr-headers-value" _      \
    "x-cs-ssl-ja3" _ "x-sr-ssl-ja3s" _ "x-ssl-bypass" _ "x-ssl-bypass-reason" _ "x-r-cert-subject-cn" _                     \
    "x-r-cert-issuer-cn" _ "x-r-cert-startdate" _ "x-r-cert-enddate" _ "x-r-cert-valid" _ "x-r-cert-expired" _              \
    "x-r-cert-untrusted-root" _ "x-r-cert-incomplete-chain" _ "x-r-cert-self-signed" _ "x-r-cert-revoked" _                 \
    "x-r-cert-revocation-check" _ "x-r-cert-mismatch" _ "x-cs-ssl-fronting-error" _ "x-cs-ssl-handshake-error" _            \
    "x-sr-ssl-handshake-error" _ "x-sr-ssl-client-certificate-error" _ "x-sr-ssl-malformed-ssl" _                           \
    "x-s-custom-signing-ca-error" _ "x-cs-ssl-engine-action" _ "x-cs-ssl-engine-action-reason" _                            \
    "x-sr-ssl-engine-action" _ "x-sr-ssl-engine-action-reason" _ "x-ssl-policy-src-ip" _ "x-ssl-policy-dst-ip" _            \
    "x-ssl-policy-dst-host" _ "x-ssl-policy-dst-host-source" _ "x-ssl-policy-categories" _ "x-ssl-policy-action" _          \
    "x-ssl-policy-name" _ "x-cs-ssl-version" _ "x-cs-ssl-cipher" _ "x-sr-ssl-version" _ "x-sr-ssl-cipher" _                 \
    "x-cs-src-ip-egress" _ "x-s-dp-name" _ "x-cs-src-ip" _ "x-cs-src-port" _ "x-cs-dst-ip" _ "x-cs-dst-port" _              \
    "x-sr-src-ip" _ "x-sr-src-port" _ "x-sr-dst-ip" _ "x-sr-dst-port" _ "x-cs-ip-connect-xff" _ "x-cs-ip-xff" _             \
    "x-cs-connect-host" _ "x-cs-connect-port" _ "x-cs-connect-user-agent" _ "x-cs-url" _ "x-cs-uri-path" _                  \
    "x-cs-http-version" _ "rs-status" _ "x-cs-app-category" _ "x-cs-app-cci" _ "x-cs-app-ccl" _ "x-cs-app-tags" _           \
    "x-cs-app-suite" _ "x-cs-app-instance-id" _ "x-cs-app-instance-name" _ "x-cs-app-instance-tag" _                        \
    "x-cs-app-activity" _ "x-cs-app-from-user" _ "x-cs-app-to-user" _ "x-cs-app-object-type" _ "x-cs-app-object-name" _     \
    "x-cs-app-object-id" _ "x-rs-file-type" _ "x-rs-file-category" _ "x-rs-file-language" _ "x-rs-file-size" _              \
    "x-rs-file-md5" _ "x-rs-file-sha256" _ "x-error" _ "x-c-local-time" _ "x-policy-action" _ "x-policy-name"

#define ROW "2026-11-21 21:19:32 41 1210 512 1722 203.0.113.9 192.0.2.7 \"sato@a.example\" GET https - \"curl/8.5.0 (x; y)\" - 200 text/html " \
            "b.example b.example /x 443 - 7 Client - - - - - - - - - - - - - - - - - b 1795295972 0 10.0.0.1 Web - \"News\" \"News\" http_transaction"
#define CSV_ROW "2026-11-21,21:19:32,41,1210,512,1722,203.0.113.9,192.0.2.7,sato@a.example,GET,https,-,\"curl/8.5.0 (x, y)\",-,200,text/html," \
                "b.example,b.example,/x,443,-,7,Client,-,-,-,-,-,-,-,-,-,-,-,-,-,-,-,-,-,b,1795295972,0,10.0.0.1,Web,-,News,News,http_transaction"

const struct vocabulary vocabulary_netskope = {
    .name = "netskope", .fields = fields, .must = must, .outcomes = outcomes, .settle = settle, .stamp = STAMP_END, .is_utc = true,
    .counts_headers_in = true, .counts_headers_out = true,
    .examples = {
        {NAMED_W3C, COLUMNS(" "), ROW},
        {NAMED_CSV, COLUMNS(","), CSV_ROW},
        {NAMED_JSON, NULL,
         "{\"date\":\"2026-11-21\",\"time\":\"21:19:32\",\"time-taken\":\"41\",\"cs-bytes\":\"1210\",\"sc-bytes\":\"512\",\"bytes\":\"1722\","
         "\"c-ip\":\"203.0.113.9\",\"s-ip\":\"192.0.2.7\",\"cs-username\":\"sato@a.example\",\"cs-method\":\"GET\",\"cs-uri-scheme\":\"https\","
         "\"cs-host\":\"b.example\",\"cs-uri\":\"/x\",\"cs-uri-port\":\"443\",\"cs-user-agent\":\"curl/8.5.0\",\"sc-status\":\"200\","
         "\"x-cs-access-method\":\"Client\",\"x-cs-userip\":\"10.0.0.1\",\"x-type\":\"http_transaction\"}"},
    },
};
