/* SPDX-License-Identifier: Apache-2.0 */
/* Values that are text: hosts, addresses, words, patterns. Hosts and addresses become canonical like those of events. */
#include "event/host.h"
#include "rule/where_plan.h"

enum { NEEDLE_MAX = 1000 };

#define OP(name) (1u << OP_##name)
#define EQUAL (OP(IS) | OP(IS_NOT))
#define ORDERED (EQUAL | OP(LESS) | OP(AT_MOST) | OP(MORE) | OP(AT_LEAST))

struct operators where_operators(enum value_kind kind)
{
    static const char ordered[] = "expected = != < <= > or >=", text[] = "expected = != or ~";
    static const struct operators of[KIND_COUNT] = {
        [KIND_TIME] = {ORDERED, ordered},     [KIND_DURATION] = {ORDERED, ordered},
        [KIND_NUMBER] = {ORDERED, ordered},   [KIND_HOUR] = {ORDERED, ordered},
        [KIND_OUTCOME] = {EQUAL, "expected = or !="}, [KIND_TUNNEL] = {EQUAL, "expected = or !="},
        [KIND_ADDRESS] = {EQUAL | OP(CONTAINS), text}, [KIND_DOMAIN] = {EQUAL | OP(CONTAINS), text},
        [KIND_TEXT] = {EQUAL | OP(CONTAINS), text},
        [KIND_HOST] = {EQUAL | OP(CONTAINS) | OP(BELOW), "expected = != : or ~"},
    };
    return of[kind];
}

bool where_has_ranges(enum value_kind kind)
{
    switch (kind) {
    case KIND_TIME: case KIND_DURATION: case KIND_NUMBER: case KIND_HOUR: case KIND_ADDRESS: case KIND_HOST: return true;
    case KIND_OUTCOME: case KIND_TUNNEL: case KIND_DOMAIN: case KIND_TEXT: case KIND_COUNT: break;
    }
    return false;
}

/* 192.168.16/24 is refused: as an address, 192.168.16 is 192.168.0.16, and nobody means that network. */
static bool read_network(span s, struct address_range *out)
{
    cut slash = span_rcut(s, '/');
    uint64_t bits;
    struct address base;
    host_name name;
    return address_canon(slash.head, &name) && span_eq_nocase(slash.head, host_span(&name)) &&
           address_parse(host_span(&name), &base) && span_u64(slash.tail, &bits) && bits <= 128 &&
           address_network(base, (unsigned)bits, out);
}

static bool read_address(span s, struct address *out)
{
    host_name name;
    return address_canon(s, &name) && address_parse(host_span(&name), out);
}

static fault read_addresses(const struct written *first, const struct written *last, struct test *t, size_t *at)
{
    struct address_range *r = &t->range;
    t->kind = TEST_ADDRESS;
    if (!last)
        return read_network(first->text, r) ? NO_FAULT
                                            : fault_make(FAULT_USAGE, "expected a network like 192.0.2.0/24");
    bool is_read = read_address(first->text, &r->low);
    *at = is_read ? last->at : first->at;
    if (!is_read || !read_address(last->text, &r->high))
        return fault_make(FAULT_USAGE, "expected an address: a range goes from one address to another");
    if (r->low.is_v4 != r->high.is_v4 || memcmp(r->low.bytes, r->high.bytes, sizeof r->low.bytes) > 0)
        return fault_make(FAULT_USAGE, "the range ends before it begins");
    return NO_FAULT;
}

/* One address, or a name: a client may be logged by name or as a token. */
static fault read_client(arena *a, const struct written *v, struct test *t)
{
    host_name name;
    struct address *one = &t->range.low;
    bool is_address = address_canon(v->text, &name) && address_parse(host_span(&name), one);
    t->kind = is_address ? TEST_ADDRESS : TEST_IS;
    t->range.high = *one;
    t->text = arena_dup(a, host_span(&name));
    return NO_FAULT;
}

static fault read_host(arena *a, const struct written *v, enum operator op, struct test *t)
{
    host_name name;
    uint16_t port;
    host_canon(v->text, &name, &port);
    if (port)
        return fault_make(FAULT_USAGE, "expected a host without its port: write port=%u", port);
    if (!name.n || name.n == HOST_MAX || memchr(v->text.p, '@', v->text.n))
        return fault_make(FAULT_USAGE, "expected a host like www.example.com");
    t->text = arena_dup(a, host_span(&name));
    if (name.is_literal && address_parse(t->text, &t->range.low)) {
        t->kind = TEST_ADDRESS;
        t->range.high = t->range.low;
    } else {
        t->kind = op == OP_BELOW ? TEST_BELOW : TEST_IS;
    }
    return NO_FAULT;
}

static fault read_domain(arena *a, const struct where *w, const struct written *v, struct test *t)
{
    TRY(read_host(a, v, OP_IS, t));
    span domain = known_domain(w->suffixes, t->text);
    if (domain.n == t->text.n)
        return NO_FAULT;
    return fault_make(FAULT_USAGE, "expected a registrable domain: write domain=%.*s or host:%.*s", (int)domain.n,
                      domain.p, (int)t->text.n, t->text.p);
}

static fault read_pattern(const struct written *v, struct test *t, size_t *at)
{
    size_t offset;
    if (v->text.n > WHERE_REGEX_MAX)
        return fault_make(FAULT_USAGE, "a regular expression has at most %d bytes", WHERE_REGEX_MAX);
    fault f = regex_compile(v->text, v->any_case, &t->regex, &offset);
    t->kind = TEST_REGEX;
    *at = f.kind ? v->at + offset : *at;
    return f.kind ? fault_make(FAULT_USAGE, "regular expression: %s", f.text) : NO_FAULT;
}

static fault read_needle(arena *a, const struct written *v, struct test *t)
{
    if (!v->text.n || v->text.n > NEEDLE_MAX)
        return fault_make(FAULT_USAGE, "expected 1 to %d bytes to look for", NEEDLE_MAX);
    char *lower = arena_new(a, char, v->text.n);
    for (size_t i = 0; i < v->text.n; i++)
        lower[i] = ascii_lower(v->text.p[i]);
    t->kind = TEST_CONTAINS;
    t->text = span_of(lower, v->text.n);
    return NO_FAULT;
}

fault where_read_test(arena *a, const struct where *w, enum operator op, const struct written *first,
                      const struct written *last, struct test *t, size_t *at)
{
    enum value_kind kind = t->what.kind;
    bool is_equal = op == OP_IS || op == OP_IS_NOT, is_bare = is_equal && !first->is_quoted && !last;
    *at = first->at;
    if (is_bare && (span_eq(first->text, SPAN("-")) || span_eq(first->text, SPAN("?")))) {
        t->kind = first->text.p[0] == '-' ? TEST_BLANK : TEST_UNLOGGED;
        return NO_FAULT;
    }
    if (first->is_regex)
        return read_pattern(first, t, at);
    if (op == OP_CONTAINS)
        return read_needle(a, first, t);
    bool is_address = kind == KIND_ADDRESS || kind == KIND_HOST;
    if (is_address && is_equal && (last || (first->text.n && memchr(first->text.p, '/', first->text.n))))
        return read_addresses(first, last, t, at);
    if (kind == KIND_ADDRESS)
        return read_client(a, first, t);
    if (kind == KIND_HOST)
        return read_host(a, first, op, t);
    if (kind == KIND_DOMAIN)
        return read_domain(a, w, first, t);
    if (kind != KIND_TEXT)
        return where_read_range(w, op, first, last, t, at);
    t->kind = TEST_IS;
    t->text = arena_dup(a, first->text);
    return NO_FAULT;
}
