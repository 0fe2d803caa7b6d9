/* SPDX-License-Identifier: Apache-2.0 */
/* Apache's LogFormat language (mod_log_config, mod_logio):  % [!] [status,...] [<>] [{arg}] [^] code */
#include "format/compile.h"

struct apache_code {
    const char *name;
    struct code_meaning meaning;
};

static const struct apache_code apache_codes[] = {
    {"a", {FIELD_CLIENT, CUT_CLIENT, 0}}, {"A", {FIELD_COUNT, CUT_ADDRESS, 0}},
    {"b", {FIELD_BYTES_IN, CUT_NUMBER, 1}}, {"B", {FIELD_BYTES_IN, CUT_NUMBER, 1}},
    {"O", {FIELD_BYTES_IN, CUT_NUMBER, 0}}, {"I", {FIELD_BYTES_OUT, CUT_NUMBER, 0}},
    {"S", {FIELD_BYTES_TOTAL, CUT_NUMBER, 0}}, {"C", {FIELD_COUNT, CUT_IGNORED, 0}},
    {"D", {FIELD_DURATION, CUT_MICROSECONDS, 0}}, {"T", {FIELD_DURATION, CUT_SECONDS, 1}},
    {"e", {FIELD_COUNT, CUT_IGNORED, 0}}, {"f", {FIELD_COUNT, CUT_IGNORED, 0}},
    {"h", {FIELD_CLIENT, CUT_CLIENT, 1}}, {"H", {FIELD_PROTO, CUT_TEXT, 0}},
    {"i", {FIELD_COUNT, CUT_IGNORED, 0}}, {"o", {FIELD_COUNT, CUT_IGNORED, 0}},
    {"k", {FIELD_COUNT, CUT_NUMBER, 0}}, {"l", {FIELD_COUNT, CUT_IGNORED, 0}},
    {"L", {FIELD_COUNT, CUT_IGNORED, 0}}, {"m", {FIELD_METHOD, CUT_METHOD, 0}},
    {"n", {FIELD_COUNT, CUT_IGNORED, 0}}, {"p", {FIELD_COUNT, CUT_PORT, 0}},
    {"P", {FIELD_COUNT, CUT_NUMBER, 0}}, {"q", {FIELD_QUERY, CUT_TEXT, 0}},
    {"r", {FIELD_URL, CUT_REQUEST, 0}}, {"R", {FIELD_COUNT, CUT_IGNORED, 0}},
    {"s", {FIELD_STATUS, CUT_STATUS, 1}}, {"t", {FIELD_TIME, CUT_CLF_TIME, 1}},
    {"u", {FIELD_USER, CUT_TEXT, 0}}, {"U", {FIELD_PATH, CUT_PATH, 0}},
    {"v", {FIELD_HOST, CUT_TEXT, 2}}, {"V", {FIELD_HOST, CUT_TEXT, 1}},
    {"X", {FIELD_COUNT, CUT_IGNORED, 0}}, {"ti", {FIELD_COUNT, CUT_IGNORED, 0}},
    {"to", {FIELD_COUNT, CUT_IGNORED, 0}},
};

struct apache_token {
    span argument;
    bool is_final;      /* '>': of the last internal request */
    bool is_partial;    /* only for some status codes: "-" otherwise */
};

static size_t read_modifiers(span s, struct apache_token *t)
{
    size_t i = 0;
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (c == '{') {
            cut close = span_cut(span_skip(s, i + 1), '}');
            if (!close.found)
                return i;
            t->argument = close.head;
            i += close.head.n + 1;
        } else if (c == '>') {
            t->is_final = true;
        } else if (c != '<' && c != '!' && c != ',' && c != '^' && !ascii_digit(c)) {
            break;
        }
    }
    return i;
}

static const struct apache_code *find_code(span s, size_t *length)
{
    const struct apache_code *best = NULL;
    *length = 0;
    for (size_t i = 0; i < COUNT_OF(apache_codes); i++) {
        span name = span_str(apache_codes[i].name);
        if (name.n > *length && span_starts(s, name)) {
            best = &apache_codes[i];
            *length = name.n;
        }
    }
    return best;
}

/* %{...}t: "sec", "msec", "msec_frac" and strftime patterns; "begin:" is the default, "end:" the end. */
static struct code_meaning time_meaning(struct plan_builder *b, span argument)
{
    struct code_meaning m = {FIELD_TIME, CUT_CLF_TIME, 0};
    if (span_starts(argument, SPAN("end:")))
        b->stamp = STAMP_END;
    if (span_starts(argument, SPAN("end:")) || span_starts(argument, SPAN("begin:")))
        argument = span_cut(argument, ':').tail;
    if (span_eq(argument, SPAN("sec")))
        m.type = CUT_EPOCH;
    else if (span_eq(argument, SPAN("msec")))
        m.type = CUT_EPOCH_MS;
    else if (span_eq(argument, SPAN("usec")) || span_eq(argument, SPAN("usec_frac")))
        m = (struct code_meaning){FIELD_COUNT, CUT_NUMBER, 0};
    else if (span_eq(argument, SPAN("msec_frac")))
        m = (struct code_meaning){FIELD_COUNT, CUT_SUBSECOND, 0};
    else
        m.type = (uint8_t)build_time(b, argument);
    return m;
}

static struct code_meaning meaning_of(struct plan_builder *b, char code, struct code_meaning m, const struct apache_token *t)
{
    span argument = t->argument;
    switch (code) {
    case 'i': return request_header_meaning(argument);
    case 'o':
        return span_eq_nocase(argument, SPAN("Content-Type")) ? (struct code_meaning){FIELD_MIME, CUT_TEXT, 0} : m;
    case 's': m.weak = t->is_final ? 0 : 1; return m;
    case 'a': m.weak = span_eq(argument, SPAN("c")) ? 2 : 0; return m;
    case 'p': return span_eq(argument, SPAN("remote")) ? (struct code_meaning){FIELD_CLIENT_PORT, CUT_PORT, 0} : m;
    case 'T':
        if (span_eq(argument, SPAN("ms")))
            m.type = CUT_MILLISECONDS;
        else if (span_eq(argument, SPAN("us")))
            m.type = CUT_MICROSECONDS;
        return m;
    case 't': return argument.n ? time_meaning(b, argument) : m;
    default: return m;
    }
}

static fault compile_code(struct plan_builder *b, size_t at, size_t *length)
{
    struct apache_token t = {0};
    span s = span_skip(b->definition, at + 1);
    size_t i = read_modifiers(s, &t), n;
    const struct apache_code *code = find_code(span_skip(s, i), &n);
    if (!code)
        return build_refuse(b, at, "no code of Apache's LogFormat");
    *length = 1 + i + n;
    bool is_bracketed = span_eq(span_str(code->name), SPAN("t")) && !t.argument.n;
    if (is_bracketed)
        build_literal(b, '[');
    struct cut_step step = {.quote = QUOTE_BACKSLASH};
    TRY(build_code(b, meaning_of(b, n == 1 ? code->name[0] : 0, code->meaning, &t), step, at, *length));
    if (is_bracketed)
        build_literal(b, ']');
    return NO_FAULT;
}

static bool holds(span s, span needle) { return span_find(s, needle) != SIZE_MAX; }

fault plan_compile_apache(arena *a, span definition, struct plan *out)
{
    struct plan_builder b;
    TRY(build_begin(&b, a, definition));
    b.stamp = STAMP_START; /* %t is when the request was received */
    for (size_t i = 0, n; i < definition.n; i += n) {
        char c = definition.p[i], next = i + 1 < definition.n ? definition.p[i + 1] : '\0';
        n = 1;
        if (c == '%' && next != '%') {
            TRY(compile_code(&b, i, &n));
            continue;
        }
        if ((c == '%' && next == '%') || (c == '\\' && (next == '"' || next == '\\'))) {
            c = next;
            n = 2;
        } else if (c == '\\' && next == 't') {
            c = '\t';
            n = 2;
        }
        build_literal(&b, c);
    }
    TRY(build_end(&b, out));
    out->counts_headers_in = holds(definition, SPAN("%O"));   /* %b counts the body alone */
    out->counts_headers_out = holds(definition, SPAN("%I"));
    return NO_FAULT;
}
