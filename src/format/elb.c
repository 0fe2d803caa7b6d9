/* SPDX-License-Identifier: Apache-2.0 */
/* The access logs of AWS load balancers, Application and Classic: servers' logs, although their requests name the host.
 * Facts: docs/formats/servers.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"time", FIELD_TIME, CUT_ISO_TIME},
    {"client:port", FIELD_CLIENT, CUT_ENDPOINT},
    {"elb_status_code", FIELD_STATUS, CUT_STATUS},
    {"received_bytes", FIELD_BYTES_OUT, CUT_NUMBER},
    {"sent_bytes", FIELD_BYTES_IN, CUT_NUMBER},
    {"request", FIELD_URL, CUT_REQUEST},
    {"user_agent", FIELD_AGENT, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"time", "elb", "client:port", "elb_status_code", "received_bytes", NULL};

#define CLASSIC                                                                                                        \
    "time elb client:port backend:port request_processing_time backend_processing_time response_processing_time "      \
    "elb_status_code backend_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol"
#define APPLICATION                                                                                                     \
    "type time elb client:port target:port request_processing_time target_processing_time response_processing_time "   \
    "elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol "         \
    "target_group_arn trace_id domain_name chosen_cert_arn"

const struct vocabulary vocabulary_elb = {
    .name = "elb", .fields = fields, .must = must, .stamp = STAMP_END, .is_server = true,
    .examples = {
        {NAMED_W3C, APPLICATION, "https 2026-11-21T21:19:32.108642Z app/front/50dc6c495c0c9188 198.51.100.7:2817 10.0.0.1:80 0.086 0.048 "
                                 "0.037 200 200 150 57 \"GET https://a.example:443/x HTTP/1.1\" \"curl/8.5.0\" TLS_AES_128_GCM_SHA256 "
                                 "TLSv1.3 arn:aws:x/1 \"Root=1-5\" \"a.example\" \"arn:aws:acm:1\""},
        {NAMED_W3C, CLASSIC, "2026-11-21T21:19:32.108642Z front 198.51.100.7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "
                             "\"GET http://a.example:80/x HTTP/1.1\" \"curl/8.5.0\" - -"},
    },
};
