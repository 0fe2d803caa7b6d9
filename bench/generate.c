/* SPDX-License-Identifier: Apache-2.0 */
/* generate ROWS SEED > FILE: a week of an office's Squid `combined` log, for measuring speed and memory.
 *
 * Not for judging detectors (tests/days is): what matters here is the shape that costs time. 4,000,000 rows are
 * about 1.1 GB and 450,000 (client, host) pairs of 3,100 clients: host popularity follows Zipf's law with a long
 * tail, clients return to their favourites, rows come in bursts of one page, most of them in office hours, and
 * some programs poll. The same ROWS and SEED give the same bytes. */
#include "base/hash.h"
#include "base/sink.h"

#include <math.h>
#include <unistd.h>

enum {
    CLIENTS = 3100,
    SITES = 30000,     /* page hosts; each may have an img. host beside it */
    SHARED = 60,       /* libraries, counters, advertisements */
    SERVICES = 10,     /* what every machine polls */
    FAVOURITES = 20,   /* sites a client returns to */
    PAGES = 24,        /* pages that load at the same time */
    BEACONS = 6,
    HOURS = 7 * 24,
};

typedef struct page {
    uint32_t client, site, number, rows_left;
    bool secure;
} page;

typedef struct beacon {
    uint32_t client;
    double next, period, jitter; /* seconds since Monday; seconds; share of the period */
} beacon;

/* The row being written. No row comes near the limit; what would not fit is left out. */
typedef struct line {
    size_t n;
    char p[2000];
} line;

typedef struct generator {
    sink out;
    line line;
    uint64_t dice;
    uint64_t second; /* since Monday, the one `stamp` is for */
    char stamp[40];
    size_t stamp_length;
    page pages[PAGES];
    beacon beacons[BEACONS];
} generator;

static uint64_t roll(generator *g) { return hash_mix(g->dice += 0x9e3779b97f4a7c15u); }
static uint32_t below(generator *g, uint32_t n) { return (uint32_t)((roll(g) >> 32) * n >> 32); }
static double unit(generator *g) { return (double)(roll(g) >> 11) * 0x1p-53; }

/* Zipf's law with exponent 1: the rank's logarithm is uniform. */
static uint32_t pick_rank(uint64_t random, uint32_t ranks)
{
    double u = (double)(random >> 11) * 0x1p-53;
    uint32_t rank = (uint32_t)exp(u * log((double)ranks + 1.0)) - 1;
    return rank < ranks ? rank : ranks - 1;
}

/* ---- text ---- */

static inline void put(line *o, span s)
{
    size_t n = min_u64(s.n, sizeof o->p - o->n);
    memcpy(o->p + o->n, s.p, n);
    o->n += n;
}

static inline void put_str(line *o, const char *s) { put(o, span_str(s)); }
static inline void put_char(line *o, char c) { put(o, span_of(&c, 1)); }

static void put_number(line *o, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    put(o, span_of(digits + at, sizeof digits - at));
}

/* ---- names: everything about a client or a site follows from its number ---- */

static void put_client(line *o, uint32_t client)
{
    put(o, SPAN("10.24."));
    put_number(o, client / 250);
    put_char(o, '.');
    put_number(o, client % 250 + 2);
}

static void put_domain(line *o, uint32_t site)
{
    static const char *const first[] = {"aoba",   "hikari", "minato", "sakura", "tsubame", "kaede",  "komorebi", "hotaru",
                                        "suzume", "kogane", "asagi",  "inaho",  "kasumi",  "nagisa", "satoyama", "yuzu"};
    static const char *const second[] = {"shinbun", "ichiba", "techo", "hiroba", "kobo",    "annai",  "soko",  "kaigi",
                                         "bunko",   "nikki",  "jiten", "juku",   "tsushin", "denki",  "ryoko", "seika"};
    static const char *const ending[] = {".jp", ".com", ".jp", ".net", ".com", ".org", ".info", ".jp"};
    uint64_t h = hash_mix(site + 1);
    put_str(o, first[h & 15]);
    put_char(o, '-');
    put_str(o, second[h >> 4 & 15]);
    put_number(o, site);
    put_str(o, ending[h >> 8 & 7]);
}

static void put_host(line *o, uint32_t site, uint32_t role)
{
    static const char *const roles[] = {"www.", "img.", "static."};
    put_str(o, roles[role]);
    put_domain(o, site);
}

static void put_agent(line *o, uint32_t client)
{
    static const char *const agents[] = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0",
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    };
    put_str(o, agents[hash_mix(client + 77) & 7]);
}

/* ---- time ---- */

/* The week begins on Monday, 3 June 2024, local time +0900. */
static void stamp_second(generator *g, uint64_t second)
{
    if (g->stamp_length != 0 && g->second == second)
        return;
    uint32_t of_day = (uint32_t)(second % 86400), day = 3 + (uint32_t)(second / 86400);
    uint32_t parts[] = {day, of_day / 3600, of_day / 60 % 60, of_day % 60};
    static const char shape[] = "00/Jun/2024:00:00:00 +0900";
    static const size_t places[] = {0, 12, 15, 18};
    memcpy(g->stamp, shape, sizeof shape - 1);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        g->stamp[places[i]] = (char)('0' + parts[i] / 10);
        g->stamp[places[i] + 1] = (char)('0' + parts[i] % 10);
    }
    g->stamp_length = sizeof shape - 1;
    g->second = second;
}

/* Rows due in each hour of the week, in proportion to how busy an office is then. */
static uint64_t rows_until(uint64_t rows, uint32_t hour)
{
    static const uint8_t weekday[24] = {2, 2, 2, 2, 2, 2, 4, 14, 70, 100, 96, 92, 60, 94, 98, 95, 90, 76, 40, 20, 10, 5, 3, 2};
    uint64_t sum = 0, before = 0;
    for (uint32_t h = 0; h < HOURS; h++) {
        uint64_t weight = h / 24 < 5 ? weekday[h % 24] : 2;
        sum += weight;
        before += h < hour ? weight : 0;
    }
    return rows * before / sum;
}

/* ---- rows ---- */

static void put_row_head(generator *g, uint32_t client)
{
    g->line.n = 0;
    put_client(&g->line, client);
    put(&g->line, SPAN(" - - ["));
    put(&g->line, span_of(g->stamp, g->stamp_length));
    put(&g->line, SPAN("] \""));
}

static void put_page_address(line *o, const page *p)
{
    put(o, SPAN("http://"));
    put_host(o, p->site, 0);
    put(o, SPAN("/articles/2024/06/"));
    put_number(o, p->number);
    put(o, SPAN(".html"));
}

static uint64_t some_size(generator *g) { return 300 + (uint64_t)(900.0 / (unit(g) + 0.004)); }

static void write_secure(generator *g, const page *p)
{
    line *o = &g->line;
    put_row_head(g, p->client);
    put(o, SPAN("CONNECT "));
    uint32_t role = below(g, 3);
    if (role == 2)
        put_host(o, SITES + pick_rank(roll(g), SHARED), 2);
    else
        put_host(o, p->site, role);
    put(o, SPAN(":443 HTTP/1.1\" 200 "));
    put_number(o, 3900 + some_size(g));
    put(o, SPAN(" \"-\" \""));
    put_agent(o, p->client);
    put(o, SPAN("\" TCP_TUNNEL:HIER_DIRECT\n"));
}

static void put_asset_address(generator *g, const page *p)
{
    static const char *const paths[] = {"/assets/js/", "/assets/css/", "/images/thumb/", "/images/2024/06/", "/common/"};
    static const char *const endings[] = {".js", ".css", ".jpg", ".png", ".gif"};
    line *o = &g->line;
    put(o, SPAN("http://"));
    uint32_t turn = below(g, 8), kind = below(g, 5);
    if (turn == 0)
        put_host(o, SITES + pick_rank(roll(g), SHARED), 2);
    else
        put_host(o, p->site, turn < 6 && p->site % 2);
    put_str(o, paths[kind]);
    put_number(o, below(g, 90000));
    put_str(o, endings[kind]);
}

static void write_plain(generator *g, const page *p, bool opens)
{
    static const char *const ends[] = {"\" TCP_MISS:HIER_DIRECT\n", "\" TCP_MISS:HIER_DIRECT\n", "\" TCP_MEM_HIT:HIER_NONE\n",
                                       "\" TCP_REFRESH_UNMODIFIED:HIER_DIRECT\n"};
    line *o = &g->line;
    put_row_head(g, p->client);
    put(o, SPAN("GET "));
    if (opens)
        put_page_address(o, p);
    else
        put_asset_address(g, p);
    put(o, below(g, 10) ? SPAN(" HTTP/1.1\" 200 ") : SPAN(" HTTP/1.1\" 304 "));
    put_number(o, some_size(g));
    put(o, SPAN(" \""));
    if (opens)
        put_char(o, '-');
    else
        put_page_address(o, p);
    put(o, SPAN("\" \""));
    put_agent(o, p->client);
    put_str(o, ends[below(g, COUNT_OF(ends))]);
}

static void write_poll(generator *g)
{
    line *o = &g->line;
    uint32_t client = below(g, CLIENTS), service = below(g, SERVICES);
    put_row_head(g, client);
    put(o, SPAN("GET http://"));
    put_host(o, SITES + SHARED + service, 0);
    put(o, SPAN("/v2/check? HTTP/1.1\" 200 "));
    put_number(o, 700 + below(g, 60));
    put(o, SPAN(" \"-\" \"KoshinAgent/10.0 Client-Protocol/1.40\" TCP_MISS:HIER_DIRECT\n"));
}

static void write_beat(generator *g, size_t which)
{
    line *o = &g->line;
    put_row_head(g, g->beacons[which].client);
    put(o, SPAN("GET http://"));
    put_host(o, SITES + SHARED + SERVICES + (uint32_t)which, 2);
    put(o, SPAN("/b/index.php? HTTP/1.1\" 200 "));
    put_number(o, 410 + below(g, 4));
    put(o, SPAN(" \"-\" \"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.0; Trident/4.0)\" TCP_MISS:HIER_DIRECT\n"));
}

/* ---- the week ---- */

static void open_page(generator *g, page *p)
{
    p->client = below(g, CLIENTS);
    uint64_t choice = roll(g);
    if (below(g, 10) < 8) /* one of the client's favourites, which are themselves drawn by popularity */
        choice = hash_mix((uint64_t)p->client * FAVOURITES + pick_rank(choice, FAVOURITES));
    p->site = pick_rank(choice, SITES);
    p->number = below(g, 4000);
    p->secure = hash_mix(p->site + 5) % 10 < 6;
    p->rows_left = p->secure ? 1 + below(g, 5) : 4 + below(g, 28);
}

static void write_row(generator *g)
{
    if (below(g, 100) < 8) {
        write_poll(g);
        return;
    }
    page *p = &g->pages[below(g, PAGES)];
    bool opens = p->rows_left == 0;
    if (opens)
        open_page(g, p);
    if (p->secure)
        write_secure(g, p);
    else
        write_plain(g, p, opens);
    p->rows_left--;
}

static bool write_due_beat(generator *g, double now)
{
    for (size_t i = 0; i < BEACONS; i++) {
        beacon *b = &g->beacons[i];
        if (b->next > now)
            continue;
        b->next += b->period * (1.0 + b->jitter * (2.0 * unit(g) - 1.0));
        write_beat(g, i);
        return true;
    }
    return false;
}

static void plant_beacons(generator *g)
{
    for (size_t i = 0; i < BEACONS; i++)
        g->beacons[i] = (beacon){.client = below(g, CLIENTS), .next = 36000.0 + 3600.0 * (double)i,
                                 .period = 30.0 + 400.0 * unit(g), .jitter = 0.5 * unit(g)};
}

static void write_week(generator *g, uint64_t rows)
{
    for (uint32_t hour = 0; hour < HOURS; hour++) {
        uint64_t first = rows_until(rows, hour), count = rows_until(rows, hour + 1) - first;
        for (uint64_t i = 0; i < count; i++) {
            double now = 3600.0 * ((double)hour + (double)i / (double)count);
            stamp_second(g, (uint64_t)now);
            if (!write_due_beat(g, now))
                write_row(g);
            sink_put(&g->out, span_of(g->line.p, g->line.n));
        }
    }
}

int main(int argc, char **argv)
{
    uint64_t rows, seed;
    if (argc != 3 || !span_u64(span_str(argv[1]), &rows) || !span_u64(span_str(argv[2]), &seed)) {
        sink usage = sink_fd(STDERR_FILENO);
        sink_put(&usage, SPAN("usage: generate ROWS SEED > FILE\n"));
        return sink_done(&usage).kind == FAULT_NONE ? 2 : 4;
    }
    generator g = {.out = sink_fd(STDOUT_FILENO), .dice = hash_mix(seed + 1)};
    plant_beacons(&g);
    write_week(&g, rows);
    return sink_done(&g.out).kind == FAULT_NONE ? 0 : 3;
}
