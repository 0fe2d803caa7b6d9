/* SPDX-License-Identifier: Apache-2.0 */
/* known/indicator.c: texts into a set. Threads read pieces of a text side by side, and put what they found into the set
 * in the order of the pieces: the set is what one thread makes of it. */
#include "known/indicator.h"

#include "base/task.h"
#include "known/indicators.h"

#include <pthread.h>

const char *const indicator_kind_keys[INDICATOR_KIND_COUNT] = {"host", "url", "address", "network"};
const char *const no_indicator_keys[NO_INDICATOR_KIND_COUNT] = {"hash", "mail", "file", "name"};

enum { PIECE_BYTES = 128 * 1024, NEAR_AHEAD = 16 };

/* A text on its way in. */
struct loading {
    struct indicators *set;    /* of whose turn it is */
    span rest;                 /* not handed out yet */
    uint32_t line;             /* of its first */
    uint16_t source;
    uint64_t pieces, turn;     /* handed out; the number of the one that goes into the set now */
    bool is_stopped;           /* by a fault */
    uint64_t found;
    pthread_mutex_t lock;
    pthread_cond_t moved;
};

struct loader {
    struct loading *loading;
    struct piece piece;
    uint64_t number;           /* of the piece */
};

void indicators_begin(struct indicators *set, const struct suffixes *suffixes, unsigned threads)
{
    *set = (struct indicators){.suffixes = suffixes, .threads = threads, .table = indicator_table_new()};
}

void indicators_free(struct indicators *set)
{
    array_free((void **)&set->items, &set->capacity);
    indicator_table_free(set->table);
    arena_free(&set->memory);
    set->table = NULL;
}

/* Items into the table, those ahead on their way from memory meanwhile. */
static fault add_items(struct indicators *set, const struct piece *p)
{
    for (size_t i = 0; i < p->n && i < NEAR_AHEAD; i++)
        indicator_table_near(set, p->items[i].hash);
    for (size_t i = 0; i < p->n; i++) {
        if (i + NEAR_AHEAD < p->n)
            indicator_table_near(set, p->items[i + NEAR_AHEAD].hash);
        if (!array_reserve((void **)&set->items, &set->capacity, set->n + 1, sizeof *set->items, INDICATORS_MAX))
            return fault_make(FAULT_LIMIT, "more than %d indicators", INDICATORS_MAX);
        set->items[set->n] = p->items[i].indicator;
        bool is_new = indicator_table_add(set, (uint32_t)set->n, p->items[i].hash);
        set->n += is_new;
        set->repeated += !is_new;
    }
    return NO_FAULT;
}

static void add_none(struct indicators *set, const struct piece *p)
{
    for (size_t i = 0; i < p->no_n && set->no_n < NO_INDICATORS_MAX; i++)
        set->no[set->no_n++] = p->no[i];
    for (size_t i = 0; i < NO_INDICATOR_KIND_COUNT; i++)
        set->no_count[i] += p->no_count[i];
}

/* All of a piece, or some of it: then its turn goes on. */
static fault take_in(void *ctx, struct piece *p)
{
    struct loader *me = ctx;
    struct loading *l = me->loading;
    pthread_mutex_lock(&l->lock);
    while (!l->is_stopped && l->turn != me->number)
        pthread_cond_wait(&l->moved, &l->lock);
    bool is_stopped = l->is_stopped;
    l->found += p->n;
    pthread_mutex_unlock(&l->lock);
    fault f = is_stopped ? NO_FAULT : add_items(l->set, p);
    if (!is_stopped)
        add_none(l->set, p);
    p->n = p->no_n = 0;
    memset(p->no_count, 0, sizeof p->no_count);
    return f;
}

/* Whole lines. False: the text is handed out. */
static bool next_piece(struct loading *l, struct loader *me, span *text, uint32_t *line)
{
    pthread_mutex_lock(&l->lock);
    bool more = l->rest.n && !l->is_stopped;
    if (more) {
        size_t n = l->rest.n < PIECE_BYTES ? l->rest.n : PIECE_BYTES;
        const char *newline = memchr(l->rest.p + n - 1, '\n', l->rest.n - n + 1);
        *text = newline ? span_of(l->rest.p, (size_t)(newline - l->rest.p)) : l->rest;
        *line = l->line;
        l->rest = span_skip(l->rest, text->n + (newline != NULL));
        l->line += (uint32_t)span_count(*text, '\n') + 1;
        me->number = l->pieces++;
    }
    pthread_mutex_unlock(&l->lock);
    return more;
}

static void pass_turn(struct loading *l, bool is_fine)
{
    pthread_mutex_lock(&l->lock);
    l->turn++;
    l->is_stopped |= !is_fine;
    pthread_cond_broadcast(&l->moved);
    pthread_mutex_unlock(&l->lock);
}

static fault load(void *ctx, unsigned thread)
{
    struct loading *l = ctx;
    arena a = {0};
    struct loader *me = arena_new(&a, struct loader, 1);
    struct text_reader *r = text_reader_new(&a, l->set->suffixes);
    span text;
    uint32_t line;
    fault f = NO_FAULT;
    (void)thread;
    *me = (struct loader){.loading = l, .piece = {.take = take_in, .ctx = me}};
    me->piece.items = arena_new(&a, struct piece_item, PIECE_ITEMS_MAX);
    while (!f.kind && next_piece(l, me, &text, &line)) {
        f = text_read_piece(r, &me->piece, text, line, l->source);
        pass_turn(l, !f.kind);
    }
    pthread_mutex_lock(&l->lock);
    arena_join(&l->set->memory, &me->piece.memory);
    pthread_mutex_unlock(&l->lock);
    arena_free(&a);
    return f;
}

fault indicators_read(struct indicators *set, const char *name, span text, uint64_t *found)
{
    *found = 0;
    if (set->name_n == INDICATOR_TEXTS_MAX)
        return fault_make(FAULT_LIMIT, "more than %d texts with indicators", INDICATOR_TEXTS_MAX);
    struct loading l = {.set = set, .rest = text, .line = 1, .source = (uint16_t)set->name_n};
    set->names[set->name_n++] = name;
    indicator_table_expect(set, min_u64(span_count(text, '\n'), INDICATORS_MAX));
    pthread_mutex_init(&l.lock, NULL);
    pthread_cond_init(&l.moved, NULL);
    fault f = task_run((unsigned)min_u64(set->threads, text.n / PIECE_BYTES + 1), load, &l);
    pthread_mutex_destroy(&l.lock);
    pthread_cond_destroy(&l.moved);
    *found = l.found;
    return f;
}
