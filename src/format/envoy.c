/* SPDX-License-Identifier: Apache-2.0 */
/* Envoy's access log as JSON, with the keys of Istio's default. Facts: docs/formats/envoy.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"start_time", FIELD_TIME, CUT_ISO_TIME},
    {"duration", FIELD_DURATION, CUT_MILLISECONDS},
    {"downstream_remote_address", FIELD_CLIENT, CUT_ENDPOINT},
    {"x_forwarded_for", FIELD_XFF, CUT_TEXT},
    {"method", FIELD_METHOD, CUT_METHOD},
    {"protocol", FIELD_PROTO, CUT_TEXT},
    {"authority", FIELD_HOST, CUT_TEXT},
    {"requested_server_name", FIELD_SNI, CUT_TEXT},
    {"path", FIELD_URL, CUT_TEXT},
    {"response_code", FIELD_STATUS, CUT_STATUS},
    {"bytes_received", FIELD_BYTES_OUT, CUT_NUMBER},
    {"bytes_sent", FIELD_BYTES_IN, CUT_NUMBER},
    {"user_agent", FIELD_AGENT, CUT_TEXT},
    {"upstream_host", FIELD_SERVER_IP, CUT_ENDPOINT},
    {NULL, 0, 0},
};
static const char *const must[] = {"start_time", "downstream_remote_address", "bytes_received", "bytes_sent", "response_code", NULL};

const struct vocabulary vocabulary_envoy = {
    .name = "envoy", .fields = fields, .must = must, .stamp = STAMP_START,
    .examples = {{NAMED_JSON, NULL,
                  "{\"start_time\":\"2026-11-21T21:19:32.108Z\",\"method\":\"GET\",\"path\":\"/x\",\"protocol\":\"HTTP/1.1\",\"response_code\":200,"
                  "\"response_flags\":\"-\",\"bytes_received\":0,\"bytes_sent\":512,\"duration\":41,\"x_forwarded_for\":null,"
                  "\"user_agent\":\"curl/7.88.1\",\"authority\":\"a.example\",\"upstream_host\":\"192.0.2.7:80\","
                  "\"downstream_remote_address\":\"10.0.0.1:51000\",\"requested_server_name\":null}"}},
};
