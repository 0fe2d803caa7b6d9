/* SPDX-License-Identifier: Apache-2.0 */
/* Elastic Common Schema: NDJSON, nested or with dotted keys, as Elastic's integrations and Logstash write it. The names
 * are those of event.h's list and what stands beside or for them. Facts: docs/formats/ecs.md. */
#include "format/vocabulary.h"

/* How the value of a field of that type is written. */
#define CUT_OF_MS CUT_ANY_TIME
#define CUT_OF_MSEC CUT_NANOSECONDS
#define CUT_OF_NUMBER CUT_NUMBER
#define CUT_OF_TEXT CUT_TEXT
/* A field for which ECS has no name has none here: no key is this one. */
#define ECS_FIELD(ID, key, type, ecs, sigma) {sizeof ecs > 1 ? ecs : "\x01", FIELD_##ID, CUT_OF_##type},

static const struct named_field fields[] = {
    /* What the list says otherwise: a word, not a number; and of two addresses the nearer one is the client. */
    {"event.outcome", FIELD_COUNT, CUT_IGNORED},
    {"konseki.outcome", FIELD_OUTCOME, CUT_OUTCOME},
    {"source.ip", FIELD_CLIENT, CUT_CLIENT},
    {"client.ip", FIELD_CLIENT, CUT_CLIENT},
    EVENT_FIELDS(ECS_FIELD)
    {"source.address", FIELD_CLIENT, CUT_CLIENT},
    {"client.address", FIELD_CLIENT, CUT_CLIENT},
    {"client.port", FIELD_CLIENT_PORT, CUT_PORT},
    {"client.domain", FIELD_CLIENT_NAME, CUT_TEXT},
    {"source.user.name", FIELD_USER, CUT_TEXT},
    {"client.user.name", FIELD_USER, CUT_TEXT},
    {"user.email", FIELD_USER, CUT_TEXT},
    {"url.full", FIELD_URL, CUT_TEXT},
    {"destination.domain", FIELD_HOST, CUT_TEXT},
    {"server.domain", FIELD_HOST, CUT_TEXT},
    {"client.bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"http.request.bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"http.request.body.bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"server.bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"http.response.bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"http.response.body.bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"server.ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"server.port", FIELD_SERVER_PORT, CUT_PORT},
    /* What konseki writes beside ECS (report/ecs_json.c). */
    {"konseki.xff", FIELD_XFF, CUT_TEXT},
    {"konseki.cookie", FIELD_COOKIE, CUT_TEXT},
    {"konseki.handshake", FIELD_HANDSHAKE, CUT_TEXT},
    {"konseki.category", FIELD_CATEGORY, CUT_TEXT},
    {"konseki.session", FIELD_SESSION, CUT_TEXT},
    {NULL, 0, 0},
};
static const struct tunnel_word tunnels[] = {{"konseki.tunnel", "true"}, {NULL, NULL}};
static const char *const must[] = {"@timestamp", "source.ip|client.ip|source.address|client.address",
                                   "url.original|url.full|url.domain|destination.domain|destination.ip", NULL};

/* What else a file of events holds tells of no request. */
static const struct row_kind kinds[] = {
    {"url.original", NULL, SESSION_APART},       {"url.full", NULL, SESSION_APART},
    {"url.domain", NULL, SESSION_APART},         {"destination.domain", NULL, SESSION_APART},
    {"destination.ip", NULL, SESSION_APART},     {NULL, NULL, 0},
};
static const struct outcome_word outcomes[] = {
    {"allowed", OUTCOME_ALLOWED}, {"allow", OUTCOME_ALLOWED},  {"blocked", OUTCOME_BLOCKED}, {"block", OUTCOME_BLOCKED},
    {"denied", OUTCOME_BLOCKED},  {"deny", OUTCOME_BLOCKED},   {"drop", OUTCOME_BLOCKED},    {"dropped", OUTCOME_BLOCKED},
    {NULL, 0},
};

const struct vocabulary vocabulary_ecs = {
    .name = "ecs", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes, .tunnels = tunnels, .stamp = STAMP_END,
    .examples = {
        {NAMED_JSON, NULL,
         "{\"@timestamp\":\"2026-11-21T21:19:32.108Z\",\"event\":{\"duration\":41000000,\"action\":\"allowed\"},\"source\":{\"ip\":\"10.0.0.1\","
         "\"bytes\":210},\"destination\":{\"domain\":\"a.example\",\"bytes\":512},\"url\":{\"original\":\"http://a.example/x\","
         "\"domain\":\"a.example\"},\"http\":{\"request\":{\"method\":\"GET\"},\"response\":{\"status_code\":200}},"
         "\"user_agent\":{\"original\":\"curl/7.88.1\"}}"},
        {NAMED_JSON, NULL,
         "{\"@timestamp\":\"2026-11-21T21:19:32.108Z\",\"client.ip\":\"10.0.0.1\",\"url.full\":\"http://a.example/x\","
         "\"http.request.method\":\"GET\",\"http.response.body.bytes\":512,\"user_agent.original\":\"curl/7.88.1\"}"},
    },
};
