/* SPDX-License-Identifier: Apache-2.0 */
/* Random expressions against a slow evaluator that walks a tree: it knows canonical forms from a table written by hand,
 * times of day as minutes, networks as 32-bit numbers, and logic as minimum, maximum and complement of 0, 1, 2. Then the
 * same expressions with broken bytes: a fault or a filter, and nothing else.
 *   test_where_random [EXPRESSIONS [SEED]] */
#define _GNU_SOURCE /* strcasestr */
#include <stdarg.h>
#include <strings.h>

#include "test_where_random.h"

enum { NO, UNKNOWN, YES };
enum { EVENTS = 12, NODES_MAX = 64, TEXT_MAX = 8192, ZONE = 540 };

/* ---- trees ---- */

enum leaf_kind { LEAF_STATE, LEAF_NUMBER, LEAF_SECONDS, LEAF_CLOCK, LEAF_HOUR, LEAF_DATE, LEAF_OUTCOME, LEAF_TUNNEL,
                 LEAF_PLACE, LEAF_NET, LEAF_BELOW, LEAF_DOMAIN, LEAF_IS, LEAF_HAS, LEAF_REGEX, LEAF_EXT, LEAF_KINDS };
enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_LEAF };

struct node {
    enum node_kind kind;
    struct node *left, *right;
    enum leaf_kind leaf;
    enum field field;
    const char *op;
    uint64_t a, b;
    bool is_range;
    const char *text;
    const struct place *place;
};

struct tree {
    struct node node[NODES_MAX];
    size_t n;
    char text[TEXT_MAX];
    size_t used;
};

static const char *const pieces[] = {"bios", "NEWS", "exe", "curl", "e", "198.5", "16.1", "db8", "xn--", "%6", "語", "/", "'s", "x11", ".info"};
static const char *const regexes[] = {"^get$", "b\\.exe", "^\\/", "s$", "curl"};
static const char *const exts[] = {"exe", "EXE", "html", "0", "zip"};

static void draw_ordered(struct node *n, uint64_t a, uint64_t b, bool wraps)
{
    static const char *const ops[] = {"=", "!=", "<", "<=", ">", ">=", "="};
    n->op = PICK(ops);
    n->a = n->b = a;
    if (strchr("=!", n->op[0]) && pick(2)) {
        n->is_range = true;
        n->a = wraps || a < b ? a : b;
        n->b = wraps || a < b ? b : a;
    }
    if (strcmp(n->op, "<") == 0 && a == 0) /* below the least, above the most: faults */
        n->op = ">=";
    if (strcmp(n->op, ">") == 0 && (a == UINT64_MAX || wraps))
        n->op = "<=";
}

static void draw_leaf(struct node *n)
{
    static const enum field any[] = {FIELD_HOST, FIELD_CLIENT, FIELD_METHOD, FIELD_AGENT, FIELD_PATH, FIELD_USER, FIELD_MIME,
                                     FIELD_STATUS, FIELD_BYTES_OUT, FIELD_PORT, FIELD_OUTCOME, FIELD_TIME, FIELD_DURATION};
    static const enum field texts[] = {FIELD_METHOD, FIELD_AGENT, FIELD_PATH, FIELD_USER, FIELD_MIME, FIELD_HOST, FIELD_CLIENT};
    static const char *const equal[] = {"=", "!="};
    n->leaf = pick(LEAF_KINDS);
    n->op = PICK(equal);
    bool is_host = pick(2);
    n->place = is_host ? &PICK(hosts) : &PICK(clients);
    n->field = is_host ? FIELD_HOST : FIELD_CLIENT;
    switch (n->leaf) {
    case LEAF_STATE: n->field = PICK(any); n->text = pick(2) ? "-" : "?"; break;
    case LEAF_NUMBER: n->field = PICK(number_fields); draw_ordered(n, PICK(numbers), PICK(numbers), false); break;
    case LEAF_SECONDS: n->field = FIELD_DURATION; draw_ordered(n, pick(4), pick(4), false); break;
    case LEAF_CLOCK: n->field = FIELD_TIME; draw_ordered(n, pick(1440), pick(1440), true); break;
    case LEAF_HOUR: n->field = FIELD_TIME; draw_ordered(n, pick(24), pick(24), true); break;
    case LEAF_DATE: n->field = FIELD_TIME; draw_ordered(n, 20 + pick(5), 20 + pick(5), false); break;
    case LEAF_OUTCOME: n->field = FIELD_OUTCOME; n->a = pick(OUTCOME_COUNT); break;
    case LEAF_TUNNEL: n->a = pick(2); break;
    case LEAF_PLACE: n->text = PICK(n->place->spelled); break;
    case LEAF_NET: n->a = pick(33); break;
    case LEAF_BELOW: n->field = FIELD_HOST; n->place = &PICK(hosts); n->text = PICK(n->place->spelled); break;
    case LEAF_DOMAIN: n->field = FIELD_HOST; n->text = PICK(hosts).domain; break;
    case LEAF_IS: n->field = text_fields[pick(5)]; n->text = pick(4) ? PICK(words) : PICK(blanks); break;
    case LEAF_HAS: n->field = PICK(texts); n->text = PICK(pieces); break;
    case LEAF_REGEX: n->field = text_fields[pick(5)]; n->a = pick(COUNT_OF(regexes)); n->b = pick(2); break;
    case LEAF_EXT: n->field = FIELD_PATH; n->text = PICK(exts); break;
    case LEAF_KINDS: break;
    }
}

static struct node *draw_tree(struct tree *t, int depth)
{
    struct node *n = &t->node[t->n++];
    *n = (struct node){.op = "="};
    n->kind = depth <= 0 || t->n > NODES_MAX - 8 ? NODE_LEAF : pick(4);
    if (n->kind == NODE_LEAF)
        draw_leaf(n);
    else
        n->left = draw_tree(t, depth - 1);
    if (n->kind == NODE_AND || n->kind == NODE_OR)
        n->right = draw_tree(t, depth - 1);
    return n;
}

/* ---- a tree as text ---- */

PRINTF(2, 3) static void put(struct tree *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->text + t->used, TEXT_MAX - t->used, format, args);
    va_end(args);
    t->used += (size_t)n;
    if (t->used >= TEXT_MAX)
        die("too long", t->text);
}

static void put_text(struct tree *t, const char *text, bool is_plain)
{
    bool must = !*text || strpbrk(text, " ()\"'") || text[0] == '/' || !strcmp(text, "-") || !strcmp(text, "?");
    if (!must && (is_plain || pick(2))) {
        put(t, "%s", text);
        return;
    }
    char quote = pick(2) ? '"' : '\'';
    put(t, "%c", quote);
    for (const char *p = text; *p; p++)
        if (pick(8) == 0)
            put(t, "\\x%02x", (unsigned)(unsigned char)*p);
        else
            put(t, *p == quote || *p == '\\' ? "\\%c" : "%c", *p);
    put(t, "%c", quote);
}

static void put_unit(struct tree *t, const struct node *n, uint64_t v)
{
    if (n->leaf == LEAF_NUMBER && v && v % 1024 == 0 && pick(2))
        put(t, "%llu%c", (unsigned long long)v / 1024, pick(2) ? 'k' : 'K');
    else if (n->leaf == LEAF_NUMBER)
        put(t, "%llu", (unsigned long long)v);
    else if (n->leaf == LEAF_SECONDS)
        put(t, "%u%s", (unsigned)v, pick(2) ? "s" : "000ms");
    else if (n->leaf == LEAF_CLOCK)
        put(t, "%02u:%02u", (unsigned)v / 60, (unsigned)v % 60);
    else if (n->leaf == LEAF_DATE)
        put(t, pick(2) ? "2025-11-%02u" : "\"2025-11-%02u\"", (unsigned)v);
    else
        put(t, "%u", (unsigned)v);
}

static uint32_t net_base(const struct node *n) { return n->place->v4 ? n->place->v4 : 0xc6336400; }

static void put_v4(struct tree *t, uint32_t v) { put(t, "%u.%u.%u.%u", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255); }

static void put_leaf(struct tree *t, const struct node *n)
{
    const char *name = n->leaf == LEAF_HOUR ? "hour" : n->leaf == LEAF_TUNNEL ? "tunnel" : n->leaf == LEAF_DOMAIN ? "domain"
                     : n->leaf == LEAF_EXT ? "ext" : field_infos[n->field].key;
    const char *op = n->leaf == LEAF_HAS || n->leaf == LEAF_REGEX ? "~" : n->leaf == LEAF_BELOW ? ":" : n->op;
    put(t, "%s%s%s%s", name, pick(4) ? "" : " ", op, pick(4) ? "" : "\t ");
    switch (n->leaf) {
    case LEAF_NUMBER: case LEAF_SECONDS: case LEAF_CLOCK: case LEAF_HOUR: case LEAF_DATE:
        put_unit(t, n, n->a);
        if (n->is_range) {
            put(t, "..");
            put_unit(t, n, n->b);
        }
        break;
    case LEAF_NET:
        put_v4(t, net_base(n));
        if (n->a == 32) {
            put(t, "..");
            put_v4(t, net_base(n) + 80);
        } else {
            put(t, "/%u", (unsigned)n->a);
        }
        break;
    case LEAF_STATE: put(t, "%s", n->text); break;
    case LEAF_OUTCOME: put(t, "%s", outcome_keys[n->a]); break;
    case LEAF_TUNNEL: put(t, n->a ? "yes" : "no"); break;
    case LEAF_REGEX: put(t, "/%s/%s", regexes[n->a], n->b ? "i" : ""); break;
    case LEAF_PLACE: case LEAF_BELOW: case LEAF_DOMAIN: case LEAF_IS: case LEAF_HAS: case LEAF_EXT: case LEAF_KINDS:
        put_text(t, n->text, false);
        break;
    }
}

static void put_node(struct tree *t, const struct node *n, enum node_kind above)
{
    static const char *const ands[] = {" and ", " AND ", "\tand\n"}, *const ors[] = {" or ", " Or "};
    /* or < and < not: weaker inside stronger needs parentheses, and others may have them */
    bool has_parens = n->kind != NODE_LEAF && ((n->kind == NODE_OR && above != NODE_OR) ||
                                               (n->kind == NODE_AND && above == NODE_NOT) || pick(5) == 0);
    put(t, has_parens ? "(" : "");
    if (n->kind == NODE_NOT)
        put(t, "not ");
    if (n->kind == NODE_LEAF)
        put_leaf(t, n);
    else
        put_node(t, n->left, n->kind);
    if (n->kind == NODE_AND || n->kind == NODE_OR) {
        put(t, "%s", n->kind == NODE_AND ? PICK(ands) : PICK(ors));
        put_node(t, n->right, n->kind);
    }
    put(t, has_parens ? ")" : "");
}

/* ---- the slow evaluator ---- */

static bool compare(const struct node *n, uint64_t v, uint64_t a, uint64_t b)
{
    if (n->is_range || n->op[0] == '=' || n->op[0] == '!')
        return a <= b ? a <= v && v <= b : v >= a || v <= b;
    bool with = n->op[1] == '=';
    return n->op[0] == '<' ? v < a || (with && v == a) : v > a || (with && v == a);
}

static bool is_net(const struct node *n, const struct place *p)
{
    if (!p->v4)
        return false;
    if (n->a == 32)
        return p->v4 >= net_base(n) && p->v4 <= net_base(n) + 80;
    return n->a == 0 || (p->v4 >> (32 - n->a)) == (net_base(n) >> (32 - n->a));
}

static bool matches_regex(const struct node *n, const char *s)
{
    size_t length = strlen(s);
    switch (n->a) {
    case 0: return (n->b ? strcasecmp(s, "get") : strcmp(s, "get")) == 0;
    case 1: return n->b ? strcasestr(s, "b.exe") : strstr(s, "b.exe");
    case 2: return s[0] == '/';
    case 3: return length && (s[length - 1] == 's' || (n->b && s[length - 1] == 'S'));
    default: return n->b ? strcasestr(s, "curl") : strstr(s, "curl");
    }
}

static bool is_below(const char *host, const char *domain)
{
    size_t h = strlen(host), d = strlen(domain);
    return h >= d && strcmp(host + h - d, domain) == 0 && (h == d || host[h - d - 1] == '.');
}

static bool holds_value(const struct node *n, const struct row *r)
{
    const struct place *place = n->field == FIELD_HOST ? r->host : r->client;
    bool is_place = n->field == FIELD_HOST || n->field == FIELD_CLIENT;
    const char *s = r->text[n->field], *dot = s ? strrchr(s, '.') : NULL;
    uint64_t ms = r->e.at[n->field].number, local = ms + ZONE * 60000;
    switch (n->leaf) {
    case LEAF_NUMBER: return compare(n, ms, n->a, n->b);
    case LEAF_SECONDS: return compare(n, ms, n->a * 1000, n->b * 1000);
    case LEAF_CLOCK: return compare(n, local / 60000 % 1440, n->a, n->b);
    case LEAF_HOUR: return compare(n, local / 3600000 % 24, n->a, n->b);
    case LEAF_DATE: return compare(n, local / 86400000 - 20392, n->a, n->b); /* date -d 2025-11-01: day 20393 */
    case LEAF_OUTCOME: return ms == n->a;
    case LEAF_TUNNEL: return r->e.is_tunnel == (n->a == 1);
    case LEAF_PLACE: return strcmp(place->canonical, n->place->canonical) == 0;
    case LEAF_NET: return is_net(n, place);
    case LEAF_BELOW: return is_below(place->canonical, n->place->canonical);
    case LEAF_DOMAIN: return strcmp(place->domain, n->text) == 0;
    case LEAF_IS: return (n->field == FIELD_AGENT || n->field == FIELD_PATH ? strcmp(s, n->text) : strcasecmp(s, n->text)) == 0;
    case LEAF_HAS: return strcasestr(s, n->text) || (is_place && strcasestr(place->canonical, n->text));
    case LEAF_REGEX: return matches_regex(n, s);
    case LEAF_EXT: return dot && strcasecmp(dot + 1, n->text) == 0;
    case LEAF_STATE: case LEAF_KINDS: break;
    }
    return false;
}

static int slow_leaf(const struct node *n, const struct row *r)
{
    enum field_state state = event_state(&r->e, n->field);
    if (n->leaf == LEAF_TUNNEL)
        state = r->e.gives & FIELD_BIT(METHOD) ? STATE_VALUE : STATE_UNLOGGED;
    if (n->leaf == LEAF_STATE && n->text[0] == '?')
        return state == STATE_UNLOGGED ? YES : NO;
    if (state == STATE_UNLOGGED)
        return UNKNOWN;
    if (n->leaf == LEAF_STATE)
        return state == STATE_VALUE ? NO : YES;
    if (n->leaf == LEAF_IS && state == STATE_BLANK)
        return strcasecmp(r->text[n->field], n->text) == 0 ? YES : NO;
    return state == STATE_VALUE && holds_value(n, r) ? YES : NO;
}

static int slow(const struct node *n, const struct row *r)
{
    if (n->kind == NODE_LEAF) {
        int v = slow_leaf(n, r);
        bool is_negated = n->op[0] == '!' && n->leaf != LEAF_HAS && n->leaf != LEAF_REGEX && n->leaf != LEAF_BELOW;
        return is_negated ? YES - v : v;
    }
    int left = slow(n->left, r);
    if (n->kind == NODE_NOT)
        return YES - left;
    int right = slow(n->right, r);
    return n->kind == NODE_AND ? (left < right ? left : right) : (left > right ? left : right);
}

/* ---- both against each other ---- */

struct figures { uint64_t expressions, matches, with_patterns, left_out, broken_ok, broken_fault; };

static void check_tree(struct tree *t, struct row *rows, const struct where_options *o, struct figures *figures)
{
    arena a = {0};
    struct where *w;
    t->n = t->used = 0;
    const struct node *root = draw_tree(t, (int)pick(6));
    put_node(t, root, NODE_OR);
    span text = span_of(t->text, t->used);
    fault f = where_compile(&a, &text, 1, o, &w);
    if (f.kind)
        die(f.text, t->text);
    struct where_scratch *s = where_scratch_open(w);
    const struct literal_set *patterns = where_literals(w);
    figures->with_patterns += patterns != NULL;
    for (size_t i = 0; i < EVENTS; i++) {
        bool is_match = where_match(w, s, &rows[i].e);
        span line = span_str(rows[i].line);
        bool is_found = !patterns || literal_find(patterns, line, 0) != SIZE_MAX;
        if (is_match != (slow(root, &rows[i]) == YES)) {
            fprintf(stderr, "%s in: %s\n", is_match ? "matches" : "does not match", rows[i].line);
            die("differs from the slow evaluator", t->text);
        }
        if (is_match && !is_found) {
            fprintf(stderr, "line: %s\n", rows[i].line);
            die("a line that matches would be left out", t->text);
        }
        figures->matches += is_match;
        figures->left_out += !is_found;
    }
    where_scratch_close(s);
    where_close(w);
    arena_free(&a);
}

static void check_broken(struct tree *t, const struct row *rows, const struct where_options *o, struct figures *figures)
{
    static const char bytes[] = "()\"'\\/.-=!<>~:% \t\n0159akdiors[]{}*+?|^$\xe3\x81\xff";
    for (unsigned changes = 1 + pick(4); changes && t->used; changes--) {
        size_t at = pick((unsigned)t->used);
        if (pick(3)) {
            t->text[at] = bytes[pick(sizeof bytes)]; /* NUL too */
        } else {
            size_t n = 1 + pick(5);
            n = n > t->used - at ? t->used - at : n;
            memmove(t->text + at, t->text + at + n, t->used - at - n);
            t->used -= n;
        }
    }
    arena a = {0};
    struct where *w;
    span text = span_of(t->text, t->used);
    fault f = where_compile(&a, &text, 1, o, &w);
    if (f.kind ? f.kind != FAULT_USAGE || w || !strstr(f.text, "--where '") : !w)
        die("neither a fault nor a filter", t->text);
    if (w) {
        struct where_scratch *s = where_scratch_open(w);
        for (size_t i = 0; i < 3; i++)
            (void)where_match(w, s, &rows[i].e);
        where_scratch_close(s);
        where_close(w);
    }
    figures->broken_ok += !f.kind;
    figures->broken_fault += f.kind != FAULT_NONE;
    arena_free(&a);
}

int main(int argc, char **argv)
{
    uint64_t n = 60000;
    struct figures figures = {0};
    struct where_options o = {.tz_minutes = ZONE};
    if ((argc > 1 && !span_u64(span_str(argv[1]), &n)) || (argc > 2 && !span_u64(span_str(argv[2]), &seed)))
        die("usage", "test_where_random [EXPRESSIONS [SEED]]");
    struct suffixes *suffixes;
    if (known_suffixes_open(&suffixes).kind)
        die("no", "Public Suffix List");
    o.suffixes = suffixes;
    static struct row rows[EVENTS];
    static struct tree tree;
    for (; figures.expressions < n; figures.expressions++) {
        if (figures.expressions % 16 == 0)
            for (size_t i = 0; i < EVENTS; i++)
                draw_row(&rows[i]);
        check_tree(&tree, rows, &o, &figures);
        check_broken(&tree, rows, &o, &figures);
    }
    known_suffixes_close(suffixes);
    printf("ok where_random: %llu expressions on %d events each, %llu matches; %llu with patterns left %llu lines out; "
           "broken: %llu faults, %llu filters\n",
           (unsigned long long)figures.expressions, EVENTS, (unsigned long long)figures.matches,
           (unsigned long long)figures.with_patterns, (unsigned long long)figures.left_out,
           (unsigned long long)figures.broken_fault, (unsigned long long)figures.broken_ok);
    return figures.matches && figures.left_out && figures.broken_fault && figures.broken_ok ? 0 : 1;
}
