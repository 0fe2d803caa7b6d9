/* SPDX-License-Identifier: Apache-2.0 */
/* Equal contents, and contents another one begins with. Sources that agree on their first bytes form a
 * group; a group is looked at 16 times further and falls apart where they differ. Whoever ends within a
 * step is compared with all that go on: their digests are taken at the length where it ended. So most
 * sources are read for 64 bytes, and only real copies to their end. */
#define XXH_INLINE_ALL
#include "input/content.h"

#include <stdlib.h>
#include <xxhash.h>

enum { FIRST_STEP = 64, STEP_SHIFT = 4, WINDOW = 64 * 1024 };

struct member {
    size_t index;        /* of the source */
    uint64_t length;     /* read in this step */
    XXH128_hash_t digest;
    bool ended;          /* its content is no longer than that */
    bool lost;           /* a pipe longer than what is kept of it: not compared */
};

struct group {
    size_t from, n;      /* in the array of members */
    uint64_t step;       /* they agree on this many bytes; */
};

struct work {
    struct input *const *inputs;
    struct member *members;
    sameness *out;       /* while working: the next source on the way to the one that is kept */
    struct group *groups;
    size_t groups_n, groups_capacity;
    char *window;
};

/* ---- reading ---- */

/* Feeds bytes up to `until`; false where the content ends before. */
static bool feed(struct work *w, struct content *c, XXH3_state_t *hash, uint64_t until)
{
    while (c->at < until) {
        size_t want = (size_t)min_u64(until - c->at, WINDOW);
        size_t got = content_read(c, w->window, want);
        (void)XXH3_128bits_update(hash, w->window, got);
        if (got < want)
            return false;
    }
    return true;
}

static void measure(struct work *w, struct member *m, uint64_t limit)
{
    struct content *c = &w->inputs[m->index]->content;
    XXH3_state_t hash;
    (void)XXH3_128bits_reset(&hash);
    content_hold(c, true);
    content_seek(c, 0);
    m->ended = !feed(w, c, &hash, limit);
    m->lost = m->ended && c->problem.kind == FAULT_LIMIT;
    m->length = c->at;
    m->digest = XXH3_128bits_digest(&hash);
    content_sleep(c);
    content_hold(c, false);
}

/* ---- one group ---- */

static int by_digest(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    if (x->ended != y->ended)
        return x->ended ? -1 : 1;
    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    int order = XXH128_cmp(&x->digest, &y->digest);
    return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

static int by_index(const void *a, const void *b)
{
    size_t x = ((const struct member *)a)->index, y = ((const struct member *)b)->index;
    return x < y ? -1 : x > y;
}

static bool alike(const struct member *a, const struct member *b)
{
    return a->length == b->length && XXH128_isEqual(a->digest, b->digest);
}

static void link_to(struct work *w, size_t index, enum same_kind kind, size_t of)
{
    if (w->out[index].kind == SAME_UNIQUE)
        w->out[index] = (sameness){kind, of};
}

/* The ended ones stand first, by length; equal ones side by side, and the first stands for them. Returns
 * how many are left when only those that stand for others are counted; they are moved to the front. */
static size_t join_equal(struct work *w, struct member *ended, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept && alike(&ended[kept - 1], &ended[i]))
            link_to(w, ended[i].index, SAME_EQUAL, ended[kept - 1].index);
        else
            ended[kept++] = ended[i];
    }
    return kept;
}

/* Of ended ones of one length, which differ and stand in the order of their digests, the one that has this digest. */
static void link_alike(struct work *w, const struct member *ended, size_t n, XXH128_hash_t digest, size_t of)
{
    size_t low = 0;
    for (size_t high = n; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (XXH128_cmp(&ended[middle].digest, &digest) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < n && XXH128_isEqual(ended[low].digest, digest))
        link_to(w, ended[low].index, SAME_PREFIX, of);
}

/* Reads `m` once more and asks at the length of each ended one whether it began the same. */
static void find_prefixes(struct work *w, const struct member *ended, size_t n, const struct member *m)
{
    struct content *c = &w->inputs[m->index]->content;
    XXH3_state_t hash;
    (void)XXH3_128bits_reset(&hash);
    content_hold(c, true);
    content_seek(c, 0);
    for (size_t i = 0, same; i < n && (!m->ended || ended[i].length < m->length); i += same) {
        for (same = 1; i + same < n && ended[i + same].length == ended[i].length;)
            same++;
        if (!feed(w, c, &hash, ended[i].length))
            break;
        link_alike(w, ended + i, same, XXH3_128bits_digest(&hash), m->index);
    }
    content_sleep(c);
    content_hold(c, false);
}

static void push(struct work *w, size_t from, size_t n, uint64_t step)
{
    if (n < 2)
        return;
    if (!array_reserve((void **)&w->groups, &w->groups_capacity, w->groups_n + 1, sizeof *w->groups, SIZE_MAX))
        panic("a list of groups outgrew its limit");
    w->groups[w->groups_n++] = (struct group){from, n, step};
}

/* Those that go on stand behind the ended ones, alike ones side by side. */
static void split(struct work *w, size_t from, size_t n, uint64_t step)
{
    for (size_t i = 0, begin = 0; i < n; i++) {
        if (i + 1 == n || !alike(&w->members[from + i], &w->members[from + i + 1])) {
            push(w, from + begin, i + 1 - begin, step);
            begin = i + 1;
        }
    }
}

static void compare_group(struct work *w, struct group g)
{
    struct member *m = w->members + g.from;
    size_t n = 0, ended = 0;
    for (size_t i = 0; i < g.n; i++) {
        measure(w, &m[i], g.step);
        if (m[i].lost || m[i].length == 0)
            continue; /* empty contents are the beginning of everything, which says nothing */
        ended += m[i].ended;
        m[n++] = m[i];
    }
    qsort(m, n, sizeof *m, by_digest);
    split(w, g.from + ended, n - ended, g.step > UINT64_MAX >> (STEP_SHIFT + 1) ? g.step : g.step << STEP_SHIFT);
    size_t kept = join_equal(w, m, ended);
    if (kept == 0)
        return;
    size_t others = n - ended;
    struct member *longer = mem_alloc((kept + others) * sizeof *longer);
    memcpy(longer, m, kept * sizeof *longer);
    memcpy(longer + kept, m + ended, others * sizeof *longer);
    qsort(longer, kept + others, sizeof *longer, by_index);
    for (size_t i = 0; i < kept + others; i++)
        if (!longer[i].ended || longer[i].length > m[0].length)
            find_prefixes(w, m, kept, &longer[i]);
    mem_free(longer);
}

/* ---- all ---- */

/* Every link leads to an equal one with a lower index or to a longer one: the way ends. */
static sameness resolved(const sameness *links, size_t i)
{
    sameness s = {SAME_UNIQUE, i};
    while (links[s.of].kind != SAME_UNIQUE) {
        if (s.kind != SAME_PREFIX)
            s.kind = links[s.of].kind;
        s.of = links[s.of].of;
    }
    return s;
}

void input_sameness(struct input *const *inputs, size_t n, sameness *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (sameness){SAME_UNIQUE, i};
    if (n < 2)
        return;
    sameness *links = mem_alloc(n * sizeof *links);
    memcpy(links, out, n * sizeof *links);
    struct work w = {.inputs = inputs, .out = links, .window = mem_alloc(WINDOW)};
    w.members = mem_alloc(n * sizeof *w.members);
    for (size_t i = 0; i < n; i++)
        w.members[i].index = i;
    push(&w, 0, n, FIRST_STEP);
    while (w.groups_n)
        compare_group(&w, w.groups[--w.groups_n]);
    for (size_t i = 0; i < n; i++)
        out[i] = resolved(links, i);
    mem_free(w.window);
    mem_free(w.members);
    mem_free(links);
    array_free((void **)&w.groups, &w.groups_capacity);
}
