/* SPDX-License-Identifier: Apache-2.0 */
/* Forcepoint (Websense) Web Security, key=value. The time is that of syslog. Facts: docs/formats/forcepoint.md. */
#include "format/vocabulary.h"

static const struct named_field fields[] = {
    {"src_host", FIELD_CLIENT, CUT_CLIENT},
    {"src_port", FIELD_CLIENT_PORT, CUT_PORT},
    {"user", FIELD_USER, CUT_TEXT},
    {"loginID", FIELD_USER, CUT_TEXT},
    {"http_method", FIELD_METHOD, CUT_METHOD},
    {"url", FIELD_URL, CUT_TEXT},
    {"dst_host", FIELD_HOST, CUT_TEXT},
    {"dst_ip", FIELD_SERVER_IP, CUT_ADDRESS},
    {"dst_port", FIELD_SERVER_PORT, CUT_PORT},
    {"http_proxy_status_code", FIELD_STATUS, CUT_STATUS},
    {"http_response", FIELD_STATUS, CUT_STATUS},
    {"action", FIELD_ACTION, CUT_TEXT},
    {"bytes_out", FIELD_BYTES_OUT, CUT_NUMBER},
    {"bytes_in", FIELD_BYTES_IN, CUT_NUMBER},
    {"http_user_agent", FIELD_AGENT, CUT_TEXT}, /* "_" stands for blanks */
    {"refererUrl", FIELD_REFERER, CUT_TEXT},
    {"http_content_type", FIELD_MIME, CUT_TEXT},
    {"category", FIELD_CATEGORY, CUT_TEXT},
    {NULL, 0, 0},
};
static const char *const must[] = {"vendor", "product=Security", "product_version", "action", "src_host", "http_method", NULL};
static const struct outcome_word outcomes[] = {
    {"permitted", OUTCOME_ALLOWED}, {"blocked", OUTCOME_BLOCKED}, {NULL, 0},
};

const struct vocabulary vocabulary_forcepoint_pairs = {
    .name = "forcepoint", .fields = fields, .must = must, .outcomes = outcomes,
    .stamp = STAMP_START,
    .examples = {
        {NAMED_PAIRS, NULL,
         "<159>2026-11-21T21:19:32Z gw1 "
         "vendor=Forcepoint product=Security product_version=8.5.4 action=permitted severity=1 "
         "category=76 user=WinNT://CORP/sato src_host=10.0.0.1 src_port=51000 dst_host=a.example "
         "dst_ip=192.0.2.7 dst_port=80 bytes_out=210 bytes_in=512 http_response=200 http_method=GET "
         "http_content_type=text/html http_user_agent=Mozilla/5.0_(X11;_Linux_x86_64) "
         "http_proxy_status_code=200 reason=- disposition=1026 policy=role-8**Default role=8 duration=0 "
         "url=http://a.example/x"},
    },
};
