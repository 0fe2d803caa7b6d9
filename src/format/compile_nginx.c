/* SPDX-License-Identifier: Apache-2.0 */
/* nginx's log_format: literals and $variables. Modules add variables freely, so an unknown name is a column
 * nobody asks for, not an error. */
#include "format/compile.h"

struct nginx_variable {
    const char *name;
    struct code_meaning meaning;
};

static const struct nginx_variable nginx_variables[] = {
    {"remote_addr", {FIELD_CLIENT, CUT_CLIENT, 0}}, {"realip_remote_addr", {FIELD_CLIENT, CUT_CLIENT, 1}},
    {"remote_port", {FIELD_CLIENT_PORT, CUT_PORT, 0}}, {"remote_user", {FIELD_USER, CUT_TEXT, 0}},
    {"time_local", {FIELD_TIME, CUT_CLF_TIME, 1}}, {"time_iso8601", {FIELD_TIME, CUT_ISO_TIME, 1}},
    {"msec", {FIELD_TIME, CUT_EPOCH, 0}}, {"request_time", {FIELD_DURATION, CUT_SECONDS, 0}},
    {"request", {FIELD_URL, CUT_REQUEST, 0}}, {"request_uri", {FIELD_URL, CUT_TEXT, 1}},
    {"request_method", {FIELD_METHOD, CUT_METHOD, 0}}, {"server_protocol", {FIELD_PROTO, CUT_TEXT, 0}},
    {"uri", {FIELD_PATH, CUT_PATH, 0}}, {"document_uri", {FIELD_PATH, CUT_PATH, 1}},
    {"args", {FIELD_QUERY, CUT_TEXT, 0}}, {"query_string", {FIELD_QUERY, CUT_TEXT, 1}},
    {"scheme", {FIELD_SCHEME, CUT_TEXT, 0}}, {"host", {FIELD_HOST, CUT_TEXT, 0}},
    {"http_host", {FIELD_HOST, CUT_TEXT, 1}}, {"connect_host", {FIELD_HOST, CUT_TEXT, 2}},
    {"server_name", {FIELD_HOST, CUT_TEXT, 3}}, {"connect_port", {FIELD_PORT, CUT_PORT, 0}},
    {"connect_addr", {FIELD_SERVER_IP, CUT_ADDRESS, 0}},
    {"status", {FIELD_STATUS, CUT_STATUS, 0}}, {"bytes_sent", {FIELD_BYTES_IN, CUT_NUMBER, 0}},
    {"body_bytes_sent", {FIELD_BYTES_IN, CUT_NUMBER, 1}}, {"request_length", {FIELD_BYTES_OUT, CUT_NUMBER, 0}},
    {"http_user_agent", {FIELD_AGENT, CUT_TEXT, 0}}, {"http_referer", {FIELD_REFERER, CUT_TEXT, 0}},
    {"http_x_forwarded_for", {FIELD_XFF, CUT_TEXT, 0}}, {"proxy_add_x_forwarded_for", {FIELD_XFF, CUT_TEXT, 1}},
    {"http_cookie", {FIELD_COOKIE, CUT_TEXT, 0}}, {"sent_http_content_type", {FIELD_MIME, CUT_TEXT, 0}},
    {"ssl_server_name", {FIELD_SNI, CUT_TEXT, 0}}, {"ssl_preread_server_name", {FIELD_SNI, CUT_TEXT, 1}},
    {"server_addr", {FIELD_COUNT, CUT_ADDRESS, 0}}, {"server_port", {FIELD_COUNT, CUT_PORT, 0}},
    {"connection", {FIELD_COUNT, CUT_NUMBER, 0}}, {"connection_requests", {FIELD_COUNT, CUT_NUMBER, 0}},
};

static bool is_name_byte(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '_'; }

/* "$name" or "${name}" at the front of s: its length, 0 where there is none. */
static size_t read_variable(span s, span *name)
{
    bool is_braced = s.n > 1 && s.p[1] == '{';
    span rest = span_skip(s, is_braced ? 2 : 1);
    size_t n = 0;
    while (n < rest.n && is_name_byte(rest.p[n]))
        n++;
    *name = span_take(rest, n);
    if (!n || (is_braced && (n == rest.n || rest.p[n] != '}')))
        return 0;
    return n + (is_braced ? 3 : 1);
}

static struct code_meaning meaning_of(span name)
{
    for (size_t i = 0; i < COUNT_OF(nginx_variables); i++)
        if (span_eq(name, span_str(nginx_variables[i].name)))
            return nginx_variables[i].meaning;
    return (struct code_meaning){FIELD_COUNT, CUT_IGNORED, 0};
}

static bool holds(span s, span needle) { return span_find(s, needle) != SIZE_MAX; }

fault plan_compile_nginx(arena *a, span definition, struct plan *out)
{
    struct plan_builder b;
    TRY(build_begin(&b, a, definition));
    for (size_t i = 0, n; i < definition.n; i += n) {
        n = 1;
        if (definition.p[i] != '$') {
            build_literal(&b, definition.p[i]);
            continue;
        }
        span name;
        n = read_variable(span_skip(definition, i), &name);
        if (!n)
            return build_refuse(&b, i, "no variable of nginx's log_format");
        TRY(build_code(&b, meaning_of(name), (struct cut_step){.quote = QUOTE_BACKSLASH}, i, n));
    }
    TRY(build_end(&b, out));
    out->stamp = STAMP_END; /* written when the answer has been sent */
    out->counts_headers_in = holds(definition, SPAN("$bytes_sent"));
    out->counts_headers_out = true; /* $request_length: line, header and body */
    return NO_FAULT;
}
