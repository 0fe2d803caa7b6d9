/* SPDX-License-Identifier: Apache-2.0 */
/* Zscaler NSS, web feed as CEF. `in` is what the server answered. Facts: docs/formats/zscaler.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"rt", FIELD_TIME, CUT_ANY_TIME},
    {"src", FIELD_CLIENT, CUT_CLIENT},
    {"suser", FIELD_USER, CUT_TEXT},
    {"requestMethod", FIELD_METHOD, CUT_METHOD},
    {"request", FIELD_URL, CUT_BARE_URL},
    {"dhost", FIELD_HOST, CUT_TEXT},
    {"dst", FIELD_SERVER_IP, CUT_ADDRESS},
    {"outcome", FIELD_STATUS, CUT_STATUS},
    {"act", FIELD_ACTION, CUT_TEXT},
    {"out", FIELD_BYTES_OUT, CUT_NUMBER},
    {"in", FIELD_BYTES_IN, CUT_NUMBER},
    {"requestClientApplication", FIELD_AGENT, CUT_TEXT},
    {"requestContext", FIELD_REFERER, CUT_TEXT},
    {"contenttype", FIELD_MIME, CUT_TEXT},
    {"cat", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"deviceVendor=Zscaler", "deviceProduct=NSSWeblog", "src", "request", NULL};
static const struct outcome_word outcomes[] = {
    {"Allowed", OUTCOME_ALLOWED}, {"Blocked", OUTCOME_BLOCKED}, {NULL, 0},
};
static const struct tunnel_word tunnels[] = {
    {"app", "SSL"}, {"app", "TUNNEL"}, {"app", "TUNNEL_SSL"}, {NULL, NULL},
};

const struct vocabulary vocabulary_zscaler_cef = {
    .name = "zscaler", .fields = fields, .must = must, .outcomes = outcomes, .tunnels = tunnels,
    .stamp = STAMP_END, .counts_headers_in = true, .counts_headers_out = true,
    .examples = {
        {NAMED_CEF, NULL,
         "CEF:0|Zscaler|NSSWeblog|5.7|Allowed|Allowed|3|act=Allowed app=HTTPS cat=News dhost=a.example "
         "dst=192.0.2.7 src=10.0.0.1 in=512 outcome=200 out=210 request=a.example/x?y\\=1 rt=Nov 21 2026 "
         "21:19:32 requestClientApplication=Mozilla/5.0 (X11; Linux x86_64) requestMethod=GET "
         "suser=sato@corp.example externalId=7 requestContext=None"},
    },
};
