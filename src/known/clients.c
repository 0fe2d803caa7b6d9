/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* qsort_r */
#include "known/clients.h"

#include "base/when.h"
#include "event/host.h"

#include <stdlib.h>

enum column { COLUMN_ADDRESS, COLUMN_FROM, COLUMN_TO, COLUMN_NAME, COLUMN_ROLE, COLUMN_COUNT };
enum { CELLS_MAX = 64, CELL_BYTES_MAX = 1024 };

static const struct { const char *name; enum column column; } column_names[] = {
    {"address", COLUMN_ADDRESS}, {"ip", COLUMN_ADDRESS}, {"ip address", COLUMN_ADDRESS}, {"ip_address", COLUMN_ADDRESS},
    {"ipaddress", COLUMN_ADDRESS}, {"client", COLUMN_ADDRESS}, {"アドレス", COLUMN_ADDRESS}, {"IPアドレス", COLUMN_ADDRESS},
    {"from", COLUMN_FROM}, {"start", COLUMN_FROM}, {"since", COLUMN_FROM}, {"開始", COLUMN_FROM}, {"開始日時", COLUMN_FROM},
    {"to", COLUMN_TO}, {"end", COLUMN_TO}, {"until", COLUMN_TO}, {"終了", COLUMN_TO}, {"終了日時", COLUMN_TO},
    {"name", COLUMN_NAME}, {"hostname", COLUMN_NAME}, {"host name", COLUMN_NAME}, {"computer", COLUMN_NAME},
    {"名前", COLUMN_NAME}, {"端末", COLUMN_NAME}, {"端末名", COLUMN_NAME}, {"ホスト名", COLUMN_NAME},
    {"コンピューター名", COLUMN_NAME}, {"コンピュータ名", COLUMN_NAME},
    {"role", COLUMN_ROLE}, {"type", COLUMN_ROLE}, {"役割", COLUMN_ROLE}, {"種別", COLUMN_ROLE}, {"用途", COLUMN_ROLE},
};

struct clients {
    struct machine *items;      /* in the order of the file */
    uint32_t *order;            /* by_key */
    size_t n;
    uint16_t bits[33 + 129];    /* the prefixes in use, longest first: IPv4's, then IPv6's */
    size_t v4_n, v6_n;
};

struct table {
    const char *path;
    size_t line;
    char separator;
    size_t at[COLUMN_COUNT];    /* which cell is it? CELLS_MAX: none */
    int tz_minutes;
};

static fault wrong(const struct table *t, span cell, const char *what)
{
    return fault_make(FAULT_USAGE, "--clients %s: line %zu: %s: %.*s", t->path, t->line, what, (int)span_take(cell, 60).n,
                      cell.p ? cell.p : "");
}

/* One cell off the line; quotes are taken off, "" within them is one. */
static span next_cell(arena *a, char separator, span *rest)
{
    span s = span_trim(*rest);
    if (!s.n || s.p[0] != '"') {
        cut c = span_cut(*rest, separator);
        *rest = c.found ? c.tail : (span){NULL, 0};
        return span_trim(c.head);
    }
    char *text = arena_new(a, char, s.n);
    size_t n = 0, i = 1;
    for (; i < s.n; i++) {
        if (s.p[i] == '"' && (i + 1 >= s.n || s.p[i + 1] != '"'))
            break;
        i += s.p[i] == '"';
        text[n++] = s.p[i];
    }
    cut c = span_cut(span_skip(s, i), separator);
    *rest = c.found ? c.tail : (span){NULL, 0};
    return span_of(text, n);
}

static size_t cut_line(arena *a, char separator, span line, span cells[CELLS_MAX])
{
    size_t n = 0;
    while (line.p && n < CELLS_MAX)
        cells[n++] = next_cell(a, separator, &line);
    return n;
}

static bool read_head(struct table *t, const span *cells, size_t n)
{
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        t->at[c] = CELLS_MAX;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < COUNT_OF(column_names); k++)
            if (span_eq_nocase(cells[i], span_str(column_names[k].name)) && t->at[column_names[k].column] == CELLS_MAX)
                t->at[column_names[k].column] = i;
    if (t->at[COLUMN_ADDRESS] != CELLS_MAX)
        return true;
    for (size_t c = 0; c < COLUMN_COUNT; c++) /* no header: address,name */
        t->at[c] = c == COLUMN_ADDRESS ? 0 : c == COLUMN_NAME ? 1 : CELLS_MAX;
    return false;
}

/* 2026-11-21 21:19, or 2026/11/21 9:19 as spreadsheets write it. */
static fault read_time(const struct table *t, span cell, int64_t *ms)
{
    int zone;
    if (!cell.n)
        return NO_FAULT;
    if (!when_typed(cell, ms, &zone))
        return wrong(t, cell, "no time like 2026-11-21 21:19");
    if (zone == WHEN_NONE_MINUTES)
        *ms -= (int64_t)t->tz_minutes * 60000;
    return NO_FAULT;
}

static fault read_address(const struct table *t, arena *a, span cell, struct machine *m)
{
    host_name canonical;
    struct address address;
    cut slash = span_cut(cell, '/');
    if (!cell.n || cell.n > HOST_MAX)
        return wrong(t, cell, "no address");
    m->is_address = address_canon(slash.head, &canonical) && address_parse(host_span(&canonical), &address);
    if (!m->is_address && slash.found)
        return wrong(t, cell, "no address before the '/'");
    uint64_t bits = m->is_address && !address.is_v4 ? 128 : 32;
    if (slash.found && (!span_u64(slash.tail, &bits) || bits > 128))
        return wrong(t, cell, "no network like 10.1.0.0/16");
    m->bits = (unsigned)bits;
    if (m->is_address && !address_network(address, m->bits, &m->range))
        return wrong(t, cell, "no network like 10.1.0.0/16");
    m->address = slash.found ? arena_dup(a, cell) : arena_dup(a, host_span(&canonical));
    return NO_FAULT;
}

static span cell_at(const struct table *t, const span *cells, size_t n, enum column c)
{
    return t->at[c] < n ? cells[t->at[c]] : (span){NULL, 0};
}

static fault read_row(const struct table *t, arena *a, const span *cells, size_t n, struct machine *m)
{
    span name = cell_at(t, cells, n, COLUMN_NAME), role = cell_at(t, cells, n, COLUMN_ROLE);
    *m = (struct machine){.from = INT64_MIN, .to = INT64_MAX, .line = t->line};
    TRY(read_address(t, a, cell_at(t, cells, n, COLUMN_ADDRESS), m));
    TRY(read_time(t, cell_at(t, cells, n, COLUMN_FROM), &m->from));
    TRY(read_time(t, cell_at(t, cells, n, COLUMN_TO), &m->to));
    if (m->from > m->to)
        return wrong(t, cell_at(t, cells, n, COLUMN_TO), "ends before it begins");
    if (!name.n && !role.n)
        return wrong(t, m->address, "neither name nor role");
    m->name = name.n ? arena_dup(a, span_take(name, CELL_BYTES_MAX)) : (span){NULL, 0};
    m->role = role.n ? arena_dup(a, span_take(role, CELL_BYTES_MAX)) : (span){NULL, 0};
    return NO_FAULT;
}

/* By what is looked up: names by text; addresses by family, longest prefix, network; then by beginning and line. */
static int compare(const struct machine *a, const struct machine *b)
{
    int order = (int)a->is_address - (int)b->is_address;
    if (!order && !a->is_address)
        order = span_cmp(a->address, b->address);
    if (!order && a->is_address)
        order = (int)b->range.low.is_v4 - (int)a->range.low.is_v4;
    if (!order && a->is_address)
        order = (int)b->bits - (int)a->bits;
    return order || !a->is_address ? order : memcmp(a->range.low.bytes, b->range.low.bytes, 16);
}

static int by_key(const void *x, const void *y, void *items)
{
    const struct machine *a = (const struct machine *)items + *(const uint32_t *)x;
    const struct machine *b = (const struct machine *)items + *(const uint32_t *)y;
    int order = compare(a, b);
    if (order)
        return order;
    return a->from != b->from ? (a->from > b->from) - (a->from < b->from) : (a->line > b->line) - (a->line < b->line);
}

static void sort(struct clients *c, arena *a)
{
    c->order = arena_new(a, uint32_t, c->n + 1);
    for (size_t i = 0; i < c->n; i++)
        c->order[i] = (uint32_t)i;
    qsort_r(c->order, c->n, sizeof *c->order, by_key, c->items);
    for (size_t i = 0; i < c->n; i++) {
        const struct machine *m = &c->items[c->order[i]];
        size_t at = m->range.low.is_v4 ? c->v4_n : c->v4_n + c->v6_n;
        size_t first = m->range.low.is_v4 ? 0 : c->v4_n;
        if (!m->is_address || (at > first && c->bits[at - 1] == m->bits))
            continue;
        c->bits[at] = (uint16_t)m->bits;
        c->v4_n += m->range.low.is_v4;
        c->v6_n += !m->range.low.is_v4;
    }
}

static char separator_of(span line)
{
    return memchr(line.p, '\t', line.n) ? '\t' : !memchr(line.p, ',', line.n) && memchr(line.p, ';', line.n) ? ';' : ',';
}

static fault read_line(struct table *t, arena *a, span line, struct clients *c, size_t *capacity)
{
    span cells[CELLS_MAX];
    if (!line.n || line.p[0] == '#')
        return NO_FAULT;
    bool is_first = !t->separator;
    t->separator = is_first ? separator_of(line) : t->separator;
    size_t n = cut_line(a, t->separator, line, cells);
    if (is_first && read_head(t, cells, n))
        return NO_FAULT;
    if (!array_reserve((void **)&c->items, capacity, c->n + 1, sizeof *c->items, CLIENT_LINES_MAX))
        return fault_make(FAULT_LIMIT, "--clients %s: more than %d lines", t->path, CLIENT_LINES_MAX);
    return read_row(t, a, cells, n, &c->items[c->n++]);
}

fault clients_read(arena *a, const char *path, span text, int tz_minutes, struct clients **out)
{
    struct table t = {.path = path, .tz_minutes = tz_minutes};
    struct clients *c = arena_new(a, struct clients, 1);
    size_t capacity = 0;
    fault f = NO_FAULT;
    *out = NULL;
    if (span_starts(text, SPAN("\xef\xbb\xbf")))
        text = span_skip(text, 3);
    for (cut l = {.tail = text, .found = true}; l.found && !f.kind;) {
        l = span_cut(l.tail, '\n');
        t.line++;
        span line = l.head.n && l.head.p[l.head.n - 1] == '\r' ? span_take(l.head, l.head.n - 1) : l.head;
        f = read_line(&t, a, span_trim(line).n ? line : (span){NULL, 0}, c, &capacity);
    }
    struct machine *items = c->items; /* into the arena: nobody frees a struct clients */
    c->items = arena_new(a, struct machine, c->n + 1);
    if (c->n)
        memcpy(c->items, items, c->n * sizeof *items);
    array_free((void **)&items, &capacity);
    if (f.kind)
        return f;
    if (!c->n)
        return fault_make(FAULT_USAGE, "--clients %s: no line with an address", path);
    sort(c, a);
    *out = c;
    return NO_FAULT;
}

/* The last of those with this key that begins at or before `at` and has not ended; NULL: none. */
static const struct machine *last_at(const struct clients *c, const struct machine *key)
{
    size_t low = 0, high = c->n;
    while (low < high) { /* the first that is behind (key, from) */
        size_t middle = low + (high - low) / 2;
        const struct machine *m = &c->items[c->order[middle]];
        int order = compare(m, key);
        if (order < 0 || (order == 0 && m->from <= key->from))
            low = middle + 1;
        else
            high = middle;
    }
    for (; low > 0; low--) {
        const struct machine *m = &c->items[c->order[low - 1]];
        if (compare(m, key) != 0)
            return NULL;
        if (m->to >= key->from)
            return m;
    }
    return NULL;
}

const struct machine *clients_find(const struct clients *c, span client, int64_t at)
{
    struct machine key = {.address = client, .from = at};
    struct address address;
    if (!c)
        return NULL;
    key.is_address = address_parse(client, &address);
    if (!key.is_address)
        return last_at(c, &key);
    size_t first = address.is_v4 ? 0 : c->v4_n, n = address.is_v4 ? c->v4_n : c->v6_n;
    for (size_t i = first; i < first + n; i++) {
        key.bits = c->bits[i];
        bool fits = address_network(address, key.bits, &key.range);
        const struct machine *m = fits ? last_at(c, &key) : NULL;
        if (m)
            return m;
    }
    return NULL;
}

size_t clients_count(const struct clients *c) { return c ? c->n : 0; }
const struct machine *clients_item(const struct clients *c, size_t i) { return &c->items[i]; }
