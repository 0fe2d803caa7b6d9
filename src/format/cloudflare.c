/* SPDX-License-Identifier: Apache-2.0 */
/* Cloudflare's log of HTTP requests (Logpush): what the internet asked of the sites behind it. Facts:
 * docs/formats/servers.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"EdgeStartTimestamp", FIELD_TIME, CUT_ISO_TIME},
    {"ClientIP", FIELD_CLIENT, CUT_CLIENT},
    {"ClientRequestMethod", FIELD_METHOD, CUT_METHOD},
    {"ClientRequestProtocol", FIELD_PROTO, CUT_TEXT},
    {"ClientRequestScheme", FIELD_SCHEME, CUT_TEXT},
    {"ClientRequestHost", FIELD_HOST, CUT_TEXT},
    {"ClientRequestURI", FIELD_URL, CUT_TEXT},
    {"EdgeResponseStatus", FIELD_STATUS, CUT_STATUS},
    {"ClientRequestBytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"EdgeResponseBytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"ClientRequestUserAgent", FIELD_AGENT, CUT_TEXT},
    {"ClientRequestReferer", FIELD_REFERER, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"EdgeStartTimestamp", "ClientIP", "ClientRequestHost", "ClientRequestURI", NULL};

const struct vocabulary vocabulary_cloudflare = {
    .name = "cloudflare", .fields = fields, .must = must, .stamp = STAMP_START, .is_server = true,
    .counts_headers_in = true, .counts_headers_out = true,
    .examples = {{NAMED_JSON, NULL,
                  "{\"ClientIP\":\"198.51.100.7\",\"ClientRequestHost\":\"a.example\",\"ClientRequestMethod\":\"GET\",\"ClientRequestURI\":\"/x\","
                  "\"EdgeEndTimestamp\":\"2026-11-21T21:19:33Z\",\"EdgeResponseBytes\":570,\"EdgeResponseStatus\":200,"
                  "\"EdgeStartTimestamp\":\"2026-11-21T21:19:32Z\",\"ClientRequestBytes\":567,\"ClientRequestUserAgent\":\"curl/8.5.0\"}"}},
};
