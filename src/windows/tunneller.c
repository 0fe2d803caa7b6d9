/* SPDX-License-Identifier: Apache-2.0 */
#include "windows/tunneller.h"

#include "event/host.h"
#include "windows/map.h"

#include <stdlib.h>

enum {
    RDP_PORT = 3389,
    LATE_MS = 2000,                      /* Sysmon writes of what was a second or two ago */
    LOOKED_MAX = 256,                    /* events of one key looked at around one session */
    CHILDREN_MAX = 8, BEFORE_MAX = 4
};

/* Events by something they share, each list sorted by (computer, key, time, origin). */
struct shared { uint64_t key; const struct kept *k; uint32_t computer; bool is_proxy; };
struct list { struct shared *items; size_t n, capacity; };

struct finding_out {
    const struct windows_store *store;
    const struct computers *computers;
    const struct clock *clocks;
    bool *is_wanted;                     /* per computer: has it sessions to explain? */
    struct list by_port;                 /* connections to here, by the local port */
    struct list to_rdp;                  /* ... to the RDP port, all under one key */
    struct list by_pid;                  /* connections to elsewhere, by process */
    struct list starts, children;        /* of processes, by their number, by their parent's */
    struct list forwarders;              /* starts whose command line forwards something, under one key */
};

static void add(struct list *l, uint32_t computer, uint64_t key, const struct kept *k)
{
    if (!array_reserve((void **)&l->items, &l->capacity, l->n + 1, sizeof *l->items, SIZE_MAX / sizeof *l->items))
        panic("too many Windows events");
    l->items[l->n++] = (struct shared){.key = key, .k = k, .computer = computer};
}

static int by_key(const void *x, const void *y)
{
    const struct shared *a = x, *b = y;
    if (a->computer != b->computer)
        return a->computer < b->computer ? -1 : 1;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->k->time != b->k->time)
        return a->k->time < b->k->time ? -1 : 1;
    return (a->k->origin > b->k->origin) - (a->k->origin < b->k->origin);
}

static void sort(struct list *l)
{
    if (l->n)
        qsort(l->items, l->n, sizeof *l->items, by_key);
}

/* Behind all of (computer, key) up to and including that time. */
static size_t behind(const struct list *l, uint32_t computer, uint64_t key, int64_t at)
{
    size_t low = 0, high = l->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct shared *s = &l->items[middle];
        bool is_before = s->computer != computer ? s->computer < computer : s->key != key ? s->key < key : s->k->time <= at;
        if (is_before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The i-th of (computer, key) that is not earlier than `from`, counted back from `end`; NULL: no more. */
static const struct kept *back(const struct list *l, size_t end, size_t i, uint32_t computer, uint64_t key, int64_t from)
{
    const struct shared *s = i < end && i < LOOKED_MAX ? &l->items[end - 1 - i] : NULL;
    return s && s->computer == computer && s->key == key && s->k->time >= from ? s->k : NULL;
}

static bool is_here(const struct finding_out *f, uint32_t computer, span address, int64_t at)
{
    host_name canonical;
    return windows_address_kind(address) == ADDRESS_LOOPBACK ||
           (address_canon(span_trim(address), &canonical) && computer_owns(f->computers, computer, host_span(&canonical), at));
}

static bool leads_to_proxy(const struct finding_out *f, uint32_t computer, const struct kept *k)
{
    const struct endpoint *proxy = f->clocks ? &f->clocks[computer].proxy : NULL;
    host_name canonical;
    return proxy && proxy->address.n && kept_number(k, WINDOWS_REMOTE_PORT) == proxy->port &&
           address_canon(span_trim(kept_text(k, WINDOWS_REMOTE_ADDRESS)), &canonical) && span_eq(host_span(&canonical), proxy->address);
}

static void take_connection(struct finding_out *f, uint32_t computer, const struct kept *k)
{
    enum windows_address kind = windows_address_kind(kept_text(k, WINDOWS_REMOTE_ADDRESS));
    uint64_t port = kept_number(k, WINDOWS_REMOTE_PORT);
    if (kept_number(k, WINDOWS_DIRECTION) != DIRECTION_OUT || kind == ADDRESS_NONE || kind == ADDRESS_NAME)
        return;
    if (is_here(f, computer, kept_text(k, WINDOWS_REMOTE_ADDRESS), k->time)) {
        if (kept_number(k, WINDOWS_LOCAL_PORT))
            add(&f->by_port, computer, kept_number(k, WINDOWS_LOCAL_PORT), k);
        if (port == RDP_PORT)
            add(&f->to_rdp, computer, 0, k);
    } else if (kept_has(k, WINDOWS_PROCESS_ID)) {
        add(&f->by_pid, computer, kept_number(k, WINDOWS_PROCESS_ID), k);
        f->by_pid.items[f->by_pid.n - 1].is_proxy = leads_to_proxy(f, computer, k);
    }
}

static void take_process(struct finding_out *f, uint32_t computer, const struct kept *k)
{
    if (kept_has(k, WINDOWS_PROCESS_ID))
        add(&f->starts, computer, kept_number(k, WINDOWS_PROCESS_ID), k);
    if (kept_has(k, WINDOWS_PARENT_ID))
        add(&f->children, computer, kept_number(k, WINDOWS_PARENT_ID), k);
    if (command_forwards(command_read(kept_text(k, WINDOWS_PROCESS), kept_text(k, WINDOWS_COMMAND_LINE))))
        add(&f->forwarders, computer, 0, k);
}

static void collect(struct finding_out *f)
{
    for (size_t i = 0; i < f->store->n; i++) {
        const struct kept *k = f->store->events[i];
        bool is_connection = k->kind->meaning == MEANS_CONNECTION;
        uint32_t computer = is_connection || k->kind->meaning == MEANS_PROCESS ? computer_of(f->computers, k) : COMPUTER_NONE;
        if (computer == COMPUTER_NONE || !f->is_wanted[computer])
            continue;
        if (is_connection)
            take_connection(f, computer, k);
        else
            take_process(f, computer, k);
    }
    sort(&f->by_port);
    sort(&f->to_rdp);
    sort(&f->by_pid);
    sort(&f->starts);
    sort(&f->children);
    sort(&f->forwarders);
}

static span file_name(span path)
{
    cut c = span_rcut(path, '\\');
    return c.found ? c.tail : path;
}

static bool is_same_program(span a, span b) { return !a.n || !b.n || span_eq_nocase(file_name(a), file_name(b)); }

/* Windows' own ends of RDP: the service and the kernel. */
static bool is_service(const struct kept *k)
{
    span name = file_name(kept_text(k, WINDOWS_PROCESS));
    return span_eq_nocase(name, SPAN("svchost.exe")) || span_eq_nocase(name, SPAN("System")) || kept_number(k, WINDOWS_PROCESS_ID) == 4;
}

/* The session's port is the local port of a connection to here: of several the nearest in time. */
static const struct kept *find_by_port(const struct finding_out *f, uint32_t computer, const struct rdp_segment *s)
{
    const struct kept *best = NULL, *k;
    if (!(s->has & RDP_HAS_PORT))
        return NULL;
    size_t end = behind(&f->by_port, computer, s->port, s->start + RDP_LINK_MS);
    for (size_t i = 0; (k = back(&f->by_port, end, i, computer, s->port, s->start - RDP_LINK_MS)); i++)
        if (!best || llabs(k->time - s->start) < llabs(best->time - s->start))
            best = k;
    return best;
}

static bool is_listed(const struct kept *const *list, size_t n, const struct kept *k)
{
    for (size_t i = 0; i < n; i++)
        if (kept_number(list[i], WINDOWS_PROCESS_ID) == kept_number(k, WINDOWS_PROCESS_ID) &&
            is_same_program(kept_text(list[i], WINDOWS_PROCESS), kept_text(k, WINDOWS_PROCESS)))
            return true;
    return false;
}

/* Whoever of other programs connected to the RDP port just then, the nearest first; *n: how many programs did. */
static const struct kept *find_by_time(const struct finding_out *f, uint32_t computer, const struct rdp_segment *s, uint64_t *n)
{
    const struct kept *best = NULL, *k, *programs[CHILDREN_MAX];
    size_t program_n = 0, end = behind(&f->to_rdp, computer, 0, s->start + TUNNELLER_NEAR_MS);
    for (size_t i = 0; (k = back(&f->to_rdp, end, i, computer, 0, s->start - TUNNELLER_NEAR_MS)); i++) {
        if (is_service(k))
            continue;
        if (program_n < CHILDREN_MAX && !is_listed(programs, program_n, k))
            programs[program_n++] = k;
        if (!best || llabs(k->time - s->start) < llabs(best->time - s->start))
            best = k;
    }
    *n = program_n;
    return best;
}

/* The last start of that number before `at`, if it is of that program. 4688 and Sysmon 1 both write it, and perhaps only one
 * has the command line. */
static const struct kept *find_start(const struct finding_out *f, uint32_t computer, uint64_t pid, span process, int64_t at)
{
    const struct kept *best = NULL, *k;
    size_t end = behind(&f->starts, computer, pid, at + LATE_MS);
    for (size_t i = 0; (k = back(&f->starts, end, i, computer, pid, INT64_MIN)); i++) {
        if (!is_same_program(process, kept_text(k, WINDOWS_PROCESS)) || (best && best->time - k->time > 2 * LATE_MS))
            break;
        if (!best || (!kept_has(best, WINDOWS_COMMAND_LINE) && kept_has(k, WINDOWS_COMMAND_LINE)))
            best = k;
    }
    return best;
}

/* Nothing but a command line says so: the last program that forwards something and was started before. */
static const struct kept *find_by_command(const struct finding_out *f, uint32_t computer, const struct rdp_segment *s, uint64_t *n)
{
    const struct kept *best = NULL, *k, *programs[CHILDREN_MAX];
    size_t program_n = 0, end = behind(&f->forwarders, computer, 0, s->start);
    for (size_t i = 0; (k = back(&f->forwarders, end, i, computer, 0, s->start - TUNNELLER_LOOK_BACK_MS)); i++) {
        best = best ? best : k;
        if (program_n < CHILDREN_MAX && !is_listed(programs, program_n, k))
            programs[program_n++] = k;
    }
    *n = program_n;
    return best;
}

static struct outside outside_of(const struct kept *k, bool is_proxy)
{
    return (struct outside){.time = k->time, .address = kept_text(k, WINDOWS_REMOTE_ADDRESS), .event = k,
                            .port = (uint16_t)kept_number(k, WINDOWS_REMOTE_PORT),
                            .local_port = (uint16_t)kept_number(k, WINDOWS_LOCAL_PORT), .is_proxy = is_proxy};
}

/* Two logs may have the same connection. */
static bool is_there(const struct outside *list, size_t n, const struct outside *o)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].local_port == o->local_port && o->local_port && llabs(list[i].time - o->time) <= 2 * LATE_MS)
            return true;
    return false;
}

static void append(struct tunneller *t, const struct outside *list, size_t n)
{
    for (size_t i = 0; i < n && t->outside_n < TUNNELLER_OUTSIDE_MAX; i++)
        if (!is_there(t->outside, t->outside_n, &list[i]))
            t->outside[t->outside_n++] = list[i];
}

/* Connections of one process between `from` and the session's end: the last ones before its start, one to the proxy among
 * them if there is any, and the first ones after it. */
static void take_outside(const struct finding_out *f, struct tunneller *t, uint32_t computer, uint64_t pid, span process,
                         int64_t from, const struct rdp_segment *s)
{
    const struct kept *k;
    struct outside before[BEFORE_MAX], after[BEFORE_MAX];
    size_t before_n = 0, after_n = 0, end = behind(&f->by_pid, computer, pid, s->end + LATE_MS);
    for (size_t i = 0; (k = back(&f->by_pid, end, i, computer, pid, from)); i++) {
        struct outside o = outside_of(k, f->by_pid.items[end - 1 - i].is_proxy);
        if (!is_same_program(process, kept_text(k, WINDOWS_PROCESS)))
            continue;
        if (o.time > s->start + LATE_MS) {
            if (!is_there(after, min_u64(after_n, BEFORE_MAX), &o))
                after[after_n++ % BEFORE_MAX] = o;
        } else if (before_n < BEFORE_MAX) {
            if (!is_there(before, before_n, &o))
                before[before_n++] = o;
        } else if (o.is_proxy && !before[BEFORE_MAX - 1].is_proxy) {
            before[BEFORE_MAX - 1] = o;
        }
    }
    append(t, before, before_n);
    append(t, after, min_u64(after_n, BEFORE_MAX));
}

static int by_time(const void *x, const void *y)
{
    const struct outside *a = x, *b = y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->event->origin > b->event->origin) - (a->event->origin < b->event->origin);
}

static const struct outside *carrier_of(const struct tunneller *t, const struct rdp_segment *s)
{
    const struct outside *best = NULL;
    for (size_t i = 0; i < t->outside_n; i++) {
        const struct outside *o = &t->outside[i];
        if (o->time <= s->start + LATE_MS && (!best || o->is_proxy >= best->is_proxy))
            best = o;
    }
    return best;
}

/* Where the process itself went, and those that it started: ssh has another program speak to the proxy. */
static void go_outside(const struct finding_out *f, struct tunneller *t, uint32_t computer, const struct rdp_segment *s)
{
    const struct kept *k, *children[CHILDREN_MAX];
    int64_t from = t->started ? t->started->time - LATE_MS : s->start - TUNNELLER_LOOK_BACK_MS;
    size_t child_n = 0;
    take_outside(f, t, computer, t->pid, t->process, from, s);
    size_t end = t->started ? behind(&f->children, computer, t->pid, s->start) : 0;
    for (size_t i = 0; child_n < CHILDREN_MAX && (k = back(&f->children, end, i, computer, t->pid, from)); i++)
        if (kept_has(k, WINDOWS_PROCESS_ID) && !is_listed(children, child_n, k))
            children[child_n++] = k;
    for (size_t i = 0; i < child_n; i++)
        take_outside(f, t, computer, kept_number(children[i], WINDOWS_PROCESS_ID), kept_text(children[i], WINDOWS_PROCESS),
                     children[i]->time - LATE_MS, s);
    qsort(t->outside, t->outside_n, sizeof t->outside[0], by_time);
    t->carrier = carrier_of(t, s);
}

static void describe(const struct finding_out *f, struct tunneller *t, uint32_t computer, const struct kept *k, const struct rdp_segment *s)
{
    t->process = kept_text(k, WINDOWS_PROCESS);
    t->has_pid = kept_has(k, WINDOWS_PROCESS_ID);
    t->pid = kept_number(k, WINDOWS_PROCESS_ID);
    t->distance = llabs(k->time - s->start);
    t->connection = t->by == TUNNELLER_BY_COMMAND ? NULL : k;
    t->started = t->by == TUNNELLER_BY_COMMAND ? k : NULL;
    if (t->has_pid && t->connection)
        t->started = find_start(f, computer, t->pid, t->process, k->time);
    if (t->started) {
        t->process = t->process.n ? t->process : kept_text(t->started, WINDOWS_PROCESS);
        t->command_line = kept_text(t->started, WINDOWS_COMMAND_LINE);
        t->command = command_read(t->process, t->command_line);
    }
    if (t->has_pid)
        go_outside(f, t, computer, s);
}

static void find_out(const struct finding_out *f, struct tunneller *t, uint32_t computer, const struct rdp_segment *s)
{
    const struct kept *k = find_by_port(f, computer, s);
    t->by = k ? TUNNELLER_BY_PORT : TUNNELLER_NONE;
    t->candidates = k != NULL;
    if (!k && (k = find_by_time(f, computer, s, &t->candidates)))
        t->by = TUNNELLER_BY_TIME;
    if (!k && (k = find_by_command(f, computer, s, &t->candidates)))
        t->by = TUNNELLER_BY_COMMAND;
    if (k)
        describe(f, t, computer, k, s);
}

static void free_list(struct list *l) { array_free((void **)&l->items, &l->capacity); }

const struct tunneller *tunnellers_new(arena *a, const struct windows_store *s, const struct computers *c,
                                       const struct rdp_sessions *r, const struct clock *clocks)
{
    struct tunneller *t = arena_new(a, struct tunneller, r->segment_n + 1);
    struct finding_out f = {.store = s, .computers = c, .clocks = clocks, .is_wanted = mem_alloc(c->n + 1)};
    for (size_t i = 0; i < r->segment_n; i++)
        f.is_wanted[r->items[r->segments[i].session].computer] |= rdp_may_be_tunnelled(&r->segments[i]);
    collect(&f);
    for (size_t i = 0; i < r->segment_n; i++)
        if (rdp_may_be_tunnelled(&r->segments[i]))
            find_out(&f, &t[i], r->items[r->segments[i].session].computer, &r->segments[i]);
    free_list(&f.by_port);
    free_list(&f.to_rdp);
    free_list(&f.by_pid);
    free_list(&f.starts);
    free_list(&f.children);
    free_list(&f.forwarders);
    mem_free(f.is_wanted);
    return t;
}
