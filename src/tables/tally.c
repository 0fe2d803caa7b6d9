/* SPDX-License-Identifier: Apache-2.0 */
#include "tables/tally.h"

#include "base/hash.h"

#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 64, FIRST_SLOTS = 64, NEAR_SLOTS = 4096, SEEN_SLOTS = 64 * 1024 };

struct item {
    span value;
    uint64_t hash;              /* hash64: decides the shard and which side of the line */
    struct tally_sum sum;
    uint64_t clients;           /* pairs below the line */
    uint32_t slot;              /* upper half of its hash_slot */
    enum field_state state;
};

struct pair { uint64_t hash; uint32_t item; };   /* hash 0: a free slot */

/* Item 0 is what lies above the line. */
struct shard {
    pthread_mutex_t lock;
    arena text;
    struct item *items;
    size_t n, capacity, kept;   /* kept: below the line */
    unsigned level;             /* hashes whose first `level` bits are 0 lie below the line */
    uint32_t *slots;            /* item index, 0: free; a power of two, at most 3/4 full */
    size_t slot_n;
    struct pair *pairs;         /* the same */
    size_t pair_n, pair_slots;
    unsigned pair_level;
};

struct tally {
    size_t values_max, pairs_max;   /* of a shard */
    struct shard shards[SHARDS];
};

/* What a thread counted of a value that it sees again and again, before it goes to the shard. */
struct near {
    uint64_t key, hash;         /* key 0: empty */
    uint32_t item;
    struct tally_sum sum;
};

struct tally_worker {
    struct tally *tally;
    struct near near[NEAR_SLOTS];
    uint64_t seen[SEEN_SLOTS];  /* pairs that are counted already */
};

static const struct tally_sum no_rows = {.first = INT64_MAX, .last = INT64_MIN};

static void add_sum(struct tally_sum *to, const struct tally_sum *s)
{
    to->rows += s->rows;
    to->bytes_out = add_sat(to->bytes_out, s->bytes_out);
    to->bytes_in = add_sat(to->bytes_in, s->bytes_in);
    to->first = min_i64(to->first, s->first);
    to->last = max_i64(to->last, s->last);
    to->has_out |= s->has_out;
    to->has_in |= s->has_in;
}

static void add_fact(struct tally_sum *to, const struct tally_fact *f)
{
    struct tally_sum one = {1, f->has_out ? f->bytes_out : 0, f->has_in ? f->bytes_in : 0, f->ms, f->ms, f->has_out, f->has_in};
    add_sum(to, &one);
}

static bool is_below(uint64_t hash, unsigned level) { return level == 0 || hash >> (64 - level) == 0; }

static struct shard *shard_of(struct tally *t, uint64_t hash) { return &t->shards[hash % SHARDS]; }

static void push_item(struct shard *s, struct item item)
{
    if (!array_reserve((void **)&s->items, &s->capacity, s->n + 1, sizeof *s->items, UINT32_MAX / 2))
        panic("more values than the limit of values");
    s->items[s->n++] = item;
}

struct tally *tally_new(size_t values_max, size_t pairs_max)
{
    struct tally *t = mem_alloc(sizeof *t);
    t->values_max = values_max / SHARDS + 1;
    t->pairs_max = pairs_max / SHARDS + 1;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *s = &t->shards[i];
        pthread_mutex_init(&s->lock, NULL);
        push_item(s, (struct item){.sum = no_rows});
        s->slot_n = s->pair_slots = FIRST_SLOTS;
        s->slots = mem_alloc(FIRST_SLOTS * sizeof *s->slots);
        s->pairs = mem_alloc(FIRST_SLOTS * sizeof *s->pairs);
    }
    return t;
}

void tally_free(struct tally *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *s = &t->shards[i];
        pthread_mutex_destroy(&s->lock);
        arena_free(&s->text);
        array_free((void **)&s->items, &s->capacity);
        mem_free(s->slots);
        mem_free(s->pairs);
    }
    mem_free(t);
}

/* ---- values ---- */

/* The slot where the value is, or where it belongs. */
static uint32_t *find_slot(const struct shard *s, uint64_t key, enum field_state state, span value)
{
    for (size_t i = key & (s->slot_n - 1);; i = (i + 1) & (s->slot_n - 1)) {
        const struct item *item = &s->items[s->slots[i]];
        if (!s->slots[i] || (item->slot == (uint32_t)(key >> 32) && item->state == state && span_eq(item->value, value)))
            return &s->slots[i];
    }
}

static uint64_t slot_key(enum field_state state, span value) { return hash_slot(value) ^ hash_mix(state); }

static void grow_slots(struct shard *s)
{
    s->slot_n *= 2;
    mem_free(s->slots);
    s->slots = mem_alloc(s->slot_n * sizeof *s->slots);
    for (uint32_t i = 1; i < s->n; i++)
        *find_slot(s, slot_key(s->items[i].state, s->items[i].value), s->items[i].state, s->items[i].value) = i;
}

/* What falls above the line keeps its place: a worker may still hold its number. Each step halves what can still be
 * added, so that this stays a small multiple of the limit. */
static void lower_line(struct shard *s)
{
    s->level++;
    s->kept = 0;
    for (size_t i = 1; i < s->n; i++)
        s->kept += is_below(s->items[i].hash, s->level);
}

/* With the shard's lock held; 0: above the line. */
static uint32_t find_or_add(struct tally *t, struct shard *s, uint64_t hash, enum field_state state, span value)
{
    uint64_t key = slot_key(state, value);
    uint32_t *slot = find_slot(s, key, state, value);
    if (*slot || !is_below(hash, s->level))
        return *slot;
    *slot = (uint32_t)s->n;
    push_item(s, (struct item){.value = value.p ? arena_dup(&s->text, value) : value, .hash = hash, .sum = no_rows,
                               .slot = (uint32_t)(key >> 32), .state = state});
    if (s->n * 4 > s->slot_n * 3)
        grow_slots(s);
    for (s->kept++; s->kept > t->values_max; )
        lower_line(s);
    return (uint32_t)(s->n - 1);
}

/* ---- pairs of value and client: of all values, so that their line does not depend on which were dropped when ---- */

static struct pair *find_pair(const struct shard *s, uint64_t hash)
{
    size_t i = hash_slot(span_of((const char *)&hash, sizeof hash)) & (s->pair_slots - 1);
    while (s->pairs[i].hash && s->pairs[i].hash != hash)
        i = (i + 1) & (s->pair_slots - 1);
    return &s->pairs[i];
}

/* Again into `slots` slots, without those above the line. */
static void place_pairs(struct shard *s, size_t slots)
{
    struct pair *old = s->pairs;
    size_t n = s->pair_slots;
    s->pair_slots = slots;
    s->pairs = mem_alloc(slots * sizeof *s->pairs);
    s->pair_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (!old[i].hash)
            continue;
        if (is_below(old[i].hash, s->pair_level)) {
            *find_pair(s, old[i].hash) = old[i];
            s->pair_n++;
        } else {
            s->items[old[i].item].clients--;
        }
    }
    mem_free(old);
}

static void add_pair(struct tally *t, struct shard *s, uint32_t item, uint64_t hash)
{
    struct pair *p = is_below(hash, s->pair_level) ? find_pair(s, hash) : NULL;
    if (!p || p->hash)
        return;
    *p = (struct pair){hash, item};
    s->items[item].clients++;
    s->pair_n++;
    while (s->pair_n > t->pairs_max) {
        s->pair_level++;
        place_pairs(s, s->pair_slots);
    }
    if (s->pair_n * 4 > s->pair_slots * 3)
        place_pairs(s, s->pair_slots * 2);
}

/* ---- workers ---- */

struct tally_worker *tally_worker_new(struct tally *t)
{
    struct tally_worker *w = mem_alloc(sizeof *w);
    w->tally = t;
    return w;
}

static void hand_over(struct tally_worker *w, struct near *near)
{
    if (!near->key)
        return;
    struct shard *s = shard_of(w->tally, near->hash);
    pthread_mutex_lock(&s->lock);
    add_sum(&s->items[near->item].sum, &near->sum);
    pthread_mutex_unlock(&s->lock);
    near->key = 0;
}

void tally_worker_close(struct tally_worker *w)
{
    for (size_t i = 0; i < NEAR_SLOTS; i++)
        hand_over(w, &w->near[i]);
    mem_free(w);
}

static void count_client(struct tally_worker *w, const struct near *near, uint64_t client)
{
    uint64_t pair = hash_mix(near->hash + hash_mix(client));
    uint64_t *seen = &w->seen[pair % SEEN_SLOTS];
    if (!client || *seen == pair)
        return;
    *seen = pair;
    struct shard *s = shard_of(w->tally, near->hash);
    pthread_mutex_lock(&s->lock);
    add_pair(w->tally, s, near->item, pair ? pair : 1);
    pthread_mutex_unlock(&s->lock);
}

static struct near *near_of(struct tally_worker *w, uint64_t *key)
{
    *key += *key == 0;
    return &w->near[*key % NEAR_SLOTS];
}

bool tally_again(struct tally_worker *w, uint64_t key, const struct tally_fact *fact)
{
    struct near *near = near_of(w, &key);
    if (near->key != key)
        return false;
    add_fact(&near->sum, fact);
    count_client(w, near, fact->client);
    return true;
}

void tally_add(struct tally_worker *w, uint64_t key, enum field_state state, span value, const struct tally_fact *fact)
{
    struct near *near = near_of(w, &key);
    value = span_take(value, TALLY_TEXT_MAX);
    hand_over(w, near);
    uint64_t hash = hash_mix(hash64(value) + state);
    struct shard *s = shard_of(w->tally, hash);
    pthread_mutex_lock(&s->lock);
    *near = (struct near){key, hash, find_or_add(w->tally, s, hash, state, value), no_rows};
    pthread_mutex_unlock(&s->lock);
    add_fact(&near->sum, fact);
    count_client(w, near, fact->client);
}

/* ---- the result ---- */

static int by_rows(const void *a, const void *b)
{
    const struct tally_line *x = a, *y = b;
    if (x->sum.rows != y->sum.rows)
        return x->sum.rows < y->sum.rows ? 1 : -1;
    if (x->state != y->state)
        return x->state < y->state ? -1 : 1;
    return span_cmp(x->value, y->value);
}

/* Room for twice the limit: when it is full, the better half stays. */
static void keep_line(struct tally_result *r, size_t limit, struct tally_line line)
{
    if (r->n == 2 * limit) {
        qsort(r->lines, r->n, sizeof *r->lines, by_rows);
        r->n = limit;
    }
    r->lines[r->n++] = line;
}

static struct tally_line line_of(const struct shard *s, const struct item *i)
{
    return (struct tally_line){i->state, i->value, i->sum, i->clients << s->pair_level, s->pair_level == 0};
}

struct tally_result tally_lines(const struct tally *t, arena *a, size_t limit)
{
    struct tally_result r = {.other = no_rows};
    for (size_t k = 0; k < SHARDS; k++)
        r.values += t->shards[k].kept;
    limit = (size_t)min_u64(limit, r.values);
    r.lines = arena_new(a, struct tally_line, min_u64(2 * limit, r.values) + 1);
    for (size_t k = 0; k < SHARDS; k++) {
        const struct shard *s = &t->shards[k];
        add_sum(&r.other, &s->items[0].sum);
        for (size_t i = 1; i < s->n; i++)
            if (is_below(s->items[i].hash, s->level))
                keep_line(&r, limit, line_of(s, &s->items[i]));
            else
                add_sum(&r.other, &s->items[i].sum);
    }
    if (r.n)
        qsort(r.lines, r.n, sizeof *r.lines, by_rows);
    r.n = (size_t)min_u64(r.n, limit);
    return r;
}
