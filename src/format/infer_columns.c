/* SPDX-License-Identifier: Apache-2.0 */
/* Columns to roles. A kind alone decides where only one role has it (action, method, mime type); where several
 * roles share a kind, what depends on what decides: a server's address follows from the host, a user from
 * the client, an SNI is a CONNECT's host; a client is never blank. */
#include "format/infer.h"

#include "base/when.h"

#define SURE 0.95

static bool mostly(const struct column *c, enum kind k) { return c->filled > 0 && column_share(c, k) >= SURE; }

static double filled_share(const struct grid *g, const struct column *c)
{
    return (double)c->filled / (double)g->rows;
}

/* The first column without a role that is mostly of the kind gets the role. */
static struct column *claim(struct grid *g, enum kind k, enum role role)
{
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        if (c->role != ROLE_UNKNOWN || !mostly(c, k)) continue;
        c->role = role;
        return c;
    }
    return NULL;
}

/* Rows whose stamp is before that of the row above. */
static size_t disorder(const struct grid *g, const struct column *c)
{
    size_t steps = 0;
    int64_t now = 0, before = INT64_MIN;
    int zone;
    uint64_t seconds, rest;
    for (size_t i = 0; i < g->rows; i++) {
        cut parts = span_cut(c->cells[i], '.');
        if (span_u64(parts.head, &seconds) && span_u64(parts.tail.n ? parts.tail : SPAN("0"), &rest))
            now = (int64_t)(seconds % UINT32_MAX * 1000 + rest % 1000);
        else if (!when_clf(c->cells[i], &now, &zone) && !when_iso(c->cells[i], &now, &zone)) continue;
        steps += now < before;
        before = now;
    }
    return steps;
}

static void claim_times(struct grid *g)
{
    static const struct { enum kind kind; enum role role; } stamps[] = {
        {KIND_EPOCH_MS, ROLE_EPOCH_MS}, {KIND_CLF, ROLE_CLF}, {KIND_ISO, ROLE_ISO}, {KIND_EPOCH, ROLE_EPOCH},
    };
    struct column *stamp = NULL;
    for (size_t i = 0; i < COUNT_OF(stamps) && !stamp; i++) stamp = claim(g, stamps[i].kind, stamps[i].role);
    if (!stamp || stamp->role != ROLE_EPOCH_MS) return;
    struct column *other = claim(g, KIND_EPOCH_MS, ROLE_START);
    for (size_t i = 1; i < COUNT_OF(stamps) && !other; i++) other = claim(g, stamps[i].kind, stamps[i].role);
    if (!other) return;
    /* Two stamps are the start and the end of the transfer. Rows are written at the end, in its order. */
    if (disorder(g, stamp) > disorder(g, other)) {
        if (other->role == ROLE_START) other->role = ROLE_EPOCH_MS;
        stamp->role = ROLE_START;
    } else if (other->role != ROLE_START) {
        other->role = ROLE_UNKNOWN;   /* the same time once more, with less in it */
    }
}

/* Rows whose cell names the host of the row's URL, among the filled ones. */
static double names_host(const struct grid *g, const struct column *c, const struct column *url)
{
    size_t same = 0;
    for (size_t i = 0; url && i < g->rows; i++)
        same += c->cells[i].n > 0 && span_eq_nocase(c->cells[i], url_host_spelled(url->cells[i]));
    return c->filled ? (double)same / (double)c->filled : 0;
}

/* A method with a path behind it in one quoted text: a web server's log, whose absolute URLs are Referers. */
static bool asks_for_paths(const struct grid *g)
{
    for (size_t i = 1; i < g->n; i++)
        if (g->columns[i - 1].role == ROLE_METHOD && g->columns[i].joined == ' ' &&
            column_share(&g->columns[i], KIND_PATH) >= 0.5) return true;
    return false;
}

/* The URL: absolute ones and the authorities of CONNECTs, hardly ever blank. A Referer is blank in many rows
 * and never an authority. */
static void claim_url(struct grid *g)
{
    struct column *best = NULL;
    double best_score = 0;
    if (asks_for_paths(g)) return;
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        double sure = column_share(c, KIND_URL) + column_share(c, KIND_AUTHORITY);
        if (c->role != ROLE_UNKNOWN || sure < SURE || filled_share(g, c) < SURE) continue;
        double score = filled_share(g, c) + column_share(c, KIND_AUTHORITY) + (double)c->distinct / (double)g->rows;
        if (score > best_score) { best = c; best_score = score; }
    }
    if (best) best->role = ROLE_URL;
}

static double connect_share(const struct grid *g, const struct column *c, const struct column *method)
{
    size_t filled = 0, connect = 0;
    for (size_t i = 0; i < g->rows; i++) {
        if (is_kind(c->cells[i], KIND_BLANK)) continue;
        filled++;
        connect += method && span_eq_nocase(method->cells[i], SPAN("CONNECT"));
    }
    return filled ? (double)connect / (double)filled : 0;
}

/* Columns of host names: the request's host, its SNI (CONNECT rows only), the server's name, the client's. */
static void claim_names(arena *a, struct grid *g)
{
    struct column *url = grid_find(g, ROLE_URL), *method = grid_find(g, ROLE_METHOD);
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        if (c->role != ROLE_UNKNOWN || !mostly(c, KIND_HOST) || mostly(c, KIND_ADDRESS)) continue;
        bool full = filled_share(g, c) >= SURE;
        if (!url) {
            if (full && !grid_find(g, ROLE_HOST)) c->role = ROLE_HOST;
            continue;
        }
        double same = names_host(g, c, url);
        bool with_hierarchy = c->joined && i > 0 && g->columns[i - 1].role == ROLE_HIERARCHY;
        if (with_hierarchy) c->role = ROLE_SERVER_NAME;
        else if (!full && connect_share(g, c, method) >= SURE) c->role = ROLE_SNI;
        else if (full && same >= SURE) c->role = ROLE_HOST;
        else if (full && same < 0.2 && column_determined(a, c, url, g->rows) < SURE) c->role = ROLE_CLIENT_NAME;
    }
}

/* The host of each row as a column of its own, to ask what depends on it. */
static struct column host_column(arena *a, struct grid *g)
{
    struct column *url = grid_find(g, ROLE_URL), *named = grid_find(g, ROLE_HOST);
    struct column host = {.cells = arena_new(a, span, g->rows)};
    for (size_t i = 0; i < g->rows; i++)
        host.cells[i] = url ? url_host_spelled(url->cells[i]) : named ? named->cells[i] : (span){NULL, 0};
    return host;
}

static bool is_private(span s)
{   /* RFC 1918, 100.64/10 of RFC 6598, loopback, link-local, fc00::/7 */
    static const char *const heads[] = {"10.", "192.168.", "127.", "169.254.", "fc", "fd", "fe80", "::1"};
    for (size_t i = 0; i < COUNT_OF(heads); i++)
        if (span_starts_nocase(s, span_str(heads[i]))) return true;
    bool b172 = span_starts(s, SPAN("172.")), b100 = span_starts(s, SPAN("100."));
    uint64_t second;
    if ((!b172 && !b100) || !span_u64(span_cut(span_skip(s, 4), '.').head, &second)) return false;
    return b172 ? second >= 16 && second < 32 : second >= 64 && second < 128;
}

static double private_share(const struct grid *g, const struct column *c)
{
    size_t n = 0;
    for (size_t i = 0; i < g->rows; i++) n += is_private(c->cells[i]);
    return c->filled ? (double)n / (double)c->filled : 0;
}

/* How much a column of addresses looks like the client: never blank, several, private, independent of the
 * host asked for. 0: it cannot be. */
static double client_score(arena *a, const struct grid *g, const struct column *c, const struct column *host)
{
    if (filled_share(g, c) < SURE) return 0;
    double by_host = column_determined(a, c, host, g->rows), apart = 1 - by_host;
    bool public_by_host = by_host >= SURE && c->distinct >= 5 && private_share(g, c) < 0.5;
    if (public_by_host) return 0;
    return 1 + apart + private_share(g, c) + (c->distinct > 1 ? 1 : 0);
}

static void claim_addresses(arena *a, struct grid *g)
{
    struct column host = host_column(a, g), *client = NULL;
    double best = 0;
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        bool behind_hierarchy = c->joined && i > 0 && g->columns[i - 1].role == ROLE_HIERARCHY;
        if (c->role != ROLE_UNKNOWN) continue;
        if (behind_hierarchy) { c->role = mostly(c, KIND_ADDRESS) || !c->filled ? ROLE_SERVER : ROLE_UNKNOWN; continue; }
        double score = mostly(c, KIND_ADDRESS) ? client_score(a, g, c, &host) : 0;
        if (score > best) { best = score; client = c; }
    }
    if (client) client->role = ROLE_CLIENT;
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        if (c->role != ROLE_UNKNOWN || !c->filled || column_share(c, KIND_ADDRESSES) < SURE) continue;
        double by_host = column_determined(a, c, &host, g->rows);
        double by_client = client ? column_determined(a, c, client, g->rows) : 0;
        if (c->distinct == 1 && filled_share(g, c) >= SURE) c->role = ROLE_LOCAL;
        else if (by_host > by_client && !grid_find(g, ROLE_SERVER)) c->role = ROLE_SERVER;
        else if (filled_share(g, c) < SURE || !mostly(c, KIND_ADDRESS)) c->role = ROLE_XFF;
    }
}

/* The port the row's URL names or implies; 0 where unknown. */
static uint64_t url_port(span url)
{
    size_t at = span_find(span_take(url, 32), SPAN("://"));
    span rest = at == SIZE_MAX ? url : span_skip(url, at + 3);
    uint64_t port;
    cut c = span_rcut(span_cut(rest, '/').head, ':');
    if (c.found && span_u64(c.tail, &port)) return port;
    return span_starts(url, SPAN("http://")) ? 80 : span_starts(url, SPAN("https://")) ? 443 : 0;
}

static double names_port(const struct grid *g, const struct column *c, const struct column *url)
{
    size_t same = 0;
    uint64_t v;
    for (size_t i = 0; url && i < g->rows; i++)
        same += span_u64(c->cells[i], &v) && v != 0 && v == url_port(url->cells[i]);
    return c->filled ? (double)same / (double)c->filled : 0;
}

/* An ephemeral port: above 1023 always, and spread wide (a counter has small values and repeats), in no order (a
 * sequence number rises in every row). */
static bool looks_ephemeral(const struct grid *g, const struct column *c)
{
    size_t low = 0, high = 0, rises = 0;
    uint64_t v, before = UINT64_MAX;
    for (size_t i = 0; i < g->rows; i++) {
        if (!span_u64(c->cells[i], &v)) continue;
        low += v < 1024;
        high += v >= 16384;
        rises += v > before;
        before = v;
    }
    return mostly(c, KIND_PORT) && low == 0 && (double)rises < 0.9 * (double)c->filled && (double)high >= 0.8 * (double)c->filled &&
           (double)c->distinct >= 0.3 * (double)c->filled;
}

static void claim_ports(struct grid *g)
{
    struct column *url = grid_find(g, ROLE_URL);
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        if (c->role != ROLE_UNKNOWN || !c->filled || column_share(c, KIND_INTEGER) < SURE) continue;
        enum role before = c->joined && i > 0 ? g->columns[i - 1].role : ROLE_UNKNOWN;
        bool server = before == ROLE_SERVER || before == ROLE_SERVER_NAME;
        if (before == ROLE_CLIENT && looks_ephemeral(g, c)) c->role = ROLE_CLIENT_PORT;
        else if (server && mostly(c, KIND_PORT)) c->role = ROLE_SERVER_PORT;
        else if (names_port(g, c, url) >= 0.9)
            c->role = filled_share(g, c) < SURE ? ROLE_SERVER_PORT : ROLE_PORT;
        else if (looks_ephemeral(g, c) && !grid_find(g, ROLE_CLIENT_PORT)) c->role = ROLE_CLIENT_PORT;
    }
}

static void claim_status(struct grid *g)
{
    struct column *first = claim(g, KIND_STATUS, ROLE_STATUS);
    if (!first) return;
    struct column *second = claim(g, KIND_STATUS, ROLE_SERVER_STATUS);
    if (!second) return;
    /* The server's status is missing where nothing was forwarded. */
    if (first->filled < second->filled) {
        first->role = ROLE_SERVER_STATUS;
        second->role = ROLE_STATUS;
    }
}

/* Agents begin with product/version; among several such columns the client decides the agent, the host
 * decides a server's banner. */
static void claim_agent(arena *a, struct grid *g)
{
    struct column host = host_column(a, g), *client = grid_find(g, ROLE_CLIENT), *best = NULL;
    double best_score = 0;
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        if (c->role != ROLE_UNKNOWN || column_share(c, KIND_AGENT) < 0.7) continue;
        double score = column_share(c, KIND_AGENT) + filled_share(g, c) - column_determined(a, c, &host, g->rows);
        if (client) score += 2 * column_determined(a, c, client, g->rows);
        if (!best || score > best_score) { best = c; best_score = score; }
    }
    if (best) best->role = ROLE_AGENT;
}

static void claim_words(arena *a, struct grid *g)
{
    struct column host = host_column(a, g), *client = grid_find(g, ROLE_CLIENT), *best = NULL;
    double best_gain = 0;
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        if (c->role != ROLE_UNKNOWN || !mostly(c, KIND_WORD) || column_share(c, KIND_INTEGER) > 0.5) continue;
        bool odd = mostly(c, KIND_STATUS) || mostly(c, KIND_SCHEME) || mostly(c, KIND_BASE64) || mostly(c, KIND_CLOCK);
        if (odd || c->distinct < 2 || !client) continue;
        double by_client = column_determined(a, c, client, g->rows), by_host = column_determined(a, c, &host, g->rows);
        if (by_client < 0.6 || by_client < by_host || by_client <= best_gain) continue;
        best = c;
        best_gain = by_client;
    }
    if (best) best->role = ROLE_USER;
}

/* A column that is always "-" shows nothing but its place; where Squid's own formats have a column in that
 * place, it is that one, elsewhere it stays unknown. */
static void claim_blanks(struct grid *g)
{
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        if (c->role != ROLE_UNKNOWN || c->filled > 0) continue;
        enum role before = i > 0 ? g->columns[i - 1].role : ROLE_UNKNOWN;
        enum role after = i + 1 < g->n ? g->columns[i + 1].role : ROLE_UNKNOWN;
        bool next_blank = i + 1 < g->n && g->columns[i + 1].filled == 0 && after == ROLE_UNKNOWN;
        bool has_user = grid_find(g, ROLE_USER) != NULL;
        if (c->quoted) {
            if ((before == ROLE_AGENT || after == ROLE_AGENT) && !grid_find(g, ROLE_REFERER)) c->role = ROLE_REFERER;
        } else if (before == ROLE_CLIENT && (next_blank || after == ROLE_USER) && !grid_find(g, ROLE_IDENT)) {
            c->role = ROLE_IDENT;
        } else if (!has_user && (after == ROLE_HIERARCHY || before == ROLE_IDENT || (before == ROLE_CLIENT && after == ROLE_CLF))) {
            c->role = ROLE_USER;
        }
    }
}

void infer_roles(arena *a, struct grid *g)
{
    static const struct { enum kind kind; enum role role; } simple[] = {
        {KIND_METHOD, ROLE_METHOD}, {KIND_ACTION, ROLE_ACTION}, {KIND_HIERARCHY, ROLE_HIERARCHY},
        {KIND_MIME, ROLE_MIME},     {KIND_ERROR, ROLE_ERROR},   {KIND_SCHEME, ROLE_SCHEME},
    };
    claim_times(g);
    for (size_t i = 0; i < COUNT_OF(simple); i++) claim(g, simple[i].kind, simple[i].role);
    claim(g, KIND_VERSION, ROLE_VERSION);
    claim_url(g);
    claim(g, KIND_URL, ROLE_REFERER);
    claim_names(a, g);
    claim_addresses(a, g);
    claim_status(g);
    claim_ports(g);
    claim_agent(a, g);
    if (grid_find(g, ROLE_HOST) && !grid_find(g, ROLE_URL)) claim(g, KIND_PATH, ROLE_PATH);
    struct column *method = grid_find(g, ROLE_METHOD);
    for (size_t i = 0; i < g->n; i++) {
        struct column *c = &g->columns[i];
        if (c->role == ROLE_UNKNOWN && mostly(c, KIND_BASE64) && connect_share(g, c, method) >= SURE)
            c->role = ROLE_HANDSHAKE;
    }
    claim_words(a, g);
    claim_blanks(g);
}
