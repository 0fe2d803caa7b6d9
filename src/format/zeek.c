/* SPDX-License-Identifier: Apache-2.0 */
/* Zeek's (Bro's) http, ssl, quic and conn logs, as columns and as JSON. Facts: docs/formats/zeek.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"ts", FIELD_TIME, CUT_ANY_TIME},
    {"uid", FIELD_SESSION, CUT_TEXT},
    {"id.orig_h", FIELD_CLIENT, CUT_CLIENT},
    {"id_orig_h", FIELD_CLIENT, CUT_CLIENT},
    {"id.orig_p", FIELD_CLIENT_PORT, CUT_PORT},
    {"id_orig_p", FIELD_CLIENT_PORT, CUT_PORT},
    {"id.resp_h", FIELD_SERVER_IP, CUT_ADDRESS},
    {"id_resp_h", FIELD_SERVER_IP, CUT_ADDRESS},
    {"id.resp_p", FIELD_SERVER_PORT, CUT_PORT},
    {"id_resp_p", FIELD_SERVER_PORT, CUT_PORT},
    {"method", FIELD_METHOD, CUT_TEXT},   /* what an attacker sends for one, too */
    {"host", FIELD_HOST, CUT_TEXT},
    {"uri", FIELD_URL, CUT_TEXT},
    {"referrer", FIELD_REFERER, CUT_TEXT},
    {"user_agent", FIELD_AGENT, CUT_TEXT},
    {"request_body_len", FIELD_BYTES_OUT, CUT_NUMBER},
    {"response_body_len", FIELD_BYTES_IN, CUT_NUMBER},
    {"status_code", FIELD_STATUS, CUT_STATUS},
    {"username", FIELD_USER, CUT_TEXT},
    {"resp_mime_types", FIELD_MIME, CUT_TEXT},
    {"server_name", FIELD_SNI, CUT_TEXT},
    {"duration", FIELD_DURATION, CUT_SECONDS},
    {"orig_bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"resp_bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"conn_state", FIELD_ACTION, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"ts", "uid", "id.orig_h|id_orig_h", "id.resp_h|id_resp_h", NULL};

/* JSON leaves unset fields out: these are the ones that each row has. */
static const struct row_kind kinds[] = {
    {"call_id", NULL, KIND_SKIPPED},          /* sip has most names of http */
    {"request_body_len", NULL, SESSION_REQUEST},
    {"conn_state", NULL, SESSION_CARRIER},
    {"established", NULL, SESSION_NAMED},     /* of ssl, since 2.2 */
    {"server_name", NULL, SESSION_NAMED},     /* of ssl before, and of quic */
    {NULL, NULL, 0},
};

/* Was there an answer? */
static const struct outcome_word outcomes[] = {
    {"S1", OUTCOME_ALLOWED},   {"SF", OUTCOME_ALLOWED},    {"S2", OUTCOME_ALLOWED},   {"S3", OUTCOME_ALLOWED},
    {"RSTO", OUTCOME_ALLOWED}, {"RSTR", OUTCOME_ALLOWED},  {"OTH", OUTCOME_ALLOWED},  {"S0", OUTCOME_FAILED},
    {"REJ", OUTCOME_FAILED},   {"RSTOS0", OUTCOME_FAILED}, {"RSTRH", OUTCOME_FAILED}, {"SH", OUTCOME_FAILED},
    {"SHR", OUTCOME_FAILED},   {NULL, 0},
};

const struct vocabulary vocabulary_zeek = {
    .name = "zeek", .fields = fields, .must = must, .kinds = kinds, .outcomes = outcomes, .stamp = STAMP_START, .is_utc = true,
    .omits_blank = true,
    .examples = {
        {NAMED_W3C, NULL, "1795295972.108765\tCa1\t10.0.0.1\t51000\t192.0.2.7\t80\t1\tGET\ta.example\t/x\t-\tcurl/7.88.1\t0\t5\t200\t-"},
        {NAMED_JSON, NULL,
         "{\"ts\":1795295972.108765,\"uid\":\"Ca1\",\"id.orig_h\":\"10.0.0.1\",\"id.orig_p\":51000,\"id.resp_h\":\"192.0.2.7\","
         "\"id.resp_p\":80,\"trans_depth\":1,\"method\":\"GET\",\"host\":\"a.example\",\"uri\":\"/x\",\"user_agent\":\"curl/7.88.1\","
         "\"request_body_len\":0,\"response_body_len\":5,\"status_code\":200,\"tags\":[]}"},
        {NAMED_JSON, NULL,
         "{\"ts\":\"2026-11-21T21:19:32.108765Z\",\"uid\":\"Ca2\",\"id_orig_h\":\"10.0.0.1\",\"id_orig_p\":51001,"
         "\"id_resp_h\":\"192.0.2.8\",\"id_resp_p\":443,\"server_name\":\"b.example\",\"resumed\":false,\"established\":true}"},
        {NAMED_JSON, NULL,
         "{\"_path\":\"conn\",\"ts\":1795295972.1,\"uid\":\"Ca2\",\"id.orig_h\":\"10.0.0.1\",\"id.orig_p\":51001,"
         "\"id.resp_h\":\"192.0.2.8\",\"id.resp_p\":443,\"proto\":\"tcp\",\"duration\":61.5,\"orig_bytes\":900,"
         "\"resp_bytes\":5200,\"conn_state\":\"SF\"}"},
    },
};
