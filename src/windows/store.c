/* SPDX-License-Identifier: Apache-2.0 */
#include "windows/store.h"

#include "base/hash.h"
#include "tables/copies.h"

#include <pthread.h>
#include <stdlib.h>

enum { FIRST_TEXTS = 1024, RECORDS_COMPARED = WINDOWS_KEPT_MAX * WINDOWS_CLASS_COUNT * 3 };
static const uint64_t NOT_KEPT = WINDOWS_BIT(TIME) | WINDOWS_BIT(CHANNEL) | WINDOWS_BIT(PROVIDER) | WINDOWS_BIT(EVENT_ID);

struct kept_list {
    struct kept **items;
    size_t n, capacity;
};

/* Kept events and their texts, each text once. */
struct shelf {
    arena memory;
    const struct kept_text **texts;   /* open addressing, by hash_slot */
    size_t size, used;
};

struct windows_state {
    pthread_mutex_t lock;
    struct shelf shelf;
    struct kept_list lists[WINDOWS_CLASS_COUNT], all;
    size_t max;
};

struct windows_worker {
    struct windows_store *store;
    arena memory;
    struct kept_list drafts[WINDOWS_CLASS_COUNT];
};

static void push(struct kept_list *l, struct kept *k)
{
    if (!array_reserve((void **)&l->items, &l->capacity, l->n + 1, sizeof *l->items, SIZE_MAX / sizeof *l->items))
        panic("too many Windows events");
    l->items[l->n++] = k;
}

static void free_list(struct kept_list *l) { array_free((void **)&l->items, &l->capacity); }

struct windows_store *windows_store_new(size_t sources, size_t kept_max)
{
    struct windows_store *s = mem_alloc(sizeof *s);
    s->state = mem_alloc(sizeof *s->state);
    s->duplicate = mem_alloc((sources + 1) * sizeof *s->duplicate);
    s->state->max = kept_max ? kept_max : WINDOWS_KEPT_MAX;
    pthread_mutex_init(&s->state->lock, NULL);
    for (size_t c = 0; c < WINDOWS_CLASS_COUNT; c++)
        s->dropped[c].until = INT64_MIN;
    return s;
}

static void free_shelf(struct shelf *s)
{
    arena_free(&s->memory);
    mem_free(s->texts);
    *s = (struct shelf){.size = 0};
}

void windows_store_free(struct windows_store *s)
{
    if (!s)
        return;
    free_shelf(&s->state->shelf);
    for (size_t c = 0; c < WINDOWS_CLASS_COUNT; c++)
        free_list(&s->state->lists[c]);
    free_list(&s->state->all);
    pthread_mutex_destroy(&s->state->lock);
    mem_free(s->state);
    mem_free(s->duplicate);
    mem_free(s);
}

static span text_span(const struct kept_text *t) { return span_of(t->bytes, t->n); }

static const struct kept_text **find_text(const struct shelf *s, span text)
{
    size_t i = hash_slot(text) & (s->size - 1);
    while (s->texts[i] && !span_eq(text_span(s->texts[i]), text))
        i = (i + 1) & (s->size - 1);
    return &s->texts[i];
}

static void grow_texts(struct shelf *s)
{
    struct shelf more = {.size = s->size ? s->size * 2 : FIRST_TEXTS};
    more.texts = mem_alloc(more.size * sizeof(void *));
    for (size_t i = 0; i < s->size; i++)
        if (s->texts[i])
            *find_text(&more, text_span(s->texts[i])) = s->texts[i];
    mem_free(s->texts);
    s->texts = more.texts;
    s->size = more.size;
}

static struct kept_text *new_text(arena *a, span text)
{
    struct kept_text *t = arena_alloc(a, sizeof *t + text.n, _Alignof(struct kept_text), 1);
    t->n = (uint32_t)text.n;
    if (text.n)
        memcpy(t->bytes, text.p, text.n);
    return t;
}

static const struct kept_text *shelve_text(struct shelf *s, span text)
{
    if ((s->used + 1) * 2 > s->size)
        grow_texts(s);
    const struct kept_text **slot = find_text(s, text);
    if (!*slot) {
        *slot = new_text(&s->memory, text);
        s->used++;
    }
    return *slot;
}

static bool is_text(enum windows_field f) { return windows_field_infos[f].type == WINDOWS_TYPE_TEXT; }

static struct kept *new_kept(arena *a, uint64_t has)
{
    size_t n = (size_t)__builtin_popcountll(has);
    return arena_alloc(a, sizeof(struct kept) + n * sizeof(union kept_slot), _Alignof(struct kept), 1);
}

/* A copy that lives on the shelf. */
static struct kept *shelve(struct shelf *s, const struct kept *from)
{
    struct kept *k = new_kept(&s->memory, from->has);
    *k = *from;
    size_t i = 0;
    for (uint64_t bits = from->has; bits; bits &= bits - 1, i++) {
        bool is_shared = is_text((enum windows_field)__builtin_ctzll(bits));
        k->slots[i] = from->slots[i];
        if (is_shared)
            k->slots[i].text = shelve_text(s, text_span(from->slots[i].text));
    }
    return k;
}

static int by_time(const void *a, const void *b)
{
    const struct kept *x = *(struct kept *const *)a, *y = *(struct kept *const *)b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->origin > y->origin) - (x->origin < y->origin);
}

static void sort(struct kept_list *l)
{
    if (l->n)
        qsort(l->items, l->n, sizeof *l->items, by_time);
}

/* Leaves the latest of one class: what was dropped depends on all its events, not on who brought them when. */
static void drop_earliest(struct windows_store *s, size_t class)
{
    struct kept_list *l = &s->state->lists[class];
    size_t more = l->n > s->state->max ? l->n - s->state->max : 0;
    sort(l);
    if (!more)
        return;
    s->dropped[class].n += more;
    s->dropped[class].until = max_i64(s->dropped[class].until, l->items[more - 1]->time);
    memmove(l->items, l->items + more, (l->n - more) * sizeof *l->items);
    l->n -= more;
}

/* Gives back the memory of what was dropped. */
static void move_to_new_shelf(struct windows_state *state)
{
    struct shelf old = state->shelf;
    state->shelf = (struct shelf){.size = 0};
    for (size_t c = 0; c < WINDOWS_CLASS_COUNT; c++)
        for (size_t i = 0; i < state->lists[c].n; i++)
            state->lists[c].items[i] = shelve(&state->shelf, state->lists[c].items[i]);
    free_shelf(&old);
}

struct windows_worker *windows_worker_new(struct windows_store *s)
{
    struct windows_worker *w = mem_alloc(sizeof *w);
    w->store = s;
    return w;
}

static void draft_slot(struct windows_worker *w, struct kept *k, union kept_slot *slot, const struct windows_event *e, enum windows_field f)
{
    if (!is_text(f)) {
        slot->number = e->at[f].number;
        return;
    }
    if (e->at[f].text.n > WINDOWS_TEXT_MAX)
        k->cut |= UINT64_C(1) << f;
    slot->text = new_text(&w->memory, span_take(e->at[f].text, WINDOWS_TEXT_MAX));
}

void windows_worker_event(struct windows_worker *w, uint32_t source, uint64_t offset, const struct windows_event *e)
{
    uint64_t has = e->has & ~NOT_KEPT;
    struct kept *k = new_kept(&w->memory, has);
    *k = (struct kept){.time = e->at[WINDOWS_TIME].ms, .origin = (uint64_t)source << ROW_OFFSET_BITS | offset, .kind = e->kind,
                       .has = has, .blank = e->blank & ~NOT_KEPT};
    size_t i = 0;
    for (uint64_t bits = has; bits; bits &= bits - 1)
        draft_slot(w, k, &k->slots[i++], e, (enum windows_field)__builtin_ctzll(bits));
    push(&w->drafts[windows_class(e)], k);
}

void windows_worker_flush(struct windows_worker *w)
{
    struct windows_state *state = w->store->state;
    bool is_full = false;
    pthread_mutex_lock(&state->lock);
    for (size_t c = 0; c < WINDOWS_CLASS_COUNT; c++) {
        for (size_t i = 0; i < w->drafts[c].n; i++)
            push(&state->lists[c], shelve(&state->shelf, w->drafts[c].items[i]));
        w->drafts[c].n = 0;
        if (state->lists[c].n > state->max + state->max / 4) {
            drop_earliest(w->store, c);
            is_full = true;
        }
    }
    if (is_full)
        move_to_new_shelf(state);
    pthread_mutex_unlock(&state->lock);
    arena_free(&w->memory);
}

void windows_worker_close(struct windows_worker *w)
{
    for (size_t c = 0; c < WINDOWS_CLASS_COUNT; c++)
        free_list(&w->drafts[c]);
    arena_free(&w->memory);
    mem_free(w);
}

/* Which record of which computer; of one without a number all that it says. */
static uint64_t identity(const struct kept *k)
{
    uint64_t hash = hash_mix((uint64_t)k->time) + k->kind->id + hash64(span_str(k->kind->channel));
    hash = hash_mix(hash + hash64(kept_text(k, WINDOWS_COMPUTER)));
    if (kept_has(k, WINDOWS_RECORD_ID))
        return hash_mix(hash + kept_number(k, WINDOWS_RECORD_ID));
    size_t i = 0;
    for (uint64_t bits = k->has; bits; bits &= bits - 1, i++) {
        unsigned f = (unsigned)__builtin_ctzll(bits);
        hash = hash_mix(hash + f + (is_text((enum windows_field)f) ? hash64(text_span(k->slots[i].text)) : k->slots[i].number));
    }
    return hash;
}

static void drop_copies(struct windows_store *s)
{
    struct kept_list *all = &s->state->all;
    struct copies *copies = copies_new(RECORDS_COMPARED);
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++) {
        bool counts = copies_counts(copies, identity(all->items[i]), kept_source(all->items[i]));
        s->duplicate[kept_source(all->items[i])] += !counts;
        if (counts)
            all->items[n++] = all->items[i];
    }
    all->n = n;
    copies_free(copies);
}

void windows_seal(struct windows_store *s)
{
    struct windows_state *state = s->state;
    for (size_t c = 0; c < WINDOWS_CLASS_COUNT; c++) {
        drop_earliest(s, c);
        for (size_t i = 0; i < state->lists[c].n; i++)
            push(&state->all, state->lists[c].items[i]);
        free_list(&state->lists[c]);
        state->lists[c] = (struct kept_list){.n = 0};
    }
    sort(&state->all);
    drop_copies(s);
    s->events = (const struct kept *const *)state->all.items;
    s->n = state->all.n;
}
