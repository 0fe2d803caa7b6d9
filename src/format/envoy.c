/* SPDX-License-Identifier: Apache-2.0 */
/* Envoy's access log: as JSON with the keys of Istio's default, as text with the columns of Envoy's default and of Istio's.
 * Facts: docs/formats/envoy.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"start_time", FIELD_TIME, CUT_ISO_TIME},
    {"duration", FIELD_DURATION, CUT_MILLISECONDS},
    {"downstream_remote_address", FIELD_CLIENT, CUT_ENDPOINT},
    {"x_forwarded_for", FIELD_XFF, CUT_TEXT},
    {"x_forwarded_for_first", FIELD_CLIENT, CUT_FORWARDED},
    {"request", FIELD_URL, CUT_REQUEST},
    {"method", FIELD_METHOD, CUT_METHOD},
    {"protocol", FIELD_PROTO, CUT_TEXT},
    {"authority", FIELD_HOST, CUT_AUTHORITY},
    {"requested_server_name", FIELD_SNI, CUT_TEXT},
    {"path", FIELD_URL, CUT_TEXT},
    {"response_code", FIELD_STATUS, CUT_STATUS},
    {"bytes_received", FIELD_BYTES_OUT, CUT_NUMBER},
    {"bytes_sent", FIELD_BYTES_IN, CUT_NUMBER},
    {"user_agent", FIELD_AGENT, CUT_TEXT},
    {"upstream_host", FIELD_SERVER_IP, CUT_ENDPOINT},
    {NULL, 0, 0},
};
static const char *const must[] = {"start_time", "downstream_remote_address|x_forwarded_for_first", "bytes_received", "bytes_sent", "response_code", NULL};

/* Envoy's default names no client but in X-Forwarded-For. */
#define ENVOY                                                                                                         \
    "[start_time] request response_code response_flags bytes_received bytes_sent duration upstream_service_time "       \
    "x_forwarded_for_first user_agent request_id authority upstream_host"
#define ENVOY_ROW                                                                                                     \
    "[2026-11-21T21:19:32.108Z] \"GET /x HTTP/1.1\" 200 - 0 512 41 40 \"10.0.0.1\" \"curl/7.88.1\" \"cc21d9b0\" \"a.example\" " \
    "\"192.0.2.7:80\""
#define ISTIO                                                                                                         \
    "[start_time] request response_code response_flags response_code_details connection_termination_details "           \
    "upstream_transport_failure_reason bytes_received bytes_sent duration upstream_service_time x_forwarded_for "       \
    "user_agent request_id authority upstream_host upstream_cluster upstream_local_address downstream_local_address "   \
    "downstream_remote_address requested_server_name route_name"
#define ISTIO_ROW                                                                                                     \
    "[2026-11-21T21:19:32.108Z] \"GET /x HTTP/1.1\" 200 - via_upstream - \"-\" 0 512 41 40 \"-\" \"curl/7.88.1\" \"cc21d9b0\" "  \
    "\"a.example\" \"192.0.2.7:80\" outbound|80||a.example 10.0.0.1:51002 192.0.2.7:80 10.0.0.1:51000 - default"

const struct vocabulary vocabulary_envoy = {
    .name = "envoy", .fields = fields, .must = must, .stamp = STAMP_START,
    .examples = {{NAMED_W3C, ENVOY, ENVOY_ROW}, {NAMED_W3C, ISTIO, ISTIO_ROW},
                 {NAMED_JSON, NULL,
                  "{\"start_time\":\"2026-11-21T21:19:32.108Z\",\"method\":\"GET\",\"path\":\"/x\",\"protocol\":\"HTTP/1.1\",\"response_code\":200,"
                  "\"response_flags\":\"-\",\"bytes_received\":0,\"bytes_sent\":512,\"duration\":41,\"x_forwarded_for\":null,"
                  "\"user_agent\":\"curl/7.88.1\",\"authority\":\"a.example\",\"upstream_host\":\"192.0.2.7:80\","
                  "\"downstream_remote_address\":\"10.0.0.1:51000\",\"requested_server_name\":null}"}},
};
