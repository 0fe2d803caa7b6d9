/* SPDX-License-Identifier: Apache-2.0 */
#include "format/keyed.h"

#include "base/hash.h"
#include "format/compile.h"

enum { AHEAD = 4, NO_RANK = 0xff };

uint64_t key_hash(span name) { return hash64(name) | 1; }

static void put_slot(struct key_map *m, size_t step)
{
    size_t at = m->steps[step].hash & m->slot_mask;
    while (m->slots[at])
        at = (at + 1) & m->slot_mask;
    m->slots[at] = (uint16_t)(step + 1);
}

static size_t find_slot(const struct key_map *m, uint64_t hash, span name)
{
    for (size_t at = hash & m->slot_mask; m->slots[at]; at = (at + 1) & m->slot_mask) {
        const struct key_step *s = &m->steps[m->slots[at] - 1];
        if (s->hash == hash && span_eq(s->name, name))
            return m->slots[at] - 1u;
    }
    return m->n;
}

bool key_map_has_parent(const struct key_map *m, span path)
{
    uint64_t hash = key_hash(path);
    for (size_t i = 0; i < m->parent_n; i++)
        if (m->parents[i] == hash)
            return true;
    return false;
}

/* How many names of the same field stand before this one. */
static uint8_t rank_of(const struct vocabulary *v, size_t at)
{
    unsigned rank = 0;
    for (size_t i = 0; i < at; i++)
        rank += v->fields[i].field == v->fields[at].field;
    return (uint8_t)(rank < 0xfe ? rank : 0xfe);
}

static struct cut_step step_of(const struct named_field *f)
{
    struct cut_step step = {.field = f->field, .field2 = FIELD_COUNT, .type = f->type, .code = span_str(f->name)};
    if (f->type == CUT_ENDPOINT)
        step.field2 = (uint8_t)build_port_of(f->field);
    return step;
}

static void add_step(struct key_map *m, struct key_step s)
{
    s.hash = key_hash(s.name);
    m->steps[m->n++] = s;
    put_slot(m, m->n - 1);
    for (size_t i = 0; i < s.name.n; i++)
        if (s.name.p[i] == '.')
            m->parents[m->parent_n++] = key_hash(span_take(s.name, i));
}

static size_t count_dots(const char *name)
{
    size_t dots = 0;
    for (; *name; name++)
        dots += *name == '.';
    return dots;
}

static const struct cut_step no_field = {.field = FIELD_COUNT, .field2 = FIELD_COUNT, .type = CUT_IGNORED};

static size_t step_named(struct key_map *m, const char *name)
{
    size_t at = find_slot(m, key_hash(span_str(name)), span_str(name));
    if (at == m->n)
        add_step(m, (struct key_step){.name = span_str(name), .step = no_field});
    return at;
}

/* The step of the kind's name knows it; a name that is no field's gets one. */
static void note_kind(struct key_map *m, const struct row_kind *kinds, size_t i)
{
    size_t at = step_named(m, kinds[i].name);
    if (!m->steps[at].kind)
        m->steps[at].kind = (uint8_t)(i + 1);
}

struct key_map *key_map_new(arena *a, const struct vocabulary *v)
{
    struct key_map *m = arena_new(a, struct key_map, 1);
    size_t n = 0, kinds = 0, tunnels = 0, dots = v->pick ? count_dots(v->pick) : 0, slots = 16;
    for (; v->fields[n].name; n++)
        dots += count_dots(v->fields[n].name);
    for (; v->kinds && v->kinds[kinds].name; kinds++)
        dots += count_dots(v->kinds[kinds].name);
    for (; v->tunnels && v->tunnels[tunnels].name; tunnels++)
        dots += count_dots(v->tunnels[tunnels].name);
    while (slots < 2 * (n + kinds + tunnels + 1))
        slots *= 2;
    *m = (struct key_map){.steps = arena_new(a, struct key_step, n + kinds + tunnels + 1), .slots = arena_new(a, uint16_t, slots),
                          .slot_mask = slots - 1, .parents = arena_new(a, uint64_t, dots + 1),
                          .picked = v->pick ? v->picked : NULL, .kinds = v->kinds, .tunnels = v->tunnels};
    bool has_pick = !v->pick;
    for (size_t i = 0; i < n; i++) {
        bool is_pick = v->pick && span_eq(span_str(v->fields[i].name), span_str(v->pick));
        has_pick |= is_pick;
        add_step(m, (struct key_step){.name = span_str(v->fields[i].name), .step = step_of(&v->fields[i]),
                                      .rank = rank_of(v, i), .is_pick = is_pick});
    }
    if (!has_pick)
        add_step(m, (struct key_step){.name = span_str(v->pick), .is_pick = true, .step = no_field});
    for (size_t i = 0; i < kinds; i++)
        note_kind(m, v->kinds, i);
    for (size_t i = 0; i < tunnels; i++)
        m->steps[step_named(m, v->tunnels[i].name)].is_tunnel = true;
    return m;
}

void key_map_expect(arena *a, struct key_map *m, const span *names, size_t n)
{
    n = n < KEYED_ORDER_MAX ? n : KEYED_ORDER_MAX;
    m->order = arena_new(a, struct guess, n + 1);
    m->order_n = n;
    for (size_t i = 0; i < n; i++)
        m->order[i] = (struct guess){arena_dup(a, names[i]), (uint16_t)find_slot(m, key_hash(names[i]), names[i])};
}

struct keyed_row keyed_begin(struct run *r)
{
    struct keyed_row row = {.run = r, .map = r->plan->keys, .is_picked = !r->plan->keys->picked, .kind = NO_RANK};
    memset(row.rank, NO_RANK, sizeof row.rank);
    return row;
}

/* The step of the name: where the sample row had it, or a little further on; else by its hash. */
static size_t find_step(struct keyed_row *row, span name)
{
    const struct key_map *m = row->map;
    for (size_t i = row->at; i < m->order_n && i < row->at + AHEAD; i++)
        if (span_eq(m->order[i].name, name)) {
            row->at = i + 1;
            return m->order[i].step;
        }
    return find_slot(m, key_hash(name), name);
}

static void pick(struct keyed_row *row, span value)
{
    for (size_t i = 0; row->map->picked[i]; i++)
        row->is_picked |= span_eq_nocase(value, span_str(row->map->picked[i]));
}

static void judge_kind(struct keyed_row *row, const struct key_step *s, span value)
{
    const struct row_kind *kinds = row->map->kinds;
    for (size_t i = s->kind - 1u; i < row->kind && kinds[i].name; i++)
        if (span_eq(s->name, span_str(kinds[i].name)) &&
            (!kinds[i].word || span_eq_nocase(value, span_str(kinds[i].word))))
            row->kind = (uint8_t)i;
}

static void judge_tunnel(struct keyed_row *row, const struct key_step *s, span value)
{
    for (const struct tunnel_word *t = row->map->tunnels; t->name; t++)
        row->run->e->is_tunnel |= span_eq(s->name, span_str(t->name)) && span_eq_nocase(value, span_str(t->word));
}

/* A name that gives its field a value comes before the weaker ones, wherever it stands in the row. Of a name that is given
 * twice the first counts: behind the client stands what a client may write into a log that escapes nothing. */
static bool put_ranked(struct keyed_row *row, const struct key_step *s, span value)
{
    event *e = row->run->e;
    unsigned f = s->step.field;
    uint64_t bit = UINT64_C(1) << f, had = e->has & bit, was_blank = e->blank & bit;
    if (s->rank >= row->rank[f])
        return true;
    event kept_at; /* only the one slot is kept */
    kept_at.at[f] = e->at[f];
    e->has &= ~bit;
    e->blank &= ~bit;
    bool fits = put_value(row->run, &s->step, value);
    if (e->has & bit) {
        row->rank[f] = s->rank;
    } else if (had || (was_blank && !(e->blank & bit))) {
        e->at[f] = kept_at.at[f];
        e->has |= had;
        e->blank = (e->blank & ~bit) | was_blank;
    }
    return fits;
}

bool keyed_put(struct keyed_row *row, span name, span value)
{
    size_t at = find_step(row, name);
    if (at == row->map->n)
        return true;
    const struct key_step *s = &row->map->steps[at];
    if (s->is_pick)
        pick(row, value);
    if (s->kind)
        judge_kind(row, s, value);
    if (s->is_tunnel)
        judge_tunnel(row, s, value);
    return s->step.field == FIELD_COUNT ? put_value(row->run, &s->step, value) : put_ranked(row, s, value);
}

enum row_fate keyed_end(const struct keyed_row *row)
{
    const struct row_kind *kinds = row->map->kinds;
    if (!row->is_picked || (kinds && (row->kind == NO_RANK || kinds[row->kind].session == KIND_SKIPPED)))
        return ROW_SKIPPED;
    if (kinds)
        row->run->e->session = kinds[row->kind].session;
    return ROW_EVENT;
}
