/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that hold several values: TCP_MISS/200, HIER_DIRECT/192.0.2.1, TCP_MISS:HIER_DIRECT, 10.0.0.1:51034,
 * "GET http://example.jp/ HTTP/1.1", HTTP/1.1. A token is split only where every part is something. */
#include "format/infer.h"

#define SPLIT_SHARE 0.95   /* of the filled cells: the rest are aborted or broken requests */

/* A column that is one thing as a whole is never split: a URL holds every separator there is. */
static bool is_whole(const struct column *c)
{
    static const enum kind wholes[] = {
        KIND_INTEGER, KIND_EPOCH, KIND_EPOCH_MS, KIND_CLF, KIND_ISO, KIND_CLOCK, KIND_ADDRESS, KIND_METHOD,
        KIND_MIME, KIND_ACTION, KIND_HIERARCHY, KIND_ADDRESSES, KIND_VERSION, KIND_BASE64,
    };
    if (c->filled == 0) return true;
    for (size_t i = 0; i < COUNT_OF(wholes); i++)
        if (column_share(c, wholes[i]) >= SPLIT_SHARE) return true;
    if (column_share(c, KIND_AGENT) >= 0.7 && c->quoted) return true;
    return column_share(c, KIND_URL) >= 0.2 && column_share(c, KIND_URL) + column_share(c, KIND_AUTHORITY) >= 0.9;
}

/* Whether the part alone names itself (2), is a word or a number (1), or is just text (0). */
static int part_strength(const struct column *c)
{
    static const enum kind strong[] = {
        KIND_ADDRESS, KIND_ACTION, KIND_HIERARCHY, KIND_STATUS, KIND_METHOD, KIND_EPOCH_MS, KIND_EPOCH, KIND_VERSION,
    };
    if (c->filled == 0) return 1;
    for (size_t i = 0; i < COUNT_OF(strong); i++)
        if (column_share(c, strong[i]) >= SPLIT_SHARE) return 2;
    double url = column_share(c, KIND_URL) + column_share(c, KIND_AUTHORITY);
    if (url >= SPLIT_SHARE && column_share(c, KIND_URL) > 0) return 2;
    if (column_share(c, KIND_INTEGER) >= SPLIT_SHARE || column_share(c, KIND_HOST) >= SPLIT_SHARE ||
        column_share(c, KIND_AUTHORITY) >= SPLIT_SHARE ||
        column_share(c, KIND_MIME) >= SPLIT_SHARE || column_share(c, KIND_WORD) >= SPLIT_SHARE) return 1;
    return 0;
}

/* Cuts every cell at the first or last `literal`. False where too few filled cells hold it. */
static bool cut_cells(arena *a, const struct column *c, size_t rows, span literal, bool last,
                      struct column *left, struct column *right)
{
    size_t with = 0;
    *left = *right = (struct column){.before = literal};
    left->before = c->before;
    left->quoted = false;
    left->cells = arena_new(a, span, rows);
    right->cells = arena_new(a, span, rows);
    for (size_t i = 0; i < rows; i++) {
        span s = c->cells[i];
        size_t at = last ? span_rfind(s, literal) : span_find(s, literal);
        bool found = at != SIZE_MAX && at > 0;
        left->cells[i] = found ? span_take(s, at) : s;
        right->cells[i] = found ? span_skip(s, at + literal.n) : (span){NULL, 0};
        with += found;
    }
    if ((double)with < SPLIT_SHARE * (double)c->filled || with == 0) return false;
    column_tally(left, rows);
    column_tally(right, rows);
    return true;
}

static bool grid_insert(struct grid *g, size_t at, const struct column *left, const struct column *right)
{
    if (g->n == INFER_COLUMNS_MAX) return false;
    for (size_t c = g->n; c > at + 1; c--) g->columns[c] = g->columns[c - 1];
    int width = g->columns[at].width;
    g->columns[at] = *left;
    g->columns[at + 1] = *right;
    g->columns[width > 0 ? at : at + 1].width = width;
    g->n++;
    return true;
}

/* "GET http://example.jp/a b HTTP/1.1" or "GET http://example.jp/": the version is behind the last blank. */
static bool split_request(arena *a, struct grid *g, size_t at)
{
    struct column method, rest, url, version;
    if (!cut_cells(a, &g->columns[at], g->rows, SPAN(" "), false, &method, &rest)) return false;
    if (column_share(&method, KIND_METHOD) < SPLIT_SHARE) return false;
    method.joined = g->columns[at].joined;
    rest.joined = ' ';
    if (!grid_insert(g, at, &method, &rest)) return false;
    if (cut_cells(a, &rest, g->rows, SPAN(" HTTP/"), true, &url, &version) &&
        column_share(&version, KIND_VERSION) >= SPLIT_SHARE) {
        url.joined = version.joined = ' ';
        return grid_insert(g, at + 1, &url, &version);
    }
    return true;
}

/* HTTP/1.1 in a token of its own: the literal is part of the layout, 1.1 is the value. */
static void strip_http(arena *a, struct column *c, size_t rows)
{
    size_t with = 0;
    for (size_t i = 0; i < rows; i++) with += span_starts(c->cells[i], SPAN("HTTP/"));
    if ((double)with < SPLIT_SHARE * (double)rows) return;
    c->before = arena_printf(a, "%.*sHTTP/", (int)c->before.n, c->before.p);
    for (size_t i = 0; i < rows; i++)
        if (span_starts(c->cells[i], SPAN("HTTP/"))) c->cells[i] = span_skip(c->cells[i], 5);
    if (c->width > 0) c->width = 0;
}

static bool split_joined(arena *a, struct grid *g, size_t at)
{
    static const char *const joints[] = {"/", ":", "|", ",", ";", "@", "->"};
    struct column *c = &g->columns[at];
    for (size_t j = 0; j < 2 * COUNT_OF(joints); j++) {
        struct column left, right;
        span joint = span_str(joints[j / 2]);
        if (!cut_cells(a, c, g->rows, joint, j % 2, &left, &right)) continue;
        int l = part_strength(&left), r = part_strength(&right);
        bool numbers = column_share(&left, KIND_INTEGER) >= SPLIT_SHARE && column_share(&right, KIND_INTEGER) >= SPLIT_SHARE;
        if (!(l && r && (l == 2 || r == 2 || numbers))) continue;
        left.joined = c->joined;
        right.joined = joint.p[0];
        return grid_insert(g, at, &left, &right);
    }
    return false;
}

/* 2001:db8::1:51034 is an IPv6 address, and also what %>a:%>p writes. As a port the last group is decimal in every
 * row and varies far more than the rest. */
static bool split_v6_port(arena *a, struct grid *g, size_t at)
{
    struct column left, right, *c = &g->columns[at];
    if (column_share(c, KIND_ADDRESS) < SPLIT_SHARE || g->rows < 20) return false;
    if (!cut_cells(a, c, g->rows, SPAN(":"), true, &left, &right)) return false;
    if (column_share(&left, KIND_ADDRESS) < SPLIT_SHARE || column_share(&right, KIND_PORT) < 1) return false;
    if (left.distinct * 2 > c->distinct) return false;
    left.joined = c->joined;
    right.joined = ':';
    return grid_insert(g, at, &left, &right);
}

void grid_split(arena *a, struct grid *g)
{
    size_t at = 0;
    while (at < g->n) {
        struct column *c = &g->columns[at];
        if (column_share(c, KIND_VERSION) >= SPLIT_SHARE) strip_http(a, c, g->rows);
        bool split = is_whole(c) ? split_v6_port(a, g, at) : split_request(a, g, at) || split_joined(a, g, at);
        if (!split) at++;   /* the left part of a split is looked at again: a/b/c; each split adds a column */
    }
}
