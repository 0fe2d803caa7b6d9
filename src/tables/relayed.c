/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/relayed.h"

#include "base/arena.h"

#include <stdlib.h>

/* Of thousands of equal requests in two seconds, as many are looked at for each. */
enum { APART_MS = 2000, HEADERS = 1024, LOOKED_AT = 64 };

struct key {
    uint64_t request;            /* host and path */
    uint32_t rest;               /* method and status */
    uint32_t at;                 /* of the row */
    const struct row *row;
};

static struct key key_of(const struct row *rows, size_t at)
{
    const struct row *r = &rows[at];
    return (struct key){(uint64_t)r->host << 32 | r->path, (uint32_t)row_method(r) << 16 | r->status, (uint32_t)at, r};
}

static bool is_same_request(const struct key *a, const struct key *b)
{
    return a->request == b->request && a->rest == b->rest;
}

/* Requests together, each in order of time. */
static int by_request(const void *x, const void *y)
{
    const struct key *a = x, *b = y;
    if (a->request != b->request)
        return a->request < b->request ? -1 : 1;
    if (a->rest != b->rest)
        return a->rest < b->rest ? -1 : 1;
    if (a->row->time != b->row->time)
        return a->row->time < b->row->time ? -1 : 1;
    return (a->row->origin > b->row->origin) - (a->row->origin < b->row->origin);
}

static bool is_near(uint64_t a, uint64_t b)
{
    uint64_t most = a > b ? a : b, apart = a > b ? a - b : b - a;
    return apart <= HEADERS + most / 50;
}

static bool tells(const struct row *near, const struct row *far)
{
    uint32_t both = near->flags & far->flags;
    if (near->flags & ROW_RELAYED || row_source(near) == row_source(far))
        return false;
    if (far->flags & ROW_RELAYED_NAMED && near->client != far->client)
        return false;
    return (!(both & ROW_HAS_OUT) || is_near(near->out, far->out)) && (!(both & ROW_HAS_IN) || is_near(near->in, far->in));
}

/* The row nearest in time to keys[at] that tells it and told no other row of that proxy; n: none. */
static size_t find_teller(const struct key *keys, size_t n, size_t at, const uint32_t *told)
{
    const struct row *far = keys[at].row;
    size_t best = n, looked = 0;
    int64_t best_apart = APART_MS + 1;
    for (size_t low = at, high = at + 1; looked < LOOKED_AT && (low > 0 || high < n); looked++) {
        int64_t before = low > 0 ? far->time - keys[low - 1].row->time : INT64_MAX;
        int64_t after = high < n ? keys[high].row->time - far->time : INT64_MAX;
        bool is_before = before <= after;
        int64_t apart = is_before ? before : after;
        size_t i = is_before ? --low : high++;
        if (apart >= best_apart)
            break;
        if (tells(keys[i].row, far) && told[keys[i].at] != far->client + 1) {
            best = i;
            best_apart = apart;
        }
    }
    return best;
}

void relayed_mark(const struct row *rows, size_t n, uint8_t *is_told)
{
    struct key *keys = mem_alloc((n + 1) * sizeof *keys);
    uint32_t *told = mem_alloc((n + 1) * sizeof *told);   /* by row: the client of the relayed row that it told last, + 1 */
    for (size_t i = 0; i < n; i++)
        keys[i] = key_of(rows, i);
    qsort(keys, n, sizeof *keys, by_request);
    for (size_t from = 0, same; from < n; from += same) {
        for (same = 1; from + same < n && is_same_request(&keys[from], &keys[from + same]);)
            same++;
        for (size_t i = 0; i < same; i++) {
            if (!(keys[from + i].row->flags & ROW_RELAYED))
                continue;
            size_t teller = find_teller(&keys[from], same, i, told);
            if (teller == same)
                continue;
            is_told[keys[from + i].at] = 1;
            told[keys[from + teller].at] = keys[from + i].row->client + 1;
        }
    }
    mem_free(keys);
    mem_free(told);
}
