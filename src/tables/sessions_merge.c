/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/sessions.h"

enum { SWITCHING_PROTOCOLS = 101, REPORT_GAP_MS = 3600 * 1000, START_TOLERANCE_MS = 60 * 1000 };
enum { COUNTS = ROW_HAS_OUT | ROW_HAS_IN | ROW_HAS_DURATION };

static uint64_t bytes_of(const struct row *r) { return r->out + r->in; }

/* Of several rows about one connection (a long one is reported while it lasts) the one that saw most. */
static const struct row *best_carrier(const struct row *rows, size_t n)
{
    const struct row *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct row *r = &rows[i];
        if (row_session(r) != SESSION_CARRIER)
            continue;
        if (!best || bytes_of(r) > bytes_of(best) || (bytes_of(r) == bytes_of(best) && r->duration > best->duration))
            best = r;
    }
    return best;
}

/* Behind it the connection carries something else. */
static bool is_opening(const struct row *r)
{
    return row_session(r) == SESSION_REQUEST && (r->flags & ROW_TUNNEL || r->status == SWITCHING_PROTOCOLS);
}

/* The request that opened a tunnel; else, where nothing was requested, the name in the TLS hello; else the connection. */
static const struct row *find_taker(const struct row *rows, size_t n, const struct row *carrier)
{
    const struct row *named = NULL;
    bool has_request = false;
    for (size_t i = 0; i < n; i++) {
        if (is_opening(&rows[i]))
            return &rows[i];
        has_request |= row_session(&rows[i]) == SESSION_REQUEST;
        if (!named && row_session(&rows[i]) == SESSION_NAMED)
            named = &rows[i];
    }
    return has_request ? NULL : named ? named : carrier;
}

static void take_carrier(struct row *r, const struct row *carrier)
{
    const uint32_t taken = COUNTS | ROW_STAMP_IS_START;
    r->flags = (r->flags & ~taken) | (carrier->flags & taken);
    if (row_outcome(r) == OUTCOME_UNKNOWN)
        r->flags |= carrier->flags & ROW_OUTCOME_MASK;
    r->time = carrier->time;
    r->duration = carrier->duration;
    r->out = carrier->out;
    r->in = carrier->in;
}

/* The same request in a copy of its log: it must stay equal, to be found as such. */
static bool is_twin(const struct row *a, const struct row *b)
{
    return row_source(a) != row_source(b) && row_session(a) == row_session(b) && a->time == b->time && a->host == b->host &&
           a->path == b->path && a->status == b->status;
}

static void merge_connection(struct row *rows, size_t n, bool *keep)
{
    const struct row *found = best_carrier(rows, n), *taker = find_taker(rows, n, found);
    struct row carrier = found ? *found : (struct row){0}, first = taker ? *taker : (struct row){0};
    bool has_opening = taker && is_opening(taker);
    for (size_t i = 0; i < n; i++) {
        struct row *r = &rows[i];
        bool is_taker = r == taker, takes = is_taker || (taker && row_session(r) != SESSION_CARRIER && is_twin(r, &first));
        if (row_session(r) == SESSION_CARRIER)
            keep[i] = is_taker;
        else if (row_session(r) == SESSION_NAMED)
            keep[i] = !has_opening && (takes || !taker);
        if (takes && found && row_session(r) != SESSION_CARRIER)
            take_carrier(r, &carrier);
    }
}

static int64_t apart(int64_t a, int64_t b) { return a > b ? a - b : b - a; }

/* Does the report `b` go on where `a` was? Ids of sessions are used again. */
static bool goes_on(const struct row *a, const struct row *b)
{
    if (a->host != b->host || a->port != b->port || row_session(a) != row_session(b))
        return false;
    if (row_session(a) == SESSION_DELTA)
        return row_start(b) - row_end(a) <= REPORT_GAP_MS;
    if (b->out < a->out || b->in < a->in)
        return false;
    if (a->flags & b->flags & ROW_HAS_DURATION)
        return apart(row_start(a), row_start(b)) <= START_TOLERANCE_MS;
    return b->time - a->time <= REPORT_GAP_MS;
}

static bool is_same_report(const struct row *a, const struct row *b)
{
    return a->time == b->time && a->out == b->out && a->in == b->in && a->duration == b->duration && row_source(a) != row_source(b);
}

/* The sum of two reports stands in the later one. */
static void add_report(const struct row *a, struct row *b)
{
    int64_t start = min_i64(row_start(a), row_start(b)), end = max_i64(row_end(a), row_end(b));
    b->out = min_u64(a->out + b->out, ROW_BYTES_MAX) & ROW_BYTES_MAX;
    b->in = min_u64(a->in + b->in, ROW_BYTES_MAX) & ROW_BYTES_MAX;
    b->flags |= (a->flags & (ROW_HAS_OUT | ROW_HAS_IN)) | ROW_HAS_DURATION;
    b->time = b->flags & ROW_STAMP_IS_START ? start : end;
    b->duration = (uint32_t)min_u64((uint64_t)(end - start), UINT32_MAX);
}

static void merge_reports(struct row *rows, size_t n, bool *keep)
{
    struct row last = rows[0]; /* as it was logged */
    for (size_t i = 1; i < n; i++) {
        struct row *a = &rows[i - 1], *b = &rows[i], logged = *b;
        if (goes_on(&last, b)) {
            bool is_copy = is_same_report(&last, b);
            if (row_session(b) == SESSION_DELTA && is_copy)
                *b = *a;
            else if (row_session(b) == SESSION_DELTA)
                add_report(a, b);
            keep[i - 1] = false;
        }
        last = logged;
    }
}

void sessions_merge(struct row *rows, size_t n, bool *keep)
{
    if (n < 2)
        return;
    if (row_is_report(rows))
        merge_reports(rows, n, keep);
    else
        merge_connection(rows, n, keep);
}
