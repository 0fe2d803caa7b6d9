/* SPDX-License-Identifier: Apache-2.0 */
/* Squid's logformat language, 2.5 to 7:  % [encoding] [-] [[0]width] [.max] [{arg}] code [{arg}]
 * The codes below are all that Squid's documentation of `logformat` has named over the years; what an
 * analyst cannot use is cut out and dropped. */
#include "format/compile.h"

struct squid_code {
    const char *name;
    struct code_meaning meaning;
};

#define DROP {FIELD_COUNT, CUT_IGNORED, 0}
#define DROP_NUMBER {FIELD_COUNT, CUT_NUMBER, 0}
#define DROP_ADDRESS {FIELD_COUNT, CUT_ADDRESS, 0}
#define DROP_PORT {FIELD_COUNT, CUT_PORT, 0}

static const struct squid_code squid_codes[] = {
    /* connections */
    {">a", {FIELD_CLIENT, CUT_CLIENT, 0}}, {">A", {FIELD_CLIENT_NAME, CUT_TEXT, 0}},
    {">p", {FIELD_CLIENT_PORT, CUT_PORT, 0}}, {">eui", DROP}, {">la", DROP_ADDRESS}, {">lp", DROP_PORT},
    {">qos", DROP}, {">nfmark", DROP}, {"la", DROP_ADDRESS}, {"lp", DROP_PORT}, {"oa", DROP_ADDRESS},
    {"<a", {FIELD_SERVER_IP, CUT_ADDRESS, 0}}, {"<A", {FIELD_SERVER_IP, CUT_ADDRESS, 1}},
    {"<p", {FIELD_SERVER_PORT, CUT_PORT, 0}}, {"<la", DROP_ADDRESS}, {"<lp", DROP_PORT}, {"<qos", DROP},
    {"<nfmark", DROP}, {">handshake", {FIELD_HANDSHAKE, CUT_TEXT, 0}}, {"transport::>connection_id", DROP},
    {"proxy_protocol::>h", DROP},
    /* time */
    {"ts", {FIELD_TIME, CUT_EPOCH, 0}}, {"tu", {FIELD_COUNT, CUT_SUBSECOND, 0}},
    {"tl", {FIELD_TIME, CUT_CLF_TIME, 2}}, {"tg", {FIELD_TIME, CUT_CLF_TIME, 1}},
    {"tr", {FIELD_DURATION, CUT_MILLISECONDS, 0}}, {"dt", DROP_NUMBER}, {"tS", {FIELD_START, CUT_EPOCH, 0}},
    {"<pt", DROP_NUMBER}, {"<tt", DROP_NUMBER}, {"busy_time", DROP_NUMBER},
    /* users, access control */
    {"un", {FIELD_USER, CUT_TEXT, 0}}, {"ul", {FIELD_USER, CUT_TEXT, 1}}, {"ue", {FIELD_USER, CUT_TEXT, 2}},
    {"us", {FIELD_USER, CUT_TEXT, 3}}, {"ui", {FIELD_USER, CUT_TEXT, 4}}, {"ur", DROP}, {"credentials", DROP},
    {"et", DROP}, {"ea", DROP}, {"note", DROP}, {"sn", DROP_NUMBER}, {"err_code", DROP}, {"err_detail", DROP},
    {"byte", DROP}, {"master_xaction", DROP}, {"request_attempts", DROP},
    /* HTTP */
    {">h", DROP}, {"<h", DROP}, {">ha", DROP}, {"<ha", DROP}, {">Hs", {FIELD_STATUS, CUT_STATUS, 0}},
    {"Hs", {FIELD_STATUS, CUT_STATUS, 1}}, {"<Hs", {FIELD_STATUS, CUT_STATUS, 2}},
    {"<bs", DROP_NUMBER}, {"mt", {FIELD_MIME, CUT_TEXT, 0}},
    {"rm", {FIELD_METHOD, CUT_METHOD, 0}}, {">rm", {FIELD_METHOD, CUT_METHOD, 1}}, {"<rm", {FIELD_METHOD, CUT_METHOD, 2}},
    {"ru", {FIELD_URL, CUT_TEXT, 0}}, {">ru", {FIELD_URL, CUT_TEXT, 1}}, {"<ru", {FIELD_URL, CUT_TEXT, 2}},
    {">rs", {FIELD_SCHEME, CUT_TEXT, 0}}, {"<rs", {FIELD_SCHEME, CUT_TEXT, 1}},
    {">rd", {FIELD_HOST, CUT_TEXT, 0}}, {"<rd", {FIELD_HOST, CUT_TEXT, 1}},
    {">rP", {FIELD_PORT, CUT_PORT, 0}}, {"<rP", {FIELD_PORT, CUT_PORT, 1}},
    {"rp", {FIELD_PATH, CUT_PATH, 0}}, {">rp", {FIELD_PATH, CUT_PATH, 1}}, {"<rp", {FIELD_PATH, CUT_PATH, 2}},
    {"rv", {FIELD_PROTO, CUT_TEXT, 0}}, {">rv", {FIELD_PROTO, CUT_TEXT, 1}}, {"<rv", {FIELD_PROTO, CUT_TEXT, 2}},
    {">v", {FIELD_PROTO, CUT_TEXT, 3}}, {"rG", DROP},
    /* cache and sizes; headers are included in all of them but <bs */
    {"Ss", {FIELD_ACTION, CUT_WORD, 0}}, {"Sh", {FIELD_COUNT, CUT_WORD, 0}},
    {"st", {FIELD_BYTES_TOTAL, CUT_NUMBER, 0}}, {">st", {FIELD_BYTES_OUT, CUT_NUMBER, 0}},
    {"<st", {FIELD_BYTES_IN, CUT_NUMBER, 0}}, {">sh", DROP_NUMBER}, {"<sh", DROP_NUMBER}, {"<sH", DROP_NUMBER},
    {"<sS", DROP_NUMBER},
    /* TLS; ssl:: is written tls:: too */
    {"ssl::bump_mode", DROP}, {"ssl::>sni", {FIELD_SNI, CUT_TEXT, 0}}, {"ssl::>cert_subject", DROP},
    {"ssl::>cert_issuer", DROP}, {"ssl::<cert", DROP}, {"ssl::<cert_subject", DROP}, {"ssl::<cert_issuer", DROP},
    {"ssl::<cert_errors", DROP}, {"ssl::>negotiated_version", DROP}, {"ssl::<negotiated_version", DROP},
    {"ssl::>negotiated_cipher", DROP}, {"ssl::<negotiated_cipher", DROP}, {"ssl::>received_hello_version", DROP},
    {"ssl::<received_hello_version", DROP}, {"ssl::>received_supported_version", DROP},
    {"ssl::<received_supported_version", DROP},
    /* adaptation */
    {"adapt::all_trs", DROP}, {"adapt::sum_trs", DROP}, {"adapt::<last_h", DROP}, {"icap::tt", DROP_NUMBER},
    {"icap::<last_h", DROP}, {"icap::<A", DROP}, {"icap::<service_name", DROP}, {"icap::ru", DROP},
    {"icap::rm", DROP}, {"icap::>st", DROP_NUMBER}, {"icap::<st", DROP_NUMBER}, {"icap::<bs", DROP_NUMBER},
    {"icap::>h", DROP}, {"icap::<h", DROP}, {"icap::tr", DROP_NUMBER}, {"icap::tio", DROP_NUMBER},
    {"icap::to", DROP}, {"icap::Hs", DROP},
    /* the older names of external_acl_type, which Squid 4 and later take in a logformat */
    {"SRC", {FIELD_CLIENT, CUT_CLIENT, 1}}, {"SRCPORT", {FIELD_CLIENT_PORT, CUT_PORT, 1}}, {"SRCEUI48", DROP},
    {"SRCEUI64", DROP}, {"URI", {FIELD_URL, CUT_TEXT, 3}}, {"METHOD", {FIELD_METHOD, CUT_METHOD, 3}},
    {"PROTO", {FIELD_SCHEME, CUT_TEXT, 2}}, {"DST", {FIELD_HOST, CUT_TEXT, 2}}, {"PORT", {FIELD_PORT, CUT_PORT, 2}},
    {"PATH", {FIELD_PATH, CUT_PATH, 3}}, {"LOGIN", {FIELD_USER, CUT_TEXT, 5}}, {"IDENT", {FIELD_USER, CUT_TEXT, 6}},
    {"EXT_USER", {FIELD_USER, CUT_TEXT, 7}}, {"EXT_LOG", DROP}, {"EXT_TAG", DROP}, {"TAG", DROP}, {"ACL", DROP},
    {"DATA", DROP}, {"MYADDR", DROP_ADDRESS}, {"MYPORT", DROP_PORT}, {"USER_CERT", DROP}, {"USER_CERTCHAIN", DROP},
};

struct squid_token {
    span argument;            /* {NULL,0}: none */
    struct cut_step step;
    bool has_encoding;
};

/* The longest code that `s` begins with; "http::" in front says nothing, "tls::" is "ssl::". */
static const struct squid_code *find_code(span s, size_t *length)
{
    size_t skip = span_starts(s, SPAN("http::")) ? 6 : 0;
    bool is_tls = span_starts(s, SPAN("tls::"));
    const struct squid_code *best = NULL;
    *length = 0;
    s = span_skip(s, is_tls ? 5 : skip);
    for (size_t i = 0; i < COUNT_OF(squid_codes); i++) {
        span name = span_str(squid_codes[i].name);
        if (is_tls && !span_starts(name, SPAN("ssl::")))
            continue;
        name = span_skip(name, is_tls ? 5 : 0);
        size_t n = name.n + (is_tls ? 5 : skip);
        if (n > *length && span_starts(s, name)) {
            best = &squid_codes[i];
            *length = n;
        }
    }
    return best;
}

static size_t read_width(span s, uint16_t *out)
{
    unsigned v = 0;
    size_t n = 0;
    for (; n < s.n && ascii_digit(s.p[n]); n++)
        v = v > 6000 ? v : v * 10 + (unsigned)(s.p[n] - '0');
    *out = (uint16_t)v;
    return n;
}

/* The encodings: " and / escape with backslashes, [ and # with %, ' not at all. */
static size_t read_encoding(char c, struct squid_token *t)
{
    static const struct { char mark; uint8_t quote, flags; } encodings[] = {
        {'"', QUOTE_BACKSLASH, 0}, {'/', QUOTE_BACKSLASH, CUT_SHELL}, {'[', QUOTE_PERCENT, 0},
        {'#', QUOTE_PERCENT, 0}, {'\'', QUOTE_NONE, 0},
    };
    for (size_t i = 0; i < COUNT_OF(encodings); i++)
        if (encodings[i].mark == c) {
            t->step.quote = encodings[i].quote;
            t->step.flags = encodings[i].flags;
            t->has_encoding = true;
            return 1;
        }
    return 0;
}

/* "{...}" at the front: its length, 0 where there is none or it is not closed. */
static size_t read_argument(span s, span *argument)
{
    if (!s.n || s.p[0] != '{')
        return 0;
    cut close = span_cut(span_skip(s, 1), '}');
    if (!close.found)
        return 0;
    *argument = close.head;
    return close.head.n + 2;
}

/* Encoding, width and argument in front of the code; `s` begins behind the '%'. Returns their length. */
static size_t read_prefix(span s, struct squid_token *t)
{
    size_t i = s.n ? read_encoding(s.p[0], t) : 0;
    bool is_left = i < s.n && s.p[i] == '-';
    i += is_left;
    bool is_zero = i < s.n && s.p[i] == '0';
    uint16_t least;
    i += read_width(span_skip(s, i), &least);
    if (least && !is_zero)
        t->step.flags |= is_left ? CUT_PAD_RIGHT : CUT_PAD_LEFT;
    if (i < s.n && s.p[i] == '.') /* Squid takes a point without digits, too */
        i += 1 + read_width(span_skip(s, i + 1), &t->step.width_max);
    return i + read_argument(span_skip(s, i), &t->argument);
}

static struct code_meaning header_meaning(span code, span name)
{
    struct code_meaning m = request_header_meaning(name);
    if (!name.n && span_eq(code, SPAN(">h"))) /* all of them, as log_mime_hdrs adds them */
        return (struct code_meaning){FIELD_COUNT, CUT_HEADERS, 0};
    if (span_ends(code, SPAN("<h")))
        return span_eq_nocase(name, SPAN("Content-Type")) ? (struct code_meaning){FIELD_MIME, CUT_TEXT, 1}
                                                          : (struct code_meaning){FIELD_COUNT, CUT_IGNORED, 0};
    if (span_ends(code, SPAN(">ha")) && m.field != FIELD_COUNT && m.weak < WEAK_HEADER)
        m.weak = 1;
    return m;
}

/* What the code with its argument means in this place. */
static struct code_meaning meaning_of(struct plan_builder *b, const struct squid_code *code, struct squid_token *t)
{
    span name = span_str(code->name);
    if (span_eq(name, SPAN(">h")) || span_eq(name, SPAN("<h")) || span_eq(name, SPAN(">ha"))) {
        if (!t->has_encoding && t->step.quote == QUOTE_NONE)
            t->step.quote = QUOTE_PERCENT; /* a header's own encoding */
        return header_meaning(name, t->argument);
    }
    struct code_meaning m = code->meaning;
    if (m.type == CUT_CLF_TIME) {
        b->is_utc |= span_eq(name, SPAN("tg"));
        if (t->argument.n)
            m.type = (uint8_t)build_time(b, t->argument);
    }
    if (m.field == FIELD_URL)
        t->step.flags |= CUT_OWN_QUERY_MARK;
    return m;
}

/* One "%..." at offset `at`; *length gets its length. */
static fault compile_code(struct plan_builder *b, size_t at, uint8_t quote, size_t *length)
{
    struct squid_token t = {.step = {.quote = quote}};
    span s = span_skip(b->definition, at + 1);
    size_t i = read_prefix(s, &t), n;
    const struct squid_code *code = find_code(span_skip(s, i), &n);
    if (!code)
        return build_refuse(b, at, "no code of Squid's logformat");
    i += n;
    if (!t.argument.p)
        i += read_argument(span_skip(s, i), &t.argument);
    *length = i + 1;
    return build_code(b, meaning_of(b, code, &t), t.step, at, *length);
}

/* A literal '"' opens and closes quoted-string encoding, '[' and ']' Squid's %-encoding. */
static uint8_t quote_after(uint8_t quote, char literal)
{
    if (literal == '"')
        return quote == QUOTE_NONE ? QUOTE_BACKSLASH : quote == QUOTE_BACKSLASH ? QUOTE_NONE : quote;
    if (literal == '[' && quote == QUOTE_NONE)
        return QUOTE_PERCENT;
    return literal == ']' && quote == QUOTE_PERCENT ? QUOTE_NONE : quote;
}

fault plan_compile_squid(arena *a, span definition, struct plan *out)
{
    struct plan_builder b;
    uint8_t quote = QUOTE_NONE;
    TRY(build_begin(&b, a, definition));
    b.urls_are_absolute = true;
    for (size_t i = 0, n; i < definition.n; i += n) {
        n = 1;
        if (definition.p[i] != '%') {
            quote = quote_after(quote, definition.p[i]);
            build_literal(&b, definition.p[i]);
        } else if (i + 1 < definition.n && definition.p[i + 1] == '%') {
            build_literal(&b, '%');
            n = 2;
        } else {
            TRY(compile_code(&b, i, quote, &n));
        }
    }
    TRY(build_end(&b, out));
    out->counts_headers_out = out->counts_headers_in = true; /* %>st and %<st both include headers */
    return NO_FAULT;
}
