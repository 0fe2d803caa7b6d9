/* SPDX-License-Identifier: Apache-2.0 */
/* format/infer.h: the inside of the inference of a layout nobody named (the door is plan_infer, plan.h).
 *
 *   infer_grid.c       lines -> a grid of columns: separator, quotes, padding, composites (a/b, "M U V")
 *   infer_kinds.c      one value -> the kinds it could be (address, URL, status ...)
 *   infer_columns.c    columns -> roles, from all their values and from what depends on what
 *   infer_direction.c  integer columns -> duration, OUT, IN: proved from the rows or left unknown
 *   infer.c            roles -> a Squid logformat string, its fit, its refusal
 *
 * Everything lives in the caller's arena; nothing here knows a host, an agent or a product. */
#ifndef KONSEKI_INFER_H
#define KONSEKI_INFER_H

#include "base/arena.h"

enum {
    INFER_LINES_MAX = 1000,    /* looked at; more lines teach nothing more */
    INFER_LINE_MAX = 8192,     /* bytes; longer ones are left out of the sample */
    INFER_COLUMNS_MAX = 48,
    INFER_ROWS_MIN = 5         /* fewer rows of one shape are no layout */
};

enum kind {
    KIND_BLANK, KIND_INTEGER, KIND_STATUS, KIND_PORT, KIND_EPOCH, KIND_EPOCH_MS, KIND_CLF, KIND_ISO, KIND_CLOCK,
    KIND_ADDRESS, KIND_ADDRESSES, KIND_ACTION, KIND_HIERARCHY, KIND_METHOD, KIND_URL, KIND_AUTHORITY, KIND_PATH,
    KIND_HOST, KIND_SCHEME, KIND_VERSION, KIND_MIME, KIND_AGENT, KIND_ERROR, KIND_BASE64, KIND_WORD, KIND_COUNT
};
/* Every kind the value could be, one bit each: "443" is an integer, a port and a word. */
uint32_t kinds_of(span value);
static inline bool is_kind(span value, enum kind k) { return kinds_of(value) >> k & 1; }

/* What a column is, with the logformat code that says so. R(ID, code) */
#define INFER_ROLES(R)                                                                            \
    R(UNKNOWN, "%{unknown}note") R(COUNTER, "%{counter}note")                                     \
    R(EPOCH_MS, "%ts.%03tu") R(EPOCH, "%ts") R(CLF, "%tl") R(ISO, "") R(START, "%tS")             \
    R(CLIENT, "%>a") R(CLIENT_PORT, "%>p") R(CLIENT_NAME, "%>A") R(XFF, "%{X-Forwarded-For}>h")   \
    R(LOCAL, "%la") R(SERVER, "%<a") R(SERVER_PORT, "%<p") R(SERVER_NAME, "%<A")                  \
    R(ACTION, "%Ss") R(HIERARCHY, "%Sh") R(STATUS, "%>Hs") R(SERVER_STATUS, "%<Hs")               \
    R(METHOD, "%rm") R(URL, "%ru") R(VERSION, "%rv") R(SCHEME, "%>rs") R(HOST, "%>rd")            \
    R(PORT, "%>rP") R(PATH, "%>rp") R(SNI, "%ssl::>sni") R(HANDSHAKE, "%>handshake")              \
    R(MIME, "%mt") R(AGENT, "%{User-Agent}>h") R(REFERER, "%{Referer}>h") R(USER, "%[un")         \
    R(IDENT, "%[ui") R(ERROR, "%err_code") R(SEQUENCE, "%sn") R(DURATION, "%tr")                   \
    R(OUT, "%>st") R(IN, "%<st") R(TOTAL, "%st") R(OUT_HEADER, "%>sh")

#define INFER_ROLE_ENUM(ID, code) ROLE_##ID,
enum role { INFER_ROLES(INFER_ROLE_ENUM) ROLE_COUNT };
#undef INFER_ROLE_ENUM

struct column {
    span *cells;              /* one per row, without quotes; rows as in the grid */
    span before;              /* the literal in front of the value, quotes and separators included */
    int width;                /* padded to this many bytes: > 0 on the left, < 0 on the right; 0: not padded */
    bool quoted;              /* between double quotes, alone */
    char joined;              /* the character that joins it to the column before in one token; 0: own token */
    enum role role;
    size_t filled, distinct;  /* rows with a value; different values among them */
    size_t counts[KIND_COUNT];
};

struct grid {
    struct column columns[INFER_COLUMNS_MAX];
    size_t n, rows, lines;    /* columns; rows of the majority's shape; lines of the sample */
    span after;               /* the literal behind the last value */
};

/* Cuts the lines at `separator` and keeps those of the majority's shape. False: no common shape. */
bool grid_build(arena *a, const span *lines, size_t n, char separator, struct grid *g) MUST_USE;
/* Splits columns that hold several values in one token: action/status, address:port, "method url version". */
void grid_split(arena *a, struct grid *g);
void column_tally(struct column *c, size_t rows);

/* The share of the filled cells that could be of this kind; 0 where none is filled. */
static inline double column_share(const struct column *c, enum kind k)
{
    return c->filled ? (double)c->counts[k] / (double)c->filled : 0;
}
/* How far `by` decides `what`: of neighbouring rows with the same filled `by`, the share with the same `what`, above
 * chance: 0 (independent, or too few to tell) .. 1 (decided). */
double column_determined(arena *a, const struct column *what, const struct column *by, size_t rows);
/* NULL where no column has the role. */
struct column *grid_find(struct grid *g, enum role role);

/* The host a URL or an authority names, as spelled; {NULL,0} where it names none. */
span url_host_spelled(span url);

void infer_roles(arena *a, struct grid *g);

struct direction {
    bool unknown, proved;
    span why;
};
/* Gives the integer columns that are still UNKNOWN their roles. */
void infer_direction(arena *a, struct grid *g, struct direction *out);

#endif
