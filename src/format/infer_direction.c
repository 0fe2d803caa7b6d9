/* SPDX-License-Identifier: Apache-2.0 */
/* Which integer column is the duration, which counts what the client sent (OUT) and which what it received
 * (IN): from what HTTP forces on the numbers, not from their order in the line.
 *
 *   OUT  A request without a body holds its method, URL, agent and Referer (RFC 9112 3): the counter is at
 *        least their length, and only other headers (cookies) more. Among the rows of one host the longer
 *        request has the larger figure more often than chance allows.
 *   IN   A reply holds a status line and headers: hardly ever below 80 bytes; bodies vary over powers of ten.
 *   duration  Milliseconds: rows answered from the cache or refused take nearly none.
 *   total     OUT + IN in every row.
 *
 * Then the proof: in large GETs the larger figure is what was received. Where neither decides, nothing is
 * called OUT or IN. */
#include "format/infer.h"

#include "base/hash.h"

#include <math.h>
#include <stdlib.h>

#define SURE 0.95
enum {
    REQUEST_LINE_MIN = 10,      /* " HTTP/1.1" and a line end behind the URL */
    OTHER_HEADERS_MAX = 6000,   /* cookies, Accept, ...: beyond it servers refuse (8 KiB in all) */
    REPLY_MIN = 80,             /* the shortest reply heads seen are just above 100 bytes; CONNECT's is 39 */
    LARGE = 20000, LARGE_ROWS_MIN = 5, ABOVE_ROWS_MIN = 3, ROWS_MIN = 20
};
#define BAND_SURE 0.97     /* HEAD, aborted and rewritten requests leave the band */
#define FLOOR_SURE 0.97
#define CONCORDANT 3.0     /* standard deviations: one column in 700 by chance, were it not in the band too */
#define LEANING 1.5        /* the same beside a known IN: the band and the rows above IN speak too */
#define STEADIER 0.15
#define DURATION_MAX (UINT64_C(30) * 86400 * 1000)
static const uint64_t NO_FIGURE = UINT64_MAX;

struct request { bool bodyless, connect, replied; uint64_t length; };

struct counter {
    struct column *column;
    uint64_t *v;             /* NO_FIGURE where the cell is no integer */
    uint64_t sum, max, p10, p90;
    size_t n;
    double band;             /* of bodyless requests: figures a request of that length can have */
    double floor;            /* of answered ones: figures a reply can have */
    double small;            /* of all: figures below any reply's */
    double steady, concordant;
};

/* Its length as sent: \" and %XX are one byte there. */
static uint64_t sent_length(span s)
{
    uint64_t n = 0;
    if (is_kind(s, KIND_BLANK)) return 0;
    for (size_t i = 0; i < s.n; i++, n++) {
        if (s.p[i] == '\\' && i + 1 < s.n) i++;
        else if (s.p[i] == '%' && i + 2 < s.n && ascii_hex(s.p[i + 1]) >= 0 && ascii_hex(s.p[i + 2]) >= 0) i += 2;
    }
    return n;
}

static struct request *requests_read(arena *a, struct grid *g)
{
    const struct column *method = grid_find(g, ROLE_METHOD), *url = grid_find(g, ROLE_URL);
    const struct column *text[] = {url, grid_find(g, ROLE_AGENT), grid_find(g, ROLE_REFERER)};
    const struct column *status = grid_find(g, ROLE_STATUS);
    struct request *r = arena_new(a, struct request, g->rows);
    for (size_t i = 0; i < g->rows; i++) {
        r[i].connect = method ? span_eq_nocase(method->cells[i], SPAN("CONNECT"))
                              : url && is_kind(url->cells[i], KIND_AUTHORITY);
        r[i].bodyless = method ? span_eq(method->cells[i], SPAN("GET")) : !r[i].connect;
        uint64_t code = 200;
        if (status && !span_u64(status->cells[i], &code)) code = 0;
        r[i].replied = code >= 200;
        r[i].length = REQUEST_LINE_MIN;
        for (size_t t = 0; t < COUNT_OF(text); t++)
            if (text[t]) r[i].length += sent_length(text[t]->cells[i]);
    }
    return r;
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The rows' numbers, those of one key side by side, in the order of the log within. */
static uint32_t *rows_by(arena *a, const uint64_t *keys, size_t rows)
{
    uint64_t *sorted = arena_new(a, uint64_t, rows);
    uint32_t *order = arena_new(a, uint32_t, rows);
    for (size_t i = 0; i < rows; i++) sorted[i] = (keys[i] & ~UINT64_C(0xffff)) | i;   /* at most INFER_LINES_MAX rows */
    qsort(sorted, rows, sizeof sorted[0], compare_u64);
    for (size_t i = 0; i < rows; i++) order[i] = (uint32_t)(sorted[i] & 0xffff);
    return order;
}

/* Neighbouring requests with one key: how often the longer one has the larger figure, as standard deviations
 * of a fair coin. Cookies differ between hosts and unlogged agents between clients: in the log as a whole they hide it. */
static double concordance(arena *a, const struct counter *c, const struct request *r, const uint64_t *keys, size_t rows)
{
    size_t pairs = 0, agree = 0;
    const uint32_t *order = rows_by(a, keys, rows);
    for (size_t k = 1; k < rows; k++) {
        size_t i = order[k - 1], j = order[k];
        if (keys[i] != keys[j] || !r[i].bodyless || !r[j].bodyless || c->v[i] == NO_FIGURE || c->v[j] == NO_FIGURE) continue;
        if (r[i].length == r[j].length || c->v[i] == c->v[j]) continue;
        pairs++;
        agree += (r[i].length < r[j].length) == (c->v[i] < c->v[j]);
    }
    return pairs ? (2.0 * (double)agree - (double)pairs) / sqrt((double)pairs) : 0;
}

/* Neighbouring replies for one URL: the share whose figures are within a quarter of each other. */
static double steadiness(arena *a, const struct counter *c, const struct request *r, const uint64_t *urls, size_t rows)
{
    size_t pairs = 0, near = 0;
    const uint32_t *order = rows_by(a, urls, rows);
    for (size_t k = 1; k < rows; k++) {
        size_t i = order[k - 1], j = order[k];
        if (urls[i] != urls[j] || !r[i].bodyless || !r[i].replied || !r[j].replied) continue;
        if (c->v[i] == NO_FIGURE || c->v[j] == NO_FIGURE) continue;
        uint64_t low = min_u64(c->v[i], c->v[j]), high = max_u64(c->v[i], c->v[j]);
        pairs++;
        near += high - low <= high / 4;
    }
    return pairs >= ROWS_MIN ? (double)near / (double)pairs : 0;
}

/* What the rows are grouped by. */
struct keys { uint64_t *url, *host, *host_client; };

static struct keys keys_read(arena *a, struct grid *g)
{
    const struct column *url = grid_find(g, ROLE_URL), *host = grid_find(g, ROLE_HOST), *client = grid_find(g, ROLE_CLIENT);
    struct keys k = {arena_new(a, uint64_t, g->rows), arena_new(a, uint64_t, g->rows), arena_new(a, uint64_t, g->rows)};
    for (size_t i = 0; i < g->rows; i++) {
        span name = url ? url_host_spelled(url->cells[i]) : host ? host->cells[i] : (span){NULL, 0};
        k.url[i] = hash64(url ? url->cells[i] : name);
        k.host[i] = hash64(name);
        k.host_client[i] = hash64_two(name, client ? client->cells[i] : (span){NULL, 0});
    }
    return k;
}

static bool counter_read(arena *a, const struct grid *g, struct column *column, const struct request *r,
                         const struct keys *keys, struct counter *c)
{
    if (column->role != ROLE_UNKNOWN || column->filled * 2 < g->rows ||
        column_share(column, KIND_INTEGER) < SURE || column->distinct < 2) return false;
    *c = (struct counter){.column = column, .v = arena_new(a, uint64_t, g->rows)};
    uint64_t *sorted = arena_new(a, uint64_t, g->rows);
    size_t bodyless = 0, band = 0, replied = 0, floor = 0, small = 0, gets = 0;
    for (size_t i = 0; i < g->rows; i++) {
        uint64_t v;
        c->v[i] = NO_FIGURE;
        if (!span_u64(column->cells[i], &v) || v == NO_FIGURE) continue;
        c->v[i] = v;
        c->sum = add_sat(c->sum, v);
        c->max = max_u64(c->max, v);
        c->n++;
        small += v < REPLY_MIN;
        if (!r[i].bodyless) continue;
        sorted[gets++] = v;
        bodyless++;
        band += v >= r[i].length && v - r[i].length <= OTHER_HEADERS_MAX;
        replied += r[i].replied;
        floor += r[i].replied && v >= REPLY_MIN;
    }
    qsort(sorted, gets, sizeof sorted[0], compare_u64);
    if (gets) { c->p10 = sorted[gets / 10]; c->p90 = sorted[gets - 1 - gets / 10]; }
    c->band = bodyless >= ROWS_MIN ? (double)band / (double)bodyless : 0;
    c->floor = replied ? (double)floor / (double)replied : 0;
    c->small = c->n ? (double)small / (double)c->n : 0;
    c->concordant = fmax(concordance(a, c, r, keys->host, g->rows), concordance(a, c, r, keys->host_client, g->rows));
    c->steady = steadiness(a, c, r, keys->url, g->rows);
    return c->n > 0;
}

static struct counter *counter_of(struct counter *c, size_t n, enum role role)
{
    for (size_t i = 0; i < n; i++)
        if (c[i].column->role == role) return &c[i];
    return NULL;
}

/* %sn: each row one more than the row before. */
static void claim_sequence(struct counter *c, size_t n, size_t rows)
{
    for (size_t k = 0; k < n; k++) {
        size_t steps = 0;
        for (size_t i = 1; i < rows; i++) steps += c[k].v[i] > c[k].v[i - 1] && c[k].v[i] - c[k].v[i - 1] <= 16;
        if (rows >= ROWS_MIN && steps + 1 == rows) c[k].column->role = ROLE_SEQUENCE;
    }
}

/* a = b + c in all rows but a few, and not only where one of them is 0. */
static bool is_sum(const struct counter *a, const struct counter *b, const struct counter *c, size_t rows)
{
    size_t n = 0, telling = 0, equal = 0;
    for (size_t i = 0; i < rows; i++) {
        if (a->v[i] == NO_FIGURE || b->v[i] == NO_FIGURE || c->v[i] == NO_FIGURE) continue;
        n++;
        telling += b->v[i] > 0 && c->v[i] > 0;
        equal += a->v[i] == add_sat(b->v[i], c->v[i]);
    }
    return telling >= ROWS_MIN && (double)equal >= SURE * (double)n;
}

static void claim_total(struct counter *c, size_t n, size_t rows)
{
    for (size_t x = 0; x < n; x++)
        for (size_t y = 0; y < n; y++)
            for (size_t z = y + 1; z < n; z++)
                if (x != y && x != z && is_sum(&c[x], &c[y], &c[z], rows)) {
                    c[x].column->role = ROLE_TOTAL;
                    return;
                }
}

/* OUT: in the band of request lengths, and growing with them. A second such column, never more than it and
 * the same where there is no body, is the header alone (%>sh). */
static void claim_out(struct counter *c, size_t n, const struct request *r, size_t rows)
{
    struct counter *out = NULL, *other = NULL;
    for (size_t k = 0; k < n; k++) {
        if (c[k].column->role != ROLE_UNKNOWN || c[k].band < BAND_SURE || c[k].concordant < CONCORDANT) continue;
        if (other) return;   /* three alike: not ours to choose */
        other = out;
        out = &c[k];
    }
    if (out && other) {
        if (other->sum > out->sum) { struct counter *swap = out; out = other; other = swap; }
        size_t above = 0, bodyless = 0, same = 0;
        for (size_t i = 0; i < rows; i++) {
            above += other->v[i] != NO_FIGURE && (out->v[i] == NO_FIGURE || other->v[i] > out->v[i]);
            bodyless += r[i].bodyless;
            same += r[i].bodyless && other->v[i] == out->v[i];
        }
        if ((double)above > 0.005 * (double)rows || (double)same < SURE * (double)bodyless) return;
        other->column->role = ROLE_OUT_HEADER;
    }
    if (out) out->column->role = ROLE_OUT;
}

/* IN: above a reply's least size, over powers of ten, and beyond the band: a column within it may be OUT. A slow
 * log's duration may look alike; the size of one URL is steady, its duration is not. */
static void claim_in(struct counter *c, size_t n)
{
    struct counter *in = NULL, *other = NULL;
    for (size_t k = 0; k < n; k++) {
        bool fits = c[k].column->role == ROLE_UNKNOWN && c[k].floor >= FLOOR_SURE && c[k].band < BAND_SURE &&
                    c[k].p90 >= 4 * c[k].p10 && c[k].p90 >= 2048;
        if (!fits) continue;
        if (other) return;
        other = in;
        in = &c[k];
    }
    if (in && other) {
        if (other->steady > in->steady) { struct counter *swap = in; in = other; other = swap; }
        if (in->steady < other->steady + STEADIER) return;
    }
    if (in) in->column->role = ROLE_IN;
}

/* Rows in which a's figure is above b's. */
static size_t rows_above(const struct counter *a, const struct counter *b, size_t rows)
{
    size_t n = 0;
    for (size_t i = 0; i < rows; i++) n += a->v[i] != NO_FIGURE && b->v[i] != NO_FIGURE && a->v[i] > b->v[i];
    return n;
}

/* OUT beside a known IN, where the rows are too few to show that it grows with the request: the only column in
 * the band that is above IN in some rows (a reply's head never is), and steady for a URL or at least leaning
 * the right way (a duration is neither). */
static void claim_out_beside(struct counter *c, size_t n, size_t rows)
{
    struct counter *in = counter_of(c, n, ROLE_IN), *out = NULL;
    size_t above = 0;
    if (!in || counter_of(c, n, ROLE_OUT)) return;
    for (size_t k = 0; k < n; k++) {
        if (c[k].column->role != ROLE_UNKNOWN || c[k].band < BAND_SURE || rows_above(&c[k], in, rows) == 0) continue;
        if (out) return;
        out = &c[k];
        above = rows_above(out, in, rows);
    }
    if (out && ((above >= ABOVE_ROWS_MIN && out->steady >= 0.5) || out->concordant >= LEANING)) out->column->role = ROLE_OUT;
}

/* IN beside a known OUT, where all replies are small: as large as replies are, steady for a URL, not growing with the
 * request; beside it only a reply's head (%<sh): narrow, and never more. */
static void claim_in_beside(struct counter *c, size_t n, size_t rows)
{
    struct counter *in = NULL;
    if (!counter_of(c, n, ROLE_OUT) || counter_of(c, n, ROLE_IN)) return;
    for (size_t k = 0; k < n; k++) {
        bool fits = c[k].column->role == ROLE_UNKNOWN && c[k].floor >= FLOOR_SURE && c[k].steady >= 0.5 && c[k].concordant < 2;
        if (fits && (!in || c[k].sum > in->sum)) in = &c[k];
    }
    for (size_t k = 0; in && k < n; k++) {
        bool rival = &c[k] != in && c[k].column->role == ROLE_UNKNOWN && c[k].floor >= FLOOR_SURE;
        if (rival && (c[k].p90 >= 4 * c[k].p10 || rows_above(&c[k], in, rows) > 0)) return;
    }
    if (in) in->column->role = ROLE_IN;
}

/* What is left and often next to nothing is time; so is, beside a known IN, a column that is as large as replies
 * are but differs each time for the same URL. Of several the one that covers the others. */
static void claim_duration(struct counter *c, size_t n)
{
    struct counter *best = NULL, *in = counter_of(c, n, ROLE_IN);
    for (size_t k = 0; k < n; k++) {
        bool open = c[k].column->role == ROLE_UNKNOWN && c[k].max >= 50 && c[k].max < DURATION_MAX && c[k].column->distinct >= 5;
        bool times = c[k].small >= 0.1 && c[k].band < 0.9 && c[k].floor < FLOOR_SURE;
        bool slow = in && c[k].floor >= FLOOR_SURE && c[k].band < BAND_SURE && in->steady >= c[k].steady + STEADIER;
        if (!open || (!times && !slow)) continue;
        if (!best || c[k].sum > best->sum) best = &c[k];
    }
    if (best) best->column->role = ROLE_DURATION;
}

static const char *ordinal(const struct counter *in, const struct counter *out)
{
    return in->column > out->column ? "second" : "first";
}

/* The sentence, and whether it is a proof: large GETs, else the band of request lengths. */
static bool prove(arena *a, const struct counter *in, const struct counter *out, const struct request *r,
                  size_t rows, span *why)
{
    size_t large = 0, agree = 0, bodyless = 0;
    for (size_t i = 0; i < rows; i++) {
        bodyless += r[i].bodyless;
        if (!r[i].bodyless || in->v[i] == NO_FIGURE || out->v[i] == NO_FIGURE) continue;
        if (max_u64(in->v[i], out->v[i]) < LARGE) continue;
        large++;
        agree += in->v[i] > out->v[i];
    }
    if (large >= LARGE_ROWS_MIN) {
        *why = arena_printf(a, "of %zu GET rows above %d kB, %zu have the larger figure in the %s counter", large,
                            LARGE / 1000, agree, ordinal(in, out));
        return (double)agree >= SURE * (double)large;
    }
    if (out->concordant >= CONCORDANT && in->concordant < 2) {
        *why = arena_printf(a, "of two requests to one host the longer has the larger figure in the %s counter "
                               "(%.0f standard deviations from chance; in the other %.0f)", ordinal(out, in), out->concordant, in->concordant);
        return true;
    }
    *why = arena_printf(a, "of %zu GET rows, %.1f %% have a %s counter that covers URL, agent and referer and little more, "
                           "and %.1f %% of the other counter do", bodyless, 100 * out->band, ordinal(out, in), 100 * in->band);
    return bodyless >= ROWS_MIN && in->band <= 0.8;
}

static void conclude(arena *a, struct counter *c, size_t n, const struct request *r, size_t rows,
                     struct direction *d)
{
    struct counter *in = counter_of(c, n, ROLE_IN), *out = counter_of(c, n, ROLE_OUT);
    size_t open = 0;
    for (size_t k = 0; k < n; k++) {   /* what never exceeds IN may be a reply's head: no rival */
        bool rival = c[k].column->role == ROLE_UNKNOWN && c[k].floor >= 0.5;
        open += rival && (!in || out || rows_above(&c[k], in, rows) > 0);
    }
    if (in && out) {
        d->proved = prove(a, in, out, r, rows, &d->why);
        d->unknown = !d->proved;
    } else if (in || out) {
        d->unknown = open > 0;
        d->proved = !d->unknown;
        d->why = d->unknown ? SPAN("one counter is clear, but more than one other column may be its counterpart")
                 : in ? SPAN("one counter: its figures are those of replies, from short heads to large bodies")
                      : SPAN("one counter: its figures follow the length of the requests");
    } else {
        d->unknown = open > 0;
        d->why = open ? SPAN("the rows do not show which counter is sent and which is received") : SPAN("no byte counter");
    }
    if (!d->unknown) return;
    for (size_t k = 0; k < n; k++) {
        enum role role = c[k].column->role;
        if (role == ROLE_IN || role == ROLE_OUT || role == ROLE_OUT_HEADER ||
            (role == ROLE_UNKNOWN && c[k].floor >= 0.5)) c[k].column->role = ROLE_COUNTER;
    }
}

void infer_direction(arena *a, struct grid *g, struct direction *d)
{
    struct counter counters[INFER_COLUMNS_MAX];
    size_t n = 0;
    const struct request *r = requests_read(a, g);
    const struct keys keys = keys_read(a, g);
    *d = (struct direction){.why = SPAN("no byte counter")};
    for (size_t i = 0; i < g->n; i++) n += counter_read(a, g, &g->columns[i], r, &keys, &counters[n]);
    claim_sequence(counters, n, g->rows);
    claim_total(counters, n, g->rows);
    claim_out(counters, n, r, g->rows);
    claim_in(counters, n);
    claim_out_beside(counters, n, g->rows);
    claim_in_beside(counters, n, g->rows);
    claim_duration(counters, n);
    conclude(a, counters, n, r, g->rows, d);
}
