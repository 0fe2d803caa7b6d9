/* SPDX-License-Identifier: Apache-2.0 */
/* Suricata's eve.json. Facts: docs/formats/suricata.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"timestamp", FIELD_TIME, CUT_ISO_TIME},
    {"flow.start", FIELD_START, CUT_ISO_TIME},
    {"flow.end", FIELD_END, CUT_ISO_TIME},
    {"src_ip", FIELD_CLIENT, CUT_CLIENT},
    {"src_port", FIELD_CLIENT_PORT, CUT_PORT},
    {"dest_ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dest_port", FIELD_SERVER_PORT, CUT_PORT},
    {"http.hostname", FIELD_HOST, CUT_TEXT},
    {"tls.sni", FIELD_SNI, CUT_TEXT},
    {"http.http_port", FIELD_PORT, CUT_PORT},
    {"http.url", FIELD_URL, CUT_TEXT},
    {"http.http_method", FIELD_METHOD, CUT_METHOD},
    {"http.protocol", FIELD_PROTO, CUT_TEXT},
    {"http.status", FIELD_STATUS, CUT_STATUS},
    {"http.length", FIELD_BYTES_IN, CUT_NUMBER},
    {"flow.bytes_toserver", FIELD_BYTES_OUT, CUT_NUMBER},
    {"flow.bytes_toclient", FIELD_BYTES_IN, CUT_NUMBER},
    {"http.http_user_agent", FIELD_AGENT, CUT_TEXT},
    {"http.http_refer", FIELD_REFERER, CUT_TEXT},
    {"http.http_content_type", FIELD_MIME, CUT_TEXT},
    {"flow_id", FIELD_SESSION, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"timestamp", "event_type", NULL};
static const struct row_kind kinds[] = {
    {"event_type", "http", SESSION_REQUEST}, {"event_type", "tls", SESSION_NAMED}, {"event_type", "flow", SESSION_CARRIER},
    {NULL, NULL, 0},
};

const struct vocabulary vocabulary_suricata = {
    .name = "suricata", .fields = fields, .must = must, .kinds = kinds, .stamp = STAMP_END, .omits_blank = true,
    .examples = {{NAMED_JSON, NULL,
                  "{\"timestamp\":\"2026-11-21T21:19:32.108765+0000\",\"flow_id\":7,\"event_type\":\"http\",\"src_ip\":\"10.0.0.1\","
                  "\"src_port\":51000,\"dest_ip\":\"192.0.2.7\",\"dest_port\":80,\"proto\":\"TCP\",\"http\":{\"hostname\":\"a.example\","
                  "\"url\":\"/x\",\"http_user_agent\":\"curl/7.88.1\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":200,"
                  "\"length\":5}}"}},
};
