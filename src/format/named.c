/* SPDX-License-Identifier: Apache-2.0 */
/* Recognition of rows whose values have names: JSON objects and pairs. A product is told by the names that its rows
 * have; which separators its pairs stand between is tried. */
#include "format/columns.h"
#include "format/compile.h"
#include "format/keyed.h"
#include "format/recognise.h"

#define VOCABULARY(name) extern const struct vocabulary vocabulary_##name;
#include "format/vocabulary_list.inc"
#undef VOCABULARY
#define VOCABULARY(name) &vocabulary_##name,
static const struct vocabulary *const all_vocabularies[] = {
#include "format/vocabulary_list.inc"
};
#undef VOCABULARY

enum { LINES_SEEN = FORMAT_SAMPLE_LINES, NAMES_MAX = 512, FIELDS_TYPED = 8 /* as specific as the best of delimited plans */,
       FRONT_ROWS = 16, OWN_WORD = 4 /* names that a product's own word stands beside */ };

const struct vocabulary *vocabulary_at(size_t i) { return i < COUNT_OF(all_vocabularies) ? all_vocabularies[i] : NULL; }

static bool is_asked_for(const struct vocabulary *v, span only) { return !only.p || span_eq_nocase(only, span_str(v->name)); }

/* The names of each line of a sample under one shape. */
struct naming {
    arena *a;
    struct plan shape;      /* shape, head, separators; the rest is empty */
    span *names[LINES_SEEN];
    size_t n[LINES_SEEN], lines;
    size_t shaped;          /* lines that have the shape */
};

static void read_names(struct naming *g, const span *lines, size_t n)
{
    span *names = arena_new(g->a, span, NAMES_MAX);
    for (size_t i = 0; i < n && g->lines < LINES_SEEN; i++) {
        if (is_skippable(lines[i]))
            continue;
        size_t found = g->shape.shape == SHAPE_JSON ? json_names(g->a, lines[i], names, NAMES_MAX)
                                                    : pairs_names(g->a, &g->shape, lines[i], names, NAMES_MAX);
        g->names[g->lines] = arena_new(g->a, span, found + 1);
        memcpy(g->names[g->lines], names, found * sizeof *names);
        g->n[g->lines++] = found;
        g->shaped += found > 0;
    }
}

static bool line_has(const struct naming *g, size_t line, span name)
{
    for (size_t i = 0; i < g->n[line]; i++)
        if (span_eq(g->names[line][i], name))
            return true;
    return false;
}

struct named_line { const struct naming *g; size_t line; };

static bool has_key(const void *ctx, span name)
{
    const struct named_line *l = ctx;
    return line_has(l->g, l->line, name);
}

static bool is_of(const struct naming *g, size_t line, const struct vocabulary *v)
{
    struct named_line l = {g, line};
    return vocabulary_fits(v, has_key, &l);
}

static bool has_shape(const struct vocabulary *v, const struct plan *shape)
{
    for (size_t i = 0; i < COUNT_OF(v->examples) && v->examples[i].example; i++) {
        enum named_shape s = v->examples[i].shape;
        if ((s == NAMED_JSON && shape->shape == SHAPE_JSON) ||
            (shape->shape == SHAPE_PAIRS && ((s == NAMED_PAIRS && shape->head == HEAD_NONE) ||
                                             (s == NAMED_CEF && shape->head == HEAD_CEF) ||
                                             (s == NAMED_LEEF && shape->head == HEAD_LEEF))))
            return true;
    }
    return false;
}

/* The fields whose names the sample holds anywhere: the others are not logged. */
static uint64_t fields_logged(const struct naming *g, const struct vocabulary *v)
{
    uint64_t logged = 0;
    for (size_t f = 0; v->fields[f].name; f++)
        for (size_t i = 0; i < g->lines && v->fields[f].field != FIELD_COUNT; i++)
            if (line_has(g, i, span_str(v->fields[f].name))) {
                logged |= build_logged(v->fields[f].field, v->fields[f].type);
                if (v->fields[f].type == CUT_ENDPOINT)
                    logged |= UINT64_C(1) << build_port_of(v->fields[f].field);
                break;
            }
    return logged;
}

static bool logs_zone(const struct vocabulary *v)
{
    for (size_t f = 0; v->fields[f].name; f++)
        if (v->fields[f].field == FIELD_TIME && (v->fields[f].type == CUT_DATE || v->fields[f].type == CUT_PATTERN_TIME))
            return v->time_pattern && span_find(span_str(v->time_pattern), SPAN("%z")) != SIZE_MAX;
    return true;
}

static struct plan *plan_of(const struct naming *g, const struct vocabulary *v, size_t line)
{
    struct plan *plan = arena_new(g->a, struct plan, 1);
    struct key_map *keys = key_map_new(g->a, v);
    key_map_expect(g->a, keys, g->names[line], g->n[line]);
    *plan = g->shape;
    plan->name = span_str(v->name);
    plan->definition = plan->name;
    plan->stamp = v->stamp;
    plan->counts_headers_in = v->counts_headers_in;
    plan->counts_headers_out = v->counts_headers_out;
    plan->tz_in_stamp = v->is_utc || logs_zone(v);
    plan->time_pattern = span_str(v->time_pattern);
    plan->vocabulary = v;
    plan->keys = keys;
    plan->session = (uint8_t)v->session;
    plan->gives = vocabulary_gives(v, build_gives(fields_logged(g, v), v->stamp) | (v->outcomes ? FIELD_BIT(OUTCOME) : 0));
    plan->typed = FIELDS_TYPED;
    for (size_t i = 0; v->must[i]; i++)
        plan->typed += strchr(v->must[i], '=') ? OWN_WORD : 1;
    return plan;
}

/* The lines that are this product's, as many as FIT_POOR of those that have the shape, make it a candidate. */
static struct plan *try_vocabulary(const struct naming *g, const struct vocabulary *v)
{
    size_t of = 0, first = 0;
    for (size_t i = g->lines; i-- > 0;)
        if (is_of(g, i, v)) {
            of++;
            first = i;
        }
    return of && (double)of >= FIT_POOR * (double)g->shaped ? plan_of(g, v, first) : NULL;
}

static void try_vocabularies(const struct naming *g, span only, named_found *found, void *ctx)
{
    for (size_t v = 0; v < COUNT_OF(all_vocabularies); v++) {
        const struct vocabulary *vocabulary = all_vocabularies[v];
        bool is_asked = is_asked_for(vocabulary, only) && has_shape(vocabulary, &g->shape);
        struct plan *plan = is_asked ? try_vocabulary(g, vocabulary) : NULL;
        if (plan)
            found(ctx, plan);
    }
}

/* The first lines that are no comments: rotation cuts rows, and programs write banners in front of them. */
struct front {
    span rows[FRONT_ROWS];
    size_t n;
};

static struct front front_of(const span *lines, size_t n)
{
    struct front f = {.n = 0};
    for (size_t i = 0; i < n && f.n < FRONT_ROWS; i++)
        if (!is_skippable(lines[i]))
            f.rows[f.n++] = lines[i];
    return f;
}

static bool is_object(span row)
{
    span start = span_trim(row);
    return start.n && start.p[0] == '{';
}
static bool is_cef(span row) { return pairs_have_head(HEAD_CEF, row); }
static bool is_leef(span row) { return pairs_have_head(HEAD_LEEF, row); }
static bool has_pairs(span row)
{
    return !is_object(row) && !is_cef(row) && !is_leef(row) &&
           (span_find(row, SPAN("=")) != SIZE_MAX || span_find(row, SPAN(":\"")) != SIZE_MAX);
}

static bool any_row(const struct front *f, bool has_it(span row))
{
    for (size_t i = 0; i < f->n; i++)
        if (has_it(f->rows[i]))
            return true;
    return false;
}

static void try_shape(arena *a, struct plan shape, span only, const span *lines, size_t n, named_found *found, void *ctx)
{
    struct naming *g = arena_new(a, struct naming, 1);
    g->a = a;
    g->shape = shape;
    read_names(g, lines, n);
    if (g->shaped)
        try_vocabularies(g, only, found, ctx);
}

void named_own(arena *a, const struct vocabulary *v, struct plan shape, span definition, const span *lines, size_t n,
               named_found *found, void *ctx)
{
    struct naming *g = arena_new(a, struct naming, 1);
    g->a = a;
    g->shape = shape;
    read_names(g, lines, n);
    struct plan *plan = g->shaped ? try_vocabulary(g, v) : NULL;
    if (!plan)
        return;
    plan->definition = definition;
    found(ctx, plan);
}

static bool has_columns(const struct vocabulary *v, enum named_shape shape)
{
    for (size_t i = 0; i < COUNT_OF(v->examples) && v->examples[i].example; i++)
        if (v->examples[i].shape == shape)
            return true;
    return false;
}

static void found_columns(arena *a, const struct vocabulary *v, struct header h, named_found *found, void *ctx)
{
    struct plan *plan = arena_new(a, struct plan, 1);
    if (plan_compile_columns(a, v, h, plan).kind)
        return;
    plan->by_place = !h.line.p;
    found(ctx, plan);
}

static void try_header(arena *a, struct header h, enum named_shape shape, span only, named_found *found, void *ctx)
{
    for (size_t i = 0; i < COUNT_OF(all_vocabularies); i++)
        if (is_asked_for(all_vocabularies[i], only) && has_columns(all_vocabularies[i], shape) && vocabulary_fits(all_vocabularies[i], header_has_name, &h))
            found_columns(a, all_vocabularies[i], h, found, ctx);
}

/* The first line of a CSV export may name the columns. */
static void try_csv_header(arena *a, span line, span only, named_found *found, void *ctx)
{
    static const char separators[] = {',', '\t', ';', '|'};
    for (size_t i = 0; i < COUNT_OF(separators); i++)
        if (line.n && memchr(line.p, separators[i], line.n))
            try_header(a, (struct header){.line = line, .rest = line, .separator = separators[i]}, NAMED_CSV, only, found, ctx);
}

/* Logs that come without the header their product knows. */
static void try_own_headers(arena *a, span only, named_found *found, void *ctx)
{
    for (size_t i = 0; i < COUNT_OF(all_vocabularies); i++) {
        const struct vocabulary *v = all_vocabularies[i];
        for (size_t k = 0; is_asked_for(v, only) && k < COUNT_OF(v->examples) && v->examples[k].example; k++) {
            span names = span_str(v->examples[k].header);
            char separator = v->examples[k].shape == NAMED_W3C ? ' ' : memchr(names.p ? names.p : "", ',', names.n) ? ',' : '\t';
            if (names.p)
                found_columns(a, v, (struct header){.rest = names, .separator = separator}, found, ctx);
        }
    }
}

static bool try_comment_headers(arena *a, span only, const span *lines, size_t n, named_found *found, void *ctx)
{
    struct header h;
    for (size_t i = 0; i < n; i++)
        if (header_of_comment(lines[i], &h)) {
            const struct vocabulary *v = headed_vocabulary(only, h);
            if (v)
                found_columns(a, v, h, found, ctx);
            return true;
        }
    return false;
}

void named_candidates(arena *a, span only, const span *lines, size_t n, named_found *found, void *ctx)
{
    static const struct { bool (*has_it)(span row); struct plan plan; } shapes[] = {
        {is_object, {.shape = SHAPE_JSON}},
        {is_cef, {.shape = SHAPE_PAIRS, .head = HEAD_CEF, .between = ' ', .equals = '='}},
        {is_leef, {.shape = SHAPE_PAIRS, .head = HEAD_LEEF, .between = '\t', .equals = '='}},
        {has_pairs, {.shape = SHAPE_PAIRS, .between = ' ', .equals = '='}},
        {has_pairs, {.shape = SHAPE_PAIRS, .between = '\t', .equals = '='}},
        {has_pairs, {.shape = SHAPE_PAIRS, .between = ',', .equals = '='}},
        {has_pairs, {.shape = SHAPE_PAIRS, .between = '|', .equals = '='}},
        {has_pairs, {.shape = SHAPE_PAIRS, .between = ';', .equals = ':'}},
    };
    struct front front = front_of(lines, n);
    if (!front.n || try_comment_headers(a, only, lines, n, found, ctx))
        return;
    try_own_headers(a, only, found, ctx);
    try_csv_header(a, front.rows[0], only, found, ctx);
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        if (any_row(&front, shapes[i].has_it))
            try_shape(a, shapes[i].plan, only, lines, n, found, ctx);
}
