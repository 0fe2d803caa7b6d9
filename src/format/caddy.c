/* SPDX-License-Identifier: Apache-2.0 */
/* Caddy's access log: a web server's, as JSON. Facts: docs/formats/servers.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"ts", FIELD_TIME, CUT_EPOCH},
    {"duration", FIELD_DURATION, CUT_SECONDS},
    {"request.client_ip", FIELD_CLIENT, CUT_CLIENT},
    {"request.remote_ip", FIELD_CLIENT, CUT_CLIENT},
    {"user_id", FIELD_USER, CUT_TEXT},
    {"request.method", FIELD_METHOD, CUT_METHOD},
    {"request.proto", FIELD_PROTO, CUT_TEXT},
    {"request.host", FIELD_HOST, CUT_TEXT},
    {"request.uri", FIELD_URL, CUT_TEXT},
    {"status", FIELD_STATUS, CUT_STATUS},
    {"bytes_read", FIELD_BYTES_OUT, CUT_NUMBER},
    {"size", FIELD_BYTES_IN, CUT_NUMBER},
    {"request.headers.User-Agent", FIELD_AGENT, CUT_TEXT},
    {"request.headers.Referer", FIELD_REFERER, CUT_TEXT},
    {"request.headers.X-Forwarded-For", FIELD_XFF, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"ts", "logger", "request.remote_ip", "request.method", "request.uri", NULL};

const struct vocabulary vocabulary_caddy = {
    .name = "caddy", .fields = fields, .must = must, .stamp = STAMP_END, .is_server = true,
    .examples = {{NAMED_JSON, NULL,
                  "{\"level\":\"info\",\"ts\":1795295972.1086421,\"logger\":\"http.log.access\",\"msg\":\"handled request\","
                  "\"request\":{\"remote_ip\":\"198.51.100.7\",\"remote_port\":\"40112\",\"client_ip\":\"198.51.100.7\",\"proto\":\"HTTP/2.0\","
                  "\"method\":\"GET\",\"host\":\"a.example\",\"uri\":\"/x\",\"headers\":{\"User-Agent\":[\"curl/8.5.0\"]}},"
                  "\"bytes_read\":0,\"duration\":0.0175,\"size\":3768,\"status\":200}"}},
};
