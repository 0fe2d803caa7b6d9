/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/overlap.h"

#include "base/hash.h"

#include <stdlib.h>

enum { SECOND_MS = 1000, FULL = 4 * OVERLAP_KEYS };

static int64_t second_of(int64_t ms) { return ms / SECOND_MS - (ms % SECOND_MS < 0); }

static uint64_t hash_of(const event *e, int64_t second)
{
    uint64_t who = hash64_two(event_text(e, FIELD_CLIENT), event_text(e, FIELD_HOST));
    uint64_t what = hash64(event_text(e, FIELD_PATH));
    uint64_t hash = hash_mix(who ^ hash_mix(what + (uint64_t)second * UINT64_C(0x9e3779b97f4a7c15)));
    return hash ? hash : 1;
}

static void append(struct sketch *s, struct overlap_key key)
{
    if (s->limit && key.hash > s->limit)
        return;
    if (s->n == FULL)
        sketch_settle(s);
    if (s->limit && key.hash > s->limit)
        return;
    if (!array_reserve((void **)&s->keys, &s->capacity, s->n + 1, sizeof *s->keys, FULL))
        panic("out of memory");
    s->keys[s->n++] = key;
}

void sketch_add(struct sketch *s, const event *e)
{
    int64_t second = second_of(e->at[FIELD_TIME].ms);
    append(s, (struct overlap_key){hash_of(e, second), second, 1});
}

void sketch_join(struct sketch *to, const struct sketch *from)
{
    for (size_t i = 0; i < from->n; i++)
        append(to, from->keys[i]);
}

static int by_hash(const void *x, const void *y)
{
    const struct overlap_key *a = x, *b = y;
    return a->hash != b->hash ? (a->hash > b->hash) - (a->hash < b->hash) : (a->second > b->second) - (a->second < b->second);
}

/* A hash that stays below the limit to the end was never left out, so its rows are all counted. */
void sketch_settle(struct sketch *s)
{
    size_t kept = 0;
    if (s->n)
        qsort(s->keys, s->n, sizeof *s->keys, by_hash);
    for (size_t i = 0; i < s->n; i++) {
        if (kept && s->keys[kept - 1].hash == s->keys[i].hash)
            s->keys[kept - 1].rows += s->keys[i].rows;
        else if (kept < OVERLAP_KEYS && (!s->limit || s->keys[i].hash <= s->limit))
            s->keys[kept++] = s->keys[i];
        else
            break;
    }
    s->n = kept;
    if (kept == OVERLAP_KEYS)
        s->limit = s->keys[kept - 1].hash;
}

void sketch_free(struct sketch *s)
{
    array_free((void **)&s->keys, &s->capacity);
    *s = (struct sketch){0};
}

/* Keys of `a` in the time of both and within both samples, and those that `b` has with as many rows. */
struct shared { size_t keys, equal; };

static struct shared compare(const struct sketch *a, const struct sketch *b, int64_t from, int64_t to)
{
    struct shared s = {0, 0};
    uint64_t limit = min_u64(a->limit ? a->limit : UINT64_MAX, b->limit ? b->limit : UINT64_MAX);
    for (size_t i = 0, k = 0; i < a->n && a->keys[i].hash <= limit; i++) {
        if (a->keys[i].second < from || a->keys[i].second > to)
            continue;
        while (k < b->n && b->keys[k].hash < a->keys[i].hash)
            k++;
        s.keys++;
        s.equal += k < b->n && b->keys[k].hash == a->keys[i].hash && b->keys[k].rows == a->keys[i].rows;
    }
    return s;
}

/* Is `a` the one to leave out of the two? */
static bool is_poorer(const struct overlap_source *sources, size_t a, size_t b)
{
    return sources[a].rank != sources[b].rank ? sources[a].rank < sources[b].rank : a > b;
}

static bool is_copy(const struct overlap_source *a, const struct overlap_source *b, struct overlap_copy *out)
{
    if (!a->sketch || !b->sketch || a->first > a->last || b->first > b->last || span_eq(a->layout, b->layout))
        return false;
    int64_t from = second_of(max_i64(a->first, b->first)), to = second_of(min_i64(a->last, b->last));
    if (from > to)
        return false;
    struct shared s = compare(a->sketch, b->sketch, from, to);
    out->from = from * SECOND_MS;
    out->to = to * SECOND_MS + SECOND_MS - 1;
    out->share = s.keys ? (double)s.equal / (double)s.keys : 0;
    return s.keys >= OVERLAP_KEYS_LEAST && out->share >= OVERLAP_SHARE;
}

struct overlap_copy *overlap_find(arena *a, const struct overlap_source *sources, size_t n, size_t *found)
{
    struct overlap_copy *copies = NULL, *kept = NULL;
    size_t capacity = 0;
    *found = 0;
    for (size_t i = 0; i < n && n <= OVERLAP_SOURCES_MAX; i++)
        for (size_t k = 0; k < n; k++) {
            struct overlap_copy copy = {.source = (uint32_t)i, .of = (uint32_t)k};
            if (i == k || !is_poorer(sources, i, k) || !is_copy(&sources[i], &sources[k], &copy))
                continue;
            if (!array_reserve((void **)&copies, &capacity, *found + 1, sizeof *copies, SIZE_MAX / 64))
                panic("out of memory");
            copies[(*found)++] = copy;
        }
    kept = arena_new(a, struct overlap_copy, *found + 1);
    if (*found)
        memcpy(kept, copies, *found * sizeof *kept);
    array_free((void **)&copies, &capacity);
    return kept;
}

bool overlap_has(const struct overlap_copy *copies, size_t n, uint32_t source, int64_t time)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (copies[middle].source < source)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < n && copies[low].source == source; low++)
        if (time >= copies[low].from && time <= copies[low].to)
            return true;
    return false;
}
