/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/windows_fold.h"

#include "base/hash.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 64, NAME_BYTES_MAX = 512, CLEARINGS_HELD = 2 * CLEARINGS_MAX };

size_t windows_kind_number(const struct windows_kind *kind) { return (size_t)(kind - windows_kind_at(0)); }

static uint64_t hash_nocase(span s)
{
    char lower[NAME_BYTES_MAX];
    size_t n = s.n < sizeof lower ? s.n : sizeof lower;
    for (size_t i = 0; i < n; i++)
        lower[i] = ascii_lower(s.p[i]);
    return hash64(span_of(lower, n));
}

static struct windows_log **slot_of(const struct windows_fold *f, uint64_t key)
{
    size_t at = hash_mix(key) & (f->slot_n - 1);
    while (f->slots[at] && f->slots[at]->key != key)
        at = (at + 1) & (f->slot_n - 1);
    return &f->slots[at];
}

static void grow(struct windows_fold *f)
{
    struct windows_fold old = *f;
    f->slot_n = old.slot_n ? old.slot_n * 2 : FIRST_SLOTS;
    f->slots = mem_alloc(f->slot_n * sizeof(struct windows_log *));
    for (size_t i = 0; i < old.slot_n; i++)
        if (old.slots[i])
            *slot_of(f, old.slots[i]->key) = old.slots[i];
    mem_free(old.slots);
}

/* Of several spellings the first by its bytes, whoever came first. */
static void keep_spelling(struct windows_fold *f, span *kept, span s)
{
    if (span_cmp(s, *kept) < 0)
        *kept = arena_dup(&f->memory, s);
}

static span or_empty(span s) { return s.p ? s : SPAN(""); }

/* NULL: there are too many. */
static struct windows_log *log_of(struct windows_fold *f, span computer, span channel)
{
    computer = or_empty(computer);
    channel = or_empty(channel);
    uint64_t key = hash_mix(hash_nocase(computer)) + hash_nocase(channel);
    if (f->n * 2 >= f->slot_n)
        grow(f);
    struct windows_log **slot = slot_of(f, key);
    if (*slot) {
        keep_spelling(f, &(*slot)->computer, computer);
        keep_spelling(f, &(*slot)->channel, channel);
        return *slot;
    }
    if (f->n == WINDOWS_LOGS_MAX)
        return NULL;
    f->n++;
    *slot = mem_alloc(sizeof **slot);
    **slot = (struct windows_log){.computer = arena_dup(&f->memory, computer), .channel = arena_dup(&f->memory, channel),
                                  .key = key, .first = INT64_MAX, .last = INT64_MIN};
    return *slot;
}

static int by_time(const void *x, const void *y)
{
    const struct log_clearing *a = x, *b = y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

/* The earliest CLEARINGS_MAX: in whatever order they come, the same ones stay. */
static void drop_latest(struct windows_fold *f)
{
    if (f->clearing_n)
        qsort(f->clearings, f->clearing_n, sizeof *f->clearings, by_time);
    if (f->clearing_n <= CLEARINGS_MAX)
        return;
    f->clearings_more += f->clearing_n - CLEARINGS_MAX;
    f->clearing_n = CLEARINGS_MAX;
}

static void add_clearing(struct windows_fold *f, struct log_clearing c)
{
    if (!array_reserve((void **)&f->clearings, &f->clearing_capacity, f->clearing_n + 1, sizeof *f->clearings,
                       CLEARINGS_HELD))
        panic("out of memory");
    c.computer = arena_dup(&f->memory, or_empty(c.computer));
    c.log = arena_dup(&f->memory, c.log);
    c.user = c.user.p ? arena_dup(&f->memory, c.user) : c.user;
    f->clearings[f->clearing_n++] = c;
    if (f->clearing_n == CLEARINGS_HELD)
        drop_latest(f);
}

static void note_clearing(struct windows_fold *f, uint32_t source, uint64_t offset, const struct windows_event *e)
{
    span user = windows_text(e, WINDOWS_SUBJECT_USER), domain = windows_text(e, WINDOWS_SUBJECT_DOMAIN);
    span log = windows_text(e, WINDOWS_TEXT);
    if (user.n && domain.n)
        user = arena_printf(&f->memory, "%.*s\\%.*s", (int)span_take(domain, NAME_BYTES_MAX).n, domain.p,
                            (int)span_take(user, NAME_BYTES_MAX).n, user.p);
    add_clearing(f, (struct log_clearing){windows_text(e, WINDOWS_COMPUTER), log.n ? log : span_str(e->kind->channel), user,
                                          e->at[WINDOWS_TIME].ms, source, offset});
}

void windows_fold_add(struct windows_fold *f, uint32_t source, uint64_t offset, const struct windows_event *e)
{
    span channel = e->kind ? span_str(e->kind->channel) : windows_text(e, WINDOWS_CHANNEL);
    struct windows_log *log = windows_has(e, WINDOWS_TIME) ? log_of(f, windows_text(e, WINDOWS_COMPUTER), channel) : NULL;
    if (!log) {
        f->refused++;
        return;
    }
    event time = {.has = FIELD_BIT(TIME), .gives = FIELD_BIT(TIME)};
    time.at[FIELD_TIME].ms = e->at[WINDOWS_TIME].ms;
    log->events++;
    log->first = min_i64(log->first, e->at[WINDOWS_TIME].ms);
    log->last = max_i64(log->last, e->at[WINDOWS_TIME].ms);
    times_add(&log->times, offset, &time);
    log->times.block_rows = 0;   /* the clock's steps are not looked for: records of one log are in order of writing */
    if (!e->kind)
        return;
    log->kinds[windows_kind_number(e->kind)]++;
    log->command_lines += e->kind->meaning == MEANS_PROCESS && windows_text(e, WINDOWS_COMMAND_LINE).n > 0;
    if (e->kind->meaning == MEANS_LOG_CLEARED)
        note_clearing(f, source, offset, e);
}

void windows_fold_join(struct windows_fold *to, const struct windows_fold *from)
{
    for (size_t i = 0; i < from->slot_n; i++) {
        const struct windows_log *l = from->slots[i];
        struct windows_log *log = l ? log_of(to, l->computer, l->channel) : NULL;
        if (l && !log)
            to->refused += l->events;
        if (!log)
            continue;
        log->events += l->events;
        log->command_lines += l->command_lines;
        log->first = min_i64(log->first, l->first);
        log->last = max_i64(log->last, l->last);
        for (size_t k = 0; k < WINDOWS_KINDS_MAX; k++)
            log->kinds[k] += l->kinds[k];
        times_join(&log->times, &l->times);
    }
    to->refused += from->refused;
    to->clearings_more += from->clearings_more;
    for (size_t i = 0; i < from->clearing_n; i++)
        add_clearing(to, from->clearings[i]);
}

void windows_fold_settle(struct windows_fold *f) { drop_latest(f); }

void windows_fold_free(struct windows_fold *f)
{
    for (size_t i = 0; i < f->slot_n; i++) {
        if (f->slots[i])
            times_free(&f->slots[i]->times);
        mem_free(f->slots[i]);
    }
    mem_free(f->slots);
    array_free((void **)&f->clearings, &f->clearing_capacity);
    arena_free(&f->memory);
    *f = (struct windows_fold){.n = 0};
}

static int cmp_nocase(span a, span b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        unsigned char x = (unsigned char)ascii_lower(a.p[i]), y = (unsigned char)ascii_lower(b.p[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a.n > b.n) - (a.n < b.n);
}

static int by_name(const void *x, const void *y)
{
    const struct windows_log *a = *(const struct windows_log *const *)x, *b = *(const struct windows_log *const *)y;
    int order = cmp_nocase(a->computer, b->computer);
    return order ? order : cmp_nocase(a->channel, b->channel);
}

size_t windows_fold_logs(const struct windows_fold *f, const struct windows_log **out)
{
    size_t n = 0;
    for (size_t i = 0; i < f->slot_n; i++)
        if (f->slots[i])
            out[n++] = f->slots[i];
    if (n)
        qsort(out, n, sizeof *out, by_name);
    return n;
}
