/* SPDX-License-Identifier: Apache-2.0 */
#include "format/compile.h"

#include "base/when.h"

fault build_begin(struct plan_builder *b, arena *a, span definition)
{
    *b = (struct plan_builder){.a = a, .stamp = STAMP_END};
    if (definition.n > DEFINITION_MAX)
        return fault_make(FAULT_USAGE, "the log format is longer than %d bytes", DEFINITION_MAX);
    b->definition = arena_dup(a, definition);
    b->text = arena_new(a, char, definition.n + 1);
    return NO_FAULT;
}

fault build_refuse(const struct plan_builder *b, size_t at, const char *why)
{
    span rest = span_take(span_skip(b->definition, at), 24);
    for (size_t i = 0; i < rest.n; i++)
        if ((unsigned char)rest.p[i] < ' ' || rest.p[i] == 127)
            rest.n = i;
    return fault_make(FAULT_USAGE, "log format, column %zu, at \"%.*s\": %s", at + 1, (int)rest.n, rest.p, why);
}

void build_literal(struct plan_builder *b, char c) { b->text[b->text_n++] = c; }

static span take_literal(struct plan_builder *b)
{
    span literal = span_of(b->text + b->literal_at, b->text_n - b->literal_at);
    b->literal_at = b->text_n;
    return literal;
}

static bool is_epoch_and_fraction(const struct cut_step *last, span between, struct code_meaning m)
{
    return m.type == CUT_SUBSECOND && (last->type == CUT_EPOCH || last->type == CUT_ISO_TIME) &&
           span_eq(between, SPAN("."));
}

static bool is_endpoint(const struct cut_step *last, span between, struct code_meaning m)
{
    return m.type == CUT_PORT && span_eq(between, SPAN(":")) &&
           (last->type == CUT_CLIENT || last->type == CUT_ADDRESS || last->field == FIELD_HOST ||
            last->field == FIELD_CLIENT_NAME);
}

static bool is_path_and_query(const struct cut_step *last, span between, struct code_meaning m)
{
    return last->type == CUT_PATH && m.field == FIELD_QUERY && between.n == 0;
}

/* Pairs of codes that form one value become one cut. */
static bool joins_last(struct plan_builder *b, struct code_meaning m, size_t end)
{
    if (!b->n)
        return false;
    struct cut_step *last = &b->cuts[b->n - 1];
    span between = span_of(b->text + b->literal_at, b->text_n - b->literal_at);
    if (is_endpoint(last, between, m)) {
        last->type = CUT_ENDPOINT;
        last->field2 = m.field;
    } else if (!is_epoch_and_fraction(last, between, m) && !is_path_and_query(last, between, m)) {
        return false;
    }
    b->text_n = b->literal_at;
    last->code.n = (size_t)(b->definition.p + end - last->code.p);
    return true;
}

fault build_code(struct plan_builder *b, struct code_meaning m, struct cut_step step, size_t at, size_t length)
{
    if (joins_last(b, m, at + length))
        return NO_FAULT;
    step.field2 = FIELD_COUNT;
    return build_column(b, m, step, at, length);
}

fault build_column(struct plan_builder *b, struct code_meaning m, struct cut_step step, size_t at, size_t length)
{
    if (b->n == PLAN_CUTS_MAX)
        return build_refuse(b, at, "too many codes");
    span literal = take_literal(b);
    if (!b->n)
        b->prefix = literal;
    else if (!literal.n)
        return build_refuse(b, at, "two codes need a character between them, or their values cannot be told apart");
    else
        b->cuts[b->n - 1].stop = literal;
    step.field = m.field;
    step.type = m.type;
    step.code = span_of(b->definition.p + at, length);
    b->weak[b->n] = m.weak;
    b->cuts[b->n++] = step;
    return NO_FAULT;
}

enum cut_type build_time(struct plan_builder *b, span pattern)
{
    static const struct { span pattern; enum cut_type type; } known[] = {
        {{"%d/%b/%Y:%H:%M:%S %z", 20}, CUT_CLF_TIME},     {{"%Y-%m-%dT%H:%M:%S%z", 19}, CUT_ISO_TIME},
        {{"%Y-%m-%dT%H:%M:%S", 17}, CUT_ISO_TIME},        {{"%FT%T%z", 7}, CUT_ISO_TIME},
        {{"%FT%T", 5}, CUT_ISO_TIME},                     {{"%s", 2}, CUT_EPOCH},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_eq(pattern, known[i].pattern))
            return known[i].type;
    b->time_pattern = arena_dup(b->a, pattern);
    return CUT_PATTERN_TIME;
}

struct code_meaning request_header_meaning(span name)
{
    static const struct { span name; struct code_meaning meaning; } known[] = {
        {{"User-Agent", 10}, {FIELD_AGENT, CUT_TEXT, 0}},
        {{"Referer", 7}, {FIELD_REFERER, CUT_TEXT, 0}},
        {{"X-Forwarded-For", 15}, {FIELD_XFF, CUT_TEXT, 0}},
        {{"Cookie", 6}, {FIELD_COOKIE, CUT_TEXT, 0}},
        {{"Host", 4}, {FIELD_HOST, CUT_TEXT, WEAK_HEADER}},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_eq_nocase(name, known[i].name))
            return known[i].meaning;
    return (struct code_meaning){FIELD_COUNT, CUT_IGNORED, 0};
}

static bool gives_field(const struct plan_builder *b, enum field f)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->cuts[i].field == f)
            return true;
    return false;
}

static void drop_field(struct cut_step *c)
{
    c->field = FIELD_COUNT;
    if (c->type != CUT_ENDPOINT && c->type != CUT_WORD && c->type != CUT_NUMBER && c->type != CUT_PORT)
        c->type = CUT_IGNORED;
}

/* One column per field: the strongest code for it, the first of equals. */
static void settle_fields(struct plan_builder *b)
{
    if (!gives_field(b, FIELD_CLIENT))
        for (size_t i = 0; i < b->n; i++)
            if (b->cuts[i].field == FIELD_CLIENT_NAME) {
                b->cuts[i].field = FIELD_CLIENT;
                b->cuts[i].type = b->cuts[i].type == CUT_ENDPOINT ? CUT_ENDPOINT : CUT_CLIENT;
            }
    bool has_url = gives_field(b, FIELD_URL);
    for (size_t i = 0; i < b->n; i++) {
        bool is_spare = b->urls_are_absolute && has_url && b->weak[i] == WEAK_HEADER;
        for (size_t k = 0; k < b->n && !is_spare; k++)
            is_spare = k != i && b->cuts[k].field == b->cuts[i].field && b->cuts[i].field != FIELD_COUNT &&
                       (b->weak[k] < b->weak[i] || (b->weak[k] == b->weak[i] && k < i));
        if (is_spare)
            drop_field(&b->cuts[i]);
    }
}

/* The column that may hold blanks and quotes of its own. */
static size_t find_greedy(const struct plan_builder *b)
{
    static const enum field order[] = {FIELD_URL, FIELD_PATH, FIELD_USER, FIELD_AGENT, FIELD_REFERER};
    for (size_t k = 0; k < COUNT_OF(order); k++)
        for (size_t i = 0; i < b->n; i++)
            if (b->cuts[i].field == order[k] && !(b->cuts[i].flags & CUT_SHELL))
                return i;
    return b->n;
}

static uint64_t bit_of(unsigned field) { return field == FIELD_COUNT ? 0 : UINT64_C(1) << field; }

enum field build_port_of(unsigned field)
{
    return field == FIELD_CLIENT ? FIELD_CLIENT_PORT : field == FIELD_SERVER_IP ? FIELD_SERVER_PORT : FIELD_PORT;
}

uint64_t build_logged(unsigned field, unsigned type)
{
    switch (type) {
    case CUT_RESULT: return bit_of(field) | FIELD_BIT(STATUS);
    case CUT_REQUEST: return bit_of(field) | FIELD_BIT(METHOD) | FIELD_BIT(PROTO);
    case CUT_PATH: return bit_of(field) | FIELD_BIT(QUERY);
    case CUT_AUTHORITY: return bit_of(field) | FIELD_BIT(PORT);
    default: return bit_of(field);
    }
}

uint64_t build_gives(uint64_t gives, enum stamp_meaning stamp)
{
    if (gives & FIELD_BIT(URL))
        gives |= FIELD_BIT(SCHEME) | FIELD_BIT(HOST) | FIELD_BIT(PORT) | FIELD_BIT(PATH) | FIELD_BIT(QUERY);
    if (gives & FIELD_BIT(TIME) && gives & FIELD_BIT(START) && stamp == STAMP_END)
        gives |= FIELD_BIT(DURATION);
    if (gives & FIELD_BIT(START))
        gives |= FIELD_BIT(TIME);
    if (gives & FIELD_BIT(DURATION))
        gives |= FIELD_BIT(START) | FIELD_BIT(END);
    if (gives & (FIELD_BIT(STATUS) | FIELD_BIT(ACTION)))
        gives |= FIELD_BIT(OUTCOME);
    return gives;
}

static uint64_t fields_given(const struct plan_builder *b)
{
    uint64_t logged = 0;
    for (size_t i = 0; i < b->n; i++)
        logged |= build_logged(b->cuts[i].field, b->cuts[i].type) | bit_of(b->cuts[i].field2);
    return build_gives(logged, b->stamp);
}

static unsigned count_typed(const struct plan_builder *b)
{
    unsigned typed = 0;
    for (size_t i = 0; i < b->n; i++) {
        uint8_t type = b->cuts[i].type;
        typed += type != CUT_IGNORED && type != CUT_TEXT && type != CUT_SOME_TEXT && type != CUT_PATH && type != CUT_HEADERS;
    }
    return typed;
}

static bool is_zone_in_stamp(const struct plan_builder *b)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct cut_step *c = &b->cuts[i];
        if (c->field != FIELD_TIME)
            continue;
        span code = c->code;
        bool has_zone = span_find(code, SPAN("%z")) != SIZE_MAX || span_find(code, SPAN("iso8601")) != SIZE_MAX;
        if (c->type == CUT_ISO_TIME || c->type == CUT_PATTERN_TIME)
            return b->is_utc || has_zone || span_eq(b->time_pattern, SPAN("%s"));
        if (c->type == CUT_DATE)
            return b->is_utc;
    }
    return true;
}

/* A block of headers gives what no column of its own gives. */
static void settle_headers(struct plan *plan)
{
    const uint64_t logged = plan->gives;
    for (size_t i = 0; i < plan->n; i++) {
        struct cut_step *c = &plan->cuts[i];
        if (c->type != CUT_HEADERS)
            continue;
        c->field = logged & FIELD_BIT(AGENT) ? FIELD_COUNT : FIELD_AGENT;
        c->field2 = logged & FIELD_BIT(REFERER) ? FIELD_COUNT : FIELD_REFERER;
        plan->gives |= FIELD_BIT(AGENT) | FIELD_BIT(REFERER);
    }
}

fault build_end(struct plan_builder *b, struct plan *out)
{
    if (!b->n)
        return fault_make(FAULT_USAGE, "the log format holds no code: \"%%>a\", \"%%h\" or \"$remote_addr\", for example");
    b->cuts[b->n - 1].stop = take_literal(b);
    settle_fields(b);
    *out = (struct plan){.definition = b->definition, .shape = SHAPE_DELIMITED, .stamp = b->stamp,
                         .prefix = b->prefix, .time_pattern = b->time_pattern, .n = b->n,
                         .gives = fields_given(b), .greedy = find_greedy(b), .typed = count_typed(b),
                         .tz_in_stamp = is_zone_in_stamp(b)};
    out->cuts = arena_new(b->a, struct cut_step, b->n);
    memcpy(out->cuts, b->cuts, b->n * sizeof *b->cuts);
    settle_headers(out);
    return NO_FAULT;
}

/* "logformat NAME ..." as it stands in a squid.conf: what follows the name. */
static span without_directive(span s)
{
    if (!span_starts(s, SPAN("logformat ")))
        return s;
    span rest = span_trim(span_skip(s, 10));
    return span_trim(span_cut(rest, ' ').tail);
}

/* One letter behind '%' or '}' and no second one: Apache's codes are like that, Squid's never (%>a and its
 * kind have a sign in front). */
static bool is_apache(span s)
{
    for (size_t i = 0; i + 1 < s.n; i++) {
        if (s.p[i] == '{') /* an argument: strftime's codes are nobody's */
            i += span_cut(span_skip(s, i), '}').head.n;
        if (i + 1 >= s.n)
            break;
        bool is_code = s.p[i] == '%' || s.p[i] == '}' || (s.p[i] == '>' && i && s.p[i - 1] == '%' && s.p[i + 1] == 's');
        char after = i + 2 < s.n ? s.p[i + 2] : ' ';
        if (is_code && ascii_alpha(s.p[i + 1]) && !ascii_alpha(after) && after != ':' && after != '_')
            return true;
        i += s.p[i] == '%' && s.p[i + 1] == '%';
    }
    return false;
}

fault plan_compile_any(arena *a, span definition, struct plan *out)
{
    span s = without_directive(span_trim(definition));
    size_t dollar = span_find(s, SPAN("$"));
    if (dollar != SIZE_MAX && dollar + 1 < s.n && (ascii_alpha(s.p[dollar + 1]) || s.p[dollar + 1] == '{'))
        return plan_compile_nginx(a, s, out);
    return is_apache(s) ? plan_compile_apache(a, s, out) : plan_compile_squid(a, s, out);
}
